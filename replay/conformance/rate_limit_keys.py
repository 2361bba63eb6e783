"""The keys of `LastRateLimitedBlock`: an enumeration, by name in recordings, SCALE-encoded in storage.

Source: subtensor lib.rs::RateLimitKey, utils/rate_limiting.rs::Hyperparameter, spec_version 424; the one variant that 277 has
is the first of these.
"""

from typing import Any

from neuron_ledger.ledger.rules.hyperparameters.owner_limits import HYPERPARAMETERS
from neuron_ledger.ledger.rules.last_blocks import RATE_LIMIT_KEYS_320, rate_limit_key


def recorded_rate_limit_key(raw: Any) -> bytes:
    """The bytes of a recorded key: `"NetworkLastRegistered"`, `["LastTxBlock", account]`, … Raises: ValueError."""
    variant, *fields = [raw] if isinstance(raw, str) else raw
    return rate_limit_key(RATE_LIMIT_KEYS_320, variant, b"".join(map(_field, fields)))


def _field(raw: Any) -> bytes:
    """A netuid, an account in hex digits, or the name of a hyperparameter."""
    if isinstance(raw, int):
        return raw.to_bytes(2, "little")
    return bytes([HYPERPARAMETERS.index(raw)]) if raw in HYPERPARAMETERS else bytes.fromhex(raw)
