"""Epochs on storage: when they run, what they read, and what they leave."""

from events.consensus import EpochCompleted
from ledger.rules import tempo
from ledger.rules.dividends import Emission
from ledger.rules.epoch import EpochInput
from ledger.rules.epoch import run_epoch as results_of
from ledger.rules.netuids import in_key_order
from ledger.rules.stakes import get_stake_weights_for_network
from ledger.rules.uids import owner_uid
from ledger.transaction import Transaction


def should_run_epoch(tx: Transaction, netuid: int) -> bool:
    """Whether the subnet's epoch runs in this block.

    Source: subtensor coinbase/run_coinbase.rs::should_run_epoch, spec_version 277.
    """
    return tempo.should_run_epoch(netuid, tx.storage.tempo[netuid], tx.block)


def run_epoch(tx: Transaction, netuid: int, emission: int) -> list[Emission]:
    """Run a subnet's epoch over an emission of alpha (u64).

    Returns: (hotkey, server's part, validator's part) of every uid that has a hotkey, in the order of the chain's keys.
    Raises: BondTargetOutOfRange.
    Source: subtensor epoch/run_epoch.rs::epoch, spec_version 277.
    """
    results = results_of(epoch_input(tx, netuid, emission))
    tx.emit(
        EpochCompleted(
            netuid=netuid,
            active=results.active,
            rank=results.rank,
            trust=results.trust,
            consensus=results.consensus,
            incentive=results.incentive,
            dividends=results.dividends,
            pruning_scores=results.pruning_scores,
            validator_trust=results.validator_trust,
            stake_weight=results.stake_weight,
            validator_permit=results.validator_permit,
            emission=results.emission,
            bonds=tuple(sorted(results.bonds_written.items())),
        )
    )
    keys = tx.storage.keys
    return [
        (keys[netuid, uid], results.server_emission[uid], results.validator_emission[uid])
        for uid in in_key_order(range(tx.storage.subnetwork_n[netuid]))
        if (netuid, uid) in keys
    ]


def epoch_input(tx: Transaction, netuid: int, emission: int) -> EpochInput:
    """Everything that an epoch reads of a subnet now."""
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
        block_at_registration=[storage.block_at_registration[seat] if seat in storage.keys else 0 for seat in seats],
        total_stake=get_stake_weights_for_network(tx, netuid),
        stake_threshold=storage.stake_threshold.value,
        validator_permit=storage.validator_permit[netuid],
        weights={seat[1]: storage.weights[seat] for seat in seats if seat in storage.weights},
        bonds={seat[1]: storage.bonds[seat] for seat in seats if seat in storage.bonds},
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
