"""The chain's types: their notation, and values as bytes and back, compared with the clients' own library."""

from typing import Any

import pytest
from bittensor_core import Runtime as Client
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.node.metadata.document import NodeRuntime
from neuron_ledger.replay.node.types.codec import DEEPEST, Codec, ScaleError, Some
from neuron_ledger.replay.node.types.definitions import enum, struct
from neuron_ledger.replay.node.types.notation import fields, shape

RUNTIME = NodeRuntime(TIMELINE.runtime(424))
CODEC = RUNTIME.codec
PLAIN = Codec(
    {"Pair": struct("a::Pair", "left: u8, right: Option<Pair>"), "Kind": enum("a::Kind", ["None", "3 Some: u16", "More: at: u8"])}
)


@pytest.mark.parametrize(
    "text", ["u8", "Vec<(u16, AccountId32)>", "[u8; 32]", "Option<Compact<u64>>", "BTreeMap<u16, FixedI128>", "()"]
)
def test_a_type_is_shown_as_it_is_written(text: str) -> None:
    assert str(shape(text)) == text


@pytest.mark.parametrize("text", ["", "Vec", "Vec<u8", "Vec<u8, u8>", "[u8]", "(u8", "u8 u8", "u8>", "<", "[u8; x]", "a-b"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some are Python's own
        shape(text)


def test_fields_have_names_or_not() -> None:
    assert fields("a: u8, b: Vec<u16>") == (("a", shape("u8")), ("b", shape("Vec<u16>")))
    assert fields("u8, (u8, u8)") == (("", shape("u8")), ("", shape("(u8, u8)")))
    assert fields("") == ()


@pytest.mark.parametrize(
    ("text", "value", "encoded"),
    [
        ("Compact<u32>", 63, "fc"),
        ("Compact<u32>", 64, "0101"),
        ("Compact<u32>", 16384, "02000100"),
        ("Compact<u64>", 2**30, "0300000040"),
        ("i16", -2, "feff"),
        ("Option<u8>", None, "00"),
        ("Option<Option<u8>>", Some(None), "0100"),
        ("Option<bool>", True, "0101"),
        ("str", "τ", "08cf84"),
        ("Pair", (1, {"left": 2, "right": None}), "01010200"),
        ("Kind", ("Some", (7,)), "030700"),
        ("Kind", ("More", {"at": 1}), "0401"),
        ("Kind", "None", "00"),
        ("[u16; 2]", (1, 2), "01000200"),
        ("Vec<(u16, u16)>", bytes((1, 0, 2, 0)), "0401000200"),
    ],
)
def test_values_are_written(text: str, value: Any, encoded: str) -> None:
    assert PLAIN.encode(text, value).hex() == encoded


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("bool", "02"),
        ("Option<u8>", "0200"),
        ("u32", "0000"),
        ("u8", "0000"),
        ("Compact<u8>", "0104"),
        ("Compact<u32>", "0100"),
        ("Vec<u32>", "feffffff"),
        ("Vec<u8>", "0400ff"),
        ("str", "04ff"),
        ("Kind", "02"),
        ("Pair", "0001" * (DEEPEST + 1) + "0000"),
        ("Vec<()>", "feffffff"),
    ],
)
def test_bytes_that_are_no_value_are_refused(text: str, encoded: str) -> None:
    with pytest.raises(ScaleError):
        PLAIN.decode(text, bytes.fromhex(encoded))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("u8", 256),
        ("u8", -1),
        ("bool", 1),
        ("AccountId32", bytes(31)),
        ("Kind", "Else"),
        ("Pair", {"left": 1}),
        ("(u8, u8)", (1,)),
    ],
)
def test_a_value_that_does_not_fit_is_refused(text: str, value: Any) -> None:
    with pytest.raises(ScaleError):
        PLAIN.encode(text, value)


@given(st.binary(max_size=200), st.sampled_from(["RuntimeCall", "Vec<EventRecord>", "Metagraph", "Header", "AccountInfo"]))
def test_random_bytes_are_a_value_or_refused(data: bytes, text: str) -> None:
    try:
        value = CODEC.decode(text, data)
    except ScaleError:
        return
    assert CODEC.encode(text, value) == data


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535)), max_size=70), st.integers(0, 2**64 - 1))
def test_a_call_is_written_as_clients_write_it(pairs: list[tuple[int, int]], version_key: int) -> None:
    given = {
        "netuid": 1,
        "dests": [uid for uid, _ in pairs],
        "weights": [weight for _, weight in pairs],
        "version_key": version_key,
    }
    theirs = bytes(CLIENT.compose_call("SubtensorModule", "set_weights", given))
    (pallet, ((name, arguments),)) = CODEC.decode("RuntimeCall", theirs)
    assert (pallet, name) == ("SubtensorModule", "set_weights")
    assert arguments == {**given, "dests": tuple(given["dests"]), "weights": tuple(given["weights"])}  # type: ignore[arg-type]
    assert CODEC.encode("RuntimeCall", (pallet, ((name, arguments),))) == theirs


CLIENT = Client(RUNTIME.metadata(15), RUNTIME.spec_version, 1, 42)


def test_bytes_are_bytes_whatever_they_look_like() -> None:
    commit = b"0xff"
    call = bytes(
        CLIENT.compose_call(
            "SubtensorModule",
            "commit_timelocked_weights",
            {"netuid": 1, "commit": commit, "reveal_round": 2, "commit_reveal_version": 4},
        )
    )
    assert CODEC.decode("RuntimeCall", call)[1][0][1]["commit"] == commit
