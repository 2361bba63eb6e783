"""A subnet developer's own tests, with the ledger as the chain: no node, no waiting, the same answers every time.

    pytest examples/oracle_in_tests.py

`weights_from_scores` stands for the code under test. What the chain would say to its weights, `Ledger.in_memory()` says.
"""

from collections.abc import Mapping
from hashlib import blake2b

import pytest

from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    ForceRegister,
    ForceSetBalance,
    GrantStake,
    RegisterNetwork,
    SetWeights,
    SudoSet,
)
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import HotKeyAlreadyRegisteredInSubNet, NeuronNoValidatorPermit, SettingWeightsTooFast
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch

NETUID = 1
TAO = 10**9


def weights_from_scores(scores: Mapping[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The code under test: uids and weights (u16) from scores; miners without a score are left out."""
    best = max(scores.values())
    scored = sorted(uid for uid, score in scores.items() if score)
    return tuple(scored), tuple(scores[uid] * 65535 // best for uid in scored)


def account(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=32).digest()


@pytest.fixture
def chain() -> Ledger:
    """A subnet with its owner (uid 0), a validator with stake and permit (uid 1) and two miners (uids 2 and 3)."""
    ledger = Ledger.in_memory(spec_version=277)
    ledger.submit(ForceSetBalance(account("owner"), 2_000 * TAO)).unwrap()
    ledger.submit(CreateRootNetwork()).unwrap()
    ledger.submit(SudoSet("network_rate_limit", 0, 0)).unwrap()
    ledger.submit(RegisterNetwork(account("owner's hotkey")), account("owner")).unwrap()
    for name in ("validator", "miner", "better miner"):
        ledger.submit(ForceRegister(NETUID, account(name), account("owner"))).unwrap()
    ledger.submit(SudoSet("max_allowed_validators", NETUID, 1)).unwrap()
    ledger.submit(GrantStake(account("validator"), account("owner"), NETUID, 1_000 * TAO)).unwrap()
    run_epoch(ledger)
    return ledger


def run_epoch(ledger: Ledger) -> None:
    following = ledger.block + 1
    ledger.advance_to(following + blocks_until_next_epoch(NETUID, ledger.storage.tempo[NETUID], following))


def set_weights(scores: Mapping[int, int]) -> SetWeights:
    return SetWeights(NETUID, *weights_from_scores(scores), version_key=0)


def test_a_hotkey_registers_once(chain: Ledger) -> None:
    receipt = chain.submit(BurnedRegister(NETUID, account("miner")), account("owner"))
    assert isinstance(receipt.error, HotKeyAlreadyRegisteredInSubNet)
    assert receipt.error.values["uid"] == 2


def test_miners_may_not_judge_others(chain: Ledger) -> None:
    assert isinstance(chain.submit(set_weights({2: 1, 3: 1}), account("miner")).error, NeuronNoValidatorPermit)


def test_the_better_score_earns_more(chain: Ledger) -> None:
    chain.submit(set_weights({0: 0, 2: 10, 3: 30}), account("validator")).unwrap()
    run_epoch(chain)
    incentive = chain.storage.incentive[NETUID]
    assert incentive[0] == incentive[1] == 0
    assert 0 < incentive[2] < incentive[3]
    assert sum(incentive) <= 65535


def test_a_validator_in_a_hurry_learns_when_to_come_back(chain: Ledger) -> None:
    chain.submit(set_weights({2: 1}), account("validator")).unwrap()
    error = chain.submit(set_weights({3: 1}), account("validator")).error
    assert isinstance(error, SettingWeightsTooFast)
    chain.advance_to(int(error.values["allowed_from"]))
    assert chain.submit(set_weights({3: 1}), account("validator")).ok
