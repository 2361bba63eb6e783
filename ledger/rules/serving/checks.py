"""What an endpoint must pass before it is announced, in the chain's order."""

from collections.abc import Callable

from neuron_ledger.ledger.errors import (
    HotKeyNotRegisteredInNetwork,
    InvalidIpAddress,
    InvalidIpType,
    InvalidPort,
    ServingRateLimitExceeded,
)
from neuron_ledger.ledger.rules.netuids import hotkey_is_registered_on_any_network
from neuron_ledger.ledger.runtime import AskedEndpoint, Tx

EndpointCheck = Callable[[Tx, AskedEndpoint], None]

UNUSABLE_ADDRESSES = {4: (0, 0x7F000001), 6: (0, 1, 2**128 - 1)}
"""By ip type: addresses within its range that cannot be served from (unspecified, localhost, and for type 6 the very last)."""

IPV4_END = 2**32 - 1
"""Addresses of ip type 4 are below this."""


def hotkey_is_registered_anywhere(tx: Tx, asked: AskedEndpoint) -> None:
    """Source: subtensor subnets/serving.rs::do_serve_axon, spec_version 277."""
    if not hotkey_is_registered_on_any_network(tx.storage, asked.hotkey):
        raise HotKeyNotRegisteredInNetwork(hotkey=asked.hotkey)


def hotkey_is_registered_here_423(tx: Tx, asked: AskedEndpoint) -> None:
    """Source: subtensor subnets/serving.rs::validate_serve_axon, spec_version 424."""
    if not tx.storage.is_network_member[asked.hotkey, asked.netuid]:
        raise HotKeyNotRegisteredInNetwork(hotkey=asked.hotkey)


def address_or_none_283(tx: Tx, asked: AskedEndpoint) -> None:
    """An axon may be announced without an address, as 0.

    Source: subtensor subnets/serving.rs::is_valid_ip_address, spec_version 424.
    """
    if asked.ip or asked.ip_type not in UNUSABLE_ADDRESSES:
        address_can_be_served_from(tx, asked)


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

CHECKS_103: tuple[EndpointCheck, ...] = AXON_CHECKS[:-1]
"""Until spec_version 120, for both kinds of endpoints. From then until 238 a Prometheus endpoint had the checks of an axon."""

PROMETHEUS_CHECKS: tuple[EndpointCheck, ...] = (
    address_can_be_served_from,
    hotkey_is_registered_anywhere,
    serving_rate_limit_is_over,
    port_is_not_zero,
)
"""The same for a Prometheus endpoint."""
