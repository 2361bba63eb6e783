"""Why swaps of hotkeys and coldkeys are refused."""

from neuron_ledger.ledger.errors.base import ChainError


class NewHotKeyIsSameWithOld(ChainError):
    reason = "the new hotkey is the old one"
    hotkey: bytes


class HotKeySetTxRateLimitExceeded(ChainError):
    reason = "the coldkey swapped a hotkey too recently"
    coldkey: bytes
    last_swap: int
    allowed_from: int


class HotKeySwapOnSubnetIntervalNotPassed(ChainError):
    reason = "the coldkey swapped a hotkey on this subnet too recently"
    coldkey: bytes
    netuid: int
    last_swap: int
    allowed_from: int


class NotEnoughBalanceToPaySwapHotKey(ChainError):
    reason = "the coldkey's balance does not cover the cost of the swap"
    needed: int
    balance: int


class NotEnoughBalanceToPaySwapColdKey(ChainError):
    reason = "the coldkey's balance does not cover the cost of the swap"
    needed: int
    balance: int


class ColdKeyAlreadyAssociated(ChainError):
    reason = "the new coldkey has stake, or had some"
    coldkey: bytes
    hotkeys: int


class NewColdKeyIsHotkey(ChainError):
    reason = "the new coldkey is a hotkey"
    coldkey: bytes
    owner: bytes


class SwapAlreadyScheduled(ChainError):
    reason = "a swap of this coldkey is scheduled already"
    coldkey: bytes
    scheduled: int
    allowed_from: int


class FailedToSchedule(ChainError):
    reason = "a swap can only be scheduled for a block to come"
    scheduled: int
    current: int


class AlreadySenator(ChainError):
    chain_name = "SenateMembers.AlreadyMember"
    reason = "the old and the new hotkey are both in the senate"
    senate_member: bytes
