"""U96F32 on raw bits: unsigned fixed point, 128 bits, 32 of them fractional. Results that do not fit saturate.

Source: substrate-fixed 0.5.9, safe-math.
"""

from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX

FRACTION = 32
ONE = 1 << FRACTION
MAX = 2**128 - 1


def whole(bits: int) -> int:
    """The number as a u64: rounded down, saturated."""
    number = bits >> FRACTION
    return number if number <= U64_MAX else U64_MAX


def add(a: int, b: int) -> int:
    total = a + b
    return total if total <= MAX else MAX


def sub(a: int, b: int) -> int:
    return a - b if a > b else 0


def mul(a: int, b: int) -> int:
    product = a * b >> FRACTION
    return product if product <= MAX else MAX


def checked_div(a: int, b: int) -> int | None:
    """a / b, rounded down; None where b is 0 or the quotient does not fit."""
    if b == 0:
        return None
    quotient = (a << FRACTION) // b
    return quotient if quotient <= MAX else None


def safe_div(a: int, b: int) -> int:
    """a / b, rounded down; 0 where b is 0 or the quotient does not fit."""
    return checked_div(a, b) or 0


def of_u64_max(part: int) -> int:
    """A u64 as a part of 2^64 - 1."""
    return (part << FRACTION) // U64_MAX


def of_u16_max(part: int) -> int:
    """A u16 as a part of 65535."""
    return (part << FRACTION) // 65535
