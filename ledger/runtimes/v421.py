"""spec_version 421 (June 2026).

The share that is withheld from owners' hotkeys is recorded. Locked stake is transferred only to coldkeys that accept it; a
perpetual lock of a swapped coldkey stays perpetual.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import handout, shares
from neuron_ledger.ledger.rules.stake import after_moves, lock_calls, lock_moves
from neuron_ledger.ledger.rules.subnets import ending
from neuron_ledger.ledger.rules.swaps import locked
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead

ADDED = added(
    "AccountFlags",
    "MinerBurned",
)


def step_421(before: Runtime) -> Runtime:
    """The runtime before it, with what 421 changed."""
    return evolve(
        before,
        swaps=evolve(
            before.swaps,
            coldkey=instead(before.swaps.coldkey, {locked.carry_locks_of_coldkey_411: locked.carry_locks_of_coldkey_421}),
        ),
        layout=before.layout.with_items(ADDED),
        orders=evolve(
            before.orders,
            before_handing=instead(before.orders.before_handing, {lock_moves.transfer_lock_411: lock_moves.transfer_lock_421}),
        ),
        calls={**before.calls, **lock_calls.CALLS_421},
        cleared_with_network=ending.CLEARED_421,
        pay_miners=handout.pay_miners_421,
        share_emission=shares.share_by_price_421,
        after_unstaking=instead(before.after_unstaking, {after_moves.leave_root_334: after_moves.leave_root_421}),
    )
