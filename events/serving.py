"""Where neurons can be reached: announced endpoints and certificates."""

from neuron_ledger.events.storage.items import AXON, CERTIFICATE, PROMETHEUS
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import AccountId, NetUid


@event("CertificateServed")
class CertificateServed(Event):
    """The TLS certificate of an endpoint: (algorithm, public key)."""

    netuid: NetUid
    hotkey: AccountId
    certificate: CERTIFICATE


@event("AxonServed", deposit=("AxonServed", "netuid", "hotkey"))
class AxonServed(Event):
    """An endpoint. axon: (block, version, ip, port, ip_type, protocol, placeholder1, placeholder2)."""

    netuid: NetUid
    hotkey: AccountId
    axon: AXON


@event("PrometheusServed", deposit=("PrometheusServed", "netuid", "hotkey"))
class PrometheusServed(Event):
    """Where metrics are served. prometheus: (block, version, ip, port, ip_type)."""

    netuid: NetUid
    hotkey: AccountId
    prometheus: PROMETHEUS
