"""What the keys of each storage item are made of, as the runtime's metadata has it: subnets, numbers, accounts.

Keys whose parts stand in them in plain can be split, made, and found by who or what they speak of. Of others nothing is known.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from attrs import frozen

from neuron_ledger.replay.history.runtime import KEY_NAMES, NodeRuntime
from neuron_ledger.replay.node.types.definitions import Struct
from neuron_ledger.replay.node.types.notation import Shape

NETUID: Final = "netuid"
NUMBER: Final = "number"
ACCOUNT: Final = "account"
OTHER: Final = "other"

_KINDS: Final = {"u16": NETUID, "AccountId32": ACCOUNT}

Part = int | bytes
"""Of a key: a subnet or a number, or an account's 32 bytes."""

SUBNETS_AT_MOST: Final = 4096
"""Of the mechanisms of a subnet each has an index: 4096 times its number, and the subnet's."""

_SIZES: Final = {NETUID: 2, NUMBER: 2, ACCOUNT: 32}
_HASH_BEFORE: Final = {"Identity": 0, "Twox64Concat": 8, "Blake2_128Concat": 16}
"""Bytes of the hash that stand before a part."""


@frozen
class KeyShape:
    """Of one item. kinds: of the parts of its keys. holds_accounts: whether its values do. is_long: if they have no bound."""

    name: str
    prefix: bytes
    kinds: tuple[str, ...]
    hashers: tuple[str, ...]
    holds_accounts: bool
    is_long: bool

    @property
    def is_plain(self) -> bool:
        """Whether keys can be split and made."""
        return OTHER not in self.kinds

    def parts(self, key: bytes) -> tuple[Part, ...]:
        """What a full key is made of; of a part of unknown kind and what follows it nothing."""
        at, parts = KEY_NAMES, []
        for kind, hasher in zip(self.kinds, self.hashers, strict=True):
            if kind == OTHER:
                break
            at += _HASH_BEFORE[hasher]
            part = key[at : at + _SIZES[kind]]
            at += _SIZES[kind]
            parts.append(part if kind == ACCOUNT else int.from_bytes(part, "little"))
        return tuple(parts)


class Shapes:
    """The items of one runtime."""

    def __init__(self, runtime: NodeRuntime) -> None:
        self.runtime = runtime
        self.by_prefix = {prefix: self._shape(name, prefix) for name, prefix in runtime.items.items()}

    def of(self, key: bytes) -> KeyShape | None:
        """The shape of a key; None for an item that metadata does not name."""
        return self.by_prefix.get(key[:KEY_NAMES])

    @cached_property
    def maps(self) -> tuple[KeyShape, ...]:
        """All items that have keys."""
        return tuple(shape for shape in self.by_prefix.values() if shape.kinds)

    @cached_property
    def values(self) -> tuple[bytes, ...]:
        """The keys of all items that are a single value."""
        return tuple(shape.prefix for shape in self.by_prefix.values() if not shape.kinds)

    def like(self, *kinds: str) -> tuple[KeyShape, ...]:
        """The items whose keys have these parts."""
        return tuple(shape for shape in self.maps if shape.kinds == kinds)

    def keys(self, shape: KeyShape, parts: Iterable[Sequence[Part | str]]) -> list[bytes]:
        """Full keys of an item; with fewer parts than it has, what such keys begin with."""
        made = [list(some) for some in parts]
        of = self.runtime.entries[shape.name]
        return [bytes(key) for key in self.runtime.scale.storage_key_batch(of.pallet, of.name, made)] if made else []

    def accounts_in(self, shape: KeyShape, value: bytes) -> set[bytes]:
        """The accounts that a value names."""
        if not shape.holds_accounts:
            return set()
        if len(value) == _SIZES[ACCOUNT]:
            return {value}
        try:
            read = self.runtime.types.codec.decode(self.runtime.entries[shape.name].value, value)
        except (ValueError, KeyError):
            return set()
        return set(_accounts(read))

    def _shape(self, name: str, prefix: bytes) -> KeyShape:
        entry = self.runtime.entries[name]
        kinds: list[str] = []
        for part, hasher in zip(entry.keys, entry.hashers, strict=True):
            kind = _KINDS.get(str(part), OTHER) if hasher in _HASH_BEFORE else OTHER
            kinds.append(NUMBER if kind == NETUID and NETUID in kinds else kind)
        value = {one.name for one in self._walk(entry.value, set())}
        return KeyShape(name, prefix, tuple(kinds), entry.hashers, "AccountId32" in value, "Vec" in value)

    def _walk(self, of: Shape, seen: set[str]) -> Iterator[Shape]:
        """A type and all that it is made of."""
        yield of
        inner = list(of.parts)
        if of.name.isdecimal() and of.name not in seen:
            seen.add(of.name)
            definition = self.runtime.types.definition(int(of.name))
            holders = [definition.fields] if isinstance(definition, Struct) else [one.fields for one in definition.variants]
            inner += [part for fields in holders for _, part in fields]
        for part in inner:
            yield from self._walk(part, seen)


def _accounts(read: Any) -> Iterator[bytes]:
    """What is as long as an account in a value, which other bytes of 32 are besides."""
    if isinstance(read, bytes):
        if len(read) == _SIZES[ACCOUNT]:
            yield read
    elif isinstance(read, dict):
        for value in read.values():
            yield from _accounts(value)
    elif isinstance(read, (list, tuple)) and not (read and type(read[0]) is int):
        for value in read:
            yield from _accounts(value)
