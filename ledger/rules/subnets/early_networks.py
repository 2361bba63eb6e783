"""The initial values of a subnet, its cost, and what is removed with it, in runtimes before 277.

Source: subtensor networks.rs, spec_version 103; root.rs, 143 and 185.
"""

from collections.abc import Callable

from neuron_ledger.events.early_calls import NetworkAddedWithoutHotkey
from neuron_ledger.events.subnets import NetworkInitialized, NetworkRemoved
from neuron_ledger.ledger.errors import AllNetworksInImmunity, CannotGoOn, NotEnoughBalanceToStake
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance, remove_balance, remove_whole_balance
from neuron_ledger.ledger.rules.accounts.identities import drop_subnet_identity
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, mul_u64, sub_u64
from neuron_ledger.ledger.rules.subnets.beginning import FIRST_PARAMETERS, TEMPO, keep_registration_counters, set_first_parameters
from neuron_ledger.ledger.rules.subnets.ending import CLEARED_WITH_A_NETWORK, changed, give_lock_back, root_weights_without
from neuron_ledger.ledger.rules.subnets.new_networks import begin, identify, not_too_soon, not_too_soon_315, note_block
from neuron_ledger.ledger.runtime import Tx

KEPT_103 = (
    *("Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod", "ActivityCutoff", "EmissionValues", "MaxWeightsLimit"),
    *("ValidatorEpochLen", "MinAllowedWeights", "ValidatorBatchSize", "ValidatorEpochsPerReset", "ValidatorSequenceLength"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)
KEPT_133 = ("Kappa", "Difficulty", "ActivityCutoff", "EmissionValues")
"""Items whose default is written explicitly where they have no entry yet."""

FIRST_PARAMETERS_142 = tuple(
    pair
    for parameter in FIRST_PARAMETERS
    for pair in ((("min_burn", 1), parameter) if parameter[0] == "min_difficulty" else (parameter,))
)
"""The hyperparameters that every new subnet is given: later ones, and a minimum burn of one rao."""

FIRST_PARAMETERS_134 = tuple((name, 58_000 if name == "adjustment_alpha" else value) for name, value in FIRST_PARAMETERS_142)
"""The same before: old prices had hardly any weight."""

FIRST_PARAMETERS_133 = tuple(
    (name, 500 if name == "adjustment_interval" else value)
    for name, value in FIRST_PARAMETERS_134
    if name not in ("min_difficulty", "max_difficulty")
)

TEMPO_133 = 1000
"""Blocks between the epochs of a new subnet, less one; only at 133."""


# --------------------------------------------------------------------------------------------------- initial values


def init_network(tx: Tx, netuid: int, tempo: int, keeps: tuple[str, ...]) -> None:
    """Initialise the netuid. keeps: items whose present value is written explicitly."""
    kept = tuple((name, int(tx.storage.map(name)[netuid])) for name in keeps)
    values = (("NetworksAdded", 1), ("SubnetworkN", 0), ("Tempo", tempo), *kept)
    total = add_u16(tx.storage.total_networks.value, 1)
    tx.emit(NetworkInitialized(netuid=netuid, total_networks=total, values=values))


def init_network_103(tx: Tx, netuid: int, tempo: int) -> None:
    """Initialise the netuid, writing present values or defaults explicitly.

    Source: subtensor networks.rs::init_new_network, 103.
    """
    init_network(tx, netuid, tempo, KEPT_103)


def init_network_133(tx: Tx, netuid: int) -> None:
    """Initialise the netuid, with the tempo of all new subnets. Source: subtensor root.rs::init_new_network, spec_version 133."""
    init_network(tx, netuid, TEMPO_133, KEPT_133)


def init_network_134(tx: Tx, netuid: int) -> None:
    """The same, with the tempo of later runtimes. Source: subtensor root.rs::init_new_network, spec_version 143."""
    init_network(tx, netuid, TEMPO, KEPT_133)


BEGIN_133 = (init_network_133, set_first_parameters, keep_registration_counters)
BEGIN_134 = (init_network_134, set_first_parameters, keep_registration_counters)


# ----------------------------------------------------------------------------------------------------- registration


def get_network_lock_cost_133(tx: Tx) -> int:
    """The current cost of a new subnet in rao: twice the last one's, falling to the minimum with the blocks since.

    Raises: CannotGoOn where the interval in which it falls is 0, by which the chain's code would divide.
    Source: subtensor root.rs::get_network_lock_cost, spec_versions 143 and 185.
    """
    storage = tx.storage
    last_cost, last_block = storage.network_last_lock_cost.value, tx.rules.last_blocks.read(storage, NETWORK, None)
    interval = storage.network_lock_reduction_interval.value
    if interval == 0:
        raise CannotGoOn("the lock cost cannot be computed: the interval in which it falls is 0 blocks")
    beginning = mul_u64(last_cost, 2 if last_block else 1)
    reduction = mul_u64(last_cost // interval, sub_u64(tx.block, last_block))
    return max(sub_u64(beginning, reduction), storage.network_min_lock_cost.value)


def cost_is_covered_133(tx: Tx, network: NewNetwork) -> None:
    """Raises: NotEnoughBalanceToStake."""
    network.cost = get_network_lock_cost_133(tx)
    if not can_remove_balance(tx, network.coldkey, network.cost):
        raise NotEnoughBalanceToStake(needed=network.cost, balance=tx.storage.balances[network.coldkey])


def take_netuid_133(tx: Tx, network: NewNetwork) -> None:
    """A free netuid below the limit of subnets, else that of one that is removed. Raises: AllNetworksInImmunity."""
    _take_netuid(tx, network, network_to_prune_133)


def take_netuid_136(tx: Tx, network: NewNetwork) -> None:
    """The same; another one is removed. Raises: as before."""
    _take_netuid(tx, network, network_to_prune_136)


def _take_netuid(tx: Tx, network: NewNetwork, network_to_prune: Callable[[Tx], int | None]) -> None:
    storage = tx.storage
    if sub_u64(storage.total_networks.value, 1) < storage.subnet_limit.value:
        network.netuid = tx.rules.free_netuid(tx)
        return
    network.pruned = network_to_prune(tx)
    if network.pruned is None:
        raise AllNetworksInImmunity(subnets=sub_u64(storage.total_networks.value, 1), limit=storage.subnet_limit.value)
    for step in tx.rules.dissolve_network:
        step(tx, network.pruned)
    network.netuid = network.pruned


def network_to_prune_133(tx: Tx) -> int | None:
    """The last netuid past its immunity without emission, whether or not it has a subnet; the very last netuid is not considered.

    None if there is none. Source: subtensor root.rs::get_subnet_to_prune, spec_version 133.
    """
    storage = tx.storage
    period, registered_at = storage.network_immunity_period.value, storage.network_registered_at
    emission, netuids = storage.map("EmissionValues"), range(1, sub_u64(storage.total_networks.value, 1))
    old = [n for n in netuids if not emission[n] and sub_u64(tx.block, registered_at[n]) >= period]
    return old[-1] if old else None


def network_to_prune_136(tx: Tx) -> int | None:
    """The subnet past its immunity with the least emission, the oldest of these; None where all are immune.

    Of equally old ones the last in key order. Source: subtensor root.rs::get_subnet_to_prune, spec_versions 143 and 185.
    """
    storage = tx.storage
    period, registered_at = storage.network_immunity_period.value, storage.network_registered_at
    old = [n for n in known_netuids(storage) if n != ROOT and sub_u64(tx.block, registered_at[n]) >= period]
    emission = storage.map("EmissionValues")
    return min(reversed(old), key=lambda netuid: (emission[netuid], registered_at[netuid]), default=None)


def lock_133(tx: Tx, network: NewNetwork) -> None:
    """Withdraw the cost, all of it, and lock it. Raises: BalanceWithdrawalError."""
    _lock(tx, network, remove_whole_balance(tx, network.coldkey, network.cost))


def lock_149(tx: Tx, network: NewNetwork) -> None:
    """Withdraw what the coldkey can pay of the cost, and lock it. Raises: ZeroBalanceAfterWithdrawn."""
    _lock(tx, network, remove_balance(tx, network.coldkey, network.cost))


def _lock(tx: Tx, network: NewNetwork, locked: int) -> None:
    tx.storage.subnet_locked[network.netuid] = tx.storage.network_last_lock_cost.value = locked


def announce_133(tx: Tx, network: NewNetwork) -> None:
    """Emit the event of the new subnet."""
    tx.emit(
        NetworkAddedWithoutHotkey(netuid=network.netuid, modality=0, owner=network.coldkey, registered_at=tx.block),
    )


STEPS_133 = (not_too_soon, cost_is_covered_133, take_netuid_133, lock_133, begin, note_block, announce_133)
STEPS_136 = tuple(take_netuid_136 if step is take_netuid_133 else step for step in STEPS_133)
STEPS_149 = tuple(lock_149 if step is lock_133 else step for step in STEPS_136)
STEPS_195 = (not_too_soon, *STEPS_149[1:-2], identify, *STEPS_149[-2:])
STEPS_216 = (not_too_soon_315, *STEPS_195[1:])
"""A subnet that makes room is removed before anything is paid, since its returned lock may pay for the new one."""


# --------------------------------------------------------------------------------------------------------- removal

CLEARED_133 = changed(CLEARED_WITH_A_NETWORK, more=("EmissionValues",))
CLEARED_103 = changed(
    CLEARED_133,
    no_more=("NetworkRegisteredAt", "SubnetOwner"),
    more=("ValidatorEpochLen", "ValidatorBatchSize", "ValidatorEpochsPerReset", "ValidatorSequenceLength"),
)
"""Hotkeys that had a uid still count as members of the subnet afterwards."""

CLEARED_142 = changed(CLEARED_133, no_more=("Weights",))
"""Only at 142 weights stayed for whoever registers there next."""


def remove_network_103(tx: Tx, netuid: int) -> None:
    """Remove what the runtime removes of a subnet. Source: subtensor networks.rs::remove_network, spec_version 103."""
    _remove(tx, netuid, ())


def remove_network_142(tx: Tx, netuid: int) -> None:
    """As before; its weights on the root network are removed too.

    Source: subtensor root.rs::remove_network, spec_versions 143 and 185.
    """
    _remove(tx, netuid, root_weights_without(tx.storage, netuid))


def _remove(tx: Tx, netuid: int, root_weights: tuple[tuple[int, bytes], ...]) -> None:
    tx.emit(
        NetworkRemoved(
            netuid=netuid,
            total_networks=sub_u64(tx.storage.total_networks.value, 1),
            members=(),
            cleared=tx.rules.cleared_with_network,
            indices=(),
            cleared_of_mechanisms=(),
            root_weights=root_weights,
        )
    )


END_103 = (remove_network_103,)
END_133 = (give_lock_back, remove_network_103)
END_142 = (give_lock_back, remove_network_142)
END_195 = (drop_subnet_identity, give_lock_back, remove_network_142)
