"""TAO that moves between accounts: the accounts of subnets, which hold their pools' TAO since spec_version 411.

A subnet's account is derived from its netuid; nobody has its key. Burned TAO goes to an account of the same kind; recycled TAO is
removed from the issuance. Amounts are rao.
"""

from functools import cache

from neuron_ledger.ledger.errors import ChainError, SubnetNotExists
from neuron_ledger.ledger.errors.pools import BelowMinimum, InsufficientBalance
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT, set_balance
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import TaoBook

SUBNET_ACCOUNTS = b"modlsubtensr"
"""The prefix of a subnet's account; its netuid follows (u16 little-endian), and zeros."""

BURN_ACCOUNT = b"modlburntnsr".ljust(32, b"\0")

GREATEST_ISSUANCE = 21_000_000_000_000_000
"""Rao."""


@cache
def subnet_account(netuid: int) -> bytes:
    """The account of a subnet, whether it exists or not."""
    return (SUBNET_ACCOUNTS + netuid.to_bytes(2, "little")).ljust(32, b"\0")


def is_subnet_account(account: bytes) -> bool:
    """Whether an account is that of a subnet, whether or not the subnet exists.

    Source: subtensor subnets/subnet.rs::is_subnet_account_id, spec_version 424.
    """
    return account.startswith(SUBNET_ACCOUNTS) and not any(account[len(SUBNET_ACCOUNTS) + 2 :])


def existing_subnet_account(tx: Tx, netuid: int) -> bytes:
    """The account of a subnet that was added, or of the root network. Raises: SubnetNotExists.

    Source: subtensor subnets/subnet.rs::get_subnet_account_id, spec_version 424.
    """
    if netuid != ROOT and netuid not in tx.storage.networks_added:
        raise SubnetNotExists(netuid=netuid)
    return subnet_account(netuid)


def keep_alive_balance(tx: Tx, account: bytes) -> int:
    """What an account can give without being closed."""
    return sub_u64(tx.storage.balances[account], EXISTENTIAL_DEPOSIT)


def transfer_tao(tx: Tx, source: bytes, destination: bytes, amount: int) -> None:
    """Move TAO; an account that is left with less than the existential deposit is closed, and what it had left is lost.

    Raises: InsufficientBalance, BelowMinimum: in this order.
    Source: subtensor coinbase/tao.rs::transfer_tao, spec_version 424.
    """
    balances = tx.storage.balances
    before = tx.storage.balances_total_issuance.value
    if amount > balances[source]:
        raise InsufficientBalance(needed=amount, balance=balances[source])
    _move(tx, source, destination, amount)
    lost = before - tx.storage.balances_total_issuance.value
    if lost > 0:
        _issue(tx, -lost)


def transfer_tao_to_subnet(tx: Tx, netuid: int, coldkey: bytes, amount: int) -> int:
    """Move TAO into a subnet's account, as far as the coldkey keeps its existential deposit. Returns: what was moved.

    Raises: SubnetNotExists, InsufficientBalance, BelowMinimum: in this order.
    Source: subtensor coinbase/tao.rs::transfer_tao_to_subnet, spec_version 424.
    """
    if amount == 0:
        return 0
    account = existing_subnet_account(tx, netuid)
    moved = min(amount, keep_alive_balance(tx, coldkey))
    if moved == 0:
        raise InsufficientBalance(asked=amount, balance=tx.storage.balances[coldkey], existential_deposit=EXISTENTIAL_DEPOSIT)
    _move(tx, coldkey, account, moved)
    return moved


def transfer_tao_from_subnet(tx: Tx, netuid: int, coldkey: bytes, amount: int) -> None:
    """Move TAO out of a subnet's account. Raises: SubnetNotExists, InsufficientBalance, BelowMinimum: in this order.

    Source: subtensor coinbase/tao.rs::transfer_tao_from_subnet, spec_version 424.
    """
    transfer_tao(tx, existing_subnet_account(tx, netuid), coldkey, amount)


def burn_tao(tx: Tx, account: bytes, amount: int) -> None:
    """Move TAO to an account that nobody controls; the issuance stays the same. Raises: InsufficientBalance, BelowMinimum: in
    this order.

    Source: subtensor coinbase/tao.rs::burn_tao, spec_version 424.
    """
    transfer_tao(tx, account, BURN_ACCOUNT, amount)


def burn_fee_411(tx: Tx, netuid: int, fee: int) -> None:
    """Burn a fee that is in a subnet's account, if possible.

    Source: subtensor staking/stake_utils.rs::stake_into_subnet, spec_version 424.
    """
    try:
        burn_tao(tx, existing_subnet_account(tx, netuid), fee)
    except ChainError:
        return


def hand_over_411(tx: Tx, coldkey: bytes, other: bytes, amount: int) -> None:
    """Transfer the proceeds of stake to the coldkey that it moves to. Raises: as `transfer_tao`."""
    if coldkey != other:
        transfer_tao(tx, coldkey, other, amount)


TAO_BOOK_411 = TaoBook(
    to_subnet=transfer_tao_to_subnet, from_subnet=transfer_tao_from_subnet, burn_fee=burn_fee_411, hand_over=hand_over_411
)


def recycle_tao(tx: Tx, account: bytes, amount: int) -> None:
    """Take TAO out of the issuance; the account keeps its existential deposit. Raises: InsufficientBalance.

    Source: subtensor coinbase/tao.rs::recycle_tao, spec_version 424.
    """
    if amount > keep_alive_balance(tx, account):
        raise InsufficientBalance(needed=amount, balance=tx.storage.balances[account], existential_deposit=EXISTENTIAL_DEPOSIT)
    _issue(tx, -amount)
    set_balance(tx, account, tx.storage.balances[account] - amount)


def mint_tao(tx: Tx, amount: int) -> int:
    """Issue TAO that belongs to no account yet, saturating at the maximum issuance. Returns: what was issued.

    Source: subtensor coinbase/tao.rs::mint_tao, spec_version 424.
    """
    issuance = tx.storage.balances_total_issuance
    issued = min(amount, sub_u64(GREATEST_ISSUANCE, issuance.value))
    _issue(tx, issued)
    issuance.value = add_u64(issuance.value, issued)
    return issued


def with_minted(balance: int, minted: int, amount: int) -> int | None:
    """A balance increased by a part of what was minted; None where that is too small, or would not open the account.

    Source: subtensor coinbase/tao.rs::spend_tao, spec_version 424.
    """
    after = balance + amount
    return None if amount > minted or after < EXISTENTIAL_DEPOSIT or after > U64_MAX else after


def recycle_minted(tx: Tx, left: int) -> None:
    """Remove what is left of what was minted from the issuance.

    Source: subtensor coinbase/tao.rs::recycle_credit, spec_version 424.
    """
    if left:
        _issue(tx, -left)
        tx.storage.balances_total_issuance.value -= left


def _issue(tx: Tx, amount: int) -> None:
    issuance = tx.storage.total_issuance
    issuance.value = clamp_u64(issuance.value + amount)


def _move(tx: Tx, source: bytes, destination: bytes, amount: int) -> None:
    """Move TAO that the source is known to have. Raises: BelowMinimum where it would not open the destination."""
    balances = tx.storage.balances
    if amount and balances[destination] + amount < EXISTENTIAL_DEPOSIT:
        raise BelowMinimum(amount=amount, balance=balances[destination], existential_deposit=EXISTENTIAL_DEPOSIT)
    if amount and source != destination:
        set_balance(tx, source, balances[source] - amount)
        set_balance(tx, destination, balances[destination] + amount)
