"""verify: an imported history compared with the rules."""

from pathlib import Path

import click

from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.replay.cli.common import CHECK_FAILED, json_option, ledger_argument, number, opened, reports_errors
from neuron_ledger.replay.cli.output import say, say_fields, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.history.rerun.judge import Count
from neuron_ledger.replay.history.rerun.report import RuntimeVerified, Verified
from neuron_ledger.replay.history.verify import verify

SHOWN = 20
"""Differences and writes that are shown to people; --json has more."""


@click.command("verify")
@ledger_argument
@click.option("--from-each-block", is_flag=True, help="Run each block from the storage that was seen before it (the default).")
@click.option("--reexecute", is_flag=True, help="Carry the computed storage on, from the first block to the last.")
@json_option
@click.pass_context
@reports_errors
def verify_command(ctx: click.Context, ledger: Path, from_each_block: bool, reexecute: bool, as_json: bool) -> None:
    """Run an imported history again by the rules of its runtimes, and name every difference. Exit code 1 if there is any.

    The output counts the blocks, calls and epochs that were run, and those that are equal, and lists what is not covered, and
    why. With --reexecute, storage is corrected by what was seen only where neither the rules nor a call of the block explain a
    change; each such write is listed, and makes the exit code 1 too.

    \b
    neuron-ledger verify chain.ledger
    neuron-ledger verify chain.ledger --reexecute --json
    """
    if from_each_block and reexecute:
        raise FieldError("--from-each-block / --reexecute", "at most one of the two", Unquoted("both"))
    with opened(ledger) as source, progress("running blocks again") as update:
        found = verify(source.log, source.timeline, update, reexecute=reexecute)
    if as_json:
        say_json(found.to_json())
    else:
        _say(found)
    if not found.agrees:
        ctx.exit(CHECK_FAILED)


def _say(found: Verified) -> None:
    say_fields("what was seen", found.seen)
    for runtime in found.runtimes:
        say(_about(runtime))
    for entry in found.not_covered.values():
        times = f"{number(entry.count, 'time')}, first in block {entry.first_block}"
        say(f"not covered: {entry.what} {entry.name} ({times}): {entry.why}")
    if not found.blocks.total:
        return
    equal = sum(count.equal == count.total for count in found.items.values())
    counts = [
        _of(found.blocks, "block"),
        _of(found.calls, "call"),
        _of(found.epochs, "epoch"),
        _of(found.replacements, "replacement"),
        f"{equal} of {len(found.items)} items",
    ]
    say(f"as the rules make them: {', '.join(counts)}")
    for difference in found.differences[:SHOWN]:
        say(str(difference))
    for write in found.unexplained_writes[:SHOWN]:
        went = f"{write.item} {write.key} went from {write.before} to {write.after}"
        say(f"block {write.block}: {went}, which nothing in the block explains")
    more = max(found.differing_values - SHOWN, 0) + max(found.unexplained - SHOWN, 0)
    if more:
        say(f"… and {more} more; --json lists them")


def _about(runtime: RuntimeVerified) -> str:
    which = f"spec_version {runtime.spec_version}, blocks {runtime.first} to {runtime.last}"
    doubt = f" ({runtime.doubt})" if runtime.doubt and runtime.covered else ""
    return f"{which}: {runtime.covered} of {runtime.blocks} covered, {runtime.equal} equal{doubt}"


def _of(count: Count, what: str) -> str:
    return f"{count.equal} of {number(count.total, what)}"


COMMANDS = (verify_command,)
