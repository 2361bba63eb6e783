"""spec_version 273 (May 2025): tokens have to be enabled; Yuma 3 can be enabled, and liquid alpha is part of it.

Stake below the threshold counts for nothing in epochs, and without stake nobody gets a permit. A coldkey that gets stake in any
way is listed for it. A limit that permits no amount is refused. Coldkey swaps can be scheduled anew after some time; childkey
takes can be lowered at any time. Only root sets the maximum burn. Neurons can have bonds reset by a commitment.
"""

from attrs import evolve

from neuron_ledger.events.calls import SetChildkeyTake, StartCall
from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.events.swaps import ScheduleSwapColdkey
from neuron_ledger.ledger.rules.commitments import calls as commitments
from neuron_ledger.ledger.rules.epoch import run, steps
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.stake import calls as stake
from neuron_ledger.ledger.rules.stake import checks, limits
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.rules.subnets import new_networks
from neuron_ledger.ledger.rules.swaps import calls as swaps
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_273(before: Runtime) -> Runtime:
    """The runtime before it, with what 273 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_273,
        layout=dtao_layout(273),
        calls={
            **before.calls,
            SetChildkeyTake: stake.CALLS[SetChildkeyTake],
            StartCall: subnets.CALLS[StartCall],
            SetCommitment: commitments.CALLS[SetCommitment],
            ScheduleSwapColdkey: swaps.CALLS[ScheduleSwapColdkey],
            **dtao_tables.CALLS_273,
        },
        register_network=new_networks.STEPS,
        parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_273},
        orders=evolve(
            before.orders,
            within_limit=limits.something,
            is_enabled=checks.is_subtoken_enabled,
            movable=checks.MOVABLE,
        ),
        lists_whoever_gets_stake=True,
        read_epoch=run.read_epoch,
        epoch=with_steps(before.epoch, {"new_permits": steps.new_permits, "bonds": steps.bonds}),
    )
