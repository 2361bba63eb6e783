"""What is installed: one top-level name, which gets on with everybody else's modules, and whose types a user's mypy sees.

The wheel and the sdist are built, and the wheel is installed into a fresh environment beside a library that ships a top-level
`events`, in whose working folder stand modules named like our four packages.
"""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("events", "projections", "ledger", "replay")

pytestmark = pytest.mark.xdist_group("packaging")

OWN_TEST = """
import events, ledger, projections, replay
import neuron_ledger
from neuron_ledger import Ledger, calls
from neuron_ledger.events.wire.ss58 import encode

def test_both_are_there():
    assert [module.MINE for module in (events, ledger, projections, replay)] == [True] * 4
    with Ledger.in_memory(spec_version=277) as chain:
        chain.submit(calls.ForceSetBalance(bytes(32), 10**9)).unwrap()
        assert chain.storage.balances[bytes(32)] == 10**9
    assert neuron_ledger.__file__.endswith("neuron_ledger/__init__.py")
    assert encode(bytes(32)).startswith("5")
"""

TYPED = """
from neuron_ledger import Ledger, audit, calls

with Ledger.in_memory(spec_version=277) as chain:
    reveal_type(chain.submit(calls.StartCall(1)).position)
    reveal_type(audit(chain.log).clean)
    calls.StartCall("one")
"""


class Environment:
    """A fresh virtual environment."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        venv.create(folder, with_pip=True)

    def run(self, *command: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        program, *arguments = (str(word) for word in command)
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL"))}
        return subprocess.run([self.bin / program, *arguments], cwd=cwd, env=outside, capture_output=True, text=True, check=False)

    def must(self, *command: object, cwd: Path = ROOT) -> str:
        done = self.run(*command, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def install(self, *what: object) -> None:
        self.must("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("builder"))
    environment.install("hatchling>=1.27")
    return environment


@pytest.fixture(scope="module")
def built(builder: Environment, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the sdist of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    builder.must("hatchling", "build", "-d", folder)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="module")
def users(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Environment, Path]:
    """A user's environment, and a working folder whose modules are named like our packages."""
    environment = Environment(tmp_path_factory.mktemp("user"))
    environment.install(built[0], "opensearch-py", "pytest", "mypy")
    folder = tmp_path_factory.mktemp("work")
    for name in FOLDERS:
        (folder / f"{name}.py").write_text("MINE = True\n")
    return environment, folder


def modules_of_the_tree() -> set[str]:
    listed = (path for folder in FOLDERS for ending in ("py", "jinja") for path in (ROOT / folder).rglob(f"*.{ending}"))
    return {f"neuron_ledger/{path.relative_to(ROOT)}" for path in listed} | {
        "neuron_ledger/__init__.py",
        "neuron_ledger/py.typed",
    }


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_one_name(built: tuple[Path, Path]) -> None:
    assert contents(built[0]) == modules_of_the_tree()


def test_the_sdist_holds_what_is_needed_and_gives_the_same_wheel(
    builder: Environment, built: tuple[Path, Path], tmp_path: Path
) -> None:
    wheel, sdist = built
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    assert {
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "docs/architecture.md",
        "tests/test_packaging.py",
    } <= names
    assert not [name for name in names if name.startswith((".venv", "build", "dist")) or "__pycache__" in name]
    (folder,) = tmp_path.iterdir()
    builder.must("hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=folder)
    (again,) = (tmp_path / "again").glob("*.whl")
    assert contents(again) == contents(wheel)


def test_python_finds_both_ours_and_theirs(users: tuple[Environment, Path], tmp_path: Path) -> None:
    environment, folder = users
    statement = "import opensearchpy, events, neuron_ledger.events; print(events.__file__)"
    theirs = environment.must("python", "-c", statement, cwd=tmp_path)
    assert "neuron_ledger" not in theirs
    (folder / "test_own.py").write_text(OWN_TEST)
    assert "1 passed" in environment.must("python", "-m", "pytest", "-q", "test_own.py", cwd=folder)


def test_the_command_line_works_there(users: tuple[Environment, Path]) -> None:
    environment, folder = users
    assert environment.must("neuron-ledger", "--version", cwd=folder).startswith("neuron-ledger, version ")
    environment.must("neuron-ledger", "init", "chain.ledger", cwd=folder)
    environment.must("neuron-ledger", "advance", "chain.ledger", "--blocks", "3", cwd=folder)
    assert environment.must("python", "-m", "neuron_ledger.replay.cli", "audit", "chain.ledger", cwd=folder).startswith("clean: ")


def test_a_users_mypy_sees_the_types(users: tuple[Environment, Path]) -> None:
    environment, folder = users
    (folder / "typed.py").write_text(TYPED)
    answer = environment.run("python", "-m", "mypy", "--strict", "typed.py", cwd=folder).stdout
    assert 'Revealed type is "int"' in answer
    assert 'Revealed type is "bool"' in answer
    assert 'Argument 1 to "StartCall" has incompatible type "str"; expected "int"' in answer
    assert "Found 1 error in 1 file" in answer


def test_versions_agree(users: tuple[Environment, Path]) -> None:
    environment, folder = users
    answer = environment.must(
        "python",
        "-c",
        "import neuron_ledger, importlib.metadata as m; print(neuron_ledger.__version__, m.version('neuron-ledger'))",
        cwd=folder,
    ).split()
    assert answer[0] == answer[1]
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in environment.must("python", "--version")
