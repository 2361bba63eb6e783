"""Neurons as the SDK has them: `NeuronInfoLite`, `NeuronInfo`, and the null neuron in place of an absent one.

Fields are those of SDK 9.7; 10.5 has the same except rank, trust and pruning_score.
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from attrs import fields_dict, frozen

from neuron_ledger.projections.storage_items import Axon
from neuron_ledger.projections.views import neuron_info as exact
from neuron_ledger.projections.views.neuron_info import NO_AXON, NO_PROMETHEUS
from neuron_ledger.projections.views.sdk.amounts import Balance, address, in_tao, ip, of_u16

NULL_KEY: Final = "0" * 48


@frozen
class AxonInfo:
    """Where a neuron serves; all 0 where it does not."""

    version: int
    ip: str
    port: int
    ip_type: int
    hotkey: str
    coldkey: str
    protocol: int = 4
    placeholder1: int = 0
    placeholder2: int = 0

    @property
    def is_serving(self) -> bool:
        return self.ip != "0.0.0.0"

    def ip_str(self) -> str:
        """The endpoint, as in `/ipv4/1.2.3.4:8091`."""
        return f"/ipv{self.ip_type}/{self.ip}:{self.port}"


@frozen
class PrometheusInfo:
    """Where a neuron's Prometheus endpoint is; all 0 where there is none."""

    block: int
    version: int
    ip: str
    port: int
    ip_type: int


@frozen(kw_only=True)
class NeuronInfoLite:
    """A neuron without its weights and bonds.

    Proportions from 0 to 1; emission in whole alpha; pruning_score raw. stake, total_stake: all that is staked on the hotkey,
    shown under its owner's coldkey; not the stake that counts in an epoch (the metagraph's `S`).
    """

    hotkey: str
    coldkey: str
    uid: int
    netuid: int
    active: int
    stake: Balance
    stake_dict: dict[str, Balance]
    total_stake: Balance
    rank: float
    emission: float
    incentive: float
    consensus: float
    trust: float
    validator_trust: float
    dividends: float
    last_update: int
    validator_permit: bool
    pruning_score: int
    prometheus_info: PrometheusInfo | None
    axon_info: AxonInfo | None
    is_null: bool = False

    @classmethod
    def get_null_neuron(cls) -> Self:
        """The SDK's placeholder for an absent neuron."""
        empty: dict[str, Any] = dict.fromkeys(fields_dict(cls), 0) | dict(_NULL)
        for name in ("weights", "bonds"):
            if name in empty:
                empty[name] = []
        return cls(**empty | {"stake_dict": {}})


@frozen(kw_only=True)
class NeuronInfo(NeuronInfoLite):
    """A neuron with its weights and bonds: (uid, u16) pairs that are not 0, in stored order."""

    weights: list[tuple[int, int]]
    bonds: list[list[int]]


_NULL: Final[Mapping[str, Any]] = {
    "hotkey": NULL_KEY,
    "coldkey": NULL_KEY,
    "stake": Balance(0),
    "total_stake": Balance(0),
    "validator_permit": False,
    "prometheus_info": None,
    "axon_info": None,
    "is_null": True,
}


def axon_of(axon: Axon | tuple[int, ...], hotkey: bytes, coldkey: bytes) -> AxonInfo:
    """A stored endpoint as the SDK shows it."""
    _, version, number, port, ip_type, protocol, placeholder1, placeholder2 = axon
    return AxonInfo(version, ip(number), port, ip_type, address(hotkey), address(coldkey), protocol, placeholder1, placeholder2)


def neuron_lite_of(neuron: exact.NeuronInfoLite) -> NeuronInfoLite:
    """A neuron as the SDK shows it."""
    return NeuronInfoLite(**_shown(neuron))


def neuron_of(neuron: exact.NeuronInfo) -> NeuronInfo:
    """A neuron with its weights and bonds as the SDK shows it."""
    return NeuronInfo(**_shown(neuron), weights=list(neuron.weights), bonds=[list(pair) for pair in neuron.bonds])


def _shown(neuron: exact.NeuronInfoLite) -> dict[str, Any]:
    stake_dict = {address(coldkey): Balance(stake) for coldkey, stake in neuron.stake}
    total = Balance(sum(stake for _, stake in neuron.stake))
    block, version, number, port, ip_type = neuron.prometheus_info or NO_PROMETHEUS
    return {
        "hotkey": address(neuron.hotkey),
        "coldkey": address(neuron.coldkey),
        "uid": neuron.uid,
        "netuid": neuron.netuid,
        "active": neuron.active,
        "stake": total,
        "stake_dict": stake_dict,
        "total_stake": total,
        "rank": of_u16(neuron.rank),
        "emission": in_tao(neuron.emission),
        "incentive": of_u16(neuron.incentive),
        "consensus": of_u16(neuron.consensus),
        "trust": of_u16(neuron.trust),
        "validator_trust": of_u16(neuron.validator_trust),
        "dividends": of_u16(neuron.dividends),
        "last_update": neuron.last_update,
        "validator_permit": neuron.validator_permit,
        "pruning_score": neuron.pruning_score,
        "prometheus_info": PrometheusInfo(block, version, ip(number), port, ip_type),
        "axon_info": axon_of(neuron.axon_info or NO_AXON, neuron.hotkey, neuron.coldkey),
    }
