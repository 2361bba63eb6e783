"""Checkers of cases of paying out a subnet's pending emission."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from neuron_ledger.events.difference import Difference
from neuron_ledger.ledger.rules.emission.dividends import Distribution, distribution
from neuron_ledger.ledger.rules.emission.handout import distribution_334
from neuron_ledger.ledger.rules.stake.positions import get_tao_weight
from neuron_ledger.ledger.runtime import HotkeyEmission, Pending, Runtime, Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.conformance.case import Case, Place, compare, number
from neuron_ledger.replay.conformance.histories import compare_changes, compare_events
from neuron_ledger.replay.conformance.recorded import expected_changes, load


def check_emission_drain(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`emission_drain`: the epoch's emission, intermediate values, and every change of storage."""
    storage = load(case["init"], number(case["block"]), rules.layout)
    netuid = number(case["netuid"])
    amounts = [number(case[name]) for name in ("pending_alpha", "pending_tao", "pending_swapped", "owner_cut")]
    emitted: list[HotkeyEmission] = []

    def run_epoch(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
        emitted.extend(rules.run_epoch(tx, netuid, emission))
        return emitted

    with storage.transaction() as journal:
        tx: Tx = Transaction(storage, evolve(rules, run_epoch=run_epoch))
        tx.rules.drain_pending_emission(tx, netuid, (amounts[0], amounts[1], amounts[2], amounts[3]))
        divergence = compare_changes(0, expected_changes(case["diff"], rules.layout), storage)
        journal.rollback()
        earned = distribution(tx, netuid, amounts[0], amounts[1], amounts[2], emitted)
    return (
        compare("tao_weight_bits", number(case["tao_weight_bits"]), get_tao_weight(storage))
        or compare("emission_tuples", _rows(case["emission_tuples"]), [[key.hex(), *parts] for key, *parts in emitted])
        or _compare_distribution(case, earned)
        or divergence
    )


def check_emission_distribute(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`emission_distribute`: the epoch's emission, who earns from it, the events and every change of storage."""
    storage = load(case["init"], number(case["block"]), rules.layout)
    netuid = number(case["netuid"])
    pending: Pending = (
        number(case["pending_server_alpha"]),
        number(case["pending_validator_alpha"]),
        number(case["pending_root_alpha"]),
        number(case["owner_cut"]),
    )
    emitted: list[HotkeyEmission] = []

    def run_epoch(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
        emitted.extend(rules.run_epoch(tx, netuid, emission))
        return emitted

    with storage.transaction() as journal:
        tx: Tx = Transaction(storage, evolve(rules, run_epoch=run_epoch))
        tx.rules.drain_pending_emission(tx, netuid, pending)
        divergence = compare_events(0, case["events"], tx.finish()) or compare_changes(
            0, expected_changes(case["diff"], rules.layout), storage
        )
        journal.rollback()
        earned = distribution_334(Transaction(storage, rules), netuid, pending, emitted)
        journal.rollback()
    return (
        compare("tao_weight_bits", number(case["tao_weight_bits"]), get_tao_weight(storage))
        or compare("emission_tuples", _rows(case["emission_tuples"]), [[key.hex(), *parts] for key, *parts in emitted])
        or compare("incentives", _rows(case["incentives"]), _pairs(earned.incentives))
        or compare("dividends_bits", _rows(case["dividends_bits"]), _pairs(earned.dividends))
        or divergence
    )


def _compare_distribution(case: Case, earned: Distribution) -> Difference[Place] | None:
    return (
        compare("incentives", _rows(case["incentives"]), _pairs(earned.incentives))
        or compare("dividends_bits", _rows(case["dividends_bits"]), _pairs(earned.dividends))
        or compare("stake_map", _rows(case["stake_map"]), _pairs(earned.stake_map))
        or compare("pending_validator_alpha", number(case["pending_validator_alpha"]), earned.pending_validator_alpha)
        or compare("alpha_dividends_bits", _rows(case["alpha_dividends_bits"]), _pairs(earned.alpha_dividends))
        or compare("tao_dividends_bits", _rows(case["tao_dividends_bits"]), _pairs(earned.root_dividends))
    )


def _rows(raw: Any) -> list[list[Any]]:
    """[hotkey, value, …] of a recording; a value may be a list itself."""
    return [[row[0], *(_numbers(value) for value in row[1:])] for row in raw]


def _numbers(value: Any) -> Any:
    return [number(part) for part in value] if isinstance(value, list) else number(value)


def _pairs(amounts: Mapping[bytes, Any]) -> list[list[Any]]:
    return [[key.hex(), list(value) if isinstance(value, tuple) else value] for key, value in amounts.items()]
