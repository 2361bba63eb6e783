"""How a subnet is created in the draft of alpha: with a mechanism, a first neuron, and a nearly empty pool.

What was paid for it is lost. The number of subnets is not limited, and none is removed.
Source: subtensor subnets/subnet.rs::do_register_network, init_new_network, subnets/symbols.rs, spec_version 218 of that draft.
"""

from neuron_ledger.ledger.errors import HotKeyNotDelegateAndSignerNotOwnHotKey, MechanismDoesNotExist
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.accounts.owners import coldkey_owns_hotkey, hotkey_account_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.subnets.beginning import keep_registration_counters, set_first_parameters
from neuron_ledger.ledger.rules.subnets.early_networks import KEPT_133, cost_is_covered_133, init_network
from neuron_ledger.ledger.rules.subnets.new_networks import (
    announce,
    begin,
    identify,
    not_too_soon,
    note_block,
    pay,
    seat_hotkey,
    take_netuid,
)
from neuron_ledger.ledger.rules.subnets.symbols import SYMBOLS_218_DRAFT, symbol_of
from neuron_ledger.ledger.runtime import Tx

TEMPO = 30
"""Blocks between the epochs of a new subnet, less one."""

KEPT = (*KEPT_133, "TaoWeightOnSubnet")
"""Items whose default is written explicitly where they have no entry yet."""

FIRST_RESERVE = 1
"""Rao, and alpha, in a new subnet's pool."""


# ------------------------------------------------------------------------------------------------------ it begins


def lowest_netuid_218_draft(tx: Tx) -> int:
    """The lowest netuid that no subnet has, root's included. Source: subnets/subnet.rs::get_next_netuid."""
    return next(netuid for netuid in range(U16_MAX) if netuid not in tx.storage.networks_added)


def init_network_218_draft(tx: Tx, netuid: int) -> None:
    """Initialise the netuid, writing present values or defaults explicitly."""
    init_network(tx, netuid, TEMPO, KEPT)
    tx.storage.network_modality[netuid] = 0


BEGIN = (init_network_218_draft, set_first_parameters, keep_registration_counters)


# ------------------------------------------------------------------------------------------------ it is registered


def hotkey_is_new_or_the_coldkeys_218_draft(tx: Tx, network: NewNetwork) -> None:
    """Raises: HotKeyNotDelegateAndSignerNotOwnHotKey."""
    hotkey, coldkey = network.hotkey, network.coldkey
    if hotkey_account_exists(tx, hotkey) and not coldkey_owns_hotkey(tx, coldkey, hotkey):
        raise HotKeyNotDelegateAndSignerNotOwnHotKey(hotkey=hotkey, owner=tx.storage.owner[hotkey], coldkey=coldkey)


def mechanism_has_pools_218_draft(_: Tx, network: NewNetwork) -> None:
    """Raises: MechanismDoesNotExist."""
    if network.mechanism != DYNAMIC:
        raise MechanismDoesNotExist(mechanism=network.mechanism, needed=DYNAMIC)


def choose_symbol_218_draft(_: Tx, network: NewNetwork) -> None:
    """The symbol of the netuid, which for some differs from later ones."""
    network.symbol = symbol_of(SYMBOLS_218_DRAFT, network.netuid)


def fill_pool_218_draft(tx: Tx, network: NewNetwork) -> None:
    """Fill the pool with one rao and as much alpha; what was paid no longer counts as issued."""
    storage, netuid = tx.storage, network.netuid
    storage.subnet_tao[netuid] = storage.subnet_alpha_in[netuid] = FIRST_RESERVE
    storage.total_issuance.value = sub_u64(storage.total_issuance.value, network.locked)


STEPS = (
    hotkey_is_new_or_the_coldkeys_218_draft,
    mechanism_has_pools_218_draft,
    not_too_soon,
    cost_is_covered_133,
    take_netuid,
    pay,
    begin,
    seat_hotkey,
    note_block,
    choose_symbol_218_draft,
    fill_pool_218_draft,
    identify,
    announce,
)
