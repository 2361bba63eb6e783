"""Stake before there was alpha: positions and their totals as each runtime keeps them."""

import pytest

from neuron_ledger.ledger.errors import BalanceWithdrawalError
from neuron_ledger.ledger.rules.accounts.balances import remove_whole_balance
from neuron_ledger.ledger.rules.accounts.owners import create_account_if_non_existent
from neuron_ledger.ledger.rules.tao_stake.positions import (
    decrease,
    increase,
    increase_of_owner,
    unstake_all,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from tests.chain_fixture import account

COLD, HOT, NOMINATOR = account("cold"), account("hot"), account("nominator")
ALL = (103, 143, 185)


def begin(spec_version: int) -> Tx:
    rules = TIMELINE.runtime(spec_version)
    storage = Storage(rules.layout)
    storage.journal.begin()
    storage.total_issuance.value = 1000
    return Transaction(storage, rules)


def totals(tx: Tx) -> tuple[int, int, int, int, int]:
    """Stake, then what is staked by the coldkey, on the hotkey and in all, and the issuance."""
    storage = tx.storage
    own = storage.stake[HOT, COLD], storage.total_coldkey_stake[COLD], storage.total_hotkey_stake[HOT]
    return *own, storage.total_stake.value, storage.total_issuance.value


@pytest.mark.parametrize(
    ("spec_version", "after"),
    [(103, (60, 100, 60, 60, 1000)), (143, (60, 60, 60, 60, 1060)), (185, (60, 60, 60, 60, 1000))],
)
def test_stake_comes_and_goes(spec_version: int, after: tuple[int, ...]) -> None:
    """At 103 what a coldkey has staked in all never falls; at 143 stake moves the issuance."""
    tx = begin(spec_version)
    increase(tx, COLD, HOT, 100)
    decrease(tx, COLD, HOT, 40)
    assert totals(tx) == after


@pytest.mark.parametrize("spec_version", ALL)
def test_nothing_leaves_entries_too(spec_version: int) -> None:
    tx = begin(spec_version)
    decrease(tx, COLD, HOT, 0)
    storage = tx.storage
    assert [dict(table) for table in (storage.stake, storage.total_coldkey_stake, storage.total_hotkey_stake)] == [
        {(HOT, COLD): 0},
        {COLD: 0},
        {HOT: 0},
    ]
    assert dict(storage.total_stake) == {(): 0}


@pytest.mark.parametrize("spec_version", ALL)
def test_an_account_begins_without_stake_and_keeps_its_owner(spec_version: int) -> None:
    tx = begin(spec_version)
    create_account_if_non_existent(tx, COLD, HOT)
    create_account_if_non_existent(tx, NOMINATOR, HOT)
    assert dict(tx.storage.owner) == {HOT: COLD}
    assert dict(tx.storage.stake) == {(HOT, COLD): 0}
    increase_of_owner(tx, HOT, 5)
    assert dict(tx.storage.stake) == {(HOT, COLD): 5}


@pytest.mark.parametrize(("spec_version", "issuance"), [(143, 1000), (185, 1000)])
def test_all_stake_of_a_hotkey_goes_back_to_its_nominators(spec_version: int, issuance: int) -> None:
    tx = begin(spec_version)
    increase(tx, COLD, HOT, 700)
    increase(tx, NOMINATOR, HOT, 499)
    increase(tx, NOMINATOR, COLD, 3)
    unstake_all(tx, HOT)
    storage = tx.storage
    assert dict(storage.stake) == {(HOT, COLD): 0, (HOT, NOMINATOR): 0, (COLD, NOMINATOR): 3}
    assert dict(storage.total_coldkey_stake) == {COLD: 0, NOMINATOR: 3}
    assert dict(storage.total_hotkey_stake) == {HOT: 0, COLD: 3}
    assert dict(storage.balances) == {COLD: 700}, "what does not open an account is lost"
    assert storage.total_issuance.value == issuance + (3 if spec_version == 143 else 0)


def test_a_whole_amount_is_withdrawn_or_none() -> None:
    tx = begin(143)
    tx.storage.balances[COLD] = 1000
    assert remove_whole_balance(tx, COLD, 0) == 0
    assert remove_whole_balance(tx, COLD, 500) == 500
    with pytest.raises(BalanceWithdrawalError) as fault:
        remove_whole_balance(tx, COLD, 1)
    assert fault.value.values == {"asked": 1, "balance": 500, "existential_deposit": 500}
    assert dict(tx.storage.balances) == {COLD: 500}
