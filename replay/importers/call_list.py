"""Call lists: one call a line, as JSON. The form is described in docs/call-lists.md; import and export round-trip."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from neuron_ledger.events.calls import Observe, SudoSet
from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.not_built import ensure_built
from neuron_ledger.events.storage.hyperparameters import CALLS_OF_HYPERPARAMETERS, HYPERPARAMETERS, Hyperparameter
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import NOTHING, FieldError, NeuronLedgerError, did_you_mean
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.units import ACCOUNT, U16, U64
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks.calls import MOST_BLOCKS_AT_ONCE
from neuron_ledger.replay.importers.reading import LARGEST_LIST, ReadProblem, parse_json, read_lines
from neuron_ledger.replay.importers.source import ImportProblem
from neuron_ledger.replay.proof.exchanges import is_of_exchanges
from neuron_ledger.replay.proof.groups import groups, submitted

CALL_NAMES = (*CALLS_BY_NAME, *CALLS_OF_HYPERPARAMETERS)
"""What a call may be named: as on the chain."""

MOST_BLOCKS_A_LINE = 500_000
"""Blocks that pass before a line's call, at most: seventy days of the chain, a few seconds of an empty ledger."""

_FIELDS = ("block", "signer", "call", "args")


@frozen
class CallLine:
    """One line: the block in which a call is submitted, who signs it (None: privileged), and the call."""

    block: int
    origin: Origin
    call: Call


class ExportProblem(NeuronLedgerError, ValueError):
    """Something in the log that a call list cannot hold."""


@frozen
class Imported:
    """How many calls were submitted, and how many of them the rules refused."""

    calls: int
    refused: int


def import_calls(
    ledger: Ledger,
    path: Path,
    progress: Progress | None = None,
    *,
    passing: Progress | None = None,
    max_size: int = LARGEST_LIST,
) -> Imported:
    """Submit every call of a list, letting blocks pass where a line names a later one. All are recorded, or none.

    path: plain or gzip; `-` reads standard input. progress: called with the bytes read and all there are (0 where that is not
    known). passing: called with the blocks that pass in between. max_size: bytes that a compressed list may have after expanding.
    A call that the rules refuse is recorded as refused, as on the chain; a line that is not a call is an error. Memory does not
    grow with the list. Raises: ImportProblem, naming the line and the field.
    """
    require_other_file(ledger.log, path)
    calls = refused = 0
    with ledger.batch():
        try:
            for line in read_lines(path, max_size):
                try:
                    accepted = _submit(ledger, read_line(line.text), passing)
                except (FieldError, CannotGoOn) as error:
                    raise ImportProblem(f"{path}: line {line.number}: {error}") from None
                calls += 1
                refused += not accepted
                if progress:
                    progress(line.end, line.of)
        except ReadProblem as problem:
            raise ImportProblem(f"{path}: {problem}") from None
        if not calls:
            raise ImportProblem(f"{path}: holds no calls")
    return Imported(calls, refused)


def _submit(ledger: Ledger, line: CallLine, passing: Progress | None) -> bool:
    """Submit a line's call in its block. Returns: whether it was accepted."""
    if line.block < ledger.block:
        raise FieldError("block", f"a block from {ledger.block} on, where the ledger stands", line.block)
    furthest = ledger.block + MOST_BLOCKS_A_LINE
    if line.block > furthest:
        further = f"{MOST_BLOCKS_A_LINE} after where the ledger stands; lines before it lead further"
        raise FieldError("block", f"a block up to {furthest}, {further}", line.block)
    _pass_blocks(ledger, line.block, passing)
    return ledger.submit(line.call, line.origin, progress=passing).ok


def _pass_blocks(ledger: Ledger, block: int, passing: Progress | None) -> None:
    """Let blocks pass until `block` is the current one, so many in a call as the ledger takes."""
    begin = ledger.block

    def passed(done: int, _: int) -> None:
        if passing:
            passing(at - begin + done, block - begin)

    while (at := ledger.block) < block:
        ledger.advance_to(min(block, at + MOST_BLOCKS_AT_ONCE), progress=passed)


def read_line(line: str) -> CallLine:
    """A line of a call list. Raises: FieldError, naming the field."""
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
    return CallLine(read(people, raw["block"], U64, "block"), origin, read_call(raw["call"], raw["args"]))


def read_call(name: Any, args: Any) -> Call:
    """A call by its on-chain name, from arguments by their on-chain names. Raises: FieldError."""
    parameter = CALLS_OF_HYPERPARAMETERS.get(name) if isinstance(name, str) else None
    if parameter is not None:
        return _read_parameter(parameter, args)
    cls = CALLS_BY_NAME.get(name) if isinstance(name, str) else None
    ensure_built(name, "call")
    if cls is Observe:
        raise FieldError("call", "a call that can be written down; what was observed comes in by an importer", name)
    if cls is None:
        raise FieldError("call", "the name of a call" + did_you_mean(name, CALL_NAMES), name)
    if not isinstance(args, dict):
        raise FieldError("args", "an object", args)
    call: Call = read(people, args, cls, "args")
    return call


def _read_parameter(parameter: Hyperparameter, args: Any) -> SudoSet:
    """A `sudo_set_*` call as the chain has it: netuid where it is a subnet's, and the value under its own name."""
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


def export_calls(log: Log, *, skip_observations: bool = False) -> Iterator[str]:
    """The lines of a call list with every call of the log, refused ones and passing blocks included.

    skip_observations: leave out what was observed, which no call can express. Raises: ExportProblem where there is any otherwise
    (exchanges, which change no storage, are left out always); ChainBroken.
    """
    for group in submitted(groups(log.read_verified())):
        if isinstance(group.submission.call, Observe):
            if not skip_observations and not is_of_exchanges(group):
                source = group.submission.call.source
                raise ExportProblem(
                    f"position {group.position}: an observation ({source}) is not a call; leave it out with --skip-observations, "
                    "and import its source again before the list"
                )
            continue
        yield line_of(group.block, group.submission)
