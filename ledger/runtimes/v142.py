"""spec_version 142 (March 2024): owners set more parameters again; root's weights for a subnet are removed with it.

New subnets keep nearly all of their old registration prices when these are adjusted. Of the number's trees this is the last
(commit e607d7e9e).
"""

from attrs import evolve

from neuron_ledger.ledger.rules.hyperparameters import early_tables as parameters
from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.runtime import Runtime


def step_142(before: Runtime) -> Runtime:
    return evolve(
        before,
        first_parameters=early_networks.FIRST_PARAMETERS_142,
        dissolve_network=early_networks.END_142,
        cleared_with_network=early_networks.CLEARED_142,
        parameter_steps={**before.parameter_steps, **parameters.STEPS_142},
    )
