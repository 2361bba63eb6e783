"""Where neurons can be reached: announced endpoints and certificates."""

from typing import Annotated

from neuron_ledger.events.storage.items import AXON, CERTIFICATE, PROMETHEUS
from neuron_ledger.events.wire.record import AccountId, Event, NetUid, event


@event("CertificateServed")
class CertificateServed(Event):
    """The TLS certificate of an endpoint: (algorithm, public key)."""

    netuid: NetUid
    hotkey: AccountId
    certificate: Annotated[tuple[int, bytes], CERTIFICATE]


@event("AxonServed", deposit=("AxonServed", "netuid", "hotkey"))
class AxonServed(Event):
    """An endpoint. axon: (block, version, ip, port, ip_type, protocol, placeholder1, placeholder2)."""

    netuid: NetUid
    hotkey: AccountId
    axon: Annotated[tuple[int, int, int, int, int, int, int, int], AXON]


@event("PrometheusServed", deposit=("PrometheusServed", "netuid", "hotkey"))
class PrometheusServed(Event):
    """Where metrics are served. prometheus: (block, version, ip, port, ip_type)."""

    netuid: NetUid
    hotkey: AccountId
    prometheus: Annotated[tuple[int, int, int, int, int], PROMETHEUS]
