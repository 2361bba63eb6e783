"""Steps of the epoch in the first runtimes with alpha, 233 to 272, each named with the spec_version that introduced it.

The other steps are those of `steps` and `early_steps`.
Source: subtensor epoch/run_epoch.rs::epoch, spec_versions 233 and 257.
"""

from neuron_ledger.ledger.rules.epoch.bonds import read_bonds
from neuron_ledger.ledger.rules.epoch.early_steps import average_bonds, lasting_bonds
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.numbers.fixed import I32F32


def bonds_233(epoch: Epoch) -> None:
    """As at 154, from weights after the penalty. Raises: BondTargetOutOfRange."""
    average_bonds(epoch, lasting_bonds(epoch), epoch.bond_weights, I32F32.safe_div)


def bonds_257(epoch: Epoch) -> None:
    """The same; bonds for uids registered since the last tempo are cleared. Raises: BondTargetOutOfRange."""
    given = epoch.given
    stored = read_bonds(given.bonds, epoch.weights.uids.tolist(), given.n, epoch.renewed, epoch.kernels)
    average_bonds(epoch, stored, epoch.bond_weights, I32F32.safe_div)
