"""The small integer rules: small cases of our own, properties, and every recorded case of their kinds."""

from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.ledger.rules.emission.issuance import (
    DEFAULT_BLOCK_EMISSION,
    TOTAL_SUPPLY,
    emission_by_logarithm,
    get_block_emission_for_issuance,
)
from neuron_ledger.ledger.rules.epoch.tempo import (
    blocks_until_next_epoch,
    get_epoch_index,
    get_reveal_blocks,
    is_reveal_block_range,
)
from neuron_ledger.ledger.rules.registration.adjustment import RegistrationTerms, adjust_registration_terms, upgraded
from neuron_ledger.ledger.rules.registration.pruning import choose_neuron_to_prune, choose_neuron_to_prune_365, prune_queue
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, create_work, hash_hotkey_to_u64, hash_meets_difficulty
from neuron_ledger.ledger.rules.stake.combined import inherited_stake
from neuron_ledger.ledger.rules.stake.pool import (
    DYNAMIC,
    MINIMUM_POOL_LIQUIDITY,
    PRICE_ONE,
    get_alpha_price,
    sim_swap_alpha_for_tao,
    sim_swap_tao_for_alpha,
    updated_moving_price,
)
from neuron_ledger.ledger.rules.stake.share_pool import FRACTION, SharePool, as_i64, moved_value
from neuron_ledger.ledger.rules.weights.commit_hash import encode_reveal
from neuron_ledger.ledger.rules.weights.scaling import is_max_limited
from neuron_ledger.replay.conformance import unit_cases
from neuron_ledger.replay.conformance.case import Checker
from tests.chain_fixture import RULES, TAO
from tests.shared_data import recorded_cases

u64 = st.integers(0, 2**64 - 1)
u16 = st.integers(0, 2**16 - 1)


@pytest.mark.parametrize(
    ("kind", "checker"),
    [
        ("unit_prune", unit_cases.check_prune),
        ("unit_adjust", unit_cases.check_adjust),
        ("unit_seal", unit_cases.check_seal),
        ("unit_tempo", unit_cases.check_tempo),
        ("unit_commit_hash", unit_cases.check_commit_hash),
        ("block_emission", unit_cases.check_block_emission),
    ],
)
def test_every_recorded_case_is_exact(kind: str, checker: Checker) -> None:
    assert [divergence for case in recorded_cases(kind) if (divergence := checker(case, RULES))] == []


# ---------------------------------------------------------------------------------------------------------- pruning


@pytest.mark.parametrize(
    ("scores", "registered", "owner", "chosen"),
    [
        ([], [], None, 0),
        ([5, 3, 3], [0, 0, 0], None, 1),  # lowest score, then lowest uid
        ([3, 3, 3], [9, 8, 8], None, 1),  # then earliest registration
        ([0, 9, 9], [100, 0, 0], None, 1),  # the immune are spared
        ([5, 4, 4], [100, 99, 98], None, 2),  # unless all are
        ([0, 7, 8], [0, 0, 0], 0, 1),  # the owner never goes
        ([1], [0], 0, 0),  # uid 0 is the answer where only the owner is left
        ([9, 7], [0, 0], 1, 0),
        ([65535, 65535], [50, 40], None, 1),  # a full score can lose too
    ],
)
def test_whom_to_prune(scores: list[int], registered: list[int], owner: int | None, chosen: int) -> None:
    assert choose_neuron_to_prune(scores, registered, 10, 100, owner) == chosen


neurons = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20)), min_size=1, max_size=12)


@given(neurons, st.integers(0, 12), st.none() | st.integers(0, 11))
def test_the_queue_begins_with_the_chosen_and_ends_with_the_owner(
    neurons: list[tuple[int, int]], period: int, owner: int | None
) -> None:
    scores, registered = [score for score, _ in neurons], [block for _, block in neurons]
    queue = prune_queue(scores, registered, period, 20, () if owner is None else (owner,))
    assert sorted(place.uid for place in queue) == list(range(len(neurons)))
    if any(uid != owner for uid in range(len(neurons))):
        assert queue[0].uid == choose_neuron_to_prune(scores, registered, period, 20, owner)
        assert not any(place.is_owner for place in queue[:-1])
    for before, after in pairwise(queue):
        same_group = (before.is_owner, before.immunity_left > 0) == (after.is_owner, after.immunity_left > 0)
        if same_group and before.pruning_score == after.pruning_score:
            assert (before.block_at_registration, before.uid) < (after.block_at_registration, after.uid)


@given(neurons, st.integers(0, 12), st.sets(st.integers(0, 11)), st.integers(0, 6))
def test_the_queue_begins_with_the_chosen_by_emission_too(
    neurons: list[tuple[int, int]], period: int, spared: set[int], least: int
) -> None:
    emission, registered = [score for score, _ in neurons], [block for _, block in neurons]
    first, *others = prune_queue(emission, registered, period, 20, spared, least)
    chosen = choose_neuron_to_prune_365(emission, registered, period, 20, spared, least)
    assert (None if first.is_kept or first.is_owner else first.uid) == chosen
    assert sorted((first.uid, *(place.uid for place in others))) == list(range(len(neurons)))
    assert sum(place.is_kept for place in (first, *others)) <= least


# -------------------------------------------------------------------------------------------------------------- seal


def test_a_found_nonce_seals_its_block_and_hotkey_alone() -> None:
    nonce, work = create_work(b"b" * 32, 7, b"h" * 32, 300)
    assert nonce >= 7
    assert work == create_seal_hash(b"b" * 32, nonce, b"h" * 32)
    assert hash_meets_difficulty(work, 300)
    assert work != create_seal_hash(b"c" * 32, nonce, b"h" * 32)
    assert work != create_seal_hash(b"b" * 32, nonce, b"i" * 32)


def test_a_hotkeys_number_is_the_beginning_of_its_padded_hash() -> None:
    """The Keccak-256 hash of 64 zero bytes is ad3228b676f7d3cd…"""
    assert hash_hotkey_to_u64(bytes(32)) == 0xCDD3F776B62832AD


def test_the_product_with_the_difficulty_must_stay_below_2_256() -> None:
    half = (2**255).to_bytes(32, "big")
    assert hash_meets_difficulty(half, 1)
    assert not hash_meets_difficulty(half, 2)
    assert hash_meets_difficulty((2**255 - 1).to_bytes(32, "big"), 2)
    assert hash_meets_difficulty(b"\xff" * 32, 0)


# -------------------------------------------------------------------------------------------------------- adjustment

TERMS = RegistrationTerms(
    burn=1000,
    min_burn=1,
    max_burn=10**6,
    difficulty=5000,
    min_difficulty=1,
    max_difficulty=10**6,
    adjustment_alpha=0,
    adjustment_interval=10,
    last_adjustment_block=100,
    target_registrations_per_interval=2,
    registrations_this_interval=0,
    pow_registrations_this_interval=0,
    burn_registrations_this_interval=0,
)


def test_nothing_is_adjusted_before_the_interval_ends() -> None:
    assert adjust_registration_terms(TERMS, 109) is None
    assert adjust_registration_terms(TERMS, 110) is not None


@pytest.mark.parametrize(
    ("worked", "burned", "burn", "difficulty"),
    [
        (4, 2, 1000, 10000),  # too many, mostly by work: work becomes harder
        (2, 4, 2000, 5000),  # too many, mostly by burn: burning becomes dearer
        (3, 3, 2000, 10000),
        (1, 0, 750, 5000),  # too few, what there was by work: burning becomes cheaper
        (0, 1, 1000, 3750),
        (1, 1, 1000, 5000),  # on target
        (0, 0, 500, 2500),
    ],
)
def test_six_cases_of_adjustment(worked: int, burned: int, burn: int, difficulty: int) -> None:
    terms = evolve(
        TERMS,
        registrations_this_interval=worked + burned,
        pow_registrations_this_interval=worked,
        burn_registrations_this_interval=burned,
    )
    adjusted = adjust_registration_terms(terms, 110)
    assert adjusted is not None
    assert (adjusted[0].burn, adjusted[0].difficulty) == (burn, difficulty)
    assert adjusted[0].last_adjustment_block == 110
    assert adjusted[0].registrations_this_interval == 0


@pytest.mark.parametrize(("worked", "burned", "sets"), [(0, 2, (False, True)), (2, 0, (True, False)), (1, 1, (True, True))])
def test_on_target_what_few_used_is_set_anew(worked: int, burned: int, sets: tuple[bool, bool]) -> None:
    """To what it was: but that it was set shows in an event, and in storage."""
    terms = evolve(
        TERMS,
        registrations_this_interval=2,
        pow_registrations_this_interval=worked,
        burn_registrations_this_interval=burned,
    )
    adjusted = adjust_registration_terms(terms, 110)
    assert adjusted is not None
    assert (adjusted[0].burn, adjusted[0].difficulty, *adjusted[1:]) == (1000, 5000, *sets)


def test_of_bounds_that_cross_the_upper_one_counts() -> None:
    assert upgraded(1000, 2, 2, 0, 2000, 1000) == 1000
    assert upgraded(999, 2, 2, 0, 2000, 1000) == 2000


def test_registrations_and_targets_are_counted_to_65535() -> None:
    assert upgraded(1000, 40_000, 40_000, 0, 1, 10**6) == 1000
    assert upgraded(1000, 0, 40_000, 0, 1, 10**6) == 1000 * 40_000 // 65_535


@given(u64, u16, u16, u64, u64, u64)
def test_what_is_adjusted_stays_within_its_bounds(
    current: int, registrations: int, target: int, alpha: int, a: int, b: int
) -> None:
    lowest, highest = sorted((a, b))
    assert lowest <= upgraded(current, registrations, target, alpha, lowest, highest) <= highest


# ------------------------------------------------------------------------------------------------------------- tempo


@given(u16, st.integers(1, 1000), st.integers(0, 10**6))
def test_epochs_come_once_a_period(netuid: int, tempo: int, block: int) -> None:
    left = blocks_until_next_epoch(netuid, tempo, block)
    assert 0 <= left <= tempo
    assert blocks_until_next_epoch(netuid, tempo, block + left) == 0
    assert get_epoch_index(netuid, tempo, block + left + 1) == get_epoch_index(netuid, tempo, block) + 1


@given(u16, st.integers(1, 1000), st.integers(1, 20), st.integers(0, 10**6))
def test_reveal_blocks_are_those_in_which_a_reveal_is_in_range(netuid: int, tempo: int, period: int, commit: int) -> None:
    first, last = get_reveal_blocks(netuid, tempo, period, commit)
    in_range = [is_reveal_block_range(netuid, tempo, period, commit, block) for block in (first, last, last + 1)]
    assert in_range == [True, True, False]
    assert not is_reveal_block_range(netuid, tempo, period, commit, commit)


def test_tempo_0_never_runs() -> None:
    assert blocks_until_next_epoch(1, 0, 5) == 2**64 - 1


@pytest.mark.parametrize(("length", "size"), [(63, 1), (64, 2), (2**14 - 1, 2), (2**14, 4)])
def test_lengths_are_compact(length: int, size: int) -> None:
    encoded = encode_reveal(bytes(32), 1, [0] * length, [], [], 0)
    assert len(encoded) == 32 + 2 + size + 2 * length + 1 + 1 + 8


# ---------------------------------------------------------------------------------------------------- emission, pool


def test_emission_halves_at_half_the_supply_and_ends_with_it() -> None:
    assert get_block_emission_for_issuance(0) == DEFAULT_BLOCK_EMISSION
    assert get_block_emission_for_issuance(TOTAL_SUPPLY // 2 + 10**8) == DEFAULT_BLOCK_EMISSION // 2
    assert get_block_emission_for_issuance(TOTAL_SUPPLY) == 0
    assert get_block_emission_for_issuance(2**64 - 1) == 0


@given(st.integers(0, TOTAL_SUPPLY - 1), st.integers(0, 40), st.integers(-2, 2))
def test_emission_halves_where_the_logarithm_says_so(issuance: int, halvings: int, beside: int) -> None:
    near_a_halving = min(max(TOTAL_SUPPLY - (TOTAL_SUPPLY >> halvings) + beside, 0), TOTAL_SUPPLY - 1)
    for number in (issuance, near_a_halving, TOTAL_SUPPLY - 1 - issuance % 2**20):
        assert get_block_emission_for_issuance(number) == emission_by_logarithm(number)


def test_swaps_without_a_pool_are_one_to_one() -> None:
    assert sim_swap_tao_for_alpha(0, 0, 0, 7) == sim_swap_alpha_for_tao(0, 0, 0, 7) == 7
    assert get_alpha_price(0, 5, 0) == PRICE_ONE
    assert get_alpha_price(1, 5, 0) == 0


@given(st.integers(10**8, 2**54), st.integers(10**8, 2**54), st.integers(0, 2**60))
def test_a_swap_never_shrinks_the_product_by_more_than_rounding(tao: int, alpha: int, amount: int) -> None:
    bought = sim_swap_tao_for_alpha(1, tao, alpha, amount)
    if bought is not None:
        assert (tao + amount) * (alpha - bought) >= tao * alpha - (tao + amount)
        assert alpha - bought >= 10**7
    sold = sim_swap_alpha_for_tao(1, tao, alpha, amount)
    if sold is not None:
        assert (tao - sold) * (alpha + amount) >= tao * alpha - (alpha + amount)


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(0, PRICE_ONE), st.integers(0, 10**7), st.integers(0, 10**6))
def test_the_moving_price_stays_between_where_it_was_and_where_the_price_is(
    moving: int, price: int, alpha: int, blocks: int, halving: int
) -> None:
    after = updated_moving_price(moving, price, alpha, blocks, halving)
    low, high = sorted((moving, min(price, PRICE_ONE)))
    assert low - 2 <= after <= high


def test_a_price_above_one_counts_as_one() -> None:
    half, long_ago = PRICE_ONE // 2, 10**9
    assert updated_moving_price(half, 5 * PRICE_ONE, half, long_ago, 0) == 3 * PRICE_ONE // 4
    assert updated_moving_price(half, PRICE_ONE, half, long_ago, 0) == 3 * PRICE_ONE // 4


def test_a_swap_leaves_at_least_ten_million() -> None:
    reserve = 2 * MINIMUM_POOL_LIQUIDITY
    assert sim_swap_tao_for_alpha(DYNAMIC, TAO, reserve, TAO) == MINIMUM_POOL_LIQUIDITY
    assert sim_swap_tao_for_alpha(DYNAMIC, TAO, reserve, TAO + 1) is None
    assert sim_swap_alpha_for_tao(DYNAMIC, reserve, TAO, TAO) == MINIMUM_POOL_LIQUIDITY
    assert sim_swap_alpha_for_tao(DYNAMIC, reserve, TAO, TAO + 1) is None


# ------------------------------------------------------------------------------------------------------ stake, weights


def test_a_child_that_is_lent_everything_has_everything() -> None:
    everything, stake = 2**64 - 1, 2**50
    assert inherited_stake(stake, [everything], []) == 0
    assert inherited_stake(0, [], [(everything, stake)]) == stake
    assert inherited_stake(stake, [everything // 2], [(everything // 2, stake)]) == stake


@pytest.mark.parametrize(("weights", "limit", "limited"), [((1,) * 5, 13107, True), ((1,) * 5, 13106, False), ((), 0, True)])
def test_a_weight_may_be_as_large_a_part_as_the_limit(weights: tuple[int, ...], limit: int, limited: bool) -> None:
    assert is_max_limited(weights, limit) == limited


# -------------------------------------------------------------------------------------------------------- share pool


def test_the_first_stake_gets_shares_equal_to_its_value() -> None:
    pool, moved = SharePool(0, 0, 0).updated_for_one(1000)
    assert (pool.shared_value, pool.denominator >> FRACTION, pool.share >> FRACTION, moved) == (1000, 1000, 1000, 1000)
    assert pool.value == 1000


def test_dividends_reach_every_share_and_the_last_one_takes_all() -> None:
    first, _ = SharePool(0, 0, 0).updated_for_one(10**9)
    richer = first._replace(shared_value=moved_value(first.shared_value, 10**9))
    assert richer.value == 2 * 10**9
    empty, moved = richer.updated_for_one(-2 * 10**9)
    assert (empty.share, empty.denominator, moved) == (0, 0, -2 * 10**9)
    assert empty.shared_value == 0


@pytest.mark.parametrize(("rest", "left"), [(10**13, 0), (10**13 + 1, 10**13 + 1)])
def test_a_withdrawal_that_leaves_next_to_nothing_takes_all(rest: int, left: int) -> None:
    """The least part of a share that may stay is 0.00001 as U64F64, which is a little more than that."""
    whole = 10**18
    pool, moved = SharePool(whole, whole << FRACTION, whole << FRACTION).updated_for_one(rest - whole)
    assert (moved, pool.shared_value, pool.share) == (left - whole, left, left << FRACTION)


def test_the_least_update_moves_nothing() -> None:
    """2^63 read as i64 is the least one: it has no negative, so nothing is taken."""
    half = 2**63
    pool = SharePool(half, half << FRACTION, half << FRACTION)
    assert moved_value(half, as_i64(half)) == half
    assert pool.updated_for_one(as_i64(half)) == (pool, -half)


def test_a_part_of_2_63_is_taken_out_as_nothing_though_its_share_goes() -> None:
    half = 2**63
    pool = SharePool(half, half << FRACTION, half << FRACTION)
    assert pool.updated_for_one(1 - half) == (SharePool(half, 0, 0), -half)


@given(st.integers(1, 2**50), st.lists(st.integers(-(2**50), 2**50), max_size=12))
def test_shares_never_exceed_the_denominator_nor_value_the_whole(first: int, updates: list[int]) -> None:
    pool, _ = SharePool(0, 0, 0).updated_for_one(first)
    other = SharePool(pool.shared_value, pool.denominator, 0)
    for update in updates:
        before = other.value
        if update >= 0 or -update <= before:
            other, moved = other.updated_for_one(update)
            assert moved == update or (update < 0 and moved == -before)
        assert 0 <= other.share <= other.denominator
        assert other.value <= other.shared_value
