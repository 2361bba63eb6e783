"""`explain call`: why a call was refused, and what would let it pass, in words."""

from collections.abc import Iterator
from typing import Any

import attrs

from neuron_ledger.ledger.errors import values_for_people
from neuron_ledger.replay.cli.amounts import stake, tao
from neuron_ledger.replay.cli.common import number, shown_account
from neuron_ledger.replay.importers.call_line import call_to_json
from neuron_ledger.replay.questions.refused import CallExplained, Remedy
from neuron_ledger.replay.questions.remedies import (
    AMOUNT,
    ARGUMENT,
    BALANCE,
    PARAMETER,
    PERMIT,
    REGISTRATION,
    SIGNER,
    STAKE,
    WAIT,
    Step,
)
from neuron_ledger.replay.questions.settings import shown_setting

LONGEST_ARGUMENT = 60


def call_json(answer: CallExplained) -> dict[str, Any]:
    """The answer for --json."""
    name, args = call_to_json(answer.call)
    return {
        "position": answer.position,
        "block": answer.block,
        "signer": shown_account(answer.signer),
        "call": name,
        "args": args,
        "refused": answer.error,
        "reason": answer.reason,
        "values": dict(answer.values),
        "caused": list(answer.caused),
        "remedies": [[_step_json(step) for step in remedy.steps] for remedy in answer.remedies],
        "tried": answer.tried,
    }


def _step_json(step: Step) -> dict[str, Any]:
    plain = attrs.asdict(step, recurse=False, filter=lambda field, _: field.name not in ("before", "origin", "arguments"))
    value = plain["value"]
    call = None if step.before is None else dict(zip(("call", "args"), call_to_json(step.before.call), strict=True))
    shown = shown_account(value) if isinstance(value, bytes) else list(value) if isinstance(value, tuple) else value
    return {**plain, "value": shown, "who": shown_account(step.who), "before": call}


def call_told(answer: CallExplained, raw: bool) -> Iterator[str]:
    """The answer in lines."""
    name, args = call_to_json(answer.call)
    asked = ", ".join(f"{key}={_cut(str(value))}" for key, value in args.items())
    yield f"position {answer.position}, block {answer.block:,}: {name}({asked})"
    yield f"  signed by {shown_account(answer.signer) or 'nobody (privileged)'}"
    if answer.error is None:
        yield f"  accepted; it caused {', '.join(answer.caused) or 'no change'}"
        return
    yield f"  refused, {answer.error}: {answer.reason}"
    if answer.values:
        yield f"  {values_for_people(answer.values)}"
    yield ""
    yield "What would let it pass (each was run)"
    for remedy in answer.remedies:
        yield f"  {_remedy_told(remedy, raw)}"
    if not answer.remedies:
        yield f"  nothing that was tried: another block, signer, stake, balance or argument ({number(answer.tried, 'run')})"


def _remedy_told(remedy: Remedy, raw: bool) -> str:
    return "; and ".join(_step_told(step, raw) for step in remedy.steps)


def _step_told(step: Step, raw: bool) -> str:
    least = " (1 less is too little)" if step.is_least else ""
    who = shown_account(step.who)
    match step.kind:
        case kind if kind == WAIT:
            return f"from block {step.value:,} on" + (f" (in block {step.value - 1:,} not yet)" if step.is_least else "")
        case kind if kind == BALANCE:
            return f"with a free balance of {tao(step.value, raw=raw)} of {who}{least}"
        case kind if kind == STAKE:
            return f"with {stake(step.value, step.netuid or 0, raw=raw)} more staked on {who}, subnet {step.netuid}{least}"
        case kind if kind == SIGNER:
            return f"signed by {who}" if step.who is not None else "as a privileged call"
        case kind if kind == PARAMETER:
            return f"with {step.name} {shown_setting(step.name or '', step.value)} on subnet {step.netuid}"
        case kind if kind == REGISTRATION:
            return f"once {who} is registered on subnet {step.netuid}"
        case kind if kind == PERMIT:
            return f"with a validator permit of {who} on subnet {step.netuid} (see explain permit)"
        case kind if kind == AMOUNT:
            return f"with {step.name} {step.value:,}" + (" (the nearest that passes)" if step.is_least else "")
        case kind if kind == ARGUMENT and step.value is None:
            return f"with another {step.name}"
    return f"with {step.name} {_cut(str(list(step.value) if isinstance(step.value, tuple) else step.value))}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ARGUMENT else f"{text[: LONGEST_ARGUMENT - 1]}…"
