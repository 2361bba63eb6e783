"""What would have kept a neuron on its uid: each claim is run, with the change, before it is made.

A named amount is the least: with one less the neuron is still replaced, which is run as well.
"""

from collections.abc import Callable, Iterator

from attrs import frozen

from neuron_ledger.events.calls import GrantStake, PokePruningScores, SetParam
from neuron_ledger.events.entries.codec import Submission, decode
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.registration import NeuronAppended, NeuronReplaced
from neuron_ledger.events.registration_calls import PokeEmission
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import Decision
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import entry_groups
from neuron_ledger.replay.questions.trial import CannotTry, Trial, run_without

SCORE, STAKE, IMMUNITY, ROOM, REGISTRATION = "score", "stake", "immunity", "room", "registration"
"""What would have had to be different: its score; its stake (on root); the subnet's immunity period, in blocks; how many uids the
subnet may have; an earlier registration, which is left out."""

MOST_REGISTRATIONS = 8
"""How many earlier registrations are left out, one at a time and the latest first, to find one that made the difference."""


@frozen
class Saving:
    """One thing that would have kept the neuron there, or the finding that nothing of its kind would.

    had: what it was. needed: the least that would have been enough; None if nothing of the kind helps, up to `tried` (the
    greatest value, or how many registrations were left out). calls: privileged ones to be submitted right before the call that
    took the uid, with what is needed or the most that was tried. without: the position of the call that is left out. instead:
    the call's outcome then: the uid that was replaced, or the chain's error; None if nobody was.
    """

    what: str
    had: int | None
    needed: int | None
    tried: int
    calls: tuple[Call, ...] = ()
    without: int | None = None
    instead: int | str | None = None

    @property
    def saves(self) -> bool:
        return self.needed is not None or self.without is not None


def savings(log: Log, trial: Trial, event: NeuronReplaced) -> Iterator[Saving]:
    """What would have kept the old hotkey on its uid, in the order score, immunity, room, registration."""
    yield _of_stake(trial, event) if event.netuid == ROOT else _of_score(trial, event)
    if event.netuid != ROOT:
        yield _of_immunity(trial, event)
    yield _of_room(trial, event)
    yield _of_registration(log, trial, event)


Outcome = tuple[bool, int | str | None]
"""Whether the hotkey still holds a uid of the subnet, and the call's outcome: see `Saving.instead`."""


def outcome(storage: Storage, decision: Decision, event: NeuronReplaced) -> Outcome:
    """What a changed call meant for the neuron that had lost."""
    kept = storage.uids[event.netuid, event.old_hotkey] is not None
    if decision.error is not None:
        return kept, decision.error.name
    gone = [one.event.uid for one in decision.happened if isinstance(one.event, NeuronReplaced)]
    return kept, gone[0] if gone else None


def _tried(trial: Trial, event: NeuronReplaced, *calls: Call) -> Outcome:
    try:
        before = [Submission(call, None) for call in calls]
        return trial.run(lambda storage, decision: outcome(storage, decision, event), before)
    except CannotTry:
        return False, None


def _least(trial: Trial, event: NeuronReplaced, what: str, had: int, most: int, change: Callable[[int], Call]) -> Saving:
    """The least value above `had`, up to `most`, with which it stays: a greater value never hurts."""
    if most <= had or not _tried(trial, event, change(most))[0]:
        return Saving(what, had, None, most, (change(most),))
    low, high = had, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _tried(trial, event, change(middle))[0] else (middle, high)
    call = change(high)
    return Saving(what, had, high, most, (call,), instead=_tried(trial, event, call)[1])


def _of_score(trial: Trial, event: NeuronReplaced) -> Saving:
    storage, netuid, uid = trial.storage, event.netuid, event.uid
    scores = [trial.rules.losing_score(storage, netuid, other) for other in range(storage.subnetwork_n[netuid])]
    is_score = "PruningScores" in storage.layout.items

    def change(score: int) -> Call:
        values = (*scores[:uid], score, *scores[uid + 1 :])
        return PokePruningScores(netuid, values) if is_score else PokeEmission(netuid, values)

    return _least(trial, event, SCORE, scores[uid], U16_MAX if is_score else U64_MAX, change)


def _of_stake(trial: Trial, event: NeuronReplaced) -> Saving:
    """On root, more stake of its own coldkey."""
    storage, hotkey = trial.storage, event.old_hotkey
    coldkey = storage.owner[hotkey]
    tx = Transaction(storage, trial.rules)
    had = trial.rules.root_stake(tx, hotkey)
    most = max((trial.rules.root_stake(tx, of) for of in (event.new_hotkey, *_members(storage))), default=0)
    return _least(trial, event, STAKE, had, most + 1, lambda stake: GrantStake(hotkey, coldkey, ROOT, stake - had))


def _members(storage: Storage) -> list[bytes]:
    return [storage.keys[ROOT, uid] for uid in range(storage.subnetwork_n[ROOT])]


def _of_immunity(trial: Trial, event: NeuronReplaced) -> Saving:
    """A longer immunity period: it is the subnet's, so others are immune for longer too. Its effect changes at their ages."""
    storage, netuid = trial.storage, event.netuid
    now, had = storage.block_number.value, storage.immunity_period[netuid]
    ages = {sub_u64(now, storage.block_at_registration[netuid, uid]) for uid in range(storage.subnetwork_n[netuid])}
    for period in sorted(age + 1 for age in ages if had < age + 1 <= U16_MAX):
        call = SetParam("immunity_period", netuid, period)
        kept, instead = _tried(trial, event, call)
        if kept:
            return Saving(IMMUNITY, had, period, U16_MAX, (call,), instead=instead)
    return Saving(IMMUNITY, had, None, U16_MAX, (SetParam("immunity_period", netuid, U16_MAX),))


def _of_room(trial: Trial, event: NeuronReplaced) -> Saving:
    """Room for one more uid."""
    had = trial.storage.max_allowed_uids[event.netuid]
    room = trial.storage.subnetwork_n[event.netuid] + 1
    call = SetParam("max_allowed_uids", event.netuid, min(room, U16_MAX))
    kept, instead = _tried(trial, event, call)
    return Saving(ROOM, had, room if kept else None, room, (call,), instead=instead)


def _of_registration(log: Log, trial: Trial, event: NeuronReplaced) -> Saving:
    """The latest earlier registration on the subnet without which the neuron stays when all calls since are run again."""
    positions = _registrations(log, trial, event)[:MOST_REGISTRATIONS]
    for without in positions:
        try:
            kept, instead = outcome(*run_without(log, without, trial.group.position, timeline=trial.timeline), event)
        except CannotTry:
            continue
        if kept:
            return Saving(REGISTRATION, None, None, len(positions), without=without, instead=instead)
    return Saving(REGISTRATION, None, None, len(positions))


def _registrations(log: Log, trial: Trial, event: NeuronReplaced) -> list[int]:
    """The positions of earlier calls that gave somebody else a uid of the subnet, the latest first."""
    found = []
    for entries in entry_groups(log.read_verified(until=trial.group.position - 1)):
        if entries[-1].tag == ExtrinsicFailed.tag:
            continue
        for entry in entries:
            if entry.tag in (NeuronAppended.tag, NeuronReplaced.tag):
                came = decode(entry.tag, entry.payload)
                assert isinstance(came, NeuronAppended | NeuronReplaced)
                hotkey = came.hotkey if isinstance(came, NeuronAppended) else came.new_hotkey
                if came.netuid == event.netuid and hotkey != event.old_hotkey:
                    found.append(entries[0].position)
    return found[::-1]
