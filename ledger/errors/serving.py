"""Why an endpoint is not announced."""

from neuron_ledger.ledger.errors.base import ChainError


class InvalidIpType(ChainError):
    reason = "the ip type must be 4 or 6"
    ip_type: int
    needed: str


class InvalidIpAddress(ChainError):
    reason = "no endpoint can be served from this ip address"
    ip: int
    ip_type: int


class InvalidPort(ChainError):
    reason = "the port must not be 0"
    port: int


class ServingRateLimitExceeded(ChainError):
    reason = "the endpoint was announced too recently"
    last_served: int
    current: int
    allowed_from: int
