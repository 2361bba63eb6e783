"""Checker of the recorded kernels: scalars, transcendental functions, and the epoch's helpers on vectors and rows."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
from attrs import evolve

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.epoch import bonds, consensus, matrices
from neuron_ledger.ledger.rules.epoch.matrices import scalar
from neuron_ledger.ledger.rules.epoch.rows import Rows, rows_of_entries
from neuron_ledger.ledger.rules.epoch.steps import normalize_64
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, I96F32, U16_MAX, U64F64, U96F32, U110F18, Fixed
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, top_k_non_zero
from neuron_ledger.ledger.rules.numbers.kernel_forms import fastest
from neuron_ledger.ledger.rules.weights.scaling import is_max_limited, max_upscaled
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.conformance import pallet_math
from neuron_ledger.replay.conformance.case import Case, Place, compare, number, numbers

TYPES = {kind.name: kind for kind in (I32F32, I64F64, I96F32, U96F32, U64F64, U110F18)}
SCALARS: Mapping[str, Callable[[int], int | None]] = {
    "I32F32.exp": pallet_math.exp,
    "safe_exp": pallet_math.safe_exp,
    "exp_safe": pallet_math.exp_safe,
    "safe_ln": pallet_math.safe_ln,
}


def check_math(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`math`: one call of one function; `out` is null if the reference panics or returns an error."""
    name = case["fn"]
    try:
        got = _alpha_sigmoid(case, rules) if name == "alpha_sigmoid" else _result(name, case)
    except OverflowError:
        got = None
    return compare("out", _plain(case["out"]), got)


def _result(name: str, case: Case) -> Any:
    if name in SCALARS:
        return SCALARS[name](number(case["a"]))
    if "." in name:
        kind, method = name.split(".")
        return _of_type(TYPES[kind], method, case)
    if name in VECTORS:
        return _plain(VECTORS[name](case))
    return MATRICES[name](case)


def _of_type(kind: Fixed, method: str, case: Case) -> Any:
    a = number(case["a"])
    match method:
        case "to_u16_u64":
            return [kind.to_int(a, U16_MAX), kind.to_int(a)]
        case "to_u64":
            return kind.to_int(a)
        case "to_I64F64_I96F32":
            return [I64F64.from_fixed(a, kind), I96F32.from_fixed(a, kind)]
        case "to_I32F32":
            return I32F32.from_fixed(a, kind)
        case "round":
            return pallet_math.rounded(kind, a)
        case _:
            return getattr(kind, method)(a, number(case["b"]))


def _alpha_sigmoid(case: Case, rules: Runtime) -> int:
    """The runtime's own step interprets the steepness; the bounds are recorded as raw bits."""
    given = SimpleNamespace(
        liquid_alpha=True, alpha_low=0, alpha_high=0, alpha_sigmoid_steepness=number(case["steepness"]) >> I32F32.fraction
    )
    epoch: Any = SimpleNamespace(given=given)
    next(step for step in rules.epoch if step.name == "liquid_alpha").run(epoch)
    bounds = evolve(epoch.liquid_alpha, low=number(case["alpha_low"]), high=number(case["alpha_high"]))
    one = [_vector([case[name]]) for name in ("consensus", "weight", "bond")]
    return int(bonds.alpha_sigmoid(one[0], one[1], one[2], bounds, fastest())[0])


def _vec_mul(case: Case) -> list[int]:
    pairs = zip(numbers(case["a"]), numbers(case["b"]), strict=True)
    return [I32F32.checked_mul(a, b) or 0 for a, b in pairs]


VECTORS: Mapping[str, Callable[[Case], Any]] = {
    "from_u64": lambda case: [kind.from_int(number(case["a"])) for kind in (I32F32, I64F64, I96F32, U96F32, U64F64)],
    "fixed_proportion_to_u16": lambda case: fastest().proportions_to_u16(_vector(case["a"])),
    "vec_fixed_proportions_to_u16": lambda case: fastest().proportions_to_u16(_vector(case["a"])),
    "vec_max_upscale_to_u16": lambda case: fastest().max_upscale_to_u16(_vector(case["a"])),
    "vec_u16_max_upscale_to_u16": lambda case: max_upscaled(numbers(case["a"])),
    "fixed_to_fixed_u16_proportion": lambda case: fastest().safe_div(_vector(case["a"]), scalar(I32F32.from_int(U16_MAX))),
    "is_topk_nonzero": lambda case: top_k_non_zero(_vector(case["a"]), number(case["k"])),
    "inplace_normalize": lambda case: fastest().normalize(_vector(case["a"])),
    "inplace_normalize_64": lambda case: normalize_64(numbers(case["a"])),
    "vec_fixed64_to_fixed32": lambda case: [I32F32.from_fixed(bits, I64F64) for bits in numbers(case["a"])],
    "vecdiv": lambda case: fastest().safe_div(_vector(case["a"]), _vector(case["b"])),
    "vec_mul": _vec_mul,
    "check_vec_max_limited": lambda case: is_max_limited(numbers(case["a"]), number(case["limit"])),
}


def _weighted_median_col_sparse(case: Case) -> Any:
    return _plain(consensus.weighted_medians(_vector(case["stake"]), _rows(case, "score"), number(case["majority"])))


def _col_clip_sparse(case: Case) -> Any:
    rows, threshold = _rows(case, "m", len(case["threshold"])), _vector(case["threshold"])
    return _lists(matrices.clip_columns(rows, threshold))


def _interpolate_sparse(case: Case) -> Any:
    return _lists(matrices.interpolate(_rows(case, "m1"), _rows(case, "m2"), number(case["ratio"])))


def _mat_ema_sparse(case: Case) -> Any:
    return _lists(matrices.moving_average(_rows(case, "new"), _rows(case, "old"), number(case["alpha"])))


def _mat_ema_alpha_sparse(case: Case) -> Any:
    columns = len(case["alpha"][0])
    new, old = _rows(case, "new", columns), _rows(case, "old", columns)
    places = new.places()
    paces = np.array([numbers(row) for row in case["alpha"]], np.int64)[places.line // new.depth, places.column]
    return _lists(bonds.moving_average_by_entry(new, old, paces))


def _mat_vec_mul_sparse(case: Case) -> Any:
    product = matrices.scale_columns(_rows(case, "m", len(case["v"])), _vector(case["v"]))
    return _lists(product.keeping(product.values != 0))


def _mask_diag(case: Case, except_uid: int | None) -> Any:
    rows = _rows(case, "m")
    return _lists(rows.keeping(~consensus.own_entries(rows, except_uid)))


MATRICES: Mapping[str, Callable[[Case], Any]] = {
    "weighted_median_col_sparse": _weighted_median_col_sparse,
    "inplace_col_normalize_sparse": lambda case: _lists(matrices.normalize_columns(_rows(case, "m"))),
    "inplace_row_normalize_sparse": lambda case: _lists(matrices.normalize_rows(_rows(case, "m"))),
    "inplace_col_max_upscale_sparse": lambda case: _lists(matrices.max_upscale_columns(_rows(case, "m"))),
    "row_sum_sparse": lambda case: _plain(matrices.row_sums(_rows(case, "m"))),
    "matmul_sparse": lambda case: _plain(matrices.matmul(_rows(case, "m"), _vector(case["v"]))),
    "matmul_transpose_sparse": lambda case: _plain(
        matrices.matmul_transpose(_rows(case, "m", len(case["v"])), _vector(case["v"]))
    ),
    "row_hadamard_sparse": lambda case: _lists(matrices.scale_rows(_rows(case, "m"), _vector(case["v"]))),
    "mat_vec_mul_sparse": _mat_vec_mul_sparse,
    "col_clip_sparse": _col_clip_sparse,
    "interpolate_sparse": _interpolate_sparse,
    "mat_ema_sparse": _mat_ema_sparse,
    "mat_ema_alpha_sparse": _mat_ema_alpha_sparse,
    "mask_diag_sparse": lambda case: _mask_diag(case, None),
    "mask_diag_sparse_except_index": lambda case: _mask_diag(case, number(case["except"])),
}


def _vector(values: Any) -> Bits:
    return np.array(numbers(values), np.int64)


def _rows(case: Case, name: str, columns: int | None = None) -> Rows:
    """The rows of a recorded matrix, which are of the uids 0, 1, 2, ..."""
    entries = [(row, *numbers(entry)) for row, recorded in enumerate(case[name]) for entry in recorded]
    row, column, value = np.array(entries, np.int64).reshape(-1, 3).T
    width = columns if columns is not None else number(case.get("columns", max(len(case[name]), column.max(initial=-1) + 1)))
    return rows_of_entries(np.arange(len(case[name])), width, row, column, value, fastest())


def _lists(rows: Rows) -> list[list[list[int]]]:
    """The entries of every row in stored order."""
    places = rows.places()
    lists: list[list[list[int]]] = [[] for _ in rows.uids]
    values = rows.values[places.line, places.column]
    for line, column, value in zip(places.line.tolist(), places.column.tolist(), values.tolist(), strict=True):
        lists[line // rows.depth].append([column, value])
    return lists


def _plain(value: Any) -> Any:
    """Integers in lists, for comparing results; None stays."""
    if isinstance(value, list | np.ndarray):
        return [_plain(item) for item in value]
    return None if value is None else int(value)
