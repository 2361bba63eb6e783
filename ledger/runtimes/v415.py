"""spec_version 415 (June 2026).

TAO that the chain adds to a pool counts in refunds from the upgrade on.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.migrations import emission
from neuron_ledger.ledger.rules.subnets import pay_out
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_415(before: Runtime) -> Runtime:
    """The runtime before it, with what 415 changed."""
    return evolve(
        before,
        migrations=(*before.migrations, emission.note_block_of_refunds_415),
        dissolve_network=instead(before.dissolve_network, {pay_out.END_STAKES_413: pay_out.END_STAKES_415}),
        layout=before.layout.with_items(added("TaoInRefundDeploymentBlock")),
    )
