"""Where a block's TAO and alpha go since spec_version 334: into pools, into purchases from pools, and into what is pending.

Source: subtensor coinbase/run_coinbase.rs, spec_version 424.
"""

from collections.abc import Mapping
from typing import NamedTuple

from neuron_ledger.ledger.rules.accounts.tao import recycle_minted, subnet_account, with_minted
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
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_prices_283, buy_without_fee_283
from neuron_ledger.ledger.runtime import BlockEmission, Pending, Tx
from neuron_ledger.projections.storage import Storage

# ---------------------------------------------------------------------------------------------------------------- pools


def forget_root_sales_411(tx: Tx, _: BlockEmission) -> None:
    """Clear the amounts that were sold for root in the block before."""
    for netuid in list(tx.storage.subnet_root_sell_tao):
        tx.storage.subnet_root_sell_tao.remove(netuid)


class Injection(NamedTuple):
    """How a subnet's share is used, u64: rao that buy alpha; rao and alpha that are put into the pool."""

    netuid: int
    buying: int
    tao: int
    alpha: int


NOTHING = Swap(0, 0, 0)


@where_any_emits
def inject_334(tx: Tx, emission: BlockEmission) -> None:
    """Buy alpha for the TAO without matching alpha, put the rest into the pools; TAO counts as issued when it is spent."""
    injections, issuance = _that_have_room(tx, emission), tx.storage.total_issuance
    spent = sum(injection.buying + injection.tao for injection in injections)
    if spent:
        issuance.value = add_u64(issuance.value, spent)
    _inject(tx, injections)


def inject_411(tx: Tx, emission: BlockEmission) -> None:
    """As before, with TAO that was minted; the rest is recycled, and the chain's flow is counted.

    Source: subtensor coinbase/run_coinbase.rs::inject_and_maybe_swap, spec_version 424.
    """
    if emission.shares:
        injections = _spent(tx, emission, _that_have_room(tx, emission))
        _count_what_came(tx, injections, _inject(tx, injections))
    recycle_minted(tx, emission.unspent)


def _that_have_room(tx: Tx, emission: BlockEmission) -> list[Injection]:
    """The parts of the shares that the pools accept, after preparing the pools."""
    fraction, shares = u96f32.FRACTION, emission.shares  # parts of u64 amounts
    offered = [(share.netuid, share.tao_in >> fraction, share.alpha_in >> fraction) for share in shares]
    room = tx.rules.pool.room_for(tx, offered)
    return [Injection(share.netuid, share.excess_tao >> fraction, *fits) for share, fits in zip(shares, room, strict=True)]


def _spent(tx: Tx, emission: BlockEmission, injections: list[Injection]) -> list[Injection]:
    """Move the TAO from what was minted for the block to the subnets' accounts. Returns: what could be spent."""
    balances, left, spent = tx.storage.balances, emission.unspent, []
    accounts = [subnet_account(injection.netuid) for injection in injections]
    for account, before, injection in zip(accounts, balances.values_of(accounts), injections, strict=True):
        netuid, buying, tao, alpha = injection
        balance = with_minted(before, left, buying)
        if balance is None:
            buying, balance = 0, before
        left -= buying
        after = with_minted(balance, left, tao)
        if after is None:
            tao, after = 0, balance
        left -= tao
        if buying or tao:
            balances[account] = after
        spent.append(Injection(netuid, buying, tao, alpha))
    emission.unspent = left
    return spent


def _inject(tx: Tx, injections: list[Injection]) -> dict[int, Swap]:
    """Buy alpha for the chain, and put the rest into the pools. Returns: what was bought, by netuid."""
    storage = tx.storage
    bought = buy_without_fee_283(tx, {netuid: buying for netuid, buying, _, _ in injections if buying})
    tao_in, alpha_in, reserves = storage.subnet_tao_in_emission, storage.subnet_alpha_in_emission, storage.subnet_tao
    minted, brought = {}, 0
    for netuid, _, tao, alpha in injections:
        alpha_in[netuid] = minted[netuid] = alpha
        tao_in[netuid] = tao
        if tao:
            reserves[netuid] = add_u64(reserves[netuid], tao)
            brought += tao
    if brought:
        storage.total_stake.value = add_u64(storage.total_stake.value, brought)
    mint_into_pools(tx, minted)
    return bought


def _count_what_came(tx: Tx, injections: list[Injection], bought: Mapping[int, Swap]) -> None:
    """Note what the chain paid into pools, and what it received."""
    storage = tx.storage
    excess_tao, alpha_bought, flows = storage.subnet_excess_tao, storage.subnet_protocol_alpha, storage.subnet_protocol_flow
    for netuid, _, tao, _ in injections:
        paid_in, paid_out, _ = bought.get(netuid, NOTHING)
        excess_tao[netuid] = paid_in
        if paid_in:
            alpha_bought[netuid] = add_u64(alpha_bought[netuid], paid_out)
        if paid_in or tao:
            move_flow(flows, netuid, paid_in + tao)


# ------------------------------------------------------------------------------------------------------------- pending


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
    """Set the owners' part of the alpha aside, where the subnet has this enabled."""
    has_cut = tx.storage.owner_cut_enabled
    cut_for_owners_of(tx.storage, [share for share in emission.shares if has_cut[share.netuid]])


@where_any_emits
def accumulate_343(tx: Tx, emission: BlockEmission) -> None:
    """Note half of the alpha as pending for miners, the rest for validators and root; root's is recycled if prices are too low.

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
    """Root's parts of the shares' alpha, U96F32: half of root's proportion. They become pending for root, or are recycled."""
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
    """Whether the moving prices of all subnets that emit add up to more than 1."""
    return sum(moving_prices_334(storage, emission.netuids)) > U64F64.one


@where_any_emits
def accumulate_334(tx: Tx, emission: BlockEmission) -> None:
    """Note root's part of the alpha as pending for root, the rest for the epoch; root's is recycled if prices are too low."""
    pending = tx.storage.pending_emission
    for share, root in zip(emission.shares, roots_alpha(tx, emission), strict=True):
        rest = u96f32.whole(u96f32.sub(share.alpha_out, root))
        pending[share.netuid] = add_u64(pending[share.netuid], rest)


def take_pending_334(tx: Tx, netuid: int) -> Pending:
    """Pending: half of all alpha for miners, the rest after root's part for validators, root's part, the owner's cut."""
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
    """The pending emission of a subnet: alpha for miners, for validators, for root, and the owner's cut."""
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
    """Update the moving prices of the subnets that emit.

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
    """Note root's proportion in the subnets that emit.

    Source: subtensor coinbase/block_step.rs::update_root_prop, spec_version 424.
    """
    storage, netuids = tx.storage, emitting_netuids(tx)
    if not netuids:
        return
    noted = storage.root_prop
    for netuid, part in zip(netuids, parts_of_root(root_weight(storage), alpha_issuances(storage, netuids)), strict=True):
        noted[netuid] = part
