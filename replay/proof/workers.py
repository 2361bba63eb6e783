"""Work of an audit, done by several at once: processes of this machine, or a scheduler's workers on others.

One that dies costs time, and no result.
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
"""How often to ask whether anybody is still there, while nothing comes back."""

_LONGEST_FAILURE: Final = 300

Task = TypeVar("Task")
Result = TypeVar("Result")

Note = Callable[[str], None]


@frozen
class Pool:
    """What tasks are done by. size: how many at once.

    start: begins what runs functions outside of this process. takes_part: whether this process does tasks too, as one of `size`.
    reads_other_files: whether what is read there need not be what stands here: where a fault is found, it is looked for here
    again. is_there: whether anybody can still answer.
    """

    size: int
    start: Callable[[], AbstractContextManager[Executor]]
    takes_part: bool = False
    reads_other_files: bool = False
    is_there: Callable[[], bool] = lambda: True


def processes(jobs: int) -> Pool:
    """So many processes of this machine: this one, and others with interpreters of their own, which share nothing with it."""
    import multiprocessing  # here, for who audits in one process need not load it
    from concurrent.futures import ProcessPoolExecutor

    def start() -> Executor:
        return ProcessPoolExecutor(jobs - 1, mp_context=multiprocessing.get_context("spawn"))

    return Pool(jobs, start, takes_part=True)


def checked(
    tasks: Sequence[Segment], pool: Pool, progress: Progress | None, note: Note, meanwhile: Callable[[], None]
) -> list[Part]:
    """What is found of each segment, in order; parts are missing from the first on that cannot be checked.

    meanwhile: done here as soon as others are at work.
    """

    def length(segment: Segment) -> int:
        return segment.until.position - segment.after.position

    def is_sure(part: Part) -> bool:
        return part.is_whole or not pool.reads_other_files

    work = Work(tasks, check_segment, pool, length, is_sure, progress)
    work.share(note, meanwhile)
    return list(work.finish())


class Work(Generic[Task, Result]):
    """Tasks, and what came of each, by their number."""

    def __init__(
        self,
        tasks: Sequence[Task],
        do: Callable[[Task], Result],
        pool: Pool,
        length: Callable[[Task], int],
        is_sure: Callable[[Result], bool],
        progress: Progress | None,
    ) -> None:
        """do: found by its name in other processes. length: of a task, for who gets which, and for `progress`. is_sure: whether a
        result of others is taken over; what is not sure is done here again.
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
        """Have all tasks done. One that a process does not bring to its end is given to others once more."""
        for what_else in (meanwhile, lambda: None):
            if self._lacking() and not self._share(what_else):
                why = f" ({self._failure})" if self._failure else ""
                note(f"a process of the audit died{why}: its work is repeated")

    def finish(self) -> Iterator[Result]:
        """The results in order, as far as there are any; does here what nobody else did."""
        for number in range(len(self._tasks)):
            if not self._do_here(number):
                return
            yield self._results[number]

    def _lacking(self) -> list[int]:
        """What others are to do yet, the longest first, so that all come to their end at nearly the same time."""
        known = self._results.keys() | self._for_here
        return sorted((number for number in range(len(self._tasks)) if number not in known), key=lambda at: -self._lengths[at])

    def _share(self, meanwhile: Callable[[], None]) -> bool:
        """Returns: whether all that was lacking came to its end."""
        self._to_do.extend(self._lacking())
        try:
            with self._pool.start() as executor, ThreadPoolExecutor(1) as thread:
                others = thread.submit(self._keep_at_work, executor)
                try:
                    meanwhile()
                    # Where the others died, what is left waits for new ones instead of being done by this process alone.
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
        """Give everybody outside of this process one task, and the next when that is done, while there are any."""
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
            except Exception:  # damage that nobody foresaw: who needs the result goes on without it, and says what is wrong
                return False
        return True

    def _add(self, number: int, result: Result) -> None:
        self._results[number] = result
        if self._progress is not None:
            self._progress(sum(self._lengths[known] for known in list(self._results)), sum(self._lengths))
