"""The command `epoch`: one epoch's metrics, computed again, and how a uid's numbers came about."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64
from neuron_ledger.replay.cli.amounts import coins, of_epoch, part, share
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    from_zero,
    json_option,
    ledger_argument,
    picture_option,
    raw_option,
    reports_errors,
    shown_account,
)
from neuron_ledger.replay.cli.output import fail, say, say_json
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.pictures.matrices import draw_epoch
from neuron_ledger.replay.questions.explain import (
    BY_ACTIVE_STAKE,
    BY_METRICS,
    COUNTED,
    BondSeen,
    Explanation,
    WeightSeen,
    emission_by,
    explain,
)
from neuron_ledger.replay.questions.recorded_epochs import NotByTheRules, RecordedEpoch, metrics_of, recorded_epoch

METRICS = (
    ("stake weight", "stake_weight"),
    ("permit", "validator_permit"),
    ("active", "active"),
    ("vtrust", "validator_trust"),
    ("rank", "rank"),
    ("trust", "trust"),
    ("consensus", "consensus"),
    ("incentive", "incentive"),
    ("dividends", "dividends"),
    ("emission", "emission"),
    ("pruning score", "pruning_scores"),
)


@click.command()
@ledger_argument
@click.option("--netuid", type=from_zero, required=True, help="The subnet.")
@click.option("--mechanism", type=from_zero, default=0, show_default=True, help="Which of the subnet's mechanisms.")
@click.option("--block", type=from_zero, help="The latest epoch up to this block; by default the latest of all.")
@click.option("--explain", "uid", type=from_zero, metavar="UID", help="Show how this uid's numbers came about, step by step.")
@picture_option
@raw_option
@json_option
@click.pass_context
@reports_errors
def epoch(
    ctx: click.Context,
    ledger: Path,
    netuid: int,
    mechanism: int,
    block: int | None,
    uid: int | None,
    picture: Path | None,
    raw: bool,
    as_json: bool,
) -> None:
    """Show an epoch's metrics, and check them: the epoch is computed again from the storage before it.

    Exit code 1 if the log has other numbers. Metrics are fractions, emission is the subnet's alpha (TAO before alpha existed);
    --raw and --json show stored integers.

    \b
    neuron-ledger epoch chain.ledger --netuid 1 --explain 17
    neuron-ledger epoch chain.ledger --netuid 1 --picture weights.svg
    """
    with Log.open(ledger, read_only=True) as log, progress("replaying up to the epoch") as update:
        try:
            found = recorded_epoch(log, netuid, mechanism=mechanism, block=block, progress=update)
        except NotByTheRules as error:
            fail(error, CHECK_FAILED)
    difference = found.difference()
    explanation = None if uid is None else explain(found, uid)
    if picture is not None:
        draw_epoch(found, picture)
    if as_json:
        say_json(epoch_json(found, difference, explanation))
    else:
        _say(found, explanation, raw)
        say_verdict(difference)
    if difference is not None:
        ctx.exit(CHECK_FAILED)


def epoch_json(
    found: RecordedEpoch, difference: Difference[int | None] | None, explanation: Explanation | None
) -> dict[str, Any]:
    vectors = metrics_of(found.recorded)
    neurons = [
        {"uid": uid, "hotkey": shown_account(hotkey), **{name: _entry(values, uid) for name, values in vectors.items()}}
        for uid, hotkey in enumerate(found.hotkeys)
    ]
    whole: dict[str, Any] = {
        "netuid": found.recorded.netuid,
        "block": found.block,
        "position": found.position,
        "emission": found.given.rao_emission,
        "emission_by": emission_by(found),
        "as_computed": difference is None,
        "difference": None if difference is None else _shown_difference(difference),
        "neurons": neurons,
    }
    if explanation is not None:
        whole["explanation"] = {**attrs.asdict(explanation), "hotkey": shown_account(explanation.hotkey)}
    return whole


def _shown_difference(difference: Difference[int | None]) -> dict[str, object]:
    names = {"metric": difference.what, "uid": difference.where, "computed": difference.expected, "recorded": difference.got}
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in names.items()}


def _say(found: RecordedEpoch, explanation: Explanation | None, raw: bool) -> None:
    where = f"subnet {found.recorded.netuid}, epoch of block {found.block:,} (position {found.position})"
    if explanation is not None:
        say(where)
        for line in _told(explanation, found):
            say(line)
        return
    recorded = metrics_of(found.recorded)
    there = [(title, name, recorded[name]) for title, name in METRICS if name in recorded]
    rows = [
        (uid, shown_account(hotkey), *(_cell(name, _entry(values, uid), raw) for _, name, values in there))
        for uid, hotkey in enumerate(found.hotkeys)
    ]
    unit = "alpha" if found.has_alpha else "TAO"
    units = f"emission in rao of {unit}, the others parts of 65,535" if raw else f"emission in {unit}; --raw as stored"
    say_table(f"{where}: {units}", ("uid", "hotkey", *(title for title, *_ in there)), rows)
    shared_out = of_epoch(found.given.rao_emission, found.has_alpha, raw=raw)
    say(f"emission: {shared_out} shared out by {_shared_out_by(emission_by(found))}")


def _entry(values: Sequence[object], uid: int) -> object:
    """A uid's entry; None if the recorded vector is too short."""
    return values[uid] if uid < len(values) else None


def _cell(name: str, value: Any, raw: bool) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value if raw or value is None else coins(value) if name == "emission" else share(value)


def say_verdict(difference: Difference[int | None] | None) -> None:
    if difference is None:
        say("computed again from the storage before it: every number is what the rules say")
        return
    of = "" if difference.where is None else f" of uid {difference.where}"
    recorded, computed = _short(difference.got), _short(difference.expected)
    say(f"NOT what the rules say: {difference.what}{of} is recorded as {recorded}, the rules give {computed}")


def _short(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _told(uid: Explanation, found: RecordedEpoch) -> Iterator[str]:
    """The explanation in words. Shares are rounded decimals; --json has their bits."""
    yield f"uid {uid.uid}, hotkey {shown_account(uid.hotkey)}"
    for told in (told_stake, told_as_miner, _told_as_validator, told_emission):
        yield ""
        yield from told(uid, found)


def _stored(uid: Explanation, found: RecordedEpoch) -> dict[str, object]:
    """The uid's recorded metrics, by name."""
    recorded = metrics_of(found.recorded)
    entries = {name: _entry(recorded.get(name, ()), uid.uid) for _, name in METRICS}
    return {name: "nothing" if entry is None else entry for name, entry in entries.items()}


def told_stake(uid: Explanation, found: RecordedEpoch) -> Iterator[str]:
    """How much its stake counts."""
    yield "Stake"
    counted = "" if uid.stake_counts else "; below it, so the stake does not count"
    with_root = " with weighted root stake" if found.has_alpha else ""
    yield f"  has {of_epoch(I64F64.to_int(uid.total_stake_bits), found.has_alpha)}{with_root}"
    yield f"  threshold {of_epoch(uid.stake_threshold, found.has_alpha)}{counted}"
    yield f"  share of all stake {_decimal(uid.stake)}, stored as {_stored(uid, found)['stake_weight']}"
    yield f"  validator permit: {_yes(uid.permit_before)} before, {_yes(uid.permit_after)} after; active: {_yes(uid.active)}"
    yield f"  so its part of the active stake is {_decimal(uid.active_stake)}"


def told_as_miner(uid: Explanation, found: RecordedEpoch) -> Iterator[str]:
    """What the weights set on it led to."""
    metrics = _stored(uid, found)
    yield "As a miner: the weights set on it"
    yield from _weights_told(uid.weights_on, "from", by_validator=True)
    if uid.prerank is not None:
        yield f"  prerank   {_decimal(uid.prerank)}  the weights by the stake behind them"
    yield f"  heard     {_decimal(uid.heard)}  the part of the active stake that has a weight on it"
    yield f"  consensus {_decimal(uid.consensus)}  {_agreed(uid)}; stored as {metrics['consensus']}"
    yield f"  rank      {_decimal(uid.rank)}  the same with weights clipped to the consensus"
    if uid.trust is not None:
        yield f"  trust     {_decimal(uid.trust)}  rank / prerank; stored as {metrics['trust']}"
    yield f"  incentive {_decimal(uid.incentive)}  its part of all ranks; stored as {metrics['incentive']}"


def _told_as_validator(uid: Explanation, found: RecordedEpoch) -> Iterator[str]:
    metrics = _stored(uid, found)
    yield "As a validator: the weights it set"
    yield from _weights_told(uid.weights_of, "on", by_validator=False)
    vtrust = metrics["validator_trust"]
    yield f"  validator trust {_decimal(uid.validator_trust)}  its weights after clipping; stored as {vtrust}"
    if uid.bonds:
        yield "  bonds   before       bought       pace         after        stored"
        yield from (_bond_told(bond) for bond in uid.bonds)
    yield f"  dividends       {_decimal(uid.dividends)}  stored as {metrics['dividends']}"


def told_emission(uid: Explanation, found: RecordedEpoch) -> Iterator[str]:
    """What it got, and how the emission was shared out."""
    yield "Emission"
    yield f"  {of_epoch(uid.emission_of_epoch, found.has_alpha)} shared out by {_shared_out_by(uid.emission_by)}"
    yield f"  as a miner      {of_epoch(uid.server_emission, found.has_alpha)}"
    yield f"  as a validator  {of_epoch(uid.validator_emission, found.has_alpha)}"
    yield f"  together        {of_epoch(uid.emission, found.has_alpha)}"
    if uid.pruning_score is not None:
        yield f"  pruning score   {part(uid.pruning_score)}"


def _agreed(uid: Explanation) -> str:
    """What the consensus is, and why it is 0 if too little stake has a weight on the uid."""
    kappa = f"kappa {_decimal(uid.kappa)} of the stake"
    if uid.consensus == 0 and uid.heard < uid.kappa:
        return f"less than {kappa} has a weight on it"
    return f"what {kappa} agrees on"


def _shared_out_by(what: str) -> str:
    """By what emission was shared out, and why, if the chain fell back to stake."""
    if what == BY_METRICS:
        return what
    why = "nobody has incentive or dividends"
    return f"{what}: {why}" if what == BY_ACTIVE_STAKE else f"{what}: {why}, and no validator is active"


def _weights_told(weights: Sequence[WeightSeen], preposition: str, *, by_validator: bool) -> Iterator[str]:
    if not weights:
        yield "  none"
    for weight in weights:
        other = weight.validator if by_validator else weight.uid
        line = f"  {preposition} uid {other:<5} {weight.stored:>5}"
        if weight.fate != COUNTED:
            yield f"{line}  not counted: {weight.fate}"
            continue
        cut = f", clipped by {_decimal(weight.cut)} to {_decimal(weight.clipped)}" if weight.cut else ""
        behind = f", with {_decimal(weight.backing)} of the stake behind it" if by_validator else ""
        yield f"{line}  share {_decimal(weight.share)}{behind}{cut}"


def _bond_told(bond: BondSeen) -> str:
    numbers = (bond.before, bond.bought, bond.pace, bond.after)
    columns = "  ".join("           " if bits is None else _decimal(bits) for bits in numbers)
    return f"  {bond.uid:>5}  {columns}  {'' if bond.stored is None else bond.stored}"


def _decimal(bits: int) -> str:
    """I32F32 bits as a decimal of nine places, rounded: a view, never to compute with."""
    billionths = round(Fraction(bits, I32F32.one) * 10**9)
    return f"{'-' if billionths < 0 else ''}{abs(billionths) // 10**9}.{abs(billionths) % 10**9:09}"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


COMMANDS = (epoch,)
