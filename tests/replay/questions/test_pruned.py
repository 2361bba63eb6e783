"""`explain pruned`: who lost a uid, among whom, and what would have saved it, tried on ledgers of their own."""

import json
from pathlib import Path

import pytest

from neuron_ledger import Ledger, explain
from neuron_ledger.events.calls import ForceRegister, PokePruningScores, SetParam
from neuron_ledger.replay.questions.pruned import NotReplaced, Pruned, pruned
from neuron_ledger.replay.questions.saving import IMMUNITY, REGISTRATION, ROOM, SCORE, Saving
from tests.chain_fixture import account
from tests.cli.cli_fixture import asked, one_line, run
from tests.ledger_fixture import eventful_ledger, open_subnets
from tests.replay.questions.recorded_savings import Outcome, check_history
from tests.replay.recorded_histories import EXACT
from tests.shared_data import recorded_cases

FULL = [(spec_version, folder, kind) for spec_version, folder, kind in EXACT if kind in ("registration", "mixed")]
"""Histories in which neurons are replaced."""


def four_on_a_full_subnet() -> Ledger:
    """uids 0 to 3 registered in blocks 1 to 4, with scores 7, 5, 5, 9; block 10; immunity of 3 blocks."""
    ledger = Ledger.in_memory(spec_version=277)
    open_subnets(ledger, 1)
    for number in range(4):
        ledger.advance_to(number + 1)
        ledger.submit(ForceRegister(1, account(f"hot {number}"), account("cold"))).unwrap()
    ledger.advance_to(10)
    ledger.submit(PokePruningScores(1, (7, 5, 5, 9))).unwrap()
    return ledger


def saved_by(answer: Pruned) -> dict[str, Saving]:
    return {saving.what: saving for saving in answer.savings}


def test_the_neuron_with_the_least_score_goes_and_what_would_have_saved_it() -> None:
    ledger = four_on_a_full_subnet()
    taken = ledger.submit(ForceRegister(1, account("new"), account("other cold"))).unwrap()
    answer = explain.pruned(ledger.log, netuid=1, uid=1)
    assert (answer.hotkey, answer.new_hotkey) == (account("hot 1"), account("new"))
    assert (answer.position, answer.block, answer.call, answer.signer) == (taken.position, 10, "force_register", None)
    assert (answer.goes_by, answer.score, answer.registered, answer.immune_until) == ("pruning score", 5, 2, 5)
    assert [(seat.place.uid, seat.place.pruning_score) for seat in answer.queue] == [(1, 5), (2, 5), (0, 7), (3, 9)]
    assert not answer.was_immune
    saved = saved_by(answer)
    # With 6 it would come behind uid 2, which registered later but has 5.
    assert (saved[SCORE].had, saved[SCORE].needed, saved[SCORE].instead) == (5, 6, 2)
    # At an age of 8 blocks it is immune under a period of 9; of those left uid 0 alone is older.
    assert (saved[IMMUNITY].had, saved[IMMUNITY].needed, saved[IMMUNITY].instead) == (3, 9, 0)
    assert (saved[ROOM].had, saved[ROOM].needed, saved[ROOM].instead) == (4, 5, None)
    assert saved[REGISTRATION].instead is None


def test_where_all_are_immune_no_longer_period_helps() -> None:
    ledger = four_on_a_full_subnet()
    ledger.submit(SetParam("immunity_period", 1, 100)).unwrap()
    ledger.submit(ForceRegister(1, account("new"), account("cold"))).unwrap()
    answer = explain.pruned(ledger.log, netuid=1, hotkey=account("hot 1"))
    assert (answer.was_immune, answer.immune_until) == (True, 102)
    assert not saved_by(answer)[IMMUNITY].saves


def test_where_all_have_the_highest_score_none_would_have_saved_it() -> None:
    ledger = four_on_a_full_subnet()
    ledger.submit(PokePruningScores(1, (65535,) * 4)).unwrap()
    ledger.submit(ForceRegister(1, account("new"), account("cold"))).unwrap()
    saved = saved_by(explain.pruned(ledger.log, netuid=1, uid=0))
    assert (saved[SCORE].had, saved[SCORE].needed, saved[SCORE].saves) == (65535, None, False)


def test_the_latest_replacement_is_meant_or_the_latest_up_to_a_block() -> None:
    ledger = four_on_a_full_subnet()
    ledger.submit(ForceRegister(1, account("new"), account("cold"))).unwrap()
    ledger.advance_to(20)
    ledger.submit(PokePruningScores(1, (7, 1, 5, 9))).unwrap()
    ledger.submit(ForceRegister(1, account("newer"), account("cold"))).unwrap()
    assert pruned(ledger.log, netuid=1, uid=1).hotkey == account("new")
    assert pruned(ledger.log, netuid=1, uid=1, block=19).hotkey == account("hot 1")
    for netuid, uid, block, said in (
        (1, 1, 9, "nobody lost uid 1 of subnet 1 up to block 9"),
        (1, 3, None, "nobody lost uid 3"),
        (1, 9, None, "nobody ever held uid 9"),
        (2, 0, None, "nobody ever held uid 0"),
    ):
        with pytest.raises(NotReplaced, match=said):
            pruned(ledger.log, netuid=netuid, uid=uid, block=block)


@pytest.mark.parametrize(("spec_version", "folder", "kind"), FULL)
def test_what_would_have_saved_it_does(spec_version: int, folder: str, kind: str) -> None:
    """Of one history; `python -m tests.replay.questions.recorded_savings` takes all."""
    outcome = Outcome()
    for case in recorded_cases(kind, folder)[5:6]:
        check_history(spec_version, case, outcome)
    assert outcome.faults == []
    assert outcome.replacements > 0


def test_the_command_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    said = run("explain", "pruned", path, "--netuid", 1, "--uid", 1)
    assert said.exit_code == 0, said.output
    for line in ("uid 1: lost in block", "The queue at that moment: 4 neurons", "What would have saved it", "room for 5 uids"):
        assert line in said.stdout
    answer = asked("explain", "pruned", path, "--netuid", 1, "--uid", 1)
    with Ledger.open(path, read_only=True) as ledger:
        same = pruned(ledger.log, netuid=1, uid=1)
    assert (answer["position"], answer["score"], answer["immune_until"]) == (same.position, same.score, same.immune_until)
    assert [seat["uid"] for seat in answer["queue"]] == [seat.place.uid for seat in same.queue]
    assert {saving["what"]: saving["needed"] for saving in answer["savings"]} == {s.what: s.needed for s in same.savings}
    # Each call is in the form that `submit` takes.
    change = next(saving["calls"][0] for saving in answer["savings"] if saving["what"] == IMMUNITY)
    assert run("submit", path, change["call"], json.dumps(change["args"])).exit_code == 0


def test_wrong_use_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    assert "--uid / --hotkey" in one_line(run("explain", "pruned", path, "--netuid", 1))
    assert "nobody ever held uid 9" in one_line(run("explain", "pruned", path, "--netuid", 1, "--uid", 9))
