"""Trees of the chain's code that had one spec_version: their names, and by which storage items metadata tells them apart.

A number can stand for several trees: a draft that ran beside the main line, or what a number had been before it was taken again.
Most numbers stand for one. A runtime goes by its number alone where it is of the main line, or of the only tree that ran;
others by number and tree, such as `218-draft`.
"""

from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from neuron_ledger.events.wire.units import U32, check_of

LONGEST_NUMBER: Final = 10
"""Digits of the largest spec_version, an u32."""

RuntimeName: TypeAlias = int | str
"""A spec_version, or one with a tree: `218-draft`."""

TREES: Final[Mapping[int, Mapping[str, frozenset[str]]]] = {
    103: {"": frozenset({"TxRateLimit"}), "first": frozenset()},
    185: {"": frozenset({"WeightCommits"}), "first": frozenset()},
    218: {"draft": frozenset({"SubnetTAO"}), "": frozenset()},
}
"""By number, then by tree: storage items of which metadata has all where it is that tree's, and none of those before it.

The tree with the empty name goes by its number alone. Of 103, `first` is that of a week earlier, which took registrations; of 185
those of before commits to weights. The `draft` of 218 had pools and alpha before the main line had them.
"""


def named(spec_version: int, tree: str | None) -> RuntimeName:
    """The name of a runtime."""
    return f"{spec_version}-{tree}" if tree else spec_version


def name_by_items(spec_version: int, items: Collection[str]) -> RuntimeName:
    """The name of a runtime that was seen. items: the storage items of the pallet, as its metadata has them."""
    trees = TREES.get(spec_version, {})
    return named(spec_version, next((tree for tree, own in trees.items() if own <= set(items)), None))


def parts_of(name: RuntimeName) -> tuple[int, str]:
    """The spec_version and the tree of a runtime's name; the tree is empty where there is none. Raises: ValueError."""
    number, dash, tree = str(name).partition("-")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not is_number or bool(dash) != (tree.isascii() and tree.isalpha()):
        raise ValueError(f"spec_version: expected a number, or one with a tree such as 218-draft, got {str(name)!r:.60}")
    check_of(U32)(int(number), "spec_version")
    return int(number), tree
