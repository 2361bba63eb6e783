"""Event → storage. Assignment only: what happened was decided before it was recorded.

Each event has one function; `fold` finds it by the event's class. An event that changes no storage (a pure notice) has none.
"""

from neuron_ledger.events.commitments import CommitmentSet, TimelockCommitmentSet
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.extrinsics import NonceUsed
from neuron_ledger.events.identities import ChainIdentitySet
from neuron_ledger.events.ledger import RuntimeUpgraded, StorageChanged, StorageObserved
from neuron_ledger.events.parameters import (
    EpochTriggered,
    MechanismEmissionSplitSet,
    RecycleOrBurnSet,
    SubnetOwnerHotkeyChanged,
    VotingPowerTrackingDisableScheduled,
    VotingPowerTrackingEnabled,
)
from neuron_ledger.events.registration import (
    AccountCreated,
    BurnRecycled,
    DelegateAdded,
    NeuronAppended,
    NeuronReplaced,
    PruningScoreSet,
    SenateChanged,
    VectorsObserved,
)
from neuron_ledger.events.serving import AxonServed, CertificateServed, PrometheusServed
from neuron_ledger.events.staking import (
    ChildkeyTakeSet,
    ChildrenScheduled,
    ChildrenSet,
    PendingChildrenDropped,
    StakingHotkeyAdded,
    TakeDecreased,
    TakeIncreased,
)
from neuron_ledger.events.subnets import AlphaValuesSet, HyperparameterSet
from neuron_ledger.events.weights import (
    CRV3WeightsCommitted,
    PulseStored,
    TimelockedCommitsDropped,
    TimelockedCommitsLeft,
    TimelockedWeightsCommitted,
    WeightCommitsDropped,
    WeightsCommitted,
    WeightsSet,
)
from neuron_ledger.events.wire.record import Event
from neuron_ledger.projections import keys, networks
from neuron_ledger.projections.fold_table import Folds, fold_table, folds
from neuron_ledger.projections.networks import stored
from neuron_ledger.projections.storage import Storage


def fold(storage: Storage, event: Event) -> None:
    """Apply one event to storage."""
    function = FOLDS.get(type(event))
    if function is not None:
        function(storage, event)


# ----------------------------------------------------------------------------------------------------- registration


def neuron_appended(storage: Storage, event: NeuronAppended) -> None:
    netuid = event.netuid
    storage.subnetwork_n[netuid] = event.uid + 1
    for name, value in event.values:
        table = storage.map(name)
        table[netuid] = (*table[netuid], stored(table, value))
    _seat(storage, netuid, event.uid, event.hotkey, event.block_at_registration)


def neuron_replaced(storage: Storage, event: NeuronReplaced) -> None:
    netuid, uid = event.netuid, event.uid
    storage.uids.remove((netuid, event.old_hotkey))
    storage.is_network_member.remove((event.old_hotkey, netuid))
    for name, value in event.values:
        table = storage.map(name)
        table.place(netuid, uid, stored(table, value))
    for name in event.cleared:
        for of in (event.old_hotkey, uid):
            storage.map(name).remove((netuid, of))
    _seat(storage, netuid, uid, event.new_hotkey, event.block_at_registration)


def _seat(storage: Storage, netuid: int, uid: int, hotkey: bytes, block: int) -> None:
    storage.keys[netuid, uid] = hotkey
    storage.uids[netuid, hotkey] = uid
    storage.block_at_registration[netuid, uid] = block
    storage.is_network_member[hotkey, netuid] = True


def pruning_score_set(storage: Storage, event: PruningScoreSet) -> None:
    storage.pruning_scores.place(event.netuid, event.uid, event.pruning_score)


def vectors_observed(storage: Storage, event: VectorsObserved) -> None:
    for name, values in event.vectors:
        storage.map(name)[event.netuid] = values


def account_created(storage: Storage, event: AccountCreated) -> None:
    storage.owner[event.hotkey] = event.coldkey
    if event.owned:
        storage.owned_hotkeys.append(event.coldkey, event.hotkey)
    if event.staking:
        storage.staking_hotkeys.append(event.coldkey, event.hotkey)


def burn_recycled(storage: Storage, event: BurnRecycled) -> None:
    storage.rao_recycled_for_registration[event.netuid] = event.rao_recycled


def delegate_added(storage: Storage, event: DelegateAdded) -> None:
    storage.delegates[event.hotkey] = event.take


def senate_changed(storage: Storage, event: SenateChanged) -> None:
    storage.senate_members.value = event.members


def chain_identity_set(storage: Storage, event: ChainIdentitySet) -> None:
    storage.identities_v2[event.coldkey] = event.identity


# ---------------------------------------------------------------------------------------------------------- serving


def axon_served(storage: Storage, event: AxonServed) -> None:
    storage.axons[event.netuid, event.hotkey] = event.axon


def certificate_served(storage: Storage, event: CertificateServed) -> None:
    storage.neuron_certificates[event.netuid, event.hotkey] = event.certificate


def prometheus_served(storage: Storage, event: PrometheusServed) -> None:
    storage.prometheus[event.netuid, event.hotkey] = event.prometheus


# ------------------------------------------------------------------------------------------------ weights and epochs


def weights_set(storage: Storage, event: WeightsSet) -> None:
    storage.weights[event.netuid, event.uid] = event.row
    if event.last_update is not None:
        storage.last_update.place(event.netuid, event.uid, event.last_update)


def weights_committed(storage: Storage, event: WeightsCommitted) -> None:
    storage.weight_commits[event.netuid, event.hotkey] = event.commits
    if event.last_update is not None:
        storage.last_update.place(event.netuid, event.uid, event.last_update)


def weight_commits_dropped(storage: Storage, event: WeightCommitsDropped) -> None:
    if event.commits:
        storage.weight_commits[event.netuid, event.hotkey] = event.commits
    else:
        storage.weight_commits.remove((event.netuid, event.hotkey))


def timelocked_commit_made(storage: Storage, event: CRV3WeightsCommitted | TimelockedWeightsCommitted) -> None:
    queues, key = storage.map(event.item), (event.netuid, event.epoch)
    block = () if event.block is None else (event.block,)
    queues[key] = (*queues[key], (event.hotkey, *block, event.commit, event.reveal_round))
    if event.last_update is not None:
        storage.last_update.place(event.netuid, event.uid, event.last_update)


def timelocked_commits_dropped(storage: Storage, event: TimelockedCommitsDropped) -> None:
    for epoch in event.epochs:
        storage.map(event.item).remove((event.netuid, epoch))


def timelocked_commits_left(storage: Storage, event: TimelockedCommitsLeft) -> None:
    storage.map(event.item)[event.netuid, event.epoch] = event.commits


def pulse_stored(storage: Storage, event: PulseStored) -> None:
    storage.drand_pulses[event.round] = event.pulse
    storage.drand_last_stored_round.value = event.round


def epoch_completed(storage: Storage, event: EpochCompleted) -> None:
    netuid = event.netuid
    for name, values in event.vectors:
        storage.map(name)[netuid] = values
    for uid, row in event.bonds:
        storage.bonds[netuid, uid] = row


# ---------------------------------------------------------------------------------------- stake, subnets, the ledger


def staking_hotkey_added(storage: Storage, event: StakingHotkeyAdded) -> None:
    storage.staking_hotkeys.append(event.coldkey, event.hotkey)


def take_set(storage: Storage, event: TakeIncreased | TakeDecreased) -> None:
    storage.delegates[event.hotkey] = event.take


def pending_children_dropped(storage: Storage, event: PendingChildrenDropped) -> None:
    for netuid in event.netuids:
        storage.pending_child_keys.remove((netuid, event.hotkey))


def children_scheduled(storage: Storage, event: ChildrenScheduled) -> None:
    storage.pending_child_keys[event.netuid, event.hotkey] = (event.children, event.cooldown_block)


def children_set(storage: Storage, event: ChildrenSet) -> None:
    for table, changed in ((storage.child_keys, event.child_keys), (storage.parent_keys, event.parents)):
        for hotkey, links in changed:
            if links is None:
                table.remove((hotkey, event.netuid))
            else:
                table[hotkey, event.netuid] = links
    if event.was_pending:
        storage.pending_child_keys.remove((event.netuid, event.hotkey))


def childkey_take_set(storage: Storage, event: ChildkeyTakeSet) -> None:
    storage.childkey_take[event.hotkey, event.netuid] = event.take


def hyperparameter_set(storage: Storage, event: HyperparameterSet) -> None:
    entry = storage.layout.hyperparameter(event.name)
    table = storage.map(entry.item)
    table[() if entry.whole_chain else event.netuid] = stored(table, event.value)


def alpha_values_set(storage: Storage, event: AlphaValuesSet) -> None:
    storage.alpha_values[event.netuid] = (event.alpha_low, event.alpha_high)


def mechanism_emission_split_set(storage: Storage, event: MechanismEmissionSplitSet) -> None:
    if event.split is None:
        storage.mechanism_emission_split.remove(event.netuid)
    else:
        storage.mechanism_emission_split[event.netuid] = event.split


def subnet_owner_hotkey_changed(storage: Storage, event: SubnetOwnerHotkeyChanged) -> None:
    storage.subnet_owner_hotkey[event.netuid] = event.hotkey


def recycle_or_burn_set(storage: Storage, event: RecycleOrBurnSet) -> None:
    storage.recycle_or_burn[event.netuid] = event.recycle_or_burn


def commitment_set(storage: Storage, event: CommitmentSet | TimelockCommitmentSet) -> None:
    place = event.netuid, event.who
    storage.commitments_commitment_of[place] = event.fields, event.reserved, event.block
    storage.commitments_last_commitment[place] = event.block


def epoch_triggered(storage: Storage, event: EpochTriggered) -> None:
    storage.pending_epoch_at[event.netuid] = event.fires_at


def voting_power_tracking_enabled(storage: Storage, event: VotingPowerTrackingEnabled) -> None:
    storage.voting_power_tracking_enabled[event.netuid] = True
    storage.voting_power_disable_at_block.remove(event.netuid)


def voting_power_tracking_disable_scheduled(storage: Storage, event: VotingPowerTrackingDisableScheduled) -> None:
    storage.voting_power_disable_at_block[event.netuid] = event.disable_at_block


def runtime_upgraded(storage: Storage, event: RuntimeUpgraded) -> None:
    """Switch to the layout of the new runtime; one that is unknown here leaves the layout as it is."""
    storage.last_runtime_upgrade.value = event.spec_version
    storage.adopt(storage.layouts.get(event.spec_version, storage.layout))


def nonce_used(storage: Storage, event: NonceUsed) -> None:
    storage.account_nonce[event.account] = event.next_nonce


def storage_changed(storage: Storage, event: StorageChanged | StorageObserved) -> None:
    for name, entries, removed in event.changes:
        storage.map(name).change(entries, removed)


FOLDS: Folds = fold_table(
    *networks.FOLDS.items(),
    *keys.FOLDS.items(),
    folds(NeuronAppended, neuron_appended),
    folds(NeuronReplaced, neuron_replaced),
    folds(PruningScoreSet, pruning_score_set),
    folds(VectorsObserved, vectors_observed),
    folds(AccountCreated, account_created),
    folds(BurnRecycled, burn_recycled),
    folds(DelegateAdded, delegate_added),
    folds(SenateChanged, senate_changed),
    folds(ChainIdentitySet, chain_identity_set),
    folds(AxonServed, axon_served),
    folds(CertificateServed, certificate_served),
    folds(PrometheusServed, prometheus_served),
    folds(WeightsSet, weights_set),
    folds(WeightsCommitted, weights_committed),
    folds(WeightCommitsDropped, weight_commits_dropped),
    folds(CRV3WeightsCommitted, timelocked_commit_made),
    folds(TimelockedWeightsCommitted, timelocked_commit_made),
    folds(TimelockedCommitsDropped, timelocked_commits_dropped),
    folds(TimelockedCommitsLeft, timelocked_commits_left),
    folds(PulseStored, pulse_stored),
    folds(CommitmentSet, commitment_set),
    folds(TimelockCommitmentSet, commitment_set),
    folds(EpochCompleted, epoch_completed),
    folds(StakingHotkeyAdded, staking_hotkey_added),
    folds(TakeIncreased, take_set),
    folds(TakeDecreased, take_set),
    folds(PendingChildrenDropped, pending_children_dropped),
    folds(ChildrenScheduled, children_scheduled),
    folds(ChildrenSet, children_set),
    folds(ChildkeyTakeSet, childkey_take_set),
    folds(HyperparameterSet, hyperparameter_set),
    folds(AlphaValuesSet, alpha_values_set),
    folds(MechanismEmissionSplitSet, mechanism_emission_split_set),
    folds(SubnetOwnerHotkeyChanged, subnet_owner_hotkey_changed),
    folds(RecycleOrBurnSet, recycle_or_burn_set),
    folds(EpochTriggered, epoch_triggered),
    folds(VotingPowerTrackingEnabled, voting_power_tracking_enabled),
    folds(VotingPowerTrackingDisableScheduled, voting_power_tracking_disable_scheduled),
    folds(RuntimeUpgraded, runtime_upgraded),
    folds(NonceUsed, nonce_used),
    folds(StorageChanged, storage_changed),
    folds(StorageObserved, storage_changed),
)
"""The fold of every event that changes storage."""
