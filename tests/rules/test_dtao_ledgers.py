"""Ledgers that begin with one of the first runtimes with alpha: a life with calls of many kinds, epochs, and its audit."""

import pytest

from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    CreateRootNetwork,
    DecreaseTake,
    ForceSetBalance,
    RegisterNetwork,
    RemoveStake,
    RootRegister,
    SetChildkeyTake,
    SetChildren,
    SetParam,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.stake_moves import AddStakeLimit, MoveStake, RemoveStakeLimit, SwapStakeLimit, TransferStake, UnstakeAll
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_on_subnet
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import OBSERVED

COLD, FAN, THIRD, OWNER, HOT, CHILD, NEW = map(account, ("cold", "fan", "third", "owner", "hot", "child", "new"))
HIGH = 1_000 * TAO


def begin(spec_version: int) -> Ledger:
    """Root, and two subnets whose emission goes, with pools of 100 TAO and 100 alpha."""
    ledger = Ledger.in_memory(spec_version=spec_version)
    calls: list[tuple[Call, bytes | None]] = [
        *((ForceSetBalance(coldkey, 10**5 * TAO), None) for coldkey in (COLD, FAN, THIRD, OWNER)),
        (CreateRootNetwork(), None),
        (SetParam("network_rate_limit", 0, 0), None),
        (SetParam("tx_rate_limit", 0, 0), None),
        (SudoSet("network_min_lock", 0, 100 * TAO), None),
        (SudoSet("stake_threshold", 0, 0), None),
        (SudoSet("coldkey_swap_schedule_duration", 0, 40), None),
        (RegisterNetwork(account("own 1")), OWNER),
        (RegisterNetwork(account("own 2")), OWNER),
    ]
    for call, signer in calls:
        ledger.submit(call, signer).unwrap()
    for netuid in (1, 2):
        for name, value in (("tempo", 5), ("min_burn", 500_000), ("weights_set_rate_limit", 0), ("immunity_period", 1)):
            ledger.submit(SudoSet(name, netuid, value)).unwrap()
        if spec_version >= 244:
            ledger.submit(SudoSet("commit_reveal_weights_enabled", netuid, 0)).unwrap()
    return ledger


@pytest.mark.parametrize("spec_version", [233, 238, 244, 252, 257, 261, 273, 276])
def test_a_life_from_233_to_276(spec_version: int) -> None:
    ledger = begin(spec_version)
    if spec_version >= 257:
        ledger.observe(OBSERVED, canonical_changes({"FirstEmissionBlockNumber": ({1: 1, 2: 1}, [])}))
    for netuid in (0, 1, 2) if spec_version >= 273 else ():
        ledger.submit(SudoSet("subtoken_enabled", netuid, 1)).unwrap()
    signed: list[tuple[Call, bytes]] = [
        (BurnedRegister(1, HOT), COLD),
        (BurnedRegister(1, CHILD), COLD),
        (RootRegister(HOT), COLD),
        (AddStake(HOT, 1, 50 * TAO), COLD),
        (AddStake(HOT, 0, 50 * TAO), COLD),
        (AddStakeLimit(HOT, 1, 5 * TAO, HIGH, False), FAN),
        (SetChildren(HOT, 1, ((2**62, CHILD),)), COLD),
        (SetChildkeyTake(CHILD, 1, 5_000), COLD),
        (DecreaseTake(HOT, 11_000), COLD),
        (SetWeights(1, (0, 2), (9, 9), 0), HOT),
        (SetCommitment(1, (("Raw", b"hello", 0),)), HOT),
        (RemoveStake(HOT, 1, TAO), COLD),
        (RemoveStakeLimit(HOT, 1, TAO, 1, True), COLD),
        (MoveStake(HOT, CHILD, 1, 1, 2 * TAO), COLD),
        (SwapStakeLimit(HOT, 1, 2, 2 * TAO, TAO // 10, True), COLD),
        (TransferStake(THIRD, HOT, 1, 1, 2 * TAO), COLD),
        (SwapHotkey(HOT, NEW, None), COLD),
        (ScheduleSwapColdkey(account("later")), FAN),
        (UnstakeAll(NEW), THIRD),
    ]
    refused = []
    for call, signer in signed:
        ledger.advance_to(ledger.block + 3)
        error = ledger.submit(call, signer).error
        if error is not None:
            refused.append((call.tag, str(error)))
    assert refused == []
    ledger.advance_to(ledger.block + 50)
    tx = Transaction(ledger.storage, ledger.rules)
    assert ledger.storage.owner[NEW] == COLD
    assert get_stake_for_hotkey_on_subnet(tx, NEW, 1) > 0
    assert ledger.storage.balances[account("later")] > 10**4 * TAO
    assert not audit(ledger.log).findings
