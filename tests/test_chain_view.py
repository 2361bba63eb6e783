"""A chain as an object: looked at now and at blocks that have passed, and accounts as people write them."""

import pytest

from neuron_ledger import Ledger, calls
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.projections.journal import StorageClosed
from neuron_ledger.projections.views.metagraph import metagraph
from neuron_ledger.projections.views.neuron_info import neuron_info
from neuron_ledger.projections.views.not_there import NotThere
from tests.chain_fixture import account
from tests.ledger_fixture import eventful_ledger

ALICE = account("alice")
ADDRESS = ss58.encode(ALICE)


def test_what_is_looked_at_is_what_storage_holds() -> None:
    ledger = eventful_ledger()
    assert ledger.netuids() == (0, 1, 2)
    subnet = ledger.subnet(1)
    assert subnet.n == ledger.storage.subnetwork_n[1] > 0
    assert ledger.metagraph(1) == subnet.metagraph() == metagraph(ledger.storage, 1)
    assert subnet.neurons() == tuple(neuron_info(ledger.storage, 1, uid) for uid in range(subnet.n))
    assert subnet.neuron(0).hotkey == ledger.storage.keys[1, 0]
    first = subnet.neuron(0)
    assert subnet.neuron(first.hotkey) == subnet.neuron(ss58.encode(first.hotkey)) == first
    assert subnet.values["Tempo"] == ledger.storage.tempo[1]
    assert repr(subnet) == f"<SubnetView: subnet 1 at block {ledger.block}, {subnet.n} neurons>"


def test_a_chain_at_a_block_that_has_passed_stays_as_it_was() -> None:
    ledger = eventful_ledger()
    block, before = ledger.block, ledger.metagraph(1)
    entry = ledger.head.position
    ledger.submit(calls.SudoSet("tempo", 1, 77)).unwrap()
    ledger.advance_to(block + 50)
    for past in (ledger.at(block=block + 20), ledger.at(position=entry)):
        assert past.block == (block if past.position == entry else block + 20)
        assert past.subnet(1).values["Tempo"] == (before.values["Tempo"] if past.position == entry else 77)
    assert ledger.at(position=entry).metagraph(1) == before
    with pytest.raises(ValueError, match="block 9999 is not in the log"):
        ledger.at(block=9999)
    with pytest.raises(StorageClosed):
        ledger.at(position=entry).storage.tempo[1] = 5


def test_what_is_not_there_is_answered_with_what_is() -> None:
    ledger = eventful_ledger()
    with pytest.raises(NotThere, match=rf"netuid: there is no subnet 7 at block {ledger.block}; there are: 0, 1, 2"):
        ledger.metagraph(7)
    with pytest.raises(NotThere, match=r"uid: subnet 1 has no uid 300; it has \d+ neurons"):
        ledger.subnet(1).neuron(300)
    with pytest.raises(NotThere, match=r"hotkey: 5.* is not registered on subnet 1 at block .*tenures --hotkey") as caught:
        ledger.subnet(1).neuron(ADDRESS)
    assert (caught.value.netuid, caught.value.uid, caught.value.hotkey) == (1, None, ALICE)
    with pytest.raises(NotThere, match="there are: none"):
        Ledger.in_memory(spec_version=277).subnet(1)


def test_an_account_may_be_given_as_people_write_it() -> None:
    bob = account("bob")
    assert calls.BurnedRegister(1, ADDRESS) == calls.BurnedRegister(1, ALICE)
    assert calls.ForceSetBalance(ALICE.hex(), 5) == calls.ForceSetBalance(ALICE, 5)
    children = calls.SetChildren(ADDRESS, 1, ((5, bob), (6, ADDRESS)))
    assert children == calls.SetChildren(ALICE, 1, ((5, bob), (6, ALICE)))
    ledger = Ledger.in_memory(spec_version=277)
    receipts = [ledger.submit(calls.BurnedRegister(1, bob), origin) for origin in (ADDRESS, ALICE)]
    assert str(receipts[0].error) == str(receipts[1].error)
    rows = list(ledger.log.read_verified())
    assert rows[0].payload == rows[2].payload


def test_what_is_no_account_is_refused_with_its_place() -> None:
    with pytest.raises(FieldError, match=r"^hotkey: expected an account \(bad SS58 checksum: mistyped or cut\), got '5"):
        calls.BurnedRegister(1, ADDRESS[:-1] + "1")
    with pytest.raises(FieldError, match=r"^children\[1\]\[1\]: expected an account \(neither an SS58"):
        calls.SetChildren(ALICE, 1, ((5, ALICE), (6, "nobody?")))
    with pytest.raises(FieldError, match=r"^netuid: expected an integer from 0"):
        calls.BurnedRegister(70_000, ADDRESS)
    ledger = Ledger.in_memory(spec_version=277)
    with pytest.raises(FieldError, match="origin: expected an account"):
        ledger.submit(calls.BurnedRegister(1, ALICE), "nobody")
    assert ledger.head.position == 0
