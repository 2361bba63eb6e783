"""Orders of stake within a price limit, and all of it taken back, in today's runtime: scenarios of the reference's tests.

Source: subtensor tests/staking.rs, spec_version 424. docs/conformance.md counts them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neuron_ledger.events.calls import AddStake
from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    RemoveStakeFullLimit,
    RemoveStakeLimit,
    SwapStakeLimit,
    UnstakeAll,
    UnstakeAllAlpha,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.stake import limits
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.rules.stake.weighted_pool import MIN_RESERVE, fee_of
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283
from neuron_ledger.ledger.runtime import Tx
from tests.rules.dated_changes import COLD, HOT, TAO, subnet
from tests.rules.dated_stake import refusal
from tests.rules.test_moving_stake import TODAY, stake, traded

FEE = 33
"""What pools take, in parts of 65535."""
ROOT, STABLE, DYNAMIC, OTHER_DYNAMIC = 0, 3, 1, 2


@contextmanager
def pool(tao: int = 150 * TAO, alpha: int = 100 * TAO, staked: int = 0) -> Iterator[Tx]:
    """Subnets of every sort; the pool of the first holds so much, that of the second a hundred thousand times as much."""
    with subnet(TODAY) as tx:
        storage = tx.storage
        for netuid, mechanism, times in ((DYNAMIC, 1, 1), (OTHER_DYNAMIC, 1, 100_000), (STABLE, 0, 0)):
            storage.networks_added[netuid] = storage.subtoken_enabled[netuid] = True
            storage.subnet_mechanism[netuid] = mechanism
            storage.subnet_tao[netuid], storage.subnet_alpha_in[netuid] = tao * times, alpha * times
            storage.balances[subnet_account(netuid)] = max(tao * times, TAO)
        storage.balances[COLD] = 1000 * TAO
        if staked:
            increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, DYNAMIC, staked)
        yield tx


# -------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.parametrize("netuid", [ROOT, STABLE])
@pytest.mark.parametrize("limit", [0, TAO // 2, TAO - 1, TAO, TAO + 1, 2 * TAO])
def test_where_there_is_no_pool_a_limit_lets_all_through_or_nothing(netuid: int, limit: int) -> None:
    with pool() as tx:
        assert limits.most_added_283(tx, netuid, limit) == (U64_MAX if limit >= TAO else 0)
        assert limits.most_removed_283(tx, netuid, limit) == (U64_MAX if limit <= TAO else 0)
        for other in (ROOT, STABLE):
            assert limits.most_moved(tx, netuid, other, limit) == (U64_MAX if limit <= TAO else 0)


@pytest.mark.parametrize(
    ("tao", "alpha"), [(2 * 10**6, 10**7), (TAO, TAO), (150 * TAO, 100 * TAO), (3 * 10**15, 10**12)], ids=lambda rao: f"{rao:.0e}"
)
@pytest.mark.parametrize("root", [1, 2, 3, 7])
def test_what_is_let_through_brings_the_price_to_the_limit(tao: int, alpha: int, root: int) -> None:
    """Of equal weights, (1 + root)² times the price is reached with root times the reserve, and the fee."""
    with pool(tao, alpha) as tx:
        price = tao * TAO // alpha
        for most, reserve, limit in (
            (limits.most_added_283, tao, price * (1 + root) ** 2),
            (limits.most_removed_283, alpha, price // (1 + root) ** 2),
        ):
            paid = root * reserve
            assert abs(most(tx, DYNAMIC, limit) - paid * 65535 // (65535 - FEE)) <= paid // 1000 + 2


@pytest.mark.parametrize("limit", [0, 100_000_000, 1_499_999_999, 1_500_000_000])
def test_a_limit_that_the_price_is_beyond_is_the_pools_to_refuse(limit: int) -> None:
    with pool() as tx:
        with pytest.raises(ChainError, match=r"Swap\.PriceLimitExceeded"):
            limits.most_added_283(tx, DYNAMIC, limit)
        with pytest.raises(ChainError, match=r"Swap\.PriceLimitExceeded"):
            limits.most_removed_283(tx, DYNAMIC, 3 * TAO - limit)


def test_a_pool_takes_a_thousand_times_what_it_holds() -> None:
    with pool() as tx:
        assert limits.most_removed_283(tx, DYNAMIC, 0) == 1000 * 100 * TAO
        assert limits.most_added_283(tx, DYNAMIC, U64_MAX) == 1000 * 150 * TAO
        assert limits.most_moved(tx, DYNAMIC, STABLE, 0) == 1000 * 100 * TAO
        assert limits.most_moved(tx, STABLE, DYNAMIC, 0) == U64_MAX


def test_pools_that_hold_next_to_nothing_are_not_asked() -> None:
    with pool(MIN_RESERVE - 1, MIN_RESERVE - 1) as tx:
        for most, limit in ((limits.most_added_283, U64_MAX), (limits.most_removed_283, 0)):
            with pytest.raises(ChainError, match=r"Swap\.ReservesTooLow"):
                most(tx, DYNAMIC, limit)


@pytest.mark.parametrize(("price", "is_let_through"), [(375_000_000, True), (1_499_999_999, True), (1_500_000_001, False)])
def test_between_a_pool_and_none_the_limit_is_that_of_the_pool(price: int, is_let_through: bool) -> None:
    with pool() as tx:
        if not is_let_through:
            with pytest.raises(ChainError, match=r"Swap\.PriceLimitExceeded"):
                limits.most_moved(tx, DYNAMIC, STABLE, price)
            return
        assert limits.most_moved(tx, DYNAMIC, STABLE, price) == limits.most_removed_283(tx, DYNAMIC, price) > 0
        inverse = TAO * TAO // (6 * price)
        assert limits.most_moved(tx, STABLE, DYNAMIC, inverse) == limits.most_added_283(tx, DYNAMIC, TAO * TAO // inverse) > 0


BETWEEN_POOLS = (
    # TAO and alpha of the origin, TAO and alpha of the destination, limit, what it lets through
    (0, 10**9, 10**9, 10**9, 100, 0),
    (10**9, 0, 10**9, 10**9, 100, 0),
    (10**9, 10**9, 0, 10**9, 100, 0),
    (10**9, 10**9, 10**9, 0, 100, 0),
    (1, 1, 1, 1, 0, U64_MAX),
    (1, 1, 1, 1, 4, 125_000_000),
    (1000, 1000, 1000, 1000, 500_000_000, 500),
    (1000, 1000, 1000, 1000, 100_000_000, 4_500),
    (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO, 100_000_000, 560 * TAO),
    (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO, 1_250_000_000, 8 * TAO),
    (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO, 1_499_999_999, 27),
    (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO, 1_500_000_001, 0),
    (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO, U64_MAX, 0),
    (100 * TAO, 200 * TAO, 300 * TAO, 400 * TAO, 500_000_000, 50 * TAO),
)


@pytest.mark.parametrize(("tao", "alpha", "other_tao", "other_alpha", "limit", "most"), BETWEEN_POOLS)
def test_between_two_pools(tao: int, alpha: int, other_tao: int, other_alpha: int, limit: int, most: int) -> None:
    with pool(tao, alpha) as tx:
        tx.storage.subnet_tao[OTHER_DYNAMIC], tx.storage.subnet_alpha_in[OTHER_DYNAMIC] = other_tao, other_alpha
        assert abs(limits.most_moved(tx, DYNAMIC, OTHER_DYNAMIC, limit) - most) <= most // 10**5 + 1


# -------------------------------------------------------------------------------------------------------------- orders


def test_as_much_is_staked_as_the_limit_lets_through() -> None:
    """450 of 900 TAO bring the price from 1.5 to 24, and 75 alpha."""
    with pool() as tx:
        dispatch(tx, COLD, AddStakeLimit(HOT, DYNAMIC, 900 * TAO, 24 * TAO, allow_partial=True))
        assert abs(stake(tx, HOT) - 75 * TAO) <= TAO // 1000
        fee = fee_of(450 * TAO, FEE)
        assert abs(tx.storage.balances[COLD] - (550 * TAO - fee)) <= TAO // 1000
        assert abs((alpha_price_283(tx, DYNAMIC) * 1000 >> 64) - 24_000) <= 1


def test_as_much_is_taken_back_as_the_limit_lets_through() -> None:
    with pool(staked=300 * TAO) as tx:
        most = limits.most_removed_283(tx, DYNAMIC, TAO)
        dispatch(tx, COLD, RemoveStakeLimit(HOT, DYNAMIC, 150 * TAO, TAO, allow_partial=True))
        assert abs(stake(tx, HOT) - (300 * TAO - most)) <= 2
        assert abs((alpha_price_283(tx, DYNAMIC) * 10**6 >> 64) - 10**6) <= 1


def test_as_much_moves_as_the_limit_lets_through() -> None:
    """Of pools of one price, of which one is so deep that its price does not move: half of a percent at most, for one."""
    with pool(staked=150 * TAO) as tx:
        expected = traded(tx, limits.most_moved(tx, DYNAMIC, OTHER_DYNAMIC, 990_000_000), DYNAMIC, OTHER_DYNAMIC)
        dispatch(tx, COLD, SwapStakeLimit(HOT, DYNAMIC, OTHER_DYNAMIC, 150 * TAO, 990_000_000, allow_partial=True))
        assert abs(stake(tx, HOT) - 149 * TAO) < TAO // 10
        assert stake(tx, HOT, netuid=OTHER_DYNAMIC) == expected


ALL_OR_NOTHING: tuple[tuple[Call, Call], ...] = (
    (
        AddStakeLimit(HOT, DYNAMIC, 900 * TAO, 24 * TAO, allow_partial=False),
        AddStakeLimit(HOT, DYNAMIC, 150 * TAO, 24 * TAO, allow_partial=False),
    ),
    (
        RemoveStakeLimit(HOT, DYNAMIC, 150 * TAO, 1_350_000_000, allow_partial=False),
        RemoveStakeLimit(HOT, DYNAMIC, 3 * TAO // 2, 1_350_000_000, allow_partial=False),
    ),
    (RemoveStakeFullLimit(HOT, DYNAMIC, TAO), RemoveStakeFullLimit(HOT, DYNAMIC, TAO // 100)),
    (
        SwapStakeLimit(HOT, DYNAMIC, OTHER_DYNAMIC, 150 * TAO, 990_000_000, allow_partial=False),
        SwapStakeLimit(HOT, DYNAMIC, OTHER_DYNAMIC, TAO // 2, 990_000_000, allow_partial=False),
    ),
)


@pytest.mark.parametrize(("too_much", "within"), ALL_OR_NOTHING, ids=["add", "remove", "remove all", "swap"])
def test_all_or_nothing(too_much: Call, within: Call) -> None:
    with pool(staked=300 * TAO) as tx:
        assert refusal(tx, COLD, too_much) == "SlippageTooHigh"
        assert refusal(tx, COLD, within) is None


@pytest.mark.parametrize("limit", [None, 90_000_000], ids=["at any price", "within a limit"])
def test_all_is_taken_back(limit: int | None) -> None:
    with pool(100 * TAO, 100 * TAO, staked=10 * TAO) as tx:
        dispatch(tx, COLD, RemoveStakeFullLimit(HOT, DYNAMIC, limit))
        assert stake(tx, HOT) == 0
        put_in = 10 * TAO - fee_of(10 * TAO, FEE)
        brought = 100 * put_in * TAO // (100 * TAO + put_in)
        assert abs(tx.storage.balances[COLD] - 1000 * TAO - brought) <= 1


def test_what_is_refused() -> None:
    with pool(1000, TAO) as tx:
        assert refusal(tx, COLD, AddStakeLimit(HOT, DYNAMIC, 1_000_001, U64_MAX, allow_partial=True)) == "InsufficientLiquidity"
    for partial in (True, False):
        with pool(5_032_494_439_940, 186_268_425_402_874) as tx:
            late = AddStakeLimit(HOT, DYNAMIC, 19_980_000_000, 26_953_618, allow_partial=partial)
            assert refusal(tx, COLD, late) == "Swap.PriceLimitExceeded"
            assert stake(tx, HOT) == 0
            assert tx.storage.balances[COLD] == 1000 * TAO


# ----------------------------------------------------------------------------------------------------------- everywhere


def test_everything_is_unstaked() -> None:
    with pool(1900 * TAO, 19_000 * TAO) as tx:
        dispatch(tx, COLD, AddStake(HOT, DYNAMIC, 190 * TAO))
        dispatch(tx, COLD, AddStake(HOT, ROOT, 10 * TAO))
        dispatch(tx, COLD, UnstakeAll(HOT))
        assert (stake(tx, HOT), stake(tx, HOT, netuid=ROOT)) == (0, 0)
        assert 999 * TAO < tx.storage.balances[COLD] < 1000 * TAO


def test_everything_is_staked_on_root() -> None:
    with pool(1900 * TAO, 19_000 * TAO) as tx:
        dispatch(tx, COLD, AddStake(HOT, DYNAMIC, 190 * TAO))
        dispatch(tx, COLD, UnstakeAllAlpha(HOT))
        assert stake(tx, HOT) == 0
        assert 189 * TAO < stake(tx, HOT, netuid=ROOT) < 190 * TAO
        assert tx.storage.balances[COLD] == 810 * TAO


def test_a_pool_that_holds_too_little_keeps_the_stake() -> None:
    with pool(MIN_RESERVE - 1, 200 * TAO, staked=190 * TAO) as tx:
        assert refusal(tx, COLD, UnstakeAll(HOT)) is None
        assert refusal(tx, COLD, UnstakeAllAlpha(HOT)) == "AmountTooLow"
        assert stake(tx, HOT) == 190 * TAO
