"""An Axon under people who mean it no good: memory stays bounded, others are answered, the ledger is unharmed.

What is large is measured in what the process holds afterwards and in between, never in time.
"""

import gzip
import http.server
import resource
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange import server
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite
from neuron_ledger.replay.exchange.messages import synapse_message
from neuron_ledger.replay.exchange.nonces import MOST_UUIDS, Nonces
from neuron_ledger.replay.exchange.recorder import Recorder
from neuron_ledger.replay.exchange.service import AxonInfo, Limits
from neuron_ledger.replay.exchange.verification import Verification
from neuron_ledger.replay.proof.audit import audit
from tests.replay.exchange.axon_fixture import ALICE, BOB, Asking, served
from tests.replay.exchange.exchange_fixture import NETUID, exchange
from tests.replay.exchange.recorded import Plain, Slow

MIB = 1 << 20


@pytest.fixture(scope="module")
def axon() -> Iterator[Axon]:
    with served(limits=Limits(largest_body=MIB, seconds_for_body=0.5)) as running:
        yield running


@contextmanager
def others_are_answered(axon: Axon) -> Iterator[None]:
    """Before and after, and while the block lasts, somebody else gets answers."""
    with Dendrite(BOB) as other:
        assert other.query(axon, Plain(), timeout=60, deserialize=False).is_success
        yield
        assert other.query(axon, Plain(), timeout=60, deserialize=False).is_success


def connected(axon: Axon) -> socket.socket:
    return socket.create_connection(("127.0.0.1", axon.port), timeout=60)


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def head(axon: Axon, *lines: str, name: str = "Plain") -> bytes:
    """The head of a request that is signed."""
    nonce = time.time_ns()
    body_hash = Plain().body_hash
    message = synapse_message(nonce, ALICE.ss58_address, BOB.ss58_address, f"u{nonce}", body_hash)
    return "\r\n".join(
        [
            f"POST /{name} HTTP/1.1",
            f"host: 127.0.0.1:{axon.port}",
            f"bt_header_dendrite_nonce: {nonce}",
            f"bt_header_dendrite_uuid: u{nonce}",
            f"bt_header_dendrite_hotkey: {ALICE.ss58_address}",
            f"bt_header_dendrite_signature: 0x{ALICE.sign(message).hex()}",
            "timeout: 30",
            f"computed_body_hash: {body_hash}",
            *lines,
            "",
            "",
        ]
    ).encode()


def test_clients_that_send_a_byte_at_a_time_are_left(axon: Axon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SECONDS_FOR_HEAD", 0.3)
    with ExitStack() as stack, others_are_answered(axon):
        slow = [stack.enter_context(connected(axon)) for _ in range(200)]
        for one in slow:
            one.sendall(b"POST /Plain HTTP/1.1\r\nx: ")
        with Dendrite(ALICE) as dendrite:
            assert dendrite.query(axon, Plain(), timeout=60, deserialize=False).is_success
        answers = [everything(one) for one in slow]
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 408 Request Timeout"}


def test_a_body_that_never_comes_is_not_waited_for(axon: Axon) -> None:
    with others_are_answered(axon), connected(axon) as one:
        one.sendall(head(axon, "content-length: 100") + b"{")
        answer = everything(one)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer


def test_bodies_without_end_are_cut_off(axon: Axon) -> None:
    """In chunks, and with a length that is announced; of a synapse that is known and of one that is not."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for name, status in (("Plain", b"413"), ("Nope", b"404"), ("Vip", b"403")):
        with others_are_answered(axon), connected(axon) as one:
            one.sendall(head(axon, "transfer-encoding: chunked", name=name))
            sent = 0
            try:
                while sent < 64 * MIB:
                    one.sendall(chunk)
                    sent += len(chunk)
            except OSError:
                pass
            assert sent < 64 * MIB
        with connected(axon) as one:
            one.sendall(head(axon, f"content-length: {10**15}", name=name))
            assert everything(one).split(b" ")[1] == status


@pytest.mark.parametrize("length", ["-1", "1e3", "5, 6", "99999999999999999999999"])
def test_lengths_that_are_none(axon: Axon, length: str) -> None:
    with others_are_answered(axon), connected(axon) as one:
        one.sendall(head(axon, f"content-length: {length}") + b"{}")
        assert everything(one).split(b" ")[1] in (b"400", b"413")


def test_a_length_that_is_wrong(axon: Axon) -> None:
    """What comes after the body is no request; whether the body's own is still answered is the parser's affair."""
    with others_are_answered(axon), connected(axon) as one:
        one.sendall(head(axon, "content-length: 2") + b"{}GARBAGE\r\n\r\n")
        assert everything(one).split(b" ")[1] in (b"200", b"400")


def test_heads_that_are_too_large(axon: Axon) -> None:
    with others_are_answered(axon), connected(axon) as one:
        one.sendall(b"POST /Plain HTTP/1.1\r\n")
        sent = 0
        try:
            while sent < 64 * MIB:
                one.sendall(b"x-header: " + b"y" * 8000 + b"\r\n")
                sent += 8012
        except OSError:
            pass
        assert sent < 64 * MIB
    with connected(axon) as one:
        one.sendall(b"POST /" + b"x" * (server.LARGEST_HEAD + 1))
        assert everything(one).split(b" ")[1] in (b"431", b"400")


def test_compressed_requests_are_not_unpacked(axon: Axon) -> None:
    bomb = gzip.compress(bytes(100 * MIB))
    with others_are_answered(axon):
        packed: dict[str, Any] = {"content-encoding": "gzip"}
        answer = Asking(axon)(content=bomb, **packed)
    assert answer.status_code == 415


def test_nonces_of_one_key_take_no_more_memory_than_a_few() -> None:
    verification = Verification(BOB.ss58_address, Nonces(), allow_unsigned=False)
    now = time.time_ns()
    tracemalloc.start()
    for number in range(10_000):
        synapse = Plain()
        assert synapse.dendrite is not None
        nonce, uuid = now + number, f"uuid {number}"
        message = synapse_message(nonce, ALICE.ss58_address, BOB.ss58_address, uuid, "")
        synapse.dendrite.__dict__.update(nonce=nonce, uuid=uuid, hotkey=ALICE.ss58_address, version=10_005_000)
        synapse.dendrite.__dict__["signature"] = f"0x{ALICE.sign(message).hex()}"
        assert verification.check(synapse, now)
        if number == 1000:
            after_a_thousand = tracemalloc.get_traced_memory()[0]
    after_all = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(verification.nonces) == MOST_UUIDS
    assert after_all - after_a_thousand < 256 * 1024


def test_a_flood_from_one_hotkey_leaves_room_for_others() -> None:
    with served(limits=Limits(at_once=4, waiting=8, of_one=6)) as axon, ExitStack() as stack:
        flood = [stack.enter_context(connected(axon)) for _ in range(50)]
        body = Slow().model_dump_json().encode()
        for one in flood:
            one.sendall(head(axon, f"content-length: {len(body)}", "bt_header_dendrite_version: 10005000", name="Slow") + body)
        refused = 0
        for one in flood:
            one.settimeout(0.05)
            try:
                refused += one.recv(65536).startswith(b"HTTP/1.1 503 ")
            except TimeoutError:
                continue
        while axon.counts[503] < 44:
            time.sleep(0.01)
        assert (axon.service.turns.waiting, axon.counts[503]) == (2, 44)
        with Dendrite(BOB) as other:
            answer = other.query(axon, Plain(), timeout=0.5, deserialize=False)
            assert answer.dendrite.status_code in (200, 408)  # waits its turn; it is not refused


def test_what_is_sent_by_whoever_is_refused_stays_out_of_the_ledger() -> None:
    ledger = Ledger.in_memory()
    before = ledger.head
    with Recorder(ledger, NETUID) as recorder, served(recorder=recorder) as axon:
        ask = Asking(axon)
        for number in range(50):
            ask(signed_for=f"somebody {number}")
    assert ledger.head == before
    with Recorder(ledger, NETUID, refused=True) as recorder, served(recorder=recorder) as axon:
        ask = Asking(axon)
        for text in ("\x00", "x" * 5000, "é" * 100, "{}", "-1"):
            ask(uuid=text.encode().hex()[:4000], bt_header_dendrite_version=str(2**70))
    assert audit(ledger.log).clean


def test_a_queue_of_exchanges_is_bounded() -> None:
    recorder = Recorder(Ledger.in_memory(), NETUID, name="one", most_waiting=100)
    one = exchange()
    for _ in range(10_000):
        recorder.record(one, b"x" * 100)
    assert (len(recorder._waiting), recorder.dropped) == (100, 9900)


# ------------------------------------------------------------------------------------------ axons that mean no good


class Hostile(http.server.BaseHTTPRequestHandler):
    """Answers with what its path says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        kind = self.path[1:]
        self.send_response(200)
        if kind == "Bomb":
            body = gzip.compress(bytes(100 * MIB), compresslevel=1)
            self.send_header("content-encoding", "gzip")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif kind == "Endless":
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            while True:
                self.wfile.write(b"100000\r\n" + bytes(MIB) + b"\r\n")
        elif kind == "Headers":
            for number in range(100_000):
                self.send_header(f"x-{number}", "y" * 1000)
            self.end_headers()
        else:
            body = b"[" * MIB
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True


class Bomb(Plain):
    pass


class Endless(Plain):
    pass


class Headers(Plain):
    pass


class Nested(Plain):
    pass


def test_a_dendrite_reads_no_more_than_it_may() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as hostile:
        hostile.daemon_threads = True
        threading.Thread(target=hostile.serve_forever, daemon=True).start()
        target = AxonInfo("127.0.0.1", hostile.server_address[1], BOB.ss58_address)
        with Dendrite(ALICE) as dendrite:
            found = {
                cls.__name__: dendrite.query(target, cls(), timeout=120, deserialize=False).dendrite.status_code
                for cls in (Bomb, Endless, Headers, Nested)
            }
        hostile.shutdown()
    assert found == {"Bomb": 422, "Endless": 422, "Headers": found["Headers"], "Nested": 422}
    assert found["Headers"] in (422, 503)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400 * 1024, f"{grown} KiB"
