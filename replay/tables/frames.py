"""A ledger's tables in Python: rows by SQL, and data frames of Arrow, pandas and polars."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.tables.columns import Row, Table
from neuron_ledger.replay.tables.file import TablesError, about, connect
from neuron_ledger.replay.tables.keeping import Kept, keep_tables
from neuron_ledger.replay.tables.schema import BY_NAME

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

ROWS_AT_ONCE = 50_000


class Tables:
    """A ledger's tables, open for reading."""

    def __init__(self, kept: Kept) -> None:
        """kept: the result of `keep_tables`."""
        self.kept = kept
        self._connection = connect(kept.path, "ro")

    @property
    def path(self) -> Path:
        """Their path; any SQLite tool can read them."""
        return self.kept.path

    @property
    def about(self) -> dict[str, str]:
        """The ledger that they are made from, and the position up to which they go."""
        return about(self._connection)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def query(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """The rows of an SQL statement, by the names of its columns. Raises: TablesError with SQLite's message."""
        try:
            cursor = self._connection.execute(statement, parameters)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]
        except sqlite3.Error as error:
            raise TablesError(f"SQL: {error}") from error

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: self._connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in BY_NAME}

    def rows(self, table: Table, *order: str) -> Iterator[Row]:
        """Every row of a table, ordered by these columns."""
        by = f" ORDER BY {', '.join(order)}" if order else ""
        # Not `yield from`, which closes the cursor when this is abandoned, and fails if the tables were closed before.
        for row in self._connection.execute(f'SELECT * FROM "{table.name}"{by}'):  # noqa: UP028
            yield row

    def arrow(self, name: str) -> "pyarrow.Table":
        """A whole table in Arrow. Raises: TablesError for an unknown name, or without pyarrow."""
        table = table_named(name)
        pa, schema = arrow_of(table)
        rows = self.rows(table, *(table.key or ("rowid",)))
        batches = [pa.RecordBatch.from_arrays(arrow_arrays(table, chunk), schema=schema) for chunk in chunks(rows)]
        return pa.Table.from_batches(batches, schema=schema)

    def pandas(self, name: str) -> "pandas.DataFrame":
        """A whole table as a data frame of pandas, with Arrow's types, which keep large and absent integers exact."""
        try:
            import pandas
        except ImportError:
            raise TablesError("pandas is not installed: pip install pandas") from None
        frame: pandas.DataFrame = self.arrow(name).to_pandas(types_mapper=pandas.ArrowDtype)
        return frame

    def polars(self, name: str) -> "polars.DataFrame":
        """A whole table as a data frame of polars."""
        try:
            import polars
        except ImportError:
            raise TablesError("polars is not installed: pip install polars") from None
        frame = polars.from_arrow(self.arrow(name))
        assert isinstance(frame, polars.DataFrame)
        return frame


def tables(
    ledger: str | Path,
    into: str | Path | None = None,
    *,
    block: int | None = None,
    anew: bool = False,
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
) -> Tables:
    """A ledger's SQL tables, brought up to its end or to a block, open for reading. Arguments and errors as `keep_tables`."""
    return Tables(keep_tables(ledger, into, block=block, anew=anew, progress=progress, timeline=timeline))


def table_named(name: str) -> Table:
    """The table of that name. Raises: TablesError, which names the existing ones."""
    if name not in BY_NAME:
        raise TablesError(f"there is no table {name!r}; there are {', '.join(BY_NAME)}")
    return BY_NAME[name]


def chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows, in batches, so that memory stays flat."""
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield chunk


def require_pyarrow() -> Any:
    """Raises: TablesError if pyarrow is not installed."""
    try:
        import pyarrow
    except ImportError:
        raise TablesError("data frames and exports need pyarrow: pip install 'neuron-ledger[tables]'") from None
    return pyarrow


def arrow_of(table: Table, leaving_out: str | None = None) -> tuple[Any, Any]:
    """pyarrow, and the schema of a table. leaving_out: a column to leave out."""
    pa = require_pyarrow()
    types = {"integer": pa.int64(), "amount": pa.uint64(), "flag": pa.bool_()}
    fields = [
        pa.field(column.name, types.get(column.kind, pa.string()), metadata={"about": column.about})
        for column in table.columns
        if column.name != leaving_out
    ]
    return pa, pa.schema(fields, metadata={"about": table.about})


def arrow_arrays(table: Table, rows: list[Row], leaving_out: str | None = None) -> list[Any]:
    """The columns of some rows of a table."""
    pa = require_pyarrow()
    arrays = []
    for column, values in zip(table.columns, zip(*rows, strict=True), strict=True):
        if column.name == leaving_out:
            continue
        if column.kind == "integer":
            arrays.append(pa.array(values, pa.int64()))
        elif column.kind == "amount":
            arrays.append(pa.array([None if value is None else int(value) for value in values], pa.uint64()))
        elif column.kind == "flag":
            arrays.append(pa.array([None if value is None else bool(value) for value in values], pa.bool_()))
        else:
            arrays.append(pa.array([None if value is None else str(value) for value in values], pa.string()))
    return arrays
