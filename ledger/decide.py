"""Call → events: finds the rule that serves a call and makes of its outcome what will be recorded."""

from attrs import frozen

from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Happened
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.ledger.errors import CannotGoOn, ChainError
from neuron_ledger.ledger.transaction import Ruleset, Transaction
from neuron_ledger.projections.storage import Storage


@frozen
class Decision:
    """What a call submitted in `block` caused: the events in order with their blocks, and the refusal if it was refused."""

    block: int
    happened: tuple[Happened, ...]
    error: ChainError | None


def decide(storage: Storage, rules: Ruleset, submission: Submission) -> Decision:
    """Decide a call on storage, whose journal must be open; storage is afterwards as the call leaves it.

    A refused call leaves storage as it was and causes one event, `ExtrinsicFailed`. Raises: CannotGoOn, also for a
    call that these rules do not have.
    """
    transaction = Transaction(storage, rules)
    block = transaction.block
    begin = transaction.savepoint()
    try:
        handler = rules.calls.get(type(submission.call))
        if handler is None:
            raise CannotGoOn(f"{submission.call.tag} is not a call that the rules of spec_version {rules.spec_version} decide")
        handler(transaction, submission.origin, submission.call)
    except ChainError as error:
        transaction.undo(begin)
        refusal = ExtrinsicFailed(error=error.name, detail=error.detail())
        return Decision(block, (Happened(block, refusal),), error)
    return Decision(block, tuple(transaction.finish()), None)
