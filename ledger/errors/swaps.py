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
    scheduled: int | None = None
    allowed_from: int | None = None


class FailedToSchedule(ChainError):
    reason = "a swap can only be scheduled for a block to come"
    scheduled: int
    current: int


class AlreadySenator(ChainError):
    chain_name = "SenateMembers.AlreadyMember"
    reason = "the hotkey that would get the seat is in the senate already"
    senate_member: bytes


class NewHotKeyNotCleanForRootSwap(ChainError):
    reason = "the new hotkey has stake on the root network, or root dividends to be claimed"
    hotkey: bytes
    stake: int
    claimable: int
    claimed: int | None = None


class DisabledTemporarily(ChainError):
    reason = "swaps of hotkeys are switched off at this spec_version"
    hotkey: bytes


class Deprecated(ChainError):
    reason = "swaps of coldkeys are no longer scheduled"
    instead: str


class ColdkeySwapAnnouncementNotFound(ChainError):
    reason = "the coldkey has announced no swap"
    coldkey: bytes


class ColdkeySwapReannouncedTooEarly(ChainError):
    reason = "a swap of the coldkey is announced already"
    coldkey: bytes
    allowed_from: int


class AnnouncedColdkeyHashDoesNotMatch(ChainError):
    reason = "another new coldkey was announced"
    announced: bytes
    given: bytes


class ColdkeySwapTooEarly(ChainError):
    reason = "an announced swap has to wait"
    coldkey: bytes
    allowed_from: int


class ColdkeySwapClearTooEarly(ChainError):
    reason = "an announced swap cannot be taken back yet"
    coldkey: bytes
    allowed_from: int


class ColdkeySwapAlreadyDisputed(ChainError):
    reason = "the announced swap of the coldkey is disputed already"
    coldkey: bytes
    since: int


class ActiveLockExists(ChainError):
    reason = "the new coldkey has locked stake"
    coldkey: bytes
    netuid: int
    locked: int


# ------------------------------------------------------------------------------- swaps of coldkeys in the summer of 2024


class SameColdkey(ChainError):
    reason = "the new coldkey is the old one"
    coldkey: bytes


class NoBalanceToTransfer(ChainError):
    reason = "the coldkey has no balance to give away"
    coldkey: bytes


class ColdkeyIsInArbitration(ChainError):
    reason = "a swap of the coldkey was asked for, and waits"
    coldkey: bytes
    until: int


class InsufficientBalanceToPerformColdkeySwap(ChainError):
    reason = "the coldkey owns too little to be swapped"
    coldkey: bytes
    owned: int
    needed: int


class DuplicateColdkey(ChainError):
    reason = "a swap to this coldkey was asked for already"
    coldkey: bytes
    new_coldkey: bytes


class MaxColdkeyDestinationsReached(ChainError):
    reason = "swaps to as many coldkeys as may be were asked for"
    coldkey: bytes
    most: int
