"""docs/tables.md and docs/sql.md, made from the declarations of tables and questions: `python -m tests.tables_pages`."""

from collections.abc import Iterator
from pathlib import Path

from neuron_ledger.replay.tables.columns import Table
from neuron_ledger.replay.tables.queries import QUERIES, Query
from neuron_ledger.replay.tables.schema import TABLES, VIEWS

DOCS = Path(__file__).parent.parent / "docs"

TABLES_INTRODUCTION = """# Tables

`neuron-ledger tables chain.ledger` keeps SQL tables of a ledger in `chain.ledger.tables.db`, for people and tools that speak
SQL; `neuron-ledger browse chain.ledger` shows them in a browser, `neuron-ledger export parquet chain.ledger DIR` hands them
on. Questions that they answer, each in one query, are in [sql.md](sql.md). In Python:

```python
from neuron_ledger import tables

with tables("chain.ledger") as made:  # brought up to date
    made.query("SELECT uid, hotkey FROM neurons WHERE netuid = ? AND validator_permit", [1])
    made.polars("metrics")  # a data frame; so do .pandas and .arrow
```

**They are never a second truth.** They stand in a file of their own, because the schema of a ledger's file is checked each
time it is opened and holds nothing but the log ([log-format.md](log-format.md)); and because they can be deleted at any time
without loss. Nothing reads them but you. They go on from the position where they end, and are built anew (in a file beside,
which takes the place of the old one when it is whole) where anything is doubtful: the entry up to which they go is not in the
log any more, their schema was changed, they are of another ledger or of another version. Triggers refuse every write by
others. `neuron-ledger tables chain.ledger --check` builds them once more in memory and compares them row by row.

`--block B --into FILE` makes them as the ledger was at the end of a block: what is, as it was then; what happened, up to the
last call that had ended by then.

`python -m tests.replay.tables.agreement` compares them with the views of {histories} recorded histories, at the end and at
three blocks on the way, where each is gone on with from the one before: neurons, weights and bonds byte by byte, stake,
settings, tenures, metrics, refusals. Nothing differs in any of them. The tests take one of each kind.

Of several ledgers (one a subnet, or one a span of time; files, folders, patterns, URLs such as `s3://bucket/*.ledger`)
`neuron-ledger tables A.ledger B.ledger …` keeps the tables of each beside it, or in the folder `--into`, and `export` puts each
under `ledger=NAME`, which readers take for a column like any other ([scale.md](scale.md#a-fleet)).

## How large, how long

128 full subnets, 32,768 neurons, every subnet's epoch once, at 424; seconds of one processor of a machine with two:

| what | figure |
|---|---|
| the ledger | 52 MB |
| the tables | 165 MB, 2.27 million rows, of which 1.05 million are weights and 1.04 million bonds |
| built from nothing | 14 s |
| gone on with after 5 blocks | 6 s; rows of weights and bonds that did not change are left as they stand |
| where nothing is new | 3 ms |
| exported as Parquet | 17 s, 24 MB in 1,548 files |

## Values

Accounts are SS58 addresses; hashes and digests are hex digits; amounts are in rao, or in the smallest unit of a subnet's
alpha, as exact integers; proportions are parts of 65535; flags are 0 and 1. An integer beyond SQLite's (2^63 - 1) stands as
the text of its digits, in columns whose type is ANY. A later mechanism of a subnet is told by `mechanism`, never by the
chain's storage index. What is absent is NULL.

## Parquet, CSV, Arrow

`neuron-ledger export parquet|csv|arrow chain.ledger DIR` writes a folder a table, parted by subnet and block range, and
`tables.json` with what they are made from. The same ledger gives the same bytes. `netuid` stands in the folders' names
(`metrics/netuid=1/block_range=0/part.parquet`); tables in which some rows are of no subnet (`calls`, `failures`, `events`,
`hyperparameter_changes`) have folders `subnet=1`, `subnet=none`, and `netuid` in the file. A table without rows is one
file without any.

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

What validators, miners, owners and analysts ask, each one query over a ledger's tables ([tables.md](tables.md)).
`neuron-ledger browse chain.ledger` has them as pages with a field for each `:parameter`; any program that knows SQLite runs
them:

```
neuron-ledger tables chain.ledger
sqlite-utils query chain.ledger.tables.db "SELECT * FROM deregistrations" --table
```

"""


def tables_page() -> str:
    """docs/tables.md."""
    # Imported here: it looks for recordings, which a page does without.
    from tests.replay.recorded_histories import EXACT

    parts = [TABLES_INTRODUCTION.replace("{histories}", str(sum(EXACT.values()))), "## What is\n"]
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
