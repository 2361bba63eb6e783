"""Stake: granted, bought and sold through pools, fees, small nominations, takes."""

import pytest

from neuron_ledger.events.calls import AddStake, DecreaseTake, GrantStake, IncreaseTake, RemoveStake
from neuron_ledger.events.staking import StakeAdded, StakeRemoved
from neuron_ledger.ledger.rules.stake.moves import STAKING_FEE, get_total_stake_for_hotkey, unstaking_fee
from neuron_ledger.ledger.rules.stake.positions import (
    get_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_weight_for_hotkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.swaps import alpha_price
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import RULES, TAO, Chain, account, chain_events

COLD = account("cold")
POOL = 1000 * TAO


@pytest.fixture
def chain() -> Chain:
    chain = Chain(subnets=(1, 2))
    for netuid in (1, 2):
        chain.storage.subtoken_enabled[netuid] = True
    chain.storage.subnet_mechanism[1] = 1
    chain.storage.subnet_tao[1] = chain.storage.subnet_alpha_in[1] = POOL
    chain.fund(COLD, 100 * TAO)
    return chain


def staked(chain: Chain, hotkey: bytes, coldkey: bytes = COLD, netuid: int = 1) -> int:
    return get_stake_for_hotkey_and_coldkey_on_subnet(transaction(chain), hotkey, coldkey, netuid)


def transaction(chain: Chain) -> Tx:
    return Transaction(chain.storage, RULES)


# ------------------------------------------------------------------------------------------------------ shared stake


def test_granted_stake_is_shared_by_value(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.ok(GrantStake(hotkey, COLD, 1, 3 * TAO))
    chain.ok(GrantStake(hotkey, account("other"), 1, TAO))
    assert staked(chain, hotkey) == 3 * TAO
    assert staked(chain, hotkey, account("other")) == TAO
    assert chain.storage.total_hotkey_alpha[hotkey, 1] == 4 * TAO
    assert chain.storage.total_hotkey_shares[hotkey, 1] == 4 * TAO << 64
    assert chain.storage.staking_hotkeys[COLD] == (hotkey,)


def test_nothing_granted_stores_nothing(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    before = chain.storage.digest()
    chain.ok(GrantStake(hotkey, COLD, 1, 0))
    assert chain.storage.digest() == before


def test_a_part_of_2_63_leaves_its_owner_but_brings_nothing(chain: Chain) -> None:
    """As i64 it is the least number, whose negative is itself: what was taken counts as nothing, and the value stays."""
    (hotkey,) = chain.seat("hot")
    whole = 2**63
    chain.storage.subtoken_enabled[0] = True
    chain.storage.total_hotkey_alpha[hotkey, 0] = whole
    chain.storage.alpha[hotkey, COLD, 0] = chain.storage.total_hotkey_shares[hotkey, 0] = whole << 64
    events = chain.ok(RemoveStake(hotkey, 0, whole - 1), COLD)
    assert chain_events(events) == [("StakeRemoved", COLD, hotkey, 0, 0, 0, 0)]
    assert chain.storage.total_hotkey_alpha[hotkey, 0] == whole
    assert (hotkey, COLD, 0) not in chain.storage.alpha


def test_stake_is_lent_to_children_and_tao_weighs_less(chain: Chain) -> None:
    parent, child = chain.seat("parent", "child")
    half = 2**63
    chain.storage.child_keys[parent, 1] = ((half, child),)
    chain.storage.parent_keys[child, 1] = ((half, parent),)
    chain.ok(GrantStake(parent, COLD, 1, 1000))
    chain.ok(GrantStake(parent, COLD, 0, 400))
    chain.storage.tao_weight.value = 2**64 - 1
    weights = [get_stake_weight_for_hotkey_on_subnet(transaction(chain), hotkey, 1) for hotkey in (parent, child)]
    assert weights == [700 << 64] * 2


# ---------------------------------------------------------------------------------------------- staking and unstaking


def test_staking_buys_alpha_and_leaves_the_fee_in_the_pool(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    (event,) = [event for event in chain.ok(AddStake(hotkey, 1, 10 * TAO), COLD) if isinstance(event, StakeAdded)]
    paid = 10 * TAO - STAKING_FEE
    assert event == StakeAdded(
        coldkey=COLD, hotkey=hotkey, tao=paid, alpha=POOL - -(-POOL * POOL // (POOL + paid)), netuid=1, fee=STAKING_FEE
    )
    assert staked(chain, hotkey) == chain.storage.subnet_alpha_out[1] == event.alpha
    assert chain.storage.subnet_tao[1] == POOL + 10 * TAO
    assert chain.storage.balances[COLD] == 90 * TAO
    assert chain.storage.last_coldkey_hotkey_stake_block[COLD, hotkey] == chain.block


def test_a_coldkey_stakes_at_most_what_leaves_its_existential_deposit(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.ok(AddStake(hotkey, 2, 100 * TAO), COLD)
    assert chain.storage.balances[COLD] == 500
    assert staked(chain, hotkey, netuid=2) == 100 * TAO - 500 - STAKING_FEE


def test_unstaking_all_leaves_no_share(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.ok(AddStake(hotkey, 1, 10 * TAO), COLD)
    alpha = staked(chain, hotkey)
    chain.advance(1)
    events = chain.ok(RemoveStake(hotkey, 1, alpha), COLD)
    (event,) = [event for event in events if isinstance(event, StakeRemoved)]
    assert (event.alpha, event.fee) == (alpha, (event.tao + event.fee) * 214_748 >> 32)
    assert chain.storage.subnet_tao[1] == POOL + 10 * TAO - event.tao
    assert chain.storage.total_stake.value == 10 * TAO - event.tao
    assert chain.storage.balances[COLD] == 90 * TAO + event.tao
    assert chain.storage.last_coldkey_hotkey_stake_block[COLD, hotkey] == chain.block
    assert not chain.storage.alpha
    assert not chain.storage.total_hotkey_alpha
    assert not chain.storage.total_hotkey_shares
    assert chain_events(events) == [("StakeRemoved", COLD, hotkey, event.tao, alpha, 1, event.fee)]


def test_the_fee_is_what_the_stake_earned_in_its_last_epoch(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.storage.alpha_dividends_per_subnet[1, hotkey] = 1
    chain.storage.total_hotkey_alpha_last_epoch[hotkey, 1] = 4
    assert unstaking_fee(transaction(chain), hotkey, 1, POOL) == POOL // 2 // 4
    assert unstaking_fee(transaction(chain), hotkey, 1, 4) == STAKING_FEE
    assert unstaking_fee(transaction(chain), hotkey, 2, POOL) == STAKING_FEE


def test_the_worth_of_stake_everywhere_wraps_at_64_bits(chain: Chain) -> None:
    hotkey = account("hot")
    chain.storage.total_hotkey_alpha[hotkey, 0] = chain.storage.total_hotkey_alpha[hotkey, 2] = 2**63 + 2
    assert get_total_stake_for_hotkey(transaction(chain), hotkey) == 4


@pytest.mark.parametrize(("netuid", "mechanism", "price"), [(0, 1, 2), (1, 0, 2), (1, 1, 1), (1, 2, 1)])
def test_an_alpha_is_a_tao_on_root_and_without_a_pool(chain: Chain, netuid: int, mechanism: int, price: int) -> None:
    """Halves of a TAO: where there is a price, it is that here. Any mechanism but 0 has a price; only 1 is swapped at it."""
    chain.storage.subnet_mechanism[netuid] = mechanism
    chain.storage.subnet_tao[netuid], chain.storage.subnet_alpha_in[netuid] = POOL, 2 * POOL
    assert alpha_price(transaction(chain), netuid) == price << 31


def test_a_nomination_that_became_too_small_is_given_back(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.set("nominator_min_required_stake", TAO, 0)
    chain.ok(AddStake(hotkey, 2, 10 * TAO), COLD)
    events = chain.ok(RemoveStake(hotkey, 2, 10 * TAO - STAKING_FEE - TAO + 1), COLD)
    asked, cleared = [event for event in events if isinstance(event, StakeRemoved)]
    assert (asked.fee, cleared.fee, cleared.alpha, cleared.tao) == (STAKING_FEE, 0, TAO - 1, TAO - 1)
    assert chain.storage.balances[COLD] == 100 * TAO - 2 * STAKING_FEE
    assert staked(chain, hotkey, netuid=2) == 0


def test_pending_children_go_with_the_stake(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    chain.ok(AddStake(hotkey, 2, 10 * TAO), COLD)
    chain.storage.pending_child_keys[1, hotkey] = ((), 9)
    chain.set("stake_threshold", 5 * TAO, 0)
    chain.ok(RemoveStake(hotkey, 2, 5 * TAO - STAKING_FEE), COLD)
    assert get_total_stake_for_hotkey(transaction(chain), hotkey) == 5 * TAO
    assert (1, hotkey) in chain.storage.pending_child_keys
    chain.ok(RemoveStake(hotkey, 2, TAO), COLD)
    assert (1, hotkey) not in chain.storage.pending_child_keys


# ------------------------------------------------------------------------------------------------------------- takes


def test_takes_go_up_slowly_and_down_at_once(chain: Chain) -> None:
    (hotkey,) = chain.seat("hot")
    owner = account("hot-cold")
    chain.set("tx_delegate_take_rate_limit", 10, 0)
    assert chain_events(chain.ok(IncreaseTake(hotkey, 5000), owner)) == [("TakeIncreased", owner, hotkey, 5000)]
    assert chain.refused(IncreaseTake(hotkey, 5000), owner).name == "DelegateTakeTooLow"
    assert chain.refused(IncreaseTake(hotkey, 11797), owner).name == "DelegateTakeTooHigh"
    chain.advance(10)
    assert chain.refused(IncreaseTake(hotkey, 6000), owner).values["allowed_from"] == chain.block + 1
    chain.advance()
    chain.ok(IncreaseTake(hotkey, 6000), owner)
    chain.advance(5)
    assert chain_events(chain.ok(DecreaseTake(hotkey, 100), owner)) == [("TakeDecreased", owner, hotkey, 100)]
    assert chain.storage.delegates[hotkey] == 100
    assert chain.refused(IncreaseTake(hotkey, 200), owner).values["last_change"] == chain.block
    assert chain.refused(DecreaseTake(hotkey, 100), owner).name == "DelegateTakeTooLow"
    chain.set("min_delegate_take", 50, 0)
    assert chain.refused(DecreaseTake(hotkey, 49), owner).values["needed"] == 50
