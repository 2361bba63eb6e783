"""What only a development chain can do: set storage by hand, let blocks pass.

Storage that is set by hand is an observation in the log, with its source named: audit lists it as such.
"""

from collections.abc import Mapping
from typing import Any, Final

from blake3 import blake3

from neuron_ledger.events.calls import ForceSetBalance, Observe
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.replay.node.chain.dev_chain import Chain

SOURCE: Final = "set by hand on a development chain"


def set_entries(chain: Chain, entries: Mapping[str, Mapping[Any, Any]]) -> None:
    """Set entries of storage items at the head. entries: item → key → value, None to remove. Raises: FieldError."""
    changes: tuple[ItemChange, ...] = canonical_changes(
        {
            item: (
                {key: value for key, value in values.items() if value is not None},
                [key for key, value in values.items() if value is None],
            )
            for item, values in entries.items()
        }
    )
    digest = blake3(StorageObserved.codec.encode((changes,))).digest()
    chain.ledger.observe(Observe(SOURCE, chain.head.number, digest), changes)


def set_balance(chain: Chain, account: bytes, rao: int) -> None:
    """Set an account's free balance at the head. Raises: ChainError, FieldError."""
    chain.ledger.submit(ForceSetBalance(account, rao)).unwrap()
