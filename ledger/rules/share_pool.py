"""A hotkey's stake on a subnet, shared among the coldkeys behind it: one value, and shares of it.

What all coldkeys hold together is one u64 value; each has a share, and the shares' sum is the denominator. Dividends raise the
value alone, so that every coldkey's part grows at once. Shares are U64F64: unsigned, 64 of 128 bits behind the point.
"""

from attrs import evolve, frozen

FRACTION = 64
U64_MAX = 2**64 - 1
UNSIGNED_MAX = 2**128 - 1
SIGNED_MAX = 2**127 - 1
SIGNED_MIN = -(2**127)

SMALLEST_REST = 184467440737096
"""0.00001 as U64F64: a share that shrinks below this part of itself is taken out whole."""

HEADROOM = 2_628_000_000_000_000
"""About a year of emission, rao: the denominator must stay able to divide the value after that much more."""


@frozen
class SharePool:
    """One hotkey's pool as one coldkey meets it: the value of all (u64), the sum of shares and the coldkey's share (U64F64)."""

    shared_value: int
    denominator: int
    share: int

    @property
    def value(self) -> int:
        """What the coldkey's share is worth, u64.

        Source: subtensor primitives/share-pool::get_value, spec_version 277.
        """
        per_share = self._value_per_share()
        if per_share is not None:
            whole = min(per_share * self.share >> FRACTION, UNSIGNED_MAX)
        else:
            product = min((self.shared_value << FRACTION) * self.share >> FRACTION, UNSIGNED_MAX)
            whole = _quotient(product, self.denominator) or 0
        return whole >> FRACTION

    def updated_for_all(self, update: int) -> "SharePool":
        """The pool after its value moved by `update` (i64) for everyone; it stays within u64.

        Source: subtensor primitives/share-pool::update_value_for_all, spec_version 277.
        """
        return evolve(self, shared_value=min(max(self.shared_value + update, 0), U64_MAX))

    def moves_shares(self, update: int) -> bool:
        """Whether an update (i64) for the coldkey alone would move any share.

        Source: subtensor primitives/share-pool::sim_update_value_for_one, spec_version 277.
        """
        return self.denominator == 0 or self._shares_per_update(update) != 0

    def updated_for_one(self, update: int) -> tuple["SharePool", int]:
        """The pool after the coldkey's value moved by `update` (i64), and by how much it moved in truth.

        The first to come gets shares equal to its value. A withdrawal that would leave next to nothing of the share, or a
        denominator too small to divide by later, takes out the whole share: the second result is then its whole value.
        Source: subtensor primitives/share-pool::update_value_for_one, spec_version 277.
        """
        if self.denominator == 0:
            first = max(update, 0) << FRACTION
            return evolve(self, denominator=first, share=first).updated_for_all(update), update
        moved = self._shares_per_update(update)
        if moved >= 0:
            denominator = min(self.denominator + moved, UNSIGNED_MAX)
            share = min(self.share + moved, UNSIGNED_MAX)
            return evolve(self, denominator=denominator, share=share).updated_for_all(update), update
        denominator = max(self.denominator + moved, 0)
        share = max(self.share + moved, 0)
        if self._too_little_left(denominator, share):
            update = -_as_i64(self.value)
            denominator = max(self.denominator - self.share, 0)
            share = 0
        return evolve(self, denominator=denominator, share=share).updated_for_all(update), update

    def _too_little_left(self, denominator: int, share: int) -> bool:
        if (_quotient(share, self.share) or 0) < SMALLEST_REST:
            return True
        later = min((self.shared_value + HEADROOM) << FRACTION, UNSIGNED_MAX)
        return _quotient(later, denominator) is None

    def _value_per_share(self) -> int | None:
        return _quotient(self.shared_value << FRACTION, self.denominator)

    def _shares_per_update(self, update: int) -> int:
        """Shares (I64F64 bits) that `update` of the value stands for; 0 where that cannot be told."""
        per_share = self._value_per_share()
        if per_share is not None:
            return _signed_quotient(update << FRACTION, min(per_share, SIGNED_MAX))
        part = _signed_quotient(update << FRACTION, min(self.shared_value << FRACTION, SIGNED_MAX))
        shares = part * min(self.denominator, SIGNED_MAX) >> FRACTION
        return min(max(shares, SIGNED_MIN), SIGNED_MAX)


def _quotient(a: int, b: int) -> int | None:
    """a / b in U64F64; None where b is 0 or the quotient does not fit."""
    if b == 0:
        return None
    quotient = (a << FRACTION) // b
    return quotient if quotient <= UNSIGNED_MAX else None


def _signed_quotient(a: int, b: int) -> int:
    """a / b in I64F64, truncated toward zero; 0 where b is 0 or the quotient does not fit. b is not negative."""
    if b == 0:
        return 0
    quotient = (abs(a) << FRACTION) // b
    if a < 0:
        return -quotient if -quotient >= SIGNED_MIN else 0
    return quotient if quotient <= SIGNED_MAX else 0


def _as_i64(value: int) -> int:
    """A u64 read as i64, as the chain casts it."""
    return value - 2**64 if value >= 2**63 else value
