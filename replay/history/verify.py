"""An imported history compared with the rules: its blocks, calls and epochs run again, and every difference named.

Each block is run from the storage that was seen before it. With `reexecute`, the rules also carry storage on, from the
first block on, never corrected by what was seen, except for writes that neither the rules nor a call of their block explain.
"""

from collections.abc import Mapping

from attrs import evolve

from neuron_ledger.events.blocks_seen import RuntimeSeen
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.receipt import Progress
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.replay.history.in_log import ImportedHistoryProblem
from neuron_ledger.replay.history.rerun.blocks import SeenBlock, seen_blocks
from neuron_ledger.replay.history.rerun.hashes import SeenHashes
from neuron_ledger.replay.history.rerun.judge import Judge, all_places, value_at
from neuron_ledger.replay.history.rerun.plans import Asked, asked
from neuron_ledger.replay.history.rerun.report import Verified
from neuron_ledger.replay.history.rerun.run import BlockRun, Runner
from neuron_ledger.replay.history.rerun.seen_storage import SeenStorage, Values
from neuron_ledger.replay.history.rerun.verdict import Verdict
from neuron_ledger.replay.proof.groups import counted, groups

Upgrades = tuple[int | None, int | None]
"""The spec_versions to which storage migrates before a block and at its end, if to any."""


def verify(log: Log, timeline: Timeline, progress: Progress | None = None, *, reexecute: bool = False) -> Verified:
    """Run an imported history again, as far as there are rules for it, and compare.

    Raises: ImportedHistoryProblem where no block was imported; ChainBroken.
    """
    verifying = Verifying(timeline, reexecute)
    entries = counted(groups(log.read_verified()), log.head.position, progress or (lambda *_: None))
    for block in seen_blocks(entries):
        verifying.block(block)
    if not verifying.report.seen["blocks"]:
        raise ImportedHistoryProblem(
            "no block of a node is in this ledger: `neuron-ledger import node` reads them; calls of its own are checked by audit"
        )
    return verifying.finish()


class Verifying:
    """A verification in progress."""

    def __init__(self, timeline: Timeline, reexecute: bool) -> None:
        self.timeline = timeline
        self.seen = SeenStorage()
        self.report = Verified("reexecute" if reexecute else "from-each-block")
        self.each = Judge()
        """Starts again with every block."""
        self.carried = Judge() if reexecute else None
        self.before: SeenBlock | None = None
        self.runtimes: dict[int, RuntimeSeen] = {}
        self.hashes = SeenHashes()

    def finish(self) -> Verified:
        if self.seen.translation is not None:
            self.report.digest = self.seen.storage.digest()
        return self.report

    def block(self, block: SeenBlock) -> None:
        """Run a block, if there are rules for it and storage before it was seen, and compare the result."""
        name = block.executed_by.name
        self.hashes.note(block)
        self.report.saw(block, self.timeline.doubt(name))
        if block.base is not None:
            self.seen.begin(block.base)
        upgrades = self._upgrades(block)
        rules, why = self._rules(block, upgrades)
        if rules is None:
            self.report.lacks("block", f"spec_version {name}", why, block.number)
            self.seen.leave_unread(block.changes)
        else:
            self._run(block, rules, upgrades)
        self.before = block
        self.runtimes[block.executed_by.spec_version] = block.executed_by

    def _rules(self, block: SeenBlock, upgrades: Upgrades) -> tuple[Runtime | None, str]:
        """The rules by which a block is run; None, and why, if it is not."""
        name, known = block.executed_by.name, self.timeline.spec_versions
        if name not in known:
            return None, f"there are rules only for {self.timeline.known}"
        if block.is_partial:
            return None, "only a part of storage was seen"
        if self.before is None and block.base is None:
            return None, "storage before it was not seen"
        rules = self.timeline.runtime(name)
        if upgrades[0] is not None:
            before = self._runtime_before(block).name
            if before not in known:
                return None, "it migrates the storage of a runtime for which there are no rules"
            if rules.early_migrations is None and not self.timeline.steps(before, upgrades[0]):
                return None, f"it migrates storage, and there are no rules for an upgrade from {before} to {upgrades[0]}"
        if upgrades[1] is not None and upgrades[1] not in known:
            return None, "it migrates storage to a runtime for which there are no rules"
        # Runtimes that cannot be upgraded by a call are those of past chains: the development node has no such headers.
        return evolve(rules, block_hash=self.hashes) if self.timeline.is_alone(name) else rules, ""

    def _runtime_before(self, block: SeenBlock) -> Runtime:
        """The runtime that left the storage before a block."""
        made = block.executed_by
        if not self._migrates(block):
            return self.timeline.seen(made.name)
        if self.before is not None:
            return self.timeline.seen(self.before.executed_by.name)
        left = self.seen.upgraded_to(made)
        return self.timeline.seen(made.name if left is None or left == made.spec_version else left)

    def _migrates(self, block: SeenBlock) -> bool:
        """Whether a block begins with an upgrade: it then records its own spec_version, even an unchanged one.

        On a chain that records none, the first block of a runtime counts as one.
        """
        made = block.executed_by
        noted = self.seen.upgraded_to(made, block.changes)
        if noted is None:
            return self.before is not None and self.before.executed_by.name != made.name
        return noted == made.spec_version and self.seen.notes_upgrade(made, block.changes)

    def _upgrades(self, block: SeenBlock) -> Upgrades:
        """A chain records the spec_version to which its storage was migrated, at the beginning of the first block of a runtime.

        The development node does it in the block before.
        """
        made_by = block.executed_by.spec_version
        after = self.seen.upgraded_to(block.left, block.changes)
        at_end = after if after not in (None, made_by) and after == block.left.spec_version else None
        return made_by if self._migrates(block) else None, at_end

    def _run(self, block: SeenBlock, rules: Runtime, upgrades: Upgrades) -> None:
        begins = self._runtime_before(block)
        metadata = self.runtimes.get(begins.spec_version, block.executed_by)
        if self.seen.read_as(metadata, begins.layout, block.number - 1):
            for judge in self._judges():
                judge.begin(self.seen.storage)
        self.begins(block, rules)
        runtime = self.seen.runtime(block.executed_by)
        wanted = {extrinsic.index: asked(runtime, extrinsic, rules) for extrinsic in block.extrinsics}
        sudo_key = self.seen.sudo_key(block.executed_by)
        version = self.seen.version(block.executed_by)
        runs = [Runner(judge.storage).run(block, wanted, rules, sudo_key, upgrades, begins, version) for judge in self._judges()]
        before = self._take(block, upgrades)
        verdict = Verdict(self.report, block, self.seen, before)
        for judge, run in zip(self._judges(), runs, strict=True):
            every = all_places(self.seen.storage, judge.storage) if any(upgrades) else {*before, *run.touched}
            if judge is self.carried:
                judge.take(self.seen.storage, verdict.not_ours)
            verdict.judge(judge, run, every, rules.layout)
        if upgrades[0] is not None and rules.early_migrations is not None:
            verdict.pass_over_other_migrations(runs)
        verdict.write(runs[-1])
        self.ran(block, wanted, upgrades, runs[0], verdict)
        self._settle(verdict, runs, before)

    def begins(self, block: SeenBlock, rules: Runtime) -> None:
        """Called before a block is run; seen storage is as it was before it."""

    def ran(self, block: SeenBlock, wanted: Mapping[int, Asked], upgrades: Upgrades, run: BlockRun, verdict: Verdict) -> None:
        """Called after a block was run and compared; seen storage is as it was after it."""

    def _take(self, block: SeenBlock, upgrades: Upgrades) -> Values:
        """Advance to what was seen after a block. Returns: the previous values in the places that it changed."""
        if not any(upgrades):
            return self.seen.take(block.number, block.changes)
        old = self.seen.storage
        self.seen.leave_unread(block.changes)
        made = block.left if upgrades[1] is not None else block.executed_by
        self.seen.read_as(made, self.timeline.seen(made.name).layout, block.number)
        self.seen.note_upgrade(made.spec_version)
        places = all_places(old, self.seen.storage)
        return {place: value_at(old, place) for place in places if value_at(old, place) != value_at(self.seen.storage, place)}

    def _judges(self) -> list[Judge]:
        return [self.each] if self.carried is None else [self.each, self.carried]

    def _settle(self, verdict: Verdict, runs: list[BlockRun], before: Values) -> None:
        """What the judges continue with."""
        if runs[0].stopped is None:
            self.each.take_all(self.seen.storage, {*before, *runs[0].touched})
        else:
            self.each.begin(self.seen.storage)
        if self.carried is None:
            return
        if runs[-1].stopped is not None or runs[0].stopped is not None:
            self.carried.begin(self.seen.storage)
        else:
            self.carried.take(self.seen.storage, verdict.not_ours)
