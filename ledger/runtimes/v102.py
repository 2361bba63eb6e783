"""spec_version 102 (March 2023, commit 9e0c0fcab): stake is added to the issuance when staked, and subtracted when unstaked.

So what hotkeys are paid counts once; and nobody sets the total issuance. Everything else is as at 103, a few hours later, which
is the first runtime here that a recorded chain proves: so these rules are made from those.
"""

from attrs import evolve

from neuron_ledger.ledger.rules.emission import loaded
from neuron_ledger.ledger.rules.tao_stake import positions
from neuron_ledger.ledger.runtimes.change import instead
from neuron_ledger.ledger.runtimes.v103 import V103

V102 = evolve(
    V103,
    spec_version=102,
    parameter_steps={name: steps for name, steps in V103.parameter_steps.items() if name != "total_issuance"},
    block_hook=instead(V103.block_hook, {loaded.pay_loaded_emission_103: loaded.pay_loaded_emission_101}),
    increase_tao_stake=(*V103.increase_tao_stake, positions.issue),
    decrease_tao_stake=(*V103.decrease_tao_stake, positions.take_out_of_issuance),
)
