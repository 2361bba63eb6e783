"""Storage: defaults, the journal, canonical bytes, and the agreement of its two tables."""

from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.items_424 import BETWEEN
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.projections.journal import StorageClosed
from neuron_ledger.projections.maps import StorageMap, StorageValue
from neuron_ledger.projections.storage import Storage

ALICE, BOB = b"a" * 32, b"b" * 32
MAPS = (StorageMap, StorageValue)

ITEMS = (*(item for layout in LAYOUTS.values() for item in layout.items.values()), *BETWEEN, *BEFORE_277)
"""Those of every layout."""


def filled() -> Storage:
    storage = Storage()
    with storage.transaction():
        storage.tempo[1] = 10
        storage.uids[1, ALICE] = 0
        storage.keys[1, 0] = ALICE
        storage.balances[BOB] = 2**64 - 1
        storage.subnet_moving_price[1] = -5
        storage.active[1] = (True, False)
        storage.total_issuance.value = 7
    return storage


def test_absent_entries_read_as_defaults_and_are_not_made() -> None:
    storage = Storage()
    assert storage.tempo[9] == 360
    assert storage.uids[9, ALICE] is None
    assert storage.total_issuance.value == 0
    assert 9 not in storage.tempo
    assert Storage().digest() == storage.digest()


def test_every_item_is_declared_once_with_its_types() -> None:
    hints = {name: hint for name, hint in get_type_hints(Storage).items() if getattr(hint, "__origin__", None) in MAPS}
    assert set(hints) == {item.attribute for item in ITEMS}
    for item in ITEMS:
        expected = MAPS[0] if item.keys else MAPS[1]
        assert hints[item.attribute].__origin__ is expected, item.name
        if item.default is not None:
            read(people, item.default, item.value, item.name)


def test_attributes_are_the_names_in_snake_case() -> None:
    for item in ITEMS:
        assert item.attribute == item.attribute.lower()
        assert item.attribute.replace("_", "") == item.name.replace(".", "").lower(), item.name


def test_a_rolled_back_journal_leaves_no_trace() -> None:
    storage = filled()
    before = storage.digest()
    with storage.transaction() as journal:
        storage.tempo[1] = 11
        storage.tempo[2] = 12
        storage.uids.remove((1, ALICE))
        storage.uids.remove((1, BOB))
        storage.total_issuance.value = 8
        mark = journal.mark()
        storage.tempo[2] = 13
        journal.rollback(mark)
        assert storage.tempo[2] == 12
        journal.rollback()
    assert storage.digest() == before
    assert 2 not in storage.tempo


def test_an_exception_undoes_a_transaction() -> None:
    storage = filled()
    before = storage.digest()
    with pytest.raises(ZeroDivisionError), storage.transaction():  # noqa: PT012
        storage.tempo.remove(1)
        storage.burn[1] = 1 // 0
    assert storage.digest() == before


def test_transactions_do_not_nest() -> None:
    storage = Storage()
    with storage.transaction():
        for another in (storage.transaction, storage.bulk):
            with pytest.raises(RuntimeError, match="a transaction is open"), another():
                pass
        with pytest.raises(RuntimeError, match="a transaction is open"):
            storage.replace(Storage())


def test_encoding_is_canonical_and_reads_back() -> None:
    storage = filled()
    again = Storage()
    with again.transaction():
        for table in reversed(list(storage.maps())):
            for key in reversed(list(table)):
                again.map(table.item.name)[key] = table[key]
    assert again.encode() == storage.encode()
    assert Storage.decode(storage.encode()).digest() == storage.digest()
    assert storage.copy().digest() == storage.digest()


def test_the_digest_is_pinned() -> None:
    """The same on every Python and machine: a changed value here means that recorded digests no longer hold."""
    assert filled().digest().hex() == "2bbd5c6725053688302a5afe903fef731fe8c72f674dbbc192077fd5edfe0e2b"


def test_presence_counts_even_of_a_default() -> None:
    storage = Storage()
    with storage.transaction():
        storage.tempo[1] = 360
    assert storage.digest() != Storage().digest()


@pytest.mark.parametrize("bad", [b"", b"\x91", b"\xc0", b"\x91\x92\xa4Nope\x90", b"\x91\x92\xa5Tempo\x91\x91\x01"])
def test_bytes_that_are_no_storage_are_refused(bad: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Storage.decode(bad)


@given(st.dictionaries(st.integers(0, 2**16 - 1), st.integers(0, 2**64 - 1)))
def test_any_map_survives_encoding(entries: dict[int, int]) -> None:
    storage = Storage()
    with storage.transaction():
        for key, value in entries.items():
            storage.burn[key] = value
    assert dict(Storage.decode(storage.encode()).burn) == entries


def test_a_compacted_journal_rolls_back_to_where_it_was_compacted() -> None:
    storage = Storage()
    with storage.transaction():
        storage.burn[1] = 5
    with storage.transaction() as journal:
        storage.burn[2] = 1
        mark = journal.mark()
        for value in range(10):
            storage.burn[1] = value
            storage.burn[2] = value
            storage.burn[3] = value
        storage.burn.remove(3)
        journal.compact(mark)
        assert journal.mark() == mark + 3
        journal.rollback(mark)
        assert dict(storage.burn) == {1: 5, 2: 1}
        journal.rollback()
        assert dict(storage.burn) == {1: 5}


def test_what_was_removed_and_written_again_rolls_back_to_what_it_was() -> None:
    storage = Storage()
    table = storage.tempo
    with storage.transaction():
        table[1] = 10
    with storage.transaction():
        begin = storage.journal.mark()
        table.remove(1)
        table[1] = 20
        table.remove(1)
        table[2] = 30
        table.remove(2)
        table[2] = 40
        assert len(storage.journal.since(begin)) == 2
        middle = storage.journal.mark()
        table.remove(2)
        table[1] = 50
        storage.journal.rollback(middle)
        assert (table.get(1), table.get(2)) == (None, 40)
        storage.journal.rollback(begin)
        assert (table.get(1), table.get(2)) == (10, None)


entries = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8)


@given(entries, entries, st.sets(st.integers(0, 5)), st.booleans())
def test_several_entries_are_written_as_one_after_another(
    before: list[tuple[int, int]], new: list[tuple[int, int]], gone: set[int], has_mark: bool
) -> None:
    """With what the journal remembers of it, and what a rollback puts back."""
    one_by_one, together = Storage(), Storage()
    ends, remembered = [], []
    for storage in (one_by_one, together):
        with storage.transaction():
            storage.tempo.change(before, ())
        begin = storage.encode()
        with storage.transaction() as journal:
            storage.tempo.ordered(lambda netuid: -netuid)
            for netuid in gone:
                storage.tempo.remove(netuid)
            if has_mark:
                journal.mark()
            if storage is together:
                storage.tempo.put_all(new)
            else:
                for netuid, tempo in new:
                    storage.tempo[netuid] = tempo
            remembered.append([(key, old) for _, key, old in journal.since(0)])
            ends.append((storage.encode(), storage.tempo.ordered(lambda netuid: -netuid)))
            journal.rollback()
            assert storage.encode() == begin
    assert ends[0] == ends[1]
    assert remembered[0] == remembered[1]


def test_nobody_writes_several_entries_outside_of_a_transaction() -> None:
    with pytest.raises(StorageClosed, match="Tempo"):
        Storage().tempo.put_all([(1, 2)])


@pytest.mark.parametrize("count", [0, 1, 15, 16, 1 << 16])
def test_many_entries_are_encoded_as_one_array(count: int) -> None:
    for item, entries in (("Burn", [(netuid, netuid) for netuid in range(count)]), ("Uids", [((1, ALICE), 3)] * count)):
        rows = recorded_item(item).rows
        flat = [[*rows.parts(key), value] for key, value in entries]
        assert rows.encode(entries) == msgspec.msgpack.encode(flat)


def test_changes_are_in_order_whether_others_have_the_same_keys_or_not() -> None:
    netuids = [*range(300, 200, -1), *range(100)]
    changes: dict[str, tuple[dict[Any, Any], list[Any]]] = {
        "Tempo": (dict.fromkeys(netuids, 1), []),
        "Burn": (dict.fromkeys(reversed(netuids), 1), []),
        "UsedWork": ({bytes(netuid): 1 for netuid in netuids}, []),
        "StakeJobs": ({(netuid, 1): b"" for netuid in netuids}, []),
    }
    for name, entries, _ in canonical_changes(changes):
        assert [key for key, _ in entries] == sorted(changes[name][0], key=recorded_item(name).rows.order)
