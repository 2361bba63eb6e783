"""Audit and re-execution: a whole log is clean, and every kind of damage is found at its position."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.envelope import EntryHasher, Head, NewEntry
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.head_file import head_file_of
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.proof.reexecute import reexecute
from tests.chain_fixture import account
from tests.ledger_fixture import OBSERVED, eventful_ledger

Changes = dict[str, tuple[dict[Any, Any], list[Any]]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    return path


def attack(path: Path, *statements: str) -> None:
    """Change the file behind the ledger's back, past its triggers."""
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in triggers:
        connection.execute(sql)
    connection.commit()
    connection.close()


def findings_at(path: Path) -> dict[int, list[str]]:
    with Log.open(path, read_only=True) as log:
        found: dict[int, list[str]] = {}
        for finding in audit(log).findings:
            found.setdefault(finding.where, []).append(finding.what)
        return found


def test_a_whole_log_is_clean_and_adds_up_to_the_live_storage() -> None:
    ledger = eventful_ledger()
    report = audit(ledger.log)
    assert report.findings == ()
    assert report.clean
    assert report.digest == ledger.storage.digest() == rebuild(ledger.log).storage.digest()
    assert report.entries == ledger.head.position
    assert report.calls == 20


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("payload", "CAST(payload || X'00' AS BLOB)"),
        ("hash", "zeroblob(32)"),
        ("tag", "'NeuronRegistered/2'"),
        ("block", "block + 1"),
    ],
)
@pytest.mark.parametrize("position", [1, 2, 9, 17])
def test_a_changed_column_is_found_at_its_position(path: Path, column: str, change: str, position: int) -> None:
    attack(path, f"UPDATE log SET {column} = {change} WHERE seq = {position}")
    assert position in findings_at(path)


def test_every_flipped_payload_is_found(path: Path) -> None:
    with Log.open(path) as log:
        payloads = {entry.position: entry.payload for entry in log.read()}
    for position, payload in payloads.items():
        flipped = payload[:-1] + bytes([payload[-1] ^ 1])
        attack(path, f"UPDATE log SET payload = X'{flipped.hex()}' WHERE seq = {position}")
        assert position in findings_at(path), position
        attack(path, f"UPDATE log SET payload = X'{payload.hex()}' WHERE seq = {position}")
    assert findings_at(path) == {}


def test_a_missing_entry_is_found(path: Path) -> None:
    attack(path, "DELETE FROM log WHERE seq = 12")
    assert 12 in findings_at(path)


def test_an_end_that_was_cut_off_is_found_with_the_head_file_or_the_expected_head(path: Path) -> None:
    with Log.open(path) as log:
        head = log.head
        group = list(groups(log.read()))[-1]
    attack(path, f"DELETE FROM log WHERE seq >= {group.position}")
    with Log.inspect(path) as log:
        assert [finding.what for finding in audit(log).findings] == ["chain: lost"]
    head_file_of(path).unlink()
    with Log.open(path, read_only=True) as log:
        assert audit(log).clean
        (finding,) = audit(log, expected_head=head).findings
        assert "cut off" in finding.what
        assert finding.expected == str(head)
        assert audit(log, expected_head=log.head).clean


def test_another_history_of_the_same_length_is_found_with_the_expected_head() -> None:
    ledger = eventful_ledger()
    head = Head(ledger.head.position - 1, bytes(32))
    (finding,) = audit(ledger.log, expected_head=head).findings
    assert finding.where == head.position


def forge(path: Path, change: Callable[[list[NewEntry]], list[NewEntry]]) -> None:
    """Write the log anew with other content and a chain that fits: only running the calls again can tell."""
    with Log.open(path) as log:
        entries = change([NewEntry(entry.block, entry.tag, entry.payload) for entry in log.read()])
        previous = log.hash_at(0)
    assert previous is not None
    rows, hasher = [], EntryHasher()
    for position, entry in enumerate(entries, start=1):
        previous = hasher.hash(previous, position, entry.block, entry.tag, entry.payload)
        rows.append(f"({position}, {entry.block}, '{entry.tag}', X'{entry.payload.hex()}', X'{previous.hex()}')")
    attack(path, "DELETE FROM log", f"INSERT INTO log (seq, block, tag, payload, hash) VALUES {', '.join(rows)}")
    head_file_of(path).unlink()


def position_of(path: Path, tag: str) -> int:
    with Log.open(path, read_only=True) as log:
        return next(entry.position for entry in log.read() if entry.tag == tag)


def test_a_forged_result_is_found_by_running_the_call_again(path: Path) -> None:
    position = position_of(path, "NeuronReplaced/1")

    def forged(entries: list[NewEntry]) -> list[NewEntry]:
        fields = msgspec.msgpack.decode(entries[position - 1].payload)
        fields[5] ^= 1
        entries[position - 1] = NewEntry(entries[position - 1].block, "NeuronReplaced/1", msgspec.msgpack.encode(fields))
        return entries

    forge(path, forged)
    with Log.open(path, read_only=True) as log:
        (finding,) = audit(log).findings
    assert finding.where == position
    assert finding.what == "NeuronReplaced/1: pruning_score differs"
    assert finding.expected != finding.got


def test_a_forged_refusal_is_found(path: Path) -> None:
    position = position_of(path, "ExtrinsicFailed/1")

    def forged(entries: list[NewEntry]) -> list[NewEntry]:
        payload = msgspec.msgpack.encode(["InvalidSeal", []])
        entries[position - 1] = NewEntry(entries[position - 1].block, "ExtrinsicFailed/1", payload)
        return entries

    forge(path, forged)
    found = findings_at(path)
    assert found == {position: ["ExtrinsicFailed/1: error differs"]}


def test_an_event_without_its_call_and_a_call_without_its_events_are_found(path: Path) -> None:
    position = position_of(path, "NeuronAppended/1")
    forge(path, lambda entries: entries[: position - 1] + entries[position:])
    assert position in findings_at(path)
    forge(path, lambda entries: entries[1:])
    assert any("follows no call" in what for found in findings_at(path).values() for what in found)


def test_a_payload_in_another_encoding_is_found(path: Path) -> None:
    position = position_of(path, "NeuronRegistered/1")

    def longer(entries: list[NewEntry]) -> list[NewEntry]:
        payload = entries[position - 1].payload
        assert payload[1] == 1  # netuid 1, as MessagePack's shortest form
        entries[position - 1] = NewEntry(
            entries[position - 1].block, "NeuronRegistered/1", payload[:1] + b"\xcc\x01" + payload[2:]
        )
        return entries

    forge(path, longer)
    assert any("canonical" in what for what in findings_at(path)[position])


def test_an_invariant_that_does_not_hold_is_found() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(OBSERVED, canonical_changes({"SubnetworkN": ({1: 2}, []), "Keys": ({(1, 0): b"k" * 32}, [])}))
    found = [finding.what for finding in audit(ledger.log).findings]
    assert any("Keys" in what for what in found)
    assert any("Owner" in what for what in found)


def test_balances_that_pass_64_bits_are_no_finding() -> None:
    """The issuance stops at its top, and everything that goes is taken off it all the same."""
    ledger = Ledger.in_memory(spec_version=277)
    steps = [("a", 2**64 - 1), ("b", 2**64 - 1), ("c", 7000), ("a", 0), ("c", 0), ("b", 600), ("a", 5000)]
    issued = []
    for name, rao in steps:
        ledger.submit(ForceSetBalance(account(name), rao)).unwrap()
        issued.append(ledger.storage.balances_total_issuance.value)
        assert audit(ledger.log).findings == ()
    assert issued == [2**64 - 1, 2**64 - 1, 2**64 - 1, 0, 0, 0, 5000]


@pytest.mark.parametrize(("issuance", "expected"), [(4999, "5000"), (5001, "5000"), (2**64 - 1, "at most 5000")])
def test_an_issuance_that_is_not_the_sum_of_balances_is_found(issuance: int, expected: str) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    seen: Changes = {"Balances": ({account("a"): 5000}, []), "BalancesTotalIssuance": ({(): issuance}, [])}
    ledger.observe(OBSERVED, canonical_changes(seen))
    finding, *_ = audit(ledger.log).findings
    assert (finding.where, finding.expected, finding.got) == (1, expected, str(issuance))


def test_counters_that_stop_at_16_bits_are_no_finding() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    counted: Changes = {"NetworksAdded": ({1: True}, [])}
    for name in ("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"):
        counted[name] = ({1: 2**16 - 1}, [])
    ledger.observe(OBSERVED, canonical_changes(counted))
    assert audit(ledger.log).clean


def test_audit_changes_nothing_and_needs_no_write(path: Path) -> None:
    before = path.read_bytes()
    with Log.open(path, read_only=True) as log:
        assert audit(log).clean
    assert path.read_bytes() == before


def test_reexecution_leaves_storage_as_recorded_even_where_it_parts() -> None:
    ledger = eventful_ledger()
    storage = Storage()
    for group in groups(ledger.log.read()):
        assert reexecute(storage, ledger.rules, group) is None
    assert storage.digest() == ledger.storage.digest()
