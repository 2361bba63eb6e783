"""Ledgers that begin with a runtime before 277: a chain from nothing to its first replacement, and its audit."""

import pytest

from neuron_ledger.events.associations import BecomeDelegate, ScheduleDissolveNetwork
from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    ForceSetBalance,
    RootRegister,
    SetChildkeyTake,
    SetChildren,
    SetParam,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.early_calls import (
    RegisterNetworkAlone,
    RegisterNetworkAloneWithIdentity,
    SetIdentityOfSix,
    SudoAddNetwork,
    SudoRegister,
)
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake, SetRootWeights
from neuron_ledger.events.early_swaps import ScheduleColdkeySwap, SwapOwnColdkey
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.record import Call
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


@pytest.mark.parametrize("spec_version", [103, 127, 133, 146, 149, 151, 154, 156, 159, 194, 166, 195, 205, 219, 185])
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
    assert not found.has_alpha
    (bond,) = explain(found, 0).bonds
    assert (bond.uid, bond.bought > 0, bond.after > 0) == (1, True, True)
    assert (bond.pace is not None) == liquid


@pytest.mark.parametrize("spec_version", [195, 201, 203, 205, 212, 216, 219])
def test_a_life_from_195_to_219(spec_version: int) -> None:
    """Stake, children, names, keys that are swapped, a subnet that ends when it was to, and hotkeys that are paid."""
    ledger = begin(spec_version)
    hot, child, fan, third = map(account, ("hot", "child", "fan", "third"))
    for name in ("hot", "child"):
        ledger.advance_to(ledger.block + 1)
        enter(ledger, name)
    by_root: list[Call] = [
        SudoSet("hotkey_emission_tempo", 0, 3),
        SudoSet("coldkey_swap_schedule_duration", 0, 40),
        SudoSet("dissolve_network_schedule_duration", 0, 30),
        SudoSet("tx_rate_limit", 0, 0),
        SudoSet("target_stakes_per_interval", 0, 9),
        SetParam("min_allowed_weights", 1, 1),
        SetParam("weights_set_rate_limit", 0, 0),
        ForceSetBalance(fan, 1000 * TAO),
        ForceSetBalance(third, 1000 * TAO),
    ]
    signed: list[tuple[Call, bytes]] = [
        (AddTaoStake(hot, 5000 * TAO), COLD),
        (BecomeDelegate(hot), COLD),
        (AddTaoStake(hot, 100 * TAO), fan),
        (SetChildren(hot, 1, ((2**62, child),)), COLD),
        (SetChildkeyTake(child, 1, 5000), COLD),
        (SetIdentityOfSix(b"name", b"", b"", b"", b"", b""), COLD),
        (RootRegister(hot), COLD),
        (RegisterNetworkAloneWithIdentity((b"name", b"", b"")), COLD),
        (SetRootWeights(netuid=0, hotkey=hot, dests=(1,), weights=(9,), version_key=0), COLD),
        (ScheduleDissolveNetwork(2), COLD),
        (ScheduleSwapColdkey(third), fan),
    ]
    for call in by_root:
        ledger.submit(call).unwrap()
    for call, signer in signed:
        ledger.submit(call, signer).unwrap()
    ledger.advance_to(120)
    ledger.submit(SetWeights(1, (1,), (65535,), 0), hot).unwrap()
    ledger.advance_to(126)
    ledger.submit(RemoveTaoStake(hot, TAO), COLD).unwrap()
    new = account("new")
    ledger.submit(SwapHotkey(hot, new, None), COLD).unwrap()
    ledger.advance_to(140)
    storage = ledger.storage
    assert (2 in storage.networks_added, 2 in storage.map("SubnetIdentities")) == (False, False)
    assert (storage.stake[new, fan], storage.stake[new, third] >= 100 * TAO) == (0, True), "what was scheduled has come"
    assert storage.stake[new, COLD] > 4999 * TAO, "hotkeys were paid"
    assert not audit(ledger.log).findings
