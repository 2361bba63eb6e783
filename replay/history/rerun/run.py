"""One block by the rules: its upgrade, its block hook, its extrinsics in order; on storage as it was before it."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen, mutable

from neuron_ledger.events.blocks_seen import EventSeen, ExtrinsicSeen
from neuron_ledger.events.calls import AdvanceTo, UpgradeRuntime
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.rerun.balances import Fee, apply_balance_events
from neuron_ledger.replay.history.rerun.blocks import SeenBlock
from neuron_ledger.replay.history.rerun.plans import Asked, Batch, NotDecided, Plan, Refused, Remark, Single, Sudo
from neuron_ledger.replay.node.metadata.errors import OTHER, dispatch_error

NOT_PROXY: Final = "Proxy.NotProxy"
"""The refusal of an account that is not another's proxy."""

Place = tuple[str, object]
"""(item, key) of an entry of storage."""


@frozen
class Outcome:
    """How a call ended. errors: its own, or those of calls nested in one that succeeded; as in `ExtrinsicSeen`.

    replaced: the neurons that lost their uids through it.
    """

    ok: bool = True
    errors: tuple[str, ...] = ()
    replaced: tuple[NeuronReplaced, ...] = ()


@frozen
class CallRun:
    """An extrinsic that was run. outcome: None if no rules decide it, with the reason."""

    extrinsic: ExtrinsicSeen
    outcome: Outcome | None
    not_decided: NotDecided | None = None


@mutable
class BlockRun:
    """A block that was run. stopped: why it could not be completed. epochs: what each of them changed, by storage index.

    touched: the places that were written. left: those of them that have an entry afterwards.
    """

    touched: set[Place] = field(factory=set)
    left: set[Place] = field(factory=set)
    calls: list[CallRun] = field(factory=list)
    epochs: list[tuple[int, frozenset[str]]] = field(factory=list)
    stopped: str | None = None

    @property
    def replaced(self) -> list[NeuronReplaced]:
        """The neurons that lost their uids, in order."""
        return [event for call in self.calls if call.outcome is not None for event in call.outcome.replaced]


class Runner:
    """Runs blocks on a storage."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.rules: Runtime
        self.sudo_key: bytes | None = None
        self.seen_errors: tuple[str, ...] = ()

    def run(
        self,
        block: SeenBlock,
        asked: Mapping[int, Asked],
        rules: Runtime,
        sudo_key: bytes | None,
        upgrades: tuple[int | None, int | None],
        begins: Runtime,
        storage_version: int = 0,
    ) -> BlockRun:
        """Run a block; storage is then the rules' result, or unchanged if they cannot continue.

        asked: the plan of each extrinsic, by its index. sudo_key: the account that may use sudo.
        upgrades: the spec_versions to which storage migrates before the block and at its end, if to any. begins: the runtime that
        left the storage before it. storage_version: the pallet's storage version then.
        """
        self.rules, self.sudo_key = begins, sudo_key
        run, layout = BlockRun(), self.storage.layout
        before, after = upgrades
        with self.storage.transaction() as journal:
            try:
                if before is not None and rules.early_migrations is None:
                    self._privileged(UpgradeRuntime(before))
                self.rules = rules
                self.storage.adopt(rules.layout)
                if before is not None:
                    self._migrate(storage_version)
                for happened in self._privileged(AdvanceTo(block.number)).happened:
                    if isinstance(happened.event, EpochCompleted):
                        run.epochs.append((happened.event.netuid, frozenset(name for name, _ in happened.event.vectors)))
                for extrinsic in block.extrinsics:
                    run.calls.append(self._extrinsic(extrinsic, asked[extrinsic.index], block.events))
                if after is not None:
                    self._privileged(UpgradeRuntime(after))
            except CannotGoOn as fault:
                run.stopped = str(fault)
                journal.rollback()
                self.storage.adopt(layout)
            run.touched = {(table.item.name, key) for table, key, _ in journal.since(0)}
            run.left = {(table.item.name, key) for table, key, _ in journal.since(0) if key in table}
        return run

    def _migrate(self, version: int) -> None:
        """The migrations of an upgrade to a runtime that no call upgrades to. version: the pallet's storage version."""
        tx = Transaction(self.storage, self.rules)
        for migrate in self.rules.early_migrations or ():
            version = migrate(tx, version)

    def _privileged(self, call: Call) -> Decision:
        """Raises: CannotGoOn, also if it is refused."""
        decision = decide(self.storage, self.rules, Submission(call, None))
        if decision.error is not None:
            raise CannotGoOn(str(decision.error))
        return decision

    def _extrinsic(self, extrinsic: ExtrinsicSeen, asked: Asked, events: Sequence[EventSeen]) -> CallRun:
        own = [event for event in events if event.extrinsic == extrinsic.index]
        plan, signer = asked.plan, extrinsic.signer
        self.seen_errors = extrinsic.errors
        if signer is not None and asked.nonce is not None and IncludeExtrinsic in self.rules.calls:
            self._privileged(IncludeExtrinsic(signer, asked.nonce, b""))
        fee = Fee(extrinsic.signer, own)
        if isinstance(plan, NotDecided):
            apply_balance_events(self.storage, own)
            fee.is_gone(self.storage, self.rules)
            return CallRun(extrinsic, None, plan)
        fee.leaves(self.storage)
        mark = self.storage.journal.mark()
        try:
            outcome = self._carried_out(plan, extrinsic.signer)
        except (CannotGoOn, FieldError) as fault:
            self.storage.journal.rollback(mark)
            fee.comes_back(self.storage, self.rules)
            return CallRun(extrinsic, None, NotDecided(extrinsic.call, str(fault)))
        fee.comes_back(self.storage, self.rules)
        return CallRun(extrinsic, outcome)

    def _carried_out(self, plan: Plan, origin: Origin) -> Outcome:
        if isinstance(plan, Single):
            decision = decide(self.storage, self.rules, Submission(plan.call, origin))
            if decision.error is not None:
                return Outcome(False, (decision.error.name,))
            events = (happened.event for happened in decision.happened)
            return Outcome(replaced=tuple(event for event in events if isinstance(event, NeuronReplaced)))
        if isinstance(plan, Remark):
            return Outcome() if origin is not None or not plan.is_signed else Outcome(False, ("BadOrigin",))
        if isinstance(plan, Refused):
            return Outcome(False, (plan.error,))
        if isinstance(plan, Batch):
            return self._batch(plan, origin)
        if isinstance(plan, Sudo):
            if origin is None or origin != self.sudo_key:
                return Outcome(False, ("Sudo.RequireSudo",))
            return evolve(self._carried_out(plan.inner, plan.who), ok=True)
        if NOT_PROXY in self.seen_errors:
            return Outcome(False, (NOT_PROXY,))
        return evolve(self._carried_out(plan.inner, plan.real), ok=True)

    def _batch(self, plan: Batch, origin: Origin) -> Outcome:
        errors: list[str] = []
        replaced: list[NeuronReplaced] = []
        mark = self.storage.journal.mark()
        for inner in plan.inner:
            outcome = self._carried_out(inner, origin)
            errors += outcome.errors
            replaced += outcome.replaced
            if outcome.ok or plan.kind == "force_batch":
                continue
            if plan.kind == "batch_all":
                self.storage.journal.rollback(mark)
                return Outcome(False, outcome.errors)
            break
        return Outcome(True, tuple(errors), tuple(replaced))


def is_as_seen(outcome: Outcome, extrinsic: ExtrinsicSeen, layout: Layout) -> bool:
    """Whether an extrinsic ended by the rules as on the chain, with the same errors."""
    if outcome.ok != extrinsic.ok or len(outcome.errors) != len(extrinsic.errors):
        return False
    return all(_is_error(ours, seen, layout) for ours, seen in zip(outcome.errors, extrinsic.errors, strict=True))


def _is_error(ours: str, seen: str, layout: Layout) -> bool:
    """Whether both are the same error; one that the chain does not have is `Other` there."""
    return _plain(ours) == _plain(seen) or (seen == OTHER == dispatch_error(layout, ours))


def _plain(name: str) -> str:
    """An error's name without its pallet; `Token(FundsUnavailable)` for one that belongs to no pallet."""
    if name.startswith("{"):
        ((kind, inner),) = json.loads(name).items()
        return f"{kind}({inner})"
    return name if "(" in name else name.rpartition(".")[2]
