"""How stake, takes and children are refused."""

from neuron_ledger.events.calls import AddStake, DecreaseTake, GrantStake, IncreaseTake, RemoveStake, SetChildkeyTake, SetChildren
from neuron_ledger.ledger.rules.stake.moves import MIN_STAKE, STAKING_FEE
from neuron_ledger.ledger.rules.stake.pool import MINIMUM_POOL_LIQUIDITY
from tests.chain_fixture import TAO, Chain, account
from tests.rules.refusals import SIGNED, STRANGER, UNSIGNED, Attempt, Refusals, Values, refusal

HOT, COLD = account("hot"), account("hot-cold")
CHILD, OTHER_CHILD = account("child"), account("other child")
BLOCK = 1000
POOL = 1000 * TAO
MOST = 2**64 - 1


def chain(*, subnets: tuple[int, ...] = (1,)) -> Chain:
    """A neuron with stake of its own on subnet 1, a pool of 1000 TAO and as much alpha, a coldkey with 100 TAO."""
    chain = Chain(subnets=subnets, block=BLOCK)
    chain.seat("hot")
    chain.fund(COLD, 100 * TAO)
    chain.ok(GrantStake(HOT, COLD, 1, 50 * TAO))
    chain.set("subtoken_enabled", 1)
    chain.storage.subnet_mechanism[1] = 1
    chain.storage.subnet_tao[1] = chain.storage.subnet_alpha_in[1] = POOL
    return chain


# --------------------------------------------------------------------------------------------------------------- stake


def missing_subnet(attempt: Attempt) -> None:
    attempt.put("SubtokenEnabled", 9, True)
    attempt.ask(netuid=9)


def shallow_pool(attempt: Attempt) -> None:
    """Hardly more than what a swap has to leave."""
    for item in ("SubnetTAO", "SubnetAlphaIn"):
        attempt.put(item, 1, MINIMUM_POOL_LIQUIDITY + 1)


def dear_shares(attempt: Attempt) -> None:
    """So much value behind so few shares that what is staked is no share of it."""
    attempt.put("TotalHotkeyAlpha", (HOT, 1), MOST)
    attempt.put("TotalHotkeyShares", (HOT, 1), 1)


def too_poor(attempt: Attempt) -> None:
    attempt.chain.fund(COLD, TAO - 1)


NO_TOKEN = refusal("SubtokenDisabled", lambda attempt: attempt.put_here("SubtokenEnabled", False), netuid=1)
NO_SUBNET = refusal("SubnetNotExists", missing_subnet, netuid=9)
NO_ACCOUNT = refusal("HotKeyAccountNotExists", lambda attempt: attempt.ask(hotkey=STRANGER), hotkey=STRANGER)
NOT_ITS_COLDKEY = refusal(
    "NonAssociatedColdKey", lambda attempt: attempt.sign(STRANGER), hotkey=HOT, owner=COLD, coldkey=STRANGER
)
NO_LIQUIDITY: Values = {"netuid": 1, "left": MINIMUM_POOL_LIQUIDITY}

ADD = Refusals(
    lambda: Attempt(chain(), AddStake(HOT, 1, TAO), COLD),
    (
        UNSIGNED,
        NO_TOKEN,
        NO_SUBNET,
        refusal(
            "AmountTooLow",
            lambda attempt: attempt.ask(amount_staked=MIN_STAKE + STAKING_FEE - 1),
            amount=549_999,
            needed=550_000,
        ),
        refusal("NotEnoughBalanceToStake", too_poor, needed=TAO, balance=TAO - 1),
        NO_ACCOUNT,
        (
            refusal("InsufficientLiquidity", shallow_pool, alpha_reserve=MINIMUM_POOL_LIQUIDITY + 1, **NO_LIQUIDITY),
            refusal("InsufficientLiquidity", dear_shares, netuid=1, alpha=999_000_999, moves="no share of the hotkey's stake"),
        ),
    ),
)

REMOVE = Refusals(
    lambda: Attempt(chain(), RemoveStake(HOT, 1, TAO), COLD),
    (
        UNSIGNED,
        NO_TOKEN,
        NO_SUBNET,
        refusal("InsufficientLiquidity", shallow_pool, tao_reserve=MINIMUM_POOL_LIQUIDITY + 1, **NO_LIQUIDITY),
        refusal("AmountTooLow", lambda attempt: attempt.ask(amount_unstaked=500_001), worth=500_000, needed=MIN_STAKE + 1),
        NO_ACCOUNT,
        refusal(
            "NotEnoughStakeToWithdraw",
            lambda attempt: attempt.ask(amount_unstaked=50 * TAO + 1),
            staked=50 * TAO,
            needed=50 * TAO + 1,
        ),
    ),
)

GRANT = Refusals(lambda: Attempt(chain(), GrantStake(HOT, COLD, 1, TAO)), (SIGNED,))


# --------------------------------------------------------------------------------------------------------------- takes


def take_changed_just_now(attempt: Attempt) -> None:
    attempt.put("TxDelegateTakeRateLimit", (), 10)
    attempt.put("LastTxBlockDelegateTake", HOT, BLOCK - 10)


INCREASE = Refusals(
    lambda: Attempt(chain(), IncreaseTake(HOT, 11_796), COLD),
    (
        UNSIGNED,
        NO_ACCOUNT,
        NOT_ITS_COLDKEY,
        refusal("DelegateTakeTooLow", lambda attempt: attempt.put("Delegates", HOT, 11_796), take=11_796, needed=11_797),
        refusal("DelegateTakeTooHigh", lambda attempt: attempt.put("MaxDelegateTake", (), 11_795), take=11_796, most=11_795),
        refusal(
            "DelegateTxRateLimitExceeded",
            take_changed_just_now,
            hotkey=HOT,
            last_change=BLOCK - 10,
            allowed_from=BLOCK + 1,
        ),
    ),
)

DECREASE = Refusals(
    lambda: Attempt(chain(), DecreaseTake(HOT, 8000), COLD),
    (
        UNSIGNED,
        NO_ACCOUNT,
        NOT_ITS_COLDKEY,
        refusal("DelegateTakeTooLow", lambda attempt: attempt.put("Delegates", HOT, 8000), take=8000, needed_below=8000),
        refusal("DelegateTakeTooLow", lambda attempt: attempt.put("MinDelegateTake", (), 8001), take=8000, needed=8001),
    ),
)


# ------------------------------------------------------------------------------------------------------------ children


def childkey_take_set_just_now(attempt: Attempt) -> None:
    attempt.put("TxChildkeyTakeRateLimit", (), 10)
    attempt.put("TransactionKeyLastBlock", (HOT, 1, 1), BLOCK - 9)


CHILDREN = Refusals(
    lambda: Attempt(chain(), SetChildren(HOT, 1, ((1, CHILD),)), COLD),
    (
        UNSIGNED,
        refusal(
            "TxRateLimitExceeded",
            lambda attempt: attempt.put("TransactionKeyLastBlock", (HOT, attempt.netuid, 0), BLOCK - 149),
            hotkey=HOT,
            netuid=1,
            allowed_from=BLOCK + 1,
        ),
        refusal("RegistrationNotPermittedOnRootSubnet", lambda attempt: attempt.ask(netuid=0), netuid=0),
        refusal("SubNetworkDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9),
        NOT_ITS_COLDKEY,
        refusal("TooManyChildren", lambda attempt: attempt.ask(children=((MOST, HOT),) * 6), children=6, most=5),
        refusal("InvalidChild", lambda attempt: attempt.ask(children=((MOST, HOT), (1, HOT))), hotkey=HOT),
        refusal(
            "ProportionOverflow",
            lambda attempt: attempt.ask(children=((MOST, CHILD), (1, CHILD))),
            total=MOST + 1,
            most=MOST,
        ),
        refusal("DuplicateChild", lambda attempt: attempt.ask(children=((1, CHILD), (1, OTHER_CHILD), (1, CHILD))), child=CHILD),
        refusal(
            "NotEnoughStakeToSetChildkeys",
            lambda attempt: attempt.put("StakeThreshold", (), 60 * TAO),
            stake=50 * TAO,
            needed=60 * TAO,
            missing=10 * TAO,
        ),
    ),
)

CHILDKEY_TAKE = Refusals(
    lambda: Attempt(chain(), SetChildkeyTake(HOT, 1, 10), COLD),
    (
        UNSIGNED,
        NOT_ITS_COLDKEY,
        refusal("InvalidChildkeyTake", lambda attempt: attempt.put("MaxChildkeyTake", (), 9), take=10, most=9),
        refusal("TxChildkeyTakeRateLimitExceeded", childkey_take_set_just_now, hotkey=HOT, netuid=1, allowed_from=BLOCK + 1),
    ),
)

STAKE = (ADD, REMOVE, GRANT, INCREASE, DECREASE, CHILDREN, CHILDKEY_TAKE)
