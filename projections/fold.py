"""Event → storage. Assignment only: what happened was decided before it was recorded.

Each event has one function; `fold` finds it by the event's class. An event that changes no storage (a pure notice) has none.
"""

from collections.abc import Callable, Mapping
from typing import Any

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.ledger import RuntimeUpgraded, StorageChanged, StorageObserved
from neuron_ledger.events.registration import (
    AccountCreated,
    BurnRecycled,
    DelegateAdded,
    NeuronAppended,
    NeuronReplaced,
    PruningScoreSet,
    PruningScoresObserved,
    SenateChanged,
)
from neuron_ledger.events.serving import AxonServed, CertificateServed, PrometheusServed
from neuron_ledger.events.staking import (
    ChildkeyTakeSet,
    ChildrenScheduled,
    ChildrenSet,
    PendingChildrenDropped,
    StakingHotkeysSet,
    TakeDecreased,
    TakeIncreased,
)
from neuron_ledger.events.subnets import AlphaValuesSet, HyperparameterSet
from neuron_ledger.events.weights import TimelockedCommitsDropped, WeightCommitsDropped, WeightsCommitted, WeightsSet
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import BOOL
from neuron_ledger.projections import networks
from neuron_ledger.projections.maps import StorageMap
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
    for zeros in (
        storage.rank,
        storage.trust,
        storage.emission,
        storage.consensus,
        storage.incentive,
        storage.dividends,
        storage.pruning_scores,
        storage.validator_trust,
    ):
        zeros[netuid] = (*zeros[netuid], 0)
    storage.active[netuid] = (*storage.active[netuid], True)
    storage.last_update[netuid] = (*storage.last_update[netuid], event.block_at_registration)
    storage.validator_permit[netuid] = (*storage.validator_permit[netuid], False)
    _seat(storage, netuid, event.uid, event.hotkey, event.block_at_registration)


def neuron_replaced(storage: Storage, event: NeuronReplaced) -> None:
    """The newcomer inherits what the chain leaves: LastUpdate, Rank, ValidatorTrust, ValidatorPermit, Weights, Prometheus …"""
    netuid, uid = event.netuid, event.uid
    storage.uids.remove((netuid, event.old_hotkey))
    storage.is_network_member.remove((event.old_hotkey, netuid))
    storage.neuron_certificates.remove((netuid, event.old_hotkey))
    storage.axons.remove((netuid, event.old_hotkey))
    if uid < len(storage.active[netuid]):
        _place(storage.active, netuid, uid, True)
    for cleared in (storage.emission, storage.trust, storage.consensus, storage.incentive, storage.dividends):
        _place(cleared, netuid, uid, 0)
    storage.bonds.remove((netuid, uid))
    _seat(storage, netuid, uid, event.new_hotkey, event.block_at_registration)


def _seat(storage: Storage, netuid: int, uid: int, hotkey: bytes, block: int) -> None:
    storage.keys[netuid, uid] = hotkey
    storage.uids[netuid, hotkey] = uid
    storage.block_at_registration[netuid, uid] = block
    storage.is_network_member[hotkey, netuid] = True


def _place(table: StorageMap[int, tuple[Any, ...]], netuid: int, uid: int, value: Any) -> None:
    """Set one entry of a vector, which is written even where it has no such entry, as on the chain."""
    table.place(netuid, uid, value)


def pruning_score_set(storage: Storage, event: PruningScoreSet) -> None:
    _place(storage.pruning_scores, event.netuid, event.uid, event.pruning_score)


def pruning_scores_observed(storage: Storage, event: PruningScoresObserved) -> None:
    storage.pruning_scores[event.netuid] = event.pruning_scores


def account_created(storage: Storage, event: AccountCreated) -> None:
    storage.owner[event.hotkey] = event.coldkey
    storage.owned_hotkeys[event.coldkey] = event.owned_hotkeys
    storage.staking_hotkeys[event.coldkey] = event.staking_hotkeys


def burn_recycled(storage: Storage, event: BurnRecycled) -> None:
    storage.rao_recycled_for_registration[event.netuid] = event.rao_recycled


def delegate_added(storage: Storage, event: DelegateAdded) -> None:
    storage.delegates[event.hotkey] = event.take


def senate_changed(storage: Storage, event: SenateChanged) -> None:
    storage.senate_members.value = event.members


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
        _updated(storage, event.netuid, event.uid, event.last_update)


def weights_committed(storage: Storage, event: WeightsCommitted) -> None:
    storage.weight_commits[event.netuid, event.hotkey] = event.commits
    _updated(storage, event.netuid, event.uid, event.last_update)


def _updated(storage: Storage, netuid: int, uid: int, block: int) -> None:
    """Unlike other vectors, the last updates are not written where they have no such entry, as on the chain."""
    if uid < len(storage.last_update[netuid]):
        _place(storage.last_update, netuid, uid, block)


def weight_commits_dropped(storage: Storage, event: WeightCommitsDropped) -> None:
    if event.commits:
        storage.weight_commits[event.netuid, event.hotkey] = event.commits
    else:
        storage.weight_commits.remove((event.netuid, event.hotkey))


def timelocked_commits_dropped(storage: Storage, event: TimelockedCommitsDropped) -> None:
    for epoch in event.epochs:
        storage.crv3_weight_commits.remove((event.netuid, epoch))


def epoch_completed(storage: Storage, event: EpochCompleted) -> None:
    netuid = event.netuid
    storage.active[netuid] = event.active
    storage.rank[netuid] = event.rank
    storage.trust[netuid] = event.trust
    storage.consensus[netuid] = event.consensus
    storage.incentive[netuid] = event.incentive
    storage.dividends[netuid] = event.dividends
    storage.pruning_scores[netuid] = event.pruning_scores
    storage.validator_trust[netuid] = event.validator_trust
    storage.stake_weight[netuid] = event.stake_weight
    storage.validator_permit[netuid] = event.validator_permit
    storage.emission[netuid] = event.emission
    for uid, row in event.bonds:
        storage.bonds[netuid, uid] = row


# ---------------------------------------------------------------------------------------- stake, subnets, the ledger


def staking_hotkeys_set(storage: Storage, event: StakingHotkeysSet) -> None:
    storage.staking_hotkeys[event.coldkey] = event.hotkeys


def take_set(storage: Storage, event: TakeIncreased | TakeDecreased) -> None:
    storage.delegates[event.hotkey] = event.take


def pending_children_dropped(storage: Storage, event: PendingChildrenDropped) -> None:
    for netuid in event.netuids:
        storage.pending_child_keys.remove((netuid, event.hotkey))


def children_scheduled(storage: Storage, event: ChildrenScheduled) -> None:
    storage.pending_child_keys[event.netuid, event.hotkey] = (event.children, event.cooldown_block)


def children_set(storage: Storage, event: ChildrenSet) -> None:
    storage.child_keys[event.hotkey, event.netuid] = event.children
    for child, parents in event.parents:
        storage.parent_keys[child, event.netuid] = parents
    storage.pending_child_keys.remove((event.netuid, event.hotkey))


def childkey_take_set(storage: Storage, event: ChildkeyTakeSet) -> None:
    storage.childkey_take[event.hotkey, event.netuid] = event.take


def hyperparameter_set(storage: Storage, event: HyperparameterSet) -> None:
    entry = storage.layout.hyperparameter(event.name)
    table = storage.map(entry.item)
    table[() if entry.whole_chain else event.netuid] = bool(event.value) if table.item.value == BOOL else event.value


def alpha_values_set(storage: Storage, event: AlphaValuesSet) -> None:
    storage.alpha_values[event.netuid] = (event.alpha_low, event.alpha_high)


def runtime_upgraded(storage: Storage, event: RuntimeUpgraded) -> None:
    """What comes after is read by the layout of the new runtime; one that is not known here leaves the layout as it is."""
    storage.last_runtime_upgrade.value = event.spec_version
    storage.adopt(storage.layouts.get(event.spec_version, storage.layout))


def storage_changed(storage: Storage, event: StorageChanged | StorageObserved) -> None:
    for name, entries, removed in event.changes:
        table = storage.map(name)
        for key, value in entries:
            table[key] = value
        for key in removed:
            table.remove(key)


FOLDS: Mapping[type[Event], Callable[[Storage, Any], None]] = {
    **networks.FOLDS,
    NeuronAppended: neuron_appended,
    NeuronReplaced: neuron_replaced,
    PruningScoreSet: pruning_score_set,
    PruningScoresObserved: pruning_scores_observed,
    AccountCreated: account_created,
    BurnRecycled: burn_recycled,
    DelegateAdded: delegate_added,
    SenateChanged: senate_changed,
    AxonServed: axon_served,
    CertificateServed: certificate_served,
    PrometheusServed: prometheus_served,
    WeightsSet: weights_set,
    WeightsCommitted: weights_committed,
    WeightCommitsDropped: weight_commits_dropped,
    TimelockedCommitsDropped: timelocked_commits_dropped,
    EpochCompleted: epoch_completed,
    StakingHotkeysSet: staking_hotkeys_set,
    TakeIncreased: take_set,
    TakeDecreased: take_set,
    PendingChildrenDropped: pending_children_dropped,
    ChildrenScheduled: children_scheduled,
    ChildrenSet: children_set,
    ChildkeyTakeSet: childkey_take_set,
    HyperparameterSet: hyperparameter_set,
    AlphaValuesSet: alpha_values_set,
    RuntimeUpgraded: runtime_upgraded,
    StorageChanged: storage_changed,
    StorageObserved: storage_changed,
}
"""The fold of every event that changes storage."""
