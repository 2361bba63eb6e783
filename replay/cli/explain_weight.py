"""`explain weight`: the answers behind a weight, and requests that no weight followed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.views.exchanges import ExchangeView
from neuron_ledger.replay.cli.amounts import part
from neuron_ledger.replay.cli.common import from_zero, json_option, ledger_argument, number, reports_errors, shown_account
from neuron_ledger.replay.cli.output import say, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.questions.weight import (
    Unfollowed,
    WeightExplained,
    explain_weight,
    summed_up,
    unfollowed,
)

COLUMNS = ("position", "block", "seen at", "synapse", "status", "microseconds", "request", "answer", "recorded by")


@click.command("weight")
@ledger_argument
@click.option("--netuid", type=from_zero, required=True, help="The subnet.")
@click.option("--validator", type=from_zero, required=True, help="The uid that gives the weight.")
@click.option("--miner", type=from_zero, help="The uid that gets it.")
@click.option("--unfollowed", "without", is_flag=True, help="List miners that were asked but got no weight afterwards.")
@click.option("--block", type=from_zero, help="The latest weights up to this block; by default the latest of all.")
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show this many exchanges; 0 for all.")
@json_option
@reports_errors
def weight_command(
    ledger: Path, netuid: int, validator: int, miner: int | None, without: bool, block: int | None, limit: int, as_json: bool
) -> None:
    """Show the answers behind a weight: what the validator asked the miner since its previous weights, and the answers.

    The ledger has exchanges that an Axon or a Dendrite recorded in it (docs/exchange.md).

    \b
    neuron-ledger explain weight chain.ledger --netuid 1 --validator 1 --miner 4
    neuron-ledger explain weight chain.ledger --netuid 1 --validator 1 --unfollowed
    """
    if (miner is None) != without:
        raise FieldError("--miner / --unfollowed", "one of the two", NOTHING if miner is None else "both")
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        if miner is None:
            found = unfollowed(log, netuid, validator, progress=update)
        else:
            answer = explain_weight(log, netuid, validator, miner, block=block, progress=update)
    if miner is None:
        _say_unfollowed(found, as_json)
    elif as_json:
        say_json(weight_json(answer))
    else:
        _say_weight(answer, limit)


def _say_weight(answer: WeightExplained, limit: int) -> None:
    who = f"uid {answer.validator_uid} ({shown_account(answer.validator)})"
    whom = f"uid {answer.miner_uid} ({shown_account(answer.miner)})"
    worth = "no weight" if answer.weight is None else part(answer.weight, answer.of) if answer.of else "weight 0"
    say(f"subnet {answer.netuid}: {who} gives {whom} {worth}")
    say(f"  set by {answer.set.call} at position {answer.set.position}, in block {answer.set.block:,}")
    if answer.set.decided_at != answer.set.position:
        say(f"  decided when they were committed to, at position {answer.set.decided_at}")
    say(f"  its previous weights: {f'decided at position {answer.since}' if answer.since else 'none'}")
    say()
    say_exchanges("The exchanges behind it", answer.behind, limit)
    if answer.unfollowed:
        say()
        say_exchanges("Asked since; no weight followed yet", answer.unfollowed, limit)


def say_exchanges(title: str, exchanges: Sequence[ExchangeView], limit: int) -> None:
    """A table of exchanges, the last ones if there are more than `limit`, and the outcomes of all of them."""
    if not exchanges:
        say(f"{title}: none recorded")
        return
    say(f"{title}: {', '.join(f'{what} {count:,}' for what, count in summed_up(exchanges))}")
    shown = exchanges[-limit:] if limit else exchanges
    rows = [
        (
            *(one.position, one.block, moment(one.seen.seen_at_us), one.seen.synapse, one.seen.status),
            *(one.seen.process_time_us, _short(one.seen.request_hash), _short(one.seen.response_hash), _recorded_by(one)),
        )
        for one in shown
    ]
    say_table("", COLUMNS, rows)
    if len(shown) < len(exchanges):
        say(f"… and {len(exchanges) - len(shown):,} before; --limit 0 shows all")


def moment(microseconds: int) -> str:
    """A time of day that was recorded, in UTC."""
    seconds, rest = divmod(microseconds, 1_000_000)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{rest:06}"
    except (OverflowError, ValueError, OSError):
        return str(microseconds)


def _short(digest: bytes | None) -> str:
    return "" if digest is None else f"{digest.hex()[:12]}…"


def _recorded_by(one: ExchangeView) -> str:
    if one.disagrees:
        return "both, with different answers"
    return "both" if one.by_axon and one.by_dendrite else one.seen.seen_by


def _say_unfollowed(found: Sequence[Unfollowed], as_json: bool) -> None:
    if as_json:
        say_json([{"uid": one.miner_uid, "hotkey": shown_account(one.miner), "exchanges": len(one.exchanges)} for one in found])
        return
    if not found:
        say("every exchange was followed by weights for the miner, or nothing was asked")
    for one in found:
        who = "no longer registered" if one.miner_uid is None else f"uid {one.miner_uid}"
        say(f"{who} ({shown_account(one.miner)}): {number(len(one.exchanges), 'exchange')} without a weight afterwards")


def weight_json(answer: WeightExplained) -> dict[str, Any]:
    """The answer for --json."""
    return {
        "netuid": answer.netuid,
        "validator": {"uid": answer.validator_uid, "hotkey": shown_account(answer.validator)},
        "miner": {"uid": answer.miner_uid, "hotkey": shown_account(answer.miner)},
        "weight": answer.weight,
        "of": answer.of,
        "call": answer.set.call,
        "position": answer.set.position,
        "block": answer.set.block,
        "decided_at": answer.set.decided_at,
        "since": answer.since,
        "behind": [exchange_json(one) for one in answer.behind],
        "unfollowed": [exchange_json(one) for one in answer.unfollowed],
    }


def exchange_json(one: ExchangeView) -> dict[str, Any]:
    """An exchange for --json."""
    from neuron_ledger.events.wire.converters import people

    seen = people.unstructure(one.seen)
    return {"position": one.position, "block": one.block, "recorded_by": _recorded_by(one), **seen}
