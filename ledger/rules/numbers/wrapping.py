"""Sums, differences and products of unsigned integers that go on from the other end of their type, as plain ones do in a release
build."""

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U32_MAX, U64_MAX


def wrapped_u16(number: int) -> int:
    """What is left of a number in 16 bits."""
    return number & U16_MAX


def wrapped_u32(number: int) -> int:
    """What is left of a number in 32 bits."""
    return number & U32_MAX


def wrapped_u64(number: int) -> int:
    """What is left of a number in 64 bits."""
    return number & U64_MAX
