"""What is removed with a subnet.

Each tuple lists the items that the chain's remove_network removes in addition to the members; since spec_version 320 nothing is
meant to stay. Two more items that the chain removes are not kept here: StakingOperationRateLimiter, and users' liquidity.
Source: subtensor coinbase/root.rs::remove_network, spec_versions 277 to 424.
"""

from collections.abc import Iterable

from neuron_ledger.events.subnets import NetworkRemoved
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import SubnetNotExists
from neuron_ledger.ledger.rules.accounts.balances import add_balance
from neuron_ledger.ledger.rules.accounts.identities import drop_subnet_identity
from neuron_ledger.ledger.rules.netuids import ROOT, subnet_exists
from neuron_ledger.ledger.rules.numbers.saturating import sub_u64
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.storage import Storage

OF_MECHANISMS = (
    *("Weights", "Bonds", "LastUpdate", "Incentive"),
    *("WeightCommits", "TimelockedWeightCommits", "CRV3WeightCommits", "CRV3WeightCommitsV2"),
)
"""What is removed of each mechanism, since 320."""

CLEARED_WITH_A_NETWORK = (
    *("Uids", "Keys", "Bonds", "Weights"),
    *("SubnetworkN", "NetworkModality", "NetworksAdded", "NetworkRegisteredAt", "SubnetOwner"),
    *("Rank", "Trust", "Active", "Emission", "Incentive", "Consensus", "Dividends", "PruningScores", "LastUpdate"),
    *("ValidatorPermit", "ValidatorTrust", "Tempo", "Kappa", "Difficulty", "MaxAllowedUids", "ImmunityPeriod"),
    *("ActivityCutoff", "MaxWeightsLimit", "MinAllowedWeights"),
    *("RegistrationsThisInterval", "POWRegistrationsThisInterval", "BurnRegistrationsThisInterval"),
)
"""Pools, stake, StakeWeight and other parameters stay."""


def changed(items: tuple[str, ...], *, more: Iterable[str] = (), no_more: Iterable[str] = ()) -> tuple[str, ...]:
    """The same items, with some added and others removed. Raises: ValueError for a removed one that is not among them."""
    gone = frozenset(no_more)
    if not gone <= frozenset(items):
        raise ValueError(f"not among the items: {sorted(gone - frozenset(items))}")
    return (*(name for name in items if name not in gone), *more)


CLEARED_320 = changed(
    CLEARED_WITH_A_NETWORK,
    no_more=("Bonds", "Weights", "Incentive", "LastUpdate", "NetworkModality"),
    more=(
        # Pools and accounts.
        *("SubnetAlphaInEmission", "SubnetAlphaOutEmission", "SubnetTaoInEmission", "SubnetVolume", "SubnetMovingPrice"),
        *("SubnetLocked", "LargestLocked", "PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut"),
        # The subnet itself.
        *("TokenSymbol", "SubnetMechanism", "SubnetOwnerHotkey", "FirstEmissionBlockNumber", "SubtokenEnabled"),
        *("BlocksSinceLastStep", "LastMechansimStepBlock", "LastAdjustmentBlock", "MechanismCountCurrent"),
        *("MechanismEmissionSplit", "SubnetIdentities", "SubnetIdentitiesV2"),
        # Hyperparameters and counters.
        *("NetworkRegistrationAllowed", "NetworkPowRegistrationAllowed", "TransferToggle", "ServingRateLimit", "Rho"),
        *("AlphaSigmoidSteepness", "MaxAllowedValidators", "AdjustmentInterval", "BondsMovingAverage", "BondsPenalty"),
        *("BondsResetOn", "WeightsSetRateLimit", "ValidatorPruneLen", "ScalingLawPower", "TargetRegistrationsPerInterval"),
        *("AdjustmentAlpha", "CommitRevealWeightsEnabled", "RevealPeriodEpochs", "Burn", "MinBurn", "MaxBurn"),
        *("MinDifficulty", "MaxDifficulty", "RegistrationsThisBlock", "EMAPriceHalvingBlocks", "RAORecycledForRegistration"),
        *("MaxRegistrationsPerBlock", "WeightsVersionKey", "LiquidAlphaOn", "Yuma3On", "AlphaValues", "ImmuneOwnerUidsLimit"),
        # Neurons, and hotkeys on the subnet.
        *("StakeWeight", "LoadedEmission", "BlockAtRegistration", "Axons", "NeuronCertificates", "Prometheus"),
        *("AlphaDividendsPerSubnet", "TaoDividendsPerSubnet", "PendingChildKeys", "AssociatedEvmAddress"),
        *("LastHotkeySwapOnNetuid", "ChildkeyTake", "ChildKeys", "ParentKeys", "LastHotkeyEmissionOnNetuid"),
        *("TotalHotkeyAlphaLastEpoch", "TransactionKeyLastBlock"),
    ),
)

CLEARED_334 = changed(
    CLEARED_320,
    no_more=("MaxWeightsLimit", "PendingRootDivs", "PendingAlphaSwapped", "TaoDividendsPerSubnet"),
    more=("PendingRootAlphaDivs",),
)

CLEARED_343 = changed(CLEARED_334, no_more=("PendingEmission",), more=("PendingValidatorEmission", "PendingServerEmission"))

CLEARED_361 = changed(CLEARED_343, no_more=("SubnetIdentities", "SubnetIdentitiesV2"))

CLEARED_365 = changed(CLEARED_361, more=("SubnetTaoFlow", "SubnetEmaTaoFlow"))

CLEARED_397 = changed(
    CLEARED_365,
    no_more=("Rank", "Trust", "PruningScores", "AdjustmentInterval", "AdjustmentAlpha"),
    more=("BurnHalfLife", "BurnIncreaseMult"),
)

CLEARED_411 = changed(
    CLEARED_397,
    more=(
        *("SubnetProtocolFlow", "SubnetEmaProtocolFlow", "SubnetExcessTao", "SubnetRootSellTao", "OwnerCutAutoLockEnabled"),
        *("LockingColdkeys", "HotkeyLock", "DecayingHotkeyLock", "OwnerLock", "DecayingOwnerLock", "DecayingLock"),
    ),
)

CLEARED_421 = changed(CLEARED_411, more=("MinerBurned",))

CLEARED_423 = changed(CLEARED_421, more=("ActivityCutoffFactorMilli", "LastEpochBlock", "PendingEpochAt", "SubnetEpochIndex"))


# -------------------------------------------------------------------------------------------------------------- steps


def dissolve(tx: Tx, netuid: int) -> None:
    """Remove a subnet with everything it has. Raises: SubnetNotExists (also for root), and what the runtime's steps raise.

    Source: subtensor coinbase/root.rs::do_dissolve_network, spec_version 424.
    """
    if netuid == ROOT or not subnet_exists(tx.storage, netuid):
        raise SubnetNotExists(netuid=netuid)
    for step in tx.rules.dissolve_network:
        step(tx, netuid)


def give_lock_back(tx: Tx, netuid: int) -> None:
    """Return to the owner what was locked. Source: subtensor coinbase/root.rs::remove_network, spec_version 277."""
    add_balance(tx, tx.storage.subnet_owner[netuid], tx.storage.subnet_locked[netuid])
    tx.storage.subnet_locked[netuid] = 0


def remove_network(tx: Tx, netuid: int) -> None:
    """Remove what the runtime removes of a subnet. Source: subtensor coinbase/root.rs::remove_network, spec_version 277."""
    _remove(tx, netuid, indices=(), cleared_of_mechanisms=())


def remove_network_320(tx: Tx, netuid: int) -> None:
    """As before, including the entries of its mechanisms.

    Source: subtensor coinbase/root.rs::remove_network, spec_version 320.
    """
    count = tx.storage.mechanism_count_current[netuid]
    indices = tuple(tx.rules.storage_index(netuid, mechanism) for mechanism in range(count))
    _remove(tx, netuid, indices=indices, cleared_of_mechanisms=OF_MECHANISMS)


def _remove(tx: Tx, netuid: int, *, indices: tuple[int, ...], cleared_of_mechanisms: tuple[str, ...]) -> None:
    storage = tx.storage
    tx.emit(
        NetworkRemoved(
            netuid=netuid,
            total_networks=sub_u64(storage.total_networks.value, 1),
            members=tuple(storage.keys[seat] for seat in sorted(seat for seat in storage.keys if seat[0] == netuid)),
            cleared=tx.rules.cleared_with_network,
            indices=indices,
            cleared_of_mechanisms=cleared_of_mechanisms,
            root_weights=root_weights_without(storage, netuid),
        )
    )


def root_weights_without(storage: Storage, netuid: int) -> tuple[tuple[int, bytes], ...]:
    """Every row of weights on the root network, with 0 for the subnet."""
    if netuid == ROOT:
        return ()
    rows = []
    for uid in sorted(uid for subnet, uid in storage.weights if subnet == ROOT):
        row = pairs(storage.weights[ROOT, uid])
        rows.append((uid, pack_pairs([(target, 0 if target == netuid else weight) for target, weight in row])))
    return tuple(rows)


def end_lease_320(tx: Tx, netuid: int) -> None:
    """A lease of the subnet ends with it. Source: subtensor coinbase/root.rs::remove_network, spec_version 320."""
    lease = tx.storage.map("SubnetUidToLeaseId").get(netuid)
    if lease is None:
        return
    tx.storage.map("SubnetUidToLeaseId").remove(netuid)
    for name in ("SubnetLeases", "AccumulatedLeaseDividends"):
        tx.storage.map(name).remove(lease)
    shares = tx.storage.map("SubnetLeaseShares")
    for key in [key for key in shares if key[0] == lease]:
        shares.remove(key)


def clear_pool_320(tx: Tx, netuid: int) -> None:
    """Remove the subnet's pool. Source: subtensor pallets/swap impls.rs::do_clear_protocol_liquidity, spec_version 424."""
    for name in ("Swap.PalSwapInitialized", "Swap.FeeRate", "Swap.SwapBalancer"):
        tx.storage.map(name).remove(netuid)


def forget_root_claims_334(tx: Tx, netuid: int) -> None:
    """Remove all claims of the subnet's alpha for stake on root.

    Source: subtensor staking/claim_root.rs::finalize_all_subnet_root_dividends, spec_version 424.
    """
    storage = tx.storage
    for hotkey in sorted(storage.root_claimable):
        claimable = storage.root_claimable[hotkey]
        storage.root_claimable[hotkey] = tuple(rate for rate in claimable if rate[0] != netuid)
    for key in [key for key in storage.root_claimed if key[0] == netuid]:
        storage.root_claimed.remove(key)


def release_locks_411(tx: Tx, netuid: int) -> None:
    """Release all locked stake.

    Source: subtensor staking/remove_stake.rs::destroy_alpha_in_out_stakes, spec_version 411.
    """
    for key in [key for key in tx.storage.lock if key[1] == netuid]:
        tx.storage.lock.remove(key)


def release_locks_423(tx: Tx, netuid: int) -> None:
    """As before, for the locks whose coldkeys are known.

    Source: subtensor staking/lock.rs::destroy_lock_maps, spec_version 424.
    """
    for _, hotkey, coldkey in [key for key in tx.storage.locking_coldkeys if key[0] == netuid]:
        tx.storage.lock.remove((coldkey, netuid, hotkey))


STEPS = (drop_subnet_identity, give_lock_back, remove_network)
