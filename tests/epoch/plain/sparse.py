"""Vectors and sparse matrices of I32F32: lists of raw bits, and rows as lists of (column, bits) in stored order.

The plain form of the epoch's arithmetic: one function for each operation, written to be read. Columns are uids.
"""

from collections.abc import Callable, Iterable, Sequence

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, U16_MAX
from neuron_ledger.replay.conformance.pallet_math import rounded

Vector = list[int]
SparseRow = list[tuple[int, int]]
SparseMatrix = list[SparseRow]

add, sub, mul, safe_div = I32F32.saturating_add, I32F32.saturating_sub, I32F32.saturating_mul, I32F32.safe_div
ONE = I32F32.one
WHOLE_U16 = I32F32.from_int(U16_MAX)


def wrapping_sum(values: Iterable[int]) -> int:
    """The sum as the reference's iterators make it."""
    return I32F32.wrap(sum(values))


def proportion_to_u16(x: int) -> int:
    """A proportion as parts of 65535, floored.

    Source: subtensor epoch/math.rs::fixed_proportion_to_u16, spec_version 277.
    """
    return I32F32.to_int(mul(x, WHOLE_U16), U16_MAX)


# ---------------------------------------------------------------------------------------------------------- vectors


def normalize(vector: Sequence[int]) -> Vector:
    """Each value as a part of their sum; unchanged where that is 0. The sum wraps."""
    return normalize_using_sum(vector, wrapping_sum(vector))


def normalize_using_sum(vector: Sequence[int], total: int) -> Vector:
    """Each value as a part of `total`; unchanged where that is 0."""
    return [safe_div(value, total) for value in vector] if total else list(vector)


def normalize_64(vector: Sequence[int]) -> Vector:
    """As `normalize`, for I64F64."""
    total = I64F64.wrap(sum(vector))
    return [I64F64.safe_div(value, total) for value in vector] if total else list(vector)


def masked(vector: Sequence[int], mask: Sequence[bool]) -> Vector:
    """Zeros where the mask is set."""
    return [0 if hide else value for value, hide in zip(vector, mask, strict=True)]


def vector_div(a: Sequence[int], b: Sequence[int]) -> Vector:
    """Element by element; 0 for a zero divisor."""
    return [safe_div(x, y) for x, y in zip(a, b, strict=True)]


def vector_mul(a: Sequence[int], b: Sequence[int]) -> Vector:
    """Element by element; 0 where the product does not fit."""
    return [I32F32.checked_mul(x, y) or 0 for x, y in zip(a, b, strict=False)]


def top_k_nonzero(vector: Sequence[int], k: int) -> list[bool]:
    """Whether a value is among the k largest and not 0; of equals, the higher index wins."""
    n = len(vector)
    chosen = [value != 0 for value in vector]
    if n >= k:
        for index in sorted(range(n), key=vector.__getitem__)[: n - k]:
            chosen[index] = False
    return chosen


def max_upscale_to_u16(vector: Sequence[int]) -> list[int]:
    """Scaled so that the largest becomes 65535, rounded half away from zero."""
    if not vector:
        return []
    largest = max(vector)
    if largest == 0:
        scaled = [mul(value, WHOLE_U16) for value in vector]
    elif largest > I32F32.from_int(32768):
        factor = safe_div(WHOLE_U16, largest)
        scaled = [rounded(I32F32, mul(value, factor)) for value in vector]
    else:
        scaled = [rounded(I32F32, safe_div(mul(value, WHOLE_U16), largest)) for value in vector]
    return [I32F32.to_int(value, U16_MAX) for value in scaled]


# ------------------------------------------------------------------------------------------------------------ masks


def without_diagonal(matrix: SparseMatrix, except_for: int | None = None) -> SparseMatrix:
    """Without what a row says about itself; `except_for` keeps that."""
    return [[(j, value) for j, value in row if j != i or i == except_for] for i, row in enumerate(matrix)]


def filtered(matrix: SparseMatrix, keep: Callable[[int, int], bool]) -> SparseMatrix:
    """The entries for which keep(row, column) holds."""
    return [[(j, value) for j, value in row if keep(i, j)] for i, row in enumerate(matrix)]


# ----------------------------------------------------------------------------------------------------- rows, columns


def row_sum(matrix: SparseMatrix) -> Vector:
    """Sums along rows; they wrap."""
    return [wrapping_sum(value for _, value in row) for row in matrix]


def row_normalize(matrix: SparseMatrix) -> SparseMatrix:
    """Each entry as a part of its row's sum; rows whose sum is not positive stay."""
    sums = row_sum(matrix)
    return [
        [(j, safe_div(value, total)) for j, value in row] if total > 0 else row for row, total in zip(matrix, sums, strict=True)
    ]


def column_normalize(matrix: SparseMatrix, columns: int) -> SparseMatrix:
    """Each entry as a part of its column's sum (which saturates); columns whose sum is 0 stay."""
    sums = [0] * columns
    for row in matrix:
        for j, value in row:
            sums[j] = add(sums[j], value)
    return _divided_by_column(matrix, sums)


def column_max_upscale(matrix: SparseMatrix, columns: int) -> SparseMatrix:
    """Each entry as a part of its column's largest; columns without a positive entry stay."""
    largest = [0] * columns
    for row in matrix:
        for j, value in row:
            largest[j] = max(largest[j], value)
    return _divided_by_column(matrix, largest)


def _divided_by_column(matrix: SparseMatrix, divisors: Vector) -> SparseMatrix:
    return [[(j, safe_div(value, divisors[j]) if divisors[j] else value) for j, value in row] for row in matrix]


def row_hadamard(matrix: SparseMatrix, vector: Sequence[int]) -> SparseMatrix:
    """Each row times its value of the vector."""
    return [[(j, mul(value, factor)) for j, value in row] for row, factor in zip(matrix, vector, strict=True)]


def column_hadamard(matrix: SparseMatrix, vector: Sequence[int]) -> SparseMatrix:
    """Each column times its value of the vector; entries that become 0 go."""
    products = ([(j, mul(value, vector[j])) for j, value in row if j < len(vector)] for row in matrix)
    return [[(j, value) for j, value in row if value] for row in products]


def matmul(matrix: SparseMatrix, vector: Sequence[int], columns: int) -> Vector:
    """For each column the sum of (row's value of the vector × entry), saturating."""
    result = [0] * columns
    for row, factor in zip(matrix, vector, strict=True):
        for j, value in row:
            result[j] = add(result[j], mul(factor, value))
    return result


def matmul_transpose(matrix: SparseMatrix, vector: Sequence[int]) -> Vector:
    """For each row the sum of (column's value of the vector × entry), saturating."""
    result = []
    for row in matrix:
        total = 0
        for j, value in row:
            total = add(total, mul(vector[j], value))
        result.append(total)
    return result


# ------------------------------------------------------------------------------------------- clipping, interpolation


def column_clip(matrix: SparseMatrix, thresholds: Sequence[int]) -> SparseMatrix:
    """Entries above their column's threshold are cut to it, and go where it is not positive."""
    return [[(j, min(value, thresholds[j])) for j, value in row if value <= thresholds[j] or thresholds[j] > 0] for row in matrix]


def interpolate(first: SparseMatrix, second: SparseMatrix, columns: int, ratio: int) -> SparseMatrix:
    """first + ratio × (second - first); rows come out sorted and without entries that are not positive.

    At ratio 0 and 1 the matrices themselves, in their own order.
    """
    if ratio == 0:
        return first
    if ratio == ONE:
        return second
    result = []
    for row1, row2 in zip(first, second, strict=True):
        of1, of2 = dict(row1), dict(row2)
        row = []
        for j in range(columns):
            a = of1.get(j, 0)
            value = add(a, mul(ratio, sub(of2.get(j, 0), a)))
            if value > 0:
                row.append((j, value))
        result.append(row)
    return result


def ema(new: SparseMatrix, old: SparseMatrix, alpha: int) -> SparseMatrix:
    """alpha × new + (1 - alpha) × old; rows come out sorted and without entries that are not positive."""
    rest = sub(ONE, alpha)
    result = []
    for new_row, old_row in zip(new, old, strict=True):
        mixed: dict[int, int] = {}
        for factor, row in ((alpha, new_row), (rest, old_row)):
            for j, value in row:
                mixed[j] = add(mixed.get(j, 0), mul(factor, value))
        result.append([(j, mixed[j]) for j in sorted(mixed) if mixed[j] > 0])
    return result
