"""spec_version 394 (April 2026).

Claims of root that a hotkey's swap had moved wrongly on the main chain were removed.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.runtime import Runtime


def step_394(before: Runtime) -> Runtime:
    """The runtime before it, with what 394 changed."""
    return evolve(before, migrations=(*before.migrations, only_noted("migrate_fix_root_claimed_overclaim")))
