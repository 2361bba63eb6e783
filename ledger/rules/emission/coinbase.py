"""What every block emits: TAO and alpha for the pools, alpha for owners, validators and miners; and the epochs that are due."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import wraps

from neuron_ledger.ledger.desk import at_desk
from neuron_ledger.ledger.rules.emission.issuance import TOTAL_SUPPLY, get_block_emission_for_issuance, get_block_emissions
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.alpha import alpha_issuances
from neuron_ledger.ledger.rules.stake.pool import STABLE, updated_moving_price
from neuron_ledger.ledger.rules.stake.positions import get_tao_weight
from neuron_ledger.ledger.runtime import BlockEmission, Pending, Share, Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

HALF = u96f32.ONE // 2


def run_coinbase(tx: Tx) -> None:
    """Distribute a block's emission to the subnets.

    Source: subtensor coinbase/block_step.rs::block_step, coinbase/run_coinbase.rs::run_coinbase, spec_version 277.
    """
    at_desk(tx, _bring_emission)


def _bring_emission(tx: Tx) -> None:
    emission = tx.rules.share_emission(tx)
    for step in tx.rules.emission_steps:
        step(tx, emission)


def run_due_epochs(tx: Tx) -> None:
    """Hand out what is pending where an epoch is due; elsewhere one more block passed since the last."""
    run_epochs_of(tx, tx.due_epochs)


def run_epochs_of(tx: Tx, netuids: Collection[int]) -> None:
    """The same for these subnets."""
    _run_epochs(tx, [netuid for netuid in known_netuids(tx.storage) if netuid != ROOT], netuids)


def run_due_epochs_195(tx: Tx) -> None:
    """The same on the root network too. Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 195."""
    _run_epochs(tx, known_netuids(tx.storage), tx.due_epochs)


def _run_epochs(tx: Tx, netuids: Iterable[int], due: Collection[int]) -> None:
    storage = tx.storage
    for netuid in netuids:
        for step in tx.rules.on_each_subnet:
            step(tx, netuid)
        if netuid in due:
            _drain(tx, netuid)
        else:
            storage.blocks_since_last_step[netuid] = add_u64(storage.blocks_since_last_step[netuid], 1)


def where_any_emits(step: Callable[[Tx, BlockEmission], None]) -> Callable[[Tx, BlockEmission], None]:
    """A step that is skipped where no subnet gets a share."""

    @wraps(step)
    def run(tx: Tx, emission: BlockEmission) -> None:
        if emission.shares:
            step(tx, emission)

    return run


def share_by_moving_price(tx: Tx, *, closed_where_work_is: bool = False) -> BlockEmission:
    """Split a block's TAO by moving price, with as much alpha as keeps the price, at most the subnet's own emission.

    closed_where_work_is: a subnet closed to registration by burn gets no TAO if its flag for registration by work is this.
    """
    storage = tx.storage
    block_emission = look_up_block_emission(storage, storage.total_issuance.value) << u96f32.FRACTION
    netuids = tx.rules.emitting(storage, known_netuids(storage))
    if not netuids:
        return BlockEmission([])
    prices = moving_prices(storage, netuids)
    total = min(sum(prices), u96f32.MAX)
    brought = look_up_block_emissions(storage, alpha_issuances(storage, netuids))
    by_burn, by_work, pool_price = (
        storage.network_registration_allowed,
        storage.network_pow_registration_allowed,
        tx.rules.pool.price,
    )
    shares = []
    for netuid, price, emission in zip(netuids, prices, brought, strict=True):
        tao_in = u96f32.safe_div(u96f32.mul(block_emission, price), total)
        alpha_out = emission << u96f32.FRACTION
        alpha_in = u96f32.checked_div(tao_in, pool_price(tx, netuid))
        alpha_in = alpha_out if alpha_in is None else min(alpha_in, alpha_out)
        if not by_burn[netuid] and by_work[netuid] is closed_where_work_is:
            tao_in = 0
        shares.append(Share(netuid, tao_in, alpha_in, alpha_out))
    return BlockEmission(shares)


def emitting(storage: Storage, netuids: Collection[int]) -> list[int]:
    """Those subnets whose emission has begun."""
    begins = storage.first_emission_block_number
    return [netuid for netuid in netuids if netuid != ROOT and netuid in begins]


def look_up_block_emission(storage: Storage, issuance: int) -> int:
    """A block's emission at an issuance; the chain stores the last one looked up, of TAO or any alpha, as BlockEmission."""
    emission = get_block_emission_for_issuance(issuance)
    if issuance < TOTAL_SUPPLY and storage.block_emission.value != emission:
        storage.block_emission.value = emission
    return emission


def look_up_block_emissions(storage: Storage, issuances: Sequence[int]) -> list[int]:
    """The same for several issuances, one after another."""
    emissions = get_block_emissions(issuances)
    noted = [emission for issuance, emission in zip(issuances, emissions, strict=True) if issuance < TOTAL_SUPPLY]
    if noted and storage.block_emission.value != noted[-1]:
        storage.block_emission.value = noted[-1]
    return emissions


@where_any_emits
def inject(tx: Tx, emission: BlockEmission) -> None:
    """Put the pools' shares into them."""
    storage, injected = tx.storage, 0
    alpha_in_emission, alpha_in = storage.subnet_alpha_in_emission, storage.subnet_alpha_in
    alpha_out_emission, alpha_out = storage.subnet_alpha_out_emission, storage.subnet_alpha_out
    tao_in_emission, tao = storage.subnet_tao_in_emission, storage.subnet_tao
    for share in emission.shares:
        netuid, added = share.netuid, u96f32.whole(share.tao_in)
        alpha_in_emission[netuid] = into_pool = u96f32.whole(share.alpha_in)
        alpha_in[netuid] = add_u64(alpha_in[netuid], into_pool)
        alpha_out_emission[netuid] = for_work = u96f32.whole(share.alpha_out)
        alpha_out[netuid] = add_u64(alpha_out[netuid], for_work)
        tao_in_emission[netuid] = added
        tao[netuid] = add_u64(tao[netuid], added)
        injected += added
    storage.total_stake.value = add_u64(storage.total_stake.value, injected)
    storage.total_issuance.value = add_u64(storage.total_issuance.value, injected)


@where_any_emits
def cut_for_owners(tx: Tx, emission: BlockEmission) -> None:
    """Set the owners' part of the alpha aside."""
    cut_for_owners_of(tx.storage, emission.shares)


def cut_for_owners_of(storage: Storage, shares: Iterable[Share]) -> None:
    """Take the owners' part off shares of alpha, and note it as pending."""
    part, pending, fraction = u96f32.of_u16_max(storage.subnet_owner_cut.value), storage.pending_owner_cut, u96f32.FRACTION
    for share in shares:
        netuid, cut = share.netuid, share.alpha_out * part >> fraction  # at most all of it
        share.alpha_out -= cut
        pending[netuid] = add_u64(pending[netuid], cut >> fraction)


@where_any_emits
def accumulate(tx: Tx, emission: BlockEmission) -> None:
    """Sell what validators earn by TAO on the root network, as root dividends; the rest of the alpha is pending."""
    storage, sell = tx.storage, tx.rules.pool.sell
    swapped, pending, for_root = storage.pending_alpha_swapped, storage.pending_emission, storage.pending_root_divs
    parts = parts_of_root(root_weight(storage), alpha_issuances(storage, emission.netuids))
    for share, part in zip(emission.shares, parts, strict=True):
        netuid = share.netuid
        root_alpha = u96f32.mul(u96f32.mul(part, share.alpha_out), HALF)
        sold = u96f32.whole(root_alpha)
        swapped[netuid] = add_u64(swapped[netuid], sold)
        pending[netuid] = add_u64(pending[netuid], u96f32.whole(u96f32.sub(share.alpha_out, root_alpha)))
        for_root[netuid] = add_u64(for_root[netuid], sell(tx, netuid, sold))


@where_any_emits
def move_prices(tx: Tx, emission: BlockEmission) -> None:
    """Update the moving prices of the subnets that emit."""
    storage, block, price = tx.storage, tx.block, tx.rules.pool.price
    begins, halvings, averages = (
        storage.first_emission_block_number,
        storage.ema_price_halving_blocks,
        storage.subnet_moving_price,
    )
    alpha, netuids = storage.subnet_moving_alpha.value, emission.netuids
    for netuid, average in zip(netuids, moving_prices(storage, netuids), strict=True):
        blocks = sub_u64(block, sub_u64(begins[netuid] or 0, 1))
        averages[netuid] = updated_moving_price(average, price(tx, netuid), alpha, blocks, halvings[netuid])


def moving_prices(storage: Storage, netuids: Iterable[int]) -> list[int]:
    """The moving averages of subnets' prices, U96F32; 1 where there is no pool.

    Source: subtensor staking/stake_utils.rs::get_moving_alpha_price, spec_version 277.
    """
    mechanisms, averages = storage.subnet_mechanism, storage.subnet_moving_price
    return [u96f32.ONE if mechanisms[netuid] == STABLE else max(averages[netuid], 0) for netuid in netuids]


def root_weight(storage: Storage) -> int:
    """The weighted TAO on the root network, U96F32."""
    return storage.subnet_tao[ROOT] * get_tao_weight(storage)


def parts_of_root(weight: int, issuances: Iterable[int]) -> list[int]:
    """Root's proportion relative to each of several issuances of alpha, U96F32: at most 1.

    Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 277 (root_proportion of later ones).
    """
    if not weight:
        return [0 for _ in issuances]
    fraction, bits = u96f32.FRACTION, weight << u96f32.FRACTION
    return [bits // (weight + (issuance << fraction)) for issuance in issuances]


def _drain(tx: Tx, netuid: int) -> None:
    """Restart the subnet's counters and hand out everything pending."""
    storage = tx.storage
    for step in tx.rules.before_drain:
        step(tx, netuid)
    storage.blocks_since_last_step[netuid] = 0
    storage.last_mechansim_step_block[netuid] = tx.block
    tx.rules.drain_pending_emission(tx, netuid, tx.rules.take_pending(tx, netuid))


def take_pending(tx: Tx, netuid: int) -> Pending:
    """The pending emission of a subnet: alpha, rao, the alpha that was sold for it, the owner's cut."""
    storage = tx.storage
    return take_all(
        netuid, storage.pending_emission, storage.pending_root_divs, storage.pending_alpha_swapped, storage.pending_owner_cut
    )


def take_all(
    netuid: int, first: StorageMap[int, int], second: StorageMap[int, int], third: StorageMap[int, int], cut: StorageMap[int, int]
) -> Pending:
    """Take the values of a netuid from each of four tables, which are then 0."""
    taken = first[netuid], second[netuid], third[netuid], cut[netuid]
    for table in (first, second, third, cut):
        table[netuid] = 0
    return taken
