"""Refusals as tables: for each call an attempt that is accepted, and, in the chain's order of checks, what makes it fail."""

from collections.abc import Callable, Iterator
from typing import Any

from attrs import define, frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from tests.chain_fixture import Chain, account

SITUATION = Observe("a situation", 0, bytes(32))
STRANGER = account("stranger")
"""An account of which the chain has not heard."""


@define
class Attempt:
    """A call that is about to be made on a chain. A fault changes the one or the other."""

    chain: Chain
    call: Call
    signer: Origin = None

    @property
    def netuid(self) -> int:
        """The subnet that the call names."""
        return int(people.unstructure(self.call)["netuid"])

    def ask(self, **arguments: Any) -> None:
        """Ask for something else."""
        self.call = type(self.call)(**{**{name: getattr(self.call, name) for name, _ in self.call.units}, **arguments})

    def sign(self, signer: Origin) -> None:
        self.signer = signer

    def put(self, item: str, key: Any, value: Any) -> None:
        """Let an item of storage hold something else."""
        self.chain.storage.map(item)[key] = value

    def put_here(self, item: str, value: Any) -> None:
        """The same for the subnet that the call names."""
        self.put(item, self.netuid, value)

    def drop(self, item: str, key: Any) -> None:
        self.chain.storage.map(item).remove(key)

    def at(self, block: int) -> None:
        """Make it in another block, without anything running in between."""
        self.chain.storage.block_number.value = block

    def ledger(self) -> Ledger:
        """A ledger that has taken the chain over as it is."""
        ledger = Ledger.in_memory(spec_version=277)
        ledger.observe(SITUATION, canonical_changes({t.item.name: (dict(t), []) for t in self.chain.storage.maps()}))
        return ledger


Fault = Callable[[Attempt], object]
Values = dict[str, int | str | bytes]


@frozen
class Refusal:
    """One line: the error's name, what provokes it, and the values that the error then carries."""

    name: str
    fault: Fault
    values: Values


def refusal(name: str, fault: Fault, /, **values: int | str | bytes) -> Refusal:
    return Refusal(name, fault, values)


@frozen
class Refusals:
    """How one call is refused.

    accepted: makes the attempt that is accepted. in_order: the chain's checks, first to last; lines in one tuple exclude each
    other.
    """

    accepted: Callable[[], Attempt]
    in_order: tuple[Refusal | tuple[Refusal, ...], ...]

    def lines(self) -> Iterator[Refusal]:
        for _, line in self._ranked():
            yield line

    def ordered_pairs(self) -> Iterator[tuple[Refusal, Refusal]]:
        """Every two lines of which the first is checked before the second."""
        ranked = list(self._ranked())
        for rank, first in ranked:
            yield from ((first, second) for later, second in ranked if rank < later)

    def _ranked(self) -> Iterator[tuple[int, Refusal]]:
        for rank, entry in enumerate(self.in_order):
            for line in entry if isinstance(entry, tuple) else (entry,):
                yield rank, line


UNSIGNED = refusal("BadOrigin", lambda attempt: attempt.sign(None), needed="a signed call")
"""Nobody signs a call that has to be signed."""

SIGNED = refusal("BadOrigin", lambda attempt: attempt.sign(STRANGER), needed="a privileged call", signer=STRANGER)
"""Somebody signs a privileged call."""
