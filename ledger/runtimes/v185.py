"""spec_version 185 (May 2024, commit 41f9d2524, of the test network, ahead of main): the rules of the main line since 151."""

from attrs import evolve

from neuron_ledger.events.storage.layouts_before import LAYOUT_185
from neuron_ledger.ledger.errors import CanNotSetRootNetworkWeights
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtime import Runtime


def second_185(before: Runtime) -> Runtime:
    """The 185 of some days earlier (commit 54578ab7f), with the rules of 149. before: 149."""
    return evolve(before, spec_version=185, tree="second")


def first_185(before: Runtime) -> Runtime:
    """The first 185 (commit bc13b7b18): root's weights are set by a call of their own, and takes have no minimum.

    before: the second 185, some days later, which does not have that call yet.
    """
    errors = before.layout.errors
    place = errors.index("NoNeuronIdAvailable")
    return evolve(
        before,
        tree="first",
        layout=evolve(
            before.layout.with_defaults({"MinTake": 0}),
            errors=(*errors[:place], "NotRootSubnet", "IsRoot", *errors[place:]),
        ),
        error_names={**before.error_names, CanNotSetRootNetworkWeights: "IsRoot"},
        calls={**before.calls, **weights.CALLS_185_FIRST},
    )


def step_185(before: Runtime) -> Runtime:
    """before: 151."""
    return evolve(before, spec_version=185, layout=LAYOUT_185)
