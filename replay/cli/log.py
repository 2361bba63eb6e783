"""Commands on the log itself: log, head, backup, repair."""

import json
from collections.abc import Iterator
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import AdvanceTo, SetParam, SudoSet
from neuron_ledger.events.entries.catalogue import EVENTS, is_call
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.not_built import ensure_built
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.errors import FieldError, did_you_mean
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.errors import values_for_people
from neuron_ledger.ledger.log.backup import back_up
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    account_option,
    from_zero,
    json_option,
    ledger_argument,
    opened,
    raw_option,
    reports_errors,
    shown_account,
    shown_time,
)
from neuron_ledger.replay.cli.output import say, say_exactly, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.units import field_told, setting_told
from neuron_ledger.replay.importers.call_line import CALL_NAMES, call_to_json
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.life import time_of

EVENT_NAMES = tuple(tag.partition("/")[0] for tag in EVENTS)
SHOWN = ("netuid", "uid", "hotkey", "name", "value", "amount", "tao", "alpha", "fee", "take", "pruning_score")
"""Fields of events that are shown beside their names; --json has all."""

LONGEST_ARGUMENT = 60
"""Characters of a call's argument that are shown to people."""


@click.command("log")
@ledger_argument
@click.option("--after", type=from_zero, default=0, show_default=True, help="Begin after this position.")
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show at most this many calls; 0 for all.")
@click.option("--signer", help="Only calls that this account signed (SS58 or hex).")
@click.option("--call", "name", help="Only calls of this name.")
@click.option("--event", help="Only calls that caused an event of this name.")
@click.option("--netuid", type=from_zero, help="Only calls that are about this subnet, or caused an event on it.")
@click.option("--block", type=from_zero, help="Only calls in this block, or that let it pass.")
@click.option("--since", type=from_zero, help="Only calls from this block on.")
@click.option("--refused", is_flag=True, help="Only calls that were refused.")
@raw_option
@json_option
@reports_errors
def log_command(
    ledger: Path,
    after: int,
    limit: int,
    signer: str | None,
    name: str | None,
    event: str | None,
    netuid: int | None,
    block: int | None,
    since: int | None,
    refused: bool,
    raw: bool,
    as_json: bool,
) -> None:
    """Show calls, what they caused, and why they were refused.

    \b
    neuron-ledger log chain.ledger --limit 5
    neuron-ledger log chain.ledger --refused --call set_weights --signer 5F…
    neuron-ledger log chain.ledger --event NeuronReplaced --netuid 1 --since 1000
    """
    origin = account_option(signer, "--signer")
    ensure_built(name, "--call")
    if name is not None and name not in CALL_NAMES:
        raise FieldError("--call", "the name of a call" + did_you_mean(name, CALL_NAMES), name)
    if event is not None and event not in EVENT_NAMES:
        raise FieldError("--event", "the name of an event" + did_you_mean(event, EVENT_NAMES), event)
    with Log.open(ledger, read_only=True) as log:
        chosen = (
            group
            for group in _groups_after(log, after)
            if origin in (None, group.submission.origin)
            and name in (None, call_to_json(group.submission.call)[0])
            and (event is None or any(_name(one) == event for one in group.events))
            and (netuid is None or _is_about(group, netuid))
            and (block is None or group.block <= block <= _last_block(group))
            and (since is None or group.block >= since)
            and (not refused or isinstance(group.events[0] if group.events else None, ExtrinsicFailed))
        )
        if as_json:
            say_json([group_json(group) for group in islice(chosen, limit or None)])
        else:
            _say_groups(chosen, limit, raw)
            if refused and next(iter(log.tagged(BlockSeen.tag, log.head.position)), None) is not None:
                say_note("note: extrinsics that failed in a node's blocks are in their events: --event ExtrinsicSeen")


def _name(event: Event) -> str:
    return event.tag.partition("/")[0]


def _is_about(group: Group, netuid: int) -> bool:
    """Whether the call, or an event it caused, names a subnet."""
    named = ("netuid", "origin_netuid", "destination_netuid")
    if any(getattr(group.submission.call, name, None) == netuid for name in named):
        return True
    on = (getattr(event, name, None) for event in group.events for name in named)
    return netuid in getattr(group.submission.call, "netuids", ()) or netuid in on


def _last_block(group: Group) -> int:
    """The block in which the call ended."""
    call = group.submission.call
    return max(group.last_block, call.block) if isinstance(call, AdvanceTo) else group.last_block


def _groups_after(log: Log, position: int) -> Iterator[Group]:
    """The calls that begin after a position, read from there on."""
    if position < log.head.position:
        # The next entries may be the rest of a call that began before.
        yield from groups(dropwhile(lambda entry: not is_call(entry.tag), log.read_verified(position)))


def _say_groups(chosen: Iterator[Group], limit: int, raw: bool) -> None:
    """Show calls, at most `limit` unless that is 0, and note if there are more."""
    shown = None
    for shown in islice(chosen, limit or None):
        say_group(shown, raw=raw)
    if shown is None:
        say_note("no such call")
    elif next(chosen, None) is not None:
        say_note(f"… and more; --after {shown.position} continues, --limit 0 shows all")


def group_json(group: Group) -> dict[str, Any]:
    """A call and what it caused, for --json."""
    name, args = call_to_json(group.submission.call)
    events = [
        {"block": happened.block, "event": happened.event.tag.partition("/")[0], **people.unstructure(happened.event)}
        for happened in group.happened
    ]
    signer = shown_account(group.submission.origin)
    return {"position": group.position, "block": group.block, "signer": signer, "call": name, "args": args, "events": events}


def say_group(group: Group, *, raw: bool = False) -> None:
    """Show a call and what it caused, with its block's time if a node's blocks had it."""
    name, args = call_to_json(group.submission.call)
    call, netuid = group.submission.call, args.get("netuid")
    setting = call.name if isinstance(call, SudoSet | SetParam) else None
    asked = ", ".join(f"{field}={_told(name, field, value, netuid, setting, raw)}" for field, value in args.items())
    signer, time = shown_account(group.submission.origin), shown_time(time_of(group))
    where = f"{group.position:>8}  block {group.block:<9,} "
    say(f"{where}{name}({asked}){'' if signer is None else f' by {signer}'}{'' if time is None else f'  {time}'}", brief=True)
    for happened in group.happened:
        event = happened.event.tag.partition("/")[0]
        say(f"{'':>10}  block {happened.block:<9,}   {event}{_hint(happened.event, raw)}", brief=True)


def _told(of: str, field: str, value: object, netuid: int | None, setting: str | None, raw: bool) -> str:
    """An argument or a field, with amounts and proportions in readable units."""
    if setting is not None and field not in ("netuid", "name") and type(value) is int:
        return setting_told(setting, value, raw=raw)
    return field_told(of, field, value, netuid=netuid, raw=raw) or _short(value)


def _short(value: object) -> str:
    """An argument, cut to fit the call's line; --json has all of it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_ARGUMENT else f"{text[: LONGEST_ARGUMENT - 1]}…"


def _hint(event: Event, raw: bool) -> str:
    """A few fields of an event, on the same line; of a refusal, all of its values."""
    if isinstance(event, ExtrinsicFailed):
        detail = values_for_people(event.detail)
        return f"  {event.error}" + (f" ({detail})" if detail else "")
    shown = {name: people.unstructure(getattr(event, name), unit) for name, unit in event.units if name in SHOWN}
    setting = event.name if isinstance(event, HyperparameterSet) else None
    of, netuid = event.tag.partition("/")[0], shown.get("netuid")
    fields = [f"{name}={_told(of, name, value, netuid, setting, raw)}" for name, value in shown.items()]
    return f"  {' '.join(fields)}" if fields else ""


@click.command()
@ledger_argument
@json_option
@reports_errors
def head(ledger: Path, as_json: bool) -> None:
    """Print position and hash of the last entry. Keep it: `audit --expect-head` checks later that the log still holds it.

    \b
    neuron-ledger head chain.ledger
    """
    if not as_json:
        with Log.open(ledger, read_only=True) as log:
            say_exactly(log.head)
        return
    with opened(ledger) as source:
        say_json(
            {
                "position": source.head.position,
                "hash": source.head.hash.hex(),
                "block": source.block,
                "spec_version": source.log.spec_version,
                "origin": source.log.origin,
                "digest": source.storage.digest().hex(),
            }
        )


@click.command()
@ledger_argument
@click.argument("copy", type=click.Path(path_type=Path))
@json_option
@reports_errors
def backup(ledger: Path, copy: Path, as_json: bool) -> None:
    """Copy a ledger as it is now, even while others write to it, to a path that does not exist yet.

    The copy's hash chain is checked before it gets its name. Keep the head that is printed.

    \b
    neuron-ledger backup chain.ledger chain-copy.ledger
    """
    with Log.open(ledger, read_only=True) as log, progress("copying and checking") as update:
        head = back_up(log, copy, update)
    if as_json:
        say_json({"copy": str(copy), "head": str(head)})
    else:
        say(f"{copy}: a verified copy, head {head}")


@click.command()
@ledger_argument
@click.option("--accept-loss", is_flag=True, help="Continue without the lost entries.")
@json_option
@click.pass_context
@reports_errors
def repair(ctx: click.Context, ledger: Path, accept_loss: bool, as_json: bool) -> None:
    """Show which acknowledged entries are lost, according to FILE.head; exit code 1 if there are any.

    If the write-ahead log (FILE-wal) was lost or damaged, its entries are lost with it. Restore it, or a copy, if you can. With
    --accept-loss the ledger continues from where it ends, and the lost entries are forgotten. Nothing else is repaired.

    \b
    neuron-ledger repair chain.ledger
    neuron-ledger repair chain.ledger --accept-loss
    """
    with Log.inspect(ledger) as log:
        lost, ends_at = log.loss(), log.head
    if lost is not None and accept_loss:
        Log.open(ledger, accept_loss=True).close()
    if as_json:
        acknowledged = None if lost is None else str(lost.acknowledged)
        say_json({"head": str(ends_at), "acknowledged": acknowledged, "accepted": lost is not None and accept_loss})
    elif lost is None:
        say(f"{ledger}: no acknowledged entry is missing, head {ends_at}")
    elif accept_loss:
        say(f"{ledger}: continues from {ends_at}, without the entries up to {lost.acknowledged}")
    else:
        say(str(lost))
    if lost is not None and not accept_loss:
        ctx.exit(CHECK_FAILED)


COMMANDS = (log_command, head, backup, repair)
