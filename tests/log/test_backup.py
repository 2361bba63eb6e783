"""Copies of a ledger that is open, and why its file is opened by SQLite alone."""

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log import Log, backup
from neuron_ledger.ledger.log.backup import back_up
from neuron_ledger.ledger.log.errors import ChainBroken, LogError, LogExists, LogWriteError
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account
from tests.cli.cli_fixture import asked, one_line, run
from tests.log.log_fixture import entries, ledger_at, tamper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        ledger.submit(ForceSetBalance(account("somebody"), 10**9)).unwrap()
    return path


ANOTHER_WRITER = """
    import sys
    from neuron_ledger import Ledger, calls
    with Ledger.open(sys.argv[1]) as ledger, ledger.batch():
        for number in range(int(sys.argv[2])):
            ledger.submit(calls.ForceSetBalance(number.to_bytes(32, "little"), 10**9)).unwrap()
"""


def another_process_submits(path: Path, count: int) -> None:
    subprocess.run([sys.executable, "-c", textwrap.dedent(ANOTHER_WRITER), str(path), str(count)], check=True)


def test_a_second_open_in_one_process_loses_nothing(path: Path) -> None:
    """Closing any handle of a file cancels all POSIX locks that its process has on it, also those of the first open."""
    with Ledger.open(path) as ledger:
        ledger.submit(ForceSetBalance(account("first"), 10**9)).unwrap()
        with Log.open(path, read_only=True) as second:
            assert audit(second).clean
        another_process_submits(path, 1)
        for number in range(20):
            ledger.submit(ForceSetBalance(number.to_bytes(32, "big"), 2 * 10**9)).unwrap()
        acknowledged = ledger.head
        another_process_submits(path, 300)
    with Log.open(path) as log:
        assert audit(log, expected_head=acknowledged).clean
        assert log.head.position > acknowledged.position + 300


WATCHED = """
    import json, os, sys
    from pathlib import Path
    path, calls = sys.argv[1], sys.argv[2]
    opened = []

    def watch(event, arguments):
        # Everything that Python opens by itself; what SQLite opens does not come by here.
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            name = os.path.realpath(os.fsdecode(arguments[0]))
            if name in (path, path + "-wal", path + "-shm"):
                opened.append(name)

    import neuron_ledger
    from neuron_ledger.replay.cli import main
    sys.addaudithook(watch)
    with neuron_ledger.Ledger.open(path) as held:
        for command in json.loads(calls):
            try:
                main(command, standalone_mode=False)
            except SystemExit:
                pass
        held.backup(path + ".second")
        held.snapshot()
    print("opened beside SQLite:", opened)
"""


def test_no_command_opens_a_ledger_beside_sqlite(path: Path, tmp_path: Path) -> None:
    file = str(path)
    commands = [
        ["head", file, "--json"],
        ["log", file],
        ["export", "calls", file],
        ["replay", file],
        ["audit", file],
        ["init", file],
        ["backup", file, str(tmp_path / "copy.ledger")],
        ["backup", file, file],
        ["submit", file, "force_set_balance", json.dumps({"who": "11" * 32, "new_free": 7})],
        ["advance", file, "--blocks", "3"],
        ["show", "storage", file],
        ["tenures", file],
        ["import", "calls", file, file],
        ["import", "genesis", file, file],
        ["import", "metagraph", file, file, "--neurons-lite", file],
        ["import", "calls", file, file + "-wal"],
    ]
    command = [sys.executable, "-c", textwrap.dedent(WATCHED), file, json.dumps(commands)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "opened beside SQLite: []"
    assert done.stderr.count("is the ledger itself") == 3


def test_a_source_that_is_the_open_ledger_is_refused_under_any_name(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    with Ledger.open(path) as ledger:
        for source in (path, link):
            with pytest.raises(LogError, match="is the ledger itself; give another file"):
                import_calls(ledger, source)
            with pytest.raises(LogError, match="is the ledger itself"):
                import_metagraph(ledger, tmp_path / "absent", source)
    with (
        Ledger.create(tmp_path / "new.ledger", spec_version=277) as ledger,
        pytest.raises(LogError, match="is the ledger itself"),
    ):
        import_genesis(ledger, tmp_path / "new.ledger")


def test_a_backup_holds_what_was_committed_and_is_a_ledger_of_its_own(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ledger"
    answer: list[tuple[int, int]] = []
    with Ledger.open(path) as ledger:
        with ledger.batch():
            for number in range(50):
                ledger.submit(ForceSetBalance(number.to_bytes(32, "big"), 2 * 10**9)).unwrap()
            before = ledger.backup(tmp_path / "during.ledger")
        assert ledger.backup(copy, progress=lambda done, total: answer.append((done, total))) == ledger.head
    assert answer
    assert all(0 <= done <= total for done, total in answer)
    assert sorted(found.name for found in tmp_path.iterdir() if "copy" in found.name) == [copy.name]
    with Ledger.open(copy) as again, Ledger.open(path) as ledger:
        assert (again.head, again.storage.digest()) == (ledger.head, ledger.storage.digest())
        again.submit(ForceSetBalance(account("other"), 10**9)).unwrap()
        assert ledger.head.position < again.head.position
    with Log.open(tmp_path / "during.ledger", read_only=True) as log:
        assert log.head == before
        assert before.position < 10


def test_a_backup_while_another_process_writes_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    script = textwrap.dedent(ANOTHER_WRITER).replace("with Ledger.open(sys.argv[1]) as ledger, ledger.batch():", WRITING_ON)
    writer = subprocess.Popen([sys.executable, "-c", script, str(path), "100000"], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        with Log.open(path, read_only=True) as log:
            for number in range(5):
                copy = tmp_path / f"{number}.ledger"
                assert asked("backup", path, copy)["head"]
                with Log.open(copy, read_only=True) as copied:
                    assert list(copied.verify()) == []
                    assert log.hash_at(copied.head.position) == copied.head.hash
    finally:
        writer.kill()
        writer.communicate()


WRITING_ON = """with Ledger.open(sys.argv[1]) as ledger:
        print("begin", flush=True)"""


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path, end: str) -> None:
    copy = tmp_path / "copy.ledger"
    stands = tmp_path / f"copy.ledger{end}"
    stands.write_text("something")
    assert "exists already; a backup overwrites nothing" in one_line(run("backup", path, copy))
    assert stands.read_text() == "something"
    assert [found.name for found in tmp_path.iterdir() if "copy" in found.name] == [stands.name]


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_copy_never_replaces_a_file_and_is_renamed_in_one_step(
    path: Path, tmp_path: Path, in_one_step: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linked and then unlinked, a copy whose writer is killed in between would have two names."""
    links, really_link = [], os.link

    def link(part: Path, copy: Path) -> None:
        links.append(copy)
        really_link(part, copy)

    monkeypatch.setattr(os, "link", link)
    if not in_one_step:
        monkeypatch.setattr(backup, "_renamed", lambda *_: False)
    with Log.open(path) as log:
        head = back_up(log, tmp_path / "copy")
        assert bool(links) != (in_one_step and sys.platform == "linux")
        monkeypatch.setattr(backup, "_require_vacant", lambda _: None)
        with pytest.raises(LogExists, match="exists already"):
            back_up(log, tmp_path / "copy")
    with Log.open(tmp_path / "copy", read_only=True) as copy:
        assert copy.head == head
    assert not list(tmp_path.glob("*.part-*"))


def test_a_backup_where_none_can_be_is_told(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(LogWriteError, match="is not a folder; make it first"):
            ledger.backup(tmp_path / "absent" / "copy.ledger")
        with pytest.raises(LogExists):
            ledger.backup(path)
        (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
        with pytest.raises(LogExists):
            ledger.backup(tmp_path / "dangling")


def test_a_log_that_is_not_whole_has_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "test.ledger"
    ledger_at(path, 30)
    tamper(path, "UPDATE log SET payload = x'00' WHERE seq = 7")
    with Log.open(path, read_only=True) as log:
        before = {found.name for found in tmp_path.iterdir()}
        with pytest.raises(ChainBroken, match="position 7"):
            back_up(log, tmp_path / "copy.ledger")
        assert {found.name for found in tmp_path.iterdir()} == before


def test_a_backup_without_room_leaves_nothing(path: Path, tmp_path: Path) -> None:
    script = """
        import resource, sys
        from neuron_ledger import Ledger
        with Ledger.open(sys.argv[1]) as ledger:
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
            try:
                ledger.backup(sys.argv[2])
            except Exception as error:
                print(type(error).__name__, error)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(path), str(tmp_path / "copy.ledger")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("LogWriteError"), done
    assert [found.name for found in tmp_path.iterdir() if "copy" in found.name] == []


def test_a_ledger_in_memory_can_be_kept_in_a_file(tmp_path: Path) -> None:
    copy = tmp_path / "kept.ledger"
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.submit(ForceSetBalance(account("somebody"), 10**9)).unwrap()
        with ledger.batch(), pytest.raises(LogError, match="a batch is open"):
            ledger.backup(copy)
        assert ledger.backup(copy) == ledger.head
        with Ledger.open(copy) as kept:
            assert kept.head == ledger.head
            kept.submit(ForceSetBalance(account("somebody"), 10**9)).unwrap()


def test_a_path_need_not_be_utf8_and_may_begin_with_two_slashes(tmp_path: Path) -> None:
    for name in (os.fsdecode(b"chain-\xff\xfe%?#.ledger"), "with space.ledger"):
        path = Path("/" + str(tmp_path / name))
        head = ledger_at(path, 3)
        with Log.open(path) as log:
            assert log.append(entries(1), expected_position=3).position == head.position + 1
        assert run("head", path).stdout.startswith("4:")
        assert (tmp_path / name).is_file()
        with closing(sqlite3.connect(os.fsencode(tmp_path / name))) as raw:
            assert raw.execute("SELECT count(*) FROM log").fetchone() == (4,)
