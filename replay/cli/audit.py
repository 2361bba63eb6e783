"""The command audit: of one ledger, or of several."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.ledger.log.sqlite_version import about_sqlite, known_bug
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import CHECK_FAILED, json_option, ledgers_argument, number, reports_errors
from neuron_ledger.replay.cli.output import fail, say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.fleet.places import Place, fetched, fleet
from neuron_ledger.replay.importers.source import read_source
from neuron_ledger.replay.proof.audit import AuditReport, audit
from neuron_ledger.replay.proof.fleet import Audited, FleetReport, audit_fleet
from neuron_ledger.replay.transparency.checkpoint import Checkpoint
from neuron_ledger.replay.transparency.keys import public_key
from neuron_ledger.replay.transparency.merkle import NotProved


@click.command("audit")
@ledgers_argument
@click.option("--expect-head", help="POSITION:HASH noted earlier; the log must still hold it.")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint's file; the log must hold it. Repeatable.",
)
@click.option("--checkpoint-key", help="The public key, or its file, that each checkpoint must be signed with.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An imported file; the observation in the ledger must match it. Repeatable.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="How many processes share the work: from snapshot to snapshot; several ledgers are not split.",
)
@click.option("--scheduler", help="Share the work among the workers of this Dask scheduler (tcp://HOST:PORT) instead.")
@json_option
@click.pass_context
@reports_errors
def audit_command(
    ctx: click.Context,
    ledger: tuple[str, ...],
    expect_head: str | None,
    checkpoints: tuple[Path, ...],
    checkpoint_key: str | None,
    sources: tuple[Path, ...],
    jobs: int,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Check a whole log: hash chain, encoding, every call run again, seals, invariants. Exit code 1 if anything is found.

    Observations (a genesis, a metagraph) cannot be derived: the audit lists them, and compares them with --source. LEDGER is a
    file, a folder (every *.ledger in it), a pattern, or a URL of these (s3://…, downloaded for the audit; needs the extra
    `cluster`). If one of several cannot be read, this is a finding, and the others are still audited.

    \b
    neuron-ledger audit chain.ledger --expect-head "$(cat chain.head)"
    neuron-ledger audit chain.ledger --checkpoint monday.checkpoint --checkpoint-key chain.key.pub
    neuron-ledger audit chain.ledger --source finney-genesis-snapshot.json
    neuron-ledger audit chain.ledger --jobs 4
    neuron-ledger audit chain.ledger --scheduler tcp://127.0.0.1:8786
    neuron-ledger audit north.ledger south.ledger --jobs 2
    neuron-ledger audit "s3://bucket/chain/*.ledger" --scheduler tcp://127.0.0.1:8786
    """
    chosen = fleet(ledger)
    if not chosen.is_one:
        for name, value in (("--expect-head", expect_head), ("--checkpoint", checkpoints), ("--source", sources)):
            if value:
                raise FieldError(name, "a single ledger", Unquoted(number(len(chosen.places), "ledger")))
        with progress("auditing, bytes") as update:
            several = audit_fleet(ledger, jobs=jobs, scheduler=scheduler, progress=update, note=say_note)
        _say_fleet(several, as_json)
        ctx.exit(0 if several.clean else CHECK_FAILED)
    expected = None if expect_head is None else _head_option(expect_head)
    with _inspected(chosen.places[0]) as log, progress("auditing") as update:
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
        say_json(_as_json(report, len(given), bool(given) and checkpoint_key is not None))
    else:
        for finding in report.findings:
            say(f"position {finding}")
        say(_outcome(report))
        if report.observations:
            say(f"this rests on {number(len(report.observations), 'observation')}, which no audit can derive:")
        for seen in report.observations:
            say(f"  {seen}")
        _say_basis(report.spec_versions)
        if given and checkpoint_key is None:
            say_note("note: the checkpoints were compared, but not their signatures: give --checkpoint-key for that")
    if not report.clean:
        ctx.exit(CHECK_FAILED)


@contextmanager
def _inspected(place: Place) -> Iterator[Log]:
    with ExitStack() as stack:
        with progress("fetching, bytes") as update:
            path = stack.enter_context(fetched(place, update))
        yield stack.enter_context(Log.inspect(path))


def _outcome(report: AuditReport) -> str:
    outcome = "clean" if report.clean else number(len(report.findings), "finding")
    extent = f"{number(report.calls, 'call')} in {report.entries} entries"
    return f"{outcome}: {extent}, head {report.head}, digest {report.digest.hex()}"


def _say_basis(spec_versions: Iterable[RuntimeName]) -> None:
    for spec_version in spec_versions:
        if doubt := TIMELINE.doubt(spec_version):
            say(f"this rests on rules in doubt: {doubt}")
    if known_bug() is not None:
        say(f"read with {about_sqlite()}")


def _as_json(report: AuditReport, checkpoints: int = 0, are_signed: bool = False) -> dict[str, Any]:
    return {
        "clean": report.clean,
        "entries": report.entries,
        "calls": report.calls,
        "head": str(report.head),
        "digest": report.digest.hex(),
        "spec_versions": list(report.spec_versions),
        "checkpoints": checkpoints,
        "checkpoints_signed": are_signed,
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
        "findings": _findings_json(report.findings),
    }


def _findings_json(findings: Iterable[Difference[int]]) -> list[dict[str, Any]]:
    return [
        {"position": finding.where, "what": finding.what, "expected": finding.expected, "got": finding.got}
        for finding in findings
    ]


def _say_fleet(report: FleetReport, as_json: bool) -> None:
    """Print each ledger's findings and a line about it, then the sum of all."""
    count, clean = len(report.ledgers), sum(one.clean for one in report.ledgers)
    if as_json:
        sums = {"clean": report.clean, "entries": report.entries, "calls": report.calls, "findings": report.findings}
        say_json({**sums, "ledgers": [{"ledger": one.place.name, **_of_fleet_json(one)} for one in report.ledgers]})
        return
    for one in report.ledgers:
        for finding in one.findings:
            say(f"{one.place.name}: position {finding}")
        if one.report is not None:
            rests = len(one.report.observations)
            say(f"{one.place.name}: {_outcome(one.report)}" + (f"; rests on {number(rests, 'observation')}" if rests else ""))
    _say_basis(sorted({version for one in report.ledgers if one.report for version in one.report.spec_versions}))
    extent = f"{number(report.calls, 'call')} in {report.entries} entries"
    say(f"{number(count, 'ledger')}, {clean} clean: {extent}, {number(report.findings, 'finding')}")


def _of_fleet_json(one: Audited) -> dict[str, Any]:
    """As for a ledger alone; for one that cannot be read, only that finding."""
    return _as_json(one.report) if one.report else {"clean": False, "findings": _findings_json(one.findings)}


def _head_option(text: str) -> Head:
    try:
        return Head.parse(text)
    except FieldError as error:
        raise FieldError("--expect-head", error.expected, text) from None


def _signed_checkpoints(paths: tuple[Path, ...], key: str | None) -> list[Checkpoint]:
    """Checkpoints from their files, with their signatures checked if a key is given."""
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


COMMANDS = (audit_command,)
