"""Segments of a log, checked by several at once: processes of this machine, or a scheduler's workers on others.

One that dies costs time, and no result.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from typing import Final

from attrs import frozen

from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.proof.segments import Part, Segment, check_segment

_LOOK_EVERY_SECONDS: Final = 5
"""How often to ask whether anybody is still there, while nothing comes back."""

_LONGEST_FAILURE: Final = 300


@frozen
class Pool:
    """What checks segments. size: how many at once.

    start: begins what runs functions outside of this process. takes_part: whether this process checks segments too, as one of
    `size`. reads_other_files: whether what is read there need not be what stands here: a segment with a fault is then checked
    here again. is_there: whether anybody can still answer.
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
    tasks: Sequence[Segment], pool: Pool, progress: Progress | None, note: Callable[[str], None], meanwhile: Callable[[], None]
) -> list[Part]:
    """What is found of each segment, in order. One that a process does not bring to its end is run again by others, and then in
    this process; where that fails, too, parts are missing from there on. meanwhile: done here as soon as others are at work.
    """
    work = _Work(tasks, pool, progress)
    for what_else in (meanwhile, lambda: None):
        if work.lacking() and not work.share(what_else):
            why = f" ({work.failure})" if work.failure else ""
            note(f"a process of the audit did not come to its end{why}: what it had to do is done again")
    return list(work.finish())


class _Work:
    """The segments of one audit. Parts are found by where they begin. failure: what the last one said that did not end well."""

    def __init__(self, tasks: Sequence[Segment], pool: Pool, progress: Progress | None) -> None:
        self._tasks = tasks
        self._pool = pool
        self._progress = progress
        self._to_do: deque[Segment] = deque()
        self._running: dict[Future[Part], Segment] = {}
        self._parts: dict[int, Part] = {}
        self._for_here: set[int] = set()
        self.failure = ""

    def lacking(self) -> list[Segment]:
        """What others are to check yet, the longest first, so that all come to their end at nearly the same time."""
        known = self._parts.keys() | self._for_here
        return sorted((task for task in self._tasks if task.after.position not in known), key=lambda task: -task.length)

    def share(self, meanwhile: Callable[[], None]) -> bool:
        """Have what is lacking checked. Returns: whether all of it came to its end."""
        self._to_do.extend(self.lacking())
        try:
            with self._pool.start() as executor, ThreadPoolExecutor(1) as thread:
                others = thread.submit(self._keep_at_work, executor)
                try:
                    meanwhile()
                    while self._pool.takes_part and (task := self._next()):
                        self._check(task)
                    others.result()
                finally:
                    self._to_do.clear()
                    for future in list(self._running):
                        future.cancel()
        except (BrokenExecutor, OSError):
            return False
        return not self.lacking()

    def finish(self) -> Iterator[Part]:
        """What was found of each segment, in order, as far as it could be; checks here what nobody else did."""
        for task in self._tasks:
            if not self._check(task):
                return  # whatever it is: the audit of the whole goes on from before it, and says what is wrong
            yield self._parts[task.after.position]

    def _next(self) -> Segment | None:
        try:
            return self._to_do.popleft()
        except IndexError:
            return None

    def _keep_at_work(self, executor: Executor) -> None:
        """Give everybody outside of this process one segment, and the next when that is done, while there are any."""
        others = self._pool.size - self._pool.takes_part
        while True:
            while len(self._running) < others and (task := self._next()):
                self._running[executor.submit(check_segment, task)] = task
            if not self._running:
                return
            done, _ = wait(self._running, _LOOK_EVERY_SECONDS, FIRST_COMPLETED)
            if not done and not self._pool.is_there():
                return
            for future in done:
                del self._running[future]
                if future.cancelled():
                    continue
                if error := future.exception():
                    self.failure = f"{type(error).__name__}: {error}"[:_LONGEST_FAILURE]
                else:
                    self._take(future.result())

    def _take(self, part: Part) -> None:
        if part.is_whole or not self._pool.reads_other_files:
            self._add(part)
        else:
            self._for_here.add(part.segment.after.position)

    def _check(self, task: Segment) -> bool:
        if task.after.position not in self._parts:
            try:
                self._add(check_segment(task))
            except Exception:  # damage that nobody foresaw
                return False
        return True

    def _add(self, part: Part) -> None:
        self._parts[part.segment.after.position] = part
        if self._progress is not None:
            self._progress(sum(known.segment.length for known in list(self._parts.values())), part.segment.end.position)
