"""Keeping a ledger's tables: updating them from where they end, or rebuilding them if anything about them is doubtful."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.consensus import MECHANISM_STRIDE
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.storage.trees import parts_of
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.reading import LogReader
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.seen_epochs import SeenEpochs
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.proof.groups import counted, groups
from neuron_ledger.replay.tables.columns import Row
from neuron_ledger.replay.tables.file import (
    TablesError,
    about,
    beside,
    connect,
    doubt,
    lay_out,
    lift_guards,
    put_in_place,
    require_ours_or_nothing,
    set_guards,
    write_about,
)
from neuron_ledger.replay.tables.happened import Happenings, tenure_row
from neuron_ledger.replay.tables.schema import BY_NAME, FORMAT, TABLES
from neuron_ledger.replay.tables.state import SMALL, matrices, matrix_rows

ROWS_AT_ONCE = 20_000


@frozen
class Kept:
    """What was done. path: of the tables. position, block: how far they go. added: calls that were added now.

    built: why they were built from the beginning; None if they were updated.
    """

    path: Path
    position: int
    block: int
    added: int
    built: str | None


@frozen
class Source:
    """A ledger up to the end of its tables: the log, the last entry, storage and rules there."""

    log: LogReader
    head: Head
    storage: Storage
    rules: Runtime
    ledger: str


def keep_tables(
    ledger: str | Path,
    into: str | Path | None = None,
    *,
    block: int | None = None,
    anew: bool = False,
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
) -> Kept:
    """Update a ledger's tables to its end, or to the end of a block; build them if there are none or they are doubtful.

    into: their path; by default FILE.tables.db beside the ledger. block: as of the end of this block; such tables
    are separate from those that go to the end, so `into` is required. anew: rebuild them in any case.
    Raises: TablesError; LogError if the ledger cannot be read; ValueError for a block that it does not reach.
    """
    ledger = Path(ledger)
    if block is not None and into is None:
        raise TablesError("--into: tables as of a block need a file of their own")
    path = beside(ledger) if into is None else Path(into)
    exists = require_ours_or_nothing(path, ledger)
    if exists and block is None and not anew and (current := _as_they_should_be(ledger, path)) is not None:
        return current
    with opened(ledger, block, progress, timeline) as source:
        if not exists:
            return _build(source, path, "there were none", progress)
        why = "this was requested" if anew else None
        try:
            kept = why or _go_on(source, path, progress)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "readonly" in str(error):
                raise TablesError(f"{path} cannot be written now ({error}); try again when nobody else writes to it") from error
            kept = str(error)
        except sqlite3.DatabaseError as error:
            kept = f"they cannot be read ({error})"
        return _build(source, path, kept, progress) if isinstance(kept, str) else kept


def _as_they_should_be(ledger: Path, path: Path) -> Kept | None:
    """The tables if they already go to the ledger's end, which is checked without reading its storage; otherwise None."""
    with Log.open(ledger, read_only=True) as log, closing(connect(path, "ro")) as connection:
        if doubt(connection, log) is not None:
            return None
        said = about(connection)
        position = int(said["position"])
        return Kept(path, position, int(said["block"]), 0, None) if position == log.head.position else None


def check_tables(
    ledger: str | Path, into: str | Path | None = None, *, progress: Progress | None = None, timeline: Timeline = TIMELINE
) -> Iterator[Difference[str]]:
    """How the tables differ from those made again from the ledger, up to the same entry; one difference a table.

    Raises: TablesError if there are none, or they belong to another ledger or past; LogError.
    """
    ledger = Path(ledger)
    path = beside(ledger) if into is None else Path(into)
    if not require_ours_or_nothing(path, ledger):
        raise TablesError(f"{path}: there are no tables to check; neuron-ledger tables {ledger} makes them")
    with closing(connect(path, "ro")) as connection, Log.open(ledger, read_only=True) as log:
        if (why := doubt(connection, log)) is not None:
            raise TablesError(f"{path}: {why}; neuron-ledger tables {ledger} rebuilds them")
        position = int(about(connection)["position"])
        past = rebuild(log, position=position, progress=progress, timeline=timeline)
        head = Head(position, log.hash_at(position) or b"")
        rules = timeline.in_force(past.storage, log.spec_version)
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            _fill(fresh, Source(log, head, past.storage, rules, str(ledger)), progress)
            for table in TABLES:
                rows, wanted = (_sorted_rows(one, table.name) for one in (connection, fresh))
                if rows != wanted:
                    first = next((row for row in wanted if row not in set(rows)), None)
                    other = next((row for row in rows if row not in set(wanted)), None)
                    yield Difference(table.name, "rows", first or f"{len(wanted)} rows", other or f"{len(rows)} rows")


def _sorted_rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)


@contextmanager
def opened(ledger: Path, block: int | None, progress: Progress | None, timeline: Timeline) -> Iterator[Source]:
    """A ledger file up to the end of its tables."""
    if block is None:
        with Ledger.open(ledger, read_only=True, timeline=timeline) as chain:
            yield Source(chain.log, chain.reached, chain.storage, chain.rules, str(ledger))
        return
    with Log.open(ledger, read_only=True) as log:
        past = rebuild(log, block=block, progress=progress, timeline=timeline)
        rules = timeline.in_force(past.storage, log.spec_version)
        yield Source(log, Head(past.position, log.hash_at(past.position) or b""), past.storage, rules, str(ledger))


def _go_on(source: Source, path: Path, progress: Progress | None) -> Kept | str:
    """Add what happened since; or return why that is impossible."""
    with closing(connect(path, "rw")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        why = doubt(connection, source.log)
        if why is None and int(about(connection)["position"]) > source.head.position:
            why = "they go beyond the requested block"
        if why is not None:
            return why
        lift_guards(connection)
        added = _add(connection, source, int(about(connection)["position"]), progress)
        set_guards(connection)
        connection.execute("COMMIT")
    return Kept(path, source.head.position, source.storage.block_number.value, added, None)


def _build(source: Source, path: Path, why: str, progress: Progress | None) -> Kept:
    """Build them in a new file, which replaces the old one when it is finished."""
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    try:
        part.unlink(missing_ok=True)
        with closing(connect(part, "rwc")) as connection:
            added = _fill(connection, source, progress)
        put_in_place(part, path)
    except sqlite3.OperationalError as error:
        raise TablesError(f"{path} cannot be written ({error}); the old file is unchanged") from error
    finally:
        part.unlink(missing_ok=True)
    return Kept(path, source.head.position, source.storage.block_number.value, added, why)


def _fill(connection: sqlite3.Connection, source: Source, progress: Progress | None) -> int:
    connection.execute("PRAGMA synchronous = OFF")  # the file gets its name when it is complete
    connection.execute("BEGIN")
    lay_out(connection)
    added = _add(connection, source, 0, progress)
    set_guards(connection)
    connection.execute("COMMIT")
    return added


def _add(connection: sqlite3.Connection, source: Source, after: int, progress: Progress | None) -> int:
    """Add the calls after a position, and write the state. Returns: how many calls."""
    memory = dict(connection.execute("SELECT name, value FROM _memory"))
    spec_version, tree = parts_of(about(connection).get("spec_version", source.log.spec_version))
    layouts = source.storage.layouts
    happenings = Happenings(
        Tenures.going_on(memory["tenures"]) if memory else Tenures(),
        SeenEpochs(memory.get("seen_epochs")),
        source.storage.layout if tree else layouts.get(spec_version, source.storage.layout),
        layouts,
    )
    priced = memory.get("priced", b"")
    happenings.priced.update(int.from_bytes(priced[place : place + 2]) for place in range(0, len(priced), 2))
    end, added = source.head.position, 0
    read = groups(source.log.read_verified(after, until=end)) if after < end else iter(())
    for group in read if progress is None else counted(read, end, progress):
        happenings.take(group)
        added += 1
        if added % 1000 == 0:
            _write(connection, happenings)
    _write(connection, happenings)
    _write_tenures(connection, happenings.tenures)
    _write_memory(connection, happenings)
    for name, rows in SMALL.items():
        connection.execute(f'DELETE FROM "{name}"')
        connection.executemany(BY_NAME[name].insertion, rows(source.storage, source.rules))
    for name, table in matrices(source.storage).items():
        _write_matrix(connection, name, table)
    _write_end(connection, source)
    return added


def _write(connection: sqlite3.Connection, happenings: Happenings) -> None:
    for name, rows in happenings.rows.items():
        connection.executemany(BY_NAME[name].insertion, rows)
    happenings.rows.clear()


def _write_tenures(connection: sqlite3.Connection, tenures: Tenures) -> None:
    """Ended tenures are appended; running ones are rewritten."""
    connection.execute("DELETE FROM tenures WHERE to_block IS NULL")
    rows = (tenure_row(tenure) for tenure in (*tenures.ended, *tenures.lasting))
    connection.executemany(BY_NAME["tenures"].insertion, rows)


def _write_memory(connection: sqlite3.Connection, happenings: Happenings) -> None:
    """State to keep for the next update."""
    priced = b"".join(netuid.to_bytes(2) for netuid in sorted(happenings.priced))
    kept = {"priced": priced, "tenures": happenings.tenures.memory(), "seen_epochs": happenings.seen_epochs.memory()}
    connection.executemany("INSERT OR REPLACE INTO _memory VALUES (?, ?)", sorted(kept.items()))


def _write_matrix(connection: sqlite3.Connection, name: str, table: Any) -> None:
    """Write the packed rows whose digests changed; remove those that are gone."""
    known = {
        (index, uid): digest
        for index, uid, digest in connection.execute("SELECT storage_index, uid, digest FROM _rows WHERE name = ?", (name,))
    }
    pending: list[Row] = []
    insertion = BY_NAME[name].insertion
    for index, uid in sorted({*known, *table}):
        row = table.get((index, uid))
        digest = None if row is None else blake3(row).digest(length=16)
        before = known.get((index, uid))
        if digest == before:
            continue
        if before is not None:
            _remove_row(connection, name, index, uid)
        if row is not None:
            pending += matrix_rows(index, uid, row)
            connection.execute("INSERT INTO _rows VALUES (?, ?, ?, ?)", (name, index, uid, digest))
        if len(pending) > ROWS_AT_ONCE:
            connection.executemany(insertion, pending)
            pending.clear()
    connection.executemany(insertion, pending)


def _remove_row(connection: sqlite3.Connection, name: str, index: int, uid: int) -> None:
    mechanism, netuid = divmod(index, MECHANISM_STRIDE)
    connection.execute(f'DELETE FROM "{name}" WHERE netuid = ? AND mechanism = ? AND uid = ?', (netuid, mechanism, uid))
    connection.execute("DELETE FROM _rows WHERE name = ? AND storage_index = ? AND uid = ?", (name, index, uid))


def _write_end(connection: sqlite3.Connection, source: Source) -> None:
    """Record what the tables are made from."""
    values = {
        "format": FORMAT,
        "ledger": source.ledger,
        "genesis": source.log.genesis.hex(),
        "position": source.head.position,
        "hash": source.head.hash.hex(),
        "block": source.storage.block_number.value,
        "spec_version": source.rules.name,
        "storage_digest": source.storage.digest().hex(),
    }
    write_about(connection, {name: str(value) for name, value in values.items()})
