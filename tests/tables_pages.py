"""docs/tables.md and docs/sql.md, made from the declarations of tables and questions: `python -m tests.tables_pages`."""

from collections.abc import Iterator
from pathlib import Path

from neuron_ledger.replay.tables.columns import Table
from neuron_ledger.replay.tables.queries import QUERIES, Query
from neuron_ledger.replay.tables.schema import TABLES, VIEWS

DOCS = Path(__file__).parent.parent / "docs"

TABLES_INTRODUCTION = """# Tables

`neuron-ledger tables chain.ledger` keeps SQL tables of a ledger in `chain.ledger.tables.db`, for people and tools that speak
SQL; `neuron-ledger browse chain.ledger` shows them in a browser, `neuron-ledger export parquet chain.ledger DIR` exports
them. Questions that they answer, each in one query, are in [sql.md](sql.md). In Python:

```python
from neuron_ledger import tables

with tables("chain.ledger") as made:  # brought up to date
    made.query("SELECT uid, hotkey FROM neurons WHERE netuid = ? AND validator_permit", [1])
    made.polars("metrics")  # a data frame; so do .pandas and .arrow
```

**They are derived data.** They are in a file of their own, because the schema of a ledger's file is checked each time it is
opened and holds nothing but the log ([log-format.md](log-format.md)), and because they can be deleted at any time without
loss. No other command reads them. They are updated from the position where they end, and are rebuilt (in a new file, which
replaces the old one when it is complete) if anything is doubtful: their last entry is no longer in the log, their schema was
changed, they belong to another ledger or another version. Triggers refuse every write by others.
`neuron-ledger tables chain.ledger --check` builds them again in memory and compares them row by row.

`--block B --into FILE` makes them as of the end of a block: the state as it was then; what happened, up to the last call that
had ended by then.

`python -m tests.replay.tables.agreement` compares them with the views of {histories} recorded histories, at the end and at
three blocks on the way, each updated from the one before: neurons, weights and bonds byte by byte, stake, settings, tenures,
metrics, refusals. Nothing differs in any of them. The tests take one of each kind.

For several ledgers (one a subnet, or one a period; files, folders, patterns, URLs such as `s3://bucket/*.ledger`)
`neuron-ledger tables A.ledger B.ledger …` keeps the tables of each beside it, or in the folder `--into`, and `export` puts each
under `ledger=NAME`, which readers treat like any other column ([scale.md](scale.md#a-fleet)).

## How large, how long

128 full subnets, 32,768 neurons, every subnet's epoch once, at 424; CPU seconds:

| what | figure |
|---|---|
| the ledger | 52 MB |
| the tables | 165 MB, 2.27 million rows, of which 1.05 million are weights and 1.04 million bonds |
| built from nothing | 14 s |
| updated after 5 blocks | 6 s; rows of weights and bonds that did not change are left as they are |
| if nothing is new | 3 ms |
| exported as Parquet | 17 s, 24 MB in 1,548 files |

## Values

Accounts are SS58 addresses; hashes and digests are hex digits; amounts are in rao, or in the smallest unit of a subnet's
alpha, as exact integers; proportions are parts of 65535; flags are 0 and 1. An integer beyond SQLite's (2^63 - 1) is stored as
the text of its digits, in columns whose type is ANY. A later mechanism of a subnet is identified by `mechanism`, never by the
chain's storage index. Absent values are NULL.

## Parquet, CSV, Arrow

`neuron-ledger export parquet|csv|arrow chain.ledger DIR` writes one folder a table, partitioned by subnet and block range, and
`tables.json` with what they are made from. The same ledger gives the same bytes. `netuid` is in the folders' names
(`metrics/netuid=1/block_range=0/part.parquet`); tables in which some rows belong to no subnet (`calls`, `failures`, `events`,
`hyperparameter_changes`) have folders `subnet=1`, `subnet=none`, and `netuid` in the file. A table without rows is one
empty file.

```python
duckdb.sql("SELECT * FROM read_parquet('DIR/metrics/**/*.parquet', hive_partitioning = true) WHERE netuid = 1")
polars.scan_parquet("DIR/metrics/**/*.parquet", hive_partitioning=True)
pandas.read_parquet("DIR/metrics", dtype_backend="pyarrow")
```

Arrow's types: int64, uint64 for amounts, bool, string.

| column | SQLite | Arrow |
|---|---|---|
| integer | INTEGER | int64 |
| amount | ANY | uint64 |
| flag | INTEGER | bool |
| account, text, json | TEXT | string |
| any | ANY | string |

"""

SQL_INTRODUCTION = """# Questions in SQL

Questions of validators, miners, owners and analysts, each one query over a ledger's tables ([tables.md](tables.md)).
`neuron-ledger browse chain.ledger` shows them as pages with a field for each `:parameter`; any SQLite client can run them:

```
neuron-ledger tables chain.ledger
sqlite-utils query chain.ledger.tables.db "SELECT * FROM deregistrations" --table
```

"""


def tables_page() -> str:
    """docs/tables.md."""
    # Imported here: it looks for recordings, which a page does without.
    from tests.replay.recorded_histories import EXACT

    parts = [TABLES_INTRODUCTION.replace("{histories}", str(sum(EXACT.values()))), "## State\n"]
    parts += [_described(table) for table in TABLES if table.is_state]
    parts.append("## What happened\n")
    parts += [_described(table) for table in TABLES if not table.is_state]
    parts.append("## Views\n\n| view | |\n|---|---|\n" + "".join(f"| `{view.name}` | {view.about} |\n" for view in VIEWS))
    return "\n".join(parts)


def _described(table: Table) -> str:
    rows = "".join(f"| `{column.name}` | {column.kind} | {column.about} |\n" for column in table.columns)
    key = f" Key: {', '.join(table.key)}." if table.key else ""
    return f"### {table.name}\n\n{table.about}{key}\n\n| column | holds | |\n|---|---|---|\n{rows}"


def sql_page() -> str:
    """docs/sql.md."""
    return SQL_INTRODUCTION + "\n".join(_questions())


def _questions() -> Iterator[str]:
    for who in dict.fromkeys(query.who for query in QUERIES):
        yield f"## {who}\n"
        yield from (_question(query) for query in QUERIES if query.who == who)


def _question(query: Query) -> str:
    return f"### {query.question}\n\n`{query.name}`\n\n```sql\n{query.sql}\n```\n"


def main() -> None:
    (DOCS / "tables.md").write_text(tables_page())
    (DOCS / "sql.md").write_text(sql_page())


if __name__ == "__main__":
    main()
