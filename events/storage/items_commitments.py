"""Storage items of the commitments pallet, in the form of spec_versions 277 to 424.

Source: pallets/commitments lib.rs.
"""

from typing import Final, TypeAlias

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, TEXT, U16, U32, U64

CommitmentField: TypeAlias = tuple[str, bytes, int]
COMMITMENT_FIELDS = tuple[tuple[TEXT, BYTES, U64], ...]
"""(kind, content, round of the pulse that opens it, else 0) of each field of a commitment."""
REVEALS = tuple[tuple[BYTES, U64], ...]
"""(what was revealed, in which block), oldest first."""

_SEAT: Final = (U16, ACCOUNT)

COMMITMENTS: Final = (
    # Fields, deposit, block.
    Item("Commitments.CommitmentOf", "commitments_commitment_of", _SEAT, tuple[COMMITMENT_FIELDS, U64, U64], None),
    Item("Commitments.LastCommitment", "commitments_last_commitment", _SEAT, U32, None),
    Item("Commitments.LastBondsReset", "commitments_last_bonds_reset", _SEAT, U32, None),
    Item("Commitments.RevealedCommitments", "commitments_revealed_commitments", _SEAT, REVEALS, None),
    # The epoch of the last commitment, and the bytes committed in it.
    Item("Commitments.UsedSpaceOf", "commitments_used_space_of", _SEAT, tuple[U64, U64], None),
    # (netuid, who) of commitments with fields still to be opened, in order.
    Item("Commitments.TimelockedIndex", "commitments_timelocked_index", (), tuple[tuple[U16, ACCOUNT], ...], ()),
    Item("Commitments.MaxSpace", "commitments_max_space", (), U32, 3100),
)
