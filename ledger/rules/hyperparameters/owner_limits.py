"""Rate limits of a subnet owner's calls, and when parameters of a subnet are frozen: since spec_version 320.

Source: subtensor utils/rate_limiting.rs, utils/misc.rs, spec_version 424.
"""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import TxRateLimitExceeded
from neuron_ledger.ledger.rules.epoch.schedule import MIN_TEMPO, schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch
from neuron_ledger.ledger.rules.last_blocks import (
    OWNER_HOTKEY,
    OWNER_HYPERPARAMETER,
    RATE_LIMIT_KEYS_315,
    RATE_LIMIT_KEYS_320,
    rate_limit_key,
)
from neuron_ledger.ledger.rules.numbers.saturating import mul_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

HYPERPARAMETERS = (
    *("Unknown", "ServingRateLimit", "MaxDifficulty", "AdjustmentAlpha", "MaxWeightLimit", "ImmunityPeriod", "MinAllowedWeights"),
    *("Kappa", "Rho", "ActivityCutoff", "PowRegistrationAllowed", "MinBurn", "MaxBurn", "BondsMovingAverage", "BondsPenalty"),
    *("CommitRevealEnabled", "LiquidAlphaEnabled", "AlphaValues", "WeightCommitInterval", "TransferEnabled"),
    *("AlphaSigmoidSteepness", "Yuma3Enabled", "BondsResetEnabled", "ImmuneNeuronLimit", "RecycleOrBurn", "MaxAllowedUids"),
    *("BurnHalfLife", "BurnIncreaseMult", "SubnetEmissionEnabled", "MinChildkeyTake", "ActivityCutoffFactorMilli"),
    "TriggerEpoch",
)
"""The hyperparameters with a rate limit of their own for owners, in the order in which the chain numbers them."""

BLOCKS_BETWEEN_MECHANISMS = 7_200
BLOCKS_BETWEEN_TRIMMINGS = 216_000
BLOCKS_BETWEEN_HOTKEYS = 50_400


@frozen
class OwnerLimit:
    """The rate limit of a subnet owner's call.

    blocks: (storage, netuid) → minimum number of blocks between two of them. item, key: where the block of the last one is
    stored, by (signer, netuid); it is 0 where there was none.
    """

    blocks: Callable[[Storage, int], int]
    item: str
    key: Callable[[Origin, int], Any]


def ensure_not_too_soon(tx: Tx, limit: OwnerLimit, origin: Origin, netuid: int) -> None:
    """Refuse an owner's call that comes too soon after the last one. Raises: TxRateLimitExceeded.

    Source: subtensor utils/rate_limiting.rs::passes_rate_limit_on_subnet, spec_version 277.
    """
    last, blocks = tx.storage.map(limit.item)[limit.key(origin, netuid)], limit.blocks(tx.storage, netuid)
    if last and sub_u64(tx.block, last) < blocks:
        raise TxRateLimitExceeded(signer=origin, netuid=netuid, allowed_from=last + blocks)


def note(tx: Tx, limit: OwnerLimit, origin: Origin, netuid: int) -> None:
    """Note the block of a call."""
    tx.storage.map(limit.item)[limit.key(origin, netuid)] = tx.block


# ---------------------------------------------------------------------------------------------------------- the limits


def _of_kind(kind: int, blocks: Callable[[Storage, int], int]) -> OwnerLimit:
    """A limit that is kept by owner, subnet and kind of transaction."""
    return OwnerLimit(blocks, "TransactionKeyLastBlock", lambda owner, netuid: (owner, netuid, kind))


def _some_tempos(storage: Storage, netuid: int) -> int:
    return mul_u64(storage.tempo[netuid], storage.owner_hyperparam_rate_limit.value)


def parameter_key(name: str, netuid: int) -> bytes:
    """The key of LastRateLimitedBlock for one of `HYPERPARAMETERS`, as a node encodes it."""
    fields = netuid.to_bytes(2, "little") + bytes([HYPERPARAMETERS.index(name)])
    return rate_limit_key(RATE_LIMIT_KEYS_320, OWNER_HYPERPARAMETER, fields)


def of_parameter(name: str) -> OwnerLimit:
    """Once in several tempos, for each of `HYPERPARAMETERS` separately."""
    return OwnerLimit(_some_tempos, "LastRateLimitedBlock", lambda _, netuid: parameter_key(name, netuid))


def _hotkey_key(netuid: int) -> bytes:
    return rate_limit_key(RATE_LIMIT_KEYS_315, OWNER_HOTKEY, netuid.to_bytes(2, "little"))


OWNER_HOTKEY_LIMIT = OwnerLimit(lambda *_: BLOCKS_BETWEEN_HOTKEYS, "LastRateLimitedBlock", lambda _, netuid: _hotkey_key(netuid))
VERSION_KEY = _of_kind(4, lambda storage, netuid: mul_u64(storage.tempo[netuid], storage.weights_version_key_rate_limit.value))
MECHANISM_COUNT = _of_kind(7, lambda *_: BLOCKS_BETWEEN_MECHANISMS)
MECHANISM_EMISSION = _of_kind(8, lambda *_: BLOCKS_BETWEEN_MECHANISMS)
TRIMMING = _of_kind(9, lambda *_: BLOCKS_BETWEEN_TRIMMINGS)
TEMPO_423 = _of_kind(11, lambda *_: MIN_TEMPO)


# ----------------------------------------------------------------------------------------------------------- the freeze


def never_frozen(_tx: Tx, _netuid: int) -> bool:
    """Until spec_version 320 parameters may be set in every block."""
    return False


def frozen_before_epoch_320(tx: Tx, netuid: int) -> bool:
    """Whether the subnet's epoch is near. Source: subtensor utils/misc.rs::is_in_admin_freeze_window, spec_version 320."""
    tempo, window = tx.storage.tempo[netuid], tx.storage.admin_freeze_window.value
    return tempo != 0 and blocks_until_next_epoch(netuid, tempo, tx.block) < window


def frozen_before_epoch_423(tx: Tx, netuid: int) -> bool:
    """Whether the subnet's epoch is near by its schedule, or triggered.

    Source: subtensor utils/misc.rs::is_in_admin_freeze_window, spec_version 424.
    """
    schedule = schedule_of(tx.storage, netuid)
    if schedule.tempo == 0:
        return False
    window = tx.storage.admin_freeze_window.value
    return schedule.pending_epoch_at > tx.block or schedule.blocks_until_next_auto_epoch(tx.block) < window
