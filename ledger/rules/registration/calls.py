"""The calls that register hotkeys: by burning TAO, by proof of work, by force, on the root network."""

from functools import partial

from neuron_ledger.events.associations import AdjustSenate, SenateAdjusted
from neuron_ledger.events.calls import BurnedRegister, ForceRegister, PokePruningScores, Register, RootRegister
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import NeuronRegistered, VectorsObserved
from neuron_ledger.events.registration_calls import PokeEmission, PokeValidatorPermit, RegisterLimit, TrimToMaxAllowedUids
from neuron_ledger.ledger.errors import (
    RegistrationPriceLimitExceeded,
    RootNetworkDoesNotExist,
    VectorLengthMismatch,
)
from neuron_ledger.ledger.rules.accounts.owners import create_account_if_non_existent
from neuron_ledger.ledger.rules.netuids import ROOT, ensure_subnet_exists, subnet_exists
from neuron_ledger.ledger.rules.registration import work
from neuron_ledger.ledger.rules.registration.checks import (
    count_registration,
    ensure_not_registered,
    not_on_root,
    subnet_is_there,
)
from neuron_ledger.ledger.rules.registration.root import ensure_is_senator, join_senate_if_eligible, replace_lowest_member
from neuron_ledger.ledger.rules.registration.trimming import (
    TRIMMING_320,
    TRIMMING_323,
    TRIMMING_334,
    TRIMMING_365,
    Trimming,
    trim,
)
from neuron_ledger.ledger.rules.registration.uids import register_neuron
from neuron_ledger.ledger.rules.registration.work import AskedWork, WorkCheck
from neuron_ledger.ledger.runtime import CallTable, Tx, call_table, handles
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed


def burned_register(tx: Tx, origin: Origin, call: BurnedRegister) -> None:
    """Register a hotkey of the signing coldkey for the subnet's burn.

    What is withdrawn may be less than the burn, since the coldkey keeps its existential deposit; still the full burn is booked
    as recycled.

    Raises: BadOrigin, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, SubNetRegistrationDisabled,
    TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval, HotKeyAlreadyRegisteredInSubNet, NotEnoughBalanceToStake,
    NonAssociatedColdKey, NoNeuronIdAvailable, ZeroBalanceAfterWithdrawn: in this order.
    Source: subtensor subnets/registration.rs::do_burned_registration, spec_version 277.
    """
    register_for_burn(tx, AskedRegistration(call.netuid, call.hotkey, ensure_signed(origin)))


def register_for_burn(tx: Tx, asked: AskedRegistration) -> None:
    """Check, pay and register as the runtime does."""
    for check in tx.rules.registration_checks:
        check(tx, asked)
    tx.rules.pay_for_registration(tx, asked)
    uid = register_neuron(tx, asked.netuid, asked.hotkey)
    for step in tx.rules.after_registration:
        step(tx, asked)
    tx.emit(NeuronRegistered(netuid=asked.netuid, uid=uid, hotkey=asked.hotkey))


def register_397(tx: Tx, origin: Origin, call: Register) -> None:
    """Register a hotkey of the signing coldkey for the subnet's burn, like `burned_register`; the work is ignored.

    Raises: as `burned_register`. Source: subtensor macros/dispatches.rs::register, spec_version 424.
    """
    register_for_burn(tx, AskedRegistration(call.netuid, call.hotkey, ensure_signed(origin)))


def register_limit_397(tx: Tx, origin: Origin, call: RegisterLimit) -> None:
    """As `burned_register`, if the price is not above the caller's limit.

    Raises: BadOrigin, RegistrationNotPermittedOnRootSubnet, SubNetworkDoesNotExist, RegistrationPriceLimitExceeded, then as
    `burned_register`. Source: subtensor subnets/registration.rs::do_register_limit, spec_version 424.
    """
    asked = AskedRegistration(call.netuid, call.hotkey, ensure_signed(origin))
    not_on_root(tx, asked)
    subnet_is_there(tx, asked)
    price = tx.storage.burn[call.netuid]
    if price > call.limit_price:
        raise RegistrationPriceLimitExceeded(netuid=call.netuid, price=price, limit=call.limit_price)
    register_for_burn(tx, asked)


def register(checks: tuple[WorkCheck, ...], tx: Tx, origin: Origin, call: Register) -> None:
    """Register the signing hotkey by proof of work.

    Raises at spec_version 277: BadOrigin, TransactorAccountShouldBeHotKey, RegistrationNotPermittedOnRootSubnet,
    SubNetworkDoesNotExist, SubNetRegistrationDisabled, TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval,
    HotKeyAlreadyRegisteredInSubNet, InvalidWorkBlock, InvalidDifficulty, InvalidSeal, NonAssociatedColdKey,
    NoNeuronIdAvailable: in this order; before 277 what the checks raise, in their order.
    Source: subtensor subnets/registration.rs::do_registration, spec_version 277.
    """
    effort = call.block_number, call.nonce, call.work
    asked = AskedWork(call.netuid, call.hotkey, call.coldkey, ensure_signed(origin), *effort)
    for check in checks:
        check(tx, asked)
    uid = register_neuron(tx, asked.netuid, asked.hotkey)
    count_registration(tx, asked.netuid, tx.storage.pow_registrations_this_interval)
    tx.emit(NeuronRegistered(netuid=asked.netuid, uid=uid, hotkey=asked.hotkey))


def force_register(tx: Tx, origin: Origin, call: ForceRegister) -> None:
    """Register a hotkey whatever the subnet's limits and price, without counting it; the account is created if it is new.

    Raises: BadOrigin, SubNetworkDoesNotExist, HotKeyAlreadyRegisteredInSubNet, NoNeuronIdAvailable.
    Source: subtensor subnets/registration.rs::register_neuron, spec_version 277.
    """
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    ensure_not_registered(tx, call.netuid, call.hotkey)
    create_account_if_non_existent(tx, call.coldkey, call.hotkey)
    register_neuron(tx, call.netuid, call.hotkey)


def root_register(tx: Tx, origin: Origin, call: RootRegister) -> None:
    """Put a hotkey on the root network: on a free uid, else in place of the member with the least stake.

    Who owns the hotkey is not checked.
    Raises: RootNetworkDoesNotExist, BadOrigin, TooManyRegistrationsThisBlock, TooManyRegistrationsThisInterval,
    HotKeyAlreadyRegisteredInSubNet, HotKeyNotRegisteredInSubNet (root may have no member), StakeTooLowForRoot, and what
    `join_senate_if_eligible` raises: in this order.
    Source: subtensor coinbase/root.rs::do_root_register, spec_version 277.
    """
    storage, hotkey = tx.storage, call.hotkey
    if not subnet_exists(storage, ROOT):
        raise RootNetworkDoesNotExist(netuid=ROOT)
    coldkey = ensure_signed(origin)
    tx.rules.registration_limits(tx, ROOT)
    ensure_not_registered(tx, ROOT, hotkey)
    create_account_if_non_existent(tx, coldkey, hotkey)
    if storage.subnetwork_n[ROOT] < storage.max_allowed_uids[ROOT]:
        uid = tx.rules.append_neuron(tx, ROOT, hotkey)
    else:
        uid = replace_lowest_member(tx, hotkey)
    for step in tx.rules.after_root_registration:
        step(tx, hotkey)
    storage.registrations_this_interval[ROOT] += 1
    storage.registrations_this_block[ROOT] += 1
    tx.emit(NeuronRegistered(netuid=ROOT, uid=uid, hotkey=hotkey))


def adjust_senate(tx: Tx, origin: Origin, call: AdjustSenate) -> None:
    """Let a hotkey on root join the senate, signed by any account; a hotkey that nobody owns becomes the signer's.

    Raises: RootNetworkDoesNotExist, BadOrigin, then what `join_senate_if_eligible` raises, and StakeTooLowForRoot where the
    hotkey did not get in: in this order. Source: subtensor coinbase/root.rs::do_adjust_senate, spec_version 277.
    """
    hotkey = call.hotkey
    if not subnet_exists(tx.storage, ROOT):
        raise RootNetworkDoesNotExist(netuid=ROOT)
    coldkey = ensure_signed(origin)
    if (ROOT, hotkey) in tx.storage.uids:
        create_account_if_non_existent(tx, coldkey, hotkey)
    join_senate_if_eligible(tx, hotkey)
    ensure_is_senator(tx, hotkey)
    tx.emit(SenateAdjusted(old_member=None, new_member=hotkey))


def poke_vector(item: str, tx: Tx, origin: Origin, call: PokePruningScores | PokeEmission | PokeValidatorPermit) -> None:
    """Take over a vector observed elsewhere, with a value for every uid.

    Raises: BadOrigin, SubNetworkDoesNotExist, VectorLengthMismatch.
    """
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    n = tx.storage.subnetwork_n[call.netuid]
    if len(call.values) != n:
        raise VectorLengthMismatch(netuid=call.netuid, needed=n, given=len(call.values))
    tx.emit(VectorsObserved(netuid=call.netuid, vectors=((item, call.values),)))


def trim_to_max_allowed_uids(how: Trimming, tx: Tx, origin: Origin, call: TrimToMaxAllowedUids) -> None:
    """Limit a subnet to `max_n` uids, removing those in excess. Raises: BadOrigin, then as `trim`."""
    ensure_root(origin)
    trim(how, tx, call.netuid, call.max_n)


POKES = call_table(
    handles(PokePruningScores, partial(poke_vector, "PruningScores")),
    handles(PokeEmission, partial(poke_vector, "Emission")),
    handles(PokeValidatorPermit, partial(poke_vector, "ValidatorPermit")),
)
"""Vectors observed elsewhere, in every runtime."""

CALLS: CallTable = {
    **call_table(
        handles(BurnedRegister, burned_register),
        handles(Register, partial(register, work.CHECKS)),
        handles(ForceRegister, force_register),
        handles(RootRegister, root_register),
        handles(AdjustSenate, adjust_senate),
    ),
    **POKES,
}

CALLS_397 = call_table(
    handles(Register, register_397),
    handles(RegisterLimit, register_limit_397),
)
"""Since spec_version 397 there is one path: paying the price."""

CALLS_320, CALLS_323, CALLS_334, CALLS_365 = (
    call_table(handles(TrimToMaxAllowedUids, partial(trim_to_max_allowed_uids, how)))
    for how in (TRIMMING_320, TRIMMING_323, TRIMMING_334, TRIMMING_365)
)
