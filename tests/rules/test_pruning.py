"""Whom a full subnet gives up: scores, ties, immunity, the owner."""

import pytest

from neuron_ledger.events.calls import BurnedRegister, ForceRegister, PokePruningScores
from neuron_ledger.events.registration import NeuronReplaced, PruningScoreSet
from tests.chain_fixture import TAO, Chain, account, chain_events
from tests.rules.registration_fixture import BURN, COLD, HOT, new_chain, only


@pytest.fixture
def chain() -> Chain:
    return new_chain()


def full_chain(scores: tuple[int, ...] = (30, 10, 20), *, ages: tuple[int, ...] = (50, 40, 30)) -> Chain:
    """A subnet of three neurons with room for no more, past their immunity."""
    chain = new_chain()
    chain.seat("a", "b", "c")
    chain.set("max_allowed_uids", 3)
    chain.set("immunity_period", 10)
    for uid, age in enumerate(ages):
        chain.storage.block_at_registration[1, uid] = chain.block - age
    chain.ok(PokePruningScores(1, scores))
    return chain


def pruned(chain: Chain, name: str = "new") -> int:
    events = chain.ok(ForceRegister(1, account(name), COLD))
    replaced = only(events, NeuronReplaced)
    assert isinstance(replaced, NeuronReplaced)
    return replaced.uid


def test_the_lowest_score_goes() -> None:
    chain = full_chain()
    storage = chain.storage
    storage.trust[1] = storage.consensus[1] = storage.incentive[1] = storage.dividends[1] = storage.rank[1] = (1, 2, 3)
    storage.validator_trust[1] = storage.emission[1] = storage.last_update[1] = (1, 2, 3)
    storage.validator_permit[1] = (True, True, True)
    storage.active[1] = (False, False, False)
    storage.weights[1, 1] = storage.bonds[1, 1] = bytes([0, 0, 9, 0])
    storage.axons[1, account("b")] = (1, 1, 1, 1, 4, 0, 0, 0)
    storage.prometheus[1, account("b")] = (1, 1, 1, 1, 4)
    storage.neuron_certificates[1, account("b")] = (1, b"")
    events = chain.ok(ForceRegister(1, HOT, COLD))
    assert [event for event in events if isinstance(event, (PruningScoreSet, NeuronReplaced))] == [
        PruningScoreSet(netuid=1, uid=1, pruning_score=65535),
        NeuronReplaced(
            netuid=1,
            uid=1,
            old_hotkey=account("b"),
            new_hotkey=HOT,
            block_at_registration=100,
            pruning_score=10,
            values=(("Active", 1), ("Emission", 0), ("Trust", 0), ("Consensus", 0), ("Incentive", 0), ("Dividends", 0)),
            cleared=("NeuronCertificates", "Axons", "Bonds"),
        ),
    ]
    assert storage.pruning_scores[1] == (30, 65535, 20)
    for cleared in (storage.trust, storage.consensus, storage.incentive, storage.dividends, storage.emission):
        assert cleared[1] == (1, 0, 3)
    for kept in (storage.rank, storage.validator_trust, storage.last_update):
        assert kept[1] == (1, 2, 3)
    assert storage.validator_permit[1] == (True, True, True)
    assert storage.active[1] == (False, True, False)
    assert (1, 1) in storage.weights
    assert (1, 1) not in storage.bonds
    assert (1, account("b")) not in storage.axons
    assert (1, account("b")) not in storage.neuron_certificates
    assert (1, account("b")) in storage.prometheus
    assert (1, account("b")) not in storage.uids
    assert (account("b"), 1) not in storage.is_network_member
    assert (storage.uids[1, HOT], storage.keys[1, 1], storage.subnetwork_n[1]) == (1, HOT, 3)
    assert storage.block_at_registration[1, 1] == 100


@pytest.mark.parametrize(
    ("scores", "ages", "uid"),
    [
        ((5, 5, 5), (50, 40, 30), 0),
        ((5, 5, 5), (30, 50, 40), 1),
        ((5, 5, 5), (40, 50, 50), 1),
        ((5, 6, 7), (50, 40, 30), 0),
        ((1, 2, 3), (9, 10, 10), 1),
        ((1, 1, 65535), (9, 9, 10), 2),
        ((3, 2, 1), (9, 9, 9), 2),
        ((3, 3, 3), (7, 8, 9), 2),
        ((65535, 65535, 65535), (10, 10, 11), 2),
    ],
)
def test_ties_and_immunity(scores: tuple[int, ...], ages: tuple[int, ...], uid: int) -> None:
    assert pruned(full_chain(scores, ages=ages)) == uid


def test_a_score_that_is_not_there_is_the_highest() -> None:
    chain = full_chain((30, 20, 10))
    chain.storage.pruning_scores[1] = (30, 20)
    assert pruned(chain) == 1


def test_a_newcomer_is_not_pruned_before_others() -> None:
    chain = full_chain()
    assert [pruned(chain, f"new{index}") for index in range(4)] == [1, 2, 0, 0]


def test_the_owner_is_never_pruned() -> None:
    chain = full_chain((0, 10, 20))
    chain.storage.subnet_owner_hotkey[1] = account("a")
    assert pruned(chain) == 1
    chain.storage.subnet_owner_hotkey[1] = account("nobody")
    assert pruned(chain, "next") == 0


def test_no_owner_is_not_the_account_of_zeros() -> None:
    chain = new_chain()
    chain.ok(ForceRegister(1, bytes(32), COLD))
    chain.set("max_allowed_uids", 1)
    assert pruned(chain) == 0
    assert chain.storage.keys[1, 0] == account("new")


def test_where_only_the_owner_is_left_uid_0_is_named_and_keeps_its_hotkey() -> None:
    chain = new_chain()
    chain.seat("owner")
    chain.set("max_allowed_uids", 1)
    chain.storage.subnet_owner_hotkey[1] = account("owner")
    events = chain.ok(BurnedRegister(1, HOT), COLD)
    assert chain_events(events) == [("RAORecycledForRegistrationSet", 1, BURN), ("NeuronRegistered", 1, 0, HOT)]
    storage = chain.storage
    assert storage.pruning_scores[1] == (65535,)
    assert storage.keys[1, 0] == account("owner")
    assert (1, HOT) not in storage.uids
    assert storage.owner[HOT] == COLD
    assert storage.registrations_this_block[1] == storage.burn_registrations_this_interval[1] == 1
    assert storage.balances[COLD] == 7 * TAO


def test_a_lowered_limit_prunes_instead_of_appending() -> None:
    chain = full_chain()
    chain.set("max_allowed_uids", 2)
    assert pruned(chain) == 1
    assert chain.storage.subnetwork_n[1] == 3


def test_poked_scores(chain: Chain) -> None:
    chain.seat("a")
    chain.ok(PokePruningScores(1, (7,)))
    assert chain.storage.pruning_scores[1] == (7,)
    assert chain.refused(PokePruningScores(1, (7,)), HOT).name == "BadOrigin"
    assert chain.refused(PokePruningScores(9, (7,))).name == "SubNetworkDoesNotExist"
    error = chain.refused(PokePruningScores(1, (7, 8)))
    assert (error.name, error.values) == ("VectorLengthMismatch", {"netuid": 1, "needed": 1, "given": 2})
