"""The tables of a ledger file, and how older files are brought up to them.

The file's format version is SQLite's `user_version`: the number of migrations that were applied. It tells which tables are
there; how entries are hashed is a version of its own (`chain_format` in `meta`) that a file keeps for life.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from neuron_ledger.events.entries.envelope import CHAIN_FORMAT, genesis_hash
from neuron_ledger.ledger.log.errors import NewerFormat, NotALedger

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID: Final = 0x4E4C4447
"""ASCII "NLDG": tells a ledger from any other SQLite file."""

PAGE_SIZE: Final = 8192
"""Bytes. Rows of 1.1 KB waste 6 % of it (16 % of 4096), and a durable append of one writes less than with 16384."""

LOG_TABLE: Final = """CREATE TABLE log (
   seq INTEGER PRIMARY KEY,
   block INTEGER NOT NULL,
   tag TEXT NOT NULL,
   payload BLOB NOT NULL,
   hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT"""

# A gap is refused before the row is looked at, so INSERT OR REPLACE and an upsert are refused too: they would have to name a
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

Migration = Callable[["Database"], None]


def _log_and_meta(db: "Database") -> None:
    # Written out, for sqlite-utils has no CHECK.
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
    """Apply the migrations that the file lacks. Inside a transaction of the caller's, so all or none.

    sqlite-utils' own list of migrations is not used: it records the time of day, which has no place in a ledger.
    """
    # Imported here: it takes a quarter of a second, and only new and older files need it.
    from sqlite_utils import Database

    db = Database(connection)
    for migration in migrations[format_version(connection) :]:
        migration(db)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def create_schema(
    connection: sqlite3.Connection, parameters: Mapping[str, str], migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Make an empty file an empty ledger. Inside a transaction of the caller's."""
    migrate(connection, migrations)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    covered = {"chain_format": str(CHAIN_FORMAT), **parameters}
    for name, value in [*sorted(covered.items()), ("genesis_hash", genesis_hash(covered).hex())]:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (name, value))


def format_version(connection: sqlite3.Connection) -> int:
    """The file's format version; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def require_ledger(connection: sqlite3.Connection, path: str) -> None:
    """Raises NotALedger or NewerFormat unless this is a ledger that this version can read."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise NotALedger(f"{path} is an SQLite file but not a ledger; give the path of a ledger, or create one elsewhere")
    version = format_version(connection)
    if version > FORMAT_VERSION:
        raise NewerFormat(path, version, FORMAT_VERSION)
    if version < 1:
        raise NotALedger(f"{path} is marked as a ledger but has format version {version}; restore it from a copy")
    chain_format = read_meta(connection).get("chain_format", "")
    if chain_format.isascii() and chain_format.isdecimal() and int(chain_format) > CHAIN_FORMAT:
        raise NewerFormat(path, int(chain_format), CHAIN_FORMAT)


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Every row of `meta`."""
    return {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM meta ORDER BY name")}
