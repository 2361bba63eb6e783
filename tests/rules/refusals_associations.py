"""How accounts are refused: transfers, identities, the senate, hotkeys that become a coldkey's.

Subnets that begin with an identity, too.
"""

from functools import partial

from neuron_ledger.events.associations import AdjustSenate, BecomeDelegate, SetTaoWeights, TryAssociateHotkey
from neuron_ledger.events.balances import TransferAll, TransferAllowDeath, TransferKeepAlive
from neuron_ledger.events.identities import RegisterNetworkWithIdentity, SetIdentity, SetSubnetIdentity
from neuron_ledger.events.wire.record import Call
from tests.chain_fixture import Chain, account
from tests.rules import refusals_subnets
from tests.rules.refusals import STRANGER, UNSIGNED, Attempt, Refusals, refusal
from tests.rules.refusals_subnets import HOT, OWNER

TEXTS = (b"name", b"https://url", b"github", b"image", b"discord", b"description", b"additional")
SENATE = tuple(sorted(account(f"senator {number}") for number in range(13)))


def chain() -> Chain:
    """As for subnets; the hotkey is on root too."""
    chain = refusals_subnets.chain()
    chain.seat("hot", netuid=0)
    return chain


def of(call: Call, signer: bytes = OWNER) -> Attempt:
    return Attempt(chain(), call, signer)


def without_seats(attempt: Attempt) -> None:
    for netuid in (0, 1):
        attempt.drop("IsNetworkMember", (HOT, netuid))


def full_senate(attempt: Attempt) -> None:
    for senator in SENATE[:12]:
        attempt.put("TotalHotkeyAlpha", (senator, 0), 7)
    attempt.put("SenateMembers", (), SENATE[:12])


IDENTITY = Refusals(
    lambda: of(SetIdentity(*TEXTS)),
    (
        UNSIGNED,
        refusal("HotKeyNotRegisteredInNetwork", without_seats, coldkey=OWNER),
        (
            refusal("InvalidIdentity", lambda attempt: attempt.ask(name=bytes(257)), text="name", length=257, most=256),
            refusal("InvalidIdentity", lambda attempt: attempt.ask(url=bytes(257)), text="url", length=257, most=256),
            refusal(
                "InvalidIdentity", lambda attempt: attempt.ask(github_repo=bytes(257)), text="github_repo", length=257, most=256
            ),
            refusal("InvalidIdentity", lambda attempt: attempt.ask(image=bytes(1025)), text="image", length=1025, most=1024),
            refusal("InvalidIdentity", lambda attempt: attempt.ask(discord=bytes(257)), text="discord", length=257, most=256),
        ),
    ),
)

SUBNET_IDENTITY = Refusals(
    lambda: of(SetSubnetIdentity(1, *TEXTS)),
    (
        UNSIGNED,
        refusal("NotSubnetOwner", lambda attempt: attempt.sign(STRANGER), netuid=1, owner=OWNER, coldkey=STRANGER),
        (
            refusal(
                "InvalidIdentity", lambda attempt: attempt.ask(subnet_name=bytes(257)), text="subnet_name", length=257, most=256
            ),
            refusal(
                "InvalidIdentity", lambda attempt: attempt.ask(subnet_url=bytes(1025)), text="subnet_url", length=1025, most=1024
            ),
        ),
    ),
)

BEGIN_WITH_IDENTITY = Refusals(
    lambda: of(RegisterNetworkWithIdentity(HOT, TEXTS)),
    (
        *refusals_subnets.BEGIN.in_order,
        refusal(
            "InvalidIdentity",
            lambda attempt: attempt.ask(identity=(bytes(257), *TEXTS[1:])),
            text="subnet_name",
            length=257,
            most=256,
        ),
    ),
)

ASSOCIATE = Refusals(lambda: of(TryAssociateHotkey(account("new"))), (UNSIGNED,))

SENATORS = Refusals(
    lambda: of(AdjustSenate(HOT)),
    (
        refusal("RootNetworkDoesNotExist", lambda attempt: attempt.drop("NetworksAdded", 0), netuid=0),
        UNSIGNED,
        refusal("HotKeyNotRegisteredInSubNet", lambda attempt: attempt.drop("Uids", (0, HOT)), netuid=0, hotkey=HOT),
        (
            refusal(
                "HotKeyAlreadyRegisteredInSubNet",
                lambda attempt: attempt.put("SenateMembers", (), (HOT,)),
                senate_member=HOT,
            ),
            refusal("CouldNotJoinSenate", lambda attempt: attempt.put("SenateMembers", (), SENATE), members=13, most=12),
            refusal("StakeTooLowForRoot", full_senate, stake=0, lowest=7, needed=8),
        ),
    ),
)

NO_DELEGATE = Refusals(lambda: of(BecomeDelegate(HOT)), ())
NO_WEIGHTS = Refusals(lambda: of(SetTaoWeights(0, HOT, (1,), (1,), 0)), ())

NEW, SOME = account("new"), 600
"""An account to come, and rao that open it."""


def gives(call: Call, balance: int) -> Attempt:
    attempt = of(call)
    attempt.put("Balances", OWNER, balance)
    return attempt


def keeps_itself_alive(attempt: Attempt) -> None:
    attempt.put("Balances", OWNER, 700)
    attempt.ask(keep_alive=True)


MAY_NOT_COME = (
    refusal("Arithmetic(Overflow)", lambda attempt: attempt.put("Balances", NEW, 2**64 - 1), amount=SOME, balance=2**64 - 1),
    refusal("Token(BelowMinimum)", lambda attempt: attempt.ask(value=499), amount=499, balance=0, existential_deposit=500),
)


def has_too_little(attempt: Attempt, issuance: int = SOME) -> None:
    attempt.put("Balances", OWNER, 100)
    attempt.put("BalancesTotalIssuance", (), issuance)


MAY_NOT_LEAVE = (
    refusal("Arithmetic(Underflow)", partial(has_too_little, issuance=200), amount=SOME, issuance=200),
    refusal("Token(FundsUnavailable)", has_too_little, needed=SOME, balance=100),
)
WOULD_CLOSE = refusal(
    "Token(NotExpendable)",
    lambda attempt: attempt.put("Balances", OWNER, 900),
    amount=SOME,
    balance=900,
    existential_deposit=500,
)
GIVE = Refusals(lambda: gives(TransferAllowDeath(NEW, SOME), 900), (UNSIGNED, MAY_NOT_LEAVE, MAY_NOT_COME))
GIVE_SOME = Refusals(lambda: gives(TransferKeepAlive(NEW, SOME), 10**9), (UNSIGNED, (*MAY_NOT_LEAVE, WOULD_CLOSE), MAY_NOT_COME))
GIVE_ALL = Refusals(
    lambda: gives(TransferAll(NEW, False), SOME),
    (
        UNSIGNED,
        (
            MAY_NOT_COME[0],
            refusal(
                "Token(BelowMinimum)",
                keeps_itself_alive,
                amount=200,
                balance=0,
                existential_deposit=500,
            ),
        ),
    ),
)

ASSOCIATIONS = (
    GIVE,
    GIVE_SOME,
    GIVE_ALL,
    IDENTITY,
    SUBNET_IDENTITY,
    BEGIN_WITH_IDENTITY,
    ASSOCIATE,
    SENATORS,
    NO_DELEGATE,
    NO_WEIGHTS,
)
