"""Canonical bytes of calls and events: one value, one encoding.

A payload is a MessagePack array of the field values in declared order, in MessagePack's shortest encoding. A call's array begins
with its origin: 32 bytes of the signer, or nil for a privileged call. See `docs/log-format.md`.

Entries are recorded in groups: a call, then the events that it caused. If a call's weights became the row of the `WeightsSet`
event right after it, its own entry does not repeat them: it is `Abridged`, and that event completes it. Whether an entry is
abridged follows from the group alone, so a group has only one encoding too.
"""

from collections.abc import Mapping, Sequence
from struct import unpack
from typing import Any

from attrs import frozen

from neuron_ledger.events.calls import RevealWeights, SetWeights
from neuron_ledger.events.entries.catalogue import CATALOGUE, Catalogue, UnknownTag
from neuron_ledger.events.weights import WeightsSet
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.messagepack import UNFIT, Codec, codec_of, read_loosely
from neuron_ledger.events.wire.record import ORIGIN, Call, Event
from neuron_ledger.events.wire.units import NOTHING, U16

Origin = bytes | None
"""Who submits a call: an account that signed it, or None for a privileged call."""

FULL_WEIGHT = 65535
"""The largest weight of a stored row (unless all are 0)."""

BYTES_OF_FEW_WEIGHTS = 128
"""Rows up to this length are read without numpy, which is faster for longer ones but takes a while to load."""


class PayloadError(NeuronLedgerError, ValueError):
    """Bytes that are not the payload of their tag, or entries that are not a group."""


@frozen
class Submission:
    """A call and who submits it."""

    call: Call
    origin: Origin


@frozen
class Abridged:
    """A call as its own entry holds it: its uids and weights are derived from the row of the event that follows.

    call: which call it is. fields: its values in declared order, with None for the uids, and for the weights the largest one
    given if the chain scaled them up (None if it stored them unchanged).
    """

    call: type[Call]
    origin: Origin
    fields: tuple[Any, ...]

    def completed(self, following: Event | None) -> Submission:
        """The whole call, given the event right after it. Raises: PayloadError if that is not the event it needs."""
        netuid, _, largest, *others = self.fields
        if not isinstance(following, WeightsSet) or following.netuid != netuid:
            raise PayloadError(f"{self.call.tag} is written short but not followed by the WeightsSet event of its subnet")
        values = (netuid, *_given(following.row, largest), *others)
        return Submission(self.call(*values), self.origin)


def encode(record: Submission | Abridged | Event) -> bytes:
    """The payload of any of them: `encode(decode(tag, payload)) == payload` for every recorded entry. Raises: FieldError."""
    if isinstance(record, Event):
        return record.codec.encode(type(record).field_values(record))
    if isinstance(record, Abridged):
        return _SHORT[record.call].encode((record.origin, *record.fields))
    return record.call.codec.encode((record.origin, *type(record.call).field_values(record.call)))


def encode_group(submission: Submission, happened: Sequence[Event]) -> list[tuple[str, bytes]]:
    """(tag, payload) of a call's entry and of the events that it caused, as they are recorded. Raises: FieldError."""
    call = abridged(submission, happened[0]) if happened else submission
    return [(submission.call.tag, encode(call)), *((event.tag, encode(event)) for event in happened)]


def decode(tag: str, payload: bytes, catalogue: Catalogue = CATALOGUE) -> Submission | Abridged | Event:
    """What one entry holds by itself. Raises: UnknownTag, PayloadError (naming the tag)."""
    try:
        cls, payload = catalogue.resolve(tag, payload)
        if issubclass(cls, Event):
            return cls.decoded(cls.codec.decode(payload))
        assert issubclass(cls, Call)
        if cls in _SHORT and read_loosely(payload)[2:3] == [None]:  # in place of the uids
            origin, *fields = _SHORT[cls].decode(payload)
            return Abridged(cls, origin, tuple(fields))
        origin, *fields = cls.codec.decode(payload)
        call = cls.decoded(fields)
        call.agree()
        return Submission(call, origin)
    except UnknownTag:
        raise
    except UNFIT as error:
        raise PayloadError(f"not a payload of {tag}: {error}") from error


def decode_group(entries: Sequence[tuple[str, bytes]], catalogue: Catalogue = CATALOGUE) -> tuple[Submission, tuple[Event, ...]]:
    """The call and the events of a group, given its (tag, payload). Raises: UnknownTag, PayloadError."""
    if not entries:
        raise PayloadError("a group begins with a call")
    call, *caused = [decode(tag, payload, catalogue) for tag, payload in entries]
    events = tuple(record for record in caused if isinstance(record, Event))
    if isinstance(call, Event) or len(events) != len(caused):
        raise PayloadError(f"a group is one call and then events, not {', '.join(tag for tag, _ in entries)}")
    return call.completed(events[0] if events else None) if isinstance(call, Abridged) else call, events


def abridged(submission: Submission, following: Event) -> Submission | Abridged:
    """A call as it is recorded in front of an event: without uids and weights, if the event's row determines them exactly."""
    cls = type(submission.call)
    if cls in _SHORT and isinstance(following, WeightsSet):
        netuid, uids, weights, *others = cls.field_values(submission.call)
        for largest in (None, max(weights, default=0)) if netuid == following.netuid else ():
            if (uids, weights) == _given(following.row, largest):
                return Abridged(cls, submission.origin, (netuid, None, largest, *others))
    return submission


def _given(row: bytes, largest: int | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The uids and weights that led to a row. largest: the largest weight given; None if weights were stored unchanged.

    The chain scales weights up, so that the largest becomes 65535, and rounds. Scaling back and rounding always restores the
    weights given, since scaling up leaves neighbours at least 1 apart.
    """
    if largest is None or len(row) <= BYTES_OF_FEW_WEIGHTS:
        entries = unpack(f"<{len(row) // 2}H", row)
        uids, stored = entries[::2], entries[1::2]
        return uids, stored if largest is None else tuple([(one * largest + FULL_WEIGHT // 2) // FULL_WEIGHT for one in stored])
    import numpy

    pairs = numpy.frombuffer(row, dtype="<u2")
    scaled = (pairs[1::2].astype(numpy.int64) * largest + FULL_WEIGHT // 2) // FULL_WEIGHT
    return tuple(pairs[::2].tolist()), tuple(scaled.tolist())


def _short(call: type[Call]) -> Codec:
    """The codec of an abridged call: nil for its uids, and the largest weight or nil for its weights."""
    netuid, (uids, _), (weights, _), *others = call.units
    return codec_of(call.tag, [("origin", ORIGIN), netuid, (uids, NOTHING), (weights, U16 | None), *others])


_SHORT: Mapping[type[Call], Codec] = {cls: _short(cls) for cls in (SetWeights, RevealWeights)}
"""The calls whose weights a `WeightsSet` event can hold. Their first fields are the subnet, the uids and the weights."""
