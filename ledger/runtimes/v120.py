"""spec_version 120 (May 2023): hotkeys sign for their work, endpoints need a port; bonds are scaled to a miner's greatest."""

from attrs import evolve

from neuron_ledger.ledger.rules.epoch import early_steps, steps
from neuron_ledger.ledger.rules.registration import early_calls
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import with_steps


def step_120(before: Runtime) -> Runtime:
    return evolve(
        before,
        calls={**before.calls, **early_calls.CALLS_120},
        epoch=with_steps(before.epoch, {"weights": steps.weights, "bonds": early_steps.bonds_143}),
        axon_checks=endpoint_checks.AXON_CHECKS,
        prometheus_checks=endpoint_checks.AXON_CHECKS,
    )
