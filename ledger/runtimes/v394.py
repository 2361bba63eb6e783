"""spec_version 394 (April 2026).

Hotkeys can be swapped again: stake goes over as in a move, root claims only with a swap on the root network, for which the new
hotkey has to be clean. Root claims that a hotkey's swap had moved wrongly on the main chain were removed.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.migrations.once import only_noted
from neuron_ledger.ledger.rules.swaps import announcement_calls, dated_checks, dated_hotkeys, hotkeys
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead, without


def step_394(before: Runtime) -> Runtime:
    """The runtime before it, with what 394 changed."""
    return evolve(
        before,
        calls={**before.calls, **announcement_calls.CALLS_394},
        swaps=evolve(
            before.swaps,
            hotkey_checks=(*before.swaps.hotkey_checks, dated_checks.new_hotkey_is_clean_394),
            on_subnet=inserted(
                instead(
                    without(before.swaps.on_subnet, hotkeys.carry_stake_sums, dated_hotkeys.carry_root_claims_334),
                    {hotkeys.carry_shares: dated_hotkeys.carry_stake_394},
                ),
                dated_hotkeys.carry_stake_394,
                dated_hotkeys.carry_root_claims_394,
            ),
        ),
        migrations=(*before.migrations, only_noted("migrate_fix_root_claimed_overclaim")),
    )
