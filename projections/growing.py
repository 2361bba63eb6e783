"""A sequence that grows at its end without being copied, for the long lists of accounts in storage."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload


class Growing(Sequence[Any]):
    """An immutable sequence that shares its items with those that it grew from, and with those that grow from it.

    Appending and membership tests take constant time. It equals the tuple of its items.
    """

    __slots__ = ("_items", "_length", "_places")

    def __init__(self, items: Iterable[Any]) -> None:
        self._items = list(items)
        self._length = len(self._items)
        self._places: dict[Any, int] = {}
        for place, item in enumerate(self._items):
            self._places.setdefault(item, place)

    def appended(self, item: Any) -> "Growing":
        """The sequence with one more item. If another has already grown from this one, the items are copied."""
        if self._length < len(self._items):
            return Growing((*self, item))
        longer = object.__new__(Growing)
        self._items.append(item)
        self._places.setdefault(item, self._length)
        longer._items, longer._places, longer._length = self._items, self._places, self._length + 1
        return longer

    def __contains__(self, item: object) -> bool:
        return self._places.get(item, self._length) < self._length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items[: self._length])

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, int) and -self._length <= index < self._length:
            return self._items[index % self._length]
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (tuple, Growing)) and len(self) == len(other) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))
