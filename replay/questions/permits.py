"""Why a uid has a validator permit after an epoch, or has none: its place by stake, and the stake that is missing."""

from attrs import evolve, frozen

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.epoch.steps import new_permits, trace_epoch
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch, recorded_epoch


@frozen
class PermitExplained:
    """A uid's validator permit in one epoch. Stakes are rao of alpha and weighted root stake, rounded down; rao of TAO
    before alpha existed.

    place: by the stake that counts, from 1; None if it has none. most: how many permits there are. threshold: of stake; below
    it stake does not count. needed: the least stake with which it would have had a permit, all others unchanged: run with it, and
    with 1 less; None if it has one, or no stake would have given it one.
    """

    netuid: int
    uid: int
    hotkey: bytes
    block: int
    before: bool
    after: bool
    stake: int
    threshold: int
    counts: bool
    place: int | None
    most: int
    least_with_permit: int | None
    needed: int | None
    has_alpha: bool

    @property
    def lacking(self) -> int | None:
        return None if self.needed is None else self.needed - self.stake


def permit(
    log: Log,
    *,
    netuid: int,
    uid: int,
    block: int | None = None,
    timeline: Timeline = TIMELINE,
    progress: Progress | None = None,
) -> PermitExplained:
    """A uid's permit after the latest epoch of a subnet, or after its latest one up to `block`.

    Raises: FieldError for a uid that the subnet did not have; NoSuchEpoch, NotByTheRules, ChainBroken.
    """
    epoch = recorded_epoch(log, netuid, block=block, timeline=timeline, progress=progress)
    given, trace = epoch.given, epoch.trace
    if not 0 <= uid < given.n:
        raise FieldError("uid", f"a uid of the subnet, which had {given.n} in block {epoch.block}", uid)
    counted = [int(bits) for bits in trace.counted_stake]
    with_permit = [counted[other] for other in range(given.n) if trace.new_permits[other]]
    after = bool(trace.new_permits[uid])
    return PermitExplained(
        netuid=netuid,
        uid=uid,
        hotkey=epoch.hotkeys[uid],
        block=epoch.block,
        before=given.validator_permit[uid],
        after=after,
        stake=I64F64.to_int(given.total_stake_bits[uid]),
        threshold=given.stake_threshold,
        counts=counted[uid] == given.total_stake_bits[uid],
        place=1 + sum(bits > counted[uid] for bits in counted) if counted[uid] else None,
        most=given.max_allowed_validators,
        least_with_permit=I64F64.to_int(min(with_permit)) if with_permit else None,
        needed=None if after else _needed(epoch, uid, I64F64.to_int(given.total_stake_bits[uid]), I64F64.to_int(max(counted))),
        has_alpha=epoch.has_alpha,
    )


def _needed(epoch: RecordedEpoch, uid: int, had: int, greatest: int) -> int | None:
    """The least integer stake with which the uid has a permit after the epoch: more stake never worsens its place."""
    low, high = had, max(greatest, epoch.given.stake_threshold, 1) * 2
    if not _has_permit(epoch, uid, high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _has_permit(epoch, uid, middle) else (middle, high)
    return high


def _has_permit(epoch: RecordedEpoch, uid: int, stake: int) -> bool:
    """Whether it has one after the epoch, run again with that stake up to the permits."""
    bits = epoch.given.total_stake_bits
    given = evolve(epoch.given, total_stake_bits=(*bits[:uid], stake * I64F64.one, *bits[uid + 1 :]))
    names = [step.name for step in epoch.steps]
    until_permits = epoch.steps[: names.index(new_permits.__name__) + 1]
    return bool(trace_epoch(given, steps=until_permits).new_permits[uid])
