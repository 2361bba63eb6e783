"""What an imported history holds, and how far the rules cover it.

Blocks of a node are recorded as what was seen; the rules are not run over them yet. What is said here is honest about that: how
much there is of each runtime, and why it is not covered.
"""

from attrs import field, frozen

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.replay.proof.groups import counted, groups


@frozen
class RuntimeVerified:
    """The blocks that one runtime executed. covered: blocks that the rules were run over."""

    spec_version: int
    first: int
    last: int
    blocks: int
    covered: int
    why_not_covered: str


@frozen
class HistoryVerified:
    """What a log has of a node's history."""

    blocks: int
    extrinsics: int
    failed: int
    events: int
    covered_blocks: int = 0
    runtimes: tuple[RuntimeVerified, ...] = field(factory=tuple)


def verify(log: Log, timeline: Timeline, progress: Progress | None = None) -> HistoryVerified:
    """Count what was seen, by runtime. Raises: ChainBroken."""
    counts = {ExtrinsicSeen: 0, EventSeen: 0}
    failed = 0
    spans: dict[int, list[int]] = {}
    for group in counted(groups(log.read_verified()), log.head.position, progress or (lambda *_: None)):
        for event in group.events:
            if isinstance(event, BlockSeen):
                spans.setdefault(event.spec_version, []).append(event.number)
            elif isinstance(event, (ExtrinsicSeen, EventSeen)):
                counts[type(event)] += 1
                failed += isinstance(event, ExtrinsicSeen) and not event.ok
    runtimes = tuple(
        RuntimeVerified(spec_version, min(blocks), max(blocks), len(blocks), 0, _why_not(spec_version, timeline))
        for spec_version, blocks in sorted(spans.items())
    )
    blocks = sum(map(len, spans.values()))
    return HistoryVerified(blocks, counts[ExtrinsicSeen], failed, counts[EventSeen], 0, runtimes)


def _why_not(spec_version: int, timeline: Timeline) -> str:
    if spec_version not in timeline.spec_versions:
        return f"not covered: there are rules for {timeline.known} alone"
    return "not covered: rules are not run over imported blocks yet"
