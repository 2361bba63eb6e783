"""What a node has under an item of the pallet, as the ledger's own storage holds it, where both hold the same.

Items change from runtime to runtime. An entry is taken over under the item of the ledger's layout only if its key and its value
fit there; the bytes that the node has are kept in any case, raw.
"""

from collections.abc import Mapping
from typing import Any

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.converters import read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import check_of
from neuron_ledger.replay.history.runtime import PALLET, NodeRuntime
from neuron_ledger.replay.importers.node_form import node

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()


def typed_key(runtime: NodeRuntime, item: Item, key: bytes) -> Any:
    """The key of an entry in the ledger's storage, from the full key that a node has; ABSENT where it does not fit."""
    try:
        entry = runtime.scale.storage_entry(PALLET, item.name)
        parts = runtime.scale.decode_storage_key_params(PALLET, item.name, key) if entry.param_types else ()
        parts = tuple(parts) if isinstance(parts, (list, tuple)) else (parts,)
        if len(parts) != len(item.keys):
            return ABSENT
        read_parts = tuple(_fits(part, unit) for part, unit in zip(parts, item.keys, strict=True))
    except (ValueError, KeyError, FieldError):
        return ABSENT
    return read_parts[0] if len(read_parts) == 1 else read_parts


def typed_value(runtime: NodeRuntime, item: Item, value: bytes) -> Any:
    """A value in the form of the ledger's storage; ABSENT where it does not fit."""
    try:
        return _fits(runtime.scale.decode(runtime.scale.storage_entry(PALLET, item.name).value_type, value), item.value)
    except (ValueError, KeyError, FieldError):
        return ABSENT


def _fits(value: Any, unit: Any) -> Any:
    found = read(node, _lists(value), unit, "")
    check_of(unit)(found, "")
    return found


def _lists(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, (list, tuple)):
        return [_lists(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _lists(part) for name, part in value.items()}
    return value
