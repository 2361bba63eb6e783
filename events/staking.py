"""Events of staking. The amounts themselves are quantities (`StorageChanged`); these report who did what."""

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import ACCOUNT, BOOL, U16, U16_VECTOR, AccountId, BlockNumber, NetUid, Rao


@event("StakeAdded", deposit=("StakeAdded", "coldkey", "hotkey", "tao", "alpha", "netuid", "fee"))
class StakeAdded(Event):
    """TAO was staked. tao: rao paid; alpha: the amount it bought; fee: rao."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Rao
    netuid: NetUid
    fee: Rao


@event("StakeRemoved", deposit=("StakeRemoved", "coldkey", "hotkey", "tao", "alpha", "netuid", "fee"))
class StakeRemoved(Event):
    """Stake was taken back. alpha: the amount sold; tao: rao received; fee: rao."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Rao
    netuid: NetUid
    fee: Rao


@event("StakingHotkeyAdded")
class StakingHotkeyAdded(Event):
    """A hotkey was appended to those on which a coldkey has stake."""

    coldkey: AccountId
    hotkey: AccountId


@event("TakeIncreased", deposit=("TakeIncreased", "coldkey", "hotkey", "take"))
class TakeIncreased(Event):
    """A delegate keeps more of its nominators' dividends. take: parts of 65535."""

    coldkey: AccountId
    hotkey: AccountId
    take: U16


@event("TakeDecreased", deposit=("TakeDecreased", "coldkey", "hotkey", "take"))
class TakeDecreased(Event):
    """A delegate keeps less of its nominators' dividends. take: parts of 65535."""

    coldkey: AccountId
    hotkey: AccountId
    take: U16


@event("PendingChildrenDropped")
class PendingChildrenDropped(Event):
    """Children that a hotkey had scheduled are dropped: its stake became too low, or they conflict with its parents.

    netuids: where it had scheduled them.
    """

    hotkey: AccountId
    netuids: U16_VECTOR


@event("ChildrenScheduled", deposit=("SetChildrenScheduled", "hotkey", "netuid", "cooldown_block", "children"))
class ChildrenScheduled(Event):
    """A hotkey's children were scheduled, to be set by the first epoch after `cooldown_block`."""

    hotkey: AccountId
    netuid: NetUid
    cooldown_block: BlockNumber
    children: LINKS


@event("ChildrenSet", deposit=("SetChildren", "hotkey", "netuid", "children"))
class ChildrenSet(Event):
    """A hotkey's children were set. children: as requested. was_pending: whether they had been scheduled; they no longer are.

    child_keys, parents: for every hotkey whose children or parents changed, all that it has now; absent where its entry was
    removed.
    """

    hotkey: AccountId
    netuid: NetUid
    children: LINKS
    was_pending: BOOL
    child_keys: tuple[tuple[ACCOUNT, LINKS | None], ...]
    parents: tuple[tuple[ACCOUNT, LINKS | None], ...]


@event("ChildkeyTakeSet", deposit=("ChildKeyTakeSet", "hotkey", "take"))
class ChildkeyTakeSet(Event):
    """The part that a child hotkey keeps of its parents' dividends changed. take: parts of 65535."""

    hotkey: AccountId
    netuid: NetUid
    take: U16
