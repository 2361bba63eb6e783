"""Between integers and the fixed-point numbers (U96F32) in which stake, prices and emission are split."""

from ledger.rules.fixed import U96F32

U64_MAX = 2**64 - 1
U16_MAX = 2**16 - 1


def whole(bits: int) -> int:
    """The number as a u64: floored, saturating."""
    return min(bits >> U96F32.fraction, U64_MAX)


def of_u64_max(part: int) -> int:
    """A u64 as a part of 2^64 - 1."""
    return (part << U96F32.fraction) // U64_MAX


def of_u16_max(part: int) -> int:
    """A u16 as a part of 65535."""
    return (part << U96F32.fraction) // U16_MAX
