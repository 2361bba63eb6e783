"""The working value of an epoch: its input, and the results of each step so far."""

from attrs import define, field

from neuron_ledger.ledger.rules.epoch.bonds import Bonds, LiquidAlpha
from neuron_ledger.ledger.rules.epoch.emission import Emission
from neuron_ledger.ledger.rules.epoch.rows import Rows
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Mask, Shorts
from neuron_ledger.ledger.rules.numbers.kernels import Kernels


@define(eq=False)
class Epoch:
    """An epoch in progress. Vectors: by uid, raw bits (masks: booleans). Matrices: `Rows` of the uids that have any.

    kernels: the form that computes it. A step's results are set only once the step has run. preranks, trust and pruning_scores
    (u16) stay None in runtimes without such steps.

    permits: of those who count as validators, from before the epoch. counted_stake: I64F64, 0 for stake that does not count.
    new_permits: from the next epoch on. stored_weights: as stored, of permitted validators. weights: masked and normalised.
    clipped: weights clipped to the consensus. bond_weights: what bonds are made of. renewed: whose bonds are cleared.
    liquid_alpha: None where it is off. bond_rows: the rows that are written, packed as in storage, empty for one that is emptied.
    """

    given: EpochInput
    kernels: Kernels
    active: Mask = field(init=False)
    permits: Mask = field(init=False)
    counted_stake: list[int] = field(init=False)
    stake: Bits = field(init=False)
    new_permits: Mask = field(init=False)
    active_stake: Bits = field(init=False)
    stored_weights: Rows = field(init=False)
    weights: Rows = field(init=False)
    preranks: Bits | None = field(init=False, default=None)
    consensus: Bits = field(init=False)
    clipped: Rows = field(init=False)
    validator_trust: Bits = field(init=False)
    ranks: Bits = field(init=False)
    trust: Bits | None = field(init=False, default=None)
    incentive: Bits = field(init=False)
    bond_weights: Rows = field(init=False)
    renewed: Mask = field(init=False)
    liquid_alpha: LiquidAlpha | None = field(init=False)
    bonds: Bonds = field(init=False)
    emission: Emission = field(init=False)
    pruning_scores: Shorts | None = field(init=False, default=None)
    bond_rows: dict[int, bytes] = field(init=False)
