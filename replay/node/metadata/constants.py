"""The constants of the node's pallets.

Source: subtensor runtime lib.rs (parameter_types), macros/config.rs; the initial values are the defaults of the runtime's
 storage items.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from neuron_ledger.ledger.rules.epoch.schedule import MAX_TEMPO, MIN_TEMPO
from neuron_ledger.ledger.rules.hyperparameters.checks import MAX_ACTIVITY_CUTOFF_FACTOR, MIN_ACTIVITY_CUTOFF_FACTOR
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.node.metadata.storage import MODULE, entry_of
from neuron_ledger.replay.node.types.notation import Shape, shape

SPEC_NAME: Final = "node-subtensor"
TRANSACTION_VERSION: Final = 1
SS58_PREFIX: Final = 42
BLOCK_MILLISECONDS: Final = 12_000
"""The duration of a block on the chain."""
EXISTENTIAL_DEPOSIT: Final = 500
BLOCK_HASH_COUNT: Final = 2400
KEY_SWAP_COST: Final = 100_000_000

_INITIAL: Final[Mapping[str, str]] = {
    "InitialActivityCutoff": "ActivityCutoff",
    "InitialAdjustmentAlpha": "AdjustmentAlpha",
    "InitialAdjustmentInterval": "AdjustmentInterval",
    "InitialAlphaSigmoidSteepness": "AlphaSigmoidSteepness",
    "InitialBondsMovingAverage": "BondsMovingAverage",
    "InitialBondsPenalty": "BondsPenalty",
    "InitialBondsResetOn": "BondsResetOn",
    "InitialBurn": "Burn",
    "InitialColdkeySwapAnnouncementDelay": "ColdkeySwapAnnouncementDelay",
    "InitialColdkeySwapReannouncementDelay": "ColdkeySwapReannouncementDelay",
    "InitialDefaultChildKeyTake": "ChildkeyTake",
    "InitialDefaultDelegateTake": "Delegates",
    "InitialDifficulty": "Difficulty",
    "InitialImmunityPeriod": "ImmunityPeriod",
    "InitialKappa": "Kappa",
    "InitialMaxAllowedUids": "MaxAllowedUids",
    "InitialMaxAllowedValidators": "MaxAllowedValidators",
    "InitialMaxBurn": "MaxBurn",
    "InitialMaxChildKeyTake": "MaxChildkeyTake",
    "InitialMaxDifficulty": "MaxDifficulty",
    "InitialMaxRegistrationsPerBlock": "MaxRegistrationsPerBlock",
    "InitialMinAllowedUids": "MinAllowedUids",
    "InitialMinAllowedWeights": "MinAllowedWeights",
    "InitialMinBurn": "MinBurn",
    "InitialMinChildKeyTake": "MinChildkeyTake",
    "InitialMinDelegateTake": "MinDelegateTake",
    "InitialMinDifficulty": "MinDifficulty",
    "InitialNetworkImmunityPeriod": "NetworkImmunityPeriod",
    "InitialNetworkLockReductionInterval": "NetworkLockReductionInterval",
    "InitialNetworkMinLockCost": "NetworkMinLockCost",
    "InitialNetworkRateLimit": "NetworkRateLimit",
    "InitialRho": "Rho",
    "InitialServingRateLimit": "ServingRateLimit",
    "InitialStartCallDelay": "StartCallDelay",
    "InitialSubnetOwnerCut": "SubnetOwnerCut",
    "InitialTaoWeight": "TaoWeight",
    "InitialTargetRegistrationsPerInterval": "TargetRegistrationsPerInterval",
    "InitialTempo": "Tempo",
    "InitialTxChildKeyTakeRateLimit": "TxChildkeyTakeRateLimit",
    "InitialTxDelegateTakeRateLimit": "TxDelegateTakeRateLimit",
    "InitialTxRateLimit": "TxRateLimit",
    "InitialWeightsVersionKey": "WeightsVersionKey",
}
"""Constants of the pallet, and the item whose default each is."""


@frozen
class Constant:
    """A constant of a pallet, as input of the codec."""

    pallet: str
    name: str
    kind: Shape
    value: Any


def runtime_version(spec_version: int) -> tuple[Any, ...]:
    """The value of `RuntimeVersion`."""
    return (SPEC_NAME, SPEC_NAME, 1, spec_version, 1, (), TRANSACTION_VERSION, 1)


def constants_of(rules: Runtime) -> Iterator[Constant]:
    """All constants of a runtime."""
    yield Constant("System", "BlockHashCount", shape("u32"), BLOCK_HASH_COUNT)
    yield Constant("System", "Version", shape("RuntimeVersion"), runtime_version(rules.spec_version))
    yield Constant("System", "SS58Prefix", shape("u16"), SS58_PREFIX)
    yield Constant("Timestamp", "MinimumPeriod", shape("u64"), BLOCK_MILLISECONDS // 2)
    yield Constant("Aura", "SlotDuration", shape("u64"), BLOCK_MILLISECONDS)
    yield Constant("Balances", "ExistentialDeposit", shape("u64"), EXISTENTIAL_DEPOSIT)
    yield Constant(MODULE, "KeySwapCost", shape("u64"), KEY_SWAP_COST)
    if "ActivityCutoffFactorMilli" in rules.layout.items:
        yield Constant(MODULE, "MinTempo", shape("u16"), MIN_TEMPO)
        yield Constant(MODULE, "MaxTempo", shape("u16"), MAX_TEMPO)
        yield Constant(MODULE, "MinActivityCutoffFactorMilli", shape("u32"), MIN_ACTIVITY_CUTOFF_FACTOR)
        yield Constant(MODULE, "MaxActivityCutoffFactorMilli", shape("u32"), MAX_ACTIVITY_CUTOFF_FACTOR)
    for name, item in _INITIAL.items():
        if item in rules.layout.items:
            entry = entry_of(rules.layout.item(item))
            yield Constant(MODULE, name, entry.value, entry.default)
