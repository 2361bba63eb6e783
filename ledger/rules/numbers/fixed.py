"""Fixed-point numbers as the chain computes with them, on raw bits: a value is bits / 2^fraction.

A type is a `Fixed`; its numbers are plain Python ints holding the raw bits. Results never leave the type's range: one that would
is saturated (`saturating_`), None (`checked_`) or 0 (`safe_`). Products round down, quotients toward zero, and a
conversion to fewer fractional bits rounds down.
Source: substrate-fixed 0.5.9 arith.rs, convert.rs; subtensor primitives/safe-math, spec_version 277.
"""

from attrs import frozen

U16_MAX = 2**16 - 1
U32_MAX = 2**32 - 1
U64_MAX = 2**64 - 1


@frozen
class Fixed:
    """A fixed-point type: its name, its fractional bits, and the raw bits of its least and greatest number."""

    name: str
    fraction: int
    least: int
    greatest: int

    @property
    def one(self) -> int:
        """The raw bits of 1."""
        return 1 << self.fraction

    def saturate(self, bits: int) -> int:
        """The nearest number of the type."""
        if bits > self.greatest:
            return self.greatest
        return bits if bits >= self.least else self.least

    def fitting(self, bits: int) -> int | None:
        """The same bits, or None where they are out of range."""
        return bits if self.least <= bits <= self.greatest else None

    def wrap(self, bits: int) -> int:
        """The bits modulo the width of the type: how sums of iterators overflow."""
        return (bits - self.least) % (self.greatest - self.least + 1) + self.least

    def from_int(self, value: int) -> int:
        """An integer, saturating."""
        return self.saturate(value << self.fraction)

    def from_fixed(self, bits: int, source: "Fixed") -> int:
        """A number of another type, rounded down to this one's precision, saturating."""
        shift = self.fraction - source.fraction
        return self.saturate(bits << shift if shift >= 0 else bits >> -shift)

    def to_int(self, bits: int, greatest: int = U64_MAX) -> int:
        """The integer part as an unsigned integer of at most `greatest`, saturating."""
        return min(max(bits >> self.fraction, 0), greatest)

    def to_wrapped_int(self, bits: int) -> int:
        """The integer part as a u64; if it does not fit, its lowest 64 bits: how plain conversions overflow."""
        return bits >> self.fraction & U64_MAX

    def saturating_add(self, a: int, b: int) -> int:
        return self.saturate(a + b)

    def saturating_sub(self, a: int, b: int) -> int:
        return self.saturate(a - b)

    def saturating_mul(self, a: int, b: int) -> int:
        return self.saturate(a * b >> self.fraction)

    def checked_mul(self, a: int, b: int) -> int | None:
        """The product, or None where it does not fit."""
        return self.fitting(a * b >> self.fraction)

    def saturating_div(self, a: int, b: int) -> int:
        """The quotient. Raises: ZeroDivisionError."""
        return self.saturate(_quotient(a << self.fraction, b))

    def checked_div(self, a: int, b: int) -> int | None:
        """The quotient, or None where the divisor is 0 or the quotient does not fit."""
        return None if b == 0 else self.fitting(_quotient(a << self.fraction, b))

    def safe_div(self, a: int, b: int) -> int:
        """The quotient, or 0 where the divisor is 0 or the quotient does not fit.

        Source: subtensor primitives/safe-math::SafeDiv::safe_div, spec_version 277.
        """
        return self.checked_div(a, b) or 0


def _quotient(a: int, b: int) -> int:
    """a / b, truncated toward zero."""
    if a >= 0 and b > 0:
        return a // b
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _signed(name: str, width: int, fraction: int) -> Fixed:
    return Fixed(name, fraction, -(1 << width - 1), (1 << width - 1) - 1)


def _unsigned(name: str, width: int, fraction: int) -> Fixed:
    return Fixed(name, fraction, 0, (1 << width) - 1)


I32F32 = _signed("I32F32", 64, 32)
I64F64 = _signed("I64F64", 128, 64)
I96F32 = _signed("I96F32", 128, 32)
U96F32 = _unsigned("U96F32", 128, 32)
U64F64 = _unsigned("U64F64", 128, 64)
U110F18 = _unsigned("U110F18", 128, 18)

E_BITS = 22_802_600 << 9
"""e as defined on the chain: with 23 fractional bits, in I32F32."""
LOG2_E_BITS = 12_102_203 << 9
"""The binary logarithm of e, as defined on the chain."""
EXP_TERMS = range(2, 32)
EXP_LIMIT = 89_715_445_398
"""The least I32F32 whose exponential overflows on the way (about 20.8885)."""


def exp(x: int) -> int | None:
    """e^x in I32F32 by its Taylor series up to x^31 / 31!, every term rounded down; None where a term overflows.

    A negative x gives 1 / e^|x|, so it overflows for x whenever it does for |x|.
    Source: substrate-fixed 0.5.9 transcendental::exp.
    """
    if x == I32F32.one:
        return E_BITS
    magnitude = abs(x)
    if magnitude >= EXP_LIMIT:
        return None
    total = I32F32.one + magnitude
    term = magnitude
    for i in EXP_TERMS:
        term = (term * magnitude >> I32F32.fraction) // i
        total += term
    return total if x >= 0 else I32F32.checked_div(I32F32.one, total)


def log2(kind: Fixed, x: int) -> int | None:
    """The binary logarithm in a signed type, a bit at a time; None for x <= 0. For x < 1 it is that of 1/x, negated.

    Halving rounds up. Raises: OverflowError where 1/x does not fit (the chain would panic).
    Source: substrate-fixed 0.5.9 transcendental::log2.
    """
    if x <= 0:
        return None
    if x >= kind.one:
        return _log2_from_one(kind, x)
    inverse = kind.checked_div(kind.one, x)
    if inverse is None:
        raise OverflowError(f"1 / x does not fit into {kind.name}: x has the raw bits {x}")
    return -_log2_from_one(kind, inverse)


def ln(x: int) -> int | None:
    """The natural logarithm in I32F32; None for x <= 0. Raises: OverflowError as `log2`.

    Source: substrate-fixed 0.5.9 transcendental::ln.
    """
    binary = log2(I32F32, x)
    return None if binary is None else I32F32.saturating_div(binary, LOG2_E_BITS)


def _log2_from_one(kind: Fixed, x: int) -> int:
    whole = fraction = 0
    two = kind.one << 1
    while x >= two:
        x = (x >> 1) + (x & 1)
        whole += 1
    if x == kind.one:
        return whole << kind.fraction
    for _ in range(kind.fraction):
        x = x * x >> kind.fraction
        fraction <<= 1
        if x >= two:
            x = (x >> 1) + (x & 1)
            fraction |= 1
    return (whole << kind.fraction) + fraction
