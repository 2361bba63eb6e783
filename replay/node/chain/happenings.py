"""The events of a block, as in `System.Events`, and the outcome of each extrinsic."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.replay.node.chain.blocks import Block
from neuron_ledger.replay.node.chain.extrinsic import read_extrinsic
from neuron_ledger.replay.node.chain.inclusion import Inclusion, Outcome, result_event, shown_events
from neuron_ledger.replay.node.chain.plan import planned
from neuron_ledger.replay.node.chain.recorded import RecordedCalls
from neuron_ledger.replay.node.metadata.document import NodeRuntime


@frozen
class Happenings:
    """events: encoded, with their count first. outcomes: of the signed extrinsics, in order."""

    events: bytes = b"\0"
    count: int = 0
    outcomes: tuple[Outcome, ...] = ()


def happenings(runtime: NodeRuntime, begun: Sequence[Any], outcomes: Sequence[Outcome]) -> Happenings:
    """begun: the events with which the block began."""
    records = [("Initialization", event, ()) for event in begun]
    records.append((_during(0), result_event(Outcome(), "Mandatory"), ()))
    for index, outcome in enumerate(outcomes, start=1):
        events = (*(outcome.events if outcome.error is None else ()), result_event(outcome))
        records += [(_during(index), event, ()) for event in events]
    return Happenings(runtime.codec.encode("Vec<EventRecord>", records), len(records), tuple(outcomes))


def _during(index: int) -> Any:
    """The phase of an extrinsic."""
    return "ApplyExtrinsic", (index,)


def recorded_happenings(log: Log, timeline: Timeline, runtime: NodeRuntime, block: Block, sudo_key: bytes) -> Happenings:
    """The same for an earlier block, from the calls in the log, which are not decided again."""
    if not block.begins_at:
        return Happenings()
    calls = RecordedCalls(log, timeline, runtime.rules, block.begins_at)
    beginning = calls.take()
    assert beginning is not None
    begun = shown_events(runtime.rules.layout, (one.event for one in beginning.happened if one.block == block.number))
    outcomes: list[Outcome] = []
    last = beginning.submission.call
    if isinstance(last, AdvanceTo) and last.block == block.number:
        inclusion = Inclusion(calls, sudo_key)
        for encoded in block.extrinsics[1:]:
            signer = calls.skip_to_extrinsic()
            outcomes.append(inclusion.carry_out(planned(read_extrinsic(runtime, encoded).call), signer))
    return happenings(runtime, begun, outcomes)
