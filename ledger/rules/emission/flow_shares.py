"""Shares of subnets in a block's TAO by the TAO that flows into them: spec_versions 334 to 420.

Averages of flows are I64F64, shares U64F64. Since 411 the chain's own flow is subtracted from that of users.
Source: subtensor coinbase/subnet_emissions.rs::get_shares_flow, spec_version 424 (where nothing calls it any more).
"""

from collections.abc import Mapping

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, I64F64, U64F64, exp, ln
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap

FRACTION = U64F64.fraction
ONE = U64F64.one
NARROWER = U64F64.fraction - I32F32.fraction
GREATEST = (2**31 - 1) << FRACTION
"""The greatest whole number of I32F32, as U64F64."""
MIN_SCALE = GREATEST // (2**64 - 1)
SQRT_PRECISION = ONE // 1000
SQRT_ROUNDS = 130

Flows = Mapping[int, int]


def flow_shares_334(tx: Tx, netuids: list[int]) -> Flows:
    """Shares by the average flow of users' TAO above its minimum, to the power FlowNormExponent."""
    return _shares(tx, {netuid: user_flow(tx, netuid) for netuid in netuids})


def flow_shares_411(tx: Tx, netuids: list[int]) -> Flows:
    """As before; a part of the chain's flow is subtracted, limited to the total flow of users."""
    users = {netuid: user_flow(tx, netuid) for netuid in netuids}
    if not tx.storage.net_tao_flow_enabled.value:
        return _shares(tx, users)
    chain = {netuid: protocol_flow(tx, netuid) for netuid in netuids}
    brought = [I64F64.saturate(sum(max(flow, 0) for flow in flows.values())) for flows in (users, chain)]
    factor = min(I64F64.safe_div(*brought), ONE)
    costs = {netuid: I64F64.saturating_mul(factor, flow) if flow > 0 else flow for netuid, flow in chain.items()}
    return _shares(tx, {netuid: I64F64.saturating_sub(flow, costs[netuid]) for netuid, flow in users.items()})


def user_flow(tx: Tx, netuid: int) -> int:
    """The average flow of users' TAO into a subnet, up to this block."""
    return _average(tx, tx.storage.subnet_tao_flow, tx.storage.subnet_ema_tao_flow, netuid)


def protocol_flow(tx: Tx, netuid: int) -> int:
    """The average flow of the chain's own TAO into a subnet, up to this block."""
    return _average(tx, tx.storage.subnet_protocol_flow, tx.storage.subnet_ema_protocol_flow, netuid)


def _average(tx: Tx, flows: StorageMap[int, int], averages: StorageMap[int, tuple[int, int] | None], netuid: int) -> int:
    """Update an average by the flow since, once per block."""
    block, before = averages.get(netuid) or (0, 0)
    if block == tx.block:
        return before
    weight = I64F64.safe_div(I64F64.from_int(tx.storage.flow_ema_smoothing_factor.value), I64F64.from_int(2**63 - 1))
    now = I64F64.saturating_mul(weight, I64F64.from_int(flows[netuid]))
    average = I64F64.saturating_add(I64F64.saturating_mul(I64F64.one - weight, before), now)
    averages[netuid] = tx.block, average
    flows.remove(netuid)
    return average


def _shares(tx: Tx, flows: Flows) -> Flows:
    least = max(tx.storage.tao_flow_cutoff.value, min([0, *flows.values()]))
    above = {netuid: max(I64F64.saturating_sub(flow, least), 0) for netuid, flow in flows.items()}
    return normalized_powers(above, tx.storage.flow_norm_exponent.value)


def normalized_powers(flows: Flows, exponent: int) -> Flows:
    """Each flow to a power, as a part of their sum; scaled first to fit I32F32 best."""
    greatest = max(flows.values(), default=0)
    upscale = U64F64.safe_div(ONE, greatest)
    scaled = {netuid: U64F64.saturating_mul(upscale, flow) for netuid, flow in flows.items()}
    top = max(scaled.values(), default=0)
    all_at_top = U64F64.saturating_mul(len(scaled) << FRACTION, U64F64.saturating_mul(top, top))
    if all_at_top < MIN_SCALE:
        return scaled
    factor = _sqrt(U64F64.safe_div(GREATEST, all_at_top))
    powers = {netuid: _power(U64F64.saturating_mul(factor, flow), exponent) for netuid, flow in scaled.items()}
    total = U64F64.wrap(sum(powers.values()))
    return {netuid: U64F64.safe_div(power, total) for netuid, power in powers.items()}


def _power(base: int, exponent: int) -> int:
    """base ^ exponent by logarithm and exponential in I32F32; 0 for 0, the greatest integer where it does not fit."""
    logarithm = ln(I32F32.saturate(base >> NARROWER))
    if logarithm is None:
        return 0
    power = exp(I32F32.saturating_mul(I32F32.saturate(exponent >> NARROWER), logarithm))
    return GREATEST if power is None else max(power, 0) << NARROWER


def _sqrt(value: int) -> int:
    """The square root of a U64F64 to about a thousandth, by bisection. Source: subtensor primitives/safe-math::checked_sqrt."""
    low, high = (0, value) if value > ONE else (value, ONE)
    middle = U64F64.saturating_add(high, low) // 2
    for _ in range(SQRT_ROUNDS):
        quotient = U64F64.safe_div(value, middle)
        if abs(quotient - middle) <= SQRT_PRECISION:
            break
        low, high = (low, middle) if quotient < middle else (middle, high)
        middle = U64F64.saturating_add(high, low) // 2
    return middle
