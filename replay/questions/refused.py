"""Why a call was refused, and what would let it pass: each remedy is run before it is named.

The search goes from error to error: removing one may reveal the next, which is removed in turn. Blocks and amounts
are the least that suffice; of all remedies those with the fewest steps are named.
"""

from collections.abc import Iterator

from attrs import evolve, frozen

from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.replay.questions.remedies import SIGNER, Step, Tried, candidates
from neuron_ledger.replay.questions.trial import CannotTry, Trial

MOST_STEPS = 3
MOST_REMEDIES = 6
MOST_RUNS = 2000
"""After this many runs of the call the search ends."""


@frozen
class Remedy:
    """What lets the call pass: all of these, in this order. Each is the least of its kind, if `Step.is_least`."""

    steps: tuple[Step, ...]


@frozen
class CallExplained:
    """A call of the log. error, values, reason: the chain's name of why it was refused, what failed, and a sentence; None, empty
    where it was accepted. caused: the names of its events. remedies: what would let it pass. tried: how many changes were run.
    """

    position: int
    block: int
    call: Call
    signer: Origin
    error: str | None
    reason: str
    values: tuple[tuple[str, str], ...]
    caused: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    tried: int


def call(log: Log, position: int, *, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> CallExplained:
    """Why the call at a position was refused, and what would let it pass.

    position: of its entry, or of one of its events. timeline: the runtimes by which it is run again.
    Raises: ValueError for a position that the log does not have; CannotTry, ChainBroken, PayloadError.
    """
    trial = Trial.of(log, position, timeline=timeline, progress=progress)
    group = trial.group
    failed = next((event for event in group.events if isinstance(event, ExtrinsicFailed)), None)
    search = _Search(trial)
    remedies: tuple[Remedy, ...] = ()
    reason = ""
    if failed is not None:
        error = search.error(())
        reason = "" if error is None else error.reason
        remedies = tuple(search.remedies(error)) if error is not None else ()
    return CallExplained(
        position=group.position,
        block=group.block,
        call=group.submission.call,
        signer=group.submission.origin,
        error=None if failed is None else failed.error,
        reason=reason,
        values=() if failed is None else failed.detail,
        caused=tuple(event.tag.partition("/")[0] for event in group.events),
        remedies=remedies,
        tried=search.runs,
    )


class _Search:
    """The search for what lets a call pass. runs: how often it was run."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.runs = 0

    def remedies(self, error: ChainError) -> Iterator[Remedy]:
        """Sets of steps that let it pass, the shortest first, and none that contains another one."""
        found: list[tuple[Step, ...]] = []
        paths: list[tuple[tuple[Step, ...], ChainError]] = [((), error)]
        for _ in range(MOST_STEPS):
            following: list[tuple[tuple[Step, ...], ChainError]] = []
            for steps, at in paths:
                for step in self._helpful(steps, at):
                    longer = (*(one for one in steps if _place(one) != _place(step)), step)
                    if any(_names(known) <= _names(longer) for known in found):
                        continue
                    then = self.error(longer)
                    if then is None:
                        found.append(longer)
                        yield Remedy(longer)
                    else:
                        following.append((longer, then))
                    if len(found) == MOST_REMEDIES or self.runs > MOST_RUNS:
                        return
            if found:
                return
            paths = following

    def error(self, steps: tuple[Step, ...]) -> ChainError | None:
        """Why the call is refused after these steps; None if it passes. Raises: CannotTry."""
        self.runs += 1
        before = [asked for step in steps if (asked := step.before) is not None]
        return self.trial.run(lambda _, decision: decision.error, before, instead=self._asked(steps))

    def _asked(self, steps: tuple[Step, ...]) -> Submission:
        asked = self.trial.group.submission
        for step in steps:
            if step.origin is not None:
                asked = evolve(asked, origin=step.origin[0])
            if step.arguments:
                given = {name: getattr(asked.call, name) for name, _ in asked.call.units}
                asked = evolve(asked, call=type(asked.call)(**{**given, **dict(step.arguments)}))
        return asked

    def _helpful(self, steps: tuple[Step, ...], error: ChainError) -> Iterator[Step]:
        """The candidates that remove an error; another one may follow."""
        for candidate in candidates(self.trial, self._asked(steps), error):
            step = self._least(steps, error, candidate)
            if step is not None:
                yield step

    def _least(self, steps: tuple[Step, ...], error: ChainError, tried: Tried) -> Step | None:
        """The least value with which a candidate removes the error, if any does."""

        def removes(value: int) -> bool:
            try:
                then = self.error((*steps, tried.step(value)))
            except (CannotTry, ValueError, TypeError):
                return False
            return then is None or type(then) is not type(error)

        low, high = tried.values or (0, 0)
        for value in tried.choices:
            if removes(value):
                if tried.values is None:
                    return tried.step(value)
                if not removes(value - 1):
                    return evolve(tried.step(value), is_least=True)
                high = value - 1
                break
        else:
            if tried.values is None or not removes(high):
                return None
        while abs(high - low) > 1:
            middle = (low + high) // 2 if high > low else -((-low - high) // 2)
            low, high = (low, middle) if removes(middle) else (middle, high)
        return evolve(tried.step(high), is_least=True)


def _place(step: Step) -> tuple[str, str | None, bytes | None, int | None]:
    """What a step is about: a later step about the same replaces it."""
    return step.kind, step.name, step.who if step.kind != SIGNER else None, step.netuid


def _names(steps: tuple[Step, ...]) -> set[Step]:
    """Steps for comparison: the least of its kind equals one that was found in another way."""
    return {evolve(step, is_least=False) for step in steps}
