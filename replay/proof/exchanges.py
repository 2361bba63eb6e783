"""Exchanges in a log: observations off the chain, of which an audit can check the form, order and signatures, and nothing else.

That two neurons said this is reported by the one that recorded it. What can be checked is consistency: both held the
recorded uids, time did not run backwards, no nonce was accepted twice, and what is marked as verified was signed.
"""

from collections.abc import Iterator, Sequence

from attrs import define, field

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.exchanges import AXON, DENDRITE, ExchangeObserved
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.wire.record import Event
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.exchange.messages import PROTOCOLS, can_verify, is_right, message_of
from neuron_ledger.replay.exchange.recording import STATUSES, digest_of, source_of
from neuron_ledger.replay.proof.snapshots import Report

_Endpoint = tuple[bytes, bytes, str]
"""Dendrite, axon, uuid."""


def exchanges_of(group: Group) -> Sequence[ExchangeObserved]:
    """The exchanges that a call recorded; none for any other call."""
    return [event for event in group.events if isinstance(event, ExchangeObserved)]


def are_exchanges(events: Sequence[Event]) -> bool:
    """Whether an observation's events, before the storage that it ends with, are exchanges."""
    return bool(events) and all(isinstance(event, ExchangeObserved) for event in events)


def is_of_exchanges(group: Group) -> bool:
    """Whether a call recorded exchanges, and so changed no storage."""
    last = group.events[-1] if group.events else None
    ends_empty = isinstance(last, StorageObserved) and not last.changes
    return isinstance(group.submission.call, Observe) and ends_empty and are_exchanges(group.events[:-1])


@define
class Recorded:
    """The result for the exchanges of one source. signed: how many signatures were valid."""

    position: int
    block: int
    digest: bytes
    count: int = 0
    signed: int = 0
    last_us: int = 0
    signers: set[bytes | None] = field(factory=set)
    accepted: dict[_Endpoint, set[int]] = field(factory=dict)


class ExchangeCheck:
    """Checks the exchanges of a log during an audit."""

    def __init__(self, report: Report) -> None:
        self.sources: dict[str, Recorded] = {}
        self.checks_signatures = can_verify()
        self._report = report

    def check(self, group: Group, before: Storage, signer: bytes | None) -> None:
        """Report inconsistencies. signer: the key whose signature over the observation is valid."""
        call, exchanges = group.submission.call, exchanges_of(group)
        assert isinstance(call, Observe)
        first = exchanges[0]
        observer = first.axon if first.seen_by == AXON else first.dendrite
        recorder = call.source.rpartition(", ")[2]
        if call.source != source_of(first.seen_by, observer, recorder):
            expected = source_of(first.seen_by, observer, "…")
            self._report(
                group.position, "the exchanges are not from the source that their observation names", expected, call.source
            )
        if call.source_digest != digest_of(exchanges):
            expected = digest_of(exchanges).hex()
            self._report(group.position, "the digest of exchanges is wrong", expected, call.source_digest.hex())
        source = self.sources.setdefault(call.source, Recorded(group.position, call.source_block, call.source_digest))
        source.position, source.block, source.digest = group.position, call.source_block, call.source_digest
        source.signers.add(signer)
        for position, seen in enumerate(exchanges, group.position + 1):
            for what, expected, got in self._faults(seen, observer, before, source):
                self._report(position, f"exchange: {what}", expected, got)

    def _faults(
        self, seen: ExchangeObserved, observer: bytes, before: Storage, source: Recorded
    ) -> Iterator[tuple[str, str, str]]:
        """(what, expected, got) of all inconsistencies; remembers the exchange."""
        source.count += 1
        if seen.seen_by not in (DENDRITE, AXON) or observer != (seen.axon if seen.seen_by == AXON else seen.dendrite):
            yield "its observer is not that of the first exchange of the observation", observer.hex(), f"{seen.seen_by!r}"
        if seen.protocol not in PROTOCOLS:
            yield "protocol", f"one of {', '.join(PROTOCOLS)}", seen.protocol
        if seen.status not in STATUSES:
            yield "status", f"{STATUSES.start} to {STATUSES.stop - 1}", str(seen.status)
        for what, hotkey, uid in (("dendrite_uid", seen.dendrite, seen.dendrite_uid), ("axon_uid", seen.axon, seen.axon_uid)):
            held = before.uids[seen.netuid, hotkey]
            if uid != held:
                yield f"{what} on subnet {seen.netuid}", str(held), str(uid)
        if seen.seen_at_us < source.last_us:
            yield "time runs backwards", f"{source.last_us} or later", str(seen.seen_at_us)
        source.last_us = max(source.last_us, seen.seen_at_us)
        if seen.verified:
            accepted = source.accepted.setdefault((seen.dendrite, seen.axon, seen.uuid), set())
            if seen.nonce in accepted:
                yield "a nonce is accepted twice", "another nonce", str(seen.nonce)
            accepted.add(seen.nonce)
        yield from self._signature_faults(seen, source)

    def _signature_faults(self, seen: ExchangeObserved, source: Recorded) -> Iterator[tuple[str, str, str]]:
        if seen.verified and seen.signature is not None and self.checks_signatures and seen.protocol in PROTOCOLS:
            scheme, message = message_of(seen)
            if is_right(seen.dendrite, scheme, message, seen.signature):
                source.signed += 1
            else:
                yield "the signature is wrong", f"one of {seen.dendrite.hex()}", seen.signature.hex()

    def described(self, name: str, source: Recorded) -> str:
        """A source, and the result of checking its signatures."""
        checked = f"{source.signed} signatures right" if self.checks_signatures else "signatures not checked: no bittensor-core"
        return f"{source.count} {name}, {checked}"
