"""Weight and bond rows: (uid, value) pairs of u16, packed little-endian in the stored order.

numpy reads a row as an array of shape (entries, 2), dtype `<u2`. On the wire a row of three entries or more is
[first uid, packed values] where its uids follow each other, and [uids as bytes, packed values] where they do not and none is
above 255; any other row is packed pairs.
"""

from collections.abc import Sequence
from functools import cache
from struct import unpack
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy import uint16
    from numpy.typing import NDArray

_U16: Final = "<u2"

SHORT: Final = 64
"""Bytes of values up to which a row is put together without numpy, in no more time.

numpy is imported where it is used: commands that meet no long row start without it.
"""


@cache
def _uids() -> "NDArray[uint16]":
    """Every uid there can be."""
    import numpy

    return numpy.arange(1 << 16, dtype=_U16)


def pairs(row: bytes) -> list[tuple[int, int]]:
    """The (uid, value) pairs of a packed row, in stored order."""
    values = unpack(f"<{len(row) // 2}H", row)
    return list(zip(values[::2], values[1::2], strict=True))


def pack_pairs(entries: Sequence[Sequence[int]]) -> bytes:
    """Pack (uid, value) pairs of u16 into a row."""
    import numpy

    return numpy.array(entries, dtype=_U16).reshape(-1).tobytes()


def row_to_wire(row: bytes) -> Any:
    """The shortest of the three forms. Raises: ValueError for bytes that are no pairs, TypeError for what is no bytes."""
    if row == b"":
        return row
    import numpy

    numbers = numpy.frombuffer(row, _U16)
    uids, values = numbers[::2], numbers[1::2]
    if len(uids) != len(values):
        raise ValueError(f"a row of {len(row)} bytes")
    if len(uids) < 3:
        return row
    first = int(uids[0])
    if uids.tobytes() == _uids()[first : first + len(uids)].tobytes():
        return first, values.tobytes()
    return (uids.astype(numpy.uint8).tobytes(), values.tobytes()) if uids.max() < 256 else row


def row_from_wire(wire: Any) -> bytes:
    """The row of any of the three forms. Raises: ValueError where uids and values do not match."""
    if type(wire) is bytes:
        if len(wire) % 4:
            raise ValueError(f"a row of {len(wire)} bytes")
        return wire
    uids_or_first, packed = wire
    if type(packed) is bytes and len(packed) < SHORT:
        return _short_row(uids_or_first, packed)
    import numpy

    values = numpy.frombuffer(packed, _U16)
    if type(uids_or_first) is int:
        uids = _uids()[uids_or_first : uids_or_first + len(values)]
    else:
        uids = numpy.frombuffer(uids_or_first, numpy.uint8)
    if len(uids) != len(values):
        raise ValueError(f"a row of {len(uids)} uids and {len(values)} values")
    row = numpy.empty((len(values), 2), _U16)
    row[:, 0] = uids
    row[:, 1] = values
    return row.tobytes()


def _short_row(uids_or_first: Any, packed: bytes) -> bytes:
    """As `row_from_wire` does it for many, without numpy."""
    count = len(packed) // 2
    row = bytearray(4 * count)
    row[2::4], row[3::4] = packed[::2], packed[1::2]
    if type(uids_or_first) is int:
        if not 0 <= uids_or_first <= (1 << 16) - count:
            raise ValueError(f"a row of {count} values from uid {uids_or_first} on")
        uids = b"".join(uid.to_bytes(2, "little") for uid in range(uids_or_first, uids_or_first + count))
        row[::4], row[1::4] = uids[::2], uids[1::2]
    elif type(uids_or_first) is bytes:
        row[::4] = uids_or_first
    else:
        raise TypeError(f"uids as {type(uids_or_first).__name__}")
    return bytes(row)
