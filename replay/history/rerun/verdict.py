"""One block's verdict: the rules' result compared with what was seen, and the entries in the report."""

from collections.abc import Sequence
from typing import Final

from neuron_ledger.events.storage.changes import key_to_json
from neuron_ledger.events.storage.items_before import name_on_chain
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.replay.history.rerun.blocks import SeenBlock
from neuron_ledger.replay.history.rerun.judge import Count, Judge, differences_at, shown, value_at
from neuron_ledger.replay.history.rerun.replaced import replacements
from neuron_ledger.replay.history.rerun.report import MOST_LISTED, CallDiffers, SeenCall, UnexplainedWrite, Verified
from neuron_ledger.replay.history.rerun.run import BlockRun, CallRun, Place, is_as_seen
from neuron_ledger.replay.history.rerun.seen_storage import SeenStorage, Values
from neuron_ledger.replay.node.metadata.calls import NUMBERS

NEUTRAL: Final = ("Timestamp.set",)
"""Calls of other pallets that affect nothing that rules depend on: they explain no write."""

OF_ACCOUNTS: Final = ("Balances", "BalancesTotalIssuance")
"""Items that calls of every pallet may write."""

COMMITMENTS: Final = "Commitments."
"""A pallet whose calls change nothing of the subnets, if the rules do not decide them."""

OURS: Final = ("BlockNumber", "LastRuntimeUpgrade", "NotSeen", "SpecVersionSeen", "TreeSeen")
"""Items that are not under the pallet on any chain."""


class Verdict:
    """The verdict on one block. before: the seen previous values of the places that it changed."""

    def __init__(self, report: Verified, block: SeenBlock, seen: SeenStorage, before: Values) -> None:
        self.report = report
        self.block = block
        self.seen = seen
        self.before = before
        self.not_ours: list[Place] = []
        """Places whose change does not come from the rules: they are taken over as seen."""
        self.unexplained: list[Place] = []
        self.differing: list[tuple[Place, object]] = []
        """Newly differing places, with the rules' values."""
        self.all_differing: set[Place] = set()
        self.layout: Layout

    def judge(self, judge: Judge, run: BlockRun, places: set[Place], layout: Layout) -> None:
        """Compare a computed storage. The first one, which began with the block, shows what does not come from the rules."""
        self.layout = layout
        new = judge.compare(self.seen.storage, self.seen.items, places)
        if not self.not_ours:
            self._find_what_is_not_ours(run, new)
        own = [place for place in new if place not in set(self.not_ours)]
        self.differing = [(place, judge.got(place)) for place in own]
        self.all_differing = judge.differing - set(self.not_ours)

    def _find_what_is_not_ours(self, run: BlockRun, differing: list[Place]) -> None:
        foreign, unbuilt = _not_decided(run)
        for place in differing:
            is_untouched = place in self.before and place not in run.touched
            if unbuilt or (foreign and (is_untouched or place[0] in OF_ACCOUNTS)):
                self.not_ours.append(place)
            elif is_untouched:
                self.not_ours.append(place)
                self.unexplained.append(place)

    def pass_over_other_migrations(self, runs: Sequence[BlockRun]) -> None:
        """If an upgrade before 277 left other storage than its migrations would, the block counts as not run: which of
        them a chain had, and in which version, is unknown.
        """
        items = {item for item, _ in (*(place for place, _ in self.differing), *self.unexplained)}
        others = [*sorted(items), *(call.extrinsic.call for call in runs[-1].calls if not _is_right(call, self.layout))]
        if others and runs[-1].stopped is None:
            why = f"it migrates storage otherwise than the migrations that are built: {', '.join(others)}"
            for run in runs:
                run.stopped = why

    def write(self, run: BlockRun) -> None:
        """Add the verdict to the report. run: the one that counts."""
        report, number = self.report, self.block.number
        spec_version = self.block.executed_by.name
        self._write_what_is_not_covered(run)
        if run.stopped is not None:
            report.lacks("block", f"spec_version {spec_version}", run.stopped, number)
            return
        self._write_calls(run)
        if _not_decided(run)[1]:
            report.lacks("block", f"spec_version {spec_version}", "it has calls that are not built", number)
            report.taken_from_the_chain += len(self.not_ours)
            return
        report.taken_from_the_chain += len(self.not_ours) - len(self.unexplained)
        for place, got in self.differing:
            for found in differences_at(number, place, value_at(self.seen.storage, place), got, self.seen.storage):
                report.differs(found)
        self._write_unexplained()
        self._write_epochs(run)
        for replaced in replacements(number, run, self.before, self.seen.storage):
            report.saw_replaced(replaced)
        items = {place[0] for place in self.all_differing}
        for name in sorted(self.seen.items, key=name_on_chain):
            report.items.setdefault(name_on_chain(name), Count()).add(name not in items)
        is_equal = not items and all(_is_right(call, self.layout) for call in run.calls)
        report.blocks.add(is_equal)
        runtime = report.runtimes[-1]
        runtime.covered += 1
        runtime.equal += is_equal

    def _write_calls(self, run: BlockRun) -> None:
        for call in run.calls:
            if call.outcome is None:
                continue
            is_right = is_as_seen(call.outcome, call.extrinsic, self.layout)
            self.report.calls.add(is_right)
            if not is_right:
                seen = call.extrinsic
                got = list(call.outcome.errors)
                self.report.differs(CallDiffers(SeenCall(self.block.number, seen.index), seen.call, list(seen.errors), got))

    def _write_unexplained(self) -> None:
        report = self.report
        for place in self.unexplained:
            report.unexplained += 1
            if len(report.unexplained_writes) < MOST_LISTED:
                item = recorded_item(place[0])
                key = key_to_json(item, place[1]) if item.keys else []
                values = (shown(item, self.before[place]), shown(item, value_at(self.seen.storage, place)))
                report.unexplained_writes.append(UnexplainedWrite(self.block.number, name_on_chain(item.name), key, *values))

    def _write_epochs(self, run: BlockRun) -> None:
        """An epoch is equal if none of the items that it wrote differs under its storage index."""
        for index, names in run.epochs:
            of_epoch = {*names, "Bonds"}
            self.report.epochs.add(not any(item in of_epoch and _is_under(key, index) for item, key in self.all_differing))

    def _write_what_is_not_covered(self, run: BlockRun) -> None:
        number = self.block.number
        for call in run.calls:
            if call.not_decided is not None:
                name, why = call.not_decided.name, call.not_decided.why
                self.report.lacks("call", name, "it affects nothing that rules depend on" if name in NEUTRAL else why, number)
        for name in sorted({item for item, _ in run.left} - self.seen.items - set(OURS)):
            self.report.lacks("item", name, "the rules write it, but the chain has no such item", number)
        for name, why in sorted(self.seen.not_held(self.block.changes)):
            self.report.lacks("item", name, why, number)


def _not_decided(run: BlockRun) -> tuple[set[str], set[str]]:
    """The calls of other pallets, and those of ours, that the rules did not decide."""
    names = {call.not_decided.name for call in run.calls if call.not_decided is not None} - set(NEUTRAL)
    ours = {name for name in names if name.partition(".")[0] in NUMBERS and not name.startswith(COMMITMENTS)}
    return names - ours, ours


def _is_right(call: CallRun, layout: Layout) -> bool:
    return call.outcome is None or is_as_seen(call.outcome, call.extrinsic, layout)


def _is_under(key: object, index: int) -> bool:
    return key == index or (isinstance(key, tuple) and key[:1] == (index,))
