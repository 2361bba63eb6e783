"""uvicorn on a thread of its own, with bounds on each connection: the size of its headers, and the time they take.

Source: uvicorn/protocols/http/httptools_impl.py, which has no bound on either.
"""

import asyncio
import socket
import threading
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers."""
SECONDS_FOR_HEAD: Final = 10.0
"""How long they may take to arrive, from the first byte."""
SECONDS_IDLE: Final = 75
"""How long a connection may wait for its next request."""
MOST_CONNECTIONS: Final = 2048
BACKLOG: Final = 1024
GRACE_SECONDS: Final = 1

TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection. It is closed if a head is too large, or does not arrive in time."""

    _head_size = 0
    _in_body = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            if self._deadline is None:
                self._expect_head()
            self._head_size += len(data)
        super().data_received(data)
        if not self._in_body and self._head_size > LARGEST_HEAD:
            self._end(TOO_LARGE)

    def on_headers_complete(self) -> None:
        self._in_body = True
        self._head_came()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body = False
        self._head_size = 0

    def _expect_head(self) -> None:
        self._head_size = 0
        self._deadline = self.loop.call_later(SECONDS_FOR_HEAD, self._end, TOO_SLOW)

    def _head_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self, answer: bytes) -> None:
        self._head_came()
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


class Server:
    """An ASGI application that listens."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        self._address = host, port
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                app,
                http=BoundedProtocol,
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                timeout_keep_alive=SECONDS_IDLE,
                timeout_graceful_shutdown=GRACE_SECONDS,
                limit_concurrency=MOST_CONNECTIONS,
            )
        )
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()

    def start(self) -> int:
        """Start to listen; returns the port. Raises: OSError."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        # Declared as TCP, or asyncio leaves Nagle's algorithm on, and an answer in two writes takes 40 ms longer.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(self._address)
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            raise
        port = int(listening.getsockname()[1])
        self._thread = threading.Thread(target=self._run, args=(listening,), name="neuron-ledger axon", daemon=True)
        self._thread.start()
        self._ready.wait()
        return port

    def _run(self, listening: socket.socket) -> None:
        async def main() -> None:
            started = asyncio.create_task(self._started())
            try:
                await self._uvicorn.serve(sockets=[listening])
            finally:
                started.cancel()

        try:
            asyncio.run(main())
        finally:
            listening.close()
            self._ready.set()

    async def _started(self) -> None:
        while not self._uvicorn.started:
            await asyncio.sleep(0.005)
        self._ready.set()

    def stop(self) -> None:
        """Stop listening."""
        self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()
