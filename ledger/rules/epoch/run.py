"""Epochs on storage: when one is due, what it reads from its subnet, and how its results are recorded."""

from typing import Any

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.steps import epoch_result, trace_epoch
from neuron_ledger.ledger.rules.epoch.tempo import should_run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochInputError, EpochResult
from neuron_ledger.ledger.rules.netuids import hotkeys_by_uid, in_key_order, known_netuids, seats_of
from neuron_ledger.ledger.rules.registration.uids import owner_uid
from neuron_ledger.ledger.rules.stake.positions import get_stake_weights_for_network
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx
from neuron_ledger.projections.maps import StorageMap


def due_epochs(tx: Tx) -> tuple[int, ...]:
    """The netuids whose epoch runs in this block by their tempo, in key order.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 277.
    """
    tempos = tx.storage.tempo
    return tuple([netuid for netuid in known_netuids(tx.storage) if should_run_epoch(netuid, tempos[netuid], tx.block)])


def run_epoch(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Run the subnet's epoch on an emission of alpha, and record its results.

    Returns: what each uid earned, in the chain's order of uids. Raises: CannotGoOn, as `run_mechanism`.
    Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
    """
    result = run_mechanism(tx, netuid, 0, emission)
    return [
        (hotkey, result.server_emission[uid], result.validator_emission[uid]) for uid, hotkey in seats_in_key_order(tx, netuid)
    ]


def seats_in_key_order(tx: Tx, netuid: int) -> list[tuple[int, bytes]]:
    """(uid, hotkey) of a subnet, in the chain's order."""
    keys = tx.storage.keys
    return [(uid, keys[netuid, uid]) for uid in in_key_order(range(tx.storage.subnetwork_n[netuid])) if (netuid, uid) in keys]


def run_mechanism(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochResult:
    """Run the epoch of one of a subnet's mechanisms, and record its results. Raises: CannotGoOn, as `compute_mechanism`."""
    result = compute_mechanism(tx, netuid, mechanism, emission)
    tx.emit(epoch_completed(tx.rules.storage_index(netuid, mechanism), result, tx.rules.layout))
    return result


def compute_mechanism(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochResult:
    """The result of the epoch of one of a subnet's mechanisms; nothing is recorded.

    Raises: CannotGoOn where a stored row of bonds names a uid that the subnet does not have, or a vector does not have one entry
    per uid.
    """
    try:
        return epoch_result(trace_epoch(tx.rules.read_epoch(tx, netuid, mechanism, emission), steps=tx.rules.epoch))
    except (BondTargetOutOfRange, EpochInputError) as error:
        raise CannotGoOn(f"the epoch of subnet {netuid} in block {tx.block} cannot run: {error}") from error


def epoch_completed(netuid: int, result: EpochResult, layout: Layout) -> EpochCompleted:
    """The event that records an epoch's results, as far as the layout has items for them."""
    vectors = (
        ("Active", result.active),
        ("Rank", result.rank),
        ("Trust", result.trust),
        ("Consensus", result.consensus),
        ("Incentive", result.incentive),
        ("Dividends", result.dividends),
        ("PruningScores", result.pruning_scores),
        ("ValidatorTrust", result.validator_trust),
        ("StakeWeight", result.stake_weight),
        ("ValidatorPermit", result.validator_permit),
        ("Emission", result.emission),
    )
    return EpochCompleted(
        netuid=netuid,
        vectors=tuple([(name, values) for name, values in vectors if name in layout.items]),
        bonds=tuple(sorted(result.bonds_written.items())),
    )


def read_epoch(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """Everything that the epoch of a subnet's mechanism reads from storage."""
    return EpochInput(**epoch_fields(tx, netuid, mechanism, emission))


def epoch_fields(tx: Tx, netuid: int, mechanism: int, emission: int) -> dict[str, Any]:
    """The same by the names of its fields; later runtimes read some of them differently."""
    storage = tx.storage
    alpha_low, alpha_high = storage.alpha_values[netuid]
    return {
        **fields_at_all_times(tx, netuid, mechanism, emission),
        "total_stake_bits": get_stake_weights_for_network(tx, netuid),
        "stake_threshold": storage.stake_threshold.value,
        "bonds_penalty": storage.bonds_penalty[netuid],
        "yuma3": storage.yuma3_on[netuid],
        "liquid_alpha": storage.liquid_alpha_on[netuid],
        "alpha_low": alpha_low,
        "alpha_high": alpha_high,
        "alpha_sigmoid_steepness": storage.alpha_sigmoid_steepness[netuid],
        "owner_uid": owner_uid(storage, netuid),
    }


def fields_at_all_times(tx: Tx, netuid: int, mechanism: int, emission: int) -> dict[str, Any]:
    """What every epoch reads, in any runtime."""
    storage, index = tx.storage, tx.rules.storage_index(netuid, mechanism)
    n = storage.subnetwork_n[netuid]
    hotkeys, registered = hotkeys_by_uid(storage, netuid), storage.block_at_registration.values_of(seats_of(netuid, n))
    return {
        "n": n,
        "block": tx.block,
        "tempo": storage.tempo[netuid],
        "activity_cutoff": storage.activity_cutoff[netuid],
        "last_update": storage.last_update[index],
        "block_at_registration": tuple([block if hotkey else 0 for hotkey, block in zip(hotkeys, registered, strict=True)]),
        "validator_permit": storage.validator_permit[netuid],
        "weights": _rows(storage.weights, index, n),
        "bonds": _rows(storage.bonds, index, n),
        "kappa": storage.kappa[netuid],
        "bonds_moving_average": storage.bonds_moving_average[netuid],
        "max_allowed_validators": storage.max_allowed_validators[netuid],
        "rao_emission": emission,
    }


def _rows(table: StorageMap[tuple[int, int], bytes], index: int, n: int) -> dict[int, bytes]:
    """The stored rows of a subnet's uids."""
    return {uid: row for uid, row in enumerate(map(table.get, seats_of(index, n))) if row is not None}
