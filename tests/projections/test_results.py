"""Events carry results: a fold assigns what they name, and knows no rule by which it came about."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.calls import ForceRegister, ForceSetBalance
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import PayloadError, decode, encode
from neuron_ledger.events.registration import AccountCreated, NeuronAppended, NeuronReplaced
from neuron_ledger.events.staking import ChildkeyTakeSet
from neuron_ledger.events.subnets import NetworkInitialized, NetworkRemoved, RootNetworkCreated
from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.projections import keys, networks
from neuron_ledger.projections.fold import FOLDS, fold, neuron_appended, neuron_replaced, weights_set
from neuron_ledger.projections.fold_table import fold_table, folds
from neuron_ledger.projections.growing import Growing
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account
from tests.ledger_fixture import open_subnets

HOT, OTHER, COLD = account("hot"), account("other"), account("cold")


def folded(*events: Any) -> Storage:
    storage = Storage()
    with storage.transaction():
        for event in events:
            fold(storage, event)
    return storage


def appended(uid: int, hotkey: bytes, values: tuple[tuple[str, int], ...]) -> NeuronAppended:
    return NeuronAppended(netuid=1, uid=uid, hotkey=hotkey, block_at_registration=5, values=values)


def replaced(values: tuple[tuple[str, int], ...], cleared: tuple[str, ...]) -> NeuronReplaced:
    return NeuronReplaced(
        netuid=1,
        uid=0,
        old_hotkey=HOT,
        new_hotkey=OTHER,
        block_at_registration=9,
        pruning_score=2**40,
        values=values,
        cleared=cleared,
    )


def test_a_new_uid_has_the_values_that_its_event_names_and_no_others() -> None:
    storage = folded(appended(0, HOT, (("Active", 1), ("Rank", 7))), appended(1, OTHER, (("Active", 0), ("Rank", 65535))))
    assert storage.active[1] == (True, False)
    assert all(type(flag) is bool for flag in storage.active[1])
    assert storage.rank[1] == (7, 65535)
    assert 1 not in storage.trust
    assert 1 not in storage.last_update


def test_a_replacement_clears_what_its_event_names_and_no_more() -> None:
    storage = folded(appended(0, HOT, (("Rank", 7), ("Trust", 8), ("LastUpdate", 5))))
    with storage.transaction():
        storage.axons[1, HOT] = (1, 1, 1, 1, 4, 0, 0, 0)
        storage.prometheus[1, HOT] = (1, 1, 1, 1, 4)
        storage.bonds[1, 0] = storage.weights[1, 0] = bytes(4)
        fold(storage, replaced((("LastUpdate", 9),), ("Prometheus", "Weights")))
    assert (storage.last_update[1], storage.rank[1], storage.trust[1]) == ((9,), (7,), (8,))
    assert (1, HOT) in storage.axons
    assert (1, HOT) not in storage.prometheus
    assert (1, 0) in storage.bonds
    assert (1, 0) not in storage.weights
    assert (storage.keys[1, 0], storage.uids[1, OTHER], storage.uids[1, HOT]) == (OTHER, 0, None)


def test_an_epoch_has_whatever_vectors_it_names() -> None:
    """Another runtime's: without ranks, and with a vector of u64 where 277 has none."""
    event = EpochCompleted(
        netuid=1, vectors=(("Incentive", (1, 2)), ("LastUpdate", (2**64 - 1, 0)), ("Active", (True, False))), bonds=()
    )
    again = decode(event.tag, encode(event))
    assert again == event
    storage = folded(event)
    assert (storage.incentive[1], storage.last_update[1], storage.active[1]) == ((1, 2), (2**64 - 1, 0), (True, False))
    assert 1 not in storage.rank
    assert event.vector("Incentive") == (1, 2)
    with pytest.raises(KeyError):
        event.vector("Rank")


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ((("Incentive", (70000,)),), r"vectors.Incentive\[0\]: expected an integer from 0 to 2\^16 - 1, got 70000"),
        ((("Nothing", ()),), "on-chain name"),
        ((("Tempo", ()),), "one value per uid"),
        (("Rank", ()), "vectors: expected a list of 2 values, got 'Rank'"),
    ],
)
def test_vectors_that_do_not_fit_their_items_are_refused(vectors: Any, said: str) -> None:
    event = EpochCompleted(netuid=1, vectors=vectors, bonds=())
    with pytest.raises(FieldError, match=said):
        encode(event)


def test_vectors_that_cannot_be_read_are_refused() -> None:
    good = encode(EpochCompleted(netuid=1, vectors=(("Rank", (1, 2)),), bonds=()))
    for forged in (good.replace(b"Rank", b"Nope"), good.replace(b"Rank", b"Burn"), good.replace(b"\xc4\x04", b"\xc4\x03")):
        with pytest.raises(PayloadError, match="EpochCompleted/1"):
            decode("EpochCompleted/1", forged)


def test_a_subnet_begins_and_ends_with_what_its_events_name() -> None:
    begun = (
        RootNetworkCreated(total_networks=1, values=(("NetworksAdded", 1), ("Tempo", 3))),
        NetworkInitialized(netuid=1, total_networks=2, values=(("NetworksAdded", 1), ("Kappa", 5))),
        appended(0, HOT, (("Rank", 7),)),
    )
    storage = folded(*begun)
    assert storage.networks_added[0] is storage.networks_added[1] is True
    assert (storage.tempo[0], storage.kappa[1], 1 in storage.tempo) == (3, 5, False)
    with_take = ChildkeyTakeSet(hotkey=HOT, netuid=1, take=7)
    gone = NetworkRemoved(
        netuid=1,
        total_networks=1,
        members=(),
        cleared=("Keys", "Rank", "ChildkeyTake"),
        indices=(1, 4097),
        cleared_of_mechanisms=("LastUpdate", "Weights"),
        root_weights=(),
    )
    weights = [WeightsSet(netuid=index, uid=0, row=b"", last_update=None) for index in (1, 2, 4097)]
    storage = folded(*begun, with_take, *weights, gone)
    assert list(storage.weights) == [(2, 0)]
    assert not storage.childkey_take
    assert (1, 0) not in storage.keys
    assert (1, HOT) in storage.uids
    assert (HOT, 1) in storage.is_network_member
    assert 1 not in storage.rank
    assert 1 in storage.kappa


# ------------------------------------------------------------------------------------------------- long lists of accounts


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)), st.data())
def test_a_growing_sequence_is_like_a_tuple(first: list[int], then: list[int], data: st.DataObject) -> None:
    """Whatever grows from whatever, in any order: no sequence sees what another got."""
    both: list[tuple[Growing, tuple[int, ...]]] = [(Growing(first), tuple(first))]
    for item in then:
        growing, plain = data.draw(st.sampled_from(both))
        both.append((growing.appended(item), (*plain, item)))
    for growing, plain in both:
        assert growing == plain
        assert plain == growing
        assert (len(growing), list(growing), growing[1:], repr(growing)) == (len(plain), list(plain), plain[1:], repr(plain))
        assert [growing[i] for i in range(-len(plain), len(plain))] == [*plain, *plain]
        assert [item in growing for item in range(10)] == [item in plain for item in range(10)]


def test_what_was_added_is_undone_with_its_transaction() -> None:
    storage = Storage()
    created = AccountCreated(hotkey=HOT, coldkey=COLD, owned=True, staking=False)
    with storage.transaction() as tx:
        fold(storage, created)
        assert storage.owned_hotkeys[COLD] == (HOT,)
        tx.rollback()
    assert COLD not in storage.owned_hotkeys
    storage = folded(created, AccountCreated(hotkey=OTHER, coldkey=COLD, owned=True, staking=True))
    assert (storage.owned_hotkeys[COLD], storage.staking_hotkeys[COLD]) == ((HOT, OTHER), (OTHER,))
    assert Storage.decode(storage.encode()).owned_hotkeys[COLD] == (HOT, OTHER)
    assert Storage.decode(storage.encode()).digest() == storage.digest()


def test_registrations_of_one_coldkey_copy_no_list() -> None:
    """4,000 hotkeys of one coldkey: its lists grow where they are, and each event has the same size."""
    with Ledger.in_memory(spec_version=277) as ledger:
        open_subnets(ledger, *range(1, 17))
        ledger.submit(ForceSetBalance(COLD, 10**9)).unwrap()
        grown: list[object] = []
        sizes: set[int] = set()
        for thousand in range(4):
            with ledger.batch():
                for number in range(1000):
                    netuid = 1 + (thousand * 1000 + number) // 250
                    events = ledger.submit(ForceRegister(netuid, account(f"{thousand}.{number}"), COLD)).unwrap().events
                    sizes.update(len(encode(event)) for event in events if isinstance(event, AccountCreated))
            owned = ledger.storage.owned_hotkeys[COLD]
            assert isinstance(owned, Growing)
            grown.append(owned._items)
        assert len(sizes) == 1
        assert all(items is grown[0] for items in grown)
        assert len(ledger.storage.owned_hotkeys[COLD]) == 4000
        assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
        assert audit(ledger.log).clean


def test_an_event_has_one_fold() -> None:
    rows = folds(NeuronAppended, neuron_appended), folds(WeightsSet, weights_set)
    with pytest.raises(ValueError, match=r"WeightsSet/\d+ has two folds, weights_set and neuron_replaced"):
        fold_table(*rows, (WeightsSet, neuron_replaced))
    assert fold_table(*rows) == {NeuronAppended: neuron_appended, WeightsSet: weights_set}
    assert set(FOLDS) >= {*networks.FOLDS, *keys.FOLDS}


def test_a_fold_of_another_event_does_not_fit_a_table() -> None:
    """mypy refuses these rows: without its refusal, the comments that expect it would be errors themselves."""
    assert folds(WeightsSet, weights_set) == (WeightsSet, weights_set)
    folds(WeightsSet, neuron_appended)  # type: ignore[arg-type]
    folds(NeuronAppended, weights_set)  # type: ignore[arg-type]
    fold_table(folds(NeuronReplaced, weights_set))  # type: ignore[arg-type]
