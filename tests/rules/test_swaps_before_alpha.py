"""How keys are swapped from 195 to 219: what goes over at which number, what is left behind, what it costs."""

from typing import Any

import pytest

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.early_calls import SwapColdkeyAtSetCost
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain
from tests.rules.test_noted_stake import ALL

COLD, NEW_COLD, FAN, HOT, NEW, CHILD, PARENT = map(account, ("cold", "new-cold", "fan", "hot", "new", "child", "parent"))


def at(spec_version: int) -> EarlyChain:
    """A hotkey of COLD's with uid 0, a fan's stake, a child and a parent."""
    chain = EarlyChain(spec_version, block=1000)
    chain.give_uid(HOT, COLD)
    for coldkey, rao in ((COLD, 20 * TAO), (FAN, 5 * TAO)):
        for step in chain.rules.increase_tao_stake:
            step(chain.tx, coldkey, HOT, rao)
    chain.pay(COLD, 10 * TAO)
    storage = chain.storage
    storage.total_issuance.value = 1000 * TAO
    storage.delegates[HOT] = 9
    storage.child_keys[HOT, 1] = ((5, CHILD),)
    storage.parent_keys[CHILD, 1] = ((5, HOT),)
    storage.parent_keys[HOT, 1] = ((6, PARENT),)
    storage.child_keys[PARENT, 1] = ((6, HOT),)
    storage.pendingd_hotkey_emission[HOT] = 77
    if spec_version >= 202:
        chain.put("StakeDeltaSinceLastEmissionDrain", {(HOT, FAN): -3, (NEW, FAN): 10, (HOT, COLD): 4})
    if spec_version >= 205:
        chain.put("NeuronCertificates", {(1, HOT): (1, b"key")})
    return chain


def entries(chain: EarlyChain, item: str) -> dict[Any, Any]:
    """Those of an item; none where the runtime does not have it."""
    return dict(chain.storage.map(item).items()) if item in chain.storage.layout.items else {}


@pytest.mark.parametrize("spec_version", ALL)
def test_a_hotkey_is_swapped_on_all_subnets(spec_version: int) -> None:
    chain = at(spec_version)
    storage = chain.storage
    storage.stake[NEW, FAN] = 2
    storage.total_hotkey_stake[NEW] = 2
    chain.put("Axons", {(1, HOT): (1, 2, 3, 4, 4, 0, 0, 0)})
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    cost = TAO if spec_version < 205 else TAO // 10
    assert (storage.balances[COLD], storage.total_issuance.value) == (10 * TAO - cost, 1000 * TAO - cost)
    assert (dict(storage.owner), storage.owned_hotkeys[COLD]) == ({NEW: COLD}, (NEW,))
    assert entries(chain, "Stake") == {(NEW, COLD): 20 * TAO, (NEW, FAN): 5 * TAO + 2}
    assert entries(chain, "TotalHotkeyStake") == {NEW: 25 * TAO + 2}
    assert (storage.staking_hotkeys[COLD], storage.staking_hotkeys[FAN]) == ((NEW,), (NEW,))
    assert (entries(chain, "Delegates"), storage.keys[1, 0], entries(chain, "Uids")) == ({NEW: 9}, NEW, {(1, NEW): 0})
    assert entries(chain, "IsNetworkMember") == {(NEW, 0): False, (NEW, 1): True}
    assert list(entries(chain, "Axons")) == [(1, NEW)]
    assert storage.last_tx_block[NEW] == storage.last_tx_block_delegate_take[NEW] == storage.last_tx_block[COLD] == 1000
    assert storage.child_keys[PARENT, 1] == ((6, NEW),), "a parent always learns of it"
    assert storage.child_keys[NEW, 1] == ((5, CHILD),)
    assert storage.parent_keys[CHILD, 1] == ((5, HOT if spec_version < 205 else NEW),), "a child since 205"
    assert entries(chain, "PendingdHotkeyEmission") == {HOT if spec_version < 202 else NEW: 77}
    if spec_version >= 202:
        assert entries(chain, "StakeDeltaSinceLastEmissionDrain") == {(NEW, FAN): 7, (NEW, COLD): 4}
    if spec_version >= 205:
        assert list(entries(chain, "NeuronCertificates")) == [(1, NEW)]


def test_counts_of_moves_go_over_where_the_hotkey_is_the_coldkey_alone() -> None:
    chain = at(195)
    counted = chain.storage.total_hotkey_coldkey_stakes_this_interval
    counted[FAN, HOT], counted[HOT, FAN] = (1, 990), (2, 991)
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    assert dict(counted) == {(FAN, HOT): (1, 990), (NEW, FAN): (2, 991)}


def test_a_swap_to_a_senator_ends_half_way() -> None:
    chain = at(219)
    chain.storage.senate_members.value = tuple(sorted((HOT, NEW)))
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    storage = chain.storage
    assert (storage.owner[NEW], storage.total_hotkey_stake[NEW], storage.balances[COLD]) == (COLD, 25 * TAO, 10 * TAO - TAO // 10)
    assert (HOT in storage.delegates, storage.keys[1, 0], storage.stake[HOT, FAN]) == (True, HOT, 5 * TAO)


@pytest.mark.parametrize(
    ("signer", "new", "name"),
    [
        (FAN, HOT, "NewHotKeyIsSameWithOld"),
        (FAN, CHILD, "HotKeyAlreadyRegisteredInSubNet"),
        (FAN, NEW, "NonAssociatedColdKey"),
        (COLD, NEW, "HotKeySetTxRateLimitExceeded"),
    ],
)
def test_what_a_swap_must_pass_in_order(signer: bytes, new: bytes, name: str) -> None:
    chain = at(195)
    chain.give_uid(CHILD, FAN)
    chain.pay(COLD, 0)
    chain.storage.last_tx_block[COLD] = 999
    assert chain.refused(SwapHotkey(HOT, new, None), signer).name == name
    chain.storage.last_tx_block[COLD] = 0
    assert chain.refused(SwapHotkey(HOT, NEW, None), COLD).name == "NotEnoughBalanceToPaySwapHotKey"


@pytest.mark.parametrize("spec_version", ALL)
def test_a_coldkey_is_swapped_by_root(spec_version: int) -> None:
    chain = at(spec_version)
    storage = chain.storage
    storage.subnet_owner[1] = COLD
    storage.stake[PARENT, COLD] = 6
    storage.staking_hotkeys[COLD] = (HOT, PARENT, CHILD)
    storage.total_hotkey_coldkey_stakes_this_interval[HOT, COLD] = 3, 900
    storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] = 4, 901
    chain.put("Identities", {COLD: (b"n", b"", b"", b"", b"", b"")})
    call = SwapColdkeyAtSetCost(COLD, NEW_COLD)
    assert chain.refused(call, COLD).name == "BadOrigin"
    chain.ok(call)
    cost = TAO if spec_version < 205 else TAO // 10
    assert (storage.balances[COLD], storage.balances[NEW_COLD]) == (0, 10 * TAO - cost)
    assert storage.total_issuance.value == 1000 * TAO - cost
    assert {key: rao for key, rao in entries(chain, "Stake").items() if key[1] in (COLD, NEW_COLD)} == {
        (HOT, NEW_COLD): 20 * TAO,
        (PARENT, NEW_COLD): 6,
        (CHILD, NEW_COLD): 0,
    }
    assert (storage.total_coldkey_stake[COLD], COLD in storage.total_coldkey_stake) == (0, True)
    assert storage.total_coldkey_stake[NEW_COLD] == 20 * TAO
    assert storage.staking_hotkeys[NEW_COLD] == (HOT, PARENT, CHILD)
    assert COLD not in storage.staking_hotkeys
    assert (storage.owner[HOT], storage.owned_hotkeys[NEW_COLD], storage.subnet_owner[1]) == (NEW_COLD, (HOT,), NEW_COLD)
    assert storage.last_tx_block[NEW_COLD] == 1000
    assert list(entries(chain, "Identities")) == [NEW_COLD]
    assert entries(chain, "TotalHotkeyColdkeyStakesThisInterval") == {(HOT, NEW_COLD): (3, 900), (COLD, HOT): (4, 901)}
    moves = entries(chain, "StakeDeltaSinceLastEmissionDrain")
    if spec_version == 205:
        assert ((HOT, COLD) in moves, (HOT, NEW_COLD) in moves) == (True, False)
    elif spec_version >= 202:
        assert {key: rao for key, rao in moves.items() if key[1] in (COLD, NEW_COLD)} == {
            (HOT, NEW_COLD): 4,
            (PARENT, NEW_COLD): 0,
            (CHILD, NEW_COLD): 0,
        }


@pytest.mark.parametrize("spec_version", [195, 219])
def test_a_coldkey_schedules_its_own_swap(spec_version: int) -> None:
    chain = at(spec_version)
    storage = chain.storage
    storage.coldkey_swap_schedule_duration.value = 3
    storage.pendingd_hotkey_emission.remove(HOT)
    chain.pay(COLD, 0)
    chain.ok(ScheduleSwapColdkey(NEW_COLD), COLD)
    assert dict(storage.coldkey_swap_scheduled) == {COLD: (0, NOBODY)}, "nothing is paid yet, nor asked for"
    assert chain.refused(ScheduleSwapColdkey(FAN), COLD).name == "SwapAlreadyScheduled"
    chain.pay(COLD, 2 * TAO)
    chain.ok(AdvanceTo(1002))
    assert storage.owner[HOT] == COLD
    chain.ok(AdvanceTo(1003))
    assert (storage.owner[HOT], dict(storage.coldkey_swap_scheduled)) == (NEW_COLD, {})
    assert not storage.scheduled_coldkey_swaps
    late = at(spec_version)
    late.storage.coldkey_swap_schedule_duration.value = 0
    assert late.refused(ScheduleSwapColdkey(NEW_COLD), COLD).name == "FailedToSchedule"


def test_a_scheduled_swap_that_cannot_be_paid_changes_nothing_but_that_it_was_tried() -> None:
    chain = at(210)
    chain.storage.coldkey_swap_schedule_duration.value = 1
    chain.storage.pendingd_hotkey_emission.remove(HOT)
    chain.ok(ScheduleSwapColdkey(NEW_COLD), COLD)
    chain.pay(COLD, 0)
    chain.ok(AdvanceTo(1001))
    assert chain.storage.owner[HOT] == COLD
    assert chain.refused(ScheduleSwapColdkey(NEW_COLD), COLD).name == "SwapAlreadyScheduled", (
        "that it is scheduled stands for good"
    )
