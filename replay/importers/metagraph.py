"""A metagraph snapshot: one subnet at one block, as a node's metagraph call returned it, in raw integers.

Taken over as an observation at its block. What the call does not tell is not made up, with two exceptions that keep stake usable:
the whole stake of a hotkey counts as a share of its coldkey, and the root network holds what is staked there. Without balances,
weights, bonds and FirstEmissionBlockNumber the subnet goes on registering from here, but not emitting.
"""

from pathlib import Path
from typing import Any

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.events.storage.items import AXON, ITEMS, PROMETHEUS
from neuron_ledger.events.wire.kinds import ACCOUNT, I128, U8, U16, U64, Kind, ListOf
from neuron_ledger.ledger.chain import Ledger, Receipt
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.stake.share_pool import SharePool
from neuron_ledger.replay.importers.source import Source, read_source

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

PARTS = {
    "netuid",
    "block",
    "symbol",
    "owner_hotkey",
    "owner_coldkey",
    "moving_price",
    "alpha_high",
    "alpha_low",
    "hotkeys",
    "coldkeys",
    "axons",
    "block_at_registration",
    "alpha_stake",
    "tao_stake",
    "alpha_dividends_per_hotkey",
    "tao_dividends_per_hotkey",
}
"""Fields that are read one by one."""

VIEWS = {"name", "identity", "identities", "subnet_emission", "total_stake", "validators", "commitments"}
"""Fields that other storage gives, or other pallets keep: known, and not taken over."""

Entries = dict[str, tuple[dict[Any, Any], list[Any]]]


def import_metagraph(ledger: Ledger, path: Path, neurons_lite: Path | None = None) -> Receipt:
    """Take over a subnet from a metagraph snapshot; its block becomes the current one.

    neurons_lite: the same subnet and block from the node's neurons-lite call, for validator trust and prometheus endpoints.
    Raises: ImportProblem (nothing is recorded then).
    """
    for file in (path, *([] if neurons_lite is None else [neurons_lite])):
        require_other_file(ledger.log, file)
    source = read_source(path)
    lite = None if neurons_lite is None else read_source(neurons_lite)
    changes, block = metagraph_changes(source, lite)
    if ledger.block > block:
        raise source.problem("block", f"a block from {ledger.block} on, where the ledger stands", block)
    netuid = source.content["netuid"]
    if ledger.storage.networks_added[netuid]:
        raise source.problem("netuid", "a subnet that the ledger does not have yet", netuid)
    return ledger.observe(Observe(f"metagraph of subnet {netuid}", block, source.digest), changes)


def metagraph_changes(source: Source, lite: Source | None = None) -> tuple[tuple[ItemChange, ...], int]:
    """The storage that a snapshot describes, and its block. Raises: ImportProblem."""
    content = source.table(source.content, "metagraph", {*SUBNET_VALUES, *VECTORS, *PARTS, *VIEWS})
    netuid = source.value(U16, content["netuid"], "netuid")
    block = source.value(U64, content["block"], "block")
    if netuid == ROOT:
        raise source.problem("netuid", "a subnet other than the root network", netuid)
    changes: Entries = {}
    for field, item in SUBNET_VALUES.items():
        _put(changes, item, netuid, source.value(ITEMS[item].value, content[field], field))
    hotkeys, coldkeys = (_accounts(source, content[field], field) for field in ("hotkeys", "coldkeys"))
    n = content["num_uids"]
    _check_seats(source, hotkeys, coldkeys, n)
    for field, item in VECTORS.items():
        vector = source.value(ITEMS[item].value, content[field], field)
        if len(vector) != n:
            raise source.problem(field, f"{n} values (num_uids)", f"{len(vector)} values")
        _put(changes, item, netuid, vector)
    _put_subnet(changes, source, netuid, block)
    _put_seats(changes, source, netuid, hotkeys, coldkeys)
    _put_stakes(changes, source, netuid, hotkeys, coldkeys)
    _put_endpoints(changes, source, netuid, hotkeys)
    _put_lite(changes, lite, netuid, hotkeys)
    return canonical_changes(changes), block


def _put(changes: Entries, item: str, key: Any, value: Any) -> None:
    changes.setdefault(item, ({}, []))[0][key] = value


def _account(source: Source, raw: Any, where: str) -> bytes:
    """An account as the node's JSON has it: 32 bytes as numbers, in a list of one."""
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, list) or len(raw) != 32 or not all(type(byte) is int and 0 <= byte < 256 for byte in raw):
        raise source.problem(where, "an account as a list of 32 bytes", raw)
    return bytes(raw)


def _accounts(source: Source, raw: Any, where: str) -> list[bytes]:
    return [_account(source, item, f"{where}[{index}]") for index, item in enumerate(source.items(raw, where, "accounts"))]


def _check_seats(source: Source, hotkeys: list[bytes], coldkeys: list[bytes], n: int) -> None:
    for field, accounts in (("hotkeys", hotkeys), ("coldkeys", coldkeys)):
        if len(accounts) != n:
            raise source.problem(field, f"{n} accounts (num_uids)", f"{len(accounts)} accounts")
    first: dict[bytes, int] = {}
    for uid, hotkey in enumerate(hotkeys):
        if first.setdefault(hotkey, uid) != uid:
            raise source.problem(f"hotkeys[{uid}]", f"a hotkey of its own (uid {first[hotkey]} has it)", ACCOUNT.to_json(hotkey))


def _put_subnet(changes: Entries, source: Source, netuid: int, block: int) -> None:
    content = source.content
    for known in (ROOT, netuid):
        _put(changes, "NetworksAdded", known, True)
    _put(changes, "TotalNetworks", (), 2)
    _put(changes, "BlockNumber", (), block)
    _put(changes, "TokenSymbol", netuid, bytes(source.value(ListOf(U8), content["symbol"], "symbol")))
    _put(changes, "SubnetOwner", netuid, _account(source, content["owner_coldkey"], "owner_coldkey"))
    _put(changes, "SubnetOwnerHotkey", netuid, _account(source, content["owner_hotkey"], "owner_hotkey"))
    _put(changes, "SubnetMechanism", netuid, 1)
    price = source.table(content["moving_price"], "moving_price", {"bits"})
    _put(changes, "SubnetMovingPrice", netuid, source.value(I128, price["bits"], "moving_price.bits"))
    alpha = (source.value(U16, content["alpha_low"], "alpha_low"), source.value(U16, content["alpha_high"], "alpha_high"))
    _put(changes, "AlphaValues", netuid, alpha)


def _put_seats(changes: Entries, source: Source, netuid: int, hotkeys: list[bytes], coldkeys: list[bytes]) -> None:
    registered = source.value(ITEMS["LastUpdate"].value, source.content["block_at_registration"], "block_at_registration")
    if len(registered) != len(hotkeys):
        raise source.problem("block_at_registration", f"{len(hotkeys)} values (num_uids)", f"{len(registered)} values")
    _put(changes, "ValidatorTrust", netuid, (0,) * len(hotkeys))
    owned: dict[bytes, tuple[bytes, ...]] = {}
    for uid, (hotkey, coldkey) in enumerate(zip(hotkeys, coldkeys, strict=True)):
        _put(changes, "Keys", (netuid, uid), hotkey)
        _put(changes, "Uids", (netuid, hotkey), uid)
        _put(changes, "IsNetworkMember", (hotkey, netuid), True)
        _put(changes, "BlockAtRegistration", (netuid, uid), registered[uid])
        _put(changes, "Owner", hotkey, coldkey)
        owned[coldkey] = (*owned.get(coldkey, ()), hotkey)
    for coldkey, keys in owned.items():
        _put(changes, "OwnedHotkeys", coldkey, keys)
        _put(changes, "StakingHotkeys", coldkey, keys)


def _put_stakes(changes: Entries, source: Source, netuid: int, hotkeys: list[bytes], coldkeys: list[bytes]) -> None:
    staked_on_root = 0
    for field, at in (("alpha_stake", netuid), ("tao_stake", ROOT)):
        stakes = source.value(ITEMS["Emission"].value, source.content[field], field)
        if len(stakes) != len(hotkeys):
            raise source.problem(field, f"{len(hotkeys)} values (num_uids)", f"{len(stakes)} values")
        for hotkey, coldkey, stake in zip(hotkeys, coldkeys, stakes, strict=True):
            if stake:
                pool, _ = SharePool(0, 0, 0).updated_for_one(stake)
                _put(changes, "TotalHotkeyAlpha", (hotkey, at), pool.shared_value)
                _put(changes, "TotalHotkeyShares", (hotkey, at), pool.denominator)
                _put(changes, "Alpha", (hotkey, coldkey, at), pool.share)
                staked_on_root += stake if at == ROOT else 0
    for field, item in (
        ("alpha_dividends_per_hotkey", "AlphaDividendsPerSubnet"),
        ("tao_dividends_per_hotkey", "TaoDividendsPerSubnet"),
    ):
        for index, pair in enumerate(source.items(source.content[field], field, "[hotkey, amount]")):
            where = f"{field}[{index}]"
            if not isinstance(pair, list) or len(pair) != 2:
                raise source.problem(where, "[hotkey, amount]", pair)
            amount = source.value(U64, pair[1], where)
            if amount:
                _put(changes, item, (netuid, _account(source, pair[0], where)), amount)
    total = staked_on_root + source.content["tao_in"]
    if total >= 2**64:
        raise source.problem("tao_stake", "with tao_in a sum below 2^64", total)
    _put(changes, "SubnetTAO", ROOT, staked_on_root)
    _put(changes, "TotalStake", (), total)
    _put(changes, "TotalIssuance", (), total)


def _put_endpoints(changes: Entries, source: Source, netuid: int, hotkeys: list[bytes]) -> None:
    axons = source.content["axons"]
    if not isinstance(axons, list) or len(axons) != len(hotkeys):
        raise source.problem("axons", f"a list of {len(hotkeys)} endpoints (num_uids)", axons)
    names = ("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2")
    for uid, (hotkey, raw) in enumerate(zip(hotkeys, axons, strict=True)):
        endpoint = _endpoint(source, raw, f"axons[{uid}]", names, AXON)
        if any(endpoint):
            _put(changes, "Axons", (netuid, hotkey), endpoint)


def _endpoint(source: Source, raw: Any, where: str, names: tuple[str, ...], kind: Kind) -> tuple[int, ...]:
    """An endpoint's values in the order of storage; all 0 is how the node shows that there is none."""
    fields = source.table(raw, where, set(names))
    endpoint: tuple[int, ...] = source.value(kind, [fields[name] for name in names], where)
    return endpoint


def _put_lite(changes: Entries, lite: Source | None, netuid: int, hotkeys: list[bytes]) -> None:
    """Validator trust and prometheus endpoints, from records that must be of the same neurons."""
    if lite is None:
        return
    if not isinstance(lite.content, list) or len(lite.content) != len(hotkeys):
        raise lite.problem("neurons", f"a list of {len(hotkeys)} neurons, as in the metagraph", lite.content)
    trust = []
    for uid, (record, hotkey) in enumerate(zip(lite.content, hotkeys, strict=True)):
        where = f"[{uid}]"
        neuron = lite.table(record, where)
        if {"hotkey", "uid", "netuid", "validator_trust", "prometheus_info"} - neuron.keys():
            raise lite.problem(where, "a record of the neurons-lite call", record)
        if (neuron["uid"], neuron["netuid"]) != (uid, netuid) or _account(lite, neuron["hotkey"], f"{where}.hotkey") != hotkey:
            raise lite.problem(where, f"the neuron of uid {uid} in the metagraph", neuron["uid"])
        trust.append(lite.value(U16, neuron["validator_trust"], f"{where}.validator_trust"))
        names = ("block", "version", "ip", "port", "ip_type")
        endpoint = _endpoint(lite, neuron["prometheus_info"], f"{where}.prometheus_info", names, PROMETHEUS)
        if any(endpoint):
            _put(changes, "Prometheus", (netuid, hotkey), endpoint)
    _put(changes, "ValidatorTrust", netuid, tuple(trust))
