"""Common parts of the answers: reading storage as rules read it, and values that occur in several of them."""

from collections.abc import Callable
from typing import Any

from neuron_ledger.ledger.figures import RuntimeFigures
from neuron_ledger.ledger.rules.netuids import in_key_order, subnet_exists
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.state import State


def reading(state: State) -> Tx:
    """Storage at the block, for rules that only read."""
    return Transaction(state.storage, state.runtime.rules)


def figures(state: State) -> RuntimeFigures:
    """What the runtime's rules derive from storage at the block."""
    return RuntimeFigures(state.runtime.rules)


def all_netuids(storage: Storage) -> list[int]:
    """The existing subnets, in the order in which the chain iterates over them."""
    return in_key_order(netuid for netuid, added in storage.networks_added.items() if added)


def of_subnet(answer: Callable[[State, int], Any]) -> Callable[[State, int], Any]:
    """An answer about a subnet: None if there is no such subnet."""
    return lambda state, netuid: answer(state, netuid) if subnet_exists(state.storage, netuid) else None


def of_all_subnets(answer: Callable[[State, int], Any]) -> Callable[[State], Any]:
    """The same answer about every subnet."""
    return lambda state: [answer(state, netuid) for netuid in all_netuids(state.storage)]
