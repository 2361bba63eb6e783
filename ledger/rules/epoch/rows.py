"""Stored rows of pairs (uid, u16) as matrices, and back.

A row becomes one line of a matrix with a column for every uid, 0 where the row has no entry. The places of entries are kept in
addition, since an entry may be 0, and their order where it is not ascending, since a few rules depend on it. A row that names a
uid several times takes as many lines, the first mention on the first line, so that every entry has its place.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Mask, Shorts, zeros
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from neuron_ledger.ledger.rules.numbers.pairs import PAIR, Index, spread


@frozen(eq=False)
class Entries:
    """The places of a matrix's entries, row after row in stored order."""

    line: Index
    column: Index


@frozen(eq=False)
class Rows:
    """Rows of one matrix.

    uids: of the rows, ascending. depth: lines per row. values: shape (rows · depth, columns), raw bits, 0 where there is no
    entry. entries: where every row names its uids in ascending order, none twice: a mask of the shape of the values; else the
    places. kernels: the form that computes with them.
    """

    uids: Index
    depth: int
    values: Bits
    entries: Mask | Entries
    kernels: Kernels

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.entries.line) if isinstance(self.entries, Entries) else int(np.count_nonzero(self.entries))

    @property
    def line_uids(self) -> Index:
        """The uid whose row a line belongs to, per line."""
        return np.repeat(self.uids, self.depth)

    def places(self) -> Entries:
        """Where the entries are, in stored order."""
        return self.entries if isinstance(self.entries, Entries) else Entries(*np.nonzero(self.entries))

    def of_entries(self, matrix: Bits) -> Bits:
        """The numbers of a matrix where there are entries, in stored order. matrix: shape of the values."""
        if isinstance(self.entries, Entries):
            return matrix[self.entries.line, self.entries.column]
        return matrix[self.entries]

    def by_line(self, matrix: Bits) -> Bits:
        """A matrix with one line per row, each repeated for every line of this one's row."""
        return matrix if self.depth == 1 else np.repeat(matrix, self.depth, axis=0)

    def with_entries(self, numbers: Bits) -> "Rows":
        """Other numbers at the same entries, given in stored order."""
        values = zeros(*self.values.shape)
        if isinstance(self.entries, Entries):
            values[self.entries.line, self.entries.column] = numbers
        else:
            values[self.entries] = numbers
        return self.with_values(values)

    def with_values(self, values: Bits) -> "Rows":
        """Other values at the same places."""
        return evolve(self, values=values)

    def where(self, kept: Mask) -> "Rows":
        """Only the entries at places that are kept; the others' values are 0 already. kept: shape of the values."""
        old = self.entries
        if isinstance(old, Entries):
            stays = kept[old.line, old.column]
            return evolve(self, entries=Entries(old.line[stays], old.column[stays]))
        return evolve(self, entries=old & kept)

    def keeping(self, kept: Mask) -> "Rows":
        """Only the entries at places that are kept; the others' values become 0. kept: shape of the values."""
        return self.with_values(np.where(kept, self.values, 0)).where(kept)

    def layers(self) -> list[Bits]:
        """The first lines of all rows, the second ones, and so on. Each of shape (rows, columns)."""
        return [self.values[layer :: self.depth] for layer in range(self.depth)]

    def last(self) -> Bits:
        """The rows on one line each: of several entries for a uid the last one counts."""
        if self.depth == 1:
            return self.values
        places = self.places()
        single = zeros(len(self.uids), self.values.shape[1])
        for layer, values in enumerate(self.layers()):
            here = places.line % self.depth == layer
            row, column = places.line[here] // self.depth, places.column[here]
            single[row, column] = values[row, column]
        return single

    def leading(self) -> Bits:
        """The rows on one line each: an entry counts where it names a greater uid than every entry before it in its row.

        This is what a merge sees that walks up the uids and never turns back.
        """
        if not isinstance(self.entries, Entries):
            return self.values
        places = self.entries
        columns = self.values.shape[1]
        row = places.line // self.depth
        # A row's numbers are all greater than those of the row before: the running maximum starts over with each row.
        number = row * columns + places.column
        leads = number > np.concatenate(([-1], np.maximum.accumulate(number)[:-1]))
        single = zeros(len(self.uids), columns)
        single[row[leads], places.column[leads]] = self.values[places.line[leads], places.column[leads]]
        return single


def read_rows(stored: Mapping[int, bytes], uids: Sequence[int], columns: int, kernels: Kernels) -> Rows:
    """The rows of `uids` (ascending) as a matrix of the stored u16, unscaled; entries beyond the columns are left out.

    stored: packed little-endian u16 pairs by uid; a uid without a row has no entries.
    """
    packed = [stored.get(uid, b"") for uid in uids]
    pairs = np.frombuffer(bytearray().join(packed), PAIR).reshape(-1, 2)
    counts = np.array([len(one) // 4 for one in packed], np.int64)
    ascending = kernels.read_pairs(pairs, counts, columns)
    if ascending:
        return Rows(np.array(uids, np.int64), 1, *ascending, kernels)
    row = np.repeat(np.arange(len(uids)), counts)
    return rows_of_entries(np.array(uids, np.int64), columns, row, pairs[:, 0].astype(np.int64), pairs[:, 1], kernels)


def rows_of_entries(
    uids: Index, columns: int, row: Index, column: Index, value: npt.NDArray[np.integer], kernels: Kernels
) -> Rows:
    """Rows from entries in stored order. row: number of the row of each entry."""
    inside = column < columns
    if not inside.all():
        row, column, value = row[inside], column[inside], value[inside]
    ascending = spread(row, column, value, (len(uids), columns))
    if ascending:
        return Rows(uids, 1, *ascending, kernels)
    depth, layer = _layers(row * columns + column)
    line = row * depth + layer
    values = zeros(len(uids) * depth, columns)
    values[line, column] = value
    return Rows(uids, depth, values, Entries(line, column), kernels)


def dense_rows(uids: Index, values: Bits, kernels: Kernels) -> Rows:
    """Rows on one line each that have an entry for every number above 0. values: shape (rows, columns), not negative."""
    return Rows(uids, 1, values, values > 0, kernels)


def pack_rows(rows: Rows, proportions: Shorts) -> dict[int, bytes]:
    """The rows by uid as storage keeps them: their entries, with the proportions at their places."""
    if isinstance(rows.entries, Entries):
        line, column = rows.entries.line, rows.entries.column
        pairs = np.column_stack((column.astype(PAIR), proportions[line, column]))
        counts = np.bincount(line // rows.depth, minlength=len(rows.uids))
    else:
        pairs, counts = rows.kernels.pack_pairs(proportions, rows.entries)
    ends = counts.cumsum().tolist()
    packed = pairs.tobytes()
    return {uid: packed[4 * start : 4 * end] for uid, start, end in zip(rows.uids.tolist(), [0, *ends][:-1], ends, strict=True)}


def _layers(place: Index) -> tuple[int, Index]:
    """The maximum number of times that a place is named, and for each entry how often its place was named before."""
    order = np.argsort(place, kind="stable")
    ordered = place[order]
    position = np.arange(len(place))
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    layer = np.empty_like(position)
    layer[order] = position - np.maximum.accumulate(np.where(starts, position, 0))
    return int(layer.max()) + 1, layer
