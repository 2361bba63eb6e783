"""The commands from a key to a proof that is checked elsewhere, and audit with checkpoints."""

import json
import re
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import neuron_ledger
from neuron_ledger.ledger.log.head_file import head_file_of
from neuron_ledger.replay.cli import main
from tests.ledger_fixture import eventful_ledger
from tests.log.log_fixture import tamper

DOCUMENT = Path(__file__).parent.parent.parent / "docs/checkpoints.md"


class Commands:
    """Runs commands in a folder that has a ledger, its key and a witness's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        eventful_ledger(folder / "chain.ledger").close()
        self("keygen", "chain.key", "--ledger", "chain.ledger")
        self("keygen", "witness.key", "--witness", "--name", "example.org/witness")

    def __call__(self, *arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, list(arguments))
        assert done.exit_code == code, (done.exit_code, done.output)
        return done

    def refused(self, *arguments: str, code: int = 1) -> str:
        """The one line that a command ends with."""
        done = self(*arguments, code=code)
        (line,) = done.stderr.splitlines()
        assert done.stdout == ""
        return line

    def shown(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code).stdout)

    def witness(self, request: str, output: str) -> None:
        answer = ("--key", "witness.key", "--ledger-key", "chain.key.pub", "--state", "seen")
        self("witness", request, *answer, "--output", output)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.chdir(tmp_path)
    return Commands(tmp_path)


def test_from_a_key_to_a_proof_that_a_witness_stands_behind(run: Commands) -> None:
    assert stat.S_IMODE(Path("chain.key").stat().st_mode) == 0o600
    Path("first").write_text(run("checkpoint", "chain.ledger", "--key", "chain.key").stdout)
    assert Path("first").read_bytes() == Path("chain.ledger.checkpoint").read_bytes()
    run.witness("first", "first.cosigned")
    run("advance", "chain.ledger", "--blocks", "50")
    stated = run.shown("checkpoint", "chain.ledger", "--key", "chain.key")
    assert stated["head"] == run("head", "chain.ledger").stdout.strip()
    run("prove", "consistency", "chain.ledger", "first", "--output", "growth.proof")
    run.witness("growth.proof", "second")
    run("prove", "entry", "chain.ledger", "17", "--checkpoint", "second", "--output", "17.tlog-proof")
    last = run("prove", "consistency", "chain.ledger", "73").stdout
    assert last.encode() == Path("growth.proof").read_bytes()
    Path("chain.ledger").unlink()
    checked = ("--key", "chain.key.pub", "--witness-key", "witness.key.pub")
    entry = run.shown("verify-proof", "17.tlog-proof", *checked)
    assert (entry["proved"], entry["entry"]["position"], entry["witnesses"][0]["name"]) == ("entry", 17, "example.org/witness")
    answer = run("verify-proof", "17.tlog-proof", *checked).stdout
    assert "position 17 of neuron-ledger/" in answer
    assert "cosigned by example.org/witness at 20" in answer
    grown = run.shown("verify-proof", "growth.proof", "--key", Path("chain.key.pub").read_text().strip(), "--old", "first")
    assert (grown["proved"], grown["old_size"], grown["checkpoint"]["size"]) == ("consistency", 73, stated["size"])
    assert run("verify-proof", "second", *checked).stdout.startswith("signed: neuron-ledger/")


def test_the_commands_of_the_documentation_do_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("neuron-ledger ")]
    assert len(lines) >= 12
    for line in lines:
        done = CliRunner().invoke(main, shlex.split(line)[1:])
        assert done.exit_code == 0, (line, done.output)
        if "init" in line or "witness monday" in line:
            for _ in range(20):
                CliRunner().invoke(main, ["advance", "chain.ledger", "--blocks", "3"])
    assert Path("tuesday.cosigned").read_text().count("\n— ") == 2


def test_refusals_are_one_line_with_what_to_do(run: Commands) -> None:
    no_checkpoint = run.refused("prove", "entry", "chain.ledger", "17", code=2)
    assert "sign one with `neuron-ledger checkpoint`" in no_checkpoint
    run("checkpoint", "chain.ledger", "--key", "chain.key")
    assert "is not covered by the checkpoint" in run.refused("prove", "entry", "chain.ledger", "74")
    assert "is the key of a witness" in run.refused("checkpoint", "chain.ledger", "--key", "witness.key", code=2)
    assert "chain.key: File exists" in run.refused("keygen", "chain.key", "--name", "example.org/other", code=2)
    assert "one of the two" in run.refused("keygen", "new.key", code=2)
    run("prove", "entry", "chain.ledger", "17", "--output", "proof")
    Path("cut").write_bytes(Path("proof").read_bytes()[:150])
    assert "cut off" in run.refused("verify-proof", "cut", "--key", "chain.key.pub", code=2)
    assert "no signature of example.org/witness" in run.refused(
        "verify-proof", "proof", "--key", "chain.key.pub", "--witness-key", "witness.key.pub"
    )
    assert "wrong origin" in run.refused("verify-proof", "proof", "--key", "chain.key.pub", "--origin", "example.org/x")
    assert "--entry-hash" in run.refused("verify-proof", "proof", "--key", "chain.key.pub", "--entry-hash", "77", code=2)
    assert "another entry" in run.refused("verify-proof", "proof", "--key", "chain.key.pub", "--entry-hash", "77" * 32)
    tamper(Path("chain.ledger"), "DELETE FROM log WHERE seq > 60")
    signing = ("checkpoint", "chain.ledger", "--key", "chain.key")
    assert "entries up to 73 were acknowledged and are gone" in run.refused(*signing, code=2)
    head_file_of(Path("chain.ledger")).unlink()
    assert "signed last, it has 60: restore it" in run.refused(*signing)


def test_no_private_key_is_printed_or_recorded(run: Commands) -> None:
    secret = Path("chain.key").read_text().strip()
    answer = [run.refused("verify-proof", "x", "--key", given, code=2) for given in ("chain.key", secret)]
    answer.append(run("checkpoint", "chain.ledger", "--key", "chain.key").output)
    answer.append(run("keygen", "other.key", "--name", "example.org/o").output)
    seeds = [Path(name).read_text().strip().split("+", 4)[4] for name in ("chain.key", "other.key")]  # base64 may have a + itself
    for seed in seeds:
        assert not any(seed[:16] in text for text in answer)
        assert not any(seed.encode() in path.read_bytes() for path in Path().iterdir() if path.suffix != ".key")


# ------------------------------------------------------------------------------------------------------------ audit


def test_audit_finds_what_a_checkpoint_shows(run: Commands) -> None:
    for number in range(3):
        run("checkpoint", "chain.ledger", "--key", "chain.key", "--output", f"checkpoint{number}")
        run("advance", "chain.ledger", "--blocks", "3")
    all_of_them = [text for number in range(3) for text in ("--checkpoint", f"checkpoint{number}")]
    report = run.shown("audit", "chain.ledger", *all_of_them, "--checkpoint-key", "chain.key.pub")
    assert (report["clean"], report["checkpoints"], report["checkpoints_signed"]) == (True, 3, True)
    assert "but not their signatures" in run("audit", "chain.ledger", *all_of_them).stderr
    tamper(Path("chain.ledger"), "DELETE FROM log WHERE seq > 74")
    report = run.shown("audit", "chain.ledger", *all_of_them, code=1)
    assert [finding["what"] for finding in report["findings"] if "checkpoint" in finding["what"]] == [
        "the log ends before the checkpoint: entries were cut off"
    ] * 2


def test_audit_finds_a_history_that_was_written_anew(run: Commands) -> None:
    """Sound in itself, of the same origin, with the same blocks: only a checkpoint shows that it is another one."""
    run("checkpoint", "chain.ledger", "--key", "chain.key", "--output", "checkpoint")
    origin = run.shown("verify-proof", "checkpoint", "--key", "chain.key.pub")["checkpoint"]["origin"]
    run("init", "other.ledger", "--origin", origin, "--spec-version", "277")
    for _ in range(50):
        run("advance", "other.ledger", "--blocks", "3")
    assert run.shown("audit", "other.ledger")["clean"]
    report = run.shown("audit", "other.ledger", "--checkpoint", "checkpoint", code=1)
    assert [finding["what"] for finding in report["findings"]] == [
        "the log is not the checkpoint's: the root differs",
        "the log holds another entry than the checkpoint's head",
    ]
    run("init", "third.ledger")
    report = run.shown("audit", "third.ledger", "--checkpoint", "checkpoint", code=1)
    assert report["findings"][0]["what"] == "the checkpoint is of another ledger"


def test_audit_believes_no_checkpoint_of_another_key(run: Commands) -> None:
    run("checkpoint", "chain.ledger", "--key", "chain.key", "--output", "checkpoint")
    run("keygen", "stranger.key", "--ledger", "chain.ledger")
    given = ("audit", "chain.ledger", "--checkpoint", "checkpoint", "--checkpoint-key", "stranger.key.pub")
    assert "checkpoint: there is no signature of neuron-ledger/" in run.refused(*given)
    assert "a --checkpoint to check with it" in run.refused("audit", "chain.ledger", "--checkpoint-key", "chain.key.pub", code=2)


def test_an_audit_of_a_damaged_log_goes_on_and_names_the_checkpoint(run: Commands) -> None:
    run("checkpoint", "chain.ledger", "--key", "chain.key", "--output", "checkpoint")
    tamper(Path("chain.ledger"), "DELETE FROM log WHERE seq = 30")
    report = run.shown("audit", "chain.ledger", "--checkpoint", "checkpoint", code=1)
    assert any(finding["what"] == "the checkpoint's root cannot be computed" for finding in report["findings"])


def test_the_same_names_are_in_python() -> None:
    key = neuron_ledger.PrivateKey.generate("neuron-ledger/in-memory")
    with eventful_ledger() as ledger:
        made = neuron_ledger.checkpoint(ledger.log, key)
        proof = neuron_ledger.prove_entry(ledger.log, 5, made)
        report = neuron_ledger.audit(ledger.log, checkpoints=[made])
    entry = neuron_ledger.verify_proof(proof, key.public).entry
    assert entry is not None
    assert (entry.position, report.clean) == (5, True)
