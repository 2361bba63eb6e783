"""Migrations of pending commits, and of the epochs they count: the reference's own.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from neuron_ledger.ledger.rules.mechanisms import netuid_and_mechanism
from neuron_ledger.ledger.rules.migrations.once import clear, once
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, mul_u64, sub_u64
from neuron_ledger.ledger.runtime import Tx


@once("crv3_commits_add_block_v1")
def give_commits_a_block_297(tx: Tx) -> None:
    """Add the first block of its epoch to each pending timelocked commit. Source: migrate_crv3_commits_add_block.rs."""
    storage = tx.storage
    for (netuid, epoch), queue in list(storage.map("CRV3WeightCommits").items()):
        block = sub_u64(mul_u64(epoch, storage.tempo[netuid] + 1), netuid + 1)
        storage.map("CRV3WeightCommitsV2")[netuid, epoch] = tuple((who, block, *sealed) for who, *sealed in queue)
    clear(tx, "CRV3WeightCommits")


@once("migrate_commit_reveal_settings")
def turn_commits_on_306(tx: Tx) -> None:
    """Enable commit-reveal on every subnet except root, with a period of at least one epoch.

    Source: migrate_commit_reveal_settings.rs.
    """
    storage = tx.storage
    for netuid in [netuid for netuid in storage.networks_added if netuid != ROOT]:
        if not storage.commit_reveal_weights_enabled[netuid]:
            storage.commit_reveal_weights_enabled[netuid] = True
        if not storage.reveal_period_epochs[netuid]:
            storage.reveal_period_epochs[netuid] = 1


@once("crv3_v2_to_timelocked_v1")
def move_timelocked_commits_306(tx: Tx) -> None:
    """Move pending timelocked commits to the map of their own. Source: migrate_crv3_v2_to_timelocked.rs."""
    for key, queue in list(tx.storage.map("CRV3WeightCommitsV2").items()):
        tx.storage.timelocked_weight_commits[key] = queue
    clear(tx, "CRV3WeightCommitsV2")


MIN_FACTOR, MAX_FACTOR = 1_000, 50_000
"""Of the activity cutoff, in thousandths of the tempo."""


@once("dynamic_tempo_v1")
def begin_schedules_423(tx: Tx) -> None:
    """Start each subnet's schedule so that its next epoch comes when it would have; epochs go on being counted, also in commits.

    The activity cutoff becomes a part of the tempo. A subnet of tempo 0 has no epochs, and is not changed.
    Source: migrate_dynamic_tempo.rs.
    """
    storage = tx.storage
    for netuid in list(storage.tempo):
        tempo = storage.tempo[netuid]
        if tempo:
            storage.last_epoch_block[netuid] = sub_u64(tx.block, (tx.block + netuid + 1) % (tempo + 1))
            storage.subnet_epoch_index[netuid] = (tx.block + netuid + 1) // (tempo + 1)
            factor = -(-storage.activity_cutoff[netuid] * 1000 // tempo)
            storage.activity_cutoff_factor_milli[netuid] = min(max(factor, MIN_FACTOR), MAX_FACTOR)
    _count_epochs_of_commits(tx)


def _count_epochs_of_commits(tx: Tx) -> None:
    """(hash, block, first, last block of the reveal) becomes (hash, epoch, block, 0)."""
    storage = tx.storage
    for (index, hotkey), queue in list(storage.weight_commits.items()):
        netuid, _ = netuid_and_mechanism(storage, index) or (0, 0)
        tempo = storage.tempo[netuid]
        storage.weight_commits[index, hotkey] = tuple(
            (commit_hash, add_u64(block, netuid + 1) // (tempo + 1), block, 0) for commit_hash, block, *_ in queue or ()
        )
