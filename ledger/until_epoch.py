"""How many blocks remain until a subnet's epoch runs, by the schedule of the runtime in force."""

from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage


def blocks_until_epoch(storage: Storage, rules: Runtime, netuid: int, most: int) -> int | None:
    """Blocks until the subnet's next epoch has run, at least 1; None where it has none within `most` blocks.

    Nothing changes: only the block number moves, on a copy. An epoch that is delayed by others may run later.
    """
    tx = Transaction(storage.copy(), rules)
    if not subnet_exists(tx.storage, netuid):
        return None
    for left in range(1, most + 1):
        with tx.storage.transaction():
            tx.storage.block_number.value += 1
        if netuid in tx.rules.due_epochs(tx):
            return left
    return None
