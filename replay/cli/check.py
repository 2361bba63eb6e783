"""Commands that check: replay, audit, conform."""

from pathlib import Path

import click

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.wire.errors import FieldError, Said
from neuron_ledger.ledger.log.sqlite_version import about_sqlite, known_bug
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    from_zero,
    json_option,
    ledger_argument,
    max_size_option,
    number,
    reports_errors,
)
from neuron_ledger.replay.cli.output import fail, say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.conformance.histories import Mode
from neuron_ledger.replay.conformance.runner import run
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT
from neuron_ledger.replay.importers.source import read_source
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.transparency.checkpoint import Checkpoint
from neuron_ledger.replay.transparency.keys import public_key
from neuron_ledger.replay.transparency.merkle import NotProved


@click.command()
@ledger_argument
@click.option("--block", type=from_zero, help="As storage was at the end of this block.")
@click.option("--position", type=from_zero, help="As storage was after this entry.")
@json_option
@reports_errors
def replay(ledger: Path, block: int | None, position: int | None, as_json: bool) -> None:
    """Rebuild storage from the log alone, checking the hash chain on the way, and print its digest.

    \b
    neuron-ledger replay chain.ledger --block 1000
    """
    if block is not None and position is not None:
        raise FieldError("--block / --position", "one of the two at most", Said("both"))
    with Log.open(ledger, read_only=True) as log, progress("replaying") as update:
        rebuilt = rebuild(log, block=block, position=position, progress=update)
    digest = rebuilt.storage.digest().hex()
    if as_json:
        say_json({"block": rebuilt.block, "position": rebuilt.position, "digest": digest})
    else:
        say(f"block {rebuilt.block}, position {rebuilt.position}: digest {digest}")


@click.command("audit")
@ledger_argument
@click.option("--expect-head", help="POSITION:HASH written down earlier; the log must still hold it.")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint's file; the log must hold it. Any number.",
)
@click.option("--checkpoint-key", help="The public key, or its file, that each checkpoint must be signed with.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file from which something was imported; what was observed must be what it holds. Any number.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="So many processes share the work, from snapshot to snapshot.",
)
@click.option("--scheduler", help="The workers of this Dask scheduler (tcp://HOST:PORT) share the work, in place of processes.")
@json_option
@click.pass_context
@reports_errors
def audit_command(
    ctx: click.Context,
    ledger: Path,
    expect_head: str | None,
    checkpoints: tuple[Path, ...],
    checkpoint_key: str | None,
    sources: tuple[Path, ...],
    jobs: int,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Check a whole log: hash chain, encoding, every call run again, seals, invariants. Exit code 1 if anything is found.

    What was observed elsewhere (a genesis, a metagraph) cannot be derived: the audit lists it, and compares it with --source.

    \b
    neuron-ledger audit chain.ledger --expect-head "$(cat chain.head)"
    neuron-ledger audit chain.ledger --checkpoint monday.checkpoint --checkpoint-key chain.key.pub
    neuron-ledger audit chain.ledger --source finney-genesis-snapshot.json
    neuron-ledger audit chain.ledger --jobs 4
    neuron-ledger audit chain.ledger --scheduler tcp://127.0.0.1:8786
    """
    expected = None if expect_head is None else _head_option(expect_head)
    with Log.inspect(ledger) as log, progress("auditing") as update:
        given = _signed_checkpoints(checkpoints, checkpoint_key)
        files = [read_source(path, is_answer=True) for path in sources]
        report = audit(
            log,
            expected_head=expected,
            checkpoints=given,
            sources=files,
            progress=update,
            jobs=jobs,
            scheduler=scheduler,
            note=say_note,
        )
    if as_json:
        findings = [
            {"position": finding.where, "what": finding.what, "expected": finding.expected, "got": finding.got}
            for finding in report.findings
        ]
        say_json(
            {
                "clean": report.clean,
                "entries": report.entries,
                "calls": report.calls,
                "head": str(report.head),
                "digest": report.digest.hex(),
                "spec_versions": list(report.spec_versions),
                "checkpoints": len(given),
                "checkpoints_signed": bool(given) and checkpoint_key is not None,
                "observations": [
                    {
                        "position": seen.position,
                        "source": seen.source,
                        "block": seen.block,
                        "digest": seen.digest.hex(),
                        "signer": None if seen.signer is None else seen.signer.hex(),
                        "compared_with": seen.compared_with,
                    }
                    for seen in report.observations
                ],
                "sqlite": about_sqlite(),
                "findings": findings,
            }
        )
    else:
        for finding in report.findings:
            say(f"position {finding}")
        outcome = "clean" if report.clean else number(len(report.findings), "finding")
        extent = f"{number(report.calls, 'call')} in {report.entries} entries"
        say(f"{outcome}: {extent}, head {report.head}, digest {report.digest.hex()}")
        if report.observations:
            say(f"this rests on {number(len(report.observations), 'observation')}, which no audit can derive:")
        for seen in report.observations:
            say(f"  {seen}")
        for spec_version in report.spec_versions:
            if doubt := TIMELINE.doubt(spec_version):
                say(f"this rests on rules in doubt: {doubt}")
        if given and checkpoint_key is None:
            say_note("the checkpoints were compared, their signatures were not checked: give --checkpoint-key for that")
        if known_bug() is not None:
            say(f"read with {about_sqlite()}")
    if not report.clean:
        ctx.exit(CHECK_FAILED)


def _head_option(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError as error:
        raise ValueError(f"--expect-head: {error}") from None


def _signed_checkpoints(paths: tuple[Path, ...], key: str | None) -> list[Checkpoint]:
    """Checkpoints from their files, signed by the key where one is given."""
    if key is not None and not paths:
        raise FieldError("--checkpoint-key", "a --checkpoint to check with it", key)
    given = [Checkpoint.load(path) for path in paths]
    signer = None if key is None else public_key(key)
    for path, checkpoint in zip(paths, given, strict=True):
        try:
            if signer is not None:
                checkpoint.note.verify(signer)
        except NotProved as error:
            fail(f"{path}: {error}", CHECK_FAILED)
    return given


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(["op", "run"]), default="run", show_default=True, help="For histories: see above.")
@click.option("--supported-only", is_flag=True, help="Leave out kinds that are not supported, instead of failing them.")
@max_size_option(LARGEST_DOCUMENT)
@json_option
@click.pass_context
@reports_errors
def conform(ctx: click.Context, paths: tuple[Path, ...], mode: Mode, supported_only: bool, max_size: int, as_json: bool) -> None:
    """Run recorded cases of the reference, from files and folders; exit code 1 if anything differs.

    Mode op takes over the recorded state after each operation of a history, so that each is judged alone; mode run never does.

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


COMMANDS = (replay, audit_command, conform)
