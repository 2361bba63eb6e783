"""Ledgers that begin with a runtime before 277: a chain from nothing to its first replacement, and its audit."""

import pytest

from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    ForceSetBalance,
    RootRegister,
    SetParam,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.early_calls import RegisterNetworkAlone, SudoAddNetwork, SudoRegister
from neuron_ledger.events.early_staking import AddTaoStake, SetRootWeights
from neuron_ledger.events.early_swaps import ScheduleColdkeySwap, SwapOwnColdkey
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.questions.explain import explain
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import OBSERVED

COLD = account("cold")


def begin(spec_version: int) -> Ledger:
    """A chain with a coldkey that has much, and a subnet for two."""
    ledger = Ledger.in_memory(spec_version=spec_version)
    ledger.submit(ForceSetBalance(COLD, 10**5 * TAO)).unwrap()
    if spec_version < 133:
        ledger.submit(SudoAddNetwork(netuid=1, tempo=5, modality=0)).unwrap()
    else:
        ledger.submit(CreateRootNetwork()).unwrap()
        ledger.submit(SetParam("network_rate_limit", 0, 0)).unwrap()
        ledger.submit(RegisterNetworkAlone(), COLD).unwrap()
        ledger.submit(SudoSet("tempo", 1, 5)).unwrap()
    ledger.submit(SetParam("max_allowed_uids", 1, 2)).unwrap()
    return ledger


def enter(ledger: Ledger, name: str) -> int | None:
    """Let a hotkey of the coldkey register. Returns: its uid."""
    hotkey = account(name)
    if ledger.rules.spec_version < 136:
        ledger.submit(SudoRegister(netuid=1, hotkey=hotkey, coldkey=COLD, stake=TAO, balance=0)).unwrap()
    else:
        ledger.submit(BurnedRegister(1, hotkey), COLD).unwrap()
    return ledger.storage.uids[1, hotkey]


@pytest.mark.parametrize("spec_version", [103, 127, 133, 146, 149, 151, 154, 156, 159, 194, 166, 185])
def test_from_nothing_to_the_first_replacement(spec_version: int) -> None:
    ledger = begin(spec_version)
    uids = []
    for number in range(3):
        ledger.advance_to(ledger.block + 1)
        uids.append(enter(ledger, f"hot {number}"))
    assert uids[:2] == [0, 1]
    # All are immune: the lowest of equal scores goes by the lowest uid.
    assert uids[2] == 0
    assert not audit(ledger.log).findings


@pytest.mark.parametrize("spec_version", [185, 153, 160, 166])
def test_the_root_network_shares_out_what_a_block_brings(spec_version: int) -> None:
    ledger = begin(spec_version)
    enter(ledger, "hot")
    ledger.submit(RootRegister(account("hot")), COLD).unwrap()
    ledger.submit(AddTaoStake(hotkey=account("hot"), amount_staked=5 * TAO), COLD).unwrap()
    wanted = SetRootWeights(netuid=0, hotkey=account("hot"), dests=(1,), weights=(9,), version_key=0)
    ledger.advance_to(98)
    assert ledger.storage.map("EmissionValues")[1] == 0
    ledger.submit(wanted, COLD).unwrap()
    ledger.advance_to(99)
    assert account("hot") in ledger.storage.senate_members.value
    assert ledger.storage.delegates[account("hot")] == 11796
    assert ledger.storage.map("EmissionValues")[1] == TAO
    staked = ledger.storage.stake[account("hot"), COLD]
    ledger.advance_to(120)
    assert ledger.storage.stake[account("hot"), COLD] > staked
    assert not audit(ledger.log).findings


def test_coldkeys_are_swapped_at_once_and_after_their_arbitration() -> None:
    """At 194, where asking for it takes work."""
    new, third = account("new"), account("third")
    ledger = begin(194)
    enter(ledger, "hot")
    ledger.submit(AddTaoStake(hotkey=account("hot"), amount_staked=5 * TAO), COLD).unwrap()
    ledger.submit(SwapOwnColdkey(new), COLD).unwrap()
    nonce, work = create_work(ledger.rules.block_hash(0, ledger.block), 0, new, ledger.storage.base_difficulty.value >> 22)
    ledger.observe(OBSERVED, canonical_changes({"BaseDifficulty": ({(): ledger.storage.base_difficulty.value >> 22}, [])}))
    ledger.observe(OBSERVED, canonical_changes({"ArbitrationPeriod": ({(): 3}, [])}))
    ledger.submit(ScheduleColdkeySwap(third, work, 0, nonce), new).unwrap()
    assert ledger.submit(AddTaoStake(hotkey=account("hot"), amount_staked=TAO), new).error is not None
    ledger.advance_to(ledger.block + 3)
    storage = ledger.storage
    assert (storage.owner[account("hot")], storage.stake[account("hot"), third], storage.owned_hotkeys[third]) == (
        third,
        5 * TAO,
        (account("hot"),),
    )
    assert not audit(ledger.log).findings


@pytest.mark.parametrize(("spec_version", "liquid"), [(103, False), (146, False), (154, False), (154, True), (165, True)])
def test_epochs_before_277_are_explained(spec_version: int, liquid: bool) -> None:
    """A validator that comes to hold all of a miner, with what its bonds were made of and how fast they moved."""
    ledger = begin(spec_version)
    for name in ("validator", "miner"):
        ledger.advance_to(ledger.block + 1)
        enter(ledger, name)
    if liquid:
        ledger.submit(SudoSet("liquid_alpha_enabled", 1, 1)).unwrap()
    ledger.submit(SetParam("weights_set_rate_limit", 1, 0)).unwrap()
    ledger.submit(SetParam("min_allowed_weights", 1, 1)).unwrap()
    ledger.submit(SetParam("max_weight_limit", 1, 65535)).unwrap()
    ledger.submit(AddTaoStake(hotkey=account("validator"), amount_staked=5000 * TAO), COLD).unwrap()
    ledger.advance_to(20)
    ledger.submit(SetWeights(1, (1,), (65535,), 0), account("validator")).unwrap()
    ledger.advance_to(40)
    found = recorded_epoch(ledger.log, 1)
    assert found.difference() is None
    (bond,) = explain(found, 0).bonds
    assert (bond.uid, bond.bought > 0, bond.after > 0) == (1, True, True)
    assert (bond.pace is not None) == liquid
