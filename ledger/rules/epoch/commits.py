"""Commits to weights that are not yet revealed: the block from which a uid has been bound by one."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Who = TypeVar("Who", bound=Hashable)


def earliest_commits(
    queues: Iterable[tuple[Who, Iterable[tuple[int, int]]]],
    timelocked: Iterable[tuple[int, Iterable[tuple[Who, int]]]],
    is_expired: Callable[[int], bool],
) -> dict[Who, int]:
    """The block of each one's earliest commit that has not expired.

    queues: (who, (time of the commit, block of the commit) in order). timelocked: (time of the commit, (who, block of the
    commit)). Of a queue the first that has not expired counts. is_expired: by the time of the commit, a block or an epoch.
    Source: subtensor epoch/run_epoch.rs::epoch_mechanism (commit-reveal column mask), spec_version 424.
    """
    earliest: dict[Who, int] = {}
    for who, queue in queues:
        block = next((block for committed, block in queue if not is_expired(committed)), None)
        if block is not None:
            earliest[who] = min(earliest.get(who, block), block)
    for committed, commits in timelocked:
        if not is_expired(committed):
            for who, block in commits:
                earliest[who] = min(earliest.get(who, block), block)
    return earliest
