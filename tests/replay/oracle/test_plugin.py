"""The fixtures in somebody else's tests, run as theirs: in a folder of their own, by pytest's command line."""

import json
import re
import subprocess
import sys
from pathlib import Path

from neuron_ledger import Ledger
from neuron_ledger.replay.importers.call_list import import_calls

SOMEBODYS_TESTS = """
import json
import urllib.request
import pytest
from neuron_ledger import calls

def asked(node, method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    request = urllib.request.Request(node.replace("ws://", "http://"), body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))["result"]

def head(oracle):
    print("HEAD", oracle.ledger.head)

def test_that_holds(oracle, subnet):
    assert oracle.subnet(subnet.netuid).n == 4

def test_of_its_own(oracle):
    assert oracle.netuids() == ()

def test_that_fails(oracle, subnet):
    assert oracle.set_weights(subnet.netuid, subnet.miners[0], {99: 1}).error
    head(oracle)
    assert False

def test_that_fails_after_many_calls(oracle, subnet):
    oracle.fill(subnet.netuid)
    head(oracle)
    assert False

def test_over_the_wire(node):
    assert node.url == node
    assert node.startswith("ws://127.0.0.1:")
    assert asked(node, "chain_getHeader")["number"] == "0x0"

def test_what_an_oracle_does_a_client_sees(node, oracle, subnet):
    header = asked(node, "chain_getHeader")
    assert header["number"] == hex(oracle.block)
    assert header["parentHash"] == asked(node, "chain_getBlockHash", oracle.block - 1)
    oracle.mine(3)
    assert asked(node, "chain_getHeader")["number"] == hex(oracle.block)
    asked(node, "dev_newBlock", 2)
    assert asked(node, "chain_getHeader")["number"] == hex(oracle.block)
    snapshot, block = oracle.snapshot(), oracle.block
    assert asked(node, "dev_toEpoch", subnet.netuid)
    oracle.revert(snapshot)
    assert asked(node, "chain_getHeader")["number"] == hex(block)

def test_the_subnet_may_come_first(subnet, node, oracle):
    assert asked(node, "chain_getHeader")["number"] == hex(oracle.block)
    assert max(oracle.storage.balances.values()) >= 10**15

@pytest.mark.node("session")
@pytest.mark.parametrize("number", [1, 2])
def test_of_a_session(node, oracle, subnet, number, seen=[]):
    seen.append(str(node))
    assert subnet.netuid == number
    assert set(seen) == {str(node)}
    assert asked(node, "chain_getHeader")["number"] == hex(oracle.block)

def test_beside_a_session(oracle):
    assert oracle.netuids() == ()

@pytest.mark.node("module")
def test_of_a_scope_that_there_is_not(node):
    pass
"""


def replayed(folder: Path, calls: str) -> str:
    """The head that a call list leads to."""
    (folder / "calls.jsonl").write_text(calls)
    with Ledger.in_memory() as ledger:
        import_calls(ledger, folder / "calls.jsonl")
        return str(ledger.head)


def test_fixtures_in_somebody_elses_tests(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(SOMEBODYS_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", "test_theirs.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "2 failed, 8 passed, 1 error" in done.stdout, done.stdout + done.stderr
    assert 'expected pytest.mark.node("session") or ("function"), got [\'module\']' in done.stdout
    short, long = done.stdout.partition("short test summary")[0].split("the calls that led here (neuron-ledger init ")[1:]
    assert short.startswith("chain.ledger --spec-version 424; ")
    heads = re.findall(r"^HEAD (.*)$", done.stdout, re.MULTILINE)
    lines = [line for line in short.splitlines() if line.startswith("{")]
    assert json.loads(lines[-1])["call"] == "set_weights"
    assert replayed(tmp_path, "\n".join(lines) + "\n") == heads[0]
    (file,) = re.findall(r"… all (\d+) are in (.*\.calls\.jsonl); the last 200:", long)
    assert int(file[0]) > 200
    assert replayed(tmp_path, Path(file[1]).read_text()) == heads[1]
    Path(file[1]).unlink()
