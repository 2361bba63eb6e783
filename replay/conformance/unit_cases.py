"""Checkers of cases of single calls of one small rule."""

from typing import Any

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.emission.issuance import get_block_emission_for_issuance
from neuron_ledger.ledger.rules.epoch.schedule import activity_cutoff_blocks, is_commit_expired_423, is_reveal_epoch_423
from neuron_ledger.ledger.rules.epoch.tempo import (
    blocks_until_next_epoch,
    get_epoch_index,
    get_reveal_blocks,
    is_commit_expired,
    is_reveal_block_range,
    should_run_epoch,
)
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.registration.adjustment import RegistrationTerms, adjust_registration_terms, upgraded
from neuron_ledger.ledger.rules.registration.pruning import choose_neuron_to_prune, is_immune
from neuron_ledger.ledger.rules.registration.seal import (
    create_seal_hash,
    create_work,
    hash_block_and_hotkey,
    hash_hotkey_to_u64,
    hash_meets_difficulty,
)
from neuron_ledger.ledger.rules.weights.commit_hash import encode_reveal, get_commit_hash
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.conformance.case import Case, Place, compare, number, numbers
from neuron_ledger.replay.conformance.mechanism_cases import schedule_of


def check_prune(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_prune`: who is immune, whom a full subnet prunes, and the scores afterwards."""
    registered, now, period = numbers(case["block_at_registration"]), number(case["block"]), number(case["immunity_period"])
    scores = numbers(case["pruning_scores"])
    owner = None if case["owner_uid"] is None else number(case["owner_uid"])
    chosen = choose_neuron_to_prune(scores, registered, period, now, owner)
    after = [U16_MAX if uid == chosen else score for uid, score in enumerate(scores)]
    return (
        compare("immune", numbers(case["immune"]), [int(is_immune(block, period, now)) for block in registered])
        or compare("out", number(case["out"]), chosen)
        or compare("pruning_scores_after", numbers(case["pruning_scores_after"]), after)
    )


_TERMS = tuple(name for name in RegistrationTerms.__annotations__)


def check_adjust(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_adjust`: the terms of registration after a block, and the plain function values."""
    terms = RegistrationTerms(**{name: number(case[name]) for name in _TERMS})
    rate = (terms.registrations_this_interval, terms.target_registrations_per_interval, terms.adjustment_alpha)
    divergence = compare(
        "upgraded_difficulty",
        number(case["upgraded_difficulty"]),
        upgraded(terms.difficulty, *rate, terms.min_difficulty, terms.max_difficulty),
    ) or compare("upgraded_burn", number(case["upgraded_burn"]), upgraded(terms.burn, *rate, terms.min_burn, terms.max_burn))
    if divergence is not None:
        return divergence
    adjusted = adjust_registration_terms(terms, number(case["block"]))
    after, sets_difficulty = (adjusted[0], adjusted[2]) if adjusted else (terms, False)
    out = case["out"]
    for name in _TERMS:
        if name in out and number(out[name]) != getattr(after, name):
            return Difference(Place(0, None), name, number(out[name]), getattr(after, name))
    events = [["DifficultySet", number(case["netuid"]), after.difficulty]] if sets_difficulty else []
    recorded = [[name, *numbers(arguments)] for name, *arguments in out["events"]]
    return compare("events", recorded, events) or compare("registrations_this_block", number(out["registrations_this_block"]), 0)


def check_seal(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_seal`: seals and their parts, difficulty, and the search for a nonce."""
    block_hash, hotkey = bytes.fromhex(case["block_hash"]), bytes.fromhex(case["hotkey"])
    if case["fn"] == "create_work_for_block_number":
        nonce, work = create_work(block_hash, number(case["start_nonce"]), hotkey, number(case["difficulty"]))
        return compare("nonce", number(case["nonce"]), nonce) or compare("work", case["work"], work.hex())
    meets = hash_meets_difficulty(bytes.fromhex(case["test_hash"]), number(case["difficulty"]))
    return (
        compare("seal", case["seal"], create_seal_hash(block_hash, number(case["nonce"]), hotkey).hex())
        or compare("meets", number(case["meets"]), int(meets))
        or compare("hash_block_and_hotkey", case["hash_block_and_hotkey"], hash_block_and_hotkey(block_hash, hotkey).hex())
        or compare("hash_hotkey_to_u64", number(case["hash_hotkey_to_u64"]), hash_hotkey_to_u64(hotkey))
    )


def check_tempo(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_tempo`: when epochs run and commits may be revealed."""
    netuid, tempo, block = number(case["netuid"]), number(case["tempo"]), number(case["block"])
    period, commit = number(case["reveal_period"]), number(case["commit_block"])
    got: dict[str, Any] = {
        "blocks_until_next_epoch": blocks_until_next_epoch(netuid, tempo, block),
        "should_run_epoch": int(should_run_epoch(netuid, tempo, block)),
        "epoch_index": get_epoch_index(netuid, tempo, block),
        "reveal_blocks": list(get_reveal_blocks(netuid, tempo, period, block)),
        "commit_expired": int(is_commit_expired(netuid, tempo, period, commit, block)),
        "reveal_in_range": int(is_reveal_block_range(netuid, tempo, period, commit, block)),
    }
    for name, have in got.items():
        want = numbers(case[name]) if isinstance(have, list) else number(case[name])
        if want != have:
            return Difference(Place(0, None), name, want, have)
    return None


def check_commit_hash(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_commit_hash`: the encoded reveal and its hash."""
    revealed = (
        bytes.fromhex(case["hotkey"]),
        number(case.get("storage_index", case.get("netuid"))),
        numbers(case["uids"]),
        numbers(case["values"]),
        numbers(case["salt"]),
        number(case["version_key"]),
    )
    return compare("encoded", case["encoded"], encode_reveal(*revealed).hex()) or compare(
        "hash", case["hash"], get_commit_hash(*revealed).hex()
    )


def check_block_emission(case: Case, _: Runtime) -> Difference[Place] | None:
    """`block_emission`: rao a block at an issuance."""
    return compare("out", number(case["out"]), get_block_emission_for_issuance(number(case["issuance"])))


def check_scheduler(case: Case, _: Runtime) -> Difference[Place] | None:
    """`unit_scheduler`: the stateful schedule of epochs, the window of a reveal, and the activity cutoff."""
    schedule, block = schedule_of(case), number(case["block"])
    epoch, window = schedule.current_epoch(block), (number(case["commit_epoch"]), number(case["reveal_period"]))
    got: dict[str, int | None] = {
        "should_run_epoch": int(schedule.is_due(block)),
        "blocks_until_next_auto_epoch": schedule.blocks_until_next_auto_epoch(block),
        "next_epoch_start_block": schedule.next_epoch_start_block(),
        "current_epoch_with_lookahead": epoch,
        "activity_cutoff_blocks": activity_cutoff_blocks(number(case["activity_cutoff_factor_milli"]), schedule.tempo),
        "commit_expired": int(is_commit_expired_423(epoch, *window)),
        "reveal_in_range": int(is_reveal_epoch_423(epoch, *window)),
    }
    for name, have in got.items():
        want = None if case[name] is None else number(case[name])
        if want != have:
            return Difference(Place(0, None), name, want, have)
    return None
