"""A hotkey's stake on a subnet, shared among the coldkeys behind it, with shares kept as decimal floats.

As in `share_pool`, what all coldkeys hold together is one u64 value, and each has a share of it. A share is cut to 21 digits, so
that one rao more or less still shows in it.
"""

from typing import NamedTuple

from neuron_ledger.ledger.rules.numbers.decimal_float import ZERO, DecimalFloat, add, from_int, mul_div, sub, to_u64
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64


class DecimalSharePool(NamedTuple):
    """One hotkey's pool as one coldkey meets it: the value of all (u64), the sum of shares and the coldkey's share."""

    shared_value: int
    denominator: DecimalFloat
    share: DecimalFloat

    @property
    def value(self) -> int:
        """What the coldkey's share is worth, u64; 0 where there are no shares.

        Source: subtensor primitives/share-pool::get_value, spec_version 424.
        """
        return to_u64(mul_div(from_int(self.shared_value), self.share, self.denominator) or ZERO)

    def moves_shares(self, update: int) -> bool:
        """Whether an update (i64) for the coldkey alone would move any share.

        Source: subtensor primitives/share-pool::sim_update_value_for_one, spec_version 424.
        """
        return self.denominator == ZERO or self._shares_per_update(update) != ZERO

    def updated_for_one(self, update: int) -> "DecimalSharePool":
        """The pool after the coldkey's value moved by `update` (i64). The first to come gets shares equal to its value.

        Source: subtensor primitives/share-pool::update_value_for_one, spec_version 424.
        """
        value, before = clamp_u64(self.shared_value + update), self.denominator
        if before == ZERO:
            first = from_int(abs(update))
            return DecimalSharePool(value, first, first)
        if update == 0:
            return self
        shares = self._shares_per_update(update)
        moved = add if update > 0 else sub
        denominator = _unless_none(moved(before, shares), before)
        if self.share == before:  # nobody else has a share
            return DecimalSharePool(value, denominator, denominator)
        return DecimalSharePool(value, denominator, _unless_none(moved(self.share, shares), self.share))

    def _shares_per_update(self, update: int) -> DecimalFloat:
        return mul_div(from_int(abs(update)), self.denominator, from_int(self.shared_value)) or ZERO


def _unless_none(value: DecimalFloat | None, before: DecimalFloat) -> DecimalFloat:
    return before if value is None else value
