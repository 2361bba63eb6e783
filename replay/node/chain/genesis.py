"""What a development chain begins with, on a ledger in which nothing happened yet: calls like any others, recorded."""

from typing import Final

from neuron_ledger.events.calls import CreateRootNetwork, ForceSetBalance, SetParam
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.chain.accounts import FUNDS, development_accounts

PARAMETERS: Final = (("network_rate_limit", 0),)
"""Hyperparameters of the whole chain that a development chain has otherwise: subnets may be registered one after another."""


def begin_development_chain(ledger: Ledger) -> None:
    """Create the root network and fund the development accounts, where the ledger is empty."""
    if ledger.head.position:
        return
    with ledger.batch():
        ledger.submit(CreateRootNetwork()).unwrap()
        for account in development_accounts().values():
            ledger.submit(ForceSetBalance(account, FUNDS)).unwrap()
        for name, value in PARAMETERS:
            ledger.submit(SetParam(name, 0, value)).unwrap()
