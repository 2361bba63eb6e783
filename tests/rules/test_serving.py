"""Axons, certificates and prometheus endpoints: what is accepted, what is refused, and which refusal comes first."""

from typing import Any

import pytest

from neuron_ledger.events.calls import ServeAxon, ServeAxonTls, ServePrometheus
from neuron_ledger.events.serving import AxonServed, CertificateServed
from neuron_ledger.events.wire.record import Call
from tests.chain_fixture import Chain, account, chain_events

AXON = ServeAxon(1, 7, 0x01020304, 8091, 4, 1, 2, 3)
TLS = ServeAxonTls(1, 7, 0x01020304, 8091, 4, 1, 2, 3, bytes([5]) + b"key")
PROMETHEUS = ServePrometheus(1, 7, 0x01020304, 9090, 4)
EVERY_KIND: list[Call] = [AXON, TLS, PROMETHEUS]

STRANGER = account("stranger")


@pytest.fixture
def chain() -> Chain:
    chain = Chain(subnets=(1, 2))
    chain.seat("alice")
    return chain


def changed(call: Call, **fields: Any) -> Call:
    """The call with some arguments changed."""
    made: Any = type(call)
    names = [name for name, _ in call.units]
    return made(**{**dict(zip(names, made.field_values(call), strict=True)), **fields})  # type: ignore[no-any-return]


def test_axon_is_stored_with_the_block(chain: Chain) -> None:
    events = chain.ok(AXON, account("alice"))
    assert chain_events(events) == [("AxonServed", 1, account("alice"))]
    assert chain.storage.axons[1, account("alice")] == (100, 7, 0x01020304, 8091, 4, 1, 2, 3)


def test_prometheus_is_stored_with_the_block(chain: Chain) -> None:
    events = chain.ok(PROMETHEUS, account("alice"))
    assert chain_events(events) == [("PrometheusServed", 1, account("alice"))]
    assert chain.storage.prometheus[1, account("alice")] == (100, 7, 0x01020304, 9090, 4)


@pytest.mark.parametrize("netuid", [0, 2, 9])
def test_any_netuid_is_served_by_who_is_registered_somewhere(chain: Chain, netuid: int) -> None:
    chain.ok(changed(AXON, netuid=netuid), account("alice"))
    assert (netuid, account("alice")) in chain.storage.axons


@pytest.mark.parametrize("call", EVERY_KIND)
def test_a_seat_on_a_subnet_that_is_no_more_is_enough(chain: Chain, call: Call) -> None:
    """No call leaves one behind, but the chain's storage may have it: it asks for the seat alone, not for the subnet."""
    assert chain.refused(call, STRANGER).name == "HotKeyNotRegisteredInNetwork"
    chain.storage.is_network_member[STRANGER, 7] = False
    assert chain.refused(call, STRANGER).name == "HotKeyNotRegisteredInNetwork"
    chain.storage.is_network_member[STRANGER, 8] = True
    chain.ok(call, STRANGER)


@pytest.mark.parametrize("length", [1, 33, 65])
def test_certificate(chain: Chain, length: int) -> None:
    events = chain.ok(changed(TLS, certificate=bytes(range(length))), account("alice"))
    assert [type(event) for event in events] == [CertificateServed, AxonServed]
    assert chain.storage.neuron_certificates[1, account("alice")] == (0, bytes(range(1, length)))
    assert (1, account("alice")) in chain.storage.axons


@pytest.mark.parametrize("certificate", [b"", bytes(66)])
def test_unusable_certificate_is_passed_over(chain: Chain, certificate: bytes) -> None:
    chain.set("serving_rate_limit", 0)
    chain.ok(TLS, account("alice"))
    events = chain.ok(changed(TLS, certificate=certificate, port=1), account("alice"))
    assert chain_events(events) == [("AxonServed", 1, account("alice"))]
    assert chain.storage.neuron_certificates[1, account("alice")] == (5, b"key")


def test_plain_axon_keeps_the_certificate(chain: Chain) -> None:
    chain.set("serving_rate_limit", 0)
    chain.ok(TLS, account("alice"))
    chain.ok(AXON, account("alice"))
    assert chain.storage.neuron_certificates[1, account("alice")] == (5, b"key")


@pytest.mark.parametrize("call", EVERY_KIND)
def test_unsigned(chain: Chain, call: Call) -> None:
    assert chain.refused(call).name == "BadOrigin"


@pytest.mark.parametrize("call", EVERY_KIND)
@pytest.mark.parametrize(
    ("ip_type", "ip", "error"),
    [
        (0, 5, "InvalidIpType"),
        (5, 0, "InvalidIpType"),
        (4, 0, "InvalidIpAddress"),
        (4, 0x7F000001, "InvalidIpAddress"),
        (4, 2**32 - 1, "InvalidIpAddress"),
        (4, 2**32, "InvalidIpAddress"),
        (6, 0, "InvalidIpAddress"),
        (6, 1, "InvalidIpAddress"),
        (6, 2**128 - 1, "InvalidIpAddress"),
        (4, 1, None),
        (4, 2**32 - 2, None),
        (6, 0x7F000001, None),
        (6, 2**128 - 2, None),
    ],
)
def test_addresses(chain: Chain, call: Call, ip_type: int, ip: int, error: str | None) -> None:
    served = changed(call, ip_type=ip_type, ip=ip)
    if error is None:
        chain.ok(served, account("alice"))
    else:
        assert chain.refused(served, account("alice")).name == error


@pytest.mark.parametrize("call", EVERY_KIND)
def test_port_zero(chain: Chain, call: Call) -> None:
    assert chain.refused(changed(call, port=0), account("alice")).name == "InvalidPort"


@pytest.mark.parametrize("call", EVERY_KIND)
def test_rate_limit(chain: Chain, call: Call) -> None:
    chain.set("serving_rate_limit", 3)
    chain.ok(call, account("alice"))
    chain.storage.block_number.value = 102
    error = chain.refused(call, account("alice"))
    assert error.name == "ServingRateLimitExceeded"
    assert error.values == {"last_served": 100, "current": 102, "allowed_from": 103}
    chain.ok(changed(call, netuid=2), account("alice"))
    chain.storage.block_number.value = 103
    chain.ok(call, account("alice"))


@pytest.mark.parametrize("call", EVERY_KIND)
def test_no_rate_limit_at_zero_or_after_block_zero(chain: Chain, call: Call) -> None:
    chain.storage.block_number.value = 0
    chain.ok(call, account("alice"))
    chain.ok(call, account("alice"))
    chain.storage.block_number.value = 1
    chain.set("serving_rate_limit", 0)
    chain.ok(call, account("alice"))
    chain.ok(call, account("alice"))


@pytest.mark.parametrize("call", [AXON, TLS])
def test_axon_checks_membership_before_address(chain: Chain, call: Call) -> None:
    assert chain.refused(changed(call, ip_type=5, ip=0, port=0), STRANGER).name == "HotKeyNotRegisteredInNetwork"


def test_prometheus_checks_address_before_membership(chain: Chain) -> None:
    assert chain.refused(changed(PROMETHEUS, ip_type=5, ip=0), STRANGER).name == "InvalidIpType"
    assert chain.refused(changed(PROMETHEUS, ip=0), STRANGER).name == "InvalidIpAddress"
    assert chain.refused(changed(PROMETHEUS, port=0), STRANGER).name == "HotKeyNotRegisteredInNetwork"


@pytest.mark.parametrize("call", EVERY_KIND)
def test_order_of_the_later_checks(chain: Chain, call: Call) -> None:
    chain.ok(call, account("alice"))
    assert chain.refused(changed(call, ip_type=5, ip=0, port=0), account("alice")).name == "InvalidIpType"
    assert chain.refused(changed(call, ip=0, port=0), account("alice")).name == "InvalidIpAddress"
    assert chain.refused(changed(call, port=0), account("alice")).name == "ServingRateLimitExceeded"
