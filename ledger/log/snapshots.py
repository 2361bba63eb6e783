"""Snapshots: derived data kept in the ledger's file, outside of the chain, so that opening reads only the log's tail.

A snapshot is only ever a shortcut. One that is corrupt, of another format, or made at a hash that the log does not have at that
position is passed over, as if it were not there.
"""

import sqlite3
import struct
from contextlib import suppress
from typing import Final

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.entries.envelope import BLOCK_LIMIT
from neuron_ledger.ledger.log.errors import ChainBroken, file_error
from neuron_ledger.ledger.log.store import Log

_DOMAIN: Final = b"neuron-ledger/snapshot/1"

# Without the payloads, which may be large: most often the first candidate is the one.
_SELECT: Final = """SELECT position, hash, digest FROM snapshots
WHERE format = ? AND position BETWEEN 0 AND ? ORDER BY position DESC"""
_KEPT: Final = 3
"""How many snapshots of a format are kept, the newest: one to use, the others to fall back on."""

_DROP: Final = """DELETE FROM snapshots WHERE format = ? AND position NOT IN
(SELECT position FROM snapshots WHERE format = ? ORDER BY position DESC LIMIT ?)"""
_SELECT_PAYLOAD: Final = "SELECT payload FROM snapshots WHERE position = ? AND format = ?"


@frozen
class Snapshot:
    """What was derived from the log up to `position`, where the log's hash is `log_hash`."""

    position: int
    log_hash: bytes
    format_tag: str
    payload: bytes


def save_snapshot(log: Log, position: int, log_hash: bytes, format_tag: str, payload: bytes) -> None:
    """Keep a snapshot, in place of one of the same position and format; only the newest few of a format stay.

    Raises: ValueError if the log's hash at `position` is not `log_hash`; LogBusy, LogWriteError.
    """
    with log.transaction():
        recorded = log.hash_at(position)
        if recorded != log_hash:
            there = recorded.hex() if recorded is not None else "nothing"
            raise ValueError(f"log_hash: the log has {there} at position {position}, got {log_hash.hex()}")
        digest = _digest(position, log_hash, format_tag, payload)
        try:
            log.connection.execute(
                "INSERT OR REPLACE INTO snapshots (position, hash, format, digest, payload) VALUES (?, ?, ?, ?, ?)",
                (position, log_hash, format_tag, digest, payload),
            )
            log.connection.execute(_DROP, (format_tag, format_tag, _KEPT))
        except sqlite3.Error as error:
            raise file_error(log.path, error) from error


def latest_snapshot(log: Log, format_tag: str, at_most: int | None = None) -> Snapshot | None:
    """The newest snapshot of this format that fits the log, at position `at_most` or before; None if there is none."""
    limit = BLOCK_LIMIT - 1 if at_most is None else at_most
    try:
        candidates = log.connection.execute(_SELECT, (format_tag, limit)).fetchall()
    except sqlite3.DatabaseError:
        return None  # damaged; or not there yet: a file of an older format, opened for reading only
    for position, log_hash, digest in candidates:
        with suppress(sqlite3.DatabaseError, ChainBroken):
            if log.hash_at(position) == log_hash:
                (payload,) = log.connection.execute(_SELECT_PAYLOAD, (position, format_tag)).fetchone()
                if _digest(position, log_hash, format_tag, payload) == digest:
                    return Snapshot(position, log_hash, format_tag, payload)
    return None


def _digest(position: int, log_hash: bytes, format_tag: str, payload: bytes) -> bytes:
    """BLAKE3 over every field, so that a payload that was moved to another place is found out too."""
    name = format_tag.encode()
    header = struct.pack("<Q32sI", position, log_hash, len(name))
    return blake3(_DOMAIN + header + name + payload).digest()
