"""TAO that one account gives another, and what the chain says of the accounts that come and go by it."""

from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import BOOL, AccountId, Rao


@call("transfer_allow_death")
class TransferAllowDeath(Call):
    """Give TAO to another account. Signed by the account that gives; it is closed if too little is left to it."""

    dest: AccountId
    value: Rao


@call("transfer_keep_alive")
class TransferKeepAlive(Call):
    """Give TAO to another account. Signed by the account that gives, which must go on existing."""

    dest: AccountId
    value: Rao


@call("transfer_all")
class TransferAll(Call):
    """Give another account all that there is. Signed by the account that gives. keep_alive: but for its existential deposit."""

    dest: AccountId
    keep_alive: BOOL


@event("AccountOpened", deposit=("NewAccount", "account="))
class AccountOpened(Event):
    """An account exists from now on."""

    account: AccountId


@event("AccountEndowed", deposit=("Endowed", "account=", "free_balance=balance"))
class AccountEndowed(Event):
    """What a new account begins with. balance: rao."""

    account: AccountId
    balance: Rao


@event("AccountClosed", deposit=("KilledAccount", "account="))
class AccountClosed(Event):
    """An account exists no more: less than the existential deposit was left to it."""

    account: AccountId


@event("DustLost", deposit=("DustLost", "account=", "amount="))
class DustLost(Event):
    """What was left in an account that was closed is gone. amount: rao."""

    account: AccountId
    amount: Rao


@event("Transferred", deposit=("Transfer", "from=source", "to=destination", "amount="))
class Transferred(Event):
    """TAO went from one account to another. amount: rao."""

    source: AccountId
    destination: AccountId
    amount: Rao
