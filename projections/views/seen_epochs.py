"""Epochs of a node's blocks: what stands in their observations of what the chain's own epochs gave."""

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
"""The vectors with one value a uid that an epoch writes."""

STEPPED: Final = "LastMechansimStepBlock"
"""The item that says in which block a subnet's epoch ran last."""

MECHANISMS_APART: Final = 4096
"""By how much the storage indices of two mechanisms of a subnet differ."""


class SeenEpochs:
    """Folded block by block. An observation holds what changed alone, so the vectors are remembered as they stood before."""

    def __init__(self, memory: bytes | None = None) -> None:
        """memory: to go on from there. Raises: ValueError for other bytes."""
        self._vectors: dict[int, dict[str, tuple[int, ...]]] = {} if memory is None else _READ.decode(memory)

    def memory(self) -> bytes:
        """What has to be kept to go on from here."""
        return msgspec.msgpack.encode(self._vectors)

    def fold(self, group: Group) -> list[EpochCompleted]:
        """Take in a call; gives the epochs that ran in the block of a node that it tells of, as they stood at the block's end."""
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
