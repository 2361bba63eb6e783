"""All that the command line prints passes through here: no text of a ledger, a file or an argument reaches a terminal raw.

A ledger may come from anybody, and it holds texts: the source of an observation, names of events, a refusal's values. Printed as
they are, escape sequences could move a terminal's cursor, and direction marks could show a line in another order. So every
character that does not simply print is written as an escape: control characters, format and direction marks, line and paragraph
separators, lone surrogates, code points that are not assigned.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import click

BAD_INPUT = 2
"""The exit code of wrong use and bad input."""

INTERRUPTED, NOBODY_READS = 130, 141
"""Exit codes as a shell gives them: ended by Ctrl-C; ended because whoever read the output closed it (`| head`)."""

OUR_FAULT = 70
"""The exit code where the program itself failed (EX_SOFTWARE in sysexits.h); what to report is on standard error."""

LONGEST_ERROR = 2000
"""Characters of an error that are shown."""


def printable(text: object) -> str:
    """The text in one line that any terminal shows as it stands: what does not simply print as `\\x1b`, `\\u202e`."""
    return _escaped(str(text), lambda char: char.encode("unicode_escape").decode("ascii"))


def say(line: object = "", *, bold: bool = False, error: bool = False) -> None:
    """Print one line; on standard error where it is not part of the result."""
    text = printable(line)
    click.echo(click.style(text, bold=True) if bold else text, err=error)


def say_note(text: object) -> None:
    """Tell people, on standard error, what is not part of the result."""
    say(text, error=True)


def say_json(value: Any) -> None:
    """Print one JSON value."""
    for line in json.dumps(value, indent=2, ensure_ascii=False).split("\n"):
        say_json_line(line)


def say_json_line(line: str) -> None:
    """Print a line of JSON. What does not simply print stands in it as JSON's own escape, so that it reads as the same text."""
    click.echo(_escaped(line, _json_escape))


def say_fields(title: str, fields: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    say(title)
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        say(f"  {name:<{width}}  {_plain(value)}")


def fail(message: object, code: int = BAD_INPUT) -> NoReturn:
    """End the command with one line on standard error."""
    text = str(message)
    say(f"error: {text if len(text) <= LONGEST_ERROR else f'{text[:LONGEST_ERROR]}…'}", error=True)
    sys.exit(code)


def _escaped(text: str, escape: Callable[[str], str]) -> str:
    return text if text.isprintable() else "".join(char if char.isprintable() else escape(char) for char in text)


def _json_escape(char: str) -> str:
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, (), []) else value
