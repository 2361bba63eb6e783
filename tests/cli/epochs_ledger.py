"""A small ledger of calls alone in which three epochs ran."""

from pathlib import Path

from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    CreateRootNetwork,
    ForceSetBalance,
    RegisterNetwork,
    SetWeights,
    SudoSet,
)
from neuron_ledger.ledger.chain import Ledger
from tests.chain_fixture import TAO, account

OWNER = account("owner")
FIRST_EPOCH, SECOND_EPOCH, THIRD_EPOCH = 7, 17, 27
"""Blocks in which subnet 1 of tempo 9 runs its epoch: the first gives permits, the next counts weights, the third has bonds."""


def three_epochs(path: Path, *, weights: bool = True) -> Path:
    """Validators at uid 1 (three quarters of the stake) and 2 who disagree about the miners 3 and 4; three epochs.

    weights: whether they set any.
    """
    with Ledger.create(path, spec_version=277) as ledger, ledger.batch():
        ledger.submit(CreateRootNetwork()).unwrap()
        ledger.submit(SudoSet("network_rate_limit", 0, 0)).unwrap()
        ledger.submit(ForceSetBalance(OWNER, 10_000 * TAO)).unwrap()
        ledger.submit(RegisterNetwork(account("0")), OWNER).unwrap()
        for name, value in (
            ("tempo", 9),
            ("weights_set_rate_limit", 0),
            ("max_registrations_per_block", 9),
            ("subtoken_enabled", 1),
        ):
            ledger.submit(SudoSet(name, 1, value)).unwrap()
        ledger.submit(SudoSet("target_registrations_per_interval", 1, 9)).unwrap()
        for name in "1234":
            ledger.submit(BurnedRegister(1, account(name)), OWNER).unwrap()
        ledger.submit(AddStake(account("1"), 1, 3 * TAO), OWNER).unwrap()
        ledger.submit(AddStake(account("2"), 1, TAO), OWNER).unwrap()
        ledger.advance_to(FIRST_EPOCH)
        if weights:
            ledger.submit(SetWeights(1, (3, 4), (3, 1), 0), account("1")).unwrap()
            ledger.submit(SetWeights(1, (3, 4), (1, 3), 0), account("2")).unwrap()
        ledger.advance_to(THIRD_EPOCH + 3)
    return path
