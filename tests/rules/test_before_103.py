"""The first 110, 101 and 102, hours and days before 103; and the 185 of before commits to weights. Numbers by hand."""

import pytest
from attrs import fields

from neuron_ledger.events.calls import BurnedRegister, SetWeights, SudoSet
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake, SetRootWeights
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import (
    CannotGoOn,
    SubNetRegistrationDisabled,
    TooManyRegistrationsThisBlock,
    TooManyRegistrationsThisInterval,
)
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain
from tests.rules.test_early_blocks import passed, with_emission

COLD, HOT, NOMINATOR = map(account, ("cold", "hot", "nominator"))
BEFORE: tuple[RuntimeName, ...] = ("110-first", 101, 102)


@pytest.mark.parametrize(("name", "counts"), [*((name, True) for name in BEFORE), (103, False)])
def test_stake_counts_as_issued_until_103(name: RuntimeName, counts: bool) -> None:
    chain = EarlyChain(name)
    chain.give_uid(HOT, COLD)
    chain.pay(COLD, 10 * TAO)
    chain.storage.total_issuance.value = 50 * TAO
    chain.ok(AddTaoStake(HOT, 4 * TAO), COLD)
    assert chain.storage.total_issuance.value == (54 if counts else 50) * TAO
    chain.ok(RemoveTaoStake(HOT, TAO), COLD)
    assert chain.storage.total_issuance.value == (53 if counts else 50) * TAO


@pytest.mark.parametrize(("name", "issued"), [*((name, 999) for name in BEFORE), (103, 1000)])
def test_what_hotkeys_are_paid_counts_once(name: RuntimeName, issued: int) -> None:
    """Of 1,000 rao the owner keeps 179, of the other 821 a third of the stake gets 273 and two thirds get 547: 1 is nobody's."""
    chain = with_emission(name, 1000)
    before = chain.storage.total_issuance.value
    passed(chain, 2)
    assert chain.storage.stake[HOT, NOMINATOR] == TAO + 273
    assert chain.storage.stake[HOT, COLD] == 2 * TAO + 547 + 179
    assert chain.storage.total_issuance.value - before == issued


@pytest.mark.parametrize("name", BEFORE)
def test_nobody_sets_the_total_issuance(name: RuntimeName) -> None:
    with pytest.raises(CannotGoOn):
        EarlyChain(name).submit(SudoSet("total_issuance", 0, TAO), None)
    EarlyChain(103).ok(SudoSet("total_issuance", 0, TAO))


@pytest.mark.parametrize("name", ["110-first", 101])
def test_registration_is_limited_by_the_block_alone(name: RuntimeName) -> None:
    chain = EarlyChain(name)
    storage = chain.storage
    storage.max_registrations_per_block.remove(1)
    storage.target_registrations_per_interval[1] = 1
    chain.pay(COLD, TAO)
    for number in range(50):
        chain.ok(BurnedRegister(1, account(f"hot {number}")), COLD)
    assert isinstance(chain.refused(BurnedRegister(1, HOT), COLD), TooManyRegistrationsThisBlock)
    assert (storage.subnetwork_n[1], storage.balances[COLD]) == (50, TAO)


def test_it_is_stopped_at_102_and_limited_by_the_interval_at_111() -> None:
    assert isinstance(EarlyChain(102).refused(BurnedRegister(1, HOT), COLD), SubNetRegistrationDisabled)
    chain = EarlyChain(111)
    chain.storage.target_registrations_per_interval[1] = 1
    chain.pay(COLD, 10 * TAO)
    for number in range(3):
        chain.ok(BurnedRegister(1, account(f"hot {number}")), COLD)
    assert isinstance(chain.refused(BurnedRegister(1, HOT), COLD), TooManyRegistrationsThisInterval)


@pytest.mark.parametrize(
    ("scores", "registered", "queue"),
    [
        ([5, 3, 3, 9], [0, 20, 10, 0], [2, 1, 0, 3]),  # of equal scores the one that came first
        ([5, 3, 3, 9], [0, 10, 10, 99], [1, 2, 0, 3]),  # then the lowest uid; uid 3 would be immune
        ([65535, 65535, 4], [7, 6, 99], [2, 1, 0]),  # the highest score is one like others
    ],
)
def test_the_first_110_spared_nobody(scores: list[int], registered: list[int], queue: list[int]) -> None:
    chain = EarlyChain("110-first")
    for uid, block in enumerate(registered):
        chain.give_uid(account(f"hot {uid}"), COLD)
        chain.storage.block_at_registration[1, uid] = block
    chain.put("PruningScores", {1: tuple(scores)})
    chain.storage.immunity_period[1] = 50
    assert [place.uid for place in current_prune_queue(chain.rules, chain.storage, 1)] == queue
    chosen = chain.rules.neuron_to_prune(chain.tx, 1)
    assert chosen is not None
    assert (chosen.uid, chosen.score) == (queue[0], scores[queue[0]])
    assert chain.storage.pruning_scores[1][queue[0]] == 65535


def test_what_nobody_set_was_a_test_networks_until_102() -> None:
    early, late = (EarlyChain(name).storage for name in (101, 102))
    assert (early.max_difficulty[7], early.burn[7], early.max_allowed_uids[7]) == (10, 0, 512)
    assert (late.max_difficulty[7], late.burn[7], late.max_allowed_uids[7]) == ((1 << 62) - 1, TAO, 4096)
    assert TIMELINE.runtime(102).layout.errors[-1] == "RegistrationDisabled" not in TIMELINE.runtime(101).layout.errors


def test_the_first_185_has_a_call_of_its_own_for_roots_weights() -> None:
    chain = EarlyChain("185-first", subnets=(1, 2))
    storage = chain.storage
    chain.give_uid(HOT, COLD, 0)
    storage.total_hotkey_stake[HOT] = TAO
    storage.weights_set_rate_limit[0], storage.min_allowed_weights[0], storage.max_weights_limit[0] = 0, 0, 65535
    refused = chain.refused(SetWeights(0, (1,), (1,), 0), HOT)
    assert chain.rules.error_name(refused) == "IsRoot"
    assert "IsRoot" in chain.rules.layout.errors
    chain.ok(SetRootWeights(0, HOT, (1, 2), (1, 3), 0), COLD)
    assert pairs(storage.weights[0, 0]) == [(1, 21845), (2, 65535)]
    other = chain.refused(SetRootWeights(0, NOMINATOR, (1,), (1,), 0), COLD)
    assert chain.rules.error_name(other) == "NonAssociatedColdKey"
    assert EarlyChain("185-second").rules.calls.keys() == chain.rules.calls.keys() - {SetRootWeights}
    assert (storage.min_take.value, EarlyChain("185-second").storage.min_take.value) == (0, 11796)


def test_defaults_of_a_few_numbers_alone() -> None:
    shares = [TIMELINE.runtime(name).layout.item("SenateRequiredStakePercentage").default for name in (122, 123, 124, 125, 143)]
    takes = [TIMELINE.runtime(name).layout.item("MinTake").default for name in (149, "185-second", "185-first", 150, 151, 185)]
    assert (shares, takes) == ([2, 2, 1, 1, 1], [11796, 11796, 0, 5898, 5898, 5898])


def test_the_first_127_has_the_rules_of_126() -> None:
    early, before = TIMELINE.runtime("127-first"), TIMELINE.runtime(126)
    others = {field.name for field in fields(Runtime) if getattr(early, field.name) != getattr(before, field.name)}
    assert others == {"spec_version", "tree"}
    assert "ValidatorBatchSize" in early.layout.items.keys() - TIMELINE.runtime(127).layout.items.keys()


def test_the_185_of_before_commits_has_the_rules_of_149() -> None:
    early, main = TIMELINE.runtime("185-second"), TIMELINE.runtime(149)
    others = {field.name for field in fields(Runtime) if getattr(early, field.name) != getattr(main, field.name)}
    assert others == {"spec_version", "tree"}
