"""Transfers of TAO between accounts, and events about accounts that are opened or closed by them."""

from neuron_ledger.events.wire.arguments import GivenAccount
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, AccountId, Rao


@call("transfer_allow_death")
class TransferAllowDeath(Call):
    """Give TAO to another account. Signed by the sender, whose account is closed if too little is left in it."""

    dest: GivenAccount
    value: Rao


@call("transfer_keep_alive")
class TransferKeepAlive(Call):
    """Give TAO to another account. Signed by the sender, whose account must stay open."""

    dest: GivenAccount
    value: Rao


@call("transfer_all")
class TransferAll(Call):
    """Give another account the whole balance. Signed by the sender. keep_alive: except its existential deposit."""

    dest: GivenAccount
    keep_alive: BOOL


@event("AccountOpened", deposit=("NewAccount", "account="))
class AccountOpened(Event):
    """An account was opened."""

    account: AccountId


@event("AccountEndowed", deposit=("Endowed", "account=", "free_balance=balance"))
class AccountEndowed(Event):
    """The first balance of a new account. balance: rao."""

    account: AccountId
    balance: Rao


@event("AccountClosed", deposit=("KilledAccount", "account="))
class AccountClosed(Event):
    """An account was closed: less than the existential deposit was left in it."""

    account: AccountId


@event("DustLost", deposit=("DustLost", "account=", "amount="))
class DustLost(Event):
    """The rest in a closed account was lost. amount: rao."""

    account: AccountId
    amount: Rao


@event("Transferred", deposit=("Transfer", "from=source", "to=destination", "amount="))
class Transferred(Event):
    """TAO went from one account to another. amount: rao."""

    source: AccountId
    destination: AccountId
    amount: Rao
