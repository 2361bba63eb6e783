"""Every picture by its name: `picture(ledger, "weights", "weights.svg", netuid=1)`."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.pictures.canvas import CannotDraw, require_ending, save
from neuron_ledger.replay.pictures.matrices import consensus_figure, matrix_figure, stored_consensus_figure
from neuron_ledger.replay.pictures.over_time import epochs_of, incentive_figure, price_figure, prices_of
from neuron_ledger.replay.pictures.tenures import tenures_figure
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.recorded_epochs import NoSuchEpoch, recorded_epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Kind = Literal["tenures", "incentive", "weights", "bonds", "consensus", "price"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def picture(
    ledger: Ledger,
    kind: Kind,
    path: str | Path,
    *,
    netuid: int,
    uid: int | None = None,
    mechanism: int = 0,
    block: int | None = None,
) -> None:
    """Draw a picture of a subnet into a file (.svg, .png or .pdf); the same ledger gives the same bytes.

    uid: for tenures and incentive, only this one. mechanism: for incentive, weights, bonds, consensus. block: weights and bonds
    as of its end; the consensus of the last epoch up to it.
    Raises: CannotDraw, NoSuchEpoch, ValueError for a block that the log does not reach, OSError.
    """
    path = Path(path)
    require_ending(path)
    save(picture_figure(ledger, kind, netuid=netuid, uid=uid, mechanism=mechanism, block=block), path)


def picture_figure(
    ledger: Ledger, kind: Kind, *, netuid: int, uid: int | None = None, mechanism: int = 0, block: int | None = None
) -> "Figure":
    """As `picture`, without a file."""
    index = ledger.rules.storage_index(netuid, mechanism)
    if kind == "tenures":
        of_subnet = [tenure for tenure in Tenures.of(groups(ledger.log.read_verified())) if tenure.netuid == netuid]
        if not of_subnet:
            raise CannotDraw(f"nobody ever held a uid of subnet {netuid}: nothing to draw; choose another --netuid")
        return tenures_figure([tenure for tenure in of_subnet if uid in (None, tenure.uid)], ledger.block)
    if kind == "incentive":
        return incentive_figure(epochs_of(ledger.log, index), netuid, uid)
    if kind == "consensus":
        return _consensus(ledger, netuid, mechanism, block)
    if kind == "price":
        return price_figure(prices_of(ledger.log, netuid, ledger.block, ledger.timeline))
    return matrix_figure(_storage(ledger, block), kind, netuid, index)


def _consensus(ledger: Ledger, netuid: int, mechanism: int, block: int | None) -> "Figure":
    """The consensus of the last epoch that was run here; from storage, if all epochs were only observed."""
    try:
        return consensus_figure(recorded_epoch(ledger.log, netuid, mechanism=mechanism, block=block, timeline=ledger.timeline))
    except NoSuchEpoch:
        storage = _storage(ledger, block)
        if not any(storage.consensus[netuid]):
            raise
        return stored_consensus_figure(storage, netuid, ledger.rules.storage_index(netuid, mechanism))


def _storage(ledger: Ledger, block: int | None) -> Storage:
    return ledger.storage if block is None else ledger.at(block=block).storage
