"""Tenures: who held which uid, from when to when, how it began and why it ended."""

from collections.abc import Iterable, Iterator

import msgspec
from attrs import evolve, frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.entries.group import Group, Happened
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.registration import AccountCreated, NeuronAppended, NeuronReplaced, NeuronsTrimmed
from neuron_ledger.events.subnets import NetworkRemoved
from neuron_ledger.events.swaps import ColdkeySwapped, ColdkeySwappedAtCost, HotkeySwapped, HotkeySwappedOnSubnet

Swap = tuple[str, int, bytes, bytes]
"""("hotkey" or "coldkey", block, key before, key after)."""


@frozen
class Tenure:
    """One neuron's time on one uid, including any hotkeys that it was swapped for.

    hotkey, coldkey: the last hotkey on the uid and the coldkey that owned it at registration, each replaced by what it was
    swapped for; `swaps` lists the swaps in order. from_block, to_block: the block it registered in, and the one in which it lost
    the uid (None: it still holds it). began: the call that did it (`burned_register`, …), or `seen` where an observation shows
    it. ended: `replaced by` such a call, `subnet removed`, `trimmed`, or what an observation saw instead. pruning_score,
    replaced_by: the score it lost by and the hotkey that replaced it, if one did.
    ended_after: where the end is known from an observation only, the last block at which it was known to hold the uid: it lost it
    after that block, and in `to_block` at the latest.
    """

    netuid: int
    uid: int
    hotkey: bytes
    coldkey: bytes | None
    from_block: int
    to_block: int | None
    began: str
    ended: str | None = None
    pruning_score: int | None = None
    replaced_by: bytes | None = None
    swaps: tuple[Swap, ...] = ()
    ended_after: int | None = None

    def was(self, hotkey: bytes) -> bool:
        """Whether the hotkey held the uid at any time of this tenure."""
        return hotkey == self.hotkey or any(key == "hotkey" and hotkey == before for key, _, before, _ in self.swaps)


_MEMORY = msgspec.msgpack.Encoder()
_MEMORY_READ = msgspec.msgpack.Decoder(tuple[list[Tenure], list[tuple[bytes, bytes]], list[tuple[tuple[int, int], int]], int])


class Tenures:
    """All tenures that a log holds, folded call by call."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], Tenure] = {}
        self._ended: list[Tenure] = []
        self._owner: dict[bytes, bytes] = {}
        self._seen_at: dict[tuple[int, int], int] = {}
        """The last block at which an observation showed who holds a uid."""
        self._blocks_seen_to = 0
        """The last block seen on a node: its observation holds everything that changed since the block before."""

    @classmethod
    def of(cls, groups: Iterable[Group]) -> "Tenures":
        """The tenures of all these calls."""
        tenures = cls()
        for group in groups:
            tenures.fold(group)
        return tenures

    def __iter__(self) -> Iterator[Tenure]:
        """Every tenure, by subnet, uid and time."""
        return iter(
            sorted([*self._ended, *self._open.values()], key=lambda t: (t.netuid, t.uid, t.to_block is None, t.from_block))
        )

    def tenure(self, netuid: int, uid: int) -> Tenure | None:
        """The tenure of the current holder of a uid; None where nobody holds it."""
        return self._open.get((netuid, uid))

    def holders(self, netuid: int) -> list[Tenure]:
        """The current tenures of a subnet, by uid."""
        return [tenure for (subnet, _), tenure in sorted(self._open.items()) if subnet == netuid]

    def fold(self, group: Group) -> None:
        """Fold one call and what it caused."""
        for happened in group.happened:
            self.fold_event(group, happened)

    def fold_event(self, group: Group, happened: Happened) -> None:
        """Fold one event of a call, after all before it."""
        call, event = group.submission.call.tag.partition("/")[0], happened.event
        if isinstance(event, AccountCreated):
            self._owner[event.hotkey] = event.coldkey
        elif isinstance(event, NeuronAppended):
            self._begin(event.netuid, event.uid, event.hotkey, event.block_at_registration, call)
        elif isinstance(event, NeuronReplaced):
            self._end(event.netuid, event.uid, happened.block, f"replaced by {call}", event.pruning_score, event.new_hotkey)
            self._begin(event.netuid, event.uid, event.new_hotkey, event.block_at_registration, call)
        elif isinstance(event, HotkeySwapped):
            self._swap_hotkey(event, happened.block, None)
        elif isinstance(event, HotkeySwappedOnSubnet):
            self._swap_hotkey(event, happened.block, event.netuid)
        elif isinstance(event, (ColdkeySwapped, ColdkeySwappedAtCost)):
            self._swap_coldkey(event.old_coldkey, event.new_coldkey, happened.block)
        elif isinstance(event, NeuronsTrimmed):
            self._trim(event, happened.block)
        elif isinstance(event, NetworkRemoved):
            for netuid, uid in [seat for seat in self._open if seat[0] == event.netuid]:
                self._end(netuid, uid, happened.block, "subnet removed", None, None)
        elif isinstance(event, StorageObserved):
            first = group.events[0]
            self._observe(event, happened.block, isinstance(first, BlockSeen))
            if isinstance(first, BlockSeen):
                self._blocks_seen_to = first.number

    @property
    def ended(self) -> list[Tenure]:
        """The tenures that ended in what was folded here, in the order of their ends."""
        return self._ended

    @property
    def lasting(self) -> Iterable[Tenure]:
        """The tenures that have not ended."""
        return self._open.values()

    def holder(self, netuid: int, uid: int) -> bytes | None:
        """The hotkey that holds a uid now; None where none is known."""
        tenure = self._open.get((netuid, uid))
        return None if tenure is None else tenure.hotkey

    def memory(self) -> bytes:
        """What has to be kept to continue from here (`going_on`), without the tenures that ended."""
        return _MEMORY.encode(
            (list(self._open.values()), list(self._owner.items()), list(self._seen_at.items()), self._blocks_seen_to)
        )

    @classmethod
    def going_on(cls, memory: bytes) -> "Tenures":
        """The tenures as of when `memory` was taken; `ended` starts empty. Raises: ValueError for other bytes."""
        tenures = cls()
        lasting, owners, seen, tenures._blocks_seen_to = _MEMORY_READ.decode(memory)
        tenures._open = {(tenure.netuid, tenure.uid): tenure for tenure in lasting}
        tenures._owner, tenures._seen_at = dict(owners), dict(seen)
        return tenures

    def _begin(self, netuid: int, uid: int, hotkey: bytes, block: int, call: str) -> None:
        self._open[netuid, uid] = Tenure(netuid, uid, hotkey, self._owner.get(hotkey), block, None, call)

    def _end(self, netuid: int, uid: int, block: int, why: str, score: int | None, by: bytes | None) -> None:
        tenure = self._open.pop((netuid, uid), None)
        if tenure is not None:
            self._ended.append(evolve(tenure, to_block=block, ended=why, pruning_score=score, replaced_by=by))

    def _swap_hotkey(self, event: HotkeySwapped | HotkeySwappedOnSubnet, block: int, netuid: int | None) -> None:
        """The new hotkey holds the uid from now on, in the same tenure."""
        self._owner[event.new_hotkey] = event.coldkey
        swap = "hotkey", block, event.old_hotkey, event.new_hotkey
        for seat, tenure in self._open.items():
            if tenure.hotkey == event.old_hotkey and netuid in (None, tenure.netuid):
                self._open[seat] = evolve(tenure, hotkey=event.new_hotkey, swaps=(*tenure.swaps, swap))

    def _swap_coldkey(self, old: bytes, new: bytes, block: int) -> None:
        for hotkey, owner in self._owner.items():
            if owner == old:
                self._owner[hotkey] = new
        for seat, tenure in self._open.items():
            if tenure.coldkey == old:
                self._open[seat] = evolve(tenure, coldkey=new, swaps=(*tenure.swaps, ("coldkey", block, old, new)))

    def _trim(self, event: NeuronsTrimmed, block: int) -> None:
        """Those that stay hold another uid from now on, in the same tenure."""
        for uid in event.gone:
            self._end(event.netuid, uid, block, "trimmed", None, None)
        moved = [(new, self._open.pop((event.netuid, old), None)) for new, old in enumerate(event.stay)]
        for new, tenure in moved:
            if tenure is not None:
                self._open[event.netuid, new] = evolve(tenure, uid=new)

    def _observe(self, event: StorageObserved, block: int, of_node: bool) -> None:
        """Fold what an observation shows of uids.

        A uid's holder came in the block of its registration, so the previous holder had lost it by then. Another hotkey with the
        same registration block is the same neuron with a swapped hotkey; the same hotkey with a later block has registered again.
        of_node: whether everything that changed was seen, so that a registration block that is not shown is unchanged.
        """
        entries = {name: dict(new) for name, new, _ in event.changes}
        gone = {name: removed for name, _, removed in event.changes}
        owners: dict[bytes, bytes] = entries.get("Owner", {})
        keys, registered = entries.get("Keys", {}), entries.get("BlockAtRegistration", {})
        block = entries.get("BlockNumber", {}).get((), block)
        for seat in gone.get("Keys", ()):
            self._end_seen(seat, block, "seen empty", None)
        for seat in sorted({*keys, *registered}):
            before = self._open.get(seat)
            hotkey = keys.get(seat, before.hotkey if before else None)
            if hotkey is not None:
                goes_on = before is not None and (of_node or before.hotkey == hotkey)
                since = registered.get(seat, before.from_block if before is not None and goes_on else block)
                self._see(seat, hotkey, since, owners.get(hotkey, self._owner.get(hotkey)), block)
        self._owner.update(owners)

    def _see(self, seat: tuple[int, int], hotkey: bytes, since: int, coldkey: bytes | None, block: int) -> None:
        before = self._open.get(seat)
        if before is not None and since == before.from_block:
            for key, old, new in (("hotkey", before.hotkey, hotkey), ("coldkey", before.coldkey, coldkey)):
                if old is not None and new is not None and old != new:
                    before = evolve(before, swaps=(*before.swaps, (key, block, old, new)))
            self._open[seat] = evolve(before, hotkey=hotkey, coldkey=coldkey or before.coldkey)
        else:
            why = "seen with another" if before is not None and before.hotkey != hotkey else "seen anew"
            self._end_seen(seat, min(since, block), why, hotkey)
            self._open[seat] = Tenure(*seat, hotkey, coldkey, since, None, "seen")
        self._seen_at[seat] = block

    def _end_seen(self, seat: tuple[int, int], block: int, why: str, by: bytes | None) -> None:
        """End a tenure as shown by an observation: after the last block at which it was known to hold the uid."""
        before = self._open.get(seat)
        if before is not None:
            shown = self._seen_at.get(seat, 0)
            after = max(before.from_block, shown, self._blocks_seen_to, *(swap[1] for swap in before.swaps))
            self._open[seat] = evolve(before, ended_after=min(after, block))
        self._end(*seat, block, why, None, by)
