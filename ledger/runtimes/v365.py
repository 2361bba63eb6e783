"""spec_version 365 (December 2025).

The neuron with the lowest emission is pruned; young neurons are spared only while enough others are left; there may be nobody
to prune. The exponent of liquid alpha is clamped.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import injection
from neuron_ledger.ledger.rules.epoch.dated_steps import liquid_alpha_365
from neuron_ledger.ledger.runtime import Runtime, inserted, with_steps

ADDED = added(
    "RootProp",
)


def step_365(before: Runtime) -> Runtime:
    """The runtime before it, with what 365 changed."""
    return evolve(
        before,
        layout=before.layout.with_items(ADDED),
        epoch=with_steps(before.epoch, {"liquid_alpha": liquid_alpha_365}),
        block_hook=inserted(before.block_hook, injection.move_prices_334, injection.note_root_proportions_365),
    )
