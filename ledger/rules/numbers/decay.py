"""The exponential in I64F64, and decay by it.

Source: substrate-fixed 0.5.9 and 0.6.0 transcendental::exp; subtensor staking/lock.rs::exp_decay, spec_version 424.
"""

from neuron_ledger.ledger.rules.numbers.fixed import E_BITS, I32F32, I64F64

FRACTION = I64F64.fraction
GREATEST_RATIO = 40 << FRACTION
"""The maximum number of time constants that count."""


def exp_decay(blocks: int, time_constant: int) -> int:
    """e^(-blocks / time constant), U64F64; 0 where the time constant is 0 and blocks passed."""
    if blocks == 0:
        return I64F64.one
    if time_constant == 0:
        return 0
    ratio = min((min(blocks, 2**63) << FRACTION) // min(time_constant, 2**63 - 1), GREATEST_RATIO)
    return I64F64.one if ratio == 0 else (I64F64.one << FRACTION) // _series(ratio)


def exp_64(x: int) -> int | None:
    """e^x in I64F64; None where a term of its series overflows. A negative x gives 1 / e^|x|.

    Only for 1 the result is the constant e, which has 23 fractional bits.
    """
    if x == I64F64.one:
        return I64F64.from_fixed(E_BITS, I32F32)
    total = _series(abs(x)) if x else I64F64.one
    if total > I64F64.greatest:
        return None
    return total if x >= 0 else (I64F64.one << FRACTION) // total


def _series(x: int) -> int:
    """e^x of a positive I64F64 by its Taylor series up to x^63 / 63!, every term rounded down; more than any I64F64 if one of its
    terms exceeds I64F64 before it is divided."""
    total = I64F64.one + x
    term = x
    for i in range(2, FRACTION):
        product = term * x >> FRACTION
        if product > I64F64.greatest:
            return product
        term = product // i
        total += term
    return total
