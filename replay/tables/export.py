"""A ledger's tables as files for other tools: Parquet, CSV or Arrow, one folder a table, partitioned by subnet and block range.

    DIR/metrics/netuid=1/block_range=100000/part.parquet

DuckDB, polars, pandas and Spark know this as Hive partitions: the netuid is in the folder's name, not in the file.
Tables in which some rows belong to no subnet have folders `subnet=1` and `subnet=none`, and the netuid in the file, since not
every reader can take an absent value from a folder's name. The same ledger gives the same bytes.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from attrs import frozen

from neuron_ledger.replay.tables.columns import Row, Table
from neuron_ledger.replay.tables.file import TablesError
from neuron_ledger.replay.tables.frames import Tables, arrow_arrays, arrow_of, chunks, require_pyarrow
from neuron_ledger.replay.tables.schema import TABLES

Form = Literal["parquet", "csv", "arrow"]
FORMS: Final[tuple[Form, ...]] = ("parquet", "csv", "arrow")

BLOCK_RANGE: Final = 100_000
"""How many blocks one file covers by default: about two weeks of the chain."""

MANIFEST: Final = "tables.json"


@frozen
class Exported:
    """The result of an export. rows: how many of each table."""

    folder: Path
    files: int
    rows: dict[str, int]


def export_tables(tables: Tables, folder: str | Path, form: Form, *, block_range: int = BLOCK_RANGE) -> Exported:
    """Write every table into a new folder: all of it, or nothing. block_range: blocks a file.

    Raises: TablesError if the folder is not empty, or without pyarrow; OSError.
    """
    folder = Path(folder)
    with _new_folder(folder, block_range) as part:
        exported = _write(tables, part, form, block_range)
    return Exported(folder, exported.files, exported.rows)


def export_fleet(
    fleet: Iterable[tuple[str, Tables]], folder: str | Path, form: Form, *, block_range: int = BLOCK_RANGE
) -> Exported:
    """Write the tables of several ledgers into one new folder, each under `ledger=NAME`, which readers treat as a column.

    fleet: (name, tables), with unique names; each is written before the next one is requested.
    Raises: as `export_tables`; TablesError for a name that no folder can have, and if there are no tables at all.
    """
    folder, files = Path(folder), 0
    rows = dict.fromkeys((table.name for table in TABLES), 0)
    with _new_folder(folder, block_range) as part:
        for name, tables in fleet:
            if not name or Path(name).name != name or name in (".", ".."):
                raise TablesError(f"{name!r} cannot be the name of a folder; give the ledger's file another name")
            (part / f"ledger={name}").mkdir()
            exported = _write(tables, part / f"ledger={name}", form, block_range)
            files += exported.files
            rows = {table: count + exported.rows[table] for table, count in rows.items()}
        if not files:
            raise TablesError("none of the ledgers could be read: nothing is written")
    return Exported(folder, files, rows)


@contextmanager
def _new_folder(folder: Path, block_range: int) -> Iterator[Path]:
    """A folder to write into, which gets its name on success, and is removed on failure."""
    require_pyarrow()
    if block_range < 1:
        raise TablesError(f"block range: expected a number of blocks from 1, got {block_range}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TablesError(f"{folder} is not empty; nothing is overwritten, choose another folder")
    if not folder.absolute().parent.is_dir():
        raise TablesError(f"{folder} cannot be created: {folder.parent} is not a folder; make it first")
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir()
        yield part
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(tables: Tables, folder: Path, form: Form, block_range: int) -> Exported:
    files, counts = 0, {}
    for table in TABLES:
        counts[table.name] = 0
        (folder / table.name).mkdir()
        for place, rows in _partitions(tables, table, block_range):
            path = folder / table.name / place / f"part.{form}"
            path.parent.mkdir(parents=True, exist_ok=True)
            counts[table.name] += _write_file(table, rows, path, form, None if table.some_of_no_subnet else "netuid")
            files += 1
        if not counts[table.name]:
            files += 1
            _write_file(table, iter(()), folder / table.name / f"part.{form}", form, None)
    about = {**tables.about, "form": form, "rows": counts}
    about.pop("ledger")  # a path of this machine
    (folder / MANIFEST).write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return Exported(folder, files, counts)


def _partitions(tables: Tables, table: Table, block_range: int) -> Iterator[tuple[Path, Iterator[Row]]]:
    """The rows of a table by their folder."""
    names, of_subnet = table.names, "subnet" if table.some_of_no_subnet else "netuid"
    netuid = names.index("netuid") if "netuid" in names else None
    block = next((names.index(name) for name in ("block", "from_block") if name in names), None)
    order = [] if netuid is None else ["netuid"]
    order += [] if block is None else [f"{names[block]} / {block_range}"]

    def place_of(row: Row) -> tuple[str, ...]:
        subnet = () if netuid is None else (f"{of_subnet}={'none' if row[netuid] is None else row[netuid]}",)
        return subnet if block is None else (*subnet, f"block_range={row[block] // block_range * block_range}")

    for place, rows in groupby(tables.rows(table, *order, *(table.key or ("rowid",))), place_of):
        yield Path(*place), rows


def _write_file(table: Table, rows: Iterator[Row], path: Path, form: Form, in_the_name: str | None) -> int:
    """Write one file, some rows at a time. in_the_name: the column that is in its folder's name. Returns: the number of rows."""
    pa, schema = arrow_of(table, leaving_out=in_the_name)
    count = 0
    with _WRITERS[form](str(path), schema) as writer:
        for chunk in chunks(rows):
            writer.write_batch(pa.RecordBatch.from_arrays(arrow_arrays(table, chunk, leaving_out=in_the_name), schema=schema))
            count += len(chunk)
    return count


def _parquet(path: str, schema: Any) -> AbstractContextManager[Any]:
    from pyarrow.parquet import ParquetWriter

    writer: AbstractContextManager[Any] = ParquetWriter(path, schema, compression="zstd")
    return writer


def _csv(path: str, schema: Any) -> AbstractContextManager[Any]:
    from pyarrow.csv import CSVWriter

    writer: AbstractContextManager[Any] = CSVWriter(path, schema)
    return writer


def _arrow(path: str, schema: Any) -> AbstractContextManager[Any]:
    writer: AbstractContextManager[Any] = require_pyarrow().ipc.new_file(path, schema)
    return writer


_WRITERS: Final[Mapping[str, Callable[[str, Any], AbstractContextManager[Any]]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "arrow": _arrow,
}
