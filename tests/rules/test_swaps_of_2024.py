"""Swaps of hotkeys and coldkeys from 154 to 166, in the order in which the main line had these numbers: by hand."""

from typing import Any

import pytest

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, IncreaseTake
from neuron_ledger.events.early_calls import RegisterNetworkAlone, SudoHotfixSwapColdkeyDelegates
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.early_swaps import (
    ScheduleColdkeySwap,
    SwapAnyColdkey,
    SwapOwnColdkey,
    UnstakeAllAndTransferToNewColdkey,
    UnstakeHotkeyAndTransferToNewColdkey,
)
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.replay.node.metadata.calls import ledger_call
from tests.chain_fixture import TAO, account
from tests.rules.test_early_dates import outcome
from tests.rules.two_neurons import COLD, HOT, NOMINATOR, OTHER_COLD, OTHER_HOT, TwoNeurons

NEW, THIRD = account("new"), account("third")
BLOCK = 1000


def at(spec_version: int) -> TwoNeurons:
    """COLD owns HOT, with 50 on it and 7 on OTHER_HOT, on whose owner's hotkey; NOMINATOR has 30 on HOT. COLD has 2 TAO."""
    chain = TwoNeurons(spec_version)
    storage = chain.storage
    chain.pay(COLD, 2 * TAO)
    for hotkey, coldkey, rao in ((HOT, COLD, 50), (HOT, NOMINATOR, 30), (OTHER_HOT, COLD, 7)):
        storage.stake[hotkey, coldkey] = rao
        storage.total_hotkey_stake[hotkey] += rao
        storage.total_coldkey_stake[coldkey] += rao
        storage.total_stake.value += rao
    for hotkey in (HOT, OTHER_HOT):
        storage.delegates[hotkey] = 11796
    if "OwnedHotkeys" in storage.layout.items:
        storage.owned_hotkeys[COLD], storage.owned_hotkeys[OTHER_COLD] = (HOT,), (OTHER_HOT,)
    if "StakingHotkeys" in storage.layout.items:
        storage.staking_hotkeys[COLD], storage.staking_hotkeys[NOMINATOR] = (HOT, OTHER_HOT), (HOT,)
    return chain


def stakes(chain: TwoNeurons) -> dict[tuple[bytes, bytes], int]:
    return {key: rao for key, rao in chain.storage.stake.items() if key[1] != OTHER_COLD}


# ------------------------------------------------------------------------------------------------------------- hotkeys


@pytest.mark.parametrize(
    ("spec_version", "cost", "order"),
    [
        (153, TAO, ["NonAssociatedColdKey", "HotKeySetTxRateLimitExceeded", "NewHotKeyIsSameWithOld"]),
        (154, TAO, ["NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld"]),
        (156, 0, ["NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld"]),
        (194, 0, ["NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld"]),
        (162, TAO, ["NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld", "NewHotKeyIsSameWithOld"]),
    ],
)
def test_what_a_swap_of_a_hotkey_costs_and_what_is_asked_first(spec_version: int, cost: int, order: list[str]) -> None:
    chain = at(spec_version)
    storage = chain.storage
    chain.storage.tx_rate_limit.value, chain.storage.last_tx_block[COLD] = 10, 995
    found = [outcome(chain, SwapHotkey(OTHER_HOT, OTHER_HOT, None), COLD)]
    found.append(outcome(chain, SwapHotkey(HOT, HOT, None), COLD))
    storage.last_tx_block.remove(COLD)
    found.append(outcome(chain, SwapHotkey(HOT, HOT, None), COLD))
    assert found == order
    issued = storage.total_issuance.value
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    assert issued - storage.total_issuance.value == 2 * TAO - storage.balances[COLD] == cost
    chain = at(spec_version)
    chain.pay(COLD, 600)
    assert outcome(chain, SwapHotkey(HOT, NEW, None), COLD) == ("NotEnoughBalanceToPaySwapHotKey" if cost else "ok")


def test_hotkeys_are_not_swapped_from_165_on() -> None:
    assert [outcome(at(number), SwapHotkey(HOT, NEW, None), COLD) for number in (162, 165, 166)] == [
        "ok",
        "no such call",
        "no such call",
    ]


def test_what_goes_over_to_a_new_hotkey_since_154() -> None:
    """The emission that waits is the hotkey's, wherever it stands; moves under the hotkey as a coldkey; its last call stays."""
    for spec_version in (153, 154, 156, 159, 194, 162):
        chain = at(spec_version)
        storage = chain.storage
        prometheus = (1000, 1, 2, 3, 4)
        storage.prometheus[1, HOT], storage.last_tx_block[HOT] = prometheus, 8
        storage.loaded_emission[1] = ((OTHER_HOT, 1, 2), (HOT, 3, 4))
        moves = storage.total_hotkey_coldkey_stakes_this_interval
        moves[HOT, THIRD], moves[COLD, HOT] = (2, 3), (4, 5)
        chain.ok(SwapHotkey(HOT, NEW, None), COLD)
        is_new = spec_version != 153
        assert dict(storage.prometheus) == {(1, NEW if is_new else HOT): prometheus}
        assert storage.loaded_emission[1] == (((OTHER_HOT, 1, 2), (NEW, 3, 4)) if is_new else ((NEW, 1, 2), (HOT, 3, 4)))
        assert dict(moves) == {(NEW if is_new else HOT, THIRD): (2, 3), (COLD, HOT): (4, 5)}
        assert dict(storage.last_tx_block) == {HOT if is_new else NEW: 8, COLD: BLOCK}
        assert stakes(chain) == {(NEW, COLD): 50, (NEW, NOMINATOR): 30, (OTHER_HOT, COLD): 7}
        assert [storage.keys[netuid, 0] for netuid in (1, 2)] == [NEW, NEW]
        assert (storage.uids[1, NEW], (1, HOT) in storage.uids, storage.owner[NEW]) == (0, False, COLD)
        assert {netuid for hotkey, netuid in storage.is_network_member if hotkey == NEW} == {1, 2}


@pytest.mark.parametrize(
    ("spec_version", "staking", "nominators"),
    [(159, (HOT, OTHER_HOT, NEW), (HOT, NEW)), (160, (HOT, OTHER_HOT, NEW), (HOT, NEW)), (194, (OTHER_HOT, NEW), (NEW,))],
)
def test_lists_of_hotkeys_after_a_swap(spec_version: int, staking: tuple[bytes, ...], nominators: tuple[bytes, ...]) -> None:
    chain = at(spec_version)
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    assert chain.storage.owned_hotkeys[COLD] == (NEW,)
    assert (chain.storage.staking_hotkeys[COLD], chain.storage.staking_hotkeys[NOMINATOR]) == (staking, nominators)


def test_a_senator_keeps_its_seat_since_162() -> None:
    for spec_version, members in ((194, (HOT, THIRD)), (162, (NEW, THIRD))):
        chain = at(spec_version)
        chain.storage.senate_members.value = tuple(sorted((HOT, THIRD)))
        chain.ok(SwapHotkey(HOT, NEW, None), COLD)
        assert chain.storage.senate_members.value == tuple(sorted(members))
    chain = at(162)
    chain.storage.senate_members.value = tuple(sorted((HOT, NEW)))
    assert chain.refused(SwapHotkey(HOT, NEW, None), COLD).name == "SenateMembers.AlreadyMember"


# ------------------------------------------------------------------------------------------------- accounts and lists


def test_accounts_are_listed_since_156_and_stakers_since_159() -> None:
    for spec_version, owned, staking in ((155, None, None), (156, (NEW,), None), (159, (NEW,), (NEW,)), (166, (NEW,), (NEW,))):
        chain = at(spec_version)
        chain.storage.max_allowed_uids[1] = 5
        chain.pay(THIRD, 2 * TAO)
        chain.storage.burn[1] = TAO
        chain.ok(BurnedRegister(1, NEW), THIRD)
        assert ("OwnedHotkeys" in chain.storage.layout.items) == (owned is not None)
        if owned is not None:
            assert chain.storage.owned_hotkeys[THIRD] == owned
        if staking is not None:
            assert chain.storage.staking_hotkeys[THIRD] == staking


def test_who_stakes_and_whose_nomination_is_cleared_is_noted_since_159() -> None:
    chain = at(159)
    storage = chain.storage
    chain.pay(THIRD, TAO)
    storage.nominator_min_required_stake.value = 20
    chain.ok(AddTaoStake(HOT, 100), THIRD)
    assert storage.staking_hotkeys[THIRD] == (HOT,)
    chain.at(BLOCK + 360)
    chain.ok(RemoveTaoStake(HOT, 90), THIRD)
    assert (HOT, THIRD) not in storage.stake
    assert (THIRD in storage.staking_hotkeys, storage.staking_hotkeys[THIRD]) == (True, ())
    chain.ok(RemoveTaoStake(HOT, 50), COLD)
    assert storage.staking_hotkeys[COLD] == (HOT, OTHER_HOT), "an owner's stake of nothing stays, and so does the list"


# ------------------------------------------------------------------------------------------------------------ coldkeys


def test_anybody_swaps_any_coldkey_at_156_and_what_its_total_was_goes_over() -> None:
    for spec_version, staking in ((156, None), (159, (HOT, OTHER_HOT))):
        chain = at(spec_version)
        storage = chain.storage
        storage.subnet_owner[1], storage.total_coldkey_stake[NEW] = COLD, 4
        chain.ok(SwapAnyColdkey(COLD, NEW), THIRD)
        assert stakes(chain) == {(HOT, NEW): 50, (HOT, NOMINATOR): 30, (OTHER_HOT, COLD): 7}, "stake on others' hotkeys stays"
        assert (COLD in storage.total_coldkey_stake, storage.total_coldkey_stake[NEW]) == (False, 57)
        assert (storage.owner[HOT], storage.subnet_owner[1], storage.owned_hotkeys[NEW]) == (NEW, NEW, (HOT,))
        assert (COLD in storage.owned_hotkeys, COLD in storage.balances, storage.balances[NEW]) == (False, False, 2 * TAO)
        assert dict(storage.total_hotkey_coldkey_stakes_this_interval) == {(HOT, NEW): (0, 0)}
        assert dict(storage.last_tx_block) == {NEW: BLOCK}
        if staking:
            assert storage.staking_hotkeys[NEW] == storage.staking_hotkeys[COLD] == staking
        assert outcome(chain, SwapAnyColdkey(THIRD, NEW), THIRD) == "ColdKeyAlreadyAssociated"
        assert outcome(chain, SwapAnyColdkey(THIRD, COLD)) == "BadOrigin"


def test_whoever_names_the_account_of_zeros_gets_the_netuids_of_nobody() -> None:
    chain = at(156)
    chain.storage.subnet_owner[1] = COLD
    chain.ok(SwapAnyColdkey(bytes(32), NEW), THIRD)
    assert dict(chain.storage.subnet_owner) == {0: NEW, 1: COLD, 2: NEW, 3: NEW}


@pytest.mark.parametrize(
    ("spec_version", "cost", "moved", "owned", "staking"),
    [
        (194, 0, {(HOT, NEW): 50, (OTHER_HOT, COLD): 7}, (HOT,), (HOT, OTHER_HOT)),
        (162, TAO, {(HOT, NEW): 50, (OTHER_HOT, COLD): 7}, (HOT,), (HOT, OTHER_HOT)),
        (165, TAO, {(HOT, NEW): 52, (OTHER_HOT, NEW): 7}, (THIRD, HOT), (HOT, OTHER_HOT)),
    ],
)
def test_a_coldkey_swaps_itself_since_194(
    spec_version: int, cost: int, moved: dict[Any, int], owned: tuple[bytes, ...], staking: tuple[bytes, ...]
) -> None:
    """What the new one had on the same hotkey is written over until 165, and its list as well."""
    chain = at(spec_version)
    storage = chain.storage
    storage.stake[HOT, NEW], storage.total_coldkey_stake[NEW], storage.owned_hotkeys[NEW] = 2, 2, (THIRD,)
    storage.subnet_owner[2] = COLD
    chain.ok(SwapOwnColdkey(NEW), COLD)
    assert stakes(chain) == {**moved, (HOT, NOMINATOR): 30}
    assert (storage.total_coldkey_stake.get(COLD), storage.total_coldkey_stake[NEW]) == (0, 59)
    assert (storage.owned_hotkeys[NEW], storage.staking_hotkeys[NEW]) == (owned, staking)
    assert (COLD in storage.owned_hotkeys, COLD in storage.staking_hotkeys) == (False, False)
    assert (storage.owner[HOT], storage.subnet_owner[2], dict(storage.last_tx_block)) == (NEW, NEW, {NEW: BLOCK})
    assert not storage.total_hotkey_coldkey_stakes_this_interval
    assert (storage.balances[NEW], storage.total_issuance.value) == (2 * TAO - cost, 10**15 - cost)


def test_a_hotkey_without_its_owners_stake_keeps_its_owner_since_194() -> None:
    chain = at(194)
    storage = chain.storage
    storage.stake[HOT, COLD] = 0
    chain.ok(SwapOwnColdkey(NEW), COLD)
    assert (storage.owner[HOT], storage.total_coldkey_stake[COLD], NEW in storage.total_coldkey_stake) == (COLD, 57, False)
    assert (HOT, COLD) not in storage.stake


def test_faults_of_swapping_a_coldkey_in_the_chains_order() -> None:
    chain = at(162)
    assert outcome(chain, SwapOwnColdkey(NEW)) == "BadOrigin"
    assert outcome(chain, SwapOwnColdkey(NOMINATOR), COLD) == "ColdKeyAlreadyAssociated"
    assert outcome(chain, SwapOwnColdkey(OTHER_HOT), COLD) == "ColdKeyAlreadyAssociated"
    chain.pay(COLD, TAO - 1)
    assert outcome(chain, SwapOwnColdkey(NEW), COLD) == "NotEnoughBalanceToPaySwapColdKey"
    assert outcome(chain, SwapAnyColdkey(COLD, NEW), COLD) == "no such call"
    forms = [at(number).rules.earlier_forms for number in (160, 194)]
    arguments: list[dict[str, Any]] = [{"old_coldkey": COLD.hex(), "new_coldkey": NEW.hex()}, {"new_coldkey": NEW.hex()}]
    assert [ledger_call("swap_coldkey", each, form) for each, form in zip(arguments, forms, strict=True)] == [
        SwapAnyColdkey(COLD, NEW),
        SwapOwnColdkey(NEW),
    ]


# -------------------------------------------------------------------------------------------------- everything elsewhere


def test_all_is_unstaked_and_given_away() -> None:
    for spec_version, left in ((156, 7), (158, 7), (159, 0)):
        chain = at(spec_version)
        one, every = UnstakeHotkeyAndTransferToNewColdkey(HOT, NEW), UnstakeAllAndTransferToNewColdkey(NEW)
        chain.ok(one if spec_version == 156 else every, COLD)
        storage = chain.storage
        assert (storage.stake[HOT, COLD], storage.stake[OTHER_HOT, COLD]) == (0, left)
        assert (COLD in storage.balances, storage.balances[NEW]) == (False, 2 * TAO + 57 - left)


def test_faults_of_unstaking_all() -> None:
    chain = at(156)
    assert outcome(chain, UnstakeHotkeyAndTransferToNewColdkey(NEW, COLD), COLD) == "HotKeyAccountNotExists"
    assert outcome(chain, UnstakeHotkeyAndTransferToNewColdkey(OTHER_HOT, COLD), COLD) == "NonAssociatedColdKey"
    assert outcome(chain, UnstakeHotkeyAndTransferToNewColdkey(HOT, COLD), COLD) == "SameColdkey"
    assert outcome(at(158), UnstakeHotkeyAndTransferToNewColdkey(HOT, COLD), COLD) == "no such call"
    chain = at(158)
    assert outcome(chain, UnstakeAllAndTransferToNewColdkey(COLD), COLD) == "SameColdkey"
    assert outcome(chain, UnstakeAllAndTransferToNewColdkey(NEW), THIRD) == "NoBalanceToTransfer"
    chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] = 1, BLOCK
    assert outcome(chain, UnstakeAllAndTransferToNewColdkey(NEW), COLD) == "UnstakeRateLimitExceeded"
    chain.storage.owned_hotkeys[COLD] = (OTHER_HOT,)
    assert outcome(chain, UnstakeAllAndTransferToNewColdkey(NEW), COLD) == "NonAssociatedColdKey"
    assert outcome(at(194), UnstakeAllAndTransferToNewColdkey(NEW), COLD) == "no such call"


# --------------------------------------------------------------------------------------------------------- arbitration


def schedule(chain: TwoNeurons, new: bytes, coldkey: bytes = COLD, *, attempts: int = 0) -> ScheduleColdkeySwap:
    """A call whose work is as hard as it takes after so many attempts; the chain's own difficulty is 16."""
    chain.storage.base_difficulty.value = 16
    nonce, work = create_work(chain.rules.block_hash(5, chain.block), 0, coldkey, 16 << attempts)
    return ScheduleColdkeySwap(new, work, 5, nonce)


def test_a_swap_waits_for_its_arbitration_and_is_made_in_the_block_hook() -> None:
    chain = at(194)
    storage = chain.storage
    storage.arbitration_period.value = 3
    storage.stake[HOT, COLD] = 50
    chain.ok(schedule(chain, NEW), COLD)
    assert storage.coldkey_swap_destinations[COLD] == (NEW,)
    assert (storage.coldkey_arbitration_block[COLD], storage.coldkeys_to_swap_at_block[BLOCK + 3]) == (BLOCK + 3, (COLD,))
    chain.ok(AdvanceTo(BLOCK + 2))
    assert storage.owner[HOT] == COLD
    chain.ok(AdvanceTo(BLOCK + 3))
    assert (storage.owner[HOT], storage.balances[NEW]) == (NEW, 2 * TAO)
    assert not storage.coldkeys_to_swap_at_block
    assert not storage.coldkey_swap_destinations
    assert storage.coldkey_arbitration_block[COLD] == BLOCK + 3
    assert NEW not in storage.last_tx_block, "only the call notes a swap"


def test_what_waited_until_165_goes_over_with_stake_on_others_hotkeys() -> None:
    chain = at(166)
    storage = chain.storage
    storage.coldkey_swap_destinations[COLD] = (NEW,)
    storage.coldkeys_to_swap_at_block[BLOCK + 1] = (COLD,)
    chain.ok(AdvanceTo(BLOCK + 1))
    assert (storage.stake[HOT, NEW], storage.stake[OTHER_HOT, NEW]) == (50, 7)


def test_who_asks_twice_stays_in_arbitration() -> None:
    chain = at(194)
    storage = chain.storage
    chain.ok(schedule(chain, NEW), COLD)
    assert outcome(chain, schedule(chain, NEW, attempts=1), COLD) == "DuplicateColdkey"
    chain.ok(schedule(chain, THIRD, attempts=1), COLD)
    assert storage.coldkey_swap_destinations[COLD] == (NEW, THIRD)
    storage.coldkeys_to_swap_at_block[BLOCK + 1] = (COLD,)
    chain.ok(AdvanceTo(BLOCK + 1))
    assert (storage.coldkey_arbitration_block[COLD], storage.owner[HOT]) == (U64_MAX, COLD)
    assert storage.coldkey_swap_destinations[COLD] == (NEW, THIRD)


def test_faults_of_asking_for_a_swap_in_the_chains_order() -> None:
    chain = at(194)
    storage = chain.storage
    call = schedule(chain, NEW)
    worthless = ScheduleColdkeySwap(NEW, b"\xff" * 32, 5, 0)
    assert outcome(chain, call) == "BadOrigin"
    assert outcome(chain, ScheduleColdkeySwap(COLD, b"\xff" * 32, 5, 0), COLD) == "SameColdkey"
    assert outcome(chain, worthless, THIRD) == "InsufficientBalanceToPerformColdkeySwap"
    chain.pay(THIRD, 100_000_000)
    assert outcome(chain, worthless, THIRD) == "InvalidDifficulty"
    chain.pay(THIRD, 99_999_999)
    storage.staking_hotkeys[THIRD], storage.stake[HOT, THIRD] = (HOT,), 1
    assert outcome(chain, worthless, THIRD) == "InvalidDifficulty"
    storage.stake[HOT, THIRD] = 0
    storage.stake[HOT, NOMINATOR] = 500_000_000_000
    assert outcome(chain, worthless, THIRD) == "InsufficientBalanceToPerformColdkeySwap"
    storage.stake[HOT, NOMINATOR] += 1
    assert outcome(chain, worthless, THIRD) == "InvalidDifficulty"
    storage.stake[HOT, NOMINATOR], storage.subnet_owner[3] = 30, THIRD
    assert outcome(chain, worthless, THIRD) == "InvalidDifficulty"
    assert outcome(chain, ScheduleColdkeySwap(NEW, bytes(32), 5, 0), COLD) == "InvalidSeal"
    storage.coldkey_swap_destinations[COLD] = (NEW,)
    assert outcome(chain, ScheduleColdkeySwap(NEW, (2**256 // 32).to_bytes(32, "big"), 5, 0), COLD) == "InvalidDifficulty"
    storage.coldkey_swap_destinations[COLD] = tuple(account(f"destination {number}") for number in range(10))
    assert outcome(chain, schedule(chain, NEW, attempts=10), COLD) == "MaxColdkeyDestinationsReached"
    assert outcome(at(162), call, COLD) == "no such call"


def test_a_coldkey_in_arbitration_can_do_nearly_nothing() -> None:
    chain = at(194)
    storage = chain.storage
    storage.coldkey_arbitration_block[COLD] = BLOCK + 1
    closed: tuple[Call, ...] = (
        AddTaoStake(HOT, 1),
        RemoveTaoStake(HOT, 1),
        BurnedRegister(9, NEW),
        RegisterNetworkAlone(),
        BecomeDelegate(NEW),
        IncreaseTake(NEW, 5),
        SwapHotkey(HOT, HOT, None),
        SwapOwnColdkey(NOMINATOR),
    )
    assert {outcome(chain, call, COLD) for call in closed} == {"ColdkeyIsInArbitration"}
    assert {outcome(chain, call) for call in closed} == {"BadOrigin"}
    assert outcome(chain, schedule(chain, NEW), COLD) == "ok"
    chain.at(BLOCK + 1)
    assert outcome(chain, AddTaoStake(HOT, 1), COLD) == "ok"
    assert "ColdkeyIsInArbitration" not in {outcome(chain, call, COLD) for call in closed}


def test_a_hotfix_without_effect() -> None:
    call = SudoHotfixSwapColdkeyDelegates(COLD, NEW)
    assert [outcome(at(number), call, THIRD) for number in (162, 165, 166)] == ["no such call", "ok", "ok"]
