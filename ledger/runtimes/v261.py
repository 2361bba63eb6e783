"""spec_version 261 (April 2025): a hotkey's alpha at the last epoch is noted. The chain computes with unsigned numbers.

The cost of unstaking depends on its proceeds; when everything is unstaked, stake that could not be unstaked by itself stays. A
commitment counts for a minimum of bytes; a timelocked one is revealed whatever it holds, and dropped if nothing opens it. Symbols
from netuid 81 on changed.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.commitments import dtao_calls as commitments
from neuron_ledger.ledger.rules.commitments import reveals
from neuron_ledger.ledger.rules.emission import drain
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.stake import move_calls, moves
from neuron_ledger.ledger.rules.subnets import dtao_networks
from neuron_ledger.ledger.rules.tao_stake import dtao_swap_calls
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_261(before: Runtime) -> Runtime:
    """The runtime before it, with what 261 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_261,
        layout=dtao_layout(261),
        block_hook=instead(before.block_hook, {reveals.reveal_commitments_257: reveals.reveal_commitments}),
        calls={**before.calls, **commitments.CALLS_261},
        swaps=dtao_swap_calls.SWAPS_261,
        orders=evolve(before.orders, unstaking_fee=moves.unstaking_fee, all_there=move_calls.all_that_may_leave),
        register_network=dtao_networks.STEPS_261,
        drain_pending_emission=drain.drain_pending_emission,
    )
