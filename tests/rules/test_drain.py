"""The end of a tempo: who earns what of the pending emission, and whose stake it becomes."""

import pytest
from attrs import evolve

from neuron_ledger.ledger.rules.emission.dividends import (
    distribution,
    get_parent_child_dividends_distribution,
    get_self_contribution,
    pending_validator_alpha,
)
from neuron_ledger.ledger.rules.emission.drain import drain_pending_emission
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.conformance.drain_cases import check_emission_drain
from tests.chain_fixture import RULES, Chain, account
from tests.shared_data import recorded_cases

U64_MAX = 2**64 - 1
MINER, VALIDATOR, OTHER = account("miner"), account("validator"), account("other")


@pytest.fixture
def chain() -> Chain:
    chain = Chain()
    chain.seat("miner", "validator", "other")
    chain.storage.tao_weight.value = U64_MAX
    return chain


def stake(chain: Chain, hotkey: bytes, alpha: int, root: int = 0) -> None:
    chain.storage.total_hotkey_alpha[hotkey, 1] = alpha
    chain.storage.total_hotkey_alpha[hotkey, 0] = root


def transaction(chain: Chain, emission: list[HotkeyEmission] | None = None) -> Tx:
    """A transaction whose epochs give this emission."""
    return Transaction(chain.storage, evolve(RULES, run_epoch=lambda *_: emission or []))


# --------------------------------------------------------------------------------------------------------- who earns


def test_validators_share_half_less_what_was_sold(chain: Chain) -> None:
    stake(chain, VALIDATOR, 100)
    emission = [(MINER, 500, 0), (VALIDATOR, 0, 300)]
    earned = distribution(transaction(chain), 1, 900, 50, 100, emission)
    assert earned.pending_validator_alpha == 400
    assert earned.incentives == {MINER: 500, VALIDATOR: 0}
    assert earned.alpha_dividends[VALIDATOR] == 400 << 32


def test_without_incentives_validators_share_everything(chain: Chain) -> None:
    stake(chain, VALIDATOR, 100)
    earned = distribution(transaction(chain), 1, 900, 50, 100, [(VALIDATOR, 0, 300)])
    assert earned.pending_validator_alpha == 900


def test_incentives_are_summed_in_64_bits() -> None:
    assert pending_validator_alpha(900, 100, [(MINER, 2**63, 0), (OTHER, 2**63 - 1, 0)]) == 400
    assert pending_validator_alpha(900, 100, [(MINER, 2**63, 0), (OTHER, 2**63, 0)]) == 900


def test_a_dividend_is_split_by_alpha_and_tao(chain: Chain) -> None:
    stake(chain, VALIDATOR, 300, 100)
    stake(chain, OTHER, 0, 50)
    earned = distribution(transaction(chain), 1, 1000, 700, 0, [(VALIDATOR, 0, 400), (OTHER, 0, 600)])
    assert {hotkey: bits >> 32 for hotkey, bits in earned.alpha_dividends.items()} == {VALIDATOR: 1000, OTHER: 0}
    assert {hotkey: bits >> 32 for hotkey, bits in earned.root_dividends.items()} == {VALIDATOR: 99, OTHER: 599}


def test_nobody_with_stake_earns_nothing(chain: Chain) -> None:
    earned = distribution(transaction(chain), 1, 1000, 700, 0, [(VALIDATOR, 0, 0)])
    assert (earned.alpha_dividends, earned.root_dividends) == ({VALIDATOR: 0}, {VALIDATOR: 0})


def test_parents_earn_by_what_they_lend_less_the_take(chain: Chain) -> None:
    stake(chain, VALIDATOR, 100)
    stake(chain, OTHER, 300)
    chain.storage.parent_keys[VALIDATOR, 1] = ((U64_MAX, OTHER),)
    chain.storage.childkey_take[VALIDATOR, 1] = 6554
    tx = transaction(chain)
    assert get_parent_child_dividends_distribution(tx, VALIDATOR, 1, 1000) == [(OTHER, 674), (VALIDATOR, 325)]
    chain.storage.owner[OTHER] = chain.storage.owner[VALIDATOR]
    assert get_parent_child_dividends_distribution(tx, VALIDATOR, 1, 1000) == [(OTHER, 750), (VALIDATOR, 250)]
    assert get_parent_child_dividends_distribution(tx, OTHER, 1, 1000) == [(OTHER, 1000)]


def test_what_is_lent_to_children_does_not_count_as_own(chain: Chain) -> None:
    stake(chain, VALIDATOR, 100, 60)
    chain.storage.child_keys[VALIDATOR, 1] = ((U64_MAX // 4, OTHER),)
    assert get_self_contribution(transaction(chain), VALIDATOR, 1) == 120


# ---------------------------------------------------------------------------------------------------- whose it becomes


def test_takes_nominators_and_records(chain: Chain) -> None:
    storage = chain.storage
    stake(chain, VALIDATOR, 300, 100)
    storage.delegates[VALIDATOR] = 6554
    storage.alpha_dividends_per_subnet[1, OTHER] = storage.tao_dividends_per_subnet[1, OTHER] = 5
    storage.alpha_dividends_per_subnet[2, OTHER] = 6
    drain_pending_emission(transaction(chain, [(VALIDATOR, 0, 400)]), 1, (1000, 700, 0, 0))
    owner = account("validator-cold")
    assert dict(storage.alpha_dividends_per_subnet) == {(1, VALIDATOR): 899, (2, OTHER): 6}
    assert dict(storage.tao_dividends_per_subnet) == {(1, VALIDATOR): 629}
    assert storage.total_hotkey_alpha[VALIDATOR, 1] == 300 + 100 + 899
    assert storage.total_hotkey_alpha[VALIDATOR, 0] == 100 + 70 + 629
    assert storage.total_hotkey_alpha_last_epoch[VALIDATOR, 1] == storage.total_hotkey_alpha[VALIDATOR, 1]
    assert storage.alpha[VALIDATOR, owner, 1] == 100 << 64


def test_the_owner_is_paid_and_its_incentive_is_burned(chain: Chain) -> None:
    storage = chain.storage
    storage.subnet_owner_hotkey[1] = MINER
    drain_pending_emission(transaction(chain, [(MINER, 500, 0), (OTHER, 300, 0)]), 1, (800, 0, 0, 90))
    assert storage.total_hotkey_alpha[MINER, 1] == 0
    storage.subnet_owner[1] = account("owner")
    drain_pending_emission(transaction(chain, [(MINER, 500, 0), (OTHER, 300, 0)]), 1, (800, 0, 0, 90))
    assert storage.total_hotkey_alpha[MINER, 1] == 90
    assert storage.alpha[MINER, account("owner"), 1] == 90 << 64
    assert storage.total_hotkey_alpha[OTHER, 1] == 600
    assert storage.staking_hotkeys[account("owner")] == (MINER,)


def test_miners_are_paid_in_the_order_of_their_accounts(chain: Chain) -> None:
    """Which shows in the order in which their coldkey's list of hotkeys grows."""
    miners = sorted([MINER, VALIDATOR, OTHER])
    for miner in miners:
        chain.storage.owner[miner] = account("cold")
    drain_pending_emission(transaction(chain, [(miner, 100, 0) for miner in reversed(miners)]), 1, (600, 0, 0, 0))
    assert chain.storage.staking_hotkeys[account("cold")] == tuple(miners)


def test_zero_dividends_are_recorded_and_zero_stake_is_not(chain: Chain) -> None:
    drain_pending_emission(transaction(chain, [(VALIDATOR, 0, 0)]), 1, (0, 0, 0, 0))
    assert dict(chain.storage.alpha_dividends_per_subnet) == {(1, VALIDATOR): 0}
    assert dict(chain.storage.total_hotkey_alpha_last_epoch) == {(VALIDATOR, 1): 0}
    assert not chain.storage.total_hotkey_alpha


# ---------------------------------------------------------------------------------------------------------- recorded


def test_recorded_drains_are_exact() -> None:
    cases = recorded_cases("emission_drain")
    assert [case["id"] for case in cases if check_emission_drain(case, RULES) is not None] == []
