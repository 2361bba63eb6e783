"""Swaps of hotkeys at spec_version 277, on all subnets and on one: what the reference's own tests of them show, in our words."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import frozen

from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.ledger.rules.swaps.checks import INTERVAL, KEY_SWAP_COST, KEY_SWAP_ON_SUBNET_COST
from tests.chain_fixture import TAO, Chain, account

HOT, COLD, NEW = account("hot"), account("hot-cold"), account("new")
ANNE, BERT, CAROL = account("anne"), account("bert"), account("carol")
ALL, ONE = None, 1
BLOCK = INTERVAL + 1

Entries = dict[str, dict[Any, Any]]


def chain() -> Chain:
    """A hotkey with uids on two subnets, whose coldkey has 10 TAO, in the first block in which it can be swapped on one."""
    made = Chain(subnets=(1, 2), block=BLOCK)
    for netuid in (1, 2):
        made.seat("hot", netuid=netuid)
    made.fund(COLD, 10 * TAO)
    return made


def lay(made: Chain, entries: Entries) -> None:
    for item, rows in entries.items():
        for key, value in rows.items():
            made.storage.map(item)[key] = value


both_ways = pytest.mark.parametrize("netuid", [ALL, ONE], ids=["all", "one"])


# ---------------------------------------------------------------------------------------------- what goes over as it is


@frozen
class Goes:
    """What goes over: the entries of a hotkey, which are those of the new one afterwards, and the old one's no more."""

    what: str
    entries: Callable[[bytes], Entries]


AXON, PROMETHEUS = (9, 1, 0x01020304, 80, 4, 0, 0, 0), (9, 1, 0x01020304, 80, 4)
COMMITS = ((bytes(32), 1, 2, 3),)

GOES = (
    Goes("membership", lambda hot: {"IsNetworkMember": {(hot, 1): True}}),
    Goes("uid", lambda hot: {"Uids": {(1, hot): 0}, "Keys": {(1, 0): hot}}),
    Goes("prometheus", lambda hot: {"Prometheus": {(1, hot): PROMETHEUS}}),
    Goes("axon", lambda hot: {"Axons": {(1, hot): AXON}}),
    Goes("certificate", lambda hot: {"NeuronCertificates": {(1, hot): (1, b"key")}}),
    Goes("commits to weights", lambda hot: {"WeightCommits": {(1, hot): COMMITS}}),
    Goes("loaded emission", lambda hot: {"LoadedEmission": {1: ((ANNE, 1, 2), (hot, 3, 4))}}),
    Goes("the subnet's ownership", lambda hot: {"SubnetOwnerHotkey": {1: hot}}),
    Goes("stake", lambda hot: {"TotalHotkeyAlpha": {(hot, 1): 500}, "TotalHotkeyShares": {(hot, 1): 7 << 64}}),
    Goes("shares", lambda hot: {"Alpha": {(hot, COLD, 1): 5 << 64, (hot, ANNE, 1): 2 << 64}}),
    Goes("shares without a sum", lambda hot: {"Alpha": {(hot, COLD, 1): 1234 << 64}}),
    Goes("stake of the epoch before", lambda hot: {"TotalHotkeyAlphaLastEpoch": {(hot, 1): 77}}),
    Goes("dividends", lambda hot: {"AlphaDividendsPerSubnet": {(1, hot): 8}, "TaoDividendsPerSubnet": {(1, hot): 9}}),
    Goes(
        "children",
        lambda hot: {
            "ChildKeys": {(hot, 1): ((100, ANNE), (200, BERT))},
            "ParentKeys": {(ANNE, 1): ((100, hot),), (BERT, 1): ((50, CAROL), (200, hot))},
        },
    ),
    Goes(
        "parents",
        lambda hot: {
            "ParentKeys": {(hot, 1): ((100, ANNE), (200, BERT))},
            "ChildKeys": {(ANNE, 1): ((100, hot),), (BERT, 1): ((200, hot),)},
        },
    ),
    Goes(
        "children and parents",
        lambda hot: {
            "ParentKeys": {(hot, 1): ((100, ANNE),)},
            "ChildKeys": {(hot, 1): ((300, BERT), (400, CAROL)), (ANNE, 1): ((100, hot), (500, COLD))},
        },
    ),
    Goes("scheduled children", lambda hot: {"PendingChildKeys": {(1, hot): (((9, ANNE),), 40_000)}}),
    Goes("a place among scheduled children", lambda hot: {"PendingChildKeys": {(1, ANNE): (((9, hot),), 40_000)}}),
)


@both_ways
@pytest.mark.parametrize("goes", GOES, ids=[goes.what for goes in GOES])
def test_what_goes_over(goes: Goes, netuid: int | None) -> None:
    made = chain()
    lay(made, goes.entries(HOT))
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    for item, rows in goes.entries(NEW).items():
        table = made.storage.map(item)
        assert {key: table.get(key) for key in rows} == rows
        assert not [key for key in goes.entries(HOT)[item] if key not in rows and key in table]


@both_ways
def test_of_scheduled_children_the_new_one_is_the_last(netuid: int | None) -> None:
    made = chain()
    made.storage.pending_child_keys[1, ANNE] = (((1, HOT), (2, BERT)), 40_000)
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert made.storage.pending_child_keys[1, ANNE] == (((2, BERT), (1, NEW)), 40_000)


@both_ways
def test_what_the_new_hotkey_has_is_added_to(netuid: int | None) -> None:
    """Stake, shares and dividends are added up; children and parents of the new hotkey are lost."""
    made = chain()
    storage = made.storage
    for hotkey, amount in ((HOT, 5), (NEW, 7)):
        storage.total_hotkey_alpha[hotkey, 1] = storage.total_hotkey_shares[hotkey, 1] = amount
        storage.alpha[hotkey, ANNE, 1] = storage.total_hotkey_alpha_last_epoch[hotkey, 1] = amount
        storage.alpha_dividends_per_subnet[1, hotkey] = storage.tao_dividends_per_subnet[1, hotkey] = amount
        storage.child_keys[hotkey, 1] = ((amount, ANNE),)
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    sums = (storage.total_hotkey_alpha, storage.total_hotkey_shares, storage.total_hotkey_alpha_last_epoch)
    assert [table[NEW, 1] for table in sums] == [12, 12, 12]
    assert (storage.alpha[NEW, ANNE, 1], storage.alpha_dividends_per_subnet[1, NEW]) == (12, 12)
    assert (storage.tao_dividends_per_subnet[1, NEW], storage.child_keys[NEW, 1]) == (12, ((5, ANNE),))


# ------------------------------------------------------------------------------------- what depends on where it is swapped


@pytest.mark.parametrize(("netuid", "owner", "owned"), [(ALL, None, (NEW,)), (ONE, COLD, (HOT, NEW))], ids=["all", "one"])
def test_the_coldkey_owns_the_new_hotkey_and_on_one_subnet_the_old_one_too(
    netuid: int | None, owner: bytes | None, owned: tuple[bytes, ...]
) -> None:
    made = chain()
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert (made.storage.owner.get(HOT), made.storage.owner[NEW]) == (owner, COLD)
    assert made.storage.owned_hotkeys[COLD] == owned


@both_ways
def test_another_coldkeys_hotkey_becomes_ones_own(netuid: int | None) -> None:
    made = chain()
    made.storage.owner[NEW] = ANNE
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert made.storage.owner[NEW] == COLD


@pytest.mark.parametrize(("netuid", "stays"), [(ALL, False), (ONE, True)], ids=["all", "one"])
def test_senators_and_delegates_are_swapped_with_all_subnets_alone(netuid: int | None, stays: bool) -> None:
    made = chain()
    made.storage.senate_members.value = tuple(sorted((HOT, ANNE)))
    made.storage.delegates[HOT] = 100
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert made.storage.senate_members.value == tuple(sorted((HOT if stays else NEW, ANNE)))
    assert dict(made.storage.delegates) == {HOT if stays else NEW: 100}


@pytest.mark.parametrize(
    ("netuid", "anne", "bert"),
    [(ALL, (CAROL, NEW), (NEW,)), (ONE, (HOT, CAROL, NEW), (HOT,))],
    ids=["all", "one"],
)
def test_lists_of_those_who_stake(netuid: int | None, anne: tuple[bytes, ...], bert: tuple[bytes, ...]) -> None:
    """Anne has shares on both subnets, Bert on subnet 2 alone, Carol has none any more."""
    made = chain()
    lay(
        made,
        {
            "Alpha": {(HOT, ANNE, 1): 1, (HOT, ANNE, 2): 2, (HOT, BERT, 2): 3},
            "StakingHotkeys": {ANNE: (HOT, CAROL), BERT: (HOT,), CAROL: (HOT,)},
        },
    )
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    lists = made.storage.staking_hotkeys
    assert (lists[ANNE], lists[BERT], lists[CAROL]) == (anne, bert, (HOT,))


@pytest.mark.parametrize(("netuid", "swapped", "stay"), [(ALL, (1, 2), ()), (ONE, (1,), (2,))], ids=["all", "one"])
def test_several_coldkeys_and_subnets(netuid: int | None, swapped: tuple[int, ...], stay: tuple[int, ...]) -> None:
    made = chain()
    storage = made.storage
    for subnet in (1, 2):
        for coldkey in (ANNE, BERT):
            storage.alpha[HOT, coldkey, subnet] = subnet << 64
        storage.total_hotkey_alpha[HOT, subnet] = 2 * subnet
        storage.child_keys[HOT, subnet] = ((subnet, ANNE),)
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    for hotkey, subnets in ((NEW, swapped), (HOT, stay)):
        for subnet in subnets:
            assert [storage.alpha[hotkey, coldkey, subnet] for coldkey in (ANNE, BERT)] == [subnet << 64, subnet << 64]
            assert storage.total_hotkey_alpha[hotkey, subnet] == 2 * subnet
            assert storage.child_keys[hotkey, subnet] == ((subnet, ANNE),)
            assert storage.uids[subnet, hotkey] == 0
            assert storage.is_network_member[hotkey, subnet]


@both_ways
def test_without_stake_nobody_stakes_on_the_new_hotkey(netuid: int | None) -> None:
    made = chain()
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert made.storage.total_hotkey_alpha[NEW, 1] == 0
    assert not made.storage.alpha
    assert made.storage.staking_hotkeys[COLD] == (HOT,)


@pytest.mark.parametrize(("netuid", "left"), [(ALL, [0, 0, 0]), (ONE, [123, 4567, 8910])], ids=["all", "one"])
def test_blocks_of_last_calls_go_over(netuid: int | None, left: list[int]) -> None:
    made = chain()
    storage = made.storage
    tables = (storage.last_tx_block, storage.last_tx_block_delegate_take, storage.last_tx_block_child_key_take)
    for table, block in zip(tables, (123, 4567, 8910), strict=True):
        table[HOT] = block
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert [table[NEW] for table in tables] == [123, 4567, 8910]
    assert [table[HOT] for table in tables] == left
    assert storage.last_tx_block[COLD] == BLOCK


# -------------------------------------------------------------------------------------------------------- cost and time


@pytest.mark.parametrize(("netuid", "cost"), [(ALL, KEY_SWAP_COST), (ONE, KEY_SWAP_ON_SUBNET_COST)], ids=["all", "one"])
def test_the_cost_is_burned_and_the_existential_deposit_stays(netuid: int | None, cost: int) -> None:
    made = chain()
    made.storage.total_issuance.value = 21 * TAO
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert made.storage.balances[COLD] == 10 * TAO - cost
    assert made.storage.total_issuance.value == 21 * TAO - cost
    poor = chain()
    poor.fund(COLD, cost)
    poor.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    assert poor.storage.balances[COLD] == 500


def test_a_second_swap_waits_for_the_rate_limit() -> None:
    made = chain()
    made.set("tx_rate_limit", 1)
    made.ok(SwapHotkey(HOT, NEW, ALL), COLD)
    assert made.refused(SwapHotkey(NEW, ANNE, ALL), COLD).name == "HotKeySetTxRateLimitExceeded"
    made.storage.block_number.value += 2
    made.ok(SwapHotkey(NEW, ANNE, ALL), COLD)


@both_ways
def test_a_hotkey_of_which_nothing_is_known_is_not_swapped(netuid: int | None) -> None:
    assert chain().refused(SwapHotkey(ANNE, NEW, netuid), COLD).name == "NonAssociatedColdKey"


def test_on_one_subnet_the_interval_counts_from_block_0_and_from_the_last_swap_there() -> None:
    made = chain()
    made.set("tx_rate_limit", 0)
    made.storage.block_number.value = INTERVAL
    assert made.refused(SwapHotkey(HOT, NEW, ONE), COLD).name == "HotKeySwapOnSubnetIntervalNotPassed"
    made.storage.block_number.value = BLOCK
    made.ok(SwapHotkey(HOT, NEW, ONE), COLD)
    assert dict(made.storage.last_hotkey_swap_on_netuid) == {(1, COLD): BLOCK}
    made.ok(SwapHotkey(HOT, ANNE, 2), COLD)
    made.storage.block_number.value = BLOCK + INTERVAL
    assert made.refused(SwapHotkey(NEW, BERT, ONE), COLD).name == "HotKeySwapOnSubnetIntervalNotPassed"
    made.storage.block_number.value += 1
    made.ok(SwapHotkey(NEW, BERT, ONE), COLD)


def test_records_of_swaps_are_forgotten_in_the_subnets_turn() -> None:
    """In the blocks whose rest by the interval is the netuid, once the interval is over."""
    made = chain()
    made.ok(SwapHotkey(HOT, NEW, ONE), COLD)
    records = made.storage.last_hotkey_swap_on_netuid
    for block in (INTERVAL + 1, 2 * INTERVAL, 2 * INTERVAL + 1):
        made.storage.block_number.value = block
        made.advance()
        assert (1, COLD) in records
    made.storage.block_number.value = 3 * INTERVAL
    made.advance()
    assert not records


def test_a_hotkey_with_a_uid_on_another_subnet_is_not_swapped_in() -> None:
    made = chain()
    made.storage.is_network_member[NEW, 2] = True
    assert made.refused(SwapHotkey(HOT, NEW, ONE), COLD).name == "HotKeyAlreadyRegisteredInSubNet"
