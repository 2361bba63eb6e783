"""spec_version 185 (May 2024, commit 41f9d2524, of the test network, ahead of main): the rules of the main line since 151."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_185
from neuron_ledger.ledger.runtime import Runtime


def before_185(before: Runtime) -> Runtime:
    """The 185 of some days earlier (commit 54578ab7f): its rules are those of 149. before: 149."""
    return evolve(before, spec_version=185, tree="second")


def step_185(before: Runtime) -> Runtime:
    """before: 151."""
    return evolve(before, spec_version=185, layout=LAYOUT_185)
