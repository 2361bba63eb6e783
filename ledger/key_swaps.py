"""The seam of swaps of keys: what runtimes do differently when a hotkey or a coldkey takes the place of another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage

AnyTx: TypeAlias = Transaction[Any]

Stakers = Mapping[int, Mapping[bytes, bool]]
"""netuid → coldkey → whether its shares count."""


@frozen
class HotkeySwap:
    """A hotkey that takes the place of another of the same coldkey.

    netuid: of the only subnet concerned; None: all of them. keep_stake: whether stake stays with the old hotkey. stakers: the
    coldkeys that had shares of the old hotkey's stake when the swap began, and whether these count for their lists of hotkeys.
    """

    coldkey: bytes
    old: bytes
    new: bytes
    netuid: int | None
    keep_stake: bool = False
    stakers: Stakers = field(factory=dict)


@frozen
class ColdkeySwap:
    """A coldkey that receives everything that another owns. cost: rao that the old one pays."""

    old: bytes
    new: bytes
    cost: int = 0


HotkeyStep = Callable[[AnyTx, HotkeySwap], None]
SubnetStep = Callable[[AnyTx, HotkeySwap, int], None]
"""(tx, swap, netuid)."""
ColdkeyStep = Callable[[AnyTx, ColdkeySwap], None]


@frozen(kw_only=True)
class KeySwaps:
    """How keys are swapped under one runtime."""

    interval: int
    """Blocks that must lie between two swaps of one coldkey's hotkeys on one subnet."""
    cost: int
    """Rao for a swap of a hotkey on all subnets, and for a swap of a coldkey that its owner requests."""
    hotkey_checks: tuple[HotkeyStep, ...]
    """What every swap of a hotkey must pass, in order."""
    one_subnet_checks: tuple[HotkeyStep, ...]
    """What a swap on a single subnet must pass in addition, in order, before it is paid for."""
    all_subnets_checks: tuple[HotkeyStep, ...] = ()
    """What a swap on all subnets must pass in addition, in order, before it is paid for."""
    pay: Callable[[AnyTx, bytes, int], None]
    """(coldkey, cost): takes the cost out of the issuance."""
    noted_on: Callable[[AnyTx, HotkeySwap], Sequence[int]]
    """The netuids on which the swap is noted, so that the next one has to wait for the interval to end."""
    stakers: Callable[[Storage, bytes], Stakers]
    """(storage, hotkey) → the coldkeys that have shares of its stake, in the order in which they are processed."""
    one_subnet: tuple[HotkeyStep, ...]
    """Steps before a swap on a single subnet, such as setting the new hotkey's owner, in order."""
    on_subnet: tuple[SubnetStep, ...]
    """Steps that move what belongs to the hotkey on a subnet to the new one, in order."""
    all_subnets_before: tuple[HotkeyStep, ...]
    all_subnets_after: tuple[HotkeyStep, ...]
    """Steps that move everything else to the new hotkey, before and after the subnets, in order."""
    coldkey: tuple[ColdkeyStep, ...]
    """The steps of a coldkey swap, in order: its checks, what moves to the new coldkey, and the event that reports it."""
