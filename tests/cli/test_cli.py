"""The command line: help with an example everywhere, JSON of a known shape, exit codes, findings at their position."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import Result

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.schema import TRIGGERS
from tests import commands_page
from tests.chain_fixture import account
from tests.cli.cli_fixture import asked, in_a_pipe, one_line, run
from tests.ledger_fixture import eventful_ledger
from tests.log.snapshots_fixture import address, genesis, metagraph, written

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    return path


# ------------------------------------------------------------------------------------------------------------- help


COMMANDS = dict(commands_page.commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = run(*name.split()[1:], "--help")
    assert result.exit_code == 0
    assert f"\n  {name} " in result.stdout
    assert all(parameter.help for parameter in COMMANDS[name].params if isinstance(parameter, click.Option))


def test_the_page_of_commands_is_what_help_says() -> None:
    is_true = PAGE.read_text() == "\n".join(commands_page.lines()) + "\n"
    assert is_true, "python -m tests.commands_page > docs/commands.md"


def test_version_and_wrong_use() -> None:
    assert run("--version").stdout.startswith("neuron-ledger, version ")
    for arguments in (
        ("no-such-command",),
        ("--no-such-option",),
        ("import", "genesys"),
        ("log", "x", "--limit", -1),
        ("audit",),
        ("audit", "--no-such-option"),
        ("show", "subnet", "x", "--netuid", "one"),
    ):
        assert one_line(run(*arguments)).endswith(" --help)\n")


def test_as_a_module_it_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "neuron_ledger.replay.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == in_a_pipe("--version").stdout


# ---------------------------------------------------------------------------------------------------------- writing


def test_a_runtime_that_recorded_cases_do_not_prove_says_so(tmp_path: Path) -> None:
    proved, composed = tmp_path / "proved.ledger", tmp_path / "composed.ledger"
    assert run("init", proved).stderr == ""
    assert "composed of dated changes" in run("init", composed, "--spec-version", 300).stderr
    for path, doubted in ((proved, False), (composed, True)):
        run("advance", path, "--blocks", 3)
        assert asked("audit", path)["spec_versions"] == [300 if doubted else 424]
        assert ("rules in doubt: the rules of spec_version 300" in run("audit", path).stdout) is doubted


def test_a_ledger_from_init_to_audit(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    began = asked("init", path, "--spec-version", 277)
    assert (began["ledger"], began["spec_version"]) == (str(path), 277)
    assert began["origin"].startswith("neuron-ledger/")
    assert one_line(run("init", path)).startswith("error: ")
    assert asked("import", "genesis", path, written(tmp_path, genesis()))["neurons"] == 4
    assert asked("import", "metagraph", path, written(tmp_path, metagraph()))["neurons"] == 9
    balance = json.dumps({"who": address("cold"), "new_free": 10**12})
    assert asked("submit", path, "force_set_balance", balance)["ok"]
    args = json.dumps({"netuid": 3, "hotkey": address("new")})
    registered = asked("submit", path, "burned_register", args, "--signer", account("cold").hex())
    events = [event["event"] for event in registered["events"]]
    assert events == ["AccountCreated", "NeuronAppended", "BurnRecycled", "NeuronRegistered", "StorageChanged"]
    again = asked("submit", path, "burned_register", args, "--signer", address("cold"), exit_code=1)
    assert (again["ok"], again["error"]["name"]) == (False, "TooManyRegistrationsThisBlock")
    assert set(again["error"]) == {"name", "message", "values"}
    assert "--assume-absent" in one_line(run("advance", path, "--blocks", 5))
    advanced = asked("advance", path, "--blocks", 5, "--assume-absent")
    assert asked("head", path)["block"] == advanced["block"] + 5 == 1005
    assert run("advance", path, "--to", 1200, "--assume-absent").stdout.startswith("block 1200, head ")
    assert asked("audit", path)["clean"]


def test_what_cannot_be_submitted(path: Path) -> None:
    head = asked("head", path)
    for arguments, said in (
        (("submit", path, "burn"), "call: expected the name of a call"),
        (("submit", path, "burned_register", "{"), "args: expected a JSON object"),
        (("submit", path, "advance_to", '{"block": 300, "block": 301}'), "the key 'block' occurs twice"),
        (("submit", path, "sudo_set", '{"name": "tao_wieght", "netuid": 0, "value": 1}'), "did you mean tao_weight?"),
        (("submit", path, "burned_register", "{}"), "args.netuid: expected this field"),
        (("submit", path, "advance_to", '{"block": 300}', "--signer", "5Nobody"), "--signer: expected an account"),
        (("advance", path), "--to / --blocks: expected one of the two"),
        (("advance", path, "--to", 300, "--blocks", 1), "--to / --blocks: expected one of the two"),
    ):
        assert said in one_line(run(*arguments))
    assert "BlockIsPast" in one_line(run("advance", path, "--to", 5), exit_code=1)
    assert asked("head", path)["position"] == head["position"] + 2


# ---------------------------------------------------------------------------------------------------------- looking


def test_what_is_shown_is_what_storage_holds(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        storage, head = ledger.storage, ledger.head
    subnet = asked("show", "subnet", path, "--netuid", 1)
    assert (subnet["netuid"], subnet["n"], subnet["block"]) == (1, 4, 200)
    assert [neuron["pruning_score"] for neuron in subnet["neurons"]] == list(storage.pruning_scores[1])
    neuron = asked("show", "neuron", path, "--netuid", 1, "--uid", 2)
    assert neuron == {**subnet["neurons"][2], "weights": [], "bonds": []}
    assert asked("show", "neuron", path, "--netuid", 1, "--hotkey", neuron["hotkey"]) == neuron
    assert asked("show", "storage", path, "Burn")["values"] == [[netuid, storage.burn[netuid]] for netuid in sorted(storage.burn)]
    assert asked("show", "storage", path)["digest"] == storage.digest().hex()
    whole = asked("head", path)
    assert (whole["position"], whole["hash"], whole["digest"]) == (head.position, head.hash.hex(), storage.digest().hex())
    assert run("head", path).stdout == f"{head}\n"


def test_tenures_and_the_queue(path: Path) -> None:
    tenures = asked("tenures", path, "--netuid", 1)
    gone = [tenure for tenure in tenures if tenure["to_block"] is not None]
    assert [tenure["replaced_by"] for tenure in gone] == [address("e"), address("f")]
    assert all(tenure["pruning_score"] is not None for tenure in gone)
    assert asked("tenures", path, "--hotkey", address("e")) == [tenure for tenure in tenures if tenure["hotkey"] == address("e")]
    queue = asked("prune-queue", path, "--netuid", 1)
    assert {place["uid"] for place in queue} == {0, 1, 2, 3}
    assert asked("prune-queue", path, "--netuid", 1, "--limit", 1) == queue[:1]


def test_the_log_as_it_was_recorded(path: Path) -> None:
    calls = asked("log", path, "--limit", 0)
    with Ledger.open(path, read_only=True) as ledger:
        assert sum(1 + len(call["events"]) for call in calls) == ledger.head.position
    assert calls[0]["call"] == "observe"
    assert [call["position"] for call in asked("log", path, "--after", 10, "--limit", 3)] == [
        call["position"] for call in calls if call["position"] > 10
    ][:3]
    refused = asked("log", path, "--refused")
    assert refused == [call for call in calls if call["events"][0]["event"] == "ExtrinsicFailed"]
    assert [call["events"][0]["error"] for call in refused] == ["HotKeyAlreadyRegisteredInSubNet", "SubNetworkDoesNotExist"]
    mine = asked("log", path, "--signer", address("worker"))
    assert [call["call"] for call in mine] == ["register"]
    assert asked("log", path, "--call", "register") == mine
    assert asked("log", path, "--call", "register", "--refused") == []
    assert "SubNetworkDoesNotExist (netuid=9)" in run("log", path, "--refused").stdout


IT = object()
"""Stands for the ledger's path in the arguments of a parametrized test."""


def run_on(path: Path, arguments: tuple[object, ...]) -> Result:
    return run(*(path if argument is IT else argument for argument in arguments))


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "subnet", IT, "--netuid", 1),
        ("show", "neuron", IT, "--netuid", 1, "--uid", 0),
        ("show", "storage", IT),
        ("show", "storage", IT, "Keys"),
        ("tenures", IT),
        ("prune-queue", IT, "--netuid", 1),
        ("log", IT),
        ("replay", IT),
        ("audit", IT),
    ],
    ids=lambda arguments: " ".join(str(argument) for argument in arguments if argument is not IT),
)
def test_people_get_text(path: Path, arguments: tuple[object, ...]) -> None:
    result = run_on(path, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip()
    assert result.stdout[0] not in "[{"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "subnet", IT, "--netuid", 9), "--netuid: expected a subnet of this ledger (0, 1, 2), got 9"),
        (("show", "neuron", IT, "--netuid", 1, "--uid", 7), "--uid: expected a uid of subnet 1, which has 4 neurons, got 7"),
        (("show", "neuron", IT, "--netuid", 1), "--uid / --hotkey: expected one of the two"),
        (("show", "neuron", IT, "--netuid", 1, "--hotkey", "x"), "--hotkey: expected an account"),
        (("show", "storage", IT, "Burned"), "item: expected the on-chain name of a storage item; did you mean Burn?"),
        (("prune-queue", IT, "--netuid", 9), "--netuid: expected a subnet of this ledger (0, 1, 2), got 9"),
        (("replay", IT, "--block", 10**6), "block 1000000 is not in the log, which ends at block 200"),
        (("replay", IT, "--position", 10**6), "position 1000000 is not in the log"),
        (("replay", IT, "--position", 1, "--block", 1), "--block / --position: expected at most one of the two"),
        (("audit", IT, "--expect-head", "abc"), "expected POSITION:HASH"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_there_is_one_clear_line(path: Path, arguments: tuple[object, ...], said: str) -> None:
    assert said in one_line(run_on(path, arguments))


def test_a_reader_that_has_seen_enough_is_told_to_the_shell_alone(path: Path) -> None:
    """The exit code is the one of a program that SIGPIPE ended: no check failed, and not all was said."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", "show", "storage", str(path)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


INTERRUPTED = """
import signal, sys
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli import main

# Where the tests run in the background SIGINT is ignored, and so it would be here.
signal.signal(signal.SIGINT, signal.default_int_handler)
append, left = Log.append, [int(sys.argv[1])]

def interrupted(log, entries, *, expected_position):
    head = append(log, entries, expected_position=expected_position)
    left[0] -= 1
    if left[0] == 0:
        signal.raise_signal(signal.SIGINT)
    return head

Log.append = interrupted
main(sys.argv[2:])
"""


@pytest.mark.parametrize("moment", [1, 3])
def test_ctrl_c_ends_in_one_line_and_records_nothing(path: Path, tmp_path: Path, moment: int) -> None:
    before = path.read_bytes()
    line = {"block": 200, "call": "force_set_balance", "args": {"who": address("cold"), "new_free": 5 * 10**9}}
    calls = written(tmp_path, f"{json.dumps(line)}\n" * 5, "calls.jsonl")
    command = [sys.executable, "-c", INTERRUPTED, str(moment), "import", "calls", str(path), str(calls)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "error: interrupted: what was not done yet is not recorded\n"
    assert path.read_bytes() == before
    beside = sorted(found.name.removeprefix(path.name) for found in tmp_path.iterdir() if found.name.startswith(path.name))
    assert beside == ["", ".head", ".lock"]


# --------------------------------------------------------------------------------------------------------- checking


def tampered(path: Path, statement: str, *values: object) -> None:
    """Change the file behind the log's back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for trigger in TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.execute(statement, values)
    for sql in TRIGGERS.values():
        connection.execute(sql)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE log SET payload = CAST(payload || x'00' AS BLOB) WHERE seq = 17", "hash"),
        ("UPDATE log SET hash = zeroblob(32) WHERE seq = 17", "hash"),
        ("UPDATE log SET tag = 'X' || tag WHERE seq = 17", "hash"),
        ("UPDATE log SET block = block + 1 WHERE seq = 17", "hash"),
        ("DELETE FROM log WHERE seq = 17", "gap"),
    ],
)
def test_a_changed_entry_is_found_at_its_position(path: Path, statement: str, kind: str) -> None:
    tampered(path, statement)
    report = asked("audit", path, exit_code=1)
    assert not report["clean"]
    first = report["findings"][0]
    assert (first["position"], first["what"]) == (17, f"chain: {kind}")
    assert set(first) == {"position", "what", "expected", "got"}
    text = run("audit", path)
    assert text.exit_code == 1
    assert f"position 17: chain: {kind}" in text.stdout


def test_a_log_that_was_cut_off_is_found_by_a_head_that_was_kept(path: Path) -> None:
    head = run("head", path).stdout.strip()
    assert asked("audit", path, "--expect-head", head)["clean"]
    tampered(path, "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)")
    findings = asked("audit", path, "--expect-head", head, exit_code=1)["findings"]
    assert any("ends too early" in finding["what"] for finding in findings)


def test_what_is_no_ledger(path: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("these are notes, and no ledger; " * 100)
    for command in ("audit", "replay", "head", "log"):
        assert "not a ledger" in one_line(run(command, text))
        assert one_line(run(command, tmp_path / "nowhere.ledger")).startswith("error: ")
    tampered(path, "PRAGMA user_version = 99")
    assert "99" in one_line(run("head", path))


def test_a_block_that_an_observation_passes_over_cannot_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    asked("init", path)
    asked("advance", path, "--to", 3)
    first = asked("head", path)["digest"]
    asked("import", "metagraph", path, written(tmp_path, metagraph()))
    assert asked("replay", path, "--block", 3)["digest"] == first
    assert asked("replay", path, "--block", 1000)["digest"] == asked("head", path)["digest"] != first
    for block in (4, 999):
        said = f"block {block} is not in the log: after block 3 comes an observation (metagraph of subnet 9)"
        assert said in one_line(run("replay", path, "--block", block))


def test_replay_to_a_block_and_to_a_position(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        digest, position = ledger.storage.digest().hex(), ledger.head.position
    assert asked("replay", path) == {"block": 200, "position": position, "digest": digest}
    assert asked("replay", path, "--position", position)["digest"] == digest
    assert asked("replay", path, "--block", 200)["digest"] == digest
    assert asked("replay", path, "--block", 100)["digest"] != digest
