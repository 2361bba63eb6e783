"""tables, browse and export on the command line, and Datasette's pages."""

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from urllib.parse import urlencode
from urllib.request import urlopen

import fsspec
import polars
import pytest

from neuron_ledger import tables
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.tables.browse import metadata, pages
from neuron_ledger.replay.tables.queries import QUERIES
from neuron_ledger.replay.tables.schema import TABLES, VIEWS
from tests.cli.cli_fixture import run
from tests.replay.tables.small_world import small_world


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "chain.ledger")


def test_tables_say_what_was_done(ledger: Path, tmp_path: Path) -> None:
    into = tmp_path / "tables.db"
    first = run("tables", ledger, "--into", into)
    assert first.exit_code == 0
    assert "rebuilt, since there were none; 31 calls added, up to position 111, block 60" in first.stdout
    assert re.search(r"^  tenures +7$", first.stdout, re.MULTILINE)
    again = json.loads(run("tables", ledger, "--into", into, "--json").stdout)
    assert (again["calls_added"], again["built_because"], again["rows"]["neurons"]) == (0, None, 6)
    then = json.loads(run("tables", ledger, "--into", tmp_path / "then.db", "--block", 20, "--json").stdout)
    assert (then["block"], then["rows"]["epochs"]) == (20, 1)


def test_tables_are_checked(ledger: Path, tmp_path: Path) -> None:
    into = tmp_path / "tables.db"
    assert "there are no tables to check" in run("tables", ledger, "--into", into, "--check").stderr
    run("tables", ledger, "--into", into)
    assert run("tables", ledger, "--into", into, "--check").stdout == f"{ledger}: the tables match the ledger\n"


@pytest.mark.parametrize("form", ["parquet", "csv", "arrow"])
def test_export_says_what_was_written(ledger: Path, tmp_path: Path, form: str) -> None:
    done = json.loads(run("export", form, ledger, tmp_path / "out", "--into", tmp_path / "tables.db", "--json").stdout)
    assert done["rows"]["metrics"] == 33
    assert len(list((tmp_path / "out").rglob(f"*.{form}"))) == done["files"]
    refused = run("export", form, ledger, tmp_path / "out", "--into", tmp_path / "tables.db")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is not empty" in refused.stderr


def test_a_fleet_is_tabled_and_exported_by_one_command(ledger: Path, tmp_path: Path) -> None:
    """Each ledger has its tables beside it; one that is none keeps no other from them; files tell whose rows they are."""
    fleet = [tmp_path / f"{name}.ledger" for name in ("north", "south")]
    for path in fleet:
        copyfile(ledger, path)
    with Ledger.open(fleet[1]) as south:
        south.advance_to(70)
    broken = tmp_path / "broken.ledger"
    broken.write_text("a letter")
    made = run("tables", fleet[0], broken, fleet[1], "--json")
    assert made.exit_code == 2
    assert [(Path(one["tables"]).name, one["block"]) for one in json.loads(made.stdout)] == [
        ("north.ledger.tables.db", 60),
        ("south.ledger.tables.db", 70),
    ]
    assert made.stderr.startswith(f"error: {broken}: ")
    assert run("tables", *fleet, "--check").stdout.count("the tables match the ledger") == 2
    assert run("tables", tmp_path / "*th.ledger", "--into", tmp_path / "all").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["north.ledger.tables.db", "south.ledger.tables.db"]
    done = json.loads(run("export", "parquet", *fleet, tmp_path / "out", "--json").stdout)
    assert done["rows"]["metrics"] == 33 + 39
    frame = polars.read_parquet(f"{tmp_path}/out/*/metrics/**/*.parquet", hive_partitioning=True)
    counts = frame.group_by("ledger").len().sort("ledger").rows()
    assert counts == [("north.ledger", 33), ("south.ledger", 39)]
    without = run("export", "csv", tmp_path, tmp_path / "more")
    assert (without.exit_code, "left out" in without.stderr, str(broken) in without.stderr) == (2, True, True)
    assert sorted(path.name for path in (tmp_path / "more").iterdir()) == ["ledger=north.ledger", "ledger=south.ledger"]
    assert run("export", "csv", broken, broken.with_name("none.ledger"), tmp_path / "no").exit_code == 2
    assert not (tmp_path / "no").exists()


def test_ledgers_elsewhere_are_tabled_and_exported(ledger: Path, tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    for name in ("north", "south"):
        files.pipe(f"/far/{name}.ledger", ledger.read_bytes())
    assert "--into: expected a place for the tables of memory://" in run("tables", "memory://far").stderr
    for how in ("there were none", None):
        made = run("tables", "memory://far/*.ledger", "--into", tmp_path / "far", "--json")
        assert made.exit_code == 0
        assert [(one["block"], one["calls_added"] > 0) for one in json.loads(made.stdout)] == [(60, how is not None)] * 2
    one = run("tables", "memory://far/north.ledger", "--into", tmp_path / "one.db", "--json")
    assert json.loads(one.stdout)["tables"] == str(tmp_path / "one.db")
    done = run("export", "parquet", "memory://far", tmp_path / "out", "--json")
    assert json.loads(done.stdout)["rows"]["metrics"] == 66
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["ledger=north.ledger", "ledger=south.ledger"]


def test_ledgers_of_one_name_are_refused(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    copyfile(ledger, tmp_path / "other" / ledger.name)
    for command in (("tables",), ("export", "csv")):
        result = run(
            *command, ledger, tmp_path / "other" / ledger.name, *([tmp_path / "out"] * (len(command) - 1)), "--into", tmp_path
        )
        assert (result.exit_code, "different names" in result.stderr) == (2, True)


def test_what_is_not_installed_is_named(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    for command in (("export", "parquet", ledger, tmp_path / "out"), ("browse", ledger)):
        result = run(*command, "--into", tmp_path / "tables.db")
        assert result.exit_code == 2
        assert "pip install 'neuron-ledger[tables]'" in result.stderr
    assert run("tables", ledger, "--into", tmp_path / "tables.db").exit_code == 0


def test_every_table_has_its_page_with_its_rows(ledger: Path, tmp_path: Path) -> None:
    """Each answers 200, with as many rows as SQL counts, its description and its columns'."""

    async def look() -> None:
        with tables(ledger, tmp_path / "tables.db") as made:
            site = pages(made)
            front = await site.client.get("/")
            assert front.status_code == 200
            assert "chain.ledger" in front.text
            for table in TABLES:
                page = await site.client.get(f"/ledger/{table.name}")
                assert page.status_code == 200, table.name
                assert table.about.split(",")[0].replace("'", "&#39;") in page.text
                assert all(column.about.replace("'", "&#39;") in page.text for column in table.columns), table.name
                said = (await site.client.get(f"/ledger/{table.name}.json?_shape=objects&_size=1")).json()
                assert said["filtered_table_rows_count"] == made.counts()[table.name]
            for view in VIEWS:
                said = await site.client.get(f"/ledger/{view.name}.json?_shape=array")
                assert said.status_code == 200
                assert said.json() == made.query(f"SELECT * FROM {view.name} LIMIT 50")
            facets = (await site.client.get("/ledger/calls.json?_size=1")).json()["facet_results"]
            refused = {row["value"]: row["count"] for row in facets["ok"]["results"]}
            assert refused == {0: 3, 1: 28}

    asyncio.run(look())


def test_every_question_has_its_page_with_its_answer(ledger: Path, tmp_path: Path) -> None:
    async def look() -> None:
        with tables(ledger, tmp_path / "tables.db") as made:
            site = pages(made)
            for query in QUERIES:
                given = urlencode(query.example)
                page = await site.client.get(f"/ledger/{query.name}?{given}")
                assert page.status_code == 200, query.name
                assert query.question.replace("'", "&#39;") in page.text
                assert all(f'name="{name}"' in page.text for name in query.parameters)
                said = (await site.client.get(f"/ledger/{query.name}.json?_shape=array&{given}")).json()
                assert said == made.query(query.sql, query.example)

    asyncio.run(look())


def test_pages_write_nothing(ledger: Path, tmp_path: Path) -> None:
    async def look() -> None:
        with tables(ledger, tmp_path / "tables.db") as made:
            site = pages(made)
            for statement in ("DELETE FROM calls", "DROP TRIGGER calls_delete_refused", "PRAGMA writable_schema = 1"):
                answer = await site.client.get(f"/ledger.json?{urlencode({'sql': statement})}")
                assert answer.status_code == 400
            assert made.counts()["calls"] == 31

    asyncio.run(look())


def test_what_pages_say_is_of_the_tables(ledger: Path, tmp_path: Path) -> None:
    with tables(ledger, tmp_path / "tables.db") as made:
        said = metadata(made)
    assert "up to block 60, position 111" in said["description"]
    assert {"_memory", "_rows"} < set(said["databases"]["ledger"]["tables"])


def test_browse_serves_this_machine_until_it_is_interrupted(ledger: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "neuron_ledger.replay.cli", "browse", str(ledger)]
    command += ["--into", str(tmp_path / "tables.db"), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            said = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")
            assert said["url"].startswith("http://127.0.0.1:")
            with urlopen(f"{said['url']}ledger/tenures.json?_shape=array") as answer:
                assert len(json.load(answer)) == 7
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(30) in (0, 130)


def test_a_port_that_is_taken_is_named(ledger: Path, tmp_path: Path) -> None:

    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("browse", ledger, "--into", tmp_path / "tables.db", "--port", taken.getsockname()[1])
    assert result.exit_code == 2
    assert "in use" in result.stderr
