"""A ledger that begins at 195 to 219: subnets, children, nominators and weights by calls, some hundred blocks, its audit."""

from collections import Counter

import pytest

from neuron_ledger.events.associations import BecomeDelegate
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
from neuron_ledger.events.early_calls import RegisterNetworkAlone
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake, SetRootWeights
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, account

COLD, NOMINATOR = account("cold"), account("nominator")
HOTKEYS = tuple(account(f"hot {number}") for number in range(4))
HALF = 2**63


def begin(spec_version: int) -> Ledger:
    """Two subnets on which a coldkey has all four hotkeys, each with stake of a nominator as well; root divides between both."""
    ledger = Ledger.in_memory(spec_version=spec_version)
    for coldkey in (COLD, NOMINATOR):
        ledger.submit(ForceSetBalance(coldkey, 10**6 * TAO)).unwrap()
    ledger.submit(CreateRootNetwork()).unwrap()
    for name, value in (("network_rate_limit", 0), ("target_stakes_per_interval", 1000), ("tx_rate_limit", 0)):
        ledger.submit(SetParam(name, 0, value)).unwrap()
    for netuid in (1, 2):
        ledger.submit(RegisterNetworkAlone(), COLD).unwrap()
        for name, value in (("tempo", 9 + netuid), ("weights_set_rate_limit", 0), ("max_registrations_per_block", 10)):
            ledger.submit(SudoSet(name, netuid, value)).unwrap()
        ledger.submit(SudoSet("target_registrations_per_interval", netuid, 10)).unwrap()
        for hotkey in HOTKEYS:
            ledger.submit(BurnedRegister(netuid, hotkey), COLD).unwrap()
    for number, hotkey in enumerate(HOTKEYS):
        ledger.submit(BecomeDelegate(hotkey), COLD).unwrap()
        for coldkey in (COLD, NOMINATOR):
            ledger.submit(AddTaoStake(hotkey=hotkey, amount_staked=(1 + number) * 1000 * TAO), coldkey).unwrap()
    ledger.submit(RootRegister(HOTKEYS[0]), COLD).unwrap()
    return ledger


def ensure_totals(storage: Storage) -> int:
    """What is staked, which the totals must say too, rao."""
    by_hotkey, by_coldkey = Counter[bytes](), Counter[bytes]()
    for (hotkey, coldkey), rao in storage.stake.items():
        by_hotkey[hotkey] += rao
        by_coldkey[coldkey] += rao
    assert storage.total_stake.value == by_hotkey.total()
    assert dict(storage.total_hotkey_stake.items()) == by_hotkey
    assert {coldkey: rao for coldkey, rao in storage.total_coldkey_stake.items() if rao} == by_coldkey
    return by_hotkey.total()


@pytest.mark.parametrize("spec_version", [195, 205, 218])
def test_a_life(spec_version: int) -> None:
    ledger = begin(spec_version)
    storage = ledger.storage
    ledger.advance_to(110)
    ledger.submit(SetRootWeights(netuid=0, hotkey=HOTKEYS[0], dests=(1, 2), weights=(1, 3), version_key=0), COLD).unwrap()
    ledger.submit(SetChildren(HOTKEYS[0], 1, ((HALF, HOTKEYS[1]), (HALF // 2, HOTKEYS[2]))), COLD).unwrap()
    ledger.submit(SetChildkeyTake(HOTKEYS[1], 1, 6000), COLD).unwrap()
    assert bool(storage.child_keys[HOTKEYS[0], 1]) == (spec_version < 216) != ((1, HOTKEYS[0]) in storage.map("PendingChildKeys"))
    for netuid in (1, 2):
        for hotkey in HOTKEYS[:2]:
            ledger.submit(SetWeights(netuid, (1, 2, 3), (5, 3, 1), 0), hotkey).unwrap()
    ledger.submit(SetParam("hotkey_emission_tempo", 0, 20)).unwrap()
    issued, staked, held = storage.total_issuance.value, ensure_totals(storage), storage.balances[COLD]
    begin_at, begun = ledger.block, storage.emission_values[1]
    ledger.advance_to(200)
    assert begun == 0
    assert storage.emission_values[1] + storage.emission_values[2] == TAO
    paid = storage.total_issuance.value - issued
    assert paid == ensure_totals(storage) - staked + storage.balances[COLD] - held > 0
    waiting = sum(storage.pending_emission[netuid] for netuid in (1, 2))
    waiting += sum(rao for _, rao in storage.pendingd_hotkey_emission.items())
    assert 0 <= (ledger.block - begin_at) * TAO - paid - waiting < 100 * TAO
    ledger.submit(RemoveTaoStake(hotkey=HOTKEYS[3], amount_unstaked=500 * TAO), NOMINATOR).unwrap()
    ledger.submit(AddTaoStake(hotkey=HOTKEYS[2], amount_staked=700 * TAO), NOMINATOR).unwrap()
    ledger.advance_to(400)
    ensure_totals(storage)
    assert {hotkey for hotkey, at in storage.last_hotkey_emission_drain.items() if at > 370} == set(HOTKEYS)
    assert not audit(ledger.log).findings
