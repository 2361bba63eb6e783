"""Metadata read by the clients' own library, as plain text that can be compared."""

import gzip
import json
from typing import Any

from bittensor_core import Runtime as Client

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.node.metadata.document import NodeRuntime
from tests.shared_data import shared

DEEPEST = 12


def real_metadata(spec_version: int) -> "Read":
    """What a node of the main chain answered."""
    text = gzip.decompress(shared(f"metadata/finney-{spec_version}.hex.gz").read_bytes()).decode().strip()
    return Read(bytes.fromhex(text.removeprefix("0x")), spec_version)


def our_metadata(spec_version: int, version: int = 15) -> "Read":
    return Read(NodeRuntime(TIMELINE.runtime(spec_version)).metadata(version), spec_version)


class Read:
    """Metadata as a client sees it. Types of one unnamed field are shown as that field."""

    def __init__(self, content: bytes, spec_version: int) -> None:
        self.client = Client(content, spec_version, 1, 42)
        self.types: list[Any] = [one["type"] for one in json.loads(self.client.registry_json())["types"]]
        self.pallets: list[Any] = self.client.metadata_ir()["pallets"]

    def storage(self) -> dict[str, tuple[Any, ...]]:
        """Pallet.Item → hashers, types of keys, type of the value, modifier."""
        found = {}
        for pallet in self.pallets:
            for item in pallet["storage"]:
                entry = self.client.storage_entry(pallet["name"], item["name"])
                keys = [self._numbered(kind) for kind in entry.param_types]
                found[f"{pallet['name']}.{item['name']}"] = (
                    entry.param_hashers,
                    keys,
                    self._numbered(entry.value_type),
                    entry.modifier,
                )
        return found

    def defaults(self) -> dict[str, bytes]:
        """Pallet.Item → what an absent entry reads as, encoded."""
        names = [(pallet["name"], item["name"]) for pallet in self.pallets for item in pallet["storage"]]
        return {f"{of}.{name}": bytes(self.client.storage_entry(of, name).default_bytes) for of, name in names}

    def variants(self, path: str) -> dict[str, tuple[int, list[tuple[str, str]]]]:
        """Of the enum with that path: variant → its number, and the names and types of its fields."""
        for described in self.types:
            if described.get("path") == path.split("::"):
                variants = described["def"]["variant"].get("variants", [])
                return {variant["name"]: (variant["index"], self._fields(variant)) for variant in variants}
        return {}

    def _numbered(self, name: str) -> str:
        return self.shown(int(name.removeprefix("scale_info::")))

    def _fields(self, described: Any) -> list[tuple[str, str]]:
        return [(field.get("name", ""), self.shown(field["type"], 1)) for field in described.get("fields", [])]

    def shown(self, number: int, depth: int = 0) -> str:
        """A type as text, with all that is inside."""
        described = self.types[number]
        (kind, inner), name = next(iter(described["def"].items())), described.get("path", [""])[-1]
        if depth > DEEPEST or name in ("AccountId32", "RuntimeCall"):
            return str(name)
        if kind == "primitive":
            return str(inner)
        if kind in ("compact", "sequence"):
            return f"{kind}<{self.shown(inner['type'], depth + 1)}>"
        if kind == "array":
            return f"[{self.shown(inner['type'], depth + 1)}; {inner['len']}]"
        if kind == "tuple":
            return f"({', '.join(self.shown(part, depth + 1) for part in inner)})"
        if kind == "composite":
            fields = inner.get("fields", [])
            if len(fields) == 1 and "name" not in fields[0]:
                return self.shown(fields[0]["type"], depth + 1)
            return f"{name}{{{', '.join(self._shown_field(field, depth) for field in fields)}}}"
        variants = inner.get("variants", [])
        return f"{name}[{', '.join(self._shown_variant(variant, depth) for variant in variants)}]"

    def _shown_field(self, field: Any, depth: int) -> str:
        return f"{field.get('name', '')}: {self.shown(field['type'], depth + 1)}"

    def _shown_variant(self, variant: Any, depth: int) -> str:
        fields = ", ".join(self._shown_field(field, depth) for field in variant.get("fields", []))
        return f"{variant['index']} {variant['name']}({fields})"
