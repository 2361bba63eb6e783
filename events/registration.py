"""What happens to uids: neurons appended, replaced, registered; accounts created; pruning scores set outside an epoch."""

from neuron_ledger.events.storage.named_values import ItemNames, UidValues, Vectors
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import BOOL, U16, U16_VECTOR, U64, AccountId, BlockNumber, NetUid, Rao, Uid


@event("NeuronAppended")
class NeuronAppended(Event):
    """A hotkey took the next free uid. values: what is appended to each vector that has one value per uid."""

    netuid: NetUid
    uid: Uid
    hotkey: AccountId
    block_at_registration: BlockNumber
    values: UidValues


@event("NeuronReplaced")
class NeuronReplaced(Event):
    """A hotkey took the uid of another. pruning_score: the score by which the old hotkey lost it.

    values: the uid's new entry in each named vector; the other vectors are unchanged. cleared: the items whose entry under the
    old hotkey, or under the uid, is removed.
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
    """A subnet's number of uids was reduced. The event that follows holds the changes of storage.

    gone: the removed uids. stay: the old uids of those that remain; the place in this list is the new uid.
    """

    netuid: NetUid
    gone: U16_VECTOR
    stay: U16_VECTOR


@event("NeuronRegistered", deposit=("NeuronRegistered", "netuid", "uid", "hotkey"))
class NeuronRegistered(Event):
    """A registration was completed; the events before it show how it got its uid."""

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
    """Vectors of a subnet as observed elsewhere, with a value for each uid."""

    netuid: NetUid
    vectors: Vectors


@event("AccountCreated")
class AccountCreated(Event):
    """A hotkey got an owner. owned, staking: whether it was appended to its coldkey's OwnedHotkeys and StakingHotkeys."""

    hotkey: AccountId
    coldkey: AccountId
    owned: BOOL
    staking: BOOL


@event("BurnRecycled", deposit=("RAORecycledForRegistrationSet", "netuid", "rao_recycled"))
class BurnRecycled(Event):
    """The subnet's total of recycled registration burns, in rao, after a burned registration."""

    netuid: NetUid
    rao_recycled: Rao


@event("DelegateAdded")
class DelegateAdded(Event):
    """A hotkey became a delegate. take: parts of 65535 of its nominators' dividends."""

    hotkey: AccountId
    take: U16


@event("SenateChanged")
class SenateChanged(Event):
    """The members of the senate after a change, in the chain's order."""

    members: tuple[AccountId, ...]
