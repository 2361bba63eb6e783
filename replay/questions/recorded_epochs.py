"""Recorded epochs, computed again from the storage right before them."""

from attrs import evolve, frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.codec import decode
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.entries.group import group_of
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.last_call import last_call_position
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.past import last_position, past
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.mechanisms import storage_index_320
from neuron_ledger.ledger.rules.epoch.steps import trace_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochInputError
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.netuids import ROOT, subnet_exists
from neuron_ledger.ledger.runtime import EpochStep, HotkeyEmission, Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.groups import entry_groups


class NoSuchEpoch(NeuronLedgerError, ValueError):
    """The log has no epoch of this subnet, or none that early. block: the requested one, None for the latest."""

    def __init__(self, message: str, *, netuid: int, block: int | None) -> None:
        super().__init__(message)
        self.netuid, self.block = netuid, block


class NotByTheRules(NeuronLedgerError):
    """The log has an epoch that the rules do not run, or cannot run, on the storage before it."""


@frozen(eq=False)
class RecordedEpoch:
    """One epoch of the log.

    position, block: of its entry. recorded: what the log says. hotkeys: by uid, as the epoch began. given: what the rules read.
    trace: the result of every step. steps: of the runtime in force. computed: what the rules give; the log is right if
    it equals `recorded`. has_alpha: whether stake and emission are alpha of the subnet; before, they were TAO.
    """

    position: int
    block: int
    recorded: EpochCompleted
    hotkeys: tuple[bytes, ...]
    given: EpochInput
    trace: Epoch
    steps: tuple[EpochStep, ...]
    computed: EpochCompleted
    has_alpha: bool

    def difference(self) -> Difference[int | None] | None:
        """Where the log differs from the rules: the first metric, in recorded order, and its first uid that differ.

        None if the log is right. where: the uid; None if a whole vector has another length.
        """
        computed, recorded = metrics_of(self.computed), metrics_of(self.recorded)
        for name in {**computed, **recorded}:
            want, have = computed.get(name, ()), recorded.get(name, ())
            for uid, (a, b) in enumerate(zip(want, have, strict=False)):
                if a != b:
                    return Difference(uid, name, a, b)
            if len(want) != len(have):
                return Difference(None, name, f"{len(want)} uids", f"{len(have)} uids")
        rows, other = dict(self.computed.bonds), dict(self.recorded.bonds)
        if rows == other:
            return None
        uid = min(uid for uid in rows.keys() | other.keys() if rows.get(uid) != other.get(uid))
        return Difference(uid, "bonds", rows.get(uid), other.get(uid))


def metrics_of(event: EpochCompleted) -> dict[str, tuple[int, ...]]:
    """The vectors of an epoch by their names in snake_case."""
    return {recorded_item(name).attribute: values for name, values in event.vectors}


def recorded_epoch(
    log: Log,
    netuid: int,
    *,
    mechanism: int = 0,
    block: int | None = None,
    progress: Progress | None = None,
    timeline: Timeline = TIMELINE,
) -> RecordedEpoch:
    """The latest epoch of a subnet's mechanism, or its latest one up to `block`. timeline: the runtimes that it is
    computed by.

    Raises: NoSuchEpoch; NotByTheRules; ChainBroken, PayloadError, UnknownTag where the log cannot be read.
    """
    places = _find(log, storage_index_320(netuid, mechanism), block)
    if places is None:
        raise NoSuchEpoch(
            _why_none(log, past(log, progress=progress, timeline=timeline).storage, netuid), netuid=netuid, block=block
        )
    entries, entry = places
    recorded = decode(entry.tag, entry.payload)
    assert isinstance(recorded, EpochCompleted)
    storage = past(log, position=entries[0].position - 1, progress=progress, timeline=timeline).storage
    rules = timeline.in_force(storage, log.spec_version)
    try:
        reached = _run_again(storage, rules, entries, netuid, mechanism, entry.block)
    except (CannotGoOn, BondTargetOutOfRange, EpochInputError) as error:
        where = f"position {entry.position}, block {entry.block}"
        raise NotByTheRules(
            f"the rules cannot run the epoch of subnet {netuid} recorded at {where}: {error.__cause__ or error}"
        ) from error
    trace = trace_epoch(reached.given, steps=rules.epoch)
    return RecordedEpoch(
        entry.position,
        entry.block,
        recorded,
        reached.hotkeys,
        reached.given,
        trace,
        rules.epoch,
        reached.computed,
        has_alpha=storage.layout.has_alpha,
    )


def _find(log: Log, netuid: int, block: int | None) -> tuple[list[Entry], Entry] | None:
    """The entries of the call that ran the epoch, and the epoch's own among them; None where the subnet never had one.

    Raises: NoSuchEpoch if all of its epochs are later.
    """
    end = log.head.position if block is None else last_position(log, block)
    seq = next((at for at, payload in log.tagged(EpochCompleted.tag, end) if _netuid(payload) == netuid), None)
    if seq is None:
        first = [at for at, payload in log.tagged(EpochCompleted.tag, log.head.position) if _netuid(payload) == netuid][-1:]
        if first:
            at = next(log.read(first[0] - 1)).block
            message = f"subnet {netuid} has no epoch up to block {block}; its first one is in block {at}"
            raise NoSuchEpoch(message, netuid=netuid, block=block)
        return None
    entries = next(entry_groups(log.read_verified(last_call_position(log, seq) - 1)))
    return entries, entries[seq - entries[0].position]


def _why_none(log: Log, storage: Storage, netuid: int) -> str:
    """The message about a subnet without any epoch. storage: at the end of the log."""
    none = f"no epoch of subnet {netuid} is recorded"
    if not subnet_exists(storage, netuid):
        known = ", ".join(map(str, sorted(storage.networks_added))) or "none"
        return f"{none}: the ledger has no such subnet (subnets: {known})"
    if netuid == ROOT:
        return f"{none}: the root network runs none"
    if next(iter(log.tagged(BlockSeen.tag, log.head.position)), None) is not None:
        return f"{none}: a node's blocks contain none; in Python, recast(log) runs them by the rules first"
    return f"{none} yet; let blocks pass until one is due (neuron-ledger advance)"


def _netuid(payload: bytes) -> int:
    event = decode(EpochCompleted.tag, payload)
    assert isinstance(event, EpochCompleted)
    return event.netuid


class _EpochReached(NeuronLedgerError):
    """Ends a call once the epoch in question has run.

    hotkeys: by uid. given: what the mechanism's epoch read. computed: what the rules record of it.
    """

    def __init__(self, hotkeys: tuple[bytes, ...], given: EpochInput, computed: EpochCompleted) -> None:
        super().__init__()
        self.hotkeys = hotkeys
        self.given = given
        self.computed = computed


def _run_again(storage: Storage, rules: Runtime, entries: list[Entry], netuid: int, mechanism: int, block: int) -> _EpochReached:
    """The call runs again on storage, up to the end of that epoch.

    Raises: NotByTheRules if it does not get there; CannotGoOn, EpochInputError.
    """
    read: dict[int, EpochInput] = {}

    def read_epoch(tx: Tx, subnet: int, number: int, emission: int) -> EpochInput:
        read[number] = rules.read_epoch(tx, subnet, number, emission)
        return read[number]

    def run_epoch(tx: Tx, subnet: int, emission: int) -> list[HotkeyEmission]:
        earned = rules.run_epoch(tx, subnet, emission)
        if (subnet, tx.block) == (netuid, block):
            keys, index = tx.storage.keys, rules.storage_index(netuid, mechanism)
            hotkeys = tuple(keys[netuid, uid] for uid in range(tx.storage.subnetwork_n[netuid]))
            ran = [entry.event for entry in tx.happened if isinstance(entry.event, EpochCompleted)]
            raise _EpochReached(hotkeys, read[mechanism], [event for event in ran if event.netuid == index][-1])
        return earned

    try:
        with storage.transaction():
            decide(storage, evolve(rules, run_epoch=run_epoch, read_epoch=read_epoch), group_of(entries).submission)
    except _EpochReached as reached:
        return reached
    position = entries[0].position
    raise NotByTheRules(f"by the rules, the call at position {position} runs no epoch of subnet {netuid} in block {block}")
