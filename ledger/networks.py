"""The part of the seam that concerns subnets as a whole: how one is registered, and what its identity consists of.

`ledger/runtime.py` has the rest.
"""

from collections.abc import Mapping

from attrs import define, frozen


@define
class NewNetwork:
    """A subnet during its registration, with the values that the steps pass on to each other.

    coldkey: pays for it and owns it. hotkey: its first neuron. pruned: the netuid of the subnet that is removed to make room, if
    any. cost, locked: rao asked for and rao paid. median_price: of the alpha of all existing subnets (U64F64).
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
    """The fields of an identity. item: of storage. longest: maximum bytes of each text, in the chain's order."""

    item: str
    longest: Mapping[str, int]
