"""The form of a node's answers to runtime calls: JSON of the chain's own structs, in raw integers.

An account is 32 numbers, sometimes within a list of one; bytes are lists of numbers; a fixed-point number is an object with its
bits; an endpoint is an object whose fields are those of storage, in its order. Clients show accounts as addresses or hex digits,
bytes as hex digits, and a fixed-point number as its bits alone: those are accepted too.
"""

from typing import Any

from neuron_ledger.events.storage.items import AXON, PROMETHEUS
from neuron_ledger.events.wire.converters import Reads, leaf, people, read, values_of
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, I128, U8, Unit

ENDPOINTS: dict[Unit, tuple[str, ...]] = {
    AXON: ("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2"),
    PROMETHEUS: ("block", "version", "ip", "port", "ip_type"),
}
"""The names of an endpoint's values, in the order of storage."""


def _account(raw: Any, _: Unit) -> bytes:
    if isinstance(raw, str):
        return bytes(people.structure(raw, ACCOUNT))
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, list) or len(raw) != 32 or not all(type(byte) is int and 0 <= byte < 256 for byte in raw):
        raise FieldError("", "an account as a list of 32 bytes", raw)
    return bytes(raw)


def _bytes(raw: Any, _: Unit) -> bytes:
    return bytes(people.structure(raw, BYTES) if isinstance(raw, str) else people.structure(raw, tuple[U8, ...]))


def _wide(raw: Any, unit: Unit) -> Any:
    if unit != I128 or not isinstance(raw, dict):
        return people.structure(raw, unit)
    (bits,) = values_of(raw, ("bits",), "a fixed-point number")
    return read(people, bits, unit, "bits")


def _endpoint(unit: Unit) -> Reads:
    names = ENDPOINTS[unit]

    def reads(raw: Any, _: Unit) -> tuple[int, ...]:
        values = values_of(raw, names, "an endpoint")
        return tuple([read(people, value, part, name) for name, part, value in zip(names, unit.__args__, values, strict=True)])

    return reads


node = people.copy()
leaf(node, "account", _account, list)
leaf(node, "bytes", _bytes, list)
leaf(node, "wide", _wide)
node.register_structure_hook_factory(lambda unit: unit in ENDPOINTS, _endpoint)
