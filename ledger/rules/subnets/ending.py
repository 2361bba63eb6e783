"""What becomes of a subnet's entries when it ends."""

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.storage import Storage

CLEARED_WITH_A_NETWORK = (
    *("Uids", "Keys", "Bonds", "Weights"),
    *("SubnetworkN", "NetworkModality", "NetworksAdded", "NetworkRegisteredAt", "SubnetOwner"),
    *("Rank", "Trust", "Active", "Emission", "Incentive", "Consensus", "Dividends", "PruningScores", "LastUpdate"),
    *("ValidatorPermit", "ValidatorTrust", "Tempo", "Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod"),
    *("ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)
"""What the chain removes of a subnet besides its members. Pools, stake, StakeWeight and other parameters stay."""


def root_weights_without(storage: Storage, netuid: int) -> tuple[tuple[int, bytes], ...]:
    """Every row of weights on the root network, with 0 for a subnet."""
    if netuid == ROOT:
        return ()
    rows = []
    for uid in sorted(uid for subnet, uid in storage.weights if subnet == ROOT):
        row = pairs(storage.weights[ROOT, uid])
        rows.append((uid, pack_pairs([(target, 0 if target == netuid else weight) for target, weight in row])))
    return tuple(rows)
