"""The command `explain`: why a neuron lost its uid, a call was refused, a number is what it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.amounts import alpha, part, tao
from neuron_ledger.replay.cli.common import account_option, from_zero, json_option, ledger_argument, reports_errors, shown_account
from neuron_ledger.replay.cli.output import say, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.importers.call_list import call_to_json
from neuron_ledger.replay.questions.pruned import SCORE, STAKE, InQueue, Pruned, pruned
from neuron_ledger.replay.questions.saving import IMMUNITY, REGISTRATION, ROOM, Saving

netuid_option = click.option("--netuid", type=from_zero, required=True, help="The subnet.")
raw_option = click.option("--raw", is_flag=True, help="Amounts in rao alone.")


@click.group()
def explain() -> None:
    """Why: a uid was lost, a call refused, a permit, an incentive or a price came about."""


@explain.command("pruned")
@ledger_argument
@netuid_option
@click.option("--uid", type=from_zero, help="The uid that was lost.")
@click.option("--hotkey", help="Or who lost it (SS58 or hex).")
@click.option("--block", type=from_zero, help="The latest time in this block or before; without it, the latest of all.")
@click.option("--limit", type=from_zero, default=10, show_default=True, help="Show so many of the queue; 0 for all.")
@raw_option
@json_option
@reports_errors
def pruned_command(
    ledger: Path, netuid: int, uid: int | None, hotkey: str | None, block: int | None, limit: int, raw: bool, as_json: bool
) -> None:
    """Who lost a uid to whom, among whom, and what would have saved it: each such claim is run before it is made.

    \b
    neuron-ledger explain pruned chain.ledger --netuid 1 --uid 17
    """
    if uid is None and hotkey is None:
        raise FieldError("--uid / --hotkey", "one of the two", NOTHING)
    who = account_option(hotkey, "--hotkey")
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        answer = pruned(log, netuid=netuid, uid=uid, hotkey=who, block=block, progress=update)
    if as_json:
        say_json(pruned_json(answer))
        return
    for line in _pruned_told(answer, raw):
        say(line)
    shown = answer.queue[: limit or None]
    columns = ("place", "uid", "hotkey", answer.goes_by, "registered at", "immune blocks left", "")
    rows = [
        (
            *(number, seat.place.uid, shown_account(seat.hotkey), seat.place.pruning_score),
            *(seat.place.block_at_registration, seat.place.immunity_left, _note(answer, seat)),
        )
        for number, seat in enumerate(shown, start=1)
    ]
    say()
    say_table(f"The queue right then: {len(answer.queue)} neurons, whoever goes first in front", columns, rows)
    if len(shown) < len(answer.queue):
        say(f"… and {len(answer.queue) - len(shown)} more; --limit 0 shows all")
    say()
    say("What would have saved it (each was run)")
    for saving in answer.savings:
        say(f"  {saving_told(answer, saving, raw)}")


def pruned_json(answer: Pruned) -> dict[str, Any]:
    """The answer in the form for people and tools."""
    whole = attrs.asdict(answer, recurse=False)
    for name in ("hotkey", "coldkey", "new_hotkey", "signer"):
        whole[name] = shown_account(whole[name])
    whole["was_immune"] = answer.was_immune
    whole["queue"] = [{"hotkey": shown_account(seat.hotkey), **attrs.asdict(seat.place)} for seat in answer.queue]
    whole["savings"] = [
        {**attrs.asdict(saving, recurse=False), "saves": saving.saves, "calls": [call_json(call) for call in saving.calls]}
        for saving in answer.savings
    ]
    return whole


def call_json(call: Call) -> dict[str, Any]:
    """A privileged call, as `submit` takes it."""
    name, args = call_to_json(call)
    return {"call": name, "args": args}


def _note(answer: Pruned, seat: InQueue) -> str:
    if seat.place.uid == answer.uid:
        return "went"
    return "owner, never given up" if seat.place.is_owner else "stays while others are immune" if seat.place.is_kept else ""


def _pruned_told(answer: Pruned, raw: bool) -> Iterator[str]:
    yield f"subnet {answer.netuid}, uid {answer.uid}: lost in block {answer.block:,}"
    yield f"  by {shown_account(answer.hotkey)} (coldkey {shown_account(answer.coldkey) or 'not known'})"
    yield f"  to {shown_account(answer.new_hotkey)}"
    yield f"  {answer.call} at position {answer.position}, signed by {shown_account(answer.signer) or 'nobody (privileged)'}"
    yield f"  {answer.goes_by}: {_amount(answer, answer.score, raw)}; the least of those that could go goes first"
    yield f"  its last epoch gave it incentive {part(answer.incentive)}, dividends {part(answer.dividends)}"
    if answer.immune_until is None:
        yield f"  it came in block {answer.registered:,}; on root nobody is immune"
    elif answer.was_immune:
        left = answer.immune_until - answer.block
        yield f"  it came in block {answer.registered:,}, immune until block {answer.immune_until:,}, for {left:,} blocks more;"
        yield "  but all others that could have gone were immune too"
    else:
        ended = answer.block - answer.immune_until
        yield f"  it came in block {answer.registered:,}; its immunity ended in block {answer.immune_until:,}, {ended:,} before"


def _amount(answer: Pruned, value: int, raw: bool) -> str:
    if answer.goes_by == SCORE:
        return str(value) if raw else part(value)
    return tao(value, raw=raw) if answer.goes_by == STAKE else alpha(value, raw=raw)


def saving_told(answer: Pruned, saving: Saving, raw: bool) -> str:
    """One claim in words."""
    then = "nobody goes" if saving.instead is None else f"uid {saving.instead} goes"
    if isinstance(saving.instead, str):
        then = f"the registration is refused, {saving.instead}"
    had, needed = saving.had or 0, saving.needed or 0
    if saving.what == REGISTRATION:
        if saving.without is not None:
            return f"without the registration at position {saving.without}: {then} at this one"
        if not saving.tried:
            return "no earlier registration on the subnet stands in this log"
        return f"none of the {saving.tried} registrations before it was the one too many: without any one of them it goes"
    if saving.what == IMMUNITY:
        if saving.needed is None:
            return f"no longer immunity period would have: it was {had:,} blocks, {saving.tried:,} were tried"
        return f"an immunity period of {needed:,} blocks, {needed - had:,} more: {then}"
    if saving.what == ROOM:
        if saving.needed is None:
            return f"not even room for {saving.tried:,} uids"
        return f"room for {needed:,} uids, where there was room for {had:,}: {then}"
    if saving.needed is None:
        return f"no {answer.goes_by} would have, however high: there is nobody to go before it"
    lacked = f"{needed - had:,} more" if raw or answer.goes_by == SCORE else f"{needed - had:,} rao more"
    return f"{answer.goes_by} of {_amount(answer, needed, raw)}, {lacked}: {then}"


COMMANDS = (explain,)
"""What `neuron_ledger.replay.cli` finds here."""
