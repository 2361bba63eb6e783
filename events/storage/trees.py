"""Trees of the chain's code that had one spec_version: their names, and by which names metadata tells them apart.

A number can stand for several trees: a draft that ran beside the main line, or what a number had been before it was taken again.
Most numbers stand for one. A runtime goes by its number alone where it is of the main line, or of the only tree that ran;
others by number and tree, such as `218-draft`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from neuron_ledger.events.wire.units import U32, check_of

LONGEST_NUMBER: Final = 10
"""Digits of the largest spec_version, an u32."""

RuntimeName: TypeAlias = int | str
"""A spec_version, or one with a tree: `218-draft`."""

TREES: Final[Mapping[int, Mapping[str, tuple[str, ...]]]] = {
    101: {"": ("TxRateLimit",), "first": ()},
    102: {"": ("TxRateLimit",), "first": ()},
    103: {"": ("TxRateLimit",), "first": ()},
    109: {"": ("TxRateLimit",), "first": ()},
    110: {"": ("sudo_set_total_issuance",), "first": ()},
    127: {"first": ("ValidatorBatchSize",), "": ()},
    147: {"": ("close_old_weight",), "first": ()},
    185: {"": ("WeightCommits",), "first": ("set_root_weights",), "second": ()},
    218: {"draft": ("SubnetTAO",), "": ()},
}
"""By number, then by tree: names of storage items or calls, of which metadata has all where it is that tree's, in this order.

The tree with the empty name goes by its number alone. In March 2023 numbers from 101 on came twice: `first` are those of before
the 20th, when counting began anew. The `first` 127 is as it was for some days of July 2023; the `first` 147 was taken back after
a day. 185 was the test network's; its `first` and `second` are of some weeks and some days earlier. The `draft` of 218 had pools
and alpha before the main line had them.
"""


def named(spec_version: int, tree: str | None) -> RuntimeName:
    """The name of a runtime."""
    return f"{spec_version}-{tree}" if tree else spec_version


@lru_cache(maxsize=8)
def name_by_metadata(spec_version: int, metadata: bytes) -> RuntimeName:
    """The name of a runtime that was seen. metadata: SCALE."""
    trees = TREES.get(spec_version, {})
    return named(spec_version, next((tree for tree, own in trees.items() if all(_has(metadata, name) for name in own)), None))


def _has(metadata: bytes, name: str) -> bool:
    """Whether a name stands in metadata, whole: behind its length."""
    return bytes([len(name) << 2]) + name.encode() in metadata


def parts_of(name: RuntimeName) -> tuple[int, str]:
    """The spec_version and the tree of a runtime's name; the tree is empty where there is none. Raises: ValueError."""
    number, dash, tree = str(name).partition("-")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not is_number or bool(dash) != (tree.isascii() and tree.isalpha()):
        raise ValueError(f"spec_version: expected a number, or one with a tree such as 218-draft, got {str(name)!r:.60}")
    check_of(U32)(int(number), "spec_version")
    return int(number), tree
