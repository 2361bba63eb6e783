"""The numbered list of types in metadata: every type once, its components by their numbers.

Source: scale-info, PortableRegistry.
"""

from typing import Any

from neuron_ledger.replay.node.types.codec import ACCOUNT
from neuron_ledger.replay.node.types.definitions import Definitions, Struct, Variant
from neuron_ledger.replay.node.types.notation import PRIMITIVES, Fields, Shape

Described = dict[str, Any]
"""A type as in metadata (`metadata/layout.py`)."""

ACCOUNT_PATH = ("sp_core", "crypto", ACCOUNT)
_BYTES_32 = Shape("array", (Shape("u8"),), 32)


class Registry:
    """Gives every type a number when it first occurs."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._numbers: dict[Shape, int] = {}
        self._described: list[Described] = []
        self.number(Shape(ACCOUNT))  # clients identify an account by the number 0, as on the chain

    def number(self, kind: Shape) -> int:
        """The number of a type. Raises: KeyError for a name that is not defined."""
        found = self._numbers.get(kind)
        if found is None:
            found = self._numbers[kind] = len(self._described)
            self._described.append({})  # its place: its components come after, and may contain it again
            self._described[found] = self._describe(kind)
        return found

    def described(self) -> list[dict[str, Any]]:
        """All types so far, by number."""
        return [{"id": number, "type": described} for number, described in enumerate(self._described)]

    def fields(self, fields: Fields) -> list[dict[str, Any]]:
        """Fields as in metadata."""
        return [{"name": name or None, "type": self.number(kind), "type_name": str(kind), "docs": ()} for name, kind in fields]

    def _describe(self, kind: Shape) -> Described:
        name, parts = kind.name, kind.parts
        if name in PRIMITIVES:
            return _type(("Primitive", (name,)))
        if name == ACCOUNT:
            return _type(("Composite", (self.fields((("", _BYTES_32),)),)), ACCOUNT_PATH)
        if name == "Vec":
            return _type(("Sequence", (self.number(parts[0]),)))
        if name == "array":
            return _type(("Array", (kind.length, self.number(parts[0]))))
        if name == "tuple":
            return _type(("Tuple", ([self.number(part) for part in parts],)))
        if name == "Compact":
            return _type(("Compact", (self.number(parts[0]),)))
        if name == "Option":
            variants = [self._variant(Variant("None", 0)), self._variant(Variant("Some", 1, (("", parts[0]),)))]
            return _type(("Variant", (variants,)), ("Option",), self._parameters(("T", parts[0])))
        if name in ("BTreeSet", "BTreeMap"):
            item = Shape("tuple", parts) if name == "BTreeMap" else parts[0]
            named = zip("KV" if name == "BTreeMap" else "T", parts, strict=True)
            return _type(("Composite", (self.fields((("", Shape("Vec", (item,))),)),)), (name,), self._parameters(*named))
        return self._describe_named(name)

    def _describe_named(self, name: str) -> Described:
        definition = self.definitions[name]
        if isinstance(definition, Struct):
            composite = ("Composite", (self.fields(definition.fields),))
            return _type(composite, definition.path, self._parameters(*definition.parameters))
        variants = ("Variant", ([self._variant(variant) for variant in definition.variants],))
        return _type(variants, definition.path, self._parameters(*definition.parameters))

    def _variant(self, variant: Variant) -> dict[str, Any]:
        about = (variant.about,) if variant.about else ()
        return {"name": variant.name, "fields": self.fields(variant.fields), "index": variant.index, "docs": about}

    def _parameters(self, *parameters: tuple[str, Shape]) -> list[dict[str, Any]]:
        return [{"name": name, "type": self.number(kind)} for name, kind in parameters]


def _type(definition: Any, path: tuple[str, ...] = (), parameters: Any = ()) -> Described:
    return {"path": path, "params": parameters, "def": definition, "docs": ()}
