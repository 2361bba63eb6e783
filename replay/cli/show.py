"""Commands that look at what the log adds up to: show, tenures, prune-queue."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import attrs
import click

from neuron_ledger.events.storage.changes import key_to_json
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import ACCOUNT
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.metagraph import metagraph
from neuron_ledger.projections.views.neuron_info import NeuronInfo, neuron_info
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli.common import (
    ensure_one_of,
    from_zero,
    json_option,
    ledger_argument,
    number,
    opened,
    picture_option,
    reports_errors,
    require_seen,
    shown_account,
)
from neuron_ledger.replay.cli.output import say, say_fields, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.tables import say_table
from neuron_ledger.replay.pictures.tenures import draw_tenures
from neuron_ledger.replay.proof.groups import counted, groups

NEURON_UNITS = "stake and emission in rao of alpha, last update a block, the others parts of 65535"

PRUNING_GOES_BY = ("PruningScores", "Emission", "ImmunityPeriod", "SubnetOwnerHotkey", "MaxAllowedUids")
"""What the order of replacement cannot be given without."""

netuid_option = click.option("--netuid", type=from_zero, required=True, help="The subnet.")


@click.group()
def show() -> None:
    """Show storage as it is now: a subnet, a neuron, any storage item."""


@show.command("subnet")
@ledger_argument
@netuid_option
@json_option
@reports_errors
def show_subnet(ledger: Path, netuid: int, as_json: bool) -> None:
    """A subnet's hyperparameters, pool and neurons, in the chain's own units (see docs/records.md).

    \b
    neuron-ledger show subnet chain.ledger --netuid 1
    """
    with opened(ledger) as source:
        graph = metagraph(source.storage, netuid)
        if graph is None:
            raise unknown_subnet(source.storage, netuid)
        values = {
            name: people.unstructure(value, source.storage.map(name).item.value) if value is not None else None
            for name, value in graph.values.items()
        }
        if as_json:
            neurons = [_neuron_json(neuron) for neuron in graph.neurons]
            say_json({"netuid": netuid, "block": graph.block, "n": graph.n, "values": values, "neurons": neurons})
            return
        say_fields(f"subnet {netuid} at block {graph.block}: {number(graph.n, 'neuron')}", values)
        columns = ("uid", "hotkey", "active", "permit", "stake", "rank", "trust", "consensus", "incentive", "dividends")
        rows = [
            (
                *(n.uid, shown_account(n.hotkey), "yes" if n.active else "", "yes" if n.validator_permit else ""),
                *(n.stake[0][1], n.rank, n.trust, n.consensus),
                *(n.incentive, n.dividends, n.emission, n.pruning_score, n.last_update),
            )
            for n in graph.neurons
        ]
        say_table(f"neurons ({NEURON_UNITS})", (*columns, "emission", "pruning score", "last update"), rows)


@show.command("neuron")
@ledger_argument
@netuid_option
@click.option("--uid", type=from_zero, help="The neuron's uid.")
@click.option("--hotkey", help="Or its hotkey (SS58 or hex).")
@json_option
@reports_errors
def show_neuron(ledger: Path, netuid: int, uid: int | None, hotkey: str | None, as_json: bool) -> None:
    """One neuron with its weights and bonds.

    \b
    neuron-ledger show neuron chain.ledger --netuid 1 --uid 17
    """
    with opened(ledger) as source:
        ensure_one_of(uid=uid, hotkey=hotkey)
        if not source.storage.networks_added[netuid]:
            raise unknown_subnet(source.storage, netuid)
        if hotkey is not None:
            account = read(people, hotkey, ACCOUNT, "--hotkey")
            uid = source.storage.uids[netuid, account]
            if uid is None:
                raise FieldError("--hotkey", f"a hotkey registered on subnet {netuid}{_left(source, netuid, account)}", hotkey)
        info = neuron_info(source.storage, netuid, uid or 0)
        if info is None:
            n = source.storage.subnetwork_n[netuid]
            raise FieldError("--uid", f"a uid of subnet {netuid}, which has {n} neurons", uid)
        if as_json:
            say_json(_neuron_json(info))
        else:
            say_fields(f"uid {info.uid} of subnet {netuid} at block {source.block} ({NEURON_UNITS})", _for_people(info))


def _left(source: Ledger, netuid: int, hotkey: bytes) -> str:
    """What is said of a hotkey that held a uid once: which, until when, and where to read on."""
    tenures = list(Tenures.of(groups(source.log.read_verified())))
    for tenure in tenures:
        if tenure.netuid == netuid and tenure.hotkey != hotkey and tenure.was(hotkey):
            return f" now (this one was swapped for {shown_account(tenure.hotkey)}: see tenures --hotkey)"
    held = [
        (t.to_block, t.from_block, t.uid) for t in tenures if (t.netuid, t.hotkey) == (netuid, hotkey) and t.to_block is not None
    ]
    if not held:
        return ", where this one never held a uid"
    until, since, uid = max(held)
    return f" now (this one held uid {uid} from block {since} to {until}: see tenures --hotkey)"


def _for_people(info: NeuronInfo) -> dict[str, object]:
    """A neuron's fields, those that are made of parts written out."""
    axon, prometheus = info.axon_info, info.prometheus_info
    return {
        **_neuron_json(info),
        "axon_info": None if axon is None else _endpoint(axon[0], axon[2], axon[3]),
        "prometheus_info": None if prometheus is None else _endpoint(prometheus[0], prometheus[2], prometheus[3]),
        "stake": ", ".join(f"{alpha} of {shown_account(coldkey)}" for coldkey, alpha in info.stake),
        "weights": _row(info.weights),
        "bonds": _row(info.bonds),
    }


def _endpoint(block: int, ip: int, port: int) -> str:
    address = ip_address(ip)
    return f"{f'[{address}]' if address.version == 6 else address}:{port}, served in block {block}"


def _row(pairs: tuple[tuple[int, int], ...]) -> str | None:
    return ", ".join(f"uid {uid}: {value}" for uid, value in pairs) or None


def _neuron_json(neuron: Any) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return shown_account(value)
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {field.name: plain(getattr(neuron, field.name)) for field in attrs.fields(type(neuron))}


@show.command("storage")
@ledger_argument
@click.argument("item", required=False)
@click.option("--limit", type=from_zero, default=50, show_default=True, help="Show at most so many entries; 0 for all.")
@json_option
@reports_errors
def show_storage(ledger: Path, item: str | None, limit: int, as_json: bool) -> None:
    """A storage item by its on-chain name; without one, which items have entries.

    \b
    neuron-ledger show storage chain.ledger Burn
    """
    with opened(ledger) as source:
        if item is None:
            counts = {table.item.name: len(table) for table in source.storage.maps() if table}
            if as_json:
                say_json({"block": source.block, "digest": source.storage.digest().hex(), "entries": counts})
            else:
                say_fields(f"storage at block {source.block}, digest {source.storage.digest().hex()}: entries", counts)
            return
        entries = _entries(source.storage.map(item))
        chosen = entries[: limit or None]
        if as_json:
            say_json({"item": item, "entries": len(entries), "values": chosen})
            return
        for *key, value in chosen:
            say(f"{item}{''.join(f'[{part}]' for part in key)} = {value}")
        if len(chosen) < len(entries):
            say_note(f"… and {len(entries) - len(chosen)} more; --limit 0 shows all")


@show.command("raw")
@ledger_argument
@click.option("--block", type=from_zero, help="After this block; after the last one if it is left out.")
@click.option("--limit", type=from_zero, default=50, show_default=True, help="Show at most so many entries; 0 for all.")
@click.option("--all-pallets", is_flag=True, help="With what was read of other pallets: balances, pools, the sudo key.")
@json_option
@reports_errors
def show_raw(ledger: Path, block: int | None, limit: int, all_pallets: bool, as_json: bool) -> None:
    """Storage of an imported history as the node has it: full keys and values in hex digits, by key. --json shows all.

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


def unknown_subnet(storage: Storage, netuid: int) -> FieldError:
    """What is said of a netuid that is not there: those that are."""
    known = ", ".join(str(netuid) for netuid in sorted(storage.networks_added)) or "it has none yet"
    return FieldError("--netuid", f"a subnet of this ledger ({known})", netuid)


@click.command()
@ledger_argument
@click.option("--netuid", type=from_zero, help="Only this subnet.")
@click.option("--uid", type=from_zero, help="Only this uid.")
@click.option("--hotkey", help="Only this hotkey (SS58 or hex).")
@picture_option
@json_option
@reports_errors
def tenures(ledger: Path, netuid: int | None, uid: int | None, hotkey: str | None, picture: Path | None, as_json: bool) -> None:
    """Who held which uid, from when to when, and why it ended.

    \b
    neuron-ledger tenures chain.ledger --netuid 1 --uid 17
    neuron-ledger tenures chain.ledger --netuid 1 --picture tenures.svg
    """
    wanted = None if hotkey is None else read(people, hotkey, ACCOUNT, "--hotkey")
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        all_tenures = list(Tenures.of(counted(groups(log.read_verified()), log.head.position, update)))
    found = [
        tenure
        for tenure in all_tenures
        if netuid in (None, tenure.netuid) and uid in (None, tenure.uid) and (wanted is None or tenure.was(wanted))
    ]
    subnets = sorted({tenure.netuid for tenure in all_tenures})
    if netuid is not None and netuid not in subnets:
        known = ", ".join(map(str, subnets)) or "there is none yet"
        raise FieldError("--netuid", f"a subnet on which somebody held a uid ({known})", netuid)
    if picture is not None:
        with opened(ledger) as source:
            require_other_file(source.log, picture)
            draw_tenures(found, source.block, picture)
    if as_json:
        say_json([_neuron_json(tenure) for tenure in found])
        return
    columns = ("netuid", "uid", "hotkey", "coldkey", "from", "to", "began", "ended", "score that lost", "replaced by")
    say_table(number(len(found), "tenure"), columns, [_tenure_row(tenure) for tenure in found])
    for tenure in found:
        for key, block, before, after in tenure.swaps:
            swapped = f"the {key} {shown_account(before)} was swapped for {shown_account(after)}"
            say(f"netuid {tenure.netuid}, uid {tenure.uid}, block {block}: {swapped}; it is the same neuron")


def _tenure_row(tenure: Tenure) -> tuple[object, ...]:
    hotkey, coldkey = shown_account(tenure.hotkey), shown_account(tenure.coldkey)
    to_block: object = "now" if tenure.to_block is None else tenure.to_block
    if tenure.ended_after is not None and tenure.to_block is not None and tenure.ended_after + 1 < tenure.to_block:
        to_block = f"{tenure.ended_after + 1} to {tenure.to_block}"
    by = shown_account(tenure.replaced_by)
    ended = tenure.ended, tenure.pruning_score, by
    return (tenure.netuid, tenure.uid, hotkey, coldkey, tenure.from_block, to_block, tenure.began, *ended)


@click.command("prune-queue")
@ledger_argument
@netuid_option
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show at most so many; 0 for all.")
@json_option
@reports_errors
def prune_queue_command(ledger: Path, netuid: int, limit: int, as_json: bool) -> None:
    """The order in which registrations from here on would replace a full subnet's neurons.

    \b
    neuron-ledger prune-queue chain.ledger --netuid 1
    """
    with opened(ledger) as source:
        storage = source.storage
        if not storage.networks_added[netuid]:
            raise unknown_subnet(storage, netuid)
        if netuid == ROOT:
            raise FieldError("--netuid", "a subnet other than root, where the least stake goes", netuid)
        require_seen(storage, "an order can be given", netuid, PRUNING_GOES_BY)
        n, most = storage.subnetwork_n[netuid], storage.max_allowed_uids[netuid]
        queue = current_prune_queue(source.rules, storage, netuid)
        places = [{**attrs.asdict(place), "hotkey": shown_account(storage.keys[netuid, place.uid])} for place in queue]
    shown = places[: limit or None]
    if as_json:
        say_json(shown)
        return
    score = "pruning score" if "PruningScores" in storage.layout.items else "emission"
    columns = ("place", "uid", "hotkey", score, "registered at", "immune blocks left", "")
    rows = [
        (
            *(place, p["uid"], p["hotkey"], p["pruning_score"], p["block_at_registration"], p["immunity_left"]),
            "owner, never given up" if p["is_owner"] else "stays while others are immune" if p["is_kept"] else "",
        )
        for place, p in enumerate(shown, start=1)
    ]
    when = "gives up, in this order" if n >= most else "replaces nobody before it is full, then in this order"
    say_table(f"subnet {netuid} ({n} of {most} uids are held) {when}", columns, rows)
    if len(shown) < len(places):
        say_note(f"… and {len(places) - len(shown)} more; --limit 0 shows all")


COMMANDS = (show, tenures, prune_queue_command)
