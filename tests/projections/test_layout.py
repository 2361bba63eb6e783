"""Layouts: what a runtime's storage has and reads as; and items that no layout knows, kept as a node had them."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.codec import decode, encode
from neuron_ledger.events.ledger import StorageChanged, StorageObserved
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.layout import LAYOUT_277, LAYOUTS
from neuron_ledger.events.storage.recorded_items import canonical_place, recorded_item
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import U16, U64
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.projections.bulk import fold_rows
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.journal import StorageClosed
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit

HALF_LIFE = Item("PriceHalfLife", "price_half_life", (U16,), U64, 360)
LATER = LAYOUT_277.with_items([HALF_LIFE]).without(["Rank"]).with_defaults({"Burn": 5, "MaxAllowedUids": 256})
"""A layout as a later runtime might have it: an item more, one less, two other defaults."""

RAW = canonical_changes({"raw:Beta": ({b"k2": b"v", b"k1": b""}, []), "Tempo": ({1: 9}, []), "raw:Alpha": ({b"": b"\x00"}, [])})


def test_a_later_layout_is_made_of_the_one_before() -> None:
    assert list(LATER.items) == [*(name for name in LAYOUT_277.items if name != "Rank"), "PriceHalfLife"]
    assert (LATER.items["Burn"].default, LAYOUT_277.items["Burn"].default) == (5, 10**9)
    assert LATER.items["Tempo"] is LAYOUT_277.items["Tempo"]
    assert (LATER.hyperparameters, LATER.errors) == (LAYOUT_277.hyperparameters, LAYOUT_277.errors)
    assert evolve(LATER, errors=("NotFound",)).errors == ("NotFound",)


def test_what_does_not_fit_a_layout_is_refused_by_name() -> None:
    with pytest.raises(FieldError, match="did you mean Burn"):
        LAYOUT_277.with_defaults({"Burm": 5})
    with pytest.raises(FieldError, match=r"Burn: .*-1"):
        LAYOUT_277.with_defaults({"Burn": -1})
    with pytest.raises(FieldError, match="'PriceHalfLife'"):
        LAYOUT_277.without(["PriceHalfLife"])
    with pytest.raises(FieldError, match="did you mean tempo"):
        LAYOUT_277.hyperparameter("tenpo")


def test_storage_reads_by_its_layout() -> None:
    storage = Storage(LATER)
    assert (storage.burn[1], storage.max_allowed_uids[1], storage.tempo[1]) == (5, 256, 360)
    assert storage.map("PriceHalfLife")[1] == storage.price_half_life[1] == 360  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="rank"):
        _ = storage.rank


def test_a_larger_layout_moves_no_digest() -> None:
    small, large = Storage(), Storage(LATER)
    assert small.encode() == large.encode()
    for storage in (small, large):
        with storage.transaction():
            storage.burn[1] = 5
            storage.senate_members.value = (b"a" * 32,)
    assert small.encode() == large.encode()
    assert Storage.decode(small.encode(), LATER).encode() == small.encode()


def test_adopting_a_layout_keeps_what_is_stored_and_changes_what_is_absent() -> None:
    storage = Storage()
    with storage.transaction():
        storage.burn[1] = 7
        storage.rank[1] = (1, 2)
    view, burn, before = storage.view(), storage.burn, storage.digest()
    held = view.burn
    storage.adopt(LATER)
    assert storage.digest() == before
    assert (burn[1], burn[2], held[2], view.burn[2]) == (7, 5, 5, 5)
    assert view.layout is storage.layout is storage.copy().layout is LATER
    assert storage.map("Rank")[1] == view.map("Rank")[1] == (1, 2)
    with storage.transaction():
        storage.map("Rank").remove(1)
    assert storage.digest() != before
    storage.adopt(LAYOUT_277)
    assert (storage.burn[2], view.burn[2], held[2], len(view.rank)) == (10**9, 10**9, 10**9, 0)


def test_a_view_cannot_be_given_a_layout() -> None:
    with pytest.raises(StorageClosed):
        Storage().view().adopt(LATER)


def test_a_transaction_that_fails_undoes_the_layout_too() -> None:
    storage = Storage()
    with pytest.raises(ZeroDivisionError), storage.transaction():  # noqa: PT012
        storage.adopt(LATER)
        raise ZeroDivisionError
    assert storage.layout is LAYOUT_277
    assert storage.burn[1] == 10**9


def test_every_layout_writes_an_item_in_the_same_way() -> None:
    """So entries are read without knowing which runtime wrote them."""
    for layout in LAYOUTS.values():
        for name, item in layout.items.items():
            assert item.name == name
            assert recorded_item(name).keys == item.keys
            if name != "AlphaSigmoidSteepness":
                assert recorded_item(name).value == item.value
    steepness = canonical_changes({"AlphaSigmoidSteepness": ({1: -(2**15), 2: 2**16 - 1}, [])})
    assert decode(StorageChanged.tag, encode(StorageChanged(changes=steepness))) == StorageChanged(changes=steepness)


def test_a_layouts_hyperparameters_are_kept_in_items_that_it_has() -> None:
    for layout in LAYOUTS.values():
        assert {entry.item for entry in layout.hyperparameters.values()} <= set(layout.items)


def test_every_layout_declares_items_in_canonical_order() -> None:
    for layout in LAYOUTS.values():
        assert list(layout.items) == sorted(layout.items, key=canonical_place)


@pytest.mark.parametrize("event", [StorageChanged(changes=RAW), StorageObserved(changes=RAW)])
def test_raw_items_are_recorded_folded_encoded_and_counted(event: StorageChanged | StorageObserved) -> None:
    assert [name for name, *_ in event.changes] == ["Tempo", "raw:Alpha", "raw:Beta"]
    again = decode(event.tag, encode(event))
    assert again == event
    storage = Storage()
    with storage.transaction():
        fold(storage, event)
    assert dict(storage.raw("Beta")) == {b"k1": b"", b"k2": b"v"}
    assert storage.view().raw("Beta")[b"k2"] == storage.map("raw:Beta")[b"k2"] == b"v"
    assert storage.raw("Beta")[b"k3"] is None
    for other in (Storage.decode(storage.encode()), storage.copy(), Storage.decode(storage.encode(), LATER)):
        assert other.encode() == storage.encode()
    with storage.transaction():
        storage.raw("Alpha").remove(b"")
    assert storage.digest() != other.digest()


def test_raw_items_live_in_a_ledger_and_its_snapshots() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(Observe("a node of another runtime", 0, bytes(32)), RAW)
    assert ledger.storage.raw("Alpha")[b""] == b"\x00"
    assert audit(ledger.log).clean
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
    folded = Storage(LATER)
    fold_rows(folded, ledger.log.rows_verified())
    assert folded.digest() == ledger.storage.digest()
    ledger.snapshot()
    assert Ledger(ledger.log).storage.digest() == ledger.storage.digest()


@pytest.mark.parametrize("name", ["raw:", "Beta", "raw", ""])
def test_only_what_is_named_raw_is_raw(name: str) -> None:
    with pytest.raises(FieldError, match="the on-chain name of a storage item"):
        Storage().map(name)
