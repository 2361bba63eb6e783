"""A block's changes to a node's storage as changes of the ledger's: raw, and under its own items if they fit."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from neuron_ledger.events.blocks_seen import RuntimeSeen
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.events.storage.recorded_items import RAW
from neuron_ledger.events.storage.trees import RuntimeName, parts_of
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.replay.history.in_log import nameless, observed_entries, prefixes_of
from neuron_ledger.replay.history.runtime import KEY_NAMES, NodeRuntime
from neuron_ledger.replay.history.typed import MISFIT, Translation
from neuron_ledger.replay.importers.accounts_seen import Entries, put, remove
from neuron_ledger.replay.importers.lacking import of_subnets


class Storing:
    """A ledger that takes over a node's storage, block by block.

    runtimes: those seen so far, in order. netuids: the subnets whose storage is read, by default all.
    """

    def __init__(self, ledger: Ledger, runtimes: Sequence[RuntimeSeen], netuids: Collection[int] = ()) -> None:
        self.ledger = ledger
        self.netuids = netuids
        self.names = {prefix: name for name, prefix in prefixes_of(runtimes).items()}
        """Prefixes of the items of every runtime so far: an item keeps its name when a later runtime drops it."""
        self.translations = [Translation(NodeRuntime.of(one), self._layout(one.name)) for one in runtimes]
        """Of every runtime so far, the last one last."""

    def changes(self, number: int, changed: Mapping[bytes, bytes | None], runtime: NodeRuntime) -> Entries:
        """What storage has after a block and the ledger does not have yet. runtime: that of the next block."""
        changes: Entries = {}
        put(changes, "BlockNumber", (), number)
        self._read_by(changes, runtime)
        if self.netuids:
            self._put_not_seen(changes)
        if self.ledger.rules.name != runtime.name:
            put_runtime(changes, self.ledger, runtime.name)
            for key, unchanged in observed_entries(self.ledger):
                if key not in changed:
                    self._put(changes, key, unchanged)
        for key, value in changed.items():
            self._put_raw(changes, key, value)
            self._put(changes, key, value)
        return changes

    def _layout(self, name: RuntimeName) -> Layout:
        return self.ledger.timeline.seen(name).layout

    def _read_by(self, changes: Entries, runtime: NodeRuntime) -> None:
        """Read entries by a runtime's types from now on. Items that it is the first to name get their names."""
        if self.translations and self.translations[-1].runtime.name == runtime.name:
            return
        self.translations.append(Translation(runtime, self._layout(runtime.name)))
        for name, prefix in runtime.items.items():
            if prefix not in self.names:
                for rest, value in self.ledger.storage.raw(nameless(prefix)).items():
                    remove(changes, f"{RAW}{nameless(prefix)}", rest)
                    put(changes, f"{RAW}{name}", rest, value)
                self.names[prefix] = name

    def _put_not_seen(self, changes: Entries) -> None:
        """Record which items were not read: those whose keys do not begin with a subnet, and those of other subnets."""
        translation = self.translations[-1]
        keyed = [(item, is_of_subnets) for item, is_of_subnets in translation.read_items() if item.keys]
        apart = tuple(item.name for item, is_of_subnets in keyed if not is_of_subnets)
        lacking = {
            netuid: tuple(item.name for item, begins in keyed if not begins and of_subnets(item)) for netuid in self.netuids
        }
        lacking[ROOT] = apart if ROOT in lacking else tuple(item.name for item, _ in keyed)
        for netuid, names in lacking.items():
            if self.ledger.storage.not_seen[netuid] != names:
                put(changes, "NotSeen", netuid, names)

    def _put_raw(self, changes: Entries, key: bytes, value: bytes | None) -> None:
        prefix, rest = key[:KEY_NAMES], key[KEY_NAMES:]
        item = f"{RAW}{self.names.get(prefix) or nameless(prefix)}"
        if value is None:
            remove(changes, item, rest)
        else:
            put(changes, item, rest, value)

    def _put(self, changes: Entries, key: bytes, value: bytes | None) -> None:
        """Set or remove an entry under the ledger's own items if it fits, as read by the last runtime that knows it."""
        for name, at, ours in self._entries(key, value):
            if at is ABSENT:
                continue
            before = self.ledger.storage.map(name).get(at, ABSENT)
            if ours is not ABSENT and ours is not MISFIT and before != ours:
                put(changes, name, at, ours)
            elif (ours is ABSENT or ours is MISFIT) and before is not ABSENT:
                remove(changes, name, at)

    def _entries(self, key: bytes, value: bytes | None) -> Iterator[tuple[str, Any, Any]]:
        for translation in reversed(self.translations):
            if translation.holds(key):
                return translation.entries(key, value)
        return iter(())


def put_runtime(changes: Entries, ledger: Ledger, name: RuntimeName) -> None:
    """From now on a ledger decides by a runtime that was seen, or not at all if there are no rules for it."""
    spec_version, tree = parts_of(name)
    goes_by_number = not tree and name in ledger.timeline.spec_versions
    for item, value in (("SpecVersionSeen", None if goes_by_number else spec_version), ("TreeSeen", tree or None)):
        if value is not None:
            put(changes, item, (), value)
        elif () in ledger.storage.map(item):
            remove(changes, item, ())
    if goes_by_number:
        put(changes, "LastRuntimeUpgrade", (), spec_version)
