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

    netuid: on that subnet alone; None: on all of them. keep_stake: whether stake stays with the old hotkey. stakers: the coldkeys
    that had shares of the old hotkey's stake when the swap began, and whether these count for their lists of hotkeys.
    """

    coldkey: bytes
    old: bytes
    new: bytes
    netuid: int | None
    keep_stake: bool = False
    stakers: Stakers = field(factory=dict)


@frozen
class ColdkeySwap:
    """A coldkey that gets all that another has. cost: rao that the old one pays."""

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
    """Rao for the swap of a hotkey on all subnets, and for that of a coldkey which its owner asks for."""
    hotkey_checks: tuple[HotkeyStep, ...]
    """What every swap of a hotkey must pass, in order."""
    one_subnet_checks: tuple[HotkeyStep, ...]
    """What one on a single subnet must pass besides, in order, before it is paid for."""
    all_subnets_checks: tuple[HotkeyStep, ...] = ()
    """What one on all subnets must pass besides, in order, before it is paid for."""
    pay: Callable[[AnyTx, bytes, int], None]
    """(coldkey, cost): takes the cost out of the issuance."""
    noted_on: Callable[[AnyTx, HotkeySwap], Sequence[int]]
    """The netuids on which the swap is noted, so that the next one has to wait for the interval to end."""
    stakers: Callable[[Storage, bytes], Stakers]
    """(storage, hotkey) → the coldkeys that have shares of its stake, in the order in which they are gone through."""
    one_subnet: tuple[HotkeyStep, ...]
    """Who owns the new hotkey of a single subnet, and what else goes before, in order."""
    on_subnet: tuple[SubnetStep, ...]
    """What goes over to the new hotkey on a subnet, in order."""
    all_subnets_before: tuple[HotkeyStep, ...]
    all_subnets_after: tuple[HotkeyStep, ...]
    """What goes over to the new hotkey besides, before and after the subnets, in order."""
    coldkey: tuple[ColdkeyStep, ...]
    """What the swap of a coldkey must pass, what goes over to the new one, and what tells of it, in order."""
