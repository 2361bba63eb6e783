"""Epochs of subnets in which something is missing or out of order: each ends as the rule says, in all three kinds of bonds."""

from typing import Any

import pytest
from attrs import evolve

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochInputError, EpochResult
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from tests.epoch.plain.epoch import run_epoch as run_plainly

BLOCK = 1000
EMISSION = 1_000_000_007
KINDS = {"Yuma 2": (False, False), "Yuma 3": (True, False), "liquid alpha": (True, True)}


def subnet(stakes: tuple[int, ...], weights: dict[int, list[tuple[int, int]]] | None = None, **changes: Any) -> EpochInput:
    """Neurons with these stakes (whole units), all active; those with stake are validators, and have set these weights."""
    n = len(stakes)
    whole: dict[str, Any] = {
        "n": n,
        "block": BLOCK,
        "tempo": 99,
        "activity_cutoff": 500,
        "last_update": (BLOCK - 10,) * n,
        "block_at_registration": (5,) * n,
        "total_stake_bits": tuple(stake << 64 for stake in stakes),
        "stake_threshold": 0,
        "validator_permit": tuple(stake > 0 for stake in stakes),
        "weights": {uid: pack_pairs(row) for uid, row in (weights or {}).items()},
        "bonds": {},
        "kappa": 32767,
        "bonds_penalty": 65535,
        "bonds_moving_average": 900_000,
        "max_allowed_validators": n,
        "yuma3": False,
        "liquid_alpha": False,
        "alpha_low": 45875,
        "alpha_high": 58982,
        "alpha_sigmoid_steepness": 1000,
        "owner_uid": None,
        "rao_emission": EMISSION,
    }
    return EpochInput(**{**whole, **changes})


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> dict[str, Any]:
    yuma3, liquid_alpha = KINDS[request.param]
    return {"yuma3": yuma3, "liquid_alpha": liquid_alpha}


def result_of(given: EpochInput) -> EpochResult:
    """The result, which the plain form of the epoch gives as well."""
    result = run_epoch(given)
    assert result == run_plainly(given)
    return result


def ends_without_miners(result: EpochResult) -> None:
    """Nobody is worth anything to anybody: no rank, no trust, no consensus, no dividends."""
    nothing = (0,) * len(result.active)
    for vector in (result.rank, result.trust, result.consensus, result.incentive, result.dividends, result.server_emission):
        assert vector == nothing


def test_nobody(kind: dict[str, Any]) -> None:
    result = result_of(subnet((), **kind))
    assert result.emission == result.pruning_scores == result.validator_permit == ()
    assert result.bonds_written == {}


def test_one_alone_gets_everything(kind: dict[str, Any]) -> None:
    """For want of weights it goes by stake, and one has all of it; a weight on itself does not count."""
    for weights in ({}, {0: [(0, 65535)]}):
        result = result_of(subnet((7,), weights, **kind))
        ends_without_miners(result)
        assert result.validator_permit == (True,)
        assert result.emission == result.validator_emission == (EMISSION,)
        assert result.pruning_scores == result.stake_weight == (U16_MAX,)


def test_one_alone_without_stake_gets_nothing(kind: dict[str, Any]) -> None:
    result = result_of(subnet((0,), **kind))
    ends_without_miners(result)
    assert (result.validator_permit, result.emission, result.pruning_scores) == ((False,), (0,), (0,))


def test_no_stake(kind: dict[str, Any]) -> None:
    """Permits that were there are lost, and their bonds with them; there is nothing by which to give anything out."""
    permitted: dict[str, Any] = {"validator_permit": (True, True, False), "bonds": {0: pack_pairs([(2, 65535)])}}
    result = result_of(subnet((0, 0, 0), {0: [(2, 1)], 1: [(2, 1)]}, **permitted, **kind))
    ends_without_miners(result)
    assert result.validator_permit == (False, False, False)
    assert result.emission == (0, 0, 0)
    assert result.bonds_written == {0: b"", 1: b""}


def test_stake_below_the_threshold_is_none(kind: dict[str, Any]) -> None:
    given = subnet((9, 9, 0), {0: [(2, 1)]}, stake_threshold=10, **kind)
    assert result_of(given) == result_of(evolve(given, total_stake_bits=(0, 0, 0)))


def test_no_weights(kind: dict[str, Any]) -> None:
    """Emission goes by stake, 3 : 1."""
    result = result_of(subnet((3, 1, 0), **kind))
    ends_without_miners(result)
    assert result.validator_emission == result.emission == (EMISSION * 3 // 4, EMISSION // 4, 0)
    assert result.pruning_scores == (U16_MAX, U16_MAX // 3, 0)
    assert result.bonds_written == {0: b"", 1: b""}


def test_zero_rows_are_no_weights(kind: dict[str, Any]) -> None:
    zeros = {0: [(1, 0), (2, 0)], 1: [(2, 0)]}
    result = result_of(subnet((3, 1, 0), zeros, **kind))
    ends_without_miners(result)
    assert result.emission == result_of(subnet((3, 1, 0), **kind)).emission


def test_weights_on_oneself_are_no_weights_but_for_the_owner(kind: dict[str, Any]) -> None:
    own = {0: [(0, 9)], 1: [(1, 9)]}
    result = result_of(subnet((3, 1, 0), own, **kind))
    ends_without_miners(result)
    assert result.emission == result_of(subnet((3, 1, 0), **kind)).emission
    as_owner = result_of(subnet((3, 1, 0), own, owner_uid=0, **kind))
    assert as_owner.incentive == (U16_MAX, 0, 0)


def test_nobody_is_active(kind: dict[str, Any]) -> None:
    """Inactive stake backs no weights; emission goes by all stake, then."""
    given = subnet((3, 1, 0), {0: [(2, 1)], 1: [(2, 1)]}, last_update=(BLOCK - 501,) * 3, **kind)
    result = result_of(given)
    ends_without_miners(result)
    assert result.active == (False, False, False)
    assert result.validator_permit == (True, True, False)
    assert result.validator_emission == (EMISSION * 3 // 4, EMISSION // 4, 0)
    assert result_of(evolve(given, activity_cutoff=501)).active == (True, True, True)


def test_weights_older_than_the_neuron_are_none(kind: dict[str, Any]) -> None:
    """Set in the block in which the uid was registered counts as before it."""
    given = subnet((3, 1, 0), {0: [(2, 1)], 1: [(2, 1)]}, block_at_registration=(5, 5, BLOCK - 10), **kind)
    ends_without_miners(result_of(given))
    assert result_of(evolve(given, block_at_registration=(5, 5, BLOCK - 11))).incentive == (0, 0, U16_MAX)


def test_the_order_of_a_row_does_not_matter() -> None:
    """But for liquid alpha, where weight and bond are matched by walking up the uids (see the next test)."""
    for yuma3 in (False, True):
        for bonds in ({}, {0: pack_pairs([(2, 7), (3, 9)]), 1: pack_pairs([(3, 5)])}):
            sort = subnet((3, 2, 0, 0), {0: [(2, 5), (3, 7)], 1: [(2, 1), (3, 9)]}, yuma3=yuma3, bonds=bonds)
            unsorted = evolve(sort, weights={uid: pack_pairs(pairs(row)[::-1]) for uid, row in sort.weights.items()})
            ordered, other = result_of(sort), result_of(unsorted)
            assert evolve(other, bonds_written=ordered.bonds_written) == ordered
            for uid, row in ordered.bonds_written.items():
                assert sorted(pairs(other.bonds_written[uid])) == pairs(row)


def test_liquid_alpha_walks_up_the_uids() -> None:
    """Of the row 3, 2 it sees only the 3: the entry for 2 comes too late, and moves at another pace."""
    stored = {0: pack_pairs([(2, 60000), (3, 9)])}
    walk: dict[str, Any] = {"yuma3": True, "liquid_alpha": True, "bonds": stored, "alpha_sigmoid_steepness": 10}
    ordered = result_of(subnet((3, 0, 0, 0), {0: [(2, 1), (3, 9)]}, **walk))
    other = result_of(subnet((3, 0, 0, 0), {0: [(3, 9), (2, 1)]}, **walk))
    assert other.incentive == ordered.incentive
    assert sorted(pairs(other.bonds_written[0])) != pairs(ordered.bonds_written[0])


def test_a_uid_named_twice_is_given_both_weights(kind: dict[str, Any]) -> None:
    """Each entry is normalised and ranked for itself, so 1 + 1 of 4 is as much as 2 of 4."""
    twice = result_of(subnet((3, 0, 0), {0: [(1, 1), (2, 2), (1, 1)]}, kappa=0, **kind))
    assert twice.incentive == (0, 32767, 32767)


@pytest.mark.parametrize(
    ("row", "incentive"),
    [
        ([(1, 3), (2, 2), (1, 1)], (0, 32767, 32767)),  # consensus 1/6 cuts the first entry to it: 1/6 + 1/6 against 2/6
        ([(1, 1), (2, 2), (1, 3)], (0, 43689, 21844)),  # consensus 3/6 cuts nothing: 1/6 + 3/6 against 2/6
    ],
)
def test_of_a_uid_named_twice_the_consensus_hears_the_last(
    kind: dict[str, Any], row: list[tuple[int, int]], incentive: tuple[int, ...]
) -> None:
    """Shares are rounded down, so that of 65535 one is lost in 4/6 and in 2/6."""
    assert result_of(subnet((3, 0, 0), {0: row}, **kind)).incentive == incentive


def test_a_uid_named_twice_has_one_bond_of_both_weights_but_under_liquid_alpha_two() -> None:
    twice = subnet((3, 0, 0), {0: [(1, 1), (2, 2), (1, 3)]}, bonds_penalty=0, yuma3=True)
    one = I32F32.one
    taken_in = one - one * 9 // 10

    def bond(*parts: int) -> int:
        """A tenth of these sixths, each rounded down for itself, in parts of 65535."""
        return sum(taken_in * (one * part // 6) >> 32 for part in parts) * U16_MAX >> 32

    assert pairs(result_of(twice).bonds_written[0]) == [(1, bond(1, 3)), (2, bond(2))]
    liquid = result_of(evolve(twice, liquid_alpha=True)).bonds_written[0]
    assert [uid for uid, _ in pairs(liquid)] == [1, 2, 1]


def test_of_two_equals_the_greater_uid_gets_the_permit(kind: dict[str, Any]) -> None:
    result = result_of(subnet((2, 3, 2, 0), max_allowed_validators=2, **kind))
    assert result.validator_permit == (False, True, True, False)
    assert result.bonds_written == {0: b"", 1: b"", 2: b""}


def test_stake_of_exactly_kappa_is_enough_for_a_consensus(kind: dict[str, Any]) -> None:
    """Two validators of half the stake each give 1/4 and 3/4: at kappa = 0.5 (just below: 32767 of 65535) 3/4 stands for both,
    just above 1/4 does.
    """
    given = subnet((2, 2, 0, 0), {0: [(2, 1), (3, 3)], 1: [(2, 3), (3, 1)]}, **kind)
    assert result_of(given).consensus == (0, 0, 49151, 49151)
    assert result_of(evolve(given, kappa=32768)).consensus == (0, 0, 16383, 16383)


def test_entries_beyond_the_subnet_say_nothing(kind: dict[str, Any]) -> None:
    without = subnet((3, 1, 0), {0: [(2, 5)], 1: [(2, 1)]}, **kind)
    beyond = evolve(without, weights={0: pack_pairs([(3, 9), (2, 5), (65535, 1)]), 1: pack_pairs([(2, 1), (3, 1)])})
    assert result_of(beyond) == result_of(without)


@pytest.mark.parametrize("row", [[(3, 1)], [(1, 5), (3, 0)], [(65535, 65535), (0, 1)]], ids=str)
def test_a_bond_beyond_the_subnet_is_an_error(kind: dict[str, Any], row: list[tuple[int, int]]) -> None:
    target = max(uid for uid, _ in row)
    with pytest.raises(BondTargetOutOfRange, match=f"uid 1 names uid {target}, but the subnet has 3 uids"):
        run_epoch(subnet((3, 1, 0), {0: [(2, 5)]}, bonds={0: pack_pairs([(2, 1)]), 1: pack_pairs(row)}, **kind))


@pytest.mark.parametrize("vector", ["last_update", "block_at_registration", "total_stake_bits", "validator_permit"])
def test_a_vector_of_another_length_is_an_error(vector: str) -> None:
    whole = subnet((3, 1, 0))
    for vectors in ({vector: getattr(whole, vector)[1:]}, {vector: (*getattr(whole, vector), 0)}):
        changes: dict[str, Any] = vectors
        with pytest.raises(EpochInputError, match=f"{vector}: expected one entry for each of 3 uids, got {len(changes[vector])}"):
            subnet((3, 1, 0), **changes)
