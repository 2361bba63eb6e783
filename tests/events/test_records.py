"""Calls and events: strict when they are made and when they are read, canonical bytes, tags and upcasters."""

import json
from typing import Any

import msgspec
import pytest

from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, ServeAxon
from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.entries.catalogue import CALLS, CATALOGUE, EVENTS, Catalogue, UnknownTag, is_call
from neuron_ledger.events.entries.codec import PayloadError, Submission, decode, encode, tag_of
from neuron_ledger.events.registration import NeuronRegistered, NeuronReplaced
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.items import ITEMS
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.kinds import FieldError

HOT, COLD = b"h" * 32, b"c" * 32


def test_a_call_checks_its_arguments_when_it_is_made() -> None:
    for bad in (True, 1.0, -1, 65536, "1", None):
        with pytest.raises(FieldError, match="netuid"):
            BurnedRegister(bad, HOT)  # type: ignore[arg-type]
    with pytest.raises(FieldError, match="hotkey"):
        BurnedRegister(1, HOT[:31])


def test_an_event_is_checked_before_it_is_written() -> None:
    with pytest.raises(FieldError, match="uid"):
        encode(NeuronRegistered(1, 70000, HOT))


def test_records_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        BurnedRegister(1, HOT).netuid = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ({"netuid": 1}, "hotkey"),
        ({"netuid": 1, "hotkey": HOT.hex(), "extra": 1}, "extra"),
        ({"netuid": "1", "hotkey": HOT.hex()}, "netuid"),
        ({"netuid": 1.0, "hotkey": HOT.hex()}, "netuid"),
        ({"netuid": True, "hotkey": HOT.hex()}, "netuid"),
        ([1, 2], "args"),
    ],
)
def test_json_is_read_strictly(raw: Any, names: str) -> None:
    with pytest.raises(FieldError, match=names):
        BurnedRegister.from_json(raw)


def test_json_round_trips_through_text() -> None:
    call = ServeAxon(1, 5, 2**127 + 1, 8091, 6, 4, 0, 0)
    assert ServeAxon.from_json(json.loads(json.dumps(call.to_json()))) == call


def test_one_value_has_one_encoding() -> None:
    replaced = NeuronReplaced(1, 2, HOT, COLD, 2**63, 65535)
    for record in (replaced, Submission(BurnedRegister(1, HOT), COLD), Submission(AdvanceTo(5), None)):
        payload = encode(record)
        again = decode(tag_of(record), payload)
        assert again == record
        assert encode(again) == payload


@pytest.mark.parametrize(
    ("tag", "payload"),
    [
        ("NeuronRegistered/1", b""),
        ("NeuronRegistered/1", b"\xc1"),
        ("NeuronRegistered/1", msgspec.msgpack.encode([1, 2])),
        ("NeuronRegistered/1", msgspec.msgpack.encode([1, 2, HOT, 4])),
        ("NeuronRegistered/1", msgspec.msgpack.encode({"netuid": 1})),
        ("burned_register/1", msgspec.msgpack.encode([])),
        ("burned_register/1", msgspec.msgpack.encode([b"short", 1, HOT])),
        ("burned_register/1", msgspec.msgpack.encode([COLD, 70000, HOT])),
    ],
)
def test_bytes_that_are_no_payload_are_refused(tag: str, payload: bytes) -> None:
    with pytest.raises(PayloadError, match=r"burned_register|NeuronRegistered"):
        decode(tag, payload)


def test_an_unknown_tag_says_what_it_may_be() -> None:
    with pytest.raises(UnknownTag, match="newer"):
        decode("NeuronTeleported/1", b"\x90")


def test_an_older_schema_is_brought_up_to_date() -> None:
    """A version 0 that did not name the uid yet, by way of a second step that renames the tag."""
    catalogue = Catalogue(
        {
            "NeuronRegistered/0": lambda wire: ("NeuronSeated/1", [wire[0], 0, wire[1]]),
            "NeuronSeated/1": lambda wire: ("NeuronRegistered/1", wire),
        }
    )
    old = msgspec.msgpack.encode([7, HOT])
    assert decode("NeuronRegistered/0", old, catalogue) == NeuronRegistered(7, 0, HOT)
    with pytest.raises(UnknownTag):
        decode("NeuronRegistered/0", old, CATALOGUE)


def test_tags_are_explicit_unique_and_tell_calls_from_events() -> None:
    assert len(CALLS) + len(EVENTS) == len({*CALLS, *EVENTS})
    assert all(is_call(tag) for tag in CALLS)
    assert not any(is_call(tag) for tag in EVENTS)
    for tag in (*CALLS, *EVENTS):
        name, _, version = tag.partition("/")
        assert name.isidentifier()
        assert version.isdecimal()


def test_every_record_is_documented() -> None:
    for cls in (*CALLS.values(), *EVENTS.values()):
        assert cls.__doc__, cls
        assert not cls.__doc__.startswith("Method generated"), cls


def test_hyperparameters_name_items_that_exist() -> None:
    for name, entry in HYPERPARAMETERS.items():
        assert name == entry.name
        assert entry.item in ITEMS
        assert entry.whole_chain == (not ITEMS[entry.item].keys), name


def test_the_chains_own_events_are_read_off_ours() -> None:
    assert deposited(NeuronRegistered(1, 2, HOT)) == ("NeuronRegistered", 1, 2, HOT)
    assert deposited(NeuronReplaced(1, 2, HOT, COLD, 5, 0)) is None
    assert deposited(HyperparameterSet("tempo", 1, 99)) == ("TempoSet", 1, 99)
