"""Tables as files and data frames: what DuckDB, polars and pandas read back is what stands in SQL, row by row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.csv
import pyarrow.dataset
import pytest

from neuron_ledger import tables
from neuron_ledger.events.calls import AddStake, ForceSetBalance, SudoSet
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.recording import observe_exchanges
from neuron_ledger.replay.tables.columns import Row, Table
from neuron_ledger.replay.tables.export import FORMS, Form, export_tables
from neuron_ledger.replay.tables.file import TablesError
from neuron_ledger.replay.tables.frames import Tables
from neuron_ledger.replay.tables.schema import BY_NAME, TABLES
from tests.chain_fixture import TAO, account
from tests.replay.exchange.exchange_fixture import exchange
from tests.replay.tables.small_world import small_world

RANGE = 20


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = small_world(tmp_path_factory.mktemp("world") / "chain.ledger")
    with Ledger.open(path) as chain:
        chain.submit(ForceSetBalance(account("rich"), 100 * TAO)).unwrap()
        chain.submit(AddStake(account("1"), 1, TAO), account("rich"))
        chain.submit(SudoSet("max_difficulty", 1, 2**64 - 1)).unwrap()
        observe_exchanges(chain, 1, [exchange(0), exchange(1)], "one")
    return path


@pytest.fixture(scope="module")
def exported(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    with tables(ledger) as made:
        for form in FORMS:
            export_tables(made, folder / form, form, block_range=RANGE)
    return folder


def in_sql(made: Tables, table: Table) -> list[Row]:
    """The rows as Python has them, whatever SQLite keeps them as."""
    read: dict[str, Callable[[Any], Any]] = {"amount": int, "flag": bool, "any": str}
    kinds = [read.get(column.kind, lambda value: value) for column in table.columns]
    rows = made.rows(table)
    return ordered([tuple(None if v is None else kind(v) for kind, v in zip(kinds, row, strict=True)) for row in rows])


def ordered(rows: Any) -> list[Row]:
    return sorted((tuple(row) for row in rows), key=repr)


def by_duckdb(sql: str) -> list[Row]:
    relation = duckdb.sql(sql)
    assert relation is not None
    return relation.fetchall()


def columns(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_read_back_is_what_was_written(ledger: Path, exported: Path, table: Table) -> None:
    with tables(ledger) as made:
        wanted = in_sql(made, table)
        assert ordered(map(dict.values, made.arrow(table.name).to_pylist())) == wanted
        assert ordered(made.polars(table.name).rows()) == wanted
    assert wanted
    folder = exported / "parquet" / table.name
    sql = f"SELECT {columns(table)} FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    assert ordered(by_duckdb(sql)) == wanted
    lazy = polars.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
    assert ordered(lazy.select(table.names).collect().rows()) == wanted
    frame = pandas.read_parquet(folder, dtype_backend="pyarrow")[list(table.names)]
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    assert ordered(rows) == wanted
    arrow = pyarrow.dataset.dataset(exported / "arrow" / table.name, format="arrow", partitioning="hive")
    assert ordered(map(dict.values, arrow.to_table(columns=list(table.names)).to_pylist())) == wanted


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_csv_reads_back_by_the_types_of_the_columns(ledger: Path, exported: Path, table: Table) -> None:
    """A text that is empty is quoted, what is absent is not: both come back as what they were."""
    types = {"integer": "BIGINT", "amount": "UBIGINT", "flag": "BOOLEAN"}
    in_file = {column.name: types.get(column.kind, "VARCHAR") for column in table.columns}
    in_name = {} if table.some_of_no_subnet or "netuid" not in in_file else {"netuid": in_file.pop("netuid")}
    hive = f"hive_partitioning = true, hive_types = {in_name}" if in_name else "hive_partitioning = false"
    files = f"{exported / 'csv' / table.name}/**/*.csv"
    sql = (
        f"SELECT {columns(table)} FROM read_csv('{files}', header = true, quote = '\"', escape = '\"', types = {in_file}, {hive})"
    )
    with tables(ledger) as made:
        assert ordered(by_duckdb(sql)) == in_sql(made, table)


def test_every_file_holds_one_subnet_and_one_range_of_blocks(exported: Path) -> None:
    files = sorted((exported / "parquet" / "metrics").rglob("*.parquet"))
    places = [file.parent.relative_to(exported / "parquet" / "metrics").as_posix() for file in files]
    assert places == [f"netuid=1/block_range={first}" for first in (0, 20, 40)]
    for file, first in zip(files, (0, 20, 40), strict=True):
        blocks = polars.read_parquet(file, hive_partitioning=False)["block"].unique().to_list()
        assert all(first <= block < first + RANGE for block in blocks)


def test_a_table_without_rows_is_read_as_one(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "chain.ledger").close()
    with tables(tmp_path / "chain.ledger") as made:
        exported = export_tables(made, tmp_path / "exported", "parquet")
    assert {name for name, count in exported.rows.items() if count} == {"chain_values"}
    for table in TABLES:
        frame = polars.read_parquet(f"{tmp_path}/exported/{table.name}/**/*.parquet")
        assert frame.columns == list(table.names)
        assert len(pandas.read_parquet(tmp_path / "exported" / table.name)) == exported.rows[table.name]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_ledger_gives_the_same_bytes(ledger: Path, exported: Path, tmp_path: Path, form: Form) -> None:
    with tables(ledger, tmp_path / "other.db") as made:
        again = export_tables(made, tmp_path / "again", form, block_range=RANGE)
    files = [path.relative_to(exported / form) for path in sorted((exported / form).rglob("*")) if path.is_file()]
    assert len(files) == again.files + 1  # and tables.json
    for file in files:
        assert (tmp_path / "again" / file).read_bytes() == (exported / form / file).read_bytes(), file


def test_nothing_is_written_over_or_left_half_done(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter").write_text("mine")
    with tables(ledger, tmp_path / "tables.db") as made:
        for folder, said in (
            (full, "is not empty"),
            (full / "letter", "is not empty"),
            (tmp_path / "no" / "where", "is not a folder"),
        ):
            with pytest.raises(TablesError, match=said):
                export_tables(made, folder, "parquet")
        with pytest.raises(TablesError, match="block range"):
            export_tables(made, tmp_path / "new", "parquet", block_range=0)

        def fails(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("neuron_ledger.replay.tables.export.arrow_arrays", fails)
        with pytest.raises(OSError, match="No space left"):
            export_tables(made, tmp_path / "new", "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "tables.db"]
    assert (full / "letter").read_text() == "mine"


def test_data_frames_keep_what_is_large_or_absent(ledger: Path) -> None:
    with tables(ledger) as made:
        calls = made.pandas("calls")
        absent = [row["signer"] is None for row in made.query("SELECT signer FROM calls ORDER BY position")]
        assert calls["signer"].isna().tolist() == absent
        assert {True, False} <= set(absent)
        assert str(calls["netuid"].dtype) == "int64[pyarrow]"
        values = made.polars("subnet_values").filter(polars.col("item") == "MaxDifficulty", polars.col("netuid") == 1)
        assert values["value"].to_list() == [str(2**64 - 1)]
        assert made.arrow("neurons").schema.field("stake").type == pyarrow.uint64()
        assert made.arrow("neurons").schema.field("uid").metadata == {b"about": BY_NAME["neurons"].columns[1].about.encode()}
