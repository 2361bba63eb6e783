"""Swaps of coldkeys at spec_version 277, by root and scheduled: what the reference's own tests of them show, in our words."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import frozen

from neuron_ledger.events.calls import AddStake
from neuron_ledger.events.swaps import (
    ColdkeySwappedAtCost,
    ColdkeySwapScheduled,
    ScheduledColdkeySwapFailed,
    ScheduleSwapColdkey,
    SwapColdkey,
)
from neuron_ledger.ledger.rules.swaps.checks import KEY_SWAP_COST
from tests.chain_fixture import TAO, Chain, account

HOT, COLD, NEW = account("hot"), account("hot-cold"), account("new cold")
ANNE, BERT = account("anne"), account("bert")
BLOCK, DURATION, AGAIN = 100, 36_000, 7_200
DUE = BLOCK + DURATION
IDENTITY = (b"the third coolest", b"", b"", b"", b"", b"", b"")

Entries = dict[str, dict[Any, Any]]


def chain() -> Chain:
    """A hotkey on subnets 1 and 2, whose coldkey has 10 TAO."""
    made = Chain(subnets=(1, 2), block=BLOCK)
    for netuid in (1, 2):
        made.seat("hot", netuid=netuid)
        made.set("subtoken_enabled", 1, netuid)
    made.fund(COLD, 10 * TAO)
    return made


def lay(made: Chain, entries: Entries) -> None:
    for item, rows in entries.items():
        for key, value in rows.items():
            made.storage.map(item)[key] = value


@frozen
class Goes:
    """What goes over: the entries of a coldkey, which are those of the new one afterwards, and the old one's no more."""

    what: str
    entries: Callable[[bytes], Entries]


GOES = (
    Goes("a subnet", lambda cold: {"SubnetOwner": {1: cold}}),
    Goes("several subnets", lambda cold: {"SubnetOwner": {1: cold, 2: cold}}),
    Goes("another's subnet", lambda cold: {"SubnetOwner": {1: ANNE, 2: cold}}),
    Goes("a hotkey", lambda cold: {"Owner": {HOT: cold}, "OwnedHotkeys": {cold: (HOT,)}}),
    Goes(
        "a thousand hotkeys",
        lambda cold: {"OwnedHotkeys": {cold: tuple(account(f"hotkey {number}") for number in range(1000))}},
    ),
    Goes("the list of those it stakes on", lambda cold: {"StakingHotkeys": {cold: (HOT, ANNE)}}),
    Goes("shares", lambda cold: {"StakingHotkeys": {cold: (HOT,)}, "Alpha": {(HOT, cold, 1): 5 << 64, (HOT, cold, 2): 7}}),
    Goes("shares on others' hotkeys", lambda cold: {"StakingHotkeys": {cold: (ANNE,)}, "Alpha": {(ANNE, cold, 0): 9}}),
    Goes("the most that shares can be", lambda cold: {"StakingHotkeys": {cold: (HOT,)}, "Alpha": {(HOT, cold, 1): 2**128 - 1}}),
    Goes("an identity", lambda cold: {"IdentitiesV2": {cold: IDENTITY}}),
    Goes("a balance", lambda cold: {"Balances": {cold: 10 * TAO}}),
)


@pytest.mark.parametrize("goes", GOES, ids=[goes.what for goes in GOES])
def test_what_goes_over(goes: Goes) -> None:
    made = chain()
    lay(made, goes.entries(COLD))
    made.ok(SwapColdkey(COLD, NEW, 0))
    for item, rows in goes.entries(NEW).items():
        table = made.storage.map(item)
        assert {key: table.get(key) for key in rows} == rows
        assert not [key for key in goes.entries(COLD)[item] if key not in rows and key in table]


def test_with_nothing_there_is_little_to_go_over() -> None:
    made = chain()
    made.ok(SwapColdkey(ANNE, NEW, 0))
    storage = made.storage
    assert (storage.owned_hotkeys[NEW], storage.staking_hotkeys[NEW], NEW in storage.balances) == ((), (), False)
    assert storage.last_tx_block[NEW] == BLOCK


@pytest.mark.parametrize("identity", [None, IDENTITY], ids=["none", "one"])
def test_a_new_coldkeys_identity_stays_where_the_old_one_has_none(identity: tuple[bytes, ...] | None) -> None:
    made = chain()
    if identity:
        made.storage.identities_v2[NEW] = identity
    made.ok(SwapColdkey(COLD, NEW, 0))
    assert made.storage.identities_v2[NEW] == identity
    assert COLD not in made.storage.identities_v2


def test_what_the_new_coldkey_has_is_added_to() -> None:
    """It owns a hotkey, has shares that its list does not name, and 3 TAO."""
    made = chain()
    lay(
        made,
        {
            "OwnedHotkeys": {NEW: (ANNE,)},
            "StakingHotkeys": {COLD: (HOT,)},
            "Alpha": {(HOT, COLD, 1): 5, (HOT, NEW, 1): 7},
        },
    )
    made.fund(NEW, 3 * TAO)
    made.ok(SwapColdkey(COLD, NEW, 0))
    storage = made.storage
    assert (storage.owned_hotkeys[NEW], storage.alpha[HOT, NEW, 1], storage.balances[NEW]) == ((ANNE, HOT), 12, 13 * TAO)


def test_stake_of_others_on_the_hotkey_stays_as_it_is() -> None:
    """Stake that was really bought; what each has on the hotkey is worth the same after the swap."""
    made = chain()
    made.storage.subnet_mechanism[1] = 1
    made.storage.subnet_tao[1] = made.storage.subnet_alpha_in[1] = 1000 * TAO
    made.fund(ANNE, 10 * TAO)
    for coldkey in (COLD, ANNE):
        made.ok(AddStake(HOT, 1, 4 * TAO), coldkey)
    alpha, total = dict(made.storage.alpha), made.storage.total_hotkey_alpha[HOT, 1]
    made.ok(SwapColdkey(COLD, NEW, 0))
    assert made.storage.alpha[HOT, NEW, 1] == alpha[HOT, COLD, 1]
    assert made.storage.alpha[HOT, ANNE, 1] == alpha[HOT, ANNE, 1]
    assert made.storage.total_hotkey_alpha[HOT, 1] == total
    assert (HOT, COLD, 1) not in made.storage.alpha


def test_a_second_swap_finds_nothing_and_is_refused_once_the_new_coldkey_stakes() -> None:
    made = chain()
    made.ok(SwapColdkey(COLD, NEW, 0))
    assert made.refused(SwapColdkey(COLD, NEW, 0)).name == "ColdKeyAlreadyAssociated"
    made.ok(SwapColdkey(COLD, BERT, 0))
    assert made.storage.owned_hotkeys[BERT] == ()


def test_a_swap_says_what_was_asked_for_it() -> None:
    made = chain()
    made.storage.total_issuance.value = 21 * TAO
    *_, told, _ = made.ok(SwapColdkey(COLD, NEW, TAO))
    assert told == ColdkeySwappedAtCost(old_coldkey=COLD, new_coldkey=NEW, swap_cost=TAO)
    assert (made.storage.balances[NEW], made.storage.total_issuance.value) == (9 * TAO, 20 * TAO)


def test_nobody_but_root_swaps_at_once() -> None:
    assert chain().refused(SwapColdkey(COLD, NEW, 0), COLD).name == "BadOrigin"


# ----------------------------------------------------------------------------------------------------------- scheduled


def scheduled() -> Chain:
    made = chain()
    made.ok(ScheduleSwapColdkey(NEW), COLD)
    return made


def at(made: Chain, block: int) -> Chain:
    """Without anything that blocks bring."""
    made.storage.block_number.value = block
    return made


def test_a_swap_is_scheduled_for_five_days_later() -> None:
    made = chain()
    (told,) = made.ok(ScheduleSwapColdkey(NEW), COLD)
    assert told == ColdkeySwapScheduled(old_coldkey=COLD, new_coldkey=NEW, execution_block=DUE, swap_cost=KEY_SWAP_COST)
    assert made.storage.coldkey_swap_scheduled[COLD] == (DUE, NEW)
    assert made.storage.balances[COLD] == 10 * TAO


@pytest.mark.parametrize("other", [NEW, ANNE], ids=["the same", "another"])
def test_one_is_scheduled_at_a_time(other: bytes) -> None:
    error = scheduled().refused(ScheduleSwapColdkey(other), COLD)
    assert (error.name, error.values["allowed_from"]) == ("SwapAlreadyScheduled", DUE + AGAIN)


def test_who_cannot_pay_schedules_nothing() -> None:
    made = chain()
    made.fund(COLD, KEY_SWAP_COST - 1)
    assert made.refused(ScheduleSwapColdkey(NEW), COLD).name == "NotEnoughBalanceToPaySwapColdKey"


def test_it_is_done_in_its_block() -> None:
    made = at(scheduled(), DUE - 2)
    made.advance()
    assert made.storage.owner[HOT] == COLD
    events = made.advance()
    assert ColdkeySwappedAtCost(old_coldkey=COLD, new_coldkey=NEW, swap_cost=KEY_SWAP_COST) in events
    storage = made.storage
    assert (storage.owner[HOT], storage.balances[NEW]) == (NEW, 10 * TAO - KEY_SWAP_COST)
    assert not storage.coldkey_swap_scheduled
    assert not storage.scheduled_coldkey_swaps


def test_one_that_fails_changes_nothing_and_can_be_scheduled_again_later() -> None:
    """Meanwhile the new coldkey became a hotkey. What is noted as scheduled stays noted until another swap succeeds."""
    made = scheduled()
    made.storage.owner[NEW] = ANNE
    events = at(made, DUE - 1).advance()
    assert ScheduledColdkeySwapFailed(old_coldkey=COLD, new_coldkey=NEW, error="NewColdKeyIsHotkey") in events
    assert (made.storage.owner[HOT], made.storage.balances[COLD]) == (COLD, 10 * TAO)
    assert made.storage.coldkey_swap_scheduled[COLD] == (DUE, NEW)
    assert at(made, DUE + AGAIN - 1).refused(ScheduleSwapColdkey(BERT), COLD).name == "SwapAlreadyScheduled"
    at(made, DUE + AGAIN).ok(ScheduleSwapColdkey(BERT), COLD)
    at(made, DUE + AGAIN + DURATION - 1).advance()
    assert made.storage.owner[HOT] == BERT
    assert not made.storage.coldkey_swap_scheduled


def test_of_two_that_are_due_at_once_each_is_tried_in_order() -> None:
    """Both want the same new coldkey; the second finds it taken."""
    made = chain()
    made.storage.staking_hotkeys[ANNE] = (HOT,)
    made.fund(ANNE, TAO)
    made.ok(ScheduleSwapColdkey(NEW), ANNE)
    made.ok(ScheduleSwapColdkey(NEW), COLD)
    events = at(made, DUE - 1).advance()
    told = [event for event in events if isinstance(event, (ColdkeySwappedAtCost, ScheduledColdkeySwapFailed))]
    assert told == [
        ColdkeySwappedAtCost(old_coldkey=ANNE, new_coldkey=NEW, swap_cost=KEY_SWAP_COST),
        ScheduledColdkeySwapFailed(old_coldkey=COLD, new_coldkey=NEW, error="ColdKeyAlreadyAssociated"),
    ]
    assert made.storage.owner[HOT] == COLD
