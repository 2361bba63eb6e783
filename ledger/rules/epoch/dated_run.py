"""Epochs on storage by later runtimes: differences in what they read, several mechanisms, and voting power.

Functions are named with the spec_version that introduced them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from neuron_ledger.events.consensus import EpochCompleted, IncentiveAlphaEmittedToMiners, VotingPowerTrackingDisabled
from neuron_ledger.ledger.rules.epoch.commits import earliest_commits
from neuron_ledger.ledger.rules.epoch.mechanisms import put_together, split_emissions
from neuron_ledger.ledger.rules.epoch.run import compute_mechanism, epoch_completed, epoch_fields
from neuron_ledger.ledger.rules.epoch.run import run_epoch as run_epoch_277
from neuron_ledger.ledger.rules.epoch.schedule import activity_cutoff_blocks, is_commit_expired_423, schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import is_commit_expired
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochResult
from neuron_ledger.ledger.rules.epoch.voting_power import moved_voting_power
from neuron_ledger.ledger.rules.netuids import hotkeys_by_uid
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64_MAX
from neuron_ledger.ledger.rules.stake.positions import get_stake_weights_for_network
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx

TIMELOCKED = ("crv3_weight_commits_v2", "timelocked_weight_commits")
"""The items of timelocked commits: from spec_version 297 on, and from 306 on."""

# ---------------------------------------------------------------------------------------------------- what is read


def read_epoch_297(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same, and the block from which each uid is bound by a commit."""
    return EpochInput(**fields_297(tx, netuid, mechanism, emission))


def fields_297(tx: Tx, netuid: int, mechanism: int, emission: int) -> dict[str, Any]:
    storage = tx.storage
    tempo, period = storage.tempo[netuid], storage.reveal_period_epochs[netuid]
    blocks = earliest_commits(
        ((uid, [(block, block) for _, block, _, _ in queue]) for uid, queue in _queues(tx, netuid, mechanism)),
        ((block, [(uid, block)]) for _, uid, block in _timelocked(tx, netuid, mechanism)),
        lambda block: is_commit_expired(netuid, tempo, period, block, tx.block),
    )
    return {**epoch_fields(tx, netuid, mechanism, emission), "commit_blocks": blocks}


def read_epoch_320(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same; a mechanism may keep fewer last updates than there are uids: the others are 0."""
    return EpochInput(**_one_update_a_uid(fields_297(tx, netuid, mechanism, emission)))


def _one_update_a_uid(fields: dict[str, Any]) -> dict[str, Any]:
    updates, n = fields["last_update"], fields["n"]
    if len(updates) == n:
        return fields
    return {**fields, "last_update": updates[:n] + (0,) * (n - len(updates))}


def read_epoch_423(tx: Tx, netuid: int, mechanism: int, emission: int) -> EpochInput:
    """The same, with activity in parts of the tempo, the block of the epoch before, and commits that count epochs."""
    storage = tx.storage
    tempo, period = storage.tempo[netuid], storage.reveal_period_epochs[netuid]
    epoch = schedule_of(storage, netuid).current_epoch(tx.block)
    blocks = earliest_commits(
        ((uid, [(at, block) for _, at, block, _ in queue]) for uid, queue in _queues(tx, netuid, mechanism)),
        ((at, [(uid, block)]) for at, uid, block in _timelocked(tx, netuid, mechanism)),
        lambda committed: is_commit_expired_423(epoch, committed, period),
    )
    fields = _one_update_a_uid(epoch_fields(tx, netuid, mechanism, emission))
    later = {
        "activity_cutoff": activity_cutoff_blocks(storage.activity_cutoff_factor_milli[netuid], tempo),
        "last_step_block": storage.last_mechansim_step_block[netuid],
        "commit_blocks": blocks,
    }
    return EpochInput(**{**fields, **later})


def _queues(tx: Tx, netuid: int, mechanism: int) -> Iterator[tuple[int, Iterable[tuple[bytes, int, int, int]]]]:
    """(uid, its queue of commits), where commit-reveal is on."""
    storage, index = tx.storage, tx.rules.storage_index(netuid, mechanism)
    if storage.commit_reveal_weights_enabled[netuid] and storage.weight_commits:
        for uid in range(storage.subnetwork_n[netuid]):
            queue = storage.weight_commits[index, storage.keys[netuid, uid]]
            if queue:
                yield uid, queue


def _timelocked(tx: Tx, netuid: int, mechanism: int) -> Iterator[tuple[int, int, int]]:
    """(epoch, uid, block) of timelocked commits of the subnet's uids, where commit-reveal is on."""
    storage, index = tx.storage, tx.rules.storage_index(netuid, mechanism)
    if not storage.commit_reveal_weights_enabled[netuid]:
        return
    for table in [getattr(storage, name) for name in TIMELOCKED if hasattr(storage, name)][-1:]:
        for at, epoch in table:
            if at == index:
                for hotkey, block, *_ in table[at, epoch]:
                    uid = storage.uids[netuid, hotkey]
                    if uid is not None:
                        yield epoch, uid, block


# ------------------------------------------------------------------------------------------------------ what is run


def run_epoch_315(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """The same; what miners got is recorded as an event."""
    earned = run_epoch_277(tx, netuid, emission)
    by_uid = {tx.storage.uids[netuid, hotkey]: server for hotkey, server, _ in earned}
    emissions = tuple([by_uid.get(uid, 0) for uid in range(tx.storage.subnetwork_n[netuid])])
    tx.emit(IncentiveAlphaEmittedToMiners(netuid=netuid, emissions=emissions))
    return earned


def run_epoch_320(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Run the epochs of all of the subnet's mechanisms, each on its part of an emission of alpha, and record their results.

    Returns: what each uid earned, by the bytes of the hotkeys. Raises: CannotGoOn, as `compute_mechanism`.
    Source: subtensor subnets/mechanism.rs::epoch_with_mechanisms, spec_version 424.
    """
    storage = tx.storage
    parts = split_emissions(emission, storage.mechanism_count_current[netuid], storage.mechanism_emission_split[netuid])
    results = []
    for mechanism, part in enumerate(parts):
        result = compute_mechanism(tx, netuid, mechanism, part)
        index = tx.rules.storage_index(netuid, mechanism)
        tx.emit(IncentiveAlphaEmittedToMiners(netuid=index, emissions=result.server_emission))
        if mechanism:
            rows = tuple(sorted(result.bonds_written.items()))
            tx.emit(EpochCompleted(netuid=index, vectors=(("Incentive", result.incentive),), bonds=rows))
        results.append(result)
    whole = put_together(results, parts, emission)
    tx.emit(epoch_completed(netuid, whole, tx.rules.layout))
    for step in tx.rules.after_epoch:
        step(tx, netuid, whole)
    hotkeys = sorted([(hotkey, uid) for uid, hotkey in enumerate(hotkeys_by_uid(storage, netuid)) if hotkey is not None])
    return [(hotkey, whole.server_emission[uid], whole.validator_emission[uid]) for hotkey, uid in hotkeys]


def update_voting_power_385(tx: Tx, netuid: int, result: EpochResult) -> None:
    """Update the voting power of validators, where the subnet tracks it; end the tracking if it is due to end.

    Source: subtensor utils/voting_power.rs::update_voting_power_for_subnet, spec_version 424.
    """
    storage = tx.storage
    if not storage.voting_power_tracking_enabled[netuid]:
        return
    if 0 < storage.voting_power_disable_at_block[netuid] <= tx.block:
        _end_tracking(tx, netuid)
        return
    alpha, threshold = storage.voting_power_ema_alpha[netuid], storage.stake_threshold.value
    mechanisms = storage.mechanism_count_current[netuid]
    for uid, bits in enumerate(get_stake_weights_for_network(tx, netuid)):
        key = (netuid, storage.keys[netuid, uid])
        stake = min(mechanisms * I64F64.to_int(bits), U64_MAX)
        moved = moved_voting_power(storage.voting_power[key], stake, alpha, threshold) if result.validator_permit[uid] else None
        if moved is not None:
            storage.voting_power[key] = moved
        elif key in storage.voting_power:
            storage.voting_power.remove(key)
    for key in [key for key in storage.voting_power if key[0] == netuid and not storage.is_network_member[key[1], netuid]]:
        storage.voting_power.remove(key)


def _end_tracking(tx: Tx, netuid: int) -> None:
    storage = tx.storage
    for key in [key for key in storage.voting_power if key[0] == netuid]:
        storage.voting_power.remove(key)
    storage.voting_power_tracking_enabled[netuid] = False
    storage.voting_power_disable_at_block.remove(netuid)
    tx.emit(VotingPowerTrackingDisabled(netuid=netuid))
