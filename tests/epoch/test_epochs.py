"""Epochs on storage: what they read of their subnet, what they leave there, in which order they tell who earned."""

from pathlib import Path

import pytest

from neuron_ledger.events.calls import AdvanceTo, ForceRegister, GrantStake, SetWeights, SudoSet
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import entries_of
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.epoch.run import read_epoch, run_epoch
from neuron_ledger.ledger.rules.netuids import in_key_order
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import RULES, TAO, Chain, account
from tests.ledger_fixture import OBSERVED, open_subnets

NETUID = 1
NEXT_EPOCH = 107
"""The first block after 100 in which a subnet 1 of tempo 9 runs its epoch."""


@pytest.fixture
def chain() -> Chain:
    """A validator (uid 0) that weighs two miners, 3 : 1, before the first epoch gave it a permit."""
    chain = Chain()
    validator, *_ = chain.seat("validator", "miner", "other miner")
    chain.ok(GrantStake(validator, account("validator-cold"), NETUID, 1000 * TAO))
    chain.storage.validator_permit[NETUID] = (True, False, False)
    for name, value in (("tempo", 9), ("min_allowed_weights", 1), ("max_weight_limit", 65535), ("weights_set_rate_limit", 0)):
        chain.set(name, value)
    chain.storage.block_number.value = 101
    chain.storage.weights[NETUID, 0] = pack_pairs([(1, 65535), (2, 21845)])
    chain.storage.last_update[NETUID] = (101, 100, 100)
    return chain


def transaction(chain: Chain) -> Tx:
    return Transaction(chain.storage, RULES)


def test_a_due_epoch_leaves_its_results(chain: Chain) -> None:
    assert not any(isinstance(event, EpochCompleted) for event in chain.advance(NEXT_EPOCH - 1 - chain.block))
    (completed,) = [event for event in chain.advance() if isinstance(event, EpochCompleted)]
    storage = chain.storage
    assert completed.netuid == NETUID
    assert storage.incentive[NETUID] == completed.vector("Incentive") == (0, 49151, 16383)
    assert storage.dividends[NETUID] == (65535, 0, 0)
    assert storage.validator_permit[NETUID] == (True, False, False)
    assert pairs(storage.bonds[NETUID, 0]) == [(1, 65535), (2, 65535)]
    assert (NETUID, 1) not in storage.bonds
    assert storage.blocks_since_last_step[NETUID] == 0
    assert storage.last_mechansim_step_block[NETUID] == NEXT_EPOCH


def test_what_is_earned_is_told_in_key_order() -> None:
    chain = Chain()
    hotkeys = chain.seat(*(f"neuron {uid}" for uid in range(258)))
    chain.storage.block_number.value = 200
    earned = run_epoch(transaction(chain), NETUID, TAO)
    assert [hotkey for hotkey, _, _ in earned] == [hotkeys[uid] for uid in in_key_order(range(258))]
    assert hotkeys.index(earned[1][0]) == 256


def test_an_epoch_reads_its_own_subnet_alone(chain: Chain) -> None:
    chain.storage.weights[2, 0] = pack_pairs([(0, 1)])
    chain.storage.bonds[2, 1] = pack_pairs([(9, 1)])
    chain.storage.weights[NETUID, 7] = pack_pairs([(0, 1)])
    given = read_epoch(transaction(chain), NETUID, 0, TAO)
    assert given.weights == {0: pack_pairs([(1, 65535), (2, 21845)])}
    assert given.bonds == {}
    assert given.total_stake_bits == (1000 * TAO << 64, 0, 0)
    assert given.owner_uid is None
    chain.storage.subnet_owner_hotkey[NETUID] = account("miner")
    assert read_epoch(transaction(chain), NETUID, 0, TAO).owner_uid == 1


def test_weights_set_by_a_call_count_in_the_next_epoch(chain: Chain) -> None:
    chain.ok(SetWeights(NETUID, (2,), (65535,), 0), account("validator"))
    chain.advance(NEXT_EPOCH - chain.block)
    assert chain.storage.incentive[NETUID] == (0, 0, 65535)


def test_bonds_that_name_nobody_stop_the_chain_and_nothing_is_recorded(tmp_path: Path) -> None:
    """The chain's own code would panic here, which is no refusal: the whole call is undone, the log does not grow."""
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        open_subnets(ledger, NETUID)
        for name in ("a", "b", "c"):
            ledger.submit(ForceRegister(NETUID, account(name), account("cold"))).unwrap()
        ledger.submit(SudoSet("tempo", NETUID, 9)).unwrap()
        ledger.advance_to(NEXT_EPOCH - 1)
        ledger.observe(OBSERVED, canonical_changes({"Bonds": ({(NETUID, 0): pack_pairs([(1, 1), (3, 1)])}, [])}))
        head, digest = ledger.head, ledger.storage.digest()
        with pytest.raises(CannotGoOn, match=r"subnet 1 in block 107 .*uid 0 names uid 3, but the subnet has 3 uids"):
            ledger.advance_to(NEXT_EPOCH + 50)
        with pytest.raises(CannotGoOn, match="in block 107"), ledger.batch():  # noqa: PT012 - the batch is what is undone
            ledger.submit(SudoSet("kappa", NETUID, 1)).unwrap()
            ledger.advance_to(NEXT_EPOCH)
        assert (ledger.head, ledger.storage.digest(), ledger.block) == (head, digest, NEXT_EPOCH - 1)
        ledger.observe(OBSERVED, canonical_changes({"Bonds": ({}, [(NETUID, 0)])}))
        assert ledger.advance_to(NEXT_EPOCH + 1).block == NEXT_EPOCH - 1
        assert audit(ledger.log).clean


@pytest.mark.parametrize("item", ["LastUpdate", "ValidatorPermit"])
@pytest.mark.parametrize("entries", [1, 3])
def test_vectors_that_do_not_fit_the_subnet_stop_the_chain(item: str, entries: int) -> None:
    """The chain's own code would panic here as well: only storage that was observed can be so."""
    with Ledger.in_memory(spec_version=277) as ledger:
        open_subnets(ledger, NETUID)
        for name in ("a", "b"):
            ledger.submit(ForceRegister(NETUID, account(name), account("cold"))).unwrap()
        ledger.submit(SudoSet("tempo", NETUID, 9)).unwrap()
        vector = (0,) * entries if item == "LastUpdate" else (False,) * entries
        ledger.observe(OBSERVED, canonical_changes({item: ({NETUID: vector}, [])}))
        head, digest = ledger.head, ledger.storage.digest()
        with pytest.raises(CannotGoOn, match=f"expected one entry for each of 2 uids, got {entries}"):
            ledger.advance_to(NEXT_EPOCH)
        assert (ledger.head, ledger.storage.digest()) == (head, digest)


def test_an_audit_goes_on_where_the_rules_cannot() -> None:
    """A log that claims that blocks passed all the same: found at that call, and the rest is checked as well."""
    with Ledger.in_memory(spec_version=277) as ledger:
        open_subnets(ledger, NETUID)
        ledger.submit(ForceRegister(NETUID, account("a"), account("cold"))).unwrap()
        ledger.submit(SudoSet("tempo", NETUID, 9)).unwrap()
        ledger.observe(OBSERVED, canonical_changes({"Bonds": ({(NETUID, 0): pack_pairs([(5, 1)])}, [])}))
        position = ledger.head.position
        ledger.log.append(entries_of(0, Submission(AdvanceTo(9), None), []), expected_position=position)
        findings = [finding for finding in audit(ledger.log).findings if finding.where > position]
    assert [(finding.where, finding.what) for finding in findings] == [(position + 1, "the rules cannot continue here")]
