"""Epochs of a node's blocks: the results of the chain's own epochs, read from the observations."""

from typing import Final

import msgspec

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved

METRICS: Final = (
    *("Active", "Rank", "Trust", "Consensus", "Incentive", "Dividends"),
    *("PruningScores", "ValidatorTrust", "StakeWeight", "ValidatorPermit", "Emission"),
)
"""The vectors with one value per uid that an epoch writes."""

STEPPED: Final = "LastMechansimStepBlock"
"""The item that holds the block of a subnet's last epoch."""

MECHANISMS_APART: Final = 4096
"""The difference between the storage indices of successive mechanisms of a subnet."""


class SeenEpochs:
    """Folded block by block. An observation holds only what changed, so the previous vectors are remembered."""

    def __init__(self, memory: bytes | None = None) -> None:
        """memory: to continue from. Raises: ValueError for other bytes."""
        self._vectors: dict[int, dict[str, tuple[int, ...]]] = {} if memory is None else _READ.decode(memory)

    def memory(self) -> bytes:
        """What has to be kept to continue from here."""
        return msgspec.msgpack.encode(self._vectors)

    def fold(self, group: Group) -> list[EpochCompleted]:
        """Fold a call. Returns: the epochs that ran in the node's block that it observes, as of the end of that block."""
        observed = group.events[-1] if group.events else None
        if not isinstance(observed, StorageObserved):
            return []
        stepped: dict[int, int] = {}
        for name, entries, removed in observed.changes:
            if name == STEPPED:
                stepped = dict(entries)
            elif name in METRICS:
                for index, values in entries:
                    self._vectors.setdefault(index, {})[name] = tuple(map(int, values))
                for index in removed:
                    self._vectors.get(index, {}).pop(name, None)
        first = group.events[0]
        ran = {netuid for netuid, block in stepped.items() if isinstance(first, BlockSeen) and block == first.number}
        return [self._epoch(index) for index in sorted(self._vectors) if index % MECHANISMS_APART in ran and self._vectors[index]]

    def _epoch(self, index: int) -> EpochCompleted:
        known = self._vectors[index]
        vectors = tuple((name, known[name]) for name in METRICS if name in known)
        return EpochCompleted(netuid=index, vectors=vectors, bonds=())


_READ = msgspec.msgpack.Decoder(dict[int, dict[str, tuple[int, ...]]])
