"""Announcing where neurons can be reached: axons, their TLS certificates, prometheus endpoints."""

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
from neuron_ledger.ledger.transaction import CallTable, Transaction, ensure_signed

CERTIFICATE_BYTES_MAX = 65
"""One byte names the algorithm, up to 64 are the public key."""

UNUSABLE_ADDRESSES = {4: (0, 0x7F000001), 6: (0, 1, 2**128 - 1)}
"""By ip type: addresses inside its range that cannot be served from (none, this machine, and for type 6 the very last)."""
IPV4_END = 2**32 - 1
"""Addresses of ip type 4 stay below this."""


def serve_axon(tx: Transaction, origin: Origin, call: ServeAxon) -> None:
    """Announce the caller's endpoint on a subnet, which need not be one it is registered on.

    Raises: BadOrigin, HotKeyNotRegisteredInNetwork, InvalidIpType, InvalidIpAddress, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_axon, validate_serve_axon, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    _ensure_axon_may_be_served(tx, hotkey, call)
    _announce_axon(tx, hotkey, call)


def serve_axon_tls(tx: Transaction, origin: Origin, call: ServeAxonTls) -> None:
    """Announce the caller's endpoint with a TLS certificate.

    A certificate that is empty or too long is passed over: the endpoint is announced, an earlier certificate stays.
    Raises: as `serve_axon`. Source: subtensor subnets/serving.rs::do_serve_axon, lib.rs (NeuronCertificate), spec_version 277.
    """
    hotkey = ensure_signed(origin)
    _ensure_axon_may_be_served(tx, hotkey, call)
    if 0 < len(call.certificate) <= CERTIFICATE_BYTES_MAX:
        tx.emit(CertificateServed(netuid=call.netuid, hotkey=hotkey, certificate=(call.certificate[0], call.certificate[1:])))
    _announce_axon(tx, hotkey, call)


def serve_prometheus(tx: Transaction, origin: Origin, call: ServePrometheus) -> None:
    """Announce where the caller's metrics are served.

    Raises: BadOrigin, InvalidIpType, InvalidIpAddress, HotKeyNotRegisteredInNetwork, ServingRateLimitExceeded, InvalidPort.
    Source: subtensor subnets/serving.rs::do_serve_prometheus, spec_version 277.
    """
    hotkey = ensure_signed(origin)
    _ensure_address(call.ip_type, call.ip)
    _ensure_registered_anywhere(tx, hotkey)
    before = tx.storage.prometheus[call.netuid, hotkey]
    _ensure_within_rate_limit(tx, call.netuid, before[0] if before else 0)
    _ensure_port(call.port)
    prometheus = (tx.block, call.version, call.ip, call.port, call.ip_type)
    tx.emit(PrometheusServed(netuid=call.netuid, hotkey=hotkey, prometheus=prometheus))


def _ensure_axon_may_be_served(tx: Transaction, hotkey: bytes, call: ServeAxon | ServeAxonTls) -> None:
    _ensure_registered_anywhere(tx, hotkey)
    _ensure_address(call.ip_type, call.ip)
    before = tx.storage.axons[call.netuid, hotkey]
    _ensure_within_rate_limit(tx, call.netuid, before[0] if before else 0)
    _ensure_port(call.port)


def _announce_axon(tx: Transaction, hotkey: bytes, call: ServeAxon | ServeAxonTls) -> None:
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


def _ensure_registered_anywhere(tx: Transaction, hotkey: bytes) -> None:
    """A seat on a subnet that is no more counts too, where storage that was observed still tells of it.

    Source: subtensor subnets/uids.rs::is_hotkey_registered_on_any_network, spec_version 277.
    """
    storage = tx.storage
    members = storage.is_network_member
    # Looked up where a seat nearly always is, since there is no list of a hotkey's seats.
    if any(members[hotkey, netuid] for netuid in storage.networks_added):
        return
    if not any(member for (of, _), member in members.items() if of == hotkey):
        raise HotKeyNotRegisteredInNetwork(hotkey=hotkey)


def _ensure_address(ip_type: int, ip: int) -> None:
    unusable = UNUSABLE_ADDRESSES.get(ip_type)
    if unusable is None:
        raise InvalidIpType(ip_type=ip_type, needed="4 or 6")
    if ip in unusable or (ip_type == 4 and ip >= IPV4_END):
        raise InvalidIpAddress(ip=ip, ip_type=ip_type)


def _ensure_within_rate_limit(tx: Transaction, netuid: int, last_served: int) -> None:
    """Served in block 0 counts as never served."""
    limit = tx.storage.serving_rate_limit[netuid]
    if limit and last_served and tx.block - last_served < limit:
        raise ServingRateLimitExceeded(last_served=last_served, current=tx.block, allowed_from=last_served + limit)


def _ensure_port(port: int) -> None:
    if port == 0:
        raise InvalidPort(port=port)


CALLS: CallTable = {ServeAxon: serve_axon, ServeAxonTls: serve_axon_tls, ServePrometheus: serve_prometheus}
