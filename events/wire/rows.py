"""Weight and bond rows: (uid, value) pairs of u16, packed little-endian in the stored order.

numpy reads a row as an array of shape (entries, 2), dtype `<u2`. On the wire a row of three entries or more is
[first uid, packed values] where its uids follow each other, and [uids as bytes, packed values] where they do not and none is
above 255; any other row is packed pairs.
"""

from collections.abc import Sequence
from typing import Any

import numpy

_U16 = numpy.dtype("<u2")
_UIDS = numpy.arange(1 << 16, dtype=_U16)
"""Every uid there can be."""


def pairs(row: bytes) -> list[tuple[int, int]]:
    """The (uid, value) pairs of a packed row, in stored order."""
    values = numpy.frombuffer(row, dtype=_U16).tolist()
    return list(zip(values[::2], values[1::2], strict=True))


def pack_pairs(entries: Sequence[Sequence[int]]) -> bytes:
    """Pack (uid, value) pairs of u16 into a row."""
    return numpy.array(entries, dtype=_U16).reshape(-1).tobytes()


def row_to_wire(row: bytes) -> Any:
    """The shortest of the three forms. Raises: ValueError for bytes that are no pairs, TypeError for what is no bytes."""
    entries = numpy.frombuffer(row, _U16).reshape(-1, 2)
    if len(entries) < 3:
        return row
    uids, first = entries[:, 0], int(entries[0, 0])
    if numpy.array_equal(uids, _UIDS[first : first + len(entries)]):
        return first, entries[:, 1].tobytes()
    return (uids.astype(numpy.uint8).tobytes(), entries[:, 1].tobytes()) if uids.max() < 256 else row


def row_from_wire(wire: Any) -> bytes:
    """The row of any of the three forms. Raises: ValueError where uids and values do not match."""
    if type(wire) is bytes:
        if len(wire) % 4:
            raise ValueError(f"a row of {len(wire)} bytes")
        return wire
    uids_or_first, packed = wire
    values = numpy.frombuffer(packed, _U16)
    if type(uids_or_first) is int:
        uids = _UIDS[uids_or_first : uids_or_first + len(values)]
    else:
        uids = numpy.frombuffer(uids_or_first, numpy.uint8)
    if len(uids) != len(values):
        raise ValueError(f"a row of {len(uids)} uids and {len(values)} values")
    row = numpy.empty((len(values), 2), _U16)
    row[:, 0] = uids
    row[:, 1] = values
    return row.tobytes()
