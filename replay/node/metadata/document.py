"""The metadata of a runtime, made from the catalogue: clients use it to read calls, storage, events, errors and APIs.

One `NodeRuntime` a spec_version holds it with the codec that reads and writes the same types.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from itertools import groupby
from typing import Any, Final

from neuron_ledger.events.storage.layout import FIRST_SPEC_VERSION
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.node.metadata.apis import API_TYPES, METHODS, Method
from neuron_ledger.replay.node.metadata.calls import SHIELDED_SINCE, ChainCall, calls_of
from neuron_ledger.replay.node.metadata.constants import constants_of
from neuron_ledger.replay.node.metadata.errors import errors_of, in_words, words_of
from neuron_ledger.replay.node.metadata.events import ChainEvent, events_of
from neuron_ledger.replay.node.metadata.layout import MAGIC, METADATA_CODEC
from neuron_ledger.replay.node.metadata.pallets import PALLETS, PATHS
from neuron_ledger.replay.node.metadata.storage import Entry, entries
from neuron_ledger.replay.node.types.chain_types import CHAIN_TYPES
from neuron_ledger.replay.node.types.codec import Codec
from neuron_ledger.replay.node.types.definitions import Definition, Definitions, Enum, Variant
from neuron_ledger.replay.node.types.notation import Shape, shape
from neuron_ledger.replay.node.types.registry import Registry

VERSIONS: Final = (14, 15)
EXTRINSIC_VERSION: Final = 4

EXTENSIONS: Final[tuple[tuple[str, str, str], ...]] = (
    ("CheckNonZeroSender", "()", "()"),
    ("CheckSpecVersion", "()", "u32"),
    ("CheckTxVersion", "()", "u32"),
    ("CheckGenesis", "()", "[u8; 32]"),
    ("CheckMortality", "Era", "[u8; 32]"),
    ("CheckNonce", "Compact<u32>", "()"),
    ("CheckWeight", "()", "()"),
    ("ChargeTransactionPayment", "Compact<u64>", "()"),
    ("SubtensorTransactionExtension", "()", "()"),
    ("DrandPriority", "()", "()"),
    ("CheckMetadataHash", "CheckMetadataHash", "Option<[u8; 32]>"),
)
"""Signed extensions: name, the part in the extrinsic, and the part that is only signed."""


class NotServed(NeuronLedgerError, ValueError):
    """A runtime that the node does not have."""


class NodeRuntime:
    """The node's description of a runtime: its calls, events and items by name, their codec, and its metadata."""

    def __init__(self, rules: Runtime) -> None:
        """Raises: NotServed for one before 277, whose metadata is not built."""
        if not rules.layout.events:
            raise NotServed(f"a node runs spec_version {FIRST_SPEC_VERSION} or a later one, and this ledger {rules.spec_version}")
        self.rules = rules
        self.spec_version = rules.spec_version
        self.calls: Mapping[tuple[str, str], ChainCall] = {(call.pallet, call.name): call for call in calls_of(rules)}
        self.events: Sequence[ChainEvent] = events_of(rules)
        found = entries(rules.layout, shielded=rules.spec_version >= SHIELDED_SINCE)
        self.entries: Mapping[tuple[str, str], Entry] = {(entry.pallet, entry.name): entry for entry in found}
        self.constants = tuple(constants_of(rules))
        self.errors = errors_of(rules.layout)
        self.definitions: Definitions = {**CHAIN_TYPES, **API_TYPES, **self._enums()}
        self.codec = Codec(self.definitions)

    @cached_property
    def digest(self) -> bytes:
        """BLAKE2b-256 of the metadata, on which the genesis hash depends."""
        return blake2b(self.metadata(VERSIONS[-1]), digest_size=32).digest()

    @cache  # noqa: B019 - as long as the runtime itself, which is one of few
    def metadata(self, version: int) -> bytes:
        """The metadata in one of its versions. Raises: NotServed for another."""
        if version not in VERSIONS:
            raise NotServed(f"metadata is available in versions {', '.join(map(str, VERSIONS))}, not {version}")
        return MAGIC + bytes((version,)) + METADATA_CODEC.encode(f"Metadata{version}", self._document(version))

    # ---------------------------------------------------------------------------------------- enums made of pallets

    def _enums(self) -> dict[str, Definition]:
        """The calls, events and errors of every pallet, and the enums of all pallets' (`RuntimeCall`, `RuntimeEvent`, …)."""
        found: dict[str, Definition] = {}
        calls = {
            pallet: [Variant(call.name, call.number, call.fields) for call in of]
            for pallet, of in _by_pallet(self.calls.values())
        }
        events = {
            pallet: [Variant(event.name, event.number, event.fields) for event in of] for pallet, of in _by_pallet(self.events)
        }
        meanings = in_words(self.rules)
        errors = {
            pallet: [Variant(name, number, (), meanings.get(name) or words_of(name)) for number, name in enumerate(names)]
            for pallet, names in self.errors.items()
        }
        for kind, of_pallets in (("Call", calls), ("Event", events), ("Error", errors)):
            for pallet, variants in of_pallets.items():
                found[f"{pallet}{kind}"] = Enum((*PATHS[pallet].split("::"), "pallet", kind), tuple(variants))
            outer = [
                Variant(pallet, PALLETS[pallet], (("", Shape(f"{pallet}{kind}")),)) for pallet in PALLETS if pallet in of_pallets
            ]
            found[f"Runtime{kind}"] = Enum(("node_subtensor_runtime", f"Runtime{kind}"), tuple(outer))
        return found

    # ------------------------------------------------------------------------------------------------- the document

    def _document(self, version: int) -> dict[str, Any]:
        registry = Registry(self.definitions)
        described: dict[str, Any] = {
            "pallets": [self._pallet(registry, name, version) for name in PALLETS if self._has(name)],
            "extrinsic": self._extrinsic(registry, version),
            "runtime": registry.number(shape("Runtime")),
        }
        for kind in ("EventRecord", "DispatchError", "Header", "MultiSignature"):
            registry.number(shape(kind))
        if version == VERSIONS[-1]:
            described["apis"] = [
                self._api(registry, name, methods) for name, methods in groupby(METHODS.values(), lambda of: of.api)
            ]
            outer = {kind.lower(): registry.number(shape(f"Runtime{kind}")) for kind in ("Call", "Event", "Error")}
            described |= {"outer_enums": outer, "custom": ()}
        return {"types": registry.described(), **described}

    def _has(self, pallet: str) -> bool:
        """Whether a pallet has any content."""
        named = [*self.entries, *self.calls, *((constant.pallet, constant.name) for constant in self.constants)]
        return any(of == pallet for of, _ in named)

    def _pallet(self, registry: Registry, name: str, version: int) -> dict[str, Any]:
        of_pallet = [entry for entry in self.entries.values() if entry.pallet == name]
        described: dict[str, Any] = {
            "name": name,
            "storage": {"prefix": name, "entries": [self._entry(registry, entry) for entry in of_pallet]} if of_pallet else None,
            "calls": self._enum_number(registry, f"{name}Call"),
            "event": self._enum_number(registry, f"{name}Event"),
            "constants": [
                {
                    "name": constant.name,
                    "type": registry.number(constant.kind),
                    "value": self.codec.encode(constant.kind, constant.value),
                    "docs": (),
                }
                for constant in self.constants
                if constant.pallet == name
            ],
            "error": self._enum_number(registry, f"{name}Error"),
            "index": PALLETS[name],
        }
        return described if version == VERSIONS[0] else {**described, "docs": ()}

    def _enum_number(self, registry: Registry, name: str) -> int | None:
        return registry.number(shape(name)) if name in self.definitions else None

    def _entry(self, registry: Registry, entry: Entry) -> dict[str, Any]:
        value = registry.number(entry.value)
        kind: Any = ("Plain", (value,))
        if entry.keys:
            key = entry.keys[0] if len(entry.keys) == 1 else Shape("tuple", entry.keys)
            kind = ("Map", (entry.hashers, registry.number(key), value))
        return {
            "name": entry.name,
            "modifier": "Optional" if entry.is_optional else "Default",
            "type": kind,
            "default": self.default(entry),
            "docs": (),
        }

    def default(self, entry: Entry) -> bytes:
        """The encoded default of an absent entry; one byte 0 for none."""
        return b"\0" if entry.is_optional else self.codec.encode(entry.value, entry.to_chain(entry.default))

    def _extrinsic(self, registry: Registry, version: int) -> dict[str, Any]:
        extensions = [
            {"identifier": name, "type": registry.number(shape(extra)), "additional_signed": registry.number(shape(signed))}
            for name, extra, signed in EXTENSIONS
        ]
        if version == VERSIONS[0]:
            kind = registry.number(shape("UncheckedExtrinsic"))
            return {"type": kind, "version": EXTRINSIC_VERSION, "signed_extensions": extensions}
        extra = Shape("tuple", tuple(shape(extra) for _, extra, _ in EXTENSIONS))
        return {
            "version": EXTRINSIC_VERSION,
            "address": registry.number(shape("MultiAddress")),
            "call": registry.number(shape("RuntimeCall")),
            "signature": registry.number(shape("MultiSignature")),
            "extra": registry.number(extra),
            "signed_extensions": extensions,
        }

    def _api(self, registry: Registry, name: str, methods: Iterable[Method]) -> dict[str, Any]:
        described = [
            {
                "name": method.name,
                "inputs": [{"name": field, "type": registry.number(kind)} for field, kind in method.inputs],
                "output": registry.number(method.output),
                "docs": (),
            }
            for method in methods
        ]
        return {"name": name, "methods": described, "docs": ()}


def _by_pallet(found: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    for pallet, of in groupby(found, lambda one: str(one.pallet)):
        yield pallet, list(of)
