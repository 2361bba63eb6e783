"""Storage as a node has it: full keys and values, to be compared with any node's."""

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.history.in_log import ImportedHistoryProblem, full_entries, pallet_prefix, prefixes_of, runtimes_seen


def raw_entries(ledger: Ledger, block: int | None = None, *, all_pallets: bool = False) -> dict[bytes, bytes]:
    """Every (full key, value) of the pallet after an imported block, by default the last, sorted by key.

    all_pallets: include what was read of others (balances, pools, …).
    Raises: ImportedHistoryProblem; ValueError for a block that the log does not have; ChainBroken.
    """
    prefixes = prefixes_of(runtimes_seen(ledger.log, block))
    if not prefixes:
        raise ImportedHistoryProblem("nothing in this ledger comes from a node (import node)")
    storage = ledger.storage if block is None else ledger.at(block=block).storage
    own = pallet_prefix(prefixes)
    return {key: value for key, value in sorted(full_entries(storage.maps(), prefixes)) if all_pallets or key.startswith(own)}
