"""Answers about locked stake. Source: subtensor staking/lock.rs, spec_version 424."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from neuron_ledger.ledger.rules.numbers.fixed import U64F64
from neuron_ledger.ledger.rules.stake.locks import Course, existing_lock
from neuron_ledger.projections.views.subnet_info import has_item
from neuron_ledger.replay.node.apis.subject import reading
from neuron_ledger.replay.node.chain.state import State


def get_coldkey_lock(state: State, coldkey: bytes, netuid: int) -> Any:
    """A coldkey's current lock; None if it has none."""
    conviction = existing_lock(reading(state), coldkey, netuid) if has_item(state.storage, "Lock") else None
    return None if conviction is None else conviction.course.moved_on(conviction.lock)


def get_hotkey_conviction(state: State, hotkey: bytes, netuid: int) -> int:
    """The conviction of everything locked to a hotkey, U64F64."""
    return _convictions(state, netuid).get(hotkey, 0)


def get_most_convicted_hotkey_on_subnet(state: State, netuid: int) -> bytes | None:
    """The hotkey with the highest conviction; among equals, the one with the greatest bytes."""
    convictions = _convictions(state, netuid)
    return max(convictions, key=lambda hotkey: (convictions[hotkey], hotkey)) if convictions else None


def _convictions(state: State, netuid: int) -> Mapping[bytes, int]:
    """The conviction of each hotkey that something is locked to."""
    storage, found = state.storage, defaultdict[bytes, int](int)
    if not has_item(storage, "Lock"):
        return found
    owner = storage.subnet_owner_hotkey[netuid]
    of_hotkeys = [
        (hotkey, lock, False, stays)
        for table, stays in ((storage.hotkey_lock, True), (storage.decaying_hotkey_lock, False))
        for (subnet, hotkey), lock in table.items()
        if subnet == netuid
    ]
    of_owner = [
        (owner, table[netuid], True, stays)
        for table, stays in ((storage.owner_lock, True), (storage.decaying_owner_lock, False))
        if netuid in table
    ]
    for hotkey, lock, to_owner, stays in (*of_hotkeys, *of_owner):
        assert lock is not None
        rates = storage.unlock_rate.value, storage.maturity_rate.value
        found[hotkey] = U64F64.saturating_add(
            found[hotkey], Course(state.block.number, *rates, to_owner, stays).moved_on(lock)[1]
        )
    return found


ANSWERS: Final[Mapping[str, Callable[..., Any]]] = {
    "StakeInfoRuntimeApi_get_coldkey_lock": get_coldkey_lock,
    "StakeInfoRuntimeApi_get_hotkey_conviction": get_hotkey_conviction,
    "StakeInfoRuntimeApi_get_most_convicted_hotkey_on_subnet": get_most_convicted_hotkey_on_subnet,
}
