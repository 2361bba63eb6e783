"""Storage as a node has it: full keys and values in hex digits, to be compared with any node's."""

from neuron_ledger.events.blocks_seen import BlockSeen, RuntimeSeen
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history.importing import ImportedHistoryProblem, full_entries, last_runtime_seen, pallet_prefix
from neuron_ledger.replay.proof.groups import groups


def raw_entries(ledger: Ledger, block: int | None = None, *, all_pallets: bool = False) -> dict[bytes, bytes]:
    """Every (full key, value) of the pallet after a block that was imported; the last one if none is given, by key.

    all_pallets: with what was read of others (balances, pools, …).
    Raises: ImportedHistoryProblem; ValueError for a block that the log does not have; ChainBroken.
    """
    runtime = last_runtime_seen(ledger.log) if block is None else _runtime_at(ledger, block)
    if runtime is None:
        raise ImportedHistoryProblem("nothing in this ledger comes from a node (import node)")
    storage = ledger.storage if block is None else ledger.at(block=block).storage
    prefixes = dict(runtime.items)
    own = pallet_prefix(prefixes)
    return {key: value for key, value in sorted(full_entries(storage.maps(), prefixes)) if all_pallets or key.startswith(own)}


def _runtime_at(ledger: Ledger, block: int) -> RuntimeSeen | None:
    found = None
    for group in groups(ledger.log.read()):
        for event in group.events:
            if isinstance(event, BlockSeen) and event.number > block:
                return found
            if isinstance(event, RuntimeSeen):
                found = event
    return found
