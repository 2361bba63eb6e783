"""The command `show`: storage as it is now, or was at a block. The present is shown without loading any rule."""

from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.storage.changes import key_to_json
from neuron_ledger.events.storage.items_before import name_here
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import ACCOUNT
from neuron_ledger.ledger.looking import Looked, looked_at
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.views.metagraph import metagraph
from neuron_ledger.projections.views.neuron_info import NeuronInfo, NeuronInfoLite, neuron_info
from neuron_ledger.replay.cli.amounts import coins, share, stake
from neuron_ledger.replay.cli.common import (
    block_option,
    ensure_one_of,
    fields_json,
    from_zero,
    json_option,
    ledger_argument,
    netuid_option,
    number,
    opened,
    raw_option,
    reports_errors,
    shown_account,
    unknown_subnet,
)
from neuron_ledger.replay.cli.output import say, say_fields, say_json, say_note
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.cli.units import item_told, netuid_of

METRICS = ("rank", "trust", "consensus", "incentive", "dividends")
PARTS = (*METRICS, "validator_trust", "pruning_score")
"""Fields of a neuron that are parts of 65535."""


@click.group()
def show() -> None:
    """Show a subnet, a neuron or any storage item, as it is now or was at a block."""


@show.command("subnet")
@ledger_argument
@netuid_option
@block_option
@raw_option
@json_option
@reports_errors
def show_subnet(ledger: Path, netuid: int, block: int | None, raw: bool, as_json: bool) -> None:
    """Show a subnet's hyperparameters, pool and neurons; --raw and --json in the chain's own units (see docs/records.md).

    \b
    neuron-ledger show subnet chain.ledger --netuid 1
    neuron-ledger show subnet chain.ledger --netuid 1 --block 5000
    """
    with looked_at(ledger, block) as source:
        graph = metagraph(source.storage, netuid)
        if graph is None:
            raise unknown_subnet(source.storage, netuid)
        values = {
            name: people.unstructure(value, source.storage.map(name).item.value) if value is not None else None
            for name, value in graph.values.items()
        }
        if as_json:
            neurons = [fields_json(neuron) for neuron in graph.neurons]
            say_json({"netuid": netuid, "block": graph.block, "n": graph.n, "values": values, "neurons": neurons})
            return
        has_alpha = source.storage.layout.has_alpha
        told = {name: item_told(name, value, has_alpha=has_alpha, netuid=netuid, raw=raw) for name, value in values.items()}
        say_fields(f"subnet {netuid} at block {graph.block:,}: {number(graph.n, 'neuron')}", told)
        columns = ("uid", "hotkey", "active", "permit", "stake", *METRICS, "emission", "pruning score", "last update")
        unit = "alpha" if has_alpha else "TAO"
        units = f"in rao of {unit}, the others parts of 65,535" if raw else f"in {unit}; --raw as stored"
        rows = [_neuron_row(neuron, raw) for neuron in graph.neurons]
        say_table(f"neurons (stake and emission {units})", columns, rows)


def _neuron_row(n: NeuronInfoLite, raw: bool) -> tuple[object, ...]:
    amount, portion = (str, str) if raw else (coins, share)
    return (
        *(n.uid, shown_account(n.hotkey), "yes" if n.active else "", "yes" if n.validator_permit else ""),
        *(amount(n.stake[0][1]), *(portion(getattr(n, name)) for name in METRICS), amount(n.emission)),
        *(portion(n.pruning_score), n.last_update),
    )


@show.command("neuron")
@ledger_argument
@netuid_option
@click.option("--uid", type=from_zero, help="The neuron's uid.")
@click.option("--hotkey", help="Or its hotkey (SS58 or hex).")
@block_option
@raw_option
@json_option
@reports_errors
def show_neuron(
    ledger: Path, netuid: int, uid: int | None, hotkey: str | None, block: int | None, raw: bool, as_json: bool
) -> None:
    """Show one neuron with its weights and bonds.

    \b
    neuron-ledger show neuron chain.ledger --netuid 1 --uid 17
    """
    with looked_at(ledger, block) as source:
        ensure_one_of(uid=uid, hotkey=hotkey)
        if not source.storage.networks_added[netuid]:
            raise unknown_subnet(source.storage, netuid)
        if hotkey is not None:
            account = read(people, hotkey, ACCOUNT, "--hotkey")
            uid = source.storage.uids[netuid, account]
            if uid is None:
                left = _left(source, netuid, account) if block is None else f" at block {block}"
                raise FieldError("--hotkey", f"a hotkey registered on subnet {netuid}{left}", hotkey)
        info = neuron_info(source.storage, netuid, uid or 0)
        if info is None:
            n = source.storage.subnetwork_n[netuid]
            raise FieldError("--uid", f"a uid of subnet {netuid}, which has {n} neurons", uid)
        if as_json:
            say_json(fields_json(info))
        else:
            say_fields(
                f"uid {info.uid} of subnet {netuid} at block {source.block:,}",
                _for_people(info, source.storage.layout.has_alpha, raw),
            )


def _left(source: Looked, netuid: int, hotkey: bytes) -> str:
    """What the error adds about a hotkey without a uid: which one it held, until when, and where to read on."""
    from neuron_ledger.projections.views.tenures import Tenures
    from neuron_ledger.replay.proof.groups import groups

    tenures = list(Tenures.of(groups(source.log.read_verified())))
    for tenure in tenures:
        if tenure.netuid == netuid and tenure.hotkey != hotkey and tenure.was(hotkey):
            return f" now (this one was swapped to {shown_account(tenure.hotkey)}: see tenures --hotkey)"
    held = [
        (t.to_block, t.from_block, t.uid) for t in tenures if (t.netuid, t.hotkey) == (netuid, hotkey) and t.to_block is not None
    ]
    if not held:
        return ", where this one never held a uid"
    until, since, uid = max(held)
    return f" now (this one held uid {uid} from block {since} to {until}: see tenures --hotkey)"


def _for_people(info: NeuronInfo, has_alpha: bool, raw: bool) -> dict[str, object]:
    """A neuron's fields, the composite ones written out."""
    axon, prometheus = info.axon_info, info.prometheus_info
    of = partial(stake, netuid=info.netuid, has_alpha=has_alpha, raw=raw)
    return {
        **fields_json(info),
        **{name: getattr(info, name) if raw else f"{share(getattr(info, name))} ({getattr(info, name):,})" for name in PARTS},
        "axon_info": None if axon is None else _endpoint(axon[0], axon[2], axon[3]),
        "prometheus_info": None if prometheus is None else _endpoint(prometheus[0], prometheus[2], prometheus[3]),
        "stake": ", ".join(f"{of(held)} of {shown_account(key)}" for key, held in info.stake),
        "emission": of(info.emission),
        "weights": _row(info.weights, raw),
        "bonds": _row(info.bonds, raw),
    }


def _endpoint(block: int, ip: int, port: int) -> str:
    address = ip_address(ip)
    return f"{f'[{address}]' if address.version == 6 else address}:{port}, served in block {block:,}"


def _row(pairs: tuple[tuple[int, int], ...], raw: bool) -> str | None:
    return ", ".join(f"uid {uid}: {value if raw else share(value)}" for uid, value in pairs) or None


@show.command("storage")
@ledger_argument
@click.argument("item", required=False)
@click.option("--limit", type=from_zero, default=50, show_default=True, help="Show at most this many entries; 0 for all.")
@block_option
@raw_option
@json_option
@reports_errors
def show_storage(ledger: Path, item: str | None, limit: int, block: int | None, raw: bool, as_json: bool) -> None:
    """Show a storage item by its on-chain name; without a name, list the items that have entries.

    \b
    neuron-ledger show storage chain.ledger Burn
    """
    with looked_at(ledger, block) as source:
        if item is None:
            counts = {table.item.name: len(table) for table in source.storage.maps() if table}
            if as_json:
                say_json({"block": source.block, "digest": source.storage.digest().hex(), "entries": counts})
            else:
                say(f"storage at block {source.block:,}, digest {source.storage.digest().hex()}")
                say_fields("entries", {name: f"{count:,}" for name, count in counts.items()})
            return
        table = source.storage.map(name_here(item, source.storage.layout.items))
        entries = _entries(table)
        chosen = entries[: limit or None]
        if as_json:
            say_json({"item": item, "entries": len(entries), "values": chosen})
            return
        for *key, value in chosen:
            netuid, has_alpha = netuid_of(table.item, key), source.storage.layout.has_alpha
            told = item_told(table.item.name, value, has_alpha=has_alpha, netuid=netuid, raw=raw)
            say(f"{item}{''.join(f'[{part}]' for part in key)} = {told}", brief=True)
        if len(chosen) < len(entries):
            say_note(f"… and {len(entries) - len(chosen)} more; --limit 0 shows all")


@show.command("raw")
@ledger_argument
@click.option("--block", type=from_zero, help="Show the storage after this block instead of the last one.")
@click.option("--limit", type=from_zero, default=50, show_default=True, help="Show at most this many entries; 0 for all.")
@click.option("--all-pallets", is_flag=True, help="Include what was read of other pallets: balances, pools, the sudo key.")
@json_option
@reports_errors
def show_raw(ledger: Path, block: int | None, limit: int, all_pallets: bool, as_json: bool) -> None:
    """Show storage of an imported history as the node has it: full keys and values in hex digits, by key. --json shows all.

    \b
    neuron-ledger show raw chain.ledger --block 100 --json
    """
    from neuron_ledger.replay.history.raw import raw_entries

    with opened(ledger) as source:
        found = raw_entries(source, block, all_pallets=all_pallets)
        entries = [(f"0x{key.hex()}", f"0x{value.hex()}") for key, value in found.items()]
        at = source.block if block is None else block
    if as_json:
        say_json({"block": at, "entries": dict(entries)})
        return
    for key, value in entries[: limit or None]:
        say(f"{key} = {value}")
    if limit and len(entries) > limit:
        say_note(f"… and {len(entries) - limit} more; --limit 0 shows all")


def _entries(table: StorageMap[Any, Any]) -> list[list[Any]]:
    """[key part, …, value] of every entry, in the order of their keys."""
    item = table.item
    return [[*key_to_json(item, key), people.unstructure(table[key], item.value)] for key in sorted(table)]


COMMANDS = (show,)
