"""What a registration must pass, in the chain's order; what it pays, and how it is counted."""

from collections.abc import Callable

from neuron_ledger.events.registration import BurnRecycled
from neuron_ledger.ledger.errors import (
    CannotUseSystemAccount,
    HotKeyAlreadyRegisteredInSubNet,
    NoNeuronIdAvailable,
    NotEnoughBalanceToStake,
    RegistrationNotPermittedOnRootSubnet,
    SubNetRegistrationDisabled,
    TooManyRegistrationsThisBlock,
    TooManyRegistrationsThisInterval,
)
from neuron_ledger.ledger.rules.accounts.balances import can_remove_balance, remove_balance
from neuron_ledger.ledger.rules.accounts.owners import create_account_if_non_existent, ensure_coldkey_owns_hotkey
from neuron_ledger.ledger.rules.accounts.tao import is_subnet_account
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import add_u16, add_u64, mul_u16, sub_u64
from neuron_ledger.ledger.rules.numbers.wrapping import wrapped_u16
from neuron_ledger.ledger.rules.stake.flows import record_tao_inflow
from neuron_ledger.ledger.rules.stake.weighted_swaps import swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.projections.maps import StorageMap


def not_on_root(_: Tx, asked: AskedRegistration) -> None:
    if asked.netuid == ROOT:
        raise RegistrationNotPermittedOnRootSubnet(netuid=asked.netuid)


def subnet_is_there(tx: Tx, asked: AskedRegistration) -> None:
    ensure_subnet_exists(tx.storage, asked.netuid)


def registration_is_allowed(tx: Tx, asked: AskedRegistration) -> None:
    ensure_allowed(asked.netuid, tx.storage.network_registration_allowed)


def limits_are_not_reached(tx: Tx, asked: AskedRegistration) -> None:
    tx.rules.registration_limits(tx, asked.netuid)


def hotkey_is_not_registered(tx: Tx, asked: AskedRegistration) -> None:
    ensure_not_registered(tx, asked.netuid, asked.hotkey)


def balance_covers_the_burn(tx: Tx, asked: AskedRegistration) -> None:
    burn = tx.storage.burn[asked.netuid]
    if not can_remove_balance(tx, asked.coldkey, burn):
        raise NotEnoughBalanceToStake(needed=burn, balance=tx.storage.balances[asked.coldkey])


def hotkey_is_the_coldkeys(tx: Tx, asked: AskedRegistration) -> None:
    """A hotkey that nobody owns becomes the coldkey's."""
    create_account_if_non_existent(tx, asked.coldkey, asked.hotkey)
    ensure_coldkey_owns_hotkey(tx, asked.coldkey, asked.hotkey)


def subnet_has_uids(tx: Tx, asked: AskedRegistration) -> None:
    if tx.storage.max_allowed_uids[asked.netuid] == 0:
        raise NoNeuronIdAvailable(netuid=asked.netuid, max_allowed_uids=0)


CHECKS: tuple[Callable[[Tx, AskedRegistration], None], ...] = (
    not_on_root,
    subnet_is_there,
    registration_is_allowed,
    limits_are_not_reached,
    hotkey_is_not_registered,
    balance_covers_the_burn,
    hotkey_is_the_coldkeys,
    subnet_has_uids,
)
"""What a paid registration must pass, in this order: the first that does not hold gives the error."""


def somebody_can_go_365(tx: Tx, asked: AskedRegistration) -> None:
    """A full subnet must have a neuron to prune, checked before anything is paid."""
    storage, netuid = tx.storage, asked.netuid
    most = storage.max_allowed_uids[netuid]
    if storage.subnetwork_n[netuid] >= most and tx.rules.neuron_to_prune(tx, netuid) is None:
        raise NoNeuronIdAvailable(netuid=netuid, max_allowed_uids=most)


def not_a_subnets_account_411(_: Tx, hotkey: bytes) -> None:
    """Raises: CannotUseSystemAccount. Source: subtensor staking/helpers.rs::create_account_if_non_existent, spec_version 424."""
    if is_subnet_account(hotkey):
        raise CannotUseSystemAccount(hotkey=hotkey)


# ---------------------------------------------------------------------------------------------------- payment, counters


def burn_for_registration(tx: Tx, asked: AskedRegistration) -> None:
    """Withdraw the subnet's burn, buy alpha for it and burn that.

    Source: subtensor subnets/registration.rs::do_burned_registration, spec_version 277.
    """
    storage, netuid = tx.storage, asked.netuid
    alpha = tx.rules.pool.buy(tx, netuid, remove_balance(tx, asked.coldkey, storage.burn[netuid]))
    storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], alpha)


def pay_for_registration_283(tx: Tx, asked: AskedRegistration) -> None:
    """Put the subnet's burn into its pool, which takes its fee, and burn the alpha that comes out.

    Raises: what the withdrawal and the swap raise. Source: subtensor subnets/registration.rs::do_register, spec_version 401.
    """
    _pay(tx, asked)


def pay_for_registration_411(tx: Tx, asked: AskedRegistration) -> None:
    """As before; what was paid counts as TAO that flowed into the subnet.

    Source: subtensor subnets/registration.rs::do_register, spec_version 424.
    """
    record_tao_inflow(tx, asked.netuid, _pay(tx, asked))


def _pay(tx: Tx, asked: AskedRegistration) -> int:
    """Returns: the rao that the coldkey paid."""
    storage, netuid = tx.storage, asked.netuid
    paid = tx.rules.tao.to_subnet(tx, netuid, asked.coldkey, storage.burn[netuid])
    alpha = swap_tao_for_alpha_283(tx, netuid, paid).paid_out
    storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], alpha)
    return paid


def count_registration_397(tx: Tx, asked: AskedRegistration) -> None:
    """Only the registrations of the block are counted."""
    counter = tx.storage.registrations_this_block
    counter[asked.netuid] = add_u16(counter[asked.netuid], 1)


def count_burned_registration(tx: Tx, asked: AskedRegistration) -> None:
    count_registration(tx, asked.netuid, tx.storage.burn_registrations_this_interval)


def book_recycled_burn(tx: Tx, asked: AskedRegistration) -> None:
    """Book the full burn, even if the coldkey could pay only a part of it."""
    recycled = add_u64(tx.storage.rao_recycled_for_registration[asked.netuid], tx.storage.burn[asked.netuid])
    tx.emit(BurnRecycled(netuid=asked.netuid, rao_recycled=recycled))


def count_registration(tx: Tx, netuid: int, of_this_kind: StorageMap[int, int]) -> None:
    storage = tx.storage
    for counter in (of_this_kind, storage.registrations_this_interval, storage.registrations_this_block):
        counter[netuid] = add_u16(counter[netuid], 1)


# ---------------------------------------------------------------------------------------------------------------- parts


def ensure_allowed(netuid: int, allowed: StorageMap[int, bool]) -> None:
    if not allowed[netuid]:
        raise SubNetRegistrationDisabled(netuid=netuid, needed=allowed.item.name)


def ensure_within_registration_limits(tx: Tx, netuid: int) -> None:
    """Refuse a registration beyond the subnet's limit of the block, or beyond three times the target of the interval.

    Raises: TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval.
    """
    _ensure_within(tx, netuid, mul_u16(3, tx.storage.target_registrations_per_interval[netuid]))


def ensure_within_registration_limits_103(tx: Tx, netuid: int) -> None:
    """The same until spec_version 153: three times the target wraps at 16 bits.

    Raises: as before. Source: subtensor registration.rs::do_registration, spec_versions 143 and 185.
    """
    _ensure_within(tx, netuid, wrapped_u16(3 * tx.storage.target_registrations_per_interval[netuid]))


def ensure_within_block_limit_101(tx: Tx, netuid: int) -> None:
    """Refuse a registration beyond the subnet's limit of the block; that of the interval came with spec_version 110.

    Raises: TooManyRegistrationsThisBlock. Source: subtensor registration.rs::do_registration, spec_version 101.
    """
    storage = tx.storage
    in_block, block_limit = storage.registrations_this_block[netuid], storage.max_registrations_per_block[netuid]
    if in_block >= block_limit:
        raise TooManyRegistrationsThisBlock(registrations=in_block, limit=block_limit, next_block=tx.block + 1)


def _ensure_within(tx: Tx, netuid: int, interval_limit: int) -> None:
    storage = tx.storage
    ensure_within_block_limit_101(tx, netuid)
    in_interval = storage.registrations_this_interval[netuid]
    if in_interval >= interval_limit:
        interval_end = storage.last_adjustment_block[netuid] + storage.adjustment_interval[netuid]
        raise TooManyRegistrationsThisInterval(registrations=in_interval, limit=interval_limit, next_interval=interval_end)


def ensure_not_registered(tx: Tx, netuid: int, hotkey: bytes) -> None:
    """Refuse a hotkey that holds a uid on the subnet. Raises: HotKeyAlreadyRegisteredInSubNet."""
    uid = tx.storage.uids[netuid, hotkey]
    if uid is not None:
        raise HotKeyAlreadyRegisteredInSubNet(netuid=netuid, uid=uid, hotkey=hotkey)
