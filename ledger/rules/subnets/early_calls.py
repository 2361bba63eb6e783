"""Subnets that begin and end in runtimes before 277: by root's word until spec_version 133, then by those who pay for them.

Source: subtensor networks.rs, spec_version 103; root.rs, 143 and 185.
"""

from neuron_ledger.events.calls import CreateRootNetwork
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    NetworkAddedWithoutHotkey,
    RegisterNetworkAlone,
    SudoAddNetwork,
    SudoRemoveNetwork,
    SudoSetEmissionValues,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import (
    DuplicateUids,
    InvalidEmissionValues,
    InvalidModality,
    InvalidTempo,
    NetworkExist,
    NotSubnetOwner,
    UidVecContainInvalidOne,
    WeightVecLengthIsLow,
    WeightVecNotEqualSize,
)
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.netuids import ensure_subnet_exists, subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.subnets.calls import create_root_network, register
from neuron_ledger.ledger.rules.subnets.early_networks import init_network_103
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

MODALITIES = (0, 1, 2)
"""Text, image, tensor."""


def sudo_add_network_103(tx: Tx, origin: Origin, call: SudoAddNetwork) -> None:
    """Begin a subnet.

    Raises: BadOrigin, NetworkExist, InvalidModality, InvalidTempo: in this order.
    Source: subtensor networks.rs::do_add_network, spec_version 103.
    """
    ensure_root(origin)
    if subnet_exists(tx.storage, call.netuid):
        raise NetworkExist(netuid=call.netuid)
    if call.modality not in MODALITIES:
        raise InvalidModality(modality=call.modality, highest=MODALITIES[-1])
    if call.tempo == U16_MAX:
        raise InvalidTempo(tempo=call.tempo, highest=U16_MAX - 1)
    init_network_103(tx, call.netuid, call.tempo)
    tx.emit(NetworkAddedWithoutHotkey(netuid=call.netuid, modality=call.modality, owner=None, registered_at=None))


def sudo_remove_network_103(tx: Tx, origin: Origin, call: SudoRemoveNetwork) -> None:
    """End a subnet. Raises: BadOrigin, SubNetworkDoesNotExist. Source: subtensor networks.rs::do_remove_network, 103."""
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    _end(tx, call.netuid)


def sudo_set_emission_values_103(tx: Tx, origin: Origin, call: SudoSetEmissionValues) -> None:
    """Say what each block brings to each subnet, together what it brings in all.

    Raises: BadOrigin, WeightVecNotEqualSize, WeightVecLengthIsLow, DuplicateUids, UidVecContainInvalidOne, InvalidEmissionValues:
    in this order. Source: subtensor networks.rs::do_set_emission_values, spec_version 103.
    """
    ensure_root(origin)
    storage, netuids, emission = tx.storage, call.netuids, call.emission
    if len(netuids) != len(emission):
        raise WeightVecNotEqualSize(uids=len(netuids), weights=len(emission))
    if len(netuids) % (U16_MAX + 1) != storage.total_networks.value:
        raise WeightVecLengthIsLow(weights=len(netuids), needed=storage.total_networks.value)
    twice = [netuid for at, netuid in enumerate(netuids) if netuid in netuids[:at]]
    if twice:
        raise DuplicateUids(uid=twice[0])
    strays = [netuid for netuid in netuids if not subnet_exists(storage, netuid)]
    if strays:
        raise UidVecContainInvalidOne(uid=strays[0], neurons=storage.total_networks.value)
    total, needed = sum(emission) % 2**64, storage.block_emission.value
    if total != needed:
        raise InvalidEmissionValues(given=total, needed=needed)
    for netuid, value in zip(netuids, emission, strict=True):
        storage.map("EmissionValues")[netuid] = value


def register_network_133(tx: Tx, origin: Origin, _: RegisterNetworkAlone) -> None:
    """Begin a subnet without neurons, for the lock cost; where there are as many as there may be, another one ends for it.

    Raises: BadOrigin, NetworkTxRateLimitExceeded, NotEnoughBalanceToStake, AllNetworksInImmunity, and what the withdrawal
    ends with (BalanceWithdrawalError, since spec_version 149 ZeroBalanceAfterWithdrawn): in this order.
    Source: subtensor root.rs::user_add_network, spec_versions 143 and 185.
    """
    register(tx, NewNetwork(ensure_signed(origin), b"", None))


def dissolve_network_133(tx: Tx, origin: Origin, call: DissolveOwnNetwork) -> None:
    """End a subnet of the signer's, and give back what was locked for it.

    Raises: BadOrigin, SubNetworkDoesNotExist, NotSubnetOwner: in this order.
    Source: subtensor root.rs::user_remove_network, spec_versions 143 and 185.
    """
    coldkey, netuid = ensure_signed(origin), call.netuid
    ensure_subnet_exists(tx.storage, netuid)
    owner = tx.storage.subnet_owner[netuid]
    if owner != coldkey:
        raise NotSubnetOwner(netuid=netuid, owner=owner, coldkey=coldkey)
    _end(tx, netuid)


def _end(tx: Tx, netuid: int) -> None:
    for step in tx.rules.dissolve_network:
        step(tx, netuid)


CALLS_103 = call_table(
    handles(SudoAddNetwork, sudo_add_network_103),
    handles(SudoRemoveNetwork, sudo_remove_network_103),
    handles(SudoSetEmissionValues, sudo_set_emission_values_103),
)

CALLS_133 = call_table(
    handles(CreateRootNetwork, create_root_network),
    handles(RegisterNetworkAlone, register_network_133),
    handles(DissolveOwnNetwork, dissolve_network_133),
)
FORMS_133 = {"register_network": RegisterNetworkAlone, "dissolve_network": DissolveOwnNetwork}
"""The chain's own names."""
