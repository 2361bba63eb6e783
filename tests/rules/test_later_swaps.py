"""Swaps of keys at spec_version 424: what stays with the old hotkey, and stake that is locked or earns on root."""

import pytest

from neuron_ledger.events.swaps import SwapColdkey, SwapHotkey, SwapHotkeyV2
from neuron_ledger.ledger.rules.numbers.decimal_float import ZERO
from neuron_ledger.ledger.rules.stake.positions import (
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import TAO, Chain, account

RULES = TIMELINE.runtime(424)
HOT, NEW, COLD, NEW_COLD, ANNE = (account(name) for name in ("hot", "new", "cold", "new cold", "anne"))
BLOCK = 10_000
LOCK = (5 * TAO, 1 << 64, BLOCK)


def chain() -> Chain:
    """A hotkey with a uid on subnets 1 and 2 and stake of two coldkeys on each and on root; its owner has 1 TAO."""
    made = Chain(subnets=(1, 2), block=BLOCK, rules=RULES)
    storage = made.storage
    storage.owner[HOT] = COLD
    storage.owned_hotkeys[COLD] = (HOT,)
    for netuid in (1, 2):
        storage.uids[netuid, HOT], storage.keys[netuid, 0], storage.subnetwork_n[netuid] = 0, HOT, 1
        storage.is_network_member[HOT, netuid] = True
    made.fund(COLD, TAO)
    tx = Transaction(storage, RULES)
    for netuid in (0, 1, 2):
        for coldkey in (COLD, ANNE):
            increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, coldkey, netuid, 10 * TAO)
    return made


def stakes(made: Chain, hotkey: bytes) -> list[int]:
    """What Anne has on a hotkey of root and both subnets, in TAO."""
    tx = Transaction(made.storage, RULES)
    return [get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, ANNE, netuid) // TAO for netuid in (0, 1, 2)]


@pytest.mark.parametrize(
    ("netuid", "stay", "go"), [(None, [0, 0, 0], [10, 10, 10]), (1, [10, 0, 10], [0, 10, 0]), (0, [0, 10, 10], [10, 0, 0])]
)
def test_stake_goes_over_where_it_is_swapped(netuid: int | None, stay: list[int], go: list[int]) -> None:
    made = chain()
    made.ok(SwapHotkeyV2(HOT, NEW, netuid, False), COLD)
    assert (stakes(made, HOT), stakes(made, NEW)) == (stay, go)
    assert made.storage.staking_hotkeys[ANNE] == ((NEW,) if netuid is None else (HOT, NEW))


@pytest.mark.parametrize("netuid", [None, 1])
def test_stake_stays_where_that_is_asked_for_and_the_uid_goes_over(netuid: int | None) -> None:
    made = chain()
    storage = made.storage
    storage.root_claimable[HOT] = ((1, 7),)
    storage.voting_power[1, HOT] = storage.alpha_dividends_per_subnet[1, HOT] = 3
    shares = dict(storage.alpha_v2)
    made.ok(SwapHotkeyV2(HOT, NEW, netuid, True), COLD)
    assert (storage.uids[1, NEW], storage.keys[1, 0]) == (0, NEW)
    assert storage.alpha_v2 == shares
    assert (stakes(made, HOT), stakes(made, NEW)) == ([10, 10, 10], [0, 0, 0])
    assert (storage.root_claimable[HOT], storage.voting_power[1, HOT], storage.alpha_dividends_per_subnet[1, HOT]) == (
        ((1, 7),),
        3,
        3,
    )
    assert storage.staking_hotkeys[ANNE] == (HOT,)


@pytest.mark.parametrize(("netuid", "goes"), [(None, True), (0, True), (1, False)])
def test_claims_of_root_go_over_with_root(netuid: int | None, goes: bool) -> None:
    made = chain()
    storage = made.storage
    storage.root_claimable[HOT] = ((1, 7), (2, 9))
    storage.root_claimed[1, HOT, ANNE], storage.root_claimed[3, HOT, ANNE] = 4, 5
    storage.auto_parent_delegation_enabled[HOT] = False
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    of = NEW if goes else HOT
    assert dict(storage.root_claimable) == {of: ((1, 7), (2, 9))}
    assert dict(storage.root_claimed) == {(1, of, ANNE): 4, (3, HOT, ANNE): 5}
    assert dict(storage.auto_parent_delegation_enabled) == {of: False}


# --------------------------------------------------------------------------------------------------------------- locks


def locked(*, decaying: bool, of_owner: bool) -> Chain:
    """Anne has locked 5 alpha of subnet 1 to the hotkey, which is the subnet owner's if it is."""
    made = chain()
    storage = made.storage
    storage.lock[ANNE, 1, HOT] = LOCK
    storage.locking_coldkeys[1, HOT, ANNE] = ()
    if not decaying:
        storage.decaying_lock[ANNE, 1] = False
    if of_owner:
        storage.subnet_owner_hotkey[1] = HOT
        (storage.decaying_owner_lock if decaying else storage.owner_lock)[1] = LOCK
    else:
        (storage.decaying_hotkey_lock if decaying else storage.hotkey_lock)[1, HOT] = LOCK
    return made


@pytest.mark.parametrize("netuid", [None, 1])
@pytest.mark.parametrize("decaying", [False, True], ids=["for good", "decaying"])
def test_locks_go_over_to_the_new_hotkey_and_so_does_their_sum(netuid: int | None, decaying: bool) -> None:
    made = locked(decaying=decaying, of_owner=False)
    made.ok(SwapHotkey(HOT, NEW, netuid), COLD)
    storage = made.storage
    assert dict(storage.lock) == {(ANNE, 1, NEW): LOCK}
    assert list(storage.locking_coldkeys) == [(1, NEW, ANNE)]
    sums, others = storage.hotkey_lock, storage.decaying_hotkey_lock
    assert (dict(sums), dict(others)) == (({}, {(1, NEW): LOCK}) if decaying else ({(1, NEW): LOCK}, {}))


def test_locks_on_another_subnet_stay() -> None:
    made = locked(decaying=False, of_owner=False)
    made.ok(SwapHotkey(HOT, NEW, 2), COLD)
    assert dict(made.storage.lock) == {(ANNE, 1, HOT): LOCK}
    assert dict(made.storage.hotkey_lock) == {(1, HOT): LOCK}


@pytest.mark.parametrize("decaying", [False, True], ids=["for good", "decaying"])
def test_a_lock_to_the_owners_hotkey_has_its_whole_conviction_before_and_after(decaying: bool) -> None:
    made = locked(decaying=decaying, of_owner=True)
    made.ok(SwapHotkey(HOT, NEW, 1), COLD)
    storage, whole = made.storage, (LOCK[0], LOCK[0] << 64, BLOCK)
    assert dict(storage.lock) == {(ANNE, 1, NEW): whole}
    assert storage.subnet_owner_hotkey[1] == NEW
    assert dict(storage.decaying_owner_lock if decaying else storage.owner_lock) == {1: whole}


def test_a_coldkey_that_is_only_said_to_have_locked_is_forgotten() -> None:
    made = locked(decaying=False, of_owner=False)
    made.storage.lock.remove((ANNE, 1, HOT))
    made.ok(SwapHotkey(HOT, NEW, None), COLD)
    assert not made.storage.lock
    assert not made.storage.locking_coldkeys


@pytest.mark.parametrize("decaying", [False, True], ids=["for good", "decaying"])
def test_locks_go_over_to_the_new_coldkey_with_their_choice(decaying: bool) -> None:
    """The sum is the same before and after; so is whether the coldkey takes locked stake."""
    made = locked(decaying=decaying, of_owner=False)
    storage = made.storage
    storage.account_flags[NEW_COLD] = 1
    made.ok(SwapColdkey(ANNE, NEW_COLD, 0))
    assert dict(storage.lock) == {(NEW_COLD, 1, HOT): LOCK}
    assert list(storage.locking_coldkeys) == [(1, HOT, NEW_COLD)]
    assert dict(storage.decaying_lock) == ({} if decaying else {(NEW_COLD, 1): False})
    assert dict(storage.decaying_hotkey_lock if decaying else storage.hotkey_lock) == {(1, HOT): LOCK}
    assert not storage.account_flags


def test_a_coldkeys_stake_and_claims_go_over() -> None:
    made = chain()
    storage = made.storage
    storage.root_claimed[1, HOT, ANNE] = 4
    storage.staking_coldkeys[ANNE], storage.staking_coldkeys_by_index[0], storage.num_staking_coldkeys.value = 0, ANNE, 1
    made.ok(SwapColdkey(ANNE, NEW_COLD, 0))
    assert {coldkey for _, coldkey, _ in storage.alpha_v2} == {COLD, NEW_COLD}
    assert all(share != ZERO for share in storage.alpha_v2.values())
    assert storage.root_claimed[1, HOT, NEW_COLD] == 4
    assert (dict(storage.staking_coldkeys), dict(storage.staking_coldkeys_by_index)) == ({NEW_COLD: 0}, {0: NEW_COLD})
    assert storage.staking_hotkeys[NEW_COLD] == (HOT,)
