"""Storage as it once was, from the nearest snapshot before: what folding the whole log gives, at every block and entry."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import AddStake, BurnedRegister, ForceSetBalance
from neuron_ledger.ledger import past as pasts
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log import snapshots
from neuron_ledger.ledger.log.snapshots import proved_snapshots
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.past import last_position, past
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.questions.recorded_epochs import NoSuchEpoch, recorded_epoch
from tests.chain_fixture import TAO, account
from tests.cli.epochs_ledger import FIRST_EPOCH, OWNER, SECOND_EPOCH, THIRD_EPOCH, three_epochs


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three epochs, then calls and many blocks at once, with snapshots in between of which all are kept."""
    monkeypatch.setattr(snapshots, "_WORTH", 0)
    path = three_epochs(tmp_path / "chain.ledger")
    with Ledger.open(path) as ledger:
        for number in range(8):
            ledger.submit(ForceSetBalance(account(f"new {number}"), 10 * TAO)).unwrap()
            ledger.submit(AddStake(account("3"), 1, TAO), OWNER).unwrap()
            if number % 2:
                ledger.snapshot()
            ledger.submit(AddStake(account("4"), 1, TAO // 2), OWNER)
            ledger.advance_to(ledger.block + 5)
    return path


def test_it_is_what_the_whole_log_adds_up_to(path: Path) -> None:
    with Log.open(path, read_only=True) as log:
        assert len(list(proved_snapshots(log))) == 4
        for position in range(0, log.head.position + 1, 3):
            quick, whole = past(log, position=position), rebuild(log, position=position)
            assert (quick.storage.digest(), quick.position, quick.block) == (whole.storage.digest(), position, whole.block)
        for block in range(rebuild(log).block + 1):
            quick, whole = past(log, block=block), rebuild(log, block=block)
            assert (quick.storage.digest(), quick.position, quick.block) == (whole.storage.digest(), whole.position, block)
            last = last_position(log, block)
            assert all((entry.block <= block) == (entry.position <= last) for entry in log.read())
        with pytest.raises(ValueError, match="block 999 is not in the log"):
            past(log, block=999)
        with pytest.raises(ValueError, match="position 1000000 is not in the log"):
            past(log, position=10**6)
        assert past(log).storage.digest() == rebuild(log).storage.digest()


def test_only_the_log_after_the_snapshot_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    rows_verified = Log.rows_verified

    def counting(self: Log, after: int = 0, *, until: int | None = None) -> Iterator[Any]:
        for row in rows_verified(self, after, until=until):
            read.append(row[0])
            yield row

    with Log.open(path, read_only=True) as log:
        third, second = [snapshot.head.position for snapshot in proved_snapshots(log)][1:3]
        monkeypatch.setattr(Log, "rows_verified", counting)
        past(log, position=third + 2)
        assert read == [third, third + 1, third + 2]  # the seal, and what follows
        read.clear()
        past(log, block=next(log.read(third - 1)).block - 1)
        assert min(read) == second


def test_a_snapshot_that_does_not_prove_itself_decides_nothing(path: Path) -> None:
    """One of a forger is passed over for an older one; without any, the log is read from its beginning."""
    with Ledger.open(path) as ledger:
        log = ledger.log
        true = {block: rebuild(log, block=block).storage.digest() for block in (FIRST_EPOCH, 40, ledger.block)}
        forged = rebuild(log, position=log.head.position - 1).storage.encode()
        newest = next(proved_snapshots(log)).head.position
        log.connection.execute("UPDATE snapshots SET payload = ? WHERE position = ?", (forged, newest))
        assert {block: past(log, block=block).storage.digest() for block in true} == true
        log.connection.execute("UPDATE snapshots SET payload = ?", (forged,))
        assert {block: ledger.at(block=block).storage.digest() for block in true} == true
        assert not audit(log).clean


def test_epochs_are_found_from_their_own_end(path: Path) -> None:
    with Log.open(path, read_only=True) as log:
        found = {block: recorded_epoch(log, 1, block=block).block for block in (7, 8, 16, 17, 26, 27, 28, None)}
        last = rebuild(log).block
        latest = max(block for block in range(THIRD_EPOCH, last + 1) if block % 10 == 7)
        assert list(found.values()) == [FIRST_EPOCH] * 3 + [SECOND_EPOCH] * 2 + [THIRD_EPOCH] * 2 + [latest]
        assert all(recorded_epoch(log, 1, block=block).difference() is None for block in (7, 27))
        with pytest.raises(NoSuchEpoch, match=f"no epoch up to block 6; its first one is in block {FIRST_EPOCH}"):
            recorded_epoch(log, 1, block=6)
        with pytest.raises(NoSuchEpoch, match="the ledger has no such subnet"):
            recorded_epoch(log, 9)


def test_commands_show_a_block_that_has_passed(path: Path) -> None:
    def ran(*arguments: str) -> Any:
        result = CliRunner().invoke(main, [*arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    here = str(path)
    with Ledger.open(path) as ledger:
        ledger.submit(BurnedRegister(1, account("late")), OWNER).unwrap()
        block = FIRST_EPOCH + 1
        then = ledger.at(block=block)
        shown = ran("show", "subnet", here, "--netuid", "1", "--block", str(block))
        assert (shown["block"], len(shown["neurons"])) == (block, then.subnet(1).n)
        assert len(ran("show", "subnet", here, "--netuid", "1")["neurons"]) == then.subnet(1).n + 1
        neuron = ran("show", "neuron", here, "--netuid", "1", "--uid", "3", "--block", str(block))
        assert neuron["last_update"] == then.subnet(1).neuron(3).last_update
        assert ran("show", "storage", here, "--block", str(block))["digest"] == then.storage.digest().hex()
        assert [1, 9] in ran("show", "storage", here, "Tempo", "--block", str(block))["values"]
        queue = ran("prune-queue", here, "--netuid", "1", "--block", str(block))
        assert {place["uid"] for place in queue} == set(range(then.subnet(1).n))
        late = ["show", "neuron", here, "--netuid", "1", "--hotkey", account("late").hex(), "--block", str(block)]
        assert f"registered on subnet 1 at block {block}" in CliRunner().invoke(main, late).output
        too_late = CliRunner().invoke(main, ["show", "subnet", here, "--netuid", "1", "--block", "99999"])
        assert (too_late.exit_code, "block 99999 is not in the log" in too_late.output) == (2, True)


@pytest.mark.parametrize(("worth", "kept"), [(0, 12), (10**6, 3)])
def test_how_many_snapshots_are_kept_goes_by_what_they_spare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worth: int, kept: int
) -> None:
    """The newest three always; of older ones those between which the log has grown by several times a snapshot."""
    monkeypatch.setattr(snapshots, "_WORTH", worth)
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        for number in range(12):
            ledger.submit(ForceSetBalance(account(str(number)), TAO)).unwrap()
            ledger.snapshot()
        assert len(list(proved_snapshots(ledger.log))) == kept


def test_between_two_kept_snapshots_the_log_has_grown_by_four_times_a_snapshot(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        for number in range(100):
            with ledger.batch():
                for part in range(80 if not number else 12):
                    ledger.submit(ForceSetBalance(account(f"{part}"), TAO + number)).unwrap()
            ledger.snapshot()
        rows = ledger.log.connection.execute("SELECT position, length(payload) FROM snapshots ORDER BY position").fetchall()
        older = [(0, 0), *rows[:-3]]
        assert len(older) > 4
        for (before, _), (position, size) in pairwise(older):
            (grown,) = ledger.log.connection.execute(
                "SELECT sum(length(payload) + 60) FROM log WHERE seq > ? AND seq <= ?", (before, position)
            ).fetchone()
            assert 3 * size < grown < 9 * size


def test_a_batch_of_many_seals_keeps_some_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_WORTH", 0)
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        with ledger.batch():
            for number in range(40):
                ledger.submit(ForceSetBalance(account(str(number)), TAO)).unwrap()
                ledger.snapshot()
        kept = [snapshot.head.position for snapshot in proved_snapshots(ledger.log)]
        assert kept[0] == ledger.head.position
        assert 3 <= len(kept) <= 4
        assert pasts.past(ledger.log, position=kept[-1] + 1).position == kept[-1] + 1
