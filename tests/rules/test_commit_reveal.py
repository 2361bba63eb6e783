"""Committing and revealing weights: windows, the queue, what is checked at the reveal, and batches."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import BatchCommitWeights, BatchRevealWeights, CommitWeights, RevealWeights
from neuron_ledger.events.weights import WeightCommitsDropped, WeightsBatchRevealed, WeightsCommitted, WeightsRevealed, WeightsSet
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from tests.chain_fixture import Chain, account, chain_events

VALIDATOR = account("validator")
UID = 2
TEMPO, PERIOD = 9, 2
START = 100
"""Block 100 of netuid 1 with tempo 9 is in epoch 10; what is committed there is revealed in epoch 12: blocks 118 to 127."""


def new_chain(*, subnets: tuple[int, ...] = (1,)) -> Chain:
    """Four neurons on each subnet, commit and reveal on, a permit for the validator (uid 2), no limits."""
    chain = Chain(subnets=subnets, block=START)
    for netuid in subnets:
        chain.seat("owner", "miner", "validator", "newcomer", netuid=netuid)
        chain.storage.validator_permit[netuid] = (False, False, True, False)
        chain.set("weights_set_rate_limit", 0, netuid)
        chain.set("max_weight_limit", 65535, netuid)
        chain.set("commit_reveal_weights_enabled", 1, netuid)
        chain.set("tempo", TEMPO, netuid)
        chain.set("reveal_period", PERIOD, netuid)
    return chain


@pytest.fixture
def chain() -> Chain:
    return new_chain()


def reveal(*values: int, salt: int = 1, netuid: int = 1) -> RevealWeights:
    return RevealWeights(netuid, tuple(range(len(values))), values, (salt, 2, 3), 5)


def hash_of(call: RevealWeights, hotkey: bytes = VALIDATOR) -> bytes:
    return get_commit_hash(hotkey, call.netuid, call.uids, call.values, call.salt, call.version_key)


def commit(call: RevealWeights) -> CommitWeights:
    return CommitWeights(call.netuid, hash_of(call))


def at(chain: Chain, block: int) -> Chain:
    """The chain, moved to a block without running anything."""
    chain.storage.block_number.value = block
    return chain


def committed(chain: Chain, *calls: RevealWeights, block: int = START) -> Chain:
    """The chain with these committed at a block, and back where it was."""
    now = chain.block
    for call in calls:
        at(chain, block).ok(commit(call), VALIDATOR)
    return at(chain, now)


def changed(call: RevealWeights, **fields: tuple[int, ...]) -> RevealWeights:
    return evolve(call, **fields)  # type: ignore[misc]


A, B, C = reveal(1, 2, 3, 4), reveal(4, 3, 2, 1, salt=2), reveal(1, 1, 1, 1, salt=3)


# ---------------------------------------------------------------------------------------------------------- commits


def test_commit_is_queued_with_the_blocks_of_its_reveal(chain: Chain) -> None:
    events = at(chain, 105).ok(commit(A), VALIDATOR)
    queue = ((hash_of(A), 105, 118, 127),)
    assert events == [
        WeightsCommitted(netuid=1, uid=UID, hotkey=VALIDATOR, commit_hash=hash_of(A), commits=queue, last_update=105)
    ]
    assert chain_events(events) == [("WeightsCommitted", VALIDATOR, 1, hash_of(A))]
    assert chain.storage.weight_commits[1, VALIDATOR] == queue
    assert chain.storage.last_update[1] == (100, 100, 105, 100)


@pytest.mark.parametrize(("block", "window"), [(97, (108, 117)), (98, (118, 127)), (107, (118, 127)), (108, (128, 137))])
def test_commit_window_by_epoch(chain: Chain, block: int, window: tuple[int, int]) -> None:
    committed(chain, A, block=block)
    first, last = window
    for now in (block, first - 1):
        assert at(chain, now).refused(A, VALIDATOR).name == "RevealTooEarly"
    assert at(chain, last + 1).refused(A, VALIDATOR).name == "ExpiredWeightCommit"
    for now in (first, last):
        decision = at(copy_of(chain), now).submit(A, VALIDATOR)
        assert decision.error is None


def copy_of(chain: Chain) -> Chain:
    """A chain of its own with the same storage."""
    other = Chain()
    other.lay_out(chain.storage.copy())
    return other


def test_window_follows_the_tempo_and_period_of_now(chain: Chain) -> None:
    committed(chain, A)
    chain.set("tempo", 4)
    assert chain.storage.weight_commits[1, VALIDATOR] == ((hash_of(A), 100, 118, 127),)
    # With tempo 4 block 100 is in epoch 20; epoch 22 is blocks 108 to 112.
    error = at(chain, 107).refused(A, VALIDATOR)
    assert error.values == {"commit_block": 100, "first_reveal_block": 108, "last_reveal_block": 112, "current": 107}
    assert at(chain, 113).refused(A, VALIDATOR).name == "ExpiredWeightCommit"
    chain.set("reveal_period", 3)
    chain.ok(A, VALIDATOR)


def test_period_zero_reveals_in_the_epoch_of_the_commit(chain: Chain) -> None:
    chain.set("reveal_period", 0)
    committed(chain, A)
    chain.ok(A, VALIDATOR)


def test_commit_drops_what_has_expired_from_the_front(chain: Chain) -> None:
    committed(chain, A, block=100)
    committed(chain, B, block=110)
    at(chain, 128).ok(commit(C), VALIDATOR)
    assert [hashed for hashed, *_ in chain.storage.weight_commits[1, VALIDATOR] or ()] == [hash_of(B), hash_of(C)]


def test_ten_unrevealed_commits_are_allowed(chain: Chain) -> None:
    calls = [reveal(1, 2, 3, 4, salt=salt) for salt in range(10)]
    committed(chain, *calls)
    error = chain.refused(commit(reveal(1, salt=10)), VALIDATOR)
    assert error.name == "TooManyUnrevealedCommits"
    assert error.values == {"unrevealed": 10, "allowed": 10, "oldest_expires_after": 127, "current": 100}
    at(chain, 127).refused(commit(reveal(1, salt=10)), VALIDATOR)
    at(chain, 128).ok(commit(reveal(1, salt=10)), VALIDATOR)
    assert len(chain.storage.weight_commits[1, VALIDATOR] or ()) == 1


def test_the_same_hash_may_be_committed_twice(chain: Chain) -> None:
    committed(chain, A, A)
    at(chain, 118).ok(A, VALIDATOR)
    assert len(chain.storage.weight_commits[1, VALIDATOR] or ()) == 1
    chain.ok(A, VALIDATOR)
    assert (1, VALIDATOR) not in chain.storage.weight_commits


# ---------------------------------------------------------------------------------------------------------- reveals


def test_reveal_sets_weights_without_moving_the_last_update(chain: Chain) -> None:
    committed(chain, A)
    events = at(chain, 118).ok(A, VALIDATOR)
    assert events == [
        WeightsSet(netuid=1, uid=UID, row=pack_pairs([(0, 16384), (1, 32768), (2, 49151), (3, 65535)]), last_update=None),
        WeightCommitsDropped(netuid=1, hotkey=VALIDATOR, commits=()),
        WeightsRevealed(netuid=1, hotkey=VALIDATOR, commit_hash=hash_of(A)),
    ]
    assert chain_events(events) == [("WeightsSet", 1, UID), ("WeightsRevealed", VALIDATOR, 1, hash_of(A))]
    assert chain.storage.last_update[1][UID] == 100
    assert (1, VALIDATOR) not in chain.storage.weight_commits


def test_reveal_takes_out_all_commits_before_its_own(chain: Chain) -> None:
    committed(chain, A, B, C)
    at(chain, 118).ok(B, VALIDATOR)
    assert [hashed for hashed, *_ in chain.storage.weight_commits[1, VALIDATOR] or ()] == [hash_of(C)]
    assert chain.refused(A, VALIDATOR).name == "InvalidRevealCommitHashNotMatch"


def test_reveal_is_not_rate_limited(chain: Chain) -> None:
    committed(chain, A)
    chain.set("weights_set_rate_limit", 1000)
    at(chain, 118).ok(A, VALIDATOR)


def test_the_oldest_of_equal_commits_is_revealed(chain: Chain) -> None:
    committed(chain, A, block=100)
    committed(chain, A, block=110)
    at(chain, 118).ok(A, VALIDATOR)
    assert at(chain, 119).refused(A, VALIDATOR).name == "RevealTooEarly"


def test_a_reveal_that_is_expired_and_open_uses_the_open_commit(chain: Chain) -> None:
    committed(chain, A, block=100)
    committed(chain, A, block=110)
    at(chain, 128).ok(A, VALIDATOR)
    assert (1, VALIDATOR) not in chain.storage.weight_commits


def test_the_hash_binds_the_hotkey(chain: Chain) -> None:
    committed(chain, A)
    chain.storage.validator_permit[1] = (True,) * 4
    other = account("owner")
    at(chain, 100).ok(commit(A), other)
    assert at(chain, 118).refused(A, other).name == "InvalidRevealCommitHashNotMatch"


# --------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (changed(A, values=(1, 2, 3)), "WeightVecNotEqualSize"),
        (changed(A, uids=(0, 1, 2, 3, 4), values=(1, 2, 3, 4, 5)), "UidsLengthExceedUidsInSubNet"),
        (changed(A, uids=(0, 1, 2, 2)), "DuplicateUids"),
        (changed(A, uids=(0, 1, 2, 4)), "UidVecContainInvalidOne"),
        (changed(A, uids=(0, 1, 2), values=(1, 2, 3)), "WeightVecLengthIsLow"),
    ],
)
def test_what_was_committed_to_is_checked_only_when_it_is_revealed(chain: Chain, given: RevealWeights, error: str) -> None:
    committed(chain, given)
    assert at(chain, 118).refused(given, VALIDATOR).name == error
    assert len(chain.storage.weight_commits[1, VALIDATOR] or ()) == 1


@pytest.mark.parametrize(
    ("item", "value", "error"),
    [
        ("validator_permit", (True, True, False, True), "NeuronNoValidatorPermit"),
        ("weights_version_key", 6, "IncorrectWeightVersionKey"),
        ("max_weights_limit", 1, "MaxWeightExceeded"),
    ],
)
def test_a_reveal_is_checked_against_the_limits_of_now(chain: Chain, item: str, value: object, error: str) -> None:
    committed(chain, A)
    getattr(chain.storage, item)[1] = value
    assert at(chain, 118).refused(A, VALIDATOR).name == error


def test_a_reveal_needs_the_stake_to_set_weights(chain: Chain) -> None:
    committed(chain, A)
    chain.storage.stake_threshold.value = 1
    assert at(chain, 118).refused(A, VALIDATOR).name == "NotEnoughStakeToSetWeights"


def test_root_and_unknown_subnets_refuse_the_weights_that_are_revealed(chain: Chain) -> None:
    on_root = reveal(1, 2, 3, 4, netuid=0)
    chain.storage.commit_reveal_weights_enabled[0] = True
    chain.storage.weight_commits[0, VALIDATOR] = ((hash_of(on_root), 100, 0, 0),)
    chain.set("tempo", 1000, 0)
    chain.set("reveal_period", 0, 0)
    assert chain.refused(on_root, VALIDATOR).name == "CanNotSetRootNetworkWeights"
    committed(chain, A)
    chain.storage.networks_added.remove(1)
    assert at(chain, 118).refused(A, VALIDATOR).name == "SubNetworkDoesNotExist"


# ---------------------------------------------------------------------------------------------------------- batches


def batch(*calls: RevealWeights) -> BatchRevealWeights:
    return BatchRevealWeights(
        1,
        tuple(call.uids for call in calls),
        tuple(call.values for call in calls),
        tuple(call.salt for call in calls),
        tuple(call.version_key for call in calls),
    )


def test_batch_commit_goes_on_after_a_failure() -> None:
    chain = new_chain(subnets=(1, 2))
    chain.set("weights_set_rate_limit", 10)
    at(chain, 110)
    hashes = tuple(bytes([n]) * 32 for n in range(4))
    events = chain.ok(BatchCommitWeights((9, 1, 1, 2), hashes), VALIDATOR)
    assert chain_events(events) == [
        ("WeightsCommitted", VALIDATOR, 1, hashes[1]),
        ("WeightsCommitted", VALIDATOR, 2, hashes[3]),
        ("BatchCompletedWithErrors",),
        ("BatchWeightItemFailed", "CommitRevealDisabled"),
        ("BatchWeightItemFailed", "CommittingWeightsTooFast"),
        ("BatchWeightsCompleted", (9, 1, 1, 2), VALIDATOR),
    ]


@pytest.mark.parametrize("hashes", [0, 1, 3])
def test_batch_commit_of_unequal_lists_is_refused(chain: Chain, hashes: int) -> None:
    call = BatchCommitWeights((1, 1), (bytes(32),) * hashes)
    error = chain.refused(call, VALIDATOR)
    assert (error.name, error.values) == ("InputLengthsUnequal", {"netuids": 2, "commit_hashes": hashes})
    assert chain.refused(call).name == "BadOrigin"


def test_batch_reveal_takes_out_only_its_own_commits_in_its_own_order(chain: Chain) -> None:
    committed(chain, A, B, C)
    events = at(chain, 118).ok(batch(C, A), VALIDATOR)
    assert chain_events(events) == [
        ("WeightsSet", 1, UID),
        ("WeightsSet", 1, UID),
        ("WeightsBatchRevealed", VALIDATOR, 1, (hash_of(C), hash_of(A))),
    ]
    assert [hashed for hashed, *_ in chain.storage.weight_commits[1, VALIDATOR] or ()] == [hash_of(B)]
    assert chain.storage.weights[1, UID] == pack_pairs([(0, 16384), (1, 32768), (2, 49151), (3, 65535)])


def test_batch_reveal_of_everything_removes_the_queue(chain: Chain) -> None:
    committed(chain, A, B)
    at(chain, 118).ok(batch(A, B), VALIDATOR)
    assert (1, VALIDATOR) not in chain.storage.weight_commits


def test_batch_reveal_fails_as_a_whole(chain: Chain) -> None:
    few = changed(B, uids=(0,), values=(1,))
    committed(chain, A, few)
    assert at(chain, 118).refused(batch(A, few), VALIDATOR).name == "WeightVecLengthIsLow"
    assert len(chain.storage.weight_commits[1, VALIDATOR] or ()) == 2


def test_batch_reveal_looks_at_every_hash_before_it_sets_anything(chain: Chain) -> None:
    few = changed(A, uids=(0,), values=(1,))
    committed(chain, few)
    assert at(chain, 118).refused(batch(few, B), VALIDATOR).name == "InvalidRevealCommitHashNotMatch"


def test_one_commit_is_not_revealed_twice(chain: Chain) -> None:
    committed(chain, A)
    assert at(chain, 118).refused(batch(A, A), VALIDATOR).name == "InvalidRevealCommitHashNotMatch"
    committed(chain, A)
    chain.ok(batch(A, A), VALIDATOR)
    assert (1, VALIDATOR) not in chain.storage.weight_commits


def test_one_open_commit_revealed_twice_beside_an_expired_one(chain: Chain) -> None:
    committed(chain, A, block=100)
    committed(chain, A, block=110)
    assert at(chain, 128).refused(batch(A, A), VALIDATOR).name == "ExpiredWeightCommit"


def test_an_empty_batch_reveal_drops_what_has_expired(chain: Chain) -> None:
    committed(chain, A)
    nothing = WeightsBatchRevealed(netuid=1, hotkey=VALIDATOR, commit_hashes=())
    assert at(chain, 127).ok(batch(), VALIDATOR) == [nothing]
    assert at(chain, 128).ok(batch(), VALIDATOR) == [WeightCommitsDropped(netuid=1, hotkey=VALIDATOR, commits=()), nothing]
    assert chain.refused(batch(), VALIDATOR).name == "NoWeightsCommitFound"


def test_an_empty_batch_reveal_drops_an_empty_queue(chain: Chain) -> None:
    chain.storage.weight_commits[1, VALIDATOR] = ()
    chain.ok(batch(), VALIDATOR)
    assert (1, VALIDATOR) not in chain.storage.weight_commits
