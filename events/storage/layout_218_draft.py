"""The layout of spec_version 218 of the draft of alpha, which ran beside the main line: alpha of subnets and pools, before 233.

How its storage differs from later ones: shares of stake are whole numbers, without a fraction (`Alpha`, `TotalHotkeyShares`); the
weight of a rao on root is set per subnet (`TaoWeightOnSubnet`); of a scheduled coldkey swap only the fact is stored (block 0,
nobody). Its defaults are those for a test network of its own, the third set of four.
Source: subtensor lib.rs, macros/errors.rs, runtime lib.rs, commit 1629c559b.
"""

from typing import Final

from attrs import evolve

from neuron_ledger.events.storage import items_424
from neuron_ledger.events.storage.error_names import ERRORS_218_DRAFT
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.events.storage.layouts_before import before

_LATER: Final = """
MinActivityCutoff ColdkeySwapRescheduleDuration DissolveNetworkScheduleDuration StakeJobs LastHotkeySwapOnNetuid
NextStakeJobId TaoWeight PendingChildKeys AlphaDividendsPerSubnet TaoDividendsPerSubnet SubnetMovingAlpha SubnetMovingPrice
SubnetVolume SubnetAlphaInEmission SubnetAlphaOutEmission SubnetTaoInEmission TotalHotkeyAlphaLastEpoch
WeightsVersionKeyRateLimit LastRateLimitedBlock TransferToggle FirstEmissionBlockNumber PendingRootDivs PendingAlphaSwapped
PendingOwnerCut AlphaSigmoidSteepness BondsPenalty BondsResetOn EMAPriceHalvingBlocks Yuma3On SubtokenEnabled IdentitiesV2
SubnetIdentitiesV2 StakeThreshold CRV3WeightCommits LastColdkeyHotkeyStakeBlock AssociatedEvmAddress PendingChildKeyCooldown
Drand.Pulses Drand.LastStoredRound
"""
_BESIDES: Final = """
Stake NetworkMinAllowedUids EmissionValues WeightsMinStake NeuronsToPruneAtNextEpoch NetworkMaxStake
LastHotkeyColdkeyEmissionOnNetuid AvgTempo MaxTempo ManagedKeys HotkeyDividendsPerSubnet LocalStake GlobalStake
TaoWeightOnSubnet
"""

LAYOUT_218_DRAFT: Final = evolve(
    LAYOUT_277.without((*_LATER.split(), *(item.name for item in COMMITMENTS)))
    .with_items(items_424.added("SubnetLimit"))
    .with_items(before(*_BESIDES.split()))
    .with_defaults(
        {
            "MaxRegistrationsPerBlock": 4,
            "TargetRegistrationsPerInterval": 4,
            "MinBurn": 1_000_000_000,
            "NetworkMinLockCost": 1_000_000_000,
            "NetworkLastLockCost": 1_000_000_000,
            "NetworkLockReductionInterval": 1200,
            "NetworkRateLimit": 10,
            "SubnetLimit": 65535,
            "SubnetOwnerCut": 5898,
            "Tempo": 30,
            "AvgTempo": 30,
            "MaxTempo": 30,
            "BondsMovingAverage": 990_000,
            "NetworkMaxStake": 2**64 - 1,
            "TxRateLimit": 0,
        }
    ),
    errors=ERRORS_218_DRAFT,
    events=(),
)
