"""Tables for people: fitted to the available width, in full with --full."""

import re
from collections.abc import Iterable, Iterator, Sequence

from neuron_ledger.replay.cli.output import ADDRESS, printable, room, say, short_address

GAP = "  "
NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?( %)?")


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], keys: int = 1) -> None:
    """Print a table. keys: how many of the first columns identify a row."""
    say(title)
    for number, (headings, body) in enumerate(table_parts(columns, rows, room(), keys)):
        if number:
            say()
        for line in headings:
            say(line, bold=True)
        for line in body:
            say(line)


NOTES = {
    "owner": "one of the owner's uids, which are never pruned",
    "kept": "no longer immune, but kept: a minimum of neurons that are not immune stays",
}
"""Words in a queue of uids, and what they mean."""


def say_notes(notes: Iterable[object]) -> None:
    """Print the meaning of the words that occur in a queue."""
    found = set(notes)
    for note, meaning in NOTES.items():
        if note in found:
            say(f"{note}: {meaning}")


def table_parts(
    columns: Sequence[str], rows: Sequence[Sequence[object]], room: int | None, keys: int = 1
) -> Iterator[tuple[list[str], list[str]]]:
    """The lines of the headings, and those of the rows; numbers are aligned right.

    room: characters of a line, None for any number. If the table is wider, headings first take several lines, then addresses
    are shortened, and finally columns that do not fit follow below as a separate table, with the first columns repeated.
    """
    cells = [["" if cell is None else printable(cell) for cell in row] for row in rows]
    headings = [[name] for name in columns]
    if room is not None and _width(_widths(headings, cells)) > room:
        headings = [name.split() or [""] for name in columns]
        if _width(_widths(headings, cells)) > room:
            cells = [[short_address(cell) if ADDRESS.fullmatch(cell) else cell for cell in row] for row in cells]
    widths = _widths(headings, cells)
    numbers = [all(NUMBER.fullmatch(row[column]) or not row[column] for row in cells) for column in range(len(widths))]
    for part in _parts(widths, room, keys):

        def line(row: Sequence[str], part: Sequence[int] = part) -> str:
            places = (row[at].rjust(widths[at]) if numbers[at] else row[at].ljust(widths[at]) for at in part)
            return GAP.join(places).rstrip()

        height = max(len(headings[at]) for at in part)
        tops = [[""] * (height - len(words)) + words[-height:] for words in headings]
        yield [line(words) for words in zip(*tops, strict=True)], [line(row) for row in cells]


def _parts(widths: Sequence[int], room: int | None, keys: int) -> Iterator[list[int]]:
    """Which columns go side by side: the first ones, with as many others as fit."""
    first = list(range(keys))
    part = first
    for at in range(keys, len(widths)):
        if room is not None and part != first and _width([widths[one] for one in (*part, at)]) > room:
            yield part
            part = first
        part = [*part, at]
    yield part


def _widths(headings: list[list[str]], cells: list[list[str]]) -> list[int]:
    return [max(len(text) for text in (*words, *(row[column] for row in cells))) for column, words in enumerate(headings)]


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)
