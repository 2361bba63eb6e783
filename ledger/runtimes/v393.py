"""spec_version 393 (March 2026).

Stake that a hotkey's swap had moved wrongly on the main chain was given back.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.runtime import Runtime


def step_393(before: Runtime) -> Runtime:
    """The runtime before it, with what 393 changed."""
    return evolve(before, migrations=(*before.migrations, only_noted("migrate_fix_bad_hk_swap")))
