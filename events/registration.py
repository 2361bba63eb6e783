"""What happens to uids: neurons appended, replaced, registered; accounts created; pruning scores set outside an epoch."""

from neuron_ledger.events.storage.named_values import ItemNames, UidValues, Vectors
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import BOOL, U16, U16_VECTOR, U64, AccountId, AccountIds, BlockNumber, NetUid, Rao, Uid


@event("NeuronAppended")
class NeuronAppended(Event):
    """A hotkey took the next free uid. values: what comes to the end of each vector that has one value a uid."""

    netuid: NetUid
    uid: Uid
    hotkey: AccountId
    block_at_registration: BlockNumber
    values: UidValues


@event("NeuronReplaced")
class NeuronReplaced(Event):
    """A hotkey took the uid of another. pruning_score: the score with which the old hotkey lost.

    values: what the uid's entry of each vector becomes; vectors that are not named stay as they were. cleared: the items that
    lose their entry under the old hotkey, or under the uid.
    """

    netuid: NetUid
    uid: Uid
    old_hotkey: AccountId
    new_hotkey: AccountId
    block_at_registration: BlockNumber
    pruning_score: U64
    values: UidValues
    cleared: ItemNames


@event("NeuronsTrimmed")
class NeuronsTrimmed(Event):
    """A subnet gave up uids. What changed in storage stands in the event that follows.

    gone: the uids that were given up. stay: those that stayed, by the uids that they had; their place is the uid they have now.
    """

    netuid: NetUid
    gone: U16_VECTOR
    stay: U16_VECTOR


@event("NeuronRegistered", deposit=("NeuronRegistered", "netuid", "uid", "hotkey"))
class NeuronRegistered(Event):
    """A registration was completed; where it took the uid from stands in the events before."""

    netuid: NetUid
    uid: Uid
    hotkey: AccountId


@event("PruningScoreSet")
class PruningScoreSet(Event):
    """The chosen uid's pruning score was raised, so that it is not chosen twice."""

    netuid: NetUid
    uid: Uid
    pruning_score: U16


@event("VectorsObserved")
class VectorsObserved(Event):
    """Vectors of a subnet as they were seen elsewhere, with a value for each uid."""

    netuid: NetUid
    vectors: Vectors


@event("AccountCreated")
class AccountCreated(Event):
    """A hotkey became known. owned, staking: whether it came to the end of its coldkey's OwnedHotkeys and StakingHotkeys."""

    hotkey: AccountId
    coldkey: AccountId
    owned: BOOL
    staking: BOOL


@event("BurnRecycled", deposit=("RAORecycledForRegistrationSet", "netuid", "rao_recycled"))
class BurnRecycled(Event):
    """The subnet's sum of recycled registration burns, in rao, after a burned registration."""

    netuid: NetUid
    rao_recycled: Rao


@event("DelegateAdded")
class DelegateAdded(Event):
    """A hotkey became a delegate. take: parts of 65535 of its nominators' dividends."""

    hotkey: AccountId
    take: U16


@event("SenateChanged")
class SenateChanged(Event):
    """The members of the senate afterwards, in the order the chain keeps."""

    members: AccountIds
