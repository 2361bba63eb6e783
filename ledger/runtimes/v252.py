"""spec_version 252 (March 2025): what the owner's hotkey earns as a miner is burned, and its weight for itself counts.

A child takes its part of what its parents get, and none of those of its own coldkey. How fast the average prices of young
subnets move is a hyperparameter.
"""

from attrs import evolve

from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.emission import dividends, drain, dtao
from neuron_ledger.ledger.rules.epoch import dtao_run
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import instead


def step_252(before: Runtime) -> Runtime:
    """The runtime before it, with what 252 changed."""
    return evolve(
        before,
        layout=dtao_layout(252),
        emission_steps=instead(before.emission_steps, {dtao.move_prices_246: dtao.move_prices_252}),
        share_with_parents=dividends.get_parent_child_dividends_distribution,
        pay_miners=drain.pay_miners,
        read_epoch=dtao_run.read_epoch_252,
    )
