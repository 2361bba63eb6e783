"""Seals and snapshots: what a ledger opens from is what its chain has sealed, and audit says of every seal whether it is true."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from blake3 import blake3

from neuron_ledger.events.calls import ForceSetBalance, SealStorage, SetParam, UpgradeRuntime
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.ledger import StorageSealed
from neuron_ledger.ledger import chain
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import BadOrigin
from neuron_ledger.ledger.log.errors import LogWriteError
from neuron_ledger.ledger.log.snapshots import proved_snapshots
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.blocks import seals
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.call_list import export_calls, import_calls
from neuron_ledger.replay.proof.audit import audit
from tests.replay.test_audit import attack, forge

ALICE, BOB = b"a" * 32, b"b" * 32
FORGED = 77 * 10**9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chain.ledger"


@pytest.fixture
def seals_often(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(seals, "SEAL_EVERY", 10)
    return 10


def pay(ledger: Ledger, calls: int) -> None:
    for number in range(calls):
        ledger.submit(ForceSetBalance(number.to_bytes(32), 10**9 + number)).unwrap()


def pay_and_fail(ledger: Ledger) -> None:
    with ledger.batch():
        pay(ledger, 20)
        raise KeyError


def in_another_process(path: Path, rao: int) -> None:
    """Set Bob's balance."""
    program = f"""
from neuron_ledger import Ledger, calls
with Ledger.open({str(path)!r}) as ledger:
    ledger.submit(calls.ForceSetBalance({BOB!r}, {rao})).unwrap()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def findings(path: Path) -> list[tuple[int, str]]:
    with Ledger.open(path, read_only=True) as ledger:
        return [(finding.where, finding.what) for finding in audit(ledger.log).findings]


def test_a_seal_is_the_digest_of_storage_and_only_a_privileged_call_sets_one() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    pay(ledger, 3)
    digest = ledger.storage.digest()
    assert ledger.submit(SealStorage()).events == (StorageSealed(digest=digest),)
    assert ledger.storage.digest() == digest
    assert isinstance(ledger.submit(SealStorage(), ALICE).error, BadOrigin)
    assert audit(ledger.log).clean


@pytest.mark.usefixtures("seals_often")
def test_seals_stand_at_the_same_positions_however_calls_are_submitted() -> None:
    one, batched, mixed = (
        Ledger.in_memory(spec_version=277),
        Ledger.in_memory(spec_version=277),
        Ledger.in_memory(spec_version=277),
    )
    pay(one, 60)
    with batched.batch():
        pay(batched, 60)
    with mixed.batch():
        pay(mixed, 17)
    for number in range(17, 60):
        mixed.submit(ForceSetBalance(number.to_bytes(32), 10**9 + number))
    assert one.head == batched.head == mixed.head
    tags = [entry.tag for entry in one.log.read()]
    assert [position for position, tag in enumerate(tags, start=1) if tag == SealStorage.tag] == list(range(11, 151, 10))
    assert audit(one.log).clean


def test_the_first_seal_comes_with_the_ten_thousandth_entry() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    with ledger.batch():
        pay(ledger, 5001)
    tags = {entry.position: entry.tag for entry in ledger.log.read(9999)}
    assert [tags[position] for position in range(10_000, 10_004)] == [
        "StorageChanged/1",
        SealStorage.tag,
        StorageSealed.tag,
        ForceSetBalance.tag,
    ]


@pytest.mark.usefixtures("seals_often")
def test_a_missing_seal_is_found(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 8)

    def without_seals(entries: list[NewEntry]) -> list[NewEntry]:
        return [entry for entry in entries if entry.tag not in (SealStorage.tag, StorageSealed.tag)]

    forge(path, without_seals)
    attack(path, "DELETE FROM snapshots")
    assert findings(path) == [(11, "a seal is due here and missing")]
    forge(path, lambda entries: entries[:10])
    assert findings(path) == [(10, "a seal is due after this entry and missing")]


@pytest.mark.usefixtures("seals_often")
def test_a_false_seal_is_found(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 8)

    def other_digest(entries: list[NewEntry]) -> list[NewEntry]:
        entries[11] = NewEntry(0, StorageSealed.tag, msgspec.msgpack.encode([bytes(32)]))
        return entries

    forge(path, other_digest)
    attack(path, "DELETE FROM snapshots")
    assert findings(path) == [(12, "StorageSealed/1: digest differs")]


def test_a_snapshot_is_of_storage_as_the_file_has_it(path: Path) -> None:
    ledger = Ledger.create(path, spec_version=277)
    pay(ledger, 1)
    in_another_process(path, FORGED)
    ledger.snapshot()
    ledger.close()
    with Ledger.open(path) as ledger:
        assert ledger.storage.balances[BOB] == FORGED
        assert len(list(proved_snapshots(ledger.log))) == 1
    assert findings(path) == []


def test_a_due_snapshot_is_of_storage_as_the_file_has_it(path: Path, seals_often: int) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 1)
        in_another_process(path, FORGED)
        pay(ledger, seals_often)
    with Ledger.open(path) as ledger:
        assert ledger.storage.balances[BOB] == FORGED
        assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
    assert findings(path) == []


def forged_storage(storage: Storage) -> bytes:
    with storage.transaction():
        storage.balances[ALICE] = FORGED
    return storage.encode()


def cut(storage: Storage) -> bytes:
    return storage.encode()[:-3]


FORGERIES: list[Callable[[Storage], bytes]] = [forged_storage, cut, lambda _: b"", lambda _: b"\xc0", lambda _: b"\x91" * 5000]


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("where", ["seal", "elsewhere"])
def test_a_planted_snapshot_feeds_nothing_and_is_found(path: Path, forgery: Callable[[Storage], bytes], where: str) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 3)
        ledger.snapshot()
        pay(ledger, 2)
        digest = ledger.storage.digest()
        payload = forgery(rebuild(ledger.log).storage)
        position = ledger.head.position if where == "elsewhere" else 8
        hash_ = ledger.log.hash_at(position)
        ledger.log.connection.execute(
            "INSERT OR REPLACE INTO snapshots (position, hash, format, digest, payload) VALUES (?, ?, 'storage/1', ?, ?)",
            (position, hash_, blake3(payload).digest(), payload),
        )
    with Ledger.open(path) as ledger:
        assert ledger.storage.digest() == digest
    found = findings(path)
    assert found
    assert {at for at, _ in found} == {position}
    assert all("snapshot" in what for _, what in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("digest = zeroblob(32)", "the digest of a stored snapshot"),
        ("hash = zeroblob(32)", "a stored snapshot names another entry"),
        ("format = 'storage/9'", "a stored snapshot has an unknown format"),
        ("position = 3", "a snapshot is stored at a position without a seal"),
        ("position = 4", "a snapshot is stored at a position without a seal"),
        ("position = 77", "a snapshot is stored at a position without a seal"),
        ("position = -4", "a stored snapshot is malformed"),
    ],
)
def test_a_changed_snapshot_is_found(path: Path, change: str, said: str) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 3)
        ledger.snapshot()
        pay(ledger, 2)
        ledger.log.connection.execute(f"UPDATE snapshots SET {change}")
    assert any(said in what for _, what in findings(path)), findings(path)


def test_malformed_values_under_a_true_seal_are_not_taken_as_storage(path: Path) -> None:
    """Whoever can write a file can seal anything: audit finds it, and until then what is no value never becomes storage."""
    payload = msgspec.msgpack.encode([["Balances", [[ALICE, "much"]]]])
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, 3)
        ledger.snapshot()

    def sealed(entries: list[NewEntry]) -> list[NewEntry]:
        return [*entries[:-1], NewEntry(0, StorageSealed.tag, msgspec.msgpack.encode([blake3(payload).digest()]))]

    forge(path, sealed)
    attack(path, f"UPDATE snapshots SET payload = x'{payload.hex()}'")
    with Ledger.open(path, read_only=True) as ledger:
        assert ALICE not in ledger.storage.balances
        assert len(ledger.storage.balances) == 3
    assert (8, "StorageSealed/1: digest differs") in findings(path)


def test_a_snapshot_that_cannot_be_kept_is_a_note_and_not_the_calls_error(
    path: Path, seals_often: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise LogWriteError("no room for it")

    monkeypatch.setattr(chain, "save_snapshot", no_room)
    with Ledger.create(path, spec_version=277) as ledger:
        pay(ledger, seals_often)
        with ledger.batch():
            pay(ledger, seals_often)
        assert ["(no room for it); every call is recorded" in note for note in ledger.notes] == [True] * 3
        assert "position 12 was not kept" in ledger.notes[0]
        assert rebuild(ledger.log).position == ledger.head.position == 36
        assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()


@pytest.mark.usefixtures("seals_often")
def test_a_list_of_calls_leaves_out_the_seals_that_come_by_themselves(tmp_path: Path) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    pay(ledger, 12)
    ledger.snapshot()
    pay(ledger, 12)
    lines = list(export_calls(ledger.log))
    assert sum("seal_storage" in line for line in lines) == 1
    path = tmp_path / "calls.jsonl"
    path.write_text("\n".join(lines))
    other = Ledger.in_memory(spec_version=277)
    import_calls(other, path)
    assert other.head == ledger.head


@pytest.mark.usefixtures("seals_often")
def test_a_batch_that_is_given_up_keeps_no_snapshot(path: Path) -> None:
    with Ledger.create(path, spec_version=277) as ledger:
        with pytest.raises(KeyError):
            pay_and_fail(ledger)
        assert ledger.head.position == 0
        pay(ledger, 1)
        assert list(proved_snapshots(ledger.log)) == []


def test_a_ledger_opens_from_a_snapshot_of_a_later_runtime(tmp_path: Path) -> None:
    """What comes after the snapshot is read by the runtime that was in force there, not by the one that the ledger began with."""
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        ledger.submit(UpgradeRuntime(424)).unwrap()
        ledger.snapshot().unwrap()
        ledger.submit(SetParam("ck_burn", 0, 1)).unwrap()
        digest = ledger.storage.digest()
    with Ledger.open(tmp_path / "chain.ledger") as ledger:
        assert ledger.storage.digest() == digest
        assert ledger.rules.spec_version == 424
