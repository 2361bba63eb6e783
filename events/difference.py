"""How every check of the project reports a finding: where, what, the expected value, and the actual one."""

from typing import Any, Generic, TypeVar

from attrs import frozen

Where = TypeVar("Where")


@frozen
class Difference(Generic[Where]):
    """One difference from what was expected.

    where: a position of the log, the key of an item, a uid, a place in a recorded case. what: the item that differs there.
    """

    where: Where
    what: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        return f"{self.where}: {self.what} (expected {self.expected}, got {self.got})"
