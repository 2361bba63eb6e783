"""Who held which uid over time: a bar a tenure, for one uid or for thousands."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from neuron_ledger.projections.views.tenures import Tenure
from neuron_ledger.replay.pictures.canvas import (
    BLUE,
    FAINT,
    MOST_VECTORS,
    RED,
    SKY,
    CannotDraw,
    blocks,
    counted,
    figure,
    panels,
    round_steps,
    save,
    short,
    title,
    uid_ticks,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_NAMED = 40
"""Up to this many rows, each is tall enough for a hotkey's name."""

MOST_ROWS_OF_ONE = 60
"""Up to this many tenures of a single uid have a row each."""

PALE: Final = ("#b9d2ec", "#dfeaf6")
"""The colours of bars among thousands, on which the red marks are visible."""

ENDS_COUNTED: Final = 60
"""Into how many parts time is divided for counting ends."""

Seat = tuple[int, int]


def draw_tenures(tenures: Sequence[Tenure], until: int, path: Path) -> None:
    """Uids from top to bottom, blocks from left to right; a red mark where a uid was lost.

    until: the current block, where running tenures end in the picture. Raises: CannotDraw, OSError.
    """
    save(tenures_figure(tenures, until), path)


def tenures_figure(tenures: Sequence[Tenure], until: int) -> "Figure":
    """As `draw_tenures`, without a file."""
    if not tenures:
        raise CannotDraw("there are no tenures to draw; leave out --uid or --hotkey, or choose another --netuid")
    seats = sorted({(tenure.netuid, tenure.uid) for tenure in tenures})
    if len(seats) == 1 and len(tenures) <= MOST_ROWS_OF_ONE:
        return _one_uid(sorted(tenures, key=_in_order), until)
    return _many_uids(tenures, seats, until)


def _in_order(tenure: Tenure) -> tuple[int, bool]:
    return tenure.from_block, tenure.to_block is None


def _one_uid(tenures: Sequence[Tenure], until: int) -> "Figure":
    """One row a tenure, with everything known about it."""
    first = tenures[0]
    drawn = figure(1.5 + 0.42 * len(tenures))
    (axes,) = panels(drawn)
    _bars(axes, tenures, list(range(len(tenures))), until, 0.55)
    begin = min(tenure.from_block for tenure in tenures)
    for row, tenure in enumerate(tenures):
        axes.text(begin, row - 0.33, _told(tenure), va="bottom", fontsize=8, color=FAINT, gid=f"told-{row}")
    axes.set_yticks(range(len(tenures)), [short(tenure.hotkey) for tenure in tenures], family="DejaVu Sans Mono")
    axes.set_ylim(len(tenures) - 0.5, -0.8)
    blocks(axes)
    lost = sum(tenure.to_block is not None for tenure in tenures)
    title(
        axes, f"Subnet {first.netuid}, uid {first.uid}: who held it", f"{counted(len(tenures), 'tenure')}, {lost} of them ended"
    )
    return drawn


def _told(tenure: Tenure) -> str:
    end = "now" if tenure.to_block is None else f"{tenure.to_block:,}"
    score = "" if tenure.pruning_score is None else f", score {tenure.pruning_score:,}"
    swaps = f", keys swapped {len(tenure.swaps)} ×" if tenure.swaps else ""
    return f"{tenure.from_block:,} – {end}: {tenure.began}{f', {tenure.ended}{score}' if tenure.ended else ''}{swaps}"


def _many_uids(tenures: Sequence[Tenure], seats: Sequence[Seat], until: int) -> "Figure":
    row_of = {seat: row for row, seat in enumerate(seats)}
    is_named = len(seats) <= MOST_NAMED
    ordered = sorted(tenures, key=_in_order)
    rows = [row_of[tenure.netuid, tenure.uid] for tenure in ordered]
    ends = [tenure.to_block for tenure in ordered if tenure.to_block is not None]
    if is_named:
        drawn = figure(1.7 + 0.3 * len(seats))
        (axes,) = panels(drawn)
    else:
        drawn = figure(min(12.0, 5.5 + len(seats) / 150))
        axes, below = panels(drawn, 2, sharex=True, height_ratios=(4, 1))
        _ends(below, ends, _span(ordered, until))
    _bars(axes, ordered, rows, until, 0.72 if is_named else 1.0)
    axes.set_ylim(len(seats) - 0.4, -0.6)
    if is_named:
        _names(axes, ordered, rows, until)
        blocks(axes)
    several = len({netuid for netuid, _ in seats}) > 1
    uid_ticks(axes, [f"{netuid}: {uid}" if several else uid for netuid, uid in seats])
    axes.set_ylabel("netuid: uid" if several else "uid")
    where = "All subnets" if several else f"Subnet {seats[0][0]}"
    counts = f"{counted(len(tenures), 'tenure')} on {counted(len(seats), 'uid')}, {len(ends):,} ended (red)"
    title(axes, f"{where}: who held which uid", f"{counts}; colours change with the neuron")
    return drawn


def _ends(axes: "Axes", ends: Sequence[int], span: tuple[float, float]) -> None:
    """How many lost their uid, over time, which single marks do not show among thousands."""
    width = next(step for step in round_steps() if (span[1] - span[0]) / step <= ENDS_COUNTED)
    counts: dict[int, int] = {}
    for block in ends:
        counts[block // width] = counts.get(block // width, 0) + 1
    left = [place * width for place in counts]
    axes.bar(left, list(counts.values()), width=width, align="edge", color=RED, gid="ends")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("lost")
    blocks(axes)
    title(axes, f"Uids lost per {width:,} blocks")


def _span(tenures: Sequence[Tenure], until: int) -> tuple[float, float]:
    begin = min(tenure.from_block for tenure in tenures)
    end = max(until, begin + 1)
    return begin - 0.01 * (end - begin), end + 0.01 * (end - begin)


def _bars(axes: "Axes", tenures: Sequence[Tenure], rows: Sequence[int], until: int, height: float) -> None:
    """One bar a tenure in two alternating colours, and a red mark where it ended."""
    from matplotlib.collections import LineCollection, PolyCollection

    turns: dict[int, int] = {}
    bars, colours, marks = [], [], []
    is_named = len(set(rows)) <= MOST_NAMED
    by_turns = (BLUE, SKY) if is_named else PALE
    for tenure, row in zip(tenures, rows, strict=True):
        end = until if tenure.to_block is None else tenure.to_block
        left, right, top, bottom = tenure.from_block, max(end, tenure.from_block), row - height / 2, row + height / 2
        bars.append([(left, top), (right, top), (right, bottom), (left, bottom)])
        turns[row] = turns.get(row, -1) + 1
        colours.append(by_turns[turns[row] % 2])
        if tenure.to_block is not None:
            marks.append([(end, top), (end, bottom)])
    many = len(bars) > MOST_VECTORS
    axes.add_collection(PolyCollection(bars, facecolors=colours, edgecolors="none", gid="tenures", rasterized=many))
    width = 2.2 if is_named else 1.6
    axes.add_collection(LineCollection(marks, colors=RED, linewidths=width, gid="ended", rasterized=many))
    axes.set_xlim(_span(tenures, until))


def _names(axes: "Axes", tenures: Sequence[Tenure], rows: Sequence[int], until: int) -> None:
    """Hotkeys in the bars that are wide enough for them."""
    left, right = axes.get_xlim()
    turns: dict[int, int] = {}
    for tenure, row in zip(tenures, rows, strict=True):
        turns[row] = turns.get(row, -1) + 1
        end = until if tenure.to_block is None else tenure.to_block
        if (end - tenure.from_block) / (right - left) > 0.14:
            dark = turns[row] % 2 == 0
            name = short(tenure.hotkey)
            place = tenure.from_block + 0.006 * (right - left)
            axes.text(
                place, row, name, va="center", fontsize=7.5, color="white" if dark else "#16324f", gid="hotkey", clip_on=True
            )
