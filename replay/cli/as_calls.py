"""A ledger whose calls can be run again: as it is, or, if it holds a node's blocks, as calls that the rules decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.history.rerun.recast import Extrinsic, Recast, is_imported, recast


@frozen
class AsCalls:
    """A log and its runtimes. recast: how an imported history became calls; None for every other ledger."""

    log: Log
    timeline: Timeline
    recast: Recast | None = None

    def extrinsic(self, position: int) -> Extrinsic | None:
        """Which extrinsic of the node a call is."""
        return None if self.recast is None else self.recast.extrinsics.get(position)

    def where(self, position: int) -> str:
        """Where a call is, in words."""
        found = self.extrinsic(position)
        return f"position {position}" if found is None else f"extrinsic {found.index} of block {found.block:,}"

    def place_json(self, position: int) -> dict[str, Any]:
        """Where a call is, for --json: its position, or block and number of its extrinsic."""
        found = self.extrinsic(position)
        return {"position": position} if found is None else {"block": found.block, "extrinsic": found.index}

    def positions(self, option: str, text: str) -> tuple[int, ...]:
        """The positions of the calls that a text names: a position; of an imported history BLOCK:EXTRINSIC.

        Raises: FieldError.
        """
        if self.recast is None:
            if not text.isdecimal():
                raise FieldError(option, "the position of a call of this log (see log)", text)
            return (int(text),)
        block, _, index = text.partition(":")
        if block.isdecimal() and index.isdecimal():
            found = self.recast.positions(Extrinsic(int(block), int(index)))
            if found:
                return found
        raise FieldError(option, "BLOCK:EXTRINSIC of a call that the rules decide in this imported history", text)


@contextmanager
def opened_as_calls(path: Path) -> Iterator[AsCalls]:
    """A ledger's log, to read. Raises: CannotRecast for an imported history that the rules cannot run."""
    with Log.open(path, read_only=True) as log:
        if not is_imported(log):
            yield AsCalls(log, TIMELINE)
            return
        with progress("running the imported blocks by the rules") as update:
            made = recast(log, TIMELINE, update)
        yield AsCalls(made.ledger.log, made.timeline, made)
