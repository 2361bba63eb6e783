"""Trees of the chain's code that share a spec_version: their names, and the names in metadata that distinguish them.

A number can stand for several trees: a draft that ran beside the main line, or an earlier use of a number that was reused later.
Most numbers stand for one. A runtime is known by its number alone if it is of the main line, or of the only tree that ran;
others by number and tree, such as `218-draft`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import U32

LONGEST_NUMBER: Final = 10
"""Digits of the largest spec_version, a u32."""

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
"""By number, then by tree: names of storage items or calls; metadata belongs to the first tree, in this order, all of whose names

it contains.
The tree with the empty name is known by its number alone. In March 2023 numbers from 101 on were used twice: `first` are those
before the 20th, when counting started over. The `first` 127 was in use for some days of July 2023; the `first` 147 was withdrawn
after a day. 185 was the test network's; its `first` and `second` are some weeks and some days older. The `draft` of 218 had pools
and alpha before the main line had them.
"""


def named(spec_version: int, tree: str | None) -> RuntimeName:
    """The name of a runtime."""
    return f"{spec_version}-{tree}" if tree else spec_version


@lru_cache(maxsize=8)
def name_by_metadata(spec_version: int, metadata: bytes) -> RuntimeName:
    """The name of an observed runtime. metadata: SCALE."""
    trees = TREES.get(spec_version, {})
    return named(spec_version, next((tree for tree, own in trees.items() if all(_has(metadata, name) for name in own)), None))


def _has(metadata: bytes, name: str) -> bool:
    """Whether metadata contains a name as a whole: preceded by its length."""
    return bytes([len(name) << 2]) + name.encode() in metadata


def parts_of(name: RuntimeName) -> tuple[int, str]:
    """The spec_version and the tree of a runtime's name; the tree is empty where there is none. Raises: FieldError."""
    number, dash, tree = str(name).partition("-")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not is_number or bool(dash) != (tree.isascii() and tree.isalpha()):
        raise FieldError("spec_version", "a number, or one with a tree such as 218-draft", str(name))
    return read(people, int(number), U32, "spec_version"), tree
