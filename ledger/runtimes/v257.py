"""spec_version 257 (March 2025): emission begins where it is started.

Validators are paid parts of the alpha that is pending for them. Bonds are forgotten that are for uids registered since the last
tempo, and not inherited. The penalty on bonds is whole by default. Commitments are revealed.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.commitments import reveals
from neuron_ledger.ledger.rules.emission import coinbase, dtao
from neuron_ledger.ledger.rules.epoch import dtao_steps
from neuron_ledger.ledger.rules.registration import uids
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_257(before: Runtime) -> Runtime:
    """The runtime before it, with what 257 changed."""
    return evolve(
        before,
        layout=dtao_layout(257),
        block_hook=(*before.block_hook, reveals.reveal_commitments),
        replace_neuron=uids.replace_neuron,
        emitting=coinbase.emitting,
        drain_pending_emission=dtao.drain_pending_emission_257,
        epoch=with_steps(before.epoch, {"bonds": dtao_steps.bonds_257}),
    )
