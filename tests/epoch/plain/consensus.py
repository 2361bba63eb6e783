"""What validators agree on: for every neuron the weight that a majority of stake supports."""

from collections.abc import Sequence

from tests.epoch.plain.sparse import SparseMatrix, Vector, add, normalize, sub, wrapping_sum


def weighted_median(
    stake: Sequence[int], score: Sequence[int], among: Sequence[int], minority: int, below: int, above: int
) -> int:
    """The score at which the stake from below passes `minority`.

    stake, score: shape (k,), I32F32. among: indices that are left. below, above: stake with scores below, and not above, these.
    Source: subtensor epoch/math.rs::weighted_median, spec_version 277.
    """
    while len(among) > 1:
        pivot = score[among[len(among) // 2]]
        lower = [index for index in among if score[index] < pivot]
        upper = [index for index in among if score[index] > pivot]
        lower_stake = upper_stake = 0
        for index in lower:
            lower_stake = add(lower_stake, stake[index])
        for index in upper:
            upper_stake = add(upper_stake, stake[index])
        low_end, high_end = add(below, lower_stake), sub(above, upper_stake)
        if low_end <= minority < high_end:
            return pivot
        if minority < low_end and lower:
            among, above = lower, low_end
        elif high_end <= minority and upper:
            among, below = upper, high_end
        else:
            return pivot
    return score[among[0]] if among else 0


def weighted_median_columns(stake: Sequence[int], weights: SparseMatrix, columns: int, majority: int) -> Vector:
    """The weighted median of each column, over the rows with stake; a missing entry counts as 0.

    stake: shape (rows,), I32F32. majority: proportion of stake, I32F32.
    Source: subtensor epoch/math.rs::weighted_median_col_sparse, spec_version 277.
    """
    rows = [row for row, value in enumerate(stake) if value > 0]
    use_stake = normalize([stake[row] for row in rows])
    total = wrapping_sum(use_stake)
    scores = [[0] * len(rows) for _ in range(columns)]
    for k, row in enumerate(rows):
        for j, value in weights[row]:
            scores[j][k] = value
    everyone = range(len(rows))
    minority = sub(total, majority)
    return [weighted_median(use_stake, score, everyone, minority, 0, total) for score in scores]
