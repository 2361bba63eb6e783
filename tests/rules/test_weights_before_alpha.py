"""Weights from 195 until there was alpha: which stake they need, and when commits to them are revealed, or open by themselves."""

import pytest

from neuron_ledger.events.calls import AdvanceTo, BatchCommitWeights, BatchSetWeights, CommitWeights, RevealWeights, SetWeights
from neuron_ledger.events.early_staking import SetRootWeights
from neuron_ledger.events.weight_calls import CommitCrv3Weights, StorePulse
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from tests.rules.test_timelock import ROUND, SIGNATURE, sealed, without_hotkey
from tests.rules.two_neurons import COLD, HOT, OTHER_HOT, TwoNeurons

NAMES = {"WeightsMinStake": range(195, 216), "StakeThreshold": range(216, 220)}
ALL = (195, 196, 201, 202, 203, 205, 210, 211, 212, 216, 217, 218, 219)
COUNTS_LENT_STAKE = {*ALL} - {195, 196, 201, 202, 205}
"""At 205 lent stake did not count for a while."""
ROW = ((0, 1), (1, 3))


def at(spec_version: int, *, staked: int = 1000, lent: int = 0, needed: int = 0) -> TwoNeurons:
    """A validator with that much, to which another lends something on subnet 1."""
    chain = TwoNeurons(spec_version)
    storage = chain.storage
    (item,) = (name for name, numbers in NAMES.items() if spec_version in numbers)
    getattr(storage, storage.layout.item(item).attribute).value = needed
    storage.total_hotkey_stake[HOT], storage.total_hotkey_stake[OTHER_HOT] = staked, lent
    storage.parent_keys[HOT, 1] = ((2**64 - 1, OTHER_HOT),)
    return chain


def outcome(chain: TwoNeurons, call: Call, signer: bytes) -> str:
    """The chain's name of the error."""
    try:
        error = chain.submit(call, signer).error
    except CannotGoOn:
        return "no such call"
    return "ok" if error is None else chain.rules.error_name(error)


@pytest.mark.parametrize("spec_version", ALL)
def test_the_least_stake_of_who_sets_weights(spec_version: int) -> None:
    wanted = SetWeights(1, (0, 1), (1, 3), 0)
    assert outcome(at(spec_version, needed=1001), wanted, HOT) == "NotEnoughStakeToSetWeights"
    assert outcome(at(spec_version, needed=1000), wanted, HOT) == "ok"
    lent = outcome(at(spec_version, lent=1, needed=1001), wanted, HOT)
    assert lent == ("ok" if spec_version in COUNTS_LENT_STAKE else "NotEnoughStakeToSetWeights")


@pytest.mark.parametrize("spec_version", [195, 212, 216, 219])
def test_on_the_root_network_all_that_is_staked_counts_and_nothing_lent(spec_version: int) -> None:
    for needed, expected in ((1000, "ok"), (1001, "NotEnoughStakeToSetWeights")):
        chain = at(spec_version, lent=5, needed=needed)
        chain.begin(0, HOT)
        wanted = SetRootWeights(netuid=0, hotkey=HOT, dests=(1,), weights=(9,), version_key=0)
        assert outcome(chain, wanted, COLD) == expected


@pytest.mark.parametrize("spec_version", ALL)
def test_until_205_a_commit_is_revealed_by_interval_and_since_then_by_epoch(spec_version: int) -> None:
    chain = at(spec_version)
    storage = chain.storage
    storage.commit_reveal_weights_enabled[1] = True
    commit = get_commit_hash(HOT, 1, (0, 1), (1, 3), (7,), 0)
    reveal = RevealWeights(1, (0, 1), (1, 3), (7,), 0)
    assert outcome(chain, CommitWeights(1, commit), HOT) == "ok"
    by_interval = spec_version < 205
    assert storage.last_update[1][0] == (0 if by_interval else 1000)
    assert outcome(chain, reveal, HOT) == ("InvalidRevealCommitTempo" if by_interval else "RevealTooEarly")
    chain.at(2000 if by_interval else 1098)  # 1000 blocks an interval; epochs begin where block + netuid + 1 is 1100
    assert outcome(chain, reveal, HOT) == "ok"
    assert ((1, HOT) in storage.weight_commits) == by_interval
    assert storage.last_update[1][0] == (2000 if by_interval else 1000)


@pytest.mark.parametrize("spec_version", [205, 216])
def test_batches_came_with_216(spec_version: int) -> None:
    chain = at(spec_version)
    batches = (BatchSetWeights((1,), (pack_pairs(ROW),), (0,)), BatchCommitWeights((1,), (bytes(32),)))
    results = [outcome(chain, batch, HOT) for batch in batches]
    assert results == (["ok", "ok"] if spec_version == 216 else ["no such call"] * 2)
    assert (chain.storage.weights.get((1, 0)) is not None) == (spec_version == 216)


@pytest.mark.parametrize("spec_version", [216, 217, 218, 219])
def test_a_timelocked_commit_of_the_block_of_an_epoch_counts_to_the_next_since_218(spec_version: int) -> None:
    chain = at(spec_version)
    chain.storage.commit_reveal_weights_enabled[1] = True
    for block, epoch in ((1096, 10), (1097, 10 if spec_version < 218 else 11), (1098, 11)):
        chain.at(block)
        chain.storage.last_update[1] = (0, 0)
        assert outcome(chain, CommitCrv3Weights(1, b"%d" % block, 5), HOT) == "ok"
        assert chain.storage.crv3_weight_commits[1, epoch][-1] == (HOT, b"%d" % block, 5)


@pytest.mark.parametrize("spec_version", [216, 219])
def test_a_timelocked_commit_opens_at_the_epoch_with_the_stake_that_is_lent(spec_version: int) -> None:
    for lent, row in ((1, ((0, 21845), (1, 65535))), (0, ())):
        chain = at(spec_version, lent=lent, needed=1001)
        storage = chain.storage
        storage.commit_reveal_weights_enabled[1] = True
        chain.at(1095)
        chain.ok(CommitCrv3Weights(1, sealed(without_hotkey((0, 1), (1, 3))), ROUND), HOT)
        chain.ok(StorePulse(ROUND, SIGNATURE))
        chain.ok(AdvanceTo(1096))
        assert len(storage.crv3_weight_commits) == 1
        chain.ok(AdvanceTo(1097))
        assert tuple(pairs(storage.weights[1, 0])) == row
        assert not storage.crv3_weight_commits
        assert storage.last_update[1][0] == 1095
