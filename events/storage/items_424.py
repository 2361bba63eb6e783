"""How the storage items of spec_version 424 differ from those of 277.

Source: subtensor lib.rs (declarations and defaults of the pallet's storage), pallets/alpha-assets, pallets/swap and pallets/drand
(whose items are named `Pallet.Item`), spec_version 424.

At 424 the first key of Weights, Bonds, LastUpdate, Incentive, WeightCommits and TimelockedWeightCommits is the storage index of a
mechanism, netuid + 4096 · mechanism; it is written like a netuid.
"""

from collections.abc import Mapping
from typing import Any

from neuron_ledger.events.storage.items import IDENTITY, Item
from neuron_ledger.events.wire.units import (
    ACCOUNT,
    BOOL,
    BYTES,
    HASH,
    I16,
    I32,
    I64,
    I128,
    TEXT,
    U8,
    U16,
    U16_VECTOR,
    U32,
    U64,
    U128,
    Unit,
)

SAFE_FLOAT = tuple[U128, I64]
"""A decimal float of a share pool: (mantissa, exponent), mantissa · 10^exponent."""
LOCK = tuple[U64, U128, U64]
"""Locked alpha: locked mass, conviction (U64F64 bits), block of the last update."""
FLOW = tuple[U64, I128]
"""An average of TAO flow: block of the last update, I64F64 bits."""
TIMELOCKED_COMMITS = tuple[tuple[ACCOUNT, U64, BYTES, U64], ...]
"""Timelocked commits: who, block of the commit, ciphertext, round."""
ROOT_CLAIM_TYPE = tuple[TEXT, tuple[U16, ...]]
"""What is done with root dividends: ("Swap", ()), ("Keep", ()), or ("KeepSubnets", netuids)."""
LEASE = tuple[ACCOUNT, ACCOUNT, ACCOUNT, U8, U64 | None, U16, U64]
"""A leased subnet: beneficiary, coldkey, hotkey, percent of emissions, last block if any, netuid, cost."""
MARK = tuple[()]
"""No value: only the presence of an entry counts."""

GONE = (
    "ScheduledColdkeySwaps",
    *("ColdkeySwapScheduleDuration", "ColdkeySwapRescheduleDuration", "ColdkeySwapScheduled", "SenateRequiredStakePercentage"),
    *("SenateMembers", "StakeJobs", "TaoDividendsPerSubnet", "NetworkLastRegistered", "NetworkModality", "PendingEmission"),
    *("PendingRootDivs", "PendingAlphaSwapped", "Rank", "Trust", "PruningScores", "Identities", "SubnetIdentities"),
    "SubnetIdentitiesV2",
)
"""Items of 277 that 424 no longer has."""

DEFAULTS: dict[str, Any] = {
    "NetworkImmunityPeriod": 1296000,
    "NetworkRegistrationAllowed": True,
    "NetworkPowRegistrationAllowed": True,
    "MaxAllowedUids": 256,
    "MaxWeightsLimit": 65535,
    "CommitRevealWeightsEnabled": True,
    "Burn": 100000000,
    "PendingChildKeyCooldown": 7200,
}
"""Defaults of items of 277 that differ at 424."""

ADDED = (
    Item("AlphaSigmoidSteepness", "alpha_sigmoid_steepness", (U16,), I16, 1000),
    Item("AdminFreezeWindow", "admin_freeze_window", (), U16, 10),
    Item("OwnerHyperparamRateLimit", "owner_hyperparam_rate_limit", (), U16, 2),
    Item("CKBurn", "ck_burn", (), U64, 0),
    Item("MinChildkeyTakePerSubnet", "min_childkey_take_per_subnet", (U16,), U16, 0),
    Item("AccountFlags", "account_flags", (ACCOUNT,), U128, 0),
    Item("RootAlphaDividendsPerSubnet", "root_alpha_dividends_per_subnet", (U16, ACCOUNT), U64, 0),
    Item("SubnetLimit", "subnet_limit", (), U16, 128),
    Item("RootProp", "root_prop", (U16,), U128, 0),
    Item("SubnetEmissionEnabled", "subnet_emission_enabled", (U16,), BOOL, True),
    Item("SubnetExcessTao", "subnet_excess_tao", (U16,), U64, 0),
    Item("SubnetRootSellTao", "subnet_root_sell_tao", (U16,), U64, 0),
    Item("SubnetProtocolAlpha", "subnet_protocol_alpha", (U16,), U64, 0),
    Item("AutoStakeDestination", "auto_stake_destination", (ACCOUNT, U16), ACCOUNT, None),
    Item("AutoStakeDestinationColdkeys", "auto_stake_destination_coldkeys", (ACCOUNT, U16), tuple[ACCOUNT, ...], ()),
    Item("ColdkeySwapAnnouncementDelay", "coldkey_swap_announcement_delay", (), U64, 36000),
    Item("ColdkeySwapReannouncementDelay", "coldkey_swap_reannouncement_delay", (), U64, 7200),
    Item("ColdkeySwapAnnouncements", "coldkey_swap_announcements", (ACCOUNT,), tuple[U64, HASH], None),
    Item("ColdkeySwapDisputes", "coldkey_swap_disputes", (ACCOUNT,), U64, None),
    Item("TotalHotkeySharesV2", "total_hotkey_shares_v2", (ACCOUNT, U16), SAFE_FLOAT, (0, 0)),
    Item("AlphaV2", "alpha_v2", (ACCOUNT, ACCOUNT, U16), SAFE_FLOAT, (0, 0)),
    Item("Lock", "lock", (ACCOUNT, U16, ACCOUNT), LOCK, None),
    Item("LockingColdkeys", "locking_coldkeys", (U16, ACCOUNT, ACCOUNT), MARK, None),
    Item("HotkeyLock", "hotkey_lock", (U16, ACCOUNT), LOCK, None),
    Item("DecayingHotkeyLock", "decaying_hotkey_lock", (U16, ACCOUNT), LOCK, None),
    Item("OwnerLock", "owner_lock", (U16,), LOCK, None),
    Item("DecayingOwnerLock", "decaying_owner_lock", (U16,), LOCK, None),
    Item("DecayingLock", "decaying_lock", (ACCOUNT, U16), BOOL, None),
    Item("OwnerCutAutoLockEnabled", "owner_cut_auto_lock_enabled", (U16,), BOOL, False),
    Item("MaturityRate", "maturity_rate", (), U64, 934866),
    Item("UnlockRate", "unlock_rate", (), U64, 934866),
    Item("AlphaMapLastKey", "alpha_map_last_key", (), BYTES | None, None),
    Item("AlphaV2MapLastKey", "alpha_v2_map_last_key", (), BYTES | None, None),
    Item("SubnetTaoFlow", "subnet_tao_flow", (U16,), I64, 0),
    Item("SubnetEmaTaoFlow", "subnet_ema_tao_flow", (U16,), FLOW, None),
    Item("NetTaoFlowEnabled", "net_tao_flow_enabled", (), BOOL, True),
    Item("SubnetProtocolFlow", "subnet_protocol_flow", (U16,), I64, 0),
    Item("SubnetEmaProtocolFlow", "subnet_ema_protocol_flow", (U16,), FLOW, None),
    Item("TaoFlowCutoff", "tao_flow_cutoff", (), I128, 0),
    Item("FlowNormExponent", "flow_norm_exponent", (), U128, 1 << 64),
    Item("FlowEmaSmoothingFactor", "flow_ema_smoothing_factor", (), U64, 29597889189277),
    Item("StartCallDelay", "start_call_delay", (), U64, 0),
    Item("OwnerCutEnabled", "owner_cut_enabled", (U16,), BOOL, True),
    Item("LastEpochBlock", "last_epoch_block", (U16,), U64, 0),
    Item("PendingEpochAt", "pending_epoch_at", (U16,), U64, 0),
    Item("SubnetEpochIndex", "subnet_epoch_index", (U16,), U64, 0),
    Item("ActivityCutoffFactorMilli", "activity_cutoff_factor_milli", (U16,), U32, 13889),
    Item("RegisteredSubnetCounter", "registered_subnet_counter", (U16,), U64, 0),
    Item("PendingServerEmission", "pending_server_emission", (U16,), U64, 0),
    Item("PendingValidatorEmission", "pending_validator_emission", (U16,), U64, 0),
    Item("PendingRootAlphaDivs", "pending_root_alpha_divs", (U16,), U64, 0),
    Item("MinerBurned", "miner_burned", (U16,), U128, 0),
    Item("RecycleOrBurn", "recycle_or_burn", (U16,), TEXT, "Burn"),
    Item("MinAllowedUids", "min_allowed_uids", (U16,), U16, 64),
    Item("MaxEpochsPerBlock", "max_epochs_per_block", (), U8, 2),
    Item("VotingPower", "voting_power", (U16, ACCOUNT), U64, 0),
    Item("VotingPowerTrackingEnabled", "voting_power_tracking_enabled", (U16,), BOOL, False),
    Item("VotingPowerDisableAtBlock", "voting_power_disable_at_block", (U16,), U64, 0),
    Item("VotingPowerEmaAlpha", "voting_power_ema_alpha", (U16,), U64, 3570000000000000),
    Item("ImmuneOwnerUidsLimit", "immune_owner_uids_limit", (U16,), U16, 1),
    Item("SubnetIdentitiesV3", "subnet_identities_v3", (U16,), IDENTITY, None),
    Item("TimelockedWeightCommits", "timelocked_weight_commits", (U16, U64), TIMELOCKED_COMMITS, ()),
    Item("CRV3WeightCommitsV2", "crv3_weight_commits_v2", (U16, U64), TIMELOCKED_COMMITS, ()),
    Item("RootClaimableThreshold", "root_claimable_threshold", (U16,), I128, 2147483648000000),
    Item("RootClaimable", "root_claimable", (ACCOUNT,), tuple[tuple[U16, I128], ...], ()),
    Item("RootClaimed", "root_claimed", (U16, ACCOUNT, ACCOUNT), U128, 0),
    Item("RootClaimType", "root_claim_type", (ACCOUNT,), ROOT_CLAIM_TYPE, ("Swap", ())),
    Item("StakingColdkeysByIndex", "staking_coldkeys_by_index", (U64,), ACCOUNT, None),
    Item("StakingColdkeys", "staking_coldkeys", (ACCOUNT,), U64, None),
    Item("NumStakingColdkeys", "num_staking_coldkeys", (), U64, 0),
    Item("NumRootClaim", "num_root_claim", (), U64, 5),
    Item("SubnetLeases", "subnet_leases", (U32,), LEASE, None),
    Item("SubnetLeaseShares", "subnet_lease_shares", (U32, ACCOUNT), U128, 0),
    Item("SubnetUidToLeaseId", "subnet_uid_to_lease_id", (U16,), U32, None),
    Item("NextSubnetLeaseId", "next_subnet_lease_id", (), U32, 0),
    Item("AccumulatedLeaseDividends", "accumulated_lease_dividends", (U32,), U64, 0),
    Item("CommitRevealWeightsVersion", "commit_reveal_weights_version", (), U16, 4),
    Item("NetworkRegistrationStartBlock", "network_registration_start_block", (), U64, 0),
    Item("TaoInRefundDeploymentBlock", "tao_in_refund_deployment_block", (), U64, 0),
    Item("MinNonImmuneUids", "min_non_immune_uids", (U16,), U16, 10),
    Item("MaxMechanismCount", "max_mechanism_count", (), U8, 2),
    Item("MechanismCountCurrent", "mechanism_count_current", (U16,), U8, 1),
    Item("MechanismEmissionSplit", "mechanism_emission_split", (U16,), U16_VECTOR, None),
    Item("BurnHalfLife", "burn_half_life", (U16,), U16, 360),
    Item("BurnIncreaseMult", "burn_increase_mult", (U16,), U128, 23242897532874035200),
    Item("AutoParentDelegationEnabled", "auto_parent_delegation_enabled", (ACCOUNT,), BOOL, True),
    # Kept for the pallet by other pallets.
    Item("AlphaAssets.TotalAlphaIssuance", "alpha_assets_total_alpha_issuance", (U16,), U64, 0),
    Item("AlphaAssets.AlphaBurned", "alpha_assets_alpha_burned", (U16,), U64, 0),
    Item("AlphaAssets.AlphaRecycled", "alpha_assets_alpha_recycled", (U16,), U64, 0),
    Item("Swap.FeeRate", "swap_fee_rate", (U16,), U16, 33),
    # The weight of TAO in the pool, in parts of 10^18.
    Item("Swap.SwapBalancer", "swap_swap_balancer", (U16,), U64, 500000000000000000),
    Item("Swap.PalSwapInitialized", "swap_pal_swap_initialized", (U16,), BOOL, False),
    Item("Swap.ScrapReservoirAlpha", "swap_scrap_reservoir_alpha", (U16,), U64, 0),
    # A pulse as a node encodes it: the rules only check its presence.
    Item("Drand.Pulses", "drand_pulses", (U64,), BYTES, None),
    Item("Drand.LastStoredRound", "drand_last_stored_round", (), U64, 0),
)
"""Items of 424 that 277 did not have, in the order of their declaration, and the one whose kind changed."""

BETWEEN = (Item("StakingOperationRateLimiter", "staking_operation_rate_limiter", (ACCOUNT, ACCOUNT, U16), BOOL, False),)
"""Items that only runtimes in between have."""

WIDENED: Mapping[str, Unit] = {"AlphaSigmoidSteepness": I32}
"""Items whose values are u16 in one layout and i16 in another, and a unit that covers both."""


def added(*names: str) -> tuple[Item, ...]:
    """The items of these names among those that 277 did not have, for the layouts of runtimes in between. Raises: KeyError."""
    by_name = {item.name: item for item in (*ADDED, *BETWEEN)}
    return tuple(by_name[name] for name in names)
