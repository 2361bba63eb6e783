"""Commands about who holds which uid: tenures, prune-queue."""

from pathlib import Path

import attrs
import click

from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import ACCOUNT
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli.amounts import score_cell
from neuron_ledger.replay.cli.common import (
    block_option,
    fields_json,
    from_zero,
    json_option,
    ledger_argument,
    netuid_option,
    number,
    opened,
    picture_option,
    raw_option,
    reports_errors,
    require_seen,
    say_stand_in,
    shown_account,
    unknown_subnet,
)
from neuron_ledger.replay.cli.output import say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_notes, say_table
from neuron_ledger.replay.proof.groups import counted, groups

PRUNING_GOES_BY = ("PruningScores", "Emission", "ImmunityPeriod", "SubnetOwnerHotkey", "MaxAllowedUids")
"""Storage items that the order of replacement depends on."""


@click.command()
@ledger_argument
@click.option("--netuid", type=from_zero, help="Only this subnet.")
@click.option("--uid", type=from_zero, help="Only this uid.")
@click.option("--hotkey", help="Only this hotkey (SS58 or hex).")
@click.option("--by-rules", is_flag=True, help="Run an imported history by the rules, to show which call ended each tenure.")
@picture_option
@json_option
@reports_errors
def tenures(
    ledger: Path,
    netuid: int | None,
    uid: int | None,
    hotkey: str | None,
    by_rules: bool,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Show who held which uid, from when to when, and why it ended.

    \b
    neuron-ledger tenures chain.ledger --netuid 1 --uid 17
    neuron-ledger tenures chain.ledger --netuid 1 --picture tenures.svg
    """
    wanted = None if hotkey is None else read(people, hotkey, ACCOUNT, "--hotkey")
    all_tenures = _by_rules(ledger) if by_rules else _tenures(ledger)
    found = [
        tenure
        for tenure in all_tenures
        if netuid in (None, tenure.netuid) and uid in (None, tenure.uid) and (wanted is None or tenure.was(wanted))
    ]
    subnets = sorted({tenure.netuid for tenure in all_tenures})
    if netuid is not None and netuid not in subnets:
        known = ", ".join(map(str, subnets)) or "there is none yet"
        raise FieldError("--netuid", f"a subnet on which somebody held a uid ({known})", netuid)
    if picture is not None:
        from neuron_ledger.replay.pictures.tenures import draw_tenures

        with opened(ledger) as source:
            require_other_file(source.log, picture)
            draw_tenures(found, source.block, picture)
    if as_json:
        say_json([fields_json(tenure) for tenure in found])
        return
    columns = ("netuid", "uid", "from", "to", "hotkey", "coldkey", "began", "ended", "final score", "replaced by")
    say_table(number(len(found), "tenure"), columns, [_tenure_row(tenure) for tenure in found], keys=3)
    for tenure in found:
        for key, block, before, after in tenure.swaps:
            swapped = f"the {key} {shown_account(before)} was swapped to {shown_account(after)}"
            say(f"netuid {tenure.netuid}, uid {tenure.uid}, block {block}: {swapped}; it is the same neuron")


def _tenures(ledger: Path) -> list[Tenure]:
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        return list(Tenures.of(counted(groups(log.read_verified()), log.head.position, update)))


def _by_rules(ledger: Path) -> list[Tenure]:
    from neuron_ledger.replay.cli.as_calls import opened_as_calls

    with opened_as_calls(ledger) as source:
        return list(Tenures.of(groups(source.log.read_verified())))


def _tenure_row(tenure: Tenure) -> tuple[object, ...]:
    hotkey, coldkey = shown_account(tenure.hotkey), shown_account(tenure.coldkey)
    to_block: object = "now" if tenure.to_block is None else tenure.to_block
    if tenure.ended_after is not None and tenure.to_block is not None and tenure.ended_after + 1 < tenure.to_block:
        to_block = f"{tenure.ended_after + 1} to {tenure.to_block}"
    by = shown_account(tenure.replaced_by)
    ended = tenure.ended, tenure.pruning_score, by
    return (tenure.netuid, tenure.uid, tenure.from_block, to_block, hotkey, coldkey, tenure.began, *ended)


@click.command("prune-queue")
@ledger_argument
@netuid_option
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show at most this many; 0 for all.")
@block_option
@raw_option
@json_option
@reports_errors
def prune_queue_command(ledger: Path, netuid: int, limit: int, block: int | None, raw: bool, as_json: bool) -> None:
    """Show the order in which registrations from now on, or from a block on, would replace a full subnet's neurons.

    \b
    neuron-ledger prune-queue chain.ledger --netuid 1
    neuron-ledger prune-queue chain.ledger --netuid 1 --block 5000
    """
    from neuron_ledger.ledger.past import past
    from neuron_ledger.ledger.rules.netuids import ROOT
    from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
    from neuron_ledger.ledger.runtimes.timeline import TIMELINE

    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        storage = past(log, block=block, progress=update).storage
        rules = TIMELINE.in_force(storage, log.spec_version)
        if not storage.networks_added[netuid]:
            raise unknown_subnet(storage, netuid)
        if netuid == ROOT:
            raise FieldError("--netuid", "a subnet other than root, where the lowest stake is replaced", netuid)
        require_seen(storage, "the order can be computed", netuid, PRUNING_GOES_BY)
        n, most = storage.subnetwork_n[netuid], storage.max_allowed_uids[netuid]
        queue = current_prune_queue(rules, storage, netuid)
        say_stand_in(TIMELINE, rules)
        places = [{**attrs.asdict(place), "hotkey": shown_account(storage.keys[netuid, place.uid])} for place in queue]
    shown = places[: limit or None]
    if as_json:
        say_json(shown)
        return
    score = "pruning score" if "PruningScores" in storage.layout.items else "emission"
    columns = ("place", "uid", "hotkey", score, "registered at", "immune blocks left", "note")
    rows = [
        (
            *(place, p["uid"], p["hotkey"], score_cell(score, p["pruning_score"], raw)),
            *(p["block_at_registration"], p["immunity_left"]),
            "owner" if p["is_owner"] else "kept" if p["is_kept"] else "",
        )
        for place, p in enumerate(shown, start=1)
    ]
    when = "replaces neurons in this order" if n >= most else "replaces nobody until it is full, then in this order"
    say_table(f"subnet {netuid} ({n} of {most} uids in use) {when}", columns, rows)
    say_notes(row[-1] for row in rows)
    if len(shown) < len(places):
        say_note(f"… and {len(places) - len(shown)} more; --limit 0 shows all")


COMMANDS = (tenures, prune_queue_command)
