"""Conversion between recorded cases and our own values: storage dumps, arguments and events of `../shared/vectors`-style files.

In recordings booleans are 0 and 1, accounts and hashes 64 hex digits, byte vectors lists, integers beyond 2^53 decimal strings.
"""

from collections.abc import Iterator
from typing import Any

from neuron_ledger.events.calls import AddStake, AdvanceTo, Register, RemoveStake, SetParam, SudoSet
from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.parameters import SetMechanismEmissionSplit
from neuron_ledger.events.storage.hyperparameters import CALLS_OF_HYPERPARAMETERS
from neuron_ledger.events.storage.items import CERTIFICATE, IDENTITY, Item
from neuron_ledger.events.storage.items_424 import ROOT_CLAIM_TYPE
from neuron_ledger.events.storage.layout import FIRST_LAYOUT, Layout
from neuron_ledger.events.weight_calls import StorePulse
from neuron_ledger.events.wire.converters import leaf, new_form
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.events.wire.units import BOOL_VECTOR, Unit, family_of
from neuron_ledger.ledger.rules.accounts.identities import OF_SUBNETS_283
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64F64
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.rate_limit_keys import recorded_rate_limit_key


def _bytes(raw: Any, _: Unit) -> bytes:
    return bytes(raw) if isinstance(raw, list) else bytes.fromhex(raw)


def _vector(raw: Any, unit: Unit) -> tuple[Any, ...]:
    element = bool if unit == BOOL_VECTOR else int
    return tuple([element(int(item)) for item in raw])


def _row(raw: Any, _: Unit) -> bytes:
    return pack_pairs([[int(uid), int(value)] for uid, value in raw])


def _certificate(raw: Any, unit: Unit) -> Any:
    """Recordings of 424 have the key first."""
    return _AS_PARTS(raw[::-1] if isinstance(raw[0], list) else raw, unit)


def _identity(raw: Any, unit: Unit) -> Any:
    """Texts of a subnet's identity; by name if they are an argument."""
    named = isinstance(raw, dict)
    return _IDENTITY_AS_PARTS([raw[name] for name in OF_SUBNETS_283.longest if name in raw] if named else raw, unit)


def _claim_type(raw: Any, unit: Unit) -> Any:
    """A variant of an enumeration; only its name if it has no fields."""
    return _CLAIM_AS_PARTS([raw, []] if isinstance(raw, str) else raw, unit)


recordings = new_form()
"""The form of recordings for reading; `plain` converts values of both sides to one form for comparison."""
leaf(recordings, "integer wide number", lambda raw, _: int(raw), int)
leaf(recordings, "bool", lambda raw, _: bool(int(raw)), int)
leaf(recordings, "text", lambda raw, _: str(raw), str)
leaf(recordings, "bytes account", _bytes, bytes.hex)
leaf(recordings, "vector", _vector, list)
leaf(recordings, "row", _row, pairs)
_AS_PARTS, _CLAIM_AS_PARTS, _IDENTITY_AS_PARTS = (
    recordings.get_structure_hook(unit) for unit in (CERTIFICATE, ROOT_CLAIM_TYPE, IDENTITY)
)
recordings.register_structure_hook_func(lambda unit: unit == CERTIFICATE, _certificate)
recordings.register_structure_hook_func(lambda unit: unit == ROOT_CLAIM_TYPE, _claim_type)
recordings.register_structure_hook_func(lambda unit: unit == IDENTITY, _identity)


def entries(item: Item, raw: Any) -> Iterator[tuple[Any, Any]]:
    """(key, value) of everything recorded under one item of a dump."""
    if not item.keys:
        yield (), recordings.structure(raw, item.value)
        return
    for row in raw:
        yield recorded_key(item, row[:-1]), recordings.structure(row[-1], item.value)


def recorded_key(item: Item, parts: list[Any]) -> Any:
    """The internal form of a recorded key."""
    if not item.keys:
        return ()
    if item.name == "LastRateLimitedBlock":
        return recorded_rate_limit_key(parts[0])
    key = tuple(recordings.structure(part, unit) for unit, part in zip(item.keys, parts, strict=True))
    return key[0] if len(key) == 1 else key


def load(dump: dict[str, Any], block: int, layout: Layout = FIRST_LAYOUT) -> Storage:
    """The storage that a recorded dump describes, at a block. Raises: FieldError for an item that the layout does not have."""
    storage = Storage(layout)
    with storage.transaction():
        for name, raw in dump.items():
            table = storage.map(layout.item(name).name)
            for key, value in entries(table.item, raw):
                table[key] = value
        storage.block_number.value = block
    return storage


def expected_changes(diff: dict[str, Any], layout: Layout = FIRST_LAYOUT) -> dict[tuple[str, Any], Any]:
    """{(item name, key): new value, or ABSENT if the entry was removed} of a recorded diff."""
    changes: dict[tuple[str, Any], Any] = {}
    for name, raw in diff.get("set", {}).items():
        for key, value in entries(layout.item(name), raw):
            changes[name, key] = value
    for name, keys in diff.get("del", {}).items():
        item = layout.item(name)
        for parts in keys if item.keys else [[]]:
            changes[name, recorded_key(item, parts)] = ABSENT
    return changes


def take_over(storage: Storage, changes: dict[tuple[str, Any], Any], block: int) -> None:
    """Apply recorded changes to storage, which is then at `block`."""
    with storage.transaction():
        for (name, key), value in changes.items():
            if value is ABSENT:
                storage.map(name).remove(key)
            else:
                storage.map(name)[key] = value
        storage.block_number.value = block


SCHEDULED_SWAPS = "ScheduledColdkeySwaps"
"""The item that is not in recordings: swaps that fall due are among the arguments of the operation."""


def scheduled_swaps(op: dict[str, Any]) -> dict[int, tuple[tuple[bytes, bytes, int], ...]]:
    """The swaps of coldkeys that fall due in a recorded operation, by block."""
    due: dict[int, tuple[tuple[bytes, bytes, int], ...]] = {}
    for block, old, new, cost in op["args"].get("scheduled", ()):
        due[int(block)] = (*due.get(int(block), ()), (bytes.fromhex(old), bytes.fromhex(new), int(cost)))
    return due


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
        return Submission(_bare_setter(args["name"], int(args["netuid"] or 0), int(args["value"])), origin)
    if op["op"] == "store_pulse":
        return Submission(StorePulse(int(args["round"]), b""), origin)
    parameter = CALLS_OF_HYPERPARAMETERS.get(op["op"])
    if parameter is not None:
        netuid = 0 if parameter.whole_chain else int(args["netuid"])
        return Submission(SudoSet(parameter.name, netuid, int(args[parameter.argument])), origin)
    cls = CALLS_BY_NAME[op["op"]]
    if cls is Register:
        # Since 397 the work is ignored, and recordings have arbitrary values there.
        args = {**args, "work": args["work"].rjust(64, "0")}
    renamed = _ARGUMENTS.get(cls, {})
    values = [_argument(args, renamed.get(name, name), unit) for name, unit in cls.units]
    return Submission(cls(*values), origin)


def _argument(args: dict[str, Any], name: str, unit: Unit) -> Any:
    """An argument of a call; None if it is absent and optional."""
    return None if family_of(unit) == "optional" and name not in args else recordings.structure(args[name], unit)


def _bare_setter(name: str, netuid: int, value: int) -> Call:
    """A recorded `set_param`, with multiples in percent, and a split as the first of two parts, or unset below 3000."""
    if name == "emission_split":
        return SetMechanismEmissionSplit(netuid, None if value < 3000 else (value, U16_MAX - value))
    return SetParam(name, netuid, (value << U64F64.fraction) // 100 if name == "burn_increase_mult" else value)


def plain(value: Any) -> Any:
    """A value of either side in a comparable form: ints, hex digits, lists."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str) and value.isdecimal() and len(value) < 40:
        return int(value)
    return value
