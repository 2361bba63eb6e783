"""What an epoch made of weights and stake."""

from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import BOOL_VECTOR, PAIRS, U16, U16_VECTOR, U64_VECTOR, NetUid


@event("EpochCompleted")
class EpochCompleted(Event):
    """The results of one epoch: every vector has one entry a uid.

    u16 vectors are proportions of 65535 (pruning_scores and stake_weight too), emission is in the subnet's smallest unit of
    alpha. bonds: the rows that were written, as (uid, row); a row may be empty, rows that are not named stay as they were.
    """

    netuid: NetUid
    active: BOOL_VECTOR
    rank: U16_VECTOR
    trust: U16_VECTOR
    consensus: U16_VECTOR
    incentive: U16_VECTOR
    dividends: U16_VECTOR
    pruning_scores: U16_VECTOR
    validator_trust: U16_VECTOR
    stake_weight: U16_VECTOR
    validator_permit: BOOL_VECTOR
    emission: U64_VECTOR
    bonds: tuple[tuple[U16, PAIRS], ...]
