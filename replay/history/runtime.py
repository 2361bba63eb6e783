"""A runtime as its own metadata describes it: how its storage, extrinsics, events and errors are read."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Self

from attrs import frozen

from neuron_ledger.events.blocks_seen import EventSeen, ExtrinsicSeen, RuntimeSeen
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.events.storage.trees import name_by_metadata
from neuron_ledger.events.wire import ss58
from neuron_ledger.replay.history.chain_types import ChainTypes
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.node.types.notation import Shape

PALLET: Final = "SubtensorModule"
SS58_FORMAT: Final = 42
NAME_LENGTH: Final = 16
"""Bytes of the hash of a pallet's or an item's name at the beginning of keys."""
KEY_NAMES: Final = 2 * NAME_LENGTH

OF_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "System.Account": ("Balances", "AccountNonce"),
    "Balances.TotalIssuance": ("BalancesTotalIssuance",),
    "SenateMembers.Members": ("SenateMembers",),
    "Sudo.Key": (),
    "System.LastRuntimeUpgrade": (),
}
"""`Pallet.Item` of other pallets that rules need → the ledger's items that hold parts of it."""
BESIDE: Final = frozenset(name for layout in LAYOUTS.values() for name in layout.items if "." in name)
"""Items of other pallets that the ledger has under the same names, `Pallet.Item`."""

_INNER: Final = {
    ("Sudo", "Sudid"): "sudo_result",
    ("Sudo", "SudoAsDone"): "sudo_result",
    ("Utility", "BatchInterrupted"): "error",
    ("Utility", "ItemFailed"): "error",
    ("Utility", "DispatchedAs"): "result",
    ("Proxy", "ProxyExecuted"): "result",
    ("Multisig", "MultisigExecuted"): "result",
}
"""Events of nested calls → the field that has the outcome."""


def is_read_besides(name: str) -> bool:
    """Whether an item of another pallet, `Pallet.Item`, is read as well: rules need it."""
    return name in OF_OTHERS or name in BESIDE


@frozen
class StorageEntry:
    """A storage item as metadata declares it. hashers, keys: one a key part. value: its type."""

    pallet: str
    name: str
    hashers: tuple[str, ...]
    keys: tuple[Shape, ...]
    value: Shape

    @property
    def is_of_subnets(self) -> bool:
        """Whether its keys begin with a u16, which in these pallets is a subnet."""
        return bool(self.keys) and self.keys[0] == Shape("u16")


class NodeRuntime:
    """One runtime. Raises: NodeProblem for metadata that cannot be read."""

    def __init__(self, metadata: bytes, spec_version: int, transaction_version: int) -> None:
        try:
            from bittensor_core import Runtime
        except ImportError:
            raise NodeProblem("reading a node's answers needs bittensor-core: pip install 'neuron-ledger[node]'") from None
        try:
            self.scale = Runtime(metadata, spec_version, transaction_version, SS58_FORMAT)
            pallets = self.scale.metadata_ir()["pallets"]
            self.events_type = self.scale.storage_entry("System", "Events").value_type
        except (ValueError, KeyError) as error:
            raise NodeProblem(f"the metadata of spec_version {spec_version} cannot be read: {error!s:.200}") from None
        self.metadata = metadata
        self.spec_version = spec_version
        self.transaction_version = transaction_version
        self.pallets: dict[int, str] = {pallet["index"]: pallet["name"] for pallet in pallets}
        own = next((pallet for pallet in pallets if pallet["name"] == PALLET), None)
        if own is None or not own["storage"]:
            raise NodeProblem(f"spec_version {spec_version} has no pallet {PALLET}: is it a chain of subtensor?")
        self.types = ChainTypes(self.scale.registry_json())
        places = {item["name"]: (PALLET, item["name"]) for item in own["storage"]}
        for pallet in pallets:
            named = [(f"{pallet['name']}.{item['name']}", item["name"]) for item in pallet["storage"]]
            places |= {name: (pallet["name"], item) for name, item in named if is_read_besides(name)}
        self.entries = {name: self._entry(*place) for name, place in places.items()}
        self.items: dict[str, bytes] = {name: bytes(self.scale.storage_prefix(*place)) for name, place in places.items()}
        """Every item that is read, the pallet's own first → its key prefix."""
        self.names = {prefix: name for name, prefix in self.items.items()}
        self.name = name_by_metadata(spec_version, metadata)
        """The name by which its rules are found: its spec_version, with the tree if the number alone means another one."""

    def _entry(self, pallet: str, name: str) -> "StorageEntry":
        found = self.scale.storage_entry(pallet, name)
        keys = tuple(self.types.named(kind) for kind in found.param_types)
        return StorageEntry(pallet, name, tuple(found.param_hashers), keys, self.types.named(found.value_type))

    @classmethod
    def of(cls, seen: RuntimeSeen) -> Self:
        """The runtime that was recorded."""
        return cls(seen.metadata, seen.spec_version, seen.transaction_version)

    @property
    def seen(self) -> RuntimeSeen:
        """What is recorded of it."""
        return RuntimeSeen(
            spec_version=self.spec_version,
            transaction_version=self.transaction_version,
            metadata=self.metadata,
            items=tuple(self.items.items()),
        )

    def places(self, netuids: Sequence[int]) -> tuple[list[bytes], list[bytes]]:
        """The storage to read: prefixes that are read in full, and single keys. netuids: only of these subnets, if any."""
        own = next(iter(self.items.values()))[:NAME_LENGTH]
        if not netuids:
            others = [(self.entries[name], prefix) for name, prefix in self.items.items() if not prefix.startswith(own)]
            maps = [prefix for entry, prefix in others if entry.keys]
            return [own, *maps], [prefix for entry, prefix in others if not entry.keys]
        prefixes: list[bytes] = []
        singles: list[bytes] = []
        for name, prefix in self.items.items():
            entry = self.entries[name]
            if not entry.keys:
                singles.append(prefix)
            elif entry.is_of_subnets:
                under = [bytes(self.scale.storage_key(entry.pallet, entry.name, [netuid])) for netuid in netuids]
                (singles if len(entry.keys) == 1 else prefixes).extend(under)
        return prefixes, singles

    def item_of(self, key: bytes) -> tuple[str, bytes]:
        """The item of a key, and the rest of the key after the prefix; an item that metadata does not name is its hash."""
        prefix = key[: 2 * NAME_LENGTH]
        return self.names.get(prefix, f"0x{prefix[NAME_LENGTH:].hex()}"), key[2 * NAME_LENGTH :]

    def decoded(self, name: str, key: bytes, value: bytes) -> tuple[tuple[Any, ...], Any]:
        """The parts of a full key, and its value, as the codec shows them. Raises: ValueError."""
        of = self.entries[name]
        entry = self.scale.storage_entry(of.pallet, of.name)
        parts = self.scale.decode_storage_key_params(of.pallet, of.name, key) if entry.param_types else ()
        return tuple(parts) if isinstance(parts, (list, tuple)) else (parts,), self.scale.decode(entry.value_type, value)

    # ------------------------------------------------------------------------------------------------ what happened

    def read_events(self, encoded: bytes, where: str) -> list[EventSeen]:
        """The events of a block. Raises: NodeProblem."""
        try:
            records = self.scale.decode(self.events_type, encoded)
        except ValueError as error:
            raise NodeProblem(f"{where}: its events cannot be read: {error!s:.200}") from None
        return [
            EventSeen(
                phase=record["phase"],
                extrinsic=record["extrinsic_idx"],
                name=f"{record['module_id']}.{record['event_id']}",
                data=as_json(record["attributes"]),
            )
            for record in records
        ]

    def read_extrinsics(self, encoded: Iterable[bytes], events: Sequence[EventSeen], where: str) -> Iterator[ExtrinsicSeen]:
        """The extrinsics of a block with their outcome from the events. Raises: NodeProblem."""
        for index, one in enumerate(encoded):
            try:
                read = self.scale.decode_extrinsic(one)
                signer = read.get("address")
                call = read["call"]
            except (ValueError, KeyError) as error:
                raise NodeProblem(f"{where}: extrinsic {index} cannot be read: {error!s:.200}") from None
            own = [event for event in events if event.extrinsic == index]
            names = [event.name for event in own]
            if "System.ExtrinsicSuccess" not in names and "System.ExtrinsicFailed" not in names:
                raise NodeProblem(f"{where}: there is no event about the outcome of extrinsic {index}")
            yield ExtrinsicSeen(
                index=index,
                signer=ss58.account(signer) if isinstance(signer, str) else None,
                call=f"{call['call_module']}.{call['call_function']}",
                arguments=as_json(plain_call(call)["args"]),
                encoded=one,
                ok="System.ExtrinsicSuccess" in names,
                errors=tuple(self._errors(own)),
            )

    def _errors(self, events: Sequence[EventSeen]) -> Iterator[str]:
        for event in events:
            pallet, name = event.name.split(".", 1)
            field = "dispatch_error" if (pallet, name) == ("System", "ExtrinsicFailed") else _INNER.get((pallet, name))
            data = json.loads(event.data)
            if field is None or not isinstance(data, dict) or field not in data:
                continue
            outcome = data[field]
            if isinstance(outcome, dict) and set(outcome) <= {"Ok", "Err"}:
                outcome = outcome.get("Err")
            if outcome is not None and outcome != "Ok":
                yield self.error_name(outcome)

    def error_name(self, error: Any) -> str:
        """`Pallet.Name` of a pallet's error; another one's own text."""
        if not isinstance(error, dict) or "Module" not in error:
            return error if isinstance(error, str) else as_json(error)
        index, code = error["Module"]["index"], error["Module"]["error"]
        number = bytes.fromhex(code.removeprefix("0x"))[0] if isinstance(code, str) else int(code)
        try:
            name, _ = self.scale.module_error(index, number)
        except (ValueError, KeyError):
            name = str(number)
        return f"{self.pallets.get(index, index)}.{name}"


def plain_call(call: Any) -> Any:
    """A call as {call, args}, nested calls too."""
    if isinstance(call, dict) and "call_function" in call and "call_args" in call:
        args = {arg["name"]: plain_call(arg["value"]) for arg in call["call_args"]}
        return {"call": f"{call['call_module']}.{call['call_function']}", "args": args}
    if isinstance(call, dict):
        return {name: plain_call(value) for name, value in call.items()}
    return [plain_call(value) for value in call] if isinstance(call, (list, tuple)) else call


def as_json(value: Any) -> str:
    """The codec's value as canonical JSON; bytes as hex digits."""
    return json.dumps(value, separators=(",", ":"), default=lambda other: f"0x{bytes(other).hex()}")


def hex_bytes(text: Any, what: str, length: int | None = None) -> bytes:
    """The bytes that a node writes as hex digits, with 0x or without. Raises: NodeProblem."""
    try:
        read = bytes.fromhex(text[2:] if text[:2] in ("0x", "0X") else text)
    except (TypeError, ValueError):
        read = None
    if read is None or length not in (None, len(read)):
        kind = "bytes" if length is None else f"{length} bytes"
        raise NodeProblem(f"{what}: expected {kind} as 0x and hex digits, got {text!r:.80}")
    return read
