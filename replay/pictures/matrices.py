"""Weights and bonds as matrices, for 8 neurons or 4096; and the consensus against validators' weights."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy

from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.pictures.canvas import (
    BLUE,
    FAINT,
    GRID,
    INK,
    ORANGE,
    CannotDraw,
    counted,
    figure,
    panels,
    save,
    scale,
    shades,
    thinned,
    title,
    uid_ticks,
)
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch, metrics_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_NUMBERS: Final = 16
"""Up to this many uids, a matrix has its numbers written into it."""

MOST_NAMED: Final = 40
MOST_DOTS: Final = 20_000

Matrix = Any
"""A numpy array of floats, one row a validator, one column a uid."""


def matrix_figure(storage: Storage, what: Literal["weights", "bonds"], netuid: int, index: int) -> "Figure":
    """The stored weights or bonds of a subnet, each row as shares of its sum.

    index: the storage index of the mechanism. Raises: CannotDraw if there are none.
    """
    table = storage.weights if what == "weights" else storage.bonds
    n = storage.subnetwork_n[netuid]
    rows = [(uid, _shares(table[index, uid], n)) for uid in range(n) if table.get((index, uid))]
    rows = [(uid, row) for uid, row in rows if row.any()]
    if not rows:
        raise CannotDraw(f"nobody has {what} on subnet {netuid} at block {storage.block_number.value}: nothing to draw")
    matrix = numpy.array([row for _, row in rows])
    said = f"Subnet {netuid}: {what} at block {storage.block_number.value:,}"
    return _matrix(matrix, [uid for uid, _ in rows], said, "each row as shares of its sum")


def _shares(row: bytes, n: int) -> Matrix:
    """A packed row as shares of its sum, one a uid."""
    entries = numpy.frombuffer(row, dtype="<u2").reshape(-1, 2)
    values = numpy.bincount(entries[:, 0], weights=entries[:, 1], minlength=n)[:n]
    return values / max(values.sum(), 1)


def _matrix(matrix: Matrix, uids: list[int], said: str, below: str) -> "Figure":
    points, factors = thinned(matrix)
    if factors != (1, 1):
        below += f"; each point is the largest of {factors[0]} × {factors[1]}"
    drawn = figure(2.0 + min(8.5, max(1.2, 0.34 * len(uids))))
    (axes,) = panels(drawn)
    show_matrix(axes, points, matrix.shape, bar_on=drawn)
    uid_ticks(axes, uids)
    axes.set_ylabel("validator")
    axes.set_xlabel("uid")
    if matrix.shape[1] <= MOST_NAMED:
        axes.set_xticks(range(matrix.shape[1]))
    given = numpy.count_nonzero(matrix)
    title(axes, said, f"{len(uids):,} × {matrix.shape[1]:,}, {given:,} that are not 0; {below}")
    return drawn


def show_matrix(axes: "Axes", points: Matrix, shape: tuple[int, int], bar_on: "Figure", greatest: float | None = None) -> None:
    """Show shares as colours, on a scale that keeps small ones visible; with their numbers if there is room."""
    from matplotlib.colors import PowerNorm

    top = float(points.max()) if greatest is None else greatest
    masked = numpy.ma.masked_equal(points, 0)
    norm = PowerNorm(0.5, vmin=0.0, vmax=top or 1.0)
    high, wide = (points.shape[0] * -(-shape[0] // points.shape[0]), points.shape[1] * -(-shape[1] // points.shape[1]))
    extent = (-0.5, wide - 0.5, high - 0.5, -0.5)
    image = axes.imshow(masked, aspect="auto", cmap=shades(), norm=norm, extent=extent, interpolation="nearest", gid="shares")
    axes.set_xlim(-0.5, shape[1] - 0.5)
    axes.set_ylim(shape[0] - 0.5, -0.5)
    axes.set_facecolor("#f6f7f9")
    scale(bar_on, axes, image)
    if shape[1] <= MOST_NUMBERS and shape[0] <= MOST_NUMBERS:
        for row, column in zip(*numpy.nonzero(points), strict=True):
            share = points[row, column]
            colour = "white" if share > 0.35 * top else INK
            axes.text(column, row, f"{100 * share:.1f}", ha="center", va="center", fontsize=8, color=colour, gid="share")


def epoch_figure(epoch: RecordedEpoch) -> "Figure":
    """The weights that counted, the clipped weights, and what each uid got. Raises: CannotDraw."""
    weights, clipped = epoch.trace.weights, epoch.trace.clipped
    _require_weights(epoch)
    rows = len(weights.uids)
    drawn = figure(3.0 + 2 * min(0.3 * rows + 0.7, 4.0))
    shares, left, metrics = panels(drawn, 3, sharex=True)
    whole = weights.last() / I32F32.one
    greatest = float(whole.max(initial=0)) or 1.0
    netuid = epoch.recorded.netuid
    said = f"Subnet {netuid}, epoch of block {epoch.block:,}: weights"
    for axes, values, name, below in (
        (shares, whole, said, "each row as shares of its sum"),
        (left, clipped.last() / I32F32.one, "The weights after clipping", ""),
    ):
        points, _ = thinned(values)
        show_matrix(axes, points, values.shape, bar_on=drawn, greatest=greatest)
        uid_ticks(axes, weights.uids.tolist(), most=24)
        axes.set_ylabel("validator")
        title(axes, name, below)
    uids = range(epoch.given.n)
    for name, colour, side in (("incentive", BLUE, -0.2), ("dividends", ORANGE, 0.2)):
        got = [value / U16_MAX for value in metrics_of(epoch.recorded)[name]]
        metrics.bar([uid + side for uid in uids], got, color=colour, label=name, width=0.4)
    metrics.legend(fontsize=8, frameon=False)
    metrics.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    metrics.set_xlabel("uid")
    title(metrics, "Incentive and dividends of each uid")
    return drawn


def draw_epoch(epoch: RecordedEpoch, path: Path) -> None:
    """An epoch's weights, consensus and metrics in a file. Raises: CannotDraw, OSError."""
    save(epoch_figure(epoch), path)


def consensus_figure(epoch: RecordedEpoch) -> "Figure":
    """By uid, highest consensus first: the consensus of an epoch, and each validator's weight.

    Raises: CannotDraw if no validator had weights.
    """
    _require_weights(epoch)
    weights = epoch.trace.weights.last() / I32F32.one
    consensus = numpy.array(metrics_of(epoch.recorded)["consensus"]) / U16_MAX
    cut = int((epoch.trace.clipped.last() < epoch.trace.weights.last()).sum())
    where = f"Subnet {epoch.recorded.netuid}, epoch of block {epoch.block:,}"
    return _consensus(weights, consensus, where, f"{cut:,} of {numpy.count_nonzero(weights):,} weights were clipped")


def stored_consensus_figure(storage: Storage, netuid: int, index: int) -> "Figure":
    """The same from storage, if the epoch was not run here: its consensus, and the current weights.

    Raises: CannotDraw if there is no consensus, or nobody with a permit has weights.
    """
    n, permits = storage.subnetwork_n[netuid], storage.validator_permit[netuid]
    rows = [_shares(storage.weights[index, uid], n) for uid in range(min(n, len(permits))) if permits[uid]]
    rows = [row for row in rows if row.any()]
    consensus = numpy.zeros(n)
    stored = storage.consensus[netuid][:n]
    consensus[: len(stored)] = numpy.array(stored, dtype=float) / U16_MAX
    if not rows or not consensus.any():
        raise CannotDraw(f"subnet {netuid} has no consensus, or no validator with weights: nothing to draw")
    where = f"Subnet {netuid} at block {storage.block_number.value:,}"
    return _consensus(numpy.array(rows), consensus, where, "current weights, the consensus of the last epoch")


def _consensus(weights: Matrix, consensus: Matrix, where: str, below: str) -> "Figure":
    """weights: one row a validator, as shares of its sum."""
    order = [uid for uid in numpy.argsort(-consensus, kind="stable") if weights[:, uid].any() or consensus[uid]]
    drawn = figure(5.2)
    (axes,) = panels(drawn)
    places = numpy.arange(len(order))
    of_order = weights[:, order]
    rows, columns = numpy.nonzero(of_order)
    every = max(1, len(rows) // MOST_DOTS)
    size = 26 if len(order) <= MOST_NAMED else 7
    axes.scatter(
        *(columns[::every], of_order[rows, columns][::every]),
        s=size, color=ORANGE, alpha=0.55, linewidths=0, label="what a validator gave", gid="weights", rasterized=len(rows) > 4000,
    )  # fmt: skip
    axes.step(places, consensus[order], where="mid", color=BLUE, linewidth=2, label="consensus", gid="consensus")
    if len(order) <= MOST_NAMED:
        axes.set_xticks(places, [str(uid) for uid in order])
        axes.set_xlabel("uid, highest consensus first")
    else:
        axes.set_xlabel("place by consensus")
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    if len(order) <= MOST_NAMED:
        axes.set_ylim(bottom=0)
    else:
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.5 / U16_MAX)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=FAINT)
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    counts = f"{counted(len(weights), 'validator')}, {counted(len(order), 'uid')}; {below}"
    title(axes, f"{where}: consensus against weights", counts)
    return drawn


def _require_weights(epoch: RecordedEpoch) -> None:
    if not len(epoch.trace.weights.uids):
        raise CannotDraw(f"in block {epoch.block} no validator of subnet {epoch.recorded.netuid} had weights: nothing to draw")
