"""Imports go one way: events, projections, ledger, replay; and never in a circle, not even between two files."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
NAME = "neuron_ledger"
"""What the packages are imported under."""
PACKAGES = ["events", "projections", "ledger", "replay"]
"""From the ground up: a package may import itself and those before it."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def modules() -> dict[str, Path]:
    """Every file of the packages by its dotted name; a package by that of its folder."""
    files = [path for package in PACKAGES for path in sorted((HOUSE / package).rglob("*.py"))]
    return {".".join((NAME, *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__"): path for path in files}


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the house that a file imports anywhere in it, for types alone or inside a function too."""
    for name in all_imports(path):
        yield from (found for found in (name, name.rpartition(".")[0]) if found in known)


def all_imports(path: Path) -> Iterator[str]:
    """The dotted names of all that a file imports, of modules and of what is taken from them."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


KNOWN = modules()


def floor(module: str) -> int:
    """How high above the ground a module's package stands."""
    return PACKAGES.index(module.split(".")[1])


def test_a_file_imports_its_own_package_and_those_below() -> None:
    upward = [
        f"{module} imports {name}"
        for module, path in KNOWN.items()
        for name in imported(path, KNOWN)
        if floor(name) > floor(module)
    ]
    assert upward == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    refuse_circles({module: set(imported(path, KNOWN)) - {module} for module, path in KNOWN.items()})


RULES = f"{NAME}.ledger.rules"


def room(module: str) -> str:
    """The room of rules that a module stands in; a module beside the rooms is its own."""
    return ".".join(module.split(".")[:4])


def test_no_room_of_rules_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = {}
    for module, path in KNOWN.items():
        if module.startswith(f"{RULES}."):
            rooms = {room(name) for name in imported(path, KNOWN) if name.startswith(f"{RULES}.")}
            graph.setdefault(room(module), set()).update(rooms - {room(module)})
    refuse_circles(graph)


LEDGER = f"{NAME}.ledger"

VALUES = {"key_swaps", "networks", "seats", "trading", "weights"}
"""What rules and runtimes hand to one another."""

MAY_IMPORT_OF_THE_LEDGER = {
    f"{LEDGER}.log": {"log"},
    f"{LEDGER}.errors": {"errors"},
    f"{LEDGER}.transaction": {"errors", "desk"},
    f"{LEDGER}.runtime": {"errors", "transaction"} | VALUES,
    RULES: {"errors", "transaction", "runtime", "rules", "decide", "desk"} | VALUES,
    f"{LEDGER}.runtimes": {"errors", "transaction", "runtime", "rules", "runtimes"} | VALUES,
}
"""Within the ledger: module or room → what it may import of the others."""


@pytest.mark.parametrize("part", MAY_IMPORT_OF_THE_LEDGER)
def test_within_the_ledger_imports_go_one_way_too(part: str) -> None:
    strays = {
        f"{module} imports {name}"
        for module, path in KNOWN.items()
        if module == part or module.startswith(f"{part}.")
        for name in imported(path, KNOWN)
        if name.startswith(f"{LEDGER}.") and name.split(".")[2] not in MAY_IMPORT_OF_THE_LEDGER[part]
    }
    assert strays == set()


IMPURE = {"time", "datetime", "random", "secrets", "locale", "os", "uuid", "math", "statistics", "decimal"}
"""Clocks, randomness, surroundings, and arithmetic that is not integer."""


def test_nothing_that_decides_reads_a_clock_or_draws_or_rounds() -> None:
    deciding = [module for module in KNOWN if module.startswith((RULES, f"{LEDGER}.runtimes", f"{NAME}.events"))]
    deciding += [module for module in KNOWN if module.startswith(f"{NAME}.projections") and ".views" not in module]
    impure = [
        f"{module} imports {name}"
        for module in deciding
        for name in all_imports(KNOWN[module])
        if name.split(".")[0] in IMPURE and name not in ("math.gcd", "math.isqrt")
    ]
    assert impure == []
    floats = [
        f"{module}:{node.lineno}"
        for module in deciding
        for node in ast.walk(parsed(KNOWN[module]))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert floats == []


def test_handlers_stand_in_the_calls_of_their_room() -> None:
    rules = {module: path.read_text() for module, path in KNOWN.items() if module.startswith(f"{RULES}.")}
    tables = [module for module, text in rules.items() if "call_table(" in text]
    assert tables
    assert [module for module in tables if not module.endswith("calls")] == []
    assert [module for module in rules if module.endswith("calls") and module not in tables] == []


def refuse_circles(graph: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_the_packages_have_one_name() -> None:
    """Imported under a second name, a module would exist twice, and no class of one would be that of the other."""
    folders = ("neuron_ledger", *PACKAGES, "tests", "benchmarks", "examples")
    bare = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for folder in folders
        for path in sorted((HOUSE / folder).rglob("*.py"))
        for name in all_imports(path)
        if name.split(".")[0] in PACKAGES
    ]
    assert bare == []


MAY_KNOW_A_RUNTIME = (RULES, f"{NAME}.ledger.runtimes", f"{NAME}.events.storage", f"{NAME}.events.not_built")
"""Where the chain's runtimes differ: rules, the runtimes made of them, layouts of storage, and the list of missing calls."""


RUNTIMES = (277, 424)
"""Those whose numbers are looked for."""


def runtime_numbers(path: Path) -> Iterator[str]:
    """What names a runtime in a file's code: a number, or the end of a name. Prose is free to."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and node.value in RUNTIMES and not isinstance(node.value, bool):
            yield f"line {node.lineno}: {node.value}"
        names = [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []
        names += [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.alias) else []
        yield from (name for name in names if re.search(rf"(?:_|\bV)(?:{'|'.join(map(str, RUNTIMES))})$", name))


def test_no_runtime_is_named_outside_of_its_rooms() -> None:
    named = [
        f"{module}: {what}"
        for module, path in KNOWN.items()
        if not module.startswith(MAY_KNOW_A_RUNTIME)
        for what in runtime_numbers(path)
    ]
    assert named == []
