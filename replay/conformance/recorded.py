"""Between recorded cases and our own values: storage dumps, arguments and events of `../shared/vectors`-style files.

In recordings booleans are 0 and 1, accounts and hashes 64 hex digits, byte vectors lists, integers beyond 2^53 decimal strings.
"""

from collections.abc import Iterator
from typing import Any

from neuron_ledger.events.calls import AddStake, AdvanceTo, RemoveStake, SudoSet
from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.storage.items import CERTIFICATE, Item
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout
from neuron_ledger.events.wire.kinds import (
    Account,
    Blob,
    Boolean,
    Kind,
    ListOf,
    Optional,
    Packed,
    Pairs,
    Struct,
    Text,
    pack_pairs,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.rate_limit_keys import rate_limit_key


def inside(kind: Kind, raw: Any) -> Any:
    """The inside form of a recorded value of a kind."""
    match kind:
        case Boolean():
            return bool(int(raw))
        case Account():
            return bytes.fromhex(raw)
        case Blob():
            return bytes(raw) if isinstance(raw, list) else bytes.fromhex(raw)
        case Packed(bits=1):
            return tuple(bool(int(item)) for item in raw)
        case Packed():
            return tuple(int(item) for item in raw)
        case Pairs():
            return pack_pairs([[int(uid), int(value)] for uid, value in raw])
        case ListOf(of=of):
            return tuple(inside(of, item) for item in raw)
        case Text():
            return str(raw)
        case Struct(of=(Text(), *fields)) if isinstance(raw, str):
            # A variant of an enumeration that has no fields.
            return (raw, *(() for _ in fields))
        case Struct() if kind == CERTIFICATE and isinstance(raw[0], list):
            # Recordings of 424 have the key first.
            return inside(kind, raw[::-1])
        case Struct(of=parts):
            return tuple(inside(part, item) for part, item in zip(parts, raw, strict=True))
        case Optional(of=of):
            return None if raw is None else inside(of, raw)
        case _:
            return int(raw)


def entries(item: Item, raw: Any) -> Iterator[tuple[Any, Any]]:
    """(key, value) of everything recorded under one item of a dump."""
    if not item.keys:
        yield (), inside(item.value, raw)
        return
    for row in raw:
        yield recorded_key(item, row[:-1]), inside(item.value, row[-1])


def recorded_key(item: Item, parts: list[Any]) -> Any:
    """The inside form of a recorded key."""
    if not item.keys:
        return ()
    if item.name == "LastRateLimitedBlock":
        return rate_limit_key(parts[0])
    key = tuple(inside(kind, part) for kind, part in zip(item.keys, parts, strict=True))
    return key[0] if len(key) == 1 else key


def load(dump: dict[str, Any], block: int, layout: Layout = LAYOUT_277) -> Storage:
    """The storage that a recorded dump describes, at a block. Raises: FieldError for an item that the layout does not have."""
    storage = Storage(layout)
    with storage.transaction():
        for name, raw in dump.items():
            table = storage.map(layout.item(name).name)
            for key, value in entries(table.item, raw):
                table[key] = value
        storage.block_number.value = block
    return storage


def expected_changes(diff: dict[str, Any], layout: Layout = LAYOUT_277) -> dict[tuple[str, Any], Any]:
    """{(item name, key): new value, or None where the entry went away} of a recorded diff."""
    changes: dict[tuple[str, Any], Any] = {}
    for name, raw in diff.get("set", {}).items():
        for key, value in entries(layout.item(name), raw):
            changes[name, key] = value
    for name, keys in diff.get("del", {}).items():
        item = layout.item(name)
        for parts in keys if item.keys else [[]]:
            changes[name, recorded_key(item, parts)] = None
    return changes


def take_over(storage: Storage, changes: dict[tuple[str, Any], Any], block: int) -> None:
    """Apply recorded changes to storage, which is then at `block`."""
    with storage.transaction():
        for (name, key), value in changes.items():
            if value is None:
                storage.map(name).remove(key)
            else:
                storage.map(name)[key] = value
        storage.block_number.value = block


_ARGUMENTS: dict[type[Call], dict[str, str]] = {
    AddStake: {"amount_staked": "amount"},
    RemoveStake: {"amount_unstaked": "amount"},
}
"""Recorded argument names that differ from the chain's."""


def submission(op: dict[str, Any]) -> Submission:
    """The call that a recorded operation made, and who made it."""
    args = op["args"]
    origin = bytes.fromhex(op["signer"]) if "signer" in op else None
    if op["op"] == "step":
        return Submission(AdvanceTo(int(op["block"]) + int(args["blocks"])), origin)
    if op["op"] == "set_param":
        return Submission(SudoSet(args["name"], int(args["netuid"] or 0), int(args["value"])), origin)
    cls = CALLS_BY_NAME[op["op"]]
    renamed = _ARGUMENTS.get(cls, {})
    values = [inside(kind, args[renamed.get(name, name)]) for name, kind in cls.kinds]
    return Submission(cls(*values), origin)


def plain(value: Any) -> Any:
    """A value of either side in one comparable form: ints, hex digits, lists."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str) and value.isdecimal() and len(value) < 40:
        return int(value)
    return value
