"""Balances: the existential deposit, what comes in, and the issuance that goes with them."""

import pytest

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.ledger.rules.accounts.balances import add_balance, can_remove_balance, remove_balance
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import RULES, Chain, account

WHO = account("who")


def transaction(chain: Chain) -> Tx:
    return Transaction(chain.storage, RULES)


@pytest.mark.parametrize(
    ("before", "amount", "added"),
    [
        (0, 499, 0),
        (0, 500, 500),
        (500, 0, 0),
        (500, 1, 1),
        (2**64 - 3, 5, 2),
        (2**64 - 1, 5, 0),
    ],
)
def test_add_balance(before: int, amount: int, added: int) -> None:
    chain = Chain()
    chain.fund(WHO, before)
    assert add_balance(transaction(chain), WHO, amount) == added
    assert chain.storage.balances[WHO] == chain.storage.balances_total_issuance.value == before + added
    assert (WHO in chain.storage.balances) == (before + added > 0)


@pytest.mark.parametrize(("amount", "withdrawn"), [(0, 0), (1, 1), (500, 500), (501, 500), (10**9, 500)])
def test_remove_balance(amount: int, withdrawn: int) -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    assert remove_balance(transaction(chain), WHO, amount) == withdrawn
    assert chain.storage.balances[WHO] == chain.storage.balances_total_issuance.value == 1000 - withdrawn


def test_can_remove_balance_counts_the_existential_deposit_in() -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    assert can_remove_balance(transaction(chain), WHO, 1000)
    assert not can_remove_balance(transaction(chain), WHO, 1001)
    assert can_remove_balance(transaction(chain), account("nobody"), 0)


@pytest.mark.parametrize(("rao", "held"), [(0, 0), (499, 0), (500, 500), (2**64 - 1, 2**64 - 1)])
def test_force_set_balance(rao: int, held: int) -> None:
    chain = Chain()
    chain.fund(WHO, 700)
    chain.ok(ForceSetBalance(WHO, rao))
    assert (WHO in chain.storage.balances) == (held > 0)
    assert chain.storage.balances[WHO] == chain.storage.balances_total_issuance.value == held


def test_force_set_balance_is_privileged() -> None:
    assert Chain().refused(ForceSetBalance(WHO, 1000), WHO).name == "BadOrigin"
