"""The stake that hotkeys hold: shared among the coldkeys behind them, lent to children and borrowed from parents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from neuron_ledger.events.staking import StakingHotkeyAdded
from neuron_ledger.ledger.rules.netuids import ROOT, hotkeys_by_uid
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.stake.combined import combined_stake, inherited_stake
from neuron_ledger.ledger.rules.stake.share_books import put, put_all
from neuron_ledger.ledger.rules.stake.share_pool import I64_GREATEST, as_i64, moved_value
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

# --------------------------------------------------------------------------------------------------------- shared stake


def get_stake_for_hotkey_on_subnet(tx: Tx, hotkey: bytes, netuid: int) -> int:
    """All stake on a hotkey of a subnet, of any coldkey: alpha of the subnet (rao on the root network).

    Source: subtensor staking/stake_utils.rs::get_stake_for_hotkey_on_subnet, spec_version 277.
    """
    return tx.storage.total_hotkey_alpha[hotkey, netuid]


def get_stake_for_hotkey_and_coldkey_on_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    """A coldkey's part of the stake on a hotkey of a subnet.

    Source: subtensor staking/stake_utils.rs::get_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    return tx.rules.shares.value(tx.storage, hotkey, coldkey, netuid) or 0


def increase_stake_for_hotkey_on_subnet(tx: Tx, hotkey: bytes, netuid: int, amount: int) -> None:
    """Add an amount (u64, read as i64) to the stake on a hotkey: everyone's part grows.

    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_on_subnet, spec_version 277.
    """
    table, on_subnet = tx.storage.total_hotkey_alpha, (hotkey, netuid)
    value = table[on_subnet]
    if amount or not value:
        put(table, on_subnet, moved_value(value, as_i64(amount)))


def increase_stakes_of_hotkeys_on_subnet(tx: Tx, netuid: int, amounts: Mapping[bytes, int]) -> None:
    """The same of several hotkeys on one subnet."""
    table, of_hotkeys = tx.storage.total_hotkey_alpha, [(hotkey, netuid) for hotkey in amounts]
    grown = zip(of_hotkeys, table.values_of(of_hotkeys), amounts.values(), strict=True)
    moved = {key: moved_value(value, as_i64(amount)) for key, value, amount in grown if amount or not value}
    put_all(table, list(moved), list(moved.values()))


def increase_stake_for_hotkey_and_coldkey_on_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, amount: int) -> int:
    """Add an amount (u64, read as i64) to a coldkey's part of the stake on a hotkey. Returns: what was added.

    Source: subtensor staking/stake_utils.rs::increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    if amount > 0 and tx.rules.lists_whoever_gets_stake:
        list_staking_hotkey(tx, hotkey, coldkey)
    return max(tx.rules.shares.move(tx.storage, hotkey, coldkey, netuid, as_i64(amount)), 0)


def list_staking_hotkey(tx: Tx, hotkey: bytes, coldkey: bytes) -> None:
    """List a hotkey among those on which a coldkey stakes."""
    if hotkey not in tx.storage.staking_hotkeys[coldkey]:
        tx.emit(StakingHotkeyAdded(coldkey=coldkey, hotkey=hotkey))


def increase_stakes_on_subnet(tx: Tx, netuid: int, amounts: Iterable[tuple[bytes, bytes, int]]) -> None:
    """The same of several amounts on one subnet, (hotkey, coldkey, amount), one after another."""
    staking_hotkeys, updates = tx.storage.staking_hotkeys.get, []
    for hotkey, coldkey, amount in amounts:
        if amount > 0 and hotkey not in staking_hotkeys(coldkey, ()):
            tx.emit(StakingHotkeyAdded(coldkey=coldkey, hotkey=hotkey))
        updates.append((hotkey, coldkey, amount if amount <= I64_GREATEST else as_i64(amount)))
    tx.rules.shares.move_all(tx.storage, netuid, updates)


def can_increase_stake(tx: Tx, hotkey: bytes, netuid: int, amount: int) -> bool:
    """Whether adding an amount for one coldkey would move any share of the hotkey's stake.

    Source: subtensor staking/stake_utils.rs::try_increase_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    return tx.rules.shares.moves(tx.storage, hotkey, netuid, as_i64(amount))


def decrease_stake_for_hotkey_and_coldkey_on_subnet(tx: Tx, hotkey: bytes, coldkey: bytes, netuid: int, amount: int) -> int:
    """Take an amount from a coldkey's part of the stake on a hotkey.

    Returns: what was taken: nothing where the part is smaller, the whole part where next to nothing would be left.
    Source: subtensor staking/stake_utils.rs::decrease_stake_for_hotkey_and_coldkey_on_subnet, spec_version 277.
    """
    value = tx.rules.shares.value(tx.storage, hotkey, coldkey, netuid)
    if value is None or value < amount:
        return 0
    added = tx.rules.shares.move(tx.storage, hotkey, coldkey, netuid, as_i64(-as_i64(amount)))
    return max(as_i64(-added), 0)


# --------------------------------------------------------------------------------------------------------- stake weight


def get_tao_weight(storage: Storage) -> int:
    """The weight of a rao on the root network against a unit of alpha, U96F32.

    Source: subtensor staking/stake_utils.rs::get_tao_weight, spec_version 277.
    """
    return u96f32.of_u64_max(storage.tao_weight.value)


def get_stake_weights_for_network(tx: Tx, netuid: int) -> tuple[int, ...]:
    """The combined stake (I64F64) with which each uid of a subnet enters its epoch; a uid without a hotkey has none.

    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_network, spec_version 277.
    """
    hotkeys, weight = hotkeys_by_uid(tx.storage, netuid), get_tao_weight(tx.storage)
    parts = stakes_in_parts(tx.storage, [hotkey for hotkey in hotkeys if hotkey is not None], netuid)
    return tuple([0 if hotkey is None else combined_stake(*next(parts), weight) for hotkey in hotkeys])


def get_stake_weight_for_hotkey_on_subnet(tx: Tx, hotkey: bytes, netuid: int) -> int:
    """The combined stake that counts for a hotkey on a subnet, after children and parents; I64F64.

    That is alpha + TaoWeight × TAO on the root network.
    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_hotkey_on_subnet, spec_version 277.
    """
    return combined_stake(*get_stake_parts(tx.storage, hotkey, netuid), get_tao_weight(tx.storage))


def get_stake_parts(storage: Storage, hotkey: bytes, netuid: int) -> tuple[int, int]:
    """The alpha and the rao on the root network that count for a hotkey on a subnet, after children and parents.

    Source: subtensor staking/stake_utils.rs::get_stake_weights_for_network, spec_version 277.
    """
    return next(stakes_in_parts(storage, (hotkey,), netuid))


def stakes_in_parts(storage: Storage, hotkeys: Sequence[bytes], netuid: int) -> Iterator[tuple[int, int]]:
    """The same of several hotkeys."""
    stake, on_subnet = storage.total_hotkey_alpha, [(hotkey, netuid) for hotkey in hotkeys]
    own = zip(stake.values_of(on_subnet), stake.values_of([(hotkey, ROOT) for hotkey in hotkeys]), strict=True)
    links = zip(storage.child_keys.values_of(on_subnet), storage.parent_keys.values_of(on_subnet), strict=True)
    for (alpha, tao), (children, parents) in zip(own, links, strict=True):
        if not children and not parents:
            yield alpha, tao
            continue
        given = [proportion for proportion, _ in children]
        tao_part = inherited_stake(tao, given, [(part, stake[parent, ROOT]) for part, parent in parents])
        if netuid == ROOT:  # on the root network itself the links count only for the TAO
            yield alpha, tao_part
        else:
            yield inherited_stake(alpha, given, [(part, stake[parent, netuid]) for part, parent in parents]), tao_part
