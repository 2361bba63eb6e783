"""Root dividends, which hotkeys' stakers on the root network claim: as alpha they keep, or sold for TAO staked on root.

A hotkey's RootClaimable is the alpha of each subnet that one rao staked on root has earned so far (I96F32), and RootClaimed is
what a staker has already received of it, or was not yet staked for. In every block a few coldkeys claim automatically.
"""

from bisect import bisect_left

from neuron_ledger.events.claims import RootClaimed
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account, transfer_tao_from_subnet
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.numbers.saturating import U128_MAX, add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.flows import record_protocol_outflow
from neuron_ledger.ledger.rules.stake.positions import (
    get_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.weighted_swaps import swap_alpha_for_tao_283
from neuron_ledger.ledger.runtime import Tx

FRACTION, ONE = I96F32.fraction, I96F32.one
LEAST, GREATEST = I96F32.least, I96F32.greatest


def increase_root_claimable_334(tx: Tx, hotkey: bytes, netuid: int, amount: int) -> None:
    """Let the stakers of a hotkey on root claim more alpha of a subnet.

    More than they have staked there is not distributed: the hotkey's owner gets it.
    Source: subtensor staking/claim_root.rs::increase_root_claimable_for_hotkey_and_subnet, spec_version 424.
    """
    storage = tx.storage
    rates = storage.root_claimable[hotkey]
    place = bisect_left(rates, (netuid,))
    is_there = place < len(rates) and rates[place][0] == netuid
    if amount == 0 and is_there:
        return
    total = get_stake_for_hotkey_on_subnet(tx, hotkey, ROOT)
    if amount > total:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, storage.owner[hotkey], netuid, amount)
        return
    rate = I96F32.checked_div(amount << FRACTION, total << FRACTION) or 0
    before = rates[place][1] if is_there else 0
    changed = netuid, I96F32.saturating_add(before, rate)
    storage.root_claimable[hotkey] = (*rates[:place], changed, *rates[place + is_there :])


def root_owed(rate: int, staked: int, claimed: int) -> int:
    """What a coldkey may still claim of a subnet's alpha for its stake on root, I96F32; negative if it received too much.

    rate: the alpha that a rao on root has earned so far, I96F32. staked: rao on root. claimed: alpha, u128.
    Source: subtensor staking/claim_root.rs::get_root_owed_for_hotkey_coldkey_float, spec_version 424.
    """
    earned, had = rate * staked, claimed << FRACTION
    if not LEAST <= earned <= GREATEST:
        earned = I96F32.saturate(earned)
    owed = earned - (had if had <= GREATEST else GREATEST)
    return owed if owed >= LEAST else LEAST


def claim_root_dividends(tx: Tx, coldkey: bytes, netuids: frozenset[int] | None = None) -> None:
    """Claim a coldkey's root dividends, of some subnets or all, on every hotkey that it stakes on.

    Raises: what a swap or a transfer raises; then nothing is claimed.
    Source: subtensor staking/claim_root.rs::do_root_claim, root_claim_all, spec_version 424.
    """
    before = tx.savepoint()
    try:
        for hotkey in tx.storage.staking_hotkeys[coldkey]:
            _claim_on_hotkey(tx, hotkey, coldkey, netuids)
    except ChainError:
        tx.undo(before)
        raise
    tx.keep(before)
    tx.emit(RootClaimed(coldkey=coldkey))


def _claim_on_hotkey(tx: Tx, hotkey: bytes, coldkey: bytes, netuids: frozenset[int] | None) -> None:
    """Claim what is owed of every subnet's alpha, unless that is below the subnet's threshold, or 0.

    Raises: what a swap or a transfer raises.
    """
    claimed, thresholds = tx.storage.root_claimed.get, tx.storage.root_claimable_threshold
    staked = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, ROOT)
    for netuid, rate in tx.storage.root_claimable[hotkey]:
        if netuids is not None and netuid not in netuids:
            continue
        owed = root_owed(rate, staked, claimed((netuid, hotkey, coldkey), 0))
        if owed >= ONE and owed >= thresholds[netuid]:
            _claim_on_subnet(tx, hotkey, coldkey, netuid, I96F32.to_int(owed))
            staked = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, ROOT)


def _claim_on_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int) -> None:
    """Give a coldkey the alpha of one subnet that it is owed, in the form it chose. Raises: what a swap or a transfer raises.

    Source: subtensor staking/claim_root.rs::root_claim_on_subnet, spec_version 424.
    """
    storage = tx.storage
    kind, kept = storage.root_claim_type[coldkey]
    if kind == "Keep" or (kind == "KeepSubnets" and netuid in kept):
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid, alpha)
    else:
        _swap_into_root(tx, hotkey, coldkey, netuid, alpha)
    _move_claimed(tx, netuid, hotkey, coldkey, alpha)


def _swap_into_root(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, alpha: int) -> None:
    """Sell alpha without a fee, and stake the TAO on root."""
    storage = tx.storage
    tao = swap_alpha_for_tao_283(tx, netuid, alpha, drop_fees=True).paid_out
    transfer_tao_from_subnet(tx, netuid, subnet_account(ROOT), tao)
    storage.subnet_root_sell_tao[netuid] = add_u64(storage.subnet_root_sell_tao[netuid], tao)
    record_protocol_outflow(tx, netuid, tao)
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, ROOT, tao)
    storage.subnet_tao[ROOT] = add_u64(storage.subnet_tao[ROOT], tao)
    storage.subnet_alpha_out[ROOT] = add_u64(storage.subnet_alpha_out[ROOT], tao)
    storage.total_stake.value = add_u64(storage.total_stake.value, tao)
    add_to_root_claimed(tx, hotkey, coldkey, tao)


def add_to_root_claimed(tx: Tx, hotkey: bytes, coldkey: bytes, amount: int) -> None:
    """Stake that joins on root has no part in earlier dividends: they count as claimed.

    Source: subtensor staking/claim_root.rs::add_stake_adjust_root_claimed_for_hotkey_and_coldkey, spec_version 424.
    """
    claimed, rates = tx.storage.root_claimed, tx.storage.root_claimable[hotkey]
    keys = [(netuid, hotkey, coldkey) for netuid, _ in rates]
    grown = [before + _worth(rate, amount) for before, (_, rate) in zip(claimed.values_of(keys), rates, strict=True)]
    claimed.put_all([(key, now if now <= U128_MAX else U128_MAX) for key, now in zip(keys, grown, strict=True)])


def take_from_root_claimed(tx: Tx, hotkey: bytes, coldkey: bytes, amount: int) -> None:
    """Stake that leaves root reduces what counts as claimed by its part.

    Source: subtensor staking/claim_root.rs::remove_stake_adjust_root_claimed_for_hotkey_and_coldkey, spec_version 424.
    """
    for netuid, rate in tx.storage.root_claimable[hotkey]:
        if netuid != ROOT:
            _move_claimed(tx, netuid, hotkey, coldkey, -_worth(rate, amount))


def _worth(rate: int, amount: int) -> int:
    """An amount times a rate (I96F32), rounded down."""
    worth = rate * amount
    return (worth if worth <= GREATEST else GREATEST) >> FRACTION if worth > 0 else 0


def _move_claimed(tx: Tx, netuid: int, hotkey: bytes, coldkey: bytes, amount: int) -> None:
    claimed = tx.storage.root_claimed
    key = netuid, hotkey, coldkey
    claimed[key] = min(max(claimed[key] + amount, 0), U128_MAX)


# -------------------------------------------------------------------------------------- the coldkeys that stake on root


def coldkey_has_root_stake(tx: Tx, coldkey: bytes) -> bool:
    """Whether any hotkey has stake of the coldkey on root."""
    hotkeys = tx.storage.staking_hotkeys[coldkey]
    return any(get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, ROOT) for hotkey in hotkeys)


def maybe_add_coldkey_index(tx: Tx, coldkey: bytes) -> None:
    """Give a coldkey that stakes on root a number, unless it has one.

    Source: subtensor staking/claim_root.rs::maybe_add_coldkey_index, spec_version 424.
    """
    storage = tx.storage
    if coldkey not in storage.staking_coldkeys:
        number = storage.num_staking_coldkeys.value
        storage.staking_coldkeys_by_index[number] = coldkey
        storage.staking_coldkeys[coldkey] = number
        storage.num_staking_coldkeys.value = add_u64(number, 1)


def maybe_remove_coldkey_index(tx: Tx, coldkey: bytes) -> None:
    """Remove a coldkey's number; the last coldkey gets it, so that numbers have no gaps.

    Source: subtensor staking/claim_root.rs::maybe_remove_coldkey_index, spec_version 424.
    """
    storage = tx.storage
    number = storage.staking_coldkeys.get(coldkey)
    if number is None:
        return
    storage.staking_coldkeys.remove(coldkey)
    last = sub_u64(storage.num_staking_coldkeys.value, 1)
    moved = storage.staking_coldkeys_by_index.get(last) if number != last else None
    if moved is None:
        storage.staking_coldkeys_by_index.remove(number)
    else:
        storage.staking_coldkeys_by_index.remove(last)
        storage.staking_coldkeys_by_index[number] = moved
        storage.staking_coldkeys[moved] = number
    storage.num_staking_coldkeys.value = last


# ------------------------------------------------------------------------------------------------------- in every block


def claim_by_itself_334(tx: Tx) -> None:
    """Claim the root dividends of a few coldkeys, drawn by the hash of the block before; a claim that fails is skipped.

    Source: subtensor staking/claim_root.rs::run_auto_claim_root_divs, spec_version 424.
    """
    storage = tx.storage
    seed = tx.rules.block_hash(tx.block - 1, tx.block)
    drawn = drawn_numbers(seed, storage.num_root_claim.value, storage.num_staking_coldkeys.value)
    for number in drawn:
        coldkey = storage.staking_coldkeys_by_index.get(number)
        if coldkey is None:
            continue
        try:
            claim_root_dividends(tx, coldkey)
        except ChainError:
            continue


MAX_DRAWS = 1 << 16
"""A thousand times what root may set."""


def drawn_numbers(seed: bytes, draws: int, below: int) -> list[int]:
    """The distinct results of several draws below a bound, ascending. seed: 32 bytes; where the bound is 0, so are all draws.

    Raises: CannotGoOn for more draws than a block can have: no call sets so many.
    Source: subtensor staking/claim_root.rs::block_hash_to_indices, spec_version 424.
    """
    if draws > MAX_DRAWS:
        raise CannotGoOn(f"NumRootClaim: {draws} draws per block; there are rules for up to {MAX_DRAWS}")
    steps = [int.from_bytes(seed[at : at + 8], "big") for at in range(0, 32, 8)]
    drawn: set[int] = set()
    number = steps[0]
    for draw in range(draws):
        number = add_u64(number, steps[draw % 4]) % below if below else 0
        drawn.add(number)
    return sorted(drawn)
