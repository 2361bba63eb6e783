"""How every check of the project reports what it finds: where, what, which value was expected there, and which was got."""

from typing import Any, Generic, TypeVar

from attrs import frozen

Where = TypeVar("Where")


@frozen
class Difference(Generic[Where]):
    """One thing that is not as it should be.

    where: in what was checked: a position of the log, the key of an item, a uid, a place in a recorded case. what: differs there.
    """

    where: Where
    what: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.where}: {self.what} (expected {self.expected}, got {self.got})"
