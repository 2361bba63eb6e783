"""The calls of the commitments pallet."""

from typing import Final

from neuron_ledger.events.commitments import (
    RESET_BONDS,
    TIMELOCKED,
    CommitmentSet,
    SetCommitment,
    SetMaxSpace,
    TimelockCommitmentSet,
)
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.ledger.errors import AccountNotAllowedCommit, SpaceLimitExceeded
from neuron_ledger.ledger.rules.numbers.saturating import add_u64
from neuron_ledger.ledger.runtime import Tx, call_table, handles
from neuron_ledger.ledger.transaction import ensure_root, ensure_signed

DEPOSIT: Final = 0
"""Rao that the runtime reserves for a commitment."""

MIN_SPACE: Final = 100
"""The minimum bytes that a commitment counts for."""


def set_commitment(tx: Tx, origin: Origin, call: SetCommitment) -> None:
    """Commit to data, within the bytes that an epoch of the subnet allows.

    A field for it resets the bonds that validators hold in the hotkey. Nothing is reserved: deposits are 0.
    Raises: BadOrigin, AccountNotAllowedCommit, SpaceLimitExceeded: in this order.
    Source: pallets/commitments lib.rs::set_commitment, spec_version 277.
    """
    who, storage, netuid = ensure_may_commit(tx, origin, call), tx.storage, call.netuid
    if any(kind == RESET_BONDS for kind, _, _ in call.fields):
        storage.commitments_last_bonds_reset[netuid, who] = tx.block
        tx.rules.reset_bonds(tx, netuid, who)
    use_space(tx, who, call, least=MIN_SPACE)
    note_commitment(tx, netuid, who, call)


def ensure_may_commit(tx: Tx, origin: Origin, call: SetCommitment) -> bytes:
    """Returns: the signing hotkey. Raises: BadOrigin, AccountNotAllowedCommit: in this order."""
    who = ensure_signed(origin)
    if (call.netuid, who) not in tx.storage.uids:
        raise AccountNotAllowedCommit(netuid=call.netuid, hotkey=who)
    return who


def use_space(tx: Tx, who: bytes, call: SetCommitment, least: int) -> None:
    """Count the bytes committed in this epoch. least: the minimum that a commitment counts for. Raises: SpaceLimitExceeded."""
    storage, netuid = tx.storage, call.netuid
    space = max(sum(len(content) for _, content, _ in call.fields), least)
    epoch = tx.rules.epoch_index(tx, netuid)
    last_epoch, used = storage.commitments_used_space_of.get((netuid, who), (0, 0)) or (0, 0)
    used = used if last_epoch == epoch else 0
    if add_u64(used, space) > storage.commitments_max_space.value:
        raise SpaceLimitExceeded(netuid=netuid, used=used, asked=space, allowed=storage.commitments_max_space.value)
    storage.commitments_used_space_of[netuid, who] = epoch, used + space


def note_commitment(tx: Tx, netuid: int, who: bytes, call: SetCommitment) -> None:
    rounds = [reveal_round for kind, _, reveal_round in call.fields if kind == TIMELOCKED]
    if rounds:
        tx.emit(
            TimelockCommitmentSet(
                netuid=netuid, who=who, fields=call.fields, reserved=DEPOSIT, block=tx.block, reveal_round=rounds[0]
            )
        )
    else:
        tx.emit(CommitmentSet(netuid=netuid, who=who, fields=call.fields, reserved=DEPOSIT, block=tx.block))
    list_timelocked(tx, netuid, who, is_timelocked=bool(rounds))


def list_timelocked(tx: Tx, netuid: int, who: bytes, *, is_timelocked: bool) -> None:
    """Add a commitment to the list of those that are opened later, or remove it."""
    listed = tx.storage.commitments_timelocked_index
    if ((netuid, who) in listed.value) != is_timelocked:
        others = [place for place in listed.value if place != (netuid, who)]
        listed.value = tuple(sorted([*others, (netuid, who)] if is_timelocked else others))


def set_max_space(tx: Tx, origin: Origin, call: SetMaxSpace) -> None:
    """Set how many bytes an account may commit per epoch. Raises: BadOrigin.

    Source: pallets/commitments lib.rs::set_max_space, spec_version 277.
    """
    ensure_root(origin)
    tx.storage.commitments_max_space.value = call.new_limit


CALLS = call_table(handles(SetCommitment, set_commitment), handles(SetMaxSpace, set_max_space))
