"""A recorded history written into a ledger: its first state as an observation, then every call."""

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.conformance.case import Case
from neuron_ledger.replay.conformance.recorded import load, submission


def record_history(case: Case, ledger: Ledger) -> None:
    """Observe a history's first state in an empty ledger, and submit all its calls, refused ones too.

    Each call is recorded by itself; inside `ledger.batch()` all of them are one transaction.
    Raises: LogError if something could not be recorded.
    """
    block = int(case["block"])
    begin = load(case["init"], block, ledger.storage.layout)
    changes = canonical_changes({table.item.name: (dict(table), []) for table in begin.maps()})
    ledger.observe(Observe(f"first state of {case['id']}", block, begin.digest()), changes)
    for op in case["ops"]:
        asked = submission(op)
        ledger.submit(asked.call, asked.origin)
