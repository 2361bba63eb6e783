"""How subnets are created in the first runtimes with alpha, 233 to 272, where it differs from 277, and what is removed with them.

Source: subtensor subnets/subnet.rs, coinbase/root.rs, spec_versions 233 to 257.
"""

from collections.abc import Callable

from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.subnets import beginning, first_pools, new_networks
from neuron_ledger.ledger.rules.subnets.ending import CLEARED_WITH_A_NETWORK, changed
from neuron_ledger.ledger.rules.subnets.symbols import SYMBOLS_233, symbol_of
from neuron_ledger.ledger.runtime import Tx


def init_network_233(tx: Tx, netuid: int) -> None:
    """As at 277; the subnet's emission value, which is no longer used, is kept until spec_version 252.

    Source: subtensor subnets/subnet.rs::init_new_network, spec_version 233.
    """
    beginning.init_network(tx, netuid)
    emission = tx.storage.map("EmissionValues")
    emission[netuid] = emission[netuid]


def note_total_stake_233(tx: Tx, network: NewNetwork) -> None:
    """Until spec_version 273: note how much TAO was staked when the subnet was created."""
    tx.storage.map("TotalStakeAtDynamic")[network.netuid] = tx.storage.total_stake.value


def choose_symbol_233(_: Tx, network: NewNetwork) -> None:
    """The symbol of the netuid, which for some differs until spec_version 261. Source: subtensor subnets/symbols.rs."""
    network.symbol = symbol_of(SYMBOLS_233, network.netuid)


NetworkStep = Callable[[Tx, NewNetwork], None]


def _registered_with(*pool: NetworkStep) -> tuple[NetworkStep, ...]:
    place = new_networks.STEPS.index(first_pools.fill_pool)
    return (*new_networks.STEPS[:place], *pool, *new_networks.STEPS[place + 1 :])


def _with_symbols_233(steps: tuple[NetworkStep, ...]) -> tuple[NetworkStep, ...]:
    return tuple(choose_symbol_233 if step is new_networks.choose_symbol else step for step in steps)


STEPS_261 = _registered_with(note_total_stake_233, first_pools.fill_pool)
STEPS_252 = _with_symbols_233(STEPS_261)
STEPS_233 = _with_symbols_233(_registered_with(note_total_stake_233, first_pools.fill_pool_233))

BEGIN_233 = (init_network_233, beginning.set_first_parameters, beginning.keep_registration_counters)

_BEFORE_DIFFICULTIES = [name for name, _ in beginning.FIRST_PARAMETERS].index("min_difficulty")
FIRST_PARAMETERS_233 = (
    *beginning.FIRST_PARAMETERS[:_BEFORE_DIFFICULTIES],
    ("min_burn", 1),
    *beginning.FIRST_PARAMETERS[_BEFORE_DIFFICULTIES:],
)
"""The minimum burn is set explicitly until spec_version 257."""

CLEARED_233 = changed(CLEARED_WITH_A_NETWORK, more=("EmissionValues",))
