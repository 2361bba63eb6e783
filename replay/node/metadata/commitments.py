"""Commitments between the ledger's form and the chain's: a field is (kind, bytes, round) here, a variant of an enum there.

Source: pallets/commitments types.rs, spec_versions 277 and 424.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from neuron_ledger.events.commitments import RESET_BONDS, TIMELOCKED
from neuron_ledger.events.storage.items_commitments import CommitmentField

EVENTS: Final[Mapping[str, int]] = {"Commitment": 0, "TimelockCommitment": 1, "CommitmentRevealed": 2}
ERRORS: Final = ("TooManyFieldsInCommitmentInfo", "AccountNotAllowedCommit", "SpaceLimitExceeded", "UnexpectedUnreserveLeftover")
RAW: Final = "Raw"


def fields_to_chain(fields: Iterable[CommitmentField]) -> tuple[Any, ...]:
    """The fields for the chain's codec: raw bytes have a variant for each length."""
    return tuple([_to_chain(*field) for field in fields])


def _to_chain(kind: str, content: bytes, reveal_round: int) -> Any:
    if kind in ("None", RESET_BONDS):
        return kind
    if kind == TIMELOCKED:
        return kind, (content, reveal_round)
    return (f"{RAW}{len(content)}" if kind == RAW else kind), (content,)


def fields_from_chain(read: Iterable[tuple[str, Any]]) -> tuple[CommitmentField, ...]:
    """The inverse, for decoded fields. Raises: KeyError, ValueError for invalid ones."""
    return tuple([_from_chain(name, inner) for name, inner in read])


def _from_chain(name: str, inner: Any) -> CommitmentField:
    if not inner:
        return name, b"", 0
    values = list(inner.values() if isinstance(inner, Mapping) else inner)
    kind = RAW if name.startswith(RAW) else name
    return kind, bytes(values[0]), values[1] if kind == TIMELOCKED else 0


def registration_to_chain(value: Any) -> Any:
    """A commitment as in storage."""
    fields, deposit, block = value
    return deposit, block, fields_to_chain(fields)


def registration_from_chain(read: Any) -> Any:
    """The inverse."""
    deposit, block, fields = read
    return fields_from_chain(fields), deposit, block
