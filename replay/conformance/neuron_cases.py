"""Checkers of cases of single steps of registration and its price, since spec_version 365."""

from typing import Any

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.registration_calls import TrimToMaxAllowedUids
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.registration.price import decay_factor_q32, raise_price_397
from neuron_ledger.ledger.rules.registration.pruning import choose_neuron_to_prune_365, immune_owner_uids_334, is_immune
from neuron_ledger.ledger.rules.registration.uids import register_neuron
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance import unit_cases
from neuron_ledger.replay.conformance.case import Case, Place, compare, number, numbers
from neuron_ledger.replay.conformance.histories import compare_changes, compare_events
from neuron_ledger.replay.conformance.recorded import expected_changes, load


def check_prune(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`unit_prune`: who is immune, and whom a full subnet prunes: by score, or by emission."""
    if "emission" not in case:
        return unit_cases.check_prune(case, rules)
    n, registered, now = number(case["n"]), numbers(case["block_at_registration"]), number(case["block"])
    period = number(case["immunity_period"])
    owner = None if case["owner_uid"] is None else number(case["owner_uid"])
    owned = [(registered[uid], uid) for uid in numbers(case["owner_coldkey_uids"])]
    spared = immune_owner_uids_334(owned, owner, number(case["immune_owner_uids_limit"]))
    emission = numbers(case["emission"])[:n]
    emission += [0] * (n - len(emission))
    chosen = choose_neuron_to_prune_365(emission, registered, period, now, spared, number(case["min_non_immune_uids"]))
    return (
        compare("immune", numbers(case["immune"]), [int(is_immune(block, period, now)) for block in registered])
        or compare("immune_owner_uids", numbers(case["immune_owner_uids"]), spared)
        or compare("out", None if case["out"] is None else number(case["out"]), chosen)
    )


def check_burn(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`unit_burn`: the factor of a half-life, the price and counters after a block's update, the price after a registration."""
    netuid, half_life = number(case["netuid"]), number(case["burn_half_life"])
    factor = decay_factor_q32(half_life)
    update = next(step for step in rules.block_hook if step.__name__.startswith("update_registration_prices"))
    storage = Storage(rules.layout)
    with storage.transaction() as journal:
        _set_price(storage, netuid, case)
        begin = journal.mark()
        tx: Tx = Transaction(storage, rules)
        update(tx)
        after = {name: storage.map(item)[netuid] for name, item in _AFTER_UPDATE.items()}
        journal.rollback(begin)
        raise_price_397(tx, AskedRegistration(netuid, bytes(32), bytes(32)))
        raised = storage.burn[netuid]
    recorded = {name: number(value) for name, value in case["after_block_update"].items()}
    return (
        compare("decay_factor_q32", number(case.get("decay_factor_q32", factor)), factor)
        or compare("after_block_update", [*recorded.values()], [after[name] for name in recorded])
        or compare("burn_after_bump", number(case["burn_after_bump"]), raised)
    )


_PRICE = {
    "burn": "Burn",
    "burn_half_life": "BurnHalfLife",
    "burn_increase_mult_bits": "BurnIncreaseMult",
    "min_burn": "MinBurn",
    "max_burn": "MaxBurn",
    "registrations_this_block": "RegistrationsThisBlock",
    "registrations_this_interval": "RegistrationsThisInterval",
    "tempo": "Tempo",
    "last_epoch_block": "LastEpochBlock",
}
_AFTER_UPDATE = {name: _PRICE[name] for name in ("burn", "registrations_this_block", "registrations_this_interval")}
"""The name in a case -> the storage item."""


def _set_price(storage: Storage, netuid: int, case: Case) -> None:
    storage.block_number.value = number(case["block"])
    storage.networks_added[netuid] = True
    for name, item in _PRICE.items():
        storage.map(item)[netuid] = number(case[name])


def check_neurons(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`unit_neurons`: a uid appended, replaced or cleared, or a subnet trimmed: result, uid, events, every change of storage."""
    storage = load(case["init"], number(case["block"]), rules.layout)
    result, uid = "ok", None
    with storage.transaction() as journal:
        tx: Tx = Transaction(storage, rules)
        begin = tx.savepoint()
        try:
            uid = _STEPS[case["op"]](tx, case)
        except ChainError as error:
            result = rules.error_name(error)
            tx.undo(begin)
        divergence = compare_events(0, case["events"], tx.finish()) or compare_changes(
            0, expected_changes(case.get("diff", {}), rules.layout), storage
        )
        journal.rollback()
    expected = case.get("uid_out")
    return (
        compare("result", case["result"], result)
        or compare("uid_out", None if expected is None else number(expected), uid)
        or divergence
    )


def _register(tx: Tx, case: Case) -> int:
    return register_neuron(tx, number(case["netuid"]), bytes.fromhex(case["hotkey"]))


def _clear(tx: Tx, case: Case) -> None:
    tx.rules.clear_neuron(tx, number(case["netuid"]), number(case["uid"]))


def _trim(tx: Tx, case: Case) -> None:
    dispatch(tx, None, TrimToMaxAllowedUids(number(case["netuid"]), number(case["max_n"])))


_STEPS: Any = {"register_neuron": _register, "clear_neuron": _clear, "trim_to_max_allowed_uids": _trim}
