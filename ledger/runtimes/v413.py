"""spec_version 413 (June 2026).

The minimum stake, 2,000,000 rao since 292, became a constant of the runtime, with the same value. The chain's own alpha takes
part in the pay-out when a subnet is removed.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.subnets import pay_out
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_413(before: Runtime) -> Runtime:
    """The runtime before it, with what 413 changed."""
    return evolve(
        before,
        dissolve_network=instead(before.dissolve_network, {pay_out.END_STAKES_411: pay_out.END_STAKES_413}),
    )
