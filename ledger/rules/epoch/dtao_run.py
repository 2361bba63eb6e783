"""What epochs read from storage in the first runtimes with alpha, 233 to 272. Functions are named with their first spec_version.

Source: subtensor epoch/run_epoch.rs::epoch, spec_versions 233 and 252.
"""

from typing import Any

from neuron_ledger.ledger.rules.epoch.run import fields_at_all_times
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.registration.uids import owner_uid
from neuron_ledger.ledger.rules.stake.positions import get_stake_weights_for_network
from neuron_ledger.ledger.runtime import Tx


def read_epoch_233(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """Everything that the epoch of a subnet reads from storage. All stake counts; there is no Yuma 3."""
    return EpochInput(**_fields_233(tx, netuid, mechanism, emission))


def read_epoch_252(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same; the owner's weight for itself counts."""
    return EpochInput(**{**_fields_233(tx, netuid, mechanism, emission), "owner_uid": owner_uid(tx.storage, netuid)})


def _fields_233(tx: Tx, netuid: int, mechanism: int, emission: int) -> dict[str, Any]:
    storage = tx.storage
    alpha_low, alpha_high = storage.alpha_values[netuid]
    return {
        **fields_at_all_times(tx, netuid, mechanism, emission),
        "total_stake_bits": get_stake_weights_for_network(tx, netuid),
        "stake_threshold": 0,
        "bonds_penalty": storage.bonds_penalty[netuid],
        "yuma3": False,
        "liquid_alpha": storage.liquid_alpha_on[netuid],
        "alpha_low": alpha_low,
        "alpha_high": alpha_high,
        "alpha_sigmoid_steepness": 0,
        "owner_uid": None,
    }
