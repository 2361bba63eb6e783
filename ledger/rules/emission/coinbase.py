"""What every block brings: TAO and alpha for the pools, alpha for owners, validators and miners, and the epochs that are due."""

from neuron_ledger.ledger.rules.emission.block_emission import TOTAL_SUPPLY, get_block_emission_for_issuance
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.stake.pool import STABLE, updated_moving_price
from neuron_ledger.ledger.rules.stake.positions import get_tao_weight
from neuron_ledger.ledger.runtime import Share, Tx
from neuron_ledger.projections.storage import Storage

HALF = u96f32.ONE // 2


def run_coinbase(tx: Tx) -> None:
    """Bring a block's emission to the subnets.

    Source: subtensor coinbase/block_step.rs::block_step, coinbase/run_coinbase.rs::run_coinbase, spec_version 277.
    """
    shares = tx.rules.share_emission(tx)
    for step in tx.rules.emission_steps:
        step(tx, shares)


def run_due_epochs(tx: Tx) -> None:
    """Hand out what is pending where an epoch is due; elsewhere one more block passed since the last."""
    storage = tx.storage
    for netuid in known_netuids(storage):
        if netuid == ROOT:
            continue
        if netuid in tx.due_epochs:
            _drain(tx, netuid)
        else:
            storage.blocks_since_last_step[netuid] = min(storage.blocks_since_last_step[netuid] + 1, U64_MAX)


def share_by_moving_price(tx: Tx) -> list[Share]:
    """Split a block's TAO by moving price; as much alpha goes along as keeps the price, at most the subnet's own emission."""
    storage = tx.storage
    block_emission = look_up_block_emission(storage, storage.total_issuance.value) << u96f32.FRACTION
    netuids = [netuid for netuid in known_netuids(storage) if netuid != ROOT and netuid in storage.first_emission_block_number]
    moving_prices = [_moving_price(storage, netuid) for netuid in netuids]
    total = min(sum(moving_prices), u96f32.MAX)
    shares = []
    for netuid, moving_price in zip(netuids, moving_prices, strict=True):
        tao_in = u96f32.safe_div(u96f32.mul(block_emission, moving_price), total)
        alpha_out = look_up_block_emission(storage, _alpha_issuance(storage, netuid)) << u96f32.FRACTION
        alpha_in = u96f32.checked_div(tao_in, tx.rules.pool.price(tx, netuid))
        alpha_in = alpha_out if alpha_in is None else min(alpha_in, alpha_out)
        if not storage.network_registration_allowed[netuid] and not storage.network_pow_registration_allowed[netuid]:
            tao_in = 0
        shares.append(Share(netuid, tao_in, alpha_in, alpha_out))
    return shares


def look_up_block_emission(storage: Storage, issuance: int) -> int:
    """A block's emission at an issuance; the chain notes the last one it looked up, TAO's or any alpha's, as BlockEmission."""
    emission = get_block_emission_for_issuance(issuance)
    if issuance < TOTAL_SUPPLY and storage.block_emission.value != emission:
        storage.block_emission.value = emission
    return emission


def inject(tx: Tx, shares: list[Share]) -> None:
    """Put what is for the pools into them."""
    storage = tx.storage
    for share in shares:
        _inject_share(storage, share)
    injected = sum(u96f32.whole(share.tao_in) for share in shares)
    if shares:
        storage.total_stake.value = min(storage.total_stake.value + injected, U64_MAX)
        storage.total_issuance.value = min(storage.total_issuance.value + injected, U64_MAX)


def _inject_share(storage: Storage, share: Share) -> None:
    netuid = share.netuid
    tao_in, alpha_in, alpha_out = u96f32.whole(share.tao_in), u96f32.whole(share.alpha_in), u96f32.whole(share.alpha_out)
    storage.subnet_alpha_in_emission[netuid] = alpha_in
    storage.subnet_alpha_in[netuid] = min(storage.subnet_alpha_in[netuid] + alpha_in, U64_MAX)
    storage.subnet_alpha_out_emission[netuid] = alpha_out
    storage.subnet_alpha_out[netuid] = min(storage.subnet_alpha_out[netuid] + alpha_out, U64_MAX)
    storage.subnet_tao_in_emission[netuid] = tao_in
    storage.subnet_tao[netuid] = min(storage.subnet_tao[netuid] + tao_in, U64_MAX)


def cut_for_owners(tx: Tx, shares: list[Share]) -> None:
    """Put the owners' part of the alpha aside."""
    for share in shares:
        _cut_for_owner(tx.storage, share)


def _cut_for_owner(storage: Storage, share: Share) -> None:
    cut = u96f32.mul(share.alpha_out, u96f32.of_u16_max(storage.subnet_owner_cut.value))
    share.alpha_out = u96f32.sub(share.alpha_out, cut)
    pending = storage.pending_owner_cut[share.netuid]
    storage.pending_owner_cut[share.netuid] = min(pending + u96f32.whole(cut), U64_MAX)


def accumulate(tx: Tx, shares: list[Share]) -> None:
    """Sell what validators earn by TAO on the root network, as root's dividends; the rest of the alpha waits for the epoch."""
    for share in shares:
        _accumulate_share(tx, share)


def _accumulate_share(tx: Tx, share: Share) -> None:
    storage, netuid = tx.storage, share.netuid
    root_weight = u96f32.mul(storage.subnet_tao[ROOT] << u96f32.FRACTION, get_tao_weight(storage))
    alpha_issuance = _alpha_issuance(storage, netuid) << u96f32.FRACTION
    proportion = u96f32.safe_div(root_weight, u96f32.add(root_weight, alpha_issuance))
    root_alpha = u96f32.mul(u96f32.mul(proportion, share.alpha_out), HALF)
    pending_alpha = u96f32.whole(u96f32.sub(share.alpha_out, root_alpha))
    sold = u96f32.whole(root_alpha)
    root_tao = tx.rules.pool.sell(tx, netuid, sold)
    storage.pending_alpha_swapped[netuid] = min(storage.pending_alpha_swapped[netuid] + sold, U64_MAX)
    storage.pending_emission[netuid] = min(storage.pending_emission[netuid] + pending_alpha, U64_MAX)
    storage.pending_root_divs[netuid] = min(storage.pending_root_divs[netuid] + root_tao, U64_MAX)


def move_prices(tx: Tx, shares: list[Share]) -> None:
    """Move the average prices of the subnets that emit."""
    for share in shares:
        _move_price(tx, share.netuid)


def _move_price(tx: Tx, netuid: int) -> None:
    storage = tx.storage
    emission_starts = storage.first_emission_block_number[netuid] or 0
    storage.subnet_moving_price[netuid] = updated_moving_price(
        _moving_price(storage, netuid),
        tx.rules.pool.price(tx, netuid),
        storage.subnet_moving_alpha.value,
        max(tx.block - max(emission_starts - 1, 0), 0),
        storage.ema_price_halving_blocks[netuid],
    )


def _moving_price(storage: Storage, netuid: int) -> int:
    """The moving average of a subnet's price, U96F32; 1 where there is no pool.

    Source: subtensor staking/stake_utils.rs::get_moving_alpha_price, spec_version 277.
    """
    if storage.subnet_mechanism[netuid] == STABLE:
        return u96f32.ONE
    return max(storage.subnet_moving_price[netuid], 0)


def _alpha_issuance(storage: Storage, netuid: int) -> int:
    return min(storage.subnet_alpha_in[netuid] + storage.subnet_alpha_out[netuid], U64_MAX)


def _drain(tx: Tx, netuid: int) -> None:
    """Restart the subnet's counters and hand out all that is pending."""
    storage = tx.storage
    for step in tx.rules.before_drain:
        step(tx, netuid)
    storage.blocks_since_last_step[netuid] = 0
    storage.last_mechansim_step_block[netuid] = tx.block
    pending = []
    for table in (
        storage.pending_emission,
        storage.pending_root_divs,
        storage.pending_alpha_swapped,
        storage.pending_owner_cut,
    ):
        pending.append(table[netuid])
        table[netuid] = 0
    tx.rules.drain_pending_emission(tx, netuid, *pending)
