"""Accounts: free balances, and which coldkey owns which hotkey.

Balances are a plain ledger without locks. An account with less than the existential deposit does not exist.
"""

from hashlib import blake2b

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import AccountCreated
from neuron_ledger.ledger.errors import BadOrigin, NonAssociatedColdKey, ZeroBalanceAfterWithdrawn
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import TaoBook, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

EXISTENTIAL_DEPOSIT = 500
"""rao that an account must hold to exist."""


# --------------------------------------------------------------------------------------------------------- balances


def can_remove_balance(tx: Tx, coldkey: bytes, amount: int) -> bool:
    """Whether the coldkey's free balance covers an amount in rao; an amount of 0 is always covered.

    Source: subtensor staking/helpers.rs::can_remove_balance_from_coldkey_account, spec_version 277.
    """
    return amount <= tx.storage.balances[coldkey]


def remove_balance(tx: Tx, coldkey: bytes, amount: int) -> int:
    """Withdraw as much of an amount as leaves the coldkey its existential deposit, and destroy it.

    Args: amount: rao. Returns: the rao withdrawn; less than asked where the balance does not reach, never below 1 unless 0 was
    asked. Raises: ZeroBalanceAfterWithdrawn if nothing could be withdrawn.
    Source: subtensor staking/helpers.rs::remove_balance_from_coldkey_account, spec_version 277.
    """
    if amount == 0:
        return 0
    free = tx.storage.balances[coldkey]
    withdrawn = min(amount, sub_u64(free, EXISTENTIAL_DEPOSIT))
    if withdrawn == 0:
        raise ZeroBalanceAfterWithdrawn(asked=amount, balance=free, existential_deposit=EXISTENTIAL_DEPOSIT)
    set_balance(tx, coldkey, free - withdrawn)
    return withdrawn


def add_balance(tx: Tx, coldkey: bytes, amount: int) -> int:
    """Create an amount of rao in the coldkey's account, as far as 64 bits reach.

    Returns: the rao added: 0 where the account would stay below the existential deposit.
    Source: subtensor staking/helpers.rs::add_balance_to_coldkey_account, spec_version 277.
    """
    free = tx.storage.balances[coldkey]
    raised = add_u64(free, amount)
    if raised < EXISTENTIAL_DEPOSIT or raised == free:
        return 0
    set_balance(tx, coldkey, raised)
    return raised - free


def withdraw_for_subnet(tx: Tx, _: int, coldkey: bytes, amount: int) -> int:
    """Until spec_version 411 the TAO in pools stands in no account. Raises: as `remove_balance`."""
    return remove_balance(tx, coldkey, amount)


def deposit_from_subnet(tx: Tx, _: int, coldkey: bytes, amount: int) -> None:
    """What a pool gives out is created in the coldkey's account."""
    add_balance(tx, coldkey, amount)


def fee_is_gone(_: Tx, __: int, ___: int) -> None:
    """A fee stands in no account, so nothing has to leave one."""


TAO_BOOK = TaoBook(to_subnet=withdraw_for_subnet, from_subnet=deposit_from_subnet, burn_fee=fee_is_gone)


def force_set_balance(tx: Tx, origin: Origin, call: ForceSetBalance) -> None:
    """Set an account's free balance, and the issuance of balances with it.

    A balance below the existential deposit closes the account. Raises: BadOrigin.
    Source: polkadot-sdk pallet-balances lib.rs::force_set_balance, as used at spec_version 277.
    """
    ensure_root(origin)
    set_balance(tx, call.who, call.new_free)


def set_balance(tx: Tx, account: bytes, free: int) -> None:
    """Set an account's free balance, and the issuance of balances with it; one below the existential deposit is closed."""
    storage = tx.storage
    before = storage.balances[account]
    if free < EXISTENTIAL_DEPOSIT:
        free = 0
        storage.balances.remove(account)
    else:
        storage.balances[account] = free
    issuance = storage.balances_total_issuance.value + free - before
    storage.balances_total_issuance.value = clamp_u64(issuance)


# -------------------------------------------------------------------------------------------------------- ownership


def hotkey_account_exists(tx: Tx, hotkey: bytes) -> bool:
    """Whether a coldkey owns the hotkey. Source: subtensor staking/helpers.rs::hotkey_account_exists, spec_version 277."""
    return hotkey in tx.storage.owner


def coldkey_owns_hotkey(tx: Tx, coldkey: bytes, hotkey: bytes) -> bool:
    """Whether this coldkey owns the hotkey. Source: subtensor staking/helpers.rs::coldkey_owns_hotkey, spec_version 277."""
    return hotkey in tx.storage.owner and tx.storage.owner[hotkey] == coldkey


def ensure_coldkey_owns_hotkey(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Refuse a coldkey that does not own the hotkey. Raises: NonAssociatedColdKey."""
    if not coldkey_owns_hotkey(tx, coldkey, hotkey):
        raise NonAssociatedColdKey(hotkey=hotkey, owner=tx.storage.owner[hotkey], coldkey=coldkey)


def ensure_subnet_owner(tx: Tx, origin: Origin, netuid: int) -> None:
    """Refuse a call that is not signed by the subnet's owner. Raises: BadOrigin.

    Source: subtensor utils/misc.rs::ensure_subnet_owner, spec_version 277.
    """
    signer, owner = ensure_signed(origin), tx.storage.subnet_owner[netuid]
    if signer != owner:
        raise BadOrigin(needed="the subnet's owner", owner=owner, signer=signer)


def ensure_subnet_owner_or_root(tx: Tx, origin: Origin, netuid: int) -> None:
    """Refuse a call that is signed by anybody but the subnet's owner; a privileged one passes. Raises: BadOrigin.

    Source: subtensor utils/misc.rs::ensure_subnet_owner_or_root, spec_version 277.
    """
    if origin is not None:
        ensure_subnet_owner(tx, origin, netuid)


def account_order(account: bytes) -> bytes:
    """An account as a key of the chain's maps, which are walked through in the order of these.

    Source: subtensor lib.rs (maps hashed by Blake2_128Concat), spec_version 277.
    """
    return blake2b(account, digest_size=16).digest() + account


def create_account_if_non_existent(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Make the coldkey the owner of a hotkey that nobody owns; a hotkey that has an owner keeps it.

    Source: subtensor staking/helpers.rs::create_account_if_non_existent, spec_version 277.
    """
    if hotkey_account_exists(tx, hotkey):
        return
    owned = hotkey not in tx.storage.owned_hotkeys[coldkey]
    staking = hotkey not in tx.storage.staking_hotkeys[coldkey]
    tx.emit(AccountCreated(hotkey=hotkey, coldkey=coldkey, owned=owned, staking=staking))


CALLS = call_table(
    handles(ForceSetBalance, force_set_balance),
)
