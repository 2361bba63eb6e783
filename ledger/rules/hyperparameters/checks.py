"""Checks of single hyperparameters' values, and what their calls do in addition to setting them.

Source: pallets/admin-utils lib.rs, spec_versions 277 and 424, unless stated otherwise.
"""

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.parameters import (
    BondsResetToggled,
    BurnHalfLifeSet,
    BurnIncreaseMultSet,
    SubnetEmissionEnabledSet,
    Yuma3EnableToggled,
)
from neuron_ledger.ledger.errors import (
    ActivityCutoffFactorMilliOutOfBounds,
    ActivityCutoffTooLow,
    BondsMovingAverageMaxReached,
    CallDeprecated,
    InvalidVotingPowerEmaAlpha,
    MaxAllowedUidsGreaterThanDefaultMaxAllowedUids,
    MaxAllowedUIdsLessThanCurrentUIds,
    MaxAllowedUidsLessThanMinAllowedUids,
    MaxValidatorsLargerThanMaxUIds,
    MinAllowedUidsGreaterThanCurrentUids,
    MinAllowedUidsGreaterThanMaxAllowedUids,
    NegativeSigmoidSteepness,
    ParameterOutOfBounds,
    POWRegistrationDisabled,
    RevealPeriodOutOfBounds,
    ValueNotInBounds,
)
from neuron_ledger.ledger.rules.hyperparameters.mechanism_setters import ensure_max_uids_over_all_mechanisms
from neuron_ledger.ledger.rules.hyperparameters.setters import set_parameter
from neuron_ledger.ledger.rules.hyperparameters.steps import Step, before_the_freeze, put
from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.runtime import Tx

OWNERS_MOST_BONDS_MOVING_AVERAGE = 975_000
"""Parts of a million: the maximum moving average of bonds that an owner may set."""

MAX_REVEAL_PERIOD = 100
"""Epochs."""

MIN_BURN_UPPER_BOUND = 1_000_000_000
MAX_BURN_LOWER_BOUND = 100_000_000
"""rao: the minimum burn must be below the first, the maximum burn above the second."""

MAX_BURN_HALF_LIFE = 36_100
"""Blocks."""

MIN_ACTIVITY_CUTOFF_FACTOR, MAX_ACTIVITY_CUTOFF_FACTOR = 1_000, 50_000
"""Thousandths of the tempo."""

MAX_VOTING_POWER_EMA_ALPHA = 10**18
"""One."""


def between(lowest: int, highest: int) -> Step:
    """The value must be within these bounds. Raises: ParameterOutOfBounds."""

    def check(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
        if not lowest <= call.value <= highest:
            raise ParameterOutOfBounds(value=call.value, lowest=lowest, highest=highest)

    return check


a_half_life = between(1, MAX_BURN_HALF_LIFE)
a_multiple = between(U64F64.one, 3 * U64F64.one)
an_exponent = between(U64F64.one, 2 * U64F64.one)


# ------------------------------------------------------------------------------------------------- registration and uids


def a_min_burn(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The minimum burn must be below one TAO and below the maximum burn. Raises: ValueNotInBounds."""
    most = min(MIN_BURN_UPPER_BOUND, tx.storage.max_burn[call.netuid]) - 1
    if call.value > most:
        raise ValueNotInBounds(value=call.value, highest=most)


def a_max_burn(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The maximum burn must be above a tenth of a TAO and above the minimum burn. Raises: ValueNotInBounds."""
    least = max(MAX_BURN_LOWER_BOUND, tx.storage.min_burn[call.netuid]) + 1
    if call.value < least:
        raise ValueNotInBounds(value=call.value, lowest=least)


def with_room_for_one_more(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: MaxAllowedUIdsLessThanCurrentUIds."""
    n = tx.storage.subnetwork_n[call.netuid]
    if call.value <= n:
        raise MaxAllowedUIdsLessThanCurrentUIds(max_allowed_uids=call.value, needed=n + 1)


def room_for_uids_334(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """At least the minimum and the present number of uids, and at most the default maximum.

    Raises: MaxAllowedUidsLessThanMinAllowedUids, MaxAllowedUIdsLessThanCurrentUIds,
    MaxAllowedUidsGreaterThanDefaultMaxAllowedUids: in this order.
    """
    storage, netuid, asked = tx.storage, call.netuid, call.value
    if asked < storage.min_allowed_uids[netuid]:
        raise MaxAllowedUidsLessThanMinAllowedUids(max_allowed_uids=asked, needed=storage.min_allowed_uids[netuid])
    if asked < storage.subnetwork_n[netuid]:
        raise MaxAllowedUIdsLessThanCurrentUIds(max_allowed_uids=asked, needed=storage.subnetwork_n[netuid])
    most = storage.max_allowed_uids.item.default
    if asked > most:
        raise MaxAllowedUidsGreaterThanDefaultMaxAllowedUids(max_allowed_uids=asked, most=most)


def room_over_all_mechanisms_385(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: TooManyUIDsPerMechanism."""
    mechanisms = tx.storage.mechanism_count_current[call.netuid]
    ensure_max_uids_over_all_mechanisms(tx, call.netuid, call.value, mechanisms)


def fewer_uids_than_there_are(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: MinAllowedUidsGreaterThanMaxAllowedUids, MinAllowedUidsGreaterThanCurrentUids: in this order."""
    allowed, n = tx.storage.max_allowed_uids[call.netuid], tx.storage.subnetwork_n[call.netuid]
    if call.value >= allowed:
        raise MinAllowedUidsGreaterThanMaxAllowedUids(min_allowed_uids=call.value, most=allowed - 1)
    if call.value >= n:
        raise MinAllowedUidsGreaterThanCurrentUids(min_allowed_uids=call.value, most=n - 1)


def as_many_as_uids(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: MaxValidatorsLargerThanMaxUIds."""
    most = tx.storage.max_allowed_uids[call.netuid]
    if call.value > most:
        raise MaxValidatorsLargerThanMaxUIds(max_allowed_validators=call.value, most=most)


def no_more_work(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: POWRegistrationDisabled."""
    raise POWRegistrationDisabled(netuid=call.netuid)


# ------------------------------------------------------------------------------------------------- weights and the epoch


def within_a_hundred_297(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: RevealPeriodOutOfBounds."""
    if call.value > MAX_REVEAL_PERIOD:
        raise RevealPeriodOutOfBounds(reveal_period=call.value, most=MAX_REVEAL_PERIOD)


def above_the_least_cutoff(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: ActivityCutoffTooLow."""
    if call.value < tx.storage.min_activity_cutoff.value:
        raise ActivityCutoffTooLow(activity_cutoff=call.value, needed=tx.storage.min_activity_cutoff.value)


def a_cutoff_factor(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: ActivityCutoffFactorMilliOutOfBounds."""
    lowest, highest = MIN_ACTIVITY_CUTOFF_FACTOR, MAX_ACTIVITY_CUTOFF_FACTOR
    if not lowest <= call.value <= highest:
        raise ActivityCutoffFactorMilliOutOfBounds(factor_milli=call.value, lowest=lowest, highest=highest)


def before_the_freeze_for_owners(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """A privileged call passes. Raises: AdminActionProhibitedDuringWeightsWindow."""
    if origin is not None:
        before_the_freeze(tx, origin, call)


def within_the_owners_most(_tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Raises: BondsMovingAverageMaxReached where an owner asks for more than owners may set."""
    if origin is not None and call.value > OWNERS_MOST_BONDS_MOVING_AVERAGE:
        raise BondsMovingAverageMaxReached(bonds_moving_average=call.value, most=OWNERS_MOST_BONDS_MOVING_AVERAGE)


def upwards_for_owners(_tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Raises: NegativeSigmoidSteepness where an owner asks for a negative value."""
    if origin is not None and call.value < 0:
        raise NegativeSigmoidSteepness(steepness=call.value)


def at_most_one(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: InvalidVotingPowerEmaAlpha. Source: subtensor utils/voting_power.rs::do_set_voting_power_ema_alpha."""
    if call.value > MAX_VOTING_POWER_EMA_ALPHA:
        raise InvalidVotingPowerEmaAlpha(alpha=call.value, most=MAX_VOTING_POWER_EMA_ALPHA)


def an_epoch_or_more(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: ValueNotInBounds."""
    if call.value < 1:
        raise ValueNotInBounds(value=call.value, lowest=1)


def put_with_new_cycle(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Set the tempo; the subnet's schedule starts over."""
    set_parameter(tx, "tempo_reset", call.netuid, call.value)


# ------------------------------------------------------------------------------------------------------ stake and takes


def a_take_between_the_chains(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: ParameterOutOfBounds."""
    lowest, highest = tx.storage.min_childkey_take.value, tx.storage.max_childkey_take.value
    if not lowest <= call.value <= highest:
        raise ParameterOutOfBounds(value=call.value, lowest=lowest, highest=highest)


def put_least_nomination(tx: Tx, origin: Origin, call: SudoSet) -> None:
    """Set it; if it increases, nominations that are now too small are returned."""
    before = tx.rules.orders.least_nomination(tx)
    put(tx, origin, call)
    if call.value > before:
        tx.rules.orders.clear_nominations(tx)


def is_deprecated(_tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """Raises: CallDeprecated."""
    raise CallDeprecated(parameter=call.name)


# ---------------------------------------------------------------------------------------------------- the admin's events


def notice_of_yuma3(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    """The admin pallet emits an event of its own, as for the others below."""
    tx.emit(Yuma3EnableToggled(netuid=call.netuid, enabled=bool(call.value)))


def notice_of_bonds_reset(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    tx.emit(BondsResetToggled(netuid=call.netuid, enabled=bool(call.value)))


def notice_of_half_life(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    tx.emit(BurnHalfLifeSet(netuid=call.netuid, burn_half_life=call.value))


def notice_of_multiple(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    tx.emit(BurnIncreaseMultSet(netuid=call.netuid, burn_increase_mult=call.value))


def notice_of_emission(tx: Tx, _origin: Origin, call: SudoSet) -> None:
    tx.emit(SubnetEmissionEnabledSet(netuid=call.netuid, enabled=bool(call.value)))
