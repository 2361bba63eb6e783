"""The hashes of an imported chain's blocks, which the rules need for proof of work."""

from typing import Final

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.replay.history.rerun.blocks import SeenBlock

KEPT: Final = 2400
"""How many blocks back a chain keeps hashes of. Source: runtime lib.rs, BlockHashCount."""


class SeenHashes:
    """Those that were seen: a runtime's `block_hash` for the blocks of this chain."""

    def __init__(self, *, keeps_all: bool = False) -> None:
        """keeps_all: also those that the chain itself no longer keeps, to look back at any block."""
        self._keeps_all = keeps_all
        self._hashes: dict[int, bytes] = {}

    def note(self, block: SeenBlock) -> None:
        """Note a block's hash from its header."""
        self._hashes[block.number - 1] = block.parent_hash
        self._hashes[block.number] = block.block_hash
        if not self._keeps_all:
            self._hashes.pop(block.number - KEPT - 1, None)

    def __call__(self, number: int, now: int) -> bytes:
        """The hash of a block: 32 bytes, zeros for those that the chain does not keep. Raises: CannotGoOn for one not seen."""
        if not now - KEPT <= number < now:
            return bytes(32)
        if number not in self._hashes:
            raise CannotGoOn(f"the hash of block {number} was not seen")
        return self._hashes[number]
