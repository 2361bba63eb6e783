"""The chain to test against: what its builders make, blocks that pass, forks, and the fixtures in somebody else's tests."""

import os
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import pytest

from neuron_ledger import Ledger, calls
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import HotKeyAlreadyRegisteredInSubNet
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.projections.views.not_there import NotThere
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.oracle import remembered
from neuron_ledger.replay.oracle.accounts import account
from neuron_ledger.replay.oracle.chain import Oracle
from neuron_ledger.replay.oracle.wallets import Wallet
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


def test_the_usual_test_is_short() -> None:
    oracle = Oracle()
    netuid = oracle.begin_subnet(16).netuid
    oracle.set_weights(netuid, "subnet 1: validator 0", {2: 1, 3: 3}).unwrap()
    oracle.mine_to_epoch(netuid)
    assert 0 < oracle.subnet(netuid).neuron(2).incentive < oracle.subnet(netuid).neuron(3).incentive


@both_runtimes
def test_a_subnet_that_is_filled_takes_one_more_by_the_rules(spec_version: int) -> None:
    oracle = Oracle(spec_version=spec_version)
    made = oracle.begin_subnet(5, validators=2)
    assert (len(made.hotkeys), len(made.miners), oracle.subnet(1).n) == (5, 2, 5)
    filled = oracle.fill(1)
    assert oracle.subnet(1).n == oracle.storage.max_allowed_uids[1] == 5 + len(filled)
    assert oracle.fill(1) == ()
    oracle.mine_to_epoch(1, epochs=2)
    uid = oracle.register(1, "one more")
    assert oracle.subnet(1).neuron(uid).hotkey == account("one more")
    assert uid != 0, "the owner is protected"
    assert oracle.storage.owner[account("one more")] == account("one more: coldkey")
    assert oracle.stake(1, "one more", 7) == 7
    with pytest.raises(HotKeyAlreadyRegisteredInSubNet):
        oracle.register(1, account("one more"), "somebody else")
    assert audit(oracle.ledger.log).clean


def test_more_neurons_than_a_subnet_usually_has() -> None:
    assert Oracle().begin_subnet(300, validators=3).netuid == 1


def test_accounts_by_name_address_or_bytes() -> None:
    oracle = Oracle()
    same = {oracle.fund("someone", 5), oracle.fund(account("someone"), 5), oracle.fund(ss58.encode(account("someone")), 5)}
    assert same == {account("someone")}
    with pytest.raises(FieldError, match="coldkey: expected 32 bytes, an SS58 address or a name"):
        oracle.fund(bytes(31))
    with pytest.raises(FieldError, match="coldkey: expected an account"):
        oracle.fund(ss58.encode(bytes(32))[:-1] + "x")
    with pytest.raises(FieldError, match="neurons: expected at least 3"):
        oracle.begin_subnet(2, validators=2)
    with pytest.raises(FieldError, match="epochs: expected at least 1"):
        oracle.mine_to_epoch(1, epochs=0)


def test_wallets_for_clients_are_the_same_each_time() -> None:
    alice = Wallet("Alice")
    assert alice.coldkey.ss58_address == alice.coldkeypub.ss58_address == "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    assert alice.hotkey.ss58_address == Wallet("Alice").unlock_hotkey().ss58_address != Wallet("Bob").hotkey.ss58_address
    assert repr(alice) == f"<Wallet: Alice, hotkey {alice.hotkey.ss58_address}>"


def test_the_past_is_there() -> None:
    oracle = Oracle()
    subnet = oracle.begin_subnet()
    begun = oracle.block
    oracle.register(subnet.netuid, "late")
    oracle.mine(5)
    assert (oracle.at(block=begun - 1).subnet(1).n, oracle.at(block=begun).subnet(1).n, oracle.subnet(1).n) == (4, 5, 5)


def test_an_oracle_over_a_file_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Oracle(path) as oracle:
        oracle.begin_subnet()
        fork = oracle.fork()
        fork.mine(9)
        head, snapshot = oracle.ledger.head, oracle.snapshot()
    with Oracle(str(path)) as again:
        assert again.ledger.head == head
        assert audit(again.ledger.log).clean
    assert fork.block == again.block + 9
    with Oracle(path) as once_more:
        once_more.mine(4)
        once_more.revert(snapshot)
        assert once_more.block == fork.block - 9
    assert Oracle(path).block == fork.block - 5


def test_what_is_remembered_is_what_would_be_decided_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Oracle()
    first.begin_subnet(9, validators=2)
    first.fill(1)
    monkeypatch.setattr(remembered, "_kept", OrderedDict())
    anew = Oracle()
    anew.begin_subnet(9, validators=2)
    anew.fill(1)
    known = Oracle()
    known.begin_subnet(9, validators=2)
    known.fill(1)
    assert {oracle.ledger.head for oracle in (first, anew, known)} == {first.ledger.head}
    assert len({oracle.storage.digest() for oracle in (first, anew, known)}) == 1
    assert audit(known.ledger.log).clean


def test_two_oracles_share_nothing() -> None:
    one, two = Oracle(), Oracle()
    subnet = one.begin_subnet()
    assert (two.netuids(), two.block) == ((), 0)
    two.begin_subnet()
    assert one.ledger.head == two.ledger.head
    before = two.ledger.head, two.storage.digest()
    one.set_weights(subnet.netuid, subnet.validators[0], {2: 1}).unwrap()
    one.register(subnet.netuid, "late")
    one.mine_to_epoch(subnet.netuid)
    assert (two.ledger.head, two.storage.digest()) == before
    assert (one.subnet(1).n, two.subnet(1).n, Oracle().netuids()) == (5, 4, ())


def test_calls_lead_to_the_same_head(tmp_path: Path) -> None:
    oracle = Oracle()
    subnet = oracle.begin_subnet()
    oracle.set_weights(subnet.netuid, subnet.miners[0], {1: 1})
    oracle.mine(3)
    (tmp_path / "calls.jsonl").write_text("\n".join(oracle.calls()) + "\n")
    with Ledger.in_memory() as ledger:
        assert import_calls(ledger, tmp_path / "calls.jsonl").refused == 1
        assert ledger.head == oracle.ledger.head


A_LIFE = """
from neuron_ledger import Oracle
oracle = Oracle()
made = oracle.begin_subnet(16, validators=3)
oracle.set_weights(made.netuid, made.validators[0], {uid: uid * 1000 for uid in range(4, 16)}).unwrap()
oracle.mine_to_epoch(made.netuid, epochs=2)
oracle.register(made.netuid, "late")
print(oracle.ledger.head, oracle.storage.digest().hex())
"""
DIGEST = "0225d226eae7c629306d38ee1419eac50f07cf4c4eccfb2191e63de0937174a1"
"""Of storage after it, on every machine. Only other rules, or another builder, would change it."""


def pythons() -> list[str]:
    """This Python, and the virtual environments of the repository that have others."""
    others = (Path(__file__).parents[3]).glob(".venv-3.1[1-3]/bin/python")
    return [sys.executable, *map(str, sorted(others))]


def test_other_processes_and_pythons_come_to_the_same_digest() -> None:
    seeds = ("0", "1")
    said = {
        subprocess.run(
            [python, "-c", A_LIFE], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for python in pythons()
        for seed in seeds
    }
    assert len(said) == 1
    assert said.pop().split()[1] == DIGEST


def test_the_same_calls_give_the_same_head() -> None:
    heads = set()
    for _ in range(2):
        oracle = Oracle()
        oracle.begin_subnet(name="one")
        oracle.begin_subnet(name="two", validators=2)
        heads.add(str(oracle.ledger.head))
    assert len(heads) == 1
