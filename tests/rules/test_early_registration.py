"""Registration before 277: the paths that there were, whom a full subnet gives up, and what a newcomer takes over."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import BurnedRegister, Register, RootRegister
from neuron_ledger.events.early_calls import (
    SudoAddNetworkConnectionRequirement,
    SudoRegister,
    SudoRemoveNetworkConnectionRequirement,
)
from neuron_ledger.ledger.errors import DidNotPassConnectedNetworkRequirement, InvalidSeal, WorkRepeated
from neuron_ledger.ledger.rules.registration import work
from neuron_ledger.ledger.rules.registration.connections import hotkey_is_among_the_best_103
from neuron_ledger.ledger.rules.registration.early_uids import choose_neuron_to_prune_103
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash_103, create_work
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain, asked

COLD, HOT, OTHER, NOMINATOR = account("cold"), account("hot"), account("other"), account("nominator")
PAID = (143, 185)


# ----------------------------------------------------------------------------------------------------- whom to prune


@pytest.mark.parametrize(
    ("scores", "registered", "chosen"),
    [
        ([5, 3, 3, 9], [0, 0, 0, 0], 2),  # of equal scores the highest uid
        ([5, 3, 1, 9], [0, 0, 95, 0], 1),  # uid 2 is immune
        ([5, 3, 3, 9], [95, 95, 95, 95], 1),  # all are: of equal scores the lowest uid
        ([65535, 3, 3, 9], [0, 95, 95, 95], 1),  # the highest score counts as none
        ([65535, 65535], [0, 0], 0),
        ([65535, 65535], [95, 95], 0),
        ([7, 65535, 6], [95, 0, 90], 2),  # registered 10 blocks ago: immune no more
        ([], [], 0),
    ],
)
def test_the_neuron_that_a_full_subnet_gives_up(scores: list[int], registered: list[int], chosen: int) -> None:
    assert choose_neuron_to_prune_103(scores, registered, 10, 100) == chosen


@pytest.mark.parametrize(
    ("scores", "registered", "queue"),
    [
        ([5, 3, 3, 9], [0, 0, 0, 0], [2, 1, 0, 3]),
        ([5, 3, 1, 1], [0, 0, 95, 95], [1, 0, 2, 3]),
        ([65535, 3, 65535, 9], [0, 95, 0, 0], [3, 1, 0, 2]),
    ],
)
def test_the_queue_is_the_order_in_which_newcomers_take_the_uids(
    scores: list[int], registered: list[int], queue: list[int]
) -> None:
    chain = EarlyChain(103)
    chain.storage.max_allowed_uids[1], chain.storage.immunity_period[1] = 4, 10
    for uid, block in enumerate(registered):
        chain.give_uid(account(f"hot {uid}"), COLD)
        chain.storage.block_at_registration[1, uid] = block
    chain.storage.pruning_scores[1] = tuple(scores)
    places = current_prune_queue(chain.rules, chain.storage, 1)
    assert [place.uid for place in places] == queue
    kept = {place.uid for place in places if place.is_kept}
    for uid in [place.uid for place in places if place.uid not in kept]:
        newcomer = account(f"newcomer {uid}")
        chain.ok(given(hotkey=newcomer))
        assert chain.storage.uids[1, newcomer] == uid
    chain.ok(given(hotkey=HOT))
    assert chain.storage.uids[1, HOT] == 0


# --------------------------------------------------------------------------------------------------------------- 103


def given(netuid: int = 1, hotkey: bytes = HOT, stake: int = 7, balance: int = 5 * TAO) -> SudoRegister:
    return SudoRegister(netuid=netuid, hotkey=hotkey, coldkey=COLD, stake=stake, balance=balance)


def test_root_registers_with_stake_and_balance_and_counts_nothing() -> None:
    chain = EarlyChain(103)
    chain.ok(given())
    storage = chain.storage
    assert (storage.stake[HOT, COLD], storage.total_hotkey_stake[HOT], storage.balances[COLD]) == (7, 7, 5 * TAO)
    assert storage.uids[1, HOT] == 0
    assert (dict(storage.registrations_this_block), dict(storage.total_issuance)) == ({}, {})
    assert chain.refused(given()).name == "AlreadyRegistered"
    assert chain.refused(given(netuid=2)).name == "NetworkDoesNotExist"
    assert chain.refused(given(), COLD).name == "BadOrigin"
    storage.owner[OTHER] = OTHER
    assert chain.refused(given(hotkey=OTHER)).name == "NonAssociatedColdKey"


def test_everybody_else_is_refused() -> None:
    chain = EarlyChain(103)
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == "RegistrationDisabled"
    assert chain.refused(BurnedRegister(1, HOT)).name == "RegistrationDisabled"
    assert chain.refused(Register(9, 0, 0, bytes(32), HOT, COLD), HOT).name == "RegistrationDisabled"


def test_a_subnet_that_may_hold_nobody_lets_uid_0_be_taken_over_and_over() -> None:
    chain = EarlyChain(103)
    chain.storage.max_allowed_uids[1] = 0
    chain.ok(given())
    chain.ok(given(hotkey=OTHER))
    assert dict(chain.storage.keys) == {(1, 0): OTHER}
    assert chain.storage.subnetwork_n[1] == 0
    assert (1, HOT) not in chain.storage.uids


def test_at_103_a_newcomer_takes_over_all_that_stands_there_and_the_old_hotkey_keeps_its_stake() -> None:
    chain = EarlyChain(103)
    chain.storage.max_allowed_uids[1] = 1
    chain.ok(given())
    storage = chain.storage
    storage.last_update[1], storage.rank[1], storage.axons[1, HOT] = (50,), (9,), (1,) * 8
    storage.active[1] = (False,)
    chain.ok(given(hotkey=OTHER))
    assert (storage.last_update[1], storage.rank[1], storage.active[1], storage.pruning_scores[1]) == (
        (50,),
        (9,),
        (True,),
        (65535,),
    )
    assert (1, HOT) in storage.axons
    assert storage.stake[HOT, COLD] == 7


def test_a_hotkey_must_be_among_the_best_of_a_connected_subnet() -> None:
    chain = EarlyChain(103, subnets=(1, 2))
    half, itself, nowhere = (
        SudoAddNetworkConnectionRequirement(netuid_a=1, netuid_b=other, requirement=32767) for other in (2, 1, 3)
    )
    assert chain.refused(half, COLD).name == "BadOrigin"
    assert chain.refused(itself).name == "InvalidConnectionRequirement"
    assert chain.refused(nowhere).name == "NetworkDoesNotExist"
    chain.ok(half)
    names = [account(f"hot {place}") for place in range(4)]
    with pytest.raises(DidNotPassConnectedNetworkRequirement):
        hotkey_is_among_the_best_103(chain.tx, asked(HOT, COLD))
    for hotkey in names:
        chain.give_uid(hotkey, COLD, 2)
    chain.storage.pruning_scores[2] = (10, 20, 30, 30)
    for hotkey in names[:2]:  # two of four are better than uid 1: a half, which is more than 32767 of 65535
        with pytest.raises(DidNotPassConnectedNetworkRequirement, match="connected_to=2"):
            hotkey_is_among_the_best_103(chain.tx, asked(hotkey, COLD))
    for hotkey in names[2:]:
        hotkey_is_among_the_best_103(chain.tx, asked(hotkey, COLD))
    chain.ok(SudoRemoveNetworkConnectionRequirement(netuid_a=1, netuid_b=2))
    hotkey_is_among_the_best_103(chain.tx, asked(HOT, COLD))


def test_work_was_bound_to_its_block_and_used_once() -> None:
    chain = EarlyChain(103)
    block_hash = chain.rules.block_hash(99, 100)
    used = work.AskedWork(1, HOT, COLD, OTHER, 99, 5, create_seal_hash_103(block_hash, 5))
    work.work_is_sealed_103(chain.tx, used)
    work.work_is_new_103(chain.tx, used)
    with pytest.raises(InvalidSeal):
        work.work_is_sealed_103(chain.tx, evolve(used, nonce=6))
    work.note_work(chain.tx, used)
    with pytest.raises(WorkRepeated, match="used_in=100"):
        work.work_is_new_103(chain.tx, used)


# ------------------------------------------------------------------------------------------------------ 143 and 185


def test_at_143_the_burn_is_paid_whole_at_185_as_far_as_it_goes() -> None:
    chain = EarlyChain(143)
    chain.storage.burn[1], chain.storage.total_issuance.value = TAO, 5 * TAO
    chain.pay(COLD, TAO + 499)
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == "BalanceWithdrawalError"
    chain.pay(COLD, TAO + 500)
    chain.ok(BurnedRegister(1, HOT), COLD)
    assert (chain.storage.total_issuance.value, chain.storage.rao_recycled_for_registration[1]) == (4 * TAO, TAO)
    chain = EarlyChain(185)
    chain.storage.burn[1], chain.storage.total_issuance.value = TAO, 5 * TAO
    chain.pay(COLD, TAO + 499)
    chain.ok(BurnedRegister(1, HOT), COLD)
    assert (chain.storage.total_issuance.value, chain.storage.rao_recycled_for_registration[1]) == (4 * TAO + 1, TAO)


@pytest.mark.parametrize(
    ("spec_version", "withdrawn", "full"),
    [(143, "BalanceWithdrawalError", "NetworkDoesNotExist"), (185, "ZeroBalanceAfterWithdrawn", "NoNeuronIdAvailable")],
)
def test_the_burn_is_withdrawn_before_it_is_asked_whose_the_hotkey_is(spec_version: int, withdrawn: str, full: str) -> None:
    chain = EarlyChain(spec_version)
    chain.storage.burn[1] = TAO
    chain.storage.owner[HOT] = OTHER
    chain.storage.max_allowed_uids[1] = 0
    chain.pay(COLD, 499)
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == "NotEnoughBalanceToStake"
    chain.storage.burn[1] = 499
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == withdrawn
    chain.pay(COLD, TAO)
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == "NonAssociatedColdKey"
    chain.storage.owner[HOT] = COLD
    assert chain.refused(BurnedRegister(1, HOT), COLD).name == full


@pytest.mark.parametrize(
    ("spec_version", "not_signed", "of_root"),
    [
        (143, "HotkeyOriginMismatch", "OperationNotPermittedonRootSubnet"),
        (185, "TransactorAccountShouldBeHotKey", "RegistrationNotPermittedOnRootSubnet"),
    ],
)
def test_work_registers_its_hotkey(spec_version: int, not_signed: str, of_root: str) -> None:
    chain = EarlyChain(spec_version)
    chain.storage.difficulty[1] = 2
    nonce, seal = create_work(chain.rules.block_hash(98, 100), 0, HOT, 2)
    call = Register(1, 98, nonce, seal, HOT, COLD)
    assert chain.refused(call, OTHER).name == not_signed
    assert chain.refused(Register(0, 98, nonce, seal, HOT, COLD), HOT).name == of_root
    chain.ok(call, HOT)
    storage = chain.storage
    assert (storage.used_work[seal], storage.uids[1, HOT], storage.owner[HOT], storage.stake[HOT, COLD]) == (100, 0, COLD, 0)
    assert (storage.pow_registrations_this_interval[1], storage.registrations_this_block[1]) == (1, 1)
    storage.block_number.value = 101
    assert chain.refused(Register(1, 98, nonce, seal, OTHER, COLD), OTHER).name == "InvalidWorkBlock"


@pytest.mark.parametrize("spec_version", PAID)
def test_three_times_a_great_target_is_what_is_left_of_it_in_16_bits(spec_version: int) -> None:
    chain = EarlyChain(spec_version)
    chain.pay(COLD, 5 * TAO)
    for netuid in (0, 1):
        chain.storage.target_registrations_per_interval[netuid] = 21_846  # three times that is 2 more than there are
    chain.storage.registrations_this_interval[1] = 1
    chain.storage.registrations_this_interval[0] = 2
    chain.ok(BurnedRegister(1, HOT), COLD)
    assert chain.refused(BurnedRegister(1, OTHER), COLD).name == "TooManyRegistrationsThisInterval"
    assert chain.refused(RootRegister(HOT), COLD).name == "TooManyRegistrationsThisInterval"


@pytest.mark.parametrize(("spec_version", "issuance"), [(143, 1000 - 900), (185, 1000)])
def test_whoever_leaves_the_last_subnet_is_unstaked(spec_version: int, issuance: int) -> None:
    chain = EarlyChain(spec_version, subnets=(1, 2))
    storage = chain.storage
    for netuid in (1, 2):
        storage.max_allowed_uids[netuid] = 1
        chain.give_uid(HOT, COLD, netuid)
    chain.put("Stake", {(HOT, COLD): 600, (HOT, NOMINATOR): 300})
    storage.total_hotkey_stake[HOT], storage.total_stake.value, storage.total_issuance.value = 900, 900, 1000
    chain.put("Burn", {1: 0, 2: 0})
    chain.ok(BurnedRegister(1, OTHER), COLD)
    assert storage.stake[HOT, COLD] == 600
    chain.ok(BurnedRegister(2, OTHER), COLD)
    assert {key: stake for key, stake in storage.stake.items() if key[0] == HOT} == {(HOT, COLD): 0, (HOT, NOMINATOR): 0}
    # 300 rao are less than an account must hold: they are gone.
    assert (storage.balances[COLD], storage.balances[NOMINATOR], storage.total_issuance.value) == (600, 0, issuance)


# --------------------------------------------------------------------------------------------------------------- root


def on_root(spec_version: int, count: int) -> EarlyChain:
    """So many members, each with a stake of 1000 and as many more as its uid; root holds no more."""
    chain = EarlyChain(spec_version)
    storage = chain.storage
    storage.max_registrations_per_block[0] = storage.max_allowed_uids[0] = count
    for uid in range(count):
        hotkey = account(f"root {uid}")
        storage.owner[hotkey] = COLD
        storage.total_hotkey_stake[hotkey] = storage.stake[hotkey, COLD] = 1000 + uid
        chain.ok(RootRegister(hotkey), COLD)
    storage.registrations_this_block[0] = 0
    return chain


@pytest.mark.parametrize("spec_version", PAID)
def test_root_takes_in_who_has_more_stake_than_the_lowest(spec_version: int) -> None:
    chain = on_root(spec_version, 12)
    storage, lowest = chain.storage, account("root 0")
    assert storage.delegates[lowest] == 11796
    storage.total_hotkey_stake[HOT] = 1000
    assert chain.refused(RootRegister(HOT), COLD).name == "StakeTooLowForRoot"
    storage.total_hotkey_stake[HOT] = 1001
    chain.ok(RootRegister(HOT), COLD)
    assert storage.keys[0, 0] == HOT
    # The old member was on no other subnet: its stake is given back, so that it has the least of all senators, and goes.
    assert (storage.stake[lowest, COLD], storage.total_hotkey_stake[lowest], storage.balances[COLD]) == (0, 0, 1000)
    assert lowest not in storage.senate_members.value
    assert HOT in storage.senate_members.value


@pytest.mark.parametrize("spec_version", PAID)
def test_a_senator_that_left_root_cannot_come_back(spec_version: int) -> None:
    chain = on_root(spec_version, 2)
    left = account("root 0")
    chain.storage.total_hotkey_stake[HOT] = 5000
    chain.ok(RootRegister(HOT), COLD)
    assert left in chain.storage.senate_members.value
    chain.storage.total_hotkey_stake[left] = 9000
    assert chain.refused(RootRegister(left), COLD).name == "SenateMembers.AlreadyMember"
