"""Bad input: one readable line that names field and value, exit code 2, and a file that stays as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from events.ss58 import encode as ss58
from ledger.log import Log
from replay.cli import main
from tests import snapshots_fixture as own
from tests.ledger_fixture import eventful_ledger

FIRST = ss58(own.HOTKEYS[0])
COLD = ss58(own.COLDKEYS[0])

Change = Callable[[dict[str, Any]], Any]


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def assert_refused(ran: Result, *named: str) -> None:
    assert isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == 2, ran.output
    assert ran.stdout == ""
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert len(ran.stderr) < 700, ran.stderr
    for text in named:
        assert text in ran.stderr, ran.stderr


def put(*path: Any, value: Any) -> Change:
    """The change that puts a value at a place inside the content."""

    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value

    return change


def without(name: str) -> Change:
    return lambda content: content.pop(name)


SEAT = ("stakes", COLD, FIRST)

GENESIS_TABLE: list[tuple[str, Change, tuple[str, ...]]] = [
    ("duplicate uid", put(*SEAT, value=[5, 3]), (".uid", "a uid of its own", "3")),
    ("uid gap", put(*SEAT, value=[5, 9]), ("without a gap", "no uid 0")),
    ("uid beyond u16", put(*SEAT, value=[5, 65536]), (".uid", "65536")),
    ("float stake", put(*SEAT, value=[1.5, 0]), (f"stakes.{COLD}.{FIRST}.stake", "1.5")),
    ("negative stake", put(*SEAT, value=[-1, 0]), (".stake", "-1")),
    ("stake of 2^64", put(*SEAT, value=[2**64, 0]), (".stake", str(2**64))),
    ("bool for a stake", put(*SEAT, value=[True, 0]), (".stake", "True")),
    ("bool for a uid", put(*SEAT, value=[5, False]), (".uid", "False")),
    ("text for a stake", put(*SEAT, value=["much", 0]), (".stake", "much")),
    ("one value for a seat", put(*SEAT, value=[5]), ("[stake in rao, uid]", "[5]")),
    ("object for a seat", put(*SEAT, value={"stake": 5}), ("[stake in rao, uid]",)),
    ("stakes as a list", put("stakes", value=[]), ("stakes", "an object", "[]")),
    ("hotkeys as a list", put("stakes", COLD, value=[FIRST]), (f"stakes.{COLD}", "an object")),
    ("bad hotkey", put("stakes", COLD, FIRST[:-1] + "1", value=[1, 4]), (f"stakes.{COLD}", FIRST[:-1] + "1")),
    ("bad coldkey", put("stakes", "5Nobody", value={}), ("stakes", "5Nobody")),
    ("hotkey of two coldkeys", put("stakes", ss58(own.COLDKEYS[1]), FIRST, value=[1, 4]), ("one coldkey", FIRST)),
    ("bad balance account", put("balances", "5Nobody", value=1), ("balances", "5Nobody")),
    ("float balance", put("balances", COLD, value=0.5), (f"balances.{COLD}", "0.5")),
    ("negative balance", put("balances", COLD, value=-7), (f"balances.{COLD}", "-7")),
    ("balance of 2^64", put("balances", COLD, value=2**64), (f"balances.{COLD}", str(2**64))),
    ("account twice", put("balances", own.COLDKEYS[0].hex(), value=1), ("balances", "every account once")),
    ("issuance of 2^64", put("balances", COLD, value=2**64 - 1), ("below 2^64",)),
    ("unknown key", put("extra", value=1), ("snapshot.extra", "1")),
    ("missing key", without("balances"), ("balances",)),
]

METAGRAPH_TABLE: list[tuple[str, Change, tuple[str, ...]]] = [
    ("duplicate hotkey", put("hotkeys", 3, value=[list(own.HOTKEYS[0])]), ("hotkeys[3]", "uid 0 has it", FIRST)),
    ("short account", put("hotkeys", 1, value=[[1, 2]]), ("hotkeys[1]", "32 bytes", "[1, 2]")),
    ("account as text", put("coldkeys", 1, value=COLD), ("coldkeys[1]", "32 bytes", COLD)),
    ("byte of 256", put("owner_hotkey", value=[[256] * 32]), ("owner_hotkey", "32 bytes")),
    ("a uid less", put("hotkeys", value=[[list(key)] for key in own.HOTKEYS[:3]]), ("hotkeys", "4 accounts", "3 accounts")),
    ("vector too long", put("rank", value=[0] * 5), ("rank", "4 values", "5 values")),
    ("blocks too few", put("block_at_registration", value=[1]), ("block_at_registration", "4 values", "1 values")),
    ("axons too few", put("axons", value=[]), ("axons", "4 endpoints")),
    ("float in a vector", put("trust", 2, value=0.5), ("trust[2]", "0.5")),
    ("negative in a vector", put("rank", 2, value=-1), ("rank[2]", "-1")),
    ("u16 too large", put("dividends", 2, value=65536), ("dividends[2]", "65536")),
    ("bool in a vector", put("last_update", 0, value=True), ("last_update[0]", "True")),
    ("int for a flag", put("active", 0, value=1), ("active[0]", "1")),
    ("float stake", put("alpha_stake", 1, value=1.5), ("alpha_stake[1]", "1.5")),
    ("negative stake", put("tao_stake", 1, value=-1), ("tao_stake[1]", "-1")),
    ("stake of 2^64", put("alpha_stake", 1, value=2**64), ("alpha_stake[1]", str(2**64))),
    ("stakes too few", put("tao_stake", value=[]), ("tao_stake", "4 values", "0 values")),
    ("root stake sum of 2^64", put("tao_stake", value=[2**64 - 1, 1, 0, 0]), ("tao_stake", "2^64")),
    ("dividends as a number", put("alpha_dividends_per_hotkey", value=5), ("alpha_dividends_per_hotkey", "5")),
    ("dividend alone", put("alpha_dividends_per_hotkey", 0, value=[1]), ("alpha_dividends_per_hotkey[0]", "[1]")),
    ("u16 setting too large", put("tempo", value=65536), ("tempo", "65536")),
    ("text for a setting", put("burn", value="cheap"), ("burn", "cheap")),
    ("bool for a setting", put("tempo", value=True), ("tempo", "True")),
    ("int for a switch", put("registration_allowed", value=1), ("registration_allowed", "1")),
    ("root network", put("netuid", value=0), ("netuid", "0")),
    ("bad netuid", put("netuid", value=-3), ("netuid", "-3")),
    ("bad price", put("moving_price", value=3), ("moving_price", "an object", "3")),
    ("symbol beyond a byte", put("symbol", value=[300]), ("symbol", "300")),
    ("bad axon", put("axons", 0, "port", value=70000), ("axons[0]", "70000")),
    ("axon's unknown key", put("axons", 0, "colour", value=1), ("axons[0].colour",)),
    ("unknown key", put("extra", value=1), ("metagraph.extra", "1")),
    ("missing key", without("kappa"), ("kappa",)),
]

GOOD_CALL = {"block": 300, "signer": None, "call": "force_set_balance", "args": {"who": COLD, "new_free": 5}}
WEIGHTS = {"block": 300, "signer": FIRST, "call": "set_weights"}

CALLS_TABLE: list[tuple[str, Change, tuple[str, ...]]] = [
    ("bad signer", put("signer", value=FIRST[:-1] + "1"), ("signer", FIRST[:-1] + "1")),
    ("signer as a number", put("signer", value=5), ("signer", "5")),
    ("float block", put("block", value=300.0), ("block", "300.0")),
    ("negative block", put("block", value=-1), ("block", "-1")),
    ("block of 2^64", put("block", value=2**64), ("block", str(2**64))),
    ("bool for a block", put("block", value=True), ("block", "True")),
    ("block that is past", put("block", value=3), ("block", "3")),
    ("unknown call", put("call", value="burnt_register"), ("call", "burned_register", "burnt_register")),
    ("call as a number", put("call", value=7), ("call", "7")),
    ("observation", put("call", value="observe"), ("call", "observe")),
    ("args as a list", put("args", value=[]), ("args", "[]")),
    ("unknown argument", put("args", "fee", value=1), ("args.fee",)),
    ("missing argument", put("args", value={"who": COLD}), ("args.new_free",)),
    ("float amount", put("args", "new_free", value=1.5), ("args.new_free", "1.5")),
    ("negative amount", put("args", "new_free", value=-5), ("args.new_free", "-5")),
    ("amount of 2^64", put("args", "new_free", value=2**64), ("args.new_free", str(2**64))),
    ("bool for an amount", put("args", "new_free", value=True), ("args.new_free", "True")),
    ("bad account", put("args", "who", value="5Nobody"), ("args.who", "5Nobody")),
    ("unknown key", put("when", value=1), ("when", "1")),
    ("missing key", without("args"), ("args",)),
]

BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n", "empty"),
    "truncated": (b'{"stakes": {"a', "not readable as JSON"),
    "not JSON": (b"stakes: none", "not readable as JSON"),
    "not UTF-8": (b'{"\xff": 1}', "not readable as JSON"),
    "cut gzip": (b"\x1f\x8b\x08\x00\x00", "cannot be read"),
    "damaged gzip": (b"\x1f\x8b\x08\x00" + bytes(30), "cannot be read"),
    "a key twice": (b'{"stakes": {}, "stakes": {}, "balances": {}}', "'stakes' stands twice"),
    "nested without end": (b"[" * 200_000, "not readable as JSON"),
    "a list": (b"[]", "an object"),
    "null": (b"null", "an object"),
}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.ledger"
    assert run("init", path).exit_code == 0
    return path


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("filled") / "a.ledger"
    eventful_ledger(path).close()
    return path.read_bytes()


@pytest.fixture
def filled(tmp_path: Path, _filled: bytes) -> Path:
    path = tmp_path / "filled.ledger"
    path.write_bytes(_filled)
    return path


@pytest.mark.parametrize(("change", "named"), [row[1:] for row in GENESIS_TABLE], ids=[row[0] for row in GENESIS_TABLE])
def test_genesis(empty: Path, tmp_path: Path, change: Change, named: tuple[str, ...]) -> None:
    content, before = own.genesis(), empty.read_bytes()
    change(content)
    assert_refused(run("import", "genesis", empty, own.written(tmp_path / "source.json", content)), "source.json", *named)
    assert empty.read_bytes() == before


@pytest.mark.parametrize(("change", "named"), [row[1:] for row in METAGRAPH_TABLE], ids=[row[0] for row in METAGRAPH_TABLE])
def test_metagraph(empty: Path, tmp_path: Path, change: Change, named: tuple[str, ...]) -> None:
    content, before = own.metagraph(), empty.read_bytes()
    change(content)
    assert_refused(run("import", "metagraph", empty, own.written(tmp_path / "source.json", content)), "source.json", *named)
    assert empty.read_bytes() == before


@pytest.mark.parametrize(("change", "named"), [row[1:] for row in CALLS_TABLE], ids=[row[0] for row in CALLS_TABLE])
def test_calls(filled: Path, tmp_path: Path, change: Change, named: tuple[str, ...]) -> None:
    """Nothing of the list is recorded, though the lines before the bad one are good."""
    bad, before = json.loads(json.dumps(GOOD_CALL)), filled.read_bytes()
    change(bad)
    source = tmp_path / "calls.jsonl"
    source.write_text(f"{json.dumps(GOOD_CALL)}\n\n{json.dumps(bad)}\n{json.dumps(GOOD_CALL)}\n")
    assert_refused(run("import", "calls", filled, source), "calls.jsonl: line 3: ", *named)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("what", ["genesis", "metagraph"])
@pytest.mark.parametrize(("raw", "named"), BROKEN.values(), ids=BROKEN)
def test_sources_that_cannot_be_read(empty: Path, tmp_path: Path, what: str, raw: bytes, named: str) -> None:
    source, before = tmp_path / "source.json", empty.read_bytes()
    source.write_bytes(raw)
    assert_refused(run("import", what, empty, source), "source.json", named)
    assert empty.read_bytes() == before


@pytest.mark.parametrize("raw", [b"", b"\n\n", b'{"block": 300, "cal', b"[]\n", b"\xff\n", b"[" * 200_000, b"null"])
def test_call_lists_that_cannot_be_read(filled: Path, tmp_path: Path, raw: bytes) -> None:
    source, before = tmp_path / "calls.jsonl", filled.read_bytes()
    source.write_bytes(raw)
    assert_refused(run("import", "calls", filled, source), "calls.jsonl")
    assert filled.read_bytes() == before


@pytest.mark.parametrize("what", ["genesis", "metagraph", "calls"])
def test_a_source_that_is_missing(empty: Path, tmp_path: Path, what: str) -> None:
    before = empty.read_bytes()
    assert_refused(run("import", what, empty, tmp_path / "nowhere.json"), "nowhere.json", "cannot be read")
    assert_refused(run("import", what, empty, tmp_path), "cannot be read")
    assert empty.read_bytes() == before


def test_submit_takes_only_what_is_a_call(filled: Path) -> None:
    before = filled.read_bytes()
    for args, named in [
        (("burned_register", '{"netuid": 1'), ("args", "a JSON object")),
        (("burned_register", "[" * 100_000), ("args", "a JSON object")),
        (("burned_register", "[]"), ("args", "[]")),
        (("burnt_register", "{}"), ("call", "burned_register")),
        (("sudo_set_tempo", '{"netuid": 1, "tempo": 65536}'), ("args.tempo", "65536")),
        (("sudo_set_tempo", '{"netuid": 1, "tempo": true}'), ("args.tempo", "True")),
        (("sudo_set_tempo", '{"netuid": 1, "speed": 5}'), ("args.speed",)),
        (("force_set_balance", f'{{"who": "{COLD}", "new_free": 1.0}}'), ("args.new_free", "1.0")),
        (("burned_register", "{}", "--signer", "5Nobody"), ("--signer", "5Nobody")),
    ]:
        assert_refused(run("submit", filled, *args), *named)
    assert filled.read_bytes() == before


def test_a_call_for_a_missing_subnet_is_recorded_as_refused(filled: Path, tmp_path: Path) -> None:
    """Not bad input: the chain would answer it, and so does the ledger. `submit` ends with 1, a list with 0."""
    with Log.open(filled, read_only=True) as log:
        position = log.head.position
    args = json.dumps({"netuid": 99, "hotkey": FIRST})
    ran = run("submit", filled, "burned_register", args, "--signer", COLD)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(f"refused at position {position + 1}: SubNetworkDoesNotExist")
    assert ran.stderr.count("\n") == 1
    source = tmp_path / "calls.jsonl"
    source.write_text(json.dumps({"block": 200, "signer": COLD, "call": "burned_register", "args": json.loads(args)}))
    ran = run("import", "calls", filled, source, "--json")
    assert ran.exit_code == 0, ran.stderr
    assert json.loads(ran.stdout)["refused"] == 1
    assert run("audit", filled).exit_code == 0
