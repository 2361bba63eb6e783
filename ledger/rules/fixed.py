"""Fixed-point numbers as raw bits: Python ints that stand for value × 2^fraction.

The arithmetic is that of substrate-fixed 0.5.9, with which the reference is built: products are floored, quotients truncated toward
zero, results outside the type saturate, or are refused, as each function says.
"""

from collections.abc import Iterable

from attrs import field, frozen


@frozen
class Fixed:
    """A fixed-point type: `bits` in all, `fraction` of them behind the point."""

    name: str
    fraction: int
    bits: int
    signed: bool
    lowest: int = field(init=False)
    highest: int = field(init=False)
    one: int = field(init=False)

    @lowest.default
    def _lowest(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @highest.default
    def _highest(self) -> int:
        return (1 << self.bits - (1 if self.signed else 0)) - 1

    @one.default
    def _one(self) -> int:
        return 1 << self.fraction

    def saturated(self, value: int) -> int:
        """The nearest bits that the type has."""
        return min(max(value, self.lowest), self.highest)

    def fits(self, value: int) -> bool:
        return self.lowest <= value <= self.highest

    def wrapped(self, value: int) -> int:
        """The bits that are left of a value in the type's width."""
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.signed and value > self.highest else value

    def add(self, a: int, b: int) -> int:
        """a + b, saturating."""
        return self.saturated(a + b)

    def sub(self, a: int, b: int) -> int:
        """a - b, saturating."""
        return self.saturated(a - b)

    def mul(self, a: int, b: int) -> int:
        """a × b, floored, saturating."""
        return self.saturated(a * b >> self.fraction)

    def div(self, a: int, b: int) -> int | None:
        """a / b, truncated toward zero; None for a zero divisor and for a quotient that does not fit."""
        if b == 0:
            return None
        quotient = (abs(a) << self.fraction) // abs(b)
        quotient = -quotient if (a < 0) != (b < 0) else quotient
        return quotient if self.fits(quotient) else None

    def safe_div(self, a: int, b: int) -> int:
        """a / b; 0 for a zero divisor and for a quotient that does not fit.

        Source: subtensor primitives/safe-math.
        """
        return self.div(a, b) or 0

    def saturating_div(self, a: int, b: int) -> int:
        """a / b, saturating. Raises: ZeroDivisionError."""
        if b == 0:
            raise ZeroDivisionError(f"{self.name} division by zero")
        quotient = self.div(a, b)
        if quotient is None:
            return self.lowest if (a < 0) != (b < 0) else self.highest
        return quotient

    def sum(self, values: Iterable[int]) -> int:
        """The sum as an iterator makes it: wrapping."""
        return self.wrapped(sum(values))

    def from_int(self, value: int) -> int:
        """A whole number, saturating."""
        return self.saturated(value << self.fraction)

    def from_other(self, value: int, other: "Fixed") -> int:
        """A number of another type: floored to this type's fraction, saturating."""
        shift = self.fraction - other.fraction
        return self.saturated(value << shift if shift >= 0 else value >> -shift)

    def to_unsigned(self, value: int, bits: int) -> int:
        """The whole part (floored) as an unsigned integer of so many bits, saturating."""
        return min(max(value >> self.fraction, 0), (1 << bits) - 1)

    def round(self, value: int) -> int:
        """To the nearest whole number, half away from zero, saturating."""
        half = self.one >> 1
        rounded = (abs(value) + half) >> self.fraction << self.fraction
        return self.saturated(-rounded if value < 0 else rounded)

    def exp(self, x: int) -> int | None:
        """e^x by its Taylor series, in as many terms as the fraction has bits; None where a step overflows.

        Source: substrate-fixed 0.5.9 transcendental::exp.
        """
        if x == 0:
            return self.one
        if x == self.one:
            return E_BITS << self.fraction - CONSTANT_FRACTION
        size = abs(x)
        if not self.fits(size):
            return None
        term, result = size, size + self.one
        for i in range(2, self.fraction):
            term = term * size >> self.fraction
            if not self.fits(term):
                return None
            term //= i
            result += term
            if not self.fits(result):
                return None
        return self.div(self.one, result) if x < 0 else result

    def log2(self, x: int) -> int | None:
        """The binary logarithm, one bit at a time; None for x <= 0.

        Source: substrate-fixed 0.5.9 transcendental::log2.
        """
        if x <= 0:
            return None
        if x < self.one:
            inverse = self.div(self.one, x)
            return None if inverse is None else -self._log2_from_one(inverse)
        return self._log2_from_one(x)

    def ln(self, x: int) -> int | None:
        """The natural logarithm; None for x <= 0.

        Source: substrate-fixed 0.5.9 transcendental::ln.
        """
        logarithm = self.log2(x)
        return None if logarithm is None else self.div(logarithm, LOG2_E_BITS << self.fraction - CONSTANT_FRACTION)

    def _log2_from_one(self, x: int) -> int:
        """For x >= 1: the whole part by halving (a half rounds up), then one bit of the fraction for each squaring."""
        two = self.one << 1
        result = 0
        while x >= two:
            result += self.one
            x = (x >> 1) + (x & 1)
        if x == self.one:
            return result
        for place in range(self.fraction - 1, -1, -1):
            x = x * x >> self.fraction
            if x >= two:
                result += 1 << place
                x = (x >> 1) + (x & 1)
        return result


CONSTANT_FRACTION = 23
E_BITS = 22802600
"""e, as the library keeps it: 23 bits behind the point."""
LOG2_E_BITS = 12102203
"""log2(e), likewise."""

I32F32 = Fixed("I32F32", 32, 64, signed=True)
I64F64 = Fixed("I64F64", 64, 128, signed=True)
I96F32 = Fixed("I96F32", 32, 128, signed=True)
U96F32 = Fixed("U96F32", 32, 128, signed=False)
U64F64 = Fixed("U64F64", 64, 128, signed=False)
U110F18 = Fixed("U110F18", 18, 128, signed=False)

ONE = I32F32.one
U16_MAX = I32F32.from_int(65535)

_EXP_LIMIT = I32F32.from_int(20)


def safe_exp(x: int) -> int:
    """e^x in I32F32; 0 where it overflows, for either sign of x.

    Source: subtensor epoch/math.rs::safe_exp, spec_version 277.
    """
    return I32F32.exp(x) or 0


def exp_safe(x: int) -> int:
    """e^x in I32F32 with x held within [-20, 20].

    Source: subtensor epoch/math.rs::exp_safe, spec_version 277.
    """
    return I32F32.exp(min(max(x, -_EXP_LIMIT), _EXP_LIMIT)) or 0


def safe_ln(x: int) -> int:
    """ln(x) in I32F32; 0 where there is none.

    Source: subtensor epoch/math.rs::safe_ln, spec_version 277.
    """
    return I32F32.ln(x) or 0


def proportion_to_u16(x: int) -> int:
    """An I32F32 proportion as parts of 65535, floored.

    Source: subtensor epoch/math.rs::fixed_proportion_to_u16, spec_version 277.
    """
    return I32F32.to_unsigned(I32F32.mul(x, U16_MAX), 16)


def u16_to_proportion(x: int) -> int:
    """A whole I32F32 number, read as parts of 65535.

    Source: subtensor epoch/math.rs::fixed_to_fixed_u16_proportion, spec_version 277.
    """
    return I32F32.safe_div(x, U16_MAX)
