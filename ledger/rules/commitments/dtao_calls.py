"""Commitments in the first runtimes with alpha, 233 to 272: at first limited in rate, then in bytes per epoch.

The content of the first timelocked ones, at 257 to 260, was kept in a form of its own, which is not stored here.
"""

from neuron_ledger.events.commitments import CommitmentSet, SetCommitment, SetMaxSpace
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import CommitmentSetRateLimitExceeded
from neuron_ledger.ledger.rules.commitments.calls import (
    DEPOSIT,
    MIN_SPACE,
    ensure_may_commit,
    note_commitment,
    set_max_space,
    use_space,
)
from neuron_ledger.ledger.runtime import Tx, call_table, handles

RATE_LIMIT = 100
"""Blocks between two commitments of a hotkey on a subnet, unless root set another value, which is not stored here."""


def set_commitment_233(tx: Tx, origin: Origin, call: SetCommitment) -> None:
    """Commit to data. Raises: BadOrigin, AccountNotAllowedCommit, CommitmentSetRateLimitExceeded: in this order.

    Source: pallets/commitments lib.rs::set_commitment, spec_version 233.
    """
    who, netuid = ensure_may_commit(tx, origin, call), call.netuid
    last = tx.storage.commitments_last_commitment[netuid, who]
    if last is not None and tx.block < last + RATE_LIMIT:
        raise CommitmentSetRateLimitExceeded(netuid=netuid, hotkey=who, allowed_from=last + RATE_LIMIT)
    tx.emit(CommitmentSet(netuid=netuid, who=who, fields=call.fields, reserved=DEPOSIT, block=tx.block))


def set_commitment_257(tx: Tx, origin: Origin, call: SetCommitment) -> None:
    """Commit to data, within the bytes that an epoch of the subnet allows. Raises: as at 277.

    Source: pallets/commitments lib.rs::set_commitment, spec_version 257.
    """
    _within_space(tx, origin, call, least=0)


def set_commitment_261(tx: Tx, origin: Origin, call: SetCommitment) -> None:
    """As before; each counts for at least a hundred bytes. Raises: as at 277.

    Source: pallets/commitments lib.rs::set_commitment, spec_version 261.
    """
    _within_space(tx, origin, call, least=MIN_SPACE)


def _within_space(tx: Tx, origin: Origin, call: SetCommitment, least: int) -> None:
    who = ensure_may_commit(tx, origin, call)
    use_space(tx, who, call, least)
    note_commitment(tx, call.netuid, who, call)


CALLS_233 = call_table(handles(SetCommitment, set_commitment_233))
CALLS_257 = call_table(handles(SetCommitment, set_commitment_257), handles(SetMaxSpace, set_max_space))
CALLS_261 = call_table(handles(SetCommitment, set_commitment_261))
