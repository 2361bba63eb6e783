"""The calls that announce endpoints."""

from neuron_ledger.events.calls import ServeAxon, ServeAxonTls, ServePrometheus
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.serving import AxonServed, CertificateServed, PrometheusServed
from neuron_ledger.ledger.rules.serving.checks import EndpointCheck
from neuron_ledger.ledger.runtime import AskedEndpoint, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

CERTIFICATE_BYTES_MAX = 65
"""One byte for the algorithm, up to 64 for the public key."""


def serve_axon(tx: Tx, origin: Origin, call: ServeAxon) -> None:
    """Announce the caller's endpoint on a subnet, which need not be one it is registered on.

    Raises: BadOrigin, HotKeyNotRegisteredInNetwork, InvalidIpType, InvalidIpAddress, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_axon, validate_serve_axon, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    ensure_axon_may_be_served(tx, hotkey, call)
    _announce_axon(tx, hotkey, call)


def serve_axon_tls(tx: Tx, origin: Origin, call: ServeAxonTls) -> None:
    """Announce the caller's endpoint with a TLS certificate.

    A certificate that is empty or too long is ignored: the endpoint is announced, an earlier certificate stays.
    Raises: as `serve_axon`. Source: subtensor subnets/serving.rs::do_serve_axon, lib.rs (NeuronCertificate), spec_version 277.
    """
    hotkey = ensure_signed(origin)
    ensure_axon_may_be_served(tx, hotkey, call)
    if 0 < len(call.certificate) <= CERTIFICATE_BYTES_MAX:
        tx.emit(CertificateServed(netuid=call.netuid, hotkey=hotkey, certificate=(call.certificate[0], call.certificate[1:])))
    _announce_axon(tx, hotkey, call)


def serve_prometheus(tx: Tx, origin: Origin, call: ServePrometheus) -> None:
    """Announce where the caller's metrics are served.

    Raises: BadOrigin, InvalidIpType, InvalidIpAddress, HotKeyNotRegisteredInNetwork, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_prometheus, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    ensure_prometheus_may_be_served(tx, hotkey, call)
    prometheus = (tx.block, call.version, call.ip, call.port, call.ip_type)
    tx.emit(PrometheusServed(netuid=call.netuid, hotkey=hotkey, prometheus=prometheus))


def ensure_axon_may_be_served(tx: Tx, hotkey: bytes, call: ServeAxon | ServeAxonTls) -> None:
    """Raises: what the runtime's `axon_checks` raise, in their order."""
    _check(tx, hotkey, call, tx.storage.axons[call.netuid, hotkey], tx.rules.axon_checks)


def ensure_prometheus_may_be_served(tx: Tx, hotkey: bytes, call: ServePrometheus) -> None:
    """Raises: what the runtime's `prometheus_checks` raise, in their order."""
    _check(tx, hotkey, call, tx.storage.prometheus[call.netuid, hotkey], tx.rules.prometheus_checks)


def _check(
    tx: Tx,
    hotkey: bytes,
    call: ServeAxon | ServeAxonTls | ServePrometheus,
    before: tuple[int, ...] | None,
    checks: tuple[EndpointCheck, ...],
) -> None:
    """before: the endpoint as last announced; its first entry is the block."""
    asked = AskedEndpoint(call.netuid, hotkey, call.ip, call.ip_type, call.port, before[0] if before else 0)
    for check in checks:
        check(tx, asked)


def _announce_axon(tx: Tx, hotkey: bytes, call: ServeAxon | ServeAxonTls) -> None:
    axon = (
        tx.block,
        call.version,
        call.ip,
        call.port,
        call.ip_type,
        call.protocol,
        call.placeholder1,
        call.placeholder2,
    )
    tx.emit(AxonServed(netuid=call.netuid, hotkey=hotkey, axon=axon))


CALLS_103 = call_table(
    handles(ServeAxon, serve_axon),
    handles(ServePrometheus, serve_prometheus),
)

CALLS_205 = call_table(handles(ServeAxonTls, serve_axon_tls))
CALLS = {**CALLS_103, **CALLS_205}
