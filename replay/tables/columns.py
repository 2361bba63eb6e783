"""How columns and tables are declared: one value defines a table for SQLite, Arrow, the documentation and Datasette."""

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
"""ANY keeps integers beyond SQLite's as the text of their digits; any other type would round them."""

SQL_LIMIT: Final = 1 << 63
"""SQLite's integers are below this."""


@frozen
class Column:
    """One column. about: its content, with its unit."""

    name: str
    kind: Kind
    about: str


@frozen
class Table:
    """One table. key: the columns that identify its rows, if any. indexes: other columns to search by.

    is_state: whether it shows state, not what happened. facets: columns that pages offer as filters.
    some_of_no_subnet: whether some rows belong to no subnet.
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
        """The statements that create it: the table, then its indexes."""
        columns = [f'"{column.name}" {SQL_TYPES[column.kind]}' for column in self.columns]
        if self.key:
            columns.append(f"PRIMARY KEY ({', '.join(self.key)})")
        yield f'CREATE TABLE "{self.name}" ({", ".join(columns)}) STRICT'
        for index in self.indexes:
            yield f'CREATE INDEX "{self.name}_{"_".join(index)}" ON "{self.name}" ({", ".join(index)})'

    def guards(self) -> Iterator[tuple[str, str]]:
        """(name, statement) of the triggers that refuse writes by others; our own writes drop them first."""
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
