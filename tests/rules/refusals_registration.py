"""How registrations and announcements of endpoints are refused."""

from neuron_ledger.events.calls import (
    BurnedRegister,
    ForceRegister,
    PokePruningScores,
    Register,
    RootRegister,
    ServeAxon,
    ServeAxonTls,
    ServePrometheus,
)
from neuron_ledger.events.registration_calls import PokeEmission, PokeValidatorPermit
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, create_work
from tests.chain_fixture import TAO, Chain, account
from tests.rules.refusals import SIGNED, STRANGER, UNSIGNED, Attempt, Refusal, Refusals, Values, refusal

COLD, HOT, RESIDENT = account("cold"), account("hot"), account("resident")
BLOCK = 100
DIFFICULTY = 50
NONCE, WORK = create_work(block_hash(BLOCK - 1, BLOCK), 0, HOT, DIFFICULTY)
SEAL_OF_ANOTHER_NONCE = create_seal_hash(block_hash(BLOCK - 1, BLOCK), NONCE + 1, HOT)
SENATE = tuple(sorted(account(f"senator {number}") for number in range(13)))
UNUSABLE_IP = 0x7F000001


def chain() -> Chain:
    """A neuron on subnet 1, a coldkey with 100 TAO, a burn of one TAO."""
    chain = Chain(block=BLOCK)
    chain.seat("resident")
    chain.fund(COLD, 100 * TAO)
    chain.set("burn", TAO)
    chain.set("difficulty", DIFFICULTY)
    chain.set("adjustment_interval", 30)
    return chain


# ------------------------------------------------------------------------------------- what several registrations check

DOES_NOT_EXIST = refusal("SubNetworkDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9)
ON_ROOT = refusal("RegistrationNotPermittedOnRootSubnet", lambda attempt: attempt.ask(netuid=0), netuid=0)
RESIDENT_AGAIN: Values = {"netuid": 1, "uid": 0, "hotkey": RESIDENT}
NO_SEATS = refusal("NoNeuronIdAvailable", lambda attempt: attempt.put_here("MaxAllowedUids", 0), netuid=1, max_allowed_uids=0)
OWNED_BY_ANOTHER = refusal(
    "NonAssociatedColdKey",
    lambda attempt: attempt.put("Owner", HOT, RESIDENT),
    hotkey=HOT,
    owner=RESIDENT,
    coldkey=COLD,
)


def full_block(attempt: Attempt, netuid: int) -> None:
    attempt.put("MaxRegistrationsPerBlock", netuid, 3)
    attempt.put("RegistrationsThisBlock", netuid, 3)


def full_interval(attempt: Attempt, netuid: int) -> None:
    attempt.put("TargetRegistrationsPerInterval", netuid, 2)
    attempt.put("RegistrationsThisInterval", netuid, 6)
    attempt.put("AdjustmentInterval", netuid, 30)


def limits(netuid: int) -> tuple[Refusal, Refusal]:
    """Of the block, and of the interval."""
    return (
        refusal(
            "TooManyRegistrationsThisBlock",
            lambda attempt: full_block(attempt, netuid),
            registrations=3,
            limit=3,
            next_block=BLOCK + 1,
        ),
        refusal(
            "TooManyRegistrationsThisInterval",
            lambda attempt: full_interval(attempt, netuid),
            registrations=6,
            limit=6,
            next_interval=BLOCK + 30,
        ),
    )


# ------------------------------------------------------------------------------------------------------- registrations


def too_poor(attempt: Attempt) -> None:
    attempt.chain.set("burn", TAO)
    attempt.chain.fund(COLD, TAO - 1)


def at_existential_deposit(attempt: Attempt) -> None:
    attempt.chain.set("burn", EXISTENTIAL_DEPOSIT)
    attempt.chain.fund(COLD, EXISTENTIAL_DEPOSIT)


BURNED = Refusals(
    lambda: Attempt(chain(), BurnedRegister(1, HOT), COLD),
    (
        UNSIGNED,
        ON_ROOT,
        DOES_NOT_EXIST,
        refusal(
            "SubNetRegistrationDisabled",
            lambda attempt: attempt.put("NetworkRegistrationAllowed", 1, False),
            netuid=1,
            needed="NetworkRegistrationAllowed",
        ),
        *limits(1),
        refusal("HotKeyAlreadyRegisteredInSubNet", lambda attempt: attempt.ask(hotkey=RESIDENT), **RESIDENT_AGAIN),
        refusal("NotEnoughBalanceToStake", too_poor, needed=TAO, balance=TAO - 1),
        OWNED_BY_ANOTHER,
        NO_SEATS,
        refusal("ZeroBalanceAfterWithdrawn", at_existential_deposit, asked=500, balance=500, existential_deposit=500),
    ),
)


def resident_works(attempt: Attempt) -> None:
    attempt.ask(hotkey=RESIDENT)
    attempt.sign(RESIDENT)


def other_nonce(attempt: Attempt) -> None:
    attempt.ask(nonce=NONCE + 1)


WORKED = Refusals(
    lambda: Attempt(chain(), Register(1, BLOCK - 1, NONCE, WORK, HOT, COLD), HOT),
    (
        UNSIGNED,
        refusal("TransactorAccountShouldBeHotKey", lambda attempt: attempt.sign(COLD), signer=COLD, hotkey=HOT),
        ON_ROOT,
        DOES_NOT_EXIST,
        refusal(
            "SubNetRegistrationDisabled",
            lambda attempt: attempt.put("NetworkPowRegistrationAllowed", 1, False),
            netuid=1,
            needed="NetworkPowRegistrationAllowed",
        ),
        *limits(1),
        refusal("HotKeyAlreadyRegisteredInSubNet", resident_works, **RESIDENT_AGAIN),
        refusal(
            "InvalidWorkBlock",
            lambda attempt: attempt.ask(block_number=BLOCK - 3),
            work_block=BLOCK - 3,
            current=BLOCK,
            oldest=BLOCK - 2,
        ),
        refusal("InvalidDifficulty", lambda attempt: attempt.put("Difficulty", 1, 2**64 - 1), difficulty=2**64 - 1, work=WORK),
        refusal("InvalidSeal", other_nonce, seal=SEAL_OF_ANOTHER_NONCE, work=WORK),
        OWNED_BY_ANOTHER,
        NO_SEATS,
    ),
)

FORCED = Refusals(
    lambda: Attempt(Chain(block=BLOCK), ForceRegister(1, HOT, COLD)),
    (
        SIGNED,
        DOES_NOT_EXIST,
        refusal(
            "HotKeyAlreadyRegisteredInSubNet",
            lambda attempt: attempt.put("Uids", (1, HOT), 0),
            netuid=1,
            uid=0,
            hotkey=HOT,
        ),
        NO_SEATS,
    ),
)


# ------------------------------------------------------------------------------------------------------------ the root


def no_member_to_replace(attempt: Attempt) -> None:
    attempt.put("MaxAllowedUids", 0, 0)
    attempt.put("SubnetworkN", 0, 0)


def one_member(attempt: Attempt) -> None:
    attempt.put("MaxAllowedUids", 0, 1)
    attempt.chain.seat("member", netuid=0)


def a_member_that_stays(attempt: Attempt) -> None:
    """The only member is the owner's hotkey of the root network, which is never replaced."""
    one_member(attempt)
    attempt.put("SubnetOwnerHotkey", 0, account("member"))
    attempt.put("TotalHotkeyAlpha", (HOT, 0), 1)


ON_ROOT_NETWORK = Refusals(
    lambda: Attempt(chain(), RootRegister(HOT), COLD),
    (
        refusal("RootNetworkDoesNotExist", lambda attempt: attempt.drop("NetworksAdded", 0), netuid=0),
        UNSIGNED,
        *limits(0),
        refusal(
            "HotKeyAlreadyRegisteredInSubNet",
            lambda attempt: attempt.put("Uids", (0, HOT), 5),
            netuid=0,
            uid=5,
            hotkey=HOT,
        ),
        (
            refusal("HotKeyNotRegisteredInSubNet", no_member_to_replace, netuid=0, uid=0),
            refusal("StakeTooLowForRoot", one_member, stake=0, lowest=0, needed=1),
            refusal("HotKeyNotRegisteredInSubNet", a_member_that_stays, netuid=0, hotkey=HOT),
        ),
        refusal(
            "HotKeyAlreadyRegisteredInSubNet",
            lambda attempt: attempt.put("SenateMembers", (), (HOT,)),
            senate_member=HOT,
        ),
        refusal("CouldNotJoinSenate", lambda attempt: attempt.put("SenateMembers", (), SENATE), members=13, most=12),
    ),
)


# ------------------------------------------------------------------------------------------------------------ endpoints

REGISTERED = refusal("HotKeyNotRegisteredInNetwork", lambda attempt: attempt.sign(STRANGER), hotkey=STRANGER)
ADDRESS = (
    refusal("InvalidIpType", lambda attempt: attempt.ask(ip_type=5), ip_type=5, needed="4 or 6"),
    refusal("InvalidIpAddress", lambda attempt: attempt.ask(ip=UNUSABLE_IP), ip=UNUSABLE_IP, ip_type=4),
)
PORT = refusal("InvalidPort", lambda attempt: attempt.ask(port=0), port=0)
TOO_SOON: Values = {"last_served": BLOCK - 49, "current": BLOCK, "allowed_from": BLOCK + 1}


def served(call: Call) -> Attempt:
    attempt = Attempt(chain(), call, RESIDENT)
    attempt.chain.set("serving_rate_limit", 50)
    return attempt


AXON_TOO_SOON = refusal(
    "ServingRateLimitExceeded",
    lambda attempt: attempt.put("Axons", (1, RESIDENT), (BLOCK - 49, 0, 0, 0, 0, 0, 0, 0)),
    **TOO_SOON,
)
PROMETHEUS_TOO_SOON = refusal(
    "ServingRateLimitExceeded",
    lambda attempt: attempt.put("Prometheus", (1, RESIDENT), (BLOCK - 49, 0, 0, 0, 0)),
    **TOO_SOON,
)
AXON_CHECKS = (UNSIGNED, REGISTERED, *ADDRESS, AXON_TOO_SOON, PORT)

AXON = Refusals(lambda: served(ServeAxon(1, 1, 0x01020304, 8091, 4, 4, 0, 0)), AXON_CHECKS)
AXON_TLS = Refusals(lambda: served(ServeAxonTls(1, 1, 0x01020304, 8091, 4, 4, 0, 0, b"\x01key")), AXON_CHECKS)
PROMETHEUS = Refusals(
    lambda: served(ServePrometheus(1, 1, 0x01020304, 8091, 4)), (UNSIGNED, *ADDRESS, REGISTERED, PROMETHEUS_TOO_SOON, PORT)
)


def wrong_length(*values: int | bool) -> Refusal:
    return refusal("VectorLengthMismatch", lambda attempt: attempt.ask(values=values), netuid=1, needed=1, given=2)


SCORES = Refusals(lambda: Attempt(chain(), PokePruningScores(1, (7,))), (SIGNED, DOES_NOT_EXIST, wrong_length(7, 7)))
EMISSION = Refusals(lambda: Attempt(chain(), PokeEmission(1, (7,))), (SIGNED, DOES_NOT_EXIST, wrong_length(7, 7)))
PERMITS = Refusals(lambda: Attempt(chain(), PokeValidatorPermit(1, (True,))), (SIGNED, DOES_NOT_EXIST, wrong_length(True, True)))

REGISTRATION = (BURNED, WORKED, FORCED, ON_ROOT_NETWORK, AXON, AXON_TLS, PROMETHEUS, SCORES, EMISSION, PERMITS)
