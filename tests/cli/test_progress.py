"""How far long work has come: lines in a file, a bar on a terminal."""

import io
import sys

import pytest

from neuron_ledger.replay.cli import progress as module
from neuron_ledger.replay.cli.progress import duration, lines, progress


class Clock:
    """Says what it is set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [(0.4, "0 s"), (-3.0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3599.6, "1 h 0 min"), (7260.0, "2 h 1 min")],
)
def test_lengths_of_time(seconds: float, answer: str) -> None:
    assert duration(seconds) == answer


def test_long_work_tells_how_long_it_will_take(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    update = lines("letting blocks pass", clock)
    for second in range(75):
        clock.now = 1000.0 + second
        update(second * 100, 100_000)
    assert capsys.readouterr().err == (
        "letting blocks pass: 1,000 of 100,000, 16 min 30 s left\nletting blocks pass: 7,000 of 100,000, 15 min 30 s left\n"
    )


def test_short_work_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    update = lines("auditing", clock)
    clock.now += 9.9
    update(99, 100)
    assert capsys.readouterr().err == ""


def test_of_an_unknown_whole_only_what_is_done_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    update = lines("importing calls", clock)
    clock.now += 11
    update(12_345, 0)
    assert capsys.readouterr().err == "importing calls: 12,345\n"


def test_another_part_of_the_work_has_a_pace_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    update = lines("importing calls", clock)
    clock.now += 8
    update(0, 1000, "letting blocks pass")
    clock.now += 4
    update(100, 1000, "letting blocks pass")
    assert capsys.readouterr().err == "letting blocks pass: 100 of 1,000, 36 s left\n"


def test_a_bar_shows_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(module, "BAR_AFTER_SECONDS", -1.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress("auditing") as update:
        update(1, 4)
        update(2, 4)
        update(1, 9, "letting blocks pass")
    assert "auditing" in terminal.getvalue()
    assert "letting blocks pass" in terminal.getvalue()
