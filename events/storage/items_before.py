"""Storage items of runtimes before 277 that no later one has in this form.

Source: subtensor lib.rs, spec_versions 103 to 185.
"""

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import ACCOUNT, U16, U64

BEFORE_277 = (
    # What was staked before there was alpha: TAO of a coldkey on a hotkey, on the whole chain.
    Item("Stake", "stake", (ACCOUNT, ACCOUNT), U64, 0),
    Item("TotalHotkeyStake", "total_hotkey_stake", (ACCOUNT,), U64, 0),
    Item("TotalColdkeyStake", "total_coldkey_stake", (ACCOUNT,), U64, 0),
    Item("DefaultTake", "default_take", (), U16, 11796),
    Item("MaxTake", "max_take", (), U16, 11796),
    Item("MinTake", "min_take", (), U16, 5898),
    Item("TargetStakesPerInterval", "target_stakes_per_interval", (), U64, 1),
    Item("StakeInterval", "stake_interval", (), U64, 360),
    # By coldkey and hotkey: how many stakes were added or removed, and the block since which they are counted.
    Item(
        "TotalHotkeyColdkeyStakesThisInterval",
        "total_hotkey_coldkey_stakes_this_interval",
        (ACCOUNT, ACCOUNT),
        tuple[U64, U64],
        (0, 0),
    ),
    Item("NetworkMinAllowedUids", "network_min_allowed_uids", (), U16, 128),
    Item("NetworkConnect", "network_connect", (U16, U16), U16, None),
    Item("EmissionValues", "emission_values", (U16,), U64, 0),
    Item("WeightsMinStake", "weights_min_stake", (), U64, 0),
    Item("WeightCommitRevealInterval", "weight_commit_reveal_interval", (U16,), U64, 1000),
    Item("NeuronsToPruneAtNextEpoch", "neurons_to_prune_at_next_epoch", (U16,), U16, 0),
    Item("ValidatorEpochLen", "validator_epoch_len", (U16,), U16, 100),
    Item("ValidatorBatchSize", "validator_batch_size", (U16,), U16, 32),
    Item("ValidatorSequenceLength", "validator_sequence_length", (U16,), U16, 256),
    Item("ValidatorEpochsPerReset", "validator_epochs_per_reset", (U16,), U16, 60),
    Item("ValidatorExcludeQuantile", "validator_exclude_quantile", (U16,), U16, 6554),
    Item("ValidatorLogitsDivergence", "validator_logits_divergence", (U16,), U16, 1310),
    Item("SynergyScalingLawPower", "synergy_scaling_law_power", (U16,), U16, 50),
)
