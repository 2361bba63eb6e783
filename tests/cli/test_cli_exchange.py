"""Neurons talk, on the command line: serve, ask, log, and the answers behind a weight."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.calls import ServeAxon, SetParam, SetWeights
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.recording import observe_exchanges
from tests.cli.cli_fixture import asked, one_line, run
from tests.replay.exchange.exchange_fixture import MINER, NETUID, VALIDATOR, exchange, hotkey, subnet_ledger


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a ledger with a validator on uid 1 and a miner on uid 2."""
    path = tmp_path_factory.mktemp("chain") / "chain.ledger"
    with Ledger.create(path) as ledger:
        subnet_ledger(ledger)
    return path.read_bytes()


@pytest.fixture
def path(chain: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    path.write_bytes(chain)
    return path


@contextmanager
def serving(*arguments: object, cwd: Path) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    command = [
        sys.executable,
        "-m",
        "neuron_ledger.replay.cli",
        "exchange",
        "serve",
        "--port",
        "0",
        "--json",
        *map(str, arguments),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd) as process:
        assert process.stdout is not None
        said = ""
        while not said.endswith("}\n"):
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            said += line
        yield json.loads(said), process
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_serve_ask_and_log(path: Path, tmp_path: Path) -> None:
    (tmp_path / "miner.py").write_text(
        "from neuron_ledger.replay.exchange.synapse import Synapse\n"
        "class Add(Synapse):\n    a: int\n    b: int = 1\n    total: int | None = None\n"
        "def add(synapse: Add) -> Add:\n    synapse.total = synapse.a + synapse.b\n    return synapse\n"
    )
    with serving("miner:add", "--key", "//Mia", "--ledger", path, "--netuid", NETUID, "--permit", cwd=tmp_path) as (where, _):
        assert where["synapses"] == ["Synapse", "Add"]
        address = f"127.0.0.1:{where['port']}"
        to = ("exchange", "ask", address, "--hotkey", where["hotkey"], "--synapse", "Add", "--field", "a=2", "--field", "b=40")
        (answer,) = asked(*to, "--key", "//Vera")
        assert (answer["status"], answer["fields"]["total"]) == (200, 42)
        assert "total    42" in run(*to, "--key", "//Vera").stdout
        refused = asked(*to, "--key", "//Stranger", exit_code=1)
        assert refused[0]["message"] == "Forbidden. Key is blacklisted: hotkey is not registered."
    found = asked("exchange", "log", path)
    assert [(one["synapse"], one["status"], one["dendrite_uid"], one["axon_uid"]) for one in found] == [("Add", 200, 1, 2)] * 2
    assert asked("exchange", "log", path, "--status", "403") == []
    assert "answered 2" in run("exchange", "log", path, "--dendrite", VALIDATOR.ss58_address).stdout
    assert run("exchange", "log", path, "--axon", VALIDATOR.ss58_address).stdout == "Exchanges: none recorded\n"
    assert run("audit", path).stdout.startswith("clean: ")
    assert "2 signatures right" in run("audit", path).stdout


def test_who_is_announced_in_a_ledger_is_asked_and_it_is_recorded(path: Path, tmp_path: Path) -> None:
    with serving("--key", "//Mia", cwd=tmp_path) as (where, _):
        with Ledger.open(path) as ledger:
            ledger.submit(ServeAxon(NETUID, 1, 0, where["port"], 4, 4, 0, 0), hotkey(MINER)).unwrap()
        at = (
            "exchange",
            "ask",
            "--ledger",
            path,
            "--netuid",
            NETUID,
            "--key",
            "//Vera",
            "--field",
            "text=hello",
            "--hashed",
            "text",
        )
        (answer,) = asked(*at, "--record")
        assert (answer["uid"], answer["status"], answer["fields"]["reply"]) == (2, 200, "HELLO")
        assert "--uid: expected uids with an announced Axon" in one_line(run(*at, "--uid", 1))
    assert [one["seen_by"] for one in asked("exchange", "log", path)] == ["dendrite"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--key", "no such key"), "key: expected a secret URI or a mnemonic"),
        (("serve", "nothing", "--key", "//A"), "FUNCTIONS: expected module:function"),
        (("serve", "no_such_module:f", "--key", "//A"), "FUNCTIONS: expected module:function"),
        (("serve", "json:dumps", "--key", "//A"), "forward: expected a function whose first parameter"),
        (("serve", "--node", "ws://127.0.0.1:1", "--key", "//A"), "--netuid: expected the subnet"),
        (("ask", "--key", "//A"), "IP:PORT / --ledger and --netuid"),
        (("ask", "127.0.0.1:5", "--key", "//A"), "IP:PORT: expected an address with its port, and --hotkey"),
        (("ask", "a:5", "--hotkey", "x", "--key", "//A", "--field", "text"), "--field: expected NAME=VALUE"),
        (("ask", "a:5", "--hotkey", "x", "--key", "//A", "--field", "axon=1"), "--field: expected a field of the synapse's own"),
        (("ask", "a:5", "--hotkey", "x", "--key", "//A", "--hashed", "b"), "--hashed: expected one of the fields"),
        (("ask", "a:5", "--hotkey", "x", "--key", "//A", "--synapse", "../a"), "--synapse: expected the name of a synapse"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], said: str) -> None:
    assert said in one_line(run("exchange", *arguments))


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("pydantic", "neuron_ledger.replay.exchange."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pydantic", None)
    said = one_line(run("exchange", "serve", "--key", "//A"))
    assert (
        said == "error: pydantic is not installed; exchanges need the extra `exchange`: pip install 'neuron-ledger[exchange]'\n"
    )


def weigh(ledger: Ledger, **weights: int) -> None:
    uids = tuple(int(name[1:]) for name in weights)
    ledger.submit(SetWeights(NETUID, uids, tuple(weights.values()), 0), hotkey(VALIDATOR)).unwrap()


def test_the_answers_behind_a_weight(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.submit(SetParam("min_allowed_weights", NETUID, 1)).unwrap()
        observe_exchanges(ledger, NETUID, [exchange(0), exchange(1, status=408, response_hash=None)], "one")
        weigh(ledger, u2=3, u0=1)
        ledger.advance_to(ledger.block + 1)
        observe_exchanges(ledger, NETUID, [exchange(2)], "one")
        weigh(ledger, u0=1)
        observe_exchanges(ledger, NETUID, [exchange(3), exchange(4)], "one")
        block = ledger.block
    about = ("explain", "weight", path, "--netuid", NETUID, "--validator", 1, "--miner", 2)
    first = asked(*about, "--block", block - 1)
    assert (first["weight"], first["of"], first["call"], first["since"]) == (65535, 65535 + 21845, "set_weights", 0)
    assert [one["status"] for one in first["behind"]] == [200, 408]
    assert len(first["unfollowed"]) == 2
    last = asked(*about)
    assert (last["weight"], last["since"], len(last["behind"])) == (None, first["position"], 1)
    told = run(*about, "--block", block - 1).stdout
    assert "gives uid 2" in told
    assert "The exchanges behind it: asked 2, answered 1, status 408 1, median process time, microseconds 1,234" in told
    assert "Asked since; no weight followed yet: asked 2, answered 2" in told
    assert "uid 2 (5" in run("explain", "weight", path, "--netuid", NETUID, "--validator", 1, "--unfollowed").stdout
    without = asked("explain", "weight", path, "--netuid", NETUID, "--validator", 1, "--unfollowed")
    assert [(one["uid"], one["exchanges"]) for one in without] == [(2, 3)]


def test_weights_that_nobody_set(path: Path) -> None:
    at = ("explain", "weight", path, "--netuid", NETUID)
    assert "uid 1 of subnet 1 set no weights" in one_line(run(*at, "--validator", 1, "--miner", 2))
    assert "nobody holds uid 77" in one_line(run(*at, "--validator", 77, "--unfollowed"))
    assert "--miner / --unfollowed" in one_line(run(*at, "--validator", 1))
    with Ledger.open(path) as ledger:
        weigh(ledger, u2=1)
    assert "nobody held uid 9" in one_line(run(*at, "--validator", 1, "--miner", 9))
