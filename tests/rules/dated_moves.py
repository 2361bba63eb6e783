"""Dated changes of stake that moves, of orders with a price limit, and of locks. What lies between 277 and 424 is composed."""

from collections.abc import Iterator
from contextlib import contextmanager

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.locks import LockStake, SetRejectLockedAlpha
from neuron_ledger.events.stake_moves import (
    AddStakeBurn,
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RemoveStakeFullLimit,
    RemoveStakeLimit,
    SwapStake,
    TransferStake,
)
from neuron_ledger.events.staking import StakeAdded, StakeRemoved
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.stake.once_a_block import forget_orders_290
from neuron_ledger.ledger.rules.stake.positions import (
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, Change, account, subnet
from tests.rules.dated_stake import refusal

FRIEND = account("friend")


@contextmanager
def staked(rules: Runtime) -> Iterator[Tx]:
    """As `subnet`, with a second one like it; a coldkey has 100 alpha on a hotkey of the first."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.networks_added[2] = storage.subtoken_enabled[2] = True
        storage.subnet_mechanism[2] = 1
        storage.subnet_tao[2], storage.subnet_alpha_in[2] = 1_000 * TAO, 4_000 * TAO
        for netuid in (0, 1, 2):
            storage.balances[subnet_account(netuid)] = storage.subnet_tao[netuid]
        storage.balances[FRIEND] = TAO
        storage.subnet_owner[1] = COLD
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 100 * TAO)
        yield tx


def fees_of_a_swap(rules: Runtime) -> tuple[bool, bool]:
    """Whether stake that moves between subnets pays more than the fixed fee where it leaves, and where it comes to."""
    with staked(rules) as tx:
        dispatch(tx, COLD, SwapStake(HOT, 1, 2, 10 * TAO))
        left, came = (_fee_of(tx, kind) for kind in (StakeRemoved, StakeAdded))
        return left > 100_000, came > 100_000


def _fee_of(tx: Tx, kind: type[StakeRemoved] | type[StakeAdded]) -> int:
    return next(happened.event.fee for happened in tx.happened if isinstance(happened.event, kind))


def pays_within_its_subnet(rules: Runtime) -> bool:
    with staked(rules) as tx:
        dispatch(tx, COLD, MoveStake(HOT, OTHER, 1, 1, 10 * TAO))
        return _fee_of(tx, StakeAdded) > 0


def staked_and_taken_back(rules: Runtime) -> list[str | None]:
    """What taking back ends with of stake that came in the same block, and in the next; and a move of it."""
    with staked(rules) as tx:
        dispatch(tx, COLD, AddStake(OTHER, 1, 10 * TAO))
        found = [refusal(tx, COLD, call) for call in (SwapStake(OTHER, 1, 2, TAO), RemoveStake(OTHER, 1, TAO))]
        if "StakingOperationRateLimiter" in rules.layout.items:
            forget_orders_290(tx)
        return [*found, refusal(tx, COLD, RemoveStake(OTHER, 1, TAO))]


def takes_back_all(rules: Runtime) -> bool:
    """Whether there is the call that takes all stake back within a limit."""
    return RemoveStakeFullLimit in rules.calls


def least_stake(rules: Runtime) -> list[str | None]:
    """What staking half of, two, and twenty million rao (and the fee) ends with."""
    found = []
    for least in (550_000, 2_100_000, 20_100_000):
        with staked(rules) as tx:
            found.append(refusal(tx, COLD, AddStake(HOT, 1, least)))
    return found


def more_than_there_is(rules: Runtime) -> list[str | None]:
    """What asking for more alpha than there is ends with."""
    more, found = 200 * TAO, []
    for call in (RemoveStake(HOT, 1, more), SwapStake(HOT, 1, 2, more), BurnAlpha(HOT, more, 1)):
        with staked(rules) as tx:
            found.append(refusal(tx, COLD, call))
    return found


def limit_below_the_price(rules: Runtime) -> str | None:
    with staked(rules) as tx:
        return refusal(tx, COLD, AddStakeLimit(HOT, 1, TAO, TAO // 8, allow_partial=False))


def limit_on_root(rules: Runtime) -> str | None:
    """What an order ends with of which a limit lets nothing through where there is no pool."""
    with staked(rules) as tx:
        return refusal(tx, COLD, AddStakeLimit(HOT, 0, TAO, TAO // 2, allow_partial=False))


def more_than_the_pool_takes(rules: Runtime) -> str | None:
    with staked(rules) as tx:
        return refusal(tx, COLD, RemoveStakeLimit(HOT, 1, 4_000_001 * TAO, 2**63, allow_partial=True))


def no_subnet(rules: Runtime) -> str | None:
    with staked(rules) as tx:
        return refusal(tx, COLD, AddStake(HOT, 9, TAO))


def buys_to_burn(rules: Runtime) -> list[str | None]:
    """What buying alpha to burn it ends with for the subnet's owner, again, and for another; where there is the call."""
    if AddStakeBurn not in rules.calls:
        return []
    with staked(rules) as tx:
        tx.storage.tempo[1] = 360
        return [refusal(tx, who, AddStakeBurn(HOT, 1, TAO // 2, None)) for who in (COLD, COLD, FRIEND)]


def claimed_goes_along(rules: Runtime) -> int:
    """What counts as claimed for stake on root that goes to another coldkey."""
    with staked(rules) as tx:
        storage = tx.storage
        storage.transfer_toggle[0] = True
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0, 10 * TAO)
        storage.root_claimable[HOT] = ((1, 1 << 32),)
        storage.root_claimed[1, HOT, COLD] = 10 * TAO
        dispatch(tx, COLD, TransferStake(FRIEND, HOT, 0, 0, 4 * TAO))
        return storage.root_claimed[1, HOT, FRIEND] // TAO


def stays_in_the_coldkeys_account(rules: Runtime) -> bool:
    """Whether a coldkey that stake is given to keeps its existential deposit of what it brings on the way."""
    with staked(rules) as tx:
        tx.storage.transfer_toggle[1] = tx.storage.transfer_toggle[2] = True
        receiver = account("receiver")
        dispatch(tx, COLD, TransferStake(receiver, HOT, 1, 2, 10 * TAO))
        return tx.storage.balances[receiver] == 500


def locks(rules: Runtime) -> bool:
    return LockStake in rules.calls


def locked_alpha_is_burned(rules: Runtime) -> str | None:
    with staked(rules) as tx:
        if LockStake in rules.calls:
            dispatch(tx, COLD, LockStake(HOT, 1, 100 * TAO))
        return refusal(tx, COLD, BurnAlpha(HOT, TAO, 1))


def locked_alpha_is_given(rules: Runtime) -> list[str | None]:
    """What giving locked stake to another coldkey ends with; and once that one takes it, where it can say so."""
    with staked(rules) as tx:
        tx.storage.transfer_toggle[1] = True
        dispatch(tx, COLD, LockStake(HOT, 1, 100 * TAO))
        found = [refusal(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 20 * TAO))]
        if SetRejectLockedAlpha in rules.calls:
            dispatch(tx, FRIEND, SetRejectLockedAlpha(enabled=False))
            found.append(refusal(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 20 * TAO)))
        lock = tx.storage.lock.get((FRIEND, 1, HOT)) or (0, 0, 0)
        return [*found, f"{lock[0] // TAO} locked"]


def given_alpha(rules: Runtime) -> tuple[int, int]:
    """What is left to a coldkey that gives stake to another, and what that one has."""
    with staked(rules) as tx:
        tx.storage.transfer_toggle[1] = True
        dispatch(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 20 * TAO))
        of = [get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, coldkey, 1) for coldkey in (COLD, FRIEND)]
        return of[0] // TAO, of[1] // TAO


TOO_SOON = "StakingOperationRateLimitExceeded"
TOO_LITTLE, NOT_ENOUGH = "AmountTooLow", "NotEnoughStakeToWithdraw"

MOVES: tuple[Change, ...] = (
    Change("stake that moves pays both pools", 283, fees_of_a_swap, (False, False), (True, True)),
    Change("all stake can be taken back within a limit", 283, takes_back_all, False, True),
    Change("the least stake is 20,000,000 rao", 290, least_stake, [None] * 3, [TOO_LITTLE, TOO_LITTLE, None]),
    Change("stake that moves pays where it comes to", 290, fees_of_a_swap, (True, True), (False, True)),
    Change("what was staked stays for its block", 290, staked_and_taken_back, [None] * 3, [TOO_SOON, TOO_SOON, None]),
    Change("what was staked may leave in its block", 423, staked_and_taken_back, [TOO_SOON, TOO_SOON, None], [None] * 3),
    Change("the least stake is 2,000,000 rao", 292, least_stake, [TOO_LITTLE, TOO_LITTLE, None], [TOO_LITTLE, None, None]),
    Change("stake that moves within a subnet pays nothing", 297, pays_within_its_subnet, True, False),
    Change("stake that is given away within a subnet is all there", 297, given_alpha, (80, 19), (80, 20)),
    Change("more than there is means all", 301, more_than_there_is, [NOT_ENOUGH] * 3, [None] * 3),
    Change("stake that moves pays where it leaves", 315, fees_of_a_swap, (False, True), (True, False)),
    Change("a limit that the pool refuses", 334, limit_below_the_price, "ZeroMaxStakeAmount", "Swap.PriceLimitExceeded"),
    Change("owners buy alpha to burn it", 385, buys_to_burn, [], [None, "AddStakeBurnRateLimitExceeded", "BadOrigin"]),
    Change("what was claimed follows the stake", 385, claimed_goes_along, 0, 4),
    Change(
        "everybody buys alpha to burn it", 411, buys_to_burn, [None, "AddStakeBurnRateLimitExceeded", "BadOrigin"], [None] * 3
    ),
    Change("the subnet is asked for before its token", 411, no_subnet, "SubtokenDisabled", "SubnetNotExists"),
    Change("TAO passes the coldkey's account while stake moves", 411, stays_in_the_coldkeys_account, False, True),
    Change("stake can be locked", 411, locks, False, True),
    Change("locked alpha is not burned", 411, locked_alpha_is_burned, None, "StakeUnavailable"),
    Change(
        "locked stake goes to those alone that take it",
        421,
        locked_alpha_is_given,
        [None, "20 locked"],
        ["AccountRejectsLockedAlpha", None, "20 locked"],
    ),
    Change("a limit that lets nothing through", 423, limit_on_root, "ZeroMaxStakeAmount", "SlippageTooHigh"),
    Change(
        "more than a pool takes is refused before its limit",
        424,
        more_than_the_pool_takes,
        "Swap.PriceLimitExceeded",
        "InsufficientLiquidity",
    ),
)
"""What changed in moves, orders and locks."""
