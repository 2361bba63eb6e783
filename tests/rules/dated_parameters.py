"""Dated changes of hyperparameters. What lies between 277 and 424 is composed: no recorded cases prove it."""

from collections.abc import Callable
from typing import Any

from neuron_ledger.events.calls import SetParam, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.parameters import (
    EnableVotingPowerTracking,
    SetTempo,
    SudoSetNetworkMaxStake,
    SudoSetRecycleOrBurn,
    SudoSetSnOwnerHotkey,
    SudoSetSubnetOwnerHotkey,
    SudoTrimToMaxAllowedUids,
    TriggerEpoch,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import parameter_key
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, Change, subnet

NOT_THERE = "not a call of this runtime"
FROZEN, TOO_SOON = "AdminActionProhibitedDuringWeightsWindow", "TxRateLimitExceeded"


def outcome(tx: Tx, signer: bytes | None, call: Call) -> str | None:
    """The name of the error that a call ends with; None where it is accepted."""
    try:
        dispatch(tx, signer, call)
    except ChainError as error:
        return tx.rules.error_name(error)
    except CannotGoOn:
        return NOT_THERE
    return None


def near_the_epoch(tx: Tx) -> None:
    """Subnet 1, whose owner is COLD, has its epoch in some blocks; it has liquid alpha, and may have two uids."""
    storage = tx.storage
    storage.subnet_owner[1], storage.liquid_alpha_on[1] = COLD, True
    storage.tempo[1], storage.max_allowed_uids[1] = 99, 128
    storage.block_number.value = 992
    if "LastEpochBlock" in tx.rules.layout.items:
        storage.last_epoch_block[1] = 900


def made(call: Call, signer: bytes | None = COLD, window: int = 0, **values: Any) -> Callable[[Runtime], str | None]:
    """How a call ends. window: the freeze, in blocks; values: what items hold for subnet 1, where the runtime has them."""

    def behaviour(rules: Runtime) -> str | None:
        with subnet(rules) as tx:
            near_the_epoch(tx)
            if "AdminFreezeWindow" in rules.layout.items:
                tx.storage.admin_freeze_window.value = window
            for item, value in values.items():
                if item in rules.layout.items:
                    tx.storage.map(item)[1] = value
            return outcome(tx, signer, call)

    return behaviour


def by_owner(name: str, value: int, **values: Any) -> Callable[[Runtime], str | None]:
    """How an owner's call for a hyperparameter ends."""
    return made(SudoSet(name, 1, value), **values)


def by_root(name: str, value: int, netuid: int = 1, **values: Any) -> Callable[[Runtime], str | None]:
    """How a privileged call for a hyperparameter ends."""
    return made(SudoSet(name, netuid, value), None, **values)


def setting(name: str, value: int) -> Callable[[Runtime], str | None]:
    """How the bare setter of a hyperparameter refuses a value; None where it takes it."""
    return made(SetParam(name, 1, value), None, MaxAllowedUids=200)


def a_second_time(rules: Runtime) -> str | None:
    """How an owner's call ends that comes right after another."""
    with subnet(rules) as tx:
        near_the_epoch(tx)
        if "AdminFreezeWindow" in rules.layout.items:
            tx.storage.admin_freeze_window.value = 0
        return outcome(tx, COLD, SudoSet("rho", 1, 7)) or outcome(tx, COLD, SudoSet("rho", 1, 7))


def too_soon_and_frozen(rules: Runtime) -> str | None:
    """Which of the two an owner's call is refused for."""
    with subnet(rules) as tx:
        near_the_epoch(tx)
        tx.storage.last_rate_limited_block[parameter_key("Rho", 1)] = tx.block
        return outcome(tx, COLD, SudoSet("rho", 1, 7))


def begins_a_cycle(rules: Runtime) -> bool:
    """Whether the privileged call for the tempo begins the schedule of epochs anew."""
    with subnet(rules) as tx:
        near_the_epoch(tx)
        tx.storage.admin_freeze_window.value = 0
        dispatch(tx, None, SudoSet("tempo", 1, 50))
        return "LastEpochBlock" in rules.layout.items and tx.storage.last_epoch_block[1] == tx.block


def events_of_the_hotkey(rules: Runtime) -> list[str]:
    """What the call that sets the subnet's own hotkey seldom leaves in the log."""
    with subnet(rules) as tx:
        near_the_epoch(tx)
        dispatch(tx, COLD, SudoSetSnOwnerHotkey(1, HOT))
        return [entry.event.tag for entry in tx.happened]


PARAMETERS: tuple[Change, ...] = (
    Change("owners set the steepness", 283, by_owner("alpha_sigmoid_steepness", 7), "BadOrigin", None),
    Change("liquid alpha has wider bounds", 283, made(SudoSetAlphaValues(1, 1638, 1638)), "AlphaHighTooLow", None),
    Change("owners let bonds be reset", 283, by_owner("bonds_reset", 1), NOT_THERE, None),
    Change("owners do not close registration", 290, by_owner("network_registration_allowed", 0), None, "BadOrigin"),
    Change("a hundred epochs to reveal at most", 297, by_owner("reveal_period", 101), None, "AdminUtils.RevealPeriodOutOfBounds"),
    Change("the client's version is set", 301, by_root("commit_reveal_version", 5), NOT_THERE, None),
    Change("no reveal period is too short", 306, setting("reveal_period", 0), None, "RevealPeriodTooSmall"),
    Change("no reveal period is too long", 306, setting("reveal_period", 101), None, "RevealPeriodTooLarge"),
    Change("owners choose how many uids are immune", 306, by_owner("owner_immune_neuron_limit", 2), NOT_THERE, None),
    Change("owners set burns", 315, by_owner("min_burn", 7), "BadOrigin", None),
    Change("nobody limits a network's stake", 315, made(SudoSetNetworkMaxStake(1, 7), None), None, NOT_THERE),
    Change("burns have bounds", 315, by_root("max_burn", 10**8), None, "AdminUtils.ValueNotInBounds"),
    Change("subnets have mechanisms", 320, lambda rules: "mechanism_count" in rules.layout.hyperparameters, False, True),
    Change("nothing is set right before an epoch", 320, by_root("tempo", 7, window=10), None, FROZEN),
    Change("owners are limited in rate", 320, a_second_time, None, TOO_SOON),
    Change("owners trim", 320, made(SudoTrimToMaxAllowedUids(1, 2), MinAllowedUids=1), NOT_THERE, None),
    Change("owners recycle or burn", 320, made(SudoSetRecycleOrBurn(1, "Recycle")), NOT_THERE, None),
    Change("only root sets kappa", 334, by_owner("kappa", 7), None, "BadOrigin"),
    Change("no limit of weights is set", 334, by_root("max_weight_limit", 7), None, NOT_THERE),
    Change("owners choose how many uids there may be", 334, by_owner("max_allowed_uids", 200), "BadOrigin", None),
    Change("root sets alpha values", 334, made(SudoSetAlphaValues(1, 1638, 1638), None), "BadOrigin", None),
    Change("root sets the subnet's hotkey", 334, made(SudoSetSubnetOwnerHotkey(1, HOT), None), "BadOrigin", None),
    Change("the limit is asked before the freeze", 361, too_soon_and_frozen, FROZEN, TOO_SOON),
    Change("the number of free uids is set", 365, by_root("min_non_immune_uids", 1), NOT_THERE, None),
    Change("uids of all mechanisms are counted", 385, setting("mechanism_count", 2), None, "TooManyUIDsPerMechanism"),
    Change(
        "uids of all mechanisms are counted for owners",
        385,
        by_owner("max_allowed_uids", 200, MechanismCountCurrent=2),
        None,
        "TooManyUIDsPerMechanism",
    ),
    Change("voting power is tracked", 385, made(EnableVotingPowerTracking(1)), NOT_THERE, None),
    Change(
        "nothing is registered by work",
        397,
        by_root("network_pow_registration_allowed", 1),
        None,
        "AdminUtils.POWRegistrationDisabled",
    ),
    Change("owners choose the half-life of the price", 397, by_owner("burn_half_life", 7), NOT_THERE, None),
    Change("issuance is not set", 411, by_root("total_issuance", 7), None, "AdminUtils.Deprecated"),
    Change("owners switch their cut off", 411, by_owner("owner_cut_enabled", 0), NOT_THERE, None),
    Change(
        "the subnet's hotkey is told of", 411, lambda rules: "SubnetOwnerHotkeySet/1" in events_of_the_hotkey(rules), False, True
    ),
    Change(
        "no account of a subnet is its hotkey",
        411,
        made(SudoSetSnOwnerHotkey(1, subnet_account(1))),
        None,
        "CannotUseSystemAccount",
    ),
    Change("a tempo begins a new cycle", 423, begins_a_cycle, False, True),
    Change("owners set the tempo", 423, made(SetTempo(1, 360)), NOT_THERE, None),
    Change("owners trigger epochs", 423, made(TriggerEpoch(1), CommitRevealWeightsEnabled=False), NOT_THERE, None),
    Change("the cutoff is a factor", 423, by_owner("activity_cutoff_factor_milli", 1000), NOT_THERE, None),
)
