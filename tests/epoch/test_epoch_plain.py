"""The epoch on arrays, in each form of its kernels, against the plain one on random subnets: all give the same bits."""

from functools import partial

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bench_epoch import COLUMNS, Column, sample
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY, fastest
from neuron_ledger.ledger.rules.numbers.kernels import Kernels
from tests.epoch.epoch_fixture import subnets
from tests.epoch.kernel_forms import forms, needs_numba
from tests.epoch.plain.epoch import run_epoch as run_plainly


@forms
@settings(max_examples=400, deadline=None)
@given(subnets())
def test_all_forms_give_the_same_bits(form: Kernels, subnet: EpochInput) -> None:
    assert run_epoch(subnet, form) == run_plainly(subnet)


@forms
@settings(max_examples=50, deadline=None)
@given(subnets(), st.integers(0, 6), st.integers(0, 5))
def test_all_refuse_bonds_that_name_nobody(form: Kernels, subnet: EpochInput, uid: int, beyond: int) -> None:
    if uid < subnet.n:
        broken = evolve(subnet, bonds={**subnet.bonds, uid: pack_pairs([(subnet.n + beyond, 1)])})
        for run in (partial(run_epoch, kernels=form), run_plainly):
            with pytest.raises(BondTargetOutOfRange) as refusal:
                run(broken)
            assert (refusal.value.uid, refusal.value.target, refusal.value.n) == (uid, subnet.n + beyond, subnet.n)


@needs_numba
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_both_forms_give_the_same_bits_of_full_rows(column: Column) -> None:
    for n in (64, 300):
        assert run_epoch(sample(n, column), NUMPY) == run_epoch(sample(n, column), fastest())
