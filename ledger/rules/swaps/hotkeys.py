"""What moves to the new hotkey when a hotkey is swapped."""

from functools import wraps

from neuron_ledger.events.registration import SenateChanged
from neuron_ledger.ledger.errors import AlreadySenator
from neuron_ledger.ledger.key_swaps import HotkeyStep, HotkeySwap, Stakers, SubnetStep
from neuron_ledger.ledger.rules.last_blocks import CHILDKEY_TAKE, DELEGATE_TAKE, TX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128
from neuron_ledger.ledger.rules.swaps.moved import carry, carry_whole, merge, renamed, with_last
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

OF_HOTKEYS = (TX, DELEGATE_TAKE, CHILDKEY_TAKE)
"""The blocks noted for a hotkey: of its last swap and of the last changes of its takes."""


def carry_last_blocks(tx: Tx, swap: HotkeySwap) -> None:
    """Copy the old hotkey's noted blocks to the new one, 0 where there were none."""
    blocks = tx.rules.last_blocks
    for limit in OF_HOTKEYS:
        blocks.write(tx.storage, limit, swap.new, blocks.read(tx.storage, limit, swap.old))


def forget_last_blocks(tx: Tx, swap: HotkeySwap) -> None:
    for limit in OF_HOTKEYS:
        tx.rules.last_blocks.remove(tx.storage, limit, swap.old)


def note_swap(tx: Tx, coldkey: bytes) -> None:
    """Note this block as that of the coldkey's last swap."""
    tx.rules.last_blocks.write(tx.storage, TX, coldkey, tx.block)


# ------------------------------------------------------------------------------------------------------ on one subnet


def unless_stake_stays(step: SubnetStep) -> SubnetStep:
    """A step that is skipped where the stake stays with the old hotkey."""

    @wraps(step)
    def with_stake(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
        if not swap.keep_stake:
            step(tx, swap, netuid)

    return with_stake


@unless_stake_stays
def carry_stake_sums(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    storage, old, new = tx.storage, (swap.old, netuid), (swap.new, netuid)
    merge(storage.total_hotkey_alpha, old, new, add_u64)
    merge(storage.total_hotkey_shares, old, new, add_u128)


def carry_seat(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move the uid and the membership flag, which is written for the new hotkey even if it is not a member."""
    storage = tx.storage
    member = carry_whole(storage.is_network_member, (swap.old, netuid), (swap.new, netuid))
    uid = storage.uids[netuid, swap.old]
    if member and uid is not None:
        carry(storage.uids, (netuid, swap.old), (netuid, swap.new))
        storage.keys[netuid, uid] = swap.new


def of_members(step: SubnetStep) -> SubnetStep:
    """A step for members of the subnet only, after `carry_seat`."""

    @wraps(step)
    def for_members(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
        if tx.storage.is_network_member[swap.new, netuid]:
            step(tx, swap, netuid)

    return for_members


@of_members
def carry_endpoints(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    for name in ("Prometheus", "Axons", "NeuronCertificates"):
        carry(tx.storage.map(name), (netuid, swap.old), (netuid, swap.new))


@of_members
def carry_commits(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    carry(tx.storage.weight_commits, (netuid, swap.old), (netuid, swap.new))


@of_members
def rename_in_loaded_emission(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    loaded = tx.storage.loaded_emission[netuid]
    if loaded is not None:
        tx.storage.loaded_emission[netuid] = tuple(
            (swap.new if hotkey == swap.old else hotkey, server, validator) for hotkey, server, validator in loaded
        )


def carry_children(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Replace the new hotkey's children by the old one's, and update their lists of parents."""
    _carry_links(tx, swap, netuid, "ChildKeys", "ParentKeys")


def carry_parents(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Replace the new hotkey's parents by the old one's, and update their lists of children."""
    _carry_links(tx, swap, netuid, "ParentKeys", "ChildKeys")


def _carry_links(tx: Tx, swap: HotkeySwap, netuid: int, name: str, inverse: str) -> None:
    table, back = tx.storage.map(name), tx.storage.map(inverse)
    for _, linked in carry_whole(table, (swap.old, netuid), (swap.new, netuid)):
        back[linked, netuid] = renamed(back[linked, netuid], swap.old, swap.new)


def carry_pending_children(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    carry(tx.storage.pending_child_keys, (netuid, swap.old), (netuid, swap.new))


def rename_in_pending_children(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Where the old hotkey is a scheduled child, remove it from the list and append the new one."""
    pending = tx.storage.pending_child_keys
    for key in [key for key in pending if key[0] == netuid]:
        children, cooldown_block = pending[key]
        place = next((place for place, (_, child) in enumerate(children) if child == swap.old), None)
        if place is not None:
            proportion, _ = children[place]
            pending[key] = (*children[:place], *children[place + 1 :], (proportion, swap.new)), cooldown_block


def carry_subnet_ownership(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    owners = tx.storage.subnet_owner_hotkey
    if netuid in owners and owners[netuid] == swap.old:
        owners[netuid] = swap.new


@unless_stake_stays
def carry_dividends(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    storage = tx.storage
    merge(storage.total_hotkey_alpha_last_epoch, (swap.old, netuid), (swap.new, netuid), add_u64)
    merge(storage.alpha_dividends_per_subnet, (netuid, swap.old), (netuid, swap.new), add_u64)


@unless_stake_stays
def carry_tao_dividends(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    merge(tx.storage.map("TaoDividendsPerSubnet"), (netuid, swap.old), (netuid, swap.new), add_u64)


@unless_stake_stays
def carry_shares(tx: Tx, swap: HotkeySwap, netuid: int) -> None:
    """Move every coldkey's shares, and append the new hotkey to its list."""
    storage = tx.storage
    for coldkey in swap.stakers.get(netuid, ()):
        merge(storage.alpha, (swap.old, coldkey, netuid), (swap.new, coldkey, netuid), add_u128)
        add_staking_hotkey(tx, swap, coldkey)


def add_staking_hotkey(tx: Tx, swap: HotkeySwap, coldkey: bytes) -> None:
    hotkeys = tx.storage.staking_hotkeys[coldkey]
    if swap.old in hotkeys and swap.new not in hotkeys:
        tx.storage.staking_hotkeys.append(coldkey, swap.new)


ON_SUBNET: tuple[SubnetStep, ...] = (
    carry_stake_sums,
    carry_seat,
    carry_endpoints,
    carry_commits,
    rename_in_loaded_emission,
    carry_children,
    carry_parents,
    carry_pending_children,
    rename_in_pending_children,
    carry_subnet_ownership,
    carry_dividends,
    carry_tao_dividends,
    carry_shares,
)


def stakers(storage: Storage, hotkey: bytes) -> Stakers:
    """The coldkeys with an entry; shares of 0 count as well."""
    found: dict[int, dict[bytes, bool]] = {}
    for of, coldkey, netuid in storage.alpha:
        if of == hotkey:
            found.setdefault(netuid, {})[coldkey] = True
    return found


# -------------------------------------------------------------------------------------------------- outside of subnets


def own_new_hotkey(tx: Tx, swap: HotkeySwap) -> None:
    """Make the coldkey the owner of the new hotkey, whoever owned it before."""
    tx.storage.owner[swap.new] = swap.coldkey
    if swap.new not in tx.storage.owned_hotkeys[swap.coldkey]:
        tx.storage.owned_hotkeys.append(swap.coldkey, swap.new)


def disown_old_hotkey(tx: Tx, swap: HotkeySwap) -> None:
    """Remove the owner of the old hotkey."""
    tx.storage.owner.remove(swap.old)
    tx.storage.owned_hotkeys[swap.coldkey] = tuple(
        hotkey for hotkey in tx.storage.owned_hotkeys[swap.coldkey] if hotkey != swap.old
    )


def swap_senator(tx: Tx, swap: HotkeySwap) -> None:
    """Raises: AlreadySenator. Source: polkadot-sdk pallet-membership lib.rs::swap_member, as used at spec_version 277."""
    members = tx.storage.senate_members.value
    if swap.old in members:
        if swap.new in members:
            raise AlreadySenator(senate_member=swap.new)
        tx.emit(SenateChanged(members=tuple(sorted(swap.new if member == swap.old else member for member in members))))


def carry_delegate(tx: Tx, swap: HotkeySwap) -> None:
    carry(tx.storage.delegates, swap.old, swap.new)


def rename_for_stakers(tx: Tx, swap: HotkeySwap) -> None:
    """In the list of every coldkey whose shares count, remove the old hotkey and append the new one."""
    staking = tx.storage.staking_hotkeys
    if swap.keep_stake:
        return
    for coldkey in {coldkey: () for shares in swap.stakers.values() for coldkey, counts in shares.items() if counts}:
        if swap.old in staking[coldkey]:
            staking[coldkey] = with_last(staking[coldkey], swap.new, swap.old, swap.new)


ALL_SUBNETS_BEFORE: tuple[HotkeyStep, ...] = (own_new_hotkey, disown_old_hotkey)

ALL_SUBNETS_AFTER: tuple[HotkeyStep, ...] = (forget_last_blocks, swap_senator, carry_delegate, rename_for_stakers)

ONE_SUBNET: tuple[HotkeyStep, ...] = (own_new_hotkey,)
