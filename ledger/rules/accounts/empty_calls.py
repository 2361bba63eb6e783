"""Calls that the chain keeps although they do nothing, or are always refused. Their origin is not checked."""

from neuron_ledger.events.associations import BecomeDelegate, Faucet, ScheduleDissolveNetwork, SetTaoWeights
from neuron_ledger.events.early_calls import DissolveOwnNetwork, SudoHotfixSwapColdkeyDelegates
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import CallDisabled, FaucetDisabled
from neuron_ledger.ledger.runtime import Tx, call_table, handles


def become_delegate(_tx: Tx, _origin: Origin, _call: BecomeDelegate) -> None:
    """Nothing: joining root makes a hotkey a delegate.

    Source: subtensor macros/dispatches.rs::become_delegate, spec_version 277.
    """


def set_tao_weights(_tx: Tx, _origin: Origin, _call: SetTaoWeights) -> None:
    """Nothing: root no longer has weights. Source: subtensor macros/dispatches.rs::set_tao_weights, spec_version 277."""


def schedule_dissolve_network(_tx: Tx, _origin: Origin, _call: ScheduleDissolveNetwork) -> None:
    """Raises: CallDisabled. Source: subtensor macros/dispatches.rs::schedule_dissolve_network, spec_version 277."""
    raise CallDisabled(call="schedule_dissolve_network")


def faucet(_tx: Tx, _origin: Origin, _call: Faucet) -> None:
    """Raises: FaucetDisabled. Source: subtensor macros/dispatches.rs::faucet, spec_version 277 (without `pow-faucet`)."""
    raise FaucetDisabled(call="faucet")


def nothing_218_draft(
    _tx: Tx,
    _origin: Origin,
    _call: SetTaoWeights | DissolveOwnNetwork | ScheduleDissolveNetwork,
) -> None:
    """Nothing: in the draft of alpha no subnet is removed. Source: subtensor macros/dispatches.rs, draft of 218."""


def hotfix_165(_tx: Tx, _origin: Origin, _call: SudoHotfixSwapColdkeyDelegates) -> None:
    """Nothing. Source: subtensor lib.rs::sudo_hotfix_swap_coldkey_delegates, spec_version 165."""


CALLS_165 = call_table(handles(SudoHotfixSwapColdkeyDelegates, hotfix_165))
CALLS_218_DRAFT = call_table(
    handles(SetTaoWeights, nothing_218_draft),
    handles(DissolveOwnNetwork, nothing_218_draft),
    handles(ScheduleDissolveNetwork, nothing_218_draft),
    handles(SudoHotfixSwapColdkeyDelegates, hotfix_165),
    handles(Faucet, faucet),
)

CALLS = call_table(
    handles(BecomeDelegate, become_delegate),
    handles(SetTaoWeights, set_tao_weights),
    handles(ScheduleDissolveNetwork, schedule_dissolve_network),
    handles(Faucet, faucet),
)

GONE_315 = (BecomeDelegate, SetTaoWeights, ScheduleDissolveNetwork)
"""Calls that the chain no longer has since spec_version 315."""
