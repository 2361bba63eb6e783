"""Commands on a ledger's tables: tables, browse, export."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    from_zero,
    json_option,
    ledger_argument,
    ledgers_argument,
    number,
    reports_errors,
)
from neuron_ledger.replay.cli.output import BAD_INPUT, say, say_json, say_json_line, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.fleet.places import Fleet, Place, fetched, fleet
from neuron_ledger.replay.importers.call_list import export_calls
from neuron_ledger.replay.tables.browse import browse
from neuron_ledger.replay.tables.export import BLOCK_RANGE, Form, export_fleet, export_tables
from neuron_ledger.replay.tables.file import beside
from neuron_ledger.replay.tables.frames import Tables
from neuron_ledger.replay.tables.frames import tables as open_tables
from neuron_ledger.replay.tables.keeping import check_tables

DEFAULT_PORT = 8001

into_option = click.option(
    "--into", type=click.Path(path_type=Path), help="The tables' file; by default FILE.tables.db beside the ledger."
)
into_folder_option = click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="The tables' file; by default FILE.tables.db beside the ledger. For several ledgers, a folder.",
)


def _kept(ledger: Path, into: Path | None, block: int | None = None, anew: bool = False) -> Tables:
    with progress("making tables") as update:
        return open_tables(ledger, into, block=block, anew=anew, progress=update)


@click.command()
@ledgers_argument
@into_folder_option
@click.option("--block", type=from_zero, help="Build them as of the end of this block (needs --into).")
@click.option("--anew", is_flag=True, help="Rebuild them from the beginning.")
@click.option("--check", is_flag=True, help="Only compare them with the ledger; exit code 1 if they differ.")
@json_option
@click.pass_context
@reports_errors
def tables(
    ctx: click.Context,
    ledger: tuple[str, ...],
    into: Path | None,
    block: int | None,
    anew: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Keep SQL tables of a ledger in a file beside it: neurons, tenures, weights, metrics by uid and epoch, and more.

    Existing tables are updated, and rebuilt if anything about them is doubtful. docs/tables.md describes them. LEDGER is a file,
    a folder (every *.ledger in it), a pattern, or a URL of these, which needs --into. Several ledgers have one file each; if one
    cannot be read, the others still get theirs.

    \b
    neuron-ledger tables chain.ledger
    neuron-ledger tables chain.ledger --into january.db --block 216000
    neuron-ledger tables "s3://bucket/chain/*.ledger" --into tables
    """
    chosen = fleet(ledger)
    places = _with_tables(chosen, into)
    found, failed = [], 0
    for place, stand in places:
        try:
            with _fetched(place) as path:
                found.append(_check(path, stand) if check else _summary(path, stand, block, anew))
        except (LogError, ValueError, OSError) as error:
            if chosen.is_one:
                raise
            failed += 1
            say_note(f"error: {place.name}: {str(error).removeprefix(f'{place.name}: ')}")
    if as_json:
        say_json(found[0] if chosen.is_one else found)
    else:
        for one in found:
            for line in _check_told(one) if check else _summary_told(one, with_counts=chosen.is_one):
                say(line)
    ctx.exit(BAD_INPUT if failed else CHECK_FAILED if check and any(one["differences"] for one in found) else 0)


def _with_tables(chosen: Fleet, into: Path | None) -> list[tuple[Place, Path | None]]:
    """Each ledger, and its tables' file, None for beside it; for several ledgers a file each, in the folder `into`."""
    if into is None and (elsewhere := next((place for place in chosen.places if place.path is None), None)):
        raise FieldError("--into", f"a place for the tables of {elsewhere.name}, which is not on this machine", NOTHING)
    if into is None or chosen.is_one:
        return [(place, into) for place in chosen.places]
    _ensure_names_differ(chosen)
    into.mkdir(exist_ok=True)
    return [(place, beside(into / place.file_name)) for place in chosen.places]


def _ensure_names_differ(chosen: Fleet) -> None:
    names = [place.file_name for place in chosen.places]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise FieldError("LEDGER", "ledgers whose files have different names", twice)


@contextmanager
def _fetched(place: Place) -> Iterator[Path]:
    with ExitStack() as stack:
        with progress(f"fetching {place.file_name}, bytes") as update:
            path = stack.enter_context(fetched(place, update))
        yield path


def _summary(ledger: Path, into: Path | None, block: int | None, anew: bool) -> dict[str, Any]:
    with _kept(ledger, into, block, anew) as made:
        kept, counts = made.kept, made.counts()
    about = {"tables": str(kept.path), "position": kept.position, "block": kept.block}
    return {**about, "calls_added": kept.added, "built_because": kept.built, "rows": counts}


def _summary_told(made: dict[str, Any], with_counts: bool) -> Iterator[str]:
    how = f"rebuilt, since {made['built_because']}" if made["built_because"] else "updated"
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
    said = f"{number(count, 'table')} not as in the ledger" if count else "the tables match the ledger"
    yield f"{checked['ledger']}: {said}"


@click.command("browse")
@ledger_argument
@into_option
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free port.")
@json_option
@reports_errors
def browse_command(ledger: Path, into: Path | None, port: int, as_json: bool) -> None:
    """Show a ledger's tables in a browser: facets, ready-made questions, SQL of your own.

    Updates the tables, then serves Datasette's pages to this machine alone, until Ctrl-C. It needs the extra `tables`.

    \b
    neuron-ledger browse chain.ledger
    """

    def started(url: str) -> None:
        if as_json:
            say_json({"url": url, "tables": str(made.path)})
        else:
            say(f"{url} shows {made.path}; Ctrl-C stops it")
        sys.stdout.flush()

    with _kept(ledger, into) as made:
        browse(made, port, started)


@click.group()
def export() -> None:
    """Export a ledger's calls as a call list, or its tables as Parquet, CSV or Arrow."""


@export.command("calls")
@ledger_argument
@click.option("--skip-observations", is_flag=True, help="Leave out observations, which a call list cannot express.")
@reports_errors
def export_calls_command(ledger: Path, skip_observations: bool) -> None:
    """Print all calls as a call list, which `import calls` reads (see docs/call-lists.md).

    \b
    neuron-ledger export calls chain.ledger > calls.jsonl
    """
    with Log.open(ledger, read_only=True) as log:
        for line in export_calls(log, skip_observations=skip_observations):
            say_json_line(line)


def _opened(chosen: Fleet, into: Path | None, failed: list[str]) -> Iterator[tuple[str, Tables]]:
    """The tables of each ledger by its file's name, one by one; those that cannot be read are added to `failed`."""
    stands = dict(_with_tables(chosen, into)) if into is not None else {}
    for place in chosen.places:
        with ExitStack() as stack:
            try:
                path = stack.enter_context(_fetched(place))
                made = stack.enter_context(_kept(path, stands.get(place)))
            except (LogError, ValueError, OSError) as error:
                failed.append(place.name)
                say_note(f"error: {place.name} is left out: {str(error).removeprefix(f'{place.name}: ')}")
                continue
            yield place.file_name, made


def _add_export(form: Form, title: str) -> None:
    @export.command(form)
    @ledgers_argument
    @click.argument("folder", type=click.Path(path_type=Path))
    @into_folder_option
    @click.option(
        "--block-range", type=click.IntRange(min=1), default=BLOCK_RANGE, show_default=True, help="How many blocks a file covers."
    )
    @json_option
    @click.pass_context
    @reports_errors
    def command(
        ctx: click.Context, ledger: tuple[str, ...], folder: Path, into: Path | None, block_range: int, as_json: bool
    ) -> None:
        failed: list[str] = []
        chosen = fleet(ledger)
        if chosen.is_one:
            with _fetched(chosen.places[0]) as path, _kept(path, into) as made:
                exported = export_tables(made, folder, form, block_range=block_range)
        else:
            _ensure_names_differ(chosen)
            exported = export_fleet(_opened(chosen, into, failed), folder, form, block_range=block_range)
        if as_json:
            say_json({"folder": str(exported.folder), "files": exported.files, "rows": exported.rows})
        else:
            say(f"{exported.folder}: {number(sum(exported.rows.values()), 'row')} in {number(exported.files, 'file')}")
        ctx.exit(BAD_INPUT if failed else 0)

    command.help = (
        f"Write every table into a new folder as {title}, partitioned by subnet and block range (docs/tables.md).\n\n"
        "LEDGER is a file, a folder (every *.ledger in it), a pattern, or a URL of these. Several ledgers have a folder each, "
        "ledger=NAME; one that cannot be read is left out, with a note and exit code 2. It needs the extra `tables`.\n\n"
        f"\b\nneuron-ledger export {form} chain.ledger chain-{form}"
    )


_add_export("parquet", "Parquet")
_add_export("csv", "CSV")
_add_export("arrow", "Arrow files")

COMMANDS = (tables, browse_command, export)
