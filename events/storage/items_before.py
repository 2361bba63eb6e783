"""Storage items of runtimes before 277 that no later runtime has in this form.

Source: subtensor lib.rs, spec_versions 103 to 265; 218 of the draft of alpha (commit 1629c559b).
"""

from collections.abc import Container, Mapping
from typing import Final

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, I128, U16, U64, U64_VECTOR

BEFORE_277 = (
    # Stake before alpha: TAO of a coldkey on a hotkey, on the whole chain.
    Item("Stake", "stake", (ACCOUNT, ACCOUNT), U64, 0),
    Item("TotalHotkeyStake", "total_hotkey_stake", (ACCOUNT,), U64, 0),
    Item("TotalColdkeyStake", "total_coldkey_stake", (ACCOUNT,), U64, 0),
    Item("DefaultTake", "default_take", (), U16, 11796),
    Item("MaxTake", "max_take", (), U16, 11796),
    Item("MinTake", "min_take", (), U16, 5898),
    Item("TargetStakesPerInterval", "target_stakes_per_interval", (), U64, 1),
    Item("StakeInterval", "stake_interval", (), U64, 360),
    # By coldkey and hotkey: how many times stake was added or removed, and the block since which this is counted.
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
    # Swaps of coldkeys by arbitration, from 194 to 166: the work that a request takes, the blocks it waits, the coldkeys to swap
    # to, the block until which a coldkey is in arbitration, and the coldkeys whose arbitration ends in a block.
    Item("BaseDifficulty", "base_difficulty", (), U64, 10_000_000),
    Item("ArbitrationPeriod", "arbitration_period", (), U64, 21_600),
    Item("ColdkeySwapDestinations", "coldkey_swap_destinations", (ACCOUNT,), tuple[ACCOUNT, ...], ()),
    Item("ColdkeyArbitrationBlock", "coldkey_arbitration_block", (ACCOUNT,), U64, 0),
    Item("ColdkeysToSwapAtBlock", "coldkeys_to_swap_at_block", (U64,), tuple[ACCOUNT, ...], ()),
    # What hotkeys earned in epochs and are paid once per tempo: from 195 on, until alpha.
    Item("HotkeyEmissionTempo", "hotkey_emission_tempo", (), U64, 7200),
    Item("LastHotkeyEmissionDrain", "last_hotkey_emission_drain", (ACCOUNT,), U64, 0),
    Item("PendingdHotkeyEmission", "pendingd_hotkey_emission", (ACCOUNT,), U64, 0),
    Item("PendingdHotkeyEmissionUntouchable", "pendingd_hotkey_emission_untouchable", (ACCOUNT,), U64, 0),
    # By hotkey and coldkey: the block of the last stake added, and rao added or taken since the hotkey was last paid.
    Item("LastAddStakeIncrease", "last_add_stake_increase", (ACCOUNT, ACCOUNT), U64, 0),
    Item("StakeDeltaSinceLastEmissionDrain", "stake_delta_since_last_emission_drain", (ACCOUNT, ACCOUNT), I128, 0),
    # Ours, for what the scheduler holds: by block, (coldkey, netuid) of the subnets that will end, in order.
    Item("ScheduledDissolutions", "scheduled_dissolutions", (U64,), tuple[tuple[ACCOUNT, U16], ...], ()),
    Item("NetworkMaxStake", "network_max_stake", (U16,), U64, 2**64 - 1),
    # Of the drafts of alpha.
    Item("LastHotkeyColdkeyEmissionOnNetuid", "last_hotkey_coldkey_emission_on_netuid", (ACCOUNT, ACCOUNT, U16), U64, 0),
    Item("AvgTempo", "avg_tempo", (), U16, 360),
    Item("MaxTempo", "max_tempo", (), U16, 30),
    Item("ManagedKeys", "managed_keys", (ACCOUNT,), tuple[ACCOUNT, ...], ()),
    Item("HotkeyDividendsPerSubnet", "hotkey_dividends_per_subnet", (U16, ACCOUNT), U64, 0),
    Item("LocalStake", "local_stake", (U16,), U64_VECTOR, ()),
    Item("GlobalStake", "global_stake", (U16,), U64_VECTOR, ()),
    # The weight of a rao on root: per subnet then, for the whole chain later, under the same name on the chain.
    Item("TaoWeightOnSubnet", "tao_weight_on_subnet", (U16,), U64, 3320413933267719290),
    # Kept until 265, though hardly anything used them any more.
    Item("DynamicBlock", "dynamic_block", (), U64, 0),
    Item("SubnetAlphaEmissionSell", "subnet_alpha_emission_sell", (U16,), U64, 0),
    Item("TotalStakeAtDynamic", "total_stake_at_dynamic", (U16,), U64, 0),
    Item("SubnetName", "subnet_name", (U16,), BYTES, b"\xf0\x9d\x9c\x8f"),
)

ON_CHAIN: Final[Mapping[str, str]] = {"TaoWeightOnSubnet": "TaoWeight"}
"""The on-chain name of items whose name is used here for another item, with keys of another form."""


def name_on_chain(name: str) -> str:
    """The on-chain name of an item of the ledger's storage."""
    return ON_CHAIN.get(name, name)


def name_here(name: str, items: Container[str]) -> str:
    """The ledger's name of an item on a chain. items: those of the chain's layout."""
    return next((ours for ours, theirs in ON_CHAIN.items() if theirs == name and ours in items), name)
