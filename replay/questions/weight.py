"""Which answers are behind a weight: what a validator asked a miner before it set the miner's weight.

A weight is traced to the exchanges between the two since the validator's previous weights; if the weights were committed
and revealed later, to those before the commit. What counts is the order in which the ledger recorded them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from neuron_ledger.events.calls import RevealWeights
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.weights import (
    CRV3WeightsCommitted,
    TimelockedWeightsCommitted,
    WeightsCommitted,
    WeightsSet,
)
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.projections.views.exchanges import Exchanges, ExchangeView
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.proof.groups import counted, groups

TIMELOCKED: Final = (CRV3WeightsCommitted, TimelockedWeightsCommitted)


class NoWeight(NeuronLedgerError, ValueError):
    """Nobody holds that uid, or it set no weights by then. block: the one that was asked for."""

    def __init__(self, message: str, *, netuid: int, uid: int, block: int | None = None) -> None:
        super().__init__(message)
        self.netuid, self.uid, self.block = netuid, uid, block


@frozen
class WeightSet:
    """One time that a validator set weights. position, block, call: of what set them. row: uid → weight, as stored.

    decided_at: the position at which they were decided: that of their commit if they were revealed later. validator, miners:
    who held the uids then.
    """

    position: int
    block: int
    call: str
    row: dict[int, int]
    decided_at: int
    validator: Tenure | None
    miners: dict[int, Tenure]

    def names(self, one: ExchangeView) -> bool:
        """Whether it was decided after an exchange, and contains the miner that was asked."""
        return self.decided_at > one.position and any(tenure.was(one.seen.axon) for tenure in self.miners.values())


@frozen
class WeightExplained:
    """A weight and what is behind it.

    validator, miner: hotkeys that held the uids when the weights were set. weight: as stored, of `of` in the row; None where the
    row does not contain the miner. since: the position of the validator's previous weights; 0 if these are its first. behind: the
    exchanges between the two since then, up to the decision. unfollowed: those after the last decision, which no weight
    followed yet.
    """

    netuid: int
    validator_uid: int
    miner_uid: int
    validator: bytes
    miner: bytes
    set: WeightSet
    weight: int | None
    of: int
    since: int
    behind: tuple[ExchangeView, ...]
    unfollowed: tuple[ExchangeView, ...]


@frozen
class Unfollowed:
    """What a validator asked a miner without any weight for it afterwards."""

    miner_uid: int | None
    miner: bytes
    exchanges: tuple[ExchangeView, ...]


def explain_weight(
    log: Log,
    netuid: int,
    validator: int,
    miner: int,
    *,
    block: int | None = None,
    progress: Progress | None = None,
) -> WeightExplained:
    """The weight that uid `validator` gives to uid `miner`, and the answers behind it.

    block: the latest weights up to this block; by default the latest of all. Raises: NoWeight, ChainBroken.
    """
    history = _History(log, netuid, validator, progress)
    sets = [one for one in history.sets if block is None or one.block <= block]
    if not sets:
        when = "" if block is None else f" by block {block}"
        why = f"uid {validator} of subnet {netuid} set no weights{when}; `neuron-ledger log` shows who did"
        raise NoWeight(why, netuid=netuid, uid=validator, block=block)
    last = sets[-1]
    asking, asked = last.validator, last.miners.get(miner) or history.tenures.tenure(netuid, miner)
    for uid, holder in ((validator, asking), (miner, asked)):
        if holder is None:
            raise NoWeight(
                f"nobody held uid {uid} of subnet {netuid} in block {last.block}", netuid=netuid, uid=uid, block=last.block
            )
    assert asking is not None
    assert asked is not None
    between = [one for one in history.exchanges if asking.was(one.seen.dendrite) and asked.was(one.seen.axon)]
    since = sets[-2].decided_at if len(sets) > 1 else 0
    decided = history.sets[-1].decided_at
    return WeightExplained(
        netuid=netuid,
        validator_uid=validator,
        miner_uid=miner,
        validator=asking.hotkey,
        miner=asked.hotkey,
        set=last,
        weight=last.row.get(miner),
        of=sum(last.row.values()),
        since=since,
        behind=tuple(one for one in between if since < one.position < last.decided_at),
        unfollowed=tuple(one for one in between if one.position > decided),
    )


def unfollowed(log: Log, netuid: int, validator: int, *, progress: Progress | None = None) -> list[Unfollowed]:
    """What uid `validator` asked, by miner, if no weights for the miner were decided afterwards.

    Raises: NoWeight if nobody holds the uid, ChainBroken.
    """
    history = _History(log, netuid, validator, progress)
    holder = history.tenures.tenure(netuid, validator)
    if holder is None:
        raise NoWeight(f"nobody holds uid {validator} of subnet {netuid}", netuid=netuid, uid=validator)
    by_miner: dict[bytes, list[ExchangeView]] = {}
    for one in history.exchanges:
        if holder.was(one.seen.dendrite) and not any(weights.names(one) for weights in history.sets):
            by_miner.setdefault(one.seen.axon, []).append(one)
    uids = {tenure.hotkey: tenure.uid for tenure in history.tenures.holders(netuid)}
    return [Unfollowed(uids.get(miner), miner, tuple(found)) for miner, found in by_miner.items()]


class _History:
    """What a log holds of one validator's weights, and of the subnet's exchanges."""

    def __init__(self, log: Log, netuid: int, uid: int, progress: Progress | None) -> None:
        self.netuid, self.uid = netuid, uid
        self.exchanges = Exchanges(netuid)
        self.tenures = Tenures()
        self.sets: list[WeightSet] = []
        self._commits: list[tuple[int, bytes | None]] = []
        """(position, hash) of pending commits; timelocked ones have no hash."""
        read = groups(log.read_verified())
        for group in read if progress is None else counted(read, log.head.position, progress):
            self.exchanges.fold(group)
            self.tenures.fold(group)
            self._fold(group)

    def _fold(self, group: Group) -> None:
        for entry, happened in zip(group.entries[1:], group.happened, strict=True):
            event = happened.event
            if isinstance(event, (WeightsCommitted, *TIMELOCKED, WeightsSet)) and (event.netuid, event.uid) == (
                self.netuid,
                self.uid,
            ):
                if isinstance(event, WeightsSet):
                    call = group.submission.call.tag.partition("/")[0]
                    row = dict(pairs(event.row))
                    decided = self._decided(group, entry.position)
                    miners = {uid: held for uid in row if (held := self.tenures.tenure(self.netuid, uid)) is not None}
                    asking = self.tenures.tenure(self.netuid, self.uid)
                    self.sets.append(WeightSet(entry.position, entry.block, call, row, decided, asking, miners))
                else:
                    self._commits.append((entry.position, getattr(event, "commit_hash", None)))

    def _decided(self, group: Group, position: int) -> int:
        """Where the weights were decided: at their commit if there was one."""
        call, signer = group.submission.call, group.submission.origin
        if isinstance(call, RevealWeights) and signer is not None:
            committed = get_commit_hash(signer, self.netuid, call.uids, call.values, call.salt, call.version_key)
            at = next((at for at, hash_ in reversed(self._commits) if hash_ == committed), position)
            self._commits = [commit for commit in self._commits if commit[0] > at]
            return at
        if self._commits and not call.tag.startswith(("set_", "batch_set")):
            at, _ = self._commits.pop(0)
            return at
        return position


def summed_up(exchanges: Sequence[ExchangeView]) -> Iterator[tuple[str, int]]:
    """The outcomes of exchanges: how many were answered, how many ended with which other status, and how long answers took."""
    answered = [one for one in exchanges if one.answered]
    yield "asked", len(exchanges)
    yield "answered", len(answered)
    for status in sorted({one.seen.status for one in exchanges if not one.answered}):
        yield f"status {status}", sum(one.seen.status == status for one in exchanges)
    if answered:
        times = sorted(one.seen.process_time_us for one in answered)
        yield "median process time, microseconds", times[len(times) // 2]
    if disagreeing := sum(one.disagrees for one in exchanges):
        yield "answers that the two sides recorded differently", disagreeing
