"""Both forms of the kernels say of every number what `fixed.I32F32` says, on ordinary and extreme numbers, and need no float."""

import re
import subprocess
import sys
from functools import reduce
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.ledger.rules.numbers import fixed
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits
from neuron_ledger.ledger.rules.numbers.kernel_forms import fastest
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from tests.epoch.kernel_forms import forms, needs_numba

ONE = I32F32.one
EDGES = [0, 1, 2, 3, 2**31 - 1, 2**31, ONE - 1, ONE, ONE + 1, 2**47, 2**62, I32F32.greatest - 1, I32F32.greatest]
LIMITS = [fixed.EXP_LIMIT - 1, fixed.EXP_LIMIT, fixed.EXP_LIMIT + 1, 20 * ONE, 5 * ONE, 65535 * ONE]

either = st.sampled_from([1, -1])
numbers = (
    st.builds(lambda bits, sign: max(min(bits * sign, I32F32.greatest), I32F32.least), st.sampled_from(EDGES + LIMITS), either)
    | st.just(I32F32.least)
    | st.integers(I32F32.least, I32F32.greatest)
    | st.integers(-(2**40), 2**40)
    | st.integers(0, ONE)
)
shares = st.integers(0, ONE) | st.sampled_from([0, 1, ONE - 1, ONE])


def bits(values: Any) -> Bits:
    return np.array(values, np.int64)


@st.composite
def matrices(draw: st.DrawFn, element: st.SearchStrategy[int], least: int = 0) -> Bits:
    rows, columns = draw(st.integers(least, 6)), draw(st.integers(1, 9))
    row = st.lists(element, min_size=columns, max_size=columns)
    return bits(draw(st.lists(row, min_size=rows, max_size=rows))).reshape(rows, columns)


def vector(data: st.DataObject, element: st.SearchStrategy[int], size: int) -> Bits:
    return bits(data.draw(st.lists(element, min_size=size, max_size=size)))


@forms
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), max_size=12))
def test_two_numbers(form: Kernels, given_pairs: list[tuple[int, int]]) -> None:
    a, b = bits(given_pairs).reshape(-1, 2).T.copy()
    for rule, exact in ((form.mul, I32F32.saturating_mul), (form.safe_div, I32F32.safe_div)):
        assert rule(a, b).tolist() == [exact(x, y) for x, y in given_pairs]
        for _, y in given_pairs[:2]:
            assert rule(a, bits([y])).tolist() == [exact(x, y) for x in a.tolist()]


@forms
@settings(max_examples=200, deadline=None)
@given(st.lists(numbers.filter(lambda x: x > I32F32.least), max_size=12))
def test_one_number(form: Kernels, values: list[int]) -> None:
    exact = [I32F32.safe_div(ONE, I32F32.saturating_add(ONE, fixed.exp(-x) or 0)) for x in values]
    assert form.logistic(bits(values)).tolist() == exact
    parts = [min(max(x, 0), ONE) * U16_MAX >> I32F32.fraction for x in values]
    assert form.proportions_to_u16(bits(values)).tolist() == parts
    assert form.proportions_to_u16(bits(values).reshape(-1, 1)).tolist() == [[part] for part in parts]


@forms
@settings(max_examples=200, deadline=None)
@given(st.data(), matrices(numbers) | matrices(shares))
def test_products_and_sums_of_rows_and_columns(form: Kernels, data: st.DataObject, values: Bits) -> None:
    by_row = vector(data, numbers | shares, values.shape[0])
    by_column = vector(data, numbers | shares, values.shape[1])
    rows, columns = values.tolist(), values.T.tolist()
    of_rows = [[I32F32.saturating_mul(x, f) for x in row] for row, f in zip(rows, by_row.tolist(), strict=True)]
    of_columns = [[I32F32.saturating_mul(x, f) for x in column] for column, f in zip(columns, by_column.tolist(), strict=True)]
    assert form.scale_rows(values, by_row).tolist() == of_rows
    assert form.scale_columns(values, by_column).T.tolist() == of_columns
    assert form.product_row_sums(values, by_column).tolist() == [
        reduce(I32F32.saturating_add, row, 0) for row in zip(*of_columns, strict=True)
    ]
    assert form.column_sums(values).tolist() == [reduce(I32F32.saturating_add, column, 0) for column in columns]
    sums = [reduce(I32F32.saturating_add, column, 0) for column in zip(*of_rows, strict=True)]
    assert form.product_column_sums(values, by_row).tolist() == (sums or [0] * values.shape[1])


@forms
@settings(max_examples=200, deadline=None)
@given(st.data(), matrices(numbers) | matrices(shares))
def test_shares_of_rows_and_columns(form: Kernels, data: st.DataObject, values: Bits) -> None:
    sums = vector(data, numbers | shares, values.shape[0])
    divisors = vector(data, numbers | shares, values.shape[1])
    rows, columns = values.tolist(), values.T.tolist()
    of_rows = [[I32F32.safe_div(x, s) if s > 0 else x for x in row] for row, s in zip(rows, sums.tolist(), strict=True)]
    of_columns = [[I32F32.safe_div(x, d) if d else x for x in c] for c, d in zip(columns, divisors.tolist(), strict=True)]
    assert form.divide_rows(values, sums, np.empty_like(values)).tolist() == of_rows
    assert form.divide_columns(values, divisors, np.empty_like(values)).T.tolist() == of_columns
    in_place = values.copy()
    assert form.divide_rows(in_place, sums, in_place) is in_place
    assert in_place.tolist() == of_rows
    in_place = values.copy()
    assert form.divide_columns(in_place, divisors, in_place) is in_place
    assert in_place.T.tolist() == of_columns


@forms
@settings(max_examples=200, deadline=None)
@given(st.data(), matrices(numbers) | matrices(shares), numbers | shares, numbers | shares)
def test_blending(form: Kernels, data: st.DataObject, new: Bits, taken: int, kept: int) -> None:
    old = vector(data, numbers | shares, new.size).reshape(new.shape)
    pairs = list(zip(new.ravel().tolist(), old.ravel().tolist(), strict=True))
    add, sub, mul = I32F32.saturating_add, I32F32.saturating_sub, I32F32.saturating_mul
    blended = [max(add(mul(x, taken), mul(y, kept)), 0) for x, y in pairs]
    assert form.blend(new, old, taken, kept, np.empty_like(new)).ravel().tolist() == blended
    assert form.interpolate(new, old, taken).ravel().tolist() == [max(add(x, mul(taken, sub(y, x))), 0) for x, y in pairs]
    assert form.blend(new, old, taken, kept, new).ravel().tolist() == blended
    assert new.ravel().tolist() == blended


@forms
@settings(max_examples=200, deadline=None)
@given(st.data(), matrices(st.integers(0, 5) | shares | st.integers(0, 2**58), least=1))
def test_medians(form: Kernels, data: st.DataObject, scores: Bits) -> None:
    stake = vector(data, shares, len(scores))
    minority = data.draw(st.integers(-ONE, 7 * ONE) | st.sampled_from([0, int(stake.sum()), int(stake.sum()) - 1]))
    held = [sorted(zip(column, stake.tolist(), strict=True)) for column in scores.T.tolist()]
    exact = []
    for column in held:
        reached = [score for score, _ in column if sum(s for x, s in column if x <= score) > minority]
        exact.append(min(reached, default=column[-1][0]))
    assert form.medians(stake, scores, minority).tolist() == exact


@forms
@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, U16_MAX)), max_size=8), max_size=5), st.integers(1, 9))
def test_pairs(form: Kernels, rows: list[list[tuple[int, int]]], columns: int) -> None:
    pairs = np.array([pair for row in rows for pair in row], np.uint16).reshape(-1, 2)
    counts = bits([len(row) for row in rows])
    read = form.read_pairs(pairs, counts, columns)
    names = [[uid for uid, _ in row] for row in rows]
    if any(sorted(set(uids)) != uids or max(uids, default=0) >= columns for uids in names):
        assert read is None
        return
    assert read is not None
    values, present = read
    assert values.tolist() == [[dict(row).get(uid, 0) for uid in range(columns)] for row in rows]
    assert present.tolist() == [[uid in dict(row) for uid in range(columns)] for row in rows]
    packed, lengths = form.pack_pairs(values.astype(np.uint16), present)
    assert packed.tolist() == pairs.tolist()
    assert lengths.tolist() == counts.tolist()


@forms
def test_shares_next_to_a_whole_quotient(form: Kernels) -> None:
    """The compiled division multiplies by an inverse, which has to end at the same quotient for small and large divisors."""
    divisors = [2, 3, 5, 7, 255, 65535, 2**31 - 1, 2**31, ONE - 1, ONE, ONE + 1, 2**33 + 1, 2**47 - 1, 2**63 - 1]
    for divisor in divisors:
        near = {0, 1, 2, ONE - 1, ONE - 2} | {
            q * divisor // ONE + step for q in (1, 2, 3, 1000, 2**32 - 1) for step in (-1, 0, 1)
        }
        values = bits([[x for x in sorted(near) if 0 <= x < ONE]])
        exact = [I32F32.safe_div(x, divisor) for x in values[0].tolist()]
        assert form.divide_rows(values, bits([divisor]), np.empty_like(values))[0].tolist() == exact
        every = bits([divisor] * values.shape[1])
        assert form.divide_columns(values, every, np.empty_like(values))[0].tolist() == exact


@needs_numba
def test_no_float_in_the_compiled_code() -> None:
    import numba

    from neuron_ledger.ledger.rules.numbers import compiled

    kernels = [kernel for kernel in vars(compiled).values() if isinstance(kernel, numba.core.dispatcher.Dispatcher)]
    signatures = [(kernel, signature) for kernel in kernels for signature in kernel.signatures]
    assert len(signatures) >= 14
    for kernel, signature in signatures:
        code = numba.njit(signature)(kernel.py_func).inspect_llvm(signature)
        assert not re.search(r"\b(double|float|half)\b", code), kernel.py_func.__name__


@needs_numba
def test_the_fastest_is_the_compiled_form_where_numba_is() -> None:
    assert fastest().name == "compiled"


def test_without_numba_the_numpy_form_is_the_fastest() -> None:
    hidden = (
        "import sys; sys.modules['numba'] = None; from ledger.rules.numbers.kernel_forms import fastest; print(fastest().name)"
    )
    ran = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, check=True)
    assert ran.stdout == "numpy\n"


def test_numba_stays_unloaded_where_no_epoch_runs() -> None:
    unloaded = "import sys, neuron_ledger.replay.cli, neuron_ledger.ledger.rules.epoch.run; print('numba' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", unloaded], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
