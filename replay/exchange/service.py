"""An Axon apart from its server: its key, what it answers, its limits, what it has seen."""

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
    """The limits of one Axon.

    at_once: requests answered at a time; waiting: requests waiting; of_one: both together, of one hotkey. largest_body: bytes
    of a request. seconds_for_body: in which it must arrive.
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
    """One Axon. key: of its hotkey. version: of the SDK that it reports. uuid: its name among those of the hotkey.

    endpoints: by the names of their synapses. counts: how many requests ended with which status. faults: internal errors,
    the number that was sent and the reason.
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
        """Keep the reason of an internal error."""
        self.faults.append((number, f"{type(error).__name__}: {error}"[:1000]))
