"""The two sizes sent with a synapse: what its values and its headers take in memory, as CPython 3.11 counts them.

The SDK measures them on whatever Python runs; nothing depends on them. Here they are computed, so that a synapse has the same
sizes everywhere.

Source: bittensor 9.7.0 core/synapse.py::get_size, Synapse.to_headers (`sys.getsizeof`).
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel

MODEL: Final = 80
"""Bytes of a model without its fields."""
_DICT, _KEYS_HEADER, _ENTRY = 64, 32, 16
_WORD: Final = 8
_SMALLEST_INT, _LARGEST_INT = -5, 256
"""Integers that exist once."""


def size_of_dict(entries: int) -> int:
    """Bytes of a dict with this many texts as keys."""
    if not entries:
        return _DICT
    slots = 8
    while entries > slots * 2 // 3:
        slots *= 2
    return _DICT + _KEYS_HEADER + slots * (1 if slots < 256 else 2) + slots * 2 // 3 * _ENTRY


def size_of_text(text: str) -> int:
    """Bytes of a text: one, two or four for each character, by the widest of them."""
    if text.isascii():
        return 49 + len(text)
    widest = max(text)
    return 73 + len(text) if widest < "\u0100" else 74 + 2 * len(text) if widest < "\U00010000" else 76 + 4 * len(text)


def size_of_model(model: BaseModel) -> int:
    """Bytes of a model with everything in its fields, each object once."""
    return _model(model, set())


def _model(model: BaseModel, seen: set[Any]) -> int:
    fields = model.__dict__
    return MODEL + size_of_dict(len(fields)) + _items(fields, seen)


def _items(mapping: Mapping[Any, Any], seen: set[Any]) -> int:
    return _all(mapping.values(), seen) + _all(mapping, seen)


def _all(values: Iterable[Any], seen: set[Any]) -> int:
    size = 0
    for value in values:
        kind = type(value)
        # Singletons are identified by value; names by text, as they are interned; anything else by its address.
        once = value is None or kind is bool or (kind is int and _SMALLEST_INT <= value <= _LARGEST_INT)
        mark = (kind, value) if once or (kind is str and len(value) < 2) else id(value)
        if mark not in seen:
            seen.add(mark)
            size += _one(value, kind, seen)
    return size


def _one(value: Any, kind: type, seen: set[Any]) -> int:
    if kind is str:
        return size_of_text(value)
    if value is None:
        return 16
    if kind is int or kind is bool:
        return 24 + 4 * max(1, -(-int(value).bit_length() // 30))
    if kind is float:
        return 24
    if kind is list or kind is tuple:
        return (56 if kind is list else 40) + _WORD * len(value) + _all(value, seen)
    if isinstance(value, dict):
        return size_of_dict(len(value)) + _items(value, seen)
    if isinstance(value, BaseModel):
        return _model(value, seen)
    inside = _all(value, seen) if isinstance(value, set | frozenset) else 0
    return sys.getsizeof(value) + inside
