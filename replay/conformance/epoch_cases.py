"""The checker of recorded epochs."""

from typing import Any

from events.kinds import pack_pairs, pairs
from ledger.rules.epoch import EpochInput, EpochResult, run_epoch
from ledger.rules.netuids import ROOT, in_key_order
from ledger.rules.stakes import get_stake_weights_for_hotkey_on_subnet
from ledger.ruleset import ruleset
from ledger.transaction import Transaction
from projections.storage import Storage
from replay.conformance.case import Case, Divergence, compare, number, numbers

_VECTORS = {
    "Active": "active",
    "Rank": "rank",
    "Trust": "trust",
    "Consensus": "consensus",
    "Incentive": "incentive",
    "Dividends": "dividends",
    "PruningScores": "pruning_scores",
    "ValidatorTrust": "validator_trust",
    "StakeWeight": "stake_weight",
    "ValidatorPermit": "validator_permit",
    "Emission": "emission",
    "server_emission": "server_emission",
    "validator_emission": "validator_emission",
}
"""Field of a case's `out` → of our result."""


def epoch_input(case: Case) -> EpochInput:
    """The input that a recorded epoch had; the stake of each uid made from what hotkeys hold and lend."""
    given = case["in"]
    return EpochInput(
        n=number(given["n"]),
        block=number(given["block"]),
        tempo=number(given["tempo"]),
        activity_cutoff=number(given["activity_cutoff"]),
        last_update=tuple(numbers(given["last_update"])),
        block_at_registration=tuple(numbers(given["block_at_registration"])),
        total_stake=_total_stake(given),
        stake_threshold=number(given["stake_threshold"]),
        validator_permit=tuple(bool(number(permit)) for permit in given["validator_permit"]),
        weights=_rows(given["weights"]),
        bonds=_rows(given["bonds"]),
        kappa=number(given["kappa"]),
        bonds_penalty=number(given["bonds_penalty"]),
        bonds_moving_average=number(given["bonds_moving_average"]),
        max_allowed_validators=number(given["max_allowed_validators"]),
        yuma3=bool(number(given["yuma3"])),
        liquid_alpha=bool(number(given["liquid_alpha"])),
        alpha_low=number(given["alpha_low"]),
        alpha_high=number(given["alpha_high"]),
        alpha_sigmoid_steepness=number(given["alpha_sigmoid_steepness"]),
        owner_uid=None if given["owner_uid"] is None else number(given["owner_uid"]),
        rao_emission=number(given["rao_emission"]),
    )


def check_epoch(case: Case) -> Divergence | None:
    """`epoch`: the stake that uids bring, every vector, every bond row, and the order of the returned tuples."""
    given, out = epoch_input(case), case["out"]
    divergence = compare("total_stake_bits", numbers(case["total_stake_bits"]), list(given.total_stake))
    if divergence is not None:
        return divergence
    result = run_epoch(given)
    for name, attribute in _VECTORS.items():
        divergence = compare(name, numbers(out[name]), [int(value) for value in getattr(result, attribute)])
        if divergence is not None:
            return divergence
    if "tuple_order" in out:
        divergence = compare("tuple_order", numbers(out["tuple_order"]), in_key_order(range(given.n)))
    return divergence or _compare_bonds(case, given, result)


def _compare_bonds(case: Case, given: EpochInput, result: EpochResult) -> Divergence | None:
    stored = {**given.bonds, **result.bonds_written}
    got: dict[int, Any] = {uid: [list(pair) for pair in pairs(row)] for uid, row in stored.items()}
    expected = {number(uid): [numbers(pair) for pair in row] for uid, row in case["out"]["Bonds"]}
    for uid in sorted({*expected, *got}):
        if expected.get(uid) != got.get(uid):
            return Divergence(0, "Bonds", uid, expected.get(uid), got.get(uid))
    return None


def _rows(recorded: Any) -> dict[int, bytes]:
    return {number(uid): pack_pairs([numbers(pair) for pair in row]) for uid, row in recorded}


def _total_stake(given: Any) -> tuple[int, ...]:
    """The stake that each uid brings: what its hotkey has on the subnet and on the root network, lent and borrowed."""
    netuid = 1
    storage = Storage()
    storage.tao_weight.value = number(given["tao_weight"])
    hotkeys = [uid.to_bytes(32, "little") for uid in range(number(given["n"]))]
    for hotkey, alpha, root in zip(hotkeys, given["alpha_stake"], given["root_stake"], strict=True):
        storage.total_hotkey_alpha[hotkey, netuid] = number(alpha)
        storage.total_hotkey_alpha[hotkey, ROOT] = number(root)
    for parent, child, proportion in given["child_links"]:
        lender, borrower = hotkeys[number(parent)], hotkeys[number(child)]
        part = number(proportion)
        storage.child_keys[lender, netuid] = (*storage.child_keys[lender, netuid], (part, borrower))
        storage.parent_keys[borrower, netuid] = (*storage.parent_keys[borrower, netuid], (part, lender))
    tx = Transaction(storage, ruleset(277))
    return tuple(get_stake_weights_for_hotkey_on_subnet(tx, hotkey, netuid)[0] for hotkey in hotkeys)
