"""What views show but storage does not hold: figures that the rules of the runtime in force derive from it."""

from typing import Protocol

from attrs import frozen

from neuron_ledger.projections.storage import Storage


@frozen
class StakeParts:
    """The stake that counts for a neuron, without what it lends to children and with what its parents lend it. u64.

    alpha: of the subnet. tao: on the root network, rao. total: alpha + TaoWeight × tao, rounded down.
    """

    alpha: int
    tao: int
    total: int


class Figures(Protocol):
    """The rules that views need; implemented in `ledger/figures.py`."""

    def stakes(self, storage: Storage, netuid: int) -> tuple[StakeParts, ...]:
        """By uid."""

    def activity_cutoff(self, storage: Storage, netuid: int) -> int:
        """The number of blocks without an update after which a uid is no longer active."""

    def next_epoch_start_block(self, storage: Storage, netuid: int) -> int | None:
        """The block of the subnet's next epoch; None where it has none."""

    def alpha_price(self, storage: Storage, netuid: int) -> int:
        """Rao per whole alpha."""
