"""What the calls and events of a block mention: accounts, numbers that may be subnets or uids, bytes."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import define, field

from neuron_ledger.events.blocks_seen import EventSeen, ExtrinsicSeen
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.history.runtime import PALLET

_NUMBERS_BELOW: Final = 1 << 16


@define
class Mentions:
    """Of one extrinsic with its events, or of the events of the block itself.

    calls: (name, subnets in its arguments), including nested calls; none if the extrinsic failed, for nothing
    remains of it. deposited: names of events. subnets, accounts: that are named as such. numbers: what may be subnets or uids in
    events of the pallet. words: what may be bytes, hashes or large numbers in keys.
    """

    calls: list[tuple[str, frozenset[int]]] = field(factory=list)
    deposited: list[str] = field(factory=list)
    subnets: set[int] = field(factory=set)
    accounts: set[bytes] = field(factory=set)
    numbers: set[int] = field(factory=set)
    words: set[str | int] = field(factory=set)

    @property
    def concerns_pallet(self) -> bool:
        """Whether it can have changed the pallet's storage: by a call of those that do, or as its events show."""
        return any(name.split(".")[0] in REACHES for name, _ in self.calls) or any(map(_is_ours, self.deposited))

    @property
    def changes_anything(self) -> bool:
        """Whether its effects are unknown."""
        return any(name in ANY_STORAGE for name, _ in self.calls)

    @property
    def added(self) -> set[int]:
        """Numbers of subnets that it may have created."""
        return self.numbers if f"{PALLET}.NetworkAdded" in self.deposited else set()


REACHES: Final = {PALLET, "AdminUtils", "Ethereum", "EVM", "Contracts", "Swap", "Crowdloan", "Drand"}
"""Pallets whose calls change the pallet's storage: itself and its administration, and those that wrap its calls."""

ANY_STORAGE: Final = {
    "System.set_storage",
    "System.kill_storage",
    "System.kill_prefix",
    "System.set_code",
    "System.set_code_without_checks",
    "System.apply_authorized_upgrade",
}
"""Calls after which anything may have changed."""


def mentions(extrinsics: Iterable[ExtrinsicSeen], events: Sequence[EventSeen]) -> list[Mentions]:
    """One for every extrinsic, and one for what happened outside them."""
    by_index: dict[int | None, Mentions] = {None: Mentions()}
    for extrinsic in extrinsics:
        found = by_index.setdefault(extrinsic.index, Mentions())
        if extrinsic.signer is not None:
            found.accounts.add(extrinsic.signer)
        if extrinsic.ok:
            arguments = json.loads(extrinsic.arguments)
            for name, named in _calls(extrinsic.call, arguments):
                found.calls.append((name, frozenset(_subnets(named))))
                found.subnets |= found.calls[-1][1]
            _collect(found, arguments)
    for event in events:
        found = by_index.setdefault(event.extrinsic, Mentions())
        found.deposited.append(event.name)
        _collect(found, json.loads(event.data), numbers=_is_ours(event.name))
    return list(by_index.values())


def _is_ours(name: str) -> bool:
    return name.startswith((f"{PALLET}.", "AdminUtils."))


def _calls(name: str, arguments: Any) -> Iterator[tuple[str, Any]]:
    """A call and its nested calls, each with its own arguments."""
    yield name, arguments
    for part in _parts(arguments):
        if isinstance(part, dict) and set(part) == {"call", "args"} and isinstance(part["call"], str):
            yield from _calls(part["call"], part["args"])
        elif isinstance(part, (dict, list)):
            yield from ((inner, named) for inner, named in _calls("", part) if inner)


def _subnets(arguments: Any) -> Iterator[int]:
    """The subnets in a call's arguments, without those of nested calls."""
    if isinstance(arguments, dict) and set(arguments) != {"call", "args"}:
        for name, value in arguments.items():
            if "netuid" in name:
                yield from (one for one in (value if isinstance(value, list) else [value]) if _is_number(one))
            else:
                yield from _subnets(value)
    elif isinstance(arguments, list):
        for value in arguments:
            yield from _subnets(value)


def _collect(found: Mentions, shown: Any, *, numbers: bool = False) -> None:
    """Accounts and texts at any depth; numbers that are fields of an event."""
    if isinstance(shown, str):
        if (account := _account(shown)) is not None:
            found.accounts.add(account)
        else:
            found.words.add(shown)
    elif numbers and _is_number(shown):
        found.numbers.add(shown)
    elif isinstance(shown, (dict, list)):
        for part in _parts(shown):
            if numbers and _is_number(part):
                found.numbers.add(part)
            elif isinstance(part, (str, dict, list)):
                _collect(found, part)
            elif type(part) is int and part >= _NUMBERS_BELOW:
                found.words.add(part)


def _parts(shown: Any) -> Iterable[Any]:
    return shown.values() if isinstance(shown, dict) else shown if isinstance(shown, list) else ()


def _is_number(shown: Any) -> bool:
    return type(shown) is int and 0 <= shown < _NUMBERS_BELOW


def _account(shown: str) -> bytes | None:
    if 46 <= len(shown) <= 49:
        try:
            return ss58.account(shown)
        except FieldError:
            return None
    return None
