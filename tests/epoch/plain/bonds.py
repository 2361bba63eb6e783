"""Bonds: how the moving average takes in what validators say, with one alpha for all or one for each pair (liquid alpha)."""

from collections.abc import Sequence

from attrs import frozen

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, exp
from tests.epoch.plain.sparse import ONE, SparseMatrix, SparseRow, add, ema, mul, sub

MILLION = I64F64.from_int(1_000_000)
HALF = ONE >> 1


@frozen
class LiquidAlpha:
    """The parameters of liquid alpha, I32F32: bounds of alpha as proportions, steepness as a whole number."""

    low: int
    high: int
    steepness: int


def moving_average_alpha(bonds_moving_average: int) -> int:
    """How much the new bonds count (I32F32): 1 - bonds_moving_average, which is in parts per million.

    Source: subtensor epoch/run_epoch.rs::compute_disabled_liquid_alpha and compute_ema_bonds_normal_sparse, spec_version 277.
    """
    average = I64F64.safe_div(I64F64.from_int(bonds_moving_average), MILLION)
    return sub(ONE, I32F32.from_fixed(average, I64F64))


def alpha_sigmoid(consensus: int, weight: int, bond: int, liquid: LiquidAlpha) -> int:
    """The alpha of one pair: between its bounds, higher the further a weight leads the consensus, or a bond the weight.

    Source: subtensor epoch/run_epoch.rs::alpha_sigmoid, spec_version 277.
    """
    lead = sub(weight, consensus) if weight >= bond else sub(bond, weight)
    exponent = mul(-ONE, mul(liquid.steepness, sub(_clamped(lead, 0, ONE), HALF)))
    sigmoid = I32F32.saturating_div(ONE, add(ONE, exp(exponent) or 0))
    return _clamped(add(liquid.low, mul(sigmoid, sub(liquid.high, liquid.low))), liquid.low, liquid.high)


def _clamped(value: int, low: int, high: int) -> int:
    return max(min(value, high), low)


def liquid_alphas(weights: SparseMatrix, bonds: SparseMatrix, consensus: Sequence[int], liquid: LiquidAlpha) -> list[list[int]]:
    """Alphas of all pairs, one row a validator. Rows that are not sorted are misread as the chain misreads them.

    Source: subtensor epoch/run_epoch.rs::compute_liquid_alpha_values_sparse, spec_version 277.
    """
    columns = len(consensus)
    return [
        [
            alpha_sigmoid(agreed, weight, bond, liquid)
            for agreed, weight, bond in zip(consensus, _walked(w_row, columns), _walked(b_row, columns), strict=True)
        ]
        for w_row, b_row in zip(weights, bonds, strict=True)
    ]


def _walked(row: SparseRow, columns: int) -> list[int]:
    """A row's values by column as one walk along it finds them: an entry that comes too late is not seen."""
    values = [0] * columns
    reached = -1
    for j, value in row:
        # The walk stands before the first entry beyond the columns done; entries of columns done are passed over.
        if j > reached:
            if j < columns:
                values[j] = value
            reached = j
    return values


def liquid_ema(new: SparseMatrix, old: SparseMatrix, alphas: Sequence[Sequence[int]]) -> SparseMatrix:
    """As `ema`, with an alpha for each pair; at most 1, only where the new row has an entry, in its order.

    Source: subtensor epoch/math.rs::mat_ema_alpha_sparse, spec_version 277.
    """
    result = []
    for new_row, old_row, row_alphas in zip(new, old, alphas, strict=True):
        columns = len(row_alphas)
        decayed = [0] * columns
        for j, value in old_row:
            if j < columns:
                decayed[j] = mul(sub(ONE, row_alphas[j]), value)
        row = []
        for j, value in new_row:
            if j < columns:
                bond = min(add(decayed[j], max(mul(row_alphas[j], value), 0)), ONE)
                if bond > 0:
                    row.append((j, bond))
        result.append(row)
    return result


def updated_bonds(
    weights: SparseMatrix,
    bonds: SparseMatrix,
    consensus: Sequence[int],
    bonds_moving_average: int,
    liquid: LiquidAlpha | None,
) -> SparseMatrix:
    """Yuma 3's bonds after an epoch: liquid where that is on and there is any consensus.

    Source: subtensor epoch/run_epoch.rs::compute_bonds_sparse, spec_version 277.
    """
    if liquid is not None and any(consensus):
        return liquid_ema(weights, bonds, liquid_alphas(weights, bonds, consensus, liquid))
    return ema(weights, bonds, moving_average_alpha(bonds_moving_average))
