"""Why a registration is refused, or a call that needs one."""

from neuron_ledger.ledger.errors.base import ChainError


class RegistrationNotPermittedOnRootSubnet(ChainError):
    reason = "the root network is joined by root_register, not by burning or working"
    netuid: int


class SubNetRegistrationDisabled(ChainError):
    reason = "the subnet does not accept this kind of registration now"
    netuid: int | None = None
    needed: str | None = None
    allowed_from: int | None = None


class TooManyRegistrationsThisBlock(ChainError):
    reason = "the subnet's registrations per block are used up; wait for the next block"
    registrations: int
    limit: int
    next_block: int


class TooManyRegistrationsThisInterval(ChainError):
    reason = "three times the target of this adjustment interval is reached; wait for the next interval"
    registrations: int
    limit: int
    next_interval: int


class HotKeyAlreadyRegisteredInSubNet(ChainError):
    reason = "the hotkey holds a uid on this subnet already"
    netuid: int | None = None
    uid: int | None = None
    hotkey: bytes | None = None
    senate_member: bytes | None = None


class HotKeyNotRegisteredInSubNet(ChainError):
    reason = "the hotkey holds no uid on this subnet"
    netuid: int
    uid: int | None = None
    hotkey: bytes | None = None


class HotKeyNotRegisteredInNetwork(ChainError):
    reason = "the hotkey (or, for a coldkey, each of its hotkeys) holds no uid on any subnet"
    hotkey: bytes | None = None
    coldkey: bytes | None = None


class NoNeuronIdAvailable(ChainError):
    reason = "the subnet has no uid to give"
    netuid: int
    max_allowed_uids: int


class TransactorAccountShouldBeHotKey(ChainError):
    reason = "proof-of-work registration is signed by the hotkey itself"
    signer: bytes
    hotkey: bytes


class InvalidWorkBlock(ChainError):
    reason = "the work names a future block or one that is three or more blocks old"
    work_block: int
    current: int
    oldest: int


class DidNotPassConnectedNetworkRequirement(ChainError):
    reason = "the hotkey is not among the best of a subnet to which this one is connected"
    netuid: int
    connected_to: int
    requirement: int


class WorkRepeated(ChainError):
    reason = "the work was used for another registration"
    work: bytes
    used_in: int


class InvalidDifficulty(ChainError):
    reason = "the work does not meet the subnet's difficulty"
    difficulty: int
    work: bytes


class InvalidSeal(ChainError):
    reason = "the work is not the seal of this block, nonce and hotkey"
    seal: bytes
    work: bytes


class StakeTooLowForRoot(ChainError):
    reason = "replacing a root member needs strictly more stake than the lowest member has"
    stake: int
    lowest: int
    needed: int


class CouldNotJoinSenate(ChainError):
    reason = "the hotkey could not join the senate"
    members: int
    most: int


class VectorLengthMismatch(ChainError):
    reason = "a vector must have one value for every uid of the subnet"
    netuid: int
    needed: int
    given: int


class RegistrationPriceLimitExceeded(ChainError):
    reason = "the price is above the caller's limit"
    netuid: int
    price: int
    limit: int


class CannotUseSystemAccount(ChainError):
    reason = "the hotkey is the account of a subnet"
    hotkey: bytes


class TrimmingWouldExceedMaxImmunePercentage(ChainError):
    reason = "too many of the uids that would be left are immune"
    netuid: int
    max_n: int
    immune: int
