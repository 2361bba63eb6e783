"""spec_version 257 (March 2025): a subnet's emission begins only when its owner starts it.

Validators are paid parts of the alpha that is pending for them. Bonds for uids registered since the last tempo are cleared, and
bonds are not inherited. The penalty on bonds is full by default. Commitments can be timelocked; their bytes per epoch are
limited. Alpha can be burned and recycled. Unstaking costs at least a part of its amount. The minimum burn of a new subnet is as
before.
"""

from attrs import evolve

from neuron_ledger.events.stake_moves import BurnAlpha, RecycleAlpha
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.commitments import dtao_calls as commitments
from neuron_ledger.ledger.rules.commitments import reveals
from neuron_ledger.ledger.rules.emission import coinbase, dtao
from neuron_ledger.ledger.rules.epoch import dtao_steps
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.registration import uids
from neuron_ledger.ledger.rules.stake import dtao_orders, move_calls
from neuron_ledger.ledger.rules.subnets import beginning
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_257(before: Runtime) -> Runtime:
    """The runtime before it, with what 257 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_257,
        layout=dtao_layout(257),
        calls={
            **before.calls,
            **subnets.CALLS_257,
            **commitments.CALLS_257,
            **{call: move_calls.CALLS[call] for call in (RecycleAlpha, BurnAlpha)},
        },
        first_parameters=beginning.FIRST_PARAMETERS,
        orders=evolve(before.orders, unstaking_fee=dtao_orders.unstaking_fee_257),
        block_hook=(*before.block_hook, reveals.reveal_commitments_257),
        replace_neuron=uids.replace_neuron,
        emitting=coinbase.emitting,
        drain_pending_emission=dtao.drain_pending_emission_257,
        epoch=with_steps(before.epoch, {"bonds": dtao_steps.bonds_257}),
    )
