"""A witness: cosigns a ledger's checkpoint only if it continues the last one seen, so that everybody is shown the same history.

The last checkpoint of each origin is kept in a small SQLite file. Comparing with it and replacing it is one
transaction, which ends before the cosignature is handed out: two requests at once never both pass, and a crash forgets nothing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from attrs import evolve

from neuron_ledger.ledger.log.errors import LogError, NotALedger, file_error
from neuron_ledger.replay.transparency.checkpoint import Checkpoint
from neuron_ledger.replay.transparency.keys import KeyProblem, PrivateKey, PublicKey, Purpose, public_key
from neuron_ledger.replay.transparency.merkle import EMPTY_ROOT, NotProved, check_consistency
from neuron_ledger.replay.transparency.proofs import ConsistencyProof

APPLICATION_ID: Final = 0x4E4C5754
"""ASCII "NLWT": distinguishes a witness's state from other SQLite files."""

WAIT_SECONDS: Final = 10

_TABLE: Final = "CREATE TABLE seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, checkpoint BLOB NOT NULL) STRICT"


def witness(
    request: bytes, key: PrivateKey, ledger_key: str | PublicKey, state: Path, *, time: int, origin: str | None = None
) -> Checkpoint:
    """Cosign a checkpoint that comes with a proof of consistency from the last one that this witness saw (or bare, the first
    time).

    ledger_key: the key that must have signed it. state: the witness's own file, created if missing. time: seconds since
    1970, in the cosignature. Returns the checkpoint with the cosignature added. Raises: NotProved if it is not the
    continuation; NoteError for unreadable input; LogError, OSError for a state that cannot be kept.
    """
    if key.purpose is not Purpose.COSIGN:
        raise KeyProblem(f"{key.name} is the key of a ledger; a witness has one of its own (keygen --witness)")
    proof = ConsistencyProof.parse(request)
    given = proof.checkpoint
    given.verify(public_key(ledger_key), origin)
    with _opened(state) as connection:
        last = _last(connection, given.origin)
        _require_continues(proof, last)
        cosigned = evolve(given, note=given.note.cosigned(key, time))
        connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (given.origin, given.size, bytes(cosigned)))
    return cosigned


def last_seen(state: Path, origin: str) -> Checkpoint | None:
    """The last checkpoint of an origin that the witness cosigned. Raises: LogError."""
    with _opened(state) as connection:
        return _last(connection, origin)


def _require_continues(proof: ConsistencyProof, last: Checkpoint | None) -> None:
    given = proof.checkpoint
    if last is None:
        if proof.old:
            raise NotProved(f"this witness has not seen {given.origin} yet: give it a first checkpoint, without a proof")
        check_consistency(0, EMPTY_ROOT, given.size, given.root, proof.path)
        return
    if given.size < last.size:
        older = f"size {given.size}, this witness saw {last.size} entries"
        raise NotProved(f"{given.origin} was rolled back, or this is an older checkpoint: {older}")
    if given.size == last.size and given.root == last.root:
        return
    if proof.old != last.size and given.size != last.size:
        raise NotProved(f"this witness last saw size {last.size}: prove consistency from there, not from {proof.old}")
    path = proof.path if given.size != last.size else ()
    check_consistency(last.size, last.root, given.size, given.root, path)


def _last(connection: sqlite3.Connection, origin: str) -> Checkpoint | None:
    row = connection.execute("SELECT checkpoint FROM seen WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else Checkpoint.parse(row[0])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The state, in a transaction: committed at the end, or rolled back on an exception."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            _require_state(connection, path)
            yield connection
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise _state_error(path, error) from error


def _require_state(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id == APPLICATION_ID:
        return
    if application_id or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise NotALedger(f"{path} is not the state of a witness; give another path for it")
    connection.execute(_TABLE)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _state_error(path: Path, error: sqlite3.Error) -> LogError:
    return file_error(str(path), error)
