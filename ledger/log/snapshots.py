"""Snapshots: storage kept in the ledger's file, beside the chain, so that opening reads only the log's tail.

A snapshot is a shortcut that must prove itself: the chain holds the digest of storage at its position, as a `StorageSealed` event
that follows from the calls like any other. A snapshot with another digest, or at a position that is not sealed, is ignored;
audit reports it.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.entries.codec import PayloadError, decode
from neuron_ledger.events.entries.envelope import BLOCK_LIMIT, Head
from neuron_ledger.events.ledger import StorageSealed
from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.ledger.log.errors import ChainBroken, file_error, read_error
from neuron_ledger.ledger.log.store import Log

SNAPSHOT_FORMAT: Final = "storage/1"
"""Names the form of a snapshot's payload: `Storage.encode`. Snapshots of another form are ignored."""

# Without the payloads, which may be large: usually the first candidate is used.
_POSITIONS: Final = "SELECT position FROM snapshots WHERE format = ? AND position BETWEEN 1 AND ? ORDER BY position DESC"
_PAYLOAD: Final = "SELECT payload FROM snapshots WHERE position = ? AND format = ?"
_ALL: Final = "SELECT position, hash, format, digest, payload FROM snapshots ORDER BY position, format"
_KEPT: Final = 3
"""How many of the newest snapshots of a format are always kept: one to use, the others to fall back on."""

_WORTH: Final = 4
"""By how many times its own size the log must have grown since the snapshot before, for an older one to be kept: so all of them
together take at most a quarter of the log, and folding from one to the next takes as long as reading one several times."""

_OLDER: Final = """SELECT position, length(payload) FROM snapshots WHERE format = ? ORDER BY position DESC LIMIT 2 OFFSET ?"""
_GROWN: Final = "SELECT avg(length(payload)) FROM log WHERE seq BETWEEN ? AND ?"
_DROP: Final = "DELETE FROM snapshots WHERE format = ? AND position = ?"

_SAMPLE: Final = 1000
_ROW: Final = 60
"""Bytes of an entry in addition to its payload."""


@frozen
class Snapshot:
    """The state that the log up to `head` adds up to. storage: as encoded by `Storage.encode`."""

    head: Head
    storage: bytes


@frozen
class StoredSnapshot:
    """A row of the table, unchecked. Values may be of any type."""

    position: object
    hash: object
    format: object
    digest: object
    payload: object


def save_snapshot(log: Log, snapshot: Snapshot) -> None:
    """Keep a snapshot, replacing one of the same position. The newest few are kept, and older ones that are worth it.

    Raises: FieldError if its storage is not what the chain has sealed at its head; LogBusy, LogWriteError.
    """
    position, digest = snapshot.head.position, blake3(snapshot.storage).digest()
    with log.transaction():
        if log.hash_at(position) != snapshot.head.hash or sealed_at(log, position) != digest:
            raise FieldError(
                "storage", f"what is sealed at position {snapshot.head}", Unquoted(f"storage with the digest {digest.hex()}")
            )
        try:
            log.connection.execute(
                "INSERT OR REPLACE INTO snapshots (position, hash, format, digest, payload) VALUES (?, ?, ?, ?, ?)",
                (position, snapshot.head.hash, SNAPSHOT_FORMAT, digest, snapshot.storage),
            )
            _thin_out(log.connection)
        except sqlite3.Error as error:
            raise file_error(log.path, error) from error


def _thin_out(connection: sqlite3.Connection) -> None:
    """Drop the newest of the older snapshots, unless the log has grown enough since the one before it."""
    (position, size), (before, _) = [*connection.execute(_OLDER, (SNAPSHOT_FORMAT, _KEPT)).fetchall(), (0, 0), (0, 0)][:2]
    if position:
        (payload,) = connection.execute(_GROWN, (max(before, position - _SAMPLE) + 1, position)).fetchone()
        if (position - before) * (payload + _ROW) < _WORTH * size:
            connection.execute(_DROP, (SNAPSHOT_FORMAT, position))


def proved_snapshots(log: Log, at_most: int = BLOCK_LIMIT - 1) -> Iterator[Snapshot]:
    """The snapshots at position `at_most` or before whose storage has the digest sealed there in the chain, newest first."""
    try:
        positions = [position for (position,) in log.connection.execute(_POSITIONS, (SNAPSHOT_FORMAT, at_most)).fetchall()]
    except sqlite3.DatabaseError:
        return  # the table is damaged, or absent: a file of an older format, opened for reading only
    for position in positions:
        snapshot = _proved(log, position)
        if snapshot is not None:
            yield snapshot


def sealed_at(log: Log, position: int) -> bytes | None:
    """The digest sealed by the entry at a position; None where there is no entry or it is not a seal. Raises: ChainBroken."""
    if position < 1 or log.hash_at(position - 1) is None:
        return None
    for _, _, tag, payload, _ in log.rows_verified(position - 1, until=position):
        try:
            sealed = decode(tag, payload) if tag == StorageSealed.tag else None
        except PayloadError:
            return None
        return sealed.digest if isinstance(sealed, StorageSealed) else None
    return None


def stored_snapshots(log: Log) -> Iterator[StoredSnapshot]:
    """Every row of the table, of any format, for an audit. Raises: LogError where it cannot be read."""
    try:
        for row in log.connection.execute(_ALL):
            yield StoredSnapshot(*row)
    except sqlite3.DatabaseError as error:
        raise read_error(0, error) from error


def _proved(log: Log, position: int) -> Snapshot | None:
    try:
        digest, head = sealed_at(log, position), log.hash_at(position)
        row = log.connection.execute(_PAYLOAD, (position, SNAPSHOT_FORMAT)).fetchone()
    except (sqlite3.DatabaseError, ChainBroken):
        return None
    if digest is None or head is None or row is None or type(row[0]) is not bytes:
        return None
    return Snapshot(Head(position, head), row[0]) if blake3(row[0]).digest() == digest else None
