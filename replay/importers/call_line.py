"""One line of a call list: a call by its on-chain name, with arguments by theirs. The form is described in docs/call-lists.md."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from neuron_ledger.events.calls import Observe, SudoSet
from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.not_built import ensure_built
from neuron_ledger.events.storage.hyperparameters import CALLS_OF_HYPERPARAMETERS, HYPERPARAMETERS, Hyperparameter
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import NOTHING, FieldError, did_you_mean
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.units import ACCOUNT, U16, U64
from neuron_ledger.replay.importers.reading import parse_json

CALL_NAMES = (*CALLS_BY_NAME, *CALLS_OF_HYPERPARAMETERS)
"""Names of calls: those on the chain."""

_FIELDS = ("block", "signer", "call", "args")


@frozen
class CallLine:
    """One line: the block in which a call is submitted, who signs it (None: privileged), and the call."""

    block: int
    origin: Origin
    call: Call


Forms = Mapping[str, type[Call]]
"""A runtime's `earlier_forms`: the ledger's calls for names that later took other arguments."""


def read_line(line: str, forms: Forms = MappingProxyType({})) -> CallLine:
    """A line of a call list. forms: of the runtime that decides it. Raises: FieldError, naming the field."""
    try:
        raw = parse_json(line)
    except ValueError as error:
        raise FieldError("line", f"a call as JSON ({error})", line) from None
    if not isinstance(raw, dict):
        raise FieldError("line", "an object with block, call and args", raw)
    for name in raw:
        if name not in _FIELDS:
            raise FieldError(name, f"one of {', '.join(_FIELDS)}", raw[name])
    for name in ("block", "call", "args"):
        if name not in raw:
            raise FieldError(name, "this field", NOTHING)
    signer = raw.get("signer")
    origin = None if signer is None else read(people, signer, ACCOUNT, "signer")
    return CallLine(read(people, raw["block"], U64, "block"), origin, read_call(raw["call"], raw["args"], forms))


def read_call(name: Any, args: Any, forms: Forms = MappingProxyType({})) -> Call:
    """A call by its on-chain name, from arguments by their on-chain names. forms: of the runtime that decides it.

    Raises: FieldError.
    """
    parameter = CALLS_OF_HYPERPARAMETERS.get(name) if isinstance(name, str) else None
    if parameter is not None:
        return _read_parameter(parameter, args)
    cls = forms.get(name) or CALLS_BY_NAME.get(name) if isinstance(name, str) else None
    ensure_built(name, "call")
    if cls is Observe:
        raise FieldError("call", "a call that a list can express; observations are imported from their source", name)
    if cls is None:
        raise FieldError("call", "the name of a call" + did_you_mean(name, CALL_NAMES), name)
    if not isinstance(args, dict):
        raise FieldError("args", "an object", args)
    call: Call = read(people, args, cls, "args")
    return call


def _read_parameter(parameter: Hyperparameter, args: Any) -> SudoSet:
    """A `sudo_set_*` call as the chain has it: netuid if it is a subnet's, and the value under its own name."""
    if not isinstance(args, dict):
        raise FieldError("args", "an object", args)
    expected = [*([] if parameter.whole_chain else ["netuid"]), parameter.argument]
    for name in [*args, *expected]:
        if name not in args or name not in expected:
            raise FieldError(f"args.{name}", f"the fields {', '.join(expected)}", args.get(name, NOTHING))
    netuid = 0 if parameter.whole_chain else read(people, args["netuid"], U16, "args.netuid")
    raw = args[parameter.argument]
    where = f"args.{parameter.argument}"
    value = read(people, raw, parameter.storage_item.value, where)
    return SudoSet(parameter.name, netuid, int(value))


def line_of(block: int, submission: Submission) -> str:
    """The line of a call list that submits this again."""
    name, args = call_to_json(submission.call)
    signer = None if submission.origin is None else ss58.encode(submission.origin)
    return json.dumps({"block": block, "signer": signer, "call": name, "args": args})


def call_to_json(call: Call) -> tuple[str, dict[str, Any]]:
    """The on-chain name and arguments of a call, in JSON's terms."""
    if isinstance(call, SudoSet) and HYPERPARAMETERS[call.name].call is not None:
        parameter = HYPERPARAMETERS[call.name]
        value = bool(call.value) if parameter.is_flag else people.unstructure(call.value, parameter.storage_item.value)
        args = {parameter.argument: value}
        return str(parameter.call), args if parameter.whole_chain else {"netuid": call.netuid, **args}
    return call.tag.partition("/")[0], people.unstructure(call)
