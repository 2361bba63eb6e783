"""Sources that are not as they should be: one clear line that names field and value, exit code 2, and an unchanged file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.importers.source import ImportProblem
from tests.chain_fixture import account
from tests.log.snapshots_fixture import address, genesis, metagraph, written

Change = Callable[[Any], Any]


def refused(path: Path, *arguments: object) -> str:
    """The one line that a command ends with; the ledger's file has not changed by a byte."""
    before = path.read_bytes()
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 2, (result.output, result.exception)
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert path.read_bytes() == before
    return result.stderr.removeprefix("error: ").rstrip("\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    Ledger.create(path, spec_version=277).close()
    return path


def nothing_recorded(path: Path, import_source: Callable[[Ledger], object]) -> str:
    """The same through the library: what the error says; log and storage are as they were."""
    with Ledger.open(path) as ledger:
        before = ledger.head, ledger.storage.digest()
        with pytest.raises(ImportProblem) as caught:
            import_source(ledger)
        assert (ledger.head, ledger.storage.digest()) == before
    return str(caught.value)


def stake(value: Any, uid: Any = 0) -> Change:
    """Another stake (and uid) for the hotkey of uid 0."""

    def change(source: Any) -> None:
        source["stakes"][address("poor")][address("hotkey 0")] = [value, uid]

    return change


def balance(who: str, rao: Any) -> Change:
    return lambda source: source["balances"].update({who: rao})


BAD_CHECKSUM = address("rich")[:-1] + ("a" if address("rich")[-1] != "a" else "b")

GENESES = {
    "a float stake": (stake(1.5), ".stake: expected an integer from 0 to 2^64 - 1, got 1.5"),
    "a negative stake": (stake(-1), ".stake: expected an integer from 0 to 2^64 - 1, got -1"),
    "a stake of 2^64": (stake(2**64), f".stake: expected an integer from 0 to 2^64 - 1, got {2**64}"),
    "true for a stake": (stake(True), ".stake: expected an integer from 0 to 2^64 - 1, got True"),
    "text for a stake": (stake("12"), ".stake: expected an integer from 0 to 2^64 - 1, got '12'"),
    "nothing for a stake": (stake(None), ".stake: expected an integer from 0 to 2^64 - 1, got None"),
    "a uid twice": (stake(5, 3), ".uid: expected a uid of its own"),
    "a uid left out": (stake(5, 4), "stakes: expected uids 0 to 3 without a gap, got 'no uid 0'"),
    "a uid of 2^16": (stake(5, 2**16), ".uid: expected an integer from 0 to 2^16 - 1, got 65536"),
    "digits without end for a stake": (stake("9" * 5000), ".stake: expected an integer from 0 to 2^64 - 1, got '999"),
    "not a number for a stake": (stake(float("nan")), ".stake: expected an integer from 0 to 2^64 - 1, got NaN"),
    "a pair of three": (
        lambda source: source["stakes"][address("poor")].update({address("hotkey 0"): [1, 0, 0]}),
        "expected [stake in rao, uid], got [1, 0, 0]",
    ),
    "a hotkey under two coldkeys": (
        lambda source: source["stakes"][address("rich")].update({address("hotkey 0"): [1, 4]}),
        "expected a hotkey under one coldkey",
    ),
    "a balance below 0": (balance(address("rich"), -5), "expected an integer from 0 to 2^64 - 1, got -5"),
    "a wrong checksum": (balance(BAD_CHECKSUM, 5), "balances: expected an account (bad SS58 checksum: mistyped or cut)"),
    "no account at all": (
        balance("somebody", 5),
        "expected an account (an SS58 address of a 32-byte account holds 35 bytes, this one 6)",
    ),
    "an account twice, in two forms": (
        balance(account("rich").hex(), 5),
        "expected every account once, got '1 stand twice'",
    ),
    "an unknown key": (lambda source: source.update({"neurons": []}), "snapshot.neurons: expected one of balances, stakes"),
    "no balances": (lambda source: source.pop("balances"), "snapshot.balances: expected this field, got nothing"),
    "a list of stakes": (lambda source: source.update({"stakes": []}), "stakes: expected an object, got []"),
    "a list of hotkeys": (
        lambda source: source["stakes"].update({address("third"): []}),
        f"stakes.{address('third')}: expected an object, got []",
    ),
    "more than there can be": (balance(address("third"), 2**64 - 1), "below 2^64"),
}


@pytest.mark.parametrize("case", GENESES)
def test_a_genesis_that_is_not_one(path: Path, tmp_path: Path, case: str) -> None:
    change, said = GENESES[case]
    source = genesis()
    change(source)
    file = written(tmp_path, source)
    message = refused(path, "import", "genesis", path, file)
    assert message.startswith(f"{file}: ")
    assert said in message
    assert nothing_recorded(path, lambda ledger: import_genesis(ledger, file)) == message


def first(field: str, value: Any) -> Change:
    """Another value for uid 0 in a vector."""

    def change(source: Any) -> None:
        source[field][0] = value

    return change


METAGRAPHS = {
    "a float stake": (first("alpha_stake", 1.5), "alpha_stake[0]: expected an integer from 0 to 2^64 - 1, got 1.5"),
    "a negative stake": (first("tao_stake", -1), "tao_stake[0]: expected an integer from 0 to 2^64 - 1, got -1"),
    "a stake of 2^64": (first("alpha_stake", 2**64), "alpha_stake[0]: expected an integer from 0 to 2^64 - 1"),
    "an incentive of 2^16": (first("incentives", 2**16), "incentives[0]: expected an integer from 0 to 2^16 - 1, got 65536"),
    "a number for a flag": (first("active", 1), "active[0]: expected true or false, got 1"),
    "true for a number": (first("rank", True), "rank[0]: expected an integer from 0 to 2^16 - 1, got True"),
    "a hotkey twice": (
        lambda source: source["hotkeys"].__setitem__(2, source["hotkeys"][1]),
        "hotkeys[2]: expected a hotkey of its own (uid 1 has it)",
    ),
    "a hotkey of 31 bytes": (first("hotkeys", [0] * 31), "hotkeys[0]: expected an account as a list of 32 bytes"),
    "a number for an account": (
        lambda source: source.update({"owner_hotkey": 2**64}),
        "owner_hotkey: expected an account as a list of 32 bytes, got 18446744073709551616",
    ),
    "true for a byte": (first("hotkeys", [True] * 32), "hotkeys[0]: expected an account as a list of 32 bytes"),
    "a byte of 256": (first("coldkeys", [256] * 32), "coldkeys[0]: expected an account as a list of 32 bytes"),
    "a vector too short": (lambda source: source["trust"].pop(), "trust: expected 5 values (num_uids), got 4 values"),
    "a uid left out": (lambda source: source["hotkeys"].pop(), "hotkeys: expected 5 values (num_uids), got 4 values"),
    "an endpoint left out": (lambda source: source["axons"].pop(), "axons: expected 5 values (num_uids), got 4 values"),
    "an endpoint with a stranger": (
        lambda source: source["axons"][3].update({"port6": 1}),
        "axons[3].port6: expected a field of an endpoint (block, version, ",
    ),
    "a port of 2^16": (lambda source: source["axons"][3].update({"port": 65536}), "axons[3]"),
    "an unknown key": (
        lambda source: source.update({"weights": []}),
        "metagraph.weights: expected a known key; did you mean weights_version?, got []",
    ),
    "a missing key": (lambda source: source.pop("coldkeys"), "metagraph.coldkeys: expected this field, got nothing"),
    "the root network": (
        lambda source: source.update({"netuid": 0}),
        "netuid: expected a subnet other than the root network, got 0",
    ),
    "a netuid of text": (
        lambda source: source.update({"netuid": "9"}),
        "netuid: expected an integer from 0 to 2^16 - 1, got '9'",
    ),
    "a negative block": (lambda source: source.update({"block": -1}), "block: expected an integer from 0 to 2^64 - 1, got -1"),
    "dividends that are no list": (
        lambda source: source.update({"tao_dividends_per_hotkey": 5}),
        "tao_dividends_per_hotkey: expected a list, got 5",
    ),
}


@pytest.mark.parametrize("case", METAGRAPHS)
def test_a_metagraph_that_is_not_one(path: Path, tmp_path: Path, case: str) -> None:
    change, said = METAGRAPHS[case]
    source = metagraph()
    change(source)
    file = written(tmp_path, source)
    message = refused(path, "import", "metagraph", path, file)
    assert message.startswith(f"{file}: ")
    assert said in message
    assert nothing_recorded(path, lambda ledger: import_metagraph(ledger, file)) == message


def test_what_comes_too_late(path: Path, tmp_path: Path) -> None:
    file = written(tmp_path, metagraph())
    assert CliRunner().invoke(main, ["import", "metagraph", str(path), str(file)]).exit_code == 0
    older = written(tmp_path, metagraph(netuid=10, block=999), "older.json")
    assert "block: expected a block from 1000 on" in refused(path, "import", "metagraph", path, older)
    start = written(tmp_path, genesis(), "genesis.json")
    assert "import a genesis into a new ledger" in refused(path, "import", "genesis", path, start)


def test_more_tao_than_there_can_be(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path) as ledger:
        import_metagraph(ledger, written(tmp_path, metagraph(netuid=4)))
    file = written(tmp_path, {**metagraph(), "tao_in": 2**64 - 1})
    assert "tao_in: expected an amount with which TotalStake stays from 0 to 2^64 - 1" in refused(
        path, "import", "metagraph", path, file
    )


FILES = {
    "empty": ("", "the file is empty"),
    "blank": (" \n", "the file is empty"),
    "truncated": (json.dumps(genesis())[:-7], "not readable as JSON"),
    "no JSON": ("stakes: {}", "not readable as JSON"),
    "a key twice": ('{"stakes": {}, "balances": {}, "stakes": {}}', "the key 'stakes' occurs twice"),
    "too deep": ("[" * 100_000, "not readable as JSON"),
    "a list": ("[]", "expected an object, got []"),
    "null": ("null", "expected an object, got None"),
}


def test_what_would_break_the_line_is_escaped(path: Path, tmp_path: Path) -> None:
    source = genesis() | {"two\nlines \x1b[31m \ud800": 1}
    message = refused(path, "import", "genesis", path, written(tmp_path, source))
    assert message.endswith("snapshot.two\\nlines \\x1b[31m \\ud800: expected one of balances, stakes, got 1")


@pytest.mark.parametrize("kind", ["genesis", "metagraph"])
@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_snapshot(path: Path, tmp_path: Path, kind: str, case: str) -> None:
    text, said = FILES[case]
    assert said in refused(path, "import", kind, path, written(tmp_path, text))


@pytest.mark.parametrize("kind", ["genesis", "metagraph", "calls"])
def test_a_file_that_cannot_be_read(path: Path, tmp_path: Path, kind: str) -> None:
    assert "cannot be read" in refused(path, "import", kind, path, tmp_path / "nowhere.json")
    assert "cannot be read" in refused(path, "import", kind, path, tmp_path)
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(b"\x1f\x8b\x08\x00broken")
    assert "cannot be read" in refused(path, "import", kind, path, broken)


ARGS = {"netuid": 1, "hotkey": address("hotkey 0")}
A_CALL: dict[str, Any] = {"block": 1, "signer": address("rich"), "call": "burned_register", "args": ARGS}

LINES: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "line: expected a call as JSON"),
    "a list": ([], "line: expected an object with block, call and args, got []"),
    "a key twice": ('{"block": 1, "block": 2, "call": "create_root_network", "args": {}}', "the key 'block' occurs twice"),
    "an unknown key": ({**A_CALL, "nonce": 1}, "nonce: expected one of block, signer, call, args, got 1"),
    "no block": ({name: A_CALL[name] for name in ("call", "args")}, "block: expected this field"),
    "a block of text": ({**A_CALL, "block": "1"}, "block: expected an integer from 0 to 2^64 - 1, got '1'"),
    "a float block": ({**A_CALL, "block": 1.0}, "block: expected an integer from 0 to 2^64 - 1, got 1.0"),
    "a block that is past": ({**A_CALL, "block": 0}, "block: expected a block from 1 on, the ledger's current one, got 0"),
    "a signer that is none": ({**A_CALL, "signer": BAD_CHECKSUM}, "signer: expected an account (bad SS58 checksum"),
    "an unknown call": ({**A_CALL, "call": "burn_register"}, "did you mean burned_register?, got 'burn_register'"),
    "a call of a number": ({**A_CALL, "call": 7}, "call: expected the name of a call, got 7"),
    "an observation": ({**A_CALL, "call": "observe"}, "call: expected a call that a list can express"),
    "args of a list": ({**A_CALL, "args": []}, "args: expected an object, got []"),
    "an unknown argument": (
        {**A_CALL, "args": {**ARGS, "take": 1}},
        "args.take: expected a field of burned_register",
    ),
    "an argument left out": ({**A_CALL, "args": {"netuid": 1}}, "args.hotkey: expected this field of burned_register"),
    "true for a netuid": (
        {**A_CALL, "args": {**ARGS, "netuid": True}},
        "args.netuid: expected an integer from 0 to 2^16 - 1, got True",
    ),
    "a netuid of 2^16": (
        {**A_CALL, "args": {**ARGS, "netuid": 65536}},
        "args.netuid: expected an integer from 0 to 2^16 - 1, got 65536",
    ),
    "a float amount": (
        {**A_CALL, "call": "add_stake", "args": {**ARGS, "amount_staked": 1.5}},
        "args.amount_staked: expected an integer from 0 to 2^64 - 1, got 1.5",
    ),
    "a parameter beyond its range": (
        {"block": 1, "call": "sudo_set_tempo", "args": {"netuid": 1, "tempo": 65536}},
        "args.tempo: expected an integer from 0 to 2^16 - 1, got 65536",
    ),
    "a parameter under another name": (
        {"block": 1, "call": "sudo_set_tempo", "args": {"netuid": 1, "value": 5}},
        "args.value: expected the fields netuid, tempo, got 5",
    ),
    "a number for a flag": (
        {"block": 1, "call": "sudo_set_network_registration_allowed", "args": {"netuid": 1, "registration_allowed": 1}},
        "args.registration_allowed: expected true or false, got 1",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_a_list_with_a_line_that_is_no_call_is_refused_whole(path: Path, tmp_path: Path, case: str) -> None:
    """The bad line is the third; the two before it are not recorded either."""
    line, said = LINES[case]
    good = json.dumps(A_CALL)
    text = "\n".join((good, good, line if isinstance(line, str) else json.dumps(line), good)) + "\n"
    file = written(tmp_path, text, "calls.jsonl")
    message = refused(path, "import", "calls", path, file)
    assert message.startswith(f"{file}: line 3: ")
    assert said in message
    assert nothing_recorded(path, lambda ledger: import_calls(ledger, file)) == message


def test_a_list_without_calls(path: Path, tmp_path: Path) -> None:
    for text in ("", "\n\n"):
        assert "holds no calls" in refused(path, "import", "calls", path, written(tmp_path, text, "calls.jsonl"))


def test_a_call_for_a_subnet_that_is_not_there_is_recorded_as_refused(path: Path, tmp_path: Path) -> None:
    """That is no bad input: the chain refuses it by name, and a ledger records that."""
    done = CliRunner().invoke(
        main, ["import", "calls", str(path), str(written(tmp_path, json.dumps(A_CALL) + "\n", "calls.jsonl"))]
    )
    assert (done.exit_code, done.stdout.partition(";")[0]) == (0, "1 call submitted, 1 of them refused")
    with Ledger.open(path, read_only=True) as ledger:
        assert [entry.tag for entry in ledger.log.read()][-2:] == ["burned_register/1", "ExtrinsicFailed/1"]
    arguments = ("submit", path, "burned_register", json.dumps(ARGS), "--signer", A_CALL["signer"])
    one = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert one.exit_code == 1
    assert "SubNetworkDoesNotExist" in one.stderr
