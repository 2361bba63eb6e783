"""Commitments that open by themselves, in the first block in which the pulse of their round is known; and those that end."""

from typing import Final

from neuron_ledger.events.commitments import TIMELOCKED, CommitmentRevealed
from neuron_ledger.ledger.rules.commitments.calls import list_timelocked
from neuron_ledger.ledger.runtime import Tx

REVEALS_KEPT: Final = 10
"""The last so many reveals of a hotkey on a subnet are kept."""

OF_SUBNETS: Final = ("CommitmentOf", "LastCommitment", "LastBondsReset", "RevealedCommitments", "UsedSpaceOf")


def reveal_commitments(tx: Tx) -> None:
    """Open what can be opened: what is inside joins the reveals, and the field is gone. One that nothing opens is gone as well.

    Source: pallets/commitments lib.rs::reveal_timelocked_commitments, spec_version 277.
    """
    _reveal(tx, drops_unopened=True)


def reveal_commitments_257(tx: Tx) -> None:
    """The same until spec_version 261, but that one which nothing opens stays.

    Raises: CannotGoOn for one that opens: what was inside was kept in a form of its own. Source: as there, spec_version 257.
    """
    _reveal(tx, drops_unopened=False)


def _reveal(tx: Tx, *, drops_unopened: bool) -> None:
    for netuid, who in tx.storage.commitments_timelocked_index.value:
        commitment = tx.storage.commitments_commitment_of[netuid, who]
        if commitment is None:
            list_timelocked(tx, netuid, who, is_timelocked=False)
        else:
            _open(tx, netuid, who, commitment, drops_unopened=drops_unopened)


def _open(
    tx: Tx,
    netuid: int,
    who: bytes,
    commitment: tuple[tuple[tuple[str, bytes, int], ...], int, int],
    *,
    drops_unopened: bool,
) -> None:
    fields, deposit, block = commitment
    left, opened = [], []
    for field in fields:
        kind, content, reveal_round = field
        pulse = tx.storage.drand_pulses[reveal_round] if kind == TIMELOCKED else None
        inside = None if pulse is None else tx.rules.open_timelock(content, pulse)
        if pulse is None or not (inside or drops_unopened):
            left.append(field)
        else:
            opened.append(inside)
    if len(left) < len(fields):
        _keep(tx, netuid, who, [content for content in opened if content])
        if left:
            tx.storage.commitments_commitment_of[netuid, who] = tuple(left), deposit, block
        else:
            tx.storage.commitments_commitment_of.remove((netuid, who))
    list_timelocked(tx, netuid, who, is_timelocked=any(kind == TIMELOCKED for kind, _, _ in left))


def _keep(tx: Tx, netuid: int, who: bytes, contents: list[bytes]) -> None:
    if not contents:
        return
    revealed = tx.storage.commitments_revealed_commitments
    reveals = (*(revealed[netuid, who] or ()), *((content, tx.block) for content in contents))
    for _ in contents:
        tx.emit(CommitmentRevealed(netuid=netuid, who=who))
    revealed[netuid, who] = reveals[-REVEALS_KEPT:]


def purge_commitments_320(tx: Tx, netuid: int) -> None:
    """Nothing stays of the commitments on a subnet that ends.

    Source: pallets/commitments lib.rs::purge_netuid, spec_version 320.
    """
    for name in OF_SUBNETS:
        table = tx.storage.map(f"Commitments.{name}")
        for place in [place for place in table if place[0] == netuid]:
            table.remove(place)
    listed = tx.storage.commitments_timelocked_index
    if any(of == netuid for of, _ in listed.value):
        listed.value = tuple(place for place in listed.value if place[0] != netuid)
