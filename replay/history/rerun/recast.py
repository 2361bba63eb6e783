"""An imported history as a ledger of calls: what its node showed becomes what the rules decided, so that every question about
a ledger can be asked about it, including what would have happened otherwise.

Calls inside sudo, batches and proxies are separate calls. What no rule decides is observed: fees and what other pallets
changed, by amount; writes that nothing in a block explains, as they were seen.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import AdvanceTo, Observe, SetParam, SettleBalance, UpgradeRuntime
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.importing import SOURCE_OF_BASE
from neuron_ledger.replay.history.rerun.balances import Fee, balance_moves
from neuron_ledger.replay.history.rerun.blocks import SeenBlock, seen_blocks
from neuron_ledger.replay.history.rerun.hashes import SeenHashes
from neuron_ledger.replay.history.rerun.judge import all_places, value_at
from neuron_ledger.replay.history.rerun.plans import Asked, Batch, NotDecided, Plan, Refused, Remark, Single, Sudo
from neuron_ledger.replay.history.rerun.run import BlockRun, CallRun, Place
from neuron_ledger.replay.history.rerun.verdict import Verdict
from neuron_ledger.replay.history.storing import put_runtime
from neuron_ledger.replay.history.verify import Upgrades, Verifying
from neuron_ledger.replay.importers.accounts_seen import Entries, put, remove
from neuron_ledger.replay.proof.groups import counted, groups

OF_RUNTIMES: Final = ("LastRuntimeUpgrade", "SpecVersionSeen", "TreeSeen")
"""Items that determine a ledger's runtime."""

BEFORE, BESIDE = "storage before the first block", "writes that no call of the block explains"
"""The sources of what is observed."""


class CannotRecast(NeuronLedgerError, ValueError):
    """A history that cannot be turned into calls: its rules are missing, or do not lead to what was seen."""


@frozen
class Extrinsic:
    """Where a call was in the chain: which extrinsic of which block. Nested calls have the number of the outer one."""

    block: int
    index: int


@frozen
class Recast:
    """The ledger of calls, in memory. timeline: its runtimes, which know the hashes of the chain's blocks.

    extrinsics: position of a call → which extrinsic it was. same: whether the final storage is what was seen, in all
    items that the chain has.
    """

    ledger: Ledger
    timeline: Timeline
    extrinsics: Mapping[int, Extrinsic]
    same: bool

    def positions(self, extrinsic: Extrinsic) -> tuple[int, ...]:
        """The positions of the calls of an extrinsic."""
        return tuple(position for position, of in self.extrinsics.items() if of == extrinsic)


def is_imported(log: Log) -> bool:
    """Whether a log begins with observations of a node's blocks, and so can be recast."""
    first = next(groups(log.read()), None)
    if first is None or not isinstance(first.submission.call, Observe):
        return False
    return first.submission.call.source == SOURCE_OF_BASE or isinstance(first.events[0], BlockSeen)


def recast(log: Log, timeline: Timeline = TIMELINE, progress: Progress | None = None) -> Recast:
    """Turn an imported history into a ledger of calls. Raises: CannotRecast, ChainBroken."""
    recasting = _Recasting(timeline)
    for block in seen_blocks(counted(groups(log.read_verified()), log.head.position, progress or (lambda *_: None))):
        recasting.block(block)
    return recasting.made()


class _Recasting(Verifying):
    """One run through the blocks."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline, reexecute=False)
        self.hashes = SeenHashes(keeps_all=True)
        self.ledger: Ledger | None = None
        self.up_to: int | None = None
        """The last block that the ledger has."""
        self.extrinsics: dict[int, Extrinsic] = {}

    def made(self) -> Recast:
        if self.ledger is None or self.before is None or self.up_to != self.before.number:
            why = next((entry.why for entry in self.report.not_covered.values() if entry.what == "block"), "there are none")
            raise CannotRecast(f"blocks of this history cannot be run by the rules: {why}; see verify")
        same = not any(item in self.seen.items for item, _ in differing(self.ledger.storage, self.seen.storage))
        return Recast(self.ledger, self.ledger.timeline, self.extrinsics, same)

    def begins(self, block: SeenBlock, rules: Runtime) -> None:
        """If the block before this one is not in the ledger, take over what was seen."""
        if self.ledger is None:
            timeline = self.timeline.with_block_hashes(self.hashes)
            self.ledger = Ledger.in_memory(spec_version=rules.name, timeline=timeline)
        if self.up_to != block.number - 1:
            self._take_over(block.number - 1, rules.name)

    def _take_over(self, number: int, runtime: RuntimeName) -> None:
        """Take over storage as it was seen after a block."""
        assert self.ledger is not None
        changes: Entries = {}
        if self.ledger.rules.name != runtime:
            put_runtime(changes, self.ledger, runtime)
        self._observe(BEFORE, number, differing(self.ledger.storage, self.seen.storage), changes)
        self.up_to = number

    def ran(self, block: SeenBlock, wanted: Mapping[int, Asked], upgrades: Upgrades, run: BlockRun, verdict: Verdict) -> None:
        assert self.ledger is not None
        if run.stopped is not None:
            return
        if upgrades[0] is not None and self.timeline.is_alone(block.executed_by.name):
            self._take_over(block.number, block.executed_by.name)
            return
        try:
            self._put(block, wanted, upgrades, run)
        except (ChainError, CannotGoOn, FieldError) as fault:
            raise CannotRecast(f"block {block.number}: {fault}") from fault
        self._observe(BESIDE, block.number, verdict.not_ours)
        self.up_to = block.number

    def _put(self, block: SeenBlock, wanted: Mapping[int, Asked], upgrades: Upgrades, run: BlockRun) -> None:
        """What the rules decide in a block, one call after the other."""
        before, after = upgrades
        if before is not None:
            self._privileged(UpgradeRuntime(before))
        self._privileged(AdvanceTo(block.number))
        for call in run.calls:
            self._put_extrinsic(block, wanted[call.extrinsic.index], call)
        if after is not None:
            self._privileged(UpgradeRuntime(after))

    def _put_extrinsic(self, block: SeenBlock, asked: Asked, run: CallRun) -> None:
        assert self.ledger is not None
        signer, own = run.extrinsic.signer, [event for event in block.events if event.extrinsic == run.extrinsic.index]
        if signer is not None and asked.nonce is not None and IncludeExtrinsic in self.ledger.rules.calls:
            self._privileged(IncludeExtrinsic(signer, asked.nonce, b""))
        fee = Fee(signer, own)
        if isinstance(asked.plan, NotDecided) or run.outcome is None:
            for account, amount in balance_moves(own):
                self._privileged(SettleBalance(account, max(amount, 0), max(-amount, 0)))
            self._issue_after(fee)
            return
        if signer is not None and fee.withdrawn:
            self._privileged(SettleBalance(signer, 0, fee.withdrawn))
        if run.outcome.ok or isinstance(asked.plan, Single):
            self._carry_out(asked.plan, signer, Extrinsic(block.number, run.extrinsic.index))
        if signer is not None and fee.withdrawn > fee.paid:
            self._privileged(SettleBalance(signer, fee.withdrawn - fee.paid, 0))
        self._issue_after(fee)

    def _issue_after(self, fee: Fee) -> None:
        """Whether the fee still counts as issued is decided by the rules."""
        assert self.ledger is not None
        issued = self.ledger.storage.total_issuance.value
        left = self.ledger.rules.issuance_after_fee(issued, fee.paid)
        if left != issued:
            self._privileged(SetParam("total_issuance", 0, left))

    def _carry_out(self, plan: Plan, origin: Origin, extrinsic: Extrinsic) -> bool:
        """Submit the calls of a successful extrinsic. Returns: whether it was accepted."""
        assert self.ledger is not None
        if isinstance(plan, Single):
            receipt = self.ledger.submit(plan.call, origin)
            self.extrinsics[receipt.position] = extrinsic
            return receipt.error is None
        if isinstance(plan, Remark):
            return origin is not None or not plan.is_signed
        if isinstance(plan, Refused):
            return False
        if isinstance(plan, Batch):
            for inner in plan.inner:
                if not self._carry_out(inner, origin, extrinsic) and plan.kind != "force_batch":
                    break
            return True
        self._carry_out(plan.inner, plan.who if isinstance(plan, Sudo) else plan.real, extrinsic)
        return True

    def _privileged(self, call: Call) -> None:
        """Raises: ChainError, CannotGoOn."""
        assert self.ledger is not None
        self.ledger.submit(call).unwrap()

    def _observe(self, source: str, block: int, places: Iterable[Place], changes: Entries | None = None) -> None:
        """Take over what was seen in these places. changes: further changes."""
        assert self.ledger is not None
        changes = {} if changes is None else changes
        for item, key in places:
            value = value_at(self.seen.storage, (item, key))
            if value is ABSENT:
                remove(changes, item, key)
            else:
                put(changes, item, key, value)
        if changes:
            self.ledger.observe(Observe(source, block, bytes(32)), canonical_changes(changes))


def differing(ours: Storage, seen: Storage) -> list[Place]:
    """The places in which two storages differ, except those that determine the runtime."""
    places = (place for place in all_places(ours, seen) if place[0] not in OF_RUNTIMES)
    return [place for place in places if value_at(ours, place) != value_at(seen, place)]
