"""Answers about stake and delegates. Source: subtensor rpc_info/stake_info.rs, delegate_info.rs, spec_version 424."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX, U64F64
from neuron_ledger.ledger.rules.stake.locks import get_current_locked, total_coldkey_alpha_on_subnet
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.subnet_info import has_item
from neuron_ledger.replay.node.apis.subject import all_netuids, reading
from neuron_ledger.replay.node.chain.state import State

BLOCKS_A_DAY: Final = 7200
THOUSAND_TAO: Final = 1000 * 1_000_000_000


def get_stake_info_for_coldkey(state: State, coldkey: bytes) -> list[Any]:
    tx, storage = reading(state), state.storage
    found: list[Any] = []
    for netuid in all_netuids(storage):
        for hotkey in storage.staking_hotkeys[coldkey]:
            stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, hotkey, coldkey, netuid)
            if stake:
                found.append(_stake_info(storage, hotkey, coldkey, netuid, stake))
    return found


def get_stake_info_for_coldkeys(state: State, coldkeys: Sequence[bytes]) -> list[Any]:
    return [(coldkey, get_stake_info_for_coldkey(state, coldkey)) for coldkey in coldkeys]


def get_stake_info_for_hotkey_coldkey_netuid(state: State, hotkey: bytes, coldkey: bytes, netuid: int) -> Any:
    stake = get_stake_for_hotkey_and_coldkey_on_subnet(reading(state), hotkey, coldkey, netuid)
    return _stake_info(state.storage, hotkey, coldkey, netuid, stake)


def get_stake_availability_for_coldkeys(state: State, coldkeys: Sequence[bytes], netuids: Sequence[int] | None) -> list[Any]:
    """By coldkey and subnet: all its alpha, its locked alpha, what it may unstake. Subnets without any are left out."""
    there = all_netuids(state.storage)
    asked = sorted(there if netuids is None else set(netuids))
    if not asked or len(asked) > len(there):
        asked = []
    return [
        (coldkey, _availability(state, coldkey, [netuid for netuid in asked if netuid in there])) for coldkey in sorted(coldkeys)
    ]


def _availability(state: State, coldkey: bytes, netuids: Sequence[int]) -> list[Any]:
    tx = reading(state)
    has_locks = has_item(state.storage, "Lock")
    found: list[Any] = []
    for netuid in netuids:
        total = total_coldkey_alpha_on_subnet(tx, coldkey, netuid)
        locked = get_current_locked(tx, coldkey, netuid) if has_locks else 0
        if total or locked:
            found.append((netuid, (total, locked, max(total - locked, 0))))
    return found


def _stake_info(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int, stake: int) -> dict[str, Any]:
    return {
        "hotkey": hotkey,
        "coldkey": coldkey,
        "netuid": netuid,
        "stake": stake,
        "locked": 0,
        "emission": storage.alpha_dividends_per_subnet[netuid, hotkey],
        "tao_emission": (storage.tao_dividends_per_subnet[netuid, hotkey] if has_item(storage, "TaoDividendsPerSubnet") else 0),
        "drain": 0,
        "is_registered": storage.is_network_member[hotkey, netuid],
    }


def get_delegate(state: State, delegate: bytes) -> Any:
    return _delegate(state, delegate, with_nominators=True) if delegate in state.storage.delegates else None


def get_delegates(state: State) -> list[Any]:
    return [_delegate(state, delegate, with_nominators=True) for delegate in sorted(state.storage.delegates)]


def get_delegated(state: State, coldkey: bytes) -> list[Any]:
    tx, storage = reading(state), state.storage
    found: list[Any] = []
    for delegate in sorted(storage.delegates):
        for netuid in all_netuids(storage):
            stake = get_stake_for_hotkey_and_coldkey_on_subnet(tx, delegate, coldkey, netuid)
            if stake:
                found.append((_delegate(state, delegate, with_nominators=False), (netuid, stake)))
    return found


def _delegate(state: State, delegate: bytes, *, with_nominators: bool) -> dict[str, Any]:
    storage = state.storage
    registrations = [netuid for netuid in all_netuids(storage) if storage.is_network_member[delegate, netuid]]
    seats = [(netuid, storage.uids[netuid, delegate]) for netuid in registrations]
    a_day = 0
    permits: list[int] = []
    for netuid, uid in seats:
        if uid is None:
            continue
        vector, emission, tempo = storage.validator_permit[netuid], storage.emission[netuid], storage.tempo[netuid]
        permits += [netuid] if uid < len(vector) and vector[uid] else []
        if tempo and uid < len(emission):
            a_day = U64F64.saturating_add(a_day, U64F64.saturating_mul(U64F64.from_int(emission[uid]), _a_day(tempo)))
    take = storage.delegates[delegate]
    return {
        "delegate_ss58": delegate,
        "take": take,
        "nominators": _nominators(state, delegate) if with_nominators else (),
        "owner_ss58": storage.owner[delegate],
        "registrations": registrations,
        "validator_permits": permits,
        "return_per_1000": _return_per_1000(take, storage.total_hotkey_alpha[delegate, ROOT], a_day),
        "total_daily_return": min(a_day >> U64F64.fraction, U64_MAX),
    }


def _a_day(tempo: int) -> int:
    """Epochs a day, U64F64."""
    return U64F64.safe_div(U64F64.from_int(BLOCKS_A_DAY), U64F64.from_int(tempo))


def _return_per_1000(take: int, stake: int, a_day: int) -> int:
    """Rao a day for a thousand TAO of stake, less the take."""
    if not stake:
        return 0
    kept = U64F64.saturating_sub(U64F64.one, U64F64.safe_div(U64F64.from_int(take), U64F64.from_int(2**16 - 1)))
    thousands = U64F64.safe_div(U64F64.from_int(stake), U64F64.from_int(THOUSAND_TAO))
    return min(U64F64.safe_div(U64F64.saturating_mul(a_day, kept), thousands) >> U64F64.fraction, U64_MAX)


def _nominators(state: State, delegate: bytes) -> list[Any]:
    """(coldkey, [(netuid, stake), …]) of all who have stake on a hotkey, in the order of their bytes."""
    tx, storage = reading(state), state.storage
    names = [name for name in ("Alpha", "AlphaV2") if has_item(storage, name)]
    coldkeys = sorted({coldkey for name in names for hotkey, coldkey, _ in storage.map(name) if hotkey == delegate})
    found: list[Any] = []
    for coldkey in coldkeys:
        stakes = [
            (netuid, get_stake_for_hotkey_and_coldkey_on_subnet(tx, delegate, coldkey, netuid)) for netuid in all_netuids(storage)
        ]
        stakes = [(netuid, stake) for netuid, stake in stakes if stake]
        found += [(coldkey, stakes)] if stakes else []
    return found


ANSWERS: Final[Mapping[str, Callable[..., Any]]] = {
    "StakeInfoRuntimeApi_get_stake_info_for_coldkey": get_stake_info_for_coldkey,
    "StakeInfoRuntimeApi_get_stake_info_for_coldkeys": get_stake_info_for_coldkeys,
    "StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid": get_stake_info_for_hotkey_coldkey_netuid,
    "StakeInfoRuntimeApi_get_stake_availability_for_coldkeys": get_stake_availability_for_coldkeys,
    "DelegateInfoRuntimeApi_get_delegate": get_delegate,
    "DelegateInfoRuntimeApi_get_delegates": get_delegates,
    "DelegateInfoRuntimeApi_get_delegated": get_delegated,
}
