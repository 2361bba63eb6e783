"""`chain.sdk`: reads named like those of the SDK's `Subtensor`, answering with the same fields."""

from attrs import frozen

from neuron_ledger.events.wire import ss58
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.figures import Figures
from neuron_ledger.projections.views.neuron_info import neuron_info, neuron_info_lite
from neuron_ledger.projections.views.not_there import no_subnet
from neuron_ledger.projections.views.sdk.metagraph import Metagraph, metagraph_of
from neuron_ledger.projections.views.sdk.neurons import NeuronInfo, NeuronInfoLite, neuron_lite_of, neuron_of
from neuron_ledger.projections.views.sdk.subnets import (
    DynamicInfo,
    SubnetHyperparameters,
    SubnetInfo,
    dynamic_info_of,
    hyperparameters_of,
    subnet_info_of,
)
from neuron_ledger.projections.views.subnet_info import all_hyperparams, dynamic_info, subnet_info


@frozen
class SdkView:
    """A chain at a block, in the SDK's forms. An absent neuron is the null neuron; an absent subnet is None."""

    storage: Storage
    figures: Figures

    @property
    def block(self) -> int:
        """The block."""
        return self.storage.block_number.value

    def get_all_subnets_netuid(self) -> list[int]:
        """The subnets that exist, in order."""
        return sorted(netuid for netuid, added in self.storage.networks_added.items() if added)

    def neurons(self, netuid: int) -> list[NeuronInfo]:
        """All neurons of a subnet, by uid; none where there is no such subnet."""
        found = [neuron_info(self.storage, netuid, uid) for uid in self._uids(netuid)]
        return [neuron_of(neuron) for neuron in found if neuron is not None]

    def neurons_lite(self, netuid: int) -> list[NeuronInfoLite]:
        """The same without weights and bonds."""
        found = [neuron_info_lite(self.storage, netuid, uid) for uid in self._uids(netuid)]
        return [neuron_lite_of(neuron) for neuron in found if neuron is not None]

    def neuron_for_uid(self, uid: int | None, netuid: int) -> NeuronInfo:
        """The neuron that holds a uid."""
        found = neuron_info(self.storage, netuid, uid) if uid is not None and uid in self._uids(netuid) else None
        return NeuronInfo.get_null_neuron() if found is None else neuron_of(found)

    def get_neuron_for_pubkey_and_subnet(self, hotkey_ss58: str, netuid: int) -> NeuronInfo:
        """The neuron of a hotkey. Raises: FieldError."""
        return self.neuron_for_uid(self.get_uid_for_hotkey_on_subnet(hotkey_ss58, netuid), netuid)

    def get_uid_for_hotkey_on_subnet(self, hotkey_ss58: str, netuid: int) -> int | None:
        """The uid of a hotkey; None where it has none. Raises: FieldError."""
        return self.storage.uids[netuid, ss58.account(hotkey_ss58, "hotkey_ss58")]

    def is_hotkey_registered(self, hotkey_ss58: str, netuid: int) -> bool:
        """Whether a hotkey has a uid. Raises: FieldError."""
        return self.get_uid_for_hotkey_on_subnet(hotkey_ss58, netuid) is not None

    def subnet_exists(self, netuid: int) -> bool:
        """Whether there is such a subnet."""
        return bool(self.storage.networks_added[netuid])

    def get_subnet_info(self, netuid: int) -> SubnetInfo | None:
        """A subnet's size and limits."""
        return subnet_info_of(subnet_info(self.storage, netuid)) if self.subnet_exists(netuid) else None

    def get_all_subnets_info(self) -> list[SubnetInfo]:
        """Those of all subnets."""
        return [subnet_info_of(subnet_info(self.storage, netuid)) for netuid in self.get_all_subnets_netuid()]

    def get_subnet_hyperparameters(self, netuid: int) -> SubnetHyperparameters | None:
        """A subnet's hyperparameters."""
        if not self.subnet_exists(netuid):
            return None
        return hyperparameters_of(all_hyperparams(self.storage, netuid, self.figures))

    def subnet(self, netuid: int) -> DynamicInfo | None:
        """A subnet's pool, its price and its epoch."""
        return self._dynamic(netuid) if self.subnet_exists(netuid) else None

    def all_subnets(self) -> list[DynamicInfo]:
        """Those of all subnets."""
        return [self._dynamic(netuid) for netuid in self.get_all_subnets_netuid()]

    def get_next_epoch_start_block(self, netuid: int) -> int | None:
        """The block of a subnet's next epoch."""
        return self.figures.next_epoch_start_block(self.storage, netuid) if self.subnet_exists(netuid) else None

    def metagraph(self, netuid: int) -> Metagraph:
        """A subnet as numpy vectors, including weights and bonds. Raises: NotThere."""
        if not self.subnet_exists(netuid):
            raise no_subnet(netuid, self.block, tuple(self.get_all_subnets_netuid()))
        return metagraph_of(self.storage, netuid, self.figures)

    def _dynamic(self, netuid: int) -> DynamicInfo:
        return dynamic_info_of(dynamic_info(self.storage, netuid), self.figures.alpha_price(self.storage, netuid))

    def _uids(self, netuid: int) -> range:
        return range(self.storage.subnetwork_n[netuid] if self.subnet_exists(netuid) else 0)
