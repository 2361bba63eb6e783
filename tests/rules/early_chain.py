"""A small chain of a runtime before 277, for tests."""

from typing import Any

from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.seats import AskedRegistration
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from tests.chain_fixture import Chain


class EarlyChain(Chain):
    """The root network, where the runtime has one, and subnets that anybody may register on."""

    def __init__(self, rules: RuntimeName | Runtime, *, subnets: tuple[int, ...] = (1,), block: int = 100) -> None:
        """rules: a runtime, or the name of one."""
        self.rules = rules if isinstance(rules, Runtime) else TIMELINE.runtime(rules)
        self.lay_out(Storage(self.rules.layout))
        storage = self.storage
        storage.block_number.value = block
        flags = {"NetworkRegistrationAllowed", "NetworkPowRegistrationAllowed"} & set(storage.layout.items)
        netuids = (0, *subnets) if "NetworkLastRegistered" in storage.layout.items else subnets
        storage.total_networks.value = len(netuids)
        for netuid in netuids:
            storage.networks_added[netuid] = True
            storage.max_registrations_per_block[netuid] = 100
            storage.target_registrations_per_interval[netuid] = 100
            for flag in flags:
                storage.map(flag)[netuid] = True

    @property
    def tx(self) -> Tx:
        """A call of which only a part is looked at."""
        return Transaction(self.storage, self.rules)

    def pay(self, account: bytes, rao: int) -> None:
        """Let an account have that much, whatever it had."""
        self.storage.balances[account] = rao

    def put(self, item: str, entries: dict[Any, Any]) -> None:
        """Write entries of an item by hand."""
        for key, value in entries.items():
            self.storage.map(item)[key] = value

    def give_uid(self, hotkey: bytes, coldkey: bytes, netuid: int = 1) -> int:
        """The next uid, to a hotkey of a coldkey."""
        tx = self.tx
        self.rules.create_account(tx, coldkey, hotkey)
        return self.rules.append_neuron(tx, netuid, hotkey)


def asked(hotkey: bytes, coldkey: bytes, netuid: int = 1) -> AskedRegistration:
    return AskedRegistration(netuid, hotkey, coldkey)
