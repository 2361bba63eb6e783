"""Small inputs, big costs: what would take much time or memory is refused before it does, in one line that names the place."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tracemalloc
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

import pytest

from neuron_ledger.events.wire.shown import shown
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.importers.call_list import Imported, import_calls
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.metagraph_fields import VIEWS
from neuron_ledger.replay.importers.reading import DEEPEST, parse_json
from neuron_ledger.replay.importers.source import ImportProblem
from tests.chain_fixture import account
from tests.cli.cli_fixture import run
from tests.log.snapshots_fixture import genesis, metagraph

MIB = 1 << 20
MOST_SECONDS = 1.0
"""Of processor time, above that of a command that does nothing."""
MOST_MEMORY = 200 * MIB

A_CALL = '{"block": 1, "call": "force_set_balance", "args": {"who": "%s", "new_free": %s}}'
SOMEBODY = "11" * 32

# What the system counts for a child begins with its parent's memory; Linux knows that of the program alone.
MEASURED = """
import atexit, pathlib, resource
from neuron_ledger.replay.cli import main
def tell():
    used, status = resource.getrusage(resource.RUSAGE_SELF), pathlib.Path("/proc/self/status")
    peak = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
    print(used.ru_utime + used.ru_stime, *(peak or [used.ru_maxrss]))
atexit.register(tell)
main(prog_name="neuron-ledger")
"""


def line(who: str = SOMEBODY, new_free: str = "5") -> bytes:
    return (A_CALL % (who, new_free)).encode() + b"\n"


def weights(count: int) -> bytes:
    return b'{"block": 1, "call": "set_weights", "args": {"netuid": 1, "dests": [' + b"1," * count + b"1]}}\n"


def bomb(begin: bytes, chunk: bytes, times: int, end: bytes = b"") -> bytes:
    """Gzip of `begin`, then many times `chunk`, then `end`; made without ever holding it expanded."""
    compressed = gzip.compress(chunk * 16)
    return gzip.compress(begin) + compressed * (times // 16) + gzip.compress(end)


DIGITS = "9" * 1_000_000

AN_INTEGER = "args.new_free: expected an integer from 0 to 2^64 - 1, got"
TOO_DEEP = "more than 64 levels of lists or objects"

CALLS: dict[str, tuple[Callable[[], bytes], str]] = {
    "100 MB of empty lines": (lambda: b"\n" * 100_000_000, "line 1001: more than 1000 blank lines in a row"),
    "gzip of 2 GB of empty lines": (lambda: bomb(line(), b"\n" * MIB, 2048), "expands to more than 256 MiB; --max-size"),
    "gzip of 2 GB of one line": (lambda: bomb(b'{"block": "', b"0" * MIB, 2048), "expands to more than 256 MiB"),
    "one line of 100 MB": (lambda: line() + b" " * 100_000_000, "line 2: longer than 2 MiB"),
    "10 million weights": (lambda: line() + weights(10_000_000), "line 2: longer than 2 MiB"),
    "zeros": (lambda: b"\x00" * 50 * MIB, "line 1: longer than 2 MiB"),
    "base58 of 100 kB": (lambda: line(who="5" * 100_000), "line 1: args.who: expected an account (a text of 100000"),
    "a million digits": (lambda: line(new_free=DIGITS), f"line 1: {AN_INTEGER} an integer of 1000000 digits"),
    "a million digits as text": (lambda: line(new_free=f'"{DIGITS}"'), f"line 1: {AN_INTEGER} '9999"),
    "a million digits after the point": (lambda: line(new_free=f"0.{DIGITS}"), f"line 1: {AN_INTEGER} 1.0"),
    "an exponent without end": (lambda: line(new_free=f"1e{DIGITS}"), f"line 1: {AN_INTEGER} inf"),
    "not a number": (lambda: line(new_free="NaN"), f"line 1: {AN_INTEGER} NaN"),
    "infinity": (lambda: line(new_free="-Infinity"), f"line 1: {AN_INTEGER} -Infinity"),
    "lists in lists": (lambda: line(new_free="[" * 100_000), f"line 1: line: expected a call as JSON ({TOO_DEEP})"),
    "objects in objects": (lambda: line(new_free='{"a":' * 200), TOO_DEEP),
    "a block that is far": (lambda: line().replace(b": 1,", b": 17000000,"), "line 1: block: expected a block up to 500000"),
    "a block without end": (lambda: line().replace(b": 1,", b": 18446744073709551615,"), "block: expected a block up to 500000"),
    "many values": (lambda: line(new_free="[" + "{}," * 600_000 + "1]"), "more than 131072 values"),
    "a list for a number": (lambda: line(new_free="[" + "1," * 100_000 + "1]"), f"line 1: {AN_INTEGER} [1, 1,"),
    "a key twice": (lambda: line(new_free='5, "new_free": 6'), "the key 'new_free' occurs twice"),
    "a long key twice": (lambda: line(new_free=f'5, "{DIGITS}": 6, "{DIGITS}": 7'), "occurs twice in one object"),
    "a long field": (lambda: line(new_free=f'5, "{DIGITS}": 6'), "a field of force_set_balance"),
    "a long name": (lambda: line().replace(b"force_set_balance", DIGITS.encode()), "line 1: call: expected the name of"),
}

DOCUMENTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip of 2 GB of blanks": (lambda: bomb(b"", b" " * MIB, 2048), "expands to more than 32 MiB; --max-size"),
    "gzip of a list without end": (lambda: bomb(b"[", b"0," * (MIB // 2), 2048, b"0]"), "expands to more than 32 MiB"),
    "gzip of many values": (lambda: bomb(b"[", b"[]," * (MIB // 3), 32, b"0]"), "not readable as JSON: more than 2097152 v"),
    "gzip of gzip": (lambda: gzip.compress(bomb(b"", b" " * MIB, 64)), "packed with gzip twice"),
    "100 MB of blanks": (lambda: b" " * 100_000_000, "is larger than 32 MiB; --max-size"),
    "lists in lists": (lambda: b"[" * 1_000_000, f"not readable as JSON: {TOO_DEEP}"),
    "a million digits": (lambda: DIGITS.encode(), "expected an object, got an integer of 1000000 digits"),
    "a key twice": (lambda: b'{"a": 1, "a": 2}', "the key 'a' occurs twice in one object"),
    "many keys": (lambda: json.dumps(dict.fromkeys(map(str, range(400_000)), 1)).encode(), "expected "),
    "text in UTF-16": (lambda: "[]".encode("utf-16"), "as UTF-16 has; save it as UTF-8"),
}


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Processor seconds of a command that does nothing."""
    path = tmp_path_factory.mktemp("idle") / "chain.ledger"
    Ledger.create(path, spec_version=277).close()
    return min(measured("head", path)[2] for _ in range(3))


def measured(*arguments: object) -> tuple[int, str, float, int]:
    """Exit code, standard error, processor seconds and bytes of memory of a command in a process of its own."""
    words = [sys.executable, "-c", MEASURED, *map(str, arguments)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    seconds, kibibytes = done.stdout.splitlines()[-1].split()
    return done.returncode, done.stderr, float(seconds), int(kibibytes) * 1024


def refused_soon(idle: float, ledger: Path, file: Path, *arguments: object) -> str:
    before = ledger.read_bytes()
    code, said, seconds, memory = measured(*arguments)
    assert (code, said.count("\n"), said[:7]) == (2, 1, "error: "), said[-2000:]
    assert len(said) < 3000
    assert said.startswith(f"error: {file}: "), said
    assert seconds - idle < MOST_SECONDS
    assert memory < MOST_MEMORY
    assert ledger.read_bytes() == before
    return said


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    Ledger.create(path, spec_version=277).close()
    return path


@pytest.mark.parametrize("case", CALLS)
def test_a_call_list(ledger: Path, tmp_path: Path, idle: float, case: str) -> None:
    make, said = CALLS[case]
    file = tmp_path / "calls.jsonl"
    file.write_bytes(make())
    assert said in refused_soon(idle, ledger, file, "import", "calls", ledger, file)


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_document(ledger: Path, tmp_path: Path, idle: float, case: str) -> None:
    make, said = DOCUMENTS[case]
    file = tmp_path / "source.json"
    file.write_bytes(make())
    assert said in refused_soon(idle, ledger, file, "import", "genesis", ledger, file)
    for arguments in (("import", "metagraph", ledger, file), ("conform", file)):
        result = run(*arguments)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (result.output, result.exception)
        others = ("not a file of recorded cases", "not readable as JSON, nor as the bytes of a metagraph")
        assert any(message in result.stderr for message in (said, *others)), result.stderr


VALUES = {
    "deep": "[" * 60 + "]" * 60,
    "not a number": "NaN",
    "digits": "9" * 5000,
    "base58": '"' + "5" * 100_000 + '"',
    "many": "[" + "1," * 400_000 + "1]",
}


@pytest.mark.parametrize("kind", ["genesis", "metagraph"])
@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_a_snapshot(ledger: Path, tmp_path: Path, idle: float, kind: str, value: str) -> None:
    """Wherever a value is taken over, the field is named."""
    content = genesis() if kind == "genesis" else metagraph()
    file = tmp_path / "source.json"
    for field in content.keys() - VIEWS:
        file.write_text(json.dumps({**content, field: "VALUE"}).replace('"VALUE"', VALUES[value]))
        result = run("import", kind, ledger, file)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), (field, result.output, result.exception)
        assert field in result.stderr
    refused_soon(idle, ledger, file, "import", kind, ledger, file)


ARGUMENTS = {
    "digits": f'{{"who": "{SOMEBODY}", "new_free": {DIGITS}}}',
    "base58": f'{{"who": "{"5" * 100_000}", "new_free": 5}}',
    "depth": "[" * 1_000_000,
    "a key twice": '{"who": 1, "who": 2}',
    "not a number": f'{{"who": "{SOMEBODY}", "new_free": NaN}}',
    "too long": f'{{"who": "{"1" * 3_000_000}"}}',
    "too many": "[" + "{}," * 600_000 + "1]",
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_an_argument(ledger: Path, case: str) -> None:
    result = run("submit", ledger, "force_set_balance", ARGUMENTS[case])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert result.stderr.startswith("error: args"), result.stderr
    assert len(result.stderr) < 3000


OPTIONS: list[tuple[str, ...]] = [
    ("submit", "LEDGER", "force_set_balance", "{}", "--signer"),
    ("audit", "LEDGER", "--expect-head"),
    ("replay", "LEDGER", "--position"),
    ("replay", "LEDGER", "--block"),
    ("log", "LEDGER", "--limit"),
    ("log", "LEDGER", "--signer"),
    ("tenures", "LEDGER", "--hotkey"),
    ("advance", "LEDGER", "--to"),
    ("show", "subnet", "LEDGER", "--netuid"),
    ("epoch", "LEDGER", "--netuid", "1", "--block"),
]


@pytest.mark.parametrize("arguments", OPTIONS, ids=lambda arguments: f"{arguments[0]} {arguments[-1]}")
@pytest.mark.parametrize("value", ["5" * 100_000, "9" * 30 + ":" + "ab" * 32, "9" * 100_000 + ":" + "ab" * 32, str(2**63)])
def test_an_option(ledger: Path, arguments: tuple[str, ...], value: str) -> None:
    result = run(*(ledger if word == "LEDGER" else word for word in arguments), value)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert len(result.stderr) < 3000


def test_the_bound_can_be_raised(ledger: Path, tmp_path: Path) -> None:
    file = tmp_path / "genesis.json.gz"
    file.write_bytes(gzip.compress(json.dumps(genesis()).encode() + b" " * 33 * MIB))
    with Ledger.open(ledger) as opened, pytest.raises(ImportProblem, match="expands to more than 32 MiB"):
        import_genesis(opened, file)
    assert run("import", "genesis", ledger, file, "--max-size", 40).exit_code == 0
    calls = tmp_path / "calls.jsonl.gz"
    calls.write_bytes(gzip.compress(line() * 100))
    with Ledger.open(ledger) as opened:
        with pytest.raises(ImportProblem, match=r"expands to more than 0\.0078125 MiB"):
            import_calls(opened, calls, max_size=1 << 13)
        assert import_calls(opened, calls).calls == 100


def test_a_list_comes_from_standard_input_and_from_gzip(ledger: Path, tmp_path: Path) -> None:
    compressed = tmp_path / "calls.jsonl.gz"
    compressed.write_bytes(gzip.compress(line() + b"\n \r\n" + line()))
    answer: list[tuple[int, int]] = []
    with Ledger.open(ledger) as opened:
        assert import_calls(opened, compressed, lambda done, total: answer.append((done, total))) == Imported(calls=2, refused=0)
    assert answer[-1] == (2 * len(line()) + 4, 2 * len(line()) + 4)
    words = [sys.executable, "-m", "neuron_ledger.replay.cli", "import", "calls", str(ledger), "-"]
    for given in (line() * 3, gzip.compress(line() * 3), BOM_UTF8 + line() * 3):
        done = subprocess.run(words, input=given, capture_output=True, check=True)
        assert done.stdout.startswith(b"3 calls submitted, 0 of them refused")


def test_a_compressed_list_from_standard_input_is_bounded_too(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(line() * 100))))
    with Ledger.open(ledger) as opened:
        before = opened.head
        with pytest.raises(ImportProblem, match="-: expands to more than"):
            import_calls(opened, Path("-"), max_size=1000)
        assert opened.head == before


def test_a_byte_order_mark_is_passed_over_in_front_of_a_line_alone(ledger: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_bytes(BOM_UTF8 + line() * 2)
    with Ledger.open(ledger) as opened:
        assert import_calls(opened, calls).calls == 2
        calls.write_bytes((BOM_UTF8 + line()) * 2)  # two lists, one behind the other
        assert import_calls(opened, calls).calls == 2
        calls.write_bytes(line() + line().replace(b":", b":" + BOM_UTF8, 1))
        with pytest.raises(ImportProblem, match="line 2: line: expected a call as JSON"):
            import_calls(opened, calls)


OTHER_TEXTS = {
    "latin-1": ("\u00fc".encode("latin-1") + b"\n", "; save it as UTF-8"),
    "UTF-16": ("{}".encode("utf-16"), ": it has zero bytes, as UTF-16 has; save it as UTF-8"),
    "UTF-32 without a mark": ("{}".encode("utf-32-le"), ": it has zero bytes"),
    "bzip2": (bz2.compress(b"{}"), ": it is packed with bzip2; unpack it first"),
    "xz": (lzma.compress(b"{}"), ": it is packed with xz; unpack it first"),
    "gzip twice": (gzip.compress(gzip.compress(b"{}")), ": it is packed with gzip twice; unpack it first"),
}


@pytest.mark.parametrize("which", OTHER_TEXTS)
def test_a_list_in_another_encoding_is_told_in_our_words(ledger: Path, tmp_path: Path, which: str) -> None:
    text, advice = OTHER_TEXTS[which]
    calls = tmp_path / "calls.jsonl"
    calls.write_bytes(text)
    with (
        Ledger.open(ledger) as opened,
        pytest.raises(ImportProblem, match=f"line 1: cannot be read as text in UTF-8, one JSON object a line{advice}"),
    ):
        import_calls(opened, calls)


def test_memory_does_not_grow_with_the_list(ledger: Path, tmp_path: Path) -> None:
    def most_used(count: int) -> int:
        calls = tmp_path / f"{count}.jsonl"
        calls.write_bytes(b'{"block": 0, "call": "sudo_set_tx_rate_limit", "args": {"tx_rate_limit": 7}}\n' * count)
        tracemalloc.start()
        try:
            with Ledger.open(ledger) as opened:
                import_calls(opened, calls)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most_used(50)
    assert most_used(3000) < most_used(300) + 200_000


def test_blocks_that_pass_in_between_are_told(ledger: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_bytes(line() + b'{"block": 200, "call": "sudo_set_tx_rate_limit", "args": {"tx_rate_limit": 7}}')
    answer: list[tuple[int, int]] = []
    with Ledger.open(ledger) as opened:
        import_calls(opened, calls, passing=lambda done, total: answer.append((done, total)))
    assert answer == [(63, 199), (127, 199), (191, 199)]


def test_depth_is_that_of_lists_and_objects_not_of_brackets_in_text() -> None:
    assert parse_json(json.dumps(["[[[{" * 100, "\\" * 5 + '"' + "[" * 99])) is not None
    at_most = "[" * DEEPEST + "]" * DEEPEST
    assert parse_json(at_most) is not None
    for deeper in (f"[{at_most}]", f'["]", {at_most}]', '["\\"]", ' + at_most + "]"):
        with pytest.raises(ValueError, match="more than 64 levels of lists or objects"):
            parse_json(deeper)


def test_digits_without_end_cost_nothing_where_python_would_compute_them() -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert repr(parse_json(DIGITS)) == "an integer of 1000000 digits"
    finally:
        sys.set_int_max_str_digits(before)


def test_a_value_is_shown_as_python_writes_it_and_no_more_of_it_than_needed() -> None:
    values: tuple[object, ...] = (5, "a'b", [1, [2, {"a": None}]], (1,), (1, 2), (), {}, {"b": [True]}, b"x", 1.5, account("a"))
    for value in values:
        assert shown(value) == repr(value) or len(repr(value)) > 100
    assert shown([7] * 10_000_000) == repr([7] * 40)[:97] + "..."
    assert shown("x" * 10_000_000) == "'" + "x" * 96 + "..."
    assert shown(1 << 10_000_000) == "an integer of 10000001 bits"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "[" * 97 + "..."


def test_paths_that_are_not_utf8_work(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xff\xe9")
    folder.mkdir()
    calls = folder / os.fsdecode(b"\xfe.jsonl")
    calls.write_bytes(line())
    ledger = folder / os.fsdecode(b"\xfd.ledger")
    for words in (
        ("init", ledger, "--spec-version", "277"),
        ("import", "calls", ledger, calls),
        ("audit", ledger),
        ("head", ledger),
    ):
        command = [sys.executable, "-m", "neuron_ledger.replay.cli", *map(str, words)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b""), words
