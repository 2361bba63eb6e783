"""Announcing where neurons can be reached: axons, their TLS certificates, prometheus endpoints."""

from collections.abc import Callable

from neuron_ledger.events.calls import ServeAxon, ServeAxonTls, ServePrometheus
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.serving import AxonServed, CertificateServed, PrometheusServed
from neuron_ledger.ledger.errors import (
    HotKeyNotRegisteredInNetwork,
    InvalidIpAddress,
    InvalidIpType,
    InvalidPort,
    ServingRateLimitExceeded,
)
from neuron_ledger.ledger.runtime import AskedEndpoint, Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

EndpointCheck = Callable[[Tx, AskedEndpoint], None]

CERTIFICATE_BYTES_MAX = 65
"""One byte names the algorithm, up to 64 are the public key."""

UNUSABLE_ADDRESSES = {4: (0, 0x7F000001), 6: (0, 1, 2**128 - 1)}
"""By ip type: addresses inside its range that cannot be served from (none, this machine, and for type 6 the very last)."""
IPV4_END = 2**32 - 1
"""Addresses of ip type 4 stay below this."""


def serve_axon(tx: Tx, origin: Origin, call: ServeAxon) -> None:
    """Announce the caller's endpoint on a subnet, which need not be one it is registered on.

    Raises: BadOrigin, HotKeyNotRegisteredInNetwork, InvalidIpType, InvalidIpAddress, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_axon, validate_serve_axon, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    _ensure_axon_may_be_served(tx, hotkey, call)
    _announce_axon(tx, hotkey, call)


def serve_axon_tls(tx: Tx, origin: Origin, call: ServeAxonTls) -> None:
    """Announce the caller's endpoint with a TLS certificate.

    A certificate that is empty or too long is passed over: the endpoint is announced, an earlier certificate stays.
    Raises: as `serve_axon`. Source: subtensor subnets/serving.rs::do_serve_axon, lib.rs (NeuronCertificate), spec_version 277.
    """
    hotkey = ensure_signed(origin)
    _ensure_axon_may_be_served(tx, hotkey, call)
    if 0 < len(call.certificate) <= CERTIFICATE_BYTES_MAX:
        tx.emit(CertificateServed(netuid=call.netuid, hotkey=hotkey, certificate=(call.certificate[0], call.certificate[1:])))
    _announce_axon(tx, hotkey, call)


def serve_prometheus(tx: Tx, origin: Origin, call: ServePrometheus) -> None:
    """Announce where the caller's metrics are served.

    Raises: BadOrigin, InvalidIpType, InvalidIpAddress, HotKeyNotRegisteredInNetwork, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_prometheus, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    before = tx.storage.prometheus[call.netuid, hotkey]
    _check(tx, hotkey, call, before, tx.rules.prometheus_checks)
    prometheus = (tx.block, call.version, call.ip, call.port, call.ip_type)
    tx.emit(PrometheusServed(netuid=call.netuid, hotkey=hotkey, prometheus=prometheus))


def _ensure_axon_may_be_served(tx: Tx, hotkey: bytes, call: ServeAxon | ServeAxonTls) -> None:
    _check(tx, hotkey, call, tx.storage.axons[call.netuid, hotkey], tx.rules.axon_checks)


def _check(
    tx: Tx,
    hotkey: bytes,
    call: ServeAxon | ServeAxonTls | ServePrometheus,
    before: tuple[int, ...] | None,
    checks: tuple[EndpointCheck, ...],
) -> None:
    """before: the endpoint as it was announced last; its first entry is the block."""
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


# ---------------------------------------------------------------------------------------------------------- checks


def hotkey_is_registered_anywhere(tx: Tx, asked: AskedEndpoint) -> None:
    """A seat on a subnet that is no more counts too, where storage that was observed still tells of it.

    Source: subtensor subnets/uids.rs::is_hotkey_registered_on_any_network, spec_version 277.
    """
    storage = tx.storage
    members = storage.is_network_member
    # Looked up where a seat nearly always is, since there is no list of a hotkey's seats.
    if any(members[asked.hotkey, netuid] for netuid in storage.networks_added):
        return
    if not any(member for (of, _), member in members.items() if of == asked.hotkey):
        raise HotKeyNotRegisteredInNetwork(hotkey=asked.hotkey)


def address_can_be_served_from(_: Tx, asked: AskedEndpoint) -> None:
    unusable = UNUSABLE_ADDRESSES.get(asked.ip_type)
    if unusable is None:
        raise InvalidIpType(ip_type=asked.ip_type, needed="4 or 6")
    if asked.ip in unusable or (asked.ip_type == 4 and asked.ip >= IPV4_END):
        raise InvalidIpAddress(ip=asked.ip, ip_type=asked.ip_type)


def serving_rate_limit_is_over(tx: Tx, asked: AskedEndpoint) -> None:
    """Served in block 0 counts as never served."""
    limit, last = tx.storage.serving_rate_limit[asked.netuid], asked.last_served
    if limit and last and tx.block - last < limit:
        raise ServingRateLimitExceeded(last_served=last, current=tx.block, allowed_from=last + limit)


def port_is_not_zero(_: Tx, asked: AskedEndpoint) -> None:
    if asked.port == 0:
        raise InvalidPort(port=asked.port)


AXON_CHECKS: tuple[EndpointCheck, ...] = (
    hotkey_is_registered_anywhere,
    address_can_be_served_from,
    serving_rate_limit_is_over,
    port_is_not_zero,
)
"""What an axon must pass, in this order: the first that does not hold gives the error."""

PROMETHEUS_CHECKS: tuple[EndpointCheck, ...] = (
    address_can_be_served_from,
    hotkey_is_registered_anywhere,
    serving_rate_limit_is_over,
    port_is_not_zero,
)
"""The same for a Prometheus endpoint."""

CALLS = call_table(
    handles(ServeAxon, serve_axon),
    handles(ServeAxonTls, serve_axon_tls),
    handles(ServePrometheus, serve_prometheus),
)
