"""Hyperparameters: one table of name → storage item, the chain's event, the chain's privileged call and its argument.

It lists those of all runtimes. A layout has those whose items it has; which of the calls exist, and where a value was kept that
had another item then, is defined by a runtime.

Source: subtensor utils/misc.rs (setters and events), pallets/admin-utils and macros/dispatches.rs (names of the calls),
spec_versions 103 to 424.
"""

from collections.abc import Mapping

from attrs import evolve, frozen

from neuron_ledger.events.storage.items import ITEMS, Item
from neuron_ledger.events.storage.items_424 import ADDED, WIDENED
from neuron_ledger.events.storage.items_before import BEFORE_277
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError, did_you_mean
from neuron_ledger.events.wire.units import BOOL

_ITEMS = {item.name: item for item in (*BEFORE_277, *ADDED, *ITEMS.values())}
_ITEMS |= {name: evolve(_ITEMS[name], value=unit) for name, unit in WIDENED.items()}


@frozen
class Hyperparameter:
    """One parameter.

    name: as in the pallet's setter `set_<name>`, or in the privileged call where there is no setter. item: its storage item.
    deposit: the chain's event of a change, if it has one. call, argument: the chain's privileged call (None where the chain has
    only the setter) and its name for the value.
    whole_chain: one value for all subnets. named: whether the arguments of the chain's event have names. beside: another item
    that setting it also changes.
    """

    name: str
    item: str
    deposit: str | None
    call: str | None
    argument: str
    whole_chain: bool = False
    named: bool = False
    beside: str | None = None

    @property
    def storage_item(self) -> Item:
        """Its item, whose unit covers the values of any runtime."""
        return _ITEMS[self.item]

    @property
    def is_flag(self) -> bool:
        return bool(self.storage_item.value == BOOL)

    def check(self, value: int) -> None:
        """Refuse a value that the storage item cannot hold; flags are 0 and 1. Raises: FieldError."""
        if not self.is_flag:
            read(people, value, self.storage_item.value, self.name)
        elif value not in (0, 1):
            raise FieldError(self.name, "0 or 1", value)


def hyperparameter(name: str) -> Hyperparameter:
    """The hyperparameter of that name. Raises: FieldError, which suggests the most similar name."""
    try:
        return HYPERPARAMETERS[name]
    except KeyError:
        raise FieldError("name", "the name of a hyperparameter" + did_you_mean(name, HYPERPARAMETERS), name) from None


def _of_subnet(
    name: str, item: str, deposit: str | None, argument: str | None = None, call: str = "", named: bool = False
) -> Hyperparameter:
    return Hyperparameter(name, item, deposit, call or f"sudo_set_{name}", argument or name, named=named)


def _of_chain(name: str, item: str, deposit: str | None, argument: str | None = None, call: str = "") -> Hyperparameter:
    return Hyperparameter(name, item, deposit, call or f"sudo_set_{name}", argument or name, whole_chain=True)


_TABLE = (
    # Registration.
    _of_subnet("network_registration_allowed", "NetworkRegistrationAllowed", "RegistrationAllowed", "registration_allowed"),
    _of_subnet(
        "network_pow_registration_allowed", "NetworkPowRegistrationAllowed", "PowRegistrationAllowed", "registration_allowed"
    ),
    _of_subnet("max_registrations_per_block", "MaxRegistrationsPerBlock", "MaxRegistrationsPerBlockSet"),
    _of_subnet("target_registrations_per_interval", "TargetRegistrationsPerInterval", "RegistrationPerIntervalSet"),
    _of_subnet("adjustment_interval", "AdjustmentInterval", "AdjustmentIntervalSet"),
    _of_subnet("adjustment_alpha", "AdjustmentAlpha", "AdjustmentAlphaSet"),
    _of_subnet("burn", "Burn", None),
    _of_subnet("min_burn", "MinBurn", "MinBurnSet"),
    _of_subnet("max_burn", "MaxBurn", "MaxBurnSet"),
    _of_subnet("difficulty", "Difficulty", "DifficultySet"),
    _of_subnet("min_difficulty", "MinDifficulty", "MinDifficultySet"),
    _of_subnet("max_difficulty", "MaxDifficulty", "MaxDifficultySet"),
    _of_subnet("rao_recycled", "RAORecycledForRegistration", "RAORecycledForRegistrationSet"),
    _of_subnet("max_allowed_uids", "MaxAllowedUids", "MaxAllowedUidsSet"),
    _of_subnet("immunity_period", "ImmunityPeriod", "ImmunityPeriodSet"),
    _of_subnet("burn_half_life", "BurnHalfLife", None),
    _of_subnet("burn_increase_mult", "BurnIncreaseMult", None),
    _of_subnet("min_allowed_uids", "MinAllowedUids", "MinAllowedUidsSet"),
    _of_subnet("min_non_immune_uids", "MinNonImmuneUids", "MinNonImmuneUidsSet", "min"),
    _of_subnet("owner_immune_neuron_limit", "ImmuneOwnerUidsLimit", None, "immune_neurons"),
    # Serving.
    _of_subnet("serving_rate_limit", "ServingRateLimit", "ServingRateLimitSet"),
    # Weights.
    _of_subnet("min_allowed_weights", "MinAllowedWeights", "MinAllowedWeightSet"),
    _of_subnet("max_weight_limit", "MaxWeightsLimit", "MaxWeightLimitSet"),
    _of_subnet("weights_version_key", "WeightsVersionKey", "WeightsVersionKeySet"),
    _of_subnet("weights_set_rate_limit", "WeightsSetRateLimit", "WeightsSetRateLimitSet"),
    _of_subnet("commit_reveal_weights_enabled", "CommitRevealWeightsEnabled", "CommitRevealEnabled", "enabled"),
    _of_subnet(
        "reveal_period", "RevealPeriodEpochs", "CommitRevealPeriodsSet", "interval", "sudo_set_commit_reveal_weights_interval"
    ),
    _of_chain("stake_threshold", "StakeThreshold", "StakeThresholdSet", "min_stake"),
    _of_chain("commit_reveal_version", "CommitRevealWeightsVersion", "CommitRevealVersionSet", "version"),
    # Mechanisms.
    _of_subnet("mechanism_count", "MechanismCountCurrent", None),
    _of_chain("max_mechanism_count", "MaxMechanismCount", None),
    # The epoch.
    _of_subnet("tempo", "Tempo", "TempoSet"),
    Hyperparameter("tempo_reset", "Tempo", "TempoSet", None, "tempo", beside="LastEpochBlock"),
    Hyperparameter("pending_epoch_at", "PendingEpochAt", None, None, "pending_epoch_at"),
    _of_chain("max_epochs_per_block", "MaxEpochsPerBlock", "MaxEpochsPerBlockSet"),
    _of_subnet("activity_cutoff", "ActivityCutoff", "ActivityCutoffSet"),
    _of_subnet(
        "activity_cutoff_factor_milli",
        "ActivityCutoffFactorMilli",
        "ActivityCutoffFactorMilliSet",
        "factor_milli",
        "set_activity_cutoff_factor",
        named=True,
    ),
    _of_subnet("max_allowed_validators", "MaxAllowedValidators", "MaxAllowedValidatorsSet"),
    _of_subnet("kappa", "Kappa", "KappaSet"),
    _of_subnet("rho", "Rho", None),
    _of_subnet("bonds_moving_average", "BondsMovingAverage", "BondsMovingAverageSet"),
    _of_subnet("bonds_penalty", "BondsPenalty", "BondsPenaltySet"),
    _of_subnet("bonds_reset", "BondsResetOn", "BondsResetOnSet", "enabled", "sudo_set_bonds_reset_enabled"),
    _of_subnet("liquid_alpha_enabled", "LiquidAlphaOn", None, "enabled"),
    _of_subnet("alpha_sigmoid_steepness", "AlphaSigmoidSteepness", None, "steepness"),
    _of_subnet("yuma3_enabled", "Yuma3On", None, "enabled"),
    _of_subnet("validator_prune_len", "ValidatorPruneLen", "ValidatorPruneLenSet"),
    _of_subnet("scaling_law_power", "ScalingLawPower", "ScalingLawPowerSet"),
    _of_subnet("voting_power_ema_alpha", "VotingPowerEmaAlpha", "VotingPowerEmaAlphaSet", "alpha", named=True),
    # Stake and emission.
    _of_subnet("subtoken_enabled", "SubtokenEnabled", None),
    _of_subnet("toggle_transfer", "TransferToggle", "TransferToggle", "toggle"),
    _of_subnet("ema_price_halving_period", "EMAPriceHalvingBlocks", None, "ema_halving"),
    _of_chain("subnet_moving_alpha", "SubnetMovingAlpha", None, "alpha"),
    Hyperparameter("tao_weight", "TaoWeight", None, None, "tao_weight", whole_chain=True),
    _of_chain("total_issuance", "TotalIssuance", None),
    _of_chain("nominator_min_required_stake", "NominatorMinRequiredStake", None, "min_stake"),
    _of_chain("subnet_owner_cut", "SubnetOwnerCut", "SubnetOwnerCutSet"),
    _of_subnet("owner_cut_enabled", "OwnerCutEnabled", None, "enabled"),
    _of_subnet("owner_cut_auto_lock_enabled", "OwnerCutAutoLockEnabled", None, "enabled"),
    _of_subnet("subnet_emission_enabled", "SubnetEmissionEnabled", None, "enabled"),
    _of_chain("tao_flow_cutoff", "TaoFlowCutoff", None, "flow_cutoff"),
    _of_chain("tao_flow_normalization_exponent", "FlowNormExponent", None, "exponent"),
    _of_chain("tao_flow_smoothing_factor", "FlowEmaSmoothingFactor", None, "smoothing_factor"),
    _of_chain("net_tao_flow_enabled", "NetTaoFlowEnabled", None, "enabled"),
    _of_chain("ck_burn", "CKBurn", None, "burn"),
    _of_chain("max_delegate_take", "MaxDelegateTake", "MaxDelegateTakeSet", "default_take", "sudo_set_default_take"),
    _of_chain("min_delegate_take", "MinDelegateTake", "MinDelegateTakeSet", "take"),
    _of_chain("tx_delegate_take_rate_limit", "TxDelegateTakeRateLimit", "TxDelegateTakeRateLimitSet", "tx_rate_limit"),
    _of_chain("max_childkey_take", "MaxChildkeyTake", "MaxChildKeyTakeSet", "take"),
    _of_chain("min_childkey_take", "MinChildkeyTake", "MinChildKeyTakeSet", "take"),
    _of_subnet("min_childkey_take_per_subnet", "MinChildkeyTakePerSubnet", "MinChildKeyTakePerSubnetSet", "take"),
    _of_chain("tx_childkey_take_rate_limit", "TxChildkeyTakeRateLimit", "TxChildKeyTakeRateLimitSet", "tx_rate_limit"),
    _of_chain("pending_childkey_cooldown", "PendingChildKeyCooldown", None, "cooldown", "set_pending_childkey_cooldown"),
    _of_chain("tx_rate_limit", "TxRateLimit", "TxRateLimitSet"),
    # Subnets as such.
    _of_chain("network_rate_limit", "NetworkRateLimit", "NetworkRateLimitSet", "rate_limit"),
    _of_chain("network_immunity_period", "NetworkImmunityPeriod", "NetworkImmunityPeriodSet", "immunity_period"),
    _of_chain("network_min_lock", "NetworkMinLockCost", "NetworkMinLockCostSet", "lock_cost", "sudo_set_network_min_lock_cost"),
    _of_chain("lock_reduction_interval", "NetworkLockReductionInterval", "NetworkLockCostReductionIntervalSet", "interval"),
    _of_chain("max_subnets", "SubnetLimit", "SubnetLimitSet", None, "sudo_set_subnet_limit"),
    _of_chain("start_call_delay", "StartCallDelay", "StartCallDelaySet", "delay"),
    _of_chain("admin_freeze_window", "AdminFreezeWindow", "AdminFreezeWindowSet", "window"),
    _of_chain("owner_hparam_rate_limit", "OwnerHyperparamRateLimit", "OwnerHyperparamRateLimitSet", "epochs"),
    _of_chain("coldkey_swap_announcement_delay", "ColdkeySwapAnnouncementDelay", "ColdkeySwapAnnouncementDelaySet", "duration"),
    _of_chain(
        "coldkey_swap_reannouncement_delay", "ColdkeySwapReannouncementDelay", "ColdkeySwapReannouncementDelaySet", "duration"
    ),
    _of_chain("coldkey_swap_schedule_duration", "ColdkeySwapScheduleDuration", "ColdkeySwapScheduleDurationSet", "duration"),
    _of_chain(
        "dissolve_network_schedule_duration",
        "DissolveNetworkScheduleDuration",
        "DissolveNetworkScheduleDurationSet",
        "duration",
    ),
    # Before 277.
    _of_subnet("validator_epoch_len", "ValidatorEpochLen", None, "validator_epoch_length"),
    _of_subnet("validator_batch_size", "ValidatorBatchSize", None),
    _of_subnet("validator_sequence_length", "ValidatorSequenceLength", None),
    _of_subnet("validator_epochs_per_reset", "ValidatorEpochsPerReset", None),
    _of_subnet("validator_exclude_quantile", "ValidatorExcludeQuantile", None),
    _of_subnet("validator_logits_divergence", "ValidatorLogitsDivergence", None),
    _of_subnet("synergy_scaling_law_power", "SynergyScalingLawPower", None),
    _of_chain(
        "senate_required_stake_perc",
        "SenateRequiredStakePercentage",
        None,
        "required_percent",
    ),
    _of_chain("weights_min_stake", "WeightsMinStake", None, "min_stake"),
    _of_chain("target_stakes_per_interval", "TargetStakesPerInterval", None),
    _of_chain("hotkey_emission_tempo", "HotkeyEmissionTempo", None, "emission_tempo"),
    Hyperparameter("default_take", "DefaultTake", None, None, "default_take", whole_chain=True),
    Hyperparameter("max_take", "MaxTake", None, None, "take", whole_chain=True),
    Hyperparameter("min_take", "MinTake", None, None, "take", whole_chain=True),
    Hyperparameter("weight_commit_reveal_interval", "WeightCommitRevealInterval", None, None, "interval"),
)

HYPERPARAMETERS: Mapping[str, Hyperparameter] = {entry.name: entry for entry in _TABLE}
CALLS_OF_HYPERPARAMETERS: Mapping[str, Hyperparameter] = {entry.call: entry for entry in _TABLE if entry.call is not None} | {
    "sudo_set_registration_allowed": HYPERPARAMETERS["network_registration_allowed"],
}
"""By the chain's call; that of `network_registration_allowed` had another name from spec_version 121 to 135."""
