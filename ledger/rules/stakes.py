"""The stake that hotkeys hold, and the parts of it that coldkeys have: share pools on storage."""

from events.calls import GrantStake
from events.codec import Origin
from events.staking import StakingHotkeysSet
from ledger.rules.netuids import ROOT
from ledger.rules.share_pool import SharePool
from ledger.transaction import CallTable, Transaction, ensure_root
from projections.maps import K, StorageMap
from projections.storage import Storage

WEIGHT_FRACTION = 32
"""Fractional bits of proportions and of the TAO weight (U96F32)."""
STAKE_FRACTION = 64
"""Fractional bits of stake weights (I64F64)."""
U64_MAX = 2**64 - 1
SIGNED_MAX = 2**127 - 1

# ------------------------------------------------------------------------------------------------------------- reads


def get_stake_for_hotkey_on_subnet(tx: Transaction, hotkey: bytes, netuid: int) -> int:
    """All stake on a hotkey of a subnet, whoever's it is: alpha of the subnet (rao on the root network).

    Source: subtensor staking/stake_utils.rs::get_stake_for_hotkey_on_subnet, spec_version 277.
    """
    return tx.storage.total_hotkey_alpha[hotkey, netuid]


def get_stake_for_hotkey_and_coldkey_on_subnet(tx: Transaction, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """What a coldkey's share of a hotkey's stake is worth, u64; 0 where it has none.

    Source: subtensor staking/stake_utils.rs::get_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    return share_pool(tx.storage, hotkey, coldkey, netuid).value


def share_pool(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> SharePool:
    """A hotkey's pool on a subnet as one coldkey meets it."""
    return SharePool(
        storage.total_hotkey_alpha[hotkey, netuid],
        storage.total_hotkey_shares[hotkey, netuid],
        storage.alpha[hotkey, coldkey, netuid],
    )


def moves_shares(tx: Transaction, hotkey: bytes, netuid: int, amount: int) -> bool:
    """Whether adding an amount of alpha for one coldkey would move any share of the hotkey's pool.

    Source: subtensor staking/stake_utils.rs::try_increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    storage = tx.storage
    pool = SharePool(storage.total_hotkey_alpha[hotkey, netuid], storage.total_hotkey_shares[hotkey, netuid], 0)
    return pool.moves_shares(_as_i64(amount))


# ----------------------------------------------------------------------------------------------------------- changes


def increase_stake_for_hotkey_on_subnet(tx: Transaction, hotkey: bytes, netuid: int, amount: int) -> None:
    """Raise the stake of everyone behind a hotkey by an amount of alpha in all.

    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_on_subnet, spec_version 277.
    """
    pool = SharePool(tx.storage.total_hotkey_alpha[hotkey, netuid], 0, 0).updated_for_all(_as_i64(amount))
    _put(tx.storage.total_hotkey_alpha, (hotkey, netuid), pool.shared_value)


def increase_stake_for_hotkey_and_coldkey_on_subnet(
    tx: Transaction, hotkey: bytes, coldkey: bytes, netuid: int, amount: int
) -> int:
    """Add an amount of alpha to a coldkey's stake on a hotkey. Returns: what was added.

    The hotkey is noted among those the coldkey stakes on.
    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    if amount > 0:
        staking_hotkeys = tx.storage.staking_hotkeys[coldkey]
        if hotkey not in staking_hotkeys:
            tx.emit(StakingHotkeysSet(coldkey, (*staking_hotkeys, hotkey)))
    return max(_update_for_one(tx, hotkey, coldkey, netuid, _as_i64(amount)), 0)


def decrease_stake_for_hotkey_and_coldkey_on_subnet(
    tx: Transaction, hotkey: bytes, coldkey: bytes, netuid: int, amount: int
) -> int:
    """Take an amount of alpha from a coldkey's stake on a hotkey. Returns: what was taken.

    Nothing is taken where the coldkey has less; all it has is taken where next to nothing would be left.
    Source: subtensor staking/stake_utils.rs::decrease_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    if (hotkey, coldkey, netuid) not in tx.storage.alpha:
        return 0
    if get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid) < amount:
        return 0
    return max(-_update_for_one(tx, hotkey, coldkey, netuid, -_as_i64(amount)), 0)


def _update_for_one(tx: Transaction, hotkey: bytes, coldkey: bytes, netuid: int, update: int) -> int:
    storage = tx.storage
    pool, actual = share_pool(storage, hotkey, coldkey, netuid).updated_for_one(update)
    _put(storage.total_hotkey_shares, (hotkey, netuid), pool.denominator)
    _put(storage.alpha, (hotkey, coldkey, netuid), pool.share)
    _put(storage.total_hotkey_alpha, (hotkey, netuid), pool.shared_value)
    return actual


def _put(table: StorageMap[K, int], key: K, value: int) -> None:
    """Share pools keep no zeros: an entry that becomes 0 goes away."""
    if value:
        table[key] = value
    else:
        table.remove(key)


def _as_i64(amount: int) -> int:
    """A u64 read as i64, as the chain casts it."""
    return amount - 2**64 if amount >= 2**63 else amount


# ----------------------------------------------------------------------------------------------------- stake weights


def get_stake_weights_for_network(tx: Transaction, netuid: int) -> list[int]:
    """The combined stake (I64F64 bits) with which each uid of a subnet enters its epoch: alpha + tao_weight × root.

    Both counted after what is lent to children and comes from parents. A uid without a hotkey has none.
    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_network, spec_version 277.
    """
    keys = tx.storage.keys
    return [
        get_stake_weights_for_hotkey_on_subnet(tx, keys[netuid, uid], netuid)[0] if (netuid, uid) in keys else 0
        for uid in range(tx.storage.subnetwork_n[netuid])
    ]


def get_stake_weights_for_hotkey_on_subnet(tx: Transaction, hotkey: bytes, netuid: int) -> tuple[int, int, int]:
    """The stake that a hotkey brings to a subnet: combined, alpha, root; each as I64F64 bits.

    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_hotkey_on_subnet, spec_version 277.
    """
    storage = tx.storage
    own_alpha = storage.total_hotkey_alpha[hotkey, netuid]
    alpha = _signed(own_alpha if netuid == ROOT else _inherited(storage, hotkey, netuid, netuid))
    root = _signed(_inherited(storage, hotkey, netuid, ROOT))
    weighted = min(root * get_tao_weight(storage) >> WEIGHT_FRACTION, SIGNED_MAX)
    return min(alpha + weighted, SIGNED_MAX), alpha, root


def get_tao_weight(storage: Storage) -> int:
    """How much a rao on the root network counts against an alpha: from 0 to 1, as U96F32 bits.

    Source: subtensor staking/stake_utils.rs::get_tao_weight, spec_version 277.
    """
    return proportion_of_u64(storage.tao_weight.value)


def proportion_of_u64(parts: int) -> int:
    """Parts of 2^64 - 1 as U96F32 bits, from 0 to 1."""
    return (parts << WEIGHT_FRACTION) // U64_MAX


def _inherited(storage: Storage, hotkey: bytes, netuid: int, stake_netuid: int) -> int:
    """The stake on `stake_netuid` that a hotkey has on `netuid` after lending to children and borrowing from parents, u64."""
    own = storage.total_hotkey_alpha[hotkey, stake_netuid]
    children, parents = storage.child_keys[hotkey, netuid], storage.parent_keys[hotkey, netuid]
    if not children and not parents:
        return own
    lent = sum(own * proportion_of_u64(proportion) for proportion, _ in children)
    borrowed = sum(
        storage.total_hotkey_alpha[parent, stake_netuid] * proportion_of_u64(proportion) for proportion, parent in parents
    )
    return min(max((own << WEIGHT_FRACTION) - lent, 0) + borrowed >> WEIGHT_FRACTION, U64_MAX)


def _signed(stake: int) -> int:
    """A u64 as I64F64 bits, which end at 2^63."""
    return min(stake << STAKE_FRACTION, SIGNED_MAX)


# ------------------------------------------------------------------------------------------------------------- calls


def grant_stake(tx: Transaction, origin: Origin, call: GrantStake) -> None:
    """Record stake that came from elsewhere, whatever the subnet; its pool of alpha and TAO is not moved. Raises: BadOrigin.

    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    ensure_root(origin)
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, call.hotkey, call.coldkey, call.netuid, call.amount)


CALLS: CallTable = {GrantStake: grant_stake}
