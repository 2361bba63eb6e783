"""spec_version 334 (November 2025).

TAO is shared out by its flow into subnets. Root's dividends are kept as alpha to be claimed. The senate is gone, and so is
the limit on single weights. An epoch of a subnet with a hotkey twice is skipped.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_334(before: Runtime) -> Runtime:
    """The runtime before it, with what 334 changed."""
    return evolve(before)
