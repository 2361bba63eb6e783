"""Requests between neurons, as recorded in a log: one exchange each, whichever of the two recorded it."""

from collections.abc import Iterable, Iterator

from attrs import define, field

from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.exchanges import AXON, ExchangeObserved

SUCCESS = 200

Key = tuple[bytes, bytes, str, int]
"""Dendrite, axon, uuid, nonce: unique to a request."""


@define
class ExchangeView:
    """One exchange. position, block: of the entry that recorded it first. by_dendrite, by_axon: what each of them saw.

    Where both recorded it, the dendrite's record decides how it ended.
    """

    position: int
    block: int
    by_dendrite: ExchangeObserved | None = None
    by_axon: ExchangeObserved | None = None

    @property
    def seen(self) -> ExchangeObserved:
        """What the dendrite saw; what the axon saw where the dendrite recorded nothing."""
        seen = self.by_axon if self.by_dendrite is None else self.by_dendrite
        assert seen is not None
        return seen

    @property
    def answered(self) -> bool:
        """Whether there was a valid answer."""
        return self.seen.status == SUCCESS

    @property
    def disagrees(self) -> bool:
        """Whether both recorded an answer, but different ones."""
        if self.by_dendrite is None or self.by_axon is None:
            return False
        hashes = self.by_dendrite.response_hash, self.by_axon.response_hash
        return None not in hashes and hashes[0] != hashes[1]


@define
class Exchanges:
    """The exchanges of a log, folded call by call, in the order of recording. netuid: only those of one subnet."""

    netuid: int | None = None
    _found: dict[Key, ExchangeView] = field(factory=dict)

    @classmethod
    def of(cls, groups: Iterable[Group], netuid: int | None = None) -> "Exchanges":
        """The exchanges recorded by these calls."""
        exchanges = cls(netuid)
        for group in groups:
            exchanges.fold(group)
        return exchanges

    def fold(self, group: Group) -> None:
        """Take in one call and what it recorded."""
        for entry, happened in zip(group.entries[1:], group.happened, strict=True):
            event = happened.event
            if isinstance(event, ExchangeObserved) and self.netuid in (None, event.netuid):
                key = event.dendrite, event.axon, event.uuid, event.nonce
                view = self._found.setdefault(key, ExchangeView(entry.position, entry.block))
                if event.seen_by == AXON:
                    view.by_axon = event
                else:
                    view.by_dendrite = event

    def __iter__(self) -> Iterator[ExchangeView]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def between(self, dendrite: bytes | None = None, axon: bytes | None = None) -> Iterator[ExchangeView]:
        """The exchanges sent by one hotkey, or received by another, or both."""
        for view in self:
            if dendrite in (None, view.seen.dendrite) and axon in (None, view.seen.axon):
                yield view
