"""Pictures at small and large sizes: as many marks as there is to show, the names that belong there, the same bytes each time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy
import pytest
from click.testing import CliRunner
from matplotlib.collections import Collection, LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.tenures import Tenure
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.pictures.by_name import KINDS, picture_figure
from neuron_ledger.replay.pictures.canvas import CannotDraw, save, short, thinned
from neuron_ledger.replay.pictures.matrices import consensus_figure, matrix_figure
from neuron_ledger.replay.pictures.over_time import Prices, incentive_figure, price_figure, prices_of
from neuron_ledger.replay.pictures.tenures import tenures_figure
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from tests.chain_fixture import TAO, account
from tests.replay.tables.small_world import small_world

NOW = 100_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.open(small_world(tmp_path_factory.mktemp("world") / "chain.ledger"), read_only=True) as ledger:
        yield ledger


def lives(uids: int, seed: int = 1) -> list[Tenure]:
    """Tenures of so many uids, some of them replaced several times."""
    random, found = Random(seed), []
    for uid in range(uids):
        block, turn = random.randrange(1000), 0
        while block < NOW:
            end = block + random.randrange(5_000, 120_000)
            key = account(f"{uid} {turn}")
            if end >= NOW:
                found.append(Tenure(1, uid, key, None, block, None, "burned_register"))
            else:
                found.append(Tenure(1, uid, key, None, block, end, "burned_register", "replaced by burned_register", 7))
            block, turn = end, turn + 1
    return found


def with_gid(figure: Figure, gid: str, kind: type[Any]) -> Any:
    return next(found for found in figure.findobj(kind) if found.get_gid() == gid)


def points(line: Line2D) -> list[tuple[Any, Any]]:
    """The (x, y) of a line."""
    x, y = (numpy.asarray(values).tolist() for values in (line.get_xdata(), line.get_ydata()))
    return list(zip(x, y, strict=True))


def texts(figure: Figure) -> list[str]:
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text) and found.get_text()]


@pytest.mark.parametrize("uids", [1, 2, 40, 41, 1000])
def test_every_tenure_is_a_bar_and_every_end_a_mark(uids: int) -> None:
    tenures = lives(uids)
    figure = tenures_figure(tenures, NOW)
    bars = with_gid(figure, "tenures", PolyCollection)
    assert len(bars.get_paths()) == len(tenures)
    spans = sorted((path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in bars.get_paths())
    assert spans == sorted((t.from_block, NOW if t.to_block is None else t.to_block) for t in tenures)
    ends = [t.to_block for t in tenures if t.to_block is not None]
    assert sorted(segment[0][0] for segment in with_gid(figure, "ended", LineCollection).get_segments()) == sorted(ends)
    rows = 1 if uids > 1 else len(tenures)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert rows <= len(labels) <= 40
    assert labels[0] == ("0" if uids > 1 else short(tenures[0].hotkey))
    if uids > 40:
        counted = sum(bar.get_height() for bar in figure.axes[1].patches if isinstance(bar, Rectangle))
        assert counted == len(ends)


def test_one_uid_is_told_in_words() -> None:
    tenures = lives(1)
    said = texts(tenures_figure(tenures, NOW))
    for tenure in tenures:
        assert short(tenure.hotkey) in said
        end = "now" if tenure.to_block is None else f"{tenure.to_block:,}"
        assert any(text.startswith(f"{tenure.from_block:,} – {end}: burned_register") for text in said)


def test_wide_bars_have_their_hotkey(ledger: Ledger) -> None:
    said = texts(picture_figure(ledger, "tenures", netuid=1))
    assert short(account("1")) in said
    assert "7 tenures on 6 uids, 1 ended (red); colours change with the neuron" in said


def storage_of(ledger: Ledger, n: int, validators: int) -> Storage:
    """Storage with so many uids, of which some weigh every third."""
    storage = ledger.storage.copy()
    with storage.transaction():
        storage.subnetwork_n[1] = n
        for uid in range(n):
            storage.weights.remove((1, uid))
        for uid in range(validators):
            storage.weights[1, uid] = pack_pairs([(target, 1 + target % 100) for target in range(uid % 3, n, 3)])
    return storage


@pytest.mark.parametrize(("n", "validators"), [(8, 3), (64, 20), (4096, 64)])
def test_matrices_show_every_row_and_column(ledger: Ledger, n: int, validators: int) -> None:
    figure = matrix_figure(storage_of(ledger, n, validators), "weights", 1, 1)
    image = with_gid(figure, "shares", AxesImage)
    rows, columns = image.get_array().shape
    assert rows == validators
    assert columns == (n if n <= 480 else -(-n // 9))
    left, right = figure.axes[0].get_xlim()
    assert (left, right) == (-0.5, n - 0.5)
    given = sum(len(range(uid % 3, n, 3)) for uid in range(validators))
    assert any(text.startswith(f"{validators:,} × {n:,}, {given:,} that are not 0") for text in texts(figure))
    numbers = [found for found in figure.findobj(Text) if found.get_gid() == "share"]
    assert len(numbers) == (given if n == 8 else 0)
    assert len(figure.axes[0].get_yticks()) <= 40


def test_a_single_weight_among_millions_is_seen() -> None:
    matrix = numpy.zeros((4096, 4096))
    matrix[4095, 17] = 0.5
    points, factors = thinned(matrix)
    assert factors == (9, 9)
    assert points.max() == 0.5
    assert numpy.argwhere(points).tolist() == [[4095 // 9, 17 // 9]]


def epochs(n: int, count: int, miners: int) -> list[tuple[int, EpochCompleted]]:
    incentive = [0] * (n - miners) + [65535 // miners] * miners
    dividends = [65535] + [0] * (n - 1)
    vectors = (("Incentive", tuple(incentive)), ("Dividends", tuple(dividends)))
    return [(360 * (epoch + 1), EpochCompleted(netuid=1, vectors=vectors, bonds=())) for epoch in range(count)]


def test_few_uids_have_a_line_each() -> None:
    figure = incentive_figure(epochs(8, 30, 5), 1)
    upper, lower = figure.axes[:2]
    assert [line.get_gid() for line in upper.lines] == [f"uid-{uid}" for uid in range(3, 8)]
    assert [line.get_gid() for line in lower.lines] == ["uid-0"]
    assert [block for block, _ in points(upper.lines[0])] == [360 * (epoch + 1) for epoch in range(30)]
    assert "30 epochs, blocks 360 to 10,800; 5 of 8 uids ever had any" in texts(figure)


@pytest.mark.parametrize(("n", "count", "miners"), [(256, 400, 200), (4096, 20, 4000)])
def test_many_uids_have_a_row_each(n: int, count: int, miners: int) -> None:
    figure = incentive_figure(epochs(n, count, miners), 1)
    mesh = with_gid(figure, "epochs", Collection)
    rows, columns = mesh.get_array().shape
    assert (rows, columns) == (miners if miners <= 480 else -(-miners // -(-miners // 480)), count)
    assert figure.axes[0].get_ylim() == (miners - 0.5, -0.5)
    assert figure.axes[0].get_yticklabels()[0].get_text() == str(n - miners)


def test_one_uid_alone(ledger: Ledger) -> None:
    figure = picture_figure(ledger, "incentive", netuid=1, uid=4)
    assert [line.get_gid() for line in figure.axes[0].lines] == ["uid-4"]
    assert [round(65535 * share) for _, share in points(figure.axes[0].lines[0])] == [0, 18716, 18716, 46810, 46810, 46810]
    with pytest.raises(CannotDraw, match="had a uid 9; they had uids below 6"):
        picture_figure(ledger, "incentive", netuid=1, uid=9)


def test_the_consensus_stands_among_what_was_given(ledger: Ledger) -> None:
    epoch = recorded_epoch(ledger.log, 1)
    figure = consensus_figure(epoch)
    assert with_gid(figure, "weights", Collection).get_offsets().shape == (4, 2)
    (line,) = figure.axes[0].lines
    assert [share for _, share in points(line)] == [46810 / 65535, 18724 / 65535]
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["4", "3"]
    assert "2 validators, 2 uids; 0 of 4 weights were clipped" in texts(figure)


def test_what_the_consensus_cut_is_counted(ledger: Ledger) -> None:
    """Validators with 3/4 and 1/4 of the stake gave 3:1 and 1:3: the consensus is the larger one's, and cuts the smaller's 3."""
    epoch = recorded_epoch(ledger.log, 1, block=27)
    assert "2 validators, 2 uids; 1 of 4 weights were clipped" in texts(consensus_figure(epoch))


def test_prices_are_steps_up_to_now(ledger: Ledger) -> None:
    prices = prices_of(ledger.log, 1, ledger.block)
    assert prices.moves == ((0, TAO),)
    assert prices.registrations == (0, 0, 0, 0, 30, 48)
    figure = price_figure(Prices(1, ((0, TAO), (5, 2 * TAO), (9, TAO)), (5, 7), 20))
    price, registrations = figure.axes[0].lines
    assert points(price) == [(0, 1), (5, 2), (9, 1), (20, 1)]
    assert [block for block, _ in points(registrations)] == [5, 7]
    assert figure.axes[0].get_yscale() == "linear"
    assert price_figure(Prices(1, ((0, TAO), (5, 1000 * TAO)), (), 9)).axes[0].get_yscale() == "log"


DRAWN: dict[str, Callable[[Ledger], Figure]] = {
    "a thousand uids": lambda _: tenures_figure(lives(1000), NOW),
    "a matrix of 4096": lambda ledger: matrix_figure(storage_of(ledger, 4096, 64), "weights", 1, 1),
    "400 epochs": lambda _: incentive_figure(epochs(256, 400, 200), 1),
}


@pytest.mark.parametrize("what", DRAWN)
@pytest.mark.parametrize("ending", [".svg", ".png"])
def test_large_pictures_are_the_same_every_time(ledger: Ledger, tmp_path: Path, what: str, ending: str) -> None:
    for name in ("one", "other"):
        save(DRAWN[what](ledger), tmp_path / f"{name}{ending}")
    assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"other{ending}").read_bytes()
    assert (tmp_path / f"one{ending}").stat().st_size < 1_000_000


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_command(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    for name in ("one.svg", "other.svg", "one.png"):
        command = ["picture", kind, ledger.log.path, "--netuid", "1", "-o", str(tmp_path / name)]
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.stdout) == (0, f"{tmp_path / name}\n"), result.output
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()
    assert "Subnet 1" in (tmp_path / "one.svg").read_text()
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_pictures_of_then_are_not_those_of_now(ledger: Ledger) -> None:
    def shares(block: int) -> Any:
        return with_gid(picture_figure(ledger, "weights", netuid=1, block=block), "shares", AxesImage).get_array().tolist()

    assert numpy.array(shares(20), dtype=float)[:, 3:].round(3).tolist() == [[0.75, 0.25], [0.25, 0.75]]
    assert numpy.array(shares(60), dtype=float)[:, 3:5].round(3).tolist() == [[0.286, 0.714], [0.286, 0.714]]
    assert any("block 20" in text for text in texts(picture_figure(ledger, "weights", netuid=1, block=20)))
