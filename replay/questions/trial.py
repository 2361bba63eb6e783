"""Recorded calls run again with a change, on the storage before them: what would have happened is run, not guessed."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from attrs import frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.catalogue import is_call
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.last_call import last_call_position
from neuron_ledger.ledger.log.errors import NotInLog
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.fold import fold
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import groups

T = TypeVar("T")
Look = Callable[[Storage, Decision], T]
"""Reads the result from storage right after the call, and from what was decided."""


class CannotTry(NeuronLedgerError, ValueError):
    """A change that cannot be made: one of its calls is refused, or the rules cannot continue from it."""


@frozen(eq=False)
class Trial:
    """A recorded call on the storage right before it. It can be run any number of times; storage stays as it was.

    began_with: the spec_version that the log was created with.
    """

    storage: Storage
    group: Group
    timeline: Timeline
    began_with: RuntimeName

    @classmethod
    def of(cls, log: Log, position: int, *, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> "Trial":
        """The call whose entry, or one of whose events, is at a position.

        Raises: ValueError for a position that the log does not have; ChainBroken, PayloadError.
        """
        if not 1 <= position <= log.head.position:
            raise NotInLog(log.head.position, position=position)
        begin = last_call_position(log, position)
        storage = rebuild(log, position=begin - 1, progress=progress, timeline=timeline).storage
        group = next(groups(log.read_verified(begin - 1, until=_end_of_call(log, begin))))
        return cls(storage, group, timeline, log.spec_version)

    @property
    def rules(self) -> Runtime:
        """The runtime in force."""
        return self.timeline.in_force(self.storage, self.began_with)

    def run(
        self,
        look: Look[T],
        before: Sequence[Submission] = (),
        *,
        instead: Submission | None = None,
        rules: Callable[[Runtime], Runtime] | None = None,
    ) -> T:
        """Decide the call again, after others, and read the outcome.

        before: calls submitted first, each of which must be accepted. instead: a call in its place. rules: a change to the
        runtime that decides it. Raises: CannotTry.
        """
        layout = self.storage.layout
        with self.storage.transaction() as journal:
            try:
                for submission in before:
                    prepared = self._decided(submission, None)
                    if prepared.error is not None:
                        raise CannotTry(str(prepared.error))
                return look(self.storage, self._decided(instead or self.group.submission, rules))
            finally:
                journal.rollback()
                self.storage.adopt(layout)

    def _decided(self, submission: Submission, made: Callable[[Runtime], Runtime] | None) -> Decision:
        rules = self.timeline.in_force(self.storage, self.began_with)
        try:
            return decide(self.storage, rules if made is None else made(rules), submission)
        except (CannotGoOn, FieldError) as error:
            raise CannotTry(str(error)) from error


def run_without(log: Log, without: int, until: int, *, timeline: Timeline = TIMELINE) -> tuple[Storage, Decision]:
    """All calls up to the one at position `until`, except the one at position `without`.

    Returns: storage then, and what was decided of the last call. Raises: CannotTry, ChainBroken, PayloadError.
    """
    storage = rebuild(log, position=without - 1, timeline=timeline).storage
    decision: Decision | None = None
    for group in groups(log.read_verified(without - 1, until=_end_of_call(log, until))):
        if group.position != without:
            decision = _run_again(storage, timeline, log.spec_version, group) or decision
    assert decision is not None
    return storage, decision


def _run_again(storage: Storage, timeline: Timeline, began_with: RuntimeName, group: Group) -> Decision | None:
    """Decide a call on storage, which it changes; an observation is taken as recorded."""
    with storage.transaction():
        if isinstance(group.submission.call, Observe):
            for event in group.events:
                fold(storage, event)
            return None
        try:
            return decide(storage, timeline.in_force(storage, began_with), group.submission)
        except (CannotGoOn, FieldError) as error:
            raise CannotTry(f"position {group.position}: {error}") from error


def _end_of_call(log: Log, begin: int) -> int:
    """The position of the last entry that the call at `begin` caused."""
    for entry in log.read(begin):
        if is_call(entry.tag):
            return entry.position - 1
    return log.head.position
