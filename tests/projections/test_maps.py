"""What a map keeps besides its entries: their order, their groups, and what a journal remembers of each place."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neuron_ledger.events.ledger import StorageChanged, StorageObserved
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.items import ITEMS
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage

ALICE, BOB = b"a" * 32, b"b" * 32

Key = tuple[int, int]
Place = tuple[str, Key]

KEYS = st.tuples(st.integers(0, 2), st.integers(0, 3))
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.integers(0, 3)),
        st.tuples(st.just("remove"), KEYS),
        st.tuples(st.just("mark")),
        st.tuples(st.just("roll back"), st.integers(0, 5)),
        st.tuples(st.just("look")),
    ),
    max_size=60,
)


def place(key: Key) -> Key:
    """An order other than that of the keys."""
    return key[1], -key[0]


@given(st.dictionaries(KEYS, st.integers(0, 3)), DOINGS)
def test_orders_groups_and_marks_hold_whatever_is_done(begin: dict[Key, int], doings: list[Any]) -> None:
    storage = Storage()
    table = storage.block_at_registration
    with storage.transaction():
        for key, value in begin.items():
            table[key] = value
    now = dict(begin)
    marks: list[tuple[int, dict[Key, int]]] = []
    with storage.transaction() as journal:
        for what, *rest in doings:
            if what == "set":
                table[rest[0]] = now[rest[0]] = rest[1]
            elif what == "remove":
                table.remove(rest[0])
                now.pop(rest[0], None)
            elif what == "mark":
                marks.append((journal.mark(), dict(now)))
            elif what == "roll back" and rest[0] < len(marks):
                mark, now = marks[rest[0]]
                now = dict(now)
                del marks[rest[0] + 1 :]
                journal.rollback(mark)
            else:
                assert table.ordered(place) == storage.view().block_at_registration.ordered(place)
            assert dict(table) == now
            if what == "look" or what == "roll back":
                assert table.ordered(place) == sorted(now, key=place)
                assert [sorted(table.under(first)) for first in range(4)] == [
                    sorted(key for key in now if key[0] == first) for first in range(4)
                ]
        journal.rollback()
    assert dict(table) == begin
    assert table.ordered(place) == sorted(begin, key=place)


def test_a_place_is_remembered_once_between_two_marks() -> None:
    storage = Storage()
    with storage.transaction() as journal:
        for value in range(5):
            storage.burn[1] = value
        storage.burn.remove(1)
        storage.burn[1] = 7
        assert len(journal.since(0)) == 1
        mark = journal.mark()
        for value in range(5):
            storage.burn[1] = value
        assert [old for _, _, old in journal.since(mark)] == [7]
        journal.rollback(mark)
        assert storage.burn[1] == 7
        storage.burn[1] = 8
        assert [old for _, _, old in journal.since(mark)] == [7]


def test_what_an_event_writes_does_not_count_as_written_by_the_rule_after_it() -> None:
    """A quantity that a rule moves after an event set it stands in StorageChanged; what the event alone set does not."""
    storage = Storage()
    with storage.transaction():
        tx: Tx = Transaction(storage, TIMELINE.runtime(277))
        storage.balances[ALICE] = 1
        tx.emit(StorageObserved(changes=canonical_changes({"Balances": ({ALICE: 2, BOB: 2}, []), "Burn": ({1: 2, 2: 2}, [])})))
        storage.burn[2] = 3
        tx.emit(StorageObserved(changes=canonical_changes({"Burn": ({3: 3}, [1])})))
        storage.burn[1] = 4
        moved = tx.finish()[-1].event
        storage.journal.rollback()
    assert moved == StorageChanged(changes=canonical_changes({"Burn": ({1: 4, 2: 3}, [])}))
    assert storage.digest() == Storage().digest()


PLACES = st.integers(0, 1)
VALUES = st.none() | st.integers(0, 2)
"""None: the entry is removed."""
STEPS = st.lists(
    st.tuples(st.just("rule"), PLACES, VALUES)
    | st.tuples(st.just("event"), PLACES, VALUES)
    | st.tuples(st.just("desk"), PLACES, st.integers(0, 2))
    | st.tuples(st.sampled_from(["savepoint", "undo", "keep", "settle"]), st.just(0), st.none()),
    max_size=14,
)


KEPT = [("savepoint", 0, None), ("rule", 0, 1), ("keep", 0, None)]


@settings(max_examples=400)
@example({0: 0}, [("rule", 0, 1), ("event", 0, 2), ("rule", 0, 0)])
@example({0: 0}, [("rule", 0, 1), ("event", 0, None), ("rule", 0, 0)])
@example({0: 0}, [("rule", 0, 1), ("savepoint", 0, None), ("event", 0, 1), ("undo", 0, None)])
@example({}, [("rule", 0, 1), ("savepoint", 0, None), ("event", 0, 2), ("rule", 0, 1)])
@example({}, [("event", 0, 1), ("rule", 0, None), ("event", 0, None), ("rule", 0, 1)])
@example({}, [("savepoint", 0, None), ("event", 0, 2), ("rule", 0, None), ("event", 0, None), ("undo", 0, None), ("rule", 0, 2)])
@example({0: 0}, [*KEPT, ("savepoint", 0, None), ("rule", 0, 2), ("undo", 0, None)])
@example({0: 0}, [("rule", 1, 1), ("savepoint", 0, None), *KEPT, ("rule", 0, 2), ("rule", 1, 2), ("undo", 0, None)])
@given(begin=st.dictionaries(PLACES, st.integers(0, 2)), steps=STEPS)
def test_whatever_rules_and_events_write_in_turns_is_what_folding_gives(begin: dict[int, int], steps: list[Any]) -> None:
    storage = Storage()
    with storage.transaction():
        for place, value in begin.items():
            storage.burn[place] = value
    replayed = storage.copy()
    with storage.transaction():
        tx: Tx = Transaction(storage, TIMELINE.runtime(277))
        savepoints = []
        for what, place, value in steps:
            if what == "savepoint":
                savepoints.append((tx.savepoint(), dict(storage.burn)))
            elif what == "undo" and savepoints:
                savepoint, stood = savepoints.pop()
                tx.undo(savepoint)
                assert dict(storage.burn) == stood
            elif what == "keep" and savepoints:
                tx.keep(savepoints.pop()[0])
            elif what == "desk":
                storage.burn.assume({**storage.burn, place: value}, has_same_keys=place in storage.burn)
            elif what == "settle" and not savepoints:
                tx.settle()
            elif what == "event":
                changed = ({}, [place]) if value is None else ({place: value}, [])
                tx.emit(StorageObserved(changes=canonical_changes({"Burn": changed})))
            elif what == "rule" and value is None:
                storage.burn.remove(place)
            elif what == "rule":
                storage.burn[place] = value
        happened = tx.finish()
    with replayed.transaction():
        for each in happened:
            fold(replayed, each.event)
    assert dict(replayed.burn) == dict(storage.burn)


def test_a_view_sees_keys_that_came_after_it_was_asked() -> None:
    storage = Storage()
    view = storage.view()
    for netuid in (3, 1, 2):
        with storage.transaction():
            storage.bonds[netuid, 0] = b""
        assert view.bonds.ordered(lambda key: key) == storage.bonds.ordered(lambda key: key)
        assert view.bonds.under(netuid) == [(netuid, 0)]


def test_exchanged_entries_are_ordered_and_grouped_anew() -> None:
    storage, other = Storage(), Storage()
    with storage.transaction(), other.transaction():
        storage.bonds[1, 0] = other.bonds[2, 0] = b""
    assert (storage.bonds.ordered(lambda key: key), storage.bonds.under(2)) == ([(1, 0)], [])
    storage.replace(other)
    assert (storage.bonds.ordered(lambda key: key), storage.bonds.under(2)) == ([(2, 0)], [(2, 0)])
    with storage.bulk():
        storage.bonds[0, 0] = b""
    assert storage.bonds.ordered(lambda key: key) == [(0, 0), (2, 0)]


ACCOUNTS = st.binary(min_size=32, max_size=32)
NUMBERS = st.one_of(st.integers(0, 300), st.integers(0, 2**16 - 1))


@pytest.mark.parametrize("name", ["Bonds", "TotalHotkeyAlpha", "Alpha", "Uids", "Burn", "Balances", "UsedWork", "StakeJobs"])
@given(st.data())
def test_keys_are_ordered_as_their_bytes_are(name: str, data: st.DataObject) -> None:
    item = ITEMS[name]
    kinds = {"U16": NUMBERS, "U64": st.integers(0, 2**64 - 1), "ACCOUNT": ACCOUNTS, "BYTES": st.binary(max_size=70)}
    parts = {
        "Bonds": ("U16", "U16"),
        "TotalHotkeyAlpha": ("ACCOUNT", "U16"),
        "Alpha": ("ACCOUNT", "ACCOUNT", "U16"),
        "Uids": ("U16", "ACCOUNT"),
        "Burn": ("U16",),
        "Balances": ("ACCOUNT",),
        "UsedWork": ("BYTES",),
        "StakeJobs": ("U64", "U64"),
    }[name]
    keys = st.tuples(*(kinds[part] for part in parts)) if len(parts) > 1 else kinds[parts[0]]
    some = data.draw(st.lists(keys, max_size=12))
    assert item.rows.ordered(some) == sorted(some, key=item.rows.order)


def test_keys_that_do_not_compare_are_left_for_the_encoding_to_name() -> None:
    rows = ITEMS["Burn"].rows
    assert rows.ordered([2, b"\x01", 1]) == sorted([2, b"\x01", 1], key=rows.order)
