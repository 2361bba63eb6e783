"""What coldkeys have staked on hotkeys, and the totals of it: per hotkey, per coldkey and overall.

A runtime's `increase_tao_stake`, `decrease_tao_stake` and `empty_tao_stake` are the writes when stake comes or goes. Even an
amount of 0 creates entries where there were none.
Source: subtensor staking.rs, spec_versions 103 (c88a37247), 143 (a625834ea) and 185 (41f9d2524);
staking/helpers.rs, 195 to 219.
"""

from neuron_ledger.events.registration import AccountCreated
from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.accounts.owners import create_listed_account
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.runtime import TaoStakeStep, Tx


def increase(tx: Tx, coldkey: bytes, hotkey: bytes, amount: int) -> None:
    """Stake rao of a coldkey on a hotkey; the balance it comes from is left to the caller.

    Source: staking.rs::increase_stake_on_coldkey_hotkey_account.
    """
    for step in tx.rules.increase_tao_stake:
        step(tx, coldkey, hotkey, amount)


def decrease(tx: Tx, coldkey: bytes, hotkey: bytes, amount: int) -> None:
    """Remove rao of a coldkey from a hotkey; the balance it goes to is left to the caller.

    Source: staking.rs::decrease_stake_on_coldkey_hotkey_account.
    """
    for step in tx.rules.decrease_tao_stake:
        step(tx, coldkey, hotkey, amount)


def increase_of_owner(tx: Tx, hotkey: bytes, amount: int) -> None:
    """Stake rao of the hotkey's owner on it. Source: staking.rs::increase_stake_on_hotkey_account."""
    increase(tx, tx.storage.owner[hotkey], hotkey, amount)


def create_account(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """Make the coldkey the owner of a hotkey that nobody owns, with a stake of 0.

    Source: staking.rs::create_account_if_non_existent.
    """
    tx.storage.stake[hotkey, coldkey] = 0
    tx.emit(AccountCreated(hotkey=hotkey, coldkey=coldkey, owned=False, staking=False))


def create_owned_account_156(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """As before; the hotkey is listed among those that the coldkey owns.

    Source: staking.rs::create_account_if_non_existent, spec_version 156.
    """
    tx.storage.stake[hotkey, coldkey] = 0
    owned = hotkey not in tx.storage.owned_hotkeys[coldkey]
    tx.emit(AccountCreated(hotkey=hotkey, coldkey=coldkey, owned=owned, staking=False))


def create_listed_account_159(tx: Tx, coldkey: bytes, hotkey: bytes) -> None:
    """As before; the hotkey is listed among those that the coldkey owns, and among those that it stakes on.

    Source: staking.rs::create_account_if_non_existent, spec_version 159; staking/helpers.rs, 195 to 218.
    """
    tx.storage.stake[hotkey, coldkey] = 0
    create_listed_account(tx, coldkey, hotkey)


def staked_on_hotkey(tx: Tx, hotkey: bytes) -> int:
    """The total stake on a hotkey, rao. Source: staking.rs::get_total_stake_for_hotkey."""
    return tx.storage.total_hotkey_stake[hotkey]


def staked_on(tx: Tx, hotkey: bytes) -> list[tuple[bytes, int]]:
    """(coldkey, rao) of all stake on a hotkey, in the chain's order: by the bytes of the coldkeys."""
    stake = tx.storage.stake
    return [(coldkey, stake[hotkey, coldkey]) for coldkey in sorted(coldkey for _, coldkey in stake.under(hotkey))]


def unstake_all(tx: Tx, hotkey: bytes) -> None:
    """Return to every coldkey's balance what it has staked on a hotkey; entries of 0 stay.

    Source: staking.rs::unstake_all_coldkeys_from_hotkey_account (143, 185).
    """
    for coldkey, staked in staked_on(tx, hotkey):
        decrease(tx, coldkey, hotkey, staked)
        add_balance(tx, coldkey, staked)


def empty(tx: Tx, coldkey: bytes, hotkey: bytes) -> int:
    """Remove all of a coldkey's stake on a hotkey, with the entry. Returns: the rao removed.

    Source: staking.rs::empty_stake_on_coldkey_hotkey_account.
    """
    staked = tx.storage.stake[hotkey, coldkey]
    for step in tx.rules.empty_tao_stake:
        step(tx, coldkey, hotkey, staked)
    return staked


# ------------------------------------------------------------------------------------------------- what runtimes write


def add_to_hotkey_and_all(tx: Tx, coldkey: bytes, hotkey: bytes, amount: int) -> None:
    """Stake itself, and what is staked on the hotkey and in all."""
    storage = tx.storage
    storage.total_hotkey_stake[hotkey] = add_u64(storage.total_hotkey_stake[hotkey], amount)
    storage.stake[hotkey, coldkey] = add_u64(storage.stake[hotkey, coldkey], amount)
    storage.total_stake.value = add_u64(storage.total_stake.value, amount)


def add_to_coldkey(tx: Tx, coldkey: bytes, _: bytes, amount: int) -> None:
    """What the coldkey has staked on all hotkeys."""
    total = tx.storage.total_coldkey_stake
    total[coldkey] = add_u64(total[coldkey], amount)


def take_from_hotkey_and_all(tx: Tx, coldkey: bytes, hotkey: bytes, amount: int) -> None:
    """Stake itself, and what is staked on the hotkey and in all."""
    storage = tx.storage
    storage.total_hotkey_stake[hotkey] = sub_u64(storage.total_hotkey_stake[hotkey], amount)
    storage.stake[hotkey, coldkey] = sub_u64(storage.stake[hotkey, coldkey], amount)
    storage.total_stake.value = sub_u64(storage.total_stake.value, amount)


def take_from_coldkey(tx: Tx, coldkey: bytes, _: bytes, amount: int) -> None:
    """What the coldkey has staked on all hotkeys; since spec_version 127."""
    total = tx.storage.total_coldkey_stake
    total[coldkey] = sub_u64(total[coldkey], amount)


def coldkey_keeps_its_total(tx: Tx, coldkey: bytes, _: bytes, __: int) -> None:
    """At 103 the difference was computed and discarded: the total is written unchanged, so that there is an entry afterwards."""
    total = tx.storage.total_coldkey_stake
    total[coldkey] = total[coldkey]


def issue(tx: Tx, _: bytes, __: bytes, amount: int) -> None:
    """From spec_version 133 to 145 added stake counts as issued, so that a block's emission counts twice."""
    issuance = tx.storage.total_issuance
    issuance.value = add_u64(issuance.value, amount)


def take_out_of_issuance(tx: Tx, _: bytes, __: bytes, amount: int) -> None:
    """From spec_version 133 to 145 stake that moves to a balance no longer counts as issued."""
    issuance = tx.storage.total_issuance
    issuance.value = sub_u64(issuance.value, amount)


def remove_entry(tx: Tx, coldkey: bytes, hotkey: bytes, _: int) -> None:
    """Remove the entry of the coldkey's stake on the hotkey."""
    tx.storage.stake.remove((hotkey, coldkey))


def list_hotkey_159(tx: Tx, coldkey: bytes, hotkey: bytes, _: int) -> None:
    """List the hotkey among those that the coldkey stakes on."""
    if hotkey not in tx.storage.staking_hotkeys[coldkey]:
        tx.storage.staking_hotkeys.append(coldkey, hotkey)


def strike_off_hotkey_159(tx: Tx, coldkey: bytes, hotkey: bytes, _: int) -> None:
    """Remove the hotkey from that list; the coldkey then has a list, even if it is empty."""
    listed = tx.storage.staking_hotkeys
    listed[coldkey] = tuple(other for other in listed[coldkey] if other != hotkey)


def forget_moves_202(tx: Tx, coldkey: bytes, hotkey: bytes, _: int) -> None:
    """Clear the note of what the coldkey staked and took back since the hotkey was paid."""
    tx.storage.stake_delta_since_last_emission_drain.remove((hotkey, coldkey))


INCREASE: tuple[TaoStakeStep, ...] = (add_to_coldkey, add_to_hotkey_and_all)
DECREASE_103: tuple[TaoStakeStep, ...] = (coldkey_keeps_its_total, take_from_hotkey_and_all)
DECREASE: tuple[TaoStakeStep, ...] = (take_from_coldkey, take_from_hotkey_and_all)
INCREASE_143: tuple[TaoStakeStep, ...] = (*INCREASE, issue)
DECREASE_143: tuple[TaoStakeStep, ...] = (*DECREASE, take_out_of_issuance)
INCREASE_159: tuple[TaoStakeStep, ...] = (*INCREASE, list_hotkey_159)
EMPTY_146: tuple[TaoStakeStep, ...] = (take_from_coldkey, take_from_hotkey_and_all, remove_entry, take_out_of_issuance)
EMPTY_159: tuple[TaoStakeStep, ...] = (*EMPTY_146, strike_off_hotkey_159)
EMPTY_195: tuple[TaoStakeStep, ...] = (take_from_coldkey, take_from_hotkey_and_all, remove_entry, strike_off_hotkey_159)
"""Since 195 a returned nomination that was too small still counts as issued."""
EMPTY_202: tuple[TaoStakeStep, ...] = (*EMPTY_195, forget_moves_202)
