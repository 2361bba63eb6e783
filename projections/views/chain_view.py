"""A chain as a readable object, now or at a past block: `chain.subnet(1).neuron(17).incentive`."""

from typing import Any, Protocol

from attrs import frozen

from neuron_ledger.events.wire.ss58 import account, encode
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.figures import Figures
from neuron_ledger.projections.views.metagraph import Metagraph, metagraph, subnet_items
from neuron_ledger.projections.views.metagraph_info import metagraph_info
from neuron_ledger.projections.views.neuron_info import NeuronInfo, neuron_info
from neuron_ledger.projections.views.not_there import NotThere, no_subnet
from neuron_ledger.projections.views.sdk.view import SdkView
from neuron_ledger.projections.views.subnet_info import all_hyperparams, dynamic_info, subnet_info


class HasStorage(Protocol):
    """What a chain view reads from."""

    @property
    def storage(self) -> Storage: ...

    @property
    def figures(self) -> Figures: ...


class ChainView:
    """The reads of a chain; raw integers in the chain's units."""

    def netuids(self: HasStorage) -> tuple[int, ...]:
        """The subnets that exist, in order; 0 is the root network."""
        return _netuids(self.storage)

    def subnet(self: HasStorage, netuid: int) -> "SubnetView":
        """A subnet. Raises: NotThere."""
        if not self.storage.networks_added[netuid]:
            raise no_subnet(netuid, self.storage.block_number.value, _netuids(self.storage))
        return SubnetView(self.storage, netuid, self.figures)

    def metagraph(self: HasStorage, netuid: int) -> Metagraph:
        """The metagraph of a subnet. Raises: NotThere."""
        return ChainView.subnet(self, netuid).metagraph()

    @property
    def sdk(self: HasStorage) -> SdkView:
        """The same in the forms of the Bittensor SDK: the fields of its classes, with proportions and amounts as floats."""
        return SdkView(self.storage, self.figures)


@frozen
class PastChain(ChainView):
    """A chain as it was at the end of a block, or after an entry of its log, unaffected by anything submitted later."""

    storage: Storage
    block: int
    position: int
    """The last entry of the log that it holds."""
    figures: Figures


@frozen(repr=False)
class SubnetView:
    """One subnet of a chain."""

    storage: Storage
    netuid: int
    figures: Figures

    def __repr__(self) -> str:
        return f"<SubnetView: subnet {self.netuid} at block {self.storage.block_number.value}, {self.n} neurons>"

    @property
    def n(self) -> int:
        """The number of neurons; their uids are 0 to n - 1."""
        return self.storage.subnetwork_n[self.netuid]

    @property
    def values(self) -> dict[str, Any]:
        """Every storage item that holds one value for each subnet, by its on-chain name: `Tempo`, `Kappa`, `Burn` …"""
        return {item.name: self.storage.map(item.name)[self.netuid] for item in subnet_items(self.storage.layout)}

    def info(self) -> dict[str, Any]:
        """What the node's `get_subnet_info_v2` answers."""
        return subnet_info(self.storage, self.netuid)

    def hyperparameters(self) -> dict[str, Any]:
        """The subnet's hyperparameters: what the node's calls for them answer, combined."""
        return all_hyperparams(self.storage, self.netuid, self.figures)

    def dynamic_info(self) -> dict[str, Any]:
        """What the node's `get_dynamic_info` answers: its pool, and the block of its last epoch."""
        return dynamic_info(self.storage, self.netuid)

    def metagraph_info(self) -> dict[str, Any]:
        """What the node's `get_metagraph` answers, with the stake that counts for each uid."""
        return metagraph_info(self.storage, self.netuid, self.figures)

    def metagraph(self) -> Metagraph:
        """The whole subnet at once, by the names of storage."""
        whole = metagraph(self.storage, self.netuid)
        assert whole is not None
        return whole

    def neuron(self, which: int | bytes | str) -> NeuronInfo:
        """The neuron of a uid, or of a hotkey (32 bytes or SS58), with its weights and bonds. Raises: NotThere, FieldError."""
        uid = which if isinstance(which, int) else self._uid(account(which, "hotkey") if isinstance(which, str) else which)
        info = neuron_info(self.storage, self.netuid, uid)
        if info is None:
            raise self._nobody(f"uid: subnet {self.netuid} has no uid {uid}; it has {self.n} neurons", uid=uid)
        return info

    def _uid(self, hotkey: bytes) -> int:
        uid = self.storage.uids.get((self.netuid, hotkey))
        if uid is None:
            address, block = encode(hotkey), self.storage.block_number.value
            where = f"hotkey: {address} is not registered on subnet {self.netuid} at block {block}"
            raise self._nobody(f"{where}; `neuron-ledger tenures --hotkey` shows whether it ever was", hotkey=hotkey)
        return uid

    def _nobody(self, message: str, *, uid: int | None = None, hotkey: bytes | None = None) -> NotThere:
        return NotThere(message, netuid=self.netuid, uid=uid, hotkey=hotkey, block=self.storage.block_number.value)

    def neurons(self) -> tuple[NeuronInfo, ...]:
        """All neurons, by uid."""
        return tuple(self.neuron(uid) for uid in range(self.n))


def _netuids(storage: Storage) -> tuple[int, ...]:
    return tuple(sorted(netuid for netuid, added in storage.networks_added.items() if added))
