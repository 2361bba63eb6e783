"""The command `timeline`: one account's life on all subnets."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.amounts import alpha, of_epoch, part, tao
from neuron_ledger.replay.cli.common import (
    account_option,
    from_zero,
    json_option,
    ledger_argument,
    number,
    reports_errors,
    shown_account,
    shown_time,
)
from neuron_ledger.replay.cli.output import printable, say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.questions.life import Life, Moment, timeline
from neuron_ledger.replay.questions.runtimes import Began, runtimes

IN_TAO, IN_ALPHA = ("tao", "fee", "swap_cost", "balance"), ("alpha", "incentive")
ALPHA_EVENTS = ("AlphaRecycled", "AlphaBurned", "StakeLocked")
LEFT_OUT = ("netuid", "uid", "values", "cleared", "owned", "staking", "commits", "last_update", "block_at_registration")
"""Fields that are not shown: the columns have them already, or they are long."""
WIDTH = 76
WORD = re.compile(r"[A-Z][a-z0-9]+")


@click.command("timeline")
@ledger_argument
@click.argument("account", required=False)
@click.option("--netuid", type=from_zero, help="Only what happened on this subnet.")
@click.option("--since", type=from_zero, help="Only from this block on.")
@click.option("--limit", type=from_zero, default=0, show_default=True, help="Show this many of the latest; 0 for all.")
@click.option("--raw", is_flag=True, help="Show amounts in rao.")
@json_option
@reports_errors
def timeline_command(
    ledger: Path, account: str | None, netuid: int | None, since: int | None, limit: int, raw: bool, as_json: bool
) -> None:
    """Show the life of a hotkey, or of a coldkey and its hotkeys, on all subnets: uids, permits, weights, stake, swaps, refusals.

    ACCOUNT is SS58 or 64 hex digits. Blocks of imported chains are shown with their time. Without an account, the command shows
    which runtime made the chain's blocks, from which block on.

    \b
    neuron-ledger timeline chain.ledger 5F…
    neuron-ledger timeline chain.ledger
    """
    key = account_option(account, "ACCOUNT")
    if key is None:
        if netuid is not None or since is not None or limit:
            raise FieldError("ACCOUNT", "an account, which --netuid, --since and --limit need", NOTHING)
        _say_runtimes(ledger, as_json=as_json)
        return
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        life = timeline(log, key, progress=update)
    moments = [one for one in life.moments if netuid in (None, one.netuid) and (since is None or one.block >= since)]
    shown = moments[-limit:] if limit else moments
    if as_json:
        say_json(_to_json(life, shown))
        return
    _say(life, raw)
    if len(shown) < len(moments):
        say_note(f"{len(moments) - len(shown)} earlier ones are left out; --limit 0 shows all")
    for one in shown:
        for line in _told(one, life, raw):
            say(line)
    if not moments:
        say("the log has nothing about this account")


def _say_runtimes(ledger: Path, *, as_json: bool) -> None:
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        found = runtimes(log, update)
    if as_json:
        say_json({"runtimes": _runtimes_json(found)})
        return
    for spec_version, block in found:
        say(f"spec_version {spec_version} from block {block:,} on")
    if not found:
        say("the log has no blocks")


def _runtimes_json(found: Iterable[Began]) -> list[dict[str, Any]]:
    return [{"spec_version": spec_version, "from_block": block} for spec_version, block in found]


def _to_json(life: Life, moments: list[Moment]) -> dict[str, Any]:
    return {
        "account": shown_account(life.account),
        "hotkeys": [shown_account(key) for key in life.hotkeys],
        "seats": [{"netuid": netuid, "uid": uid, "hotkey": shown_account(key)} for netuid, uid, key in life.seats],
        "earned": [{"netuid": netuid, "hotkey": shown_account(key), "emission": sum_} for netuid, key, sum_ in life.earned],
        "runtimes": _runtimes_json(life.runtimes),
        "moments": [
            {
                **attrs.asdict(one, recurse=False),
                "time": shown_time(one.time_ms),
                "keys": [shown_account(key) for key in one.keys],
                "details": {name: _plain(value) for name, value in one.details},
            }
            for one in moments
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return shown_account(value) if len(value) == 32 else value.hex()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _say(life: Life, raw: bool) -> None:
    say(shown_account(life.account))
    for key in life.hotkeys:
        say(f"  owns {shown_account(key)}" if key != life.account else "  is its own coldkey")
    for netuid, uid, key in life.seats:
        say(f"  holds uid {uid} of subnet {netuid}{'' if key == life.account else f' with {_short(key)}'}")
    for netuid, key, emission in life.earned:
        whose = "" if key == life.account else f" by {_short(key)}"
        say(f"  earned {of_epoch(emission, life.has_alpha, raw=raw)}")
        say(f"    on subnet {netuid}{whose}, in all epochs")
    for spec_version, block in life.runtimes if len(life.runtimes) > 1 else ():
        say(f"  spec_version {spec_version} from block {block:,} on")
    say(number(len(life.moments), "moment"))


def _told(one: Moment, life: Life, raw: bool) -> list[str]:
    """A moment in lines of at most 80 characters, except where an account alone is longer."""
    where = "" if one.netuid is None else f"subnet {one.netuid}" + ("" if one.uid is None else f", uid {one.uid}")
    time = shown_time(one.time_ms)
    head = f"{one.block:>10,}  {where:<18}  {_title(one)}" + ("" if time is None else f"  {time}")
    keys = [_short(key) for key in one.keys if key != life.account]
    details = [text for name, value in one.details if (text := _detail(one, name, value, raw))]
    return [head, *_wrapped([*keys[:1], *details])]


def _title(one: Moment) -> str:
    """The kind in words."""
    if one.kind == "NeuronReplaced":
        return "registered in place of another" if dict(one.details)["new_hotkey"] in one.keys else "replaced by another"
    if one.kind == "NeuronAppended":
        return "registered"
    return WORD.sub(lambda match: f" {match[0].lower()}", one.kind).strip() if one.kind.isalnum() else one.kind


def _wrapped(parts: list[str]) -> list[str]:
    lines: list[str] = []
    for part_ in parts:
        text = printable(part_)
        if lines and len(lines[-1]) + len(text) + 2 <= WIDTH:
            lines[-1] += f", {text}"
        else:
            lines.append(f"{'':12}{text}")
    return lines


def _detail(one: Moment, name: str, value: Any, raw: bool) -> str | None:
    if name in LEFT_OUT or value is None:
        return None
    if isinstance(value, bytes):
        if value in one.keys:
            return None
        if name == "row":
            return f"{number(len(pairs(value)), 'weight')}"
        return f"{name.replace('_', ' ')} {_short(value)}" if len(value) == 32 else f"{name} {value.hex()[:16]}"
    if name in IN_TAO or (name == "amount" and one.kind not in ALPHA_EVENTS):
        return f"{name} {tao(value, raw=raw)}"
    if name in IN_ALPHA or name == "amount":
        return f"{name} {alpha(value, raw=raw)}"
    if name == "take":
        return f"take {part(value)}"
    text = f"{name.replace('_', ' ')} {value}"
    return text if len(text) <= WIDTH - 12 else f"{text[: WIDTH - 13]}…"


def _short(account: bytes) -> str:
    text = shown_account(account) or ""
    return f"{text[:6]}…{text[-6:]}"


COMMANDS = (timeline_command,)
