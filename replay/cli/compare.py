"""Commands that compare: diff, bisect."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.storage.changes import key_to_json
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.errors import FieldError, did_you_mean
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import Rebuilt, rebuild
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.replay.cli.common import CHECK_FAILED, from_zero, json_option, raw_option, reports_errors
from neuron_ledger.replay.cli.log import group_json, say_group
from neuron_ledger.replay.cli.output import say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.cli.units import item_told, netuid_of
from neuron_ledger.replay.questions.parting import Bisected, Parting, bisect
from neuron_ledger.replay.questions.storage_diff import diff

one_argument = click.argument("one", metavar="A", type=click.Path(path_type=Path))
LONGEST_VALUE = 60
"""Characters of a value that are shown to people; --json has all of it."""


@click.command("diff")
@one_argument
@click.argument("other", metavar="[B]", type=click.Path(path_type=Path), required=False)
@click.option("--block", type=from_zero, help="Compare A (and B, unless --other-block is given) as of the end of this block.")
@click.option("--other-block", type=from_zero, help="Compare B, or A itself, as of the end of this block.")
@click.option("--item", help="Only this storage item, by its on-chain name.")
@click.option("--limit", type=from_zero, default=50, show_default=True, help="Show at most this many entries; 0 for all.")
@raw_option
@json_option
@click.pass_context
@reports_errors
def diff_command(
    ctx: click.Context,
    one: Path,
    other: Path | None,
    block: int | None,
    other_block: int | None,
    item: str | None,
    limit: int,
    raw: bool,
    as_json: bool,
) -> None:
    """Show what differs in storage, between two ledgers or two blocks of one. Exit code 1 if anything does.

    \b
    neuron-ledger diff mine.ledger theirs.ledger --block 1000
    neuron-ledger diff chain.ledger --block 1000 --other-block 2000 --item Incentive
    """
    if other is None and block is None and other_block is None:
        raise FieldError("B / --block / --other-block", "something to compare A with: another ledger, or another block", None)
    with _states(one, other or one, block, block if other_block is None and other is not None else other_block) as (
        first,
        second,
    ):
        known = {table.item.name for state in (first, second) for table in state.storage.maps()}
        if item is not None and item not in known:
            raise FieldError("--item", "a storage item of these ledgers" + did_you_mean(item, known), item)
        found = list(diff(first.storage, second.storage, item))
        items = {name: first.storage.map(name).item for name in {entry.where[0] for entry in found}}
        shown = found[: limit or None]
        if as_json:
            entries = [
                {
                    "item": difference.where[0],
                    "key": key_to_json(items[difference.where[0]], difference.where[1]),
                    "a": _json(items[difference.where[0]], difference.expected),
                    "b": _json(items[difference.where[0]], difference.got),
                }
                for difference in shown
            ]
            blocks = {"a": first.block, "b": second.block}
            say_json({"equal": not found, "blocks": blocks, "differences": len(found), "entries": entries})
        else:
            extent = f"{_entries(len(found))} differ{'s' if len(found) == 1 else ''}"
            say(f"A at block {first.block:,}, B at block {second.block:,}: {extent}")
            for difference in shown:
                name, key = difference.where
                place = "".join(f"[{part}]" for part in key_to_json(items[name], key))
                was, now = (
                    _short(items[name], key, value, state.storage.layout.has_alpha, raw)
                    for value, state in ((difference.expected, first), (difference.got, second))
                )
                say(f"{name}{place}: {was} -> {now}", brief=True)
            if len(shown) < len(found):
                say_note(f"… and {len(found) - len(shown)} more; --limit 0 shows all")
    if found:
        ctx.exit(CHECK_FAILED)


@contextmanager
def _states(one: Path, other: Path, block: int | None, other_block: int | None) -> Iterator[tuple[Rebuilt, Rebuilt]]:
    with Log.open(one, read_only=True) as first, Log.open(other, read_only=True) as second:
        with progress("reading A") as update:
            before = rebuild(first, block=block, progress=update)
        with progress("reading B") as update:
            after = rebuild(second, block=other_block, progress=update)
        yield before, after


def _json(item: Item, value: Any) -> Any:
    """A value for --json; null for no entry."""
    return None if value is ABSENT else people.unstructure(value, item.value)


def _short(item: Item, key: Any, value: Any, has_alpha: bool, raw: bool) -> str:
    if value is ABSENT:
        return "no entry"
    shown = people.unstructure(value, item.value)
    text = item_told(item.name, shown, has_alpha=has_alpha, netuid=netuid_of(item, key), raw=raw)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


@click.command("bisect")
@one_argument
@click.argument("other", metavar="B", type=click.Path(path_type=Path))
@click.option("--by-storage", is_flag=True, help="With two origins, begin after the last seal at which both have equal storage.")
@json_option
@click.pass_context
@reports_errors
def bisect_command(ctx: click.Context, one: Path, other: Path, by_storage: bool, as_json: bool) -> None:
    """Find the first call in which two histories diverge, and its block. Exit code 1 if they do.

    Ledgers of one origin (copies, or made with the same --origin) are compared by their hashes, in a moment. If the origins
    differ, entries are compared from the first on; or, with --by-storage, from the last digest of storage that both have sealed,
    which is as fast, but misses earlier calls that changed no storage, such as refused ones.

    \b
    neuron-ledger bisect mine.ledger theirs.ledger
    """
    with Log.open(one, read_only=True) as first, Log.open(other, read_only=True) as second:
        with progress("comparing") as update:
            found = bisect(first, second, update, by_storage=by_storage)
        ends = first.head.position, second.head.position
        unseen = found.compared_after if first.genesis != second.genesis else 0
    if unseen:
        say_note(f"note: storage is the same at position {unseen:,}; calls before it that changed no storage are not compared")
    if as_json:
        say_json(_bisected_json(found, ends))
    elif found.parting is None:
        say(f"they do not diverge: {_ends(found.shared, ends)}")
    else:
        parting = found.parting
        say(f"they diverge at position {parting.position}, in block {parting.block}, after {_entries(found.shared)} in common")
        if (difference := parting.difference) is not None:
            say(f"position {difference.where}: {difference.what} (A has {difference.expected}, B has {difference.got})")
        for name, group in (("A", parting.one), ("B", parting.other)):
            say(f"{name}:" if group is not None else f"{name} ends before that")
            if group is not None:
                say_group(group)
    if found.parting is not None:
        ctx.exit(CHECK_FAILED)


def _bisected_json(found: Bisected, ends: tuple[int, int]) -> dict[str, Any]:
    parting = found.parting
    sides = {"a": None, "b": None}
    return {
        "parted": parting is not None,
        "shared": found.shared,
        "compared_after": found.compared_after,
        "entries": {"a": ends[0], "b": ends[1]},
        "position": None if parting is None else parting.position,
        "block": None if parting is None else parting.block,
        "entry": None if parting is None else parting.entry,
        "difference": _difference_json(parting),
        **(
            sides
            if parting is None
            else {name: None if side is None else group_json(side) for name, side in (("a", parting.one), ("b", parting.other))}
        ),
    }


def _difference_json(parting: Parting | None) -> dict[str, Any] | None:
    difference = None if parting is None else parting.difference
    if difference is None:
        return None
    return {"position": difference.where, "what": difference.what, "a": difference.expected, "b": difference.got}


def _ends(shared: int, ends: tuple[int, int]) -> str:
    if ends[0] == ends[1]:
        return f"both have the same {_entries(shared)}"
    longer = "A" if ends[0] > ends[1] else "B"
    return f"{longer} continues after the {_entries(shared)} that both have"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


COMMANDS = (bisect_command, diff_command)
