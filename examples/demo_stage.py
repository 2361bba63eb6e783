"""What the demo is played on: a cast with names, calls described in a few words, tables. Nothing here knows an outcome."""

import sys
from collections.abc import Sequence
from hashlib import blake2b

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.registration import NeuronAppended, NeuronReplaced
from neuron_ledger.events.staking import StakeAdded
from neuron_ledger.events.subnets import EmissionStarted, NetworkAdded
from neuron_ledger.events.weights import WeightsCommitted, WeightsSet
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.seats import QueuePlace
from neuron_ledger.projections.views.metagraph import metagraph

TAO = 10**9
"""rao in a TAO, and the smallest units of alpha in an alpha."""

PLAIN_WIDTH = 110
"""Columns where the output is no terminal."""


# -------------------------------------------------------------------------------------------------------------- the cast

CAST = ("Olive", "Vera", "Victor", "Mia", "Max", "Mara", "Milo", "Mona", "Nina", "Noah")
"""Who plays. Everyone has a hotkey, and a coldkey that owns it."""


def hotkey(name: str) -> bytes:
    """The account id of somebody's hotkey, made from the name so that every run has the same one."""
    return blake2b(f"{name}'s hotkey".encode(), digest_size=32).digest()


def coldkey(name: str) -> bytes:
    """The account id of somebody's coldkey."""
    return blake2b(f"{name}'s coldkey".encode(), digest_size=32).digest()


NAMES = {hotkey(name): name for name in CAST} | {coldkey(name): f"{name}'s coldkey" for name in CAST}


def name_of(account: bytes | None) -> str:
    """Whose account this is."""
    return "nobody" if account is None else NAMES.get(account, f"0x{account.hex()[:8]}…")


# ---------------------------------------------------------------------------------------------------------- what is shown


def amount(units: int) -> str:
    """rao as TAO (or units as alpha), to the last digit."""
    whole, rest = divmod(units, TAO)
    return f"{whole:,}" + (f".{rest:09d}".rstrip("0") if rest else "")


def rounded_down(units: int) -> str:
    """The same with three digits, for tables."""
    whole, rest = divmod(units // (TAO // 1000), 1000)
    return f"{whole:,}.{rest:03d}"


def shown_call(call: Call) -> str:
    """A call as people write it: its on-chain name and its arguments."""
    fields = ((name, getattr(call, name)) for name, _ in call.units)
    return f"{call.tag.partition('/')[0]}({', '.join(f'{name}={_shown_argument(name, value)}' for name, value in fields)})"


def _shown_argument(name: str, value: object) -> str:
    if isinstance(value, bytes):
        return name_of(value)
    if isinstance(value, int) and name in ("new_free", "amount_staked"):
        return f"{amount(value)} TAO"
    if isinstance(value, int):
        return f"{value:,}"
    return str(list(value) if isinstance(value, tuple) else value)


def shown_event(event: Event) -> str | None:
    """The heart of an event in a few words; None where the name of the call says it all."""
    match event:
        case NeuronAppended():
            return f"{name_of(event.hotkey)} holds uid {event.uid} on netuid {event.netuid}"
        case NeuronReplaced():
            lost = f"which {name_of(event.old_hotkey)} loses with pruning score {event.pruning_score:,}"
            return f"{name_of(event.new_hotkey)} holds uid {event.uid} on netuid {event.netuid}, {lost}"
        case NetworkAdded():
            return f"subnet {event.netuid} belongs to {name_of(event.owner)}"
        case EmissionStarted():
            return f"emission begins at block {event.first_emission_block_number:,}"
        case StakeAdded():
            return f"buys {amount(event.alpha)} {'alpha' if event.netuid else 'TAO on root'}, staked on {name_of(event.hotkey)}"
        case WeightsSet():
            return f"uid {event.uid}'s row: " + ", ".join(f"{weight:,} for uid {uid}" for uid, weight in pairs(event.row))
        case WeightsCommitted():
            _, _, first, last = event.commits[-1]
            return f"may be revealed from block {first:,} to {last:,}"
        case _:
            return None


class Stage:
    """A ledger, and a place to tell what becomes of it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        terminal = sys.stdout.isatty()
        self._console = Console(highlight=False, force_terminal=terminal, width=None if terminal else PLAIN_WIDTH)
        self._chapters = 0

    def chapter(self, title: str) -> None:
        self._chapters += 1
        self._console.print()
        self._console.rule(f"[bold cyan]{self._chapters}. {escape(title)}", align="left", style="cyan")

    def say(self, text: str) -> None:
        """Tell something in a sentence, apart from what came before."""
        self._console.print(f"\n{escape(text)}")

    def line(self, text: str) -> None:
        """Add one line, whole even where it is long."""
        self._console.print(f"  {escape(text)}", soft_wrap=True)

    def act(self, call: Call, origin: Origin = None) -> Receipt:
        """Submit a call and tell what became of it. origin: who signs; None for what the chain's root does."""
        receipt = self.ledger.submit(call, origin)
        who = "root" if origin is None else name_of(origin)
        text = f"  [dim]{receipt.block:>7,}[/]  [bold]{escape(who)}[/]: {escape(shown_call(call))}"
        self._console.print(text, soft_wrap=True)
        error = receipt.error
        lines = [text for text in map(shown_event, receipt.events) if text]
        if error is not None:
            self._console.print(f"           [red]refused, {error.name}[/]: {escape(error.reason)}", soft_wrap=True)
            values = ", ".join(f"{name}={_shown_argument(name, value)}" for name, value in error.values.items())
            self._console.print(f"           [dim]{escape(values)}[/]", soft_wrap=True)
        elif lines:
            self._console.print(f"           [green]{escape('; '.join(lines))}[/]", soft_wrap=True)
        return receipt

    def next_block(self) -> None:
        self.ledger.advance_to(self.ledger.block + 1)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table of facts; a column that holds numbers alone stands on the right."""
        table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
        table.padding = (0, 2 if self._console.width >= PLAIN_WIDTH else 1, 0, 0)
        shown = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
        for index, column in enumerate(columns):
            numbers = all(set(row[index]) <= set("0123456789,.") for row in shown)
            table.add_column(column, justify="right" if numbers else "left")
        for row in shown:
            table.add_row(*map(escape, row))
        self._console.print()
        self._console.print(table)

    def metagraph(self, netuid: int) -> None:
        """A subnet's neurons as they are now: stake and emission in alpha, proportions as parts of 65535."""
        graph = metagraph(self.ledger.storage, netuid)
        if graph is None:
            raise LookupError(f"there is no subnet {netuid}")
        metrics = ("vtrust", "consensus", "incentive", "dividends", "emission", "score")
        columns = ("uid", "hotkey", "stake", "permit", *metrics)
        rows = [
            (
                *(n.uid, name_of(n.hotkey), rounded_down(n.stake[0][1]), "yes" if n.validator_permit else ""),
                *(n.validator_trust, n.consensus, n.incentive, n.dividends, rounded_down(n.emission), n.pruning_score),
            )
            for n in graph.neurons
        ]
        self.table(f"subnet {netuid} at block {graph.block:,}", columns, rows)

    def prune_queue(self, netuid: int, queue: Sequence[QueuePlace]) -> None:
        """Whom the subnet would replace, first to last."""
        rows = [
            (
                *(place.uid, name_of(self.ledger.storage.keys[netuid, place.uid]), place.pruning_score),
                *(place.block_at_registration, standing(place)),
            )
            for place in queue
        ]
        self.table(f"subnet {netuid} would replace, in this order", ("uid", "hotkey", "pruning score", "registered at", ""), rows)


def standing(place: QueuePlace) -> str:
    """What keeps a neuron from being given up."""
    if place.is_owner:
        return "the subnet's owner, never pruned"
    return f"immune for {place.immunity_left:,} more blocks" if place.immunity_left else ""
