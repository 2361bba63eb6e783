"""Named types: structs of fields and enums of variants, with their path in metadata."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import frozen

from neuron_ledger.replay.node.types.notation import Fields, Shape, fields


@frozen
class Variant:
    """One case of an enum. index: its byte. about: a description for people."""

    name: str
    index: int
    fields: Fields = ()
    about: str = ""


@frozen
class Struct:
    """Fields in order. path: in the chain's sources. parameters: the type's own in metadata."""

    path: tuple[str, ...]
    fields: Fields
    parameters: tuple[tuple[str, Shape], ...] = ()


@frozen
class Enum:
    """One of several variants. parameters: the type's own in metadata."""

    path: tuple[str, ...]
    variants: tuple[Variant, ...]
    parameters: tuple[tuple[str, Shape], ...] = ()


Definition: TypeAlias = Struct | Enum
Definitions: TypeAlias = Mapping[str, Definition]


def struct(path: str, text: str = "") -> Struct:
    """A struct from the text of its fields; path: with `::` between its parts."""
    return Struct(tuple(path.split("::")), fields(text))


def enum(path: str, variants: Sequence[str] | str) -> Enum:
    """An enum from its variants in order: `Name`, or `Name: fields`; numbered from 0, or `3 Name` and on from there.

    Names alone may be given as one text.
    """
    found: list[Variant] = []
    index = 0
    for text in variants.split() if isinstance(variants, str) else variants:
        name, _, inner = text.partition(":")
        number, _, rest = name.partition(" ")
        if rest:
            index, name = int(number), rest
        found.append(Variant(name, index, fields(inner)))
        index += 1
    return Enum(tuple(path.split("::")), tuple(found))
