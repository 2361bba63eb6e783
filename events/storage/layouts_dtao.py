"""The layouts of the first runtimes with alpha, 233 to 276, each described by its differences from that of 277.

Source: subtensor lib.rs, macros/errors.rs, macros/events.rs; pallets/commitments lib.rs; spec_versions 233 to 277.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout
from neuron_ledger.events.storage.layouts_before import before

_SINCE: Final[Mapping[int, str]] = {
    238: "LastColdkeyHotkeyStakeBlock",
    247: "MinActivityCutoff",
    252: "WeightsVersionKeyRateLimit EMAPriceHalvingBlocks",
    257: "FirstEmissionBlockNumber Commitments.TimelockedIndex Commitments.UsedSpaceOf Commitments.MaxSpace",
    261: "TotalHotkeyAlphaLastEpoch AssociatedEvmAddress Commitments.RevealedCommitments",
    273: """
    ColdkeySwapRescheduleDuration StakeJobs NextStakeJobId LastRateLimitedBlock AlphaSigmoidSteepness BondsResetOn Yuma3On
    SubtokenEnabled Commitments.LastBondsReset
    """,
    275: "LastHotkeySwapOnNetuid",
    277: "PendingChildKeyCooldown",
}
"""The items of 277 by the spec_version that introduced them, in this form."""

_UNTIL: Final[Mapping[int, str]] = {
    244: "Stake AvgTempo MaxTempo",
    252: "EmissionValues NetworkMaxStake ScheduledDissolutions",
    273: """
    NetworkMinAllowedUids NeuronsToPruneAtNextEpoch LastHotkeyColdkeyEmissionOnNetuid DynamicBlock SubnetAlphaEmissionSell
    TotalStakeAtDynamic SubnetName
    """,
}
"""The items that 277 no longer has, by the spec_version that removed them."""

_LIMIT_GONE: Final = 252
"""SubnetLimit was removed then; it returned at 320."""

_DEFAULTS: Final[Mapping[int, Mapping[str, Any]]] = {244: {"Tempo": 99, "AvgTempo": 99}, 257: {"BondsPenalty": 0}}
"""Defaults until then that differ from those of 277."""

_ERRORS: Final[Mapping[int, str]] = {
    247: "ActivityCutoffTooLow",
    252: "CallDisabled",
    257: """
    FirstEmissionBlockNumberAlreadySet NeedWaitingMoreBlocksToStarCall NotEnoughAlphaOutToRecycle
    CannotBurnOrRecycleOnRootSubnet
    """,
    261: "UnableToRecoverPublicKey InvalidRecoveredPublicKey",
    273: "SubtokenDisabled ZeroMaxStakeAmount SameNetuid",
    275: "HotKeySwapOnSubnetIntervalNotPassed",
}
"""The errors of 277 by the spec_version that introduced them; the others existed in the same order."""

_EVENTS_SINCE: Final[Mapping[int, str]] = {
    252: "SubnetOwnerHotkeySet",
    257: "FirstEmissionBlockNumberSet AlphaRecycled AlphaBurned",
    261: "EvmKeyAssociated CRV3WeightsRevealed CommitRevealPeriodsSet CommitRevealEnabled",
    273: """
    AggregatedStakeAdded FailedToAddAggregatedStake AggregatedLimitedStakeAdded FailedToAddAggregatedLimitedStake
    AggregatedStakeRemoved FailedToRemoveAggregatedStake AggregatedLimitedStakeRemoved FailedToRemoveAggregatedLimitedStake
    AggregatedUnstakeAllSucceeded AggregatedUnstakeAllFailed AggregatedUnstakeAllAlphaSucceeded
    AggregatedUnstakeAllAlphaFailed AlphaSigmoidSteepnessSet BondsResetOnSet
    """,
    275: "HotkeySwappedOnSubnet",
}
"""The events of 277 by the spec_version that introduced them; the others existed in the same order."""

_EVENTS_UNTIL_252: Final = {
    "DelegateAdded": "EmissionValuesSet",
    "NetworkLockCostReductionIntervalSet": "SubnetLimitSet",
    "ChainIdentitySet": "NetworkMaxStakeSet",
}
"""The events that existed until 251, each by the one after it."""


def dtao_layout(spec_version: int) -> Layout:
    """The layout of a spec_version of the main line from 233 to 277.

    A coldkey swap that is scheduled has no block and no new coldkey until 272: in storage they are 0 and nobody.
    """
    defaults = {name: value for until, values in _DEFAULTS.items() if spec_version < until for name, value in values.items()}
    return evolve(
        LAYOUT_277.without(_later(_SINCE, spec_version)).with_items(_still_there(spec_version)).with_defaults(defaults),
        errors=_without(LAYOUT_277.errors, _later(_ERRORS, spec_version)),
        events=_events(_without(LAYOUT_277.events, _later(_EVENTS_SINCE, spec_version)), spec_version),
    )


def _events(events: tuple[str, ...], spec_version: int) -> tuple[str, ...]:
    """These events, and those that were removed by 252."""
    if spec_version >= 252:
        return events
    return tuple([name for event in events for name in (_EVENTS_UNTIL_252.get(event), event) if name is not None])


def _still_there(spec_version: int) -> tuple[Item, ...]:
    """Items that 277 no longer has."""
    limit = tuple(evolve(item, default=12) for item in added("SubnetLimit")) if spec_version < _LIMIT_GONE else ()
    return (*limit, *before(*_later(_UNTIL, spec_version)))


def _later(dates: Mapping[int, str], spec_version: int) -> list[str]:
    """The names introduced after a spec_version."""
    return [name for date, names in dates.items() if date > spec_version for name in names.split()]


def _without(names: tuple[str, ...], left_out: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in left_out)
