"""Free balances of accounts.

Balances are a plain ledger without locks. An account with less than the existential deposit does not exist.
"""

from neuron_ledger.ledger.errors import BalanceWithdrawalError, ZeroBalanceAfterWithdrawn
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import TaoBook

EXISTENTIAL_DEPOSIT = 500
"""rao that an account must hold to exist."""


def can_remove_balance(tx: Tx, coldkey: bytes, amount: int) -> bool:
    """Whether the coldkey's free balance covers an amount in rao; an amount of 0 is always covered.

    Source: subtensor staking/helpers.rs::can_remove_balance_from_coldkey_account, spec_version 277.
    """
    return amount <= tx.storage.balances[coldkey]


def remove_balance(tx: Tx, coldkey: bytes, amount: int) -> int:
    """Withdraw as much of an amount as leaves the coldkey its existential deposit, and destroy it.

    Args: amount: rao. Returns: the rao withdrawn; less than asked for if the balance is too small, but at least 1 unless 0 was
    asked for. Raises: ZeroBalanceAfterWithdrawn if nothing could be withdrawn.
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


def remove_whole_balance(tx: Tx, coldkey: bytes, amount: int) -> int:
    """Withdraw an amount, all of it or nothing, and destroy it; until spec_version 149.

    Args: amount: rao. Returns: the amount. Raises: BalanceWithdrawalError where it would not leave the existential deposit.
    Source: subtensor staking.rs::remove_balance_from_coldkey_account, spec_versions 103 and 143.
    """
    if amount == 0:
        return 0
    free = tx.storage.balances[coldkey]
    if free - amount < EXISTENTIAL_DEPOSIT:
        raise BalanceWithdrawalError(asked=amount, balance=free, existential_deposit=EXISTENTIAL_DEPOSIT)
    set_balance(tx, coldkey, free - amount)
    return amount


def add_balance(tx: Tx, coldkey: bytes, amount: int) -> int:
    """Create an amount of rao in the coldkey's account, saturating at 64 bits.

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
    """Until spec_version 411 the TAO in pools is not kept in an account. Raises: as `remove_balance`."""
    return remove_balance(tx, coldkey, amount)


def deposit_from_subnet(tx: Tx, _: int, coldkey: bytes, amount: int) -> None:
    """Create what a pool pays out in the coldkey's account."""
    add_balance(tx, coldkey, amount)


def fee_is_gone(_: Tx, __: int, ___: int) -> None:
    """A fee is not kept in an account, so nothing has to be withdrawn."""


def nothing_is_handed_over(_: Tx, __: bytes, ___: bytes, ____: int) -> None:
    """What is not kept in an account need not be transferred."""


TAO_BOOK = TaoBook(
    to_subnet=withdraw_for_subnet, from_subnet=deposit_from_subnet, burn_fee=fee_is_gone, hand_over=nothing_is_handed_over
)


def all_is_there(_: Tx, __: int, ___: bytes, amount: int) -> int:
    """The proceeds of moving stake were never in an account."""
    return amount


def nothing_is_paid_out(_: Tx, __: int, ___: bytes, ____: int) -> None:
    """The proceeds of moving stake are passed on without being kept in an account."""


TAO_IN_NO_ACCOUNT = TaoBook(
    to_subnet=all_is_there, from_subnet=nothing_is_paid_out, burn_fee=fee_is_gone, hand_over=nothing_is_handed_over
)
"""While stake moves, until spec_version 411."""


def issued_as_before(issuance: int, _: int) -> int:
    """Fees of extrinsics still count as issued: until spec_version 195, and since 385, when block authors get them."""
    return issuance


def issued_less_fee_195(issuance: int, fee: int) -> int:
    """Fees of extrinsics no longer count as issued. Source: runtime lib.rs::TransactionFeeHandler, spec_version 195."""
    return sub_u64(issuance, fee)


def set_balance(tx: Tx, account: bytes, free: int) -> None:
    """Set an account's free balance, and the issuance of balances with it; one below the existential deposit is closed.

    Closing an account resets its nonce. Source: polkadot-sdk frame-system lib.rs::dec_providers.
    """
    storage = tx.storage
    before = storage.balances[account]
    if free < EXISTENTIAL_DEPOSIT:
        free = 0
        if account in storage.balances:
            storage.balances.remove(account)
            storage.account_nonce.remove(account)
    else:
        storage.balances[account] = free
    issuance = storage.balances_total_issuance.value + free - before
    storage.balances_total_issuance.value = clamp_u64(issuance)
