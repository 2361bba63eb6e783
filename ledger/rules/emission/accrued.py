"""Block emission from spec_version 195 until alpha: it is pending until a subnet's epoch; what a hotkey earns there is shared
with its parents, and is pending until the block in which the hotkey is paid (`daily.py`).

Source: subtensor coinbase/run_coinbase.rs::run_coinbase, accumulate_hotkey_emission, spec_versions 195 to 218.
"""

from collections.abc import Callable, Collection, Iterator

from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.emission.loaded import queue_103, share_of
from neuron_ledger.ledger.rules.netuids import ROOT, known_netuids
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import I96F32, U16_MAX, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.children import set_pending_children_on_216
from neuron_ledger.ledger.rules.stake.combined import part_lent
from neuron_ledger.ledger.rules.tao_stake.lent import staked_on_subnet_195
from neuron_ledger.ledger.runtime import HotkeyEmission, Pending, Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

# --------------------------------------------------------------------------------------------- pending until an epoch


def queue_195(tx: Tx) -> None:
    """Add the block's emission to what is pending on every subnet that emits."""
    for netuid in tx.rules.emitting(tx.storage, known_netuids(tx.storage)):
        queue_103(tx, netuid)


def open_subnets_emit_218(storage: Storage, netuids: Collection[int]) -> list[int]:
    """Nothing goes to the root network, or to subnets that are closed to registration."""
    return [netuid for netuid in netuids if netuid != ROOT and storage.network_registration_allowed[netuid]]


def take_pending_195(tx: Tx, netuid: int) -> Pending:
    """The rao that was pending for the subnet, and nothing else: there is no alpha, and no owner cut set aside."""
    waiting, tx.storage.pending_emission[netuid] = tx.storage.pending_emission[netuid], 0
    return waiting, 0, 0, 0


# ------------------------------------------------------------------------------------------------ what epochs hand out

Accrue = Callable[[Tx, int, HotkeyEmission], None]
"""(netuid, a hotkey's earnings): notes them as pending for the hotkey and its parents."""


def hand_out_195(tx: Tx, netuid: int, pending: Pending) -> None:
    """Pay the owner's cut, run the epoch on the rest, and note hotkeys' earnings as pending; on the root network too."""
    _hand_out(tx, netuid, pending, accrue_195)


def hand_out_210(tx: Tx, netuid: int, pending: Pending) -> None:
    """The same where the subnet emits; elsewhere there is no epoch, and what was pending is lost."""
    if tx.rules.emitting(tx.storage, (netuid,)):
        _hand_out(tx, netuid, pending, accrue_210)


def hand_out_216(tx: Tx, netuid: int, pending: Pending) -> None:
    """The same; then the children that are due are set, for the next epoch. Since 218 they are set before."""
    if tx.rules.emitting(tx.storage, (netuid,)):
        _hand_out(tx, netuid, pending, accrue_210)
        set_pending_children_on_216(tx, netuid)


def _hand_out(tx: Tx, netuid: int, pending: Pending, accrue: Accrue) -> None:
    emission, *_ = pending
    for earned in tx.rules.run_epoch(tx, netuid, emission - _pay_owner(tx, netuid, emission)):
        accrue(tx, netuid, earned)


def _pay_owner(tx: Tx, netuid: int, emission: int) -> int:
    """Pay the owner, if the subnet has one, its part of an emission. Returns: that part, rao."""
    storage = tx.storage
    if netuid not in storage.subnet_owner:
        return 0
    cut = u96f32.whole(u96f32.mul(emission << u96f32.FRACTION, u96f32.of_u16_max(storage.subnet_owner_cut.value)))
    add_balance(tx, storage.subnet_owner[netuid], cut)
    storage.total_issuance.value = add_u64(storage.total_issuance.value, cut)
    return cut


# ------------------------------------------------------------------------------------------------- pending for hotkeys


def accrue_195(tx: Tx, netuid: int, earned: HotkeyEmission) -> None:
    """A hotkey keeps its take of all its dividends; of the rest, its parents get their parts."""
    (hotkey, server, validator), storage = earned, tx.storage
    take = share_of(storage.childkey_take[hotkey, netuid], U16_MAX, validator)
    left = shared = sub_u64(validator, take)
    for parent, bits in _parts_of_parents(storage, hotkey, netuid, shared):
        part = _whole(bits)
        _add(storage.pendingd_hotkey_emission, parent, part)
        left = sub_u64(left, part)
    _add(storage.pendingd_hotkey_emission, hotkey, left + take + server)


def accrue_210(tx: Tx, netuid: int, earned: HotkeyEmission) -> None:
    """A hotkey keeps its take only of its parents' parts; that, and what it earned as a miner, is not shared with nominators."""
    (hotkey, server, validator), storage = earned, tx.storage
    taken_of_all = u96f32.of_u16_max(storage.childkey_take[hotkey, netuid])
    left, kept = validator, server
    for parent, bits in _parts_of_parents(storage, hotkey, netuid, validator):
        take = _whole(I96F32.saturating_mul(taken_of_all, bits))
        part = sub_u64(_whole(bits), take)
        _add(storage.pendingd_hotkey_emission, parent, part)
        left = sub_u64(left, part + take)
        kept += take
    _add(storage.pendingd_hotkey_emission, hotkey, left + kept)
    _add(storage.pendingd_hotkey_emission_untouchable, hotkey, kept)


def _parts_of_parents(storage: Storage, hotkey: bytes, netuid: int, dividends: int) -> Iterator[tuple[bytes, int]]:
    """(parent, its part of a hotkey's dividends, I96F32): what it lends relative to all stake of the hotkey on the subnet.

    Where the subnet caps a hotkey's stake, the parts may add up to more than the whole.
    """
    total = staked_on_subnet_195(storage, hotkey, netuid)
    if total:
        for proportion, parent in storage.parent_keys[hotkey, netuid]:
            lent = part_lent(storage.total_hotkey_stake[parent], proportion)
            part = I96F32.saturating_div(lent, I96F32.from_int(total))
            yield parent, I96F32.saturating_mul(part, I96F32.from_int(dividends))


def _whole(bits: int) -> int:
    """A positive I96F32, rounded down to a u64; what does not fit wraps."""
    return bits >> I96F32.fraction & U64_MAX


def _add(table: StorageMap[bytes, int], hotkey: bytes, rao: int) -> None:
    table[hotkey] = add_u64(table[hotkey], rao)
