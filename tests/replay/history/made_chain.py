"""A chain that is made up: storage of any runtime by its metadata, filled with values by chance, changed from block to block."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from random import Random
from typing import Any

from neuron_ledger.replay.history.chain_types import ChainTypes
from neuron_ledger.replay.history.runtime import NodeRuntime, StorageEntry
from neuron_ledger.replay.node.types.codec import bits_of
from neuron_ledger.replay.node.types.definitions import Struct, Variant
from neuron_ledger.replay.node.types.notation import Shape
from tests.replay.history.recorded_node import EVENTS, RecordedNode

DEEPEST = 4
NETUIDS = (0, 1, 2, 9)
ENTRIES = 3
"""Of an item that has keys, at first."""

State = dict[bytes, bytes]


class Chance:
    """Values of the types of a runtime."""

    def __init__(self, runtime: NodeRuntime, random: Random) -> None:
        self.runtime = runtime
        self.types: ChainTypes = runtime.types
        self.random = random

    def value(self, kind: Shape, depth: int = 0) -> Any:
        """Any value, as the codec has it."""
        random, bits = self.random, bits_of(kind.name)
        many = 0 if depth > DEEPEST else random.randrange(3)
        if bits is not None:
            size = random.choice([0, 1, bits // 2, bits - 1, bits])
            top = 1 << (min(size, bits - 1) if kind.name[0] == "i" else size)
            return random.choice([0, top // 2, top - 1])
        match kind.name:
            case "Compact":
                return random.randrange(1 << 16)
            case "bool":
                return random.random() < 0.5
            case "str":
                return random.choice(["", "text", "τ"])
            case "AccountId32":
                return random.choice(ACCOUNTS)
            case "Option":
                return None if many == 0 else self.value(kind.parts[0], depth + 1)
            case "array" if kind.parts == (Shape("u8"),):
                return random.randbytes(kind.length)
            case "Vec" if kind.parts == (Shape("u8"),):
                return random.randbytes(many * 9)
            case "Vec" | "BTreeSet":
                return tuple(self.value(kind.parts[0], depth + 1) for _ in range(many))
            case "BTreeMap":
                pairs = {self.value(kind.parts[0]): self.value(kind.parts[1], depth + 1) for _ in range(many)}
                return tuple(sorted(pairs.items()))
            case "tuple":
                return tuple(self.value(part, depth + 1) for part in kind.parts)
            case "array":
                return tuple(self.value(kind.parts[0], depth + 1) for _ in range(kind.length))
        definition = self.types.codec.definitions[kind.name]
        if isinstance(definition, Struct):
            if len(definition.fields) == 1:
                return self.value(definition.fields[0][1], depth)
            return self.fields(definition.fields, depth)
        plain = [variant for variant in definition.variants if not variant.fields] if depth > DEEPEST else []
        return self.variant(random.choice(plain or list(definition.variants)), depth)

    def variant(self, variant: Variant, depth: int = 0) -> Any:
        return variant.name, self.fields(variant.fields, depth + 1)

    def fields(self, fields: Sequence[tuple[str, Shape]], depth: int) -> Any:
        values = [self.value(kind, depth + 1) for _, kind in fields]
        return dict(zip([name for name, _ in fields], values, strict=True)) if all(name for name, _ in fields) else tuple(values)

    def entry(self, entry: StorageEntry) -> tuple[bytes, bytes]:
        """(key, value) of an item."""
        value = self.types.codec.encode(entry.value, self.value(entry.value))
        parts = [self.random.choice(NETUIDS) if kind == Shape("u16") else self.value(kind) for kind in entry.keys]
        key = b"".join(self.hashed(*one) for one in zip(entry.hashers, entry.keys, parts, strict=True))
        return bytes(self.runtime.scale.storage_prefix(entry.pallet, entry.name)) + key, value

    def hashed(self, hasher: str, kind: Shape, part: Any) -> bytes:
        encoded = self.types.codec.encode(kind, part)
        sizes = {"Identity": 0, "Twox64Concat": 8, "Blake2_128Concat": 16, "Blake2_128": 16, "Twox128": 16}
        made = blake2b(encoded, digest_size=sizes[hasher]).digest() if sizes[hasher] else b""  # who reads it takes any hash
        return made + (b"" if hasher in ("Blake2_128", "Twox128") else encoded)

    def event(self, pallet: str, name: str, extrinsic: int | None) -> bytes:
        """One event of a block, encoded."""
        records = self.types.named(self.runtime.events_type)
        record = self.types.codec.definitions[records.parts[0].name]
        assert isinstance(record, Struct)
        phase_kind, event_kind, topics_kind = (kind for _, kind in record.fields)
        inner = self._variant(event_kind, pallet).fields[0][1]
        phase = ("ApplyExtrinsic", (extrinsic,)) if extrinsic is not None else ("Initialization", ())
        event = (pallet, (self.variant(self._variant(inner, name)),))
        encode = self.types.codec.encode
        return encode(phase_kind, phase) + encode(event_kind, event) + encode(topics_kind, ())

    def _variant(self, kind: Shape, name: str) -> Variant:
        definition = self.types.codec.definitions[kind.name]
        assert not isinstance(definition, Struct)
        return next(variant for variant in definition.variants if variant.name == name)


ACCOUNTS = [bytes([number]) * 32 for number in range(1, 9)]


class MadeChain(RecordedNode):
    """Runtimes one after another, each for so many blocks; the last block of one leaves the next one's metadata."""

    def __init__(self, runtimes: Sequence[NodeRuntime], blocks: int, random: Random) -> None:
        self.genesis = "0x" + "77" * 32
        self.numbers = {self.genesis: 0}
        self.blocks: list[dict[str, Any]] = []
        self.change = lambda _method, _params, answer: answer
        self.asked = {}
        self.executed: dict[int, NodeRuntime] = {0: runtimes[0]}
        self.states: dict[int, Mapping[str, str]] = {}
        state: State = {}
        self._fill(Chance(runtimes[0], random), state)
        self._take(0, state)
        for number in range(1, blocks * len(runtimes) + 1):
            runtime = runtimes[(number - 1) // blocks]
            chance = Chance(runtime, random)
            if runtime is not self.executed[number - 1]:
                self._migrate(chance, state)
            for _ in range(12):
                self._meddle(chance, state)
            self.executed[number] = runtime
            self._make_block(number, chance, state)
            self._take(number, state)

    def _fill(self, chance: Chance, state: State) -> None:
        for entry in chance.runtime.entries.values():
            for _ in range(ENTRIES if entry.keys else 1):
                key, value = chance.entry(entry)
                state[key] = value

    def _migrate(self, chance: Chance, state: State) -> None:
        """What the new runtime does not name goes, but for every other item; what it names is written in its own types."""
        names = set(chance.runtime.items.values())
        gone = sorted({key[:32] for key in state} - names)
        for key in [key for key in state if key[:32] in gone[::2] or key[:32] in names]:
            del state[key]
        self._fill(chance, state)

    def _meddle(self, chance: Chance, state: State) -> None:
        name = chance.random.choice(sorted(chance.runtime.entries))
        key, value = chance.entry(chance.runtime.entries[name])
        if key in state and chance.random.random() < 0.3:
            del state[key]
        else:
            state[key] = value

    def _make_block(self, number: int, chance: Chance, state: State) -> None:
        call = bytes(chance.runtime.scale.compose_call("Timestamp", "set", {"now": 1_700_000_000_000 + 12_000 * number}))
        body = b"\x04" + call
        extrinsic = bytes([len(body) << 2]) + body
        events = chance.event("System", "ExtrinsicSuccess", 0) + chance.event("Balances", "Deposit", None)
        state[bytes.fromhex(EVENTS[2:])] = b"\x08" + events
        header: dict[str, Any] = {"number": hex(number), "parentHash": self._hash(number - 1), "digest": {"logs": []}}
        text = f"0x{number:064x}"
        self.numbers[text] = number
        self.blocks.append({"hash": text, "header": header, "extrinsics": [{"hex": f"0x{extrinsic.hex()}"}]})

    def _take(self, number: int, state: State) -> None:
        self.states[number] = {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in state.items()}

    def state(self, number: int) -> dict[str, str]:
        return dict(self.states[number])

    def _left(self, at: str | None) -> NodeRuntime:
        number = self.numbers[at or self.blocks[-1]["hash"]]
        return self.executed.get(number + 1, self.executed[number])

    def _version(self, at: str | None = None) -> Any:
        return {"specName": "node-subtensor", "specVersion": self._left(at).spec_version, "transactionVersion": 1}

    def _metadata(self, at: str | None = None) -> str:
        return f"0x{self._left(at).metadata.hex()}"
