"""Answers about neurons. Source: subtensor rpc_info/neuron_info.rs, spec_versions 277 and 424."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neuron_ledger.ledger.rules.netuids import subnet_exists
from neuron_ledger.projections.views.neuron_info import (
    NO_AXON,
    NO_PROMETHEUS,
    NeuronInfo,
    NeuronInfoLite,
    neuron_info,
    neuron_info_lite,
)
from neuron_ledger.replay.node.chain.state import State


def _lite(neuron: NeuronInfoLite) -> dict[str, Any]:
    return {
        "hotkey": neuron.hotkey,
        "coldkey": neuron.coldkey,
        "uid": neuron.uid,
        "netuid": neuron.netuid,
        "active": neuron.active,
        "axon_info": neuron.axon_info or NO_AXON,
        "prometheus_info": neuron.prometheus_info or NO_PROMETHEUS,
        "stake": neuron.stake,
        "rank": neuron.rank,
        "emission": neuron.emission,
        "incentive": neuron.incentive,
        "consensus": neuron.consensus,
        "trust": neuron.trust,
        "validator_trust": neuron.validator_trust,
        "dividends": neuron.dividends,
        "last_update": neuron.last_update,
        "validator_permit": neuron.validator_permit,
        "pruning_score": neuron.pruning_score,
    }


def _full(neuron: NeuronInfo) -> dict[str, Any]:
    return {**_lite(neuron), "weights": neuron.weights, "bonds": neuron.bonds}


def get_neuron(state: State, netuid: int, uid: int) -> Any:
    neuron = neuron_info(state.storage, netuid, uid) if subnet_exists(state.storage, netuid) else None
    return None if neuron is None else _full(neuron)


def get_neuron_lite(state: State, netuid: int, uid: int) -> Any:
    neuron = neuron_info_lite(state.storage, netuid, uid) if subnet_exists(state.storage, netuid) else None
    return None if neuron is None else _lite(neuron)


def _each(one: Callable[[State, int, int], Any]) -> Callable[[State, int], Any]:
    """The answer about every uid, up to the first unused one."""

    def each(state: State, netuid: int) -> list[Any]:
        found: list[Any] = []
        for uid in range(state.storage.subnetwork_n[netuid]):
            neuron = one(state, netuid, uid)
            if neuron is None:
                break
            found.append(neuron)
        return found

    return each


ANSWERS: Final[Mapping[str, Callable[..., Any]]] = {
    "NeuronInfoRuntimeApi_get_neurons": _each(get_neuron),
    "NeuronInfoRuntimeApi_get_neuron": get_neuron,
    "NeuronInfoRuntimeApi_get_neurons_lite": _each(get_neuron_lite),
    "NeuronInfoRuntimeApi_get_neuron_lite": get_neuron_lite,
}
