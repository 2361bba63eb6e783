"""What happens after stake came or went, in later runtimes: flows of TAO, root dividends, locks."""

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.stake.flows import record_tao_inflow, record_tao_outflow
from neuron_ledger.ledger.rules.stake.locks import cleanup_lock_if_zero
from neuron_ledger.ledger.rules.stake.root_claims import (
    add_to_root_claimed,
    coldkey_has_root_stake,
    maybe_add_coldkey_index,
    maybe_remove_coldkey_index,
    take_from_root_claimed,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.trading import StakeMove, Transition


def note_inflow_334(tx: Tx, move: StakeMove) -> None:
    record_tao_inflow(tx, move.netuid, move.tao)


def note_outflow_334(tx: Tx, move: StakeMove) -> None:
    record_tao_outflow(tx, move.netuid, move.tao)


def join_root_334(tx: Tx, move: StakeMove) -> None:
    """Stake that joins on root takes part in claims from now on."""
    if move.netuid == ROOT:
        add_to_root_claimed(tx, move.hotkey, move.coldkey, move.alpha)
        maybe_add_coldkey_index(tx, move.coldkey)


def leave_root_334(tx: Tx, move: StakeMove) -> None:
    """Stake that leaves root takes the record of what was claimed for it along."""
    if move.netuid == ROOT:
        take_from_root_claimed(tx, move.hotkey, move.coldkey, move.alpha)


def leave_root_421(tx: Tx, move: StakeMove) -> None:
    """As before; a coldkey that no longer has stake on root is also no longer drawn to claim."""
    leave_root_334(tx, move)
    if move.netuid == ROOT and not coldkey_has_root_stake(tx, move.coldkey):
        maybe_remove_coldkey_index(tx, move.coldkey)


def clean_lock_up_411(tx: Tx, move: StakeMove) -> None:
    cleanup_lock_if_zero(tx, move.coldkey, move.netuid)


def claims_follow_385(tx: Tx, move: Transition) -> None:
    """Stake on root that changes hands takes the record of what was claimed for it along."""
    if move.origin_netuid == ROOT:
        take_from_root_claimed(tx, move.origin_hotkey, move.origin_coldkey, move.alpha)
        add_to_root_claimed(tx, move.destination_hotkey, move.destination_coldkey, move.alpha)
