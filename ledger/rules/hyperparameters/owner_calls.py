"""Calls of a subnet's owner other than plain hyperparameters: its hotkey, liquid alpha, mechanisms, epochs."""

from neuron_ledger.events.calls import SudoSetAlphaValues
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.parameters import (
    DisableVotingPowerTracking,
    EnableVotingPowerTracking,
    EpochTriggered,
    RecycleOrBurnSet,
    SetTempo,
    SubnetOwnerHotkeyChanged,
    SudoSetMechanismEmissionSplit,
    SudoSetNetworkMaxStake,
    SudoSetRecycleOrBurn,
    SudoSetSnOwnerHotkey,
    SudoSetSubnetOwnerHotkey,
    SudoTrimToMaxAllowedUids,
    TriggerEpoch,
    VotingPowerTrackingDisableScheduled,
    VotingPowerTrackingEnabled,
)
from neuron_ledger.events.registration_calls import TrimToMaxAllowedUids
from neuron_ledger.events.subnet_calls import SubnetOwnerHotkeySet
from neuron_ledger.events.subnets import AlphaValuesSet
from neuron_ledger.ledger.errors import (
    AlphaHighTooLow,
    AlphaLowOutOfRange,
    AutoEpochAlreadyImminent,
    DynamicTempoBlockedByCommitReveal,
    EpochTriggerAlreadyPending,
    LiquidAlphaDisabled,
    SubnetNotExists,
    TempoOutOfBounds,
    VotingPowerTrackingNotEnabled,
)
from neuron_ledger.ledger.rules.epoch.schedule import MAX_TEMPO, MIN_TEMPO, schedule_of
from neuron_ledger.ledger.rules.hyperparameters.mechanism_setters import set_emission_split
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import (
    MECHANISM_EMISSION,
    OWNER_HOTKEY_LIMIT,
    TEMPO_423,
    TRIMMING,
    ensure_not_too_soon,
    note,
    of_parameter,
)
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.rules.hyperparameters.steps import (
    NamesSubnet,
    before_the_freeze,
    by_owner,
    by_owner_alone,
    by_root,
    in_order,
    not_too_soon,
    noted,
    owners_320,
    owners_361,
)
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.rules.registration.checks import not_a_subnets_account_411
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_signed

ALPHA_HIGH_MIN = U16_MAX * 4 // 5
"""The minimum of liquid alpha's upper bound, and the limit of its lower bound, until spec_version 283."""

ALPHA_MIN_283 = U16_MAX // 40
"""The minima of the upper and of the lower bound."""

VOTING_POWER_GRACE = 100_800
"""Blocks for which voting power is still tracked after its end was requested."""


# ------------------------------------------------------------------------------------------------- the subnet's own hotkey


def there_is_a_subnet(tx: Tx, _origin: Origin, call: NamesSubnet) -> None:
    """Raises: SubnetNotExists."""
    if not subnet_exists(tx.storage, call.netuid):
        raise SubnetNotExists(netuid=call.netuid)


def owner_hotkey_may_be_set(tx: Tx, origin: Origin, call: NamesSubnet) -> None:
    """Setting the hotkey is rate-limited, for every origin; the block is noted. Raises: TxRateLimitExceeded."""
    ensure_not_too_soon(tx, OWNER_HOTKEY_LIMIT, origin, call.netuid)
    note(tx, OWNER_HOTKEY_LIMIT, origin, call.netuid)


def no_subnets_account_411(tx: Tx, _origin: Origin, call: SudoSetSnOwnerHotkey | SudoSetSubnetOwnerHotkey) -> None:
    """Raises: CannotUseSystemAccount."""
    not_a_subnets_account_411(tx, call.hotkey)


def put_hotkey(tx: Tx, _origin: Origin, call: SudoSetSnOwnerHotkey | SudoSetSubnetOwnerHotkey) -> None:
    """Make the hotkey the subnet's owner hotkey."""
    tx.emit(SubnetOwnerHotkeyChanged(netuid=call.netuid, hotkey=call.hotkey))


def notice_of_hotkey(tx: Tx, _origin: Origin, call: SudoSetSnOwnerHotkey | SudoSetSubnetOwnerHotkey) -> None:
    """The chain's own event, where it has one."""
    tx.emit(SubnetOwnerHotkeySet(netuid=call.netuid, hotkey=call.hotkey))


SET_OWNER_HOTKEY = (by_owner, there_is_a_subnet, owner_hotkey_may_be_set)
"""Source: subtensor subnets/subnet.rs::do_set_sn_owner_hotkey, spec_version 277."""


def put_most_stake_195(tx: Tx, _origin: Origin, call: SudoSetNetworkMaxStake) -> None:
    """Set the maximum stake that counts in a subnet's epoch. Source: subtensor utils/misc.rs::set_network_max_stake, 218."""
    tx.storage.map("NetworkMaxStake")[call.netuid] = call.max_stake


# ----------------------------------------------------------------------------------------------------------- liquid alpha


def with_liquid_alpha(tx: Tx, _origin: Origin, call: SudoSetAlphaValues) -> None:
    """Raises: LiquidAlphaDisabled."""
    if not tx.storage.liquid_alpha_on[call.netuid]:
        raise LiquidAlphaDisabled(netuid=call.netuid)


def alpha_bounds(_tx: Tx, _origin: Origin, call: SudoSetAlphaValues) -> None:
    """Raises: AlphaHighTooLow, AlphaLowOutOfRange: in this order.

    Source: subtensor epoch/run_epoch.rs::do_set_alpha_values, spec_version 277.
    """
    _alpha_bounds(call, ALPHA_HIGH_MIN, 1, ALPHA_HIGH_MIN - 1)


def alpha_bounds_283(_tx: Tx, _origin: Origin, call: SudoSetAlphaValues) -> None:
    """Raises: AlphaHighTooLow, AlphaLowOutOfRange: in this order.

    Source: subtensor epoch/run_epoch.rs::do_set_alpha_values, spec_version 424.
    """
    _alpha_bounds(call, ALPHA_MIN_283, ALPHA_MIN_283, call.alpha_high)


def _alpha_bounds(call: SudoSetAlphaValues, high_min: int, low_min: int, low_max: int) -> None:
    if call.alpha_high < high_min:
        raise AlphaHighTooLow(alpha_high=call.alpha_high, needed=high_min)
    if not low_min <= call.alpha_low <= low_max:
        raise AlphaLowOutOfRange(alpha_low=call.alpha_low, lowest=low_min, highest=low_max)


def put_alpha_values(tx: Tx, _origin: Origin, call: SudoSetAlphaValues) -> None:
    """Set the bounds of liquid alpha."""
    tx.emit(AlphaValuesSet(netuid=call.netuid, alpha_low=call.alpha_low, alpha_high=call.alpha_high))


ALPHA = of_parameter("AlphaValues")
ALPHA_283 = (with_liquid_alpha, alpha_bounds_283, put_alpha_values)


# ---------------------------------------------------------------------------------- miners' emission, mechanisms, and uids


def put_recycle_or_burn(tx: Tx, _origin: Origin, call: SudoSetRecycleOrBurn) -> None:
    """Choose what is done with the incentives of the owner's miners."""
    tx.emit(RecycleOrBurnSet(netuid=call.netuid, recycle_or_burn=call.recycle_or_burn))


def put_emission_split(tx: Tx, _origin: Origin, call: SudoSetMechanismEmissionSplit) -> None:
    """Raises: as `set_emission_split`."""
    set_emission_split(tx, call.netuid, call.maybe_split)


def trim(tx: Tx, _origin: Origin, call: SudoTrimToMaxAllowedUids) -> None:
    """Trim like the privileged call of the runtime. Raises: what that raises."""
    tx.rules.calls[TrimToMaxAllowedUids](tx, None, TrimToMaxAllowedUids(call.netuid, call.max_n))


# ----------------------------------------------------------------------------------------------------------------- epochs


def a_tempo_for_owners(_tx: Tx, _origin: Origin, call: SetTempo) -> None:
    """Raises: TempoOutOfBounds."""
    if not MIN_TEMPO <= call.tempo <= MAX_TEMPO:
        raise TempoOutOfBounds(tempo=call.tempo, lowest=MIN_TEMPO, highest=MAX_TEMPO)


def put_tempo(tx: Tx, _origin: Origin, call: SetTempo) -> None:
    """Set the tempo; the subnet's schedule starts over."""
    set_parameter(tx, "tempo_reset", call.netuid, call.tempo)


def epoch_can_be_triggered(tx: Tx, _origin: Origin, call: TriggerEpoch) -> None:
    """Commit-reveal must be off, no epoch already triggered, and no regular epoch due sooner.

    Raises: DynamicTempoBlockedByCommitReveal, EpochTriggerAlreadyPending, AutoEpochAlreadyImminent: in this order.
    Source: subtensor coinbase/tempo_control.rs::do_trigger_epoch, spec_version 424.
    """
    storage, netuid = tx.storage, call.netuid
    if storage.commit_reveal_weights_enabled[netuid]:
        raise DynamicTempoBlockedByCommitReveal(netuid=netuid)
    if storage.pending_epoch_at[netuid]:
        raise EpochTriggerAlreadyPending(netuid=netuid, pending_epoch_at=storage.pending_epoch_at[netuid])
    remaining, window = schedule_of(storage, netuid).blocks_until_next_auto_epoch(tx.block), storage.admin_freeze_window.value
    if remaining < window:
        raise AutoEpochAlreadyImminent(netuid=netuid, remaining=remaining, needed=window)


def trigger(tx: Tx, origin: Origin, call: TriggerEpoch) -> None:
    """Request an epoch at the end of the parameter freeze that begins now."""
    fires_at = add_u64(tx.block, tx.storage.admin_freeze_window.value)
    tx.emit(EpochTriggered(netuid=call.netuid, by=ensure_signed(origin), fires_at=fires_at))


TRIGGER = of_parameter("TriggerEpoch")


# ------------------------------------------------------------------------------------------------------------ voting power


def track(tx: Tx, _origin: Origin, call: EnableVotingPowerTracking) -> None:
    """Track voting power. Source: subtensor utils/voting_power.rs::do_enable_voting_power_tracking, spec_version 424."""
    tx.emit(VotingPowerTrackingEnabled(netuid=call.netuid))


def end_tracking(tx: Tx, _origin: Origin, call: DisableVotingPowerTracking) -> None:
    """Schedule the end of the tracking. Raises: VotingPowerTrackingNotEnabled.

    Source: subtensor utils/voting_power.rs::do_disable_voting_power_tracking, spec_version 424.
    """
    if not tx.storage.voting_power_tracking_enabled[call.netuid]:
        raise VotingPowerTrackingNotEnabled(netuid=call.netuid)
    end = add_u64(tx.block, VOTING_POWER_GRACE)
    tx.emit(VotingPowerTrackingDisableScheduled(netuid=call.netuid, disable_at_block=end))


# ------------------------------------------------------------------------------------------------------------- the calls


CALLS = call_table(
    handles(SudoSetSubnetOwnerHotkey, in_order(by_owner_alone, put_hotkey, notice_of_hotkey)),
    handles(SudoSetSnOwnerHotkey, in_order(*SET_OWNER_HOTKEY, put_hotkey)),
    handles(SudoSetAlphaValues, in_order(by_owner_alone, with_liquid_alpha, alpha_bounds, put_alpha_values)),
    handles(SudoSetNetworkMaxStake, in_order(by_root)),
)
CALLS_154 = call_table(handles(SudoSetAlphaValues, CALLS[SudoSetAlphaValues]))
"""Those of them that exist at spec_version 154."""
CALLS_195 = call_table(
    handles(SudoSetAlphaValues, CALLS[SudoSetAlphaValues]),
    handles(SudoSetNetworkMaxStake, in_order(by_root, put_most_stake_195)),
)
"""Those of them that exist at spec_version 218."""
GONE_315 = (SudoSetNetworkMaxStake,)
CALLS_283 = call_table(handles(SudoSetAlphaValues, in_order(by_owner_alone, *ALPHA_283)))
CALLS_320 = call_table(
    handles(SudoSetAlphaValues, in_order(*owners_320(ALPHA, by_owner_alone, *ALPHA_283))),
    handles(SudoSetRecycleOrBurn, in_order(*owners_320(of_parameter("RecycleOrBurn"), put_recycle_or_burn))),
    handles(SudoSetMechanismEmissionSplit, in_order(*owners_320(MECHANISM_EMISSION, put_emission_split))),
    handles(SudoTrimToMaxAllowedUids, in_order(*owners_320(TRIMMING, trim))),
)
CALLS_334 = call_table(
    handles(SudoSetSubnetOwnerHotkey, in_order(*SET_OWNER_HOTKEY, put_hotkey)),
    handles(SudoSetAlphaValues, in_order(*owners_320(ALPHA, *ALPHA_283))),
)
CALLS_361 = call_table(
    handles(SudoSetAlphaValues, in_order(*owners_361(ALPHA, *ALPHA_283))),
    handles(SudoSetRecycleOrBurn, in_order(*owners_361(of_parameter("RecycleOrBurn"), put_recycle_or_burn))),
    handles(SudoSetMechanismEmissionSplit, in_order(*owners_361(MECHANISM_EMISSION, put_emission_split))),
    handles(SudoTrimToMaxAllowedUids, in_order(*owners_361(TRIMMING, trim))),
)
CALLS_385 = call_table(
    handles(EnableVotingPowerTracking, in_order(by_owner, track)),
    handles(DisableVotingPowerTracking, in_order(by_owner, end_tracking)),
)
CALLS_411 = call_table(
    handles(SudoSetSubnetOwnerHotkey, in_order(*SET_OWNER_HOTKEY, no_subnets_account_411, put_hotkey, notice_of_hotkey)),
    handles(SudoSetSnOwnerHotkey, in_order(*SET_OWNER_HOTKEY, no_subnets_account_411, put_hotkey, notice_of_hotkey)),
)
CALLS_423 = call_table(
    handles(
        SetTempo,
        in_order(by_owner_alone, a_tempo_for_owners, before_the_freeze, not_too_soon(TEMPO_423), put_tempo, noted(TEMPO_423)),
    ),
    handles(TriggerEpoch, in_order(by_owner_alone, epoch_can_be_triggered, not_too_soon(TRIGGER), trigger, noted(TRIGGER))),
)
