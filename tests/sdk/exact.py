"""What each version of the SDK has to show of a chain, computed from the exact storage of its ledger, without the node.

Amounts are rao; where the SDK makes floats of integers, the same divisions are made here.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.rules.stake.combined import combined_stake
from neuron_ledger.ledger.rules.stake.positions import get_stake_parts, get_tao_weight
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283
from neuron_ledger.ledger.rules.subnets.cost import get_network_lock_cost
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.neuron_info import NeuronInfo, neuron_info

RAO = 1e9
U16, U64 = 65535, 2**64 - 1
NO_AXON = (0,) * 8


class Exact:
    """A subnet at a block, and one neuron on it, by the exact views. spec_version: of the runtime."""

    def __init__(self, storage: Storage, spec_version: int, netuid: int, uid: int) -> None:
        self.storage = storage
        self.netuid = netuid
        self.uid = uid
        self.block = storage.block_number.value
        self.n = storage.subnetwork_n[netuid]
        self.hotkey = storage.keys[netuid, uid]
        self.coldkey = storage.owner[self.hotkey]
        self.tx: Tx = Transaction(storage, TIMELINE.runtime(spec_version))

    def neurons(self) -> list[NeuronInfo]:
        found = [neuron_info(self.storage, self.netuid, uid) for uid in range(self.n)]
        return [neuron for neuron in found if neuron is not None]

    def of(self, item: str) -> Any:
        """What an item has for the subnet."""
        return self.storage.map(item)[self.netuid]

    def vector(self, item: str) -> list[Any]:
        return list(self.of(item)) if item in self.storage.layout.items else []

    def hotkeys(self) -> list[str]:
        return [ss58(self.storage.keys[self.netuid, uid]) for uid in range(self.n)]

    def coldkeys(self) -> list[str]:
        return [ss58(self.storage.owner[self.storage.keys[self.netuid, uid]]) for uid in range(self.n)]

    def dividends(self, item: str) -> list[list[Any]]:
        """(hotkey, rao) of what each hotkey gets from an epoch."""
        keys = [self.storage.keys[self.netuid, uid] for uid in range(self.n)]
        there = item in self.storage.layout.items
        return [[ss58(key), self.storage.map(item)[self.netuid, key] if there else 0] for key in keys]

    def stakes(self) -> tuple[list[int], list[int], list[int]]:
        """Alpha, TAO and both together of each uid."""
        parts = [get_stake_parts(self.storage, self.storage.keys[self.netuid, uid], self.netuid) for uid in range(self.n)]
        weight = get_tao_weight(self.storage)
        return [a for a, _ in parts], [t for _, t in parts], [combined_stake(a, t, weight) >> 64 for a, t in parts]

    def rows(self, item: str) -> list[tuple[int, list[tuple[int, int]]]]:
        """(uid, [(uid, value), …]) of each row that is there, in order."""
        table = self.storage.map(item)
        return [(uid, pairs(table[of, uid])) for of, uid in sorted(table) if of == self.netuid]

    def axon(self, uid: int) -> dict[str, Any]:
        """An axon as the chain has it."""
        values = self.storage.axons[self.netuid, self.storage.keys[self.netuid, uid]] or NO_AXON
        names = ("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2")
        return dict(zip(names, values, strict=True))

    def price(self) -> int:
        """rao an alpha."""
        return alpha_price_283(self.tx, self.netuid) * 10**9 >> 64

    def lock_cost(self) -> int:
        return get_network_lock_cost(self.tx)

    # ---------------------------------------------------------------------------------------------- the SDK's forms

    def shown_axon(self, uid: int) -> dict[str, Any]:
        """As the SDK shows it: the address as text, the keys beside it, no block."""
        axon = self.axon(uid)
        axon.pop("block")
        keys = {"hotkey": self.hotkeys()[uid], "coldkey": self.coldkeys()[uid]}
        return {**axon, **keys, "ip": ".".join(str(byte) for byte in axon["ip"].to_bytes(4, "big"))}

    def shown_neuron(self, neuron: NeuronInfo, *, lite: bool) -> dict[str, Any]:
        stake = {ss58(coldkey): rao for coldkey, rao in neuron.stake}
        values = {
            "hotkey": ss58(neuron.hotkey),
            "coldkey": ss58(neuron.coldkey),
            "uid": neuron.uid,
            "netuid": neuron.netuid,
            "active": neuron.active,
            "stake": sum(stake.values()),
            "stake_dict": stake,
            "total_stake": sum(stake.values()),
            "emission": neuron.emission / RAO,
            "incentive": neuron.incentive / U16,
            "consensus": neuron.consensus / U16,
            "validator_trust": neuron.validator_trust / U16,
            "dividends": neuron.dividends / U16,
            "last_update": neuron.last_update,
            "validator_permit": neuron.validator_permit,
            "prometheus_info": {"block": 0, "version": 0, "ip": "0.0.0.0", "port": 0, "ip_type": 0},
            "axon_info": self.shown_axon(neuron.uid),
            "is_null": False,
        }
        rows = {"weights": [list(pair) for pair in neuron.weights], "bonds": [list(pair) for pair in neuron.bonds]}
        return values if lite else {**values, **rows}

    def raw_neuron(self, neuron: NeuronInfo) -> dict[str, Any]:
        """A neuron as the chain has it."""
        same = ("uid", "netuid", "active", "rank", "emission", "incentive", "consensus", "trust", "validator_trust", "dividends")
        values = {name: getattr(neuron, name) for name in (*same, "last_update", "validator_permit", "pruning_score")}
        return {
            **values,
            "hotkey": ss58(neuron.hotkey),
            "coldkey": ss58(neuron.coldkey),
            "stake": [[ss58(coldkey), rao] for coldkey, rao in neuron.stake],
            "axon_info": self.axon(neuron.uid),
            "prometheus_info": {"block": 0, "version": 0, "ip": 0, "port": 0, "ip_type": 0},
        }

    def raw_metagraph(self) -> dict[str, Any]:
        """A metagraph as the chain has it: integers in the chain's units."""
        alpha, tao, total = self.stakes()
        low, high = self.of("AlphaValues")
        server, validator = self.of("PendingServerEmission"), self.of("PendingValidatorEmission")
        factor, tempo = self.of("ActivityCutoffFactorMilli"), self.of("Tempo")
        return {
            **{name: self.of(item) for name, item in _OF_SUBNET.items()},
            **{name: self.vector(item) for name, item in _VECTORS.items()},
            "netuid": self.netuid,
            "name": "unknown",
            "symbol": self.of("TokenSymbol").decode(),
            "identity": None,
            "owner_hotkey": ss58(self.of("SubnetOwnerHotkey")),
            "owner_coldkey": ss58(self.of("SubnetOwner")),
            "block": self.block,
            "blocks_since_last_step": self.block - self.of("LastMechansimStepBlock"),
            "subnet_emission": 0,
            "pending_alpha_emission": server + validator,
            "pending_root_emission": 0,
            "moving_price": {"bits": self.of("SubnetMovingPrice")},
            "activity_cutoff": max(factor * tempo // 1000, 1),
            "alpha_high": high,
            "alpha_low": low,
            "hotkeys": self.hotkeys(),
            "coldkeys": self.coldkeys(),
            "identities": [None] * self.n,
            "axons": [self.axon(uid) for uid in range(self.n)],
            "block_at_registration": [self.storage.block_at_registration[self.netuid, uid] for uid in range(self.n)],
            "alpha_stake": alpha,
            "tao_stake": tao,
            "total_stake": total,
            "tao_dividends_per_hotkey": self.dividends("TaoDividendsPerSubnet"),
            "alpha_dividends_per_hotkey": self.dividends("AlphaDividendsPerSubnet"),
        }


_OF_SUBNET: Mapping[str, str] = {
    "network_registered_at": "NetworkRegisteredAt",
    "tempo": "Tempo",
    "last_step": "LastMechansimStepBlock",
    "alpha_in": "SubnetAlphaIn",
    "alpha_out": "SubnetAlphaOut",
    "tao_in": "SubnetTAO",
    "alpha_out_emission": "SubnetAlphaOutEmission",
    "alpha_in_emission": "SubnetAlphaInEmission",
    "tao_in_emission": "SubnetTaoInEmission",
    "subnet_volume": "SubnetVolume",
    "rho": "Rho",
    "kappa": "Kappa",
    "min_allowed_weights": "MinAllowedWeights",
    "max_weights_limit": "MaxWeightsLimit",
    "weights_version": "WeightsVersionKey",
    "weights_rate_limit": "WeightsSetRateLimit",
    "max_validators": "MaxAllowedValidators",
    "num_uids": "SubnetworkN",
    "max_uids": "MaxAllowedUids",
    "burn": "Burn",
    "difficulty": "Difficulty",
    "registration_allowed": "NetworkRegistrationAllowed",
    "pow_registration_allowed": "NetworkPowRegistrationAllowed",
    "immunity_period": "ImmunityPeriod",
    "min_difficulty": "MinDifficulty",
    "max_difficulty": "MaxDifficulty",
    "min_burn": "MinBurn",
    "max_burn": "MaxBurn",
    "adjustment_alpha": "AdjustmentAlpha",
    "adjustment_interval": "AdjustmentInterval",
    "target_regs_per_interval": "TargetRegistrationsPerInterval",
    "max_regs_per_block": "MaxRegistrationsPerBlock",
    "serving_rate_limit": "ServingRateLimit",
    "commit_reveal_weights_enabled": "CommitRevealWeightsEnabled",
    "commit_reveal_period": "RevealPeriodEpochs",
    "liquid_alpha_enabled": "LiquidAlphaOn",
    "bonds_moving_avg": "BondsMovingAverage",
}
"""Fields of a metagraph that are one item's value."""
_VECTORS: Mapping[str, str] = {
    "active": "Active",
    "validator_permit": "ValidatorPermit",
    "pruning_score": "PruningScores",
    "last_update": "LastUpdate",
    "emission": "Emission",
    "dividends": "Dividends",
    "incentives": "Incentive",
    "consensus": "Consensus",
    "trust": "Trust",
    "rank": "Rank",
}
"""Fields of a metagraph that are one item's vector."""


def as_float32(values: Any) -> list[float]:
    """As numpy shows 32-bit floats in plain Python."""
    shown: list[float] = np.array(values, dtype=np.float32).tolist()
    return shown
