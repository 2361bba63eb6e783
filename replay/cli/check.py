"""Commands that check: replay, conform."""

from pathlib import Path

import click

from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    from_zero,
    json_option,
    ledger_argument,
    max_size_option,
    reports_errors,
)
from neuron_ledger.replay.cli.output import say, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.conformance.histories import Mode
from neuron_ledger.replay.conformance.runner import run
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT


@click.command()
@ledger_argument
@click.option("--block", type=from_zero, help="Rebuild storage as of the end of this block.")
@click.option("--position", type=from_zero, help="Rebuild storage as of this entry.")
@json_option
@reports_errors
def replay(ledger: Path, block: int | None, position: int | None, as_json: bool) -> None:
    """Rebuild storage from the log alone, checking the hash chain on the way, and print its digest.

    \b
    neuron-ledger replay chain.ledger --block 1000
    """
    if block is not None and position is not None:
        raise FieldError("--block / --position", "at most one of the two", Unquoted("both"))
    with Log.open(ledger, read_only=True) as log, progress("replaying") as update:
        rebuilt = rebuild(log, block=block, position=position, progress=update)
    digest = rebuilt.storage.digest().hex()
    if as_json:
        say_json({"block": rebuilt.block, "position": rebuilt.position, "digest": digest})
    else:
        say(f"block {rebuilt.block}, position {rebuilt.position}: digest {digest}")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(["op", "run"]), default="run", show_default=True, help="For histories: see above.")
@click.option("--supported-only", is_flag=True, help="Skip kinds of cases that are not supported, instead of failing them.")
@max_size_option(LARGEST_DOCUMENT)
@json_option
@click.pass_context
@reports_errors
def conform(ctx: click.Context, paths: tuple[Path, ...], mode: Mode, supported_only: bool, max_size: int, as_json: bool) -> None:
    """Run recorded cases of the reference, from files and folders; exit code 1 if anything differs.

    Mode op restores the recorded state after each operation of a history, so that each is checked by itself; mode run never does.

    \b
    neuron-ledger conform path/to/cases --mode op
    """
    with progress("running cases") as update:
        report = run(paths, mode=mode, supported_only=supported_only, max_size=max_size, progress=update)
    if as_json:
        say_json(report.to_json())
    else:
        for line in report.lines():
            say(line)
    if not report.exact:
        ctx.exit(CHECK_FAILED)


COMMANDS = (replay, conform)
