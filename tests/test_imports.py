"""What is loaded when: the package in no time, help without the rules, and heavy libraries only where they are needed."""

import json
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import click
import pytest

from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY, UIDS_BEFORE_COMPILED, Forms, fastest
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


ACCOUNT = ss58.encode(bytes(32))
LOOKING = [
    *("show subnet {} --netuid 1", "show neuron {} --netuid 1 --uid 3", "show storage {} Burn"),
    *("log {}", "log {} --refused", "head {}", f"timeline {{}} {ACCOUNT}", "tenures {} --netuid 1", "backup {} {}.copy"),
]
RUNNING = [
    *(
        "audit {}",
        "epoch {} --netuid 1 --explain 1",
        "whatif {} --set kappa=0.6",
        "explain burn {} --netuid 1",
        "show storage {}",
    ),
    *("export calls {}", "prune-queue {} --netuid 1", "explain incentive {} --netuid 1 --uid 3"),
]


@pytest.mark.parametrize("words", LOOKING)
def test_commands_that_look_load_no_rule(tmp_path: Path, words: str) -> None:
    """Storage is folded from what is recorded, so that looking at it takes no longer than it must."""
    path = three_epochs(tmp_path / "chain.ledger")
    modules = loaded(command(*words.replace("{}", str(path)).split()))
    assert not libraries(modules) & {*HEAVY, "numpy", "Crypto"}
    rooms = ("runtimes", "runtime", "chain", "decide", "transaction", "rebuild", "rules.epoch", "rules.registration")
    assert not [name for name in modules if name.startswith(tuple(f"neuron_ledger.ledger.{room}" for room in rooms))]


@pytest.mark.parametrize("words", RUNNING)
def test_a_small_ledger_waits_for_nothing_heavy(tmp_path: Path, words: str) -> None:
    """Compiled kernels are loaded where there are epochs enough to make up for it; keccak where a proof of work is looked at;
    what makes a schema where a ledger is made, in memory too."""
    path = three_epochs(tmp_path / "chain.ledger")
    heavy = {*HEAVY, "Crypto"} - ({"sqlite_utils"} if words.startswith("whatif") else set())
    assert not libraries(loaded(command(*words.replace("{}", str(path)).split()))) & heavy


def test_many_epochs_are_computed_by_the_fastest_form() -> None:
    forms = Forms()
    assert [forms.form(256) for _ in range(UIDS_BEFORE_COMPILED // 256)] == [NUMPY] * (UIDS_BEFORE_COMPILED // 256 - 1) + [
        fastest()
    ]
    assert Forms().form(UIDS_BEFORE_COMPILED) is fastest()


def test_every_command_is_in_the_table_of_help() -> None:
    modules = {module: import_module(f"neuron_ledger.replay.cli.{module}") for module, _ in COMMANDS.values()}
    assert sorted((name, module) for name, (module, _) in COMMANDS.items()) == sorted(
        (command.name, module) for module, loaded in modules.items() for command in loaded.COMMANDS
    )
    assert main.get_command(click.Context(main), "nothing") is None
    assert list(COMMANDS) == sorted(COMMANDS)
