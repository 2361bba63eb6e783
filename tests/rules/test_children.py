"""Children: schedules, cooldown, the epoch that sets them, takes."""

from hashlib import blake2b

import pytest

from neuron_ledger.events.calls import SetChildkeyTake, SetChildren
from neuron_ledger.events.staking import ChildrenSet
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.wire.record import Event
from tests.chain_fixture import Chain, account, chain_events

COLD = account("parent-cold")
PARENT, A, B = account("parent"), account("a"), account("b")
HALF = 2**63
TEMPO = 10


@pytest.fixture
def chain() -> Chain:
    chain = Chain(block=1000)
    for netuid in (0, 1):
        chain.storage.tempo[netuid] = TEMPO
    chain.seat("parent", "a", "b")
    return chain


def to_next_epoch(chain: Chain) -> list[Event]:
    """Let blocks pass up to the one that runs the subnet's epoch."""
    return [
        event for event in chain.advance((TEMPO - (chain.block + 2)) % (TEMPO + 1) or TEMPO + 1) if isinstance(event, ChildrenSet)
    ]


def test_children_are_set_by_the_first_epoch_after_the_cooldown(chain: Chain) -> None:
    chain.set("pending_childkey_cooldown", 2 * TEMPO, 0)
    children: LINKS = ((HALF, A), (1, B))
    events = chain.ok(SetChildren(PARENT, 1, children), COLD)
    cooldown = chain.block + 2 * TEMPO
    assert chain_events(events) == [("SetChildrenScheduled", PARENT, 1, cooldown, children)]
    assert to_next_epoch(chain) == []
    assert to_next_epoch(chain) == []
    assert not any(isinstance(event, ChildrenSet) for event in chain.advance(TEMPO))
    assert chain.block > cooldown + 1
    (event,) = to_next_epoch(chain)
    assert chain_events([event]) == [("SetChildren", PARENT, 1, children)]
    assert chain.storage.child_keys[PARENT, 1] == children
    assert chain.storage.parent_keys[A, 1] == ((HALF, PARENT),)
    assert chain.storage.parent_keys[B, 1] == ((1, PARENT),)
    assert not chain.storage.pending_child_keys


def test_children_that_go_keep_an_empty_list_of_parents(chain: Chain) -> None:
    chain.ok(SetChildren(PARENT, 1, ((HALF, A), (1, B))), COLD)
    to_next_epoch(chain)
    chain.advance(150)
    chain.ok(SetChildren(PARENT, 1, ((2, B),)), COLD)
    to_next_epoch(chain)
    assert chain.storage.parent_keys[A, 1] == ()
    assert (A, 1) in chain.storage.parent_keys
    assert chain.storage.parent_keys[B, 1] == ((2, PARENT),)


def test_parents_of_one_child_come_in_the_order_of_their_hashed_keys(chain: Chain) -> None:
    parents = chain.seat(*(f"parent {number}" for number in range(8)))
    for number, parent in enumerate(parents):
        chain.ok(SetChildren(parent, 1, ((number, A),)), account(f"parent {number}-cold"))
    to_next_epoch(chain)
    order = [proportion for proportion, _ in chain.storage.parent_keys[A, 1]]
    assert order == sorted(range(8), key=lambda number: blake2b(parents[number], digest_size=16).digest())
    assert order != list(range(8))


def test_the_subnet_owners_hotkey_needs_no_stake(chain: Chain) -> None:
    chain.set("stake_threshold", 1000, 0)
    error = chain.refused(SetChildren(PARENT, 1, ((1, A),)), COLD)
    assert (error.name, error.values["missing"]) == ("NotEnoughStakeToSetChildkeys", 1000)
    chain.ok(SetChildren(PARENT, 1, ()), COLD)
    chain.advance(150)
    chain.storage.subnet_owner_hotkey[1] = PARENT
    chain.ok(SetChildren(PARENT, 1, ((1, A),)), COLD)


def test_children_change_at_most_every_150_blocks(chain: Chain) -> None:
    chain.ok(SetChildren(PARENT, 1, ()), COLD)
    chain.advance(149)
    error = chain.refused(SetChildren(PARENT, 1, ()), COLD)
    assert (error.name, error.values["allowed_from"]) == ("TxRateLimitExceeded", chain.block + 1)
    chain.advance()
    chain.ok(SetChildren(PARENT, 1, ()), COLD)


def test_a_childkey_take_goes_up_slowly_and_down_at_once(chain: Chain) -> None:
    chain.set("tx_childkey_take_rate_limit", 10, 0)
    assert chain.refused(SetChildkeyTake(PARENT, 1, 11797), COLD).name == "InvalidChildkeyTake"
    assert chain_events(chain.ok(SetChildkeyTake(PARENT, 1, 100), COLD)) == [("ChildKeyTakeSet", PARENT, 100)]
    chain.advance(9)
    error = chain.refused(SetChildkeyTake(PARENT, 1, 101), COLD)
    assert (error.name, error.values["allowed_from"]) == ("TxChildkeyTakeRateLimitExceeded", chain.block + 1)
    chain.ok(SetChildkeyTake(PARENT, 1, 100), COLD)
    chain.ok(SetChildkeyTake(PARENT, 1, 99), COLD)
    assert chain.storage.childkey_take[PARENT, 1] == 99
    assert chain.storage.transaction_key_last_block[PARENT, 1, 1] == chain.block
