"""How two recordings of a call differ, for everything that compares them (audit, bisect)."""

from collections.abc import Sequence
from typing import Any

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.codec import Abridged, Submission, decode
from neuron_ledger.events.entries.envelope import Entry, NewEntry
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.record import Event


def first_difference(entries: Sequence[Entry], caused: Sequence[NewEntry]) -> Difference[int]:
    """The first entry in which two recordings of a call differ, and its field; in an epoch the metric and the uid.

    entries: as in a log, which gives the position. caused: what is expected there; the two must differ.
    """
    for entry, new in zip(entries, caused, strict=False):
        if entry.tag != new.tag:
            return Difference(entry.position, "another event follows from the call", new.tag, entry.tag)
        if entry.block != new.block:
            return Difference(entry.position, f"{new.tag} happened in another block", str(new.block), str(entry.block))
        if entry.payload != new.payload:
            return _payload_difference(entry, new.payload)
    if len(caused) > len(entries):
        return Difference(entries[-1].position, "an event is missing after this entry", caused[len(entries)].tag, "nothing")
    surplus = entries[len(caused)]
    return Difference(surplus.position, "an event is recorded that does not follow from the call", "nothing", surplus.tag)


def _payload_difference(entry: Entry, payload: bytes) -> Difference[int]:
    expected, got = (_fields(decode(entry.tag, content)) for content in (payload, entry.payload))
    is_epoch = entry.tag == EpochCompleted.tag
    for name, want in expected.items():
        have = got[name]
        if want != have:
            where, want, have = _narrow(is_epoch, name, want, have)
            return Difference(entry.position, f"{entry.tag}: {where} differs", _shown(want), _shown(have))
    return Difference(entry.position, f"{entry.tag} is not in canonical form", payload.hex(), entry.payload.hex())


def _fields(record: Event | Submission | Abridged) -> dict[str, Any]:
    """An entry's fields by name, in the form for people; for a call its signer too."""
    if isinstance(record, Event):
        return dict(people.unstructure(record))
    signer = None if record.origin is None else ss58.encode(record.origin)
    if isinstance(record, Abridged):
        names = [name for name, _ in record.call.units]
        return {"signer": signer, **dict(zip(names, record.fields, strict=True))}
    return {"signer": signer, **people.unstructure(record.call)}


def _narrow(is_epoch: bool, name: str, want: Any, have: Any) -> tuple[str, Any, Any]:
    """The first differing element of two lists; a position in an epoch's vector is a uid."""
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for index, (a, b) in enumerate(zip(want, have, strict=True)):
            if a != b:
                return (f"{name} of uid {index}" if is_epoch else f"{name}[{index}]"), a, b
    if isinstance(want, dict) and isinstance(have, dict):
        for key in [*want, *(key for key in have if key not in want)]:
            if want.get(key) != have.get(key):
                place = key if is_epoch else f"{name}.{key}"
                return _narrow(is_epoch, place, want.get(key), have.get(key))
    return name, want, have


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 200 else text[:197] + "..."
