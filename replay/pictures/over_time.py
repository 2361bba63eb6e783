"""What changed over time: incentive and dividends epoch by epoch, the price of a registration."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy
from attrs import frozen

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.codec import decode
from neuron_ledger.events.entries.group import group_of
from neuron_ledger.events.ledger import RuntimeUpgraded, StorageChanged, StorageObserved
from neuron_ledger.events.registration import NeuronRegistered
from neuron_ledger.events.subnets import HyperparameterSet, NetworkInitialized, RootNetworkCreated
from neuron_ledger.ledger.log.reading import LogReader
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.projections.views.seen_epochs import SeenEpochs
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.pictures.canvas import (
    BLUE,
    FAINT,
    GRID,
    LINES,
    RED,
    CannotDraw,
    blocks,
    counted,
    figure,
    panels,
    scale,
    shades,
    thinned,
    title,
    uid_ticks,
)
from neuron_ledger.replay.proof.groups import entry_groups
from neuron_ledger.replay.questions.recorded_epochs import metrics_of
from neuron_ledger.replay.tables.happened import Happenings

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES: Final = len(LINES)
RAO_A_TAO: Final = 10**9
WIDE: Final = 50
"""Prices that differ by more than this factor are drawn on a logarithmic scale."""

TELL_OF_PRICES: Final = {
    cls.tag
    for cls in (HyperparameterSet, NetworkInitialized, RootNetworkCreated, StorageChanged, StorageObserved, RuntimeUpgraded)
} | {NeuronRegistered.tag}

Grid = Any
"""A numpy array of floats, one row a uid, one column an epoch."""


@frozen
class Prices:
    """The price of a subnet's registration over time.

    moves: (block, rao), for each change in the log. registrations: blocks. until: the current block.
    """

    netuid: int
    moves: tuple[tuple[int, int], ...]
    registrations: tuple[int, ...]
    until: int


def epochs_of(log: LogReader, index: int) -> list[tuple[int, EpochCompleted]]:
    """(block, epoch) of every epoch under a storage index, run here or observed on a node. Raises: ChainBroken, PayloadError."""
    found: list[tuple[int, EpochCompleted]] = []
    seen = SeenEpochs()
    for entries in entry_groups(log.read_verified()):
        if entries[-1].tag == StorageObserved.tag:
            found += [(entries[-1].block, event) for event in seen.fold(group_of(entries)) if event.netuid == index]
        for entry in entries:
            if entry.tag == EpochCompleted.tag:
                event = decode(entry.tag, entry.payload)
                assert isinstance(event, EpochCompleted)
                if event.netuid == index:
                    found.append((entry.block, event))
    return found


def prices_of(log: LogReader, netuid: int, until: int, timeline: Timeline = TIMELINE) -> Prices:
    """Read from the log. Raises: ChainBroken, PayloadError."""
    storage = timeline.storage(log.spec_version)
    happenings = Happenings(Tenures(), SeenEpochs(), storage.layout, storage.layouts)
    moves: list[tuple[int, int]] = []
    registrations: list[int] = []
    for entries in entry_groups(log.read_verified()):
        if not any(entry.tag in TELL_OF_PRICES for entry in entries):
            continue
        group = group_of(entries)
        happenings.take(group)
        moves += [(block, int(burn)) for _, block, subnet, burn in happenings.rows.get("prices", ()) if subnet == netuid]
        happenings.rows.clear()
        registrations += [
            happened.block
            for happened in group.happened
            if isinstance(happened.event, NeuronRegistered) and happened.event.netuid == netuid
        ]
    return Prices(netuid, tuple(moves), tuple(registrations), until)


def incentive_figure(epochs: Sequence[tuple[int, EpochCompleted]], netuid: int, uid: int | None = None) -> "Figure":
    """Incentive and dividends over epochs: a line for each uid if few have any, otherwise uids from top to bottom as colours.

    uid: only this one. Raises: CannotDraw if no epoch is recorded, or the uid was in none.
    """
    if not epochs:
        raise CannotDraw(f"no epoch of subnet {netuid} is recorded: nothing to draw; let blocks pass until one is due")
    drawn = figure(7.5)
    upper, lower = panels(drawn, 2, sharex=True)
    n = max(len(metrics_of(event)["incentive"]) for _, event in epochs)
    if uid is not None and uid >= n:
        raise CannotDraw(f"no epoch of subnet {netuid} had a uid {uid}; they had uids below {n}")
    at = [block for block, _ in epochs]
    whose = f"Subnet {netuid}" if uid is None else f"Subnet {netuid}, uid {uid}"
    for axes, name in ((upper, "incentive"), (lower, "dividends")):
        grid = numpy.zeros((n, len(epochs)))
        for column, (_, event) in enumerate(epochs):
            values = metrics_of(event).get(name, ())
            grid[: len(values), column] = values
        _over_epochs(axes, drawn, grid / U16_MAX, at, None if uid is None else [uid])
        title(axes, f"{whose}: {name} over epochs", _described(grid, at))
    upper.set_xlabel("")
    return drawn


def _described(grid: Grid, at: Sequence[int]) -> str:
    some = int(grid.any(axis=1).sum())
    return f"{counted(len(at), 'epoch')}, blocks {at[0]:,} to {at[-1]:,}; {some:,} of {len(grid):,} uids ever had any"


def _over_epochs(axes: "Axes", drawn: "Figure", grid: Grid, at: Sequence[int], chosen: list[int] | None) -> None:
    some = [int(uid) for uid in numpy.nonzero(grid.any(axis=1))[0]] if chosen is None else chosen
    if len(some) <= MOST_LINES:
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
        for uid, colour in zip(some, LINES, strict=False):
            marker = "o" if len(at) <= 60 else ""
            axes.plot(
                at, grid[uid], color=colour, marker=marker, markersize=3.5, linewidth=1.6, label=f"uid {uid}", gid=f"uid-{uid}"
            )
        axes.set_ylim(bottom=0)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        if some:
            axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        blocks(axes)
        return
    _as_colours(axes, drawn, grid, at, some)


def _as_colours(axes: "Axes", drawn: "Figure", grid: Grid, at: Sequence[int], uids: list[int]) -> None:
    """The uids that had any from top to bottom, epochs from left to right by their blocks."""
    from matplotlib.colors import PowerNorm

    points, (rows, columns) = thinned(grid[uids])
    norm = PowerNorm(0.5, vmin=0.0, vmax=float(points.max()) or 1.0)
    ends = [*at[::columns], at[-1] + max(1, at[-1] - at[-2] if len(at) > 1 else 1)]
    edges = numpy.arange(points.shape[0] + 1) * rows - 0.5
    masked = numpy.ma.masked_equal(points, 0)
    image = axes.pcolormesh(ends, edges, masked, cmap=shades(), norm=norm, rasterized=True, gid="epochs")
    axes.set_facecolor("#f6f7f9")
    scale(drawn, axes, image)
    uid_ticks(axes, uids, most=20)
    axes.set_ylim(len(uids) - 0.5, -0.5)
    axes.set_ylabel("uid")
    blocks(axes)


def price_figure(prices: Prices) -> "Figure":
    """The price of a registration in TAO, and when somebody registered. Raises: CannotDraw if the log has no price."""
    if not prices.moves:
        raise CannotDraw(f"the log has no price of subnet {prices.netuid}: nothing to draw; choose another --netuid")
    drawn = figure(4.2)
    (axes,) = panels(drawn)
    last = dict(prices.moves)
    at, tao = [*last, max(prices.until, *last)], [rao / RAO_A_TAO for rao in last.values()]
    axes.step(at, [*tao, tao[-1]], where="post", color=BLUE, linewidth=1.8, gid="price")
    least = min((price for price in tao if price), default=0)
    if least and max(tao) / least > WIDE:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda price, _: f"{price:,.6g}")
    else:
        axes.set_ylim(0, max(tao) * 1.15 or 1)
    height = axes.get_ylim()[0]
    axes.plot(
        prices.registrations, [height] * len(prices.registrations),
        "|", color=RED, markersize=9, alpha=0.7, clip_on=False, gid="registrations", label="a registration",
    )  # fmt: skip
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_ylabel("TAO")
    blocks(axes)
    if prices.registrations:
        axes.legend(fontsize=8.5, frameon=False, labelcolor=FAINT)
    rises = sum(later > earlier for (_, earlier), (_, later) in pairwise(prices.moves))
    between = f"from {min(tao):,.6g} to {max(tao):,.6g}, rose {rises:,} ×"
    counts = f"{counted(len(prices.registrations), 'registration')}; now {tao[-1]:,.6g} TAO; {between}"
    title(axes, f"Subnet {prices.netuid}: the price of a registration", counts)
    return drawn
