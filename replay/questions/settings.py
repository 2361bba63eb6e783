"""Hyperparameters as people write them: 0.6, 60 %, 3/5, 0.5 TAO, on; and the integer that the chain stores."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from neuron_ledger.events.storage.hyperparameters import Hyperparameter, hyperparameter
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX

MILLION: Final = 1_000_000
RAO_PER_TAO: Final = 10**9
MOST_CHARACTERS: Final = 60

WHOLES: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            *("kappa", "bonds_penalty", "max_weight_limit", "subnet_owner_cut"),
            *("max_delegate_take", "min_delegate_take"),
            *("max_childkey_take", "min_childkey_take", "min_childkey_take_per_subnet"),
        ),
        U16_MAX,
    ),
    **dict.fromkeys(("adjustment_alpha", "tao_weight", "ck_burn"), U64_MAX),
    "bonds_moving_average": MILLION,
    "activity_cutoff_factor_milli": 1000,
    "subnet_moving_alpha": 2**32,
    "burn_increase_mult": 2**64,
    "voting_power_ema_alpha": 10**18,
}
"""The integer that means 1, for hyperparameters that are proportions or fixed-point numbers."""

IN_RAO: Final = frozenset({"burn", "min_burn", "max_burn", "network_min_lock", "total_issuance"})
"""Hyperparameters that are amounts of TAO."""

WORDS: Final[Mapping[str, int]] = {"on": 1, "true": 1, "yes": 1, "off": 0, "false": 0, "no": 0}

_DECIMAL = re.compile(r"(-?\d+(?:\.\d+)?)\s*(%|TAO|τ)?", re.IGNORECASE)
_FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)")


def read_setting(text: str) -> tuple[str, int]:
    """NAME=VALUE → the hyperparameter's name and the stored integer. Raises: FieldError."""
    name, equals, value = text.partition("=")
    if not equals:
        raise FieldError("setting", "NAME=VALUE, such as kappa=0.6", text)
    parameter = hyperparameter(name.strip())
    stored = read_value(parameter, value)
    parameter.check(stored)
    return parameter.name, stored


def read_value(parameter: Hyperparameter, text: str) -> int:
    """The stored integer for a value as people write it. A whole number alone is the stored integer.

    A proportion between two integers is rounded down. Raises: FieldError.
    """
    text = text.strip()
    whole = WHOLES.get(parameter.name)
    if parameter.is_flag and text.lower() in WORDS:
        return WORDS[text.lower()]
    found = _DECIMAL.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    unit = (found[2] or "").upper() if found is not None else ""
    if found is not None and not unit and "." not in found[1]:
        return int(found[1])
    if found is not None and parameter.name in IN_RAO and unit in ("TAO", "Τ"):
        rao = Fraction(found[1]) * RAO_PER_TAO
        if rao.denominator == 1:
            return int(rao)
    elif whole is not None and (fraction := _proportion(text)) is not None:
        return int(fraction * whole // 1)
    raise FieldError(parameter.name, _expected(parameter), text)


def _proportion(text: str) -> Fraction | None:
    if len(text) > MOST_CHARACTERS:
        return None
    if (decimal := _DECIMAL.fullmatch(text)) is not None and decimal[2] in (None, "%"):
        return Fraction(decimal[1]) / (100 if decimal[2] else 1)
    if (fraction := _FRACTION.fullmatch(text)) is not None and int(fraction[2]):
        return Fraction(int(fraction[1]), int(fraction[2]))
    return None


def _expected(parameter: Hyperparameter) -> str:
    if parameter.is_flag:
        return "on or off (1 or 0)"
    if parameter.name in WHOLES:
        return f"a proportion such as 0.6, 60 % or 3/5, or the integer that is stored (1 is {WHOLES[parameter.name]})"
    if parameter.name in IN_RAO:
        return "rao as an integer, or an amount such as 0.5 TAO"
    return "an integer: this parameter is not a proportion"


def shown_setting(name: str, stored: int) -> str:
    """The value for people, with the stored integer."""
    if name in WHOLES:
        return f"{_decimal(Fraction(stored, WHOLES[name]))} ({stored} of {WHOLES[name]})"
    if name in IN_RAO:
        return f"{_decimal(Fraction(stored, RAO_PER_TAO))} TAO ({stored:,} rao)"
    if hyperparameter(name).is_flag:
        return f"{'on' if stored else 'off'} ({stored})"
    return f"{stored:,}"


def _decimal(value: Fraction) -> str:
    """A decimal with at most nine places, rounded: for display only."""
    billionths = round(value * 10**9)
    text = f"{abs(billionths) // 10**9}.{abs(billionths) % 10**9:09}".rstrip("0").rstrip(".")
    return f"-{text}" if billionths < 0 else text
