"""The command `explain`: why a neuron lost its uid, a call was refused, a number is what it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli import explain_call as told_calls
from neuron_ledger.replay.cli.amounts import alpha, of_epoch, part, score_cell, tao
from neuron_ledger.replay.cli.as_calls import AsCalls, opened_as_calls
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    account_option,
    from_zero,
    json_option,
    ledger_argument,
    netuid_option,
    reports_errors,
    shown_account,
)
from neuron_ledger.replay.cli.epoch import epoch_json, say_verdict, told_as_miner, told_emission
from neuron_ledger.replay.cli.explain_weight import weight_command
from neuron_ledger.replay.cli.output import say, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_notes, say_table
from neuron_ledger.replay.importers.call_line import call_to_json
from neuron_ledger.replay.questions.explain import explain as explain_epoch
from neuron_ledger.replay.questions.permits import PermitExplained, permit
from neuron_ledger.replay.questions.prices import ADJUSTED, DECAYED, PriceChange, burn
from neuron_ledger.replay.questions.pruned import SCORE, STAKE, InQueue, Pruned, pruned
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from neuron_ledger.replay.questions.refused import call
from neuron_ledger.replay.questions.saving import IMMUNITY, REGISTRATION, ROOM, Saving
from neuron_ledger.replay.questions.settings import shown_setting

uid_option = click.option("--uid", type=from_zero, required=True, help="The uid.")
block_option = click.option("--block", type=from_zero, help="As of this block; by default as of now.")
raw_option = click.option("--raw", is_flag=True, help="Show amounts in rao.")


@click.group()
def explain() -> None:
    """Explain why a uid was lost or a call refused, and how a permit, an incentive or a price came about."""


@explain.command("pruned")
@ledger_argument
@netuid_option
@click.option("--uid", type=from_zero, help="The uid that was lost.")
@click.option("--hotkey", help="Or the hotkey that lost it (SS58 or hex).")
@click.option("--block", type=from_zero, help="The latest time up to this block; by default the latest of all.")
@click.option("--limit", type=from_zero, default=10, show_default=True, help="Show this many of the queue; 0 for all.")
@raw_option
@json_option
@reports_errors
def pruned_command(
    ledger: Path, netuid: int, uid: int | None, hotkey: str | None, block: int | None, limit: int, raw: bool, as_json: bool
) -> None:
    """Explain who lost a uid to whom, and what would have saved it: each such claim is run before it is made.

    An imported history is first run by the rules, from its first block to its last.

    \b
    neuron-ledger explain pruned chain.ledger --netuid 1 --uid 17
    """
    if uid is None and hotkey is None:
        raise FieldError("--uid / --hotkey", "one of the two", NOTHING)
    who = account_option(hotkey, "--hotkey")
    with opened_as_calls(ledger) as source, progress("reading the log") as update:
        timeline = source.timeline
        answer = pruned(source.log, netuid=netuid, uid=uid, hotkey=who, block=block, timeline=timeline, progress=update)
    if as_json:
        say_json(pruned_json(answer, source))
        return
    for line in _pruned_told(answer, raw, source.where(answer.position)):
        say(line)
    shown = answer.queue[: limit or None]
    columns = ("place", "uid", "hotkey", answer.goes_by, "registered at", "immune blocks left", "note")
    rows = [
        (
            *(number, seat.place.uid, shown_account(seat.hotkey), score_cell(answer.goes_by, seat.place.pruning_score, raw)),
            *(seat.place.block_at_registration, seat.place.immunity_left, _note(answer, seat)),
        )
        for number, seat in enumerate(shown, start=1)
    ]
    say()
    say_table(f"The queue at that moment: {len(answer.queue)} neurons, first to be replaced first", columns, rows)
    say_notes(row[-1] for row in rows)
    if len(shown) < len(answer.queue):
        say(f"… and {len(answer.queue) - len(shown)} more; --limit 0 shows all")
    say()
    say("What would have saved it (each was run)")
    for saving in answer.savings:
        where = "" if saving.without is None else source.where(saving.without)
        say(f"  {saving_told(answer, saving, raw, where)}")


def pruned_json(answer: Pruned, source: AsCalls) -> dict[str, Any]:
    """The answer for --json."""
    whole = {**attrs.asdict(answer, recurse=False), **_place(source, "position", answer.position)}
    for name in ("hotkey", "coldkey", "new_hotkey", "signer"):
        whole[name] = shown_account(whole[name])
    whole["was_immune"] = answer.was_immune
    whole["queue"] = [{"hotkey": shown_account(seat.hotkey), **attrs.asdict(seat.place)} for seat in answer.queue]
    whole["savings"] = [
        {
            **attrs.asdict(saving, recurse=False),
            **_place(source, "without", saving.without),
            "saves": saving.saves,
            "calls": [call_json(call) for call in saving.calls],
        }
        for saving in answer.savings
    ]
    return whole


def _place(source: AsCalls, name: str, position: int | None) -> dict[str, Any]:
    """Where a call is: its position, or block and number of an extrinsic of an imported history."""
    if position is None or source.recast is None:
        return {name: position}
    return {name: source.place_json(position)}


def call_json(call: Call) -> dict[str, Any]:
    """A privileged call, as `submit` takes it."""
    name, args = call_to_json(call)
    return {"call": name, "args": args}


def _note(answer: Pruned, seat: InQueue) -> str:
    if seat.place.uid == answer.uid:
        return "replaced"
    return "owner" if seat.place.is_owner else "kept" if seat.place.is_kept else ""


def _pruned_told(answer: Pruned, raw: bool, where: str) -> Iterator[str]:
    yield f"subnet {answer.netuid}, uid {answer.uid}: lost in block {answer.block:,}"
    yield f"  by {shown_account(answer.hotkey)} (coldkey {shown_account(answer.coldkey) or 'unknown'})"
    yield f"  to {shown_account(answer.new_hotkey)}"
    yield f"  {answer.call}, {where}, signed by {shown_account(answer.signer) or 'nobody (privileged)'}"
    yield f"  {answer.goes_by}: {_amount(answer, answer.score, raw)}; the lowest of those that may be replaced goes first"
    yield f"  in its last epoch: incentive {part(answer.incentive)}, dividends {part(answer.dividends)}"
    if answer.immune_until is None:
        yield f"  registered in block {answer.registered:,}; on root nobody is immune"
    elif answer.was_immune:
        left = answer.immune_until - answer.block
        yield f"  registered in block {answer.registered:,}, immune until block {answer.immune_until:,}, for {left:,} more;"
        yield "  but all others that might have been replaced were immune too"
    else:
        ended = answer.block - answer.immune_until
        yield f"  registered in block {answer.registered:,}; its immunity ended in block {answer.immune_until:,}, {ended:,} ago"


def _amount(answer: Pruned, value: int, raw: bool) -> str:
    if answer.goes_by == SCORE:
        return str(value) if raw else part(value)
    return tao(value, raw=raw) if answer.goes_by == STAKE else alpha(value, raw=raw)


def saving_told(answer: Pruned, saving: Saving, raw: bool, where: str = "") -> str:
    """One claim in words. where: the place of the call that is left out."""
    then = "nobody is replaced" if saving.instead is None else f"uid {saving.instead} is replaced"
    if isinstance(saving.instead, str):
        then = f"the registration is refused, {saving.instead}"
    had, needed = saving.had or 0, saving.needed or 0
    if saving.what == REGISTRATION:
        if saving.without is not None:
            return f"without the registration at {where or f'position {saving.without}'}: {then} at this one"
        if not saving.tried:
            return "there is no earlier registration on the subnet in this log"
        return f"leaving out one of the {saving.tried} registrations before it does not help: it is still replaced"
    if saving.what == IMMUNITY:
        if saving.needed is None:
            return f"a longer immunity period does not help: it was {had:,} blocks, {saving.tried:,} were tried"
        return f"an immunity period of {needed:,} blocks, {needed - had:,} more: {then}"
    if saving.what == ROOM:
        if saving.needed is None:
            return f"room for {saving.tried:,} uids does not help"
        return f"room for {needed:,} uids instead of {had:,}: {then}"
    if saving.needed is None:
        return f"a higher {answer.goes_by} does not help: nobody else can be replaced"
    lacked = f"{needed - had:,} more" if raw or answer.goes_by == SCORE else f"{needed - had:,} rao more"
    return f"{answer.goes_by} of {_amount(answer, needed, raw)}, {lacked}: {then}"


@explain.command("call")
@ledger_argument
@click.argument("position", type=from_zero)
@raw_option
@json_option
@reports_errors
def call_command(ledger: Path, position: int, raw: bool, as_json: bool) -> None:
    """Explain why a call was refused, and from which block, or with which stake, amount or key, it passes: each is run.

    \b
    neuron-ledger explain call chain.ledger 88
    """
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        answer = call(log, position, progress=update)
    if as_json:
        say_json(told_calls.call_json(answer))
        return
    for line in told_calls.call_told(answer, raw):
        say(line)


@explain.command("permit")
@ledger_argument
@netuid_option
@uid_option
@block_option
@raw_option
@json_option
@reports_errors
def permit_command(ledger: Path, netuid: int, uid: int, block: int | None, raw: bool, as_json: bool) -> None:
    """Explain why a uid has a validator permit after an epoch or has none, and how much stake is missing.

    \b
    neuron-ledger explain permit chain.ledger --netuid 1 --uid 3
    """
    with Log.open(ledger, read_only=True) as log, progress("replaying up to the epoch") as update:
        answer = permit(log, netuid=netuid, uid=uid, block=block, progress=update)
    if as_json:
        whole = attrs.asdict(answer)
        say_json({**whole, "hotkey": shown_account(answer.hotkey), "lacking": answer.lacking})
        return
    for line in _permit_told(answer, raw):
        say(line)


def _permit_told(answer: PermitExplained, raw: bool) -> Iterator[str]:
    yield f"subnet {answer.netuid}, uid {answer.uid}, hotkey {shown_account(answer.hotkey)}: epoch of block {answer.block:,}"
    yield f"  validator permit: {'yes' if answer.before else 'no'} before, {'yes' if answer.after else 'no'} after"
    place = "none counts" if answer.place is None else f"place {answer.place} of those that count"
    with_root = ", weighted root stake included" if answer.has_alpha else ""
    yield f"  stake {of_epoch(answer.stake, answer.has_alpha, raw=raw)}{with_root}: {place}"
    if not answer.counts:
        yield f"  it is below the threshold of {of_epoch(answer.threshold, answer.has_alpha, raw=raw)}, so it does not count"
    least = (
        "nobody has one"
        if answer.least_with_permit is None
        else f"the lowest with one has {of_epoch(answer.least_with_permit, answer.has_alpha, raw=raw)}"
    )
    yield f"  {answer.most:,} permits go to those with the most stake; {least}"
    if answer.needed is not None and answer.lacking is not None:
        needed = of_epoch(answer.needed, answer.has_alpha, raw=raw)
        yield f"  with {needed} it would have one (run; 1 less is too little): missing"
        yield f"  {of_epoch(answer.lacking, answer.has_alpha, raw=raw)}"
    elif not answer.after:
        yield "  no amount of stake would have given it one"


@explain.command("incentive")
@ledger_argument
@netuid_option
@uid_option
@block_option
@click.option("--mechanism", type=from_zero, default=0, show_default=True, help="Which of the subnet's mechanisms.")
@json_option
@click.pass_context
@reports_errors
def incentive_command(
    ctx: click.Context, ledger: Path, netuid: int, uid: int, block: int | None, mechanism: int, as_json: bool
) -> None:
    """Explain where a uid's incentive came from: whose weights, where and at what kappa they were clipped, and its emission.

    The epoch is computed again from the storage before it; exit code 1 if the log has other numbers.

    \b
    neuron-ledger explain incentive chain.ledger --netuid 1 --uid 3
    """
    with Log.open(ledger, read_only=True) as log, progress("replaying up to the epoch") as update:
        found = recorded_epoch(log, netuid, mechanism=mechanism, block=block, progress=update)
    difference, answer = found.difference(), explain_epoch(found, uid)
    if as_json:
        say_json(epoch_json(found, difference, answer))
    else:
        say(f"subnet {netuid}, uid {uid}, hotkey {shown_account(answer.hotkey)}: epoch of block {found.block:,}")
        for told in (told_as_miner, told_emission):
            say()
            for line in told(answer, found):
                say(line)
        say_verdict(difference)
    if difference is not None:
        ctx.exit(CHECK_FAILED)


@explain.command("burn")
@ledger_argument
@netuid_option
@block_option
@click.option("--limit", type=from_zero, default=10, show_default=True, help="Show this many of the latest changes; 0 for all.")
@raw_option
@json_option
@reports_errors
def burn_command(ledger: Path, netuid: int, block: int | None, limit: int, raw: bool, as_json: bool) -> None:
    """Explain the price of a registration: what changed it in which block, by which numbers. The blocks are run again.

    \b
    neuron-ledger explain burn chain.ledger --netuid 1
    """
    with Log.open(ledger, read_only=True) as log, progress("running the blocks again") as update:
        answer = burn(log, netuid=netuid, block=block, calls=limit or log.head.position, progress=update)
    changes = answer.changes[-limit:] if limit else answer.changes
    if as_json:
        say_json({**attrs.asdict(answer), "changes": [{**attrs.asdict(one), "inputs": dict(one.inputs)} for one in changes]})
        return
    say(f"subnet {netuid}, block {answer.block:,}: a registration costs {tao(answer.price, raw=raw)}")
    for one in changes:
        for line in _price_told(one, raw):
            say(line)


def _price_told(one: PriceChange, raw: bool) -> Iterator[str]:
    blocks = f"block {one.first_block:,}" if one.count == 1 else f"blocks {one.first_block:,} to {one.last_block:,}"
    before, after = (
        "none" if price is None else str(price) if raw else tao(price).partition(" (")[0] for price in (one.before, one.after)
    )
    given = dict(one.inputs)
    yield f"  {blocks}, position {one.position}: {before} → {after}, {one.why}"
    if one.why == ADJUSTED and one.before is not None:
        registered, target = given["RegistrationsThisInterval"], given["TargetRegistrationsPerInterval"]
        yield f"    {registered} registrations in {given['AdjustmentInterval']:,} blocks, the target was {target};"
        yield f"    {shown_setting('adjustment_alpha', given['AdjustmentAlpha']).partition(' (')[0]} of the old price is kept"
    elif one.why == DECAYED:
        yield f"    it halves every {given['BurnHalfLife']:,} blocks; the minimum is {tao(given['MinBurn'], raw=raw)}"
    elif "BurnIncreaseMult" in given and one.why in ("burned_register", "register", "register_limit"):
        multiplier = shown_setting("burn_increase_mult", given["BurnIncreaseMult"]).partition(" (")[0]
        yield f"    a registration multiplies it by {multiplier}"


explain.add_command(weight_command)


COMMANDS = (explain,)
"""What `neuron_ledger.replay.cli` finds here."""
