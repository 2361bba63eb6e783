"""Writers take turns: nobody waits long, and nobody is left with a transaction, a lock or a handle that is not his."""

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.log import Log
from neuron_ledger.ledger.log.errors import LogBusy, LogError
from neuron_ledger.ledger.log.head_file import encoded, head_file_of
from neuron_ledger.ledger.log.turn import ENDING
from tests.log.log_fixture import entries, ledger_at

ROUNDS = 20

QUEUED_WRITER = """
    import sys
    from neuron_ledger.ledger.log import Log
    from neuron_ledger.events.entries.envelope import NewEntry
    with Log.open(sys.argv[1]) as log:
        for line in sys.stdin:
            with log.transaction():
                log.append([NewEntry(0, "Happened/1", bytes(200))], expected_position=log.head.position)
            print(log.head.position, flush=True)
"""


def _is_held(path: Path) -> bool:
    """Whether somebody holds this file's lock."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_whoever_has_just_written_goes_behind_the_one_that_waits(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    Log.create(path).close()
    command = [sys.executable, "-c", textwrap.dedent(QUEUED_WRITER), str(path)]
    with Log.open(path) as log, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for _ in range(ROUNDS):
            with log.transaction():
                mine = log.head.position
                other.stdin.write("go\n")
                other.stdin.flush()
                while not _is_held(path.with_name(path.name + ENDING)):
                    assert other.poll() is None
                    time.sleep(0.001)
            # The other one is next: asking again at once, as fast as can be, does not get the turn before it.
            log.append(entries(1), expected_position=mine + 1)
            assert other.stdout.readline() == f"{mine + 1}\n"
        other.stdin.close()
        assert log.head.position == 2 * ROUNDS
        assert list(log.verify()) == []


def test_what_a_writer_that_was_killed_in_the_queue_left_behind_is_put_right(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 1)
    queue = path.with_name(path.name + ENDING)
    with Log.open(path) as log:
        assert queue.stat().st_size == 0
        queue.write_bytes(b"x")
        log.append(entries(1), expected_position=1)
        assert queue.stat().st_size == 0
        with queue.open("r+b") as next_one:
            fcntl.flock(next_one, fcntl.LOCK_EX)
            log.append(entries(1), expected_position=2)  # nobody waits, so nobody is asked
            queue.write_bytes(b"x")
            with Log.open(path, wait_ms=50) as other, pytest.raises(LogBusy):
                other.append(entries(1), expected_position=3)
        log.append(entries(1), expected_position=3)
        assert queue.stat().st_size == 0


def test_a_writer_that_is_stopped_holds_up_others_for_the_time_to_wait_only(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 1)
    script = """
        import sys, time
        from neuron_ledger.ledger.log import Log
        with Log.open(sys.argv[1]) as log, log.transaction():
            print("holds", flush=True)
            time.sleep(60)
    """
    holder = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holds\n"
    with Log.open(path, wait_ms=100) as log:
        with pytest.raises(LogBusy):  # while the other one goes on holding its turn
            log.append(entries(1), expected_position=1)
        assert holder.poll() is None
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()
        log.append(entries(1), expected_position=1)


INTERRUPTED = """
    import os, signal, sys
    from neuron_ledger.ledger.log import Log
    from neuron_ledger.events.entries.envelope import NewEntry
    path = sys.argv[1]
    left_open = 0
    with Log.open(path) as log, Log.open(path, wait_ms=1000) as other:
        for step in range(1, 160):
            steps = [step]

            def trace(frame, event, argument):
                # An interrupt at every line of the log's own code, one after the other.
                ours = frame.f_code.co_filename.endswith(("store.py", "turn.py", "writing.py", "head_file.py", "watch.py"))
                if ours and event in ("call", "line"):
                    steps[0] -= 1
                    if steps[0] == 0:
                        raise KeyboardInterrupt
                return trace

            sys.settrace(trace)
            try:
                with log.transaction():
                    log.append([NewEntry(0, "Happened/1", bytes(20))], expected_position=log.head.position)
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(None)
            left_open += log.connection.in_transaction
            other.append([NewEntry(0, "Happened/1", bytes(20))], expected_position=other.head.position)
            log.append([NewEntry(0, "Happened/1", bytes(20))], expected_position=log.head.position)
        print("left open:", left_open, list(log.verify()))
"""


def test_an_interrupt_anywhere_leaves_no_transaction_open(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    Log.create(path).close()
    command = [sys.executable, "-c", textwrap.dedent(INTERRUPTED), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "left open: 0 []\n", done.stderr[-2000:]


def test_what_fails_to_open_leaves_no_handle(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 3)
    (tmp_path / "text").write_text("no ledger")
    lost = tmp_path / "lost.ledger"
    ledger_at(lost, 3)
    head_file_of(lost).write_bytes(encoded(Head(9, bytes(32))))
    handles = Path("/proc/self/fd")
    before = len(list(handles.iterdir()))
    for read_only in (True, False) * 3:
        for file in (tmp_path / "text", lost, tmp_path / "absent"):
            with pytest.raises(LogError):
                Log.open(file, read_only=read_only)
        with pytest.raises(LogError):
            Log.create(path)
        Log.open(path, read_only=read_only).close()
    assert len(list(handles.iterdir())) == before
