"""Steps of hotkey swaps that differ in later runtimes, each named with the spec_version that introduced it."""

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.subnet_calls import SubnetOwnerHotkeySet
from neuron_ledger.ledger.errors import InvalidChild
from neuron_ledger.ledger.key_swaps import HotkeySwap, Stakers
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.decimal_float import ZERO
from neuron_ledger.ledger.rules.numbers.fixed import I96F32
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.relations import ChangedLinks, Relations, ensure_may_have, links_afterwards, related
from neuron_ledger.ledger.rules.stake.share_books import put
from neuron_ledger.ledger.rules.swaps.dated_checks import new_hotkey_is_no_subnets_account_411
from neuron_ledger.ledger.rules.swaps.hotkeys import add_staking_hotkey, of_members, own_new_hotkey, unless_stake_stays
from neuron_ledger.ledger.rules.swaps.moved import carry, merge
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage


@of_members
def carry_commits_320(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move the commits of each mechanism.

    Source: subtensor swap/swap_hotkey.rs::perform_hotkey_swap_on_one_subnet, spec_version 424.
    """
    for mechanism in range(tx.storage.mechanism_count_current[netuid]):
        index = tx.rules.storage_index(netuid, mechanism)
        carry(tx.storage.weight_commits, (index, swap.old), (index, swap.new))


# ------------------------------------------------------------------------------------------------ children and parents


def carry_relations_334(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move children, scheduled children and parents, if they agree with one another.

    Raises: ProportionOverflow, ChildParentInconsistency, InvalidChild, TooManyChildren.
    Source: subtensor staking/set_children.rs::parent_child_swap_hotkey, spec_version 424.
    """
    storage, old, new = tx.storage, swap.old, swap.new
    relations = related(storage, old, netuid, storage.child_keys[old, netuid])
    for child in relations.children:
        _unlink(storage.parent_keys, (child, netuid), old)
    for parent in relations.parents:
        _unlink(storage.child_keys, (parent, netuid), old)
    storage.child_keys[old, netuid] = ()
    storage.parent_keys.remove((old, netuid))
    if new in relations.children or new in relations.parents:
        raise InvalidChild(hotkey=new)
    around = Relations(new, relations.children, relations.parents)
    if (netuid, old) in storage.pending_child_keys:
        ensure_may_have(around, storage.pending_child_keys[netuid, old][0])
        carry(storage.pending_child_keys, (netuid, old), (netuid, new))
    children, parents = links_afterwards(storage, netuid, around)
    _store(storage.child_keys, netuid, children)
    _store(storage.parent_keys, netuid, parents)


def _unlink(table: StorageMap[tuple[bytes, int], LINKS], key: tuple[bytes, int], hotkey: bytes) -> None:
    left = tuple(link for link in table[key] if link[1] != hotkey)
    put(table, key, left, nothing=())


def _store(table: StorageMap[tuple[bytes, int], LINKS], netuid: int, changed: ChangedLinks) -> None:
    for hotkey, links in changed:
        put(table, (hotkey, netuid), links, nothing=None)


def carry_childkey_take_418(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    carry(tx.storage.childkey_take, (swap.old, netuid), (swap.new, netuid))


# --------------------------------------------------------------------------------------------------- subnets and stake


def carry_auto_stake_334(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """The coldkeys that auto-stake on the old hotkey do so on the new one, whose earlier list is replaced."""
    storage = tx.storage
    table = storage.auto_stake_destination_coldkeys
    if (swap.old, netuid) in table:
        for coldkey in table[swap.old, netuid]:
            storage.auto_stake_destination[coldkey, netuid] = swap.new
        carry(table, (swap.old, netuid), (swap.new, netuid))


def carry_subnet_ownership_411(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Raises: CannotUseSystemAccount. Source: subtensor utils/misc.rs::set_subnet_owner_hotkey, spec_version 424."""
    owners = tx.storage.subnet_owner_hotkey
    if netuid in owners and owners[netuid] == swap.old:
        new_hotkey_is_no_subnets_account_411(tx, swap)
        tx.emit(SubnetOwnerHotkeySet(netuid=netuid, hotkey=swap.new))


@unless_stake_stays
def carry_voting_power_385(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Source: subtensor utils/voting_power.rs::swap_voting_power_for_hotkey, spec_version 424."""
    power = tx.storage.voting_power
    if power[netuid, swap.old]:
        merge(power, (netuid, swap.old), (netuid, swap.new), add_u64)
    else:
        power.remove((netuid, swap.old))


@unless_stake_stays
def carry_stake_394(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move every coldkey's stake like a move of stake: shares are bought anew.

    Source: subtensor swap/swap_hotkey.rs::perform_hotkey_swap_on_one_subnet, spec_version 424.
    """
    for coldkey in sorted(swap.stakers.get(netuid, ())):
        stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, swap.old, coldkey, netuid)
        decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, swap.old, coldkey, netuid, stake)
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, swap.new, coldkey, netuid, stake)
        add_staking_hotkey(tx, swap, coldkey)


def stakers_397(storage: Storage, hotkey: bytes) -> Stakers:
    """The coldkeys with an entry of either kind; shares of 0 do not count, and if there are both kinds the newer one decides."""
    found: dict[int, dict[bytes, bool]] = {}
    for of, coldkey, netuid in storage.alpha:
        if of == hotkey:
            found.setdefault(netuid, {})[coldkey] = storage.alpha[of, coldkey, netuid] > 0
    for of, coldkey, netuid in storage.alpha_v2:
        if of == hotkey:
            found.setdefault(netuid, {})[coldkey] = storage.alpha_v2[of, coldkey, netuid] != ZERO
    return found


# ------------------------------------------------------------------------------------------------------ root dividends


@unless_stake_stays
def carry_root_claims_334(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move all claimable dividends with the first subnet; what was claimed, subnet by subnet, for coldkeys with stake there.

    Source: subtensor swap/swap_hotkey.rs::perform_hotkey_swap_on_one_subnet, spec_version 334.
    """
    carry_root_claimable(tx, swap)
    for coldkey in swap.stakers.get(netuid, ()):
        carry_root_claimed(tx, netuid, (swap.old, coldkey), (swap.new, coldkey))


@unless_stake_stays
def carry_root_claims_394(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """With the root network, move the claimable dividends of every subnet, and what was claimed of them.

    Source: subtensor swap/swap_hotkey.rs::perform_hotkey_swap_on_one_subnet, spec_version 424.
    """
    if netuid != ROOT:
        return
    carry_root_claimable(tx, swap)
    claimable = {subnet for subnet, _ in tx.storage.root_claimable[swap.new]}
    claimed = [key for key in tx.storage.root_claimed if key[0] in claimable and key[1] == swap.old]
    for subnet, _, coldkey in claimed:
        carry_root_claimed(tx, subnet, (swap.old, coldkey), (swap.new, coldkey))


def carry_root_claimable(tx: Tx, swap: HotkeySwap) -> None:
    """Source: subtensor staking/claim_root.rs::transfer_root_claimable_for_new_hotkey, spec_version 424."""
    table = tx.storage.root_claimable
    rates = dict(table[swap.new])
    for subnet, rate in table[swap.old]:
        rates[subnet] = I96F32.saturating_add(rates.get(subnet, 0), rate)
    table.remove(swap.old)
    table[swap.new] = tuple(sorted(rates.items()))


def carry_root_claimed(tx: Tx, netuid: int, old: tuple[bytes, bytes], new: tuple[bytes, bytes]) -> None:
    """old, new: (hotkey, coldkey).

    Source: subtensor staking/claim_root.rs::transfer_root_claimed_for_new_keys, spec_version 424.
    """
    merge(tx.storage.root_claimed, (netuid, *old), (netuid, *new), add_u128)


@unless_stake_stays
def carry_parent_delegation_397(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    if netuid == ROOT:
        carry(tx.storage.auto_parent_delegation_enabled, swap.old, swap.new)


# -------------------------------------------------------------------------------------------------- outside of subnets


def own_new_hotkey_411(tx: Tx, swap: HotkeySwap) -> None:
    """Raises: CannotUseSystemAccount. Source: subtensor staking/helpers.rs::set_hotkey_owner, spec_version 424."""
    new_hotkey_is_no_subnets_account_411(tx, swap)
    own_new_hotkey(tx, swap)
