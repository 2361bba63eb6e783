"""The part of the seam that concerns uids: who asks for one, which neuron is pruned, and the order in which all would be.

`ledger/runtime.py` has the rest.
"""

from attrs import frozen


@frozen
class AskedRegistration:
    """A hotkey that wants a uid of a subnet. coldkey: the account that pays."""

    netuid: int
    hotkey: bytes
    coldkey: bytes


@frozen
class Candidate:
    """The neuron that a full subnet prunes: its uid, and the score (u64) it lost by."""

    uid: int
    score: int


@frozen
class QueuePlace:
    """A neuron's place in the order in which a full subnet would prune.

    pruning_score: since spec_version 365 its emission. immunity_left: blocks, 0 once it is over. is_owner: one of the subnet
    owner's uids, which are never pruned. is_kept: one of the last non-immune neurons, of which a minimum number always stays.
    """

    uid: int
    pruning_score: int
    block_at_registration: int
    immunity_left: int
    is_owner: bool
    is_kept: bool = False
