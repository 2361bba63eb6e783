"""A metagraph snapshot: one subnet at one block, as a node's metagraph call returned it, in raw integers.

Imported as an observation at its block, beside what the ledger holds of other subnets, replacing an earlier one of the
same subnet. What the answer does not show is recorded as not seen (`lacking.py`). A metagraph's stake
includes inheritance; real stake comes from the neurons-lite call, as one share of the coldkey under which that call shows it.
"""

from pathlib import Path

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import NOTHING, Unquoted
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.metagraph_info import VECTORS
from neuron_ledger.replay.importers.accounts_seen import Entries, put, put_owners, put_stake, remove
from neuron_ledger.replay.importers.lacking import put_not_seen
from neuron_ledger.replay.importers.metagraph_fields import (
    DIVIDENDS,
    ESSENTIAL,
    MECHANISM,
    PER_UID,
    SUBNET_VALUES,
    UNITS,
    VIEWS,
    Graph,
)
from neuron_ledger.replay.importers.neurons_lite import read_lite
from neuron_ledger.replay.importers.node_form import node
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT
from neuron_ledger.replay.importers.scale_form import with_answer
from neuron_ledger.replay.importers.sdk_form import from_sdk
from neuron_ledger.replay.importers.signed import signed
from neuron_ledger.replay.importers.source import Source, read_source
from neuron_ledger.replay.transparency.keys import PrivateKey

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
    """Import a subnet from a metagraph snapshot; its block becomes the current one.

    neurons_lite: the same subnet and block from the node's neurons-lite call, for stake, validator trust and prometheus
    endpoints. max_size: bytes that each file may have after expanding. key: signs the observation.
    Raises: ImportProblem (nothing is recorded then).
    """
    for file in (path, *([] if neurons_lite is None else [neurons_lite])):
        require_other_file(ledger.log, file)
    source = with_answer(read_source(path, max_size, is_answer=True))
    lite = None if neurons_lite is None else read_source(neurons_lite, max_size, is_answer=True)
    changes, block = metagraph_changes(source, ledger.storage, lite)
    if ledger.block > block:
        expected = f"a block from {ledger.block} on, the ledger's current one (import earlier ones first)"
        raise source.problem("block", expected, block)
    what = f"metagraph of subnet {source.content['netuid']}"
    return ledger.observe(signed(Observe(what, block, source.digest), changes, key), changes)


def metagraph_changes(source: Source, storage: Storage, lite: Source | None = None) -> tuple[tuple[ItemChange, ...], int]:
    """What a snapshot shows and storage does not have yet, and its block. Raises: ImportProblem."""
    graph = read_graph(source)
    changes: Entries = {}
    seen = {"Keys", "Uids", "IsNetworkMember", "BlockAtRegistration", "NetworksAdded", "SubnetMechanism"}
    for field, item in (*SUBNET_VALUES.items(), *VECTORS.items()):
        if graph[field] is not None:
            put(changes, item, graph["netuid"], graph[field])
            seen.add(item)
    seen |= _put_subnet(changes, storage, source, graph)
    _put_totals(changes, storage, source, graph)
    _put_seats(changes, storage, graph)
    seen |= _put_axons_and_dividends(changes, storage, graph)
    if lite is not None:
        seen |= _put_lite(changes, storage, lite, graph)
    put_not_seen(changes, storage, graph["netuid"], seen)
    return canonical_changes(changes), graph["block"]


def read_graph(source: Source) -> Graph:
    """The fields of a snapshot, None if the answer lacks one. Raises: ImportProblem."""
    source = with_answer(source)
    raw = source.table(source.content, "metagraph", set(ESSENTIAL), (UNITS.keys() | VIEWS) - ESSENTIAL.keys())
    if raw.get(MECHANISM) not in (None, 0):
        raise source.problem(MECHANISM, "the first mechanism, 0", raw[MECHANISM])
    raw = {field: from_sdk(field, value) for field, value in raw.items()}
    for field in ESSENTIAL:
        if raw[field] is None:
            raise source.problem(f"metagraph.{field}", "this field", NOTHING)
    graph: Graph = {
        field: None if raw.get(field) is None else source.value(unit, raw[field], field, node) for field, unit in UNITS.items()
    }
    if graph["netuid"] == ROOT:
        raise source.problem("netuid", "a subnet other than the root network", ROOT)
    graph["num_uids"] = len(graph["hotkeys"]) if graph["num_uids"] is None else graph["num_uids"]
    _check_seats(source, graph)
    return graph


def _check_seats(source: Source, graph: Graph) -> None:
    n = graph["num_uids"]
    for field in PER_UID:
        if graph[field] is not None and len(graph[field]) != n:
            raise source.problem(field, f"{n} values (num_uids)", Unquoted(f"{len(graph[field])} values"))
    first: dict[bytes, int] = {}
    for uid, hotkey in enumerate(graph["hotkeys"]):
        if first.setdefault(hotkey, uid) != uid:
            raise source.problem(f"hotkeys[{uid}]", f"a hotkey of its own (uid {first[hotkey]} has it)", ss58.encode(hotkey))
    for uid, registered in enumerate(graph["block_at_registration"]):
        if registered > graph["block"]:
            raise source.problem(
                f"block_at_registration[{uid}]", f"a block up to {graph['block']}, the metagraph's own", registered
            )


def _put_subnet(changes: Entries, storage: Storage, source: Source, graph: Graph) -> set[str]:
    """The parts of a subnet that are not single fields. Returns: the items that are seen."""
    netuid = graph["netuid"]
    for known in (ROOT, netuid):
        put(changes, "NetworksAdded", known, True)
    networks = {ROOT, netuid, *(known for known, added in storage.networks_added.items() if added)}
    put(changes, "TotalNetworks", (), len(networks))
    put(changes, "BlockNumber", (), graph["block"])
    symbol = graph["symbol"]
    if symbol is not None and len(symbol) > LONGEST_SYMBOL:
        raise source.problem("symbol", f"at most {LONGEST_SYMBOL} bytes", symbol)
    put(changes, "SubnetMechanism", netuid, 1)
    bounds = None if graph["alpha_low"] is None or graph["alpha_high"] is None else (graph["alpha_low"], graph["alpha_high"])
    values = {
        "TokenSymbol": symbol,
        "SubnetOwner": graph["owner_coldkey"],
        "SubnetOwnerHotkey": graph["owner_hotkey"],
        "SubnetMovingPrice": graph["moving_price"],
        "AlphaValues": bounds,
    }
    seen = {item: value for item, value in values.items() if value is not None}
    for item, value in seen.items():
        put(changes, item, netuid, value)
    return set(seen)


def _put_totals(changes: Entries, storage: Storage, source: Source, graph: Graph) -> None:
    """Change the totals by the difference between the subnet's pool and the ledger's: the answer does not show them."""
    if graph["tao_in"] is None:
        return
    more = graph["tao_in"] - storage.subnet_tao[graph["netuid"]]
    for item, before in (("TotalStake", storage.total_stake.value), ("TotalIssuance", storage.total_issuance.value)):
        if not 0 <= before + more < 2**64:
            raise source.problem("tao_in", f"an amount with which {item} stays from 0 to 2^64 - 1", graph["tao_in"])
        put(changes, item, (), before + more)


def _put_seats(changes: Entries, storage: Storage, graph: Graph) -> None:
    """Who is on the subnet; neurons that are no longer there are removed."""
    netuid = graph["netuid"]
    for uid, (hotkey, registered) in enumerate(zip(graph["hotkeys"], graph["block_at_registration"], strict=True)):
        put(changes, "Keys", (netuid, uid), hotkey)
        put(changes, "Uids", (netuid, hotkey), uid)
        put(changes, "IsNetworkMember", (hotkey, netuid), True)
        put(changes, "BlockAtRegistration", (netuid, uid), registered)
    here = set(graph["hotkeys"])
    for uid in range(storage.subnetwork_n[netuid]):
        hotkey = storage.keys[netuid, uid]
        if hotkey not in here:
            remove(changes, "Uids", (netuid, hotkey))
            remove(changes, "IsNetworkMember", (hotkey, netuid))
        if uid >= graph["num_uids"]:
            remove(changes, "Keys", (netuid, uid))
            remove(changes, "BlockAtRegistration", (netuid, uid))
    put_owners(changes, storage, zip(graph["hotkeys"], graph["coldkeys"], strict=True))


def _put_axons_and_dividends(changes: Entries, storage: Storage, graph: Graph) -> set[str]:
    """Entries under hotkeys; those of the subnet that are no longer shown are removed. Returns: the items that are seen."""
    shown: dict[str, dict[bytes, object]] = {}
    if graph["axons"] is not None:
        # A node shows an absent one as zeros.
        shown["Axons"] = {hotkey: axon for hotkey, axon in zip(graph["hotkeys"], graph["axons"], strict=True) if any(axon)}
    for field, item in DIVIDENDS.items():
        if graph[field] is not None:
            shown[item] = {hotkey: amount for hotkey, amount in graph[field] if amount}
    for item, entries in shown.items():
        _replace(changes, storage, item, graph["netuid"], entries)
    return set(shown)


def _replace(changes: Entries, storage: Storage, item: str, netuid: int, entries: dict[bytes, object]) -> None:
    for hotkey, value in entries.items():
        put(changes, item, (netuid, hotkey), value)
    for key in storage.map(item):
        if key[0] == netuid and key[1] not in entries:
            remove(changes, item, key)


def _put_lite(changes: Entries, storage: Storage, source: Source, graph: Graph) -> set[str]:
    """Stake, validator trust and prometheus endpoints, as far as the records have them. Returns: the items that are seen."""
    netuid, hotkeys = graph["netuid"], graph["hotkeys"]
    lite = read_lite(with_answer(source), graph)
    seen: set[str] = set()
    if "validator_trust" in lite:
        put(changes, "ValidatorTrust", netuid, tuple(lite["validator_trust"]))
        seen.add("ValidatorTrust")
    if "prometheus_info" in lite:
        served = {hotkey: info for hotkey, info in zip(hotkeys, lite["prometheus_info"], strict=True) if any(info)}
        _replace(changes, storage, "Prometheus", netuid, served)
        seen.add("Prometheus")
    for uid, parts in enumerate(lite.get("stake", ())):
        stake = sum(amount for _, amount in parts)
        if stake >= 2**64:
            raise source.problem(f"[{uid}].stake", "a sum below 2^64", stake)
        coldkey = parts[0][0] if len(parts) == 1 else graph["coldkeys"][uid]
        put_stake(changes, storage, hotkeys[uid], coldkey, netuid, stake)
        seen.add("TotalHotkeyAlpha")
    return seen
