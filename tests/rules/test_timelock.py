"""Timelocked commits: opened by the pulse of their round, for real; when they are opened, and when they wait or go away."""

import sys

import pytest
from attrs import evolve

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.weight_calls import CommitTimelockedMechanismWeights, CommitTimelockedWeights, StorePulse
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.weights.commit_hash import compact
from neuron_ledger.ledger.rules.weights.timelock import reveal_everywhere_423
from neuron_ledger.ledger.rules.weights.timelock_payload import (
    Scale,
    encode_pulse,
    open_by_beacon,
    read_payload,
    read_payload_301,
)
from neuron_ledger.ledger.runtimes.not_yet import NOTHING_YET
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.recorded_chain import recorded_rules
from tests.chain_fixture import Chain, chain_events
from tests.rules.dated_weights import BLOCK, MINER, VALIDATOR, chain_at

ROUND = 1000
SIGNATURE = bytes.fromhex("b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39")
"""The signature of round 1000 of the beacon that the chain follows (drand quicknet)."""


def payload(hotkey: bytes = VALIDATOR, uids: tuple[int, ...] = (0, 2), values: tuple[int, ...] = (1, 2)) -> bytes:
    return compact(len(hotkey)) + hotkey + without_hotkey(uids, values)


def without_hotkey(uids: tuple[int, ...] = (0, 2), values: tuple[int, ...] = (1, 2)) -> bytes:
    vectors = b"".join(compact(len(row)) + b"".join(item.to_bytes(2, "little") for item in row) for row in (uids, values))
    return vectors + (0).to_bytes(8, "little")


def sealed(content: bytes, reveal_round: int = ROUND) -> bytes:
    """A commit as a client makes it: sealed until the beacon's round."""
    core = pytest.importorskip("bittensor_core", reason="the extra `node` is not installed")
    kept, _ = core.encrypt_at_round(content, reveal_round)
    return Scale(kept).octets()


# -------------------------------------------------------------------------------------------------------- opening


def test_the_signature_of_its_round_opens_a_commit() -> None:
    assert open_by_beacon(sealed(payload()), encode_pulse(ROUND, bytes(32), SIGNATURE)) == payload()


@pytest.mark.parametrize("pulse", [b"", encode_pulse(ROUND, b"", bytes(48)), encode_pulse(ROUND, b"", SIGNATURE[::-1])])
def test_no_other_pulse_does(pulse: bytes) -> None:
    assert open_by_beacon(sealed(payload()), pulse) is None
    assert open_by_beacon(sealed(payload(), ROUND + 1), encode_pulse(ROUND, b"", SIGNATURE)) is None


@pytest.mark.parametrize("commit", [b"", b"CLEAR" + payload(), bytes(300)])
def test_what_is_not_sealed_is_not_opened(commit: bytes) -> None:
    pytest.importorskip("bittensor_core")
    assert open_by_beacon(commit, encode_pulse(ROUND, b"", SIGNATURE)) is None


def test_without_the_package_nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bittensor_core", None)
    with pytest.raises(CannotGoOn, match=r"pip install 'neuron-ledger\[node\]'"):
        open_by_beacon(b"", b"")


# --------------------------------------------------------------------------------------------------- what it holds

READ = ((0, 2), (1, 2), 0)


def test_weights_stand_behind_their_hotkey_since_301() -> None:
    assert read_payload(without_hotkey(), VALIDATOR) == READ
    assert read_payload_301(payload(), VALIDATOR) == READ
    assert read_payload_301(payload() + b"more", VALIDATOR) == READ
    assert read_payload_301(payload(), MINER) is None
    assert read_payload_301(without_hotkey(), VALIDATOR) == READ


@pytest.mark.parametrize("cut", [0, 1, 20, 40, 50])
def test_what_is_cut_off_is_not_read(cut: int) -> None:
    assert read_payload_301(payload()[:cut], VALIDATOR) is None


@pytest.mark.parametrize("length", [0, 63, 64, 16383, 16384, 2**30 - 1])
def test_lengths_are_read_as_they_are_written(length: int) -> None:
    assert Scale(compact(length)).compact() == length


@pytest.mark.parametrize("wasteful", [b"\x01\x00", b"\x02\x00\x00\x00", b"\x03\x00\x00\x00\x00", b"\x07\x00\x00\x00\x40\x00"])
def test_a_length_in_more_bytes_than_it_takes_is_not_read(wasteful: bytes) -> None:
    assert read_payload(wasteful + bytes(40), VALIDATOR) is None


# --------------------------------------------------------------------------------------------------------- reveals


def committed(content: bytes, mechanism: int = 0) -> Chain:
    """A chain of the test bed at 424 whose validator has committed to weights in epoch 7."""
    chain = chain_at(424, by_commits=True)
    chain.rules = evolve(recorded_rules(chain.rules), block_hook=(reveal_everywhere_423,), due_epochs=lambda _: ())
    chain.ok(CommitTimelockedMechanismWeights(1, mechanism, b"CLEAR" + content, ROUND, 4), VALIDATOR)
    return chain


def in_epoch(chain: Chain, epoch: int) -> list[tuple[object, ...]]:
    """What the chain says of the next block, in an epoch."""
    chain.storage.subnet_epoch_index[1] = epoch
    return chain_events(chain.ok(AdvanceTo(chain.block + 1)))


def test_a_commit_is_opened_in_the_epoch_of_its_reveal_once_the_pulse_is_known() -> None:
    chain = committed(payload(), mechanism=1)
    assert in_epoch(chain, 7) == []
    assert in_epoch(chain, 8) == []
    assert (4097, 7) in chain.storage.timelocked_weight_commits
    chain.ok(StorePulse(ROUND, b""))
    assert in_epoch(chain, 8) == [("WeightsSet", 4097, 1), ("TimelockedWeightsRevealed", 4097, VALIDATOR)]
    assert pairs(chain.storage.weights[4097, 1]) == [(0, 32768), (2, 65535)]
    assert chain.storage.last_update[4097] == (0, BLOCK, 0)
    assert (4097, 7) not in chain.storage.timelocked_weight_commits


def test_a_commit_without_its_pulse_is_gone_after_the_epoch() -> None:
    chain = committed(payload())
    assert in_epoch(chain, 9) == []
    assert not chain.storage.timelocked_weight_commits


@pytest.mark.parametrize("content", [b"", payload(MINER), payload(uids=(0, 9))])
def test_what_cannot_be_read_or_set_is_dropped(content: bytes) -> None:
    chain = committed(content)
    chain.ok(StorePulse(ROUND, b""))
    assert in_epoch(chain, 8) == []
    assert not chain.storage.timelocked_weight_commits
    assert not chain.storage.weights


def test_where_the_epoch_is_deferred_the_commits_wait_with_it() -> None:
    chain = committed(payload())
    chain.ok(StorePulse(ROUND, b""))
    chain.storage.last_epoch_block[1] = 0
    chain.storage.max_epochs_per_block.value = 0
    assert in_epoch(chain, 7) == []
    chain.storage.max_epochs_per_block.value = 1
    assert in_epoch(chain, 7) == [("WeightsSet", 1, 1), ("TimelockedWeightsRevealed", 1, VALIDATOR)]


def test_in_a_users_ledger_nothing_is_in_the_clear() -> None:
    assert {rules.open_timelock for rules in TIMELINE.runtimes} == {open_by_beacon, NOTHING_YET.open_timelock}


def test_a_commit_has_at_most_5000_bytes() -> None:
    CommitTimelockedWeights(1, bytes(5000), ROUND, 4)
    with pytest.raises(FieldError, match="commit: expected at most 5000 bytes"):
        CommitTimelockedWeights(1, bytes(5001), ROUND, 4)
