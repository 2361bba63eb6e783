"""Stake that comes and goes. The amounts themselves are quantities (`StorageChanged`); these say who did what."""

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.wire.record import Event, event
from neuron_ledger.events.wire.units import ACCOUNT, BOOL, U16, U16_VECTOR, AccountId, BlockNumber, NetUid, Rao


@event("StakeAdded", deposit=("StakeAdded", "coldkey", "hotkey", "tao", "alpha", "netuid", "fee"))
class StakeAdded(Event):
    """TAO was staked. tao: rao that went in; alpha: what it bought; fee: rao."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Rao
    netuid: NetUid
    fee: Rao


@event("StakeRemoved", deposit=("StakeRemoved", "coldkey", "hotkey", "tao", "alpha", "netuid", "fee"))
class StakeRemoved(Event):
    """Stake was taken back. alpha: what went in; tao: rao that came out; fee: rao."""

    coldkey: AccountId
    hotkey: AccountId
    tao: Rao
    alpha: Rao
    netuid: NetUid
    fee: Rao


@event("StakingHotkeyAdded")
class StakingHotkeyAdded(Event):
    """A hotkey came to the end of those on which a coldkey has stake."""

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
    """Children that a hotkey had scheduled are not set: its stake became too little, or they fit its parents no more.

    netuids: where it had.
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
    """A hotkey has other children. children: as they were asked for. was_pending: whether they were scheduled, and are no more.

    child_keys, parents: of every hotkey whose children, or whose parents, became others, all that it has now; absent where it has
    no entry any more.
    """

    hotkey: AccountId
    netuid: NetUid
    children: LINKS
    was_pending: BOOL
    child_keys: tuple[tuple[ACCOUNT, LINKS | None], ...]
    parents: tuple[tuple[ACCOUNT, LINKS | None], ...]


@event("ChildkeyTakeSet", deposit=("ChildKeyTakeSet", "hotkey", "take"))
class ChildkeyTakeSet(Event):
    """A child hotkey keeps another part of its parents' dividends. take: parts of 65535."""

    hotkey: AccountId
    netuid: NetUid
    take: U16
