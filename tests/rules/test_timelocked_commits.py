"""What the reference's own tests show of timelocked commits, really sealed until a round of the beacon: at 277 and 424."""

from collections.abc import Callable

import pytest

from neuron_ledger.events.calls import ForceRegister
from neuron_ledger.events.weight_calls import CommitCrv3Weights, CommitTimelockedWeights, StorePulse
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.rules.epoch.tempo import get_epoch_index
from tests.chain_fixture import Chain, account
from tests.rules.dated_weights import BLOCK, STRANGER, VALIDATOR, chain_at
from tests.rules.test_timelock import ROUND, SIGNATURE, payload, sealed, without_hotkey

SECOND = account("second")
PERMITS = (False, True, False, True)
TEMPO = 5
VERSION = 4
ITEMS = {277: "CRV3WeightCommits", 424: "TimelockedWeightCommits"}
both_runtimes = pytest.mark.parametrize("spec_version", [277, 424])


def world(spec_version: int) -> Chain:
    """Two validators with permits, an owner and a miner; commits are revealed one epoch later; weights at any time."""
    chain = chain_at(spec_version, by_commits=True)
    chain.ok(ForceRegister(1, SECOND, account("second-cold")))
    storage = chain.storage
    storage.validator_permit[1] = PERMITS
    storage.tempo[1], storage.reveal_period_epochs[1], storage.weights_set_rate_limit[1] = TEMPO, 1, 0
    storage.max_weights_limit[1] = 65535
    if spec_version == 424:
        storage.last_epoch_block[1] = BLOCK
    return chain


def holds(spec_version: int, hotkey: bytes, weights: dict[int, int]) -> bytes:
    """What a client of that runtime seals: since 301 with the hotkey whose weights they are."""
    content = tuple(weights), tuple(weights.values())
    return without_hotkey(*content) if spec_version == 277 else payload(hotkey, *content)


def commit_call(spec_version: int, commit: bytes, reveal_round: int = ROUND) -> Call:
    if spec_version == 277:
        return CommitCrv3Weights(1, commit, reveal_round)
    return CommitTimelockedWeights(1, commit, reveal_round, VERSION)


def commit(chain: Chain, hotkey: bytes, weights: dict[int, int], reveal_round: int = ROUND) -> None:
    """Commit to weights for real."""
    content = sealed(holds(chain.rules.spec_version, hotkey, weights), reveal_round)
    chain.ok(commit_call(chain.rules.spec_version, content, reveal_round), hotkey)


def next_epoch(chain: Chain, epochs: int = 1) -> None:
    chain.advance(epochs * (TEMPO + 1))


def waiting(chain: Chain) -> int:
    """Commits that wait."""
    return sum(map(len, chain.storage.map(ITEMS[chain.rules.spec_version]).values()))


def epoch_now(chain: Chain) -> int:
    """The epoch that a commit made now counts to."""
    if chain.rules.spec_version == 277:
        return get_epoch_index(1, TEMPO, chain.block)
    return chain.storage.subnet_epoch_index[1]


def row(chain: Chain, uid: int) -> dict[int, int]:
    return dict(pairs(chain.storage.weights[1, uid]))


def pulse(chain: Chain, signature: bytes = SIGNATURE) -> None:
    chain.ok(StorePulse(ROUND, signature))


# ---------------------------------------------------------------------------------------------------------- commits


@both_runtimes
def test_a_commit_waits_in_the_queue_of_its_epoch(spec_version: int) -> None:
    chain = world(spec_version)
    chain.ok(commit_call(spec_version, b"sealed"), VALIDATOR)
    ((_, epoch), queue) = next(iter(chain.storage.map(ITEMS[spec_version]).items()))
    assert (epoch, queue[0][0], queue[0][-2:]) == (epoch_now(chain), VALIDATOR, (b"sealed", ROUND))
    assert chain.storage.last_update[1][1] == BLOCK


def switched_off(chain: Chain) -> None:
    chain.storage.commit_reveal_weights_enabled[1] = False


def too_soon(chain: Chain) -> None:
    chain.storage.weights_set_rate_limit[1] = 5
    chain.ok(commit_call(chain.rules.spec_version, b"sealed"), VALIDATOR)


def ten_wait(chain: Chain) -> None:
    for number in range(10):
        chain.ok(commit_call(chain.rules.spec_version, b"sealed %d" % number), VALIDATOR)


@both_runtimes
@pytest.mark.parametrize(
    ("error", "arrange", "signer"),
    [
        ("CommitRevealDisabled", switched_off, VALIDATOR),
        ("HotKeyNotRegisteredInSubNet", None, STRANGER),
        ("CommittingWeightsTooFast", too_soon, VALIDATOR),
        ("TooManyUnrevealedCommits", ten_wait, VALIDATOR),
    ],
)
def test_a_commit_is_refused(spec_version: int, error: str, arrange: Callable[[Chain], None] | None, signer: bytes) -> None:
    chain = world(spec_version)
    if arrange is not None:
        arrange(chain)
    assert chain.refused(commit_call(spec_version, b"sealed"), signer).name == error


@both_runtimes
def test_the_limits_pass(spec_version: int) -> None:
    """Another's commits do not count, ten may wait, and the tenth of one hotkey is followed by another's first."""
    chain = world(spec_version)
    ten_wait(chain)
    chain.ok(commit_call(spec_version, b"sealed"), SECOND)
    chain = world(spec_version)
    too_soon(chain)
    chain.advance(4)
    assert chain.refused(commit_call(spec_version, b"sealed"), VALIDATOR).name == "CommittingWeightsTooFast"
    chain.advance(1)
    chain.ok(commit_call(spec_version, b"sealed"), VALIDATOR)


@both_runtimes
def test_a_commit_has_at_most_5000_bytes(spec_version: int) -> None:
    commit_call(spec_version, bytes(5000))
    with pytest.raises(FieldError, match="commit: expected at most 5000 bytes"):
        commit_call(spec_version, bytes(5001))


# ---------------------------------------------------------------------------------------------------------- reveals


@both_runtimes
def test_a_commit_opens_by_itself_in_the_next_epoch(spec_version: int) -> None:
    chain = world(spec_version)
    commit(chain, VALIDATOR, {0: 10, 1: 20})
    pulse(chain)
    assert row(chain, 1) == {}
    next_epoch(chain, 2)
    assert row(chain, 1) == {0: 32768, 1: 65535}
    assert waiting(chain) == 0


@both_runtimes
def test_all_commits_of_an_epoch_open_and_the_last_of_a_hotkey_holds(spec_version: int) -> None:
    chain = world(spec_version)
    pulse(chain)
    for weights in ({0: 1}, {0: 5, 2: 5}):
        commit(chain, VALIDATOR, weights)
    commit(chain, SECOND, {2: 7})
    next_epoch(chain, 2)
    assert (row(chain, 1), row(chain, 3), waiting(chain)) == ({0: 65535, 2: 65535}, {2: 65535}, 0)


@both_runtimes
def test_a_commit_that_fails_does_not_keep_others_from_opening(spec_version: int) -> None:
    chain = world(spec_version)
    pulse(chain)
    chain.ok(commit_call(spec_version, b"no ciphertext"), SECOND)
    commit(chain, VALIDATOR, {0: 1})
    next_epoch(chain, 2)
    assert (row(chain, 1), row(chain, 3), waiting(chain)) == ({0: 65535}, {}, 0)


def garbage(_: int) -> bytes:
    return sealed(b"\xff\xff")


def uid_that_is_not_there(spec_version: int) -> bytes:
    return sealed(holds(spec_version, VALIDATOR, {9: 1}))


def for_another_round(spec_version: int) -> bytes:
    """Sealed for another identity than that of the round which the commit names."""
    return sealed(holds(spec_version, VALIDATOR, {0: 1}), ROUND + 1)


def cut(spec_version: int) -> bytes:
    return sealed(holds(spec_version, VALIDATOR, {0: 1}))[:-3]


@both_runtimes
@pytest.mark.parametrize("content", [lambda _: bytes(200), garbage, uid_that_is_not_there, for_another_round, cut])
def test_what_cannot_be_opened_read_or_set_is_dropped(spec_version: int, content: Callable[[int], bytes]) -> None:
    """It does not decrypt, does not decode, holds weights that may not be set, or was sealed with another message."""
    chain = world(spec_version)
    pulse(chain)
    chain.ok(commit_call(spec_version, content(spec_version)), VALIDATOR)
    next_epoch(chain, 2)
    assert (row(chain, 1), waiting(chain)) == ({}, 0)


@both_runtimes
@pytest.mark.parametrize("signature", [b"", bytes(48), SIGNATURE[:-1], b"\xff" * 48], ids=["none", "zeros", "short", "ones"])
def test_a_signature_that_is_none_opens_nothing(spec_version: int, signature: bytes) -> None:
    chain = world(spec_version)
    pulse(chain, signature)
    commit(chain, VALIDATOR, {0: 1})
    next_epoch(chain, 2)
    assert (row(chain, 1), waiting(chain)) == ({}, 0)


@both_runtimes
def test_without_commits_nothing_happens(spec_version: int) -> None:
    chain = world(spec_version)
    pulse(chain)
    next_epoch(chain, 2)
    assert (row(chain, 1), row(chain, 3), waiting(chain)) == ({}, {}, 0)


@both_runtimes
def test_after_the_epoch_of_its_reveal_a_commit_is_gone(spec_version: int) -> None:
    chain = world(spec_version)
    commit(chain, VALIDATOR, {0: 1})
    next_epoch(chain, 3)
    assert waiting(chain) == 0
    pulse(chain)
    next_epoch(chain, 3)
    assert row(chain, 1) == {}


@both_runtimes
def test_commits_of_past_epochs_go_whenever_they_were_made(spec_version: int) -> None:
    chain = world(spec_version)
    item = chain.storage.map(ITEMS[spec_version])
    current = epoch_now(chain)
    entry = (VALIDATOR, b"old", ROUND) if spec_version == 277 else (VALIDATOR, BLOCK, b"old", ROUND)
    for epoch in (0, 1, current - 3):
        item[1, epoch] = (entry,)
    chain.ok(commit_call(spec_version, b"new"), VALIDATOR)
    next_epoch(chain)
    assert [epoch for _, epoch in item] in ([], [current])


def test_until_301_a_commit_without_its_pulse_is_lost_and_since_then_it_waits_for_the_rest_of_the_epoch() -> None:
    for spec_version, expected in ((277, {}), (424, {0: 65535})):
        chain = world(spec_version)
        commit(chain, VALIDATOR, {0: 1})
        while waiting_epoch(chain) + 1 > epoch_now(chain):
            chain.advance(1)
        chain.storage.validator_permit[1] = PERMITS  # nobody has stake, so the epoch took them
        chain.advance(1)
        pulse(chain)
        chain.advance(2)
        assert row(chain, 1) == expected, spec_version


def waiting_epoch(chain: Chain) -> int:
    return max((epoch for _, epoch in chain.storage.map(ITEMS[chain.rules.spec_version])), default=-1)


def test_the_hotkey_in_a_commit_is_the_one_that_made_it() -> None:
    """Since 301 nobody opens a commit that was copied from somebody else. Before, the weights had no name on them."""
    for spec_version, expected in ((277, {0: 65535}), (424, {})):
        chain = world(spec_version)
        pulse(chain)
        copied = sealed(holds(spec_version, SECOND, {0: 1}))
        chain.ok(commit_call(spec_version, copied), VALIDATOR)
        next_epoch(chain, 2)
        assert row(chain, 1) == expected, spec_version


def test_weights_without_a_hotkey_still_open_at_424() -> None:
    chain = world(424)
    pulse(chain)
    chain.ok(commit_call(424, sealed(without_hotkey((0,), (1,)))), VALIDATOR)
    next_epoch(chain, 2)
    assert row(chain, 1) == {0: 65535}


@both_runtimes
def test_weights_on_every_neuron_of_a_full_subnet_fit_into_a_commit(spec_version: int) -> None:
    chain = world(spec_version)
    chain.seat(*(f"neuron {number}" for number in range(252)))
    uids = range(256)
    pulse(chain)
    commit(chain, VALIDATOR, dict.fromkeys(uids, 10))
    next_epoch(chain, 2)
    assert row(chain, 1) == dict.fromkeys(uids, 65535)
