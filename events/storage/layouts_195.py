"""The layouts of spec_versions 195 to 219: with children and emission that is pending until it is paid to hotkeys, without alpha.

Source: subtensor lib.rs, macros/errors.rs, spec_versions 195 to 219.
"""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from neuron_ledger.events.storage import items_424
from neuron_ledger.events.storage.error_names import ERRORS_195, ERRORS_205, ERRORS_216, ERRORS_217
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import LAYOUT_277, Layout
from neuron_ledger.events.storage.layouts_before import added_and_gone, before

_NOT_AT_219: Final = """
MinActivityCutoff ColdkeySwapRescheduleDuration StakeJobs LastHotkeySwapOnNetuid NextStakeJobId TaoWeight
AlphaDividendsPerSubnet TaoDividendsPerSubnet LastHotkeyEmissionOnNetuid SubnetMovingAlpha SubnetMovingPrice SubnetVolume
SubnetTAO SubnetAlphaInEmission SubnetAlphaOutEmission SubnetTaoInEmission SubnetAlphaIn SubnetAlphaOut TotalHotkeyAlpha
TotalHotkeyAlphaLastEpoch TotalHotkeyShares Alpha TokenSymbol WeightsVersionKeyRateLimit LastRateLimitedBlock TransferToggle
LargestLocked FirstEmissionBlockNumber SubnetMechanism PendingRootDivs PendingAlphaSwapped PendingOwnerCut SubnetOwnerHotkey
AlphaSigmoidSteepness BondsPenalty BondsResetOn EMAPriceHalvingBlocks Yuma3On SubtokenEnabled IdentitiesV2
SubnetIdentitiesV2 LastColdkeyHotkeyStakeBlock AssociatedEvmAddress PendingChildKeyCooldown
"""
_AT_219: Final = """
Stake TotalHotkeyStake TotalColdkeyStake TargetStakesPerInterval StakeInterval TotalHotkeyColdkeyStakesThisInterval
NetworkMinAllowedUids EmissionValues NeuronsToPruneAtNextEpoch PendingdHotkeyEmission PendingdHotkeyEmissionUntouchable
LastHotkeyEmissionDrain HotkeyEmissionTempo StakeDeltaSinceLastEmissionDrain ScheduledDissolutions NetworkMaxStake
"""
_SINCE: Final[Mapping[int, str]] = {
    202: "StakeDeltaSinceLastEmissionDrain",
    205: "NeuronCertificates RevealPeriodEpochs",
    210: "PendingdHotkeyEmissionUntouchable",
    216: "CRV3WeightCommits PendingChildKeys StakeThreshold Drand.Pulses Drand.LastStoredRound",
}
"""The items of 219 that 195 does not have, by the spec_version that introduced them."""
_UNTIL: Final[Mapping[int, str]] = {205: "LastAddStakeIncrease WeightCommitRevealInterval", 216: "WeightsMinStake"}
"""The items that 219 no longer has, by the spec_version that removed them."""
_ERRORS: Final[Mapping[int, tuple[str, ...]]] = {195: ERRORS_195, 205: ERRORS_205, 216: ERRORS_216, 217: ERRORS_217}
"""By the spec_version since which they have these names and numbers."""

LAYOUT_219: Final = evolve(
    LAYOUT_277.without((*_NOT_AT_219.split(), *(item.name for item in COMMITMENTS)))
    .with_items(items_424.added("SubnetLimit"))
    .with_items(before(*_AT_219.split()))
    .with_defaults({"MinBurn": 1000000000, "Tempo": 99, "SubnetLimit": 12}),
    errors=ERRORS_217,
    events=(),
)
"""The layout of spec_version 219. A scheduled coldkey swap has no value on the chain; in storage it is (0, nobody)."""


def layout_before_alpha(spec_version: int) -> Layout:
    """The layout of a spec_version of the main line from 195 to 219.

    Until 205 there is one weight commit per hotkey, whose window is 0 in storage.
    """
    layout = added_and_gone(LAYOUT_219, _SINCE, _UNTIL, spec_version)
    return evolve(layout, errors=_ERRORS[max(since for since in _ERRORS if since <= spec_version)])
