"""Commitments: what a neuron publishes on a subnet, in up to three fields; some are opened automatically later.

Source: pallets/commitments lib.rs and types.rs, spec_version 277 and 424.
"""

from collections.abc import Mapping
from typing import Final

from neuron_ledger.events.storage.items_commitments import COMMITMENT_FIELDS, CommitmentField
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call, Event, call, event
from neuron_ledger.events.wire.units import U32, U64, AccountId, NetUid

FIELDS_MAX: Final = 3
RESET_BONDS: Final = "ResetBondsFlag"
TIMELOCKED: Final = "TimelockEncrypted"
_LENGTHS: Final[Mapping[str, tuple[int, int]]] = {
    "None": (0, 0),
    "Raw": (0, 128),
    **dict.fromkeys(("BlakeTwo256", "Sha256", "Keccak256", "ShaThree256"), (32, 32)),
    TIMELOCKED: (0, 1024),
    RESET_BONDS: (0, 0),
    "BigRaw": (0, 512),
}
"""The kinds of fields, and the least and most bytes of each; a node does not decode a call with others."""


def ensure_kind(field: CommitmentField, where: str) -> None:
    """Refuse an invalid field. Raises: FieldError."""
    kind, content, reveal_round = field
    if kind not in _LENGTHS:
        raise FieldError(f"{where}[0]", f"one of {', '.join(_LENGTHS)}", kind)
    least, most = _LENGTHS[kind]
    if not least <= len(content) <= most:
        bound = f"{most} bytes" if least == most else f"at most {most} bytes"
        raise FieldError(f"{where}[1]", f"{bound} for {kind}", f"{len(content)} bytes")
    if reveal_round and kind != TIMELOCKED:
        raise FieldError(f"{where}[2]", f"0, since {kind} is not revealed later", reveal_round)


@call("set_commitment")
class SetCommitment(Call):
    """Commit to data in public. Signed by a hotkey of the subnet.

    fields: (kind, bytes, round) of each; kind: None, Raw, BigRaw, one of the hashes, ResetBondsFlag (resets the bonds that
    validators hold in the hotkey), or TimelockEncrypted, which the randomness beacon's pulse of a round opens (round: 0 for other
    kinds).
    """

    netuid: NetUid
    fields: COMMITMENT_FIELDS

    def agree(self) -> None:
        """Refuse what a node would not decode. Raises: FieldError."""
        if len(self.fields) > FIELDS_MAX:
            raise FieldError("fields", f"at most {FIELDS_MAX} fields", f"{len(self.fields)} fields")
        for place, field in enumerate(self.fields):
            ensure_kind(field, f"fields[{place}]")


@call("set_max_space")
class SetMaxSpace(Call):
    """Set how many bytes an account may commit to in an epoch of a subnet. Privileged."""

    new_limit: U32


@event("Commitment", deposit=("Commitment", "netuid=", "who="))
class CommitmentSet(Event):
    """A commitment whose fields are all public. fields: as in the call; reserved: rao of its deposit; block: when it was made."""

    netuid: NetUid
    who: AccountId
    fields: COMMITMENT_FIELDS
    reserved: U64
    block: U64


@event("TimelockCommitment", deposit=("TimelockCommitment", "netuid=", "who=", "reveal_round="))
class TimelockCommitmentSet(Event):
    """A commitment with a field that is opened later. reveal_round: of the first such field."""

    netuid: NetUid
    who: AccountId
    fields: COMMITMENT_FIELDS
    reserved: U64
    block: U64
    reveal_round: U64


@event("CommitmentRevealed", deposit=("CommitmentRevealed", "netuid=", "who="))
class CommitmentRevealed(Event):
    """A timelocked field of a commitment was opened."""

    netuid: NetUid
    who: AccountId
