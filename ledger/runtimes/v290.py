"""spec_version 290 (July 2025).

New subnets admit registrations from the start: NetworkRegistrationAllowed and NetworkPowRegistrationAllowed default to true.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_290(before: Runtime) -> Runtime:
    """The runtime before it, with what 290 changed."""
    return evolve(before)
