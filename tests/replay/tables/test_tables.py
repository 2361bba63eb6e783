"""Tables of a ledger: that they say what its views say, go on where they end, and are built anew where they are doubtful."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from neuron_ledger import tables
from neuron_ledger.events.calls import DissolveNetwork, ForceSetBalance, RegisterNetwork, SetParam, SudoSet
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.recording import observe_exchanges
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.tables.columns import Table
from neuron_ledger.replay.tables.file import TablesError, beside
from neuron_ledger.replay.tables.keeping import Kept, check_tables, keep_tables
from neuron_ledger.replay.tables.schema import BY_NAME, METRICS, TABLES
from tests.chain_fixture import TAO, account
from tests.cli.epochs_ledger import OWNER
from tests.ledger_fixture import eventful_ledger
from tests.replay.exchange.exchange_fixture import MINER, VALIDATOR, exchange, hotkey
from tests.replay.history.recorded_node import RecordedNode, served
from tests.replay.recorded_histories import EXACT
from tests.replay.tables.agreement import disagreements, faults_in_tables
from tests.replay.tables.small_world import NETUID, small_world
from tests.shared_data import recorded_cases


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "chain.ledger")


@pytest.fixture
def ledger(world: Path, tmp_path: Path) -> Path:
    copyfile(world, tmp_path / "chain.ledger")
    return tmp_path / "chain.ledger"


def later(ledger: Path, block: int) -> None:
    with Ledger.open(ledger) as chain:
        chain.advance_to(block)


@pytest.mark.parametrize(("spec_version", "folder", "kind"), EXACT)
def test_tables_of_recorded_histories_agree_with_the_views(spec_version: int, folder: str, kind: str, tmp_path: Path) -> None:
    """The last of each file; `python -m tests.replay.tables.agreement` takes all."""
    assert faults_in_tables(recorded_cases(kind, folder)[-1], tmp_path, spec_version) == []


def test_tables_agree_with_the_views_at_every_step_of_a_life(tmp_path: Path) -> None:
    path, into = tmp_path / "chain.ledger", tmp_path / "tables.db"
    eventful_ledger(path).close()
    with Ledger.open(path, read_only=True) as chain:
        blocks = range(0, chain.block + 1, 10)
    for block in blocks:
        keep_tables(path, into, block=block)
        assert list(disagreements(path, into, block=block)) == []


def test_every_metric_of_an_epoch_has_a_column(ledger: Path) -> None:
    """In every runtime that is known: none is left out without a word."""
    vectors = {"Active", "Rank", "Trust", "Consensus", "Incentive", "Dividends", "PruningScores", "ValidatorTrust"}
    vectors |= {"StakeWeight", "ValidatorPermit", "Emission"}
    columns = {column.name.replace("pruning_score", "pruning_scores") for column in METRICS.columns[6:]}
    for layout in LAYOUTS.values():
        assert {layout.items[name].attribute for name in vectors if name in layout.items} <= columns
    with tables(ledger) as made, Ledger.open(ledger) as chain:
        said = [row["incentive"] for row in made.query("SELECT incentive FROM metrics WHERE block = 57 ORDER BY uid")]
        assert said == list(chain.storage.incentive[NETUID])


def test_they_go_on_from_where_they_end(ledger: Path) -> None:
    first = keep_tables(ledger)
    assert (first.built, first.added, first.path) == ("there were none", 31, beside(ledger))
    assert keep_tables(ledger) == Kept(first.path, first.position, first.block, 0, None)
    later(ledger, 80)
    gone_on = keep_tables(ledger)
    assert (gone_on.built, gone_on.added, gone_on.block) == (None, 1, 80)
    assert list(disagreements(ledger, first.path)) == []
    assert list(check_tables(ledger)) == []


def other_ledger(path: Path) -> None:
    """Another history with the same beginning takes the ledger's place."""
    path.unlink()
    Path(f"{path}.head").unlink(missing_ok=True)
    small_world(path)


def shorter(path: Path) -> None:
    """An earlier copy of the ledger takes its place."""
    copyfile(path.with_name("early.ledger"), path)
    Path(f"{path}.head").unlink(missing_ok=True)


def edited(*statements: str) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        with closing(sqlite3.connect(beside(path))) as raw, raw:
            for statement in statements:
                raw.execute(statement)

    return edit


def damaged(path: Path) -> None:
    """The header alone is left whole."""
    raw = bytearray(beside(path).read_bytes())
    raw[100:] = bytes(len(raw) - 100)
    beside(path).write_bytes(raw)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (other_ledger, "they belong to another ledger"),
        (shorter, "they go on beyond the ledger's end"),
        (edited("DROP TRIGGER neurons_update_refused", "UPDATE neurons SET stake = 1"), "somebody changed their schema"),
        (edited("CREATE TABLE mine (a)"), "somebody changed their schema"),
        (edited("DROP VIEW deregistrations"), "somebody changed their schema"),
        (
            edited("DROP TRIGGER about_update_refused", "UPDATE about SET value = '0' WHERE name = 'format'"),
            "they are of format 0",
        ),
        (damaged, "they cannot be read"),
    ],
    ids=["another ledger", "an earlier copy", "edited", "a table more", "a view less", "an older format", "damaged"],
)
def test_what_is_doubtful_is_built_anew(ledger: Path, happens: Callable[[Path], None], why: str) -> None:
    copyfile(ledger, ledger.with_name("early.ledger"))
    later(ledger, 70)
    keep_tables(ledger)
    happens(ledger)
    built = keep_tables(ledger).built
    assert built is not None
    assert built.startswith(why)
    assert list(check_tables(ledger)) == []
    assert list(disagreements(ledger, beside(ledger))) == []


def test_a_rewritten_past_is_found_out(ledger: Path) -> None:
    """The same beginning, as long as before, and another end."""
    copyfile(ledger, ledger.with_name("early.ledger"))
    with Ledger.open(ledger) as chain:
        chain.submit(ForceSetBalance(account("x"), TAO)).unwrap()
    keep_tables(ledger)
    shorter(ledger)
    with Ledger.open(ledger) as chain:
        chain.submit(ForceSetBalance(account("y"), TAO)).unwrap()
    assert keep_tables(ledger).built == "the ledger's past is not the one they were made from"


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_nobody_else_writes_into_them(ledger: Path, table: str) -> None:
    keep_tables(ledger)
    column = BY_NAME[table].names[0]
    with closing(sqlite3.connect(beside(ledger))) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="made from a ledger"):
            raw.execute(f'INSERT INTO "{table}" DEFAULT VALUES')
        if raw.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]:
            for statement in (f'UPDATE "{table}" SET {column} = 1', f'DELETE FROM "{table}"'):
                with pytest.raises(sqlite3.IntegrityError, match="made from a ledger"):
                    raw.execute(statement)


@pytest.mark.parametrize("table", [table for table in TABLES if table.name != "exchanges"], ids=lambda table: table.name)
def test_whatever_was_changed_under_the_guards_is_found(ledger: Path, table: Table) -> None:
    """A value of any table that somebody changed, with the guard back in its place."""

    keep_tables(ledger)
    guards = dict(table.guards())
    column = table.columns[-1].name
    with closing(sqlite3.connect(beside(ledger))) as raw, raw:
        raw.execute(f'DROP TRIGGER "{table.name}_update_refused"')
        raw.execute(f'UPDATE "{table.name}" SET {column} = 7 WHERE rowid = (SELECT max(rowid) FROM "{table.name}")')
        raw.execute(guards[f"{table.name}_update_refused"])
    assert [difference.where for difference in check_tables(ledger)] == [table.name]


def test_large_integers_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as chain:
        chain.submit(SudoSet("tx_rate_limit", 0, 2**64 - 1)).unwrap()
    with tables(path) as made:
        (row,) = made.query("SELECT value FROM chain_values WHERE item = 'TxRateLimit'")
        assert row == {"value": str(2**64 - 1)}
        (row,) = made.query("SELECT netuid, value FROM hyperparameter_changes WHERE item = 'TxRateLimit'")
        assert row == {"netuid": None, "value": str(2**64 - 1)}


def test_what_is_refused_names_what_to_do(ledger: Path, tmp_path: Path) -> None:
    text, folder = tmp_path / "text", tmp_path / "folder"
    text.write_text("a letter")
    folder.mkdir()
    for into, block, said in (
        (text, None, "is not a file of a ledger's tables"),
        (folder, None, "is not a file"),
        (ledger, None, "is the ledger itself"),
        (tmp_path / "no" / "tables.db", None, "is not a folder"),
        (None, 7, "--into"),
    ):
        with pytest.raises(TablesError, match=said):
            keep_tables(ledger, into, block=block)
    with pytest.raises(ValueError, match="block 1000 is not in the log"):
        keep_tables(ledger, tmp_path / "late.db", block=1000)
    assert text.read_text() == "a letter"
    assert not list(tmp_path.glob("*.part*"))
    with pytest.raises(TablesError, match="no tables to check"):
        list(check_tables(ledger))


def test_what_others_make_is_not_written_over(ledger: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.db"
    with closing(sqlite3.connect(other)) as raw, raw:
        raw.execute("CREATE TABLE mine (a)")
    with pytest.raises(TablesError, match="it is not overwritten"):
        keep_tables(ledger, other)


def test_tables_of_a_ledger_in_use_are_of_what_was_recorded(ledger: Path) -> None:
    """A writer that is in the middle of a batch keeps nobody waiting, and its calls come next time."""
    with Ledger.open(ledger) as chain:
        with chain.batch():
            chain.advance_to(70)
            assert keep_tables(ledger).block == 60
        assert keep_tables(ledger).block == 70


def test_a_reader_keeps_what_it_has_open(ledger: Path) -> None:
    with tables(ledger) as before:
        later(ledger, 70)
        keep_tables(ledger, anew=True)
        assert before.about["block"] == "60"
        with tables(ledger) as after:
            assert after.about["block"] == "70"


def test_exchanges_have_a_table(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path) as chain:
        chain.advance_to(5)
        observe_exchanges(chain, NETUID, [exchange(0), exchange(1)], "one")
    with tables(path) as made:
        rows = made.query("SELECT block, dendrite, axon, axon_uid, status, verified, process_time_us FROM exchanges")
        keys = (ss58(hotkey(VALIDATOR)), ss58(hotkey(MINER)))
        assert [tuple(row.values()) for row in rows] == [(5, *keys, None, 200, 1, 1234)] * 2
        assert made.query("SELECT count(*) AS n FROM events WHERE event = 'ExchangeObserved'") == [{"n": 2}]


@pytest.mark.parametrize("spec_version", [103, 185])
def test_tables_of_a_chain_imported_from_a_node_agree_with_the_views(spec_version: int, tmp_path: Path) -> None:
    """In two parts, the second gone on with; and each epoch that the node told of stands in `metrics`, as storage has it."""
    pytest.importorskip("bittensor_core")
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as chain:
        for last in (160, 320):
            with served(RecordedNode(spec_version, last)) as url:
                import_history(chain, url)
            kept = keep_tables(path)
            assert kept.built == ("there were none" if last == 160 else None)
            assert list(disagreements(path, kept.path)) == []
        assert list(check_tables(path)) == []
        storage = chain.storage
        with tables(path) as made:
            last_epochs = made.query("SELECT netuid, max(block) AS block FROM epochs WHERE seen GROUP BY netuid")
            assert {row["netuid"]: row["block"] for row in last_epochs} == dict(storage.last_mechansim_step_block.items())
            for row in last_epochs:
                if row["block"] > 315:
                    said = made.query("SELECT incentive FROM metrics WHERE netuid = :netuid AND block = :block ORDER BY uid", row)
                    assert [one["incentive"] for one in said] == list(storage.incentive[row["netuid"]])


def test_a_price_that_outlives_its_subnet_is_the_price_of_the_next_one(tmp_path: Path) -> None:
    path = small_world(tmp_path / "chain.ledger")
    with Ledger.open(path) as chain:
        chain.submit(SudoSet("min_burn", NETUID, 1)).unwrap()
        chain.submit(SetParam("burn", NETUID, 77)).unwrap()
        keep_tables(path)
        chain.submit(DissolveNetwork(OWNER, NETUID)).unwrap()
        chain.submit(RegisterNetwork(account("again")), OWNER).unwrap()
        kept = keep_tables(path)
        assert kept.built is None
        assert list(disagreements(path, kept.path)) == []
        with tables(path) as made:
            (row,) = made.query("SELECT burn FROM prices WHERE netuid = 1 ORDER BY rowid DESC LIMIT 1")
        assert row["burn"] == chain.storage.burn[NETUID]


def test_what_was_set_for_a_subnet_is_gone_with_it(tmp_path: Path) -> None:
    """The history of its hyperparameters ends there, and the next subnet of that number begins with the runtime's own."""
    path = small_world(tmp_path / "chain.ledger")
    with Ledger.open(path) as chain:
        chain.submit(SudoSet("kappa", NETUID, 3)).unwrap()
        chain.submit(DissolveNetwork(OWNER, NETUID)).unwrap()
        with tables(path) as made:
            query = "SELECT value, call FROM hyperparameter_changes WHERE netuid = 1 AND item = 'Kappa' ORDER BY position"
            values = [tuple(row.values()) for row in made.query(query)]
    assert values == [(32767, "register_network"), (3, "sudo_set_kappa"), (None, "dissolve_network")]
