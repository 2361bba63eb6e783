"""Arguments of calls that Python may give in more than one type, for type checkers.

A call reads its arguments in the form for people: an account may be SS58 or hex digits, a tuple a list. To a type checker, such a
field is a descriptor with one type to read and a wider one to give; at run time it is nothing but its unit.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from neuron_ledger.events.wire.units import ACCOUNT, BOOL_VECTOR, U16_VECTOR, U64, U64_VECTOR

if TYPE_CHECKING:
    Kept = TypeVar("Kept")
    Given = TypeVar("Given")

    class _Argument(Generic[Kept, Given]):
        @overload
        def __get__(self, call: None, owner: Any) -> Self: ...
        @overload
        def __get__(self, call: object, owner: Any) -> Kept: ...
        def __get__(self, call: object, owner: Any) -> Any: ...
        def __set__(self, call: object, value: Given) -> None: ...

    GivenAccount = _Argument[bytes, bytes | str]
    GivenChildren = _Argument[tuple[tuple[int, bytes], ...], Sequence[tuple[int, bytes | str]]]
    GivenU16s = _Argument[tuple[int, ...], Sequence[int]]
    GivenU64s = _Argument[tuple[int, ...], Sequence[int]]
    GivenBools = _Argument[tuple[bool, ...], Sequence[bool]]
else:
    GivenAccount = ACCOUNT
    GivenChildren = tuple[tuple[U64, ACCOUNT], ...]
    GivenU16s = U16_VECTOR
    GivenU64s = U64_VECTOR
    GivenBools = BOOL_VECTOR
