"""Tables for people: whole where they are kept in a file, as narrow as they can be on a terminal."""

import shutil
import sys
from collections.abc import Sequence

from neuron_ledger.replay.cli.output import printable, say

ADDRESS_LENGTH = 48
GAP = "  "


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    headings, body = table_lines(columns, rows, room)
    say(title)
    for line in headings:
        say(line, bold=True)
    for line in body:
        say(line)


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[object]], room: int | None) -> tuple[list[str], list[str]]:
    """The lines of the headings, and those of the rows; numbers stand on the right.

    room: the terminal's width, None for a file. Where the table is wider, headings take several lines first, and then addresses
    lose their middle.
    """
    cells = [["" if cell is None else printable(cell) for cell in row] for row in rows]
    headings = [[name] for name in columns]
    if room is not None and _width(headings, cells) > room:
        headings = [name.split() or [""] for name in columns]
        if _width(headings, cells) > room:
            cells = [[_short(cell) for cell in row] for row in cells]
    widths = _widths(headings, cells)
    numbers = [all(row[column].isdecimal() or not row[column] for row in cells) for column in range(len(widths))]

    def line(row: Sequence[str]) -> str:
        places = zip(row, widths, numbers, strict=True)
        return GAP.join(cell.rjust(width) if number else cell.ljust(width) for cell, width, number in places).rstrip()

    height = max(map(len, headings))
    tops = ([""] * (height - len(words)) + words for words in headings)
    return [line(words) for words in zip(*tops, strict=True)], [line(row) for row in cells]


def _widths(headings: list[list[str]], cells: list[list[str]]) -> list[int]:
    return [max(len(text) for text in (*words, *(row[column] for row in cells))) for column, words in enumerate(headings)]


def _width(headings: list[list[str]], cells: list[list[str]]) -> int:
    return sum(_widths(headings, cells)) + len(GAP) * (len(headings) - 1)


def _short(cell: str) -> str:
    return f"{cell[:6]}…{cell[-6:]}" if len(cell) == ADDRESS_LENGTH else cell
