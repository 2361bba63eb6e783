"""Creation and removal of subnets in runtimes before 277: by root until spec_version 133, then by those who pay for them.

Source: subtensor networks.rs, spec_version 103; root.rs, 143 and 185.
"""

from neuron_ledger.events.associations import ScheduleDissolveNetwork
from neuron_ledger.events.calls import CreateRootNetwork, DissolveNetwork
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    NetworkAddedWithoutHotkey,
    RegisterNetworkAlone,
    RegisterNetworkAloneWithIdentity,
    SudoAddNetwork,
    SudoRemoveNetwork,
    SudoSetEmissionValues,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import (
    DuplicateUids,
    FailedToSchedule,
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
from neuron_ledger.ledger.rules.subnets.calls import create_root_network, dissolve_network, register
from neuron_ledger.ledger.rules.subnets.early_networks import init_network_103
from neuron_ledger.ledger.rules.swaps.calls import LAST_BLOCK
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

MODALITIES = (0, 1, 2)
"""Text, image, tensor."""


def sudo_add_network_103(tx: Tx, origin: Origin, call: SudoAddNetwork) -> None:
    """Create a subnet.

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
    """Remove a subnet. Raises: BadOrigin, SubNetworkDoesNotExist. Source: subtensor networks.rs::do_remove_network, 103."""
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    _end(tx, call.netuid)


def sudo_set_emission_values_103(tx: Tx, origin: Origin, call: SudoSetEmissionValues) -> None:
    """Set each subnet's part of a block's emission; together they must equal it.

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
    """Create a subnet without neurons, for the lock cost; if the limit is reached, another one is removed for it.

    Raises: BadOrigin, NetworkTxRateLimitExceeded, NotEnoughBalanceToStake, AllNetworksInImmunity, and what the withdrawal
    raises (BalanceWithdrawalError, since spec_version 149 ZeroBalanceAfterWithdrawn): in this order.
    Source: subtensor root.rs::user_add_network, spec_versions 143 and 185.
    """
    register(tx, NewNetwork(ensure_signed(origin), b"", None))


def register_network_with_identity_195(tx: Tx, origin: Origin, call: RegisterNetworkAloneWithIdentity) -> None:
    """The same, with or without an identity. Raises: as `register_network_133`; InvalidIdentity at the end.

    Source: subtensor coinbase/root.rs::user_add_network, spec_version 195.
    """
    register(tx, NewNetwork(ensure_signed(origin), b"", call.identity))


def schedule_dissolve_network_195(tx: Tx, origin: Origin, call: ScheduleDissolveNetwork) -> None:
    """Schedule the removal of a subnet, which takes place if the signer still owns it then.

    Raises: BadOrigin, FailedToSchedule: in this order.
    Source: subtensor macros/dispatches.rs::schedule_dissolve_network, spec_version 195; the scheduler's limit of calls per block
    is not checked.
    """
    coldkey, storage = ensure_signed(origin), tx.storage
    when = min(tx.block + storage.dissolve_network_schedule_duration.value, LAST_BLOCK)
    if when <= tx.block:
        raise FailedToSchedule(scheduled=when, current=tx.block)
    ends = storage.scheduled_dissolutions
    ends[when] = (*ends[when], (coldkey, call.netuid))


def run_scheduled_dissolutions_195(tx: Tx) -> None:
    """Remove the subnets whose removal is scheduled for this block, in order; one that is not the named coldkey's stays.

    Source: polkadot-sdk pallet-scheduler lib.rs::on_initialize, as used at spec_version 195. Swaps of coldkeys that are
    scheduled for the same block come first here.
    """
    ends = tx.storage.scheduled_dissolutions
    if tx.block not in ends:
        return
    due = ends[tx.block]
    ends.remove(tx.block)
    for coldkey, netuid in due:
        if subnet_exists(tx.storage, netuid) and tx.storage.subnet_owner[netuid] == coldkey:
            _end(tx, netuid)


def dissolve_network_133(tx: Tx, origin: Origin, call: DissolveOwnNetwork) -> None:
    """Remove a subnet of the signer, and return what was locked for it.

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

CALLS_195 = call_table(
    handles(RegisterNetworkAloneWithIdentity, register_network_with_identity_195),
    handles(DissolveNetwork, dissolve_network),
    handles(ScheduleDissolveNetwork, schedule_dissolve_network_195),
)
GONE_195 = (DissolveOwnNetwork,)
FORMS_195 = {"register_network": RegisterNetworkAlone, "register_network_with_identity": RegisterNetworkAloneWithIdentity}
"""The chain's own names; `dissolve_network` has the same meaning as later."""
