"""A hotkey's stake on a subnet, shared among the coldkeys behind it, with shares kept as decimal floats.

As in `share_pool`, what all coldkeys hold together is one u64 value, and each has a share of it. A share is truncated to 21
digits, so that one rao more or less is still visible in it.
"""

from typing import NamedTuple

from neuron_ledger.ledger.rules.numbers.decimal_float import ZERO, DecimalFloat, add, from_int, mul_div, sub, to_u64
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64


class DecimalSharePool(NamedTuple):
    """One hotkey's pool as seen by one coldkey: the total value (u64), the sum of shares and the coldkey's share."""

    shared_value: int
    denominator: DecimalFloat
    share: DecimalFloat

    @property
    def value(self) -> int:
        """The value of the coldkey's share, u64; 0 where there are no shares.

        Source: subtensor primitives/share-pool::get_value, spec_version 424.
        """
        return to_u64(mul_div(from_int(self.shared_value), self.share, self.denominator) or ZERO)

    def moves_shares(self, update: int) -> bool:
        """Whether an update (i64) for the coldkey alone would move any share.

        Source: subtensor primitives/share-pool::sim_update_value_for_one, spec_version 424.
        """
        if self.denominator == ZERO:
            return True
        shares = mul_div(from_int(abs(update)), self.denominator, from_int(self.shared_value))
        return shares is not None and shares != ZERO

    def updated_for_one(self, update: int) -> "DecimalSharePool":
        """The pool after the coldkey's value moved by `update` (i64). The first coldkey gets shares equal to its value.

        Source: subtensor primitives/share-pool::update_value_for_one, spec_version 424.
        """
        return DecimalSharePool(*updated_for_one(*self, update))


def updated_for_one(
    shared_value: int, denominator: DecimalFloat, share: DecimalFloat, update: int
) -> tuple[int, DecimalFloat, DecimalFloat]:
    """The same for a pool given by its parts."""
    value = clamp_u64(shared_value + update)
    if denominator == ZERO:
        first = from_int(abs(update))
        return value, first, first
    if update == 0:
        return shared_value, denominator, share
    shares = mul_div(from_int(abs(update)), denominator, from_int(shared_value)) or ZERO
    moved = add if update > 0 else sub
    after = moved(denominator, shares) or denominator
    if share == denominator:  # nobody else has a share
        return value, after, after
    return value, after, moved(share, shares) or share
