"""Call lists: one call a line, as JSON. The form is described in docs/call-lists.md; import and export round-trip."""

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.blocks.calls import MAX_BLOCKS_AT_ONCE
from neuron_ledger.replay.importers.call_line import CallLine, line_of, read_line
from neuron_ledger.replay.importers.reading import LARGEST_LIST, ReadProblem, read_lines
from neuron_ledger.replay.importers.source import ImportProblem
from neuron_ledger.replay.proof.exchanges import is_of_exchanges
from neuron_ledger.replay.proof.groups import groups, submitted

MOST_BLOCKS_A_LINE = 500_000
"""At most this many blocks pass before a line's call: seventy days of the chain, a few seconds of an empty ledger."""


class ExportProblem(NeuronLedgerError, ValueError):
    """Something in the log that a call list cannot express."""


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
    """Submit every call of a list, letting blocks pass up to a line's block. All are recorded, or none.

    path: plain or gzip; `-` reads standard input. progress: called with the bytes read and their total (0 if not
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
                    accepted = _submit(ledger, read_line(line.text, ledger.rules.earlier_forms), passing)
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
        raise FieldError("block", f"a block from {ledger.block} on, the ledger's current one", line.block)
    furthest = ledger.block + MOST_BLOCKS_A_LINE
    if line.block > furthest:
        further = f"{MOST_BLOCKS_A_LINE} after the ledger's; earlier lines can advance it further"
        raise FieldError("block", f"a block up to {furthest}, {further}", line.block)
    _pass_blocks(ledger, line.block, passing)
    return ledger.submit(line.call, line.origin, progress=passing).ok


def _pass_blocks(ledger: Ledger, block: int, passing: Progress | None) -> None:
    """Let blocks pass until `block` is the current one, as many in a call as the ledger allows."""
    begin = ledger.block

    def passed(done: int, _: int) -> None:
        if passing:
            passing(at - begin + done, block - begin)

    while (at := ledger.block) < block:
        ledger.advance_to(min(block, at + MAX_BLOCKS_AT_ONCE), progress=passed)


def export_calls(log: Log, *, skip_observations: bool = False) -> Iterator[str]:
    """The lines of a call list with every call of the log, refused ones and passing blocks included.

    skip_observations: leave out observations, which no call can express. Raises: ExportProblem if there is any otherwise
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
