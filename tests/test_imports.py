"""What is loaded when: the package in no time, help without the rules, and heavy libraries only where they are needed."""

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import click
import pytest

from neuron_ledger.replay.cli import COMMANDS, main
from tests.cli.epochs_ledger import three_epochs

HEAVY = {"matplotlib", "numba", "sqlite_utils", "rich", "hypothesis", "mypy", "eventsourcing"}
"""Slow to load. sqlite_utils is for new and older files, rich for a bar on a terminal, numba for epochs."""


def loaded(statement: str) -> set[str]:
    """The modules that a fresh Python has loaded after a statement."""
    code = f"import sys\n{statement}\nimport json\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def libraries(modules: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def command(*arguments: object) -> str:
    words = [str(argument) for argument in arguments]
    return f"from neuron_ledger.replay.cli import main\ntry: main({words!r})\nexcept SystemExit as end: assert not end.code"


def test_the_package_alone_loads_nothing() -> None:
    modules = loaded("import neuron_ledger")
    assert not libraries(modules) & {*HEAVY, "numpy", "attr", "attrs", "msgspec", "click", "Crypto", "blake3", "sqlite3"}
    assert {name for name in modules if name.startswith("neuron_ledger")} == {"neuron_ledger"}


def test_the_ledger_loads_nothing_heavy() -> None:
    assert not libraries(loaded("from neuron_ledger import Ledger, audit, calls, errors, rebuild")) & {*HEAVY, "click"}


HELP = {"neuron_ledger.replay", "neuron_ledger.replay.cli", "neuron_ledger.replay.cli.output"}


def test_help_loads_nothing_of_the_rules() -> None:
    modules = loaded(command("--help"))
    assert not libraries(modules) & {*HEAVY, "numpy", "msgspec", "Crypto", "sqlite3"}
    assert {name for name in modules if name.startswith("neuron_ledger.")} == HELP


def test_the_version_loads_no_more_than_what_knows_about_sqlite() -> None:
    modules = loaded(command("--version"))
    assert not libraries(modules) & {*HEAVY, "numpy", "msgspec", "Crypto"}
    about = {"neuron_ledger.ledger", "neuron_ledger.ledger.log", "neuron_ledger.ledger.log.sqlite_version"}
    assert {name for name in modules if name.startswith("neuron_ledger.")} == HELP | about


@pytest.mark.parametrize("arguments", [("head",), ("audit",), ("log", "--refused"), ("tenures",), ("export calls",)])
def test_commands_that_look_load_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where the audit runs an epoch again, the compiled kernels are loaded."""
    path = three_epochs(tmp_path / "chain.ledger")
    assert not libraries(loaded(command(*arguments[0].split(), path, *arguments[1:]))) & (HEAVY - {"numba"})


@pytest.mark.parametrize(
    "arguments", [("subnet", "--netuid", "1"), ("neuron", "--netuid", "1", "--uid", "3"), ("storage", "Burn")]
)
def test_show_loads_no_rule(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Storage is folded from what is recorded, so that looking at it takes no longer than it must."""
    path = three_epochs(tmp_path / "chain.ledger")
    modules = loaded(command("show", arguments[0], path, *arguments[1:]))
    assert not libraries(modules) & {*HEAVY, "numpy", "Crypto"}
    rooms = ("rules", "runtimes", "runtime", "chain", "decide", "transaction", "rebuild")
    assert not [name for name in modules if name.startswith(tuple(f"neuron_ledger.ledger.{room}" for room in rooms))]


def test_every_command_is_in_the_table_of_help() -> None:
    modules = {module: import_module(f"neuron_ledger.replay.cli.{module}") for module, _ in COMMANDS.values()}
    assert sorted((name, module) for name, (module, _) in COMMANDS.items()) == sorted(
        (command.name, module) for module, loaded in modules.items() for command in loaded.COMMANDS
    )
    assert main.get_command(click.Context(main), "nothing") is None
    assert list(COMMANDS) == sorted(COMMANDS)
