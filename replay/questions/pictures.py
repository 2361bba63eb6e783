"""Pictures for people: who held which uid over time, and an epoch's weights. They need matplotlib (the extra `pictures`).

The numbers in them are rounded floats, made for the eye. The same ledger gives the same picture.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U16_MAX
from neuron_ledger.projections.views.tenures import Tenure
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch, metrics_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES, TALLEST_INCHES = 11.0, 24.0
MOST_LABELS = 100
HELD, LOST = ("tab:blue", "lightsteelblue"), "tab:red"
ENDINGS = (".svg", ".png", ".pdf")


class CannotDraw(NeuronLedgerError, ValueError):
    """A picture that cannot be made: says what to do."""


def draw_tenures(tenures: Sequence[Tenure], until: int, path: Path) -> None:
    """A bar for each tenure: uids from top to bottom, blocks from left to right, a red end where it was lost.

    until: the current block, where tenures that last end in the picture. Raises: CannotDraw, OSError.
    """
    if not tenures:
        raise CannotDraw("there are no tenures to draw; leave out --uid or --hotkey, or choose another --netuid")
    seats = sorted({(tenure.netuid, tenure.uid) for tenure in tenures})
    row = {seat: number for number, seat in enumerate(seats)}
    figure = _figure(path, height=1.2 + min(0.22 * len(seats), TALLEST_INCHES))
    axes: Axes = figure.subplots()
    turns = dict.fromkeys(seats, 0)
    for tenure in sorted(tenures, key=lambda tenure: tenure.from_block):
        seat = tenure.netuid, tenure.uid
        end = until if tenure.to_block is None else tenure.to_block
        axes.barh(row[seat], max(end - tenure.from_block, 1), left=tenure.from_block, height=0.7, color=HELD[turns[seat] % 2])
        turns[seat] += 1
        if tenure.to_block is not None:
            axes.plot([end, end], [row[seat] - 0.35, row[seat] + 0.35], color=LOST, linewidth=2)
    several = len({netuid for netuid, _ in seats}) > 1
    labelled = range(0, len(seats), 1 + len(seats) // MOST_LABELS)
    names = [f"{netuid}: {uid}" if several else str(uid) for netuid, uid in (seats[number] for number in labelled)]
    axes.set_yticks(labelled, names, fontsize=8)
    axes.set_ylim(len(seats) - 0.5, -0.5)
    axes.set_xlabel("block")
    axes.set_ylabel("netuid: uid" if several else "uid")
    axes.set_title(f"Who held which uid: {len(tenures)} tenures, a red end where one was lost", loc="left", fontsize=10)
    _save(figure, path)


def draw_epoch(epoch: RecordedEpoch, path: Path) -> None:
    """The weights that counted, what clipping left of them, and what each uid got. Raises: CannotDraw, OSError."""
    weights, clipped = epoch.trace.weights, epoch.trace.clipped
    if not len(weights.uids):
        raise CannotDraw(f"in block {epoch.block} no validator of subnet {epoch.recorded.netuid} had weights: nothing to draw")
    rows = len(weights.uids)
    figure = _figure(path, height=2.6 + 2 * min(0.3 * rows + 0.6, 4.0))
    shares, left, metrics = figure.subplots(3, 1, sharex=True)
    greatest = float(weights.values.max(initial=1)) / I32F32.one
    for axes, matrix, title in (
        (shares, weights, "weights, each row's shares"),
        (left, clipped, "what the consensus left of them"),
    ):
        image = axes.imshow(matrix.last() / I32F32.one, aspect="auto", vmin=0.0, vmax=greatest, cmap="viridis")
        axes.set_yticks(range(rows) if rows <= 24 else [], weights.uids.tolist() if rows <= 24 else [], fontsize=8)
        axes.set_ylabel("validator")
        axes.set_title(title, loc="left", fontsize=10)
        figure.colorbar(image, ax=axes, pad=0.01)
    uids = range(epoch.given.n)
    for name, color in (("incentive", "tab:green"), ("dividends", "tab:orange")):
        values = [value / U16_MAX for value in metrics_of(epoch.recorded)[name]]
        metrics.bar(uids, values, color=color, label=name, width=0.8)
    metrics.legend(fontsize=8)
    metrics.set_xlabel("uid")
    metrics.set_title("what each uid got of incentive and dividends", loc="left", fontsize=10)
    figure.suptitle(f"subnet {epoch.recorded.netuid}, epoch of block {epoch.block}", x=0.01, ha="left", fontsize=11)
    _save(figure, path)


def _figure(path: Path, height: float) -> "Figure":
    if path.suffix not in ENDINGS:
        raise CannotDraw(f"{path}: the name of a picture ends with {', '.join(ENDINGS)}")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise CannotDraw("pictures need matplotlib: pip install 'neuron-ledger[pictures]'") from None
    return Figure(figsize=(WIDTH_INCHES, height), layout="constrained")


def _save(figure: "Figure", path: Path) -> None:
    from matplotlib import rc_context

    metadata: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix, {})
    with rc_context({"svg.hashsalt": "neuron-ledger", "svg.fonttype": "none"}):
        figure.savefig(path, metadata=metadata)
