"""What a new subnet costs, and what it begins with."""

from neuron_ledger.events.subnets import HyperparameterSet, NetworkInitialized
from neuron_ledger.ledger.rules.emission.coinbase import look_up_block_emission
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64, mul_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

TEMPO = 360
"""Blocks between the epochs of a new subnet, less one."""

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


def get_network_lock_cost(tx: Tx) -> int:
    """Rao that a new subnet costs now: twice the last one's, falling with the blocks since to the minimum.

    Source: subtensor coinbase/root.rs::get_network_lock_cost, get_lock_reduction_interval, spec_version 277.
    """
    storage = tx.storage
    last_cost, last_block = storage.network_last_lock_cost.value, tx.rules.last_blocks.read(storage, NETWORK, None)
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
    values = (
        ("NetworksAdded", 1),
        ("SubnetworkN", 0),
        ("NetworkModality", 0),
        ("Tempo", TEMPO),
        ("Kappa", storage.kappa[netuid]),
        ("Difficulty", storage.difficulty[netuid]),
        ("ActivityCutoff", storage.activity_cutoff[netuid]),
    )
    tx.emit(
        NetworkInitialized(
            netuid=netuid,
            total_networks=add_u16(storage.total_networks.value, 1),
            values=tuple((name, value) for name, value in values if name in storage.layout.items),
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


def fill_pool(storage: Storage, netuid: int, locked: int) -> None:
    pool_tao = storage.network_min_lock_cost.value
    storage.subnet_tao[netuid] = pool_tao
    storage.subnet_alpha_in[netuid] = pool_tao
    if locked > pool_tao:
        storage.total_issuance.value = sub_u64(storage.total_issuance.value, locked - pool_tao)
    if locked and pool_tao:
        storage.total_stake.value = add_u64(storage.total_stake.value, pool_tao)
