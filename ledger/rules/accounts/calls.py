"""The call that sets an account's balance."""

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.rules.accounts.balances import set_balance
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root


def force_set_balance(tx: Tx, origin: Origin, call: ForceSetBalance) -> None:
    """Set an account's free balance, and the issuance of balances with it.

    A balance below the existential deposit closes the account. Raises: BadOrigin.
    Source: polkadot-sdk pallet-balances lib.rs::force_set_balance, as used at spec_version 277.
    """
    ensure_root(origin)
    set_balance(tx, call.who, call.new_free)


CALLS = call_table(
    handles(ForceSetBalance, force_set_balance),
)
