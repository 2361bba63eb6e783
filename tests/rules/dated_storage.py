"""Dated changes of what storage has, and where. Between 277 and 424 they are composed: no recorded cases prove it."""

from collections.abc import Callable
from typing import Any

from neuron_ledger.events.calls import DecreaseTake
from neuron_ledger.events.wire.units import I16
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.last_blocks import LIMITS, NETWORK
from neuron_ledger.ledger.runtime import Runtime
from tests.rules.dated_changes import COLD, HOT, Change, subnet


def noted_take(rules: Runtime) -> list[str]:
    """Where it is noted that a delegate's take was changed."""
    with subnet(rules) as tx:
        tx.storage.delegates[HOT] = 11_796
        dispatch(tx, COLD, DecreaseTake(HOT, 10_000))
        return [name for name in (*LIMITS, "LastRateLimitedBlock") if tx.storage.map(name)]


def key_of_the_last_network(rules: Runtime) -> int:
    """The number of the variant under which the last registration of a network is noted."""
    with subnet(rules) as tx:
        rules.last_blocks.write(tx.storage, NETWORK, None, 7)
        assert rules.last_blocks.read(tx.storage, NETWORK, None) == 7
        (key,) = tx.storage.last_rate_limited_block
        return key[0]


def has(*items: str) -> Callable[[Runtime], list[str]]:
    """Which of these items the runtime has."""
    return lambda rules: [name for name in items if name in rules.layout.items]


def absent(item: str) -> Callable[[Runtime], Any]:
    """What an absent entry of an item reads as."""
    return lambda rules: rules.layout.items[item].default


def kind_of_steepness(rules: Runtime) -> bool:
    """Whether the steepness of liquid alpha may be below 0."""
    return rules.layout.items["AlphaSigmoidSteepness"].value is I16


GONE = {
    283: ("StakeJobs",),
    315: ("NetworkModality", "NetworkLastRegistered"),
    334: (
        *("SenateRequiredStakePercentage", "SenateMembers"),
        *("TaoDividendsPerSubnet", "PendingRootDivs", "PendingAlphaSwapped"),
    ),
    343: ("PendingEmission",),
    361: ("Identities", "SubnetIdentities", "SubnetIdentitiesV2"),
    365: ("Rank", "Trust", "PruningScores"),
    385: ("ColdkeySwapScheduled", "ColdkeySwapScheduleDuration", "ColdkeySwapRescheduleDuration"),
}
"""Items that a runtime has no more."""

NEW = {
    297: ("CRV3WeightCommitsV2",),
    301: ("CommitRevealWeightsVersion",),
    306: ("ImmuneOwnerUidsLimit", "TimelockedWeightCommits"),
    320: (
        *("MinAllowedUids", "MechanismCountCurrent", "MechanismEmissionSplit", "RecycleOrBurn"),
        *("AdminFreezeWindow", "OwnerHyperparamRateLimit", "SubnetLimit"),
    ),
    365: ("MinNonImmuneUids",),
    385: ("VotingPower", "VotingPowerTrackingEnabled", "VotingPowerDisableAtBlock", "VotingPowerEmaAlpha"),
    397: ("BurnHalfLife", "BurnIncreaseMult", "AlphaV2", "TotalHotkeySharesV2", "AutoParentDelegationEnabled"),
    411: (
        *("Lock", "HotkeyLock", "DecayingHotkeyLock", "OwnerLock", "DecayingOwnerLock", "DecayingLock"),
        *("OwnerCutEnabled", "SubnetEmissionEnabled"),
    ),
    423: ("ActivityCutoffFactorMilli", "LastEpochBlock", "PendingEpochAt", "SubnetEpochIndex", "MaxEpochsPerBlock"),
}
"""Items that a runtime is the first to have."""

DEFAULTS: tuple[tuple[int, str, Any, Any], ...] = (
    (283, "Burn", 10**9, 10**8),
    (290, "NetworkRegistrationAllowed", False, True),
    (290, "NetworkPowRegistrationAllowed", False, True),
    (306, "CommitRevealWeightsEnabled", False, True),
    (320, "NetworkImmunityPeriod", 50_400, 1_296_000),
    (334, "MaxWeightsLimit", 1_000, 65_535),
    (371, "PendingChildKeyCooldown", 0, 7_200),
    (385, "MaxAllowedUids", 4_096, 256),
)
"""What absent entries read as: spec_version, item, before, since then."""


STORAGE: tuple[Change, ...] = (
    *(Change(f"gone from storage {since}", since, has(*items), list(items), []) for since, items in GONE.items()),
    *(Change(f"new in storage {since}", since, has(*items), [], list(items)) for since, items in NEW.items()),
    *(Change(f"default of {item}", since, absent(item), before, after) for since, item, before, after in DEFAULTS),
    Change("the steepness of liquid alpha may be below 0", 283, kind_of_steepness, False, True),
    Change("limits of rate have keys", 315, noted_take, ["LastTxBlockDelegateTake"], ["LastRateLimitedBlock"]),
    Change("an owner's hyperparameters come before other limits", 320, key_of_the_last_network, 1, 2),
)
"""What changed in storage."""
