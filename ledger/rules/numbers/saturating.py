"""Sums, differences and products of unsigned integers that saturate at the bounds of their type, as the chain's do."""

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX

U128_MAX = 2**128 - 1
I128_MAX = 2**127 - 1


def add_u16(a: int, b: int) -> int:
    total = a + b
    return total if total <= U16_MAX else U16_MAX


def mul_u16(a: int, b: int) -> int:
    product = a * b
    return product if product <= U16_MAX else U16_MAX


def add_u64(a: int, b: int) -> int:
    total = a + b
    return total if total <= U64_MAX else U64_MAX


def sub_u64(a: int, b: int) -> int:
    """a - b; 0 where b is greater."""
    return a - b if a > b else 0


def mul_u64(a: int, b: int) -> int:
    product = a * b
    return product if product <= U64_MAX else U64_MAX


def add_u128(a: int, b: int) -> int:
    total = a + b
    return total if total <= U128_MAX else U128_MAX


def clamp_u64(value: int) -> int:
    """The nearest u64."""
    return 0 if value < 0 else value if value <= U64_MAX else U64_MAX


def clamp_i128(value: int) -> int:
    """The nearest i128."""
    return min(max(value, -I128_MAX - 1), I128_MAX)
