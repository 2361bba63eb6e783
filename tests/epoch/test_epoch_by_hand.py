"""Epochs small enough to be worked out by hand, and busy ones in which the epoch's two forms must agree."""

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.run import read_epoch
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import RULES, Chain, account
from tests.epoch.epoch_fixture import subnets
from tests.epoch.plain.epoch import run_epoch as run_plainly

GIVEN = EpochInput(
    n=4,
    block=1000,
    tempo=99,
    activity_cutoff=500,
    last_update=(990,) * 4,
    block_at_registration=(1,) * 4,
    total_stake_bits=(600 << 64, 400 << 64, 0, 0),
    stake_threshold=10,
    validator_permit=(True, True, False, False),
    weights={0: pack_pairs([(2, 65535)]), 1: pack_pairs([(2, 65535), (3, 65535)])},
    bonds={},
    kappa=32767,
    bonds_penalty=65535,
    bonds_moving_average=900_000,
    max_allowed_validators=2,
    yuma3=False,
    liquid_alpha=False,
    alpha_low=45875,
    alpha_high=58982,
    alpha_sigmoid_steepness=1000,
    owner_uid=None,
    rao_emission=1_000_000,
)
"""Validators with 0.6 and 0.4 of the stake. The first gives miner 2 everything, the second half to each of miners 2 and 3."""


def parts(result: tuple[int, ...]) -> list[float]:
    return [round(value / 65535, 3) for value in result]


def bonds(row: bytes) -> dict[int, float]:
    return {uid: round(value / 65535, 3) for uid, value in pairs(row)}


def test_the_majority_decides() -> None:
    """Both give miner 2 at least what 0.6 of the stake stands behind; what the minority gives miner 3 is clipped to nothing."""
    result = run_epoch(GIVEN)
    assert parts(result.consensus) == [0, 0, 1, 0]
    assert parts(result.incentive) == [0, 0, 1, 0]
    assert parts(result.validator_trust) == [1, 0.5, 0, 0]
    assert parts(result.stake_weight) == [0.6, 0.4, 0, 0]
    assert result.validator_permit == (True, True, False, False)
    assert result.server_emission == (0, 0, 500_000, 0)


@pytest.mark.parametrize(("penalty", "second"), [(0, {2: 0.333, 3: 1}), (65535, {2: 0.333})])
def test_bonds_follow_weights_or_what_is_left_of_them(penalty: int, second: dict[int, float]) -> None:
    """Bonds on a miner go by stake × weight: on 2 as 0.6 × 1 to 0.4 × 0.5, on 3 all to the second, if what is clipped counts.

    They are stored as parts of the largest on the miner.
    """
    result = run_epoch(evolve(GIVEN, bonds_penalty=penalty))
    assert bonds(result.bonds_written[0]) == {2: 1}
    assert bonds(result.bonds_written[1]) == second
    assert parts(result.dividends) == [0.75, 0.25, 0, 0]
    assert result.validator_emission == (375_000, 124_999, 0, 0)


def test_in_yuma_3_bonds_grow_towards_the_weights() -> None:
    """A tenth of the way in an epoch, each validator's by itself."""
    first = run_epoch(evolve(GIVEN, yuma3=True))
    assert [bonds(first.bonds_written[uid]) for uid in (0, 1)] == [{2: 0.1}, {2: 0.05}]
    assert parts(first.dividends) == [0.75, 0.25, 0, 0]
    second = run_epoch(evolve(GIVEN, yuma3=True, bonds=first.bonds_written))
    assert [bonds(second.bonds_written[uid]) for uid in (0, 1)] == [{2: 0.19}, {2: 0.095}]


def test_a_permit_that_is_lost_empties_the_bonds() -> None:
    result = run_epoch(evolve(GIVEN, max_allowed_validators=1, bonds={1: pack_pairs([(2, 7)])}))
    assert result.validator_permit == (True, False, False, False)
    assert result.bonds_written[1] == b""


def test_weights_count_if_set_after_the_miner_registered() -> None:
    """And if the validator was active, and if its stake reaches the threshold."""
    for registered, incentive in ((989, [0, 0, 1, 0]), (990, [0, 0, 0, 0])):
        newcomer = evolve(GIVEN, block_at_registration=(1, 1, registered, 1))
        assert parts(run_epoch(newcomer).incentive) == incentive
    idle = evolve(GIVEN, last_update=(499, 990, 990, 990))
    assert parts(run_epoch(idle).incentive) == [0, 0, 0.5, 0.5]
    poor = evolve(GIVEN, total_stake_bits=((10 << 64) - 1, 400 << 64, 0, 0))
    assert parts(run_epoch(poor).incentive) == [0, 0, 0.5, 0.5]


def test_an_epoch_reads_its_subnet_from_storage() -> None:
    """Every parameter another value, so that none stands for another."""
    chain = Chain(block=GIVEN.block)
    storage = chain.storage
    validator, other, *_ = chain.seat("validator", "other", "miner", "newcomer")
    expected = evolve(
        GIVEN,
        kappa=1,
        bonds_penalty=2,
        bonds_moving_average=3,
        max_allowed_validators=4,
        tempo=5,
        activity_cutoff=6,
        alpha_sigmoid_steepness=7,
        stake_threshold=8,
        bonds={1: pack_pairs([(2, 9)])},
        yuma3=True,
        owner_uid=2,
    )
    for name in ("kappa", "bonds_penalty", "bonds_moving_average", "max_allowed_validators", "tempo", "activity_cutoff"):
        chain.set(name, getattr(expected, name))
    chain.set("alpha_sigmoid_steepness", 7)
    chain.set("stake_threshold", 8)
    chain.set("yuma3_enabled", 1)
    storage.alpha_values[1] = (expected.alpha_low, expected.alpha_high)
    storage.subnet_owner_hotkey[1] = account("miner")
    storage.total_hotkey_alpha[validator, 1], storage.total_hotkey_alpha[other, 1] = 600, 400
    storage.validator_permit[1], storage.last_update[1] = expected.validator_permit, expected.last_update
    for uid in range(4):
        storage.block_at_registration[1, uid] = 1
    for table, rows in ((storage.weights, expected.weights), (storage.bonds, expected.bonds)):
        for uid, row in rows.items():
            table[1, uid] = row
            table[2, uid] = b"another subnet's"
    assert read_epoch(Transaction(storage, RULES), 1, 0, expected.rao_emission) == expected
    assert read_epoch(Transaction(storage, RULES), 1, 0, 7) == evolve(expected, rao_emission=7)


@st.composite
def busy_subnets(draw: st.DrawFn) -> EpochInput:
    """Random rows in a subnet in which all are active, old, rich and permitted, so that they all count."""
    subnet = draw(subnets())
    stake = draw(st.lists(st.integers(1, 2**20), min_size=subnet.n, max_size=subnet.n))
    return evolve(
        subnet,
        activity_cutoff=5000,
        tempo=99,
        last_update=(99,) * subnet.n,
        block_at_registration=(0,) * subnet.n,
        total_stake_bits=tuple(amount << 64 for amount in stake),
        stake_threshold=0,
        validator_permit=(True,) * subnet.n,
        max_allowed_validators=7,
    )


@settings(max_examples=150, deadline=None)
@given(busy_subnets())
def test_both_forms_give_the_same_bits_of_busy_subnets(subnet: EpochInput) -> None:
    assert run_epoch(subnet) == run_plainly(subnet)
