"""Storage as a node has it: full keys and values in hex digits, to be compared with any node's."""

from neuron_ledger.events.blocks_seen import BlockSeen, RuntimeSeen
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history.importing import ImportedHistoryProblem, full_entries, last_runtime_seen
from neuron_ledger.replay.proof.groups import groups


def raw_entries(ledger: Ledger, block: int | None = None) -> dict[bytes, bytes]:
    """Every (full key, value) of the pallet after a block that was imported; the last one if none is given, by key.

    Raises: ImportedHistoryProblem; ValueError for a block that the log does not have; ChainBroken.
    """
    runtime = last_runtime_seen(ledger.log) if block is None else _runtime_at(ledger, block)
    if runtime is None:
        raise ImportedHistoryProblem("nothing in this ledger comes from a node (import node)")
    storage = ledger.storage if block is None else ledger.at(block=block).storage
    return dict(sorted(full_entries(storage.maps(), dict(runtime.items))))


def _runtime_at(ledger: Ledger, block: int) -> RuntimeSeen | None:
    found = None
    for group in groups(ledger.log.read()):
        for event in group.events:
            if isinstance(event, BlockSeen) and event.number > block:
                return found
            if isinstance(event, RuntimeSeen):
                found = event
    return found
