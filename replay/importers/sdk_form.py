"""A metagraph, or neurons, as the SDK shows them: proportions and amounts as floats, names as text.

A float becomes the one integer that the SDK shows as this float. If several integers look the same (a
difficulty, or more than about nine million TAO), the value counts as not seen.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

U16_MAX: Final = 2**16 - 1
U64_MAX: Final = 2**64 - 1
RAO: Final = 10**9

AMOUNTS: Final = (
    *("alpha_in", "alpha_out", "tao_in", "alpha_out_emission", "alpha_in_emission", "tao_in_emission", "subnet_volume"),
    *("pending_alpha_emission", "pending_root_emission", "burn", "min_burn", "max_burn", "emission", "alpha_stake", "tao_stake"),
    *("tao_dividends_per_hotkey", "alpha_dividends_per_hotkey", "stake"),
)
"""Fields that the SDK shows in TAO or alpha."""

OF_U64: Final = ("difficulty", "min_difficulty", "max_difficulty", "adjustment_alpha", "bonds_moving_avg")
"""Fields that it shows as parts of 2^64 - 1."""

OF_U16: Final = (
    *("min_allowed_weights", "max_weights_limit", "alpha_high", "alpha_low", "kappa", "pruning_score", "dividends", "incentives"),
    *("consensus", "trust", "rank", "incentive", "validator_trust"),
)
"""Fields that it shows as parts of 65535."""

PRICE: Final = "moving_price"
PRICE_ONE: Final = 2**32
"""Bits of a price of 1."""

ENDPOINTS: Final = ("axons", "axon_info", "prometheus_info")
"""Fields that hold endpoints."""


class _Ambiguous(NeuronLedgerError):
    """Several integers are shown as this float."""


def from_sdk(field: str, raw: Any) -> Any:
    """A field's value, with every float replaced by the integer that it shows; None if it may show several.

    A float that shows no integer stays as it is: it fits no field.
    """
    if field == "symbol" and isinstance(raw, str):
        return _text(raw)
    if field in ENDPOINTS and any(
        isinstance(one, dict) and "block" not in one for one in (raw if isinstance(raw, list) else [raw])
    ):
        return None  # the SDK's own endpoints do not show in which block they were served
    if field == PRICE and isinstance(raw, float):
        bits = _exact(raw, PRICE_ONE)
        return bits if isinstance(bits, int) else None  # it was rounded
    whole = RAO if field in AMOUNTS else U64_MAX if field in OF_U64 else U16_MAX if field in OF_U16 else 1
    try:
        return _exact(raw, whole)
    except _Ambiguous:
        return None


def of_neuron(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A neuron's record as the node has it: stake by coldkey has another name in the SDK."""
    stake = raw.get("stake_dict")
    given = {**raw, "stake": [list(part) for part in stake.items()]} if isinstance(stake, dict) else raw
    return {field: from_sdk(field, value) for field, value in given.items()}


def _exact(raw: Any, whole: int) -> Any:
    if isinstance(raw, float):
        return _integer(raw, whole)
    if isinstance(raw, dict):
        return {name: _exact(part, 1) for name, part in raw.items()}
    if not isinstance(raw, list) or _is_mixed(raw):
        return raw
    return [_exact(part, whole) for part in raw]


def _is_mixed(raw: list[Any]) -> bool:
    """Whether some are floats and others whole numbers: no source mixes them, and rao taken for TAO would be far too little."""
    return any(isinstance(one, float) for one in raw) and any(type(one) is int and one for one in raw)


def _integer(shown: float, whole: int) -> int | float:
    """The integer n with n / whole == shown, or the float if there is none. Raises: _Ambiguous."""
    if not isfinite(shown):
        return shown
    near = round(Fraction(shown) * whole)
    fitting = [number for number in (near - 1, near, near + 1) if number / whole == shown]
    if len(fitting) > 1:
        raise _Ambiguous
    return fitting[0] if fitting else shown


def _text(raw: str) -> str:
    """A text as the hex digits of its bytes, unless it is hex digits."""
    return raw if raw.startswith("0x") else f"0x{raw.encode().hex()}"
