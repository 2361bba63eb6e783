"""The weighted pools in which TAO and a subnet's alpha are exchanged, as arithmetic on their reserves.

A pool weights its TAO and its alpha; swaps keep TAO^weight · alpha^(1 − weight) constant. The weight is in parts of 10^18; with
equal weights this is a constant product. Reserves and amounts are u64, prices U64F64 (rao per unit of alpha).
Source: subtensor pallets/swap balancer.rs, swap_step.rs, impls.rs, spec_version 424.
"""

from typing import NamedTuple

from neuron_ledger.ledger.errors.pools import PriceLimitExceeded, ReservesTooLow, SwapInputTooLarge
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX, U64_MAX, U64F64
from neuron_ledger.ledger.rules.numbers.power import pow_near_one_scaled, pow_ratio_scaled
from neuron_ledger.ledger.rules.numbers.saturating import U128_MAX, add_u64, clamp_u64, sub_u64

FRACTION = U64F64.fraction
ONE = U64F64.one

WHOLE = 10**18
"""A weight of 1."""
HALF = WHOLE // 2
MIN_WEIGHT = WHOLE // 100
"""The minimum weight of either TAO or alpha."""
GREATEST_WEIGHT = WHOLE - MIN_WEIGHT

MIN_RESERVE = 1_000_000
"""The minimum that a pool must hold of what it pays out."""
INPUT_LIMIT = 1_000
"""What is put in, after the fee, is at most this many times the reserve of its kind."""

SWAP_PRECISION = 256
LIMIT_PRECISION = 1024

MAX_PRICE = 10**15
"""As the limit of a buy (rao for 10^9 alpha): any price."""
MIN_PRICE = 1_000
"""As the limit of a sale: any price."""


class Swap(NamedTuple):
    """A swap: the amount paid in without the fee, the amount paid out, and the fee, in the currency paid in."""

    paid_in: int
    paid_out: int
    fee: int


def one_for_one(amount: int) -> Swap:
    """The result of a swap where there is no pool."""
    return Swap(amount, amount, 0)


def fee_of(amount: int, fee_rate: int) -> int:
    """The fee for an amount; fee_rate: in parts of 65535."""
    return amount * ((fee_rate << FRACTION) // U16_MAX) >> FRACTION


class WeightedPool(NamedTuple):
    """A pool's reserves, and the weight of its TAO."""

    tao: int
    alpha: int
    weight: int

    @property
    def price(self) -> int:
        """The price of alpha in rao; 0 where there is no alpha."""
        return price_of(self.tao, self.alpha, self.weight)

    # ------------------------------------------------------------------------------------------------------- swaps

    def buy(self, tao: int, fee_rate: int, limit: int = MAX_PRICE) -> Swap:
        """Put rao in and take alpha out, as long as the price stays below a limit (rao for 10^9 alpha).

        Raises: SwapInputTooLarge, ReservesTooLow, PriceLimitExceeded, in this order; ReservesTooLow also where nothing would be
        paid out.
        """
        own_tao, own_alpha, weight = self
        offered = _offered(tao, fee_rate, own_tao, own_alpha)
        alpha = _taken(own_alpha, own_tao, offered, weight, WHOLE - weight)
        if self._stays_below(limit, offered, alpha):
            return _paid(offered, alpha, tao - offered)
        limit_price = (limit << FRACTION) // 10**9
        if self.price >= limit_price:
            raise PriceLimitExceeded(limit_price=limit, tao_reserve=own_tao, alpha_reserve=own_alpha)
        if price_of(add_u64(own_tao, offered), sub_u64(own_alpha, alpha), weight) <= limit_price:
            return _paid(offered, alpha, tao - offered)
        reachable = _growth(own_tao, limit_price, self.price, WHOLE - weight)
        alpha = _taken(own_alpha, own_tao, reachable, weight, WHOLE - weight)
        return _paid(reachable, alpha, _fee_besides(reachable, fee_rate))

    def _stays_below(self, limit: int, tao: int, alpha: int) -> bool:
        """Whether the price stays below a limit after these amounts moved, by a margin that makes rounding irrelevant."""
        own_tao, own_alpha, weight = self
        after = own_tao + tao
        return after <= U64_MAX and after * (WHOLE - weight) * 10**9 < (limit - 1) * (own_alpha - alpha) * weight

    def sell(self, alpha: int, fee_rate: int, limit: int = MIN_PRICE) -> Swap:
        """Put alpha in and take rao out, as long as the price stays above a limit (rao for 10^9 alpha).

        Raises: as `buy`.
        """
        own_tao, own_alpha, weight = self
        limit_price = (limit << FRACTION) // 10**9
        offered = _offered(alpha, fee_rate, own_alpha, own_tao)
        if self.price <= limit_price:
            raise PriceLimitExceeded(limit_price=limit, tao_reserve=own_tao, alpha_reserve=own_alpha)
        tao = _taken(own_tao, own_alpha, offered, WHOLE - weight, weight)
        if price_of(sub_u64(own_tao, tao), add_u64(own_alpha, offered), weight) >= limit_price:
            return _paid(offered, tao, alpha - offered)
        reachable = _growth(own_alpha, self.price, limit_price, weight)
        tao = _taken(own_tao, own_alpha, reachable, WHOLE - weight, weight)
        return _paid(reachable, tao, _fee_besides(reachable, fee_rate))


# -------------------------------------------------------------------------------------------------------- liquidity


def weight_with(own_tao: int, own_alpha: int, own_weight: int, tao: int, alpha: int) -> int | None:
    """The weight that keeps a pool's price when rao and alpha are added; None where it would be out of bounds.

    Source: subtensor pallets/swap balancer.rs::update_weights_for_added_liquidity, spec_version 424.
    """
    tao_amount, alpha_amount = own_alpha * (own_tao + tao), own_tao * (own_alpha + alpha)
    tao_part = ((tao_amount if tao_amount <= U128_MAX else U128_MAX) * own_weight + HALF) // WHOLE
    alpha_part = ((alpha_amount if alpha_amount <= U128_MAX else U128_MAX) * (WHOLE - own_weight) + HALF) // WHOLE
    total = tao_part + alpha_part
    if total > U128_MAX:
        total = U128_MAX
    weight = weight_of(tao_part, total) if total else HALF
    return weight if MIN_WEIGHT <= weight <= GREATEST_WEIGHT else None


def price_of(tao: int, alpha: int, weight: int) -> int:
    """The price of alpha in rao in a pool of these reserves; 0 where there is no alpha."""
    if alpha == 0:
        return 0
    price = (((WHOLE - weight) << FRACTION) // weight) * ((tao << FRACTION) // alpha) >> FRACTION
    return price if price <= U128_MAX else U128_MAX


def weight_of(part: int, total: int) -> int:
    """A part of a positive total, in parts of 10^18, rounded down; at most the whole.

    Source: sp-arithmetic per_things.rs::from_rational, as used at spec_version 424.
    """
    return part * WHOLE // total if part < total else WHOLE


def _offered(amount: int, fee_rate: int, paid_into: int, paid_from: int) -> int:
    """The part of an amount that is put in after the fee. Raises: SwapInputTooLarge, ReservesTooLow: in this order."""
    offered = max(amount - fee_of(amount, fee_rate), 0) if fee_rate else amount
    if offered > paid_into * INPUT_LIMIT:  # as in u64: no amount is more than that
        raise SwapInputTooLarge(amount=offered, reserve=paid_into)
    if paid_from < MIN_RESERVE:
        raise ReservesTooLow(reserve=paid_from, needed=MIN_RESERVE)
    return offered


def _taken(paid_from: int, paid_into: int, amount: int, exponent_numerator: int, exponent_denominator: int) -> int:
    """What leaves a reserve when an amount joins the other one."""
    after = add_u64(paid_into, amount)
    if not after:
        return paid_from
    power = pow_near_one_scaled(paid_into, after - paid_into, exponent_numerator, exponent_denominator, WHOLE)
    if power is None:
        power = pow_ratio_scaled(paid_into, after, exponent_numerator, exponent_denominator, SWAP_PRECISION, WHOLE) or 0
    left = (power << FRACTION) // WHOLE if power <= U64_MAX else 0
    return paid_from * (ONE - left) >> FRACTION if left < ONE else 0


def _growth(reserve: int, numerator: int, denominator: int, exponent: int) -> int:
    """What must join a reserve for it to grow by the factor (numerator / denominator)^exponent."""
    power = pow_ratio_scaled(numerator, denominator, exponent, WHOLE, LIMIT_PRECISION, WHOLE)
    if power is None:
        return 0
    growth = max((clamp_u64(power) << FRACTION) // WHOLE - ONE, 0)
    return clamp_u64(U64F64.saturate(reserve * growth) >> FRACTION)


def _fee_besides(amount: int, fee_rate: int) -> int:
    """The fee that is paid in addition to an amount which is put in whole."""
    rate = (fee_rate << FRACTION) // (U16_MAX - fee_rate) if fee_rate < U16_MAX else 0
    return clamp_u64(U64F64.saturate(amount * rate) >> FRACTION)


def _paid(paid_in: int, paid_out: int, fee: int) -> Swap:
    """Raises: ReservesTooLow where something was paid in and nothing would be paid out."""
    if paid_in and not paid_out:
        raise ReservesTooLow(amount=paid_in, comes_out=0)
    return Swap(paid_in, paid_out, fee)
