"""How the columns and tables are declared: one value says what SQLite, Arrow, the documentation and Datasette make of a table."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from attrs import frozen

Kind = Literal["integer", "amount", "flag", "account", "text", "json", "any"]
"""What a column holds: an integer below 2^63; an amount up to 2^64 - 1; 0 or 1; an SS58 address; a text; JSON; an integer of any
size, or JSON."""

Row = tuple[Any, ...]

SQL_TYPES: Final = {
    "integer": "INTEGER",
    "amount": "ANY",
    "flag": "INTEGER",
    "account": "TEXT",
    "text": "TEXT",
    "json": "TEXT",
    "any": "ANY",
}
"""ANY keeps what SQLite's integers cannot hold as the text of its digits, where any other type would round it."""

SQL_LIMIT: Final = 1 << 63
"""SQLite's integers are below it."""


@frozen
class Column:
    """One column. about: what stands in it, with its unit."""

    name: str
    kind: Kind
    about: str


@frozen
class Table:
    """One table. key: the columns that tell its rows apart, where some do. indexes: by which it is searched besides.

    is_state: whether it shows what is, and not what happened. facets: columns by which pages offer to filter.
    some_of_no_subnet: whether rows may be of no subnet.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    facets: tuple[str, ...] = ()
    is_state: bool = False
    some_of_no_subnet: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def statements(self) -> Iterator[str]:
        """What creates it: the table, then its indexes."""
        columns = [f'"{column.name}" {SQL_TYPES[column.kind]}' for column in self.columns]
        if self.key:
            columns.append(f"PRIMARY KEY ({', '.join(self.key)})")
        yield f'CREATE TABLE "{self.name}" ({", ".join(columns)}) STRICT'
        for index in self.indexes:
            yield f'CREATE INDEX "{self.name}_{"_".join(index)}" ON "{self.name}" ({", ".join(index)})'

    def guards(self) -> Iterator[tuple[str, str]]:
        """(name, statement) of the triggers that refuse everybody's writes but ours, which come without them."""
        for verb in ("INSERT", "UPDATE", "DELETE"):
            name = f"{self.name}_{verb.lower()}_refused"
            said = "these tables are made from a ledger: submit calls to it, and run neuron-ledger tables"
            yield name, f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{self.name}" BEGIN SELECT RAISE(ABORT, \'{said}\'); END'

    @property
    def insertion(self) -> str:
        return f'INSERT INTO "{self.name}" VALUES ({", ".join("?" * len(self.columns))})'


@frozen
class View:
    """One view. select: its statement."""

    name: str
    about: str
    select: str

    @property
    def statement(self) -> str:
        return f'CREATE VIEW "{self.name}" AS {self.select}'


def stored_amount(value: int | None) -> int | str | None:
    """An amount as SQLite keeps it."""
    return value if value is None or value < SQL_LIMIT else str(value)
