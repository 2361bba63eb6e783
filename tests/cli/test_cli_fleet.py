"""The command audit over several ledgers."""

import json
from pathlib import Path
from shutil import copyfile

import fsspec
import pytest

from tests.cli.cli_fixture import run
from tests.ledger_fixture import eventful_ledger
from tests.replay.test_audit import attack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    eventful_ledger(tmp_path / "north.ledger").close()
    copyfile(tmp_path / "north.ledger", tmp_path / "south.ledger")
    return tmp_path


def test_a_line_for_each_and_the_sum(folder: Path) -> None:
    done = run("audit", folder)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    north, south = (json.loads(run("audit", folder / f"{name}.ledger", "--json").stdout) for name in ("north", "south"))
    for line, name, alone in zip(lines, ("north", "south"), (north, south), strict=False):
        extent = f"{alone['calls']} calls in {alone['entries']} entries"
        assert line.startswith(f"{folder / name}.ledger: clean: {extent}, head {alone['head']}, digest {alone['digest']}")
    assert lines[-1] == f"2 ledgers, 2 clean: {2 * north['calls']} calls in {2 * north['entries']} entries, 0 findings"


def test_json_of_each_is_that_of_it_alone(folder: Path) -> None:
    attack(folder / "south.ledger", "UPDATE log SET block = block + 1 WHERE seq = 9")
    (folder / "west.ledger").write_text("a letter")
    done = run("audit", folder / "south.ledger", folder / "north.ledger", folder / "*.ledger", "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    south, north, west = said["ledgers"]
    for one, name in ((south, "south"), (north, "north")):
        assert one.pop("ledger") == f"{folder / name}.ledger"
        assert one == json.loads(run("audit", folder / f"{name}.ledger", "--json").stdout)
    assert (west["clean"], west["findings"][0]["what"]) == (False, "this ledger cannot be read")
    assert (said["clean"], said["calls"]) == (False, south["calls"] + north["calls"])
    assert said["findings"] == len(south["findings"]) + 1
    lines = run("audit", folder).stdout
    assert f"{folder / 'west.ledger'}: position 0: this ledger cannot be read" in lines
    assert "3 ledgers, 1 clean" in lines


def test_a_folder_with_one_is_a_fleet_too(folder: Path) -> None:
    (folder / "south.ledger").unlink()
    assert len(json.loads(run("audit", folder, "--json").stdout)["ledgers"]) == 1


def test_a_ledger_at_a_url_is_audited_as_one_here(folder: Path) -> None:
    fsspec.filesystem("memory").pipe("/one/north.ledger", (folder / "north.ledger").read_bytes())
    here = run("audit", folder / "north.ledger", "--json")
    assert run("audit", "memory://one/north.ledger", "--json").stdout == here.stdout
    assert run("audit", (folder / "north.ledger").as_uri(), "--json").stdout == here.stdout
    missing = run("audit", "memory://one/south.ledger")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == "error: memory://one/south.ledger: there is no such file\n"


def test_what_one_ledger_is_held_against_is_refused_for_several(folder: Path) -> None:
    for option in ("--expect-head", "--checkpoint", "--source"):
        refused = run("audit", folder, option, "1:00")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr == f"error: {option}: expected a single ledger, got 2 ledgers\n"
