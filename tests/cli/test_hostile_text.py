"""A ledger may come from anybody: whatever texts it holds, no command passes on what a terminal would act on."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

from neuron_ledger.events.calls import ForceSetBalance, Observe
from neuron_ledger.events.entries.envelope import NewEntry, genesis_hash
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli import exchange, main, sql
from neuron_ledger.replay.cli.output import printable
from neuron_ledger.replay.history.recorder import server
from neuron_ledger.replay.node.rpc import running
from tests.chain_fixture import account
from tests.log.log_fixture import tamper

MARKS = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\x00\x08\x7f\u202e\u2066\u200f\u200b\u2028\x85\U000e0041\ufeff"
"""A title, a cleared screen, a line written over, a control sequence of one character, direction marks, what cannot be seen."""

HOSTILE = f"clean: 7 calls{MARKS}\nerror: none"

A_CALL: tuple[str, list[Any]] = ("advance_to/1", [None, 5])
AN_OBSERVATION: tuple[str, list[Any]] = ("observe/1", [None, HOSTILE, 1, bytes(32)])


def forged(*entries: tuple[str, list[Any]]) -> Callable[[Path], None]:
    """A ledger with these entries, whose chain is whole."""

    def make(path: Path) -> None:
        with Log.create(path) as log:
            log.append([NewEntry(5, tag, msgspec.msgpack.encode(payload)) for tag, payload in entries], expected_position=0)

    return make


def observed(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        there: dict[str, tuple[dict[Any, Any], list[Any]]] = {
            "NetworksAdded": ({0: True, 1: True}, []),
            "TokenSymbol": ({1: HOSTILE.encode()}, []),
        }
        ledger.observe(Observe(HOSTILE, 1, bytes(32)), canonical_changes(there))
        ledger.submit(ForceSetBalance(account("a"), 5)).unwrap()


def planted(*statements: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        observed(path)
        tamper(path, *statements)

    return make


def renamed_entry(path: Path) -> None:
    observed(path)
    tamper(path, "UPDATE log SET tag = ? WHERE seq = 3", parameters=(HOSTILE,))


def text_for_bytes(path: Path) -> None:
    observed(path)
    tamper(path, "UPDATE log SET payload = CAST(? AS BLOB) WHERE seq = 3", parameters=(HOSTILE,))


def parameter(name: str, value: str) -> Callable[[Path], None]:
    """A ledger with this among its parameters, and the genesis hash that belongs to them."""

    def make(path: Path) -> None:
        observed(path)
        with closing(sqlite3.connect(path)) as raw:
            parameters = {**dict(raw.execute("SELECT name, value FROM meta WHERE name <> 'genesis_hash'")), name: value}
        genesis = genesis_hash(parameters).hex()
        tamper(path, f"UPDATE meta SET value = '{genesis}' WHERE name = 'genesis_hash'")
        tamper(path, "INSERT OR REPLACE INTO meta VALUES (?, ?)", parameters=(name, value))

    return make


def no_ledger(path: Path) -> None:
    path.write_text(HOSTILE, "utf-8")


QUOTED = HOSTILE.replace("\x00", "").replace('"', '""')

LEDGERS: dict[str, Callable[[Path], None]] = {
    "an observation's source": observed,
    "an observation alone": forged(AN_OBSERVATION),
    "a refusal's name and values": forged(A_CALL, ("ExtrinsicFailed/1", [HOSTILE, [[HOSTILE, HOSTILE], ["hotkey", HOSTILE]]])),
    "a batch item's refusal": forged(A_CALL, ("BatchWeightItemFailed/1", [0, 1, HOSTILE, [[HOSTILE, HOSTILE]]])),
    "a hyperparameter's name": forged(A_CALL, ("HyperparameterSet/1", [HOSTILE, 1, 5])),
    "a call's hyperparameter": forged(("sudo_set/1", [None, HOSTILE, 1, 5])),
    "a storage item's name": forged(A_CALL, ("StorageChanged/1", [[[HOSTILE, [[1, 5]], []]]])),
    "a text where a number belongs": forged(("advance_to/1", [None, HOSTILE])),
    "a tag": renamed_entry,
    "a payload": text_for_bytes,
    "a trigger's name": planted(f'CREATE TRIGGER "{QUOTED}" AFTER INSERT ON log BEGIN SELECT 1; END'),
    "a table's name": planted(f'CREATE TABLE "{QUOTED}" (a)', f'CREATE VIEW "v{QUOTED}" AS SELECT 1'),
    "a trigger's message": planted(
        f"CREATE TRIGGER refuses BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, '{HOSTILE.replace(chr(0), '')}'); END"
    ),
    "a parameter's name": parameter(HOSTILE, "1"),
    "the spec_version": parameter("spec_version", HOSTILE),
    "no ledger at all": no_ledger,
}


def commands(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words it is called by."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield (*above, name), command


COMMANDS = dict(commands(main))
TEXTS = (click.types.StringParamType, click.Path)


def calls_of(command: click.Command, ledger: Path) -> Iterator[list[str]]:
    """Ways to call a command: with what it needs, a hostile text wherever it takes a text; for people and for machines."""
    needed: list[str] = []
    for parameter in command.params:
        is_option = isinstance(parameter, click.Option)
        if parameter.required or not is_option:
            value = str(ledger) if parameter.name == "ledger" else HOSTILE if isinstance(parameter.type, TEXTS) else "1"
            needed += [parameter.opts[0], value] if is_option else [value]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option) and not parameter.required]
    flags = [[option.opts[0]] for option in options if option.is_flag]
    texts = [[option.opts[0], HOSTILE] for option in options if not option.is_flag]
    # A NUL cannot be part of an argument.
    for some in ([], *flags, *texts):
        yield [word.replace("\x00", "") for word in (*needed, *some)]


def unprintable(result: Result) -> list[str]:
    return sorted({repr(char) for char in result.output if not char.isprintable() and char != "\n"})


def test_the_texts_cover_what_terminals_act_on() -> None:
    assert not any(char.isprintable() for char in MARKS.replace("]0;owned", "").replace("[2J", "").replace("31m", ""))
    assert printable("τ, 統, é and 😀 stay") == "τ, 統, é and 😀 stay"
    assert printable("\x1b[0m\u202e\ud800\n") == "\\x1b[0m\\u202e\\ud800\\n"


def begins_and_ends(_chain: object, host: str, port: int, _time: object, started: Callable[[running.Address], None]) -> None:
    """A node that is interrupted as soon as it listens."""
    started(running.Address(host, port))


async def plays_and_ends(_recorded: object, _host: str, port: int, started: Callable[[int], None]) -> None:
    """A recording that is no longer played as soon as somebody could ask."""
    started(port)


def shows_and_ends(_tables: object, port: int, started: Callable[[str], None]) -> None:
    """Pages that are interrupted as soon as they are there."""
    started(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("where", LEDGERS)
def test_no_command_passes_on_what_a_ledger_holds(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "serve", begins_and_ends)
    monkeypatch.setattr(server, "serve", plays_and_ends)
    monkeypatch.setattr(sql, "browse", shows_and_ends)
    monkeypatch.setattr(exchange, "wait", lambda: None)
    source = tmp_path / "source.ledger"
    LEDGERS[where](source)
    content = source.read_bytes()
    for words, command in COMMANDS.items():
        for arguments in calls_of(command, tmp_path / "chain.ledger"):
            (tmp_path / "chain.ledger").write_bytes(content)
            result = CliRunner().invoke(main, [*words, *arguments])
            said = (where, words, arguments[1:])
            assert unprintable(result) == [], said
            if "--json" in arguments and result.exit_code == 0:
                json.loads(result.stdout)


def test_json_reads_as_the_same_text(tmp_path: Path) -> None:
    """Escapes in JSON are its own: a program gets the very text, a terminal nothing of it."""
    observed(tmp_path / "chain.ledger")
    result = CliRunner().invoke(main, ["log", str(tmp_path / "chain.ledger"), "--json"])
    assert json.loads(result.stdout)[0]["args"]["source"] == HOSTILE
    assert unprintable(result) == []


def test_nothing_is_printed_past_that_function() -> None:
    """Every module of the command line prints by way of `output`."""
    folder = Path(__file__).parents[2] / "replay" / "cli"
    printing = {path.name for path in folder.glob("*.py") if any(word in path.read_text() for word in ("click.echo", "print("))}
    assert printing == {"output.py"}
