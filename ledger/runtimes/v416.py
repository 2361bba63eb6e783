"""spec_version 416 (June 2026).

Locks that a hotkey's swap had left behind on the main chain were moved.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.runtime import Runtime


def step_416(before: Runtime) -> Runtime:
    """The runtime before it, with what 416 changed."""
    return evolve(before, migrations=(*before.migrations, only_noted("migrate_fix_subnet_hotkey_lock_swaps")))
