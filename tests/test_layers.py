"""Imports go one way: events, projections, ledger, replay; and never in a circle, not even between two files."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PACKAGES = ["events", "projections", "ledger", "replay"]
"""From the ground up: a package may import itself and those before it."""


def modules() -> dict[str, Path]:
    """Every file of the packages by its dotted name; a package by that of its folder."""
    files = [path for package in PACKAGES for path in sorted((HOUSE / package).rglob("*.py"))]
    return {".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the house that a file imports anywhere in it, for types alone or inside a function too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{name.name}" for name in node.names]
        else:
            continue
        for name in names:
            yield from (found for found in (name, name.rpartition(".")[0]) if found in known)


KNOWN = modules()


def floor(module: str) -> int:
    """How high above the ground a module's package stands."""
    return PACKAGES.index(module.split(".")[0])


def test_a_file_imports_its_own_package_and_those_below() -> None:
    upward = [
        f"{module} imports {name}"
        for module, path in KNOWN.items()
        for name in imported(path, KNOWN)
        if floor(name) > floor(module)
    ]
    assert upward == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    graph = {module: set(imported(path, KNOWN)) - {module} for module, path in KNOWN.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
