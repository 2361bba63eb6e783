"""Checkers of cases of subnets with mechanisms (since spec_version 320): epochs, and how the emission is split among them."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.epoch.commits import earliest_commits
from neuron_ledger.ledger.rules.epoch.mechanisms import put_together, split_emissions
from neuron_ledger.ledger.rules.epoch.schedule import Schedule, activity_cutoff_blocks, is_commit_expired_423
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.epoch.voting_power import moved_voting_power
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64_MAX
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.conformance.case import Case, Place, compare, number, numbers
from neuron_ledger.replay.conformance.epoch_cases import compare_bonds, compare_vectors, epoch_input, total_stake

WHOLE = {
    "Active": "active",
    "Consensus": "consensus",
    "Dividends": "dividends",
    "ValidatorTrust": "validator_trust",
    "StakeWeight": "stake_weight",
    "ValidatorPermit": "validator_permit",
    "Emission": "emission",
    "server_emission": "server_emission",
    "validator_emission": "validator_emission",
}
"""The field of the subnet's result for each recorded name."""

OF_ONE = {
    "dividend": "dividends",
    "consensus": "consensus",
    "validator_trust": "validator_trust",
    "active": "active",
    "stake_weight": "stake_weight",
    "emission_total": "emission",
    "server_emission": "server_emission",
    "validator_emission": "validator_emission",
    "new_validator_permit": "validator_permit",
}
"""The field of a mechanism's result for each recorded name if there are several."""


def check_mechanisms_epoch(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`epoch` of 424: combined stake, every mechanism's results, the subnet's, and voting power."""
    recorded, out = case["in"], case["out"]
    stake = total_stake(recorded, rules)
    divergence = compare("total_stake_bits", numbers(case["total_stake_bits"]), list(stake))
    if divergence is not None:
        return divergence
    emission, split = number(recorded["rao_emission"]), recorded["emission_split"]
    parts = split_emissions(emission, number(recorded["mechanism_count"]), None if split is None else numbers(split))
    givens = [
        _mechanism_input(recorded, mechanism, stake, part) for mechanism, part in zip(recorded["mechanisms"], parts, strict=True)
    ]
    results = [run_epoch(given, steps=rules.epoch) for given in givens]
    for mechanism, (want, given, result) in enumerate(zip(out["mechanisms"], givens, results, strict=True)):
        divergence = _compare_mechanism(want, given, result)
        if divergence is not None:
            return evolve(divergence, where=Place(mechanism, divergence.where.key))
    whole = put_together(results, parts, emission)
    return compare_vectors(out, whole, WHOLE) or _compare_voting_power(recorded, out, givens, whole)


def check_split(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_split`: the emission of each mechanism."""
    split = None if case["emission_split"] is None else numbers(case["emission_split"])
    got = split_emissions(number(case["alpha"]), number(case["mechanism_count"]), split)
    return compare("out", numbers(case["out"]), list(got))


def schedule_of(recorded: Mapping[str, Any]) -> Schedule:
    """A recorded subnet's place in its schedule."""
    names = ("tempo", "last_epoch_block", "pending_epoch_at", "blocks_since_last_step", "epoch_index")
    return Schedule(**{name: number(recorded[name]) for name in names})


def _mechanism_input(
    recorded: Mapping[str, Any], mechanism: Mapping[str, Any], stake: tuple[int, ...], emission: int
) -> EpochInput:
    cutoff = activity_cutoff_blocks(number(recorded["activity_cutoff_factor_milli"]), number(recorded["tempo"]))
    of_mechanism = {**recorded, **mechanism, "activity_cutoff": cutoff, "rao_emission": emission}
    last = number(recorded["last_mechanism_step_block"])
    return epoch_input(of_mechanism, stake, last_step_block=last, commit_blocks=_commit_blocks(recorded, mechanism))


def _commit_blocks(recorded: Mapping[str, Any], mechanism: Mapping[str, Any]) -> dict[int, int]:
    """The earliest commits that can still be revealed, of the subnet's uids."""
    if not number(recorded["commit_reveal"]):
        return {}
    period, epoch = number(recorded["reveal_period"]), schedule_of(recorded).current_epoch(number(recorded["block"]))
    queues = [
        (number(uid), [(number(commit_epoch), number(block)) for commit_epoch, block in queue])
        for uid, queue in mechanism["hash_commits"]
    ]
    timelocked = [
        (number(commit_epoch), [(number(uid), number(block)) for uid, block in commits])
        for commit_epoch, commits in mechanism["timelocked_commits"]
    ]
    blocks = earliest_commits(queues, timelocked, lambda commit_epoch: is_commit_expired_423(epoch, commit_epoch, period))
    return {uid: block for uid, block in blocks.items() if uid < number(recorded["n"])}


def _compare_mechanism(want: Mapping[str, Any], given: EpochInput, result: EpochResult) -> Difference[Place] | None:
    several = {name: field for name, field in OF_ONE.items() if name in want}
    return (
        compare("emission", number(want["emission"]), given.rao_emission)
        or compare_vectors(want, result, {"Incentive": "incentive", **several})
        or compare_bonds(want, given, result)
    )


def _compare_voting_power(
    recorded: Mapping[str, Any], out: Mapping[str, Any], givens: list[EpochInput], whole: EpochResult
) -> Difference[Place] | None:
    tracked = recorded["voting_power"]
    if tracked is None:
        return None
    previous, disable_at = numbers(tracked["previous"]), number(tracked["disable_at_block"])
    ends = 0 < disable_at <= number(recorded["block"])
    after: list[int | None] = [None] * number(recorded["n"])
    if not ends:
        alpha, threshold = number(tracked["ema_alpha"]), number(recorded["stake_threshold"])
        stakes = summed_stake(givens)
        after = [
            moved_voting_power(before, stake, alpha, threshold) if permit else None
            for before, stake, permit in zip(previous, stakes, whole.validator_permit, strict=True)
        ]
    expected = [None if value is None else number(value) for value in out["voting_power"]]
    return compare("voting_power", expected, after) or compare(
        "voting_power_tracking", number(out["voting_power_tracking"]), int(not ends)
    )


def summed_stake(givens: list[EpochInput]) -> list[int]:
    """Whole units of each uid's stake, once for each mechanism (u64)."""
    return [min(len(givens) * I64F64.to_int(bits), U64_MAX) for bits in givens[0].total_stake_bits]
