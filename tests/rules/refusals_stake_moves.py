"""How moves of stake, orders with a price limit and giving alpha up are refused."""

from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    RemoveStakeLimit,
    SwapStake,
    SwapStakeLimit,
    TransferStake,
    UnstakeAll,
    UnstakeAllAlpha,
)
from neuron_ledger.ledger.rules.stake.moves import MIN_STAKE, STAKING_FEE
from neuron_ledger.ledger.rules.stake.pool import MINIMUM_POOL_LIQUIDITY
from tests.chain_fixture import TAO, Chain, account
from tests.rules.refusals import STRANGER, UNSIGNED, Attempt, Refusal, Refusals, refusal
from tests.rules.refusals_stake import (
    COLD,
    HOT,
    MOST,
    NO_ACCOUNT,
    NO_LIQUIDITY,
    NO_TOKEN,
    POOL,
    chain,
    dear_shares,
    shallow_pool,
    too_poor,
)

OTHER, FRIEND = account("other"), account("friend")
LOW = TAO // 2
"""A price of half a TAO, where the pools' is one."""


def two_pools() -> Chain:
    """As `chain`, with another hotkey, and a subnet 2 whose pool is like that of subnet 1."""
    made = chain(subnets=(1, 2))
    made.seat("other")
    made.set("subtoken_enabled", 1, netuid=2)
    made.storage.subnet_mechanism[2] = 1
    made.storage.subnet_tao[2] = made.storage.subnet_alpha_in[2] = POOL
    made.storage.subnet_alpha_out[1] = 50 * TAO
    return made


# -------------------------------------------------------------------------------------------------------------- limits


def narrow_buy(attempt: Attempt) -> None:
    """A price limit just above the price."""
    attempt.ask(limit_price=TAO + 1)


def narrow_sale(attempt: Attempt) -> None:
    """A price limit just below the price."""
    attempt.ask(limit_price=TAO - 1000)


NO_SUBNET_AT_PAR = refusal("SubnetNotExists", lambda attempt: attempt.ask(netuid=9, limit_price=TAO), netuid=9)

ADD_LIMIT = Refusals(
    lambda: Attempt(chain(), AddStakeLimit(HOT, 1, TAO, 2 * TAO, False), COLD),
    (
        UNSIGNED,
        refusal("ZeroMaxStakeAmount", lambda attempt: attempt.ask(limit_price=LOW), netuid=1, limit_price=LOW),
        NO_SUBNET_AT_PAR,
        NO_TOKEN,
        refusal(
            "AmountTooLow",
            lambda attempt: attempt.ask(amount_staked=MIN_STAKE + STAKING_FEE - 1),
            amount=549_999,
            needed=550_000,
        ),
        refusal("SlippageTooHigh", narrow_buy, amount=TAO, at_most=1000),
        refusal("NotEnoughBalanceToStake", too_poor, needed=TAO, balance=TAO - 1),
        NO_ACCOUNT,
        refusal("InsufficientLiquidity", dear_shares, netuid=1, alpha=999_000_999, moves="no share of the hotkey's stake"),
    ),
)

TOO_LITTLE = refusal("AmountTooLow", lambda attempt: attempt.ask(amount_unstaked=500_001), worth=500_000, needed=MIN_STAKE + 1)

REMOVE_LIMIT = Refusals(
    lambda: Attempt(chain(), RemoveStakeLimit(HOT, 1, TAO, LOW, False), COLD),
    (
        UNSIGNED,
        refusal("ZeroMaxStakeAmount", lambda attempt: attempt.ask(limit_price=2 * TAO), netuid=1, limit_price=2 * TAO),
        NO_SUBNET_AT_PAR,
        refusal("InsufficientLiquidity", shallow_pool, tao_reserve=MINIMUM_POOL_LIQUIDITY + 1, **NO_LIQUIDITY),
        TOO_LITTLE,
        refusal("SlippageTooHigh", narrow_sale, amount=TAO, at_most=1_000_001),
        NO_ACCOUNT,
        refusal(
            "NotEnoughStakeToWithdraw",
            lambda attempt: attempt.ask(amount_unstaked=50 * TAO + 1),
            staked=50 * TAO,
            needed=50 * TAO + 1,
        ),
    ),
)

ALL = Refusals(lambda: Attempt(chain(), UnstakeAll(HOT), COLD), (UNSIGNED, NO_ACCOUNT))
ALL_ALPHA = Refusals(lambda: Attempt(chain(), UnstakeAllAlpha(HOT), COLD), (UNSIGNED, NO_ACCOUNT))


# --------------------------------------------------------------------------------------------------------------- moves


def same_place(attempt: Attempt) -> None:
    """To where the stake is already."""
    arguments = {"destination_netuid": attempt.call.origin_netuid}  # type: ignore[attr-defined]
    if isinstance(attempt.call, MoveStake):
        arguments["destination_hotkey"] = attempt.call.origin_hotkey
    if isinstance(attempt.call, TransferStake):
        arguments["destination_coldkey"] = COLD
    attempt.ask(**arguments)


def dear_shares_there(attempt: Attempt) -> None:
    """As `dear_shares`, for either hotkey on subnet 2."""
    for hotkey in (HOT, OTHER):
        attempt.put("TotalHotkeyAlpha", (hotkey, 2), MOST)
        attempt.put("TotalHotkeyShares", (hotkey, 2), 1)


TO_WHERE_THERE_IS_A_PLACE: tuple[Refusal, ...] = (
    refusal("SameNetuid", same_place, netuid=1),
    refusal("SubnetNotExists", lambda attempt: attempt.ask(origin_netuid=9), netuid=9),
    refusal("SubnetNotExists", lambda attempt: attempt.ask(destination_netuid=8), netuid=8),
    refusal("SubtokenDisabled", lambda attempt: attempt.put("SubtokenEnabled", 1, False), netuid=1),
    refusal("SubtokenDisabled", lambda attempt: attempt.put("SubtokenEnabled", 2, False), netuid=2),
)
ENOUGH_TO_MOVE: tuple[Refusal, ...] = (
    refusal(
        "NotEnoughStakeToWithdraw",
        lambda attempt: attempt.ask(alpha_amount=50 * TAO + 1),
        staked=50 * TAO,
        needed=50 * TAO + 1,
    ),
    refusal("InsufficientLiquidity", shallow_pool, tao_reserve=MINIMUM_POOL_LIQUIDITY + 1, **NO_LIQUIDITY),
    refusal("AmountTooLow", lambda attempt: attempt.ask(alpha_amount=500_001), worth=500_000, needed=MIN_STAKE + 1),
)
PRECISE_ENOUGH = refusal(
    "InsufficientLiquidity", dear_shares_there, netuid=2, alpha=998_003_992, moves="no share of the hotkey's stake"
)

MOVE = Refusals(
    lambda: Attempt(two_pools(), MoveStake(HOT, OTHER, 1, 2, TAO), COLD),
    (
        UNSIGNED,
        *TO_WHERE_THERE_IS_A_PLACE,
        refusal("HotKeyAccountNotExists", lambda attempt: attempt.ask(origin_hotkey=STRANGER), hotkey=STRANGER),
        refusal("HotKeyAccountNotExists", lambda attempt: attempt.ask(destination_hotkey=STRANGER), hotkey=STRANGER),
        *ENOUGH_TO_MOVE,
        PRECISE_ENOUGH,
    ),
)

TRANSFER = Refusals(
    lambda: Attempt(two_pools(), TransferStake(FRIEND, HOT, 1, 2, TAO), COLD),
    (
        UNSIGNED,
        *TO_WHERE_THERE_IS_A_PLACE,
        NO_ACCOUNT,
        *ENOUGH_TO_MOVE,
        PRECISE_ENOUGH,
        refusal("TransferDisallowed", lambda attempt: attempt.put("TransferToggle", 1, False), netuid=1),
        refusal("TransferDisallowed", lambda attempt: attempt.put("TransferToggle", 2, False), netuid=2),
    ),
)

SWAP = Refusals(
    lambda: Attempt(two_pools(), SwapStake(HOT, 1, 2, TAO), COLD),
    (UNSIGNED, *TO_WHERE_THERE_IS_A_PLACE, NO_ACCOUNT, *ENOUGH_TO_MOVE, PRECISE_ENOUGH),
)

SWAP_LIMIT = Refusals(
    lambda: Attempt(two_pools(), SwapStakeLimit(HOT, 1, 2, TAO, LOW, False), COLD),
    (
        UNSIGNED,
        refusal(
            "ZeroMaxStakeAmount",
            lambda attempt: attempt.ask(limit_price=2 * TAO),
            netuid=1,
            destination_netuid=2,
            limit_price=2 * TAO,
        ),
        *TO_WHERE_THERE_IS_A_PLACE,
        NO_ACCOUNT,
        *ENOUGH_TO_MOVE,
        refusal("SlippageTooHigh", narrow_sale, amount=TAO, at_most=500_000),
        PRECISE_ENOUGH,
    ),
)


# ------------------------------------------------------------------------------------------------------ alpha given up


def on_root(attempt: Attempt) -> None:
    attempt.put("NetworksAdded", 0, True)
    attempt.ask(netuid=0)


GIVING_UP: tuple[Refusal, ...] = (
    UNSIGNED,
    refusal("SubNetworkDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9),
    refusal("CannotBurnOrRecycleOnRootSubnet", on_root, netuid=0),
    NO_TOKEN,
    NO_ACCOUNT,
    refusal("NotEnoughStakeToWithdraw", lambda attempt: attempt.ask(amount=50 * TAO + 1), staked=50 * TAO, needed=50 * TAO + 1),
    refusal(
        "InsufficientLiquidity",
        lambda attempt: attempt.put("SubnetAlphaOut", 1, TAO - 1),
        netuid=1,
        amount=TAO,
        alpha_out=TAO - 1,
    ),
)

RECYCLE = Refusals(lambda: Attempt(two_pools(), RecycleAlpha(HOT, TAO, 1), COLD), GIVING_UP)
BURN = Refusals(lambda: Attempt(two_pools(), BurnAlpha(HOT, TAO, 1), COLD), GIVING_UP)

STAKE_MOVES = (ADD_LIMIT, REMOVE_LIMIT, ALL, ALL_ALPHA, MOVE, TRANSFER, SWAP, SWAP_LIMIT, RECYCLE, BURN)
