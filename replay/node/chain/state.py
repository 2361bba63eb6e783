"""Storage at one block as a node has it: encoded values under hashed keys."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Final

from bittensor_core import Runtime as Client

from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.blocks import Block
from neuron_ledger.replay.node.chain.happenings import Happenings
from neuron_ledger.replay.node.chain.shield import public_key
from neuron_ledger.replay.node.metadata.constants import SPEC_NAME, SS58_PREFIX, TRANSACTION_VERSION
from neuron_ledger.replay.node.metadata.document import VERSIONS, NodeRuntime
from neuron_ledger.replay.node.metadata.storage import HASH_BYTES, NEW_LOGIC, Entry
from neuron_ledger.replay.node.types.codec import Reader, ScaleError

PREFIX_BYTES: Final = 32
"""A key begins with the hashes of pallet and item."""
MOST_REMEMBERED: Final = 4 << 20
"""Characters of answers that are cached for one block's storage."""


class StorageKeys:
    """The keys of a runtime's items."""

    def __init__(self, runtime: NodeRuntime) -> None:
        self.runtime = runtime
        self._client = Client(runtime.metadata(VERSIONS[-1]), runtime.spec_version, TRANSACTION_VERSION, SS58_PREFIX)
        self.prefixes: Mapping[bytes, Entry] = {
            bytes(self._client.storage_prefix(entry.pallet, entry.name)): entry for entry in runtime.entries.values()
        }
        self.in_order = sorted(self.prefixes)
        self._prefix_of = {(entry.pallet, entry.name): prefix for prefix, entry in self.prefixes.items()}

    def prefix(self, entry: Entry) -> bytes:
        return self._prefix_of[entry.pallet, entry.name]

    def keys(self, entry: Entry, ours: list[Any]) -> list[bytes]:
        """The node's keys for the ledger's keys."""
        if not ours:
            return []
        if entry.has_encoded_key:
            return [self.prefix(entry) + key for key in ours]
        parts = [[key] if len(entry.keys) == 1 else list(key) for key in ours]
        return [bytes(key) for key in self._client.storage_key_batch(entry.pallet, entry.name, parts)]

    def read(self, entry: Entry, key: bytes) -> Any:
        """The ledger's key for a node's key. Raises: ScaleError for a key of another item."""
        reader = Reader(key)
        reader.take(PREFIX_BYTES)
        if entry.has_encoded_key:
            return reader.take(reader.left)
        parts = []
        for hasher, kind in zip(entry.hashers, entry.keys, strict=True):
            reader.take(HASH_BYTES[hasher])
            parts.append(self.runtime.codec.read(kind, reader))
        if reader.left:
            raise ScaleError(f"{reader.left} bytes are left over after the key of {entry.pallet}.{entry.name}")
        ours = parts[0] if len(parts) == 1 else tuple(parts)
        if entry.keys and self.keys(entry, [ours]) != [key]:
            raise ScaleError(f"the hashes in this key of {entry.pallet}.{entry.name} are not those of its parts")
        return ours


class State:
    """Storage at a block. hash_of: block number → hash, None if there is none. happened: returns the events of the block.

    position: of the ledger's last entry, if storage is the ledger's own and advances with it; otherwise 0.
    """

    def __init__(
        self,
        keys: StorageKeys,
        storage: Storage,
        block: Block,
        sudo_key: bytes,
        hash_of: Callable[[int], bytes | None],
        happened: Callable[[], Happenings],
        position: int = 0,
    ) -> None:
        self.keys_of = keys
        self.runtime = keys.runtime
        self.storage = storage
        self.block = block
        self.sudo_key = sudo_key
        self.hash_of = hash_of
        self.position = position
        self._happened = happened
        self._sorted: dict[tuple[str, str], list[bytes]] = {}
        self._answers: dict[tuple[str, bytes], str] = {}
        self._remembers = MOST_REMEMBERED

    def settle(self) -> None:
        """Copy the current storage, before the ledger advances."""
        if self.position:
            self.storage = self.storage.copy()
            self.position = 0

    def get(self, key: bytes) -> bytes | None:
        """The encoded value of a key; None if there is none."""
        entry = self.keys_of.prefixes.get(key[:PREFIX_BYTES])
        if entry is None:
            return None
        try:
            ours = self.keys_of.read(entry, key)
        except ScaleError:
            return None
        if (entry.pallet, entry.name) == ("System", "Events"):
            return self._happened().events
        value = self._value(entry, ours)
        if value is ABSENT or entry.is_encoded:
            return None if value is ABSENT else bytes(value)
        return self.runtime.codec.encode(entry.value, entry.to_chain(value))

    def keys(self, prefix: bytes) -> list[bytes]:
        """All keys that begin with a prefix, in order."""
        return list(self.keys_after(prefix, b""))

    def keys_after(self, prefix: bytes, start: bytes) -> Iterator[bytes]:
        """The keys with a prefix after another key, in order."""
        begins = self.keys_of.in_order
        for place in range(bisect_left(begins, prefix[:PREFIX_BYTES]), len(begins)):
            if not begins[place].startswith(prefix[:PREFIX_BYTES]):
                return
            if begins[place] < start[:PREFIX_BYTES]:
                continue
            keys = self._all(self.keys_of.prefixes[begins[place]])
            for key in islice(keys, max(bisect_right(keys, start), bisect_left(keys, prefix)), None):
                if not key.startswith(prefix):
                    break
                yield key

    def remembered(self, name: str, arguments: bytes, answer: Callable[[], str]) -> str:
        """A cached answer about this storage."""
        found = self._answers.get((name, arguments))
        if found is None:
            found = answer()
            self._remembers -= len(found)
            if self._remembers > 0:
                self._answers[name, arguments] = found
        return found

    def _all(self, entry: Entry) -> list[bytes]:
        """All keys of an item, in order."""
        place = entry.pallet, entry.name
        if place not in self._sorted:
            ours = self._keys_of_own(entry) if entry.item is None else list(self.storage.map(entry.item.name))
            self._sorted[place] = (
                sorted(self.keys_of.keys(entry, ours)) if entry.keys else [self.keys_of.prefix(entry)] * bool(ours)
            )
        return self._sorted[place]

    def _value(self, entry: Entry, ours: Any) -> Any:
        if entry.item is not None:
            return self.storage.map(entry.item.name).get(ours, ABSENT)
        own = self._own(f"{entry.pallet}.{entry.name}", ours)
        return ABSENT if own is None else own

    # ------------------------------------------------------------------------------------- what the node itself knows

    @cached_property
    def _single(self) -> Mapping[str, Any]:
        storage, block = self.storage, self.block
        return {
            "System.Number": block.number,
            "System.ParentHash": block.parent,
            "System.LastRuntimeUpgrade": (self.runtime.spec_version, SPEC_NAME),
            "Timestamp.Now": block.milliseconds,
            "Balances.TotalIssuance": storage.balances_total_issuance.value,
            "Sudo.Key": self.sudo_key,
            **dict.fromkeys(("MevShield.CurrentKey", "MevShield.PendingKey", "MevShield.NextKey"), public_key()),
        }

    def _own(self, name: str, key: Any) -> Any:
        if name == "System.Account":
            return self.account(key)
        if name == "System.BlockHash":
            return self.hash_of(key) if key < self.block.number else None
        if name == "System.EventCount":
            return self._happened().count
        return self._single.get(name)

    def _keys_of_own(self, entry: Entry) -> list[Any]:
        if not entry.keys:
            is_there = entry.name == "Events" or self._own(f"{entry.pallet}.{entry.name}", ()) is not None
            return [()] * is_there
        if entry.name == "Account":
            return sorted({*self.storage.balances, *self.storage.account_nonce})
        return []

    def account(self, account: bytes) -> Any:
        """The value of `System.Account`; None for an account without a balance and a nonce."""
        free, nonce = self.storage.balances[account], self.storage.account_nonce[account]
        return (nonce, 0, 1, 0, (free, 0, 0, NEW_LOGIC)) if free or nonce else None
