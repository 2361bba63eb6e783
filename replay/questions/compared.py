"""What would be different: calls, who held which uid, and what epochs gave, compared between a log and another ledger."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import decode
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.recorded_epochs import metrics_of
from neuron_ledger.replay.questions.what_if import Again, Change, again

METRICS = ("incentive", "dividends", "emission")
"""What is compared: parts of 65535, and a subnet's smallest units of alpha."""

EpochPlace = tuple[int, int]
"""(key of per-mechanism items, which for the first mechanism is the netuid; block)."""


@frozen
class MetricOtherwise:
    """A uid's metric in an epoch that both ledgers have. None: the subnet had no such uid."""

    netuid: int
    block: int
    metric: str
    uid: int
    was: int | None
    would_be: int | None


@frozen
class WhatIf:
    """What would be different.

    same: whether the other ledger's final storage is the recorded one (`digest`). lost, new: tenures that only the log has, and
    that only the other ledger has. metrics: every number that differs, by block, subnet, metric and uid. epochs: how many both
    have. only_was, only_would_be: epochs that one of them alone has. emission: (netuid, uid) → the sum over all epochs as it was
    and would be, where they differ.
    """

    change: Change
    again: Again
    digest: bytes
    same: bool
    lost: tuple[Tenure, ...]
    new: tuple[Tenure, ...]
    metrics: tuple[MetricOtherwise, ...]
    epochs: int
    only_was: tuple[EpochPlace, ...]
    only_would_be: tuple[EpochPlace, ...]
    emission: Mapping[tuple[int, int], tuple[int, int]]


def whatif(log: Log, change: Change, *, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> WhatIf:
    """Run the calls of a log again with a change, and compare. Raises: as `again`."""
    run = again(log, change, timeline=timeline, progress=progress)
    other = run.ledger
    was, would_be = dict(_epochs(log)), dict(_epochs(other.log))
    both = [place for place in was if place in would_be]
    here, there = (list(Tenures.of(groups(one.read()))) for one in (log, other.log))
    digest = other.storage.digest()
    return WhatIf(
        change=change,
        again=run,
        digest=digest,
        same=digest == rebuild(log, timeline=timeline).storage.digest(),
        lost=tuple(tenure for tenure in here if tenure not in there),
        new=tuple(tenure for tenure in there if tenure not in here),
        metrics=tuple(one for place in both for one in _compared(place, was[place], would_be[place])),
        epochs=len(both),
        only_was=tuple(place for place in was if place not in would_be),
        only_would_be=tuple(place for place in would_be if place not in was),
        emission=_sums(was, would_be),
    )


Vectors = Mapping[str, tuple[int, ...]]


def _epochs(log: Log) -> Iterator[tuple[EpochPlace, Vectors]]:
    """The metrics of every epoch of a log, in order."""
    for entry in log.read():
        if entry.tag == EpochCompleted.tag:
            event = decode(entry.tag, entry.payload)
            assert isinstance(event, EpochCompleted)
            vectors = metrics_of(event)
            yield (event.netuid, entry.block), {name: vectors.get(name, ()) for name in METRICS}


def _compared(place: EpochPlace, was: Vectors, would_be: Vectors) -> Iterator[MetricOtherwise]:
    for metric in METRICS:
        before, after = was[metric], would_be[metric]
        for uid in range(max(len(before), len(after))):
            one, other = (vector[uid] if uid < len(vector) else None for vector in (before, after))
            if one != other:
                yield MetricOtherwise(*place, metric, uid, one, other)


def _sums(was: Mapping[EpochPlace, Vectors], would_be: Mapping[EpochPlace, Vectors]) -> dict[tuple[int, int], tuple[int, int]]:
    sums: dict[tuple[int, int], list[int]] = {}
    for which, epochs in enumerate((was, would_be)):
        for (netuid, _), vectors in epochs.items():
            for uid, emission in enumerate(vectors["emission"]):
                sums.setdefault((netuid, uid), [0, 0])[which] += emission
    return {place: (before, after) for place, (before, after) in sorted(sums.items()) if before != after}
