"""A metagraph snapshot: one subnet at one block, as a node's metagraph call returned it, in raw integers.

Taken over as an observation at its block, beside what the ledger holds of other subnets. What the call does not return is
not made up, with two exceptions that keep stake usable: the whole stake of a hotkey counts as a share of its coldkey, and
the root network holds what is staked there. Without balances, weights, bonds and FirstEmissionBlockNumber the subnet goes on
registering from here, but not emitting.
"""

from pathlib import Path
from typing import Any

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.events.storage.items import AXON, ITEMS, PROMETHEUS
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import Said
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, I128, U16, U64, U64_VECTOR, AccountIds, Unit
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.accounts_seen import Entries, put, put_owners, put_stake
from neuron_ledger.replay.importers.node_form import node
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT
from neuron_ledger.replay.importers.signed import signed
from neuron_ledger.replay.importers.source import Source, read_source
from neuron_ledger.replay.transparency.keys import PrivateKey

SUBNET_VALUES = {
    "network_registered_at": "NetworkRegisteredAt",
    "tempo": "Tempo",
    "last_step": "LastMechansimStepBlock",
    "blocks_since_last_step": "BlocksSinceLastStep",
    "alpha_in": "SubnetAlphaIn",
    "alpha_out": "SubnetAlphaOut",
    "tao_in": "SubnetTAO",
    "alpha_out_emission": "SubnetAlphaOutEmission",
    "alpha_in_emission": "SubnetAlphaInEmission",
    "tao_in_emission": "SubnetTaoInEmission",
    "pending_alpha_emission": "PendingEmission",
    "pending_root_emission": "PendingRootDivs",
    "subnet_volume": "SubnetVolume",
    "rho": "Rho",
    "kappa": "Kappa",
    "min_allowed_weights": "MinAllowedWeights",
    "max_weights_limit": "MaxWeightsLimit",
    "weights_version": "WeightsVersionKey",
    "weights_rate_limit": "WeightsSetRateLimit",
    "activity_cutoff": "ActivityCutoff",
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
"""Field of the snapshot → storage item with one value a subnet."""

VECTORS = {
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
"""Field of the snapshot → storage item with one value a uid."""

PARTS: dict[str, Unit] = {
    "netuid": U16,
    "block": U64,
    "symbol": BYTES,
    "owner_hotkey": ACCOUNT,
    "owner_coldkey": ACCOUNT,
    "moving_price": I128,
    "alpha_high": U16,
    "alpha_low": U16,
    "hotkeys": AccountIds,
    "coldkeys": AccountIds,
    "axons": tuple[AXON, ...],
    "block_at_registration": U64_VECTOR,
    "alpha_stake": U64_VECTOR,
    "tao_stake": U64_VECTOR,
    "alpha_dividends_per_hotkey": tuple[tuple[ACCOUNT, U64], ...],
    "tao_dividends_per_hotkey": tuple[tuple[ACCOUNT, U64], ...],
}
"""Fields that are used one by one, and what they hold."""

UNITS: dict[str, Unit] = {**{field: ITEMS[item].value for field, item in (*SUBNET_VALUES.items(), *VECTORS.items())}, **PARTS}
"""What every field holds that is taken over."""

PER_UID = ("hotkeys", "coldkeys", *VECTORS, "axons", "block_at_registration", "alpha_stake", "tao_stake")
"""Fields with one value a uid."""

VIEWS = {"name", "identity", "identities", "subnet_emission", "total_stake", "validators", "commitments"}
"""Fields that other storage gives, or other pallets keep: known, not taken over, and not in the answers of every runtime."""

LITE: dict[str, Unit] = {"hotkey": ACCOUNT, "uid": U16, "netuid": U16, "validator_trust": U16, "prometheus_info": PROMETHEUS}
"""Fields of a neurons-lite record that are used, and what they hold."""

Graph = dict[str, Any]
"""The fields of a snapshot as they are inside."""

LONGEST_SYMBOL = 64
"""Bytes of a subnet's symbol; those of the chain are one character each."""


def import_metagraph(
    ledger: Ledger,
    path: Path,
    neurons_lite: Path | None = None,
    *,
    max_size: int = LARGEST_DOCUMENT,
    key: PrivateKey | None = None,
) -> Receipt:
    """Take over a subnet from a metagraph snapshot; its block becomes the current one.

    neurons_lite: the same subnet and block from the node's neurons-lite call, for validator trust and prometheus endpoints.
    max_size: bytes that each file may have after expanding. key: signs the observation.
    Raises: ImportProblem (nothing is recorded then).
    """
    for file in (path, *([] if neurons_lite is None else [neurons_lite])):
        require_other_file(ledger.log, file)
    source = read_source(path, max_size)
    lite = None if neurons_lite is None else read_source(neurons_lite, max_size)
    changes, block = metagraph_changes(source, ledger.storage, lite)
    if ledger.block > block:
        raise source.problem("block", f"a block from {ledger.block} on, where the ledger stands", block)
    netuid = source.content["netuid"]
    if ledger.storage.networks_added[netuid]:
        raise source.problem("netuid", "a subnet that the ledger does not have yet", netuid)
    return ledger.observe(signed(Observe(f"metagraph of subnet {netuid}", block, source.digest), changes, key), changes)


def metagraph_changes(source: Source, storage: Storage, lite: Source | None = None) -> tuple[tuple[ItemChange, ...], int]:
    """What a snapshot shows that storage does not hold, and its block. Raises: ImportProblem."""
    raw = source.table(source.content, "metagraph", set(UNITS), VIEWS)
    graph = {field: source.value(unit, raw[field], field, node) for field, unit in UNITS.items()}
    netuid = graph["netuid"]
    if netuid == ROOT:
        raise source.problem("netuid", "a subnet other than the root network", netuid)
    _check_seats(source, graph)
    changes: Entries = {}
    for field, item in (*SUBNET_VALUES.items(), *VECTORS.items()):
        put(changes, item, netuid, graph[field])
    _put_subnet(changes, storage, source, graph)
    _put_seats(changes, storage, graph)
    _put_stakes(changes, storage, source, graph)
    for hotkey, axon in zip(graph["hotkeys"], graph["axons"], strict=True):
        if any(axon):  # all 0 is how the node shows that there is none
            put(changes, "Axons", (netuid, hotkey), axon)
    _put_lite(changes, lite, netuid, graph["hotkeys"])
    return canonical_changes(changes), graph["block"]


def _check_seats(source: Source, graph: Graph) -> None:
    n = graph["num_uids"]
    for field in PER_UID:
        if len(graph[field]) != n:
            raise source.problem(field, f"{n} values (num_uids)", Said(f"{len(graph[field])} values"))
    first: dict[bytes, int] = {}
    for uid, hotkey in enumerate(graph["hotkeys"]):
        if first.setdefault(hotkey, uid) != uid:
            raise source.problem(f"hotkeys[{uid}]", f"a hotkey of its own (uid {first[hotkey]} has it)", ss58.encode(hotkey))


def _put_subnet(changes: Entries, storage: Storage, source: Source, graph: Graph) -> None:
    netuid = graph["netuid"]
    for known in (ROOT, netuid):
        put(changes, "NetworksAdded", known, True)
    put(changes, "TotalNetworks", (), len({ROOT, netuid, *storage.networks_added}))
    put(changes, "BlockNumber", (), graph["block"])
    if len(graph["symbol"]) > LONGEST_SYMBOL:
        raise source.problem("symbol", f"at most {LONGEST_SYMBOL} bytes", graph["symbol"])
    put(changes, "TokenSymbol", netuid, graph["symbol"])
    put(changes, "SubnetOwner", netuid, graph["owner_coldkey"])
    put(changes, "SubnetOwnerHotkey", netuid, graph["owner_hotkey"])
    put(changes, "SubnetMechanism", netuid, 1)
    put(changes, "SubnetMovingPrice", netuid, graph["moving_price"])
    put(changes, "AlphaValues", netuid, (graph["alpha_low"], graph["alpha_high"]))


def _put_seats(changes: Entries, storage: Storage, graph: Graph) -> None:
    netuid = graph["netuid"]
    put(changes, "ValidatorTrust", netuid, (0,) * graph["num_uids"])
    for uid, (hotkey, registered) in enumerate(zip(graph["hotkeys"], graph["block_at_registration"], strict=True)):
        put(changes, "Keys", (netuid, uid), hotkey)
        put(changes, "Uids", (netuid, hotkey), uid)
        put(changes, "IsNetworkMember", (hotkey, netuid), True)
        put(changes, "BlockAtRegistration", (netuid, uid), registered)
    put_owners(changes, storage, zip(graph["hotkeys"], graph["coldkeys"], strict=True))


def _put_stakes(changes: Entries, storage: Storage, source: Source, graph: Graph) -> None:
    """Stake on the subnet and on root, dividends, and the totals that move with them."""
    netuid = graph["netuid"]
    moved = dict.fromkeys((netuid, ROOT), 0)
    for field, at in (("alpha_stake", netuid), ("tao_stake", ROOT)):
        for hotkey, coldkey, stake in zip(graph["hotkeys"], graph["coldkeys"], graph[field], strict=True):
            moved[at] += put_stake(changes, storage, hotkey, coldkey, at, stake)
    for field, item in (
        ("alpha_dividends_per_hotkey", "AlphaDividendsPerSubnet"),
        ("tao_dividends_per_hotkey", "TaoDividendsPerSubnet"),
    ):
        for hotkey, amount in graph[field]:
            if amount:
                put(changes, item, (netuid, hotkey), amount)
    more = moved[ROOT] + graph["tao_in"]
    totals = {
        ("SubnetTAO", ROOT): storage.subnet_tao[ROOT] + moved[ROOT],
        ("TotalStake", ()): storage.total_stake.value + more,
        ("TotalIssuance", ()): storage.total_issuance.value + more,
    }
    for (item, key), total in totals.items():
        if not 0 <= total < 2**64:
            raise source.problem("tao_stake", "with tao_in a sum below 2^64", total)
        put(changes, item, key, total)


def _put_lite(changes: Entries, lite: Source | None, netuid: int, hotkeys: tuple[bytes, ...]) -> None:
    """Validator trust and prometheus endpoints, from records that must be of the same neurons."""
    if lite is None:
        return
    if not isinstance(lite.content, list) or len(lite.content) != len(hotkeys):
        raise lite.problem("neurons", f"a list of {len(hotkeys)} neurons, as in the metagraph", lite.content)
    trust = []
    for uid, (record, hotkey) in enumerate(zip(lite.content, hotkeys, strict=True)):
        where = f"[{uid}]"
        neuron = lite.table(record, where)
        if LITE.keys() - neuron.keys():
            raise lite.problem(where, "a record of the neurons-lite call", record)
        seen = {field: lite.value(unit, neuron[field], f"{where}.{field}", node) for field, unit in LITE.items()}
        if (seen["uid"], seen["netuid"], seen["hotkey"]) != (uid, netuid, hotkey):
            raise lite.problem(where, f"the neuron of uid {uid} in the metagraph", seen["uid"])
        trust.append(seen["validator_trust"])
        if any(seen["prometheus_info"]):
            put(changes, "Prometheus", (netuid, hotkey), seen["prometheus_info"])
    put(changes, "ValidatorTrust", netuid, tuple(trust))
