"""Items of runtimes before 277 that no later one has: those that views of an imported chain read.

Source: subtensor lib.rs, spec_versions 103 and 185.
"""

from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import ACCOUNT, U64

BEFORE_277 = (
    # What was staked before there was alpha: TAO of a coldkey on a hotkey, on the whole chain.
    Item("Stake", "stake", (ACCOUNT, ACCOUNT), U64, 0),
)
