"""Storage as seen on a node, updated block by block, in the ledger's form under a layout."""

from typing import Any, Final

from neuron_ledger.events.blocks_seen import RuntimeSeen
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.history.in_log import pallet_prefix
from neuron_ledger.replay.history.rerun.blocks import RawChanges
from neuron_ledger.replay.history.rerun.run import Place
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.typed import MISFIT, Translation

Values = dict[Place, Any]
"""The values in places of storage, ABSENT if there is none."""

UPGRADED: Final = "System.LastRuntimeUpgrade"
VERSION: Final = "4e7b9012096b41c4eb3aaf947f6ea429"
"""Hash of the name of a pallet's storage version, `:__STORAGE_VERSION__:`."""
SUDO_KEY: Final = "Sudo.Key"


class SeenStorage:
    """The bytes that were seen, and their meaning under a layout."""

    def __init__(self) -> None:
        self.raw: dict[bytes, bytes] = {}
        self.storage = Storage()
        self.translation: Translation | None = None
        self.misfits: set[bytes] = set()
        """Full keys of entries whose key or value does not fit the layout's item."""
        self._runtimes: dict[tuple[int, bytes], NodeRuntime] = {}

    def runtime(self, seen: RuntimeSeen) -> NodeRuntime:
        """A runtime that was seen, with the types of its metadata."""
        key = seen.spec_version, seen.metadata
        if key not in self._runtimes:
            self._runtimes[key] = NodeRuntime.of(seen)
        return self._runtimes[key]

    def begin(self, base: RawChanges) -> None:
        """Storage before the first block."""
        self.raw = {key: value for key, value in base.items() if value is not None}

    @property
    def items(self) -> set[str]:
        """The items of the layout that the chain has too."""
        return set() if self.translation is None else self.translation.items

    def read_as(self, seen: RuntimeSeen, layout: Layout, block: int) -> bool:
        """Read everything by a runtime's types and a layout. Returns: False if it was already read so."""
        runtime = self.runtime(seen)
        if self.translation is not None and self.translation.runtime is runtime and self.translation.layout is layout:
            return False
        self.translation = Translation(runtime, layout)
        self.misfits = set()
        upgraded = self.storage.last_runtime_upgrade.value
        self.storage = Storage(layout)
        with self.storage.transaction():
            for key, value in self.raw.items():
                self._set(key, value)
            self.storage.block_number.value = block
            if upgraded is not None:
                self.storage.last_runtime_upgrade.value = upgraded
        return True

    def note_upgrade(self, spec_version: int) -> None:
        """Record that the chain continued with another runtime, as a ledger does."""
        with self.storage.transaction():
            self.storage.last_runtime_upgrade.value = spec_version

    def leave_unread(self, changes: RawChanges) -> None:
        """Apply a block's changes without decoding them."""
        for key, value in changes.items():
            if value is None:
                self.raw.pop(key, None)
            else:
                self.raw[key] = value
        self.translation = None

    def take(self, block: int, changes: RawChanges) -> Values:
        """Apply a block's changes. Returns: the previous values in the places that it changed, as far as the layout has them."""
        translation = self.translation
        before: Values = {}
        self.leave_unread(changes)
        self.translation = translation
        with self.storage.transaction() as journal:
            for key, value in changes.items():
                self._set(key, value)
            for table, key, was in journal.since(0):
                before.setdefault((table.item.name, key), was)
            self.storage.block_number.value = block
        return before

    def not_held(self, changes: RawChanges) -> set[tuple[str, str]]:
        """(item, why) of a block's changes that the layout does not have."""
        found: set[tuple[str, str]] = set()
        if self.translation is None:
            return found
        for key, value in changes.items():
            if value is None:
                continue
            name = self.translation.runtime.item_of(key)[0]
            if key in self.misfits:
                found.add((name, "an entry does not fit the rules' item"))
            elif not self.translation.holds(key) and name not in (UPGRADED, SUDO_KEY, f"0x{VERSION}"):
                found.add((name, "the rules have no such item"))
        return found

    def _set(self, key: bytes, value: bytes | None) -> None:
        """Set or remove an entry, if the layout has an item for it."""
        assert self.translation is not None
        self.misfits.discard(key)
        for name, at, ours in self.translation.entries(key, value):
            if value is not None and (at is ABSENT or ours is MISFIT):
                self.misfits.add(key)
            if at is ABSENT:
                continue
            table = self.storage.map(name)
            if ours is ABSENT or ours is MISFIT:
                table.remove(at)
            else:
                table[at] = ours

    def upgraded_to(self, seen: RuntimeSeen, changes: RawChanges | None = None) -> int | None:
        """The spec_version to which storage was last migrated, if the chain records it.

        changes: of a block, before they are applied.
        """
        found = self._own(seen, UPGRADED, changes or {})
        return int(found["spec_version"]) if isinstance(found, dict) else found

    def version(self, seen: RuntimeSeen) -> int:
        """The pallet's storage version: 0 if it has none."""
        noted = self.raw.get(pallet_prefix(self.runtime(seen).items) + bytes.fromhex(VERSION))
        return int.from_bytes(noted or b"", "little")

    def notes_upgrade(self, seen: RuntimeSeen, changes: RawChanges) -> bool:
        """Whether a block, before it is applied, records a migration of storage, even to an unchanged number."""
        return self.runtime(seen).items.get(UPGRADED) in changes

    def sudo_key(self, seen: RuntimeSeen) -> bytes | None:
        """The account that may use sudo."""
        found = self._own(seen, SUDO_KEY, {})
        return found if isinstance(found, bytes) else None

    def _own(self, seen: RuntimeSeen, name: str, changes: RawChanges) -> Any:
        """The value of a single item of another pallet; None if there is none."""
        runtime = self.runtime(seen)
        prefix = runtime.items.get(name)
        value = None if prefix is None else changes.get(prefix, self.raw.get(prefix))
        return None if value is None else runtime.types.codec.decode(runtime.entries[name].value, value)
