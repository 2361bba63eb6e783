"""The tables of a ledger file, and how older files are brought up to them.

The file's format version is SQLite's `user_version`: the number of migrations that were applied. It determines which tables
exist; how entries are hashed has a version of its own (`chain_format` in `meta`), which a file keeps for life.

The schema is a part of the log: with a foreign index, view or trigger, SQLite returns entries that do not exist, or changes those
that are appended. A file is therefore opened only if it has exactly the schema of its version.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import CHAIN_FORMAT, genesis_hash
from neuron_ledger.ledger.log.errors import ForeignSchema, NewerFormat, NotALedger

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID: Final = 0x4E4C4447
"""ASCII "NLDG": distinguishes a ledger from any other SQLite file."""

PAGE_SIZE: Final = 8192
"""Bytes. Rows of 1.1 KB waste 6 % of it (16 % of 4096), and a durable append of one writes less than with 16384."""

LOG_TABLE: Final = """CREATE TABLE log (
   seq INTEGER PRIMARY KEY,
   block INTEGER NOT NULL,
   tag TEXT NOT NULL,
   payload BLOB NOT NULL,
   hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT"""

# A gap is refused before conflicts are resolved, so INSERT OR REPLACE and an upsert are refused too: they would have to name a
# position that is taken. A position left to SQLite reads as -1 here. meta is sealed by its genesis_hash row, written last.
TRIGGERS: Final[Mapping[str, str]] = {
    "log_refuses_update": """CREATE TRIGGER log_refuses_update BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only: UPDATE refused'); END""",
    "log_refuses_delete": """CREATE TRIGGER log_refuses_delete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only: DELETE refused'); END""",
    "log_refuses_gap": """CREATE TRIGGER log_refuses_gap BEFORE INSERT ON log
WHEN new.seq IS NOT coalesce((SELECT seq FROM log ORDER BY seq DESC LIMIT 1), 0) + 1
BEGIN SELECT RAISE(ABORT, 'the log is append-only: seq must be the last one plus 1'); END""",
    "meta_refuses_update": """CREATE TRIGGER meta_refuses_update BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'meta is fixed: UPDATE refused'); END""",
    "meta_refuses_delete": """CREATE TRIGGER meta_refuses_delete BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'meta is fixed: DELETE refused'); END""",
    "meta_refuses_insert": """CREATE TRIGGER meta_refuses_insert BEFORE INSERT ON meta
WHEN EXISTS (SELECT 1 FROM meta WHERE name = 'genesis_hash')
BEGIN SELECT RAISE(ABORT, 'meta is fixed: INSERT refused'); END""",
}

META_TABLE: Final = """CREATE TABLE meta (
   name TEXT PRIMARY KEY NOT NULL,
   value TEXT NOT NULL
) STRICT"""

SNAPSHOTS_TABLE: Final = """CREATE TABLE snapshots (
   position INTEGER NOT NULL,
   hash BLOB NOT NULL,
   format TEXT NOT NULL,
   digest BLOB NOT NULL,
   payload BLOB NOT NULL,
   PRIMARY KEY (position, format)
) STRICT"""

SCHEMAS: Final[Sequence[Mapping[tuple[str, str, str], str | None]]] = (
    {
        ("table", "log", "log"): LOG_TABLE,
        ("table", "meta", "meta"): META_TABLE,
        ("index", "sqlite_autoindex_meta_1", "meta"): None,
        **{("trigger", name, name.partition("_")[0]): text for name, text in TRIGGERS.items()},
    },
    {
        ("table", "snapshots", "snapshots"): SNAPSHOTS_TABLE,
        ("index", "sqlite_autoindex_snapshots_1", "snapshots"): None,
    },
)
"""What each migration adds to SQLite's list of the schema: (type, name, table) and the statement; None for SQLite's own index."""

Migration = Callable[["Database"], None]


def _log_and_meta(db: "Database") -> None:
    # Written out, since sqlite-utils has no CHECK.
    db.execute(LOG_TABLE)
    db.table("meta").create({"name": str, "value": str}, pk="name", not_null=["name", "value"], strict=True)
    for trigger in TRIGGERS.values():
        db.execute(trigger)


def _snapshots(db: "Database") -> None:
    columns = {"position": int, "hash": bytes, "format": str, "digest": bytes, "payload": bytes}
    db.table("snapshots").create(columns, pk=("position", "format"), not_null=list(columns), strict=True)


MIGRATIONS: Final[Sequence[Migration]] = (_log_and_meta, _snapshots)
"""Each takes the file from one format version to the next. Never changed once released; new ones go to the end."""

FORMAT_VERSION: Final = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply the migrations that the file lacks. Inside a transaction of the caller, so all or none.

    sqlite-utils' own migrations are not used: they record the time of day, which has no place in a ledger.
    """
    db = _database()(connection)
    for migration in migrations[format_version(connection) :]:
        migration(db)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _database() -> "type[Database]":
    """sqlite-utils' class. Imported here: it takes a quarter of a second, and only new and older files need it.

    Where pandas is installed, sqlite-utils would spend seconds loading it to recognise its types, which a ledger does not use.
    """
    is_hidden = "pandas" not in sys.modules
    if is_hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        from sqlite_utils import Database
    finally:
        if is_hidden:
            del sys.modules["pandas"]
    return Database


def create_schema(
    connection: sqlite3.Connection, parameters: Mapping[str, str], migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Make an empty file an empty ledger. Inside a transaction of the caller."""
    migrate(connection, migrations)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    covered = {"chain_format": str(CHAIN_FORMAT), **parameters}
    for name, value in [*sorted(covered.items()), ("genesis_hash", genesis_hash(covered).hex())]:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))


def format_version(connection: sqlite3.Connection) -> int:
    """The file's format version; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def require_ledger(connection: sqlite3.Connection, path: str, *, for_audit: bool = False) -> None:
    """Raises NotALedger, ForeignSchema or NewerFormat unless this is a ledger that this version can read.

    for_audit: a schema other than a ledger's is accepted as long as the log can be read at all.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise NotALedger(
            f"{path} is an SQLite file but not a ledger; give the path of a ledger, or create one elsewhere", path=path
        )
    version = format_version(connection)
    if version > FORMAT_VERSION:
        raise NewerFormat(path, version, FORMAT_VERSION)
    if version < 1:
        raise NotALedger(f"{path} is marked as a ledger but has format version {version}; restore it from a copy", path=path)
    require_tables(connection, path)
    faults = [] if for_audit else list(schema_faults(connection))
    if faults:
        raise ForeignSchema(path, [f"{fault.where} is {fault.got}" for fault in faults])
    chain_format = read_meta(connection).get("chain_format", "")
    if chain_format.isascii() and chain_format.isdecimal() and int(chain_format) > CHAIN_FORMAT:
        raise NewerFormat(path, int(chain_format), CHAIN_FORMAT)


def schema_faults(connection: sqlite3.Connection) -> Iterator[Difference[str]]:
    """Whatever the schema has in addition to, lacks of, or has changed from that of a ledger of this format version."""
    wanted = {key: text for added in SCHEMAS[: format_version(connection)] for key, text in added.items()}
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    found = {(str(kind), str(name), str(table)): text for kind, name, table, text in rows}
    for key in sorted({*wanted, *found}):
        kind, name, table = key
        what = f"{kind} {name}" if table == name else f"{kind} {name} on {table}"
        if key not in found:
            yield Difference(what, "schema", "as created", "missing")
        elif key not in wanted:
            yield Difference(what, "schema", "absent", "present")
        elif _words(found[key]) != _words(wanted[key]):
            yield Difference(what, "schema", "as created", "changed")


def require_tables(connection: sqlite3.Connection, path: str) -> None:
    """Raises NotALedger unless `log` and `meta` are plain tables, so that reading them runs no foreign statements."""
    rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE name IN ('log', 'meta')")
    found = {name: kind == "table" and (_words(text) or [])[:2] == ["CREATE", "TABLE"] for name, kind, text in rows}
    for name in ("log", "meta"):
        if not found.get(name, False):
            raise NotALedger(f"{path} lacks a part of a ledger (a table {name}); restore it from a copy", path=path)


def _words(text: object) -> list[str] | None:
    # Regardless of spacing and of quotes around names, which depend on the tool that created the table.
    return re.findall(r"\w+|[^\w\s]", text.replace('"', "")) if isinstance(text, str) else None


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Every row of `meta`."""
    return {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM meta NOT INDEXED ORDER BY name")}
