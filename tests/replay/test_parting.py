"""Where two histories part, and what differs between two states: found exactly, wherever one call is another one."""

from collections.abc import Sequence
from math import log2
from pathlib import Path

import pytest

from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, ForceSetBalance, SudoSet
from neuron_ledger.events.difference import Difference
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import ChainBroken
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.blocks import seals
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.questions.parting import bisect
from neuron_ledger.replay.questions.storage_diff import diff
from tests.chain_fixture import account
from tests.cli.cli_fixture import asked, run
from tests.ledger_fixture import eventful_ledger
from tests.replay.questions.recorded_partings import faults

ALICE, BOB = account("alice"), account("bob")


def recorded(submissions: Sequence[Submission], origin: str = "one") -> tuple[Ledger, list[int]]:
    """A ledger to which these were submitted, and the positions of their entries."""
    ledger = Ledger.in_memory(origin=origin, spec_version=277)
    with ledger.batch():
        return ledger, [ledger.submit(each.call, each.origin).position for each in submissions]


def some_calls(count: int) -> list[Submission]:
    calls = [Submission(ForceSetBalance(ALICE, 10**9 + number), None) for number in range(count)]
    calls[::7] = [Submission(AdvanceTo(number), None) for number in range(1, len(calls[::7]) + 1)]
    calls[::11] = [Submission(BurnedRegister(1, BOB), ALICE) for _ in calls[::11]]  # refused each time
    return calls


@pytest.mark.parametrize("origin", ["one", "another"])
@pytest.mark.parametrize("place", [0, 1, 7, 11, 98, 99])
def test_the_first_call_that_differs_is_found(origin: str, place: int) -> None:
    calls = some_calls(100)
    changed = [*calls[:place], Submission(ForceSetBalance(BOB, 5), None), *calls[place + 1 :]]
    (one, positions), (other, _) = recorded(calls), recorded(changed, origin)
    parting = bisect(one.log, other.log).parting
    assert parting is not None
    assert parting.one is not None
    assert parting.other is not None
    assert (parting.position, parting.entry) == (positions[place], positions[place])
    assert (parting.one.submission, parting.other.submission) == (calls[place], changed[place])
    assert parting.block == parting.one.block


@pytest.mark.parametrize("origin", ["one", "another"])
def test_histories_that_do_not_part(origin: str) -> None:
    calls = some_calls(40)
    (one, positions), (other, _), (shorter, _) = recorded(calls), recorded(calls, origin), recorded(calls[:30], origin)
    assert (bisect(one.log, other.log).shared, bisect(one.log, other.log).parting) == (one.head.position, None)
    for pair in ((one.log, shorter.log), (shorter.log, one.log)):
        assert (bisect(*pair).shared, bisect(*pair).parting) == (positions[30] - 1, None)
    empty = Ledger.in_memory(origin=origin, spec_version=277)
    assert (bisect(empty.log, one.log).shared, bisect(empty.log, one.log).parting) == (0, None)


def test_what_a_call_led_to_may_differ_where_the_call_does_not() -> None:
    """The same calls under two runtimes: the history parts in the call from which other events followed."""
    one, other = Ledger.in_memory(origin="x", spec_version=277), Ledger.in_memory(origin="y", spec_version=424)
    for ledger in (one, other):
        ledger.submit(ForceSetBalance(ALICE, 10**9))
        ledger.submit(BurnedRegister(1, BOB), ALICE)
    parting = bisect(one.log, other.log).parting
    assert parting is not None
    assert (parting.position, parting.entry) == (3, 4)
    assert parting.one is not None
    assert parting.other is not None
    assert parting.one.submission == parting.other.submission
    assert parting.difference is not None
    assert (parting.difference.where, parting.difference.what) == (4, "ExtrinsicFailed/1: error differs")
    assert parting.one.events != parting.other.events


def reads(log: Log, counted: list[str]) -> None:
    """Take down every statement that is run on a log's connection."""
    log.connection.set_trace_callback(counted.append)


def test_it_reads_as_often_as_the_length_has_digits() -> None:
    """Counted are the statements that SQLite runs for both ledgers, for histories of four lengths."""
    counts = {}
    for length in (256, 1024, 4096, 16384):
        calls = [Submission(ForceSetBalance(ALICE, 10**9 + number), None) for number in range(length // 2)]
        place = length // 3
        (one, positions), (other, _) = recorded(calls), recorded([*calls[:place], Submission(AdvanceTo(1), None), *calls[place:]])
        counted: list[str] = []
        for ledger in (one, other):
            reads(ledger.log, counted)
        parting = bisect(one.log, other.log).parting
        assert parting is not None
        assert parting.position == positions[place]
        counts[length] = len(counted)
    steps = [counts[4 * length] - counts[length] for length in (256, 1024, 4096)]
    assert all(0 <= step <= 8 for step in steps), counts  # two more digits, two looks for each, in each of two ledgers
    assert counts[16384] <= 4 * log2(16384)


@pytest.mark.parametrize("place", [3, 250, 777, 1190])
def test_by_seals_of_storage_what_storage_shows_is_found_at_once(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """Of two origins; a call before the last common seal that only one has refused, and that changed nothing, is not seen."""
    monkeypatch.setattr(seals, "SEAL_EVERY", 50)
    calls = [Submission(ForceSetBalance(ALICE, 10**9 + number), None) for number in range(1200)]
    changed = [*calls[:place], Submission(ForceSetBalance(BOB, 5), None), *calls[place + 1 :]]
    (one, positions), (other, _) = recorded(calls), recorded(changed, "another")
    whole, quick = bisect(one.log, other.log), bisect(one.log, other.log, by_storage=True)
    assert whole.parting == quick.parting
    assert quick.parting is not None
    assert quick.parting.position == positions[place]
    assert whole.compared_after == 0
    assert quick.parting.position - 100 <= quick.compared_after < quick.parting.position
    assert bisect(one.log, recorded(calls, "third")[0].log, by_storage=True).parting is None


def test_by_seals_a_refused_call_that_differs_early_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "SEAL_EVERY", 50)
    calls = some_calls(200)
    refused = [*calls[:22], Submission(BurnedRegister(2, BOB), ALICE), *calls[23:]]
    (one, positions), (other, _) = recorded(calls), recorded(refused, "another")
    parting = bisect(one.log, other.log).parting
    assert parting is not None
    assert parting.position == positions[22]
    quick = bisect(one.log, other.log, by_storage=True)
    assert quick.parting is None
    assert quick.compared_after > positions[22]


def test_by_seals_it_reads_as_often_as_their_number_has_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "SEAL_EVERY", 50)
    counts = {}
    for length in (500, 2000, 8000):
        calls = [Submission(ForceSetBalance(ALICE, 10**9 + number), None) for number in range(length // 2)]
        changed = [*calls[: length // 3], Submission(AdvanceTo(1), None), *calls[length // 3 :]]
        (one, _), (other, _) = recorded(calls), recorded(changed, "another")
        counted: list[str] = []
        for ledger in (one, other):
            reads(ledger.log, counted)
        assert bisect(one.log, other.log, by_storage=True).parting is not None
        counts[length] = len(counted)
    assert all(counts[4 * length] - counts[length] <= 24 for length in (500, 2000)), counts


def test_an_entry_that_is_not_there_is_no_parting() -> None:
    """Where one of two files lacks an entry, its chain is broken."""
    (one, _), (other, _) = recorded(some_calls(50)), recorded(some_calls(50), "another")
    other.log.connection.executescript("DROP TRIGGER log_refuses_delete; DELETE FROM log WHERE seq = 30")
    with pytest.raises(ChainBroken):
        bisect(one.log, other.log)


def test_recorded_histories_in_which_one_call_or_parameter_is_another_one() -> None:
    """Every twenty-fifth pair; `python -m tests.replay.questions.recorded_partings` makes a hundred."""
    found = list(faults(0, 25))
    assert len(found) == 4
    assert [fault for fault in found if fault is not None] == []


# ------------------------------------------------------------------------------------------------------------- states


def test_what_differs_between_two_states() -> None:
    one, other = Storage(), Storage()
    for storage in (one, other):
        with storage.transaction():
            storage.tempo[1], storage.tempo[2] = 10, 20
    with other.transaction():
        other.tempo[2] = 21
        other.tempo.remove(1)
        other.kappa[3] = 7
    assert list(diff(one, other)) == [
        Difference(("Tempo", 1), "entry", 10, ABSENT),
        Difference(("Tempo", 2), "entry", 20, 21),
        Difference(("Kappa", 3), "entry", ABSENT, 7),
    ]
    assert list(diff(one, other, "Kappa")) == [Difference(("Kappa", 3), "entry", ABSENT, 7)]
    assert list(diff(one, one.copy())) == []


# ------------------------------------------------------------------------------------------------------- command line


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "a.ledger", tmp_path / "b.ledger"
    for number, path in enumerate(paths):
        with eventful_ledger(path) as ledger:
            ledger.submit(SudoSet("tempo", 1, 40 + number)).unwrap()
            ledger.advance_to(ledger.block + 10)
    return paths


def test_bisect_on_the_command_line(pair: tuple[Path, Path]) -> None:
    answer = run("bisect", *pair)
    assert answer.exit_code == 1
    first, _, side, call, *_ = answer.stdout.splitlines()
    assert first.startswith("they diverge at position ")
    assert side == "A:"
    assert "40" in call
    parted = asked("bisect", *pair, exit_code=1)
    assert (parted["parted"], parted["a"]["position"]) == (True, parted["position"])
    assert parted["a"]["args"] != parted["b"]["args"]
    assert parted["difference"] == {"position": parted["position"], "what": "sudo_set/1: value differs", "a": "40", "b": "41"}
    assert f"position {parted['position']}: sudo_set/1: value differs (A has 40, B has 41)" in answer.stdout
    assert asked("bisect", pair[0], pair[0])["parted"] is False
    assert run("bisect", pair[0], pair[0]).stdout.startswith("they do not diverge: both have the same ")


def test_diff_on_the_command_line(pair: tuple[Path, Path]) -> None:
    answer = run("diff", *pair, "--item", "Tempo")
    assert answer.exit_code == 1
    assert answer.output.splitlines()[1] == "Tempo[1]: 40 -> 41"
    assert run("diff", pair[0], pair[0], "--block", 5).exit_code == 0
    assert run("diff", pair[0], "--block", 100, "--item", "BlockNumber").exit_code in (1, 2)
    alone = run("diff", pair[0])
    assert alone.exit_code == 2
    assert "something to compare A with" in alone.stderr
    lost = run("diff", *pair, "--item", "Tempos")
    assert lost.exit_code == 2
    assert "did you mean Tempo?" in lost.stderr
