"""The results of epochs."""

from neuron_ledger.events.storage.named_values import Vectors
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import PAIRS, U16, U64, U64_VECTOR, NetUid

MECHANISM_STRIDE = 4096
"""The difference between the storage indices of successive mechanisms of a subnet."""


@event("EpochCompleted")
class EpochCompleted(Event):
    """The results of one epoch.

    netuid: the storage index, netuid + MECHANISM_STRIDE · mechanism. vectors: the new content of the named items, one entry per
    uid; u16 vectors are proportions of 65535 (PruningScores and StakeWeight too), Emission is in the subnet's smallest unit of
    alpha. bonds: the rows that were written, as (uid, row); a row may be empty, the other rows are unchanged.
    """

    netuid: NetUid
    vectors: Vectors
    bonds: tuple[tuple[U16, PAIRS], ...]

    def vector(self, item: str) -> tuple[int, ...]:
        """The vector of the item with this on-chain name. Raises: KeyError where the epoch has none."""
        return dict(self.vectors)[item]


@event("IncentiveAlphaEmittedToMiners", deposit=("IncentiveAlphaEmittedToMiners", "netuid=", "emissions="))
class IncentiveAlphaEmittedToMiners(Event):
    """What a mechanism's epoch gave to miners. netuid: the storage index. emissions: alpha, one entry per uid."""

    netuid: NetUid
    emissions: U64_VECTOR


@event("EpochDeferred", deposit=("EpochDeferred", "netuid=", "from_block=", "to_block="))
class EpochDeferred(Event):
    """A subnet's epoch was due, but the maximum number of epochs in this block had already run."""

    netuid: NetUid
    from_block: U64
    to_block: U64


@event("EpochSkipped", deposit=("EpochSkipped", "netuid=", "block="))
class EpochSkipped(Event):
    """A subnet's epoch was due, but its state did not permit one: a hotkey holds two uids."""

    netuid: NetUid
    block: U64


@event("VotingPowerTrackingDisabled", deposit=("VotingPowerTrackingDisabled", "netuid="))
class VotingPowerTrackingDisabled(Event):
    """The tracking of a subnet's voting power ended as scheduled."""

    netuid: NetUid
