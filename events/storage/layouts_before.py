"""The layouts of runtimes before 277, each described by what it lacks compared to the next one and what it has in addition.

Source: subtensor lib.rs, errors.rs, spec_versions 103 to 166.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from attrs import evolve

from neuron_ledger.events.storage import items_424
from neuron_ledger.events.storage.error_names import (
    ERRORS_103,
    ERRORS_143,
    ERRORS_146,
    ERRORS_149,
    ERRORS_154,
    ERRORS_156,
    ERRORS_166,
    ERRORS_185,
)
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout

_NOT_AT_166: Final = """
MinActivityCutoff ColdkeySwapScheduleDuration ColdkeySwapRescheduleDuration DissolveNetworkScheduleDuration StakeJobs
LastHotkeySwapOnNetuid NextStakeJobId TaoWeight MaxDelegateTake MinDelegateTake MaxChildkeyTake MinChildkeyTake ChildkeyTake
PendingChildKeys ChildKeys ParentKeys AlphaDividendsPerSubnet TaoDividendsPerSubnet LastHotkeyEmissionOnNetuid
SubnetMovingAlpha SubnetMovingPrice SubnetVolume SubnetTAO SubnetAlphaInEmission SubnetAlphaOutEmission SubnetTaoInEmission
SubnetAlphaIn SubnetAlphaOut ColdkeySwapScheduled TotalHotkeyAlpha TotalHotkeyAlphaLastEpoch
TotalHotkeyShares Alpha TokenSymbol WeightsVersionKeyRateLimit LastRateLimitedBlock TransferToggle LargestLocked
FirstEmissionBlockNumber SubnetMechanism PendingRootDivs PendingAlphaSwapped PendingOwnerCut SubnetOwnerHotkey
AlphaSigmoidSteepness BondsPenalty BondsResetOn EMAPriceHalvingBlocks TxChildkeyTakeRateLimit Yuma3On
SubtokenEnabled StakeWeight NeuronCertificates Identities IdentitiesV2 SubnetIdentities SubnetIdentitiesV2
TransactionKeyLastBlock LastTxBlockChildKeyTake StakeThreshold CRV3WeightCommits RevealPeriodEpochs
LastColdkeyHotkeyStakeBlock AssociatedEvmAddress PendingChildKeyCooldown ScheduledColdkeySwaps
Drand.Pulses Drand.LastStoredRound
"""
_AT_166: Final = """
Stake TotalHotkeyStake TotalColdkeyStake MaxTake MinTake TargetStakesPerInterval StakeInterval
TotalHotkeyColdkeyStakesThisInterval NetworkMinAllowedUids EmissionValues WeightsMinStake WeightCommitRevealInterval
NeuronsToPruneAtNextEpoch BaseDifficulty ArbitrationPeriod ColdkeySwapDestinations ColdkeyArbitrationBlock
ColdkeysToSwapAtBlock
"""
_SINCE: Final[Mapping[int, str]] = {
    117: "RAORecycledForRegistration",
    121: "NetworkRegistrationAllowed",
    122: "SenateRequiredStakePercentage",
    126: "AdjustmentAlpha",
    133: """
    NetworkImmunityPeriod NetworkLastRegistered NetworkMinLockCost NetworkLastLockCost NetworkLockReductionInterval
    SubnetOwnerCut NetworkRateLimit SubnetLocked NetworkRegisteredAt SubnetOwner SubnetLimit NetworkMinAllowedUids
    """,
    136: "NetworkPowRegistrationAllowed",
    141: "WeightsMinStake",
    146: "NominatorMinRequiredStake TargetStakesPerInterval StakeInterval TotalHotkeyColdkeyStakesThisInterval",
    149: "MaxTake MinTake TxDelegateTakeRateLimit LastTxBlockDelegateTake",
    151: "CommitRevealWeightsEnabled WeightCommits WeightCommitRevealInterval",
    154: "AlphaValues LiquidAlphaOn",
    156: "OwnedHotkeys",
    159: "StakingHotkeys",
    194: "BaseDifficulty ArbitrationPeriod ColdkeySwapDestinations ColdkeyArbitrationBlock ColdkeysToSwapAtBlock",
    165: "HasMigrationRun",
}
"""The items of 166 that 103 does not have, by the spec_version that introduced them."""

_UNTIL: Final[Mapping[int, str]] = {
    127: """
    ValidatorEpochLen ValidatorBatchSize ValidatorSequenceLength ValidatorEpochsPerReset ValidatorExcludeQuantile
    ValidatorLogitsDivergence SynergyScalingLawPower
    """,
    133: "NetworkConnect",
    149: "DefaultTake",
}
"""The items that 166 no longer has, by the spec_version that removed them."""


def before(*names: str) -> Iterable[Item]:
    """The items of these names among those that 277 no longer had, in canonical order. Raises: KeyError."""
    known = {item.name: item for item in BEFORE_277}
    strays = [name for name in names if name not in known]
    if strays:
        raise KeyError(*strays)
    return [item for item in BEFORE_277 if item.name in names]


_LAYOUT_166: Final = evolve(
    LAYOUT_277.without((*_NOT_AT_166.split(), *(item.name for item in COMMITMENTS)))
    .with_items(items_424.added("SubnetLimit"))
    .with_items(before(*_AT_166.split()))
    .with_defaults({"MinBurn": 1000000000, "Tempo": 99, "SubnetLimit": 12}),
    events=(),
)


def _in_canonical_order(layout: Layout, names: Collection[str]) -> Layout:
    """The layout with these items from before 277 added."""
    own = [item for item in BEFORE_277 if item.name in layout.items or item.name in names]
    others = {name: item for name, item in layout.items.items() if item not in own}
    return evolve(layout, items=others).with_items(own)


_ERRORS: Final[Mapping[int, tuple[str, ...]]] = {
    103: ERRORS_103,
    133: ERRORS_143,
    146: ERRORS_146,
    149: ERRORS_149,
    151: ERRORS_185,
    154: ERRORS_154,
    156: ERRORS_156,
    194: ERRORS_166,
}
"""The numbering of errors, by the spec_version since which it applies, in the order of the line."""


def _is_later(since: int, spec_version: int) -> bool:
    """Whether the main line reached one number after another. They rose from 103 on, except 194, between 160 and 162."""
    places = [161 if number == 194 else number for number in (since, spec_version)]
    return places[0] > places[1]


def _after(dates: Mapping[int, str], spec_version: int) -> list[str]:
    return [name for since, names in dates.items() if _is_later(since, spec_version) for name in names.split()]


def added_and_gone(last: Layout, since: Mapping[int, str], until: Mapping[int, str], spec_version: int) -> Layout:
    """The layout of an earlier spec_version on the line that ends with the last one.

    since, until: names of items by the spec_version that introduced, or removed, them.
    """
    return _in_canonical_order(last.without(_after(since, spec_version)), _after(until, spec_version))


_DEFAULTS: Final[Mapping[int, Mapping[str, int]]] = {
    122: {"SenateRequiredStakePercentage": 2},
    149: {"MinTake": 11796},
}
"""Defaults that apply from one spec_version on until the layout changes again."""


def early_layout(spec_version: int) -> Layout:
    """The layout of a spec_version of the main line from 103 to 166. Weight commits have no window yet; it is 0 in storage.
    How a node numbers errors is known for 103, and from 143 on. Emission that was loaded for a hotkey before 121 has 0 as its
    validators' part in storage.
    """
    layout = added_and_gone(_LAYOUT_166, _SINCE, _UNTIL, spec_version)
    errors = [names for since, names in _ERRORS.items() if not _is_later(since, spec_version)][-1]
    defaults = {**({} if spec_version >= 127 else {"WeightsSetRateLimit": 0}), **_DEFAULTS.get(spec_version, {})}
    return evolve(layout.with_defaults(defaults), errors=errors)


LAYOUT_185: Final = early_layout(151)
"""The layout of spec_version 185."""

LAYOUT_103: Final = early_layout(103)
"""The layout of spec_version 103."""
