"""Stake that moves, and alpha that is given up, in today's runtime: the scenarios of the reference's tests.

Source: subtensor tests/move_stake.rs, tests/recycle_alpha.rs, spec_version 424. docs/conformance.md counts them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.calls import AddStake
from neuron_ledger.events.stake_moves import (
    AddStakeBurn,
    AlphaBurned,
    AlphaRecycled,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    StakeBoughtAndBurned,
    StakeMoved,
    SwapStake,
    TransferStake,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.numbers.decimal_float import from_int
from neuron_ledger.ledger.rules.stake.positions import (
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, swap_alpha_for_tao_283, swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, account, subnet
from tests.rules.dated_stake import refusal

TODAY = TIMELINE.runtime(424)
FRIEND, NOBODY = account("friend"), account("nobody")
STAKED = 20 * TAO


@contextmanager
def two_subnets(staked: int = STAKED) -> Iterator[tuple[Tx, int]]:
    """A second subnet beside that of `subnet`; a coldkey has staked on a hotkey of the first. Gives its alpha too."""
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.networks_added[2] = storage.subtoken_enabled[2] = True
        storage.subnet_mechanism[2] = 1
        storage.subnet_tao[2], storage.subnet_alpha_in[2] = 2_000 * TAO, 1_000 * TAO
        for netuid in (0, 1, 2):
            storage.balances[subnet_account(netuid)] = storage.subnet_tao[netuid]
        if staked:
            dispatch(tx, COLD, AddStake(hotkey=HOT, netuid=1, amount_staked=staked))
        yield tx, stake(tx, HOT)


def stake(tx: Tx, hotkey: bytes, coldkey: bytes = COLD, netuid: int = 1) -> int:
    return get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)


def move(alpha: int, to: bytes = OTHER, origin: int = 1, destination: int = 1, hotkey: bytes = HOT) -> MoveStake:
    return MoveStake(hotkey, to, origin, destination, alpha)


def transfer(alpha: int, destination: int = 1, origin: int = 1, hotkey: bytes = HOT) -> TransferStake:
    return TransferStake(FRIEND, hotkey, origin, destination, alpha)


def swap(alpha: int, destination: int = 2, origin: int = 1, hotkey: bytes = HOT) -> SwapStake:
    return SwapStake(hotkey, origin, destination, alpha)


def traded(tx: Tx, alpha: int, origin: int = 1, destination: int = 2) -> int:
    """The alpha that comes of alpha of another subnet: sold with its pool's fee, bought without one."""
    before = tx.savepoint()
    tao = swap_alpha_for_tao_283(tx, origin, alpha).paid_out
    bought = swap_tao_for_alpha_283(tx, destination, tao, drop_fees=True).paid_out
    tx.undo(before)
    return bought


# ------------------------------------------------------------------------------------------------------- within a subnet


@given(st.integers(1, 10), st.integers(1, 40))
def test_what_moves_within_a_subnet_is_all_there(tenths: int, tao: int) -> None:
    with two_subnets(tao * TAO) as (tx, alpha):
        moved = alpha * tenths // 10
        dispatch(tx, COLD, move(moved))
        assert abs(stake(tx, HOT) - (alpha - moved)) <= 1
        assert abs(stake(tx, OTHER) - moved) <= 1
        if tenths == 10:
            assert (stake(tx, HOT), stake(tx, OTHER)) == (0, alpha)


def test_stake_can_go_to_and_fro() -> None:
    with two_subnets() as (tx, alpha):
        for _ in range(3):
            dispatch(tx, COLD, move(stake(tx, HOT)))
            dispatch(tx, COLD, move(stake(tx, OTHER), to=HOT, hotkey=OTHER))
        assert (stake(tx, HOT), stake(tx, OTHER)) == (alpha, 0)


def test_the_event_tells_what_the_alpha_is_worth() -> None:
    with two_subnets() as (tx, alpha):
        dispatch(tx, COLD, move(alpha))
        event = tx.happened[-1].event
        worth = alpha_price_283(tx, 1) * alpha >> 64
        assert event == StakeMoved(
            coldkey=COLD, origin_hotkey=HOT, origin_netuid=1, destination_hotkey=OTHER, destination_netuid=1, tao=worth
        )
        assert tx.storage.last_coldkey_hotkey_stake_block[COLD, OTHER] == tx.block


def test_more_than_all_tao_there_is_can_move() -> None:
    with two_subnets(staked=0) as (tx, _):
        greatest = 20_000_000 * TAO
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, greatest)
        dispatch(tx, COLD, move(greatest))
        assert (stake(tx, HOT), stake(tx, OTHER)) == (0, greatest)


@pytest.mark.parametrize("asked", [STAKED, 2 * 10**18], ids=["some of it", "more than there is"])
def test_stake_is_given_to_another_coldkey(asked: int) -> None:
    with two_subnets() as (tx, alpha):
        dispatch(tx, COLD, transfer(asked))
        assert abs(stake(tx, HOT, FRIEND) - min(asked, alpha)) <= 1
        assert abs(stake(tx, HOT) - max(alpha - asked, 0)) <= 1
        assert tx.storage.last_coldkey_hotkey_stake_block[FRIEND, HOT] == tx.block


# ------------------------------------------------------------------------------------------------------ between subnets


@pytest.mark.parametrize("parts", [1, 2], ids=["all", "half"])
@pytest.mark.parametrize(
    ("call", "hotkey", "coldkey"),
    [
        (lambda alpha: move(alpha, destination=2), OTHER, COLD),
        (lambda alpha: transfer(alpha, destination=2), HOT, FRIEND),
        (swap, HOT, COLD),
    ],
    ids=["move", "transfer", "swap"],
)
def test_what_moves_between_subnets_is_traded(call: Callable[[int], Call], hotkey: bytes, coldkey: bytes, parts: int) -> None:
    with two_subnets() as (tx, alpha):
        moved = alpha // parts
        expected = traded(tx, moved)
        if coldkey == FRIEND:
            # A coldkey keeps its existential deposit, of what it is given too.
            tx.storage.balances[FRIEND] = 500
        dispatch(tx, COLD, call(moved))
        assert stake(tx, hotkey, coldkey, 2) == expected
        assert abs(stake(tx, HOT) - (alpha - moved)) <= 1


def test_stake_can_be_swapped_to_and_fro() -> None:
    with two_subnets() as (tx, alpha):
        for _ in range(3):
            dispatch(tx, COLD, swap(stake(tx, HOT)))
            expected = traded(tx, stake(tx, HOT, netuid=2), 2, 1)
            dispatch(tx, COLD, swap(stake(tx, HOT, netuid=2), destination=1, origin=2))
            assert (stake(tx, HOT), stake(tx, HOT, netuid=2)) == (expected, 0)
        assert stake(tx, HOT) < alpha


def test_more_than_there_is_means_all() -> None:
    with two_subnets() as (tx, alpha):
        dispatch(tx, COLD, swap(2 * alpha))
        assert stake(tx, HOT) == 0


def test_stake_on_the_hotkey_of_another_can_be_swapped() -> None:
    with two_subnets() as (tx, alpha):
        tx.storage.owner[HOT] = FRIEND
        dispatch(tx, COLD, swap(alpha))
        assert HOT in tx.storage.delegates


def test_a_hotkey_whose_shares_are_all_but_nothing_takes_stake() -> None:
    with two_subnets() as (tx, alpha):
        tx.storage.total_hotkey_shares[OTHER, 2] = 161_986_254
        tx.storage.total_hotkey_alpha[OTHER, 2] = 36_711_495_953
        expected = traded(tx, alpha)
        dispatch(tx, COLD, move(alpha, destination=2))
        assert abs(stake(tx, OTHER, netuid=2) - expected) <= 1000


# ------------------------------------------------------------------------------------------------------------ refusals

NO_SUBNET, NO_HOTKEY, TOO_LITTLE, NOWHERE = "SubnetNotExists", "HotKeyAccountNotExists", "AmountTooLow", "SameNetuid"

REFUSED: tuple[tuple[str, bytes, Call, str], ...] = (
    ("move to no subnet", COLD, move(STAKED, destination=99), NO_SUBNET),
    ("move from no hotkey", COLD, move(123, hotkey=NOBODY), NO_HOTKEY),
    ("move to no hotkey", COLD, move(STAKED, to=NOBODY), NO_HOTKEY),
    ("move what another has", FRIEND, move(STAKED), TOO_LITTLE),
    ("move to where it is", COLD, move(STAKED, to=HOT), NOWHERE),
    ("move next to nothing", COLD, move(10_000, destination=2), TOO_LITTLE),
    ("transfer between no subnets", COLD, transfer(STAKED, 99, 99), NO_SUBNET),
    ("transfer from no hotkey", COLD, transfer(100, hotkey=NOBODY), NO_HOTKEY),
    ("transfer what another has", NOBODY, transfer(STAKED), TOO_LITTLE),
    ("transfer next to nothing", COLD, transfer(1), TOO_LITTLE),
    ("swap between no subnets", COLD, swap(STAKED, 98, 99), NO_SUBNET),
    ("swap from no hotkey", COLD, swap(10_000, hotkey=NOBODY), NO_HOTKEY),
    ("swap what another has", FRIEND, swap(100_000), TOO_LITTLE),
    ("swap next to nothing", COLD, swap(10_000), TOO_LITTLE),
    ("swap to where it is", COLD, swap(STAKED, destination=1), NOWHERE),
    ("recycle on no subnet", COLD, RecycleAlpha(HOT, 100_000, 99), NO_SUBNET),
    ("recycle on root", COLD, RecycleAlpha(HOT, 100_000, 0), "CannotBurnOrRecycleOnRootSubnet"),
    ("recycle on no hotkey", COLD, RecycleAlpha(NOBODY, 100_000, 1), NO_HOTKEY),
    ("burn on no subnet", COLD, BurnAlpha(HOT, 100_000, 99), NO_SUBNET),
    ("burn on root", COLD, BurnAlpha(HOT, 100_000, 0), "CannotBurnOrRecycleOnRootSubnet"),
    ("burn on no hotkey", COLD, BurnAlpha(NOBODY, 100_000, 1), NO_HOTKEY),
    ("buy to burn on no subnet", COLD, AddStakeBurn(HOT, 99, TAO, None), NO_SUBNET),
    ("buy to burn without the TAO", FRIEND, AddStakeBurn(HOT, 1, TAO, None), "NotEnoughBalanceToStake"),
)


@pytest.mark.parametrize(("signer", "call", "error"), [pytest.param(*rest, id=what) for what, *rest in REFUSED])
def test_what_is_refused(signer: bytes, call: Call, error: str) -> None:
    with two_subnets() as (tx, alpha):
        assert refusal(tx, signer, call) == error
        assert (stake(tx, HOT), stake(tx, OTHER)) == (alpha, 0)


@pytest.mark.parametrize("call", [RecycleAlpha, BurnAlpha])
def test_no_more_is_given_up_than_is_outstanding(call: Any) -> None:
    with two_subnets() as (tx, alpha):
        tx.storage.subnet_alpha_out[1] = alpha - 1
        assert refusal(tx, COLD, call(HOT, alpha, 1)) == "InsufficientLiquidity"


# ------------------------------------------------------------------------------------------------------- alpha given up


@pytest.mark.parametrize("giver", [COLD, FRIEND], ids=["owner", "nominator"])
@pytest.mark.parametrize("call", [RecycleAlpha, BurnAlpha])
def test_alpha_is_given_up(call: Any, giver: bytes) -> None:
    """Of one of two who stake on a hotkey; the other keeps what it has."""
    with two_subnets() as (tx, alpha):
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, FRIEND, 1, alpha)
        outstanding, keeper = tx.storage.subnet_alpha_out[1], COLD if giver == FRIEND else FRIEND
        dispatch(tx, giver, call(HOT, alpha // 2, 1))
        assert abs(stake(tx, HOT, giver) - alpha // 2) <= 1
        assert abs(stake(tx, HOT, keeper) - alpha) <= 1
        given_up, event = alpha // 2, AlphaRecycled if call is RecycleAlpha else AlphaBurned
        assert tx.happened[-1].event == event(coldkey=giver, hotkey=HOT, amount=given_up, netuid=1)
        assert outstanding - tx.storage.subnet_alpha_out[1] == (given_up if call is RecycleAlpha else 0)


@pytest.mark.parametrize("call", [RecycleAlpha, BurnAlpha])
def test_shares_of_next_to_nothing_are_precise(call: Any) -> None:
    with two_subnets(staked=0) as (tx, _):
        storage, one = tx.storage, from_int(1)
        share = one[0], one[1] - 9
        storage.total_hotkey_shares_v2[HOT, 1] = storage.alpha_v2[HOT, COLD, 1] = share
        storage.total_hotkey_alpha[HOT, 1] = 200_000
        storage.staking_hotkeys[COLD] = (HOT,)
        dispatch(tx, COLD, call(HOT, 100_000, 1))
        assert stake(tx, HOT) == 100_000


@pytest.mark.parametrize("limit", [None, 2 * TAO], ids=["at any price", "within a limit"])
@pytest.mark.parametrize("buyer", [COLD, FRIEND], ids=["owner", "another"])
def test_alpha_is_bought_to_be_burned(buyer: bytes, limit: int | None) -> None:
    with two_subnets(staked=0) as (tx, _):
        tx.storage.subnet_owner[1] = COLD
        tx.storage.balances[buyer] = balance = 100 * TAO
        dispatch(tx, buyer, AddStakeBurn(HOT, 1, 10 * TAO, limit))
        burned, bought = (happened.event for happened in tx.happened[-2:])
        assert isinstance(burned, AlphaBurned)
        assert bought == StakeBoughtAndBurned(netuid=1, hotkey=HOT, amount=10 * TAO, alpha=burned.amount)
        assert stake(tx, HOT, buyer) == 0
        assert tx.storage.balances[buyer] == balance - 10 * TAO
        assert TAO // 4 < alpha_price_283(tx, 1) * TAO >> 64 < 2 * TAO
