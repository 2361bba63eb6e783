"""What an epoch made of weights and stake."""

from neuron_ledger.events.storage.named_values import Vectors
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import PAIRS, U16, NetUid


@event("EpochCompleted")
class EpochCompleted(Event):
    """The results of one epoch.

    vectors: what the named items hold for the subnet now, one entry a uid; u16 vectors are proportions of 65535 (PruningScores
    and StakeWeight too), Emission is in the subnet's smallest unit of alpha. bonds: the rows that were written, as (uid, row); a
    row may be empty, rows that are not named stay as they were.
    """

    netuid: NetUid
    vectors: Vectors
    bonds: tuple[tuple[U16, PAIRS], ...]

    def vector(self, item: str) -> tuple[int, ...]:
        """The vector of the item of that on-chain name. Raises: KeyError where the epoch has none."""
        return dict(self.vectors)[item]
