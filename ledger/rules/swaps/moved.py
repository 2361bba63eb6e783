"""Moving entries of storage from one key to another."""

from collections.abc import Callable, Sequence
from typing import Any

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.projections.maps import StorageMap


def carry(table: StorageMap[Any, Any], old: Any, new: Any) -> None:
    """Move an entry to another key, replacing what was there; does nothing if there is none."""
    if old in table:
        value = table[old]
        table.remove(old)
        table[new] = value


def carry_whole(table: StorageMap[Any, Any], old: Any, new: Any) -> Any:
    """The same, but if there is none, the item's default is written to the new key. Returns: what was written."""
    value = table[old]
    table.remove(old)
    table[new] = value
    return value


def merge(table: StorageMap[Any, int], old: Any, new: Any, add: Callable[[int, int], int]) -> None:
    """Move an amount to another key, adding it to what was there; the new key then has an entry, even if it is 0."""
    amount = table[old]
    table.remove(old)
    table[new] = add(table[new], amount)


def renamed(links: LINKS, old: bytes, new: bytes) -> LINKS:
    """The same links with one hotkey in place of another."""
    return tuple((proportion, new if hotkey == old else hotkey) for proportion, hotkey in links)


def with_last(accounts: Sequence[bytes], last: bytes, *gone: bytes) -> Sequence[bytes]:
    """The accounts without some, with one appended unless it is among those that stay."""
    stay = tuple(account for account in accounts if account not in gone)
    return stay if last in stay else (*stay, last)
