"""What the keys of each storage item consist of, by the runtime's metadata: subnets, numbers, accounts.

Keys that contain their parts in plain can be split, constructed, and found by their parts. Others cannot.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
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
"""A part of a key: a subnet or a number, or an account's 32 bytes."""

SUBNETS_AT_MOST: Final = 4096
"""Each mechanism of a subnet has an index: 4096 times its number, plus the netuid."""

MOST_ENCODED: Final = 1_000_000
"""How many encoded parts are cached."""

_SIZES: Final = {NETUID: 2, NUMBER: 2, ACCOUNT: 32}
_HASH_BEFORE: Final = {"Identity": 0, "Twox64Concat": 8, "Blake2_128Concat": 16}
"""Bytes of the hash before a part."""


@frozen(slots=False)
class KeyShape:
    """Of one item. kinds: of the parts of its keys. holds_accounts: whether its values do. is_long: if they have no bound."""

    name: str
    prefix: bytes
    kinds: tuple[str, ...]
    hashers: tuple[str, ...]
    holds_accounts: bool
    is_long: bool

    @cached_property
    def is_plain(self) -> bool:
        """Whether keys can be split and made."""
        return OTHER not in self.kinds

    def parts(self, key: bytes) -> tuple[Part, ...]:
        """The parts of a full key, up to the first part of unknown kind."""
        return tuple(
            [key[begin:end] if kind == ACCOUNT else int.from_bytes(key[begin:end], "little") for kind, begin, end in self._places]
        )

    @cached_property
    def _places(self) -> tuple[tuple[str, int, int], ...]:
        """(kind, begin, end) of the plain parts of a key, up to the first of unknown kind."""
        end, places = KEY_NAMES, []
        for kind, hasher in zip(self.kinds, self.hashers, strict=True):
            if kind == OTHER:
                break
            begin = end + _HASH_BEFORE[hasher]
            end = begin + _SIZES[kind]
            places.append((kind, begin, end))
        return tuple(places)


@frozen
class Family:
    """Items whose keys have the same structure after the prefix. prefixes: by item."""

    kinds: tuple[str, ...]
    hashers: tuple[str, ...]
    prefixes: tuple[bytes, ...]


class Shapes:
    """The items of one runtime."""

    def __init__(self, runtime: NodeRuntime) -> None:
        self.runtime = runtime
        self.by_prefix = {prefix: self._shape(name, prefix) for name, prefix in runtime.items.items()}
        self._encoded: dict[tuple[str, Part | str], bytes] = {}
        """(hasher, part) → its encoding in a key."""

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

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The items whose keys can be constructed."""
        return families_of(self.maps)

    def like(self, *kinds: str) -> tuple[KeyShape, ...]:
        """The items whose keys have these parts."""
        return tuple(shape for shape in self.maps if shape.kinds == kinds)

    def keys(self, shape: KeyShape, parts: Iterable[Sequence[Part | str]]) -> list[bytes]:
        """Full keys of an item; with fewer parts than it has, prefixes of such keys."""
        if shape.is_plain:
            return [shape.prefix + end for end in self._ends(shape.hashers, parts)]
        made = [list(some) for some in parts]
        of = self.runtime.entries[shape.name]
        return [bytes(key) for key in self.runtime.scale.storage_key_batch(of.pallet, of.name, made)] if made else []

    def keys_of(self, family: Family, parts: Iterable[Sequence[Part]]) -> Iterator[bytes]:
        """Full keys of all its items."""
        ends = self._ends(family.hashers, parts)
        return (prefix + end for prefix in family.prefixes for end in ends)

    def _ends(self, hashers: Sequence[str], parts: Iterable[Sequence[Part | str]]) -> list[bytes]:
        """The rest of keys after the prefix."""
        encoded, encode = self._encoded, self._encode
        return [b"".join([encoded.get(pair) or encode(*pair) for pair in zip(hashers, some, strict=False)]) for some in parts]

    def _encode(self, hasher: str, part: Part | str) -> bytes:
        """The encoding of a subnet, a number or an account in a key with a hasher."""
        if isinstance(part, str):
            raise TypeError(part)
        plain = part if isinstance(part, bytes) else part.to_bytes(2, "little")
        if hasher == "Blake2_128Concat":
            plain = blake2b(plain, digest_size=16).digest() + plain
        elif hasher == "Twox64Concat":
            plain = self._twox(part)[-8 - len(plain) :]
        if len(self._encoded) >= MOST_ENCODED:
            self._encoded.clear()
        self._encoded[hasher, part] = plain
        return plain

    def _twox(self, part: Part) -> bytes:
        """A key that ends with this part after its hash, as the codec makes it."""
        kinds = (ACCOUNT,) if isinstance(part, bytes) else (NETUID, NUMBER)
        for shape in self.maps:
            for place, (kind, hasher) in enumerate(zip(shape.kinds, shape.hashers, strict=True)):
                if hasher == "Twox64Concat" and kind in kinds and shape.is_plain:
                    before = [bytes(_SIZES[ACCOUNT]) if one == ACCOUNT else 0 for one in shape.kinds[:place]]
                    of = self.runtime.entries[shape.name]
                    return bytes(self.runtime.scale.storage_key(of.pallet, of.name, [*before, part]))
        raise KeyError("Twox64Concat")

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
        """A type and all its components."""
        yield of
        inner = list(of.parts)
        if of.name.isdecimal() and of.name not in seen:
            seen.add(of.name)
            definition = self.runtime.types.definition(int(of.name))
            holders = [definition.fields] if isinstance(definition, Struct) else [one.fields for one in definition.variants]
            inner += [part for fields in holders for _, part in fields]
        for part in inner:
            yield from self._walk(part, seen)


def families_of(shapes: Iterable[KeyShape]) -> tuple[Family, ...]:
    """The items whose keys can be constructed, by their structure."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[bytes]] = {}
    for shape in shapes:
        if shape.is_plain:
            found.setdefault((shape.kinds, shape.hashers), []).append(shape.prefix)
    return tuple(Family(*how, tuple(prefixes)) for how, prefixes in found.items())


def _accounts(read: Any) -> Iterator[bytes]:
    """Any 32 bytes in a value: accounts, and possibly others."""
    if isinstance(read, bytes):
        if len(read) == _SIZES[ACCOUNT]:
            yield read
    elif isinstance(read, dict):
        for value in read.values():
            yield from _accounts(value)
    elif isinstance(read, (list, tuple)) and not (read and type(read[0]) is int):
        for value in read:
            yield from _accounts(value)
