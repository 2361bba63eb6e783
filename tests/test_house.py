"""The order of the house: files of a readable size, names that say one thing, nothing that nobody uses."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from tests.test_layers import HOUSE, KNOWN, PACKAGES, parsed

LONGEST = 400
FILES = sorted(
    path for folder in (*PACKAGES, "neuron_ledger", "tests", "benchmarks", "examples") for path in (HOUSE / folder).rglob("*.py")
)


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in FILES}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST} == {}


# --------------------------------------------------------------------------------------------------------------- names


def singular(name: str) -> str:
    return name.removesuffix("s")


def places() -> Iterator[Path]:
    """Every module, and every folder of modules, of the four packages."""
    for package in PACKAGES:
        yield from (path.with_suffix("") for path in (HOUSE / package).rglob("*.py") if path.name != "__init__.py")
        yield from (path.parent for path in (HOUSE / package).rglob("__init__.py"))


def test_no_name_is_said_twice_on_the_way_to_a_file() -> None:
    assert [str(path) for path in places() if singular(path.name) == singular(path.parent.name)] == []


MEANT = {("ledger", "runtime", "runtimes")}
"""(folder, name, name): what a runtime is, and those that there are."""


def test_no_two_in_a_folder_differ_by_an_s_alone() -> None:
    beside: dict[Path, set[str]] = {}
    for path in places():
        beside.setdefault(path.parent, set()).add(path.name)
    twins = {
        (folder.name, one, other)
        for folder, names in beside.items()
        for one, other in combinations(sorted(names), 2)
        if singular(one) == singular(other)
    }
    assert twins == MEANT


# --------------------------------------------------------------------------------------------------------- what is used

CALLED_BY_OTHERS = {
    *("auth_flow", "readinto"),  # httpx, io
    *("format_commands", "set_name_type"),  # click, pydantic
    *("pytest_configure", "pytest_runtest_makereport"),
    *("unlock_coldkey", "unlock_hotkey"),  # what the SDK asks of a wallet
    *("is_failure", "is_timeout", "is_blacklist", "failed_verification"),  # what the SDK's synapse has
    "last_seen",  # what a witness keeps, for whoever runs one
}
"""Names that nothing of the house calls by itself."""


def own_names(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and constants that a file defines, but for commands, which click finds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            commands = [decorator for decorator in node.decorator_list if ".command(" in ast.unparse(decorator)]
            yield from (() if commands else (node.name,))
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_whatever_is_defined_is_used_or_documented() -> None:
    """A name that stands once in all of the code, and in no document, is one that tests alone know, or nobody."""
    said = Counter(word for path in KNOWN.values() for word in re.findall(r"\w+", path.read_text()))
    for page in (HOUSE / "README.md", *(HOUSE / "docs").glob("*.md"), *(HOUSE / "benchmarks").glob("*.py")):
        said.update(re.findall(r"\w+", page.read_text()))
    unused = {
        f"{module}: {name}"
        for module, path in KNOWN.items()
        for name in own_names(parsed(path))
        if said[name] == 1 and not name.startswith("__") and name not in CALLED_BY_OTHERS
    }
    assert unused == set()


def test_no_test_has_what_it_does_not_use() -> None:
    said = Counter(word for path in FILES for word in re.findall(r"\w+", path.read_text()))
    unused = [
        f"{path.relative_to(HOUSE)}: {target.id}"
        for path in FILES
        if path.is_relative_to(HOUSE / "tests")
        for node in parsed(path).body
        for target in (node.targets if isinstance(node, ast.Assign) else [])
        if isinstance(target, ast.Name) and said[target.id] == 1 and target.id != "collect_ignore_glob"
    ]
    assert unused == []
