"""What a registration costs since spec_version 397: the price falls with every block and rises with every registration.

A half-life is in blocks; prices are rao.
"""

from functools import cache

from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import AskedRegistration

Q32 = 32
ONE_Q32, HALF_Q32 = 1 << Q32, 1 << Q32 - 1


# ------------------------------------------------------------------------------------------------------ pure rules


def mul_by_q32(value: int, factor: int) -> int:
    """value × factor / 2^32, rounded down, at most 2^64 - 1. Source: subtensor utils/misc.rs::mul_by_q32, spec_version 424."""
    return clamp_u64(value * factor >> Q32)


def pow_q32(base: int, exponent: int) -> int:
    """base^exponent in parts of 2^32 by squaring, each product rounded down.

    Source: subtensor utils/misc.rs::pow_q32, spec_version 424.
    """
    result, factor = ONE_Q32, base
    while exponent:
        if exponent & 1:
            result = mul_by_q32(result, factor)
        exponent >>= 1
        if exponent:
            factor = mul_by_q32(factor, factor)
    return result


@cache
def decay_factor_q32(half_life: int) -> int:
    """The factor of one block, in parts of 2^32, with which a price halves in `half_life` blocks (u16); 2^32 for 0.

    Source: subtensor utils/misc.rs::decay_factor_q32, spec_version 424.
    """
    if half_life == 0:
        return ONE_Q32
    low, high = 0, ONE_Q32
    while low + 1 < high:
        middle = low + (high - low >> 1)
        if pow_q32(middle, half_life) > HALF_Q32:
            high = middle
        else:
            low = middle
    return low


def decayed(price: int, half_life: int, now: int, lowest: int, highest: int) -> int:
    """The price in block `now`, given that of the block before; unchanged in blocks 0 and 1."""
    if half_life and now > 1 and price > lowest:
        price = mul_by_q32(price, decay_factor_q32(half_life))
    return _within(price, lowest, highest)


def raised(price: int, multiplier: int, lowest: int, highest: int) -> int:
    """The price after a registration. multiplier: U64F64 bits; below 1 it counts as 1."""
    product = U64F64.saturating_mul(U64F64.from_int(price), max(multiplier, U64F64.one))
    return _within(U64F64.to_int(product), lowest, highest)


def _within(price: int, lowest: int, highest: int) -> int:
    """The upper bound wins where the bounds cross."""
    price = price if price > lowest else lowest
    return price if price < highest else highest


# ------------------------------------------------------------------------------------------------------ on storage


def update_prices(tx: Tx, root_interval_ends: bool) -> None:
    """Decay every subnet's price, and reset the block's count of registrations; root's interval may end."""
    storage, block = tx.storage, tx.block
    burns, counts, netuids = storage.burn, storage.registrations_this_block, known_netuids(storage)
    tables = burns, storage.burn_half_life, storage.min_burn, storage.max_burn
    for netuid, before, half_life, lowest, highest in zip(netuids, *[table.values_of(netuids) for table in tables], strict=True):
        price = decayed(before, half_life, block, lowest, highest)
        if price != before:
            burns[netuid] = price
        if counts.get(netuid) != 0:
            counts[netuid] = 0
        if netuid == ROOT and root_interval_ends and storage.registrations_this_interval.get(netuid) != 0:
            storage.registrations_this_interval[netuid] = 0


def raise_price_397(tx: Tx, asked: AskedRegistration) -> None:
    """A registration raises the price of the next one; on root it does not.

    Source: subtensor subnets/registration.rs::bump_registration_price_after_registration, spec_version 424.
    """
    storage, netuid = tx.storage, asked.netuid
    if netuid == ROOT:
        return
    bounds = storage.min_burn[netuid], storage.max_burn[netuid]
    storage.burn[netuid] = raised(storage.burn[netuid], storage.burn_increase_mult[netuid], *bounds)
