"""Weights of mechanisms, commits that count epochs, and guards: as at 424."""

import pytest

from neuron_ledger.events.calls import CommitWeights, RevealWeights
from neuron_ledger.events.weight_calls import CommitMechanismWeights, RevealMechanismWeights, SetMechanismWeights
from neuron_ledger.events.weights import WeightsRevealed
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from tests.chain_fixture import RULES, chain_events
from tests.rules.dated_weights import BLOCK, TEMPO, VALIDATOR, chain_at, said, weights

# ------------------------------------------------------------------------------------------------------- mechanisms


def test_a_mechanism_has_weights_and_last_updates_of_its_own() -> None:
    chain = chain_at(424)
    events = chain.ok(SetMechanismWeights(1, 1, (0, 2), (1, 2), 0), VALIDATOR)
    assert chain_events(events) == [("WeightsSet", 4097, 1)]
    assert pairs(chain.storage.weights[4097, 1]) == [(0, 32768), (2, 65535)]
    assert chain.storage.last_update[4097] == (0, BLOCK, 0)
    assert (1, 1) not in chain.storage.weights
    assert chain.storage.last_update[1] == (0, 0, 0)


def test_the_hash_of_a_commit_holds_the_storage_index() -> None:
    chain = chain_at(424, by_commits=True)
    reveal = RevealMechanismWeights(1, 1, (0, 2), (1, 2), (5,), 0)
    commit_hash = get_commit_hash(VALIDATOR, 4097, reveal.uids, reveal.values, reveal.salt, 0)
    chain.ok(CommitMechanismWeights(1, 1, commit_hash), VALIDATOR)
    chain.storage.subnet_epoch_index[1] = 8
    (revealed,) = [event for event in chain.ok(reveal, VALIDATOR) if isinstance(event, WeightsRevealed)]
    assert (revealed.netuid, revealed.commit_hash) == (4097, commit_hash)
    assert (4097, VALIDATOR) not in chain.storage.weight_commits


# ------------------------------------------------------------------------------------------------ commits and epochs

REVEAL = RevealWeights(1, (0, 2), (1, 2), (5,), 0)
HASH = get_commit_hash(VALIDATOR, 1, REVEAL.uids, REVEAL.values, REVEAL.salt, 0)


@pytest.mark.parametrize(
    ("epoch", "due", "expected"), [(7, False, "RevealTooEarly"), (8, False, "ok"), (7, True, "ok"), (9, False, "RevealTooEarly")]
)
def test_a_commit_is_revealed_in_the_epoch_after_its_own(epoch: int, due: bool, expected: str) -> None:
    """A slot that is due counts already; the guard calls what has expired too early too."""
    chain = chain_at(424, by_commits=True)
    chain.ok(CommitWeights(1, HASH), VALIDATOR)
    chain.storage.subnet_epoch_index[1] = epoch
    chain.storage.last_epoch_block[1] = BLOCK - TEMPO * due
    assert said(chain, REVEAL) == expected


def test_an_announced_swap_of_the_signers_coldkey_stops_every_other_call() -> None:
    chain = chain_at(424)
    call = SetMechanismWeights(1, 0, (1,), (1,), 0)
    chain.storage.coldkey_swap_announcements[VALIDATOR] = (BLOCK + 5, bytes(32))
    assert chain.refused(call, VALIDATOR).detail() == (("signer", VALIDATOR.hex()), ("possible_from", str(BLOCK + 5)))
    chain.storage.coldkey_swap_disputes[VALIDATOR] = BLOCK
    assert said(chain, call) == "ColdkeySwapDisputed"
    chain.storage.coldkey_swap_announcements.remove(VALIDATOR)
    assert said(chain, call) == "ok"


def test_no_guard_stands_before_privileged_calls() -> None:
    """They are refused by the call itself, as one that nobody signed."""
    assert said(chain_at(424), weights(1), None) == "BadOrigin"
    assert RULES.guards == ()
