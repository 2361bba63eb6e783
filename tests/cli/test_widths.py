"""What is read by people fits 80 columns, amounts and proportions stand as people write them; --full and --raw show all."""

import re
from pathlib import Path

import pytest

from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli.output import fitted
from tests.cli.cli_fixture import in_a_pipe
from tests.cli.epochs_ledger import OWNER, three_epochs

NETUID = ("--netuid", "1")
COMMANDS = (
    *("show subnet {} --netuid 1", "show neuron {} --netuid 1 --uid 1", "show storage {}", "log {} --limit 0"),
    *("show storage {} Alpha", "show storage {} Owner", "show storage {} Incentive", "show storage {} StakingHotkeys"),
    *("tenures {}", "tenures {} --netuid 1", "prune-queue {} --netuid 1", "epoch {} --netuid 1", "audit {}", "replay {}"),
    *("epoch {} --netuid 1 --explain 1", "epoch {} --netuid 1 --explain 3", "explain incentive {} --netuid 1 --uid 3"),
    *("explain permit {} --netuid 1 --uid 3", "explain burn {} --netuid 1", "whatif {} --set kappa=0.9", "diff {} --block 7"),
    *("whatif {} --runtime 424", "head {}", "repair {}", f"timeline {{}} {ss58.encode(OWNER)}", "exchange log {}", "--version"),
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("widths") / "chain.ledger")


def asked(words: str, ledger: Path, *options: str) -> str:
    result = in_a_pipe(*(str(ledger) if word == "{}" else word for word in words.split()), *options)
    assert result.exit_code in (0, 1), result.output
    return result.stdout


@pytest.mark.parametrize("words", COMMANDS)
def test_lines_fit_eighty_columns(ledger: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes, as `awk` may count them. A path alone may be longer, so the ledger is named from beside it."""
    monkeypatch.chdir(ledger.parent)
    said = asked(words, Path(ledger.name))
    assert said
    assert [line for line in said.splitlines() if len(line.encode()) > 80] == []


def test_what_is_shortened_is_whole_with_full(ledger: Path) -> None:
    with Ledger.open(ledger, read_only=True) as chain:
        hotkeys = [ss58.encode(neuron.hotkey) for neuron in chain.subnet(1).neurons()]
    for words in ("show subnet {} --netuid 1", "tenures {}", "prune-queue {} --netuid 1", "epoch {} --netuid 1"):
        short, whole = asked(words, ledger), asked(words, ledger, "--full")
        for hotkey in hotkeys:
            assert hotkey in whole
            assert f"{hotkey[:6]}…{hotkey[-6:]}" in short
        assert max(map(len, whole.splitlines())) > 80


def test_amounts_and_proportions_are_what_people_write(ledger: Path) -> None:
    said = asked("show subnet {} --netuid 1", ledger)
    assert re.search(r"^  Kappa +0\.499992 \(32,767 of 65,535\)$", said, re.MULTILINE)
    assert re.search(r"^  MaxBurn +100 TAO \(100,000,000,000 rao\)$", said, re.MULTILINE)
    assert re.search(r"^  AlphaValues +\[0\.7000, 0\.9000\]$", said, re.MULTILINE)
    assert re.search(r"^  AdjustmentAlpha +0\.97 \(17,893,341,751,498,265,066 of$", said, re.MULTILINE)
    raw = asked("show subnet {} --netuid 1", ledger, "--raw")
    assert re.search(r"^  Kappa +32767$", raw, re.MULTILINE)
    assert re.search(r"^  MaxBurn +100000000000$", raw, re.MULTILINE)
    log = asked("log {} --limit 0", ledger)
    assert "new_free=10,000 TAO (10,000,000,000,000 rao)" in " ".join(log.split())
    assert "new_free=10000000000000" in asked("log {} --limit 0", ledger, "--raw")


def test_a_line_is_broken_between_words_and_loses_nothing() -> None:
    text = "    at the end of block 5,000 there are 12 entries, " + "of which some are " * 6
    lines = fitted(text, 40)
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert lines[0].startswith("    at the")
    assert all(line.startswith(" " * 8) for line in lines[1:])
    assert fitted(text, None) == [text]
    path = "/a/very/long/path/" * 10
    assert fitted(f"kept in {path}", 40) == ["kept in", f"    {path}"]
