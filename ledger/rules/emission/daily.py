"""Hotkeys are paid their pending emission, each in a block of its own, once a day (a tempo): spec_versions 195 to 219.

The owner keeps its take of it; the rest is shared by what nominators had staked at the hotkey's previous payment, as far as that
is known; what rounding leaves over is the owner's.
Source: subtensor coinbase/run_coinbase.rs::run_coinbase, drain_hotkey_emission, should_drain_hotkey, spec_versions 195 to 218.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from attrs import frozen

from neuron_ledger.ledger.rules.accounts.owners import account_order
from neuron_ledger.ledger.rules.emission.loaded import take_of
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, clamp_u64, sub_u64
from neuron_ledger.ledger.rules.registration.seal import hash_hotkey_to_u64
from neuron_ledger.ledger.rules.tao_stake.positions import increase, increase_of_owner, staked_on
from neuron_ledger.ledger.runtime import Tx

Share = Callable[[int, int, int], int]
"""(stake that counts, all that counts, rao) → the part of the rao."""


@frozen
class Payment:
    """What a hotkey is paid in a block, rao. shared: between its owner's take and its nominators. kept: the owner's alone.

    counted: (coldkey, the stake of it that counts), for those who get a part. total: the divisor of these.
    """

    hotkey: bytes
    shared: int
    kept: int
    counted: Sequence[tuple[bytes, int]]
    total: int


# ------------------------------------------------------------------------------------------------------ who is paid when


@lru_cache(maxsize=65536)
def place_of(hotkey: bytes) -> int:
    """The number that determines a hotkey's block in the tempo, u64."""
    return hash_hotkey_to_u64(hotkey)


def is_paid_in(hotkey: bytes, block: int, tempo: int) -> bool:
    """Whether the hotkey is paid in this block; tempo: u64."""
    period = add_u64(tempo, 1)
    return block % period == place_of(hotkey) % period


# -------------------------------------------------------------------------------------------------------- what is paid


def pay_hotkeys_195(tx: Tx) -> None:
    """Pay the hotkeys due in this block. A nominator that added stake since the hotkey's previous payment gets nothing."""
    _pay_due(tx, _by_who_added_nothing_195, part_by_product_195)


def pay_hotkeys_201(tx: Tx) -> None:
    """The same; all stake counts."""
    _pay_due(tx, _by_all_201, part_by_quotient_201)


def pay_hotkeys_202(tx: Tx) -> None:
    """The same; stake that a nominator added since the previous payment does not count. The notes of it are cleared."""
    _pay_due(tx, _by_what_stood_202, part_by_quotient_201, forget_moves)


def pay_hotkeys_205(tx: Tx) -> None:
    """The same; the notes of added stake are not cleared, and grow."""
    _pay_due(tx, _by_what_stood_202, part_by_quotient_201)


def pay_hotkeys_210(tx: Tx) -> None:
    """As at 202; what a hotkey earned as a miner, and from its parents' dividends, is its owner's alone."""
    _pay_due(tx, _by_what_stood_210, part_by_quotient_201, forget_kept, forget_moves)


def _pay_due(tx: Tx, due: Callable[[Tx, bytes, int], Payment], share: Share, *after: Callable[[Tx, bytes], None]) -> None:
    """Pay each hotkey due in this block, in the order of their hashed keys."""
    storage, tempo = tx.storage, tx.storage.hotkey_emission_tempo.value
    pending = storage.pendingd_hotkey_emission.items()
    waiting = {hotkey: rao for hotkey, rao in pending if rao and is_paid_in(hotkey, tx.block, tempo)}
    for hotkey in sorted(waiting, key=account_order):
        paid = _pay(tx, due(tx, hotkey, waiting[hotkey]), share)
        storage.total_issuance.value = add_u64(storage.total_issuance.value, paid)
        for step in after:
            step(tx, hotkey)


def _pay(tx: Tx, due: Payment, share: Share) -> int:
    """Stake the payment on the hotkey. Returns: the amount staked."""
    storage, hotkey = tx.storage, due.hotkey
    storage.pendingd_hotkey_emission[hotkey] = 0
    storage.last_hotkey_emission_drain[hotkey] = tx.block
    take = take_of(storage, hotkey, due.shared)
    paid, left = 0, due.shared - take
    for coldkey, counted in due.counted if due.total else ():
        part = share(counted, due.total, due.shared - take)
        increase(tx, coldkey, hotkey, part)
        paid, left = add_u64(paid, part), sub_u64(left, part)
    for_owner = add_u64(take + left, due.kept)
    increase_of_owner(tx, hotkey, for_owner)
    return add_u64(paid, for_owner)


def part_by_product_195(counted: int, total: int, rao: int) -> int:
    """Multiply stake and rao first, saturating at 2^63: with much stake, little is paid."""
    product = I64F64.saturating_mul(I64F64.from_int(rao), I64F64.from_int(counted))
    return I64F64.to_int(I64F64.safe_div(product, I64F64.from_int(total)))


def part_by_quotient_201(counted: int, total: int, rao: int) -> int:
    """Divide the stake first, then multiply by the rao."""
    share = I64F64.safe_div(I64F64.from_int(counted), I64F64.from_int(total))
    return I64F64.to_int(I64F64.saturating_mul(share, I64F64.from_int(rao)))


# ---------------------------------------------------------------------------------------------------------- what counts


def _by_who_added_nothing_195(tx: Tx, hotkey: bytes, waiting: int) -> Payment:
    storage = tx.storage
    before, added = storage.last_hotkey_emission_drain[hotkey], storage.last_add_stake_increase
    staked = staked_on(tx, hotkey)
    counted = [(coldkey, stake) for coldkey, stake in staked if added[hotkey, coldkey] <= before]
    passed_over = sum(stake for _, stake in staked) - sum(stake for _, stake in counted)
    return Payment(hotkey, waiting, 0, counted, sub_u64(storage.total_hotkey_stake[hotkey], passed_over))


def _by_all_201(tx: Tx, hotkey: bytes, waiting: int) -> Payment:
    return Payment(hotkey, waiting, 0, staked_on(tx, hotkey), tx.storage.total_hotkey_stake[hotkey])


def _by_what_stood_202(tx: Tx, hotkey: bytes, waiting: int) -> Payment:
    return _by_what_stood(tx, hotkey, waiting, 0)


def _by_what_stood_210(tx: Tx, hotkey: bytes, waiting: int) -> Payment:
    kept = tx.storage.pendingd_hotkey_emission_untouchable[hotkey]
    return _by_what_stood(tx, hotkey, sub_u64(waiting, kept), kept)


def _by_what_stood(tx: Tx, hotkey: bytes, shared: int, kept: int) -> Payment:
    staked = [(coldkey, stake, _added_since(tx, hotkey, coldkey)) for coldkey, stake in staked_on(tx, hotkey)]
    counted = [(coldkey, sub_u64(stake, added)) for coldkey, stake, added in staked]
    total = sub_u64(tx.storage.total_hotkey_stake[hotkey], sum(added for *_, added in staked))
    return Payment(hotkey, shared, kept, counted, total)


def _added_since(tx: Tx, hotkey: bytes, coldkey: bytes) -> int:
    """Rao a nominator added since the hotkey was paid, less what it removed. Source: run_coinbase.rs::get_nonviable_stake."""
    return clamp_u64(tx.storage.stake_delta_since_last_emission_drain[hotkey, coldkey])


# ----------------------------------------------------------------------------------------------------- what is cleared


def forget_kept(tx: Tx, hotkey: bytes) -> None:
    """Clear what was the owner's alone, since it has been paid."""
    tx.storage.pendingd_hotkey_emission_untouchable[hotkey] = 0


def forget_moves(tx: Tx, hotkey: bytes) -> None:
    """Clear the notes of stake added and removed."""
    moves = tx.storage.stake_delta_since_last_emission_drain
    for key in list(moves.under(hotkey)):
        moves.remove(key)
