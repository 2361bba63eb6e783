"""The initial values of a new subnet."""

from neuron_ledger.events.subnets import HyperparameterSet, NetworkInitialized
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, sub_u64
from neuron_ledger.ledger.runtime import Tx

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

KEPT_397 = (
    *("network_registration_allowed", "max_allowed_uids", "max_allowed_validators", "min_allowed_weights"),
    "immunity_period",
)
"""Those of them that are still given since spec_version 397."""

FIRST_PARAMETERS_334 = tuple(parameter for parameter in FIRST_PARAMETERS if parameter[0] != "max_weight_limit")

FIRST_PARAMETERS_397 = (
    *(parameter for parameter in FIRST_PARAMETERS_334 if parameter[0] in KEPT_397),
    ("yuma3_enabled", 1),
    ("burn", 1_000_000_000),
)

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


def lowest_free_netuid(tx: Tx) -> int:
    """The lowest netuid above root's that no subnet has.

    Source: subtensor subnets/subnet.rs::get_next_netuid, spec_version 277.
    """
    return next(netuid for netuid in range(1, U16_MAX) if netuid not in tx.storage.networks_added)


def _init(tx: Tx, netuid: int, begins_with: tuple[tuple[str, int], ...], keeps: tuple[str, ...]) -> None:
    """Initialise the netuid. begins_with: items and their first values; keeps: items whose value is written explicitly."""
    kept = tuple((name, int(tx.storage.map(name)[netuid])) for name in keeps)
    total = add_u16(tx.storage.total_networks.value, 1)
    values = (("NetworksAdded", 1), ("SubnetworkN", 0), ("Tempo", TEMPO), *begins_with, *kept)
    tx.emit(NetworkInitialized(netuid=netuid, total_networks=total, values=values))


def init_network(tx: Tx, netuid: int) -> None:
    """Initialise the netuid: write its first values, or those left by an earlier subnet.

    Source: subtensor subnets/subnet.rs::init_new_network, spec_version 277.
    """
    _init(tx, netuid, (("NetworkModality", 0),), ("Kappa", "Difficulty", "ActivityCutoff"))


def init_network_315(tx: Tx, netuid: int) -> None:
    """As before, without a modality. Source: subtensor subnets/subnet.rs::init_new_network, spec_version 315."""
    _init(tx, netuid, (), ("Kappa", "Difficulty", "ActivityCutoff"))


def init_network_397(tx: Tx, netuid: int) -> None:
    """As before, without a difficulty. Source: subtensor subnets/subnet.rs::init_new_network, spec_version 397."""
    _init(tx, netuid, (), ("Kappa", "ActivityCutoff"))


def init_network_411(tx: Tx, netuid: int) -> None:
    """As before; the subnet's emission is switched on.

    Source: subtensor subnets/subnet.rs::init_new_network, spec_version 411.
    """
    _init(tx, netuid, (("SubnetEmissionEnabled", 1),), ("Kappa", "ActivityCutoff"))


def init_network_423(tx: Tx, netuid: int) -> None:
    """As before; the first epoch comes slightly earlier for higher netuids, so that subnets do not all have theirs in one block.

    Source: subtensor subnets/subnet.rs::init_new_network, spec_version 424.
    """
    last_epoch = sub_u64(tx.block, netuid % TEMPO)
    _init(tx, netuid, (("SubnetEmissionEnabled", 1), ("LastEpochBlock", last_epoch)), ("Kappa", "ActivityCutoff"))


def set_first_parameters(tx: Tx, netuid: int) -> None:
    for name, value in tx.rules.first_parameters:
        tx.emit(HyperparameterSet(name=name, netuid=netuid, value=value))


def keep_registration_counters(tx: Tx, netuid: int) -> None:
    """Write the registration counters explicitly, with what an earlier subnet of the netuid may have left."""
    keep_registration_counter_397(tx, netuid)
    for counter in (tx.storage.pow_registrations_this_interval, tx.storage.burn_registrations_this_interval):
        counter[netuid] = counter[netuid]


def keep_registration_counter_397(tx: Tx, netuid: int) -> None:
    """As before, for the only counter left."""
    counter = tx.storage.registrations_this_interval
    counter[netuid] = counter[netuid]
