"""The types of a chain from its own metadata, for the codec of the development node.

Decoded values are as in the ledger: bytes for every `Vec<u8>`, structs as dicts by the chain's own names; encoding gives the
same bytes. A struct of one field is that field.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from neuron_ledger.replay.node.types.codec import Codec
from neuron_ledger.replay.node.types.definitions import Definition, Enum, Struct, Variant
from neuron_ledger.replay.node.types.notation import PRIMITIVES, Fields, Shape

_WIDE: Final = {"u256": 32, "i256": 32, "char": 4}
"""Primitives that are not interpreted here, and their size in bytes."""


class ChainTypes:
    """The types of one runtime, by their numbers. registry: the portable registry of its metadata, as JSON."""

    def __init__(self, registry: str) -> None:
        self._types: dict[int, Any] = {entry["id"]: entry["type"] for entry in json.loads(registry)["types"]}
        self._shapes: dict[int, Shape] = {}
        self.codec = Codec(_Definitions(self))

    def named(self, text: str) -> Shape:
        """The type that `scale_info::7` names."""
        return self.shape(int(text.rpartition("::")[2]))

    @cached_property
    def call(self) -> Shape:
        """The type of every call, as used in extrinsics. Raises: KeyError if the registry has none."""
        for of in self._types.values():
            if of.get("path", [])[-1:] == ["UncheckedExtrinsic"]:
                return self.shape({one["name"]: one["type"] for one in of["params"]}["Call"])
        raise KeyError("UncheckedExtrinsic")

    def shape(self, number: int) -> Shape:
        """The type of that number, with aliases resolved."""
        if number not in self._shapes:
            self._shapes[number] = self._shape(number)
        return self._shapes[number]

    def _shape(self, number: int) -> Shape:
        path = self._types[number].get("path", [])
        ((kind, inner),) = self._types[number]["def"].items()
        if path[-1:] == ["AccountId32"]:
            return Shape("AccountId32")
        if kind == "primitive":
            return Shape(inner) if inner in PRIMITIVES else Shape("array", (Shape("u8"),), _WIDE[inner])
        if kind == "compact":
            return Shape("Compact", (self.shape(inner["type"]),))
        if kind == "sequence":
            return Shape("Vec", (self.shape(inner["type"]),))
        if kind == "array":
            return Shape("array", (self.shape(inner["type"]),), inner["len"])
        if kind == "tuple":
            return Shape("tuple", tuple(map(self.shape, inner)))
        if kind == "composite" and len(inner.get("fields", ())) == 1:
            return self.shape(inner["fields"][0]["type"])
        if path == ["Option"]:
            return Shape("Option", (self.shape(inner["variants"][1]["fields"][0]["type"]),))
        return Shape(str(number))

    def definition(self, number: int) -> Definition:
        """The struct or enum of that number. Raises: KeyError for what is neither."""
        path = tuple(self._types[number].get("path", ()))
        found = self._types[number]["def"]
        if "composite" in found:
            return Struct(path, self._fields(found["composite"]))
        variants = found["variant"].get("variants", ())
        return Enum(path, tuple(Variant(one["name"], one["index"], self._fields(one)) for one in variants))

    def _fields(self, of: Any) -> Fields:
        return tuple((field.get("name") or "", self.shape(field["type"])) for field in of.get("fields", ()))


class _Definitions(Mapping[str, Definition]):
    """The definitions of a registry, each made on first use."""

    def __init__(self, types: ChainTypes) -> None:
        self._of = types
        self._made: dict[str, Definition] = {}

    def __getitem__(self, name: str) -> Definition:
        if name not in self._made:
            self._made[name] = self._of.definition(int(name))
        return self._made[name]

    def __iter__(self) -> Any:
        return iter(map(str, self._of._types))

    def __len__(self) -> int:
        return len(self._of._types)
