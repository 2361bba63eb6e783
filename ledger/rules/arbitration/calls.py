"""Swaps of coldkeys by arbitration, from spec_version 194: requested by work, made some days later unless another is requested.

A coldkey in arbitration can do hardly anything. Since 162 no swap can be requested, and pending ones are made.
Source: subtensor swap.rs, lib.rs::on_initialize, spec_version 194.
"""

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import BurnedRegister, DecreaseTake, IncreaseTake, RootRegister
from neuron_ledger.events.early_calls import DissolveOwnNetwork, RegisterNetworkAlone
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake, SetRootWeights
from neuron_ledger.events.early_swaps import (
    ArbitrationPeriodExtended,
    ColdkeyArbitrationBegan,
    ScheduleColdkeySwap,
    SwapOwnColdkey,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import (
    ColdkeyIsInArbitration,
    DuplicateColdkey,
    InsufficientBalanceToPerformColdkeySwap,
    InvalidDifficulty,
    InvalidSeal,
    MaxColdkeyDestinationsReached,
    SameColdkey,
)
from neuron_ledger.ledger.key_swaps import ColdkeySwap
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, hash_meets_difficulty
from neuron_ledger.ledger.rules.tao_stake import coldkey_calls
from neuron_ledger.ledger.rules.tao_stake.positions import staked_on
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

MIN_OWNED = 100_000_000
"""Rao that a coldkey must own to be swapped, in stake and balance, unless it owns a subnet or others have delegated enough."""

DELEGATED = 500_000_000_000
"""Rao staked by others on hotkeys that a coldkey stakes on, from which its own funds are not checked."""

MAX_DESTINATIONS = 10

CLOSED: frozenset[type[Call]] = frozenset(
    {
        *(BurnedRegister, RootRegister, SetRootWeights, RegisterNetworkAlone, DissolveOwnNetwork),
        *(BecomeDelegate, DecreaseTake, IncreaseTake, AddTaoStake, RemoveTaoStake, SwapHotkey, SwapOwnColdkey),
    }
)
"""The calls that first check whether their signer is in arbitration. Transfers do not: the transaction pool refuses them."""


def not_in_arbitration_194(tx: Tx, origin: Origin, call: Call) -> None:
    """Raises: ColdkeyIsInArbitration. Source: swap.rs::coldkey_in_arbitration."""
    if type(call) in CLOSED and origin is not None:
        until = tx.storage.coldkey_arbitration_block[origin]
        if until > tx.block:
            raise ColdkeyIsInArbitration(coldkey=origin, until=until)


# -------------------------------------------------------------------------------------------------------------- the call


def schedule_coldkey_swap_194(tx: Tx, origin: Origin, call: ScheduleColdkeySwap) -> None:
    """Request a swap of the signing coldkey; each further one takes twice the work, and none of them is made then.

    Raises: BadOrigin, SameColdkey, InsufficientBalanceToPerformColdkeySwap, InvalidDifficulty, InvalidSeal, DuplicateColdkey,
    MaxColdkeyDestinationsReached: in this order. Source: swap.rs::do_schedule_coldkey_swap, spec_version 194.
    """
    old, new, storage = ensure_signed(origin), call.new_coldkey, tx.storage
    if old == new:
        raise SameColdkey(coldkey=old)
    _ensure_owns_enough(tx, old)
    destinations = storage.coldkey_swap_destinations[old]
    _ensure_work(tx, old, call, storage.base_difficulty.value << len(destinations))
    if new in destinations:
        raise DuplicateColdkey(coldkey=old, new_coldkey=new)
    if len(destinations) >= MAX_DESTINATIONS:
        raise MaxColdkeyDestinationsReached(coldkey=old, most=MAX_DESTINATIONS)
    storage.coldkey_swap_destinations[old] = (*destinations, new)
    if not destinations:
        _begin_arbitration(tx, old)
    until = storage.coldkey_arbitration_block[old]
    tx.emit(ColdkeyArbitrationBegan(old_coldkey=old, new_coldkey=new, arbitration_block=until))


def _begin_arbitration(tx: Tx, coldkey: bytes) -> None:
    until, due = add_u64(tx.block, tx.storage.arbitration_period.value), tx.storage.coldkeys_to_swap_at_block
    tx.storage.coldkey_arbitration_block[coldkey] = until
    due[until] = tuple(dict.fromkeys((*due[until], coldkey)))


def _ensure_owns_enough(tx: Tx, coldkey: bytes) -> None:
    """Raises: InsufficientBalanceToPerformColdkeySwap. Source: swap.rs::meets_min_allowed_coldkey_balance."""
    storage = tx.storage
    netuids = range(storage.total_networks.value + 1)
    if any((storage.subnet_owner[netuid] or NOBODY) == coldkey for netuid in netuids) or _delegated(tx, coldkey) > DELEGATED:
        return
    staked = sum(storage.stake[hotkey, coldkey] for hotkey in storage.staking_hotkeys[coldkey])
    owned = add_u64(staked, storage.balances[coldkey])
    if owned < MIN_OWNED:
        raise InsufficientBalanceToPerformColdkeySwap(coldkey=coldkey, owned=owned, needed=MIN_OWNED)


def _delegated(tx: Tx, coldkey: bytes) -> int:
    """Rao staked by others than the owners on the hotkeys that a coldkey stakes on, including its own.

    Source: delegate_info.rs::get_total_delegated_stake, spec_version 194.
    """
    owner = tx.storage.owner
    return sum(
        staked
        for hotkey in tx.storage.staking_hotkeys[coldkey]
        for delegator, staked in staked_on(tx, hotkey)
        if delegator != owner[hotkey]
    )


def _ensure_work(tx: Tx, coldkey: bytes, call: ScheduleColdkeySwap, difficulty: int) -> None:
    """Check work, for a block of any age. Raises: InvalidDifficulty, InvalidSeal: in this order."""
    if not hash_meets_difficulty(call.work, difficulty):
        raise InvalidDifficulty(difficulty=difficulty, work=call.work)
    seal = create_seal_hash(tx.rules.block_hash(call.block_number, tx.block), call.nonce, coldkey)
    if seal != call.work:
        raise InvalidSeal(seal=seal, work=call.work)


# ------------------------------------------------------------------------------------------------------------- the block


def swap_coldkeys_this_block_194(tx: Tx) -> None:
    """Make the swaps that are due; a coldkey with several requests stays in arbitration.

    Source: swap.rs::swap_coldkeys_this_block, spec_version 194.
    """
    _swap_coldkeys(tx, coldkey_calls.PERFORMED_194)


def swap_coldkeys_this_block_165(tx: Tx) -> None:
    """The same, with the steps of spec_version 165."""
    _swap_coldkeys(tx, coldkey_calls.PERFORMED_165)


def _swap_coldkeys(tx: Tx, steps: coldkey_calls.Steps) -> None:
    storage = tx.storage
    due = storage.coldkeys_to_swap_at_block[tx.block]
    storage.coldkeys_to_swap_at_block.remove(tx.block)
    for old in due:
        destinations = storage.coldkey_swap_destinations[old]
        if len(destinations) > 1:
            storage.coldkey_arbitration_block[old] = U64_MAX
            tx.emit(ArbitrationPeriodExtended(coldkey=old))
        elif destinations:
            storage.coldkey_swap_destinations.remove(old)
            coldkey_calls.perform(steps, tx, ColdkeySwap(old, destinations[0]))


CALLS_194 = call_table(handles(ScheduleColdkeySwap, schedule_coldkey_swap_194))
GONE_162 = (ScheduleColdkeySwap,)
