"""spec_version 424 (June 2026).

An amount of more than a thousand times what a pool holds is refused before anything else. A swapped coldkey's locked stake moves
along whether or not the new coldkey accepts locked stake.
"""

from attrs import evolve

from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.rules.stake import limits
from neuron_ledger.ledger.rules.swaps import dated_coldkeys, locked
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted


def step_424(before: Runtime) -> Runtime:
    """The runtime before it, with what 424 changed."""
    return evolve(
        before,
        layout=LAYOUT_424,
        orders=evolve(before.orders, bound=limits.bounded_424),
        swaps=evolve(
            before.swaps,
            coldkey=inserted(
                inserted(before.swaps.coldkey, dated_coldkeys.carry_identity_385, locked.accept_locked_alpha_424),
                locked.carry_locks_of_coldkey_421,
                locked.carry_flags_424,
            ),
        ),
    )
