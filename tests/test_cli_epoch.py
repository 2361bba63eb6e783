"""`neuron-ledger epoch`: an epoch computed once more and explained, whatever call it ran in."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner, Result

from events.calls import (
    BurnedRegister,
    PokePruningScores,
    SudoSet,
)
from events.codec import decode, encode
from events.consensus import EpochCompleted
from events.envelope import NewEntry
from events.kinds import ACCOUNT
from ledger.chain import Ledger
from ledger.log import Log
from ledger.rules.fixed import I32F32
from replay.cli import main
from tests.chain_fixture import account
from tests.epochs_ledger import FIRST_EPOCH, OWNER, SECOND_EPOCH, THIRD_EPOCH, three_epochs


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("epoch") / "chain.ledger")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["epoch", *map(str, arguments)])


def asked(path: Path, *arguments: object, exit_code: int = 0) -> Any:
    result = run(path, "--netuid", 1, *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_latest_epoch_is_shown_as_it_was_recorded(path: Path) -> None:
    told = asked(path)
    assert (told["netuid"], told["block"], told["as_computed"], told["difference"]) == (1, THIRD_EPOCH, True, None)
    with Ledger.open(path, read_only=True) as ledger:
        storage = ledger.storage
        for name in ("incentive", "dividends", "consensus", "validator_trust", "emission", "pruning_scores", "validator_permit"):
            assert tuple(neuron[name] for neuron in told["neurons"]) == getattr(storage, name)[1], name
        (entry,) = [entry for entry in ledger.log.read() if entry.position == told["position"]]
    assert (entry.tag, entry.block) == ("EpochCompleted/1", THIRD_EPOCH)


@pytest.mark.parametrize(
    ("block", "epoch"),
    [(FIRST_EPOCH, FIRST_EPOCH), (SECOND_EPOCH - 1, FIRST_EPOCH), (SECOND_EPOCH, SECOND_EPOCH), (10**9, THIRD_EPOCH)],
)
def test_a_block_chooses_the_epoch_at_or_before_it(path: Path, block: int, epoch: int) -> None:
    """The second and the third epoch ran inside one call."""
    assert asked(path, "--block", block)["block"] == epoch


def test_a_miner_is_explained_by_the_weights_on_it_and_where_they_were_cut(path: Path) -> None:
    told = asked(path, "--block", SECOND_EPOCH, "--explain", 4)
    miner = told["explanation"]
    by_one, by_two = miner["weights_on"]
    assert (by_one["validator"], by_one["stored"], by_two["validator"], by_two["stored"]) == (1, 21845, 2, 65535)
    assert by_one["backing"] > by_two["backing"] > 0
    assert abs(Fraction(by_one["share"], I32F32.one) - Fraction(1, 4)) < Fraction(1, 10**4)
    assert abs(Fraction(by_two["share"], I32F32.one) - Fraction(3, 4)) < Fraction(1, 10**4)
    # The majority of the stake gives a quarter: that is the consensus, and what the other gave beyond it is cut off.
    assert miner["consensus"] == by_one["share"] == by_one["clipped"] == by_two["clipped"] < by_two["share"]
    ranks = [int(weight["clipped"] * weight["backing"] >> 32) for weight in (by_one, by_two)]
    assert miner["rank"] == sum(ranks)
    assert miner["prerank"] == sum(weight["share"] * weight["backing"] >> 32 for weight in (by_one, by_two))
    assert miner["trust"] == (miner["rank"] << 32) // miner["prerank"]
    assert (miner["weights_of"], miner["bonds"]) == ([], [])
    assert miner["emission"] == told["neurons"][4]["emission"]


def test_a_validator_is_explained_by_its_weights_and_bonds(path: Path) -> None:
    told = asked(path, "--explain", 2)
    validator = told["explanation"]
    assert validator["permit_before"]
    assert validator["permit_after"]
    assert [(weight["uid"], weight["stored"], weight["fate"]) for weight in validator["weights_of"]] == [
        (3, 21845, "counted"),
        (4, 65535, "counted"),
    ]
    assert validator["validator_trust"] == sum(weight["clipped"] for weight in validator["weights_of"])
    assert [bond["uid"] for bond in validator["bonds"]] == [3, 4]
    assert all(bond["before"] > 0 and bond["after"] > 0 and bond["pace"] is None for bond in validator["bonds"])
    with Ledger.open(path, read_only=True) as ledger:
        row = ledger.storage.bonds[1, 2]
    assert b"".join(bond[part].to_bytes(2, "little") for bond in validator["bonds"] for part in ("uid", "stored")) == row


def test_the_explanation_reads_as_text(path: Path) -> None:
    result = run(path, "--netuid", 1, "--block", SECOND_EPOCH, "--explain", 4)
    assert result.exit_code == 0
    for part in (
        "uid 4, hotkey",
        "Stake",
        "As a miner",
        "from uid 2     65535  share 0.75",
        "cut by 0.",
        "As a validator",
        "Emission",
    ):
        assert part in result.stdout
    assert "every number is what the rules say" in result.stdout


def test_weights_that_do_not_count_say_why(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ledger"
    copy.write_bytes(path.read_bytes())
    with Ledger.open(copy) as ledger:
        for name, value in (("max_allowed_uids", 5), ("immunity_period", 0), ("max_allowed_validators", 1)):
            ledger.submit(SudoSet(name, 1, value)).unwrap()
        ledger.submit(PokePruningScores(1, (9, 9, 9, 0, 9))).unwrap()
        ledger.submit(BurnedRegister(1, account("newcomer")), OWNER).unwrap()
        ledger.advance_to(THIRD_EPOCH + 20)
    told = asked(copy, "--explain", 3)["explanation"]
    assert told["hotkey"] == str(ACCOUNT.to_json(account("newcomer")))
    assert [(weight["validator"], weight["fate"]) for weight in told["weights_on"]] == [
        (1, "set before the uid was registered"),
        (2, "no permit"),
    ]


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("incentive", "incentive of uid 0 is recorded as 1, the rules make it 0"),
        ("emission", "emission of uid 0 is recorded as 1, the rules make it 0"),
        ("bonds", "bonds of uid 1 is recorded as None"),
    ],
)
def test_another_record_than_the_rules_make_is_named(path: Path, tmp_path: Path, metric: str, said: str) -> None:
    """The log is written anew with a changed epoch and a chain that holds, so that the content alone can tell."""
    forged = tmp_path / "forged.ledger"
    with Log.open(path, read_only=True) as source, Log.create(forged) as target:
        entries = []
        for entry in source.read():
            payload = entry.payload
            if entry.tag == EpochCompleted.tag and entry.block == SECOND_EPOCH:
                event: Any = decode(entry.tag, payload)
                changed: Any = () if metric == "bonds" else (1, *getattr(event, metric)[1:])
                payload = encode(evolve(event, **{metric: changed}))
            entries.append(NewEntry(entry.block, entry.tag, payload))
        target.append(entries, expected_position=0)
    result = run(forged, "--netuid", 1, "--block", SECOND_EPOCH)
    assert result.exit_code == 1
    assert said in result.stdout
    told = asked(forged, "--block", SECOND_EPOCH, exit_code=1)
    assert (told["as_computed"], told["difference"]["metric"]) == (False, metric)
    assert asked(forged, "--block", FIRST_EPOCH)["as_computed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--netuid", 7), "no epoch of subnet 7 is recorded"),
        (("--netuid", 1, "--block", FIRST_EPOCH - 1), f"its first one is in block {FIRST_EPOCH}"),
        (("--netuid", 1, "--explain", 5), "uid 5 is not on the subnet: in block 27 it had 5 uids"),
        (("--netuid", 1, "--explain", -1), "'--explain': -1 is not in the range x>=0"),
    ],
)
def test_what_is_not_there_is_one_clear_line(path: Path, arguments: tuple[object, ...], said: str) -> None:
    result = run(path, *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
