"""Weights that a hotkey asks for, commits to them, and when these may be revealed: values that rules and runtimes exchange."""

from collections.abc import Callable

from attrs import frozen

from neuron_ledger.events.wire.record import Event


@frozen
class AskedWeights:
    """The weights that a hotkey asks for on a subnet, set directly or revealed. uids, weights: u16.

    index: the key under which per-mechanism items (Weights, LastUpdate, WeightCommits …) are stored.
    """

    netuid: int
    index: int
    hotkey: bytes
    uids: tuple[int, ...]
    weights: tuple[int, ...]
    version_key: int
    mechanism: int = 0


@frozen
class AskedCommit:
    """A hotkey that commits to weights on a subnet. index: as in `AskedWeights`."""

    netuid: int
    index: int
    hotkey: bytes


Commit = tuple[bytes, int, int, int]
"""One entry of a queue of commits. Until spec_version 423: hash, block of the commit, expected first and last block of its
reveal; since then hash, epoch and block of the commit, 0."""


@frozen
class RevealWindow:
    """When a commit may be revealed, and whether now is before, within (`is_open`) or after that window.

    counted_in: "block" or "epoch", what the other numbers count. first, last: of the reveal.
    """

    counted_in: str
    committed: int
    first: int
    last: int
    now: int
    is_open: bool
    is_expired: bool


@frozen
class TimelockQueue:
    """Where timelocked commits wait, and which events report them.

    item: of storage, under (storage index, epoch of the commit). holds_blocks: whether the commit's block is stored too.
    """

    item: str
    committed: Callable[..., Event]
    revealed: Callable[..., Event]
    holds_blocks: bool = True


TimelockPayload = tuple[tuple[int, ...], tuple[int, ...], int]
"""What a timelocked commit holds: uids, weights, version key."""
