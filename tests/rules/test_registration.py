"""Registration by burn, by work, on root and by force: results, refusals and their order, on small chains of our own."""

import pytest

from neuron_ledger.events.calls import BurnedRegister, ForceRegister, Register
from neuron_ledger.events.registration import AccountCreated, NeuronAppended
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.histories import check_history
from tests.chain_fixture import TAO, Chain, account, chain_events
from tests.rules.registration_fixture import BURN, COLD, HOT, new_chain, only, work
from tests.shared_data import recorded_cases


@pytest.fixture
def chain() -> Chain:
    return new_chain()


# -------------------------------------------------------------------------------------------------- burned_register


def test_burned_register(chain: Chain) -> None:
    events = chain.ok(BurnedRegister(1, HOT), COLD)
    storage = chain.storage
    assert chain_events(events) == [("RAORecycledForRegistrationSet", 1, BURN), ("NeuronRegistered", 1, 0, HOT)]
    assert storage.balances[COLD] == 7 * TAO
    assert storage.balances_total_issuance.value == 7 * TAO
    assert storage.owner[HOT] == COLD
    assert storage.owned_hotkeys[COLD] == storage.staking_hotkeys[COLD] == (HOT,)
    assert (storage.keys[1, 0], storage.uids[1, HOT], storage.subnetwork_n[1]) == (HOT, 0, 1)
    assert storage.block_at_registration[1, 0] == 100
    assert storage.is_network_member[HOT, 1]
    assert storage.burn_registrations_this_interval[1] == 1
    assert storage.registrations_this_interval[1] == storage.registrations_this_block[1] == 1
    assert 1 not in storage.pow_registrations_this_interval


def test_the_burn_buys_alpha_that_is_destroyed(chain: Chain) -> None:
    storage = chain.storage
    storage.subnet_mechanism[1] = 1
    storage.subnet_tao[1] = 6 * TAO
    storage.subnet_alpha_in[1] = 12 * TAO
    storage.subnet_alpha_out[1] = 5 * TAO
    chain.ok(BurnedRegister(1, HOT), COLD)
    assert storage.subnet_tao[1] == 9 * TAO
    assert storage.subnet_alpha_in[1] == 8 * TAO
    assert storage.subnet_alpha_out[1] == 5 * TAO
    assert storage.total_stake.value == BURN
    assert storage.subnet_volume[1] == BURN


@pytest.mark.parametrize(
    ("balance", "burn", "left"),
    [
        (BURN + 500, BURN, 500),
        (BURN + 499, BURN, 500),
        (BURN, BURN, 500),
        (501, 501, 500),
        (501, 1, 500),
        (500, 0, 500),
    ],
)
def test_the_existential_deposit_is_kept_and_the_full_burn_booked(balance: int, burn: int, left: int) -> None:
    chain = new_chain()
    chain.fund(COLD, balance)
    chain.set("burn", burn)
    events = chain.ok(BurnedRegister(1, HOT), COLD)
    assert chain.storage.balances[COLD] == chain.storage.balances_total_issuance.value == left
    assert chain_events(events)[0] == ("RAORecycledForRegistrationSet", 1, burn)
    assert chain.storage.subnet_tao[1] == balance - left


@pytest.mark.parametrize(("balance", "burn"), [(500, 500), (500, 1)])
def test_nothing_to_withdraw(chain: Chain, balance: int, burn: int) -> None:
    chain.fund(COLD, balance)
    chain.set("burn", burn)
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == "ZeroBalanceAfterWithdrawn"


def test_a_burn_of_nothing_needs_no_account(chain: Chain) -> None:
    chain.set("burn", 0)
    chain.ok(BurnedRegister(1, HOT), account("poor"))
    assert account("poor") not in chain.storage.balances
    assert chain.storage.subnet_tao[1] == 0
    assert 1 in chain.storage.subnet_tao


def test_recycled_sum_grows_and_stays_in_range(chain: Chain) -> None:
    chain.ok(BurnedRegister(1, HOT), COLD)
    chain.ok(BurnedRegister(1, account("second")), COLD)
    assert chain.storage.rao_recycled_for_registration[1] == 2 * BURN
    chain.set("rao_recycled", 2**64 - 2)
    chain.ok(BurnedRegister(1, account("third")), COLD)
    assert chain.storage.rao_recycled_for_registration[1] == 2**64 - 1


def test_an_owner_registers_elsewhere_without_becoming_owner_twice() -> None:
    chain = new_chain(subnets=(1, 2))
    chain.ok(BurnedRegister(1, HOT), COLD)
    chain.ok(BurnedRegister(2, HOT), COLD)
    assert chain.storage.owned_hotkeys[COLD] == (HOT,)


@pytest.mark.parametrize(("target", "done", "accepted"), [(0, 0, False), (1, 2, True), (1, 3, False), (30_000, 65_534, True)])
def test_three_times_the_target_per_interval(chain: Chain, target: int, done: int, accepted: bool) -> None:
    chain.set("target_registrations_per_interval", target)
    chain.storage.registrations_this_interval[1] = done
    assert (chain.submit(BurnedRegister(1, HOT), COLD).error is None) == accepted


def test_limits_count_both_ways_and_end_with_the_block(chain: Chain) -> None:
    chain.set("max_registrations_per_block", 2)
    chain.ok(BurnedRegister(1, HOT), COLD)
    chain.ok(work(chain, account("second")), account("second"))
    assert chain.refused(BurnedRegister(1, account("third")), COLD).name == "TooManyRegistrationsThisBlock"
    chain.ok(ForceRegister(1, account("forced"), COLD))
    chain.advance()
    chain.ok(BurnedRegister(1, account("third")), COLD)
    storage = chain.storage
    assert storage.registrations_this_block[1] == 1
    assert storage.registrations_this_interval[1] == 3
    assert storage.burn_registrations_this_interval[1] == 2
    assert storage.pow_registrations_this_interval[1] == 1


# --------------------------------------------------------------------------------------------------- proof of work


@pytest.mark.parametrize("age", [0, 1, 2])
def test_register(chain: Chain, age: int) -> None:
    call = work(chain, age=age)
    events = chain.ok(call, HOT)
    assert chain_events(events) == [("NeuronRegistered", 1, 0, HOT)]
    assert chain.storage.used_work[call.work] == 100
    assert chain.storage.owner[HOT] == COLD
    assert chain.storage.balances[COLD] == 10 * TAO
    assert chain.storage.pow_registrations_this_interval[1] == 1
    assert 1 not in chain.storage.burn_registrations_this_interval


@pytest.mark.parametrize("block", [97, 101, 2**64 - 1])
def test_work_of_another_time(chain: Chain, block: int) -> None:
    error = chain.refused(Register(1, block, 0, bytes(32), HOT, COLD), HOT)
    assert error.name == "InvalidWorkBlock"
    assert error.values == {"work_block": block, "current": 100, "oldest": 98}


def test_the_current_block_has_no_hash_yet(chain: Chain) -> None:
    assert block_hash(100, 100) == bytes(32)
    assert block_hash(99, 100) != bytes(32)
    nonce, seal = create_work(block_hash(100, 101), 0, HOT, 1000)
    assert chain.refused(Register(1, 100, nonce, seal, HOT, COLD), HOT).name == "InvalidSeal"


def test_work_is_bound_to_the_hotkey(chain: Chain) -> None:
    call = work(chain)
    other = account("other")
    assert chain.refused(Register(1, call.block_number, call.nonce, call.work, other, COLD), other).name == "InvalidSeal"


def test_work_is_judged_by_difficulty_first(chain: Chain) -> None:
    call = Register(1, chain.block, 0, bytes([255] * 32), HOT, COLD)
    assert chain.refused(call, HOT).name == "InvalidDifficulty"
    chain.set("difficulty", 1)
    assert chain.refused(call, HOT).name == "InvalidSeal"


# --------------------------------------------------------------------------------------------------- append, force


def test_append_extends_every_vector_but_stake_weight(chain: Chain) -> None:
    events = chain.ok(ForceRegister(1, HOT, COLD))
    appended = only(events, NeuronAppended)
    assert isinstance(appended, NeuronAppended)
    assert (appended.netuid, appended.uid, appended.hotkey, appended.block_at_registration) == (1, 0, HOT, 100)
    assert {name for name, value in appended.values if value} == {"Active", "LastUpdate"}
    assert len(appended.values) == 11
    assert chain_events(events) == []
    storage = chain.storage
    for zero in (storage.rank, storage.trust, storage.consensus, storage.incentive, storage.dividends, storage.emission):
        assert zero[1] == (0,)
    assert storage.pruning_scores[1] == storage.validator_trust[1] == (0,)
    assert storage.active[1] == (True,)
    assert storage.validator_permit[1] == (False,)
    assert storage.last_update[1] == (100,)
    assert 1 not in storage.stake_weight
    assert 1 not in storage.registrations_this_block


def test_force_register_keeps_an_owner(chain: Chain) -> None:
    events = chain.ok(ForceRegister(1, HOT, account("first")))
    assert [type(event) for event in events] == [AccountCreated, NeuronAppended]
    assert [type(event) for event in chain.ok(ForceRegister(0, HOT, account("second")))] == [NeuronAppended]
    assert chain.storage.owner[HOT] == account("first")


# ----------------------------------------------------------------------------------------------------- adjustment


def test_terms_move_at_the_end_of_the_interval() -> None:
    chain = new_chain(subnets=(1, 256))
    storage = chain.storage
    for netuid in (0, 1, 256):
        chain.set("adjustment_interval", 2, netuid)
        chain.set("min_difficulty", 1, netuid)
        chain.set("target_registrations_per_interval", 1, netuid)
    chain.ok(BurnedRegister(1, HOT), COLD)
    chain.ok(BurnedRegister(1, account("second")), COLD)
    assert chain_events(chain.advance()) == []
    assert storage.registrations_this_block[1] == 0
    assert storage.registrations_this_interval[1] == 2
    assert storage.burn[1] == BURN
    events = chain.advance()
    assert chain_events(events) == [("DifficultySet", 0, 5_000_000), ("DifficultySet", 256, 500)]
    assert storage.burn[1] == BURN * 3 // 2
    assert storage.burn[256] == BURN // 2
    assert storage.difficulty[1] == 1000
    for netuid in (0, 1, 256):
        assert storage.last_adjustment_block[netuid] == 102
        for counter in (
            storage.registrations_this_interval,
            storage.pow_registrations_this_interval,
            storage.burn_registrations_this_interval,
            storage.registrations_this_block,
        ):
            assert counter[netuid] == 0
            assert netuid in counter


def test_terms_move_subnet_by_subnet_in_key_order() -> None:
    chain = new_chain(subnets=(1, 2, 256))
    for netuid in (0, 1, 2, 256):
        chain.set("adjustment_interval", 1, netuid)
    assert [netuid for _, netuid, _ in chain_events(chain.advance())] == [0, 256, 1, 2]


def test_a_burn_that_is_not_set_is_not_stored(chain: Chain) -> None:
    """Of two registrations by burning the difficulty is lowered; the burn is the default, and stays one."""
    chain.storage.burn.remove(1)
    chain.storage.burn_registrations_this_interval[1] = 2
    chain.storage.registrations_this_interval[1] = 2
    chain.set("adjustment_interval", 1)
    chain.advance()
    assert chain.storage.last_adjustment_block[1] == chain.block
    assert 1 in chain.storage.difficulty
    assert 1 not in chain.storage.burn


# ---------------------------------------------------------------------------------------------- recorded histories

RECORDED_OPS = {
    "burned_register",
    "force_register",
    "poke_pruning_scores",
    "register",
    "root_register",
    "serve_axon",
    "serve_axon_tls",
    "serve_prometheus",
    "set_param",
}


@pytest.mark.parametrize("name", ["registration", "mixed", "weights"])
def test_recorded_histories_op_by_op(name: str) -> None:
    rules = TIMELINE.runtime(277)
    judged, parted = 0, []
    for case in recorded_cases(name):
        for number, (op, exact) in enumerate(check_history(case, "op", rules).ops):
            judged += op in RECORDED_OPS
            if op in RECORDED_OPS and not exact:
                parted.append((case["id"], number, op))
    assert parted == []
    assert judged
