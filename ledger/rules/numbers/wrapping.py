"""Unsigned integers that wrap around at the bounds of their type, as plain arithmetic does in a release build."""

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U32_MAX, U64_MAX


def wrapped_u16(number: int) -> int:
    """A number modulo 2^16."""
    return number & U16_MAX


def wrapped_u32(number: int) -> int:
    """What is left of a number in 32 bits."""
    return number & U32_MAX


def wrapped_u64(number: int) -> int:
    """A number modulo 2^64."""
    return number & U64_MAX
