"""One root for every exception of the project, so that a user can catch them all."""

import inspect
from importlib import import_module

import pytest

import neuron_ledger
from neuron_ledger import NeuronLedgerError
from tests.test_layers import KNOWN


def exceptions() -> set[type[BaseException]]:
    """Every exception class that a module of the project defines."""
    found = set()
    for name in KNOWN:
        if name.endswith(("__main__", "compiled", "compiled_pairs")):
            continue
        for value in vars(import_module(name)).values():
            if inspect.isclass(value) and issubclass(value, BaseException) and value.__module__ == name:
                found.add(value)
    return found


@pytest.mark.parametrize("cls", sorted(exceptions(), key=str))
def test_every_exception_has_the_one_root(cls: type[BaseException]) -> None:
    assert issubclass(cls, NeuronLedgerError), f"{cls.__module__}.{cls.__name__}"


def test_there_are_many() -> None:
    assert len(exceptions()) > 80
    assert neuron_ledger.NeuronLedgerError is NeuronLedgerError
