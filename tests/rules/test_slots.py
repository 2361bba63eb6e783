"""Epochs on storage at 424: slots of the schedule, mechanisms, voting power; and all that recorded histories have of them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from neuron_ledger.events.calls import AdvanceTo, Observe
from neuron_ledger.events.consensus import (
    EpochCompleted,
    EpochDeferred,
    EpochSkipped,
    IncentiveAlphaEmittedToMiners,
    VotingPowerTrackingDisabled,
)
from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.emission.slots import deferred_epochs_423, due_epochs_423, run_due_epochs_423
from neuron_ledger.ledger.rules.epoch.dated_run import run_epoch_320, update_voting_power_385
from neuron_ledger.ledger.rules.epoch.steps import epoch_result
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.recorded import expected_changes, load, plain, submission, take_over
from neuron_ledger.replay.questions.explain import explain
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from tests.rules.dated_changes import account
from tests.rules.dated_epochs import trace
from tests.shared_data import shared

RULES = TIMELINE.runtime(424)
ITEMS = {
    *("Active", "Consensus", "Incentive", "Dividends", "ValidatorTrust", "StakeWeight", "ValidatorPermit", "Emission", "Bonds"),
    *("LastEpochBlock", "PendingEpochAt", "SubnetEpochIndex", "BlocksSinceLastStep", "LastMechansimStepBlock", "VotingPower"),
}
"""What epochs and their schedule write."""
EVENTS = ("IncentiveAlphaEmittedToMiners", "EpochDeferred", "EpochSkipped", "VotingPowerTrackingDisabled")


def begin(*subnets: int, rules: Runtime = RULES) -> Tx:
    """A transaction in block 1000; subnets of two neurons and tempo 100, whose slot is due."""
    storage = Storage(rules.layout)
    storage.journal.begin()
    storage.block_number.value = 1000
    for netuid in (0, *subnets):
        storage.networks_added[netuid] = True
    for netuid in subnets:
        storage.tempo[netuid], storage.last_epoch_block[netuid] = 100, 900
        storage.subnetwork_n[netuid] = 2
        storage.validator_permit[netuid] = (True, False)
        for uid, name in enumerate(("b", "a")):
            hotkey = account(name)
            storage.keys[netuid, uid], storage.uids[netuid, hotkey] = hotkey, uid
            storage.is_network_member[hotkey, netuid] = True
            storage.owner[hotkey] = account("cold")
        storage.last_update[netuid] = (990, 990)
        storage.total_hotkey_alpha[account("b"), netuid] = 1000
    return Transaction(storage, rules)


def run_slots(tx: Tx) -> list[Any]:
    tx.due_epochs = due_epochs_423(tx)
    run_due_epochs_423(tx)
    return [entry.event for entry in tx.happened]


def test_two_epochs_run_in_a_block_and_the_others_wait() -> None:
    tx = begin(1, 2, 3)
    assert deferred_epochs_423(tx) == {3}
    events = run_slots(tx)
    assert [event.netuid for event in events if isinstance(event, EpochCompleted)] == [1, 2]
    assert EpochDeferred(netuid=3, from_block=1000, to_block=1001) in events
    storage = tx.storage
    assert [storage.subnet_epoch_index[netuid] for netuid in (1, 2, 3)] == [1, 1, 0]
    assert [storage.blocks_since_last_step[netuid] for netuid in (1, 2, 3)] == [0, 0, 1]
    assert [storage.last_mechansim_step_block[netuid] for netuid in (1, 2, 3)] == [1000, 1000, 0]
    assert storage.pending_epoch_at[3] == 1001
    storage.block_number.value = 1001
    assert due_epochs_423(tx) == (3,)


def test_an_epoch_is_skipped_where_a_hotkey_holds_two_uids_and_leaves_its_turn_to_another() -> None:
    tx = begin(1, 2, 3)
    tx.storage.keys[1, 1] = account("b")
    tx.storage.pending_server_emission[1] = 7
    events = run_slots(tx)
    assert EpochSkipped(netuid=1, block=1000) in events
    assert [event.netuid for event in events if isinstance(event, EpochCompleted)] == [2, 3]
    assert (tx.storage.last_epoch_block[1], tx.storage.subnet_epoch_index[1]) == (1000, 1)
    assert (tx.storage.last_mechansim_step_block[1], tx.storage.blocks_since_last_step[1]) == (0, 1)
    assert tx.storage.pending_server_emission[1] == 7


@pytest.mark.parametrize(
    ("tempo", "last", "pending", "passed", "due"),
    [
        (100, 901, 0, 5, False),
        (100, 900, 0, 5, True),
        (0, 0, 1, 60_000, False),
        (100, 990, 1000, 5, True),
        (100, 990, 1001, 5, False),
        (100, 990, 0, 50_399, False),
        (100, 990, 0, 50_400, True),
    ],
)
def test_a_slot_is_due_by_tempo_by_request_or_after_very_long(
    tempo: int, last: int, pending: int, passed: int, due: bool
) -> None:
    tx = begin(1)
    tx.storage.tempo[1], tx.storage.last_epoch_block[1] = tempo, last
    tx.storage.pending_epoch_at[1], tx.storage.blocks_since_last_step[1] = pending, passed
    assert (due_epochs_423(tx) == (1,)) == due


def test_mechanisms_are_recorded_under_their_indices_and_paid_together_in_the_order_of_hotkeys() -> None:
    tx = begin(1)
    tx.storage.mechanism_count_current[1] = 2
    tx.storage.last_update[4097] = (990, 990)
    earned = run_epoch_320(tx, 1, 1001)
    assert earned == [(account("a"), 0, 0), (account("b"), 0, 1001)]
    completed = [entry.event for entry in tx.happened if isinstance(entry.event, EpochCompleted)]
    assert [(event.netuid, [name for name, _ in event.vectors][:1]) for event in completed] == [
        (4097, ["Incentive"]),
        (1, ["Active"]),
    ]
    answer = [entry.event.netuid for entry in tx.happened if isinstance(entry.event, IncentiveAlphaEmittedToMiners)]
    assert answer == [1, 4097]
    assert tx.storage.emission[1] == (501 * 501 // 1001 + 500 * 500 // 1001, 0)
    assert tx.storage.incentive[4097] == (0, 0)


def test_a_recorded_epoch_is_computed_once_more_for_each_mechanism(tmp_path: Path) -> None:
    tx = begin(1)
    tx.storage.mechanism_count_current[1] = 2
    tx.storage.last_update[4097] = (990, 990)
    changes = canonical_changes({table.item.name: (dict(table), []) for table in tx.storage.maps()})
    with Ledger.create(tmp_path / "chain.ledger", spec_version=424) as ledger:
        ledger.observe(Observe("two mechanisms", 1000, tx.storage.digest()), changes)
        ledger.submit(AdvanceTo(1003))
    with Log.open(tmp_path / "chain.ledger", read_only=True) as log:
        found = [recorded_epoch(log, 1, mechanism=number) for number in (0, 1)]
    assert [(epoch.block, epoch.recorded.netuid, epoch.difference()) for epoch in found] == [(1001, 1, None), (1001, 4097, None)]
    answer = explain(found[1], 0)
    assert (answer.prerank, answer.trust, answer.pruning_score, answer.stake_counts) == (None, None, None, True)


def test_voting_power_moves_is_lost_and_ends() -> None:
    tx = begin(1)
    storage, result = tx.storage, evolve(epoch_result(trace(RULES)), validator_permit=(True, False))
    storage.voting_power[1, account("a")] = storage.voting_power[1, account("gone")] = 5
    update_voting_power_385(tx, 1, result)
    assert len(storage.voting_power) == 2
    storage.voting_power_tracking_enabled[1], storage.voting_power_ema_alpha[1] = True, 10**18 // 4
    update_voting_power_385(tx, 1, result)
    assert dict(storage.voting_power.items()) == {(1, account("b")): 250}
    storage.voting_power_disable_at_block[1] = 1000
    update_voting_power_385(tx, 1, result)
    assert not storage.voting_power
    assert not storage.voting_power_tracking_enabled[1]
    assert tx.happened[-1].event == VotingPowerTrackingDisabled(netuid=1)


def test_epochs_of_recorded_histories_are_exact_on_storage() -> None:
    """Every recorded stretch of blocks, judged by what epochs and their schedule write, whatever else a block does."""
    cases = json.loads(gzip.decompress(shared("vectors-424/mixed.json.gz").read_bytes()))["cases"]
    stretches = epochs = 0
    for case in cases:
        storage = load(case["init"], int(case["block"]), RULES.layout)
        for number, op in enumerate(case["ops"]):
            expected, after = expected_changes(op.get("diff", {}), RULES.layout), int(op["block"])
            if op["op"] == "step":
                after += int(op["args"]["blocks"])
                answer = [plain(event) for event in op["events"] if event[0] in EVENTS]
                wanted = {place: value for place, value in expected.items() if place[0] in ITEMS}
                assert _written(storage, op) == (wanted, answer), (case["id"], number)
                stretches, epochs = stretches + 1, epochs + len(answer)
            take_over(storage, expected, after)
    assert (stretches > 1000, epochs > 1000) == (True, True)


def _written(storage: Storage, op: dict[str, Any]) -> tuple[dict[Any, Any], list[Any]]:
    """What the blocks wrote to the items, and the events of epochs. Nothing stays."""
    with storage.transaction() as journal:
        decision = decide(storage, RULES, submission(op))
        before: dict[Any, Any] = {}
        for table, key, old in journal.since(0):
            if table.item.name in ITEMS:
                before.setdefault((table.item.name, key), old)
        written = {}
        for (name, key), old in before.items():
            now = storage.map(name).get(key, ABSENT)
            if now is not old and (now is ABSENT or old is ABSENT or now != old):
                written[name, key] = None if now is ABSENT else now
        answer = [event for entry in decision.happened if (event := deposited(entry.event)) and event[0] in EVENTS]
        journal.rollback()
    return written, [plain(event) for event in answer]
