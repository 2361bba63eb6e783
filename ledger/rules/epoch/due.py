"""Epochs on storage: when one is due, what it reads of its subnet, and what becomes of its results."""

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules import tempo
from neuron_ledger.ledger.rules.epoch import epoch
from neuron_ledger.ledger.rules.epoch.bonds import BondTargetOutOfRange
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochInputError, EpochResult, HotkeyEmission
from neuron_ledger.ledger.rules.netuids import in_key_order
from neuron_ledger.ledger.rules.registration.uids import owner_uid
from neuron_ledger.ledger.rules.stake.positions import get_stake_weights_for_network
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.maps import StorageMap


def should_run_epoch(tx: Transaction, netuid: int) -> bool:
    """Whether the subnet's epoch runs in this block.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 277.
    """
    return tempo.should_run_epoch(netuid, tx.storage.tempo[netuid], tx.block)


def run_epoch(tx: Transaction, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Run the subnet's epoch on an emission of alpha, and record its results.

    Returns: what each uid earned, in the chain's order of uids.
    Raises: CannotGoOn where a stored row of bonds names a uid that the subnet does not have, or a vector has not one entry a uid.
    Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
    """
    try:
        result = epoch.run_epoch(epoch_input(tx, netuid, emission))
    except (BondTargetOutOfRange, EpochInputError) as error:
        raise CannotGoOn(f"the epoch of subnet {netuid} in block {tx.block} cannot run: {error}") from error
    tx.emit(epoch_completed(netuid, result))
    keys = tx.storage.keys
    return [
        (keys[netuid, uid], result.server_emission[uid], result.validator_emission[uid])
        for uid in in_key_order(range(tx.storage.subnetwork_n[netuid]))
        if (netuid, uid) in keys
    ]


def epoch_completed(netuid: int, result: EpochResult) -> EpochCompleted:
    """The event that records an epoch's results."""
    return EpochCompleted(
        netuid=netuid,
        active=result.active,
        rank=result.rank,
        trust=result.trust,
        consensus=result.consensus,
        incentive=result.incentive,
        dividends=result.dividends,
        pruning_scores=result.pruning_scores,
        validator_trust=result.validator_trust,
        stake_weight=result.stake_weight,
        validator_permit=result.validator_permit,
        emission=result.emission,
        bonds=tuple(sorted(result.bonds_written.items())),
    )


def epoch_input(tx: Transaction, netuid: int, emission: int) -> EpochInput:
    """What stands in storage of all that a subnet's epoch reads."""
    storage = tx.storage
    n = storage.subnetwork_n[netuid]
    seats = [(netuid, uid) for uid in range(n)]
    alpha_low, alpha_high = storage.alpha_values[netuid]
    return EpochInput(
        n=n,
        block=tx.block,
        tempo=storage.tempo[netuid],
        activity_cutoff=storage.activity_cutoff[netuid],
        last_update=storage.last_update[netuid],
        block_at_registration=tuple([storage.block_at_registration[seat] if seat in storage.keys else 0 for seat in seats]),
        total_stake_bits=get_stake_weights_for_network(tx, netuid),
        stake_threshold=storage.stake_threshold.value,
        validator_permit=storage.validator_permit[netuid],
        weights=_rows(storage.weights, netuid, n),
        bonds=_rows(storage.bonds, netuid, n),
        kappa=storage.kappa[netuid],
        bonds_penalty=storage.bonds_penalty[netuid],
        bonds_moving_average=storage.bonds_moving_average[netuid],
        max_allowed_validators=storage.max_allowed_validators[netuid],
        yuma3=storage.yuma3_on[netuid],
        liquid_alpha=storage.liquid_alpha_on[netuid],
        alpha_low=alpha_low,
        alpha_high=alpha_high,
        alpha_sigmoid_steepness=storage.alpha_sigmoid_steepness[netuid],
        owner_uid=owner_uid(storage, netuid),
        rao_emission=emission,
    )


def _rows(table: StorageMap[tuple[int, int], bytes], netuid: int, n: int) -> dict[int, bytes]:
    """The stored rows of a subnet's uids."""
    return {uid: table[netuid, uid] for uid in range(n) if (netuid, uid) in table}
