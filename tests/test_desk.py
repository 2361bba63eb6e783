"""A desk: what is done at it is what would be done in storage itself, and recorded, undone and folded like that."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.ledger.desk import FEW_SUBNETS, at_desk
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage

RULES = TIMELINE.runtime(424)
SUBNETS = FEW_SUBNETS + 2

NETUIDS = st.integers(0, SUBNETS + 1)
WRITES = st.tuples(st.sampled_from(["subnet_tao", "tempo", "subtoken_enabled"]), NETUIDS, st.integers(0, 3))
DOINGS = st.one_of(
    WRITES,
    st.tuples(st.just("remove"), NETUIDS),
    st.tuples(st.just("total_stake"), st.integers(0, 3)),
    st.tuples(st.just("event"), NETUIDS, st.integers(1, 3)),
)
STRETCHES = st.lists(st.lists(DOINGS, max_size=8), max_size=4)


def begun(entries: dict[int, int]) -> Storage:
    storage = Storage(RULES.layout)
    with storage.transaction():
        for netuid in range(SUBNETS):
            storage.networks_added[netuid] = True
            storage.first_emission_block_number[netuid] = 1
        for netuid, tao in entries.items():
            storage.subnet_tao[netuid] = tao
    return storage


def do(tx: Tx, what: Any, *rest: Any) -> None:
    storage = tx.storage
    if what == "remove":
        storage.subnet_tao.remove(rest[0])
    elif what == "total_stake":
        storage.total_stake.value = rest[0]
    elif what == "event":
        tx.emit(HyperparameterSet(name="tempo", netuid=rest[0], value=rest[1]))
    else:
        table = getattr(storage, what)
        table[rest[0]] = bool(rest[1]) if what == "subtoken_enabled" else table[rest[0]] + rest[1]


def do_all(doings: list[Any], tx: Tx) -> None:
    for doing in doings:
        do(tx, *doing)


@given(st.dictionaries(NETUIDS, st.integers(0, 3)), STRETCHES, st.booleans())
def test_what_is_done_at_a_desk_is_done_in_storage(entries: dict[int, int], stretches: list[list[Any]], fails: bool) -> None:
    """Several desks in one transaction, with writes in place between them: the same entries, events and changes."""
    plain, desked = begun(entries), begun(entries)
    before = plain.digest()
    with plain.transaction() as one, desked.transaction() as other:
        in_place: Tx = Transaction(plain, RULES)
        tx: Tx = Transaction(desked, RULES)
        for number, doings in enumerate(stretches):
            for doing in doings:
                do(in_place, *doing)
            if number % 2 == 0:
                at_desk(tx, partial(do_all, doings))
            else:
                do_all(doings, tx)
        assert tx.finish() == in_place.finish()
        assert desked.digest() == plain.digest()
        if fails:
            one.rollback()
            other.rollback()
    assert desked.digest() == (before if fails else plain.digest())


def test_a_desk_reads_as_storage_does() -> None:
    storage = begun({3: 5})
    tx: Tx

    def look(desk: Tx) -> None:
        tables = desk.storage
        assert desk is not tx
        assert tables.subnet_tao[3] == 5
        assert tables.subnet_tao[4] == 0
        assert tables.tempo[77] == storage.tempo[77]
        assert tables.subnet_tao.get(4) is None
        assert (3 in tables.subnet_tao, 4 in tables.subnet_tao) == (True, False)
        assert list(tables.subnet_tao) == [3]
        assert tables.map("SubnetTAO") is tables.subnet_tao
        assert tables.map("Tempo") is tables.tempo
        assert tables.balances is tables.map("Balances") is storage.balances  # no table of subnets
        assert tables.networks_added.ordered(lambda netuid: -netuid) == list(range(SUBNETS))[::-1]
        tables.networks_added.remove(0)
        assert 0 not in tables.networks_added.ordered(lambda netuid: -netuid)
        assert desk.block == tx.block
        with pytest.raises(AttributeError):
            getattr(tables, "no_such_item")  # noqa: B009

    with storage.transaction():
        tx = Transaction(storage, RULES)
        at_desk(tx, look)


def test_a_column_of_many_subnets_reads_as_its_entries_one_by_one() -> None:
    storage = begun({1: 5, 3: 7})
    with storage.transaction():
        storage.tempo[2] = 99

        def work(tx: Tx) -> None:
            tx.storage.subnet_tao[2] = 8
            assert tx.storage.subnet_tao.values_of([3, 2, 0, 3]) == [7, 8, 0, 7]
            assert tx.storage.tempo.values_of(range(4)) == [storage.tempo[netuid] for netuid in range(4)]

        at_desk(Transaction(storage, RULES), work)
    assert storage.subnet_tao.values_of([1, 2, 3, 4]) == [5, 8, 7, 0]
    assert storage.tempo.values_of([2, 1]) == [99, storage.tempo[1]]
    assert 1 not in storage.tempo


def test_an_exception_leaves_storage_as_it_was() -> None:
    storage = begun({3: 5})

    def fail(desk: Tx) -> None:
        desk.storage.subnet_tao[3] = 6
        raise ZeroDivisionError

    with storage.transaction():
        with pytest.raises(ZeroDivisionError):
            at_desk(Transaction(storage, RULES), fail)
        assert storage.subnet_tao[3] == 5


def test_few_subnets_are_worked_on_in_place() -> None:
    storage = Storage(RULES.layout)
    seen: list[Tx] = []
    with storage.transaction():
        tx: Tx = Transaction(storage, RULES)
        at_desk(tx, seen.append)
    assert seen == [tx]
