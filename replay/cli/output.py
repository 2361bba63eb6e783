"""Everything the command line prints passes through here: no text of a ledger, a file or an argument reaches a terminal raw.

A ledger may come from anybody, and it contains text: the source of an observation, names of events, a refusal's values. Printed
as it is, it could move a terminal's cursor with escape sequences, or reorder a line with direction marks. So every character that
is not printable is written as an escape: control characters, format and direction marks, line and paragraph separators, lone
surrogates, unassigned code points.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import click

BAD_INPUT = 2
"""The exit code of wrong usage and bad input."""

INTERRUPTED, NOBODY_READS = 130, 141
"""Exit codes as a shell gives them: ended by Ctrl-C; ended because the reader closed the output (`| head`)."""

OUR_FAULT = 70
"""The exit code if the program itself failed (EX_SOFTWARE in sysexits.h); what to report is on standard error."""

WIDTH, NARROWEST = 76, 40
"""Characters of a line without a terminal, so that it fits 80 bytes; and of the narrowest terminal that is supported."""

FULL = "neuron_ledger.full"
"""The key in the context's `meta` that holds --full."""

ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{47,48}")
"""An account as SS58."""

HEX = re.compile(r"(0x)?[0-9a-f]{40,}")

LONGEST_ERROR = 2000
"""Characters of an error that are shown."""


def printable(text: object) -> str:
    """The text in one line that is safe on any terminal: unprintable characters as `\\x1b`, `\\u202e`."""
    return _escaped(str(text), lambda char: char.encode("unicode_escape").decode("ascii"))


def room() -> int | None:
    """How many characters a line may have: the terminal's width, 76 in a file or pipe; None with --full."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(FULL):
        return None
    return max(shutil.get_terminal_size().columns, NARROWEST) if sys.stdout.isatty() else WIDTH


def say(line: object = "", *, bold: bool = False, error: bool = False, brief: bool = False) -> None:
    """Print a line, wrapped to the available width; error: to standard error, unwrapped, as it is not part of the result.

    brief: one line of many, in which addresses are shortened before the line is wrapped.
    """
    text, most = printable(line), room()
    if brief and most is not None and len(text) > most:
        text = ADDRESS.sub(lambda found: short_address(found[0]), text)
    for part in [text] if error else fitted(text, most):
        click.echo(click.style(part, bold=True) if bold else part, err=error)


def say_exactly(line: object) -> None:
    """Print one line unwrapped, for programs."""
    click.echo(printable(line))


def fitted(text: str, room: int | None) -> list[str]:
    """The lines of a text, wrapped between words; in a word that is too long, addresses are shortened."""
    if room is None or len(text) <= room:
        return [text]
    indent = len(text) - len(text.lstrip(" "))
    hanging = " " * min(indent + 4, room // 2)
    lines, line = [], text[:indent]
    for place, word in enumerate(_short(word, room - len(hanging)) for word in text[indent:].split(" ")):
        longer = f"{line} {word}" if place else f"{line}{word}"
        if len(longer) > room and line.strip():
            lines.append(line.rstrip())
            longer = f"{hanging}{word}" if word else hanging[:-1]
        line = longer
    return [*lines, line.rstrip()]


def _short(word: str, most: int) -> str:
    """A word longer than a line with its addresses and hex digits shortened. A path is not."""
    if len(word) > most:
        word = ADDRESS.sub(lambda found: short_address(found[0]), word)
    return word if len(word) <= most else HEX.sub(lambda found: f"{found[0][:24]}…{found[0][-8:]}", word)


def short_address(text: str) -> str:
    """An address without its middle."""
    return f"{text[:6]}…{text[-6:]}"


def say_note(text: object) -> None:
    """Print a note on standard error: it is not part of the result."""
    say(text, error=True)


def say_json(value: Any) -> None:
    """Print one JSON value."""
    for line in json.dumps(value, indent=2, ensure_ascii=False).split("\n"):
        say_json_line(line)


def say_json_line(line: str) -> None:
    """Print a line of JSON. Unprintable characters are written as JSON escapes, so that they parse as the same text."""
    click.echo(_escaped(line, _json_escape))


def say_fields(title: str, fields: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    say(title)
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        say(f"  {name:<{width}}  {in_a_word(value)}")


def fail(message: object, code: int = BAD_INPUT) -> NoReturn:
    """End the command with one line on standard error."""
    text = str(message)
    say(f"error: {text if len(text) <= LONGEST_ERROR else f'{text[:LONGEST_ERROR]}…'}", error=True)
    sys.exit(code)


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else escape(char) for char in text)


def _json_escape(char: str) -> str:
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def in_a_word(value: object) -> object:
    """A flag or an empty value as a word; any other value as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, (), []) else value
