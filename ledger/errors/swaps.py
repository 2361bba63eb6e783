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
    reason = "the new coldkey has or had stake"
    coldkey: bytes
    hotkeys: int


class NewColdKeyIsHotkey(ChainError):
    reason = "the new coldkey is a hotkey"
    coldkey: bytes
    owner: bytes


class SwapAlreadyScheduled(ChainError):
    reason = "a swap of this coldkey is already scheduled"
    coldkey: bytes
    scheduled: int | None = None
    allowed_from: int | None = None


class FailedToSchedule(ChainError):
    reason = "a swap can only be scheduled for a future block"
    scheduled: int
    current: int


class AlreadySenator(ChainError):
    chain_name = "SenateMembers.AlreadyMember"
    reason = "the hotkey that would get the seat is already in the senate"
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
    reason = "a swap of the coldkey is already announced, and cannot be announced anew yet"
    coldkey: bytes
    allowed_from: int


class AnnouncedColdkeyHashDoesNotMatch(ChainError):
    reason = "the new coldkey is not the announced one"
    announced: bytes
    given: bytes


class ColdkeySwapTooEarly(ChainError):
    reason = "the announced swap cannot be carried out yet"
    coldkey: bytes
    allowed_from: int


class ColdkeySwapClearTooEarly(ChainError):
    reason = "the announced swap cannot be cleared yet"
    coldkey: bytes
    allowed_from: int


class ColdkeySwapAlreadyDisputed(ChainError):
    reason = "the announced swap of the coldkey is already disputed"
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
    reason = "a requested swap of the coldkey is pending"
    coldkey: bytes
    until: int


class InsufficientBalanceToPerformColdkeySwap(ChainError):
    reason = "the coldkey owns too little to be swapped"
    coldkey: bytes
    owned: int
    needed: int


class DuplicateColdkey(ChainError):
    reason = "a swap to this coldkey has already been requested"
    coldkey: bytes
    new_coldkey: bytes


class MaxColdkeyDestinationsReached(ChainError):
    reason = "swaps to the maximum number of coldkeys have already been requested"
    coldkey: bytes
    most: int
