"""Recording exchanges in a ledger: as observations, many at a time, with the uids that the two hotkeys hold at that time."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen
from blake3 import blake3

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.codec import encode
from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.signed import signed
from neuron_ledger.replay.transparency.keys import PrivateKey

STATUSES: Final = range(100, 600)
"""Of HTTP."""


@frozen(kw_only=True)
class Exchange:
    """One exchange as an Axon or a Dendrite saw it; the fields are those of `ExchangeObserved`."""

    seen_by: str
    dendrite: bytes
    axon: bytes
    synapse: str
    uuid: str
    nonce: int
    protocol: str
    body_hash: bytes
    signature: bytes | None
    verified: bool
    request_hash: bytes | None
    response_hash: bytes | None
    status: int
    process_time_us: int
    seen_at_us: int

    @property
    def observer(self) -> bytes:
        """The hotkey that reports this."""
        return self.axon if self.seen_by == "axon" else self.dendrite

    def event(self, storage: Storage, netuid: int) -> ExchangeObserved:
        """What is recorded of it, given the current storage."""
        return ExchangeObserved(
            netuid=netuid,
            seen_by=self.seen_by,
            dendrite=self.dendrite,
            dendrite_uid=storage.uids[netuid, self.dendrite],
            axon=self.axon,
            axon_uid=storage.uids[netuid, self.axon],
            synapse=self.synapse,
            uuid=self.uuid,
            nonce=self.nonce,
            protocol=self.protocol,
            body_hash=self.body_hash,
            signature=self.signature,
            verified=self.verified,
            request_hash=self.request_hash,
            response_hash=self.response_hash,
            status=self.status,
            process_time_us=self.process_time_us,
            seen_at_us=self.seen_at_us,
        )


def hash_of(body: bytes | None) -> bytes | None:
    """BLAKE3 of a body."""
    return None if body is None else blake3(body).digest()


def status_or(other: int, *statuses: int | None) -> int:
    """The first of these that is an HTTP status, or the default."""
    return next((status for status in statuses if status is not None and status in STATUSES), other)


def source_of(seen_by: str, observer: bytes, recorder: str) -> str:
    """The source of an observation of exchanges. recorder: distinguishes several recorders of one hotkey."""
    return f"exchanges seen by {seen_by} {ss58.encode(observer)}, {recorder}"


def digest_of(events: Sequence[ExchangeObserved]) -> bytes:
    """BLAKE3 over the payloads of exchanges, in their order: the digest of their observation's source."""
    return blake3(b"".join(map(encode, events))).digest()


def observe_exchanges(
    ledger: Ledger, netuid: int, exchanges: Sequence[Exchange], recorder: str, key: PrivateKey | None = None
) -> Receipt:
    """Record exchanges that one hotkey saw, in the order in which they ended, as one observation.

    key: signs them. Raises: FieldError for none, or for those of several hotkeys; LogError.
    """
    sides = {(exchange.seen_by, exchange.observer) for exchange in exchanges}
    if len(sides) != 1:
        raise FieldError("exchanges", "at least one, all seen by the same hotkey", len(sides))
    source = source_of(*sides.pop(), recorder)
    with ledger.batch():
        events = [exchange.event(ledger.storage, netuid) for exchange in exchanges]
        observation = Observe(source, ledger.block, digest_of(events))
        return ledger.observe(signed(observation, (), key, events), (), events)
