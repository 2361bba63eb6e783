"""The file of tables: created, marked as ours, recognized, and checked for doubts.

It is a file of its own beside the ledger: the log's schema is checked each time a ledger is opened, and holds nothing but the
log. These tables are made from the log and can be made again, so doubtful ones can be discarded without loss.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.log.file import is_same_file
from neuron_ledger.ledger.log.reading import LogReader
from neuron_ledger.replay.tables.columns import Column, Table
from neuron_ledger.replay.tables.schema import FORMAT, TABLES, VIEWS

APPLICATION_ID: Final = int.from_bytes(b"NLTB")
"""The application id in the file's header: tables of a neuron ledger."""

ENDING: Final = ".tables.db"
WAIT_SECONDS: Final = 10.0

ABOUT: Final = Table(
    "about",
    "The ledger that these tables are made from, and the position up to which they go.",
    (Column("name", "text", "what"), Column("value", "text", "its value")),
    key=("name",),
)
_KEPT: Final = (
    'CREATE TABLE "_memory" ("name" TEXT PRIMARY KEY, "value" BLOB) STRICT',
    'CREATE TABLE "_rows" ("name" TEXT, "storage_index" INTEGER, "uid" INTEGER, "digest" BLOB,'
    " PRIMARY KEY (name, storage_index, uid)) STRICT, WITHOUT ROWID",
)
"""State for later updates: the memory of tenures, and digests of the rows of weights and bonds in the tables."""


class TablesError(NeuronLedgerError, ValueError):
    """Tables that cannot be kept, read or exported; the message says what to do."""


def beside(ledger: Path) -> Path:
    """The default path of a ledger's tables."""
    return ledger.with_name(f"{ledger.name}{ENDING}")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """mode: ro, rw or rwc. The connection begins no transaction by itself."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False)


def require_ours_or_nothing(path: Path, ledger: Path | None) -> bool:
    """Whether there are tables already. Raises: TablesError for a folder, the ledger itself, or another kind of file."""
    if not path.parent.is_dir():
        raise TablesError(f"{path} cannot be created: {path.parent} is not a folder; make it first")
    if ledger is not None and is_same_file(path, ledger):
        raise TablesError(f"{path} is the ledger itself; the tables need a file of their own (--into)")
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return False
    if not path.is_file():
        raise TablesError(f"{path} is not a file")
    try:
        with closing(connect(path, "ro")) as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.DatabaseError:
        found = None
    if found != APPLICATION_ID:
        raise TablesError(f"{path} is not a file of a ledger's tables; it is not overwritten, choose another path")
    return True


def lay_out(connection: sqlite3.Connection) -> None:
    """Create the tables and views in an empty file."""
    from sqlite_utils import Database

    database = Database(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table in (ABOUT, *TABLES):
        for statement in table.statements():
            database.execute(statement)
    for statement in _KEPT:
        database.execute(statement)
    for view in VIEWS:
        database.create_view(view.name, view.select)


def set_guards(connection: sqlite3.Connection) -> None:
    """From here on, writes to the tables are refused."""
    for table in (ABOUT, *TABLES):
        for _, statement in table.guards():
            connection.execute(statement)


def lift_guards(connection: sqlite3.Connection) -> None:
    """Allow writes in the open transaction."""
    for table in (ABOUT, *TABLES):
        for name, _ in table.guards():
            connection.execute(f'DROP TRIGGER "{name}"')


def about(connection: sqlite3.Connection) -> dict[str, str]:
    """The content of `about`. Raises: sqlite3.Error."""
    return dict(connection.execute("SELECT name, value FROM about"))


def write_about(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    connection.execute("DELETE FROM about")
    connection.executemany(ABOUT.insertion, sorted(values.items()))


def doubt(connection: sqlite3.Connection, log: LogReader) -> str | None:
    """Why tables cannot be updated; None if they belong to this log's past and are unchanged."""
    try:
        said = about(connection)
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    except sqlite3.DatabaseError as error:
        return f"they cannot be read ({error})"
    if said.get("format") != str(FORMAT):
        return f"they are of format {said.get('format')}, this version makes {FORMAT}"
    if found != dict(_schema()):
        return "somebody changed their schema"
    if said.get("genesis") != log.genesis.hex():
        return "they belong to another ledger"
    position = int(said["position"])
    if position > log.head.position:
        return "they go on beyond the ledger's end"
    kept = log.hash_at(position)
    return None if kept is not None and kept.hex() == said["hash"] else "the ledger's past is not the one they were made from"


def _schema() -> Iterator[tuple[str, str]]:
    """Every creating statement by the name of its object."""
    for table in (ABOUT, *TABLES):
        statements = tuple(table.statements())
        yield table.name, statements[0]
        yield from ((f"{table.name}_{'_'.join(index)}", text) for index, text in zip(table.indexes, statements[1:], strict=True))
        yield from table.guards()
    yield "_memory", _KEPT[0]
    yield "_rows", _KEPT[1]
    yield from ((view.name, view.statement) for view in VIEWS)


def put_in_place(part: Path, path: Path) -> None:
    """Give finished tables their name; readers of the earlier ones keep reading those."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
