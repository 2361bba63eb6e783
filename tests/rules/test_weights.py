"""Setting weights: what is stored, limits and their edges, and batches."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import BatchSetWeights, SetWeights
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.weights import BatchWeightItemFailed, WeightsSet
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.errors import ChainError, NeuronNoValidatorPermit
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.weights import AskedWeights
from neuron_ledger.replay.conformance.histories import check_history
from tests.chain_fixture import Chain, account, chain_events
from tests.shared_data import recorded_cases

VALIDATOR = account("validator")
MINER = account("miner")
NEURONS = ("owner", "miner", "validator", "newcomer")
MINER_UID, VALIDATOR_UID = 1, 2


def new_chain(*, subnets: tuple[int, ...] = (1,)) -> Chain:
    """Four neurons on each subnet, of which the validator (uid 2) has a permit; no limits."""
    chain = Chain(subnets=subnets)
    for netuid in subnets:
        chain.seat(*NEURONS, netuid=netuid)
        chain.storage.validator_permit[netuid] = (False, False, True, False)
        chain.set("weights_set_rate_limit", 0, netuid)
        chain.set("max_weight_limit", 65535, netuid)
    return chain


@pytest.fixture
def chain() -> Chain:
    return new_chain()


def weights(*values: int, uids: tuple[int, ...] | None = None, netuid: int = 1, version_key: int = 0) -> SetWeights:
    return SetWeights(netuid, tuple(range(len(values))) if uids is None else uids, values, version_key)


# ---------------------------------------------------------------------------------------------------- what is stored


def test_weights_are_stored_and_the_last_update_moves(chain: Chain) -> None:
    chain.storage.block_number.value = 130
    events = chain.ok(weights(0, 65535, 20, 0), VALIDATOR)
    assert events == [
        WeightsSet(netuid=1, uid=VALIDATOR_UID, row=pack_pairs([(0, 0), (1, 65535), (2, 20), (3, 0)]), last_update=130)
    ]
    assert chain_events(events) == [("WeightsSet", 1, VALIDATOR_UID)]
    assert chain.storage.weights[1, VALIDATOR_UID] == pack_pairs([(0, 0), (1, 65535), (2, 20), (3, 0)])
    assert chain.storage.last_update[1] == (100, 100, 130, 100)


def test_weights_keep_the_order_in_which_they_are_given(chain: Chain) -> None:
    chain.ok(weights(1, 2, 3, 4, uids=(3, 0, 2, 1)), VALIDATOR)
    assert chain.storage.weights[1, VALIDATOR_UID] == pack_pairs([(3, 16384), (0, 32768), (2, 49151), (1, 65535)])


def test_weights_of_zero_stay_zero(chain: Chain) -> None:
    chain.set("max_weight_limit", 1)
    chain.ok(weights(0, 0, 0, 0), VALIDATOR)
    assert chain.storage.weights[1, VALIDATOR_UID] == pack_pairs([(0, 0), (1, 0), (2, 0), (3, 0)])


def test_no_weights_where_none_are_needed(chain: Chain) -> None:
    chain.set("min_allowed_weights", 0)
    chain.ok(weights(), VALIDATOR)
    assert (1, VALIDATOR_UID) in chain.storage.weights
    assert chain.storage.weights[1, VALIDATOR_UID] == b""


def test_one_weight_on_itself_needs_no_permit_no_length_and_no_limit(chain: Chain) -> None:
    chain.set("max_weight_limit", 1)
    chain.ok(weights(7, uids=(MINER_UID,)), MINER)
    assert chain.storage.weights[1, MINER_UID] == pack_pairs([(MINER_UID, 65535)])


def test_a_last_update_that_is_not_there_is_not_made(chain: Chain) -> None:
    chain.storage.last_update.remove(1)
    chain.ok(weights(1, 1, 1, 1), VALIDATOR)
    assert 1 not in chain.storage.last_update
    chain.storage.last_update[1] = (5, 5)
    chain.ok(weights(1, 1, 1, 1), VALIDATOR)
    assert chain.storage.last_update[1] == (5, 5)


# ------------------------------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("last_update", "block", "limit", "allowed"),
    [
        (100, 109, 10, False),
        (100, 110, 10, True),
        (100, 100, 0, True),
        (100, 100, 1, False),
        (0, 5, 10, True),
        (1, 5, 10, False),
        (200, 100, 1, False),
        (200, 100, 0, True),
    ],
)
def test_rate_limit(chain: Chain, last_update: int, block: int, limit: int, allowed: bool) -> None:
    chain.storage.last_update[1] = (7, 7, last_update, 7)
    chain.storage.block_number.value = block
    chain.set("weights_set_rate_limit", limit)
    if allowed:
        chain.ok(weights(1, 1, 1, 1), VALIDATOR)
    else:
        assert chain.refused(weights(1, 1, 1, 1), VALIDATOR).name == "SettingWeightsTooFast"


@pytest.mark.parametrize(("key", "needed", "allowed"), [(0, 0, True), (5, 0, True), (4, 5, False), (5, 5, True), (6, 5, True)])
def test_version_key(chain: Chain, key: int, needed: int, allowed: bool) -> None:
    chain.set("weights_version_key", needed)
    call = weights(1, 1, 1, 1, version_key=key)
    assert (chain.submit(call, VALIDATOR).error is None) == allowed


def test_stake_threshold_is_reached_by_equality(chain: Chain) -> None:
    chain.storage.total_hotkey_alpha[VALIDATOR, 1] = 999
    chain.storage.stake_threshold.value = 999
    chain.ok(weights(1, 1, 1, 1), VALIDATOR)
    chain.storage.stake_threshold.value = 1000
    error = chain.refused(weights(1, 1, 1, 1), VALIDATOR)
    assert error.values == {"netuid": 1, "stake": 999, "needed": 1000, "missing": 1}


@pytest.mark.parametrize(
    ("given", "uids", "hotkey", "error"),
    [
        ((5,), (MINER_UID,), MINER, None),
        ((0,), (MINER_UID,), MINER, None),
        ((5,), (0,), MINER, "NeuronNoValidatorPermit"),
        ((5, 5), (MINER_UID, 0), MINER, "NeuronNoValidatorPermit"),
        ((), (), MINER, "NeuronNoValidatorPermit"),
        ((5,), (VALIDATOR_UID,), VALIDATOR, None),
        ((5,), (0,), VALIDATOR, "WeightVecLengthIsLow"),
        ((5, 5), (VALIDATOR_UID, 0), VALIDATOR, "WeightVecLengthIsLow"),
    ],
)
def test_self_weight(chain: Chain, given: tuple[int, ...], uids: tuple[int, ...], hotkey: bytes, error: str | None) -> None:
    decision = chain.submit(weights(*given, uids=uids), hotkey)
    assert (decision.error and decision.error.name) == error


def test_permit_of_a_uid_beyond_the_vector_is_none(chain: Chain) -> None:
    chain.storage.validator_permit[1] = (True, True)
    assert chain.refused(weights(1, 1, 1, 1), VALIDATOR).name == "NeuronNoValidatorPermit"


@pytest.mark.parametrize(("needed", "given", "allowed"), [(2, 1, False), (2, 2, True), (9, 3, False), (9, 4, True), (0, 0, True)])
def test_length(chain: Chain, needed: int, given: int, allowed: bool) -> None:
    chain.set("min_allowed_weights", needed)
    decision = chain.submit(weights(*[1] * given), VALIDATOR)
    assert (decision.error is None) == allowed


@pytest.mark.parametrize(("limit", "allowed"), [(16383, False), (16384, True), (65534, True), (65535, True), (0, False)])
def test_max_weight_is_a_part_of_the_sum(chain: Chain, limit: int, allowed: bool) -> None:
    chain.set("max_weight_limit", limit)
    decision = chain.submit(weights(1, 1, 1, 1), VALIDATOR)
    assert (decision.error is None) == allowed


# ----------------------------------------------------------------------------------------------------------- batches


def batch(*rows: tuple[int, SetWeights]) -> BatchSetWeights:
    return BatchSetWeights(
        tuple(netuid for netuid, _ in rows),
        tuple(pack_pairs(list(zip(call.dests, call.weights, strict=True))) for _, call in rows),
        tuple(call.version_key for _, call in rows),
    )


def test_batch_sets_every_row() -> None:
    chain = new_chain(subnets=(1, 2))
    events = chain.ok(batch((2, weights(1, 2, 3, 4)), (1, weights(9, uids=(2,)))), VALIDATOR)
    assert chain_events(events) == [
        ("WeightsSet", 2, VALIDATOR_UID),
        ("WeightsSet", 1, VALIDATOR_UID),
        ("BatchWeightsCompleted", (2, 1), VALIDATOR),
    ]
    assert chain.storage.weights[1, VALIDATOR_UID] == pack_pairs([(2, 65535)])


def test_batch_goes_on_after_a_failure_and_reports_failures_at_the_end() -> None:
    chain = new_chain(subnets=(1, 2, 3))
    chain.set("weights_set_rate_limit", 10)
    chain.storage.block_number.value = 110
    chain.storage.commit_reveal_weights_enabled[3] = True
    call = batch((9, weights()), (1, weights(1, 1, 1, 1)), (3, weights()), (1, weights(9, uids=(2,))), (2, weights(9, uids=(2,))))
    events = chain.ok(call, VALIDATOR)
    assert chain_events(events) == [
        ("WeightsSet", 1, VALIDATOR_UID),
        ("WeightsSet", 2, VALIDATOR_UID),
        ("BatchCompletedWithErrors",),
        ("BatchWeightItemFailed", "SubNetworkDoesNotExist"),
        ("BatchWeightItemFailed", "CommitRevealEnabled"),
        ("BatchWeightItemFailed", "SettingWeightsTooFast"),
        ("BatchWeightsCompleted", (9, 1, 3, 1, 2), VALIDATOR),
    ]
    assert chain.storage.weights[1, VALIDATOR_UID] == pack_pairs([(0, 65535), (1, 65535), (2, 65535), (3, 65535)])
    failures = [event for event in events if isinstance(event, BatchWeightItemFailed)]
    assert [(failure.item, failure.netuid) for failure in failures] == [(0, 9), (2, 3), (3, 1)]
    assert ("allowed_from", "120") in failures[2].detail


def test_what_an_item_did_before_it_failed_is_undone() -> None:
    """The rules in force look before they do anything; others may find out later that an item fails."""

    def fails_late(tx: Tx, asked: AskedWeights) -> None:
        tx.emit(WeightsSet(netuid=asked.netuid, uid=0, row=b"", last_update=None))
        tx.storage.burn[asked.netuid] += 1
        if asked.netuid == 2:
            raise NeuronNoValidatorPermit(netuid=2, uid=0, needed="a permit")

    chain = new_chain(subnets=(1, 2))
    chain.storage.burn[1] = chain.storage.burn[2] = 7
    submission = Submission(batch((2, weights(1)), (1, weights(1))), VALIDATOR)
    decision = decide(chain.storage, evolve(TIMELINE.runtime(277), weights_checks=(fails_late,)), submission)
    assert chain_events([entry.event for entry in decision.happened]) == [
        ("WeightsSet", 1, 0),
        ("WeightsSet", 1, VALIDATOR_UID),
        ("BatchCompletedWithErrors",),
        ("BatchWeightItemFailed", "NeuronNoValidatorPermit"),
        ("BatchWeightsCompleted", (2, 1), VALIDATOR),
    ]
    assert (chain.storage.burn[1], chain.storage.burn[2]) == (8, 7)
    assert (2, 0) not in chain.storage.weights


def test_an_empty_batch_completes(chain: Chain) -> None:
    assert chain_events(chain.ok(batch(), account("anyone"))) == [("BatchWeightsCompleted", (), account("anyone"))]


@pytest.mark.parametrize(
    "call",
    [
        BatchSetWeights((1,), (), ()),
        BatchSetWeights((1,), (b"",), ()),
        BatchSetWeights((1,), (b"",), (0, 0)),
        BatchSetWeights((), (b"",), ()),
    ],
)
def test_a_batch_of_unequal_lists_is_refused(chain: Chain, call: BatchSetWeights) -> None:
    error: ChainError = chain.refused(call, VALIDATOR)
    assert error.name == "InputLengthsUnequal"
    assert error.values == {
        "netuids": len(call.netuids),
        "weights": len(call.weights),
        "version_keys": len(call.version_keys),
    }
    assert chain.refused(call).name == "BadOrigin"


# ------------------------------------------------------------------------------------------------ recorded histories

RECORDED_OPS = {
    "set_weights",
    "batch_set_weights",
    "commit_weights",
    "batch_commit_weights",
    "reveal_weights",
    "batch_reveal_weights",
}


@pytest.mark.parametrize("name", ["mixed", "weights"])
def test_recorded_histories_op_by_op(name: str) -> None:
    rules = TIMELINE.runtime(277)
    judged, parted = set(), []
    for case in recorded_cases(name):
        for number, (op, exact) in enumerate(check_history(case, "op", rules).ops):
            if op in RECORDED_OPS:
                judged.add(op)
                if not exact:
                    parted.append((case["id"], number, op))
    assert parted == []
    assert judged >= RECORDED_OPS
