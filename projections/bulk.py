"""Folding many recorded events at once, as fast as a plain loop can."""

from collections.abc import Callable, Iterable
from typing import Any

from neuron_ledger.events.entries.catalogue import CALLS, EVENTS, UnknownTag
from neuron_ledger.events.entries.codec import PayloadError, decode
from neuron_ledger.events.wire.messagepack import wire_in_bulk
from neuron_ledger.events.wire.record import Event
from neuron_ledger.projections.fold import FOLDS, fold
from neuron_ledger.projections.storage import Storage

Row = tuple[int, int, str, bytes, bytes]
"""(position, block, tag, payload, hash), as the log reads it."""

Folder = tuple[Callable[[bytes], Event], Callable[[Storage, Any], None]]


def fold_rows(storage: Storage, rows: Iterable[Row]) -> int:
    """Fold the events among the rows into storage, in order. Returns: the position of the last row; 0 if there was none.

    Calls are skipped: events alone make storage. Raises: PayloadError; UnknownTag, also for an unknown call, since what follows
    it was decided by rules of another version. Events before the fault are folded then.
    """
    folders: dict[str, Folder | None] = {}
    last = 0
    with storage.bulk():
        for position, _, tag, payload, _ in rows:
            last = position
            try:
                folder = folders[tag]
            except KeyError:
                folder = folders[tag] = _folder(tag)
            if folder is not None:
                read, assign = folder
                try:
                    assign(storage, read(payload))
                except (TypeError, ValueError):
                    _fold_slowly(storage, position, tag, payload)
    return last


def _folder(tag: str) -> Folder | None:
    """How to read and fold the events of a tag; None where there is nothing to fold."""
    if tag in CALLS:
        return None
    cls = EVENTS.get(tag)
    if cls is None:
        # An older schema version, upcast one by one; an unknown tag is refused at its first payload.
        return (lambda _: _refuse(tag)), fold
    function = FOLDS.get(cls)
    return None if function is None else (_reader(cls), function)


def _reader(cls: type[Event]) -> Callable[[bytes], Event]:
    """Reads the payload of an event, but leaves rows of pairs packed: most are overwritten before the bulk ends."""
    return cls.codec.decoder(wire_in_bulk, cls.decoded)


def _refuse(tag: str) -> Event:
    raise ValueError(tag)


def _fold_slowly(storage: Storage, position: int, tag: str, payload: bytes) -> None:
    """Fold the event of a payload, through upcasters. Raises: PayloadError, UnknownTag, naming the position."""
    where = f"position {position}"
    try:
        recorded = decode(tag, payload)
        if isinstance(recorded, Event):
            fold(storage, recorded)
    except UnknownTag as error:
        raise UnknownTag(error.tag, position) from None
    except PayloadError as error:
        raise PayloadError(f"{where}: {error}") from error
    except (TypeError, ValueError) as error:
        raise PayloadError(f"{where}: {tag}: {error}") from error
