"""One root for every exception of the project, so that a user can catch them all."""

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

import neuron_ledger
from neuron_ledger import Ledger, NeuronLedgerError, calls, errors, explain, rebuild
from tests.test_layers import HOUSE, KNOWN, parsed


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


def test_what_a_ledger_raises_is_under_the_one_name() -> None:
    packages = tuple(f"neuron_ledger.{name}" for name in ("events", "projections", "ledger.errors", "ledger.log"))
    elsewhere = (f"{packages[1]}.views.sdk",)
    raised_there = {
        cls for cls in exceptions() if cls.__module__.startswith(packages) and not cls.__module__.startswith(elsewhere)
    }
    assert [cls.__name__ for cls in raised_there if getattr(errors, cls.__name__, None) is not cls] == []


# ------------------------------------------------------------------------------------------ what is raised, and what it tells

BUILT_IN = {name for name, value in vars(builtins).items() if inspect.isclass(value) and issubclass(value, Exception)}

CAUGHT_CLOSE_BY = {
    "events.storage.items",
    "events.wire.messagepack",
    "events.wire.rows",
    "ledger.rules.numbers.fixed",
    "ledger.log.watch",
    "projections.bulk",
    "projections.views.sdk.saved",
    "replay.exchange.answering",
    "replay.history.chain_types",
    "replay.history.recorder.recording",
    "replay.history.shapes",
    "replay.history.typed",
    "replay.importers.reading",
    "replay.node.types.codec",
    "replay.transparency.keys",
}
"""Modules that raise Python's own errors to those who call them, who say it in words of ours."""

TABLES = {
    "events.entries.catalogue",
    "events.storage.layouts_before",
    "ledger.errors.base",
    "ledger.rules.subnets.ending",
    "ledger.runtime",
    "ledger.runtimes.change",
    "ledger.runtimes.not_yet",
    "ledger.runtimes.timeline",
    "projections.fold_table",
}
"""Modules whose tables are put together when they are loaded, and do not fit."""


def raised(path: Path) -> Iterator[str]:
    """The names of the classes that a file raises, but for what the import of a name answers."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(what, ast.Name) and what.id != "AttributeError":
                yield what.id


def test_what_reaches_a_user_is_of_the_one_root() -> None:
    built_in = {
        module.removeprefix("neuron_ledger."): names for module, path in KNOWN.items() if (names := BUILT_IN & set(raised(path)))
    }
    assert {module: names for module, names in built_in.items() if module not in CAUGHT_CLOSE_BY | TABLES} == {}


def lively() -> Ledger:
    ledger = Ledger.in_memory()
    ledger.submit(calls.CreateRootNetwork()).unwrap()
    ledger.advance_to(5)
    return ledger


def within_a_call(ledger: Ledger) -> None:
    def at_work(_: int, __: int) -> None:
        ledger.advance_to(3000)

    ledger.advance_to(2000, progress=at_work)


def in_a_batch(ledger: Ledger) -> None:
    with ledger.batch(), ledger.batch():
        pass


WRONG: dict[str, tuple[Callable[[Ledger], object], type[Exception], dict[str, object]]] = {
    "position": (lambda ledger: rebuild(ledger.log, position=99), ValueError, {"position": 99, "block": None, "end": 5}),
    "block": (lambda ledger: ledger.at(block=99), ValueError, {"position": None, "block": 99, "end": 5}),
    "call": (lambda ledger: explain.call(ledger.log, 99), ValueError, {"position": 99}),
    "subnet": (lambda ledger: ledger.subnet(7), LookupError, {"netuid": 7, "uid": None, "block": 5}),
    "subnet for the SDK": (lambda ledger: ledger.sdk.metagraph(7), LookupError, {"netuid": 7, "block": 5}),
    "uid": (lambda ledger: ledger.subnet(0).neuron(3), LookupError, {"netuid": 0, "uid": 3, "block": 5}),
    "epoch": (lambda ledger: explain.permit(ledger.log, netuid=0, uid=0), ValueError, {"netuid": 0, "block": None}),
    "replacement": (lambda ledger: explain.pruned(ledger.log, netuid=1, uid=2), ValueError, {"netuid": 1, "uid": 2}),
    "weight": (lambda ledger: explain.weight(ledger.log, netuid=1, validator=2, miner=3), ValueError, {"netuid": 1, "uid": 2}),
    "runtime": (lambda _: Ledger.in_memory(spec_version=5), ValueError, {"spec_version": 5}),
    "name of a runtime": (lambda _: Ledger.in_memory(spec_version="nine"), ValueError, {"spec_version": "nine"}),
    "origin": (lambda _: Ledger.in_memory(origin="a b"), ValueError, {"where": "origin", "value": "a b"}),
    "no ledger": (lambda _: Ledger.open("/nowhere.ledger"), NeuronLedgerError, {"path": "/nowhere.ledger"}),
    "a folder": (lambda _: Ledger.open(HOUSE), NeuronLedgerError, {"path": str(HOUSE)}),
    "there already": (lambda _: Ledger.create(HOUSE / "README.md"), NeuronLedgerError, {"path": str(HOUSE / "README.md")}),
    "hotkey": (lambda ledger: ledger.subnet(0).neuron(bytes(32)), LookupError, {"netuid": 0, "hotkey": bytes(32)}),
    "within a call": (within_a_call, RuntimeError, {}),
    "batch in a batch": (in_a_batch, RuntimeError, {}),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_error_is_of_the_one_root_and_has_its_values(what: str) -> None:
    do, of_python, values = WRONG[what]
    with pytest.raises(NeuronLedgerError) as caught:
        do(lively())
    assert isinstance(caught.value, of_python)
    assert {name: getattr(caught.value, name) for name in values} == values
