"""Calls and events: strict when they are made and when they are read, canonical bytes, tags and upcasters."""

import json
from typing import Any

import msgspec
import pytest

from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, ServeAxon, SetChildren, SetWeights
from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.entries.catalogue import CALLS, CATALOGUE, EVENTS, Catalogue, UnknownTag, by_tag, is_call
from neuron_ledger.events.entries.codec import PayloadError, Submission, decode, encode
from neuron_ledger.events.registration import NeuronAppended, NeuronRegistered, NeuronReplaced
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.weights import BatchWeightsCompleted
from neuron_ledger.events.wire import messagepack, ss58
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import NetUid

HOT, COLD = b"h" * 32, b"c" * 32
REPLACED = NeuronReplaced(
    netuid=1,
    uid=2,
    old_hotkey=HOT,
    new_hotkey=COLD,
    block_at_registration=2**63,
    pruning_score=2**64 - 1,
    values=(("Trust", 0), ("LastUpdate", 2**64 - 1)),
    cleared=("Axons",),
)


def test_a_call_checks_its_arguments_when_it_is_made() -> None:
    for bad in (True, 1.0, -1, 65536, "1", None):
        with pytest.raises(FieldError, match="netuid"):
            BurnedRegister(bad, HOT)  # type: ignore[arg-type]
    with pytest.raises(FieldError, match="hotkey"):
        BurnedRegister(1, HOT[:31])


def test_a_call_takes_what_json_has_for_its_arguments() -> None:
    given = SetWeights(1, [3, 4], [65535, 7], 5)
    assert given == SetWeights(1, (3, 4), (65535, 7), 5)
    assert encode(Submission(given, HOT)) == encode(Submission(SetWeights(1, (3, 4), (65535, 7), 5), HOT))
    assert SetWeights(1, (), (), "9007199254740993").version_key == 2**53 + 1  # type: ignore[arg-type]
    assert SetChildren(HOT, 1, [(5, COLD.hex()), (6, ss58.encode(HOT))]) == SetChildren(HOT, 1, ((5, COLD), (6, HOT)))
    assert SetChildren(HOT, 1, [[5, COLD.hex()]]) == SetChildren(HOT, 1, ((5, COLD),))  # type: ignore[list-item]
    for bad in ([1, 65536], [1, "2"], [1, None], "12", {1: 2}, b"12"):
        with pytest.raises(FieldError, match=r"^dests"):
            SetWeights(1, bad, (1, 2), 0)  # type: ignore[arg-type]


def test_an_event_is_checked_before_it_is_written() -> None:
    with pytest.raises(FieldError, match="uid"):
        encode(NeuronRegistered(netuid=1, uid=70000, hotkey=HOT))
    for name, value, expected in (("Trust", 70000, r"an integer from 0 to 2\^16 - 1"), ("Active", 2, "0 or 1")):
        appended = NeuronAppended(netuid=1, uid=2, hotkey=HOT, block_at_registration=3, values=((name, value),))
        with pytest.raises(FieldError, match=rf"^values\.{name}: expected {expected}, got {value}$"):
            encode(appended)


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
        read(people, raw, BurnedRegister, "args")


def test_json_round_trips_through_text() -> None:
    call = ServeAxon(1, 5, 2**127 + 1, 8091, 6, 4, 0, 0)
    assert people.structure(json.loads(json.dumps(people.unstructure(call))), ServeAxon) == call


def test_one_value_has_one_encoding() -> None:
    replaced = NeuronReplaced(
        netuid=1,
        uid=2,
        old_hotkey=HOT,
        new_hotkey=COLD,
        block_at_registration=2**63,
        pruning_score=65535,
        values=(("Trust", 0),),
        cleared=("Axons",),
    )
    for record in (replaced, Submission(BurnedRegister(1, HOT), COLD), Submission(AdvanceTo(5), None)):
        payload = encode(record)
        again = decode(record.tag if isinstance(record, Event) else record.call.tag, payload)
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


@pytest.mark.parametrize("opening", [b"\x91", b"\x81\x01", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff\x01"])
@pytest.mark.parametrize("tag", ["set_weights/1", "burned_register/1", "NeuronRegistered/1", "StorageChanged/1", "WeightsSet/1"])
def test_deep_and_endless_payloads_are_refused(tag: str, opening: bytes) -> None:
    """A payload a hundred thousand levels deep, or one that claims four thousand million elements, at the top or further in."""
    for before in (b"", b"\x92\x01", b"\x91\x91\x93\xa5Tempo", b"\x95\xc0"):
        with pytest.raises(PayloadError, match=tag):
            decode(tag, before + opening * 100_000)


def test_a_payload_that_is_too_long_is_neither_read_nor_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messagepack, "LONGEST_PAYLOAD", 200)
    batch = BatchWeightsCompleted(netuids=tuple(range(99)), hotkey=HOT)
    with pytest.raises(FieldError, match="at most 200 bytes, got 235 bytes"):
        encode(batch)
    with pytest.raises(PayloadError, match="at most 200 bytes, got 201 bytes"):
        decode(batch.tag, bytes(201))


@pytest.mark.parametrize(
    ("wire", "said"),
    [
        ([1, 70000, HOT], r"uid: expected an integer from 0 to 2\^16 - 1, got 70000"),
        ([1, 1.0, HOT], "uid: expected an integer .* got 1.0"),
        ([1, True, HOT], "uid: expected an integer .* got True"),
        ([1, 2, HOT[:31]], "hotkey: expected an account: SS58, 64 hex digits or 32 bytes"),
        ([1, 2], "NeuronRegistered/1: expected a list of 3 values"),
    ],
)
def test_what_is_read_names_field_and_value(wire: list[object], said: str) -> None:
    with pytest.raises(PayloadError, match=f"^not a payload of NeuronRegistered/1: {said}"):
        decode("NeuronRegistered/1", msgspec.msgpack.encode(wire))


def test_fields_of_events_cannot_be_swapped() -> None:
    with pytest.raises(TypeError, match="positional"):
        NeuronRegistered(*(1, 2, HOT))  # type: ignore[call-arg]


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
    assert decode("NeuronRegistered/0", old, catalogue) == NeuronRegistered(netuid=7, uid=0, hotkey=HOT)
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
        assert entry.whole_chain == (not recorded_item(entry.item).keys), name
        assert entry.storage_item.value == recorded_item(entry.item).value, name


def test_the_chains_own_events_are_read_off_ours() -> None:
    assert deposited(NeuronRegistered(netuid=1, uid=2, hotkey=HOT)) == ("NeuronRegistered", 1, 2, HOT)
    assert (
        deposited(
            NeuronReplaced(
                netuid=1,
                uid=2,
                old_hotkey=HOT,
                new_hotkey=COLD,
                block_at_registration=5,
                pruning_score=0,
                values=(("Trust", 0),),
                cleared=("Axons",),
            )
        )
        is None
    )
    assert deposited(HyperparameterSet(name="tempo", netuid=1, value=99)) == ("TempoSet", 1, 99)


def test_two_records_of_one_tag_are_refused() -> None:
    @event("NeuronRegistered")
    class Another(Event):
        netuid: NetUid

    with pytest.raises(ValueError, match=r"^NeuronRegistered/1: declared in neuron_ledger\.events\.registration and in tests"):
        by_tag([NeuronRegistered, Another])
    assert by_tag([NeuronRegistered, NeuronRegistered]) == {"NeuronRegistered/1": NeuronRegistered}
