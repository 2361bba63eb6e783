"""What every block brings: TAO and alpha for the pools, alpha for owners, validators and miners, and the epochs that are due."""

from collections.abc import Collection

from neuron_ledger.ledger.rules.emission.issuance import TOTAL_SUPPLY, get_block_emission_for_issuance
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import get_alpha_issuance
from neuron_ledger.ledger.rules.stake.pool import STABLE, updated_moving_price
from neuron_ledger.ledger.rules.stake.positions import get_tao_weight
from neuron_ledger.ledger.runtime import BlockEmission, Pending, Share, Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

HALF = u96f32.ONE // 2


def run_coinbase(tx: Tx) -> None:
    """Bring a block's emission to the subnets.

    Source: subtensor coinbase/block_step.rs::block_step, coinbase/run_coinbase.rs::run_coinbase, spec_version 277.
    """
    emission = tx.rules.share_emission(tx)
    for step in tx.rules.emission_steps:
        step(tx, emission)


def run_due_epochs(tx: Tx) -> None:
    """Hand out what is pending where an epoch is due; elsewhere one more block passed since the last."""
    run_epochs_of(tx, tx.due_epochs)


def run_epochs_of(tx: Tx, netuids: Collection[int]) -> None:
    """The same for these subnets."""
    storage = tx.storage
    for netuid in known_netuids(storage):
        if netuid == ROOT:
            continue
        for step in tx.rules.on_each_subnet:
            step(tx, netuid)
        if netuid in netuids:
            _drain(tx, netuid)
        else:
            storage.blocks_since_last_step[netuid] = add_u64(storage.blocks_since_last_step[netuid], 1)


def share_by_moving_price(tx: Tx) -> BlockEmission:
    """Split a block's TAO by moving price; as much alpha goes along as keeps the price, at most the subnet's own emission."""
    storage = tx.storage
    block_emission = look_up_block_emission(storage, storage.total_issuance.value) << u96f32.FRACTION
    netuids = [netuid for netuid in known_netuids(storage) if tx.rules.emits(storage, netuid)]
    prices = [moving_price(storage, netuid) for netuid in netuids]
    total = min(sum(prices), u96f32.MAX)
    shares = []
    for netuid, price in zip(netuids, prices, strict=True):
        tao_in = u96f32.safe_div(u96f32.mul(block_emission, price), total)
        alpha_out = look_up_block_emission(storage, get_alpha_issuance(tx, netuid)) << u96f32.FRACTION
        alpha_in = u96f32.checked_div(tao_in, tx.rules.pool.price(tx, netuid))
        alpha_in = alpha_out if alpha_in is None else min(alpha_in, alpha_out)
        if not storage.network_registration_allowed[netuid] and not storage.network_pow_registration_allowed[netuid]:
            tao_in = 0
        shares.append(Share(netuid, tao_in, alpha_in, alpha_out))
    return BlockEmission(shares)


def emits(storage: Storage, netuid: int) -> bool:
    """Whether a subnet's emission has begun."""
    return netuid != ROOT and netuid in storage.first_emission_block_number


def look_up_block_emission(storage: Storage, issuance: int) -> int:
    """A block's emission at an issuance; the chain notes the last one it looked up, TAO's or any alpha's, as BlockEmission."""
    emission = get_block_emission_for_issuance(issuance)
    if issuance < TOTAL_SUPPLY and storage.block_emission.value != emission:
        storage.block_emission.value = emission
    return emission


def inject(tx: Tx, emission: BlockEmission) -> None:
    """Put what is for the pools into them."""
    storage = tx.storage
    for share in emission.shares:
        _inject_share(storage, share)
    injected = sum(u96f32.whole(share.tao_in) for share in emission.shares)
    if emission.shares:
        storage.total_stake.value = add_u64(storage.total_stake.value, injected)
        storage.total_issuance.value = add_u64(storage.total_issuance.value, injected)


def _inject_share(storage: Storage, share: Share) -> None:
    netuid = share.netuid
    tao_in, alpha_in, alpha_out = u96f32.whole(share.tao_in), u96f32.whole(share.alpha_in), u96f32.whole(share.alpha_out)
    storage.subnet_alpha_in_emission[netuid] = alpha_in
    storage.subnet_alpha_in[netuid] = add_u64(storage.subnet_alpha_in[netuid], alpha_in)
    storage.subnet_alpha_out_emission[netuid] = alpha_out
    storage.subnet_alpha_out[netuid] = add_u64(storage.subnet_alpha_out[netuid], alpha_out)
    storage.subnet_tao_in_emission[netuid] = tao_in
    storage.subnet_tao[netuid] = add_u64(storage.subnet_tao[netuid], tao_in)


def cut_for_owners(tx: Tx, emission: BlockEmission) -> None:
    """Put the owners' part of the alpha aside."""
    for share in emission.shares:
        cut_for_owner(tx.storage, share)


def cut_for_owner(storage: Storage, share: Share) -> None:
    """Take the owner's part off a share of alpha, and let it wait."""
    cut = u96f32.mul(share.alpha_out, u96f32.of_u16_max(storage.subnet_owner_cut.value))
    share.alpha_out = u96f32.sub(share.alpha_out, cut)
    pending = storage.pending_owner_cut[share.netuid]
    storage.pending_owner_cut[share.netuid] = add_u64(pending, u96f32.whole(cut))


def accumulate(tx: Tx, emission: BlockEmission) -> None:
    """Sell what validators earn by TAO on the root network, as root's dividends; the rest of the alpha waits for the epoch."""
    of_root = root_weight(tx.storage)
    for share in emission.shares:
        _accumulate_share(tx, share, of_root)


def _accumulate_share(tx: Tx, share: Share, of_root: int) -> None:
    storage, netuid = tx.storage, share.netuid
    root_part = part_of_root(of_root, get_alpha_issuance(tx, netuid))
    root_alpha = u96f32.mul(u96f32.mul(root_part, share.alpha_out), HALF)
    pending_alpha = u96f32.whole(u96f32.sub(share.alpha_out, root_alpha))
    sold = u96f32.whole(root_alpha)
    root_tao = tx.rules.pool.sell(tx, netuid, sold)
    storage.pending_alpha_swapped[netuid] = add_u64(storage.pending_alpha_swapped[netuid], sold)
    storage.pending_emission[netuid] = add_u64(storage.pending_emission[netuid], pending_alpha)
    storage.pending_root_divs[netuid] = add_u64(storage.pending_root_divs[netuid], root_tao)


def move_prices(tx: Tx, emission: BlockEmission) -> None:
    """Move the average prices of the subnets that emit."""
    for share in emission.shares:
        _move_price(tx, share.netuid)


def _move_price(tx: Tx, netuid: int) -> None:
    storage = tx.storage
    emission_starts = storage.first_emission_block_number[netuid] or 0
    storage.subnet_moving_price[netuid] = updated_moving_price(
        moving_price(storage, netuid),
        tx.rules.pool.price(tx, netuid),
        storage.subnet_moving_alpha.value,
        sub_u64(tx.block, sub_u64(emission_starts, 1)),
        storage.ema_price_halving_blocks[netuid],
    )


def moving_price(storage: Storage, netuid: int) -> int:
    """The moving average of a subnet's price, U96F32; 1 where there is no pool.

    Source: subtensor staking/stake_utils.rs::get_moving_alpha_price, spec_version 277.
    """
    if storage.subnet_mechanism[netuid] == STABLE:
        return u96f32.ONE
    return max(storage.subnet_moving_price[netuid], 0)


def root_proportion(tx: Tx, netuid: int) -> int:
    """What the TAO on the root network weighs among all that counts for a subnet, U96F32.

    Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 277 (root_proportion of later ones).
    """
    return part_of_root(root_weight(tx.storage), get_alpha_issuance(tx, netuid))


def root_weight(storage: Storage) -> int:
    """What the TAO on the root network weighs, U96F32."""
    return storage.subnet_tao[ROOT] * get_tao_weight(storage)


def part_of_root(weight: int, issuance: int) -> int:
    """What root weighs beside an issuance of alpha, U96F32."""
    total = weight + (issuance << u96f32.FRACTION)
    return (weight << u96f32.FRACTION) // total if total else 0


def _drain(tx: Tx, netuid: int) -> None:
    """Restart the subnet's counters and hand out all that is pending."""
    storage = tx.storage
    for step in tx.rules.before_drain:
        step(tx, netuid)
    storage.blocks_since_last_step[netuid] = 0
    storage.last_mechansim_step_block[netuid] = tx.block
    tx.rules.drain_pending_emission(tx, netuid, tx.rules.take_pending(tx, netuid))


def take_pending(tx: Tx, netuid: int) -> Pending:
    """What is pending for a subnet: alpha, rao, the alpha that was sold for it, the owner's cut."""
    storage = tx.storage
    return take_all(
        netuid, storage.pending_emission, storage.pending_root_divs, storage.pending_alpha_swapped, storage.pending_owner_cut
    )


def take_all(
    netuid: int, first: StorageMap[int, int], second: StorageMap[int, int], third: StorageMap[int, int], cut: StorageMap[int, int]
) -> Pending:
    """What stands under a netuid in each of four tables, where it is 0 then."""
    taken = first[netuid], second[netuid], third[netuid], cut[netuid]
    for table in (first, second, third, cut):
        table[netuid] = 0
    return taken
