"""Epochs as they were before 277: on recorded cases, and on small subnets where each difference shows by itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.early_steps import EARLY_EPOCHS, STEPS_103, STEPS_143
from neuron_ledger.ledger.rules.epoch.steps import STEPS, run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.runtime import EpochStep
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.runner import CasesError, run
from tests.shared_data import shared


def epoch(steps: tuple[EpochStep, ...], stakes: list[int], **fields: Any) -> EpochResult:
    """An epoch in block 100 of uids with these stakes, all of them active, permitted and registered in block 1."""
    n = len(stakes)
    given: dict[str, Any] = {
        "n": n,
        "block": 100,
        "tempo": 10,
        "activity_cutoff": 50,
        "last_update": (90,) * n,
        "block_at_registration": (1,) * n,
        "total_stake_bits": tuple([stake << 64 for stake in stakes]),
        "stake_threshold": 0,
        "validator_permit": (True,) * n,
        "weights": {},
        "bonds": {},
        "kappa": 32767,
        "bonds_penalty": 0,
        "bonds_moving_average": 900_000,
        "max_allowed_validators": 2,
        "yuma3": False,
        "liquid_alpha": False,
        "alpha_low": 0,
        "alpha_high": 0,
        "alpha_sigmoid_steepness": 0,
        "owner_uid": None,
        "rao_emission": 1000,
    }
    return run_epoch(EpochInput(**(given | fields)), steps=steps)


@pytest.mark.parametrize(("spec_version", "total"), [(103, 150), (185, 400)])
def test_recorded_epochs_are_exact(spec_version: int, total: int) -> None:
    name = f"epochcases-spec{spec_version}"
    report = run([shared(f"chain-recordings/{name}.json.gz")])
    assert (report.to_json()["kinds"], report.divergences) == ({name: {"exact": total, "total": total}}, [])
    assert report.spec_versions == {spec_version}


@pytest.mark.parametrize("steps", [STEPS_103, STEPS_143])
def test_of_equal_stakes_the_later_uids_get_the_permits_and_stakes_of_0_do_where_there_are_few(
    steps: tuple[EpochStep, ...],
) -> None:
    assert epoch(steps, [5, 5, 5]).validator_permit == (False, True, True)
    assert epoch(steps, [0, 0, 5]).validator_permit == (False, True, True)
    assert epoch(STEPS, [0, 0, 5]).validator_permit == (False, False, True)  # 277: stakes above 0 alone
    assert (
        epoch(steps, [0, 7]).validator_permit == epoch(steps, [0, 7], max_allowed_validators=3).validator_permit == (True, True)
    )
    assert epoch(steps, [3, 7], max_allowed_validators=0).validator_permit == (False, False)


def test_stake_without_a_permit_counts_as_active_at_103_alone() -> None:
    fields = {"validator_permit": (True, False)}
    assert epoch(STEPS_103, [1, 3], **fields).emission == (250, 750)
    assert epoch(STEPS_143, [1, 3], **fields).emission == (1000, 0)
    assert epoch(STEPS_143, [1, 3], **fields, last_update=(1, 90)).emission == (250, 750)  # nobody counts: all stake does


def test_pruning_scores_are_parts_of_the_whole_at_103_and_of_the_greatest_later() -> None:
    assert epoch(STEPS_103, [1, 3]).pruning_scores == (65535 // 4, 65535 * 3 // 4)
    assert epoch(STEPS_143, [1, 3]).pruning_scores == (21845, 65535)


@pytest.mark.parametrize("steps", [STEPS_103, STEPS_143])
def test_bonds_are_kept_of_uids_that_registered_before_the_row_was_updated(steps: tuple[EpochStep, ...]) -> None:
    fields: dict[str, Any] = {"bonds": {1: pack_pairs([(0, 65535), (2, 65535)])}, "block_at_registration": (90, 1, 89)}
    rows = epoch(steps, [0, 5, 0], **fields).bonds_written
    assert pairs(rows[1]) == [(2, 65535)]
    # 277 forgets the bonds of those who registered in the tempo before, however old the row is.
    assert pairs(epoch(STEPS, [0, 5, 0], **fields, tempo=11).bonds_written[1]) == []


def test_bonds_are_stored_as_shares_at_103_and_in_parts_of_the_greatest_later() -> None:
    fields: dict[str, Any] = {"bonds": {0: pack_pairs([(2, 16384)]), 1: pack_pairs([(2, 49151)])}}
    (at_103, later) = (epoch(steps, [4, 5, 0], **fields).bonds_written for steps in (STEPS_103, STEPS_143))
    assert (pairs(at_103[1]), pairs(later[1]), pairs(later[2])) == ([(2, 49150)], [(2, 65535)], [])


def test_weights_for_oneself_and_for_later_registrations_count_for_nothing() -> None:
    weights = {0: pack_pairs([(0, 65535), (1, 40000), (2, 40000)])}
    result = epoch(STEPS_143, [9, 0, 0], weights=weights, block_at_registration=(1, 1, 90))
    assert result.incentive == (0, 65535, 0)
    assert result.server_emission[1] + result.validator_emission[0] == sum(result.emission) == 1000


def test_the_steps_have_the_names_of_today_where_they_do_the_same() -> None:
    names = [step.name for step in STEPS_143]
    assert names == [step.name for step in STEPS_103]
    assert [step.name for step in STEPS if step.name in names] == names
    assert sorted(EARLY_EPOCHS) == [103, 143, 185]


def test_cases_of_a_runtime_without_an_epoch_of_ours_are_not_supported(tmp_path: Path) -> None:
    file = tmp_path / "epochcases-spec218.json"
    file.write_text(json.dumps({"meta": {"spec_version": 218, "epoch_block": 61}, "cases": [{"input": {}, "output": {}}]}))
    with pytest.raises(CasesError, match=r"spec_version 218, of the epochs before 277 there are 103, 143, 185"):
        run([file], supported_only=True)
    report = run([file])
    assert not report.exact


def test_cases_of_143_are_run_by_its_own_epoch(tmp_path: Path) -> None:
    """One validator and one miner, each of whom earns half: scores are parts of the greatest, at 103 parts of the whole."""
    given: dict[str, Any] = {
        "n": 2,
        "kappa": 32767,
        "bonds_moving_average": 900_000,
        "max_allowed_validators": 1,
        "activity_cutoff": 5000,
        "stake": [7, 0],
        "last_update": [60, 0],
        "block_at_registration": [1, 1],
        "validator_permit": [True, False],
        "weights": [[[1, 5]], []],
        "bonds": [[], []],
        "pending_emission": "1000",
    }
    shown: dict[str, Any] = {
        **{name: [0, 65535] for name in ("Rank", "Trust", "Consensus", "Incentive")},
        **{name: [65535, 0] for name in ("Dividends", "ValidatorTrust")},
        "Active": [True, True],
        "PruningScores": [65535, 65535],
        "ValidatorPermit": [True, False],
        "Emission": [500, 500],
        "Bonds": [[[1, 65535]], []],
    }
    found: dict[str, Any] = {}
    for spec_version in (103, 143, 185):
        file = tmp_path / f"epochcases-spec{spec_version}.json"
        meta = {"spec_version": spec_version, "netuid": 1, "base_block": 60, "epoch_block": 61}
        file.write_text(json.dumps({"meta": meta, "cases": [{"input": given, "output": shown}]}))
        report = run([file])
        assert report.spec_versions == {spec_version}
        found |= report.to_json()["kinds"]
    exact = {name: tally["exact"] for name, tally in found.items()}
    assert exact == {"epochcases-spec103": 0, "epochcases-spec143": 1, "epochcases-spec185": 1}
    assert TIMELINE.runtime(143).epoch == TIMELINE.runtime(185).epoch == STEPS_143


def test_a_malformed_case_is_not_exact(tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"meta": {"spec_version": 103, "epoch_block": 61}, "cases": [{"input": {}, "output": {}}]}))
    assert run([file]).to_json()["kinds"] == {"cases": {"exact": 0, "total": 1}}
