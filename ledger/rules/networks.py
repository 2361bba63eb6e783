"""Subnets begin, start to emit, and end."""

from neuron_ledger.events.calls import CreateRootNetwork, DissolveNetwork, RegisterNetwork, StartCall
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.subnets import (
    EmissionStarted,
    HyperparameterSet,
    NetworkAdded,
    NetworkInitialized,
    NetworkRemoved,
    RootNetworkCreated,
    SubnetIdentityRemoved,
)
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import (
    FirstEmissionBlockNumberAlreadySet,
    NeedWaitingMoreBlocksToStarCall,
    NetworkTxRateLimitExceeded,
    NotEnoughBalanceToStake,
    NotSubnetOwner,
    RootNetworkExists,
)
from neuron_ledger.ledger.rules.accounts import (
    add_balance,
    can_remove_balance,
    create_account_if_non_existent,
    ensure_coldkey_owns_hotkey,
    ensure_subnet_owner,
    hotkey_account_exists,
    remove_balance,
)
from neuron_ledger.ledger.rules.emission.coinbase import look_up_block_emission
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64, mul_u64, sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.symbols import get_symbol_for_subnet
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed
from neuron_ledger.projections.storage import Storage

TEMPO = 360
"""Blocks between the epochs of a new subnet, less one."""

DURATION_OF_START_CALL = 50_400
"""Blocks (seven days) after a subnet's registration before its emission can be started."""

FIRST_PARAMETERS = (
    ("network_registration_allowed", 1),
    ("max_allowed_uids", 256),
    ("max_allowed_validators", 64),
    ("min_allowed_weights", 1),
    ("max_weight_limit", U16_MAX),
    ("adjustment_interval", 360),
    ("target_registrations_per_interval", 1),
    ("adjustment_alpha", 17_893_341_751_498_265_066),
    ("immunity_period", 5000),
    ("min_difficulty", U64_MAX),
    ("max_difficulty", U64_MAX),
)
"""The hyperparameters that every new subnet is given, in the order of their events."""


ROOT_AT_FIRST = (
    ("NetworksAdded", 1),
    ("SubnetworkN", 0),
    ("Tempo", 100),
    ("MaxAllowedUids", 64),
    ("MaxAllowedValidators", 64),
    ("MinAllowedWeights", 0),
    ("MaxWeightsLimit", U16_MAX),
    ("NetworkRegistrationAllowed", 1),
    ("TargetRegistrationsPerInterval", 1),
)
"""What the root network begins with."""

CLEARED_WITH_A_NETWORK = (
    *("Uids", "Keys", "Bonds", "Weights"),
    *("SubnetworkN", "NetworkModality", "NetworksAdded", "NetworkRegisteredAt", "SubnetOwner"),
    *("Rank", "Trust", "Active", "Emission", "Incentive", "Consensus", "Dividends", "PruningScores", "LastUpdate"),
    *("ValidatorPermit", "ValidatorTrust", "Tempo", "Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod"),
    *("ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)
"""What the chain removes of a subnet besides its members. Pools, stake, StakeWeight and other parameters stay."""


def create_root_network(tx: Tx, origin: Origin, _: CreateRootNetwork) -> None:
    """Create the root network with genesis' parameters, and take the issuance of balances as TotalIssuance.

    Raises: BadOrigin, RootNetworkExists. Source: subtensor macros/genesis.rs, spec_version 277.
    """
    ensure_root(origin)
    storage = tx.storage
    if subnet_exists(storage, ROOT):
        raise RootNetworkExists(netuid=ROOT)
    storage.total_issuance.value = storage.balances_total_issuance.value
    tx.emit(
        RootNetworkCreated(
            total_networks=add_u16(storage.total_networks.value, 1),
            values=ROOT_AT_FIRST,
        )
    )


# --------------------------------------------------------------------------------------------------------- beginning


def register_network(tx: Tx, origin: Origin, call: RegisterNetwork) -> None:
    """Create a dynamic subnet on the lowest free netuid, with the hotkey as its first neuron, for the lock cost.

    Of what is locked the minimum fills the pool, the rest is burned.
    Raises: BadOrigin, NonAssociatedColdKey, NetworkTxRateLimitExceeded, NotEnoughBalanceToStake, ZeroBalanceAfterWithdrawn: in
    this order. Source: subtensor subnets/subnet.rs::do_register_network, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    storage, hotkey = tx.storage, call.hotkey
    if hotkey_account_exists(tx, hotkey):
        ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)
    last, limit = storage.network_last_registered.value, storage.network_rate_limit.value
    if sub_u64(tx.block, last) < limit:
        raise NetworkTxRateLimitExceeded(last_registered=last, possible_at=last + limit)
    lock_cost = get_network_lock_cost(tx)
    if not can_remove_balance(tx, coldkey, lock_cost):
        raise NotEnoughBalanceToStake(needed=lock_cost, balance=storage.balances[coldkey])
    netuid = tx.rules.free_netuid(tx)
    locked = remove_balance(tx, coldkey, lock_cost)
    storage.network_last_lock_cost.value = locked
    for step in tx.rules.begin_subnet:
        step(tx, netuid)
    create_account_if_non_existent(tx, coldkey, hotkey)
    tx.rules.append_neuron(tx, netuid, hotkey)
    _fill_pool(storage, netuid, locked)
    storage.network_last_registered.value = tx.block
    tx.emit(
        NetworkAdded(
            netuid=netuid,
            mechanism=DYNAMIC,
            owner=coldkey,
            owner_hotkey=hotkey,
            token_symbol=get_symbol_for_subnet(netuid),
            registered_at=tx.block,
        )
    )


def get_network_lock_cost(tx: Tx) -> int:
    """Rao that a new subnet costs now: twice the last one's, falling with the blocks since to the minimum.

    Source: subtensor coinbase/root.rs::get_network_lock_cost, get_lock_reduction_interval, spec_version 277.
    """
    storage = tx.storage
    last_cost, last_block = storage.network_last_lock_cost.value, storage.network_last_registered.value
    emission = look_up_block_emission(storage, storage.total_issuance.value)
    interval = min(storage.network_lock_reduction_interval.value << 64, 2**127 - 1)
    interval = (interval * ((emission << 64) // 1_000_000_000) >> 64) >> 64
    a_block = last_cost // interval if interval else 0
    begin = mul_u64(last_cost, 2 if last_block else 1)
    reduction = mul_u64(a_block, sub_u64(tx.block, last_block))
    return max(begin - reduction, storage.network_min_lock_cost.value)


def lowest_free_netuid(tx: Tx) -> int:
    """The lowest netuid above root's that no subnet has.

    Source: subtensor subnets/subnet.rs::get_next_netuid, spec_version 277.
    """
    return next(netuid for netuid in range(1, U16_MAX) if netuid not in tx.storage.networks_added)


def init_network(tx: Tx, netuid: int) -> None:
    """Take the netuid, and write down what a subnet begins with or had before.

    Source: subtensor subnets/subnet.rs::init_new_network, spec_version 277.
    """
    storage = tx.storage
    tx.emit(
        NetworkInitialized(
            netuid=netuid,
            total_networks=add_u16(storage.total_networks.value, 1),
            values=(
                ("NetworksAdded", 1),
                ("SubnetworkN", 0),
                ("NetworkModality", 0),
                ("Tempo", TEMPO),
                ("Kappa", storage.kappa[netuid]),
                ("Difficulty", storage.difficulty[netuid]),
                ("ActivityCutoff", storage.activity_cutoff[netuid]),
            ),
        )
    )


def set_first_parameters(tx: Tx, netuid: int) -> None:
    for name, value in tx.rules.first_parameters:
        tx.emit(HyperparameterSet(name=name, netuid=netuid, value=value))


def keep_registration_counters(tx: Tx, netuid: int) -> None:
    """Write down what the registration counters read as, which may be what a subnet of the netuid before left."""
    storage = tx.storage
    for counter in (
        storage.registrations_this_interval,
        storage.pow_registrations_this_interval,
        storage.burn_registrations_this_interval,
    ):
        counter[netuid] = counter[netuid]


def _fill_pool(storage: Storage, netuid: int, locked: int) -> None:
    pool_tao = storage.network_min_lock_cost.value
    storage.subnet_tao[netuid] = pool_tao
    storage.subnet_alpha_in[netuid] = pool_tao
    if locked > pool_tao:
        storage.total_issuance.value = sub_u64(storage.total_issuance.value, locked - pool_tao)
    if locked and pool_tao:
        storage.total_stake.value = add_u64(storage.total_stake.value, pool_tao)


def start_call(tx: Tx, origin: Origin, call: StartCall) -> None:
    """Start the emission of a subnet with the next block, and enable its token.

    Raises: SubNetworkDoesNotExist, BadOrigin, FirstEmissionBlockNumberAlreadySet, NeedWaitingMoreBlocksToStarCall: in this order.
    Source: subtensor subnets/subnet.rs::do_start_call, spec_version 277.
    """
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_exists(storage, netuid)
    ensure_subnet_owner(tx, origin, netuid)
    started = storage.first_emission_block_number[netuid]
    if started is not None:
        raise FirstEmissionBlockNumberAlreadySet(netuid=netuid, first_emission_block_number=started)
    possible_at = add_u64(storage.network_registered_at[netuid], DURATION_OF_START_CALL)
    if tx.block < possible_at:
        raise NeedWaitingMoreBlocksToStarCall(netuid=netuid, possible_at=possible_at)
    tx.emit(EmissionStarted(netuid=netuid, first_emission_block_number=tx.block + 1))


# ------------------------------------------------------------------------------------------------------------ ending


def dissolve_network(tx: Tx, origin: Origin, call: DissolveNetwork) -> None:
    """Remove a subnet of the named coldkey and give back what was locked for it.

    Raises: BadOrigin, SubNetworkDoesNotExist, NotSubnetOwner: in this order.
    Source: subtensor coinbase/root.rs::user_remove_network, remove_network, spec_version 277.
    """
    ensure_root(origin)
    storage, netuid = tx.storage, call.netuid
    ensure_subnet_exists(storage, netuid)
    owner = storage.subnet_owner[netuid]
    if owner != call.coldkey:
        raise NotSubnetOwner(netuid=netuid, owner=owner, coldkey=call.coldkey)
    if netuid in storage.subnet_identities_v2:
        tx.emit(SubnetIdentityRemoved(netuid=netuid))
    add_balance(tx, owner, storage.subnet_locked[netuid])
    storage.subnet_locked[netuid] = 0
    tx.emit(
        NetworkRemoved(
            netuid=netuid,
            total_networks=sub_u64(storage.total_networks.value, 1),
            members=tuple(storage.keys[seat] for seat in sorted(seat for seat in storage.keys if seat[0] == netuid)),
            cleared=CLEARED_WITH_A_NETWORK,
            root_weights=_root_weights_without(storage, netuid),
        )
    )


def _root_weights_without(storage: Storage, netuid: int) -> tuple[tuple[int, bytes], ...]:
    """Every row of weights on the root network, with 0 for a subnet."""
    if netuid == ROOT:
        return ()
    rows = []
    for uid in sorted(uid for subnet, uid in storage.weights if subnet == ROOT):
        row = pairs(storage.weights[ROOT, uid])
        rows.append((uid, pack_pairs([(target, 0 if target == netuid else weight) for target, weight in row])))
    return tuple(rows)


CALLS = call_table(
    handles(CreateRootNetwork, create_root_network),
    handles(RegisterNetwork, register_network),
    handles(StartCall, start_call),
    handles(DissolveNetwork, dissolve_network),
)
