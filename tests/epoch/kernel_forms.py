"""The forms of the kernels that can be had here, for tests of each."""

from importlib.util import find_spec

import pytest

from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY, fastest

HAS_NUMBA = find_spec("numba") is not None
FORMS = [NUMPY, fastest()] if HAS_NUMBA else [NUMPY]

forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
needs_numba = pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
