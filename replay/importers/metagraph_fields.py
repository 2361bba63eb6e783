"""The fields of a node's metagraph and neurons-lite answers, and what each holds.

Answers differ from runtime to runtime, and the selective call leaves fields out (null). So few fields are required; of the
others, those present are imported.
"""

from typing import Any

from neuron_ledger.events.storage.items import AXON, ITEMS, PROMETHEUS
from neuron_ledger.events.wire.units import ACCOUNT, BOOL, BYTES, I128, U16, U64, U64_VECTOR, Unit
from neuron_ledger.projections.views.metagraph_info import VECTORS

SUBNET_VALUES = {
    "network_registered_at": "NetworkRegisteredAt",
    "tempo": "Tempo",
    "last_step": "LastMechansimStepBlock",
    "blocks_since_last_step": "BlocksSinceLastStep",
    "alpha_in": "SubnetAlphaIn",
    "alpha_out": "SubnetAlphaOut",
    "tao_in": "SubnetTAO",
    "alpha_out_emission": "SubnetAlphaOutEmission",
    "alpha_in_emission": "SubnetAlphaInEmission",
    "tao_in_emission": "SubnetTaoInEmission",
    "pending_alpha_emission": "PendingEmission",
    "pending_root_emission": "PendingRootDivs",
    "subnet_volume": "SubnetVolume",
    "rho": "Rho",
    "kappa": "Kappa",
    "min_allowed_weights": "MinAllowedWeights",
    "max_weights_limit": "MaxWeightsLimit",
    "weights_version": "WeightsVersionKey",
    "weights_rate_limit": "WeightsSetRateLimit",
    "activity_cutoff": "ActivityCutoff",
    "max_validators": "MaxAllowedValidators",
    "num_uids": "SubnetworkN",
    "max_uids": "MaxAllowedUids",
    "burn": "Burn",
    "difficulty": "Difficulty",
    "registration_allowed": "NetworkRegistrationAllowed",
    "pow_registration_allowed": "NetworkPowRegistrationAllowed",
    "immunity_period": "ImmunityPeriod",
    "min_difficulty": "MinDifficulty",
    "max_difficulty": "MaxDifficulty",
    "min_burn": "MinBurn",
    "max_burn": "MaxBurn",
    "adjustment_alpha": "AdjustmentAlpha",
    "adjustment_interval": "AdjustmentInterval",
    "target_regs_per_interval": "TargetRegistrationsPerInterval",
    "max_regs_per_block": "MaxRegistrationsPerBlock",
    "serving_rate_limit": "ServingRateLimit",
    "commit_reveal_weights_enabled": "CommitRevealWeightsEnabled",
    "commit_reveal_period": "RevealPeriodEpochs",
    "liquid_alpha_enabled": "LiquidAlphaOn",
    "bonds_moving_avg": "BondsMovingAverage",
}
"""Field of the metagraph call → storage item with one value a subnet."""

DIVIDENDS = {
    "alpha_dividends_per_hotkey": "AlphaDividendsPerSubnet",
    "tao_dividends_per_hotkey": "TaoDividendsPerSubnet",
}
"""Field of the metagraph call → storage item with one value a hotkey of the subnet."""

INHERITED = ("alpha_stake", "tao_stake")
"""Fields that are read but not stored: a metagraph's stake excludes what is lent to children and includes what parents lend.

The neurons-lite call shows real stake. Source: subtensor rpc_info/metagraph.rs::get_metagraph, by
get_stake_weights_for_network, spec_version 277.
"""

ESSENTIAL: dict[str, Unit] = {
    "netuid": U16,
    "block": U64,
    "hotkeys": tuple[ACCOUNT, ...],
    "coldkeys": tuple[ACCOUNT, ...],
    "block_at_registration": U64_VECTOR,
}
"""Fields without which the subnet has no neurons."""

PARTS: dict[str, Unit] = {
    "symbol": BYTES,
    "owner_hotkey": ACCOUNT,
    "owner_coldkey": ACCOUNT,
    "moving_price": I128,
    "alpha_high": U16,
    "alpha_low": U16,
    "axons": tuple[AXON, ...],
    **dict.fromkeys(DIVIDENDS, tuple[tuple[ACCOUNT, U64], ...]),
    **dict.fromkeys(INHERITED, U64_VECTOR),
}
"""Fields that are used one by one if present."""

UNITS: dict[str, Unit] = {
    **{field: ITEMS[item].value for field, item in (*SUBNET_VALUES.items(), *VECTORS.items())},
    **ESSENTIAL,
    **PARTS,
}
"""The unit of every field that is read."""

PER_UID = ("hotkeys", "coldkeys", *VECTORS, "axons", "block_at_registration", *INHERITED)
"""Fields with one value a uid."""

MECHANISM = "mechid"
"""The SDK's own field: of which mechanism the metagraph is."""

VIEWS = {"name", "identity", "identities", "subnet_emission", "total_stake", "validators", "commitments", MECHANISM}
"""Known fields that follow from other storage or belong to other pallets, and are not imported."""

LITE_KEYS: dict[str, Unit] = {"hotkey": ACCOUNT, "uid": U16, "netuid": U16}
"""Required fields of a neurons-lite record."""

LITE_ONLY: dict[str, Unit] = {
    "validator_trust": U16,
    "prometheus_info": PROMETHEUS,
    "stake": tuple[tuple[ACCOUNT, U64], ...],
}
"""Fields of a neurons-lite record that the metagraph call does not have."""

IN_BOTH: dict[str, tuple[str, Unit]] = {
    "coldkey": ("coldkeys", ACCOUNT),
    "axon_info": ("axons", AXON),
    "active": ("active", BOOL),
    "validator_permit": ("validator_permit", BOOL),
    "pruning_score": ("pruning_score", U16),
    "last_update": ("last_update", U64),
    "emission": ("emission", U64),
    "dividends": ("dividends", U16),
    "incentive": ("incentives", U16),
    "consensus": ("consensus", U16),
    "trust": ("trust", U16),
    "rank": ("rank", U16),
}
"""Field of a neurons-lite record → that of the metagraph call, which must hold the same, and what it holds."""

Graph = dict[str, Any]
"""The fields of an answer as read; None if one is absent."""
