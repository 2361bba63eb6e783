"""Registration in runtimes before 277: checks and payments of each way to register.

Source: subtensor registration.rs, spec_versions 103, 143 and 185.
"""

from functools import partial

from neuron_ledger.events.associations import AdjustSenate, Faucet
from neuron_ledger.events.calls import BurnedRegister, ForceRegister, Register, RootRegister
from neuron_ledger.events.early_calls import (
    SudoAddNetworkConnectionRequirement,
    SudoRegister,
    SudoRemoveNetworkConnectionRequirement,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import NeuronRegistered
from neuron_ledger.ledger.errors import InvalidConnectionRequirement, SubNetRegistrationDisabled
from neuron_ledger.ledger.rules.accounts.balances import add_balance, remove_balance, remove_whole_balance
from neuron_ledger.ledger.rules.accounts.empty_calls import faucet
from neuron_ledger.ledger.rules.netuids import ensure_subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.rules.registration import work
from neuron_ledger.ledger.rules.registration.calls import (
    adjust_senate,
    burned_register,
    force_register,
    register,
    root_register,
)
from neuron_ledger.ledger.rules.registration.checks import (
    balance_covers_the_burn,
    ensure_not_registered,
    hotkey_is_not_registered,
    hotkey_is_the_coldkeys,
    limits_are_not_reached,
    not_on_root,
    registration_is_allowed,
    subnet_has_uids,
    subnet_is_there,
)
from neuron_ledger.ledger.rules.registration.connections import hotkey_is_among_the_best_103
from neuron_ledger.ledger.rules.registration.uids import register_neuron
from neuron_ledger.ledger.rules.tao_stake.positions import increase
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.ledger.transaction import ensure_root

# ----------------------------------------------------------------------------------------------------------- payment


def burn_103(tx: Tx, asked: AskedRegistration) -> None:
    """Withdraw the subnet's burn, all of it, and take it out of issuance. Raises: BalanceWithdrawalError."""
    _issued_no_more(tx, remove_whole_balance(tx, asked.coldkey, tx.storage.burn[asked.netuid]))


def burn_149(tx: Tx, asked: AskedRegistration) -> None:
    """Withdraw what the coldkey can pay of the burn, and take it out of issuance. Raises: ZeroBalanceAfterWithdrawn."""
    _issued_no_more(tx, remove_balance(tx, asked.coldkey, tx.storage.burn[asked.netuid]))


def burn_into_pool_218_draft(tx: Tx, asked: AskedRegistration) -> None:
    """Withdraw what the coldkey can pay of the burn, and put it into the subnet's pool; nobody gets the alpha that comes out.

    Raises: ZeroBalanceAfterWithdrawn. Source: subtensor subnets/registration.rs::do_burned_registration, draft of 218.
    """
    tx.rules.pool.buy(tx, asked.netuid, remove_balance(tx, asked.coldkey, tx.storage.burn[asked.netuid]))


def _issued_no_more(tx: Tx, burned: int) -> None:
    tx.storage.total_issuance.value = sub_u64(tx.storage.total_issuance.value, burned)


def paid_on_the_way(_: Tx, __: AskedRegistration) -> None:
    """The burn is withdrawn among the checks, before the hotkey's owner is checked."""


CHECKS_111 = (
    subnet_is_there,
    limits_are_not_reached,
    hotkey_is_not_registered,
    hotkey_is_among_the_best_103,
    balance_covers_the_burn,
    burn_103,
    hotkey_is_the_coldkeys,
    subnet_has_uids,
)
CHECKS_121 = (subnet_is_there, registration_is_allowed, *CHECKS_111[1:])
CHECKS_133 = (
    not_on_root,
    subnet_is_there,
    registration_is_allowed,
    limits_are_not_reached,
    hotkey_is_not_registered,
    balance_covers_the_burn,
    burn_103,
    hotkey_is_the_coldkeys,
    subnet_has_uids,
)
CHECKS_149 = tuple(burn_149 if check is burn_103 else check for check in CHECKS_133)
CHECKS_218_DRAFT = tuple(burn_into_pool_218_draft if check is burn_149 else check for check in CHECKS_149)
"""The checks and payments of a registration by burn, in order."""

# -------------------------------------------------------------------------------------------------------------- calls


def registration_is_stopped_103(_: Tx, __: Origin, ___: BurnedRegister | Register) -> None:
    """Raises: SubNetRegistrationDisabled, for any origin.

    Source: subtensor lib.rs::register, burned_register, spec_version 103.
    """
    raise SubNetRegistrationDisabled()


def sudo_register_103(tx: Tx, origin: Origin, call: SudoRegister) -> None:
    """Register a hotkey whatever the subnet's limits, without counting it, and give it stake and its coldkey balance.

    Raises: BadOrigin, SubNetworkDoesNotExist, HotKeyAlreadyRegisteredInSubNet, NonAssociatedColdKey: in this order.
    Source: subtensor registration.rs::do_sudo_registration, spec_version 103.
    """
    ensure_root(origin)
    ensure_subnet_exists(tx.storage, call.netuid)
    ensure_not_registered(tx, call.netuid, call.hotkey)
    hotkey_is_the_coldkeys(tx, AskedRegistration(call.netuid, call.hotkey, call.coldkey))
    increase(tx, call.coldkey, call.hotkey, call.stake)
    add_balance(tx, call.coldkey, call.balance)
    uid = register_neuron(tx, call.netuid, call.hotkey)
    tx.emit(NeuronRegistered(netuid=call.netuid, uid=uid, hotkey=call.hotkey))


def sudo_register_133(tx: Tx, origin: Origin, call: SudoRegister) -> None:
    """The same since spec_version 133, but not on the root network.

    Raises: BadOrigin, RegistrationNotPermittedOnRootSubnet, then as before.
    Source: subtensor registration.rs::do_sudo_registration, spec_version 133.
    """
    ensure_root(origin)
    not_on_root(tx, AskedRegistration(call.netuid, call.hotkey, call.coldkey))
    sudo_register_103(tx, origin, call)


def add_requirement_103(tx: Tx, origin: Origin, call: SudoAddNetworkConnectionRequirement) -> None:
    """Connect a subnet to another one.

    Raises: BadOrigin, InvalidConnectionRequirement, SubNetworkDoesNotExist: in this order.
    """
    ensure_root(origin)
    if call.netuid_a == call.netuid_b:
        raise InvalidConnectionRequirement(netuid=call.netuid_a)
    _ensure_both_exist(tx, call.netuid_a, call.netuid_b)
    tx.storage.map("NetworkConnect")[call.netuid_a, call.netuid_b] = call.requirement


def remove_requirement_103(tx: Tx, origin: Origin, call: SudoRemoveNetworkConnectionRequirement) -> None:
    """Disconnect a subnet from another one. Raises: BadOrigin, SubNetworkDoesNotExist: in this order."""
    ensure_root(origin)
    _ensure_both_exist(tx, call.netuid_a, call.netuid_b)
    tx.storage.map("NetworkConnect").remove((call.netuid_a, call.netuid_b))


def _ensure_both_exist(tx: Tx, *netuids: int) -> None:
    for netuid in netuids:
        ensure_subnet_exists(tx.storage, netuid)


CALLS_103 = call_table(
    handles(SudoRegister, sudo_register_103),
    handles(ForceRegister, force_register),
    handles(SudoAddNetworkConnectionRequirement, add_requirement_103),
    handles(SudoRemoveNetworkConnectionRequirement, remove_requirement_103),
    handles(BurnedRegister, registration_is_stopped_103),
    handles(Register, registration_is_stopped_103),
)

CALLS_111 = call_table(
    handles(BurnedRegister, burned_register),
    handles(Register, partial(register, work.CHECKS_111)),
)
CALLS_118 = call_table(handles(Register, partial(register, work.CHECKS_118)))
CALLS_120 = call_table(handles(Register, partial(register, work.CHECKS_120)))
CALLS_121 = call_table(handles(Register, partial(register, work.CHECKS_121)))
CALLS_133 = call_table(
    handles(SudoRegister, sudo_register_133),
    handles(Register, partial(register, work.CHECKS_133)),
    handles(RootRegister, root_register),
    handles(Faucet, faucet),
)
CALLS_136 = call_table(handles(Register, partial(register, work.CHECKS)))
CALLS_149 = call_table(handles(Register, partial(register, work.CHECKS_149)))
CALLS_194 = call_table(handles(AdjustSenate, adjust_senate))
GONE_133 = (SudoAddNetworkConnectionRequirement, SudoRemoveNetworkConnectionRequirement)
GONE_136 = (SudoRegister,)
