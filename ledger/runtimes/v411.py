"""spec_version 411 (May 2026).

TAO of a subnet stands on an account of its own. Stake can be locked. Owners' cut and a subnet's emission can be switched off.
Clearing a uid also clears its permit and validator trust. A failed item of a batch says its netuid.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_411(before: Runtime) -> Runtime:
    """The runtime before it, with what 411 changed."""
    return evolve(before)
