"""Call → events: finds the rule that serves a call and turns its outcome into what will be recorded."""

from attrs import frozen

from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.entries.group import Happened
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.runtime import Runtime, Tx, not_decided
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage


@frozen
class Decision:
    """What a call submitted in `block` caused: the events in order with their blocks, and the refusal if it was refused."""

    block: int
    happened: tuple[Happened, ...]
    error: ChainError | None


def decide(storage: Storage, rules: Runtime, submission: Submission) -> Decision:
    """Decide a call on storage, whose journal must be open, and leave storage as the call leaves it.

    A refused call leaves storage as it was and causes one event, `ExtrinsicFailed`. Raises: CannotGoOn, also for a
    call that these rules do not have.
    """
    transaction: Tx = Transaction(storage, rules)
    block = transaction.block
    begin = transaction.savepoint()
    try:
        dispatch(transaction, submission.origin, submission.call)
    except ChainError as error:
        transaction.undo(begin)
        error.name = rules.error_name(error)
        refusal = ExtrinsicFailed(error=error.name, detail=error.detail())
        return Decision(block, (Happened(block, refusal),), error)
    return Decision(block, tuple(transaction.finish()), None)


def pass_guards(tx: Tx, origin: Origin, call: Call) -> None:
    """Let a call pass the guards of the runtime, in order. Raises: ChainError."""
    for guard in tx.rules.guards:
        guard(tx, origin, call)


def dispatch(tx: Tx, origin: Origin, call: Call) -> None:
    """Pass a call through the guards of the runtime, then let its handler decide it.

    Raises: ChainError; CannotGoOn for a call that the runtime has no handler for, or one of another runtime's storage.
    """
    pass_guards(tx, origin, call)
    handler = tx.rules.calls.get(type(call))
    if handler is None:
        raise not_decided(tx.rules, call)
    try:
        handler(tx, origin, call)
    except AttributeError as error:
        # A rule of an earlier runtime, not adapted to this one, reads an item that storage no longer has.
        if not isinstance(error.obj, Storage):
            raise
        what = f"it reads {error.name}, which storage does not have at spec_version {tx.rules.name}"
        raise CannotGoOn(f"the rules for {call.tag} are not built for this runtime: {what}") from error
