"""What views show and storage does not hold: figures that the rules of the runtime in force make of it."""

from typing import Protocol

from attrs import frozen

from neuron_ledger.projections.storage import Storage


@frozen
class StakeParts:
    """The stake that counts for a neuron, its children's part off and its parents' on. u64.

    alpha: of the subnet. tao: on the root network, rao. total: alpha + TaoWeight × tao, rounded down.
    """

    alpha: int
    tao: int
    total: int


class Figures(Protocol):
    """The rules that views ask; `ledger/figures.py` has them."""

    def stakes(self, storage: Storage, netuid: int) -> tuple[StakeParts, ...]:
        """By uid."""

    def activity_cutoff(self, storage: Storage, netuid: int) -> int:
        """After how many blocks without an update a uid is not active."""

    def next_epoch_start_block(self, storage: Storage, netuid: int) -> int | None:
        """The block of the subnet's next epoch; None where it has none."""

    def alpha_price(self, storage: Storage, netuid: int) -> int:
        """Rao a whole alpha."""
