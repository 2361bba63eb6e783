"""What an epoch made of weights and stake."""

from typing import Annotated

from neuron_ledger.events.wire.kinds import PAIRS, U16, ListOf, Struct
from neuron_ledger.events.wire.record import Event, Flags, Longs, NetUid, Shorts, event


@event("EpochCompleted")
class EpochCompleted(Event):
    """The results of one epoch: every vector has one entry a uid.

    u16 vectors are proportions of 65535 (pruning_scores and stake_weight too), emission is in the subnet's smallest unit of
    alpha. bonds: the rows that were written, as (uid, row); a row may be empty, rows that are not named stay as they were.
    """

    netuid: NetUid
    active: Flags
    rank: Shorts
    trust: Shorts
    consensus: Shorts
    incentive: Shorts
    dividends: Shorts
    pruning_scores: Shorts
    validator_trust: Shorts
    stake_weight: Shorts
    validator_permit: Flags
    emission: Longs
    bonds: Annotated[tuple[tuple[int, bytes], ...], ListOf(Struct((U16, PAIRS)))]
