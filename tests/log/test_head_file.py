"""The head file: what was acknowledged and is gone is reported, whatever became of SQLite's write-ahead log."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from contextlib import closing
from io import FileIO
from pathlib import Path

import pytest

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log import Log, watch, writing
from neuron_ledger.ledger.log.errors import ChainBroken, EntriesLost, FileReplaced, NotALedger
from neuron_ledger.ledger.log.head_file import LENGTH, decoded, encoded, head_file_of, read_head_file
from neuron_ledger.ledger.log.sqlite_version import about_sqlite, known_bug
from tests.cli.cli_fixture import asked, one_line, run
from tests.log.log_fixture import entries, ledger_at

KILLED = """
    import os, signal, sys
    from neuron_ledger.ledger.log import Log
    from neuron_ledger.events.entries.envelope import NewEntry
    log = Log.open(sys.argv[1], synchronous=sys.argv[2])
    for number in range(20):
        head = log.append([NewEntry(number, "Happened/1", bytes(200))], expected_position=log.head.position)
    print(head, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_writer(path: Path, synchronous: str = "FULL") -> Head:
    """What a process that died had recorded and acknowledged. Its entries are in the write-ahead log alone."""
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(path), synchronous]
    return Head.parse(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    return path


def wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def without_wal(path: Path) -> None:
    wal(path).unlink()


def flipped_bit(path: Path) -> None:
    content = bytearray(wal(path).read_bytes())
    content[len(content) // 2] ^= 1
    wal(path).write_bytes(content)


def older_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path.with_name("older"), path)


def another_ledger(path: Path) -> None:
    without_wal(path)
    ledger_at(path.with_name("another"), 30)
    shutil.copy(path.with_name("another"), path)


@pytest.mark.parametrize("lose", [without_wal, flipped_bit, older_file, another_ledger])
def test_what_was_acknowledged_and_is_gone_is_told(path: Path, lose: Callable[[Path], None]) -> None:
    shutil.copy(path, path.with_name("older"))
    acknowledged = killed_writer(path)
    assert read_head_file(path) == acknowledged
    lose(path)
    before = {found.name: found.read_bytes() for found in path.parent.iterdir() if not found.name.endswith("-shm")}
    for read_only in (True, False):
        with pytest.raises(EntriesLost, match=r"entries up to 23 were acknowledged and are gone|is not the one") as caught:
            Log.open(path, read_only=read_only)
        assert caught.value.acknowledged == acknowledged
    assert "--accept-loss" in one_line(run("submit", path, "force_set_balance", '{"who": "%s", "new_free": 7}' % ("11" * 32)))
    # Nothing was touched: whoever has means to save something of the write-ahead log still can.
    assert {name: path.with_name(name).read_bytes() for name in before} == before
    with Log.inspect(path) as log:
        assert [fault.what for fault in log.verify()] == ["lost"]
    answer = run("repair", path)
    assert (answer.exit_code, "were acknowledged and are gone" in answer.stdout or "is not the one" in answer.stdout) == (1, True)
    assert asked("repair", path, "--accept-loss")["accepted"] is True
    with Log.open(path) as log:
        assert list(log.verify()) == []
        log.append(entries(1), expected_position=log.head.position)
    assert run("repair", path).exit_code == 0


def test_a_whole_write_ahead_log_is_no_loss(path: Path) -> None:
    acknowledged = killed_writer(path)
    assert wal(path).stat().st_size > 0
    with Log.open(path, read_only=True) as log:
        assert log.head == acknowledged
    with Log.open(path) as log:
        assert log.head == acknowledged


def test_a_head_file_may_lag_behind(path: Path) -> None:
    """As after a crash between the commit and the writing of the head file."""
    old = head_file_of(path).read_bytes()
    head = killed_writer(path)
    head_file_of(path).write_bytes(old)
    with Log.open(path) as log:
        assert log.head == head
        log.append(entries(1), expected_position=23)
    assert read_head_file(path) == Head(24, log_hash(path, 24))


def log_hash(path: Path, position: int) -> bytes:
    with Log.open(path, read_only=True) as log:
        found = log.hash_at(position)
        assert found is not None
        return found


@pytest.mark.parametrize("content", [b"", bytes(LENGTH), b"3:", encoded(Head(9, bytes(32)))[:-5], b"x" * 500])
def test_a_head_file_that_a_loss_of_power_left_unreadable_is_written_anew(path: Path, content: bytes) -> None:
    head_file_of(path).write_bytes(content)
    with Log.open(path, read_only=True) as log:
        assert list(log.verify()) == []
    Log.open(path).close()
    assert read_head_file(path) == Head(3, log_hash(path, 3))


def test_one_wrong_bit_in_a_head_file_makes_it_say_nothing(path: Path) -> None:
    content = head_file_of(path).read_bytes()
    assert len(content) == LENGTH
    assert decoded(content) == Head(3, log_hash(path, 3))
    for at in range(LENGTH):
        changed = bytearray(content)
        changed[at] ^= 1
        assert decoded(bytes(changed)) is None


def test_a_head_file_as_text_holds_until_the_next_commit(path: Path) -> None:
    """As it was written by an earlier version."""
    line = f"{Head(3, log_hash(path, 3))}".ljust(84) + "\n"
    head_file_of(path).write_text(line + line)
    with Log.open(path) as log:
        log.append(entries(1), expected_position=3)
    content = head_file_of(path).read_bytes()
    assert (len(content), read_head_file(path)) == (LENGTH, Head(4, log_hash(path, 4)))
    line = f"{Head(9, bytes(32))}".ljust(84) + "\n"
    head_file_of(path).write_text(line + line)
    with pytest.raises(EntriesLost, match="entries up to 9 were acknowledged and are gone"):
        Log.open(path)
    for damaged in (line, line * 3, line + line[:-1] + " ", line.replace("9", "x") * 2):
        head_file_of(path).write_text(damaged)
        assert read_head_file(path) is None


def test_a_copy_a_move_and_a_backup_are_ledgers_of_their_own(path: Path, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        ledger.backup(tmp_path / "backup.ledger")
    shutil.copy(path, tmp_path / "copied")
    moved = path.rename(tmp_path / "moved")
    for file in (tmp_path / "copied", moved, tmp_path / "backup.ledger"):
        with Log.open(file) as log:
            position = log.head.position
            log.append(entries(1), expected_position=position)
        assert read_head_file(file) == Head(position + 1, log_hash(file, position + 1))


def test_a_new_ledger_where_one_stood_begins_anew_only_on_purpose(path: Path) -> None:
    path.unlink()
    with pytest.raises(EntriesLost, match="a ledger with acknowledged entries up to 3 was here"):
        Log.open(path, create=True)
    Log.create(path).close()
    assert read_head_file(path) == Head(0, log_hash(path, 0))
    Log.open(path, create=True).close()


def test_without_sync_the_head_file_waits_until_the_entries_are_in_the_file(path: Path) -> None:
    before = read_head_file(path)
    killed_writer(path, "NORMAL")
    assert read_head_file(path) == before
    with Log.open(path, synchronous="NORMAL") as log:
        head = log.append(entries(1), expected_position=log.head.position)
        assert read_head_file(path) == before
    assert read_head_file(path) == head


def test_the_write_ahead_log_is_folded_after_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Log.open(path) as log:
        size = path.stat().st_size
        log.append(entries(200), expected_position=3)
        assert path.stat().st_size == size
        monkeypatch.setattr(writing, "CHECKPOINT_SECONDS", 0.0)
        log.append(entries(1), expected_position=203)
        assert path.stat().st_size > size


def test_a_ledger_on_a_read_only_medium_is_checked_too() -> None:
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.ledger"
        head = ledger_at(path, 3)
        head_file_of(path).write_bytes(encoded(Head(9, bytes(32))))
        Path(folder).chmod(0o555)
        try:
            if root:
                os.seteuid(65534)
            with pytest.raises(EntriesLost):
                Log.open(path, read_only=True)
            with Log.open(path, read_only=True, accept_loss=True) as log:
                assert log.head == head
        finally:
            if root:
                os.seteuid(0)
            Path(folder).chmod(0o755)


Watching = Callable[[str, Sequence[FileIO]], watch.Watch]


def removed(path: Path) -> None:
    path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def wal_removed(path: Path) -> None:
    wal(path).unlink()


def folder_renamed(path: Path) -> None:
    path.parent.rename(path.parent.with_name(path.parent.name + ".elsewhere"))


@pytest.mark.parametrize("watched", [watch.watch, watch.PollingWatch])
@pytest.mark.parametrize("do", [removed, renamed, replaced, wal_removed, folder_renamed])
def test_a_file_that_is_not_there_any_more_takes_no_commit(
    path: Path,
    do: Callable[[Path], None],
    watched: Watching,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writing, "watch", watched)
    with Log.open(path) as log:
        log.append(entries(1), expected_position=3)
        do(path)
        with pytest.raises(FileReplaced, match="while the ledger was open; nothing was recorded"):
            log.append(entries(1), expected_position=4)
        assert log.head.position == 4


@pytest.mark.parametrize("watched", [watch.watch, watch.PollingWatch])
@pytest.mark.parametrize("length", [0, 1, LENGTH - 1, LENGTH + 1, 3 * LENGTH])
def test_a_head_file_that_was_cut_off_or_grew_is_whole_after_the_next_commit(
    path: Path, length: int, watched: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory that the file does not reach any more would end the process where it was written to."""
    monkeypatch.setattr(writing, "watch", watched)
    with Log.open(path) as log:
        for position in range(3, 9):
            os.truncate(head_file_of(path), length)
            head = log.append(entries(1), expected_position=position)
            assert read_head_file(path) == head
            assert head_file_of(path).stat().st_size == LENGTH


@pytest.mark.parametrize("watched", [watch.watch, watch.PollingWatch])
def test_who_waits_is_seen_before_the_next_commit(path: Path, watched: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark that nobody takes away holds nobody up: who finds it queues, and empties the file."""
    monkeypatch.setattr(writing, "watch", watched)
    queue = path.with_name(path.name + ".lock")
    with Log.open(path) as log:
        for position in range(3, 9):
            os.truncate(queue, 1)
            log.append(entries(1), expected_position=position)
            assert queue.stat().st_size == 0


def test_what_the_system_does_not_tell_is_noticed_a_little_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder further up that was renamed."""
    path = tmp_path / "above" / "folder" / "test.ledger"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(writing, "LOOK_SECONDS", 0.0)
    with Log.create(path) as log:
        log.append(entries(1), expected_position=0)
        (tmp_path / "above").rename(tmp_path / "elsewhere")
        with pytest.raises(FileReplaced):
            log.append(entries(1), expected_position=1)


def test_other_names_in_the_folder_are_no_fault(path: Path) -> None:
    with Log.open(path) as log:
        for number in range(3):
            path.with_name(f"other{number}").write_text("")
            log.append(entries(1), expected_position=3 + number)


def test_another_past_under_an_open_log_is_noticed(path: Path) -> None:
    """The last entries written anew, as whoever may write the file can do."""
    with Log.open(path) as log, Log.open(path, read_only=True) as reader:
        log.append(entries(2), expected_position=3)
        assert len(list(reader.rows_verified())) == 5
        with Log.in_memory(origin=log.origin) as other:
            with closing(sqlite3.connect(path, isolation_level=None)) as raw:
                for kept in raw.execute("SELECT * FROM log WHERE seq < 4").fetchall():
                    assert kept[0] < 4
                trigger = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'log_refuses_delete'").fetchone()[0]
                raw.execute("DROP TRIGGER log_refuses_delete")
                raw.execute("DELETE FROM log WHERE seq > 3")
                raw.execute(trigger)
            assert other.head.position == 0
        with pytest.raises(ChainBroken, match="position 5: the entry that was here when this log was last used is gone"):
            log.append(entries(1), expected_position=3)
        with Log.open(path, accept_loss=True) as forger:
            forger.append(entries(4, size=40), expected_position=3)
        with pytest.raises(ChainBroken, match="position 5: the entry that was here"):
            log.append(entries(1), expected_position=7)
        with pytest.raises(ChainBroken, match="position 5: the entry that was here"):
            list(reader.rows_verified(5))


def test_hard_links_are_refused_and_symbolic_links_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "symbolic").symlink_to(path)
    with Log.open(tmp_path / "symbolic") as log, Log.open(path) as same:
        head = log.append(entries(1), expected_position=3)
        assert same.append(entries(1), expected_position=4).position == head.position + 1
    assert not list(tmp_path.glob("symbolic?*"))
    os.link(path, tmp_path / "hard")
    for opening in (Log.open, Log.inspect):
        for name in (path, tmp_path / "hard"):
            with pytest.raises(NotALedger, match="is one of 2 hard links to one file"):
                opening(name)
    (tmp_path / "hard").unlink()
    Log.open(path).close()


def test_known_bugs_of_sqlite_are_named() -> None:
    affected = [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 2)]
    sound = [(3, 6, 23), (3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 52, 0), (4, 0, 0)]
    assert [known_bug(version) is not None for version in (*affected, *sound)] == [True] * 6 + [False] * 6
    assert f"SQLite {sqlite3.sqlite_version}" in run("--version").stdout


def test_an_audit_names_the_sqlite_that_it_read_with(tmp_path: Path) -> None:
    Ledger.create(tmp_path / "chain.ledger", spec_version=277).close()
    assert asked("audit", tmp_path / "chain.ledger")["sqlite"] == about_sqlite()
    shown = run("audit", tmp_path / "chain.ledger").stdout.splitlines()
    assert shown[0].startswith("clean: ")
    assert shown[1:] == ([f"read with {about_sqlite()}"] if known_bug() else [])
