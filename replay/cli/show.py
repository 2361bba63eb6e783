"""Commands that look: log, show, tenures, prune-queue, head, export."""

from itertools import islice
from pathlib import Path
from typing import Any

import attrs
import click

from events.changes import key_to_json
from events.group import Group
from events.items import ITEMS, Item, item_named
from events.kinds import ACCOUNT, FieldError
from events.ledger import ExtrinsicFailed
from events.record import Event
from ledger.log import Log
from ledger.rules.registration.uids import current_prune_queue
from projections.metagraph import metagraph
from projections.neuron_info import neuron_info
from projections.storage import Storage
from projections.tenures import Tenure, Tenures
from replay.cli.common import (
    account_option,
    from_zero,
    json_option,
    ledger_argument,
    opened,
    picture_option,
    progress,
    reports_errors,
    say_fields,
    say_json,
    shown_account,
)
from replay.cli.tables import say_table
from replay.groups import counted, groups
from replay.importers.call_list import call_to_json, export_calls
from replay.pictures import draw_tenures

netuid_option = click.option("--netuid", type=from_zero, required=True, help="The subnet.")


@click.command("log")
@ledger_argument
@click.option("--after", type=from_zero, default=0, show_default=True, help="Begin after this position.")
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show at most so many calls; 0 for all.")
@click.option("--signer", help="Only calls that this account signed (SS58 or hex).")
@click.option("--call", "name", help="Only calls of this name.")
@click.option("--refused", is_flag=True, help="Only calls that were refused.")
@json_option
@reports_errors
def log_command(ledger: Path, after: int, limit: int, signer: str | None, name: str | None, refused: bool, as_json: bool) -> None:
    """Show calls and what they caused; of a refused one, why.

    \b
    neuron-ledger log chain.ledger --limit 5
    neuron-ledger log chain.ledger --refused --call set_weights --signer 5F…
    """
    origin = account_option(signer, "--signer")
    with Log.open(ledger, read_only=True) as log:
        chosen = (
            group
            for group in groups(log.read_verified())
            if group.position > after
            and origin in (None, group.submission.origin)
            and name in (None, call_to_json(group.submission.call)[0])
            and (not refused or isinstance(group.events[0] if group.events else None, ExtrinsicFailed))
        )
        shown = islice(chosen, limit or None)
        if as_json:
            say_json([_group_json(group) for group in shown])
            return
        for group in shown:
            _say_group(group)


def _group_json(group: Group) -> dict[str, Any]:
    name, args = call_to_json(group.submission.call)
    events = [
        {"block": happened.block, "event": happened.event.tag.partition("/")[0], **happened.event.to_json()}
        for happened in group.happened
    ]
    signer = shown_account(group.submission.origin)
    return {"position": group.position, "block": group.block, "signer": signer, "call": name, "args": args, "events": events}


def _say_group(group: Group) -> None:
    name, _ = call_to_json(group.submission.call)
    signer = shown_account(group.submission.origin)
    click.echo(f"{group.position:>8}  block {group.block:<9} {name}{'' if signer is None else f'  by {signer}'}")
    for happened in group.happened:
        event = happened.event.tag.partition("/")[0]
        click.echo(f"{'':>10}  block {happened.block:<9}   {event}{_hint(happened.event)}")


def _hint(event: Event) -> str:
    """A few telling fields of an event, on the same line; of a refusal all that failed."""
    if isinstance(event, ExtrinsicFailed):
        detail = ", ".join(f"{name}={value}" for name, value in event.detail)
        return f"  {event.error}" + (f" ({detail})" if detail else "")
    told = ("netuid", "uid", "hotkey", "name", "value")
    telling = [f"{name}={kind.to_json(getattr(event, name))}" for name, kind in event.kinds if name in told]
    return f"  {' '.join(telling)}" if telling else ""


@click.group()
def show() -> None:
    """Show storage as it is now: a subnet, a neuron, any storage item."""


@show.command("subnet")
@ledger_argument
@netuid_option
@json_option
@reports_errors
def show_subnet(ledger: Path, netuid: int, as_json: bool) -> None:
    """A subnet's hyperparameters, pool and neurons.

    \b
    neuron-ledger show subnet chain.ledger --netuid 1
    """
    with opened(ledger) as source:
        graph = metagraph(source.storage, netuid)
        if graph is None:
            raise FieldError("--netuid", f"a subnet of this ledger ({_known(source.storage)})", netuid)
        values = {name: ITEMS[name].value.to_json(value) if value is not None else None for name, value in graph.values.items()}
        if as_json:
            neurons = [_neuron_json(neuron) for neuron in graph.neurons]
            say_json({"netuid": netuid, "block": graph.block, "n": graph.n, "values": values, "neurons": neurons})
            return
        say_fields(f"subnet {netuid} at block {graph.block}: {graph.n} neurons", values)
        columns = ("uid", "hotkey", "active", "permit", "stake (alpha)", "rank", "trust", "consensus", "incentive", "dividends")
        rows = [
            (
                *(n.uid, shown_account(n.hotkey), n.active, n.validator_permit, n.stake[0][1], n.rank, n.trust, n.consensus),
                *(n.incentive, n.dividends, n.emission, n.pruning_score, n.last_update),
            )
            for n in graph.neurons
        ]
        say_table("neurons", (*columns, "emission", "pruning score", "last update"), rows)


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
        if (uid is None) == (hotkey is None):
            raise FieldError("--uid / --hotkey", "one of the two", f"--uid {uid} --hotkey {hotkey}")
        if hotkey is not None:
            uid = source.storage.uids[netuid, ACCOUNT.from_json(hotkey, "--hotkey")]
            if uid is None:
                raise FieldError("--hotkey", f"a hotkey registered on subnet {netuid}", hotkey)
        info = neuron_info(source.storage, netuid, uid or 0)
        if info is None:
            n = source.storage.subnetwork_n[netuid]
            raise FieldError("--uid", f"a uid of subnet {netuid}, which has {n} neurons", uid)
        fields = {**_neuron_json(info.lite), "weights": info.weights, "bonds": info.bonds}
        if as_json:
            say_json(fields)
        else:
            say_fields(f"uid {info.lite.uid} of subnet {netuid} at block {source.block}", fields)


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
        wanted = item_named(item)
        entries = _entries(source.storage, wanted)
        chosen = entries[: limit or None]
        if as_json:
            say_json({"item": item, "entries": len(entries), "values": chosen})
            return
        for *key, value in chosen:
            click.echo(f"{item}{''.join(f'[{part}]' for part in key)} = {value}")
        if len(chosen) < len(entries):
            click.echo(f"… and {len(entries) - len(chosen)} more; --limit 0 shows all", err=True)


def _entries(storage: Storage, item: Item) -> list[list[Any]]:
    """[key part, …, value] of every entry, in the order of their keys."""
    table = storage.map(item)
    return [[*key_to_json(item, key), item.value.to_json(table[key])] for key in sorted(table)]


def _known(storage: Storage) -> str:
    return ", ".join(str(netuid) for netuid in sorted(storage.networks_added)) or "it has none yet"


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
    wanted = None if hotkey is None else ACCOUNT.from_json(hotkey, "--hotkey")
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        found = [
            tenure
            for tenure in Tenures.of(counted(groups(log.read_verified()), log.head.position, update))
            if netuid in (None, tenure.netuid) and uid in (None, tenure.uid) and wanted in (None, tenure.hotkey)
        ]
    if picture is not None:
        with opened(ledger) as source:
            draw_tenures(found, source.block, picture)
    if as_json:
        say_json([_neuron_json(tenure) for tenure in found])
        return
    columns = ("netuid", "uid", "hotkey", "coldkey", "from", "to", "began", "ended", "score that lost", "replaced by")
    say_table(f"{len(found)} tenures", columns, [_tenure_row(tenure) for tenure in found])


def _tenure_row(tenure: Tenure) -> tuple[object, ...]:
    hotkey, coldkey = shown_account(tenure.hotkey), shown_account(tenure.coldkey)
    to_block = "now" if tenure.to_block is None else tenure.to_block
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
            raise FieldError("--netuid", f"a subnet of this ledger ({_known(storage)})", netuid)
        queue = current_prune_queue(storage, netuid)
        places = [{**attrs.asdict(place), "hotkey": shown_account(storage.keys[netuid, place.uid])} for place in queue]
    places = places[: limit or None]
    if as_json:
        say_json(places)
        return
    columns = ("place", "uid", "hotkey", "pruning score", "registered at", "immunity left", "")
    rows = [
        (
            *(place, p["uid"], p["hotkey"], p["pruning_score"], p["block_at_registration"], p["immunity_left"]),
            "owner, never given up" if p["is_owner"] else "",
        )
        for place, p in enumerate(places, start=1)
    ]
    say_table(f"subnet {netuid} gives up, in this order", columns, rows)


@click.command()
@ledger_argument
@json_option
@reports_errors
def head(ledger: Path, as_json: bool) -> None:
    """Position and hash of the last entry. Keep it: `audit --expect-head` tells later whether the log still holds it.

    \b
    neuron-ledger head chain.ledger
    """
    if not as_json:
        with Log.open(ledger, read_only=True) as log:
            click.echo(str(log.head))
        return
    with opened(ledger) as source:
        say_json(
            {
                "position": source.head.position,
                "hash": source.head.hash.hex(),
                "block": source.block,
                "spec_version": source.log.spec_version,
                "digest": source.storage.digest().hex(),
            }
        )


@click.command()
@ledger_argument
@click.option("--skip-observations", is_flag=True, help="Leave out what was observed, which no call can tell.")
@reports_errors
def export(ledger: Path, skip_observations: bool) -> None:
    """Print every call as a call list, which `import calls` takes (see docs/call-lists.md).

    \b
    neuron-ledger export chain.ledger > calls.jsonl
    """
    with Log.open(ledger, read_only=True) as log:
        for line in export_calls(log, skip_observations=skip_observations):
            click.echo(line)


COMMANDS = (log_command, show, tenures, prune_queue_command, head, export)
