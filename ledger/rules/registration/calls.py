"""Registering on a subnet: by burning TAO, by proof of work, by force."""

from neuron_ledger.events.calls import BurnedRegister, ForceRegister, Register
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import BurnRecycled, NeuronRegistered
from neuron_ledger.ledger.errors import (
    HotKeyAlreadyRegisteredInSubNet,
    InvalidDifficulty,
    InvalidSeal,
    InvalidWorkBlock,
    NoNeuronIdAvailable,
    NotEnoughBalanceToStake,
    RegistrationNotPermittedOnRootSubnet,
    SubNetRegistrationDisabled,
    TooManyRegistrationsThisBlock,
    TooManyRegistrationsThisInterval,
    TransactorAccountShouldBeHotKey,
)
from neuron_ledger.ledger.rules.accounts import (
    can_remove_balance,
    create_account_if_non_existent,
    ensure_coldkey_owns_hotkey,
    remove_balance,
)
from neuron_ledger.ledger.rules.blocks import block_hash
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, hash_meets_difficulty
from neuron_ledger.ledger.rules.registration.uids import register_neuron
from neuron_ledger.ledger.rules.stake.swaps import swap_tao_for_alpha
from neuron_ledger.ledger.transaction import CallTable, Transaction, ensure_root, ensure_signed
from neuron_ledger.projections.maps import StorageMap

WORK_AGE_END = 3
"""Work counts while its block is fewer blocks old than this."""


def burned_register(tx: Transaction, origin: Origin, call: BurnedRegister) -> None:
    """Register a hotkey of the signing coldkey for the subnet's burn.

    What is withdrawn may be less than the burn, since the coldkey keeps its existential deposit; the full burn is booked as
    recycled all the same.

    Raises: BadOrigin, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, SubNetRegistrationDisabled,
    TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval, HotKeyAlreadyRegisteredInSubNet, NotEnoughBalanceToStake,
    NonAssociatedColdKey, NoNeuronIdAvailable, ZeroBalanceAfterWithdrawn: in this order.
    Source: subtensor subnets/registration.rs::do_burned_registration, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    netuid, hotkey, storage = call.netuid, call.hotkey, tx.storage
    _ensure_registration_is_open(tx, netuid, storage.network_registration_allowed)
    ensure_within_registration_limits(tx, netuid)
    ensure_not_registered(tx, netuid, hotkey)
    burn = storage.burn[netuid]
    if not can_remove_balance(tx, coldkey, burn):
        raise NotEnoughBalanceToStake(needed=burn, balance=storage.balances[coldkey])
    _associate(tx, coldkey, hotkey)
    _ensure_any_uid(tx, netuid)

    burned_alpha = swap_tao_for_alpha(tx, netuid, remove_balance(tx, coldkey, burn))
    storage.subnet_alpha_out[netuid] = max(storage.subnet_alpha_out[netuid] - burned_alpha, 0)
    uid = register_neuron(tx, netuid, hotkey)
    _count(tx, netuid, storage.burn_registrations_this_interval)
    tx.emit(BurnRecycled(netuid=netuid, rao_recycled=min(storage.rao_recycled_for_registration[netuid] + burn, U64_MAX)))
    tx.emit(NeuronRegistered(netuid=netuid, uid=uid, hotkey=hotkey))


def register(tx: Transaction, origin: Origin, call: Register) -> None:
    """Register the signing hotkey by proof of work.

    Raises: BadOrigin, TransactorAccountShouldBeHotKey, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist,
    SubNetRegistrationDisabled, TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval, HotKeyAlreadyRegisteredInSubNet,
    InvalidWorkBlock, InvalidDifficulty, InvalidSeal, NonAssociatedColdKey, NoNeuronIdAvailable: in this order.
    Source: subtensor subnets/registration.rs::do_registration, spec_version 277.
    """
    signer = ensure_signed(origin)
    netuid, hotkey, storage = call.netuid, call.hotkey, tx.storage
    if signer != hotkey:
        raise TransactorAccountShouldBeHotKey(signer=signer, hotkey=hotkey)
    _ensure_registration_is_open(tx, netuid, storage.network_pow_registration_allowed)
    ensure_within_registration_limits(tx, netuid)
    ensure_not_registered(tx, netuid, hotkey)
    _ensure_work(tx, call)
    storage.used_work[call.work] = tx.block
    _associate(tx, call.coldkey, hotkey)
    _ensure_any_uid(tx, netuid)

    uid = register_neuron(tx, netuid, hotkey)
    _count(tx, netuid, storage.pow_registrations_this_interval)
    tx.emit(NeuronRegistered(netuid=netuid, uid=uid, hotkey=hotkey))


def force_register(tx: Transaction, origin: Origin, call: ForceRegister) -> None:
    """Register a hotkey whatever the subnet's limits and price, without counting it; the account is created if it is new.

    Raises: BadOrigin, SubNetworkDoesNotExist, HotKeyAlreadyRegisteredInSubNet, NoNeuronIdAvailable.
    Source: subtensor subnets/registration.rs::register_neuron, spec_version 277.
    """
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    ensure_not_registered(tx, call.netuid, call.hotkey)
    create_account_if_non_existent(tx, call.coldkey, call.hotkey)
    register_neuron(tx, call.netuid, call.hotkey)


def _ensure_registration_is_open(tx: Transaction, netuid: int, allowed: StorageMap[int, bool]) -> None:
    if netuid == ROOT:
        raise RegistrationNotPermittedOnRootSubnet(netuid=netuid)
    ensure_subnet_exists(tx.storage, netuid)
    if not allowed[netuid]:
        raise SubNetRegistrationDisabled(netuid=netuid, needed=allowed.item.name)


def ensure_within_registration_limits(tx: Transaction, netuid: int) -> None:
    """Refuse a registration beyond the subnet's limit of the block, or beyond three times the target of the interval.

    Raises: TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval.
    """
    storage = tx.storage
    in_block, block_limit = storage.registrations_this_block[netuid], storage.max_registrations_per_block[netuid]
    if in_block >= block_limit:
        raise TooManyRegistrationsThisBlock(registrations=in_block, limit=block_limit, next_block=tx.block + 1)
    in_interval = storage.registrations_this_interval[netuid]
    interval_limit = min(3 * storage.target_registrations_per_interval[netuid], U16_MAX)
    if in_interval >= interval_limit:
        interval_end = storage.last_adjustment_block[netuid] + storage.adjustment_interval[netuid]
        raise TooManyRegistrationsThisInterval(registrations=in_interval, limit=interval_limit, next_interval=interval_end)


def ensure_not_registered(tx: Transaction, netuid: int, hotkey: bytes) -> None:
    """Refuse a hotkey that holds a uid on the subnet. Raises: HotKeyAlreadyRegisteredInSubNet."""
    uid = tx.storage.uids[netuid, hotkey]
    if uid is not None:
        raise HotKeyAlreadyRegisteredInSubNet(netuid=netuid, uid=uid, hotkey=hotkey)


def _associate(tx: Transaction, coldkey: bytes, hotkey: bytes) -> None:
    create_account_if_non_existent(tx, coldkey, hotkey)
    ensure_coldkey_owns_hotkey(tx, coldkey, hotkey)


def _ensure_any_uid(tx: Transaction, netuid: int) -> None:
    if tx.storage.max_allowed_uids[netuid] == 0:
        raise NoNeuronIdAvailable(netuid=netuid, max_allowed_uids=0)


def _ensure_work(tx: Transaction, call: Register) -> None:
    """The work is of a recent block, meets the difficulty, and is the seal of its block, nonce and hotkey."""
    if not tx.block - WORK_AGE_END < call.block_number <= tx.block:
        raise InvalidWorkBlock(work_block=call.block_number, current=tx.block, oldest=max(tx.block - WORK_AGE_END + 1, 0))
    difficulty = tx.storage.difficulty[call.netuid]
    if not hash_meets_difficulty(call.work, difficulty):
        raise InvalidDifficulty(difficulty=difficulty, work=call.work)
    seal = create_seal_hash(block_hash(call.block_number, tx.block), call.nonce, call.hotkey)
    if seal != call.work:
        raise InvalidSeal(seal=seal, work=call.work)


def _count(tx: Transaction, netuid: int, of_this_kind: StorageMap[int, int]) -> None:
    storage = tx.storage
    for counter in (of_this_kind, storage.registrations_this_interval, storage.registrations_this_block):
        counter[netuid] = min(counter[netuid] + 1, U16_MAX)


CALLS: CallTable = {BurnedRegister: burned_register, Register: register, ForceRegister: force_register}
