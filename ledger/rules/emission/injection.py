"""What becomes of a block's TAO and alpha since spec_version 334: into pools, buying from pools, and what waits for the epochs.

Source: subtensor coinbase/run_coinbase.rs, spec_version 424.
"""

from collections.abc import Callable
from typing import NamedTuple

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import recycle_minted, spend_minted, subnet_account
from neuron_ledger.ledger.rules.emission.coinbase import (
    cut_for_owners_of,
    parts_of_root,
    root_weight,
    take_all,
    where_any_emits,
)
from neuron_ledger.ledger.rules.emission.shares import NARROWER, emitting_netuids, moving_prices_334
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import alpha_issuances, mint_into_pools, mint_outstanding, recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.flows import move_flow
from neuron_ledger.ledger.rules.stake.weighted_pool import Swap
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_prices_283, swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import BlockEmission, Pending, Tx
from neuron_ledger.projections.storage import Storage

# ---------------------------------------------------------------------------------------------------------------- pools


def forget_root_sales_411(tx: Tx, _: BlockEmission) -> None:
    """What was sold for root in the block before is counted no more."""
    for netuid in list(tx.storage.subnet_root_sell_tao):
        tx.storage.subnet_root_sell_tao.remove(netuid)


class Injected(NamedTuple):
    """What became of a share: rao put into the pool, and what the chain bought for the rest."""

    tao: int
    bought: Swap


NOTHING = Swap(0, 0, 0)

Spend = Callable[[int, int], bool]
"""(netuid, rao) → whether the rao came into being for the subnet."""


@where_any_emits
def inject_334(tx: Tx, emission: BlockEmission) -> None:
    """Buy alpha for the TAO that has no alpha to go along with, put the rest into the pools; TAO is issued where it is spent."""
    issuance = tx.storage.total_issuance

    def spend(_: int, tao: int) -> bool:
        issuance.value = add_u64(issuance.value, tao)
        return True

    _inject(tx, emission, spend)


def inject_411(tx: Tx, emission: BlockEmission) -> None:
    """As before, with TAO that was minted; what is left over is recycled, and what the chain brings is counted.

    Source: subtensor coinbase/run_coinbase.rs::inject_and_maybe_swap, spec_version 424.
    """
    if emission.shares:
        _inject_what_was_minted(tx, emission)
    recycle_minted(tx, emission.unspent)


def _inject_what_was_minted(tx: Tx, emission: BlockEmission) -> None:
    storage, balances = tx.storage, tx.storage.balances

    def spend(netuid: int, tao: int) -> bool:
        spent = spend_minted(balances, subnet_account(netuid), emission.unspent, tao)
        if spent:
            emission.unspent -= tao
        return spent

    excess_tao, alpha_bought, flows = storage.subnet_excess_tao, storage.subnet_protocol_alpha, storage.subnet_protocol_flow
    for netuid, injected in zip(emission.netuids, _inject(tx, emission, spend), strict=True):
        bought = injected.bought
        excess_tao[netuid] = bought.paid_in
        if bought.paid_in:
            alpha_bought[netuid] = add_u64(alpha_bought[netuid], bought.paid_out)
        if bought.paid_in or injected.tao:
            move_flow(flows, netuid, bought.paid_in + injected.tao)


def _inject(tx: Tx, emission: BlockEmission, spend: Spend) -> list[Injected]:
    """Returns: what became of the shares, in their order."""
    storage, room_for, fraction = tx.storage, tx.rules.pool.room_for, u96f32.FRACTION
    tao_in, alpha_in, reserves = storage.subnet_tao_in_emission, storage.subnet_alpha_in_emission, storage.subnet_tao
    stakes, done = storage.total_stake, []
    minted: dict[int, int] = {}
    for share in emission.shares:
        netuid = share.netuid
        tao, alpha = room_for(tx, netuid, share.tao_in >> fraction, share.alpha_in >> fraction)  # parts of what are u64
        excess = share.excess_tao >> fraction
        bought = _bought(tx, netuid, excess) if excess and spend(netuid, excess) else NOTHING
        alpha_in[netuid] = minted[netuid] = alpha
        if tao and not spend(netuid, tao):
            tao = 0
        tao_in[netuid] = tao
        if tao:
            reserves[netuid] = add_u64(reserves[netuid], tao)
            stakes.value = add_u64(stakes.value, tao)
        done.append(Injected(tao, bought))
    mint_into_pools(tx, minted)
    return done


def _bought(tx: Tx, netuid: int, tao: int) -> Swap:
    """Buy alpha for the chain itself, without a fee; none where the pool refuses."""
    try:
        return swap_tao_for_alpha_283(tx, netuid, tao, drop_fees=True)
    except ChainError:
        return NOTHING


# --------------------------------------------------------------------------------------------- what waits for the epoch


@where_any_emits
def mint_alpha_out_334(tx: Tx, emission: BlockEmission) -> None:
    """New alpha for those who work for the subnets."""
    brought = tx.storage.subnet_alpha_out_emission
    amounts = {share.netuid: u96f32.whole(share.alpha_out) for share in emission.shares}
    for netuid, amount in amounts.items():
        brought[netuid] = amount
    mint_outstanding(tx, amounts)


@where_any_emits
def cut_for_owners_411(tx: Tx, emission: BlockEmission) -> None:
    """Put the owners' part of the alpha aside, where the subnet has it switched on."""
    has_cut = tx.storage.owner_cut_enabled
    cut_for_owners_of(tx.storage, [share for share in emission.shares if has_cut[share.netuid]])


@where_any_emits
def accumulate_343(tx: Tx, emission: BlockEmission) -> None:
    """Let half of the alpha wait for miners, the rest for validators and root; root's is recycled where no price carries it.

    Source: subtensor coinbase/run_coinbase.rs::emit_to_subnets, get_network_root_sell_flag, spec_version 424.
    """
    storage = tx.storage
    miners, validators = storage.pending_server_emission, storage.pending_validator_emission
    for share, root in zip(emission.shares, roots_alpha(tx, emission), strict=True):
        netuid, alpha = share.netuid, share.alpha_out
        half = alpha >> 1
        miners[netuid] = add_u64(miners[netuid], half >> u96f32.FRACTION)
        validators[netuid] = add_u64(validators[netuid], alpha - half - root >> u96f32.FRACTION)


def roots_alpha(tx: Tx, emission: BlockEmission) -> list[int]:
    """Root's parts of the shares' alpha, U96F32: half of what root weighs. They wait for root, or are recycled."""
    storage = tx.storage
    waiting = storage.pending_root_alpha_divs if root_is_carried(storage, emission) else None
    issued = alpha_issuances(storage, emission.netuids)
    parts = []
    for share, weight in zip(emission.shares, parts_of_root(root_weight(storage), issued), strict=True):
        netuid, root = share.netuid, (weight * share.alpha_out >> u96f32.FRACTION) >> 1
        if waiting is None:
            recycle_subnet_alpha(tx, netuid, root >> u96f32.FRACTION)
        else:
            waiting[netuid] = add_u64(waiting[netuid], root >> u96f32.FRACTION)
        parts.append(root)
    return parts


def root_is_carried(storage: Storage, emission: BlockEmission) -> bool:
    """Whether the moving prices of all subnets that emit come to more than 1."""
    return sum(moving_prices_334(storage, emission.netuids)) > U64F64.one


@where_any_emits
def accumulate_334(tx: Tx, emission: BlockEmission) -> None:
    """Let root's part of the alpha wait for root, all else for the epoch; root's is recycled where no price carries it."""
    pending = tx.storage.pending_emission
    for share, root in zip(emission.shares, roots_alpha(tx, emission), strict=True):
        rest = u96f32.whole(u96f32.sub(share.alpha_out, root))
        pending[share.netuid] = add_u64(pending[share.netuid], rest)


def take_pending_334(tx: Tx, netuid: int) -> Pending:
    """What is pending for a subnet: half of all alpha for miners, the rest for validators, after root's part; the owner's cut."""
    storage = tx.storage
    alpha, root, _, owner_cut = take_all(
        netuid,
        storage.pending_emission,
        storage.pending_root_alpha_divs,
        storage.pending_root_alpha_divs,
        storage.pending_owner_cut,
    )
    validators = sub_u64(add_u64(alpha, root) // 2, root)
    return alpha - validators, validators, root, owner_cut


def take_pending_343(tx: Tx, netuid: int) -> Pending:
    """What is pending for a subnet: alpha for miners, for validators, for root, and the owner's cut."""
    storage = tx.storage
    return take_all(
        netuid,
        storage.pending_server_emission,
        storage.pending_validator_emission,
        storage.pending_root_alpha_divs,
        storage.pending_owner_cut,
    )


# --------------------------------------------------------------------------------------------- after the block's epochs


def move_prices_334(tx: Tx) -> None:
    """Move the average prices of the subnets that emit.

    Source: subtensor coinbase/block_step.rs::update_moving_prices, staking/stake_utils.rs::update_moving_price, spec_version 424.
    """
    storage, one, fraction, greatest = tx.storage, U64F64.one, U64F64.fraction, U64F64.greatest
    block, alpha = tx.block, max(storage.subnet_moving_alpha.value, 0) << NARROWER
    begins, halvings, averages = (
        storage.first_emission_block_number,
        storage.ema_price_halving_blocks,
        storage.subnet_moving_price,
    )
    netuids = emitting_netuids(tx)
    if not netuids:
        return
    prices, before = alpha_prices_283(storage, netuids), moving_prices_334(storage, netuids)
    ages = zip(begins.values_of(netuids), halvings.values_of(netuids), strict=True)
    for netuid, price, average, (begin, halving) in zip(netuids, prices, before, ages, strict=True):
        blocks = sub_u64(block, sub_u64(begin or 0, 1))
        whole = blocks + halving
        weight = alpha * ((blocks << fraction) // (whole if whole <= U64_MAX else U64_MAX)) >> fraction if whole else 0
        if weight > greatest:
            weight = greatest
        now = weight * (price if price < one else one) >> fraction
        rest = (one - weight) * average >> fraction if weight < one else 0
        moved = now + rest
        averages[netuid] = (moved if moved <= greatest else greatest) >> NARROWER


def note_root_proportions_365(tx: Tx) -> None:
    """Note what root weighs in the subnets that emit.

    Source: subtensor coinbase/block_step.rs::update_root_prop, spec_version 424.
    """
    storage, netuids = tx.storage, emitting_netuids(tx)
    if not netuids:
        return
    noted = storage.root_prop
    for netuid, part in zip(netuids, parts_of_root(root_weight(storage), alpha_issuances(storage, netuids)), strict=True):
        noted[netuid] = part
