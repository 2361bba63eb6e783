"""The calls that set an account's balance, and that give a hotkey an owner."""

from contextlib import suppress

from neuron_ledger.events.associations import TryAssociateHotkey
from neuron_ledger.events.calls import ForceSetBalance, SettleBalance
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.balances import set_balance
from neuron_ledger.ledger.rules.accounts.owners import create_account_if_non_existent
from neuron_ledger.ledger.rules.numbers.saturating import clamp_u64
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed


def force_set_balance(tx: Tx, origin: Origin, call: ForceSetBalance) -> None:
    """Set an account's free balance, and the issuance of balances with it.

    A balance below the existential deposit closes the account. Raises: BadOrigin.
    Source: polkadot-sdk pallet-balances lib.rs::force_set_balance, as used at spec_version 277.
    """
    ensure_root(origin)
    set_balance(tx, call.who, call.new_free)


def settle_balance(tx: Tx, origin: Origin, call: SettleBalance) -> None:
    """Add rao to an account, or remove them as far as possible, and adjust the issuance of balances.

    Raises: BadOrigin.
    """
    ensure_root(origin)
    set_balance(tx, call.who, clamp_u64(tx.storage.balances[call.who] + call.came - call.went))


def try_associate_hotkey(tx: Tx, origin: Origin, call: TryAssociateHotkey) -> None:
    """Make the signing coldkey the owner of a hotkey that nobody owns; does nothing if that is not possible.

    Raises: BadOrigin. Source: subtensor macros/dispatches.rs::try_associate_hotkey, spec_version 277.
    """
    coldkey = ensure_signed(origin)
    with suppress(ChainError):
        create_account_if_non_existent(tx, coldkey, call.hotkey)


CALLS_103 = call_table(
    handles(ForceSetBalance, force_set_balance),
    handles(SettleBalance, settle_balance),
)
CALLS = {**CALLS_103, **call_table(handles(TryAssociateHotkey, try_associate_hotkey))}
"""Since spec_version 244 hotkeys can be associated without a registration."""
