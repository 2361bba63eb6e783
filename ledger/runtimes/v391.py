"""spec_version 391 (March 2026).

The round of a timelocked commit is no longer compared with the last pulse. A hotkey can be swapped without its stake, swapped
again after a day, and swapped on one subnet for one with a uid elsewhere. An announced swap of a coldkey can be cancelled.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.swaps import announcement_calls, checks, dated_checks
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_391(before: Runtime) -> Runtime:
    """The runtime before it, with what 391 changed."""
    return evolve(
        before,
        calls={**before.calls, **announcement_calls.CALLS_391},
        swaps=evolve(
            before.swaps,
            interval=dated_checks.INTERVAL_391,
            hotkey_checks=instead(
                before.swaps.hotkey_checks, {checks.new_hotkey_is_nowhere: dated_checks.new_hotkey_has_no_uid_391}
            ),
        ),
    )
