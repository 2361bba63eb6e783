"""Common parts of all pictures: a figure, colours, names, and a reproducible file.

The numbers in pictures are rounded floats, for display only. The same ledger gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import NeuronLedgerError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

WIDTH_INCHES: Final = 10.0
ENDINGS: Final = (".svg", ".png", ".pdf")

INK, FAINT, GRID = "#1f2933", "#5f6b7a", "#dde3ea"
BLUE, SKY, RED, GREEN, ORANGE = "#2563a8", "#a9c8ea", "#c0392b", "#1f7a4d", "#b45f06"
LINES: Final = (BLUE, ORANGE, GREEN, RED, "#6b4fa0", "#7a5c3e", "#c2558f", "#4d4d4d", "#8a8d0f", "#0e7c86", "#34507a", "#9a3412")
"""Colours that are distinguishable on white, also with most kinds of colour blindness."""

MOST_POINTS: Final = 480
"""The most rows or columns of a matrix that are drawn, two pixels each; in larger ones, neighbours share a point."""

MOST_VECTORS: Final = 2500
"""The most shapes of one kind in an SVG; more are drawn as one image."""

_STYLE: Final[Any] = {
    "svg.hashsalt": "neuron-ledger",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.labelsize": 9,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "text.parse_math": False,
}


class CannotDraw(NeuronLedgerError, ValueError):
    """A picture that cannot be made: says what to do."""


def require_ending(path: Path) -> None:
    """Raises: CannotDraw for an unknown file type."""
    if path.suffix not in ENDINGS:
        raise CannotDraw(f"{path}: the name of a picture ends with {', '.join(ENDINGS)}")


def figure(height: float) -> "Figure":
    """An empty figure. height: in inches. Raises: CannotDraw without matplotlib."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise CannotDraw("pictures need matplotlib: pip install 'neuron-ledger[pictures]'") from None
    with rc_context(_STYLE):
        return Figure(figsize=(WIDTH_INCHES, height), layout="constrained", facecolor="white")


def panels(drawn: "Figure", rows: int = 1, **options: Any) -> list["Axes"]:
    """Panels one below the other, with few lines."""
    from matplotlib import rc_context

    with rc_context(_STYLE):
        made = drawn.subplots(rows, 1, squeeze=False, **options)[:, 0]
    for axes in made:
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
    return list(made)


def save(drawn: "Figure", path: Path) -> None:
    """Write a figure to a file. Raises: CannotDraw, OSError."""
    require_ending(path)
    save_to(drawn, path, path.suffix[1:])


def save_to(drawn: "Figure", where: Path | BinaryIO, form: str) -> None:
    """Write a figure as svg, png or pdf."""
    from matplotlib import rc_context

    metadata: dict[str, Any] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form, {})
    with rc_context(_STYLE):
        drawn.savefig(where, format=form, metadata=metadata, dpi=120)


def title(axes: "Axes", text: str, below: str = "") -> None:
    """A panel's title, and below it in smaller letters a note on how to read it."""
    axes.set_title(text, loc="left", fontsize=11, color=INK, pad=20 if below else 8, fontweight="bold")
    if below:
        axes.text(0, 1, below, transform=axes.transAxes, va="bottom", fontsize=8.5, color=FAINT, linespacing=1.6, gid="below")


def blocks(axes: "Axes") -> None:
    """The axis of blocks, with its digits grouped."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda block, _: f"{block:,.0f}"))
    axes.set_xlabel("block")


def uid_ticks(axes: "Axes", uids: Sequence[int | str], most: int = 40) -> None:
    """Names on the left, of every n-th row if there are many."""
    step = next(step for step in round_steps() if len(uids) <= most * step)
    axes.set_yticks(range(0, len(uids), step), [str(uid) for uid in uids[::step]])


def round_steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, … without end."""
    return (step * 10**power for power in count() for step in (1, 2, 5))


def shades() -> "Colormap":
    """From pale to dark, so that the smallest share is still visible on white."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    return ListedColormap(colormaps["YlGnBu"](numpy.linspace(0.22, 1.0, 256)))


def scale(drawn: "Figure", axes: "Axes", image: Any) -> None:
    """The legend of the colours, in percent."""
    bar = drawn.colorbar(image, ax=axes, pad=0.01, fraction=0.03, aspect=30)
    bar.ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    bar.ax.tick_params(labelsize=8, colors=FAINT)
    bar.outline.set_visible(False)


def counted(count: int, what: str) -> str:
    """A count with its noun, with an s in the plural."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def short(account: bytes | None) -> str:
    """The beginning and the end of an address."""
    if account is None:
        return "?"
    text = ss58.encode(account)
    return f"{text[:6]}…{text[-4:]}"


def thinned(matrix: "numpy.ndarray[Any, Any]", most: int = MOST_POINTS) -> tuple["numpy.ndarray[Any, Any]", tuple[int, int]]:
    """A matrix reduced to at most this many rows and columns, each point the largest of its cells; and how many those are."""
    factors = tuple(-(-length // most) for length in matrix.shape)
    if factors == (1, 1):
        return matrix, (1, 1)
    rows, columns = (-(-length // factor) * factor for length, factor in zip(matrix.shape, factors, strict=True))
    padded = numpy.zeros((rows, columns), dtype=matrix.dtype)
    padded[: matrix.shape[0], : matrix.shape[1]] = matrix
    parted = padded.reshape(rows // factors[0], factors[0], columns // factors[1], factors[1])
    return parted.max(axis=(1, 3)), (factors[0], factors[1])
