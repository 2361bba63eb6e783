"""Kinds: every bound refused with the field's name and the value, every form round-trips."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.storage.changes import Changes, canonical_changes
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.kinds import (
    ACCOUNT,
    BOOL,
    BOOL_VECTOR,
    BYTES,
    HASH,
    I16,
    I64,
    I128,
    PAIRS,
    U8,
    U16,
    U16_VECTOR,
    U64,
    U64_VECTOR,
    U128,
    FieldError,
    Kind,
    ListOf,
    Optional,
    Struct,
    pack_pairs,
    pairs,
)

ALICE = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")
ALICE_SS58 = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

u16 = st.integers(0, 2**16 - 1)
u64 = st.integers(0, 2**64 - 1)

VALUES: dict[str, tuple[Kind, st.SearchStrategy[Any]]] = {
    "u8": (U8, st.integers(0, 255)),
    "u16": (U16, u16),
    "u64": (U64, u64),
    "u128": (U128, st.integers(0, 2**128 - 1)),
    "i16": (I16, st.integers(-(2**15), 2**15 - 1)),
    "i64": (I64, st.integers(-(2**63), 2**63 - 1)),
    "i128": (I128, st.integers(-(2**127), 2**127 - 1)),
    "bool": (BOOL, st.booleans()),
    "account": (ACCOUNT, st.binary(min_size=32, max_size=32)),
    "bytes": (BYTES, st.binary(max_size=40)),
    "u16 vector": (U16_VECTOR, st.lists(u16).map(tuple)),
    "u64 vector": (U64_VECTOR, st.lists(u64).map(tuple)),
    "bool vector": (BOOL_VECTOR, st.lists(st.booleans()).map(tuple)),
    "pairs": (PAIRS, st.lists(st.tuples(u16, u16)).map(pack_pairs)),
    "pairs of small uids": (PAIRS, st.lists(st.tuples(st.integers(0, 257), u16)).map(pack_pairs)),
    "optional": (Optional(U64), st.none() | u64),
    "links": (ListOf(Struct((U64, ACCOUNT))), st.lists(st.tuples(u64, st.binary(min_size=32, max_size=32))).map(tuple)),
}


@pytest.mark.parametrize("name", VALUES)
@given(data=st.data())
def test_every_form_round_trips(name: str, data: st.DataObject) -> None:
    kind, strategy = VALUES[name]
    value = data.draw(strategy)
    kind.check(value, "field")
    assert kind.from_wire(kind.to_wire(value)) == value
    assert kind.from_json(kind.to_json(value), "field") == value


@pytest.mark.parametrize(
    ("kind", "bad"),
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
        (Struct((U16, U16)), [1]),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_value(kind: Kind, bad: Any) -> None:
    with pytest.raises(FieldError) as refusal:
        kind.from_json(bad, "port")
    assert str(refusal.value).startswith("port")


def test_a_long_value_is_shown_short() -> None:
    with pytest.raises(FieldError) as refusal:
        U16.check("9" * 500, "netuid")
    assert len(str(refusal.value)) < 200


def test_integers_beyond_2_53_are_decimal_strings_and_only_those() -> None:
    assert U64.to_json(2**53) == 2**53
    assert U64.to_json(2**53 + 1) == "9007199254740993"
    assert U64.from_json("9007199254740993", "n") == 2**53 + 1
    with pytest.raises(FieldError):
        U64.from_json("5", "n")


def test_accounts_are_ss58_or_hex() -> None:
    assert ACCOUNT.to_json(ALICE) == ALICE_SS58
    assert ACCOUNT.from_json(ALICE_SS58, "hotkey") == ALICE
    assert ACCOUNT.from_json(ALICE.hex(), "hotkey") == ALICE
    assert ACCOUNT.from_json("0x" + ALICE.hex(), "hotkey") == ALICE


def test_another_networks_address_is_refused() -> None:
    with pytest.raises(ss58.AddressError, match="prefix 0"):
        ss58.account(ss58.encode(ALICE, prefix=0))


def test_pairs_keep_their_order() -> None:
    assert pairs(pack_pairs([(5, 1), (0, 0), (5, 2)])) == [(5, 1), (0, 0), (5, 2)]
    assert pack_pairs([]) == b""


@pytest.mark.parametrize(
    ("uids", "wire"),
    [
        ((7, 8), bytes((7, 0, 0, 1, 8, 0, 1, 1))),
        ((7, 8, 9), [7, bytes((0, 1, 1, 1, 2, 1))]),
        ((65533, 65534, 65535), [65533, bytes((0, 1, 1, 1, 2, 1))]),
        ((7, 9, 8), [bytes((7, 9, 8)), bytes((0, 1, 1, 1, 2, 1))]),
        ((255, 255, 255), [bytes((255, 255, 255)), bytes((0, 1, 1, 1, 2, 1))]),
        ((255, 254, 256), bytes((255, 0, 0, 1, 254, 0, 1, 1, 0, 1, 2, 1))),
        ((65534, 65535, 0), bytes((254, 255, 0, 1, 255, 255, 1, 1, 0, 0, 2, 1))),
    ],
)
def test_a_row_is_written_in_the_shortest_of_three_forms(uids: tuple[int, ...], wire: object) -> None:
    row = pack_pairs([(uid, 256 + index) for index, uid in enumerate(uids)])
    assert PAIRS.to_wire(row) == wire
    assert PAIRS.from_wire(wire) == row


def test_changes_are_canonical_whatever_the_order_they_were_made_in() -> None:
    first = canonical_changes({"SubnetTAO": ({2: 5, 1: 4}, []), "Tempo": ({}, [3]), "Balances": ({}, [])})
    second = canonical_changes({"Balances": ({}, []), "Tempo": ({}, [3]), "SubnetTAO": ({1: 4, 2: 5}, [])})
    assert first == second == (("SubnetTAO", ((1, 4), (2, 5)), ()), ("Tempo", (), (3,)))
    kind = Changes()
    kind.check(first, "changes")
    assert kind.from_wire(kind.to_wire(first)) == first


@pytest.mark.parametrize(
    "bad", [(("NoSuchItem", (), ()),), (("Tempo", ((1, 70000),), ()),), (("Tempo", (((1, 2), 7),), ()),), [("Tempo", (), ())]]
)
def test_changes_that_do_not_fit_their_item_are_refused(bad: Any) -> None:
    with pytest.raises(FieldError):
        Changes().check(bad, "changes")
