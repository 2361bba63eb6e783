"""What becomes of a block's TAO and alpha since spec_version 334: into pools, buying from pools, and what waits for the epochs.

Source: subtensor coinbase/run_coinbase.rs, spec_version 424.
"""

from collections.abc import Callable
from typing import NamedTuple

from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import recycle_minted, spend_minted, subnet_account
from neuron_ledger.ledger.rules.emission.coinbase import HALF, cut_for_owner, part_of_root, root_weight, take_all
from neuron_ledger.ledger.rules.emission.shares import NARROWER, emitting_netuids, moving_price_334
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import I96F32, U64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import get_alpha_issuance, mint_into_pool, mint_outstanding, recycle_subnet_alpha
from neuron_ledger.ledger.rules.stake.flows import record_protocol_inflow
from neuron_ledger.ledger.rules.stake.weighted_pool import Swap
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import BlockEmission, Pending, Share, Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

# ---------------------------------------------------------------------------------------------------------------- pools


def forget_root_sales_411(tx: Tx, _: BlockEmission) -> None:
    """What was sold for root in the block before is counted no more."""
    for netuid in list(tx.storage.subnet_root_sell_tao):
        tx.storage.subnet_root_sell_tao.remove(netuid)


class Injected(NamedTuple):
    """What became of a share: rao put into the pool and alpha with it, and what the chain bought for the rest."""

    tao: int
    alpha: int
    bought: Swap


Spend = Callable[[Tx, BlockEmission, int, int], bool]
"""(emission, netuid, rao) → whether the rao came into being for the subnet."""


def inject_334(tx: Tx, emission: BlockEmission) -> None:
    """Buy alpha for the TAO that has no alpha to go along with, put the rest into the pools."""
    for share in emission.shares:
        _inject(tx, emission, share, issue_when_spent)


def inject_411(tx: Tx, emission: BlockEmission) -> None:
    """As before, with TAO that was minted; what is left over is recycled, and what the chain brings is counted.

    Source: subtensor coinbase/run_coinbase.rs::inject_and_maybe_swap, spec_version 424.
    """
    storage = tx.storage
    for share in emission.shares:
        netuid = share.netuid
        injected = _inject(tx, emission, share, spend_for_subnet)
        storage.subnet_excess_tao[netuid] = injected.bought.paid_in
        if injected.bought.paid_in:
            bought = storage.subnet_protocol_alpha
            bought[netuid] = add_u64(bought[netuid], injected.bought.paid_out)
            record_protocol_inflow(tx, netuid, injected.bought.paid_in)
        if injected.tao:
            record_protocol_inflow(tx, netuid, injected.tao)
    recycle_minted(tx, emission.unspent)


def _inject(tx: Tx, emission: BlockEmission, share: Share, spend: Spend) -> Injected:
    storage, netuid = tx.storage, share.netuid
    tao, alpha = tx.rules.pool.room_for(tx, netuid, u96f32.whole(share.tao_in), u96f32.whole(share.alpha_in))
    excess = u96f32.whole(share.excess_tao)
    bought = _bought(tx, netuid, excess) if excess and spend(tx, emission, netuid, excess) else NOTHING
    storage.subnet_alpha_in_emission[netuid] = alpha
    mint_into_pool(tx, netuid, alpha)
    if tao and not spend(tx, emission, netuid, tao):
        tao = 0
    storage.subnet_tao_in_emission[netuid] = tao
    if tao:
        storage.subnet_tao[netuid] = add_u64(storage.subnet_tao[netuid], tao)
        storage.total_stake.value = add_u64(storage.total_stake.value, tao)
    return Injected(tao, alpha, bought)


NOTHING = Swap(0, 0, 0)


def _bought(tx: Tx, netuid: int, tao: int) -> Swap:
    """Buy alpha for the chain itself, without a fee; none where the pool refuses."""
    try:
        return swap_tao_for_alpha_283(tx, netuid, tao, drop_fees=True)
    except ChainError:
        return NOTHING


def issue_when_spent(tx: Tx, _: BlockEmission, __: int, tao: int) -> bool:
    """Until spec_version 411 TAO comes into being where it is spent."""
    tx.storage.total_issuance.value = add_u64(tx.storage.total_issuance.value, tao)
    return True


def spend_for_subnet(tx: Tx, emission: BlockEmission, netuid: int, tao: int) -> bool:
    """Give a subnet's account a part of what was minted, if that can be."""
    spent = spend_minted(tx, subnet_account(netuid), emission.unspent, tao)
    if spent:
        emission.unspent -= tao
    return spent


# --------------------------------------------------------------------------------------------- what waits for the epoch


def mint_alpha_out_334(tx: Tx, emission: BlockEmission) -> None:
    """New alpha for those who work for the subnets."""
    for share in emission.shares:
        amount = u96f32.whole(share.alpha_out)
        tx.storage.subnet_alpha_out_emission[share.netuid] = amount
        mint_outstanding(tx, share.netuid, amount)


def cut_for_owners_411(tx: Tx, emission: BlockEmission) -> None:
    """Put the owners' part of the alpha aside, where the subnet has it switched on."""
    for share in emission.shares:
        if tx.storage.owner_cut_enabled[share.netuid]:
            cut_for_owner(tx.storage, share)


def accumulate_343(tx: Tx, emission: BlockEmission) -> None:
    """Let half of the alpha wait for miners, the rest for validators and root; root's is recycled where no price carries it.

    Source: subtensor coinbase/run_coinbase.rs::emit_to_subnets, get_network_root_sell_flag, spec_version 424.
    """
    storage = tx.storage
    root_gets_it, of_root = root_is_carried(storage, emission), root_weight(storage)
    for share in emission.shares:
        netuid, alpha = share.netuid, share.alpha_out
        root = root_alpha(tx, share, of_root)
        miners = u96f32.mul(alpha, HALF)
        validators = u96f32.sub(u96f32.sub(alpha, miners), root)
        _wait(storage.pending_server_emission, netuid, miners)
        _wait(storage.pending_validator_emission, netuid, validators)
        if root_gets_it:
            _wait(storage.pending_root_alpha_divs, netuid, root)
        else:
            recycle_subnet_alpha(tx, netuid, u96f32.whole(root))


def root_is_carried(storage: Storage, emission: BlockEmission) -> bool:
    """Whether the moving prices of all subnets that emit come to more than 1."""
    return sum(moving_price_334(storage, share.netuid) for share in emission.shares) > U64F64.one


def root_alpha(tx: Tx, share: Share, of_root: int) -> int:
    """Root's part of a share's alpha, U96F32: half of what it weighs. of_root: what all of root weighs."""
    part = part_of_root(of_root, get_alpha_issuance(tx, share.netuid))
    return u96f32.mul(u96f32.mul(part, share.alpha_out), HALF)


def _wait(table: StorageMap[int, int], netuid: int, amount: int) -> None:
    table[netuid] = add_u64(table[netuid], u96f32.whole(amount))


def accumulate_334(tx: Tx, emission: BlockEmission) -> None:
    """Let root's part of the alpha wait for root, all else for the epoch; root's is recycled where no price carries it."""
    storage = tx.storage
    root_gets_it, of_root = root_is_carried(storage, emission), root_weight(storage)
    for share in emission.shares:
        netuid, root = share.netuid, root_alpha(tx, share, of_root)
        _wait(storage.pending_emission, netuid, u96f32.sub(share.alpha_out, root))
        if root_gets_it:
            _wait(storage.pending_root_alpha_divs, netuid, root)
        else:
            recycle_subnet_alpha(tx, netuid, u96f32.whole(root))


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
    block, alpha = tx.block, max(tx.storage.subnet_moving_alpha.value, 0) << NARROWER
    for netuid in emitting_netuids(tx):
        tx.storage.subnet_moving_price[netuid] = _moved_price(tx, netuid, block, alpha)


def _moved_price(tx: Tx, netuid: int, block: int, alpha: int) -> int:
    storage, one = tx.storage, U64F64.one
    begun = sub_u64((storage.first_emission_block_number[netuid] or 0), 1)
    blocks = sub_u64(block, begun)
    whole = add_u64(blocks, storage.ema_price_halving_blocks[netuid])
    weight = U64F64.saturating_mul(alpha, (blocks << U64F64.fraction) // whole if whole else 0)
    now = U64F64.saturating_mul(weight, min(alpha_price_283(tx, netuid), one))
    before = U64F64.saturating_mul(sub_u64(one, weight), moving_price_334(storage, netuid))
    return I96F32.saturate(U64F64.saturating_add(now, before) >> NARROWER)


def note_root_proportions_365(tx: Tx) -> None:
    """Note what root weighs in the subnets that emit.

    Source: subtensor coinbase/block_step.rs::update_root_prop, spec_version 424.
    """
    root = root_weight(tx.storage)
    for netuid in emitting_netuids(tx):
        tx.storage.root_prop[netuid] = part_of_root(root, get_alpha_issuance(tx, netuid))
