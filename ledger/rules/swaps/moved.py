"""How entries of storage go over from one key to another."""

from collections.abc import Callable, Sequence
from typing import Any

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.projections.maps import StorageMap


def carry(table: StorageMap[Any, Any], old: Any, new: Any) -> None:
    """An entry goes over to another key, in place of what was there; where there is none, nothing happens."""
    if old in table:
        value = table[old]
        table.remove(old)
        table[new] = value


def carry_whole(table: StorageMap[Any, Any], old: Any, new: Any) -> Any:
    """The same, but where there is none, what absent entries read as is written in place of what was there. Returns: it."""
    value = table[old]
    table.remove(old)
    table[new] = value
    return value


def merge(table: StorageMap[Any, int], old: Any, new: Any, add: Callable[[int, int], int]) -> None:
    """An amount goes over to another key and is added to what was there; there is an entry then, be it of nothing."""
    amount = table[old]
    table.remove(old)
    table[new] = add(table[new], amount)


def renamed(links: LINKS, old: bytes, new: bytes) -> LINKS:
    """The same links with one hotkey in place of another."""
    return tuple((proportion, new if hotkey == old else hotkey) for proportion, hotkey in links)


def with_last(accounts: Sequence[bytes], last: bytes, *gone: bytes) -> Sequence[bytes]:
    """The accounts without some, and with one at the end unless it is among those that stay."""
    stay = tuple(account for account in accounts if account not in gone)
    return stay if last in stay else (*stay, last)
