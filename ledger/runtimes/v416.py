"""spec_version 416 (June 2026).

A hotkey can only be swapped for one of the same coldkey, or a new one. Locks also move with a swap on one subnet; those that such
a swap had left behind on the main chain were moved.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.rules.swaps import checks, dated_checks, locked
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted


def step_416(before: Runtime) -> Runtime:
    """The runtime before it, with what 416 changed."""
    return evolve(
        before,
        swaps=evolve(
            before.swaps,
            one_subnet=(*before.swaps.one_subnet, locked.carry_locks_on_subnet_416),
            hotkey_checks=inserted(
                before.swaps.hotkey_checks, checks.coldkey_owns_old_hotkey, dated_checks.new_hotkey_is_ones_own_416
            ),
        ),
        migrations=(*before.migrations, only_noted("migrate_fix_subnet_hotkey_lock_swaps")),
    )
