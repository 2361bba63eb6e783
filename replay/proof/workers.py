"""Segments of a log, checked by several processes at once; one that dies costs time, and no result."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed

from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.replay.proof.segments import Part, Segment, check_segment

NewPool = Callable[[int], Executor]
"""Makes that which runs functions, so many at once."""


def processes(jobs: int) -> Executor:
    """So many processes on this machine, each with an interpreter of its own, that share nothing with this one."""
    import multiprocessing  # here, for who audits in one process need not load it
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def checked(
    tasks: Sequence[Segment], jobs: int, new_pool: NewPool, progress: Progress | None, note: Callable[[str], None]
) -> list[Part]:
    """What is found of each segment, in order. One that a process does not bring to its end is run again by others, and then in
    this process; where that fails, too, parts are missing from there on.
    """
    parts: dict[int, Part] = {}
    for _ in range(2):
        lacking = [task for task in tasks if task.after.position not in parts]
        if lacking and not _run(lacking, min(jobs, len(lacking)), new_pool, parts, progress):
            note("a process of the audit did not come to its end: what it had to do is done again")
    for task in tasks:
        if task.after.position not in parts:
            try:
                parts[task.after.position] = check_segment(task)
            except Exception:  # whatever it is: the audit of the whole goes on from before it, and says what is wrong
                break
    found = [parts.get(task.after.position) for task in tasks]
    return [part for part in found[: found.index(None) if None in found else len(found)] if part is not None]


def _run(tasks: Sequence[Segment], jobs: int, new_pool: NewPool, parts: dict[int, Part], progress: Progress | None) -> bool:
    """Run segments, and put what is found of each into `parts`, by where it begins. Returns: whether all came to their end."""
    try:
        with new_pool(jobs) as pool:
            running: dict[Future[Part], Segment] = {pool.submit(check_segment, task): task for task in tasks}
            for future in as_completed(running):
                if future.exception() is None:
                    parts[running[future].after.position] = future.result()
                    _tell(parts, progress)
    except (BrokenExecutor, OSError):
        return False
    return all(task.after.position in parts for task in tasks)


def _tell(parts: dict[int, Part], progress: Progress | None) -> None:
    if progress is not None:
        done = [part.segment for part in parts.values()]
        progress(sum(segment.until.position - segment.after.position for segment in done), done[0].end.position)
