"""Storage at a block or a position, rebuilt from the log alone."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from neuron_ledger.events.calls import AdvanceTo, Observe
from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.codec import Submission, decode
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.log.errors import NotInLog
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.bulk import Row, fold_rows
from neuron_ledger.projections.storage import Storage

PROGRESS_EVERY = 1000


@frozen
class Rebuilt:
    """Storage as it was after the entry at `position`, at `block`."""

    storage: Storage
    position: int
    block: int


def rebuild(
    log: Log,
    *,
    position: int | None = None,
    block: int | None = None,
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
    begin: Rebuilt | None = None,
) -> Rebuilt:
    """Fold the log from its beginning, checking the hash chain on the way.

    position: up to and including this entry. block: as storage was at the end of this block; where a call crossed many blocks
    at once, the ones up to `block` are run again by the rules. Neither: up to the end. timeline: the runtimes. begin: a known
    state to start from instead of the beginning (`past.py`).
    Raises: ChainBroken; NotInLog for a position or block the log does not reach.
    """
    if position is not None and not 0 <= position <= log.head.position:
        raise NotInLog(log.head.position, position=position)
    storage, after = (timeline.storage(log.spec_version), 0) if begin is None else (begin.storage, begin.position)
    end = position if position is not None else log.head.position
    rows: Iterator[Row] = log.rows_verified(after, until=position)
    if progress is not None:
        rows = _counted(rows, end, progress)
    if block is None:
        reached = fold_rows(storage, rows) or after
        timeline.in_force(storage, log.spec_version)
        return Rebuilt(storage, reached, storage.block_number.value)
    reached = fold_rows(storage, _until_block(rows, block)) or after
    rules = timeline.in_force(storage, log.spec_version)
    if storage.block_number.value < block:
        if reached == end:
            raise NotInLog(storage.block_number.value, block=block)
        if isinstance(next_call := _call_of(next(log.rows_verified(reached))), Observe):
            before = storage.block_number.value
            raise NotInLog(before, block=block, why=f"after block {before} comes an observation ({next_call.source})")
        _run_until(storage, block, rules)
    return Rebuilt(storage, reached, block)


def _counted(rows: Iterable[Row], end: int, progress: Progress) -> Iterator[Row]:
    for row in rows:
        yield row
        if row[0] % PROGRESS_EVERY == 0:
            progress(row[0], end)


def _until_block(rows: Iterable[Row], block: int) -> Iterator[Row]:
    """The rows of all calls up to a block, without a call that leads to a later block."""
    observation: Row | None = None
    for row in rows:
        _, at, tag, _, _ = row
        if at > block and (is_call(tag) or observation is not None):
            return
        if tag == AdvanceTo.tag and isinstance(call := _call_of(row), AdvanceTo) and call.block > block:
            return
        if observation is not None:
            yield observation
        observation = row if tag == Observe.tag else None
        if observation is None:
            yield row


def _call_of(row: Row) -> Call | None:
    """The call in a row; None where it holds an event."""
    decoded = decode(row[2], row[3])
    return decoded.call if isinstance(decoded, Submission) else None


def _run_until(storage: Storage, block: int, rules: Runtime) -> None:
    """Let blocks pass on storage, without recording them."""
    with storage.transaction():
        decide(storage, rules, Submission(AdvanceTo(block), None))
