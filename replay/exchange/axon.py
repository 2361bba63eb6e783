"""The Axon: where a neuron answers. An ASGI application that speaks the SDK's protocol, on a server of its own or within another.

    axon = Axon("//Bob", port=8091)
    axon.attach(translate, blacklist=may_ask.blacklist, priority=may_ask.priority)
    with axon:
        ...

Source: bittensor 10.5.0 core/axon.py::Axon.
"""

import asyncio
from collections import Counter, deque
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import frozen
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.routing import Match

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.answering import Answering
from neuron_ledger.replay.exchange.asgi import LARGEST_BODY, SECONDS_FOR_BODY, Scope
from neuron_ledger.replay.exchange.endpoints import Endpoint, Function
from neuron_ledger.replay.exchange.keys import account_of, signer_of
from neuron_ledger.replay.exchange.nonces import Nonces
from neuron_ledger.replay.exchange.page import page
from neuron_ledger.replay.exchange.queueing import MOST_AT_ONCE, MOST_OF_ONE, MOST_WAITING, Turns
from neuron_ledger.replay.exchange.surroundings import VERSION, Surroundings
from neuron_ledger.replay.exchange.synapse import Synapse
from neuron_ledger.replay.exchange.verification import Verification

if TYPE_CHECKING:
    from neuron_ledger.ledger.chain import Ledger
    from neuron_ledger.replay.exchange.recorder import Recorder
    from neuron_ledger.replay.exchange.server import Server

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8091
FAULTS_KEPT: Final = 100


@frozen
class Limits:
    """What one Axon takes on. at_once: requests that are answered at a time; waiting: that wait for it; of_one: of both, of one
    hotkey. largest_body: bytes of a request. seconds_for_body: in which it must have come.
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


class Axon:
    """Answers synapses. key: of its hotkey: a wallet, a key pair, or a secret URI. ip, port: where it listens; port 0: any.

    allow_unsigned: answer requests without a signature too. recorder: takes down every exchange. version: of the SDK, which it
    says it is.
    """

    def __init__(
        self,
        key: Any,
        *,
        ip: str = LOOPBACK,
        port: int = DEFAULT_PORT,
        allow_unsigned: bool = False,
        recorder: "Recorder | None" = None,
        limits: Limits | None = None,
        version: int = VERSION,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.key = signer_of(key)
        self.account = account_of(self.key)
        self.ip, self.port, self.version = ip, port, version
        self.surroundings = Surroundings() if surroundings is None else surroundings
        self.limits = Limits() if limits is None else limits
        self.uuid = self.surroundings.new_uuid()
        self.recorder = recorder
        if recorder is not None and not recorder.name:
            recorder.name = self.uuid
        self.verification = Verification(self.key.ss58_address, Nonces(), allow_unsigned=allow_unsigned)
        self.turns = Turns(self.limits.at_once, self.limits.waiting, self.limits.of_one)
        self.counts: Counter[int] = Counter()
        """How many requests ended with which status."""
        self.faults: deque[tuple[str, str]] = deque(maxlen=FAULTS_KEPT)
        """What went wrong inside: the number that was sent, and why."""
        self.endpoints: dict[str, Endpoint] = {}
        self.app = FastAPI(title="Axon", docs_url=None, redoc_url=None, openapi_url=None)
        """The application: routes of one's own can be added to it, and it can be served by any ASGI server."""
        self.app.add_middleware(Answering, axon=self, others=self._is_of_the_application)
        self.app.add_api_route("/", self._page, methods=["GET"], response_class=HTMLResponse)
        self._server: Server | None = None
        self.attach(ping)

    def attach(
        self,
        forward: Function,
        blacklist: Function | None = None,
        priority: Function | None = None,
        verify: Function | None = None,
    ) -> Self:
        """Answer the synapse that `forward` takes. See `Endpoint` for what the others decide. Raises: FieldError."""
        endpoint = Endpoint.of(forward, blacklist, priority, verify)
        self.endpoints[endpoint.cls.__name__] = endpoint
        return self

    def info(self) -> AxonInfo:
        """Where it can be asked."""
        return AxonInfo(self.ip, self.port, self.key.ss58_address)

    def serve(self, netuid: int, to: "Ledger | str", *, ip: str | None = None, port: int | None = None) -> Self:
        """Announce it on a subnet: in a ledger, or on a node (`ws://…`).

        ip, port: where others reach it, if not where it listens.
        Raises: ChainError (of a ledger), NodeProblem, FieldError, LogError.
        """
        from neuron_ledger.replay.exchange.on_chain import announce, announce_to_node

        if isinstance(to, str):
            asyncio.run(announce_to_node(self, to, netuid, ip=ip, port=port))
        else:
            announce(self, to, netuid, ip=ip, port=port)
        return self

    def fault(self, number: str, error: Exception) -> None:
        """Take down what went wrong inside."""
        self.faults.append((number, f"{type(error).__name__}: {error}"[:1000]))

    def start(self) -> Self:
        """Listen, on a thread of its own; returns once it does. Raises: OSError where the port is taken."""
        from neuron_ledger.replay.exchange.server import Server

        if self._server is not None:
            raise FieldError("axon", "one that is not running yet", "a running one")
        self._server = Server(self.app, self.ip, self.port)
        self.port = self._server.start()
        return self

    def stop(self) -> Self:
        """Listen no more; requests that are being answered get a second to end."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def _is_of_the_application(self, scope: Scope) -> bool:
        """Whether a route of the application's own is meant: `/`, or one that was added."""
        return any(route.matches(scope)[0] is not Match.NONE for route in self.app.routes)

    async def _page(self) -> str:
        return page(self)


def ping(synapse: Synapse) -> Synapse:
    """Whether somebody is there: what is sent comes back."""
    return synapse
