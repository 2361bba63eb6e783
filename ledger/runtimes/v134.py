"""spec_version 134 (October 2023): the limit of subnets can be set, and how fast their cost falls.

New subnets have a shorter tempo and interval, and no uids by work. Of the number's trees this is the last (commit 2595f9269)."""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.runtime import Runtime


def step_134(before: Runtime) -> Runtime:
    return evolve(
        before,
        begin_subnet=early_networks.BEGIN_134,
        first_parameters=early_networks.FIRST_PARAMETERS_134,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_134},
    )
