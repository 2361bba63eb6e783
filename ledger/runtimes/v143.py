"""spec_version 143 (March 2024, commit a625834ea): a subnet's own weights are removed with it again.

The number's first tree, two days earlier (commit deaa72d16), has the rules of 142."""

from attrs import evolve

from neuron_ledger.ledger.rules.subnets import early_networks
from neuron_ledger.ledger.runtime import Runtime


def step_143(before: Runtime) -> Runtime:
    return evolve(
        before,
        cleared_with_network=early_networks.CLEARED_133,
    )
