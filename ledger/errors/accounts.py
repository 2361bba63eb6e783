"""Why accounts refuse: balances and ownership."""

from neuron_ledger.ledger.errors.base import ChainError


class NotEnoughBalanceToStake(ChainError):
    reason = "the coldkey's balance does not cover the amount"
    needed: int
    balance: int


class BalanceWithdrawalError(ChainError):
    reason = "the account would be left with less than it must hold"
    asked: int
    balance: int
    existential_deposit: int


class ZeroBalanceAfterWithdrawn(ChainError):
    reason = "nothing could be withdrawn without closing the account"
    asked: int
    balance: int
    existential_deposit: int


class FundsUnavailable(ChainError):
    chain_name = "Token(FundsUnavailable)"
    reason = "the account's free balance does not cover the amount"
    needed: int
    balance: int


class NotExpendable(ChainError):
    chain_name = "Token(NotExpendable)"
    reason = "the sender's account would be closed, and the call does not allow that"
    amount: int
    balance: int
    existential_deposit: int


class Overflow(ChainError):
    chain_name = "Arithmetic(Overflow)"
    reason = "the account's balance would not fit into 64 bits"
    amount: int
    balance: int


class Underflow(ChainError):
    chain_name = "Arithmetic(Underflow)"
    reason = "all accounts together do not hold that much TAO"
    amount: int
    issuance: int


class NonAssociatedColdKey(ChainError):
    reason = "the hotkey belongs to another coldkey"
    hotkey: bytes
    owner: bytes
    coldkey: bytes


class HotKeyAccountNotExists(ChainError):
    reason = "no coldkey owns this hotkey"
    hotkey: bytes


class InvalidIdentity(ChainError):
    reason = "a field of the identity is too long"
    text: str
    length: int
    most: int


class FaucetDisabled(ChainError):
    reason = "the main chain has no faucet"
    call: str


class CallDisabled(ChainError):
    reason = "the chain has switched this call off"
    call: str


class ColdkeySwapAnnounced(ChainError):
    reason = "a swap of the coldkey is announced; until it is done or cleared the coldkey can do nothing else"
    signer: bytes
    possible_from: int


class ColdkeySwapDisputed(ChainError):
    reason = "the announced swap of the coldkey is disputed, so the coldkey can do nothing"
    signer: bytes
