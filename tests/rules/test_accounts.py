"""Balances: the existential deposit, what comes in, the issuance that goes with them; transfers."""

from typing import Any

import pytest

from neuron_ledger.events.balances import TransferAll, TransferAllowDeath, TransferKeepAlive
from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.wire.record import Call
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


# ---------------------------------------------------------------------------------------------------------- transfers

TO = account("to")


def gave(chain: Chain, call: Call) -> list[tuple[Any, ...] | None]:
    """What the chain says of a transfer; the issuance follows the balances."""
    caused = chain.ok(call, WHO)
    storage = chain.storage
    assert storage.balances_total_issuance.value == storage.balances[WHO] + storage.balances[TO]
    return [shown for event in caused if (shown := deposited(event)) is not None]


def opened(rao: int) -> list[tuple[Any, ...]]:
    return [("NewAccount", ("account", TO)), ("Endowed", ("account", TO), ("free_balance", rao))]


def transferred(rao: int) -> tuple[Any, ...]:
    return "Transfer", ("from", WHO), ("to", TO), ("amount", rao)


@pytest.mark.parametrize(
    ("call", "left", "there"),
    [
        (TransferAllowDeath(TO, 500), 500, 500),
        (TransferAllowDeath(TO, 501), 0, 501),  # 499 are lost
        (TransferAllowDeath(TO, 1000), 0, 1000),
        (TransferKeepAlive(TO, 500), 500, 500),
        (TransferAll(TO, True), 500, 500),
        (TransferAll(TO, False), 0, 1000),
    ],
)
def test_a_transfer(call: Call, left: int, there: int) -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    closed = [] if left else [("KilledAccount", ("account", WHO))]
    dust = [("DustLost", ("account", WHO), ("amount", 1000 - there))] if not left and there < 1000 else []
    assert gave(chain, call) == [*closed, *dust, *opened(there), transferred(there)]
    assert (chain.storage.balances[WHO], chain.storage.balances[TO]) == (left, there)
    assert (WHO in chain.storage.balances) == bool(left)


def test_a_transfer_to_an_account_that_is_there() -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    chain.fund(TO, 700)
    assert gave(chain, TransferKeepAlive(TO, 1)) == [transferred(1)]


@pytest.mark.parametrize("call", [TransferAllowDeath(WHO, 1000), TransferKeepAlive(WHO, 500), TransferAll(WHO, False)])
def test_a_transfer_to_oneself_moves_nothing(call: Call) -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    assert gave(chain, call) == []
    assert chain.storage.balances[WHO] == 1000


def test_nothing_may_be_given_by_anybody() -> None:
    assert gave(Chain(), TransferKeepAlive(TO, 0)) == [transferred(0)]
    assert gave(Chain(), TransferAll(TO, True)) == [transferred(0)]


def test_an_account_that_is_closed_has_sent_nothing() -> None:
    chain = Chain()
    chain.fund(WHO, 1000)
    chain.storage.account_nonce[WHO] = 7
    chain.ok(TransferAll(TO, True), WHO)
    assert chain.storage.account_nonce[WHO] == 7
    chain.ok(TransferAll(TO, False), WHO)
    assert WHO not in chain.storage.account_nonce


def test_who_never_had_an_account_has_sent_what_it_sent() -> None:
    chain = Chain()
    chain.storage.account_nonce[WHO] = 7
    chain.ok(ForceSetBalance(WHO, 499))
    assert chain.storage.account_nonce[WHO] == 7
