"""The command `whatif`: the same calls with other parameters, another runtime, fewer or more calls."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.projections.views.tenures import Tenure
from neuron_ledger.replay.cli.amounts import alpha, coins, share, tao
from neuron_ledger.replay.cli.as_calls import AsCalls, opened_as_calls
from neuron_ledger.replay.cli.common import (
    from_zero,
    json_option,
    ledger_argument,
    number,
    raw_option,
    reports_errors,
    runtime_option,
    shown_account,
)
from neuron_ledger.replay.cli.output import say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.importers.call_line import CallLine, call_to_json, read_line
from neuron_ledger.replay.importers.reading import LARGEST_LIST, ReadProblem, read_lines
from neuron_ledger.replay.questions.compared import METRICS, MetricOtherwise, WhatIf, whatif
from neuron_ledger.replay.questions.settings import read_setting, shown_setting
from neuron_ledger.replay.questions.what_if import Change, Otherwise


@click.command("whatif")
@ledger_argument
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A hyperparameter: kappa=0.6, 60 %, 3/5 or 39321.")
@click.option("--netuid", type=from_zero, help="Set it on this subnet; by default on all except root.")
@click.option("--from", "begin", type=from_zero, metavar="BLOCK", help="From this block on; by default from the beginning.")
@runtime_option("--runtime", help="Use the rules of this runtime.")
@click.option("--drop", multiple=True, metavar="POSITION", help="Leave out this call (imported: BLOCK:EXTRINSIC). Repeatable.")
@click.option("--insert", type=click.Path(path_type=Path), help="Add the calls of this call list, each in its block.")
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show at most this many of each; 0 for all.")
@raw_option
@json_option
@reports_errors
def whatif_command(
    ledger: Path,
    settings: Sequence[str],
    netuid: int | None,
    begin: int | None,
    runtime: RuntimeName | None,
    drop: Sequence[str],
    insert: Path | None,
    limit: int,
    raw: bool,
    as_json: bool,
) -> None:
    """Run the same calls in another ledger, in memory, with a change, and show what would be different.

    Without any change the result must be the recorded history, and the output says whether it is. A value that is set also
    overrides later calls of the log that set another one. Without --from, a ledger without observations begins with --runtime;
    all others are upgraded to it.

    An imported history is first run by the rules, from its first block to its last: its extrinsics are the calls. Of a batch,
    only the calls that were executed are run again.

    \b
    neuron-ledger whatif chain.ledger --set kappa=0.6 --netuid 1
    neuron-ledger whatif chain.ledger --set immunity_period=5000 --from 1000 --drop 17
    neuron-ledger whatif chain.ledger --runtime 424
    """
    if netuid is not None and not settings:
        raise FieldError("--netuid", "--set with it, as it chooses where a hyperparameter is set", NOTHING)
    asked = dict(map(read_setting, settings))
    lines = () if insert is None else _lines(insert)
    with opened_as_calls(ledger) as source, progress("running the calls again") as update:
        dropped = frozenset(position for text in drop for position in source.positions("drop", text))
        change = Change(settings=asked, netuid=netuid, begin=begin, runtime=runtime, drop=dropped, insert=lines)
        answer = whatif(source.log, change, timeline=source.timeline, progress=update)
    if as_json:
        say_json(_to_json(answer, source))
    else:
        _say(answer, source, limit, raw)


def _lines(path: Path) -> tuple[CallLine, ...]:
    """The calls of a list. Raises: FieldError, naming the line."""
    found = []
    try:
        for line in read_lines(path, LARGEST_LIST):
            try:
                found.append(read_line(line.text))
            except FieldError as error:
                raise FieldError("--insert", f"a call list (line {line.number}: {error})", str(path)) from None
    except ReadProblem as problem:
        raise FieldError("--insert", f"a call list ({problem})", str(path)) from None
    return tuple(found)


def _to_json(answer: WhatIf, source: AsCalls) -> dict[str, Any]:
    change, again = answer.change, answer.again
    return {
        "same": answer.same,
        "digest": answer.digest.hex(),
        "head": str(again.ledger.head),
        "spec_version": again.ledger.rules.name,
        "block": again.ledger.block,
        "settings": {name: {"stored": value, "value": shown_setting(name, value)} for name, value in change.settings.items()},
        "dropped": sorted(change.drop) if source.recast is None else list(map(source.place_json, sorted(change.drop))),
        "inserted": [
            {"block": line.block, "call": call_to_json(line.call)[0], "refused": refused} for line, refused in again.inserted
        ],
        "otherwise": [{**_otherwise_json(one), **source.place_json(one.position)} for one in again.otherwise],
        "tenures": {"lost": list(map(_tenure_json, answer.lost)), "new": list(map(_tenure_json, answer.new))},
        "epochs": {"both": answer.epochs, "only_was": answer.only_was, "only_would_be": answer.only_would_be},
        "metrics": [attrs.asdict(one) for one in answer.metrics],
        "emission": [
            {"netuid": netuid, "uid": uid, "was": was, "would_be": would_be}
            for (netuid, uid), (was, would_be) in answer.emission.items()
        ],
    }


def _otherwise_json(one: Otherwise) -> dict[str, Any]:
    name, args = call_to_json(one.call)
    return {
        "block": one.block,
        "signer": shown_account(one.signer),
        "call": name,
        "args": args,
        "was": one.was,
        "would_be": one.would_be,
        "detail": one.detail,
    }


def _tenure_json(tenure: Tenure) -> dict[str, Any]:
    return {
        name: shown_account(value) if isinstance(value, bytes) else value
        for name, value in attrs.asdict(tenure, recurse=False).items()
        if name != "swaps"
    }


def _say(answer: WhatIf, source: AsCalls, limit: int, raw: bool) -> None:
    ledger, change = answer.again.ledger, answer.change
    for name, value in change.settings.items():
        where = "on every subnet" if change.netuid is None else f"on subnet {change.netuid}"
        say(f"{name}: {shown_setting(name, value)} {where}{'' if change.begin is None else f' from block {change.begin:,} on'}")
    if change.runtime is not None:
        say(f"spec_version {ledger.rules.name} instead of the recorded one")
    for line, refused in answer.again.inserted:
        say(f"in addition {call_to_json(line.call)[0]} in block {line.block:,}: {'accepted' if refused is None else refused}")
    if change.drop:
        say(f"without {', '.join(dict.fromkeys(map(source.where, sorted(change.drop))))}")
    same = "the result is the recorded history" if answer.same else "the end differs"
    say(f"run again up to block {ledger.block:,}: {same}, digest {answer.digest.hex()[:16]}…")
    _say_some("Calls decided otherwise", [_otherwise_told(one, source) for one in answer.again.otherwise], limit)
    tenures = [f"was       {_tenure_told(tenure)}" for tenure in answer.lost]
    tenures += [f"would be  {_tenure_told(tenure)}" for tenure in answer.new]
    _say_some("Who holds which uid", sorted(tenures, key=lambda line: line[10:]), limit)
    _say_metrics(answer, limit, raw)


def _say_some(title: str, lines: Sequence[str], limit: int) -> None:
    say()
    say(f"{title}: {len(lines) or 'the same'}")
    for line in lines[: limit or None]:
        say(f"  {line}", brief=True)
    if limit and len(lines) > limit:
        say_note(f"… and {len(lines) - limit} more; --limit 0 shows all")


def _otherwise_told(one: Otherwise, source: AsCalls) -> str:
    name, args = call_to_json(one.call)
    on = f" on subnet {args['netuid']}" if "netuid" in args else ""
    where = f"{one.position}, block {one.block:,}" if source.recast is None else source.where(one.position)
    return f"{where}, {name}{on}: was {one.was or 'accepted'}, would be {one.detail or 'accepted'}"


def _tenure_told(tenure: Tenure) -> str:
    until = "still" if tenure.to_block is None else f"until {tenure.to_block:,}, {tenure.ended}"
    until += "" if tenure.pruning_score is None else f", score {tenure.pruning_score:,}"
    return f"subnet {tenure.netuid}, uid {tenure.uid}: {shown_account(tenure.hotkey)} from {tenure.from_block:,}, {until}"


def _say_metrics(answer: WhatIf, limit: int, raw: bool) -> None:
    epochs = {(one.netuid, one.block) for one in answer.metrics}
    say()
    alone = f"; {len(answer.only_was)} only in the recorded history, {len(answer.only_would_be)} only in the new one"
    both = f"{number(answer.epochs, 'epoch')} in both, {len(epochs) or 'none'} of them with other numbers"
    say(f"Epochs: {both}{alone if answer.only_was or answer.only_would_be else ''}")
    if not answer.metrics:
        return
    numbers: dict[tuple[int, int, int], dict[str, MetricOtherwise]] = {}
    for one in answer.metrics:
        numbers.setdefault((one.block, one.netuid, one.uid), {})[one.metric] = one
    rows = [
        (block, netuid, uid, *(_change_told(of.get(metric), raw) for metric in METRICS))
        for (block, netuid, uid), of in sorted(numbers.items(), reverse=True)
    ]
    shown = rows[: limit or None]
    before_alpha = not answer.again.ledger.storage.layout.has_alpha
    unit, amount = ("TAO", tao) if before_alpha else ("alpha", alpha)
    units = f"incentive and dividends are parts of 65,535, emission is rao of {unit}" if raw else f"emission is {unit}"
    say_table(f"The latest first; {units}", ("block", "netuid", "uid", *METRICS), shown, keys=3)
    if len(shown) < len(rows):
        say_note(f"… and {len(rows) - len(shown)} more; --limit 0 shows all")
    sums = [
        f"subnet {netuid}, uid {uid}: {amount(would_be, raw=raw)}, "
        f"{'+' if would_be >= was else '-'}{amount(abs(would_be - was), raw=raw)}"
        for (netuid, uid), (was, would_be) in answer.emission.items()
    ]
    _say_some("Emission over all epochs", sums, limit)


def _change_told(one: MetricOtherwise | None, raw: bool) -> str:
    if one is None:
        return "the same"
    told = str if raw else coins if one.metric == "emission" else share
    was, would_be = ("none" if value is None else told(value) for value in (one.was, one.would_be))
    return f"{was} → {would_be}"


COMMANDS = (whatif_command,)
