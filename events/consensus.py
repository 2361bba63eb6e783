"""What an epoch made of weights and stake."""

from neuron_ledger.events.storage.named_values import Vectors
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import PAIRS, U16, U64, U64_VECTOR, NetUid

MECHANISM_STRIDE = 4096
"""By how much the storage indices of two mechanisms of a subnet differ."""


@event("EpochCompleted")
class EpochCompleted(Event):
    """The results of one epoch.

    netuid: the storage index, netuid + MECHANISM_STRIDE · mechanism. vectors: what the named items hold under it now, one entry a
    uid; u16 vectors are proportions of 65535 (PruningScores and StakeWeight too), Emission is in the subnet's smallest unit of
    alpha. bonds: the rows that were written, as (uid, row); a row may be empty, rows that are not named stay as they were.
    """

    netuid: NetUid
    vectors: Vectors
    bonds: tuple[tuple[U16, PAIRS], ...]

    def vector(self, item: str) -> tuple[int, ...]:
        """The vector of the item of that on-chain name. Raises: KeyError where the epoch has none."""
        return dict(self.vectors)[item]


@event("IncentiveAlphaEmittedToMiners", deposit=("IncentiveAlphaEmittedToMiners", "netuid=", "emissions="))
class IncentiveAlphaEmittedToMiners(Event):
    """What a mechanism's epoch gave to miners. netuid: the storage index. emissions: alpha, one entry a uid."""

    netuid: NetUid
    emissions: U64_VECTOR


@event("EpochDeferred", deposit=("EpochDeferred", "netuid=", "from_block=", "to_block="))
class EpochDeferred(Event):
    """A subnet's epoch was due, but as many as may run in one block had run."""

    netuid: NetUid
    from_block: U64
    to_block: U64


@event("EpochSkipped", deposit=("EpochSkipped", "netuid=", "block="))
class EpochSkipped(Event):
    """A subnet's epoch was due, but its state allowed none: a hotkey holds two uids."""

    netuid: NetUid
    block: U64


@event("VotingPowerTrackingDisabled", deposit=("VotingPowerTrackingDisabled", "netuid="))
class VotingPowerTrackingDisabled(Event):
    """A subnet's time to go on tracking voting power was over."""

    netuid: NetUid
