"""Every call under one name: `from neuron_ledger import calls`, then `calls.BurnedRegister(1, hotkey)`.

The calls themselves are declared by subject, in this folder; `docs/records.md` lists them with their fields.
"""
# ruff: noqa: I001 - it would give each name a statement of its own

from typing import TYPE_CHECKING

from neuron_ledger.events.associations import (
    AdjustSenate as AdjustSenate,
    BecomeDelegate as BecomeDelegate,
    Faucet as Faucet,
    ScheduleDissolveNetwork as ScheduleDissolveNetwork,
    SetTaoWeights as SetTaoWeights,
    TryAssociateHotkey as TryAssociateHotkey,
)
from neuron_ledger.events.balances import (
    TransferAll as TransferAll,
    TransferAllowDeath as TransferAllowDeath,
    TransferKeepAlive as TransferKeepAlive,
)
from neuron_ledger.events.calls import (
    AddStake as AddStake,
    AdvanceTo as AdvanceTo,
    BatchCommitWeights as BatchCommitWeights,
    BatchRevealWeights as BatchRevealWeights,
    BatchSetWeights as BatchSetWeights,
    BurnedRegister as BurnedRegister,
    CommitWeights as CommitWeights,
    CreateRootNetwork as CreateRootNetwork,
    DecreaseTake as DecreaseTake,
    DissolveNetwork as DissolveNetwork,
    ForceRegister as ForceRegister,
    ForceSetBalance as ForceSetBalance,
    GrantStake as GrantStake,
    IncreaseTake as IncreaseTake,
    Observe as Observe,
    PokePruningScores as PokePruningScores,
    Register as Register,
    RegisterNetwork as RegisterNetwork,
    RemoveStake as RemoveStake,
    RevealWeights as RevealWeights,
    RootRegister as RootRegister,
    SealStorage as SealStorage,
    ServeAxon as ServeAxon,
    ServeAxonTls as ServeAxonTls,
    ServePrometheus as ServePrometheus,
    SetChildkeyTake as SetChildkeyTake,
    SetChildren as SetChildren,
    SetParam as SetParam,
    SettleBalance as SettleBalance,
    SetWeights as SetWeights,
    StartCall as StartCall,
    SudoSet as SudoSet,
    SudoSetAlphaValues as SudoSetAlphaValues,
    UpgradeRuntime as UpgradeRuntime,
)
from neuron_ledger.events.claims import (
    ClaimRoot as ClaimRoot,
    SetColdkeyAutoStakeHotkey as SetColdkeyAutoStakeHotkey,
    SetRootClaimType as SetRootClaimType,
    SudoSetNumRootClaims as SudoSetNumRootClaims,
    SudoSetRootClaimThreshold as SudoSetRootClaimThreshold,
)
from neuron_ledger.events.commitments import (
    SetCommitment as SetCommitment,
    SetMaxSpace as SetMaxSpace,
)
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork as DissolveOwnNetwork,
    RegisterNetworkAlone as RegisterNetworkAlone,
    RegisterNetworkAloneWithIdentity as RegisterNetworkAloneWithIdentity,
    RegisterNetworkOfMechanism as RegisterNetworkOfMechanism,
    RegisterNetworkOfMechanismWithIdentity as RegisterNetworkOfMechanismWithIdentity,
    SetIdentityOfSix as SetIdentityOfSix,
    SetSubnetIdentityOfThree as SetSubnetIdentityOfThree,
    SudoAddNetwork as SudoAddNetwork,
    SudoAddNetworkConnectionRequirement as SudoAddNetworkConnectionRequirement,
    SudoHotfixSwapColdkeyDelegates as SudoHotfixSwapColdkeyDelegates,
    SudoRegister as SudoRegister,
    SudoRemoveNetwork as SudoRemoveNetwork,
    SudoRemoveNetworkConnectionRequirement as SudoRemoveNetworkConnectionRequirement,
    SudoSetEmissionValues as SudoSetEmissionValues,
    SwapColdkeyAtSetCost as SwapColdkeyAtSetCost,
)
from neuron_ledger.events.early_staking import (
    AddTaoStake as AddTaoStake,
    RemoveTaoStake as RemoveTaoStake,
    SetRootWeights as SetRootWeights,
)
from neuron_ledger.events.early_swaps import (
    ScheduleColdkeySwap as ScheduleColdkeySwap,
    SwapAnyColdkey as SwapAnyColdkey,
    SwapOwnColdkey as SwapOwnColdkey,
    UnstakeAllAndTransferToNewColdkey as UnstakeAllAndTransferToNewColdkey,
    UnstakeHotkeyAndTransferToNewColdkey as UnstakeHotkeyAndTransferToNewColdkey,
)
from neuron_ledger.events.extrinsics import (
    IncludeExtrinsic as IncludeExtrinsic,
)
from neuron_ledger.events.identities import (
    RegisterNetworkWithIdentity as RegisterNetworkWithIdentity,
    SetIdentity as SetIdentity,
    SetSubnetIdentity as SetSubnetIdentity,
)
from neuron_ledger.events.locks import (
    LockStake as LockStake,
    MoveLock as MoveLock,
    SetPerpetualLock as SetPerpetualLock,
    SetRejectLockedAlpha as SetRejectLockedAlpha,
)
from neuron_ledger.events.not_built import CALLS_NOT_BUILT, not_built
from neuron_ledger.events.parameters import (
    DisableVotingPowerTracking as DisableVotingPowerTracking,
    EnableVotingPowerTracking as EnableVotingPowerTracking,
    SetMechanismEmissionSplit as SetMechanismEmissionSplit,
    SetTempo as SetTempo,
    SudoSetMechanismEmissionSplit as SudoSetMechanismEmissionSplit,
    SudoSetNetworkMaxStake as SudoSetNetworkMaxStake,
    SudoSetRecycleOrBurn as SudoSetRecycleOrBurn,
    SudoSetSnOwnerHotkey as SudoSetSnOwnerHotkey,
    SudoSetSubnetOwnerHotkey as SudoSetSubnetOwnerHotkey,
    SudoTrimToMaxAllowedUids as SudoTrimToMaxAllowedUids,
    TriggerEpoch as TriggerEpoch,
)
from neuron_ledger.events.registration_calls import (
    PokeEmission as PokeEmission,
    PokeValidatorPermit as PokeValidatorPermit,
    RegisterLimit as RegisterLimit,
    TrimToMaxAllowedUids as TrimToMaxAllowedUids,
)
from neuron_ledger.events.stake_moves import (
    AddStakeBurn as AddStakeBurn,
    AddStakeLimit as AddStakeLimit,
    BurnAlpha as BurnAlpha,
    MoveStake as MoveStake,
    RecycleAlpha as RecycleAlpha,
    RemoveStakeFullLimit as RemoveStakeFullLimit,
    RemoveStakeLimit as RemoveStakeLimit,
    SwapStake as SwapStake,
    SwapStakeLimit as SwapStakeLimit,
    TransferStake as TransferStake,
    UnstakeAll as UnstakeAll,
    UnstakeAllAlpha as UnstakeAllAlpha,
)
from neuron_ledger.events.subnet_calls import (
    RootDissolveNetwork as RootDissolveNetwork,
    SetAutoParentDelegationEnabled as SetAutoParentDelegationEnabled,
    UpdateSymbol as UpdateSymbol,
)
from neuron_ledger.events.swaps import (
    AnnounceColdkeySwap as AnnounceColdkeySwap,
    ClearColdkeySwapAnnouncement as ClearColdkeySwapAnnouncement,
    DisputeColdkeySwap as DisputeColdkeySwap,
    ResetColdkeySwap as ResetColdkeySwap,
    ScheduleSwapColdkey as ScheduleSwapColdkey,
    SwapColdkey as SwapColdkey,
    SwapColdkeyAnnounced as SwapColdkeyAnnounced,
    SwapHotkey as SwapHotkey,
    SwapHotkeyV2 as SwapHotkeyV2,
)
from neuron_ledger.events.weight_calls import (
    CommitCrv3MechanismWeights as CommitCrv3MechanismWeights,
    CommitCrv3Weights as CommitCrv3Weights,
    CommitMechanismWeights as CommitMechanismWeights,
    CommitTimelockedMechanismWeights as CommitTimelockedMechanismWeights,
    CommitTimelockedWeights as CommitTimelockedWeights,
    RevealMechanismWeights as RevealMechanismWeights,
    SetMechanismWeights as SetMechanismWeights,
    StorePulse as StorePulse,
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> None:
        """For a call that exists on the chain but is not built here, say so instead of only that the name is absent."""
        on_chain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).removeprefix("_")
        known = f": {on_chain} is {not_built(on_chain)}" if on_chain in CALLS_NOT_BUILT else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{known}", name=name)
