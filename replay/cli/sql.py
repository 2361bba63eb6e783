"""Commands that hand a ledger on as tables: tables, browse, export."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.wire.errors import FieldError, Said
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.common import CHECK_FAILED, from_zero, json_option, ledger_argument, number, reports_errors
from neuron_ledger.replay.cli.output import BAD_INPUT, say, say_json, say_json_line, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.importers.call_list import export_calls
from neuron_ledger.replay.tables.browse import browse
from neuron_ledger.replay.tables.export import BLOCK_RANGE, Form, export_fleet, export_tables
from neuron_ledger.replay.tables.frames import Tables
from neuron_ledger.replay.tables.frames import tables as open_tables
from neuron_ledger.replay.tables.keeping import check_tables

DEFAULT_PORT = 8001

ledgers_argument = click.argument("ledger", nargs=-1, required=True, type=click.Path(path_type=Path))

into_option = click.option(
    "--into", type=click.Path(path_type=Path), help="Where the tables stand; FILE.tables.db beside the ledger without it."
)


def _kept(ledger: Path, into: Path | None, block: int | None = None, anew: bool = False) -> Tables:
    with progress("making tables") as update:
        return open_tables(ledger, into, block=block, anew=anew, progress=update)


@click.command()
@ledgers_argument
@into_option
@click.option("--block", type=from_zero, help="As the ledger was at the end of this block (needs --into).")
@click.option("--anew", is_flag=True, help="Build them from the beginning.")
@click.option("--check", is_flag=True, help="Only compare them with the ledger; exit code 1 if they differ.")
@json_option
@click.pass_context
@reports_errors
def tables(
    ctx: click.Context,
    ledger: tuple[Path, ...],
    into: Path | None,
    block: int | None,
    anew: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Keep SQL tables of a ledger in a file beside it: neurons, tenures, weights, metrics by uid and epoch, and more.

    They go on from where they end, and are built anew where anything about them is doubtful. docs/tables.md describes them. Of
    several ledgers each has its own; one that cannot be read keeps none of the others from theirs.

    \b
    neuron-ledger tables chain.ledger
    neuron-ledger tables chain.ledger --into january.db --block 216000
    neuron-ledger tables subnet-*.ledger
    """
    _ensure_one_place(ledger, into)
    found, failed = [], 0
    for path in ledger:
        try:
            found.append(_check(path, into) if check else _summary(path, into, block, anew))
        except (LogError, ValueError, OSError) as error:
            if len(ledger) == 1:
                raise
            failed += 1
            say_note(f"error: {path}: {error}")
    if as_json:
        say_json(found[0] if len(ledger) == 1 else found)
    else:
        for one in found:
            for line in _check_told(one) if check else _summary_told(one, with_counts=len(ledger) == 1):
                say(line)
    ctx.exit(BAD_INPUT if failed else CHECK_FAILED if check and any(one["differences"] for one in found) else 0)


def _ensure_one_place(ledgers: Sequence[Path], into: Path | None) -> None:
    if into is not None and len(ledgers) > 1:
        raise FieldError("--into", "one ledger, whose tables stand there", Said(f"{len(ledgers)} ledgers"))


def _summary(ledger: Path, into: Path | None, block: int | None, anew: bool) -> dict[str, Any]:
    with _kept(ledger, into, block, anew) as made:
        kept, counts = made.kept, made.counts()
    about = {"tables": str(kept.path), "position": kept.position, "block": kept.block}
    return {**about, "calls_added": kept.added, "built_because": kept.built, "rows": counts}


def _summary_told(made: dict[str, Any], with_counts: bool) -> Iterator[str]:
    how = f"built anew, since {made['built_because']}" if made["built_because"] else "gone on with"
    to = f"up to position {made['position']}, block {made['block']}"
    yield f"{made['tables']}: {how}; {number(made['calls_added'], 'call')} added, {to}"
    for name, count in made["rows"].items() if with_counts else ():
        yield f"  {name:<24}{count:>12,}"


def _check(ledger: Path, into: Path | None) -> dict[str, Any]:
    with progress("making tables to compare") as update:
        found = list(check_tables(ledger, into, progress=update))
    differences = [{"table": one.where, "expected": repr(one.expected), "got": repr(one.got)} for one in found]
    return {"ledger": str(ledger), "differences": differences}


def _check_told(checked: dict[str, Any]) -> Iterator[str]:
    for one in checked["differences"]:
        yield f"{one['table']}: expected {one['expected']}, got {one['got']}"
    count = len(checked["differences"])
    said = f"{number(count, 'table')} other than the ledger" if count else "the tables are what the ledger says"
    yield f"{checked['ledger']}: {said}"


@click.command("browse")
@ledger_argument
@into_option
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any that is free.")
@json_option
@reports_errors
def browse_command(ledger: Path, into: Path | None, port: int, as_json: bool) -> None:
    """Look at a ledger's tables in a browser: facets, ready-made questions, SQL of your own.

    Brings the tables up to date, then serves Datasette's pages to this machine alone, until Ctrl-C. It needs the extra `tables`.

    \b
    neuron-ledger browse chain.ledger
    """

    def started(url: str) -> None:
        if as_json:
            say_json({"url": url, "tables": str(made.path)})
        else:
            say(f"{url} shows {made.path}; Ctrl-C ends it")
        sys.stdout.flush()

    with _kept(ledger, into) as made:
        browse(made, port, started)


@click.group()
def export() -> None:
    """Hand a ledger on: its calls as a call list, its tables as Parquet, CSV or Arrow."""


@export.command("calls")
@ledger_argument
@click.option("--skip-observations", is_flag=True, help="Leave out what was observed, which no call can express.")
@reports_errors
def export_calls_command(ledger: Path, skip_observations: bool) -> None:
    """Print every call as a call list, which `import calls` takes (see docs/call-lists.md).

    \b
    neuron-ledger export calls chain.ledger > calls.jsonl
    """
    with Log.open(ledger, read_only=True) as log:
        for line in export_calls(log, skip_observations=skip_observations):
            say_json_line(line)


def _add_export(form: Form, title: str) -> None:
    @export.command(form)
    @ledgers_argument
    @click.argument("folder", type=click.Path(path_type=Path))
    @into_option
    @click.option(
        "--block-range", type=click.IntRange(min=1), default=BLOCK_RANGE, show_default=True, help="How many blocks a file has."
    )
    @json_option
    @reports_errors
    def command(ledger: tuple[Path, ...], folder: Path, into: Path | None, block_range: int, as_json: bool) -> None:
        _ensure_one_place(ledger, into)
        with ExitStack() as stack:
            fleet = {path.name: stack.enter_context(_kept(path, into)) for path in ledger}
            if len(fleet) < len(ledger):
                raise FieldError("LEDGER", "ledgers whose files have different names", Said(", ".join(map(str, ledger))))
            if len(ledger) == 1:
                exported = export_tables(next(iter(fleet.values())), folder, form, block_range=block_range)
            else:
                exported = export_fleet(fleet, folder, form, block_range=block_range)
        if as_json:
            say_json({"folder": str(exported.folder), "files": exported.files, "rows": exported.rows})
            return
        say(f"{exported.folder}: {number(sum(exported.rows.values()), 'row')} in {number(exported.files, 'file')}")

    command.help = (
        f"Write every table into a new folder as {title}, parted by subnet and block range (docs/tables.md).\n\n"
        "Of several ledgers each has a folder in it, ledger=NAME. It needs the extra `tables`.\n\n"
        f"\b\nneuron-ledger export {form} chain.ledger chain-{form}"
    )


_add_export("parquet", "Parquet")
_add_export("csv", "CSV")
_add_export("arrow", "Arrow files")

COMMANDS = (tables, browse_command, export)
