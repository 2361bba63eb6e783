"""How a uid's numbers came about in an epoch: as a miner from the weights set on it, as a validator from those it set."""

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.rules.epoch.rows import Rows
from neuron_ledger.ledger.rules.epoch.steps import proportion
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, saturating_add, wrapping_sum
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch

COUNTED, OWN, NO_PERMIT = "counted", "its own", "no permit"
OUTDATED, UNSEEN = "set before the uid was registered", "committed to before the uid was registered"
"""Whether a weight counts, or why not."""

BY_METRICS, BY_ACTIVE_STAKE, BY_STAKE = "incentive and dividends", "active stake", "stake"
"""By what an epoch shares out its emission: each is used if nobody has any of the one before."""


@frozen
class WeightSeen:
    """One weight that a validator set on a uid. All but `stored` (u16) are I32F32 bits.

    share: of all weights of the validator, if it counts. clipped: after clipping to the consensus. backing: the
    validator's part of the active stake. fate: whether it counts, or why not.
    """

    validator: int
    uid: int
    stored: int
    fate: str
    share: int
    clipped: int
    backing: int

    @property
    def cut(self) -> int:
        return self.share - self.clipped


@frozen
class BondSeen:
    """One bond of a validator to a uid, I32F32 bits except `stored` (u16, None if the row is not written).

    before: the input of the moving average. bought: the new bond from the weight. pace: how fast it moved under liquid
    alpha, else None.
    """

    uid: int
    before: int
    bought: int
    after: int
    pace: int | None
    stored: int | None


@frozen
class Explanation:
    """One uid in one epoch. Bits are I32F32, `total_stake_bits` I64F64; emission in the subnet's smallest unit.

    kappa: the part of the active stake that must agree. heard: the part that has a weight on this uid; below kappa its consensus
    is 0. prerank, trust, pruning_score: None in runtimes without them. stake_counts: whether it reaches the threshold.
    emission_by: what the emission, `emission_of_epoch`, was shared out by.
    """

    uid: int
    hotkey: bytes
    total_stake_bits: int
    stake_threshold: int
    stake_counts: bool
    stake: int
    permit_before: bool
    permit_after: bool
    active: bool
    active_stake: int
    weights_on: tuple[WeightSeen, ...]
    heard: int
    kappa: int
    prerank: int | None
    consensus: int
    rank: int
    trust: int | None
    incentive: int
    weights_of: tuple[WeightSeen, ...]
    validator_trust: int
    bonds: tuple[BondSeen, ...]
    dividends: int
    emission_of_epoch: int
    emission_by: str
    server_emission: int
    validator_emission: int
    emission: int
    pruning_score: int | None


def explain(epoch: RecordedEpoch, uid: int) -> Explanation:
    """How the uid's numbers came about. Raises: FieldError for a uid that the subnet did not have."""
    given, trace = epoch.given, epoch.trace
    if not 0 <= uid < given.n:
        raise FieldError("uid", f"a uid of the subnet, which had {given.n} in block {epoch.block}", uid)
    weights = list(_weights(epoch))
    emission = trace.emission
    return Explanation(
        uid=uid,
        hotkey=epoch.hotkeys[uid],
        total_stake_bits=given.total_stake_bits[uid],
        stake_threshold=given.stake_threshold,
        stake_counts=trace.counted_stake[uid] == given.total_stake_bits[uid],
        stake=int(trace.stake[uid]),
        permit_before=given.validator_permit[uid],
        permit_after=bool(trace.new_permits[uid]),
        active=bool(trace.active[uid]),
        active_stake=int(trace.active_stake[uid]),
        weights_on=tuple(weight for weight in weights if weight.uid == uid),
        heard=sum(weight.backing for weight in weights if weight.uid == uid and weight.share > 0),
        kappa=proportion(given.kappa),
        prerank=None if trace.preranks is None else int(trace.preranks[uid]),
        consensus=int(trace.consensus[uid]),
        rank=int(trace.ranks[uid]),
        trust=None if trace.trust is None else int(trace.trust[uid]),
        incentive=int(trace.incentive[uid]),
        weights_of=tuple(weight for weight in weights if weight.validator == uid),
        validator_trust=int(trace.validator_trust[uid]),
        bonds=tuple(_bonds(epoch, uid)),
        dividends=int(trace.bonds.dividends[uid]),
        emission_of_epoch=given.rao_emission,
        emission_by=emission_by(epoch),
        server_emission=int(emission.server[uid]),
        validator_emission=int(emission.validator[uid]),
        emission=int(emission.combined[uid]),
        pruning_score=None if trace.pruning_scores is None else int(trace.pruning_scores[uid]),
    )


def emission_by(epoch: RecordedEpoch) -> str:
    """By what the epoch shared out its emission. Source: subtensor epoch/run_epoch.rs::epoch (emission), spec_version 277."""
    trace = epoch.trace
    if wrapping_sum(saturating_add(trace.incentive, trace.bonds.dividends)):
        return BY_METRICS
    return BY_ACTIVE_STAKE if wrapping_sum(trace.active_stake) else BY_STAKE


def _weights(epoch: RecordedEpoch) -> Iterator[WeightSeen]:
    """Every stored weight, in order of validators and as their rows have them."""
    given, trace = epoch.given, epoch.trace
    rows = trace.stored_weights
    places = rows.places()
    for line, uid in zip(places.line.tolist(), places.column.tolist(), strict=True):
        validator = int(rows.uids[line // rows.depth])
        stored, share, clipped = (int(matrix.values[line, uid]) for matrix in (rows, trace.weights, trace.clipped))
        yield WeightSeen(validator, uid, stored, _fate(given, validator, uid), share, clipped, int(trace.active_stake[validator]))
    for validator in range(given.n):
        if not trace.permits[validator]:
            for uid, stored in pairs(given.weights.get(validator, b"")):
                yield WeightSeen(validator, uid, stored, NO_PERMIT, 0, 0, 0)


def _fate(given: EpochInput, validator: int, uid: int) -> str:
    if validator == uid and uid != given.owner_uid:
        return OWN
    registered = given.block_at_registration[uid]
    if given.last_update[validator] <= registered:
        return OUTDATED
    return UNSEEN if given.commit_blocks.get(validator, registered) < registered else COUNTED


def _bonds(epoch: RecordedEpoch, uid: int) -> Iterator[BondSeen]:
    """The bonds that a validator has before or after, or could have had, by uid."""
    bonds, bought = epoch.trace.bonds, epoch.trace.bond_weights
    before, after = _row(bonds.before, uid), _row(bonds.after, uid)
    weight = _row(bought, uid)
    paces: dict[int, int] = {}
    if bonds.paces is not None:
        places = bought.places()
        mine = bought.uids[places.line // bought.depth] == uid
        paces = dict(zip(places.column[mine].tolist(), bonds.paces[mine].tolist(), strict=True))
    written = dict(epoch.computed.bonds)
    stored = dict(pairs(written[uid])) if uid in written else None
    for other in np.flatnonzero(before | after | weight).tolist():
        kept = None if stored is None else stored.get(other, 0)
        yield BondSeen(other, int(before[other]), int(weight[other]), int(after[other]), paces.get(other), kept)


def _row(rows: Rows, uid: int) -> Bits:
    """The row of a uid; zeros if it has none."""
    at = np.flatnonzero(rows.uids == uid)
    line: Bits = rows.last()[at[0]] if len(at) else np.zeros(rows.values.shape[1], np.int64)
    return line
