"""Exponential decay in fixed point.

Source: substrate-fixed 0.6.0 transcendental::exp, in I64F64; subtensor staking/lock.rs::exp_decay, spec_version 424.
"""

from neuron_ledger.ledger.rules.numbers.fixed import I64F64

FRACTION = I64F64.fraction
GREATEST_RATIO = 40 << FRACTION
"""After this many time constants decay stands still."""


def exp_decay(blocks: int, time_constant: int) -> int:
    """e^(-blocks / time constant), U64F64; 0 where the time constant is 0 and blocks passed."""
    if blocks == 0:
        return I64F64.one
    if time_constant == 0:
        return 0
    ratio = min((min(blocks, 2**63) << FRACTION) // min(time_constant, 2**63 - 1), GREATEST_RATIO)
    return I64F64.one if ratio == 0 else (I64F64.one << FRACTION) // _exp(ratio)


def _exp(x: int) -> int:
    """e^x of a positive I64F64 of at most 40 by its Taylor series up to x^63 / 63!, every term rounded down."""
    total = I64F64.one + x
    term = x
    for i in range(2, FRACTION):
        term = (term * x >> FRACTION) // i
        total += term
    return total
