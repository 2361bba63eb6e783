"""The work of an audit, shared among processes of this machine, or a scheduler's workers on others.

One that dies costs time, but no result.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from typing import Final, Generic, TypeVar

from attrs import frozen

from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.proof.segments import Part, Segment, check_segment

_LOOK_EVERY_SECONDS: Final = 5
"""How often to check whether anybody is still alive, while no results come back."""

_LONGEST_FAILURE: Final = 300

Task = TypeVar("Task")
Result = TypeVar("Result")

Note = Callable[[str], None]


@frozen
class Pool:
    """Runs tasks. size: how many at once.

    start: starts an executor outside this process. takes_part: whether this process does tasks too, as one of `size`.
    reads_other_files: whether another copy may be read there: a fault that is found there is looked for here
    again. is_there: whether any worker can still answer.
    """

    size: int
    start: Callable[[], AbstractContextManager[Executor]]
    takes_part: bool = False
    reads_other_files: bool = False
    is_there: Callable[[], bool] = lambda: True


def processes(jobs: int) -> Pool:
    """This many processes of this machine: this one, and others with their own interpreters, which share nothing with it."""
    import multiprocessing  # imported here: an audit in one process does not need it
    from concurrent.futures import ProcessPoolExecutor

    def start() -> Executor:
        return ProcessPoolExecutor(jobs - 1, mp_context=multiprocessing.get_context("spawn"))

    return Pool(jobs, start, takes_part=True)


def checked(
    tasks: Sequence[Segment], pool: Pool, progress: Progress | None, note: Note, meanwhile: Callable[[], None]
) -> list[Part]:
    """The result for each segment, in order; it ends before the first that cannot be checked.

    meanwhile: runs here as soon as the others are at work.
    """

    def length(segment: Segment) -> int:
        return segment.until.position - segment.after.position

    def is_sure(part: Part) -> bool:
        return part.is_whole or not pool.reads_other_files

    work = Work(tasks, check_segment, pool, length, is_sure, progress)
    work.share(note, meanwhile)
    return list(work.finish())


class Work(Generic[Task, Result]):
    """Tasks and their results, by number."""

    def __init__(
        self,
        tasks: Sequence[Task],
        do: Callable[[Task], Result],
        pool: Pool,
        length: Callable[[Task], int],
        is_sure: Callable[[Result], bool],
        progress: Progress | None,
    ) -> None:
        """do: found by its name in other processes. length: of a task, for distribution and `progress`. is_sure: whether a
        result of others is accepted; otherwise the task is repeated here.
        """
        self._tasks = tasks
        self._do = do
        self._pool = pool
        self._lengths = [length(task) for task in tasks]
        self._is_sure = is_sure
        self._progress = progress
        self._to_do: deque[int] = deque()
        self._running: dict[Future[Result], int] = {}
        self._results: dict[int, Result] = {}
        self._for_here: set[int] = set()
        self._failure = ""

    def share(self, note: Note, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Run all tasks. One that a process does not finish is given to others once more."""
        for what_else in (meanwhile, lambda: None):
            if self._lacking() and not self._share(what_else):
                why = f" ({self._failure})" if self._failure else ""
                note(f"a process of the audit died{why}: its work is repeated")

    def finish(self) -> Iterator[Result]:
        """The results in order, as far as there are any; runs here what nobody else did."""
        for number in range(len(self._tasks)):
            if not self._do_here(number):
                return
            yield self._results[number]

    def _lacking(self) -> list[int]:
        """The remaining tasks for others, the longest first, so that all end at nearly the same time."""
        known = self._results.keys() | self._for_here
        return sorted((number for number in range(len(self._tasks)) if number not in known), key=lambda at: -self._lengths[at])

    def _share(self, meanwhile: Callable[[], None]) -> bool:
        """Returns: whether all remaining tasks were finished."""
        self._to_do.extend(self._lacking())
        try:
            with self._pool.start() as executor, ThreadPoolExecutor(1) as thread:
                others = thread.submit(self._keep_at_work, executor)
                try:
                    meanwhile()
                    # If the others died, the rest waits for new ones instead of being done by this process alone.
                    while self._pool.takes_part and not others.done() and (number := self._next()) is not None:
                        self._do_here(number)
                    others.result()
                finally:
                    self._to_do.clear()
                    for future in list(self._running):
                        future.cancel()
        except (BrokenExecutor, OSError):
            return False
        return not self._lacking()

    def _next(self) -> int | None:
        try:
            return self._to_do.popleft()
        except IndexError:
            return None

    def _keep_at_work(self, executor: Executor) -> None:
        """Give each worker outside this process one task, and the next when that is done, while there are any."""
        others = self._pool.size - self._pool.takes_part
        while True:
            while len(self._running) < others and (number := self._next()) is not None:
                self._running[executor.submit(self._do, self._tasks[number])] = number
            if not self._running:
                return
            done, _ = wait(self._running, _LOOK_EVERY_SECONDS, FIRST_COMPLETED)
            if not done and not self._pool.is_there():
                return
            for future in done:
                number = self._running.pop(future)
                if future.cancelled():
                    continue
                if error := future.exception():
                    self._failure = f"{type(error).__name__}: {error}"[:_LONGEST_FAILURE]
                elif self._is_sure(future.result()):
                    self._add(number, future.result())
                else:
                    self._for_here.add(number)

    def _do_here(self, number: int) -> bool:
        if number not in self._results:
            try:
                self._add(number, self._do(self._tasks[number]))
            except Exception:  # unforeseen damage: whoever needs the result continues without it, and reports the problem
                return False
        return True

    def _add(self, number: int, result: Result) -> None:
        self._results[number] = result
        if self._progress is not None:
            self._progress(sum(self._lengths[known] for known in list(self._results)), sum(self._lengths))
