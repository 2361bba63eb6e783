"""Weight and bond rows: (uid, value) pairs of u16, packed little-endian in the stored order.

numpy reads a row as an array of shape (entries, 2), dtype `<u2`. In the log, a row of three or more entries is
[first uid, packed values] if its uids are consecutive, and [uids as bytes, packed values] if they are not, but none is above
255; any other row is packed pairs.

This is done with stepped slices of bytes: as fast as numpy up to some hundred entries, and without loading it.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from struct import pack, unpack
from typing import Any


@cache
def _uids() -> tuple[bytes, bytes]:
    """The low bytes and the high bytes of all possible uids."""
    low = bytes(range(256))
    return low * 256, b"".join(low[high : high + 1] * 256 for high in low)


def pairs(row: bytes) -> list[tuple[int, int]]:
    """The (uid, value) pairs of a packed row, in stored order."""
    values = unpack(f"<{len(row) // 2}H", row)
    return list(zip(values[::2], values[1::2], strict=True))


def pack_pairs(entries: Sequence[Sequence[int]]) -> bytes:
    """Pack (uid, value) pairs of u16 into a row."""
    return pack(f"<{2 * len(entries)}H", *chain.from_iterable(entries))


def row_to_wire(row: bytes) -> Any:
    """The shortest of the three encodings. Raises: ValueError for anything but packed pairs."""
    if type(row) is not bytes or len(row) % 4:
        raise ValueError(row)
    count = len(row) // 4
    if count < 3:
        return row
    low, high = row[::4], row[1::4]
    first = low[0] + 256 * high[0]
    lows, highs = _uids()
    follow = low == lows[first : first + count] and high == highs[first : first + count]
    if not follow and any(high):
        return row
    values = bytearray(2 * count)
    values[::2], values[1::2] = row[2::4], row[3::4]
    return first if follow else low, bytes(values)


def row_from_wire(wire: Any) -> bytes:
    """The row of any of the three encodings. Raises: ValueError if uids and values do not match, TypeError for other types."""
    if type(wire) is bytes:
        if len(wire) % 4:
            raise ValueError(f"a row of {len(wire)} bytes")
        return wire
    uids, values = wire
    count = len(values) // 2
    if type(uids) is int:
        lows, highs = _uids()
        low, high = lows[uids : uids + count], highs[uids : uids + count]
    else:
        low, high = uids, bytes(count)
    row = bytearray(4 * count)
    row[::4], row[1::4], row[2::4], row[3::4] = low, high, values[::2], values[1::2]
    return bytes(row)
