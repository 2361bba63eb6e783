"""Stake that is added and taken back from 195 to 219, and what is noted of that; whoever loses the last uid loses it too."""

import pytest

from neuron_ledger.events.calls import BurnedRegister
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, OWNER, HOT, NEW = map(account, ("cold", "owner", "hot", "new"))
ALL = (195, 196, 201, 202, 203, 205, 210, 211, 212, 216, 217, 218, 219)
"""Every number of the main line from children to alpha."""


def at(spec_version: int) -> EarlyChain:
    """A delegate of an owner's, on which another coldkey has 5 TAO, and the owner 20."""
    chain = EarlyChain(spec_version, block=1000)
    chain.give_uid(HOT, OWNER)
    chain.storage.delegates[HOT] = 0
    for coldkey, rao in ((OWNER, 20 * TAO), (COLD, 5 * TAO)):
        for step in chain.rules.increase_tao_stake:
            step(chain.tx, coldkey, HOT, rao)
        chain.pay(coldkey, 100 * TAO)
    chain.storage.target_stakes_per_interval.value = 10
    return chain


def noted(chain: EarlyChain) -> int | None:
    if "StakeDeltaSinceLastEmissionDrain" not in chain.storage.layout.items:
        return None
    return chain.storage.stake_delta_since_last_emission_drain.get((HOT, COLD))


@pytest.mark.parametrize("spec_version", ALL)
def test_what_is_added_is_noted(spec_version: int) -> None:
    chain = at(spec_version)
    chain.ok(AddTaoStake(HOT, 3 * TAO), COLD)
    assert chain.storage.stake[HOT, COLD] == 8 * TAO
    assert noted(chain) == (None if spec_version < 202 else 3 * TAO)
    if spec_version < 205:
        block = 1000 if spec_version < 202 else None
        assert chain.storage.last_add_stake_increase.get((HOT, COLD)) == block


@pytest.mark.parametrize("spec_version", ALL)
def test_what_is_taken_back_is_noted_but_at_205(spec_version: int) -> None:
    chain = at(spec_version)
    chain.ok(RemoveTaoStake(HOT, 2 * TAO), COLD)
    assert chain.storage.stake[HOT, COLD] == 3 * TAO
    assert noted(chain) == (None if spec_version < 202 or spec_version == 205 else -2 * TAO)


def test_what_was_asked_for_is_noted_where_less_could_be_staked() -> None:
    chain = at(202)
    chain.pay(COLD, TAO)
    chain.ok(AddTaoStake(HOT, TAO), COLD)
    assert chain.storage.stake[HOT, COLD] == 6 * TAO - 500, "the account stays alive"
    assert noted(chain) == TAO


@pytest.mark.parametrize("spec_version", [195, 202, 205, 210, 219])
def test_a_small_nomination_goes_with_all_that_is_noted_of_it(spec_version: int) -> None:
    chain = at(spec_version)
    chain.storage.nominator_min_required_stake.value = 4 * TAO
    if spec_version >= 202:
        chain.put("StakeDeltaSinceLastEmissionDrain", {(HOT, COLD): 7})
    chain.storage.total_issuance.value = 1000 * TAO
    chain.ok(RemoveTaoStake(HOT, 2 * TAO), COLD)
    storage = chain.storage
    assert ((HOT, COLD) in storage.stake, storage.total_coldkey_stake[COLD], storage.total_hotkey_stake[HOT]) == (
        False,
        0,
        20 * TAO,
    )
    assert (storage.balances[COLD], storage.staking_hotkeys[COLD]) == (105 * TAO, ())
    assert storage.total_issuance.value == 1000 * TAO, "until 194 it would have fallen by what was given back"
    assert noted(chain) == {195: None, 202: None, 205: 7, 210: None, 219: None}[spec_version]


@pytest.mark.parametrize(
    ("spec_version", "moves", "outcome", "counted"),
    [
        (216, (1, 999), "StakeRateLimitExceeded", None),
        (216, (1, 640), "ok", (1, 1000)),
        (217, (1, 999), "StakingRateLimitExceeded", None),
        (217, (1, 641), "StakingRateLimitExceeded", None),
        (217, (1, 640), "ok", (1, 1000)),
        (217, (0, 999), "ok", (1, 1000)),
    ],
)
def test_moves_are_counted_by_interval(spec_version: int, moves: tuple[int, int], outcome: str, counted: tuple[int, int]) -> None:
    chain = at(spec_version)
    chain.storage.target_stakes_per_interval.value = 1
    chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] = moves
    call = AddTaoStake(HOT, TAO)
    if outcome != "ok":
        assert chain.refused(call, COLD).name == outcome
        return
    chain.ok(call, COLD)
    assert chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] == counted


def test_since_217_an_interval_begins_with_its_first_move_which_no_limit_forbids() -> None:
    chain = at(217)
    chain.storage.target_stakes_per_interval.value = 0
    chain.ok(RemoveTaoStake(HOT, TAO), COLD)
    assert chain.refused(RemoveTaoStake(HOT, TAO), COLD).name == "StakingRateLimitExceeded"
    chain.storage.target_stakes_per_interval.value = 2
    chain.storage.block_number.value = 1010
    chain.ok(RemoveTaoStake(HOT, TAO), COLD)
    assert chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] == (2, 1000)
    earlier = at(216)
    earlier.storage.target_stakes_per_interval.value = 0
    assert earlier.refused(RemoveTaoStake(HOT, TAO), COLD).name == "UnstakeRateLimitExceeded"


def test_since_217_a_minimum_is_asked_for_before_moves_are_counted() -> None:
    for spec_version, name in ((216, "StakeRateLimitExceeded"), (217, "NomStakeBelowMinimumThreshold")):
        chain = at(spec_version)
        chain.storage.target_stakes_per_interval.value = 1
        chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] = (1, 999)
        chain.storage.nominator_min_required_stake.value = 50 * TAO
        assert chain.refused(AddTaoStake(HOT, TAO), COLD).name == name


@pytest.mark.parametrize(("left", "stays"), [(23, True), (22, False)])
def test_since_216_scheduled_children_go_with_the_stake(left: int, stays: bool) -> None:
    chain = at(216)
    chain.storage.stake_threshold.value = 23 * TAO
    chain.storage.pending_child_keys[1, HOT] = ((5, NEW),), 2000
    chain.ok(RemoveTaoStake(HOT, (25 - left) * TAO), COLD)
    assert ((1, HOT) in chain.storage.pending_child_keys) is stays


@pytest.mark.parametrize("spec_version", ALL)
def test_who_loses_the_last_uid_is_unstaked(spec_version: int) -> None:
    chain = at(spec_version)
    storage = chain.storage
    storage.max_allowed_uids[1] = 1
    storage.immunity_period[1] = 0
    if spec_version >= 202:
        chain.put("StakeDeltaSinceLastEmissionDrain", {(HOT, COLD): 7, (HOT, NEW): 8})
    if spec_version >= 205:
        chain.put("NeuronCertificates", {(1, HOT): (1, b"key")})
    chain.ok(BurnedRegister(1, NEW), OWNER)
    assert storage.keys[1, 0] == NEW
    assert (storage.stake[HOT, COLD], storage.balances[COLD]) == (0, 105 * TAO)
    assert storage.staking_hotkeys[COLD] == (HOT,), "the list stays, and so does the entry of nothing"
    assert noted(chain) == (7 if spec_version == 205 else None)
    if spec_version >= 202:
        assert storage.stake_delta_since_last_emission_drain[HOT, NEW] == 8, "that of who has no stake there stays"
    if spec_version >= 205:
        assert (1, HOT) not in storage.neuron_certificates
