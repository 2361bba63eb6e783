"""One account's life on all subnets: what happened to a hotkey, or to a coldkey and the hotkeys that it owns."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen, ExtrinsicSeen, RuntimeSeen
from neuron_ledger.events.consensus import MECHANISM_STRIDE, EpochCompleted
from neuron_ledger.events.entries.group import Group, Happened
from neuron_ledger.events.extrinsics import NonceUsed
from neuron_ledger.events.ledger import ExtrinsicFailed, StorageChanged, StorageObserved, StorageSealed
from neuron_ledger.events.registration import NeuronRegistered, PruningScoreSet, VectorsObserved
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import family_of, parts_of
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.looking import adopt, storage_to_fold
from neuron_ledger.projections.fold import fold
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.runtimes import Began, RuntimesRan

if TYPE_CHECKING:
    from neuron_ledger.ledger.receipt import Progress

PERMIT_GAINED, PERMIT_LOST, REFUSED, SEEN = "permit gained", "permit lost", "refused", "seen on a uid"
"""Kinds of moments that are not events; the others have the name of their event."""

SKIPPED: Final = (
    *(NeuronRegistered, PruningScoreSet, VectorsObserved, StorageChanged),
    *(StorageSealed, NonceUsed, BlockSeen, RuntimeSeen),
)
"""Events that add nothing about an account to what other events say."""


@frozen
class Moment:
    """One thing that happened. kind: the event's name, or one of those above.

    time_ms: of its block, since 1970, if known. keys: those of the account's keys that it is about. netuid, uid: if it is on
    one. details: (name, value), for an event its fields; accounts and rows of weights are bytes.
    """

    position: int
    block: int
    time_ms: int | None
    kind: str
    netuid: int | None
    uid: int | None
    keys: tuple[bytes, ...]
    details: tuple[tuple[str, Any], ...] = ()


@frozen
class Life:
    """hotkeys: those that the account owns now. seats: (netuid, uid, hotkey) that it holds now. earned: (netuid, hotkey, emission
    of all epochs in the subnet's smallest unit of alpha). runtimes: (spec_version, first block it ran), in order; the first
    block is the first that the log has, and may not be where that runtime began.
    """

    account: bytes
    hotkeys: tuple[bytes, ...]
    seats: tuple[tuple[int, int, bytes], ...]
    moments: tuple[Moment, ...]
    earned: tuple[tuple[int, bytes, int], ...] = field(factory=tuple)
    runtimes: tuple[Began, ...] = ()
    has_alpha: bool = True
    """Whether alpha exists at the end; otherwise earnings are TAO."""


def timeline(log: Log, account: bytes | str, *, progress: "Progress | None" = None) -> Life:
    """What happened to an account, in order; from recorded events alone, so that no rule is loaded.

    account: 32 bytes, SS58 or hex digits. Raises: FieldError, ChainBroken, PayloadError.
    """
    told = _Life(log, ss58.account(account) if isinstance(account, str) else account)
    moments: list[Moment] = []
    for number, group in enumerate(groups(log.read_verified())):
        moments += told.fold(group)
        if progress is not None and number % 100 == 0:
            progress(group.position, log.head.position)
    storage = told.storage
    hotkeys = tuple(told.own_hotkeys())
    netuids = sorted(storage.networks_added)
    seats = ((netuid, uid, key) for key in told.own_keys() for netuid in netuids for uid in told.uid(netuid, key))
    earned = tuple((netuid, key, amount) for (netuid, key), amount in sorted(told.earned.items()) if amount)
    return Life(told.account, hotkeys, tuple(seats), tuple(moments), earned, tuple(told.ran.runtimes), storage.layout.has_alpha)


class _Life:
    """A life while it is read."""

    def __init__(self, log: Log, account: bytes) -> None:
        self.account = account
        self.names = (ss58.encode(account), account.hex())
        self.storage = storage_to_fold(log)
        self.earned: dict[tuple[int, bytes], int] = {}
        self.ran = RuntimesRan(log)

    def fold(self, group: Group) -> Iterator[Moment]:
        """Read a call and what it caused; yields what is about the account."""
        signer, time_ms = group.submission.origin, time_of(group)
        self.ran.note(group)
        with self.storage.transaction():
            for place, happened in enumerate(group.happened, start=1):
                yield from self._moments(group, group.position + place, happened, time_ms, signer)
        adopt(self.storage)

    def own_hotkeys(self) -> list[bytes]:
        """The hotkeys that it owns, in the chain's order if it keeps a list of them."""
        if "OwnedHotkeys" in self.storage.layout.items:
            return list(self.storage.owned_hotkeys[self.account])
        return sorted(hotkey for hotkey, owner in self.storage.owner.items() if owner == self.account)

    def own_keys(self) -> list[bytes]:
        """The account, and the hotkeys that it owns."""
        return list(dict.fromkeys((self.account, *self.own_hotkeys())))

    def uid(self, netuid: int, key: bytes) -> list[int]:
        uid = self.storage.uids[netuid, key]
        return [] if uid is None else [uid]

    def _moments(
        self, group: Group, position: int, happened: Happened, time_ms: int | None, signer: bytes | None
    ) -> Iterator[Moment]:
        event, at = happened.event, (position, happened.block, time_ms)
        about = [key for key in _accounts(event) if self._is_mine(key)]
        permits = self._permits(event.netuid) if isinstance(event, EpochCompleted) else {}
        fold(self.storage, event)
        about += [key for key in _accounts(event) if key not in about and self._is_mine(key)]
        if isinstance(event, EpochCompleted):
            yield from self._epoch(event, permits, at)
        elif isinstance(event, StorageObserved):
            yield from self._seen(event, at)
        elif isinstance(event, ExtrinsicFailed):
            if signer is not None and self._is_mine(signer):
                name, netuid = group.submission.call.tag.partition("/")[0], getattr(group.submission.call, "netuid", None)
                details = (("call", name), ("error", event.error), *event.detail)
                yield Moment(*at, REFUSED, netuid, self._uid_of(netuid, signer), (signer,), details)
        elif isinstance(event, ExtrinsicSeen | EventSeen):
            yield from self._of_node(event, at)
        elif not isinstance(event, SKIPPED):
            yield from self._event(event, about, at)

    def _event(self, event: Event, about: list[bytes], at: tuple[int, int, int | None]) -> Iterator[Moment]:
        fields = {name: getattr(event, name) for name, _ in event.units}
        index, uid = fields.get("netuid"), fields.get("uid")
        netuid = None if index is None else index % MECHANISM_STRIDE
        if not about and netuid is not None and uid is not None and "hotkey" not in fields:
            holder = self.storage.keys.get((netuid, uid))
            about = [holder] if holder is not None and self._is_mine(holder) and "old_hotkey" not in fields else []
        if about:
            kind = event.tag.partition("/")[0]
            yield Moment(*at, kind, netuid, uid, tuple(dict.fromkeys(about)), tuple(_details(event)))

    def _epoch(self, event: EpochCompleted, before: dict[bytes, bool], at: tuple[int, int, int | None]) -> Iterator[Moment]:
        """Permits that were gained and lost, and what was earned."""
        emission = dict(event.vectors).get("Emission", ())
        for key, (uid, now) in self._seats(event.netuid).items():
            if uid < len(emission):
                self.earned[event.netuid, key] = self.earned.get((event.netuid, key), 0) + emission[uid]
            if before.get(key, False) != now:
                yield Moment(*at, PERMIT_GAINED if now else PERMIT_LOST, event.netuid, uid, (key,))

    def _permits(self, netuid: int) -> dict[bytes, bool]:
        return {key: permit for key, (_, permit) in self._seats(netuid).items()}

    def _seats(self, netuid: int) -> dict[bytes, tuple[int, bool]]:
        """By key that holds a uid of a subnet: the uid, and whether it has a permit."""
        permits = self.storage.validator_permit[netuid]
        return {key: (uid, uid < len(permits) and bool(permits[uid])) for key in self.own_keys() for uid in self.uid(netuid, key)}

    def _seen(self, event: StorageObserved, at: tuple[int, int, int | None]) -> Iterator[Moment]:
        """Uids on which an observation shows the account."""
        for name, entries, _ in event.changes:
            if name == "Keys":
                for (netuid, uid), key in entries:
                    if self._is_mine(key):
                        registered = self.storage.block_at_registration[netuid, uid]
                        yield Moment(*at, SEEN, netuid, uid, (key,), (("registered_at", registered),))

    def _of_node(self, event: ExtrinsicSeen | EventSeen, at: tuple[int, int, int | None]) -> Iterator[Moment]:
        """What a node showed: extrinsics that the account signed, events that name it."""
        if isinstance(event, ExtrinsicSeen):
            if event.signer is not None and self._is_mine(event.signer):
                outcome = "ok" if event.ok else ", ".join(event.errors)
                yield Moment(*at, event.call, None, None, (event.signer,), (("arguments", event.arguments), ("outcome", outcome)))
        elif any(name in event.data for name in self.names):
            yield Moment(*at, event.name, None, None, (self.account,), (("data", event.data),))

    def _uid_of(self, netuid: int | None, key: bytes) -> int | None:
        return None if netuid is None else self.storage.uids[netuid, key]

    def _is_mine(self, key: bytes) -> bool:
        return key == self.account or self.storage.owner.get(key) == self.account


def _accounts(event: Event) -> list[bytes]:
    """The accounts that an event names in fields of its own."""
    found = []
    for name, unit in event.units:
        value = getattr(event, name)
        if type(value) is bytes and family_of(parts_of(unit)[0] if family_of(unit) == "optional" else unit) == "account":
            found.append(value)
    return found


def _details(event: Event) -> Iterator[tuple[str, Any]]:
    """An event's fields; hashes and other bytes as hex digits."""
    for name, unit in event.units:
        value = getattr(event, name)
        yield name, value.hex() if type(value) is bytes and family_of(unit) == "bytes" else value


def time_of(group: Group) -> int | None:
    """Milliseconds since 1970 from a block's timestamp extrinsic; None if none was seen."""
    for event in group.events:
        if isinstance(event, ExtrinsicSeen) and event.call == "Timestamp.set":
            now = json.loads(event.arguments).get("now")
            return int(now) if isinstance(now, int | str) and str(now).isdecimal() else None
    return None
