"""Storage of the pallet after the blocks so far, indexed by subnet and by account."""

from collections.abc import Iterable, Iterator, Mapping

from neuron_ledger.replay.history.shapes import NETUID, NUMBER, SUBNETS_AT_MOST, Shapes

Changes = dict[bytes, bytes | None]
"""Full key → value; None if it was removed."""


class Known:
    """Every entry by its full key. shapes: of the runtime; without it entries cannot be found by subnet or account."""

    def __init__(self, entries: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.entries = dict(entries)
        self.shapes: Shapes | None = None
        self._of_subnet: dict[int, set[bytes]] = {}
        self._of_account: dict[bytes, set[bytes]] = {}
        self._of_item: dict[bytes, set[bytes]] = {}
        self._mechanisms: dict[int, set[int]] = {}

    def read_by(self, shapes: Shapes) -> None:
        """Index the entries by a runtime's shapes, unless they already are."""
        if self.shapes is shapes:
            return
        self.shapes = shapes
        self._of_subnet, self._of_account, self._of_item, self._mechanisms = {}, {}, {}, {}
        for key, value in self.entries.items():
            self._come(shapes, key, value)

    def subnets(self) -> Iterable[int]:
        """The subnets that entries mention."""
        return self._of_subnet.keys()

    def indexes(self, netuid: int) -> set[int]:
        """A subnet's number, and those of its mechanisms that ever had an entry."""
        return {netuid, *self._mechanisms.get(netuid, ())}

    def of_subnet(self, netuid: int) -> set[bytes]:
        """The keys that name a subnet, or one of its mechanisms."""
        return self._of_subnet.get(netuid, set())

    def of_account(self, account: bytes) -> set[bytes]:
        """The keys that name an account, or whose values do."""
        return self._of_account.get(account, set())

    def of_item(self, prefix: bytes) -> set[bytes]:
        """The keys of an item."""
        return self._of_item.get(prefix, set())

    def accounts_of(self, key: bytes) -> set[bytes]:
        """The accounts that an entry names, in its key or in its value."""
        return set(self._accounts(self.shapes, key, self.entries.get(key))) if self.shapes is not None else set()

    def changes(self, seen: Mapping[bytes, bytes | None]) -> Changes:
        """Those of these entries that are not known yet."""
        known = self.entries.get
        return {key: value for key, value in seen.items() if known(key) != value}

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        """Apply changes."""
        for key, value in changes.items():
            before = self.entries.get(key)
            if self.shapes is not None and before is not None:
                self._go(self.shapes, key, before)
            if value is None:
                self.entries.pop(key, None)
            else:
                self.entries[key] = value
                if self.shapes is not None:
                    self._come(self.shapes, key, value)

    def _come(self, shapes: Shapes, key: bytes, value: bytes) -> None:
        self._of_item.setdefault(key[:32], set()).add(key)
        for index in _indexes(shapes, key):
            netuid = index % SUBNETS_AT_MOST
            self._of_subnet.setdefault(netuid, set()).add(key)
            if index != netuid:
                self._mechanisms.setdefault(netuid, set()).add(index)
        for account in self._accounts(shapes, key, value):
            self._of_account.setdefault(account, set()).add(key)

    def _go(self, shapes: Shapes, key: bytes, value: bytes) -> None:
        self._of_item[key[:32]].discard(key)
        for index in _indexes(shapes, key):
            self._of_subnet[index % SUBNETS_AT_MOST].discard(key)
        for account in self._accounts(shapes, key, value):
            self._of_account[account].discard(key)

    @staticmethod
    def _accounts(shapes: Shapes | None, key: bytes, value: bytes | None) -> Iterator[bytes]:
        shape = None if shapes is None else shapes.of(key)
        if shapes is None or shape is None:
            return
        yield from (part for part in shape.parts(key) if isinstance(part, bytes))
        if value is not None:
            yield from shapes.accounts_in(shape, value)


def _indexes(shapes: Shapes, key: bytes) -> Iterator[int]:
    """The subnets that a key names, or their mechanisms."""
    shape = shapes.of(key)
    if shape is not None:
        for kind, part in zip(shape.kinds, shape.parts(key), strict=False):
            if kind == NETUID and isinstance(part, int):
                yield part


def numbers_of(shapes: Shapes, keys: Iterable[bytes]) -> set[int]:
    """The numbers beside a subnet in keys, which are uids in most items."""
    found: set[int] = set()
    for key in keys:
        shape = shapes.of(key)
        if shape is not None and shape.kinds == (NETUID, NUMBER):
            part = shape.parts(key)[1]
            if isinstance(part, int):
                found.add(part)
    return found
