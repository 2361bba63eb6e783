"""Units: every bound refused with the field's name and the value, every form round-trips."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.events.calls import BurnedRegister
from neuron_ledger.events.ledger import StorageChanged
from neuron_ledger.events.staking import ChildrenSet
from neuron_ledger.events.storage.changes import StorageChanges, canonical_changes
from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import as_is, leaf, new_form, people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.messagepack import codec_of
from neuron_ledger.events.wire.rows import pack_pairs, pairs, row_from_wire, row_to_wire
from neuron_ledger.events.wire.units import (
    ACCOUNT,
    BOOL,
    BOOL_VECTOR,
    BYTES,
    HASH,
    I16,
    I64,
    I128,
    PAIRS,
    PUBLIC_KEY,
    TEXT,
    U8,
    U16,
    U16_VECTOR,
    U32,
    U64,
    U64_VECTOR,
    U128,
    Unit,
    a_tuple,
)

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")
ALICE_SS58 = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

u16 = st.integers(0, 2**16 - 1)
u64 = st.integers(0, 2**64 - 1)

VALUES: dict[str, tuple[Unit, st.SearchStrategy[Any]]] = {
    "u8": (U8, st.integers(0, 255)),
    "u16": (U16, u16),
    "u32": (U32, st.integers(0, 2**32 - 1)),
    "u64": (U64, u64),
    "u128": (U128, st.integers(0, 2**128 - 1)),
    "i16": (I16, st.integers(-(2**15), 2**15 - 1)),
    "i64": (I64, st.integers(-(2**63), 2**63 - 1)),
    "i128": (I128, st.integers(-(2**127), 2**127 - 1)),
    "bool": (BOOL, st.booleans()),
    "account": (ACCOUNT, st.binary(min_size=32, max_size=32)),
    "public key": (PUBLIC_KEY, st.binary(max_size=64)),
    "text": (TEXT, st.text(max_size=9)),
    "bytes": (BYTES, st.binary(max_size=40)),
    "u16 vector": (U16_VECTOR, st.lists(u16).map(tuple)),
    "u64 vector": (U64_VECTOR, st.lists(u64).map(tuple)),
    "bool vector": (BOOL_VECTOR, st.lists(st.booleans()).map(tuple)),
    "pairs": (PAIRS, st.lists(st.tuples(u16, u16)).map(pack_pairs)),
    "pairs of small uids": (PAIRS, st.lists(st.tuples(st.integers(0, 257), u16)).map(pack_pairs)),
    "optional": (U64 | None, st.none() | u64),
    "links": (a_tuple(a_tuple(U64, ACCOUNT), ...), st.lists(st.tuples(u64, st.binary(min_size=32, max_size=32))).map(tuple)),
}


@pytest.mark.parametrize("name", VALUES)
@settings(deadline=None)
@given(data=st.data())
def test_every_form_round_trips(name: str, data: st.DataObject) -> None:
    unit, strategy = VALUES[name]
    value = data.draw(strategy)
    assert read(people, value, unit, "field") == value
    codec = codec_of("values", [("field", unit)])
    (again,) = codec.decode(codec.encode((value,)))
    assert (again, type(again)) == (value, type(value))
    assert read(people, people.unstructure(value, unit), unit, "field") == value


FAR_OFF: list[Any] = [None, -1, 1.0, True, "1", b"1", b"h" * 33, [1], (1,), ((1, 2, 3),), 2**16, 2**64, 2**128, -(2**128), {}]


@pytest.mark.parametrize("name", VALUES)
def test_what_is_written_reads_back_equal(name: str) -> None:
    """Nothing is written that could not be read, or reads as something else."""
    unit, _ = VALUES[name]
    codec = codec_of("values", [("field", unit)])
    for value in FAR_OFF:
        try:
            inside = read(people, value, unit, "field")
        except FieldError:
            with suppress(FieldError):
                assert tuple(codec.decode(codec.encode((value,)))) == (value,)
        else:
            assert tuple(codec.decode(codec.encode((inside,)))) == (inside,)


@pytest.mark.parametrize(
    ("unit", "bad"),
    [
        (U16, 65536),
        (U16, -1),
        (U16, 1.0),
        (U16, True),
        (U16, "1"),
        (U16, None),
        (U64, 2**64),
        (U64, "18446744073709551616"),
        (U64, "007199254740993"),
        (U128, 2**128),
        (U128, -1),
        (I128, 2**127),
        (BOOL, 1),
        (BOOL, 0),
        (BOOL, "true"),
        (HASH, "00"),
        (HASH, "zz" * 32),
        (BYTES, "0"),
        (BYTES, "é0"),
        (ACCOUNT, ALICE_SS58[:-1] + "Z"),
        (ACCOUNT, ALICE_SS58[:-1]),
        (ACCOUNT, "00" * 31),
        (ACCOUNT, "  " * 32),
        (ACCOUNT, 5),
        (U16_VECTOR, [1, 65536]),
        (U16_VECTOR, [1, True]),
        (U16_VECTOR, "1"),
        (PAIRS, [[1]]),
        (PAIRS, [[1, 2, 3]]),
        (a_tuple(U16, U16), [1]),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_value(unit: Unit, bad: Any) -> None:
    with pytest.raises(FieldError) as refusal:
        read(people, bad, unit, "port")
    assert str(refusal.value).startswith("port")


def test_a_long_value_is_shown_short() -> None:
    with pytest.raises(FieldError) as refusal:
        read(people, "9" * 500, U16, "netuid")
    assert len(str(refusal.value)) < 200


def test_integers_beyond_2_53_are_decimal_strings_and_only_those() -> None:
    assert people.unstructure(2**53, U64) == 2**53
    assert people.unstructure(2**53 + 1, U64) == "9007199254740993"
    assert read(people, "9007199254740993", U64, "n") == 2**53 + 1
    with pytest.raises(FieldError):
        read(people, "5", U64, "n")


def test_accounts_are_ss58_or_hex() -> None:
    assert ss58.encode(ALICE) == ALICE_SS58
    assert people.structure(ALICE_SS58, ACCOUNT) == ALICE
    assert people.structure(ALICE.hex(), ACCOUNT) == ALICE
    assert people.structure("0x" + ALICE.hex(), ACCOUNT) == ALICE


def test_another_networks_address_is_refused() -> None:
    with pytest.raises(FieldError, match="prefix 0"):
        ss58.account(ss58.encode(ALICE, prefix=0))


def test_pairs_keep_their_order() -> None:
    assert pairs(pack_pairs([(5, 1), (0, 0), (5, 2)])) == [(5, 1), (0, 0), (5, 2)]
    assert pack_pairs([]) == b""


@pytest.mark.parametrize(
    ("uids", "wire"),
    [
        ((7, 8), bytes((7, 0, 0, 1, 8, 0, 1, 1))),
        ((7, 8, 9), (7, bytes((0, 1, 1, 1, 2, 1)))),
        ((65533, 65534, 65535), (65533, bytes((0, 1, 1, 1, 2, 1)))),
        ((7, 9, 8), (bytes((7, 9, 8)), bytes((0, 1, 1, 1, 2, 1)))),
        ((255, 255, 255), (bytes((255, 255, 255)), bytes((0, 1, 1, 1, 2, 1)))),
        ((255, 254, 256), bytes((255, 0, 0, 1, 254, 0, 1, 1, 0, 1, 2, 1))),
        ((65534, 65535, 0), bytes((254, 255, 0, 1, 255, 255, 1, 1, 0, 0, 2, 1))),
    ],
)
def test_a_row_is_written_in_the_shortest_of_three_forms(uids: tuple[int, ...], wire: object) -> None:
    row = pack_pairs([(uid, 256 + index) for index, uid in enumerate(uids)])
    assert row_to_wire(row) == wire
    assert row_from_wire(wire) == row


def test_changes_are_canonical_whatever_the_order_they_were_made_in() -> None:
    first = canonical_changes({"SubnetTAO": ({2: 5, 1: 4}, []), "Tempo": ({}, [3]), "Balances": ({}, [])})
    second = canonical_changes({"Balances": ({}, []), "Tempo": ({}, [3]), "SubnetTAO": ({1: 4, 2: 5}, [])})
    assert first == second == (("SubnetTAO", ((1, 4), (2, 5)), ()), ("Tempo", (), (3,)))
    read(people, first, StorageChanges, "changes")
    event = StorageChanged(changes=first)
    assert StorageChanged.codec.decode(StorageChanged.codec.encode((event.changes,)))[0] == first


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ((("NoSuchItem", (), ()),), "on-chain name"),
        ((("Tempo", ((1, 70000),), ()),), r"changes.Tempo\[0\]\[1\]: expected an integer from 0 to 2\^16 - 1, got 70000"),
        ((("Tempo", (((1, 2), 7),), ()),), r"changes.Tempo\[0\]\[0\]: expected an integer"),
        ((("Keys", ((5, bytes(32)),), ()),), "changes.Keys keys: expected a tuple of the key's parts, got 5"),
        ((("Tempo", (), (-1,)),), r"changes.Tempo keys\[0\]\[0\]: expected an integer"),
        ([("Tempo", (), ())], "changes: expected changes of storage"),
    ],
)
def test_changes_that_do_not_fit_their_item_are_refused(bad: Any, said: str) -> None:
    with pytest.raises(FieldError, match=said):
        read(people, bad, StorageChanges, "changes")
    with pytest.raises(FieldError):
        StorageChanged.codec.encode((bad,))


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        ([["Tempo", [[1, 70000]], []]], r"changes.Tempo\[0\]\[1\]: expected an integer from 0 to 2\^16 - 1, got 70000"),
        ([["Tempo", [[1]], []]], r"changes.Tempo\[0\]: expected a list of 2 values, got \[1\]"),
        ([["Tempo", [], [[b"text"]]]], r"changes.Tempo keys\[0\]\[0\]: expected an integer"),
        ([["Nothing", [], []]], "changes.item: expected the on-chain name of a storage item"),
        ([["Tempo", 5, []]], "changes.Tempo"),
    ],
)
def test_changes_that_cannot_be_read_are_refused(wire: Any, said: str) -> None:
    payload = msgspec.msgpack.encode([wire])
    with pytest.raises(FieldError, match=said):
        StorageChanged.codec.decode(payload)


@pytest.mark.parametrize("digit", ["1", "5", "z", "0", "é", " "])
@pytest.mark.parametrize("length", [65, 66, 67, 100_000, 10_000_000])
def test_a_long_address_is_refused_at_once(digit: str, length: int) -> None:
    """Decoding base58 takes time that grows with the square of the length."""
    for text in (digit * length, "0x" + digit * length):
        with pytest.raises(FieldError, match=f"a text of {len(text)} characters"):
            ss58.account(text)


# ----------------------------------------------------------------------------------------------- another form, as a user adds one

spoken = new_form()
"""Values as one would read them out: accounts by their last letters, numbers in hexadecimal, rows as a mapping."""
leaf(spoken, "integer", lambda raw, unit: read(people, int(raw, 16), unit), hex)
leaf(spoken, "bool text", as_is)
leaf(
    spoken,
    "account",
    lambda raw, _: {"QutY": ALICE, "zero": bytes(32)}[raw],
    lambda a: "QutY" if any(a) else "zero",
)
leaf(spoken, "bytes", lambda raw, _: raw.encode(), lambda value: value.decode())
leaf(spoken, "vector", lambda raw, _: tuple(raw), list)
leaf(spoken, "row", lambda raw, _: pack_pairs(list(raw.items())), lambda row: dict(pairs(row)))


def test_a_new_form_is_a_few_lines() -> None:
    for record, said in (
        (BurnedRegister(255, ALICE), {"netuid": "0xff", "hotkey": "QutY"}),
        (
            WeightsSet(netuid=1, uid=2, row=pack_pairs([(3, 4)]), last_update=None),
            {"netuid": "0x1", "uid": "0x2", "row": {3: 4}, "last_update": None},
        ),
        (
            ChildrenSet(
                hotkey=ALICE,
                netuid=1,
                children=((9, bytes(32)),),
                was_pending=True,
                child_keys=((ALICE, None),),
                parents=((bytes(32), ((9, ALICE),)),),
            ),
            {
                "hotkey": "QutY",
                "netuid": "0x1",
                "children": [["0x9", "zero"]],
                "was_pending": True,
                "child_keys": [["QutY", None]],
                "parents": [["zero", [["0x9", "QutY"]]]],
            },
        ),
    ):
        assert spoken.unstructure(record) == said
        assert spoken.structure(said, type(record)) == record
    with pytest.raises(FieldError, match=r"^event\.parents\[0\]\[1\]\[0\]\[0\]: expected an integer from 0 to 2\^64 - 1, got -"):
        read(spoken, {**said, "parents": [["zero", [["-0x9", "QutY"]]]]}, ChildrenSet, "event")
