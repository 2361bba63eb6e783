"""A dated change: what a rule does one spec_version before, and at its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage

TAO = 10**9


@frozen
class Change:
    """What changed at a spec_version. behaviour: shows it under a runtime; before, after: what it shows then and since then."""

    what: str
    since: int
    behaviour: Callable[[Runtime], Any]
    before: Any
    after: Any


@frozen
class Same:
    """What is as it was: a behaviour that shows the same at 277 and at 424."""

    what: str
    behaviour: Callable[[Runtime], Any]
    shown: Any


def account(name: str) -> bytes:
    """An account of that name."""
    return name.encode().ljust(32, b".")


COLD, HOT, OTHER = account("cold"), account("hot"), account("other")


@contextmanager
def subnet(rules: Runtime) -> Iterator[Tx]:
    """A transaction at block 1000: a subnet 1 that emits, whose pool holds 1000 TAO and 4000 alpha, with two hotkeys."""
    storage = Storage(rules.layout)
    with storage.transaction():
        storage.block_number.value = 1000
        for netuid in (0, 1):
            storage.networks_added[netuid] = True
            storage.subtoken_enabled[netuid] = True
            storage.network_registration_allowed[netuid] = True
        storage.subnet_mechanism[1] = 1
        storage.first_emission_block_number[1] = 1
        storage.subnet_tao[0], storage.subnet_tao[1] = 100_000 * TAO, 1_000 * TAO
        storage.subnet_alpha_in[1], storage.subnet_alpha_out[1] = 4_000 * TAO, 100_000 * TAO
        storage.subnet_moving_price[1] = 1 << 32
        storage.tao_weight.value = 2**64 - 1
        storage.subnet_owner_cut.value = 0
        storage.balances[COLD] = 100 * TAO
        for hotkey in (HOT, OTHER):
            storage.owner[hotkey] = COLD
        for index, hotkey in enumerate((HOT, OTHER)):
            storage.keys[1, index], storage.uids[1, hotkey] = hotkey, index
        storage.subnetwork_n[1] = 2
        yield Transaction(storage, rules)
