"""How swaps of hotkeys and coldkeys are refused."""

from neuron_ledger.events.calls import GrantStake
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapColdkey, SwapHotkey
from neuron_ledger.ledger.rules.swaps.checks import KEY_SWAP_COST, KEY_SWAP_ON_SUBNET_COST
from tests.chain_fixture import TAO, Chain, account
from tests.rules.refusals import SIGNED, UNSIGNED, Attempt, Refusals, refusal
from tests.rules.refusals_stake import COLD, HOT, NOT_ITS_COLDKEY

NEW_HOT, NEW_COLD = account("new hot"), account("new cold")
BLOCK = 36_001
"""The first in which a hotkey may be swapped on one subnet."""


def chain() -> Chain:
    """A neuron with stake of its own on subnet 1, whose coldkey has 1 TAO."""
    made = Chain(block=BLOCK)
    made.seat("hot")
    made.fund(COLD, TAO)
    made.ok(GrantStake(HOT, COLD, 1, 50 * TAO))
    return made


def just_swapped(attempt: Attempt) -> None:
    attempt.put("LastTxBlock", COLD, BLOCK - 1000)


def seated(attempt: Attempt) -> None:
    attempt.put("IsNetworkMember", (NEW_HOT, 1), True)


def known_there(attempt: Attempt) -> None:
    """What a swap leaves of a hotkey that was no member."""
    attempt.put("IsNetworkMember", (NEW_HOT, 1), False)


def both_senators(attempt: Attempt) -> None:
    attempt.put("SenateMembers", (), tuple(sorted((HOT, NEW_HOT))))


SAME = refusal("NewHotKeyIsSameWithOld", lambda attempt: attempt.ask(new_hotkey=HOT), hotkey=HOT)
TOO_SOON = refusal("HotKeySetTxRateLimitExceeded", just_swapped, coldkey=COLD, last_swap=BLOCK - 1000, allowed_from=BLOCK + 1)
SEATED = refusal("HotKeyAlreadyRegisteredInSubNet", seated, hotkey=NEW_HOT)

ON_ONE_SUBNET = Refusals(
    lambda: Attempt(chain(), SwapHotkey(HOT, NEW_HOT, 1), COLD),
    (
        UNSIGNED,
        NOT_ITS_COLDKEY,
        SAME,
        TOO_SOON,
        SEATED,
        refusal(
            "HotKeySwapOnSubnetIntervalNotPassed",
            lambda attempt: attempt.put("LastHotkeySwapOnNetuid", (1, COLD), 1),
            coldkey=COLD,
            netuid=1,
            last_swap=1,
            allowed_from=BLOCK + 1,
        ),
        refusal("HotKeyAlreadyRegisteredInSubNet", known_there, netuid=1, hotkey=NEW_HOT),
        refusal(
            "NotEnoughBalanceToPaySwapHotKey",
            lambda attempt: attempt.chain.fund(COLD, KEY_SWAP_ON_SUBNET_COST - 1),
            needed=KEY_SWAP_ON_SUBNET_COST,
            balance=KEY_SWAP_ON_SUBNET_COST - 1,
        ),
    ),
)

ON_ALL_SUBNETS = Refusals(
    lambda: Attempt(chain(), SwapHotkey(HOT, NEW_HOT, None), COLD),
    (
        UNSIGNED,
        NOT_ITS_COLDKEY,
        SAME,
        TOO_SOON,
        SEATED,
        refusal(
            "NotEnoughBalanceToPaySwapHotKey",
            lambda attempt: attempt.chain.fund(COLD, KEY_SWAP_COST - 1),
            needed=KEY_SWAP_COST,
            balance=KEY_SWAP_COST - 1,
        ),
        refusal("SenateMembers.AlreadyMember", both_senators, senate_member=NEW_HOT),
    ),
)


def owned_by_another(attempt: Attempt) -> None:
    attempt.put("Owner", NEW_COLD, COLD)


def next_to_nothing(attempt: Attempt) -> None:
    attempt.chain.fund(COLD, 500)
    attempt.ask(swap_cost=1)


def staking(attempt: Attempt) -> None:
    attempt.put("StakingHotkeys", NEW_COLD, (HOT,))


OF_COLDKEY = Refusals(
    lambda: Attempt(chain(), SwapColdkey(COLD, NEW_COLD, TAO // 2)),
    (
        SIGNED,
        refusal("ColdKeyAlreadyAssociated", staking, coldkey=NEW_COLD, hotkeys=1),
        refusal("NewColdKeyIsHotkey", owned_by_another, coldkey=NEW_COLD, owner=COLD),
        (
            refusal(
                "NotEnoughBalanceToPaySwapColdKey",
                lambda attempt: attempt.ask(swap_cost=TAO + 1),
                needed=TAO + 1,
                balance=TAO,
            ),
            refusal(
                "ZeroBalanceAfterWithdrawn",
                next_to_nothing,
                asked=1,
                balance=500,
                existential_deposit=500,
            ),
        ),
    ),
)


def scheduled(attempt: Attempt) -> None:
    """One that came in its block 7,200 blocks ago, less one."""
    attempt.put("ColdkeySwapScheduled", COLD, (BLOCK - 7199, NEW_COLD))


SCHEDULED = Refusals(
    lambda: Attempt(chain(), ScheduleSwapColdkey(NEW_COLD), COLD),
    (
        UNSIGNED,
        refusal("SwapAlreadyScheduled", scheduled, coldkey=COLD, scheduled=BLOCK - 7199, allowed_from=BLOCK + 1),
        refusal(
            "NotEnoughBalanceToPaySwapColdKey",
            lambda attempt: attempt.chain.fund(COLD, KEY_SWAP_COST - 1),
            needed=KEY_SWAP_COST,
            balance=KEY_SWAP_COST - 1,
        ),
        refusal(
            "FailedToSchedule",
            lambda attempt: attempt.put("ColdkeySwapScheduleDuration", (), 0),
            scheduled=BLOCK,
            current=BLOCK,
        ),
    ),
)

SWAPS: tuple[Refusals, ...] = (ON_ONE_SUBNET, ON_ALL_SUBNETS, OF_COLDKEY, SCHEDULED)
