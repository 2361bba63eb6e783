"""The log and other processes: a full disk, a kill in the middle, two writers, readers that go on reading."""

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from neuron_ledger.ledger.log.errors import LogClosed
from neuron_ledger.ledger.log.store import (
    ConcurrencyError,
    Head,
    Log,
    LogBusy,
    LogWriteError,
    NewEntry,
)
from tests.log.log_fixture import entries, ledger_at

ROUNDS = 20


def run(script: str, *arguments: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


LIMITED = """
    import resource, sys
    from pathlib import Path
    from neuron_ledger.ledger.log.store import Log, LogWriteError, NewEntry
    path, room = Path(sys.argv[1]), int(sys.argv[2])
    entries = [NewEntry(i, "Happened/1", bytes(200)) for i in range(5000)]
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, unlimited[1]))
    try:
        with Log.open(path) as log:
            head = log.head
            try:
                log.append(entries, expected_position=head.position)
            except LogWriteError as error:
                print("refused:", error)
            print(log.head == head, list(log.verify()))
    except LogWriteError as error:
        print("refused:", error)
"""


@pytest.mark.parametrize("room", [8192, 20_000, 300_000])
def test_a_file_size_limit_refuses_the_append_and_leaves_the_file_as_it_is(tmp_path: Path, room: int) -> None:
    path = tmp_path / "test.ledger"
    head = ledger_at(path, 300)
    before = path.read_bytes()
    child = run(LIMITED, path, room)
    output, _ = child.communicate(timeout=60)
    assert child.returncode == 0, output
    assert output.startswith("refused:")
    assert "nothing was recorded" in output
    assert path.read_bytes() == before
    with Log.open(path) as log:
        assert log.head == head
        assert list(log.verify()) == []
        log.append(entries(10), expected_position=300)


def test_creating_without_room_is_told(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard[1]))
    try:
        with pytest.raises(LogWriteError, match="cannot be written"):
            Log.create(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, hard)
    Log.create(path).close()


WRITER = """
    import sys
    from neuron_ledger.ledger.log.store import Log, NewEntry
    path, batch, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with Log.open(path) as log:
        head = log.head
        while True:
            first = head.position // batch
            made = [NewEntry(first, "Happened/1", first.to_bytes(8, "little") * (size // 8)) for _ in range(batch)]
            print("begin", flush=True)
            head = log.append(made, expected_position=head.position)
            print(head, flush=True)
"""


@pytest.mark.parametrize(("batch", "size", "begun"), [(7, 200, 12), (5000, 1000, 1)])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, batch: int, size: int, begun: int) -> None:
    """Small batches are killed between and during commits; the large one while it spills over into the write-ahead log."""
    path = tmp_path / "test.ledger"
    Log.create(path).close()
    recorded = 0
    for round_number in range(ROUNDS):
        child = run(WRITER, path, batch, size)
        assert child.stdout is not None
        lines: list[str] = []
        while sum(line == "begin\n" for line in lines) < begun + round_number % 2:
            lines.append(child.stdout.readline())
            assert lines[-1], "the writer ended by itself"
        time.sleep(0.004 * round_number)
        os.kill(child.pid, signal.SIGKILL)
        lines += child.stdout.readlines()
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
        acknowledged = [Head.parse(line) for line in lines if line.endswith("\n") and line != "begin\n"]
        with Log.open(path) as log:
            assert list(log.verify()) == []
            position = log.head.position
            assert position % batch == 0
            assert position >= recorded
            for head in acknowledged:
                assert log.hash_at(head.position) == head.hash
            assert all(entry.block == (entry.position - 1) // batch for entry in log.read(recorded))
        recorded = position
    assert recorded > 0


def test_a_kill_while_creating_leaves_nothing_or_a_ledger(tmp_path: Path) -> None:
    for round_number in range(ROUNDS):
        path = tmp_path / f"{round_number}.ledger"
        child = run(
            "import sys; from ledger.log import Log; import sqlite_utils; print('begin', flush=True); Log.create(sys.argv[1])",
            path,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.0015 * round_number)
        os.kill(child.pid, signal.SIGKILL)
        child.stdout.close()
        child.wait()
        with Log.open(path, create=True) as log:
            log.append(entries(1), expected_position=0)
            assert list(log.verify()) == []


def append_until(path: Path, name: str, rounds: int) -> None:
    """One of several writers: appends pairs of entries, reading the head first in half of its transactions."""
    with Log.open(path, wait_ms=60_000) as log:
        done = 0
        while done < rounds:
            pair = [NewEntry(done, name, b"first"), NewEntry(done, name, b"second")]
            if done % 2:
                with log.transaction():
                    log.append(pair, expected_position=log.head.position)
                done += 1
                continue
            try:
                log.append(pair, expected_position=log.head.position)
                done += 1
            except ConcurrencyError:
                pass


def test_two_writers_and_a_reader_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    Log.create(path).close()
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=append_until, args=(path, name, 60)) for name in ("One", "Two")]
    for writer in writers:
        writer.start()
    seen = 0
    with Log.open(path, read_only=True) as log:
        while seen < 240 and any(writer.is_alive() for writer in writers):
            for entry in log.read_verified(seen):
                seen = entry.position
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    with Log.open(path) as log:
        recorded = list(log.read_verified())
    assert len(recorded) == 240
    for first, second in zip(recorded[::2], recorded[1::2], strict=True):
        assert (first.tag, first.block) == (second.tag, second.block)
        assert (first.payload, second.payload) == (b"first", b"second")
    assert {entry.tag for entry in recorded} == {"One", "Two"}


def test_a_reader_sees_only_what_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    with Log.create(path) as writer, Log.open(path, read_only=True) as reader:
        with writer.transaction():
            writer.append(entries(5), expected_position=0)
            assert reader.head.position == 0
        assert reader.head == writer.head
        assert len(list(reader.read_verified())) == 5


def test_a_writer_that_waited_in_vain_is_told(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    with Log.create(path) as first, Log.open(path, wait_ms=50) as second:
        with first.transaction():
            first.append(entries(1), expected_position=0)
            with pytest.raises(LogBusy, match="is locked by another process; try again"):
                second.append(entries(1), expected_position=0)
        with pytest.raises(ConcurrencyError):
            second.append(entries(1), expected_position=0)
        second.append(entries(1), expected_position=1)


def test_a_closed_log_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "test.ledger")
    log.close()
    with pytest.raises(LogClosed, match="closed"):
        _ = log.head
