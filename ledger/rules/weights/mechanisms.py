"""Checks of weights and commits since subnets have mechanisms (320), and exempt their owner (397)."""

from neuron_ledger.ledger.rules.mechanisms import ensure_mechanism_exists
from neuron_ledger.ledger.rules.registration.uids import owner_uid
from neuron_ledger.ledger.rules.weights.setting import caller_uid, permit_unless_self_weight, stake_reaches_threshold
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.weights import AskedWeights


def commit_target_320(tx: Tx, netuid: int, mechanism: int) -> None:
    """Raises: MechanismDoesNotExist."""
    ensure_mechanism_exists(tx.storage, netuid, mechanism)


def mechanism_is_there_320(tx: Tx, asked: AskedWeights) -> None:
    """Raises: MechanismDoesNotExist."""
    ensure_mechanism_exists(tx.storage, asked.netuid, asked.mechanism)


def stake_reaches_threshold_397(tx: Tx, asked: AskedWeights) -> None:
    """The subnet owner's uid needs no stake.

    Source: subtensor lib.rs::check_weights_min_stake, spec_version 424.
    """
    owner = owner_uid(tx.storage, asked.netuid)
    if owner is None or tx.storage.uids[asked.netuid, asked.hotkey] != owner:
        stake_reaches_threshold(tx, asked)


def permit_unless_owner_397(tx: Tx, asked: AskedWeights) -> None:
    """The subnet owner's uid needs no permit.

    Source: subtensor subnets/weights.rs::check_validator_permit, spec_version 424.
    """
    if caller_uid(tx, asked.netuid, asked.hotkey) != owner_uid(tx.storage, asked.netuid):
        permit_unless_self_weight(tx, asked)
