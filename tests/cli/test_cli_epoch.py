"""`neuron-ledger epoch`: an epoch computed once more and explained, whatever call it ran in."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import Result

from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    ForceSetBalance,
    PokePruningScores,
    RegisterNetwork,
    SetParam,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import decode, encode
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.numbers.fixed import I32F32
from tests.chain_fixture import TAO, account
from tests.cli import cli_fixture
from tests.cli.epochs_ledger import FIRST_EPOCH, OWNER, SECOND_EPOCH, THIRD_EPOCH, three_epochs


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("epoch") / "chain.ledger")


def run(*arguments: object) -> Result:
    return cli_fixture.run("epoch", *arguments)


def asked(path: Path, *arguments: object, exit_code: int = 0) -> Any:
    result = run(path, "--netuid", 1, *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_the_latest_epoch_is_shown_as_it_was_recorded(path: Path) -> None:
    answer = asked(path)
    assert (answer["netuid"], answer["block"], answer["as_computed"], answer["difference"]) == (1, THIRD_EPOCH, True, None)
    with Ledger.open(path, read_only=True) as ledger:
        storage = ledger.storage
        for name in ("incentive", "dividends", "consensus", "validator_trust", "emission", "pruning_scores", "validator_permit"):
            assert tuple(neuron[name] for neuron in answer["neurons"]) == getattr(storage, name)[1], name
        (entry,) = [entry for entry in ledger.log.read() if entry.position == answer["position"]]
    assert (entry.tag, entry.block) == ("EpochCompleted/1", THIRD_EPOCH)


@pytest.mark.parametrize(
    ("block", "epoch"),
    [(FIRST_EPOCH, FIRST_EPOCH), (SECOND_EPOCH - 1, FIRST_EPOCH), (SECOND_EPOCH, SECOND_EPOCH), (10**9, THIRD_EPOCH)],
)
def test_a_block_chooses_the_epoch_at_or_before_it(path: Path, block: int, epoch: int) -> None:
    """The second and the third epoch ran inside one call."""
    assert asked(path, "--block", block)["block"] == epoch


def test_a_miner_is_explained_by_the_weights_on_it_and_where_they_were_cut(path: Path) -> None:
    answer = asked(path, "--block", SECOND_EPOCH, "--explain", 4)
    miner = answer["explanation"]
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
    assert miner["emission"] == answer["neurons"][4]["emission"]


def test_a_validator_is_explained_by_its_weights_and_bonds(path: Path) -> None:
    answer = asked(path, "--explain", 2)
    validator = answer["explanation"]
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
        "clipped by 0.",
        "As a validator",
        "Emission",
    ):
        assert part in result.stdout
    assert "every number is what the rules say" in result.stdout


def test_kappa_and_the_stake_that_is_heard_explain_a_consensus_of_zero(path: Path, tmp_path: Path) -> None:
    """Uid 2, with a quarter of the stake, alone has a weight on uid 4."""
    copy = tmp_path / "copy.ledger"
    copy.write_bytes(path.read_bytes())
    with Ledger.open(copy) as ledger:
        ledger.submit(SetWeights(1, (3,), (1,), 0), account("1")).unwrap()
        ledger.advance_to(THIRD_EPOCH + 10)
    answer = asked(copy, "--explain", 4)["explanation"]
    assert answer["kappa"] == (32767 << 32) // 65535
    assert 0 < answer["heard"] == answer["weights_on"][0]["backing"] < answer["kappa"]
    assert answer["consensus"] == answer["incentive"] == 0
    text = run(copy, "--netuid", 1, "--explain", 4).stdout
    assert "consensus 0.000000000  less than kappa 0.499992370 of the stake has a weight on it" in text
    assert "what kappa 0.499992370 of the stake agrees on" in run(copy, "--netuid", 1, "--explain", 3).stdout
    with Ledger.open(copy) as ledger:
        ledger.submit(SudoSet("kappa", 1, 16_000), OWNER).unwrap()
        ledger.advance_to(THIRD_EPOCH + 20)
    assert asked(copy, "--explain", 4)["explanation"]["consensus"] > 0


@pytest.mark.parametrize(
    ("block", "by", "said"),
    [
        (FIRST_EPOCH, "stake", "by stake: nobody has incentive or dividends, and no validator is active"),
        (THIRD_EPOCH, "incentive and dividends", "by incentive and dividends"),
    ],
)
def test_what_the_emission_was_shared_out_by_is_told(path: Path, block: int, by: str, said: str) -> None:
    answer = asked(path, "--block", block, "--explain", 1)
    assert answer["emission_by"] == answer["explanation"]["emission_by"] == by
    assert answer["explanation"]["emission_of_epoch"] == answer["emission"]
    for options in ((), ("--explain", 1)):
        assert said in run(path, "--netuid", 1, "--block", block, *options).stdout


def test_without_weights_emission_goes_by_active_stake(tmp_path: Path) -> None:
    copy = tmp_path / "copy.ledger"
    three_epochs(copy, weights=False)
    answer = asked(copy, "--block", SECOND_EPOCH, "--explain", 1)
    assert answer["emission_by"] == "active stake"
    assert "by active stake: nobody has incentive or dividends" in run(copy, "--netuid", 1, "--block", SECOND_EPOCH).stdout


def test_weights_that_do_not_count_say_why(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ledger"
    copy.write_bytes(path.read_bytes())
    with Ledger.open(copy) as ledger:
        for name, value in (("max_allowed_uids", 5), ("immunity_period", 0), ("max_allowed_validators", 1)):
            ledger.submit(SetParam(name, 1, value)).unwrap()
        ledger.submit(PokePruningScores(1, (9, 9, 9, 0, 9))).unwrap()
        ledger.submit(BurnedRegister(1, account("newcomer")), OWNER).unwrap()
        ledger.advance_to(THIRD_EPOCH + 20)
    answer = asked(copy, "--explain", 3)["explanation"]
    assert answer["hotkey"] == ss58.encode(account("newcomer"))
    assert [(weight["validator"], weight["fate"]) for weight in answer["weights_on"]] == [
        (1, "set before the uid was registered"),
        (2, "no permit"),
    ]


def written_anew(path: Path, target: Path, block: int, other: Callable[[Any], Any], later: int = 0) -> Path:
    """The log with another epoch of this block, and a chain that holds. later: by how many blocks it is recorded later."""
    with Log.open(path, read_only=True) as source, Log.create(target) as log:
        entries = []
        for entry in source.read():
            event = decode(entry.tag, entry.payload)
            if isinstance(event, EpochCompleted) and entry.block == block:
                entries.append(NewEntry(block + later, entry.tag, encode(other(event))))
            else:
                entries.append(NewEntry(entry.block, entry.tag, entry.payload))
        log.append(entries, expected_position=0)
    return target


def cut_short(event: Any) -> Any:
    return evolve(event, vectors=tuple((name, values[:2]) for name, values in event.vectors))


@pytest.mark.parametrize("extra", [(), ("--explain", 4)], ids=str)
def test_an_epoch_of_too_few_uids_is_shown_as_far_as_it_goes(path: Path, tmp_path: Path, extra: tuple[object, ...]) -> None:
    forged = written_anew(path, tmp_path / "forged.ledger", THIRD_EPOCH, cut_short)
    result = run(forged, "--netuid", 1, *extra)
    assert result.exit_code == 1
    assert result.stdout.endswith("NOT what the rules say: active is recorded as 2 uids, the rules give 5 uids\n")
    answer = asked(forged, *extra, exit_code=1)
    assert answer["difference"] == {"metric": "active", "uid": None, "computed": "5 uids", "recorded": "2 uids"}
    assert [neuron["emission"] is None for neuron in answer["neurons"]] == [False, False, True, True, True]


def test_an_epoch_that_the_rules_do_not_run_is_a_failed_check(path: Path, tmp_path: Path) -> None:
    forged = written_anew(path, tmp_path / "forged.ledger", THIRD_EPOCH, lambda event: event, later=1)
    result = run(forged, "--netuid", 1)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: by the rules, the call at position ")
    assert result.stderr.endswith(f" runs no epoch of subnet 1 in block {THIRD_EPOCH + 1}\n")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (lambda event: evolve(event, bonds=((1, pack_pairs([(9, 1)])),)), "the bond row of uid 1 names uid 9"),
        (cut_short, "validator_permit: expected one entry for each of 5 uids, got 2"),
    ],
)
def test_an_epoch_that_cannot_follow_the_recorded_one_is_a_failed_check(
    path: Path, tmp_path: Path, other: Callable[[Any], Any], why: str
) -> None:
    """The first epoch ran in a call of its own: what it recorded is the storage that the second one begins with."""
    forged = written_anew(path, tmp_path / "forged.ledger", FIRST_EPOCH, other)
    result = run(forged, "--netuid", 1, "--block", SECOND_EPOCH)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "the rules cannot run the epoch of subnet 1 recorded at position " in result.stderr
    assert why in result.stderr


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("incentive", "incentive of uid 0 is recorded as 1, the rules give 0"),
        ("emission", "emission of uid 0 is recorded as 1, the rules give 0"),
        ("bonds", "bonds of uid 1 is recorded as None"),
    ],
)
def test_another_record_than_the_rules_make_is_named(path: Path, tmp_path: Path, metric: str, said: str) -> None:
    """The log is written anew with a changed epoch and a chain that holds, so that the content alone can tell."""

    def other(event: Any) -> Any:
        if metric == "bonds":
            return evolve(event, bonds=())
        vectors = dict(event.vectors)
        vectors[metric.title()] = (1, *vectors[metric.title()][1:])
        return evolve(event, vectors=tuple(vectors.items()))

    forged = written_anew(path, tmp_path / "forged.ledger", SECOND_EPOCH, other)
    result = run(forged, "--netuid", 1, "--block", SECOND_EPOCH)
    assert result.exit_code == 1
    assert said in result.stdout
    answer = asked(forged, "--block", SECOND_EPOCH, exit_code=1)
    assert (answer["as_computed"], answer["difference"]["metric"]) == (False, metric)
    assert asked(forged, "--block", FIRST_EPOCH)["as_computed"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--netuid", 7), "no epoch of subnet 7 is recorded: the ledger has no such subnet (subnets: 0, 1)"),
        (("--netuid", 0), "no epoch of subnet 0 is recorded: the root network runs none"),
        (("--netuid", 1, "--block", FIRST_EPOCH - 1), f"its first one is in block {FIRST_EPOCH}"),
        (("--netuid", 1, "--explain", 5), "uid: expected a uid of the subnet, which had 5 in block 27, got 5"),
        (("--netuid", 1, "--explain", -1), "'--explain': -1 is not in the range 0<=x"),
    ],
)
def test_what_is_not_there_is_one_clear_line(path: Path, arguments: tuple[object, ...], said: str) -> None:
    result = run(path, *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_subnet_whose_first_epoch_is_yet_to_come_and_a_ledger_of_nothing(tmp_path: Path) -> None:
    young, empty = tmp_path / "young.ledger", tmp_path / "empty.ledger"
    with Ledger.create(young, spec_version=277) as ledger:
        ledger.submit(CreateRootNetwork()).unwrap()
        ledger.submit(SudoSet("network_rate_limit", 0, 0)).unwrap()
        ledger.submit(ForceSetBalance(OWNER, 10_000 * TAO)).unwrap()
        ledger.submit(RegisterNetwork(account("0")), OWNER).unwrap()
    Ledger.create(empty, spec_version=277).close()
    for path, said in ((young, "is recorded yet; let blocks pass until one is due"), (empty, "no such subnet (subnets: none)")):
        for arguments in ((), ("--json",), ("--explain", 0), ("--block", 5)):
            result = run(path, "--netuid", 1, *arguments)
            assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
            assert said in result.stderr


def test_under_liquid_alpha_every_bond_has_a_pace(path: Path, tmp_path: Path) -> None:
    """A bond after is the bond before and what was bought, in the proportion of its own pace, to the bit."""
    copy = tmp_path / "copy.ledger"
    copy.write_bytes(path.read_bytes())
    with Ledger.open(copy) as ledger:
        settings = (("yuma3_enabled", 1), ("liquid_alpha_enabled", 1), ("alpha_sigmoid_steepness", 10))
        for name, value in settings:
            ledger.submit(SudoSet(name, 1, value)).unwrap()
        ledger.advance_to(THIRD_EPOCH + 20)
        alpha_low, alpha_high = (bound * I32F32.one // 65535 for bound in ledger.storage.alpha_values[1])
    for uid in (1, 2):
        answer = asked(copy, "--explain", uid)
        assert answer["as_computed"]
        bonds = answer["explanation"]["bonds"]
        assert [bond["uid"] for bond in bonds] == [3, 4]
        for bond in bonds:
            assert alpha_low <= bond["pace"] <= alpha_high
            kept = (I32F32.one - bond["pace"]) * bond["before"] >> 32
            assert bond["after"] == kept + (bond["pace"] * bond["bought"] >> 32)
            assert bond["stored"] == bond["after"] * 65535 >> 32
    assert "  pace  " in run(copy, "--netuid", 1, "--explain", 2).stdout


@pytest.mark.parametrize("explained", [False, True])
def test_the_json_has_these_fields_and_no_float(path: Path, explained: bool) -> None:
    def floats(value: Any) -> bool:
        if isinstance(value, dict | list):
            return any(map(floats, value.values() if isinstance(value, dict) else value))
        return isinstance(value, float)

    answer = asked(path, *(("--explain", 2) if explained else ()))
    fields = [
        "netuid",
        "block",
        "position",
        "emission",
        "emission_by",
        "as_computed",
        "difference",
        "neurons",
        *(["explanation"] if explained else []),
    ]
    assert list(answer) == fields
    vectors = [name for name, _ in answer["neurons"][0].items()][2:]
    assert set(vectors) >= {"active", "rank", "incentive", "dividends", "emission", "validator_trust"}
    assert [list(neuron) for neuron in answer["neurons"]] == [["uid", "hotkey", *vectors]] * 5
    assert not floats(answer)
