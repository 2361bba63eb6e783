"""The result of a verification: what was seen, what the rules were run over, what is equal, and why the rest is not covered."""

from typing import Any

import attrs
from attrs import field, frozen, mutable

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.replay.history.rerun.blocks import SeenBlock
from neuron_ledger.replay.history.rerun.judge import Count, PlaceDiffers
from neuron_ledger.replay.history.rerun.replaced import Replacement

MOST_LISTED = 1000
"""At most this many differences, replacements and writes are listed; all are counted."""


@mutable
class NotCovered:
    """Something that the rules were not run over. what: block, call or item. name: which runtime, call or item. why: in words."""

    what: str
    name: str
    why: str
    count: int
    first_block: int


@frozen
class SeenCall:
    """An extrinsic of a block."""

    block: int
    extrinsic: int

    def __str__(self) -> str:
        return f"block {self.block}, extrinsic {self.extrinsic}"


@frozen
class CallDiffers(Difference[SeenCall]):
    """An extrinsic that ended otherwise than by the rules. what: the call. expected: on the chain; got: by the rules; errors, or
    none.
    """


@mutable
class UnexplainedWrite:
    """A write that neither the rules nor any call of the block explains. before, after: in the form for people."""

    block: int
    item: str
    key: list[Any]
    before: Any
    after: Any


@mutable
class RuntimeVerified:
    """Consecutive blocks of one runtime. covered: those that the rules were run over. doubt: about the rules, if any."""

    spec_version: RuntimeName
    first: int
    last: int
    blocks: int = 0
    covered: int = 0
    equal: int = 0
    doubt: str | None = None


@mutable
class Verified:
    """The whole report. mode: `from-each-block` or `reexecute`. digest: of storage as last seen, in the ledger's items."""

    mode: str
    blocks: Count = field(factory=Count)
    calls: Count = field(factory=Count)
    epochs: Count = field(factory=Count)
    replacements: Count = field(factory=Count)
    replaced: list[Replacement] = field(factory=list)
    items: dict[str, Count] = field(factory=dict)
    seen: dict[str, int] = field(factory=lambda: {"blocks": 0, "extrinsics": 0, "failed": 0, "events": 0})
    runtimes: list[RuntimeVerified] = field(factory=list)
    differing_values: int = 0
    differences: list[PlaceDiffers | CallDiffers] = field(factory=list)
    unexplained: int = 0
    unexplained_writes: list[UnexplainedWrite] = field(factory=list)
    taken_from_the_chain: int = 0
    not_covered: dict[tuple[str, str, str], NotCovered] = field(factory=dict)
    first_difference: PlaceDiffers | CallDiffers | None = None
    digest: bytes | None = None

    @property
    def agrees(self) -> bool:
        """Whether nothing differs in what the rules were run over."""
        return not self.differing_values and not self.unexplained and self.calls.equal == self.calls.total

    def saw(self, block: SeenBlock, doubt: str | None) -> None:
        """Count a block. doubt: about the rules of its runtime, if any."""
        name = block.executed_by.name
        self.seen["blocks"] += 1
        self.seen["extrinsics"] += len(block.extrinsics)
        self.seen["failed"] += sum(not extrinsic.ok for extrinsic in block.extrinsics)
        self.seen["events"] += len(block.events)
        if not self.runtimes or self.runtimes[-1].spec_version != name:
            self.runtimes.append(RuntimeVerified(name, block.number, block.number, doubt=doubt))
        runtime = self.runtimes[-1]
        runtime.blocks, runtime.last = runtime.blocks + 1, block.number

    def lacks(self, what: str, name: str, why: str, block: int) -> None:
        """Note that something is not covered."""
        entry = self.not_covered.setdefault((what, name, why), NotCovered(what, name, why, 0, block))
        entry.count += 1

    def saw_replaced(self, found: Replacement) -> None:
        """Note a uid that changed hands, on the chain or by the rules."""
        self.replacements.add(found.predicted)
        if len(self.replaced) < MOST_LISTED:
            self.replaced.append(found)

    def differs(self, found: PlaceDiffers | CallDiffers) -> None:
        """Note a difference."""
        self.differing_values += isinstance(found, PlaceDiffers)
        self.first_difference = self.first_difference or found
        if len(self.differences) < MOST_LISTED:
            self.differences.append(found)

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        shown = attrs.asdict(self)
        shown["not_covered"] = [attrs.asdict(entry) for entry in self.not_covered.values()]
        shown["digest"] = None if self.digest is None else self.digest.hex()
        return {"agrees": self.agrees, **shown}
