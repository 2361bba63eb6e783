"""Timelocked commitments, opened in the first block in which the pulse of their round is known; and purged ones."""

from collections.abc import Callable
from typing import Final

from neuron_ledger.events.commitments import TIMELOCKED, CommitmentRevealed
from neuron_ledger.events.storage.items_commitments import CommitmentField
from neuron_ledger.ledger.rules.commitments.calls import list_timelocked
from neuron_ledger.ledger.rules.commitments.opened_fields import holds_fields_257
from neuron_ledger.ledger.runtime import Tx

Keeps = Callable[[Tx, int, bytes, list[bytes]], None]
"""(netuid, who, what was opened)."""

REVEALS_KEPT: Final = 10
"""How many of a hotkey's last reveals on a subnet are kept."""

OF_SUBNETS: Final = ("CommitmentOf", "LastCommitment", "LastBondsReset", "RevealedCommitments", "UsedSpaceOf")


Opens = Callable[[Tx, CommitmentField, bytes], bytes | None]
"""(a timelocked field, the pulse of its round) → its content, empty if there is none; None where the field stays."""


def reveal_commitments(tx: Tx) -> None:
    """Open what can be opened: the content is added to the reveals, and the field is removed, even if it cannot be opened.

    Source: pallets/commitments lib.rs::reveal_timelocked_commitments, spec_version 277.
    """
    _reveal(tx, _opened, _keep)


def reveal_commitments_257(tx: Tx) -> None:
    """Open what can be opened and contains fields of a commitment; everything else stays. The content is not kept here.

    Source: as there, spec_version 257.
    """
    _reveal(tx, _fields_opened_257, _report_257)


def _reveal(tx: Tx, opens: Opens, keep: Keeps) -> None:
    for netuid, who in tx.storage.commitments_timelocked_index.value:
        commitment = tx.storage.commitments_commitment_of[netuid, who]
        if commitment is None:
            list_timelocked(tx, netuid, who, is_timelocked=False)
        else:
            _open(tx, netuid, who, commitment, opens, keep)


def _open(
    tx: Tx, netuid: int, who: bytes, commitment: tuple[tuple[CommitmentField, ...], int, int], opens: Opens, keep: Keeps
) -> None:
    fields, deposit, block = commitment
    left, opened = [], []
    for field in fields:
        kind, _, reveal_round = field
        pulse = tx.storage.drand_pulses[reveal_round] if kind == TIMELOCKED else None
        content = None if pulse is None else opens(tx, field, pulse)
        if content is None:
            left.append(field)
        else:
            opened.append(content)
    if len(left) < len(fields):
        keep(tx, netuid, who, [content for content in opened if content])
        if left:
            tx.storage.commitments_commitment_of[netuid, who] = tuple(left), deposit, block
        else:
            tx.storage.commitments_commitment_of.remove((netuid, who))
    list_timelocked(tx, netuid, who, is_timelocked=any(kind == TIMELOCKED for kind, _, _ in left))


def _opened(tx: Tx, field: CommitmentField, pulse: bytes) -> bytes:
    return tx.rules.open_timelock(field[1], pulse) or b""


def _fields_opened_257(tx: Tx, field: CommitmentField, pulse: bytes) -> bytes | None:
    content = tx.rules.open_timelock(field[1], pulse)
    return content if content and holds_fields_257(content) else None


def _report_257(tx: Tx, netuid: int, who: bytes, _: list[bytes]) -> None:
    tx.emit(CommitmentRevealed(netuid=netuid, who=who))


def _keep(tx: Tx, netuid: int, who: bytes, contents: list[bytes]) -> None:
    if not contents:
        return
    revealed = tx.storage.commitments_revealed_commitments
    reveals = (*(revealed[netuid, who] or ()), *((content, tx.block) for content in contents))
    for _ in contents:
        tx.emit(CommitmentRevealed(netuid=netuid, who=who))
    revealed[netuid, who] = reveals[-REVEALS_KEPT:]


def purge_commitments_320(tx: Tx, netuid: int) -> None:
    """Remove all commitments of a subnet that is removed.

    Source: pallets/commitments lib.rs::purge_netuid, spec_version 320.
    """
    for name in OF_SUBNETS:
        table = tx.storage.map(f"Commitments.{name}")
        for place in [place for place in table if place[0] == netuid]:
            table.remove(place)
    listed = tx.storage.commitments_timelocked_index
    if any(of == netuid for of, _ in listed.value):
        listed.value = tuple(place for place in listed.value if place[0] != netuid)
