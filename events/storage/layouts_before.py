"""The layouts of runtimes before 277, each described by what it lacks of the one after it and what it has besides.

Source: subtensor lib.rs, errors.rs, spec_versions 103, 143 and 185.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve

from neuron_ledger.events.storage import items_424
from neuron_ledger.events.storage.error_names import ERRORS_103, ERRORS_143, ERRORS_185
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout

_NOT_AT_185: Final = """
MinActivityCutoff ColdkeySwapScheduleDuration ColdkeySwapRescheduleDuration DissolveNetworkScheduleDuration StakeJobs
LastHotkeySwapOnNetuid NextStakeJobId TaoWeight MaxDelegateTake MinDelegateTake MaxChildkeyTake MinChildkeyTake ChildkeyTake
PendingChildKeys ChildKeys ParentKeys AlphaDividendsPerSubnet TaoDividendsPerSubnet LastHotkeyEmissionOnNetuid
SubnetMovingAlpha SubnetMovingPrice SubnetVolume SubnetTAO SubnetAlphaInEmission SubnetAlphaOutEmission SubnetTaoInEmission
SubnetAlphaIn SubnetAlphaOut StakingHotkeys OwnedHotkeys ColdkeySwapScheduled TotalHotkeyAlpha TotalHotkeyAlphaLastEpoch
TotalHotkeyShares Alpha TokenSymbol WeightsVersionKeyRateLimit LastRateLimitedBlock TransferToggle LargestLocked
FirstEmissionBlockNumber SubnetMechanism PendingRootDivs PendingAlphaSwapped PendingOwnerCut SubnetOwnerHotkey
AlphaSigmoidSteepness BondsPenalty BondsResetOn EMAPriceHalvingBlocks TxChildkeyTakeRateLimit LiquidAlphaOn Yuma3On
AlphaValues SubtokenEnabled StakeWeight NeuronCertificates Identities IdentitiesV2 SubnetIdentities SubnetIdentitiesV2
TransactionKeyLastBlock LastTxBlockChildKeyTake StakeThreshold CRV3WeightCommits RevealPeriodEpochs
LastColdkeyHotkeyStakeBlock AssociatedEvmAddress HasMigrationRun PendingChildKeyCooldown ScheduledColdkeySwaps
Drand.Pulses Drand.LastStoredRound
"""
_AT_185: Final = """
Stake TotalHotkeyStake TotalColdkeyStake MaxTake MinTake TargetStakesPerInterval StakeInterval
TotalHotkeyColdkeyStakesThisInterval NetworkMinAllowedUids EmissionValues WeightsMinStake WeightCommitRevealInterval
NeuronsToPruneAtNextEpoch
"""
_NOT_AT_143: Final = """
NominatorMinRequiredStake CommitRevealWeightsEnabled TxDelegateTakeRateLimit LastTxBlockDelegateTake WeightCommits
MaxTake MinTake TargetStakesPerInterval StakeInterval TotalHotkeyColdkeyStakesThisInterval WeightCommitRevealInterval
"""
_NOT_AT_103: Final = """
SenateRequiredStakePercentage NetworkImmunityPeriod NetworkLastRegistered NetworkMinLockCost NetworkLastLockCost
NetworkLockReductionInterval SubnetOwnerCut NetworkRateLimit SubnetLocked NetworkRegistrationAllowed
NetworkPowRegistrationAllowed NetworkRegisteredAt SubnetOwner AdjustmentAlpha RAORecycledForRegistration SubnetLimit
NetworkMinAllowedUids WeightsMinStake
"""
_AT_103: Final = """
NetworkConnect ValidatorEpochLen ValidatorBatchSize ValidatorSequenceLength ValidatorEpochsPerReset ValidatorExcludeQuantile
ValidatorLogitsDivergence SynergyScalingLawPower
"""


def before(*names: str) -> Iterable[Item]:
    """The items of these names among those that 277 had no more, in canonical order. Raises: KeyError."""
    known = {item.name: item for item in BEFORE_277}
    strays = [name for name in names if name not in known]
    if strays:
        raise KeyError(*strays)
    return [item for item in BEFORE_277 if item.name in names]


LAYOUT_185: Final = evolve(
    LAYOUT_277.without((*_NOT_AT_185.split(), *(item.name for item in COMMITMENTS)))
    .with_items(items_424.added("SubnetLimit"))
    .with_items(before(*_AT_185.split()))
    .with_defaults({"MinBurn": 1000000000, "Tempo": 99, "SubnetLimit": 12}),
    errors=ERRORS_185,
    events=(),
)
"""The layout of spec_version 185. What a commit to weights lacks of later ones, its window, is 0 in storage."""

_BEFORE_143 = LAYOUT_185.without(_NOT_AT_143.split())


def _in_canonical_order(layout: Layout, *names: str) -> Layout:
    """The layout with these items of before 277 besides."""
    own = [item for item in BEFORE_277 if item.name in layout.items or item.name in names]
    others = {name: item for name, item in layout.items.items() if item not in own}
    return evolve(layout, items=others).with_items(own)


LAYOUT_143: Final = evolve(_in_canonical_order(_BEFORE_143, "DefaultTake"), errors=ERRORS_143)
"""The layout of spec_version 143."""

LAYOUT_103: Final = evolve(
    _in_canonical_order(
        LAYOUT_143.without(_NOT_AT_103.split()).with_defaults({"WeightsSetRateLimit": 0}),
        *_AT_103.split(),
    ),
    errors=ERRORS_103,
)
"""The layout of spec_version 103. Emission that was loaded for a hotkey has its validators' part as 0 in storage."""

EARLY_LAYOUTS: Final[Mapping[int, Layout]] = {103: LAYOUT_103, 143: LAYOUT_143, 185: LAYOUT_185}
"""The layouts of the runtimes before 277 that there are rules for, oldest first."""
