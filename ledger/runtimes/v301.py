"""spec_version 301 (August 2025).

Timelocked commits carry their hotkey and need the client version that the chain asks for; one whose pulse is missing is kept
and tried again. Fixed-point numbers are those of the library's version 0.6.0.
"""

from attrs import evolve

from neuron_ledger.ledger.runtime import Runtime


def step_301(before: Runtime) -> Runtime:
    """The runtime before it, with what 301 changed."""
    return evolve(before)
