"""The Axon, with which a neuron answers: an ASGI application for the SDK's protocol, on a server of its own or within another.

    axon = Axon("//Bob", port=8091)
    axon.attach(translate, blacklist=may_ask.blacklist, priority=may_ask.priority)
    with axon:
        ...

Source: bittensor 10.5.0 core/axon.py::Axon.
"""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.routing import Match

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.answering import Answering
from neuron_ledger.replay.exchange.asgi import Scope
from neuron_ledger.replay.exchange.endpoints import Endpoint, Function
from neuron_ledger.replay.exchange.keys import signer_of
from neuron_ledger.replay.exchange.nonces import Nonces
from neuron_ledger.replay.exchange.on_chain import announce_to_node, announcement
from neuron_ledger.replay.exchange.page import page
from neuron_ledger.replay.exchange.queueing import Turns
from neuron_ledger.replay.exchange.service import AxonInfo, Limits, Service
from neuron_ledger.replay.exchange.surroundings import VERSION, Surroundings
from neuron_ledger.replay.exchange.synapse import Synapse
from neuron_ledger.replay.exchange.verification import Verification

if TYPE_CHECKING:
    from neuron_ledger.ledger.chain import Ledger
    from neuron_ledger.replay.exchange.recorder import Recorder
    from neuron_ledger.replay.exchange.server import Server

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8091


class Axon:
    """Answers synapses. key: of its hotkey: a wallet, a key pair, or a secret URI. ip, port: where it listens; port 0: any.

    allow_unsigned: answer requests without a signature too. recorder: records every exchange. version: of the SDK that it
    reports.
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
        self.ip, self.port = ip, port
        self.key = signer_of(key)
        known = Surroundings() if surroundings is None else surroundings
        takes = Limits() if limits is None else limits
        self.service = Service(
            key=self.key,
            version=version,
            limits=takes,
            surroundings=known,
            verification=Verification(self.key.ss58_address, Nonces(), allow_unsigned=allow_unsigned),
            recorder=recorder,
            uuid=known.new_uuid(),
            turns=Turns(takes.at_once, takes.waiting, takes.of_one),
        )
        if recorder is not None and not recorder.name:
            recorder.name = self.service.uuid
        self.app = FastAPI(title="Axon", docs_url=None, redoc_url=None, openapi_url=None)
        """The application: more routes can be added to it, and any ASGI server can serve it."""
        self.app.add_middleware(Answering, service=self.service, others=self._is_of_the_application)
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
        """Answer the synapse that `forward` takes. See `Endpoint` for the other functions. Raises: FieldError."""
        endpoint = Endpoint.of(forward, blacklist, priority, verify)
        self.service.endpoints[endpoint.cls.__name__] = endpoint
        return self

    def info(self) -> AxonInfo:
        """Where it can be asked."""
        return AxonInfo(self.ip, self.port, self.key.ss58_address)

    def serve(self, netuid: int, to: "Ledger | str", *, ip: str | None = None, port: int | None = None) -> Self:
        """Announce it on a subnet: in a ledger, or on a node (`ws://…`).

        ip, port: where others reach it, if that is not where it listens.
        Raises: ChainError (of a ledger), NodeProblem, FieldError, LogError.
        """
        call = announcement(netuid, self.service.version, self.ip if ip is None else ip, self.port if port is None else port)
        if isinstance(to, str):
            with ThreadPoolExecutor(1) as apart:  # where an event loop may be running already
                apart.submit(asyncio.run, announce_to_node(to, call, self.key)).result()
        else:
            to.submit(call, self.service.account).unwrap()
        return self

    @property
    def counts(self) -> "Counter[int]":
        """How many requests ended with which status."""
        return self.service.counts

    @property
    def faults(self) -> dict[str, str]:
        """Internal errors: the reason, by the number that was sent."""
        return dict(self.service.faults)

    def start(self) -> Self:
        """Start to listen, on a thread of its own. Raises: OSError if the port is in use."""
        from neuron_ledger.replay.exchange.server import Server

        if self._server is not None:
            raise FieldError("axon", "one that is not running yet", "a running one")
        self._server = Server(self.app, self.ip, self.port)
        self.port = self._server.start()
        return self

    def stop(self) -> Self:
        """Stop listening; requests in progress get a second to finish."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def _is_of_the_application(self, scope: Scope) -> bool:
        """Whether a path is the application's own: `/`, or a route that was added."""
        return any(route.matches(scope)[0] is not Match.NONE for route in self.app.routes)

    async def _page(self) -> str:
        return page(self.service)


def ping(synapse: Synapse) -> Synapse:
    """A ping: the request is echoed."""
    return synapse
