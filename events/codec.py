"""Canonical bytes of calls and events: one value, one encoding.

A payload is a MessagePack array of the field values in declared order, in the shortest form MessagePack has. A call's array
begins with its origin: 32 bytes of the signer, or nil for a privileged call. See `docs/log-format.md`.
"""

from typing import Any

import msgspec
from attrs import frozen

from events.catalogue import CATALOGUE, Catalogue, UnknownTag
from events.kinds import ACCOUNT, Optional
from events.record import Call, Event, Record

Origin = bytes | None
"""Who submits a call: an account that signed it, or None for a privileged call."""

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(list[Any]).decode
_ORIGIN = Optional(ACCOUNT)


class PayloadError(ValueError):
    """Bytes that are not the payload of their tag."""


@frozen
class Submission:
    """A call and who submits it."""

    call: Call
    origin: Origin


def encode_event(event: Event) -> bytes:
    """The payload of an event. Raises: FieldError for a value outside its kind."""
    return _ENCODE(event.to_wire())


def encode_call(submission: Submission) -> bytes:
    """The payload of a call with its origin. Raises: FieldError."""
    _ORIGIN.check(submission.origin, "origin")
    return _ENCODE([submission.origin, *submission.call.to_wire()])


def decode(tag: str, payload: bytes, catalogue: Catalogue = CATALOGUE) -> Submission | Event:
    """What an entry says. Raises: UnknownTag, PayloadError (naming the tag)."""
    try:
        wire = _DECODE(payload)
        cls, values = catalogue.resolve(tag, wire)
        if issubclass(cls, Call):
            origin = values.pop(0)
            _ORIGIN.check(origin, "origin")
            return Submission(cls.from_wire(values), origin)
        record: Record = cls.from_wire(values)
    except UnknownTag:
        raise
    except (msgspec.DecodeError, TypeError, ValueError, IndexError) as error:
        raise PayloadError(f"not a payload of {tag}: {error}") from error
    assert isinstance(record, Event)
    return record


def encode(record: Submission | Event) -> bytes:
    """The payload of either: `encode(decode(tag, payload)) == payload` for every recorded entry."""
    return encode_call(record) if isinstance(record, Submission) else encode_event(record)


def tag_of(record: Submission | Event) -> str:
    """The tag under which either is recorded."""
    return record.call.tag if isinstance(record, Submission) else record.tag
