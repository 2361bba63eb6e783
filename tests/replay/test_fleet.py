"""Several ledgers by one call: what names stand for, how a ledger from elsewhere is fetched, and that none stops the others."""

import io
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fsspec
import pytest

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.fleet import places as places_module
from neuron_ledger.replay.fleet.places import CannotFetch, fetched, fleet
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.fleet import audit_fleet
from tests.ledger_fixture import eventful_ledger
from tests.replay.test_audit import attack

NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "chain.ledger"
    eventful_ledger(path).close()
    return path


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Three ledgers: one with damage in it, one that is none; and something else."""
    folder = tmp_path / "fleet"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(made, folder / f"{name}.ledger")
    attack(folder / "b.ledger", "UPDATE log SET block = block + 1 WHERE seq = 9")
    (folder / "c.ledger").write_text("a letter")
    (folder / "notes.txt").write_text("no ledger")
    return folder


@pytest.fixture
def memory(folder: Path) -> Iterator[Any]:
    files = fsspec.filesystem("memory")
    for name in NAMES:
        files.pipe(f"/fleet/{name}.ledger", (folder / f"{name}.ledger").read_bytes())
    yield files
    files.rm("/fleet", recursive=True)


def names(*given: str | Path) -> list[str]:
    return [place.file_name for place in fleet(given).places]


@pytest.mark.usefixtures("memory")
def test_names_stand_for_ledgers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    all_of_them = ["a.ledger", "b.ledger", "c.ledger"]
    assert names(folder) == names(folder / "*.ledger") == names(folder.as_uri()) == all_of_them
    assert names("memory://fleet") == names("memory://fleet/") == names("memory://fleet/*.ledger") == all_of_them
    assert names(folder / "b.ledger", folder / "a.ledger", folder) == ["b.ledger", "a.ledger", "c.ledger"]
    assert names(folder / "a.ledger", (folder / "a.ledger").as_uri()) == ["a.ledger"]
    assert names(folder / "gone.ledger", "memory://fleet/[ab].ledger") == ["gone.ledger", "a.ledger", "b.ledger"]
    monkeypatch.chdir(folder)
    assert [place.name for place in fleet(["*.ledger", "notes.txt"]).places] == [*all_of_them, "notes.txt"]


@pytest.mark.usefixtures("memory")
def test_what_was_named_as_itself_is_one(folder: Path) -> None:
    assert fleet([folder / "a.ledger"]).is_one
    assert fleet(["memory://fleet/a.ledger"]).is_one
    assert fleet([(folder / "a.ledger").as_uri()]).is_one
    for several in ([folder / "[a].ledger"], [folder], ["memory://fleet/a*"], [folder / "a.ledger", folder / "b.ledger"]):
        assert not fleet(several).is_one, several


def test_names_that_stand_for_nothing_are_refused(tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "*.ledger", "memory://nothing/*.ledger"):
        with pytest.raises(FieldError, match="LEDGER: expected"):
            fleet([name])
    with pytest.raises(CannotFetch, match="nosuch://a: Protocol not known"):
        fleet(["nosuch://a"])


def test_a_path_with_signs_of_a_pattern_is_taken_as_it_is(made: Path, tmp_path: Path) -> None:
    odd = tmp_path / "chain[1].ledger"
    shutil.copy(made, odd)
    assert fleet([odd]).is_one


def test_each_is_audited_and_none_stops_the_others(folder: Path) -> None:
    report = audit_fleet([folder, folder / "gone.ledger"])
    whole, damaged, letter, gone = report.ledgers
    assert [one.clean for one in report.ledgers] == [True, False, False, False]
    for one in (whole, damaged):
        assert one.place.path is not None
        with Log.inspect(one.place.path) as log:
            assert one.report == audit(log)
    for one, why in ((letter, "c.ledger"), (gone, "does not exist")):
        assert (one.report, one.findings[0].what) == (None, "this ledger cannot be read")
        assert why in one.findings[0].got
    assert whole.report is not None
    assert damaged.report is not None
    assert report.entries == whole.report.entries + damaged.report.entries
    assert report.findings == len(damaged.findings) + 2
    assert not report.clean


@pytest.mark.usefixtures("memory")
def test_ledgers_elsewhere_and_processes_find_the_same(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    plain = audit_fleet([folder], progress=lambda done, total: told.append((done, total)))
    far = audit_fleet(["memory://fleet/*.ledger"])
    near = audit_fleet([folder.as_uri()])
    shared = audit_fleet([folder], jobs=2, progress=lambda done, total: told.append((done, total)))
    assert shared == plain
    assert told[-1][0] == told[-1][1] > 0
    for other in (far, near):
        assert [one.report for one in other.ledgers] == [one.report for one in plain.ledgers]
    assert [one.place.name for one in far.ledgers] == [f"memory:///fleet/{name}.ledger" for name in NAMES]


def test_what_stands_beside_a_ledger_is_fetched_too(made: Path, memory: Any) -> None:
    """Of a ledger whose last entries were cut off only the file beside it tells."""
    head = made.with_name(f"{made.name}.head").read_bytes()
    (place,) = fleet(["memory://fleet/a.ledger"]).places
    with fetched(place) as path:
        attack(path, "DELETE FROM log WHERE seq > 20")
        memory.pipe("/fleet/cut.ledger", path.read_bytes())
    memory.pipe("/fleet/cut.ledger.head", head)
    (found,) = audit_fleet(["memory://fleet/cut.ledger"]).ledgers
    assert "chain: lost" in [finding.what for finding in found.findings]


def test_entries_in_the_write_ahead_log_are_fetched_too(memory: Any, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "live.ledger") as ledger:
        ledger.advance_to(3)
        for end in ("", "-wal", ".head"):
            memory.pipe(f"/fleet/live.ledger{end}", (tmp_path / f"live.ledger{end}").read_bytes())
        (found,) = audit_fleet(["memory://fleet/live.ledger"]).ledgers
        assert found.report is not None
        assert found.report.head == ledger.head
        assert found.clean


@pytest.mark.usefixtures("memory")
def test_a_copy_is_gone_afterwards_and_told_as_it_comes(made: Path) -> None:
    told: list[tuple[int, int]] = []
    (place,) = fleet(["memory://fleet/a.ledger"]).places
    with fetched(place, lambda done, total: told.append((done, total))) as path:
        assert path.read_bytes() == made.read_bytes()
    assert not path.parent.exists()
    assert told[-1] == (made.stat().st_size, made.stat().st_size)


class Growing(io.BytesIO):
    """A file of which more comes than was said."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size) or b"more"


def test_a_file_that_is_not_what_was_said_is_refused(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (place,) = fleet(["memory://fleet/a.ledger"]).places
    kind = type(memory)
    for attribute, value, why in (
        ("open", lambda *_, **__: Growing(b"x"), "more bytes arrived than"),
        ("open", lambda *_, **__: io.BytesIO(b"less"), "was changed while it was fetched"),
        ("ukey", lambda *_: object(), "was changed while it was fetched"),
        ("size", lambda *_: 1 << 60, "has room"),
        ("open", lambda *_: (_ for _ in ()).throw(PermissionError("not yours")), "a.ledger: not yours"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(kind, attribute, value)
            with pytest.raises((CannotFetch, FieldError), match=why), fetched(place):
                pass
            (found,) = audit_fleet(["memory://fleet/a.ledger"]).ledgers
            assert why in found.findings[0].got


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and knows no ranges."""

    def log_message(self, format: str, *_: Any) -> None: ...


def test_ledgers_are_fetched_over_http(folder: Path) -> None:
    pytest.importorskip("aiohttp")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}"
        named = [f"{here}/a.ledger", f"{here}/b.ledger", f"{here}/gone.ledger"]
        whole, damaged, gone = audit_fleet(named, jobs=2).ledgers
        server.shutdown()
    plain = audit_fleet([folder]).ledgers
    assert [whole.report, damaged.report] == [one.report for one in plain[:2]]
    assert gone.findings[0].got == f"{here}/gone.ledger: there is no such file"


def test_without_fsspec_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(CannotFetch, match=r"pip install 'neuron-ledger\[cluster\]'"):
        fleet(["s3://bucket/*.ledger"])
    assert places_module.size(places_module.Place("s3://bucket/a.ledger", None)) == 1


def test_processes_and_a_scheduler_exclude_each_other(folder: Path) -> None:
    with pytest.raises(FieldError, match="at most one of the two"):
        audit_fleet([folder], jobs=2, scheduler="tcp://127.0.0.1:1")
