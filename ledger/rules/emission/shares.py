"""Which subnets get a block's TAO, and how it is split: by the flow of TAO since spec_version 334, by price since 421.

Shares are U64F64 and add up to about 1; amounts of TAO and alpha are U96F32.
Source: subtensor coinbase/subnet_emissions.rs, coinbase/run_coinbase.rs::get_subnet_terms, spec_version 424.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import compress

from neuron_ledger.ledger.rules.accounts.tao import mint_tao
from neuron_ledger.ledger.rules.emission.coinbase import (
    look_up_block_emission,
    look_up_block_emissions,
    parts_of_root,
    root_weight,
)
from neuron_ledger.ledger.rules.emission.flow_shares import flow_shares_334, flow_shares_411
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.stake.alpha import alpha_issuances
from neuron_ledger.ledger.rules.stake.pool import STABLE
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_prices_283
from neuron_ledger.ledger.runtime import BlockEmission, Share, Tx
from neuron_ledger.projections.storage import Storage

ONE = U64F64.one
FRACTION = U64F64.fraction
NARROWER = FRACTION - u96f32.FRACTION
"""The fractional bits that U64F64 has more than U96F32."""

AlphaCaps = Callable[[list[int], list[int], int], list[int]]
"""(netuids, each one's alpha emission, the block's TAO) → the maximum that goes into each pool; all in U96F32."""


def emitting_334(storage: Storage, netuids: Collection[int]) -> list[int]:
    """Those subnets whose emission has begun, and on which registration is allowed."""
    allowed = compress(netuids, storage.network_registration_allowed.values_of(netuids))
    begins = storage.first_emission_block_number.get
    return [netuid for netuid in allowed if netuid != ROOT and begins(netuid) is not None]


def emitting_361(storage: Storage, netuids: Collection[int]) -> list[int]:
    """As before; their token must also be enabled."""
    netuids = emitting_334(storage, netuids)
    return list(compress(netuids, storage.subtoken_enabled.values_of(netuids)))


def emitting_netuids(tx: Tx) -> list[int]:
    """The subnets that emit, in the order of the chain's maps."""
    return tx.rules.emitting(tx.storage, known_netuids(tx.storage))


def moving_prices_334(storage: Storage, netuids: Collection[int]) -> list[int]:
    """The moving averages of subnets' prices, U64F64; 1 where there is no pool.

    Source: subtensor staking/stake_utils.rs::get_moving_alpha_price, spec_version 424.
    """
    mechanisms, averages = storage.subnet_mechanism.values_of(netuids), storage.subnet_moving_price.values_of(netuids)
    return [
        ONE if netuid == ROOT or mechanism == STABLE else average << NARROWER if average > 0 else 0
        for netuid, mechanism, average in zip(netuids, mechanisms, averages, strict=True)
    ]


# -------------------------------------------------------------------------------------------------------- a block's TAO


def share_by_price_421(tx: Tx) -> BlockEmission:
    """Mint a block's TAO and split it by price, by root's proportion, and by the part of incentives that miners got."""
    tao = mint_block_emission(tx)
    netuids = emitting_netuids(tx)
    if not netuids:
        return BlockEmission([], unspent=tao)
    parts = dict(zip(netuids, parts_of_root(root_weight(tx.storage), alpha_issuances(tx.storage, netuids)), strict=True))
    return share_out(tx, tao, among_enabled(tx, price_shares_421(tx, parts)), partial(root_parts_of_alpha, parts))


def mint_block_emission(tx: Tx) -> int:
    """Mint this block's TAO. Returns: the amount."""
    tao = look_up_block_emission(tx.storage, tx.storage.total_issuance.value)
    return mint_tao(tx, tao) if tao else 0


def share_out(tx: Tx, tao: int, shares: Mapping[int, int], alpha_caps: AlphaCaps) -> BlockEmission:
    """Split rao among the subnets that emit: as much goes into a pool as alpha may be added with it; the rest buys alpha."""
    storage, netuids, greatest = tx.storage, sorted(shares), U64F64.greatest
    brought = [emission << u96f32.FRACTION for emission in look_up_block_emissions(storage, alpha_issuances(storage, netuids))]
    caps = alpha_caps(netuids, brought, tao << u96f32.FRACTION)
    terms = {}
    for netuid, bits, alpha_out, cap in zip(netuids, alpha_prices_283(storage, netuids), brought, caps, strict=True):
        share = tao * shares[netuid]
        emission = (share if share <= greatest else greatest) >> NARROWER
        price = bits >> NARROWER
        tao_in, alpha_in = emission, u96f32.safe_div(emission, price)
        if alpha_in > cap:
            alpha_in, tao_in = cap, u96f32.mul(cap, price)
        terms[netuid] = Share(netuid, tao_in, alpha_in, alpha_out, emission - tao_in if emission > tao_in else 0)
    return BlockEmission([terms[netuid] for netuid in shares], unspent=tao)


def smaller_emissions(_: list[int], brought: list[int], block_tao: int) -> list[int]:
    """The block's alpha, but not more than the block's TAO."""
    return [min(alpha, block_tao) for alpha in brought]


def root_parts_of_alpha(parts: Mapping[int, int], netuids: list[int], brought: list[int], _: int) -> list[int]:
    """Root's proportion (U96F32 by netuid, at most 1) of the block's alpha."""
    return [parts[netuid] * alpha >> u96f32.FRACTION for netuid, alpha in zip(netuids, brought, strict=True)]


def among_enabled(tx: Tx, shares: Mapping[int, int]) -> Mapping[int, int]:
    """The shares after distributing those of subnets whose emission is switched off among the others (since spec_version 411)."""
    enabled = set(compress(shares, tx.storage.subnet_emission_enabled.values_of(shares)))
    if len(enabled) == len(shares):
        return shares
    total = U64F64.saturate(sum(shares[netuid] for netuid in enabled))
    return {netuid: U64F64.safe_div(share, total) if netuid in enabled else 0 for netuid, share in shares.items()}


# --------------------------------------------------------------------------------------------------------------- shares


def price_shares_421(tx: Tx, parts: Mapping[int, int]) -> Mapping[int, int]:
    """Shares by moving price, root's proportion and the part of incentives that miners got; by price alone where all are 0.

    parts: root's proportion in each subnet that emits, U96F32.
    """
    by_price, withheld = _normal(moving_prices_334(tx.storage, parts)), tx.storage.miner_burned.values_of(parts)
    worth = map(_worth, parts.values(), withheld)
    weighed = [share * part >> FRACTION for share, part in zip(by_price, worth, strict=True)]  # none of them is more than 1
    return dict(zip(parts, _normal(weighed) if any(weighed) else by_price, strict=True))


def _worth(part: int, withheld: int) -> int:
    """Root's proportion (U96F32, at most 1) reduced by the part (U96F32) that was withheld from miners; U64F64."""
    kept = ONE - (withheld << NARROWER)
    return (part << NARROWER) * kept >> FRACTION if kept > 0 else 0


def _normal(weights: Sequence[int]) -> list[int]:
    """Each weight as a part of their sum; 0 where that is 0."""
    total = U64F64.saturate(sum(weights))
    return [(weight << FRACTION) // total for weight in weights] if total else [0 for _ in weights]


# ------------------------------------------------------------------------------------------------------- shares by flow


def share_by_flow_334(tx: Tx) -> BlockEmission:
    """Split a block's TAO by the flow into subnets; it is created when it is spent."""
    tao = look_up_block_emission(tx.storage, tx.storage.total_issuance.value)
    return share_out(tx, tao, flow_shares_334(tx, emitting_netuids(tx)), smaller_emissions)


def share_by_flow_411(tx: Tx) -> BlockEmission:
    """As before, with TAO that is minted first."""
    tao = mint_block_emission(tx)
    return share_out(tx, tao, among_enabled(tx, flow_shares_411(tx, emitting_netuids(tx))), smaller_emissions)
