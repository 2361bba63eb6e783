"""The answers behind a weight: those before it was decided, which for committed weights is when they were committed to."""

import pytest

from neuron_ledger.events.calls import CommitWeights, ForceRegister, RevealWeights, SetParam, SetWeights
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.projections.views.exchanges import Exchanges
from neuron_ledger.replay.exchange.recording import observe_exchanges
from neuron_ledger.replay.oracle.chain import Oracle
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.weight import NoWeight, WeightExplained, explain_weight, summed_up, unfollowed
from tests.replay.exchange.exchange_fixture import MINER, NETUID, VALIDATOR, exchange, hotkey, subnet_ledger

VALIDATOR_UID, MINER_UID = 1, 2


@pytest.fixture(scope="module")
def subnet() -> Ledger:
    return subnet_ledger()


@pytest.fixture
def oracle(subnet: Ledger) -> Oracle:
    return Oracle(Ledger(subnet.log.copied()))


def ask(oracle: Oracle, *numbers: int) -> None:
    observe_exchanges(oracle.ledger, NETUID, [exchange(number) for number in numbers], "one")


def weigh(oracle: Oracle, *uids: int) -> None:
    oracle.submit(SetWeights(NETUID, uids, (7,) * len(uids), 0), hotkey(VALIDATOR)).unwrap()


def behind(answer: WeightExplained) -> list[int]:
    """The numbers of the exchanges behind a weight."""
    return [one.seen.nonce - exchange().nonce for one in answer.behind]


def explained(oracle: Oracle, block: int | None = None) -> WeightExplained:
    return explain_weight(oracle.ledger.log, NETUID, VALIDATOR_UID, MINER_UID, block=block)


def test_exchanges_stand_behind_the_weights_that_came_next(oracle: Oracle) -> None:
    ask(oracle, 0, 1)
    weigh(oracle, 0, MINER_UID)
    first = oracle.block
    oracle.mine()
    ask(oracle, 2)
    weigh(oracle, 0, MINER_UID)
    ask(oracle, 3)
    assert behind(explained(oracle, first)) == [0, 1]
    answer = explained(oracle)
    assert behind(answer) == [2]
    assert (answer.weight, answer.of, answer.set.call) == (65535, 131070, "set_weights")
    assert [one.seen.nonce - exchange().nonce for one in answer.unfollowed] == [3]
    with pytest.raises(NoWeight, match="by block 1;"):
        explained(oracle, 1)


def test_committed_weights_were_decided_when_they_were_committed_to(oracle: Oracle) -> None:
    oracle.submit(SetParam("commit_reveal_weights_enabled", NETUID, 1)).unwrap()
    ask(oracle, 0)
    uids, values, salt = (0, MINER_UID), (1, 1), (5,)
    committed = get_commit_hash(hotkey(VALIDATOR), NETUID, uids, values, salt, 0)
    oracle.submit(CommitWeights(NETUID, committed), hotkey(VALIDATOR)).unwrap()
    decided = oracle.ledger.head.position
    ask(oracle, 1)
    oracle.mine_to_epoch(NETUID)
    oracle.mine()
    oracle.submit(RevealWeights(NETUID, uids, values, salt, 0), hotkey(VALIDATOR)).unwrap()
    answer = explained(oracle)
    assert behind(answer) == [0]
    assert answer.set.call == "reveal_weights"
    assert answer.set.decided_at <= decided < answer.set.position
    assert [one.seen.nonce - exchange().nonce for one in answer.unfollowed] == [1]


def test_exchanges_of_who_held_the_uid_before_do_not_count(oracle: Oracle) -> None:
    """Another hotkey takes the miner's uid: what its predecessor answered stands behind nothing of its own."""
    weigh(oracle, 0)  # so that the validator earns, and the miner does not
    oracle.mine_to_epoch(NETUID)
    ask(oracle, 0)
    for name, value in (("max_allowed_uids", 3), ("immunity_period", 0), ("min_non_immune_uids", 0)):
        oracle.submit(SetParam(name, NETUID, value)).unwrap()
    oracle.mine(5)
    new, coldkey = bytes([7]) * 32, oracle.storage.owner[hotkey(MINER)]
    oracle.submit(ForceRegister(NETUID, new, coldkey)).unwrap()
    uid = oracle.storage.uids[NETUID, new]
    assert uid == MINER_UID
    weigh(oracle, 0, MINER_UID)
    assert behind(explained(oracle)) == []
    assert [(one.miner_uid, one.miner) for one in unfollowed(oracle.ledger.log, NETUID, VALIDATOR_UID)] == [(None, hotkey(MINER))]


def test_what_both_recorded_is_one_exchange(oracle: Oracle) -> None:
    ask(oracle, 0, 1)
    other = [exchange(0, seen_by="dendrite"), exchange(1, seen_by="dendrite", response_hash=bytes(32), status=500)]
    observe_exchanges(oracle.ledger, NETUID, other, "two")
    same, different = Exchanges.of(groups(oracle.ledger.log.read()), NETUID)
    assert (same.disagrees, same.answered) == (False, True)
    assert (different.disagrees, different.answered, different.seen.seen_by) == (True, False, "dendrite")
    assert dict(summed_up([same, different]))["answers that the two sides recorded differently"] == 1
    assert len(Exchanges.of(groups(oracle.ledger.log.read()), NETUID + 1)) == 0
