"""The beginning of a development chain, on an empty ledger: calls like any others, recorded."""

from typing import Final

from neuron_ledger.events.calls import CreateRootNetwork, ForceSetBalance, SetParam
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.chain.accounts import FUNDS, development_accounts

PARAMETERS: Final = (("network_rate_limit", 0),)
"""Hyperparameters of the whole chain that differ on a development chain: there is no rate limit on registering subnets."""


def begin_development_chain(ledger: Ledger) -> None:
    """Create the root network and fund the development accounts, if the ledger is empty."""
    if ledger.head.position:
        return
    with ledger.batch():
        ledger.submit(CreateRootNetwork()).unwrap()
        for account in development_accounts().values():
            ledger.submit(ForceSetBalance(account, FUNDS)).unwrap()
        for name, value in PARAMETERS:
            ledger.submit(SetParam(name, 0, value)).unwrap()
