"""Storage is closed: nobody writes but a transaction, and what a ledger's user holds is a view."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.journal import StorageClosed
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

ALICE = b"a" * 32
RICH, RICHER = 5000, 6000

Write = Callable[[Any], object]


def set_value(storage: Any) -> None:
    storage.total_issuance.value = 1


def set_entry(storage: Any) -> None:
    storage.balances[ALICE] = 10**18


def delete_entry(storage: Any) -> None:
    del storage.balances[ALICE]


def merge(storage: Any) -> None:
    balances = storage.balances
    balances |= {ALICE: 1}


def set_attribute(storage: Any) -> None:
    storage.balances = {ALICE: 1}


def delete_attribute(storage: Any) -> None:
    del storage.balances


BY_DICT: dict[str, Write] = {
    "del": delete_entry,
    "|=": merge,
    "pop": lambda storage: storage.balances.pop(ALICE),
    "pop with a default": lambda storage: storage.balances.pop(ALICE, 0),
    "popitem": lambda storage: storage.balances.popitem(),
    "update": lambda storage: storage.balances.update({ALICE: 1}),
    "update by name": lambda storage: storage.balances.update(alice=1),
    "setdefault": lambda storage: storage.balances.setdefault(ALICE, 1),
    "clear": lambda storage: storage.balances.clear(),
}
"""What a dict lets one do to it, and a map of storage does not even in a transaction."""

BY_ASSIGNMENT: dict[str, Write] = {
    "an attribute": set_attribute,
    "del of an attribute": delete_attribute,
}

WRITES: dict[str, Write] = {
    **BY_DICT,
    **BY_ASSIGNMENT,
    "an entry": set_entry,
    "a value": set_value,
    "remove": lambda storage: storage.balances.remove(ALICE),
    "remove of nothing": lambda storage: storage.balances.remove(bytes(32)),
    "place": lambda storage: storage.active.place(1, 0, True),
    "restore": lambda storage: storage.balances.restore(ALICE, RICH),
}

OPENINGS: dict[str, Write] = {
    "transaction": lambda storage: storage.transaction().__enter__(),
    "bulk": lambda storage: storage.bulk().__enter__(),
    "journal": lambda storage: storage.journal.begin(),
    "replace": lambda storage: storage.replace(Storage()),
}


def rich() -> Ledger:
    ledger = Ledger.in_memory(spec_version=277)
    ledger.submit(ForceSetBalance(ALICE, RICH)).unwrap()
    return ledger


@pytest.mark.parametrize("name", [*WRITES, *OPENINGS])
def test_a_ledgers_storage_refuses_every_write(name: str) -> None:
    ledger = rich()
    before = ledger.storage.digest()
    with pytest.raises(StorageClosed, match=r"submit a call to change it \(ledger.submit\)"):
        {**WRITES, **OPENINGS}[name](ledger.storage)
    assert ledger.storage.digest() == before
    assert ledger.storage.balances[ALICE] == RICH


@pytest.mark.parametrize("name", WRITES)
def test_storage_refuses_every_write_outside_of_a_transaction(name: str) -> None:
    storage = rich().storage.copy()
    before = storage.digest()
    with pytest.raises(StorageClosed, match="can only be written inside a transaction"):
        WRITES[name](storage)
    assert storage.digest() == before


@pytest.mark.parametrize("name", BY_DICT)
def test_nothing_slips_past_the_journal_of_an_open_transaction(name: str) -> None:
    storage = rich().storage.copy()
    before = storage.digest()
    with storage.transaction(), pytest.raises(StorageClosed, match=r"Balances: .* map.remove\(key\)"):
        BY_DICT[name](storage)
    assert storage.digest() == before


@pytest.mark.parametrize("name", BY_ASSIGNMENT)
def test_what_storage_has_is_not_for_a_transaction_to_change(name: str) -> None:
    storage = Storage()
    with storage.transaction(), pytest.raises(StorageClosed, match=r"entries \(storage.balances\[key\] = value\)"):
        BY_ASSIGNMENT[name](storage)
    assert isinstance(storage.balances, StorageMap)


def test_no_map_is_a_dict() -> None:
    for table in Storage().maps():
        assert not isinstance(table, dict)
        with pytest.raises(TypeError):
            dict.__setitem__(table, (), 1)  # type: ignore[index]


def test_the_view_has_the_open_hand_of_no_call() -> None:
    """While a call runs, its storage is open; the view that others hold is not."""
    storage = rich().storage.copy()
    view = storage.view()
    with storage.transaction():
        storage.balances[ALICE] = 6
        assert view.balances[ALICE] == 6
        with pytest.raises(StorageClosed):
            view.balances[ALICE] = 7


def test_a_view_is_its_own_view() -> None:
    storage = Storage()
    assert storage.view() is storage.view() is storage.view().view()


def test_a_copy_of_the_view_is_free() -> None:
    ledger = rich()
    copy = ledger.storage.copy()
    with copy.transaction():
        copy.balances[ALICE] = 10**18
    assert (copy.balances[ALICE], ledger.storage.balances[ALICE]) == (10**18, RICH)


def test_who_holds_the_storage_sees_the_truth_after_a_failed_batch() -> None:
    ledger = rich()
    held, held_map = ledger.storage, ledger.storage.balances
    with pytest.raises(ZeroDivisionError), ledger.batch():  # noqa: PT012
        ledger.submit(ForceSetBalance(ALICE, RICHER)).unwrap()
        ledger.submit(ForceSetBalance(b"b" * 32, RICHER)).unwrap()
        assert held.balances[ALICE] == held_map[ALICE] == RICHER
        raise ZeroDivisionError
    assert ledger.storage is held
    assert dict(held.balances) == dict(held_map) == {ALICE: RICH}
    ledger.submit(ForceSetBalance(ALICE, RICHER)).unwrap()
    assert held.balances[ALICE] == held_map[ALICE] == RICHER


def test_absent_entries_of_a_map_are_its_default_but_get_none_of_it() -> None:
    tempo = Storage().tempo
    assert (tempo[1], tempo.get(1), tempo.get(1, 7)) == (360, None, 7)
    assert (1 in tempo, len(tempo), list(tempo), dict(tempo)) == (False, 0, [], {})


ARGUMENTS: tuple[tuple[Any, ...], ...] = (
    *((), (ALICE,), (ALICE, 5), ((ALICE, 5),), ([(ALICE, 5)],), ([(ALICE, 5)], []), ([], [ALICE]), ({ALICE: 5},)),
    *((0, 0, 5), (ALICE, 0, 5), (lambda _: 5,), (evolve(LAYOUT_277.items["Balances"], default=5),)),
)


def test_nothing_that_can_be_called_on_a_ledgers_map_changes_what_it_reads() -> None:
    storage = rich().storage
    tables: tuple[Any, ...] = (storage.balances, storage.block_number)
    for table in tables:
        before = storage.digest(), table[()], table.item
        methods: dict[str, Any] = {name: getattr(table, name, None) for name in dir(table) if not name.startswith("_")}
        for name, method in methods.items():
            for arguments in ARGUMENTS:
                for named in ({}, {"has_same_keys": True}):
                    with suppress(Exception):
                        method(*arguments, **named)
                assert (storage.digest(), table[()], table.item) == before, (table, name, arguments)
