"""Stake that comes and goes. The amounts themselves are quantities (`StorageChanged`); these say who did what."""

from events.record import AccountId, AccountIds, Event, NetUid, Rao, Short, Shorts, event


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


@event("StakingHotkeysSet")
class StakingHotkeysSet(Event):
    """The hotkeys on which a coldkey has stake, afterwards."""

    coldkey: AccountId
    hotkeys: AccountIds


@event("TakeIncreased", deposit=("TakeIncreased", "coldkey", "hotkey", "take"))
class TakeIncreased(Event):
    """A delegate keeps more of its nominators' dividends. take: parts of 65535."""

    coldkey: AccountId
    hotkey: AccountId
    take: Short


@event("TakeDecreased", deposit=("TakeDecreased", "coldkey", "hotkey", "take"))
class TakeDecreased(Event):
    """A delegate keeps less of its nominators' dividends. take: parts of 65535."""

    coldkey: AccountId
    hotkey: AccountId
    take: Short


@event("PendingChildrenDropped")
class PendingChildrenDropped(Event):
    """A hotkey's stake became too little for the children it had scheduled. netuids: where it had."""

    hotkey: AccountId
    netuids: Shorts
