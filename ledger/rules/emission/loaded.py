"""Block emission before alpha: TAO is pending until a subnet's epoch, and is paid to hotkeys in the block after it.

Source: subtensor block_step.rs::generate_emission, drain_emission, emit_inflation_through_hotkey_account, spec_versions 103
(c88a37247), 143 (a625834ea) and 185 (41f9d2524).
"""

from collections.abc import Callable, Collection

from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.epoch.tempo import should_run_epoch
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, I96F32, U16_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.numbers.wrapping import wrapped_u64
from neuron_ledger.ledger.rules.tao_stake.positions import increase, increase_of_owner, staked_on
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

# --------------------------------------------------------------------------------------------- which subnets, and when


def every_subnet_emits_103(_: Storage, netuids: Collection[int]) -> list[int]:
    """Blocks bring emission to every subnet that has a tempo."""
    return list(netuids)


def all_but_root_emit_143(_: Storage, netuids: Collection[int]) -> list[int]:
    """Root's part goes to nobody."""
    return [netuid for netuid in netuids if netuid != ROOT]


def open_subnets_emit_150(storage: Storage, netuids: Collection[int]) -> list[int]:
    """Nothing goes to a subnet that is closed to registration, which has no epochs either."""
    added, is_open = storage.networks_added, storage.network_registration_allowed
    return [netuid for netuid in netuids if netuid != ROOT and added[netuid] and is_open[netuid]]


def emitting_netuids(tx: Tx) -> list[int]:
    """The netuids that blocks bring emission to, in key order."""
    return tx.rules.emitting(tx.storage, in_key_order(tx.storage.tempo))


def due_epochs(tx: Tx) -> tuple[int, ...]:
    """Those of them whose epoch runs in this block."""
    tempos = tx.storage.tempo
    return tuple([netuid for netuid in emitting_netuids(tx) if should_run_epoch(netuid, tempos[netuid], tx.block)])


# ----------------------------------------------------------------------------------------------------------- pending


def generate_emission(tx: Tx) -> None:
    """Add to every subnet's pending emission, and load it for hotkeys where the epoch runs in this block."""
    storage = tx.storage
    for netuid in emitting_netuids(tx):
        for step in tx.rules.on_each_subnet:
            step(tx, netuid)
        if netuid in tx.due_epochs:
            _load(tx, netuid)
        else:
            storage.blocks_since_last_step[netuid] = add_u64(storage.blocks_since_last_step[netuid], 1)


def queue_103(tx: Tx, netuid: int) -> None:
    """Add a block's emission for a subnet to its pending emission."""
    _queue(tx.storage, netuid, tx.storage.emission_values[netuid])


def queue_beside_owner_cut_143(tx: Tx, netuid: int) -> None:
    """The same, after paying the owner a part at once. Both parts are rounded down: a fraction of a rao goes to nobody."""
    _queue_beside_owner_cut(tx, netuid, tx.storage.emission_values[netuid])


def queue_if_open_153(tx: Tx, netuid: int) -> None:
    """The same; a subnet that is closed to registration gets nothing, although its epochs run."""
    storage = tx.storage
    is_open = storage.networks_added[netuid] and storage.network_registration_allowed[netuid]
    _queue_beside_owner_cut(tx, netuid, storage.emission_values[netuid] if is_open else 0)


def _queue_beside_owner_cut(tx: Tx, netuid: int, brought: int) -> None:
    storage = tx.storage
    if netuid in storage.subnet_owner:
        cut = I96F32.from_int(brought * storage.subnet_owner_cut.value) // U16_MAX
        paid, brought = I96F32.to_int(cut), I96F32.to_int(I96F32.from_int(brought) - cut)
        add_balance(tx, storage.subnet_owner[netuid], paid)
        storage.total_issuance.value = add_u64(storage.total_issuance.value, paid)
    _queue(storage, netuid, brought)


def _queue(storage: Storage, netuid: int, amount: int) -> None:
    storage.pending_emission[netuid] = add_u64(storage.pending_emission[netuid], amount)


def _load(tx: Tx, netuid: int) -> None:
    """Run a subnet's epoch on its pending emission, and load what each hotkey earned, in front of what is already loaded.

    If an epoch gives out more than was pending, the chain ignores the fault: nothing is loaded.
    """
    storage = tx.storage
    waiting, storage.pending_emission[netuid] = storage.pending_emission[netuid], 0
    earned = tx.rules.run_epoch(tx, netuid, waiting)
    if sum(server + validator for _, server, validator in earned) > waiting:
        return
    storage.loaded_emission[netuid] = (*earned, *(storage.loaded_emission.get(netuid) or ()))
    storage.blocks_since_last_step[netuid] = 0
    storage.last_mechansim_step_block[netuid] = tx.block


# --------------------------------------------------------------------------------------------------- what is paid out


def pay_loaded_emission_101(tx: Tx) -> None:
    """Pay everything loaded, without distinguishing how it was earned. It counts as issued only as stake."""
    _pay_all(tx, pay_hotkey_103)


def pay_loaded_emission_103(tx: Tx) -> None:
    """The same, and also count it as issued."""
    _count_issued(tx, _pay_all(tx, pay_hotkey_103))


def pay_loaded_emission_121(tx: Tx) -> None:
    """Pay everything loaded."""
    _count_issued(tx, _pay_all(tx, pay_hotkey_121))


def pay_loaded_emission_153(tx: Tx) -> None:
    """The same; the rest after all shares is never negative."""
    _count_issued(tx, _pay_all(tx, pay_hotkey_153))


def _count_issued(tx: Tx, amount: int) -> None:
    issuance = tx.storage.total_issuance
    issuance.value = add_u64(issuance.value, amount)


def _pay_all(tx: Tx, pay: Callable[[Tx, bytes, int, int], None]) -> int:
    """Returns: the sum of what was loaded, rao."""
    storage, paid = tx.storage, 0
    for netuid in in_key_order(storage.tempo):
        if netuid not in storage.loaded_emission:
            continue
        loaded = storage.loaded_emission[netuid] or ()
        for hotkey, server, validator in loaded:
            pay(tx, hotkey, server, validator)
        storage.loaded_emission.remove(netuid)
        paid += sum(server + validator for _, server, validator in loaded)
    return paid


def pay_hotkey_103(tx: Tx, hotkey: bytes, emission: int, _: int) -> None:
    """A delegate's owner keeps its take of everything earned; what is left after the nominators' shares goes to nobody."""
    if hotkey not in tx.storage.delegates:
        increase_of_owner(tx, hotkey, emission)
        return
    take = take_of(tx.storage, hotkey, emission)
    _pay_nominators(tx, hotkey, emission - take)
    increase_of_owner(tx, hotkey, take)


def pay_hotkey_121(tx: Tx, hotkey: bytes, server: int, validator: int) -> None:
    """A delegate's owner keeps its take of what was earned as a validator, the rest after all shares, and the miner's part.

    Shares add up to more than the whole where a swapped hotkey's total lacks stake that others had on the new one; the rest is
    then negative.
    """
    _pay_hotkey(tx, hotkey, server, validator, lambda take, left: wrapped_u64(take + left))


def pay_hotkey_153(tx: Tx, hotkey: bytes, server: int, validator: int) -> None:
    """The same; where shares add up to more than the whole, the rest is 0."""
    _pay_hotkey(tx, hotkey, server, validator, lambda take, left: add_u64(take, max(left, 0)))


def _pay_hotkey(tx: Tx, hotkey: bytes, server: int, validator: int, kept: Callable[[int, int], int]) -> None:
    """kept: (take, the rest after all shares, which may be negative) → what the owner gets of the validator's part."""
    if hotkey not in tx.storage.delegates:
        increase_of_owner(tx, hotkey, add_u64(server, validator))
        return
    take = take_of(tx.storage, hotkey, validator)
    paid = _pay_nominators(tx, hotkey, validator - take)
    increase_of_owner(tx, hotkey, kept(take, validator - take - paid))
    increase_of_owner(tx, hotkey, server)


def _pay_nominators(tx: Tx, hotkey: bytes, amount: int) -> int:
    """Add an amount to the stake on a hotkey, to each coldkey its share. Returns: the sum added."""
    total, paid = tx.storage.total_hotkey_stake[hotkey], 0
    for coldkey, staked in staked_on(tx, hotkey):
        share = share_of(staked, total, amount)
        increase(tx, coldkey, hotkey, share)
        paid += share
    return paid


def take_of(storage: Storage, hotkey: bytes, emission: int) -> int:
    """The part of an emission that a delegate's owner keeps. Source: block_step.rs::calculate_delegate_proportional_take."""
    return share_of(storage.delegates[hotkey], U16_MAX, emission)


def share_of(part: int, whole: int, amount: int) -> int:
    """An amount times part / whole in I64F64, rounded down twice; 0 where the whole is 0.

    Source: block_step.rs::calculate_stake_proportional_emission.
    """
    if whole == 0:
        return 0
    return amount * ((part << I64F64.fraction) // whole) >> I64F64.fraction
