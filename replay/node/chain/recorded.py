"""Blocks in the ledger: where each begins, its extrinsics, and the outcome of each."""

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.calls import AdvanceTo, SealStorage
from neuron_ledger.events.entries.codec import Origin, Submission, decode
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn, ChainError, values_for_people
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.metadata.errors import in_words
from neuron_ledger.replay.proof.groups import groups

_ROWS: Final = "SELECT seq, block, tag, payload, hash FROM log WHERE tag IN (?, ?) AND seq > ? ORDER BY seq"


@frozen
class Passed:
    """Blocks that one entry let pass: from the one after `before` to `last`, and the extrinsics in the last of them."""

    position: int
    hash: bytes
    before: int
    last: int
    extrinsics: tuple[bytes, ...]


def passed_blocks(log: Log, after: int) -> Iterator[Passed]:
    """All blocks that begin after a position of the log, in order."""
    begun: tuple[int, bytes, int, int] | None = None
    extrinsics: list[bytes] = []
    for position, block, tag, payload, hash_ in log.connection.execute(_ROWS, (AdvanceTo.tag, IncludeExtrinsic.tag, after)):
        decoded = decode(tag, payload)
        assert isinstance(decoded, Submission)
        call = decoded.call
        if isinstance(call, IncludeExtrinsic):
            extrinsics.append(call.encoded)
        elif isinstance(call, AdvanceTo) and call.block > block:
            if begun is not None:
                yield Passed(*begun, tuple(extrinsics))
            begun, extrinsics = (position, hash_, block, call.block), []
    if begun is not None:
        yield Passed(*begun, tuple(extrinsics))


class RefusedThen(ChainError):
    """A refusal as it was recorded. why: in words."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__()
        self.name = name
        self.why = why

    def __str__(self) -> str:
        return self.why


class RecordedCalls:
    """The calls of a block from the log, in place of a ledger that would decide them."""

    def __init__(self, log: Log, timeline: Timeline, rules: Runtime, begins_at: int) -> None:
        self.rules = rules
        self._log = log
        self._timeline = timeline
        found = groups(log.read(begins_at - 1))
        self._groups = (group for group in found if not isinstance(group.submission.call, SealStorage))
        self._next: Group | None = next(self._groups)
        self._done = begins_at - 1

    @property
    def storage(self) -> Storage:
        """As it was before the next call."""
        return rebuild(self._log, position=self._done, timeline=self._timeline).storage

    def take(self) -> Group | None:
        """The next call and what it caused; None at the end of the log."""
        taken = self._next
        if taken is not None:
            self._done = taken.last_position
            self._next = next(self._groups, None)
        return taken

    def submit(self, call: Call, origin: Origin) -> Receipt:
        """The outcome of a call. Raises: CannotGoOn for one that was not recorded: the rules could not decide it."""
        if self._next is None or self._next.submission != Submission(call, origin):
            raise CannotGoOn("the chain's own code could not continue from here")
        group = self.take()
        assert group is not None
        refusal = next((event for event in group.events if isinstance(event, ExtrinsicFailed)), None)
        error = None if refusal is None else RefusedThen(refusal.error, _why(self.rules, refusal))
        return Receipt(group.position, group.block, group.events, error)

    def skip_to_extrinsic(self) -> Any:
        """Advance to the calls of the block's next extrinsic: its signer, or None if there is none."""
        while (group := self.take()) is not None:
            if isinstance(group.submission.call, IncludeExtrinsic):
                return group.submission.call.signer
            if isinstance(group.submission.call, AdvanceTo):
                return None
        return None


def _why(rules: Runtime, refusal: ExtrinsicFailed) -> str:
    """A recorded refusal in the words of a fresh one."""
    shown = values_for_people(refusal.detail)
    reason = in_words(rules).get(refusal.error, "refused")
    return f"{refusal.error}: {reason}" + (f" ({shown})" if shown else "")
