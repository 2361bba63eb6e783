"""What an Axon is, apart from its server: whose it is, what it answers, how much it takes on, what it has seen."""

from collections import Counter, deque
from typing import TYPE_CHECKING, Final

from attrs import Factory, define, frozen

from neuron_ledger.replay.exchange.asgi import LARGEST_BODY, SECONDS_FOR_BODY
from neuron_ledger.replay.exchange.endpoints import Endpoint
from neuron_ledger.replay.exchange.keys import Signer, account_of
from neuron_ledger.replay.exchange.queueing import MOST_AT_ONCE, MOST_OF_ONE, MOST_WAITING, Turns
from neuron_ledger.replay.exchange.surroundings import Surroundings
from neuron_ledger.replay.exchange.verification import Verification

if TYPE_CHECKING:
    from neuron_ledger.replay.exchange.recorder import Recorder

FAULTS_KEPT: Final = 100


@frozen
class Limits:
    """What one Axon takes on.

    at_once: requests that are answered at a time; waiting: that wait for it; of_one: of both, of one hotkey. largest_body: bytes
    of a request. seconds_for_body: in which it must have come.
    """

    at_once: int = MOST_AT_ONCE
    waiting: int = MOST_WAITING
    of_one: int = MOST_OF_ONE
    largest_body: int = LARGEST_BODY
    seconds_for_body: float = SECONDS_FOR_BODY


@frozen
class AxonInfo:
    """Where a neuron can be asked. hotkey: SS58."""

    ip: str
    port: int
    hotkey: str


@define(eq=False)
class Service:
    """One Axon. key: of its hotkey. version: of the SDK, which it says it is. uuid: its name among those of the hotkey.

    endpoints: by the names of their synapses. counts: how many requests ended with which status. faults: what went wrong inside,
    the number that was sent and why.
    """

    key: Signer
    version: int
    limits: Limits
    surroundings: Surroundings
    verification: Verification
    recorder: "Recorder | None"
    uuid: str
    turns: Turns
    endpoints: dict[str, Endpoint] = Factory(dict)
    counts: Counter[int] = Factory(Counter)
    faults: deque[tuple[str, str]] = Factory(lambda: deque(maxlen=FAULTS_KEPT))
    account: bytes = Factory(lambda self: account_of(self.key), takes_self=True)

    def fault(self, number: str, error: Exception) -> None:
        """Take down what went wrong inside."""
        self.faults.append((number, f"{type(error).__name__}: {error}"[:1000]))
