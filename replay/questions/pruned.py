"""Why a neuron lost its uid: to whom, with which score, among whom, and what would have saved it."""

from collections.abc import Iterator

from attrs import evolve, frozen

from neuron_ledger.events.entries.codec import decode
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.ledger.seats import Candidate, QueuePlace
from neuron_ledger.projections.views.not_there import AboutNeuron
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.saving import Saving, savings
from neuron_ledger.replay.questions.trial import Trial

SCORE, EMISSION, STAKE = "pruning score", "emission", "stake"
"""What decides pruning: parts of 65535; since spec_version 365 alpha, in its smallest unit; on root rao."""


class NotReplaced(AboutNeuron, ValueError):
    """No call of this log, or none that early, took that uid from anybody."""


@frozen
class InQueue:
    """A neuron in the queue, and its hotkey."""

    hotkey: bytes
    place: QueuePlace


@frozen
class Pruned:
    """One replacement.

    position, block, call, signer: of the call that gave the uid to `new_hotkey`. score: with which the old hotkey lost, by
    `goes_by`. queue: all neurons at that moment, the first to be replaced first. registered: the block of its registration.
    immune_until: the block from which on it was no longer immune; None on root, where nobody is. incentive, dividends: parts of
    65535, of its last epoch. savings: what would have kept it there.
    """

    netuid: int
    uid: int
    hotkey: bytes
    coldkey: bytes | None
    new_hotkey: bytes
    position: int
    block: int
    call: str
    signer: bytes | None
    goes_by: str
    score: int
    queue: tuple[InQueue, ...]
    registered: int
    immune_until: int | None
    incentive: int
    dividends: int
    savings: tuple[Saving, ...]

    @property
    def was_immune(self) -> bool:
        """Whether it was still immune, as were all others that might have been replaced."""
        return self.immune_until is not None and self.block < self.immune_until


def pruned(
    log: Log,
    *,
    netuid: int,
    uid: int | None = None,
    hotkey: bytes | None = None,
    block: int | None = None,
    timeline: Timeline = TIMELINE,
    progress: Progress | None = None,
) -> Pruned:
    """The latest replacement of a uid or of a hotkey on a subnet, or the latest one up to `block`.

    uid, hotkey: one of the two, or both. timeline: the runtimes by which calls are run again.
    Raises: NotReplaced, ChainBroken, PayloadError.
    """
    found = None
    for entry, event in replacements(log, netuid):
        if uid in (None, event.uid) and hotkey in (None, event.old_hotkey) and (block is None or entry.block <= block):
            found = entry, event
    if found is None:
        why = _why_none(log, netuid, uid, hotkey, block)
        raise NotReplaced(why, netuid=netuid, uid=uid, hotkey=hotkey, block=block)
    return explained(log, *found, timeline=timeline, progress=progress)


def replacements(log: Log, netuid: int | None = None) -> Iterator[tuple[Entry, NeuronReplaced]]:
    """Every replacement that the log holds, on a subnet or on all. Raises: ChainBroken, PayloadError."""
    for entry in log.read_verified():
        if entry.tag == NeuronReplaced.tag:
            event = decode(entry.tag, entry.payload)
            assert isinstance(event, NeuronReplaced)
            if netuid in (None, event.netuid):
                yield entry, event


def explained(
    log: Log, entry: Entry, event: NeuronReplaced, *, timeline: Timeline = TIMELINE, progress: Progress | None = None
) -> Pruned:
    """The explanation of one replacement. entry: in which it is recorded."""
    trial = Trial.of(log, entry.position, timeline=timeline, progress=progress)
    storage, netuid, uid = trial.storage, event.netuid, event.uid
    queue = _queue_then(trial, netuid, uid)
    registered = storage.block_at_registration[netuid, uid]
    call = trial.group.submission.call
    by = STAKE if netuid == ROOT else SCORE if "PruningScores" in storage.layout.items else EMISSION
    return Pruned(
        netuid=netuid,
        uid=uid,
        hotkey=event.old_hotkey,
        coldkey=storage.owner.get(event.old_hotkey),
        new_hotkey=event.new_hotkey,
        position=trial.group.position,
        block=entry.block,
        call=call.tag.partition("/")[0],
        signer=trial.group.submission.origin,
        goes_by=by,
        score=next(seat.place.pruning_score for seat in queue if seat.place.uid == uid),
        queue=queue,
        registered=registered,
        immune_until=None if netuid == ROOT else registered + storage.immunity_period[netuid],
        incentive=_at(storage.incentive[netuid], uid),
        dividends=_at(storage.dividends[netuid], uid),
        savings=tuple(savings(log, trial, event)),
    )


def _at(vector: tuple[int, ...], uid: int) -> int:
    return vector[uid] if uid < len(vector) else 0


def _queue_then(trial: Trial, netuid: int, uid: int) -> tuple[InQueue, ...]:
    """The queue as the call found it when it chose whom to replace."""
    seen: list[tuple[InQueue, ...]] = []
    taken: list[tuple[InQueue, ...]] = []

    def watched(rules: Runtime) -> Runtime:
        def neuron_to_prune(tx: Tx, at: int) -> Candidate | None:
            if at == netuid:
                seen.append(_with_hotkeys(tx, netuid, current_prune_queue(rules, tx.storage, netuid)))
            return rules.neuron_to_prune(tx, at)

        def replace_neuron(tx: Tx, at: int, candidate: Candidate, hotkey: bytes) -> None:
            if (at, candidate.uid) == (netuid, uid):
                taken.append(_with_hotkeys(tx, ROOT, _root_queue(tx)) if netuid == ROOT else seen[-1])
            rules.replace_neuron(tx, at, candidate, hotkey)

        return evolve(rules, neuron_to_prune=neuron_to_prune, replace_neuron=replace_neuron)

    trial.run(lambda _storage, _decision: None, rules=watched)
    return taken[-1]


def _root_queue(tx: Tx) -> list[QueuePlace]:
    """Root's members in the order in which they would be replaced: by their stake there."""
    storage = tx.storage
    places = [
        QueuePlace(
            uid=uid,
            pruning_score=tx.rules.root_stake(tx, storage.keys[ROOT, uid]),
            block_at_registration=storage.block_at_registration[ROOT, uid],
            immunity_left=0,
            is_owner=False,
        )
        for uid in in_key_order(range(storage.subnetwork_n[ROOT]))
    ]
    return sorted(places, key=lambda place: place.pruning_score)


def _with_hotkeys(tx: Tx, netuid: int, queue: list[QueuePlace]) -> tuple[InQueue, ...]:
    return tuple(InQueue(tx.storage.keys[netuid, place.uid], place) for place in queue)


def _why_none(log: Log, netuid: int, uid: int | None, hotkey: bytes | None, block: int | None) -> str:
    """The message if there is no such replacement: how the tenures of that place ended, if any did."""
    tenures = [
        tenure
        for tenure in Tenures.of(groups(log.read_verified()))
        if tenure.netuid == netuid and uid in (None, tenure.uid) and (hotkey is None or tenure.was(hotkey))
    ]
    who = f"uid {uid}" if uid is not None else "that hotkey"
    up_to = "" if block is None else f" up to block {block}"
    if not tenures:
        return f"nobody ever held {who} of subnet {netuid}{up_to}; see tenures"
    ended = [tenure for tenure in tenures if tenure.ended is not None and (block is None or (tenure.to_block or 0) <= block)]
    if not ended:
        return f"nobody lost {who} of subnet {netuid}{up_to}"
    last = max(ended, key=lambda tenure: tenure.to_block or 0)
    return (
        f"no call of this log took {who} of subnet {netuid}{up_to}: the tenure ended in block {last.to_block}, {last.ended}; "
        "see tenures"
    )
