"""A hotkey's stake on a subnet, shared among the coldkeys behind it: one value, and shares of it.

What all coldkeys hold together is one u64 value; each has a share, and the shares' sum is the denominator. Dividends raise only
the value, so that every coldkey's part grows at once. Shares are U64F64: unsigned, 64 of 128 bits fractional.
"""

from typing import NamedTuple

from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64F64
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64

FRACTION = U64F64.fraction
GREATEST = U64F64.greatest

SMALLEST_REST = 184467440737096
"""0.00001 as U64F64: a share that would shrink below this part of itself is taken out whole."""

HEADROOM = 2_628_000_000_000_000
"""About a year of emission, rao: the denominator must stay able to divide the value after that much more."""

I64_LEAST, I64_GREATEST = -(2**63), 2**63 - 1


class SharePool(NamedTuple):
    """One hotkey's pool as seen by one coldkey: the total value (u64), the sum of shares and the coldkey's share (U64F64)."""

    shared_value: int
    denominator: int
    share: int

    @property
    def value(self) -> int:
        """The value of the coldkey's share, u64.

        Source: subtensor primitives/share-pool::get_value, spec_version 277.
        """
        per_share = self._value_per_share()
        if per_share is not None:
            value = U64F64.saturating_mul(per_share, self.share)
        else:
            value = U64F64.safe_div(U64F64.saturating_mul(self.shared_value << FRACTION, self.share), self.denominator)
        return value >> FRACTION

    def moves_shares(self, update: int) -> bool:
        """Whether an update (i64) for the coldkey alone would move any share.

        Source: subtensor primitives/share-pool::sim_update_value_for_one, spec_version 277.
        """
        return self.denominator == 0 or self._shares_per_update(update) != 0

    def updated_for_one(self, update: int) -> tuple["SharePool", int]:
        """The pool after the coldkey's value moved by `update` (i64), and by how much it actually moved.

        The first coldkey gets shares equal to its value. A withdrawal that would leave next to nothing of the share, or a
        denominator too small to divide by later, takes out the whole share: the second result is then its whole value.
        Source: subtensor primitives/share-pool::update_value_for_one, spec_version 277.
        """
        if self.denominator == 0:
            first = U64F64.from_int(update)
            return SharePool(moved_value(self.shared_value, update), first, first), update
        if update == 0:
            return self, 0
        moved = self._shares_per_update(update)
        change = effective(moved, I64F64.least)
        denominator, share = U64F64.saturate(self.denominator + change), U64F64.saturate(self.share + change)
        if moved < 0 and self._too_little_left(denominator, share):
            update = as_i64(-as_i64(self.value))
            denominator, share = U64F64.saturating_sub(self.denominator, self.share), 0
        return SharePool(moved_value(self.shared_value, update), denominator, share), update

    def _too_little_left(self, denominator: int, share: int) -> bool:
        if U64F64.safe_div(share, self.share) < SMALLEST_REST:
            return True
        return U64F64.checked_div(U64F64.from_int(self.shared_value + HEADROOM), denominator) is None

    def _value_per_share(self) -> int | None:
        if self.denominator == 0:
            return None
        per_share = (self.shared_value << 2 * FRACTION) // self.denominator
        return per_share if per_share <= GREATEST else None

    def _shares_per_update(self, update: int) -> int:
        """The shares (I64F64 bits) that correspond to `update`; 0 where they cannot be determined."""
        per_share = self._value_per_share()
        if per_share is not None:
            return I64F64.safe_div(update << FRACTION, I64F64.saturate(per_share))
        part = I64F64.safe_div(update << FRACTION, I64F64.from_int(self.shared_value))
        return I64F64.saturating_mul(part, I64F64.saturate(self.denominator))


def moved_value(value: int, update: int) -> int:
    """The total value (u64) after it moved by an i64, saturating at u64."""
    return clamp_u64(value + effective(update, I64_LEAST))


def effective(number: int, least: int) -> int:
    """The effective change of adding a signed number: 0 for the least one of its type, which has no negative to subtract."""
    return 0 if number == least else number


def as_i64(value: int) -> int:
    """A number's lowest 64 bits read as i64, as the chain casts."""
    if 0 <= value < 2**63:
        return value
    return (value + 2**63) % 2**64 - 2**63
