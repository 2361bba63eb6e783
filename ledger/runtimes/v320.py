"""spec_version 320 (September 2025).

A subnet can have several mechanisms, each with weights, bonds, last updates, incentive and commits of its own under a storage
index. A hyperparameter set by an owner is limited in rate and refused near the end of a tempo. An owner can trim uids. The
number of subnets is limited. Clearing a uid also clears its weights and those set on it.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import handout
from neuron_ledger.ledger.runtime import Runtime

ADDED = added(
    "RecycleOrBurn",
)


def step_320(before: Runtime) -> Runtime:
    """The runtime before it, with what 320 changed."""
    return evolve(
        before,
        layout=before.layout.with_items(ADDED),
        pay_miners=handout.pay_miners_320,
    )
