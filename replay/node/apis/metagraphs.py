"""A subnet and all its neurons in one answer: metagraphs whole and in parts, and the subnet's state.

Source: subtensor rpc_info/metagraph.rs, show_subnet.rs, spec_version 424.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from neuron_ledger.events.consensus import MECHANISM_STRIDE
from neuron_ledger.ledger.rules.mechanisms import mechanism_exists
from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.ledger.rules.numbers.fixed import I64F64
from neuron_ledger.ledger.rules.stake.combined import combined_stake
from neuron_ledger.ledger.rules.stake.positions import get_stake_parts, get_tao_weight
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.metagraph_info import metagraph_info, neuron_vectors, subnet_keys
from neuron_ledger.projections.views.subnet_info import has_item
from neuron_ledger.replay.node.apis.subject import all_netuids, figures, of_all_subnets, of_subnet
from neuron_ledger.replay.node.chain.state import State
from neuron_ledger.replay.node.metadata.apis import API_TYPES, SELECTABLE
from neuron_ledger.replay.node.types.codec import Some
from neuron_ledger.replay.node.types.definitions import Struct


def get_metagraph(state: State, netuid: int) -> dict[str, Any]:
    values = metagraph_info(state.storage, netuid, figures(state))
    return {name: values[name] for name in _METAGRAPH}


def _fields_of(name: str) -> tuple[str, ...]:
    definition = API_TYPES[name]
    return tuple(field for field, _ in definition.fields) if isinstance(definition, Struct) else ()


ACCOUNT_BYTES: Final = 32
_METAGRAPH: Final = _fields_of("Metagraph")
_SUBNET_STATE: Final = _fields_of("SubnetState")


def get_subnet_state(state: State, netuid: int) -> dict[str, Any]:
    storage = state.storage
    hotkeys, coldkeys = subnet_keys(storage, netuid)
    history = [[storage.last_hotkey_emission_on_netuid[hotkey, other] for hotkey in hotkeys] for other in all_netuids(storage)]
    values = {
        **neuron_vectors(storage, netuid, figures(state)),
        "netuid": netuid,
        "hotkeys": hotkeys,
        "coldkeys": coldkeys,
        "emission_history": history,
    }
    return {name: values[name] for name in _SUBNET_STATE}


# ----------------------------------------------------------------------------------------------------------- mechanisms


def get_mechagraph(state: State, netuid: int, mecid: int) -> Any:
    """The metagraph of one mechanism; None if there is none."""
    if not _has_mechanism(state.storage, netuid, mecid):
        return None
    index = netuid + MECHANISM_STRIDE * mecid
    return {**get_metagraph(state, netuid), "netuid": index, **_of_mechanism(state.storage, index)}


def _has_mechanism(storage: Storage, netuid: int, mecid: int) -> bool:
    if has_item(storage, "MechanismCountCurrent"):
        return mechanism_exists(storage, netuid, mecid)
    return mecid == 0 and subnet_exists(storage, netuid)


def _of_mechanism(storage: Storage, index: int) -> dict[str, Any]:
    return {"last_update": storage.last_update[index], "incentives": storage.incentive[index]}


def get_all_mechagraphs(state: State) -> list[Any]:
    storage = state.storage
    has_count = has_item(storage, "MechanismCountCurrent")
    found = [(netuid, storage.mechanism_count_current[netuid] if has_count else 1) for netuid in all_netuids(storage)]
    return [get_mechagraph(state, netuid, mecid) for netuid, count in found for mecid in range(count)]


# ------------------------------------------------------------------------------------------------------------ in parts


def get_selective_metagraph(state: State, netuid: int, indexes: Sequence[int]) -> Any:
    """Only the requested fields, by their numbers."""
    if not subnet_exists(state.storage, netuid):
        return None
    return _selected({**get_metagraph(state, netuid), **_only_selected(state, netuid)}, netuid, indexes)


def get_selective_mechagraph(state: State, netuid: int, mecid: int, indexes: Sequence[int]) -> Any:
    if not subnet_exists(state.storage, netuid):
        return None
    index = netuid + MECHANISM_STRIDE * mecid
    values = {**get_metagraph(state, netuid), **_only_selected(state, netuid), **_of_mechanism(state.storage, index)}
    return _selected(values, netuid, indexes)


def _only_selected(state: State, netuid: int) -> dict[str, Any]:
    """Fields that a whole metagraph does not have: validators above the threshold of stake, and commitments."""
    storage = state.storage
    permits = storage.validator_permit[netuid]
    hotkeys, _ = subnet_keys(storage, netuid)
    weight, threshold = get_tao_weight(storage), storage.stake_threshold.value
    validators = [
        uid
        for uid, hotkey in enumerate(hotkeys)
        if uid < len(permits)
        and permits[uid]
        and combined_stake(*get_stake_parts(storage, hotkey, netuid), weight) >= threshold << I64F64.fraction
    ]
    return {"validators": validators, "commitments": _commitments(state, netuid)}


def _commitments(state: State, netuid: int) -> list[tuple[bytes, bytes]]:
    """(hotkey, its encoded commitment), in the order of the keys in the chain's storage."""
    prefix = state.keys_of.prefix(state.runtime.entries["Commitments", "CommitmentOf"]) + netuid.to_bytes(2, "little")
    return [(key[-ACCOUNT_BYTES:], state.get(key) or b"") for key in state.keys(prefix)]


def _selected(values: Mapping[str, Any], netuid: int, indexes: Iterable[int]) -> dict[str, Any]:
    asked = {SELECTABLE[index] for index in indexes if index < len(SELECTABLE)}
    chosen = {name: Some(values[name]) if name in asked else None for name in SELECTABLE}
    return {**chosen, "netuid": netuid}


_GET: Final = "SubnetInfoRuntimeApi_get"

ANSWERS: Final[Mapping[str, Callable[..., Any]]] = {
    f"{_GET}_all_metagraphs": of_all_subnets(get_metagraph),
    f"{_GET}_metagraph": of_subnet(get_metagraph),
    f"{_GET}_all_mechagraphs": get_all_mechagraphs,
    f"{_GET}_mechagraph": get_mechagraph,
    f"{_GET}_selective_metagraph": get_selective_metagraph,
    f"{_GET}_selective_mechagraph": get_selective_mechagraph,
    f"{_GET}_subnet_state": of_subnet(get_subnet_state),
}
