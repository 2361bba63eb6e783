"""The questions of docs/sql.md, asked of a small ledger whose answers are known; and the pages that are made of declarations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger import tables
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.tables.file import TablesError
from neuron_ledger.replay.tables.frames import Tables
from neuron_ledger.replay.tables.queries import BY_NAME, QUERIES
from tests.chain_fixture import account
from tests.cli.epochs_ledger import OWNER
from tests.replay.tables.small_world import NEWCOMER, REPLACED, small_world
from tests.tables_pages import sql_page, tables_page

DOCS = Path(__file__).parents[3] / "docs"
FIRST, SECOND, THIRD, FOURTH = (ss58(account(name)) for name in "1234")
TO_OWNER = ss58(OWNER)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "chain.ledger")


@pytest.fixture(scope="module")
def made(ledger: Path) -> Iterator[Tables]:
    with tables(ledger) as made:
        yield made


ANSWERS: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "why_refused": (
        {"signer": FIRST},
        [("set_weights", "WeightVecNotEqualSize", 2, 34), ("set_weights", "SubNetworkDoesNotExist", 1, 34)],
    ),
    "weights_against_consensus": (
        {"netuid": 1, "hotkey": FIRST},
        [(4, FOURTH, 0.71429, 0.71427, 46810), (3, THIRD, 0.28571, 0.28571, 18724)],
    ),
    "silent_validators": ({"netuid": 1, "blocks": 30}, [(1, FIRST, 2967227563, 30, 30)]),
    "deregistered": (
        {"hotkey": ss58(REPLACED)},
        [(1, 5, 48, 18, 0, ss58(NEWCOMER), "replaced by burned_register")],
    ),
    "earnings": (
        {"netuid": 1, "hotkey": FOURTH},
        [(7, 4, 0, 0, 0, 1), *((b, 4, 18716, 0, 0, 2) for b in (17, 27)), *((b, 4, 46810, 0, 0, 1) for b in (37, 47, 57))],
    ),
    "registrations": ({"netuid": 1, "blocks": 20}, [(0, 5, 0, 10**9), (20, 1, 1, 10**9), (40, 1, 0, 10**9)]),
    "holders_of_many_uids": ({"netuid": 1}, [(TO_OWNER, 6, 65534, 1.0)]),
    "copied_weights": ({"netuid": 1}, [(34, 2, SECOND, 1, FIRST, 4)]),
    "concentration": ({"netuid": 1}, [(7, 0, None), *((block, 2, 1.0) for block in (17, 27, 37, 47, 57))]),
    "largest_stakes": ({"netuid": 1}, [(TO_OWNER, 3952345723, 2, 1.0)]),
    "short_tenures": ({"netuid": 1}, [(5, 1, 18, 18, 18.0)]),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_question_is_answered(made: Tables, name: str) -> None:
    parameters, answer = ANSWERS[name]
    assert [tuple(row.values()) for row in made.query(BY_NAME[name].sql, parameters)] == answer


def test_the_history_of_hyperparameters(made: Tables) -> None:
    rows = made.query(BY_NAME["hyperparameter_history"].sql, {"netuid": 1})
    of_uids = [(row["block"], row["value"], row["before"], row["call"]) for row in rows if row["item"] == "MaxAllowedUids"]
    assert of_uids == [(0, 256, None, "register_network"), (30, 6, 256, "sudo_set_max_allowed_uids")]


def test_the_answers_are_those_of_the_views(made: Tables, ledger: Path) -> None:
    """So that the rows above are not what the tables happen to hold."""
    with Ledger.open(ledger, read_only=True) as chain:
        subnet = chain.subnet(1)
        assert made.query("SELECT sum(incentive) AS all_of_it FROM neurons") == [{"all_of_it": sum(chain.storage.incentive[1])}]
        assert [subnet.neuron(uid).incentive for uid in (3, 4)] == [18724, 46810]
        assert subnet.neuron(1).stake[0][1] == 2967227563
        assert subnet.neuron(5).hotkey == NEWCOMER


def test_every_question_has_an_answer_here() -> None:
    assert {*ANSWERS, "hyperparameter_history"} == {query.name for query in QUERIES}
    assert len(QUERIES) >= 10
    assert {query.who for query in QUERIES} == {"Validators", "Miners", "Owners", "Analysts"}


def test_the_pages_are_those_of_the_declarations() -> None:
    assert (DOCS / "tables.md").read_text() == tables_page()
    assert (DOCS / "sql.md").read_text() == sql_page()


def test_a_wrong_statement_is_named(made: Tables) -> None:
    with pytest.raises(TablesError, match="no such table: neuron"):
        made.query("SELECT * FROM neuron")
    with pytest.raises(TablesError, match="there are subnets, neurons"):
        made.arrow("neuron")
