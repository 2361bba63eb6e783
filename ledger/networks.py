"""The part of the seam that concerns subnets as a whole: how one is registered, and what its identity consists of.

`ledger/runtime.py` has the rest.
"""

from collections.abc import Mapping

from attrs import define, frozen


@define
class NewNetwork:
    """A subnet while it is registered, with what the steps of that leave to each other.

    coldkey: who pays, and owns it. hotkey: its first neuron. pruned: the netuid of the subnet that makes room for it, if one has
    to. cost, locked: rao that it costs, and that were paid. median_price: of the alpha of all subnets before it (U64F64).
    mechanism: how its alpha is priced.
    """

    coldkey: bytes
    hotkey: bytes
    identity: tuple[bytes, ...] | None
    netuid: int = 0
    pruned: int | None = None
    cost: int = 0
    locked: int = 0
    median_price: int = 0
    symbol: bytes = b""
    mechanism: int = 1


@frozen
class IdentityTexts:
    """What an identity consists of. item: of storage. longest: bytes that each text may have, in the chain's order."""

    item: str
    longest: Mapping[str, int]
