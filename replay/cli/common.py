"""What all commands share: opening a ledger, errors as one line, JSON, tables, progress."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from events.kinds import ACCOUNT, FieldError
from events.ss58 import AddressError
from ledger.chain import Ledger
from ledger.errors import ChainError
from ledger.log_errors import LogError
from ledger.ruleset import UnknownSpecVersion

DONE, CHECK_FAILED, BAD_INPUT = 0, 1, 2
"""Exit codes."""

RAO_PER_TAO = 10**9
PROGRESS_AFTER_SECONDS = 1.0

P = ParamSpec("P")
R = TypeVar("R")

ledger_argument = click.argument("ledger", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output, for machines.")

picture_option = click.option("--picture", type=click.Path(path_type=Path), help="Draw it into a file, too: .svg, .png or .pdf.")


def fail(message: object, code: int = BAD_INPUT) -> NoReturn:
    """End the command with one line on standard error; what cannot be printed on a line is escaped."""
    line = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(message))
    click.echo(f"error: {line}", err=True)
    sys.exit(code)


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors a user can cause into one line and exit code 2; a refused call is exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            raise  # whoever read has seen enough (`| head`): click ends quietly
        except ChainError as error:
            fail(error, CHECK_FAILED)
        except (LogError, FieldError, AddressError, UnknownSpecVersion, ValueError, OSError) as error:
            fail(error)

    return wrapped


@contextmanager
def opened(path: Path, *, read_only: bool = True) -> Iterator[Ledger]:
    """A ledger file that exists, closed at the end."""
    with Ledger.open(path, read_only=read_only) as ledger:
        yield ledger


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error for work that takes over a second, where a terminal is there to show it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(what, total=None)

    def update(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        elapsed = bar.tasks[0].elapsed
        if not bar.live.is_started and elapsed is not None and elapsed > PROGRESS_AFTER_SECONDS:
            bar.start()

    bar.start_task(task)
    try:
        yield update
    finally:
        bar.stop()


def say_json(value: Any) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people; whole cells where the output is not a terminal."""
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 1000)
    console.print(table, highlight=False)


def say_fields(title: str, fields: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    click.echo(title)
    width = max((len(name) for name in fields), default=0)
    for name, value in fields.items():
        click.echo(f"  {name:<{width}}  {value}")


def tao_float(rao: int) -> str:
    """Rao as TAO for people's eyes; a rounded view, never to compute with."""
    return f"{rao / RAO_PER_TAO:,.4f} TAO"


def shown_account(account: bytes | None) -> str | None:
    """An account as SS58."""
    return None if account is None else str(ACCOUNT.to_json(account))


def account_option(text: str | None, name: str) -> bytes | None:
    """An account given as SS58 or hex. Raises: FieldError, naming the option."""
    return None if text is None else bytes(ACCOUNT.from_json(text, name))
