"""The checker of recorded arithmetic: the fixed-point types, and the vector and matrix operations of the epoch."""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.rules import fixed, sparse, weight_rows
from ledger.rules import plain_bonds as bonds
from ledger.rules import plain_consensus as consensus
from ledger.rules.fixed import I32F32, I64F64, I96F32, U16_MAX, U64F64, U96F32, U110F18, Fixed
from replay.conformance.case import Case, Divergence, compare, number, numbers

_TYPES: Mapping[str, Fixed] = {kind.name: kind for kind in (I32F32, I64F64, I96F32, U96F32, U64F64, U110F18)}


def check_math(case: Case) -> Divergence | None:
    """`math`: one function on plain values, fixed-point ones as raw bits."""
    function = case["fn"]
    try:
        if function in _OPERATIONS:
            got = _OPERATIONS[function](case)
        else:
            kind, _, operation = function.partition(".")
            got = _TYPE_OPERATIONS[operation](_TYPES[kind], case)
    except OverflowError:
        got = None  # where the reference stops
    return compare("out", _plain(case["out"]), _plain(got))


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if value is None else int(value)


def _matrix(raw: Any) -> sparse.SparseMatrix:
    return [[(number(column), number(value)) for column, value in row] for row in raw]


def _a(case: Case) -> int:
    return number(case["a"])


def _ab(case: Case) -> tuple[int, int]:
    return number(case["a"]), number(case["b"])


def _alpha_sigmoid(case: Case) -> int:
    liquid = bonds.LiquidAlpha(number(case["alpha_low"]), number(case["alpha_high"]), number(case["steepness"]))
    return bonds.alpha_sigmoid(number(case["consensus"]), number(case["weight"]), number(case["bond"]), liquid)


def _from_u64(case: Case) -> list[int]:
    return [kind.from_int(_a(case)) for kind in (I32F32, I64F64, I96F32, U96F32, U64F64)]


def _median(case: Case) -> list[int]:
    stake, scores = numbers(case["stake"]), _matrix(case["score"])
    return consensus.weighted_median_columns(stake, scores, number(case["columns"]), number(case["majority"]))


def _interpolated(case: Case) -> sparse.SparseMatrix:
    return sparse.interpolate(_matrix(case["m1"]), _matrix(case["m2"]), number(case["columns"]), number(case["ratio"]))


def _liquid_ema(case: Case) -> sparse.SparseMatrix:
    alphas = [numbers(row) for row in case["alpha"]]
    return bonds.liquid_ema(_matrix(case["new"]), _matrix(case["old"]), alphas)


_TYPE_OPERATIONS: Mapping[str, Callable[[Fixed, Case], Any]] = {
    "saturating_add": lambda kind, case: kind.saturating_add(*_ab(case)),
    "saturating_sub": lambda kind, case: kind.saturating_sub(*_ab(case)),
    "saturating_mul": lambda kind, case: kind.saturating_mul(*_ab(case)),
    "saturating_div": lambda kind, case: kind.saturating_div(*_ab(case)),
    "safe_div": lambda kind, case: kind.safe_div(*_ab(case)),
    "round": lambda kind, case: kind.round(_a(case)),
    "to_u64": lambda kind, case: kind.to_int(_a(case)),
    "to_u16_u64": lambda kind, case: [kind.to_int(_a(case), U16_MAX), kind.to_int(_a(case))],
    "to_I32F32": lambda kind, case: I32F32.from_fixed(_a(case), kind),
    "to_I64F64_I96F32": lambda kind, case: [I64F64.from_fixed(_a(case), kind), I96F32.from_fixed(_a(case), kind)],
}

_OPERATIONS: Mapping[str, Callable[[Case], Any]] = {
    "from_u64": _from_u64,
    "safe_exp": lambda case: fixed.safe_exp(_a(case)),
    "exp_safe": lambda case: fixed.exp_safe(_a(case)),
    "safe_ln": lambda case: fixed.safe_ln(_a(case)),
    "alpha_sigmoid": _alpha_sigmoid,
    "fixed_proportion_to_u16": lambda case: [sparse.proportion_to_u16(x) for x in numbers(case["a"])],
    "vec_fixed_proportions_to_u16": lambda case: [sparse.proportion_to_u16(x) for x in numbers(case["a"])],
    "vec_max_upscale_to_u16": lambda case: sparse.max_upscale_to_u16(numbers(case["a"])),
    "fixed_to_fixed_u16_proportion": lambda case: [sparse.safe_div(x, sparse.WHOLE_U16) for x in numbers(case["a"])],
    "is_topk_nonzero": lambda case: sparse.top_k_nonzero(numbers(case["a"]), number(case["k"])),
    "inplace_normalize": lambda case: sparse.normalize(numbers(case["a"])),
    "inplace_normalize_64": lambda case: sparse.normalize_64(numbers(case["a"])),
    "vec_fixed64_to_fixed32": lambda case: [I32F32.from_fixed(x, I64F64) for x in numbers(case["a"])],
    "vecdiv": lambda case: sparse.vector_div(numbers(case["a"]), numbers(case["b"])),
    "vec_mul": lambda case: sparse.vector_mul(numbers(case["a"]), numbers(case["b"])),
    "vec_u16_max_upscale_to_u16": lambda case: weight_rows.max_upscaled(numbers(case["a"])),
    "check_vec_max_limited": lambda case: weight_rows.is_max_limited(numbers(case["a"]), number(case["limit"])),
    "weighted_median_col_sparse": _median,
    "inplace_col_normalize_sparse": lambda case: sparse.column_normalize(_matrix(case["m"]), number(case["columns"])),
    "inplace_row_normalize_sparse": lambda case: sparse.row_normalize(_matrix(case["m"])),
    "inplace_col_max_upscale_sparse": lambda case: sparse.column_max_upscale(_matrix(case["m"]), number(case["columns"])),
    "row_sum_sparse": lambda case: sparse.row_sum(_matrix(case["m"])),
    "matmul_sparse": lambda case: sparse.matmul(_matrix(case["m"]), numbers(case["v"]), number(case["columns"])),
    "matmul_transpose_sparse": lambda case: sparse.matmul_transpose(_matrix(case["m"]), numbers(case["v"])),
    "row_hadamard_sparse": lambda case: sparse.row_hadamard(_matrix(case["m"]), numbers(case["v"])),
    "mat_vec_mul_sparse": lambda case: sparse.column_hadamard(_matrix(case["m"]), numbers(case["v"])),
    "col_clip_sparse": lambda case: sparse.column_clip(_matrix(case["m"]), numbers(case["threshold"])),
    "interpolate_sparse": _interpolated,
    "mat_ema_sparse": lambda case: sparse.ema(_matrix(case["new"]), _matrix(case["old"]), number(case["alpha"])),
    "mat_ema_alpha_sparse": _liquid_ema,
    "mask_diag_sparse": lambda case: sparse.without_diagonal(_matrix(case["m"])),
    "mask_diag_sparse_except_index": lambda case: sparse.without_diagonal(_matrix(case["m"]), number(case["except"])),
}
