"""The part of the seam that concerns uids: who asks for one, who gives one up, and in which order all would.

`ledger/runtime.py` has the rest.
"""

from attrs import frozen


@frozen
class AskedRegistration:
    """Who wants a uid of a subnet. coldkey: the account that pays."""

    netuid: int
    hotkey: bytes
    coldkey: bytes


@frozen
class Candidate:
    """The neuron that a full subnet gives up: its uid, and the score (u64) with which it lost."""

    uid: int
    score: int


@frozen
class QueuePlace:
    """A neuron's place among those that a full subnet would give up.

    pruning_score: by which it loses; since spec_version 365 that is its emission. immunity_left: blocks, 0 once it is over.
    is_owner: one of the subnet owner's uids that are never given up. is_kept: one of the last past their immunity, of which so
    many always stay.
    """

    uid: int
    pruning_score: int
    block_at_registration: int
    immunity_left: int
    is_owner: bool
    is_kept: bool = False
