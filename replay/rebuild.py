"""Storage at a block or a position, rebuilt from the log alone."""

from collections.abc import Callable

from attrs import frozen

from events.calls import AdvanceTo
from events.codec import Submission
from ledger.decide import decide
from ledger.log import Log
from ledger.ruleset import ruleset
from projections.fold import fold
from projections.storage import Storage
from replay.groups import groups

Progress = Callable[[int, int], None]
"""Called now and then with how much is done, and of how much."""

PROGRESS_EVERY = 1000


@frozen
class Rebuilt:
    """Storage as it was after the entry at `position`, at `block`."""

    storage: Storage
    position: int
    block: int


def rebuild(log: Log, *, position: int | None = None, block: int | None = None, progress: Progress | None = None) -> Rebuilt:
    """Fold the log from its beginning, checking the hash chain on the way.

    position: up to and including this entry. block: as storage was at the end of this block; where a call crossed many blocks
    at once, the ones up to `block` are run again by the rules. Neither: up to the end.
    Raises: ChainBroken; ValueError for a position or block the log does not reach.
    """
    if position is not None and not 0 <= position <= log.head.position:
        raise ValueError(f"position {position} is not in the log, which ends at {log.head.position}")
    storage = Storage()
    reached = 0
    for group in groups(log.read_verified(0, until=position)):
        if progress and group.last_position // PROGRESS_EVERY != reached // PROGRESS_EVERY:
            progress(reached, position or log.head.position)
        if block is not None and group.block > block:
            break
        if block is not None and isinstance(group.submission.call, AdvanceTo) and group.last_block > block:
            _run_until(storage, block, log.spec_version)
            return Rebuilt(storage, reached, block)
        for event in group.events:
            fold(storage, event)
        reached = group.last_position
    now = storage.block_number.value
    if block is not None and now < block:
        raise ValueError(f"block {block} is not in the log, which ends at block {now}")
    return Rebuilt(storage, reached, now)


def _run_until(storage: Storage, block: int, spec_version: int) -> None:
    """Let blocks pass on storage, without recording them."""
    if block > storage.block_number.value:
        storage.journal.begin()
        decide(storage, ruleset(spec_version), Submission(AdvanceTo(block), None))
        storage.journal.end()
