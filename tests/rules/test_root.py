"""The root network: joined by stake, replaced by strictly more, and its senate."""

import pytest

from neuron_ledger.events.associations import AdjustSenate
from neuron_ledger.events.calls import ForceRegister, GrantStake, RemoveStake, RootRegister
from neuron_ledger.events.registration import SenateChanged
from tests.chain_fixture import TAO, Chain, account, chain_events
from tests.rules.registration_fixture import COLD, HOT, new_chain


@pytest.fixture
def chain() -> Chain:
    return new_chain()


def root_chain(*stakes: int) -> Chain:
    """A chain whose root network is full of members r0, r1, … with these stakes (rao)."""
    chain = new_chain()
    chain.set("max_allowed_uids", len(stakes), 0)
    for index, stake in enumerate(stakes):
        chain.ok(RootRegister(account(f"r{index}")), account(f"r{index}-cold"))
        chain.storage.total_hotkey_alpha[account(f"r{index}"), 0] = stake
    return chain


def test_root_register(chain: Chain) -> None:
    events = chain.ok(RootRegister(HOT), COLD)
    storage = chain.storage
    assert chain_events(events) == [("NeuronRegistered", 0, 0, HOT)]
    assert storage.owner[HOT] == COLD
    assert storage.delegates[HOT] == 11796
    assert HOT in storage.delegates
    assert storage.senate_members.value == (HOT,)
    assert storage.registrations_this_block[0] == storage.registrations_this_interval[0] == 1


def test_root_register_asks_for_no_ownership_and_keeps_a_take(chain: Chain) -> None:
    chain.ok(ForceRegister(1, HOT, account("owner")))
    chain.storage.delegates[HOT] = 5
    chain.ok(RootRegister(HOT), COLD)
    assert chain.storage.owner[HOT] == account("owner")
    assert chain.storage.delegates[HOT] == 5


def test_root_replaces_the_lowest_stake_by_strictly_more() -> None:
    chain = root_chain(50, 20, 20)
    storage = chain.storage
    storage.total_hotkey_alpha[HOT, 0] = 20
    error = chain.refused(RootRegister(HOT), COLD)
    assert error.name == "StakeTooLowForRoot"
    assert error.values == {"stake": 20, "lowest": 20, "needed": 21}
    storage.total_hotkey_alpha[HOT, 0] = 21
    assert chain_events(chain.ok(RootRegister(HOT), COLD)) == [("NeuronRegistered", 0, 1, HOT)]
    assert storage.keys[0, 1] == HOT
    assert account("r1") in storage.senate_members.value


def test_a_root_of_many_is_searched_in_key_order() -> None:
    chain = new_chain()
    chain.set("max_allowed_uids", 300, 0)
    chain.seat(*[f"m{index}" for index in range(300)], netuid=0)
    for index in range(300):
        chain.storage.total_hotkey_alpha[account(f"m{index}"), 0] = 1 if index in (1, 256) else 2
    chain.storage.total_hotkey_alpha[HOT, 0] = 3
    assert chain_events(chain.ok(RootRegister(HOT), COLD)) == [("NeuronRegistered", 0, 256, HOT)]


def test_a_root_without_room(chain: Chain) -> None:
    chain.set("max_allowed_uids", 0, 0)
    assert chain.refused(RootRegister(HOT), COLD).name == "HotKeyNotRegisteredInSubNet"


def test_order_of_checks_on_root() -> None:
    chain = root_chain(50)
    storage = chain.storage
    storage.senate_members.value = (HOT,)
    storage.total_hotkey_alpha[HOT, 0] = 51
    assert chain.refused(RootRegister(HOT), COLD).name == "HotKeyAlreadyRegisteredInSubNet"
    storage.total_hotkey_alpha[HOT, 0] = 50
    assert chain.refused(RootRegister(HOT), COLD).name == "StakeTooLowForRoot"
    storage.uids[0, HOT] = 7
    assert chain.refused(RootRegister(HOT), COLD).name == "HotKeyAlreadyRegisteredInSubNet"
    storage.registrations_this_interval[0] = 300
    assert chain.refused(RootRegister(HOT), COLD).name == "TooManyRegistrationsThisInterval"
    storage.registrations_this_block[0] = 100
    assert chain.refused(RootRegister(HOT), COLD).name == "TooManyRegistrationsThisBlock"
    storage.networks_added[0] = False
    assert chain.refused(RootRegister(HOT)).name == "RootNetworkDoesNotExist"


def test_a_root_owner_that_cannot_be_replaced_fails_at_the_senate() -> None:
    chain = root_chain(50)
    chain.storage.subnet_owner_hotkey[0] = account("r0")
    chain.storage.total_hotkey_alpha[HOT, 0] = 51
    assert chain.refused(RootRegister(HOT), COLD).name == "HotKeyNotRegisteredInSubNet"


def full_senate(*, lowest: int) -> Chain:
    """Twelve senators with 100 rao each, of whom two have the lowest stake, and room on root."""
    chain = root_chain(*[100] * 12)
    chain.set("max_allowed_uids", 64, 0)
    for member in chain.storage.senate_members.value[3:5]:
        chain.storage.total_hotkey_alpha[member, 0] = lowest
    return chain


def test_a_full_senate_gives_its_last_lowest_member() -> None:
    chain = full_senate(lowest=10)
    before = chain.storage.senate_members.value
    chain.storage.total_hotkey_alpha[HOT, 0] = 11
    chain.ok(RootRegister(HOT), COLD)
    after = chain.storage.senate_members.value
    assert after == tuple(sorted({*before, HOT} - {before[4]}))


def test_a_full_senate_stays_where_the_stake_is_not_more() -> None:
    chain = full_senate(lowest=10)
    chain.storage.total_hotkey_alpha[HOT, 0] = 10
    events = chain.ok(RootRegister(HOT), COLD)
    assert not [event for event in events if isinstance(event, SenateChanged)]
    assert chain_events(events) == [("NeuronRegistered", 0, 12, HOT)]


def test_an_overfull_senate_cannot_be_joined() -> None:
    chain = full_senate(lowest=10)
    chain.storage.senate_members.value = (*chain.storage.senate_members.value, account("thirteenth"))
    assert chain.refused(RootRegister(HOT), COLD).name == "CouldNotJoinSenate"


def test_who_was_taken_out_of_the_senate_joins_again(chain: Chain) -> None:
    """senate.rs::test_senate_join_current_delegate, of the reference at 277."""
    chain.ok(RootRegister(HOT), COLD)
    chain.storage.senate_members.value = ()
    events = chain.ok(AdjustSenate(HOT), COLD)
    assert chain_events(events) == [("SenateAdjusted", ("old_member", None), ("new_member", HOT))]
    assert list(chain.storage.senate_members.value) == [HOT]


def test_a_senator_stays_when_stake_goes(chain: Chain) -> None:
    """senate.rs::test_senate_not_leave_when_stake_removed, of the reference at 277."""
    chain.ok(RootRegister(HOT), COLD)
    chain.set("subtoken_enabled", 1, 0)
    chain.ok(GrantStake(HOT, COLD, 0, 100 * TAO))
    chain.storage.subnet_tao[0] = 1_000 * TAO
    chain.ok(RemoveStake(HOT, 0, 100 * TAO), COLD)
    assert chain.storage.total_hotkey_alpha[HOT, 0] == 0
    assert chain.storage.senate_members.value == (HOT,)
