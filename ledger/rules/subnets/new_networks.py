"""The steps of registering a subnet: checks, cost and effects.

Source: subtensor subnets/subnet.rs::do_register_network, spec_versions 277 to 424.
"""

from neuron_ledger.events.calls import SetChildren
from neuron_ledger.events.subnet_calls import SubnetOwnerHotkeySet
from neuron_ledger.events.subnets import NetworkAdded
from neuron_ledger.ledger.errors import (
    CannotAffordLockCost,
    ChainError,
    NotEnoughBalanceToStake,
    SubNetRegistrationDisabled,
)
from neuron_ledger.ledger.networks import NewNetwork
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance, remove_balance
from neuron_ledger.ledger.rules.accounts.identities import put_subnet_identity
from neuron_ledger.ledger.rules.accounts.owners import (
    create_account_if_non_existent,
    ensure_coldkey_owns_hotkey,
    hotkey_account_exists,
)
from neuron_ledger.ledger.rules.accounts.tao import transfer_tao_to_subnet
from neuron_ledger.ledger.rules.last_blocks import NETWORK
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.subnets.cost import (
    ensure_network_may_be_registered,
    ensure_network_may_be_registered_315,
    get_network_lock_cost,
)
from neuron_ledger.ledger.rules.subnets.ending import dissolve
from neuron_ledger.ledger.rules.subnets.first_pools import fill_pool, fill_pool_320, fill_pool_411, note_median_price_397
from neuron_ledger.ledger.rules.subnets.limit import find_one_to_prune_320
from neuron_ledger.ledger.rules.subnets.symbols import get_symbol_for_subnet, next_available_symbol_290
from neuron_ledger.ledger.runtime import Tx

# ------------------------------------------------------------------------------------------------------------- checks


def hotkey_is_new_or_the_coldkeys(tx: Tx, network: NewNetwork) -> None:
    """Raises: NonAssociatedColdKey."""
    if hotkey_account_exists(tx, network.hotkey):
        ensure_coldkey_owns_hotkey(tx, network.coldkey, network.hotkey)


def hotkey_may_be_used_411(tx: Tx, network: NewNetwork) -> None:
    """Raises: CannotUseSystemAccount."""
    for check in tx.rules.hotkey_checks:
        check(tx, network.hotkey)


def registrations_have_begun_320(tx: Tx, _: NewNetwork) -> None:
    """Raises: SubNetRegistrationDisabled."""
    begin = tx.storage.network_registration_start_block.value
    if tx.block < begin:
        raise SubNetRegistrationDisabled(allowed_from=begin)


def not_too_soon(tx: Tx, _: NewNetwork) -> None:
    """Raises: NetworkTxRateLimitExceeded."""
    ensure_network_may_be_registered(tx)


def not_too_soon_315(tx: Tx, _: NewNetwork) -> None:
    """Raises: NetworkTxRateLimitExceeded."""
    ensure_network_may_be_registered_315(tx)


def cost_is_covered(tx: Tx, network: NewNetwork) -> None:
    """Raises: NotEnoughBalanceToStake."""
    network.cost = get_network_lock_cost(tx)
    if not can_remove_balance(tx, network.coldkey, network.cost):
        raise NotEnoughBalanceToStake(needed=network.cost, balance=tx.storage.balances[network.coldkey])


def cost_is_covered_320(tx: Tx, network: NewNetwork) -> None:
    """Raises: CannotAffordLockCost."""
    network.cost = get_network_lock_cost(tx)
    if not can_remove_balance(tx, network.coldkey, network.cost):
        raise CannotAffordLockCost(needed=network.cost, balance=tx.storage.balances[network.coldkey])


# -------------------------------------------------------------------------------------------------- payment and place


def pay(tx: Tx, network: NewNetwork) -> None:
    """Withdraw the cost. Raises: ZeroBalanceAfterWithdrawn."""
    _note_payment(tx, network, remove_balance(tx, network.coldkey, network.cost))


def pay_411(tx: Tx, network: NewNetwork) -> None:
    """Move the cost to the subnet's account. Raises: InsufficientBalance, BelowMinimum: in this order."""
    _note_payment(tx, network, transfer_tao_to_subnet(tx, network.netuid, network.coldkey, network.cost))


def _note_payment(tx: Tx, network: NewNetwork, locked: int) -> None:
    network.locked = tx.storage.network_last_lock_cost.value = locked


def note_block(tx: Tx, _: NewNetwork) -> None:
    """Note the block from which the next subnet has to wait, and its cost falls."""
    tx.rules.last_blocks.write(tx.storage, NETWORK, None, tx.block)


def dissolve_pruned_320(tx: Tx, network: NewNetwork) -> None:
    """Remove the subnet that makes room. Raises: as `dissolve`."""
    if network.pruned is not None:
        dissolve(tx, network.pruned)


def take_netuid(tx: Tx, network: NewNetwork) -> None:
    """The netuid of the subnet that made room, else a free one."""
    network.netuid = tx.rules.free_netuid(tx) if network.pruned is None else network.pruned


def begin(tx: Tx, network: NewNetwork) -> None:
    """Initialise the subnet as defined by the runtime."""
    for step in tx.rules.begin_subnet:
        step(tx, network.netuid)


def seat_hotkey(tx: Tx, network: NewNetwork) -> None:
    """Make the owner's hotkey the first neuron."""
    create_account_if_non_existent(tx, network.coldkey, network.hotkey)
    tx.rules.append_neuron(tx, network.netuid, network.hotkey)


def count_397(tx: Tx, network: NewNetwork) -> None:
    """Count the subnets that this netuid has had."""
    counter = tx.storage.registered_subnet_counter
    counter[network.netuid] = add_u64(counter[network.netuid], 1)


# ------------------------------------------------------------------------------------------------ what it begins with


def choose_symbol(tx: Tx, network: NewNetwork) -> None:
    """The symbol of the netuid."""
    network.symbol = get_symbol_for_subnet(tx.storage, network.netuid)


def choose_symbol_290(tx: Tx, network: NewNetwork) -> None:
    """A symbol that no subnet has."""
    network.symbol = next_available_symbol_290(tx.storage, network.netuid)


def allow_registrations_290(tx: Tx, network: NewNetwork) -> None:
    """Allow both ways to register neurons."""
    tx.storage.network_registration_allowed[network.netuid] = True
    tx.storage.network_pow_registration_allowed[network.netuid] = True


def name_owner_hotkey_397(tx: Tx, network: NewNetwork) -> None:
    tx.storage.subnet_owner_hotkey[network.netuid] = network.hotkey


def name_owner_hotkey_411(tx: Tx, network: NewNetwork) -> None:
    tx.emit(SubnetOwnerHotkeySet(netuid=network.netuid, hotkey=network.hotkey))


def identify(tx: Tx, network: NewNetwork) -> None:
    """Give it the identity that came with the call. Raises: InvalidIdentity."""
    if network.identity is not None:
        put_subnet_identity(tx, network.netuid, network.identity)


def make_root_its_parents_397(tx: Tx, network: NewNetwork) -> None:
    """Make every hotkey on root that did not opt out a parent of the owner's hotkey, as if its coldkey had requested it.

    Where that is not possible, nothing happens.
    Source: subtensor staking/set_children.rs::do_set_root_validators_for_subnet, spec_version 424.
    """
    storage, hotkey = tx.storage, network.hotkey
    for uid in in_key_order(uid for netuid, uid in storage.keys if netuid == ROOT):
        parent = storage.keys[ROOT, uid]
        if parent == hotkey or not storage.auto_parent_delegation_enabled[parent]:
            continue
        try:
            tx.rules.schedule_children(tx, storage.owner[parent], SetChildren(parent, network.netuid, ((U64_MAX, hotkey),)))
        except ChainError:
            continue


def announce(tx: Tx, network: NewNetwork) -> None:
    """Emit the event of the new subnet."""
    tx.emit(
        NetworkAdded(
            netuid=network.netuid,
            mechanism=DYNAMIC,
            owner=network.coldkey,
            owner_hotkey=network.hotkey,
            token_symbol=network.symbol,
            registered_at=tx.block,
        )
    )


def switch_emission_off_423(tx: Tx, network: NewNetwork) -> None:
    """Switch the subnet's emission off until it is enabled."""
    tx.storage.subnet_emission_enabled[network.netuid] = False


STEPS = (
    hotkey_is_new_or_the_coldkeys,
    not_too_soon,
    cost_is_covered,
    take_netuid,
    pay,
    begin,
    seat_hotkey,
    note_block,
    choose_symbol,
    fill_pool,
    identify,
    announce,
)

STEPS_320 = (
    hotkey_is_new_or_the_coldkeys,
    registrations_have_begun_320,
    not_too_soon_315,
    find_one_to_prune_320,
    cost_is_covered_320,
    pay,
    note_block,
    dissolve_pruned_320,
    take_netuid,
    begin,
    seat_hotkey,
    choose_symbol_290,
    fill_pool_320,
    identify,
    announce,
)

STEPS_411 = (
    hotkey_is_new_or_the_coldkeys,
    hotkey_may_be_used_411,
    registrations_have_begun_320,
    not_too_soon_315,
    find_one_to_prune_320,
    cost_is_covered_320,
    dissolve_pruned_320,
    take_netuid,
    note_median_price_397,
    begin,
    pay_411,
    note_block,
    seat_hotkey,
    count_397,
    choose_symbol_290,
    fill_pool_411,
    name_owner_hotkey_411,
    identify,
    make_root_its_parents_397,
    announce,
)
"""Since 411 the subnet that makes room is removed before anything is paid."""
