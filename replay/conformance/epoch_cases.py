"""Checker of recorded epochs: the stake of every uid, and everything that the epoch stores and pays out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order
from neuron_ledger.ledger.rules.stake.positions import get_stake_weights_for_network
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.case import Case, Place, compare, number, numbers

VECTORS = {
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
"""The field of a result for each recorded name."""
SUBNET = 1
"""The netuid that a case's stake is set up under."""
SCALARS = (
    "n",
    "block",
    "tempo",
    "activity_cutoff",
    "stake_threshold",
    "kappa",
    "bonds_penalty",
    "bonds_moving_average",
    "max_allowed_validators",
    "alpha_low",
    "alpha_high",
    "alpha_sigmoid_steepness",
    "rao_emission",
)


def check_epoch(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`epoch`: combined stake, then every vector, the bonds in storage afterwards, and the order of who gets emission."""
    recorded, out = case["in"], case["out"]
    stake = total_stake(recorded, rules)
    given = epoch_input(recorded, stake)
    divergence = compare("total_stake_bits", numbers(case["total_stake_bits"]), list(stake))
    if divergence is not None:
        return divergence
    result = run_epoch(given, steps=rules.epoch)
    order = numbers(case.get("tuple_order", range(given.n)))
    return (
        compare_vectors(out, result, VECTORS)
        or compare_bonds(out, given, result)
        or compare("tuple_order", order, in_key_order(range(given.n)))
    )


def total_stake(recorded: Mapping[str, Any], rules: Runtime) -> tuple[int, ...]:
    """The combined stake of each uid, I64F64 bits, by the rule with which an epoch reads it from storage."""
    storage = Storage(rules.layout)
    with storage.transaction():
        storage.subnetwork_n[SUBNET] = number(recorded["n"])
        storage.tao_weight.value = number(recorded["tao_weight"])
        for staked_on, stakes in ((SUBNET, recorded["alpha_stake"]), (ROOT, recorded["root_stake"])):
            for uid, stake in enumerate(numbers(stakes)):
                storage.keys[SUBNET, uid] = _hotkey(uid)
                storage.total_hotkey_alpha[_hotkey(uid), staked_on] = stake
        for link in recorded["child_links"]:
            parent, child, proportion = numbers(link)
            for links, of, other in ((storage.child_keys, parent, child), (storage.parent_keys, child, parent)):
                links[_hotkey(of), SUBNET] = (*links[_hotkey(of), SUBNET], (proportion, _hotkey(other)))
        tx: Tx = Transaction(storage, rules)
        return get_stake_weights_for_network(tx, SUBNET)


def _hotkey(uid: int) -> bytes:
    return uid.to_bytes(32, "little")


def epoch_input(recorded: Mapping[str, Any], total_stake_bits: tuple[int, ...], **more: Any) -> EpochInput:
    """The input of an epoch from a case. more: fields with other names there."""
    scalars: dict[str, Any] = {name: number(recorded[name]) for name in SCALARS}
    return EpochInput(
        **scalars,
        last_update=tuple(numbers(recorded["last_update"])),
        block_at_registration=tuple(numbers(recorded["block_at_registration"])),
        total_stake_bits=total_stake_bits,
        validator_permit=tuple(bool(permit) for permit in numbers(recorded["validator_permit"])),
        weights=packed_rows(recorded["weights"]),
        bonds=packed_rows(recorded["bonds"]),
        yuma3=bool(number(recorded["yuma3"])),
        liquid_alpha=bool(number(recorded["liquid_alpha"])),
        owner_uid=None if recorded["owner_uid"] is None else number(recorded["owner_uid"]),
        **more,
    )


def compare_vectors(out: Mapping[str, Any], result: EpochResult, fields: Mapping[str, str]) -> Difference[Place] | None:
    """Compare recorded vectors with a result. fields: that of the result for each recorded name."""
    for item, name in fields.items():
        divergence = compare(item, numbers(out[item]), [int(value) for value in getattr(result, name)])
        if divergence is not None:
            return divergence
    return None


def compare_bonds(out: Mapping[str, Any], given: EpochInput, result: EpochResult) -> Difference[Place] | None:
    """Compare recorded rows of bonds with those in storage after an epoch."""
    bonds = {**given.bonds, **result.bonds_written}
    for uid, row in out["Bonds"]:
        divergence = compare(f"Bonds[{uid}]", [numbers(pair) for pair in row], _unpacked(bonds.pop(number(uid), b"")))
        if divergence is not None:
            return divergence
    return Difference(Place(0, min(bonds)), "Bonds", None, _unpacked(bonds[min(bonds)])) if bonds else None


def packed_rows(rows: Any) -> dict[int, bytes]:
    """Recorded (uid, row of pairs) as in storage."""
    return {number(uid): np.array([numbers(pair) for pair in row], "<u2").tobytes() for uid, row in rows}


def _unpacked(row: bytes) -> list[list[int]]:
    pairs: list[list[int]] = np.frombuffer(row, "<u2").reshape(-1, 2).tolist()
    return pairs
