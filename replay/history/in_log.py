"""What a log has of a node's history: its blocks, its runtimes, and storage as the node has it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from neuron_ledger.events.blocks_seen import BlockSeen, RuntimeSeen
from neuron_ledger.events.entries.codec import decode
from neuron_ledger.events.storage.recorded_items import RAW
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.history.runtime import NAME_LENGTH

_ALL_BACKWARDS: Final = "SELECT payload FROM log WHERE tag = ? ORDER BY seq DESC"
_ALL_UP_TO: Final = "SELECT payload FROM log WHERE tag = ? AND block <= ? ORDER BY seq"


class ImportedHistoryProblem(NeuronLedgerError, ValueError):
    """A ledger into which these blocks do not fit."""


def last_block_seen(log: Log) -> BlockSeen | None:
    """The last block of a node that a log has."""
    last: BlockSeen | None = _last(log, BlockSeen)
    return last


def last_whole_block(log: Log) -> int:
    """The number of the last block after which all of storage was read; 0 if there is none."""
    for (payload,) in log.connection.execute(_ALL_BACKWARDS, (BlockSeen.tag,)):
        block = decode(BlockSeen.tag, payload)
        if isinstance(block, BlockSeen) and block.whole:
            return block.number
    return 0


def runtimes_seen(log: Log, block: int | None = None) -> list[RuntimeSeen]:
    """The runtimes of a node that a log has, in order; up to a block if one is given."""
    rows = log.connection.execute(_ALL_UP_TO, (RuntimeSeen.tag, 2**63 - 1 if block is None else block))
    return [event for (payload,) in rows if isinstance(event := decode(RuntimeSeen.tag, payload), RuntimeSeen)]


def prefixes_of(runtimes: Iterable[RuntimeSeen]) -> dict[str, bytes]:
    """The key prefix of each item of any of these runtimes, the pallet's own first."""
    return {name: prefix for runtime in runtimes for name, prefix in runtime.items}


def _last(log: Log, cls: type[Event]) -> Any:
    found = log.connection.execute(f"{_ALL_BACKWARDS} LIMIT 1", (cls.tag,)).fetchone()
    return None if found is None else decode(cls.tag, found[0])


def observed_entries(ledger: Ledger) -> Iterator[tuple[bytes, bytes]]:
    """Every (full key, value) in the ledger that is from a node."""
    prefixes = prefixes_of(runtimes_seen(ledger.log))
    if prefixes:
        yield from full_entries(ledger.storage.maps(), prefixes)


def pallet_prefix(prefixes: Mapping[str, bytes]) -> bytes:
    """The key prefix of the pallet itself: its items come first."""
    return next(iter(prefixes.values()))[:NAME_LENGTH]


def full_entries(maps: Any, prefixes: Mapping[str, bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Every (full key, value) of raw items. prefixes: the key prefix of each item."""
    pallet = pallet_prefix(prefixes)
    for table in maps:
        name = table.item.name
        if name.startswith(RAW):
            name = name.removeprefix(RAW)
            prefix = prefixes.get(name) or pallet + bytes.fromhex(name.removeprefix("0x"))
            for rest, value in table.items():
                yield prefix + rest, value


def nameless(prefix: bytes) -> str:
    """The name of an item that no metadata names: the hash of its name."""
    return f"0x{prefix[NAME_LENGTH:].hex()}"
