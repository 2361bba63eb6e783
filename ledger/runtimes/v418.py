"""spec_version 418 (June 2026).

A swap of a hotkey on all subnets counts for the swap interval of each subnet where the hotkey takes part. Its childkey takes move
along. For the root network nothing may have been claimed of the new hotkey. A swapped coldkey no longer claims automatically.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.swaps import dated_checks, dated_coldkeys, dated_hotkeys, hotkeys
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, instead


def step_418(before: Runtime) -> Runtime:
    """The runtime before it, with what 418 changed."""
    return evolve(
        before,
        swaps=evolve(
            before.swaps,
            hotkey_checks=instead(
                before.swaps.hotkey_checks, {dated_checks.new_hotkey_is_clean_394: dated_checks.new_hotkey_is_clean_418}
            ),
            all_subnets_checks=(*before.swaps.all_subnets_checks, dated_checks.intervals_have_passed_418),
            noted_on=dated_checks.noted_where_it_takes_part_418,
            on_subnet=inserted(before.swaps.on_subnet, hotkeys.rename_in_loaded_emission, dated_hotkeys.carry_childkey_take_418),
            coldkey=inserted(before.swaps.coldkey, dated_coldkeys.carry_stake_397, dated_coldkeys.drop_number_418),
        ),
    )
