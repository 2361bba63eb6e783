"""The chain to test against: what its builders make, blocks that pass, forks, and the fixtures in somebody else's tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from neuron_ledger import Ledger, calls
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.projections.views.chain_view import NotThere
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.oracle.oracle import Oracle, account
from neuron_ledger.replay.proof.audit import audit

both_runtimes = pytest.mark.parametrize("spec_version", [277, 424])


@both_runtimes
def test_the_better_miner_earns_more(spec_version: int) -> None:
    oracle = Oracle(spec_version=spec_version)
    subnet = oracle.begin_subnet(miners=2)
    oracle.submit(calls.SetWeights(subnet.netuid, (2, 3), (1, 3), 0), subnet.validators[0]).unwrap()
    oracle.mine_to_epoch(subnet.netuid)
    neurons = oracle.subnet(subnet.netuid).neurons()
    assert [neuron.hotkey for neuron in neurons] == [subnet.owner, *subnet.validators, *subnet.miners]
    assert 0 < neurons[2].incentive < neurons[3].incentive
    assert [neuron.validator_permit for neuron in neurons[1:]] == [True, False, False]
    assert audit(oracle.ledger.log).clean


@both_runtimes
def test_the_rules_refuse_as_the_chain_does(spec_version: int) -> None:
    oracle = Oracle(spec_version=spec_version)
    subnet = oracle.begin_subnet(validators=2, miners=1)
    weights = calls.SetWeights(subnet.netuid, (0, 1), (1, 1), 0)
    assert oracle.submit(weights, subnet.miners[0]).error is not None
    assert oracle.submit(weights, account("a stranger")).error is not None
    assert all(oracle.submit(weights, validator).ok for validator in subnet.validators)


def test_an_epoch_is_where_mining_ends() -> None:
    oracle = Oracle()
    subnet = oracle.begin_subnet()
    ends = []
    for _ in range(3):
        receipt = oracle.mine_to_epoch(subnet.netuid)
        assert sum(type(event).__name__ == "EpochCompleted" for event in receipt.events) == 1
        ends.append(oracle.block)
    assert ends[1] - ends[0] == ends[2] - ends[1]
    with pytest.raises(NotThere, match="netuid: subnet 77 has no epoch ahead"):
        oracle.mine_to_epoch(77)


def test_forks_know_nothing_of_each_other() -> None:
    oracle = Oracle()
    oracle.fund(account("a"), 10**9)
    head = oracle.ledger.head
    fork = oracle.fork()
    assert fork.ledger.head == head
    fork.fund(account("a"), 5 * 10**9)
    oracle.mine(3)
    assert (fork.block, oracle.block) == (0, 3)
    assert (fork.storage.balances[account("a")], oracle.storage.balances[account("a")]) == (5 * 10**9, 10**9)


def test_what_was_submitted_after_a_snapshot_can_be_undone_again_and_again() -> None:
    oracle = Oracle()
    oracle.fund(account("a"), 10**9)
    snapshot, head = oracle.snapshot(), oracle.ledger.head
    for blocks in (2, 5):
        oracle.mine(blocks)
        assert oracle.block == blocks
        oracle.revert(snapshot)
        assert (oracle.block, oracle.ledger.head) == (0, head)
    with oracle.ledger.batch(), pytest.raises(LogError, match="a transaction is open"):
        oracle.fork()


def test_the_same_calls_give_the_same_head() -> None:
    heads = set()
    for _ in range(2):
        oracle = Oracle()
        oracle.begin_subnet(name="one")
        oracle.begin_subnet(name="two", validators=2)
        heads.add(str(oracle.ledger.head))
    assert len(heads) == 1


SOMEBODYS_TESTS = """
from neuron_ledger import calls

def test_that_holds(oracle, subnet):
    assert oracle.subnet(subnet.netuid).n == 4

def test_of_its_own(oracle):
    assert oracle.netuids() == ()

def test_that_fails(oracle, subnet):
    oracle.submit(calls.SetWeights(subnet.netuid, (2,), (1,), 0), subnet.miners[0])
    assert False

def test_over_the_wire(node):
    assert node.url.startswith("ws://127.0.0.1:")
"""


def test_fixtures_in_somebody_elses_tests(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(SOMEBODYS_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_theirs.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 3 passed" in done.stdout, done.stdout + done.stderr
    shown = done.stdout.partition("the calls that led here")[2].partition("\n")[2].partition("short test summary")[0]
    lines = [line for line in shown.splitlines() if line.startswith("{")]
    with Ledger.in_memory() as ledger:
        (tmp_path / "calls.jsonl").write_text("\n".join(lines) + "\n")
        import_calls(ledger, tmp_path / "calls.jsonl")
        assert ledger.subnet(1).n == 4
