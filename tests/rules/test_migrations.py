"""What becomes of storage when the chain is upgraded: each migration alone, and all of them in one upgrade or in many."""

from hashlib import blake2b
from typing import Any

import pytest

from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.last_blocks import RATE_LIMIT_KEYS_315, RATE_LIMIT_KEYS_320, rate_limit_key
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import STEPS, TIMELINE
from neuron_ledger.projections.storage import Storage
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, account, subnet

BLOCK = 1000
NEW = account("new")
SEALED = (HOT, b"sealed", 8)
WAITS = (HOT, 100 * 5 - 2, b"sealed", 8)
"""A timelocked commit as 277 keeps it, of epoch 5 on subnet 1 of tempo 99; and as it is kept since 297."""

Arranged = dict[tuple[str, Any], Any]


def upgraded(since: int, before: Arranged, to: int | None = None) -> Storage:
    """Storage after the upgrade to a spec_version from the one before it. before: (item, key) → value."""
    with subnet(TIMELINE.runtime(since - 1)) as tx:
        tx.storage.tempo[1] = 99
        write(tx.storage, before)
        dispatch(tx, None, UpgradeRuntime(to or since))
        return tx.storage.copy()


def write(storage: Storage, entries: Arranged) -> None:
    for (name, key), value in entries.items():
        storage.map(name)[key] = value


def old_key(limit: str, account: bytes = b"") -> bytes:
    return rate_limit_key(RATE_LIMIT_KEYS_315, limit, account)


def new_key(limit: str, account: bytes = b"") -> bytes:
    return rate_limit_key(RATE_LIMIT_KEYS_320, limit, account)


GONE: Any = None
"""An entry that is not there afterwards."""

CASES: tuple[tuple[int, Arranged, Arranged], ...] = (
    (283, {("TotalHotkeyAlpha", (HOT, 0)): 7, ("TotalHotkeyAlpha", (NEW, 0)): 9}, {("SubnetTAO", 0): 7}),
    (290, {("NetworkRegistrationAllowed", 1): False}, {("NetworkRegistrationAllowed", 1): True}),
    (290, {("NetworkRegistrationAllowed", 0): False}, {("NetworkRegistrationAllowed", 0): False}),
    (
        292,
        {("SubnetIdentitiesV2", 1): (b"name", b"repo", b"contact", b"url", b"discord", b"about", b"more")},
        {("SubnetIdentitiesV3", 1): (b"name", b"repo", b"contact", *(b"",) * 5), ("SubnetIdentitiesV2", 1): GONE},
    ),
    (297, {("TokenSymbol", 1): b"x"}, {("TokenSymbol", 1): "α".encode(), ("TokenSymbol", 0): "Τ".encode()}),
    (
        297,
        {("CRV3WeightCommits", (1, 5)): (SEALED,)},
        {("CRV3WeightCommits", (1, 5)): GONE, ("CRV3WeightCommitsV2", (1, 5)): (WAITS,)},
    ),
    (
        306,
        {("CommitRevealWeightsEnabled", 1): False, ("RevealPeriodEpochs", 1): 0, ("CommitRevealWeightsEnabled", 0): False},
        {("CommitRevealWeightsEnabled", 1): True, ("RevealPeriodEpochs", 1): 1, ("CommitRevealWeightsEnabled", 0): False},
    ),
    (
        306,
        {("CRV3WeightCommitsV2", (1, 5)): (WAITS,)},
        {("CRV3WeightCommitsV2", (1, 5)): GONE, ("TimelockedWeightCommits", (1, 5)): (WAITS,)},
    ),
    (
        306,
        {("SubnetAlphaOut", 0): 10**15, ("SubnetTAO", 0): 10**15},
        {
            ("SubnetTAO", 0): 10**15 - 69_897_898_750_970,
            ("SubnetAlphaIn", 0): 69_897_898_750_970,
            ("SubnetAlphaOut", 0): 10**15 - 69_897_898_750_970,
            ("SubnetVolume", 0): 4_289_420_448_952_346,
        },
    ),
    (
        315,
        {("NetworkLastRegistered", ()): 5, ("LastTxBlock", COLD): 6, ("LastTxBlockDelegateTake", HOT): 7},
        {
            ("NetworkLastRegistered", ()): GONE,
            ("LastTxBlock", COLD): GONE,
            ("LastRateLimitedBlock", old_key("NetworkLastRegistered")): 5,
            ("LastRateLimitedBlock", old_key("LastTxBlock", COLD)): 6,
            ("LastRateLimitedBlock", old_key("LastTxBlockDelegateTake", HOT)): 7,
        },
    ),
    (
        315,
        {("TotalNetworks", ()): 2, ("NetworkModality", 1): 0, ("NetworkModality", 2): 0},
        {("NetworkModality", 1): GONE, ("NetworkModality", 2): 0},
    ),
    (
        320,
        {("NetworkRateLimit", ()): 1},
        {
            ("NetworkImmunityPeriod", ()): 864_000,
            ("NetworkLockReductionInterval", ()): 57_600,
            ("NetworkRateLimit", ()): 28_800,
            ("NetworkLastLockCost", ()): 1_000 * TAO,
            ("NetworkRegistrationStartBlock", ()): BLOCK + 50_400,
            ("LastRateLimitedBlock", new_key("NetworkLastRegistered")): BLOCK + 50_400,
            ("SubnetLocked", 65): 37_274_536_408,
            ("SubnetLocked", 128): 145_645_807_991,
            ("SubnetLocked", 129): GONE,
        },
    ),
    (
        326,
        {},
        {
            ("NetworkLastLockCost", ()): 1_250 * TAO,
            ("LastRateLimitedBlock", new_key("NetworkLastRegistered")): BLOCK,
        },
    ),
    (334, {("SenateMembers", ()): (HOT,), ("Kappa", 1): 5}, {("SenateMembers", ()): GONE, ("Kappa", 1): 32767}),
    (
        334,
        {
            ("LastRateLimitedBlock", old_key("LastTxBlock", COLD)): 6,
            ("LastRateLimitedBlock", new_key("LastTxBlock", COLD)): 5,
            ("LastRateLimitedBlock", old_key("LastTxBlockDelegateTake", HOT)): 7,
            ("LastRateLimitedBlock", old_key("LastTxBlockDelegateTake", NEW)): 8,
            ("LastRateLimitedBlock", b"\x00\x01\x00"): 9,
            ("Delegates", HOT): 1,
        },
        {
            ("LastRateLimitedBlock", old_key("LastTxBlock", COLD)): GONE,
            ("LastRateLimitedBlock", new_key("LastTxBlock", COLD)): 6,
            ("LastRateLimitedBlock", old_key("LastTxBlockDelegateTake", HOT)): GONE,
            ("LastRateLimitedBlock", new_key("LastTxBlockDelegateTake", HOT)): 7,
            ("LastRateLimitedBlock", old_key("LastTxBlockDelegateTake", NEW)): 8,
            ("LastRateLimitedBlock", b"\x00\x01\x00"): 9,
        },
    ),
    (
        334,
        {
            ("ChildKeys", (HOT, 1)): ((1, HOT), (2, OTHER), (3, NEW)),
            ("ParentKeys", (OTHER, 1)): ((2, HOT), (4, NEW)),
            ("ParentKeys", (NEW, 1)): ((9, HOT),),
            ("ParentKeys", (COLD, 1)): (),
        },
        {
            ("ChildKeys", (HOT, 1)): ((2, OTHER),),
            ("ParentKeys", (OTHER, 1)): ((2, HOT),),
            ("ParentKeys", (NEW, 1)): GONE,
            ("ParentKeys", (COLD, 1)): GONE,
        },
    ),
    (
        334,
        {("TaoDividendsPerSubnet", (1, HOT)): 1, ("PendingRootDivs", 1): 2, ("PendingAlphaSwapped", 1): 3},
        {("TaoDividendsPerSubnet", (1, HOT)): GONE, ("PendingRootDivs", 1): GONE, ("PendingAlphaSwapped", 1): GONE},
    ),
    (338, {("SubnetEmaTaoFlow", 1): (5, 6)}, {("SubnetEmaTaoFlow", 1): GONE}),
    (
        343,
        {("PendingEmission", 1): 900, ("PendingRootAlphaDivs", 1): 100},
        {("PendingEmission", 1): GONE, ("PendingServerEmission", 1): 500, ("PendingValidatorEmission", 1): 400},
    ),
    (345, {("PendingOwnerCut", 1): 5}, {("PendingOwnerCut", 1): 5}),
    (345, {("PendingOwnerCut", 2): 5, ("NetworksAdded", 2): True, ("SubnetAlphaIn", 2): 7}, {("PendingOwnerCut", 2): GONE}),
    (
        345,
        {("PendingOwnerCut", 2): 5, ("NetworksAdded", 2): True, ("SubnetAlphaIn", 2): 1000 * TAO},
        {("PendingOwnerCut", 2): 5},
    ),
    (
        361,
        {("Identities", COLD): (b"",) * 7, ("SubnetIdentities", 1): (b"",) * 3, ("IdentitiesV2", COLD): (b"",) * 7},
        {("Identities", COLD): GONE, ("SubnetIdentities", 1): GONE, ("IdentitiesV2", COLD): (b"",) * 7},
    ),
    (
        361,
        {("Prometheus", (1, HOT)): (1, 2, 3, 4, 5), ("Prometheus", (1, NEW)): (1, 2, 3, 4, 5)},
        {("Prometheus", (1, HOT)): (1, 2, 3, 4, 5), ("Prometheus", (1, NEW)): GONE},
    ),
    (365, {("Rank", 1): (1, 2), ("PruningScores", 1): (3, 4)}, {("Rank", 1): GONE, ("PruningScores", 1): GONE}),
    (
        371,
        {("Alpha", (HOT, COLD, 1)): 1, ("Alpha", (OTHER, COLD, 1)): 1, ("StakingHotkeys", COLD): (OTHER,)},
        {("StakingHotkeys", COLD): (OTHER, HOT)},
    ),
    (
        385,
        {
            ("ColdkeySwapScheduled", COLD): (BLOCK + 40_000, NEW),
            ("ColdkeySwapScheduled", OTHER): (BLOCK, NEW),
            ("ScheduledColdkeySwaps", BLOCK + 40_000): ((COLD, NEW, 1),),
        },
        {
            ("ColdkeySwapScheduled", COLD): GONE,
            ("ScheduledColdkeySwaps", BLOCK + 40_000): GONE,
            ("ColdkeySwapAnnouncements", COLD): (BLOCK + 4_000, blake2b(NEW, digest_size=32).digest()),
            ("ColdkeySwapAnnouncements", OTHER): GONE,
        },
    ),
    (
        397,
        {
            ("NetworkPowRegistrationAllowed", 1): True,
            ("BurnRegistrationsThisInterval", 1): 3,
            ("RegistrationsThisInterval", 1): 3,
        },
        {
            ("NetworkPowRegistrationAllowed", 1): GONE,
            ("BurnRegistrationsThisInterval", 1): GONE,
            ("RegistrationsThisInterval", 1): 3,
        },
    ),
    (411, {("LastRateLimitedBlock", b"\x06\x01\x00"): 5}, {("LastRateLimitedBlock", b"\x06\x01\x00"): GONE}),
    (415, {}, {("TaoInRefundDeploymentBlock", ()): BLOCK}),
    (
        423,
        {("WeightCommits", (1, HOT)): ((bytes(32), 700, 750, 850),), ("ActivityCutoff", 1): 500},
        {
            ("LastEpochBlock", 1): BLOCK - (BLOCK + 2) % 100,
            ("SubnetEpochIndex", 1): (BLOCK + 2) // 100,
            ("ActivityCutoffFactorMilli", 1): 5051,
            ("WeightCommits", (1, HOT)): ((bytes(32), 7, 700, 0),),
        },
    ),
    (423, {("Tempo", 1): 0, ("ActivityCutoff", 1): 9}, {("LastEpochBlock", 1): GONE, ("ActivityCutoffFactorMilli", 1): GONE}),
    (423, {("ActivityCutoff", 1): 9}, {("ActivityCutoffFactorMilli", 1): 1_000}),
    (423, {("ActivityCutoff", 1): 50_000}, {("ActivityCutoffFactorMilli", 1): 50_000}),
    (
        423,
        {("Lock", (COLD, 1, HOT)): (10**6, 0, BLOCK - 9), ("Lock", (COLD, 1, OTHER)): (5, 5, BLOCK)},
        {("LockingColdkeys", (1, HOT, COLD)): (), ("Lock", (COLD, 1, OTHER)): GONE},
    ),
)
"""spec_version, entries before its upgrade, entries after it."""


@pytest.mark.parametrize(("since", "before", "after"), CASES, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_what_a_migration_does(since: int, before: Arranged, after: Arranged) -> None:
    storage = upgraded(since, before)
    assert {place: storage.map(place[0]).get(place[1]) for place in after} == after


def test_epochs_go_on_across_the_new_schedule() -> None:
    """The first epoch since 423 comes when it would have come; after one in the upgrade's block, in the next block already."""
    for block in range(1000, 1100):
        with subnet(TIMELINE.runtime(422)) as tx:
            storage = tx.storage
            storage.tempo[1], storage.block_number.value = 99, block
            ran, would_run = 1 in tx.rules.due_epochs(tx), next_epoch(tx, block)
            storage.block_number.value = block
            dispatch(tx, None, UpgradeRuntime(423))
            assert next_epoch(tx, block) == (block + 1 if ran else would_run)


def next_epoch(tx: Tx, block: int) -> int:
    """The first block after this one in which subnet 1 has an epoch."""
    for number in range(block + 1, block + 101):
        tx.storage.block_number.value = number
        if 1 in tx.rules.due_epochs(tx):
            return number
    raise AssertionError


# ------------------------------------------------------------------------------------------------------- all of them


def arranged(tx: Tx) -> None:
    """Everything before 283 that a later migration moves."""
    for since, before, _ in CASES:
        write(tx.storage, {place: value for place, value in before.items() if place[0] in tx.rules.layout.items and since != 365})


def upgrade_through(*spec_versions: int) -> Storage:
    with subnet(TIMELINE.runtime(277)) as tx:
        arranged(tx)
        for number in spec_versions:
            dispatch(tx, None, UpgradeRuntime(number))
        return tx.storage.copy()


def test_one_upgrade_comes_to_the_same_as_one_to_every_step() -> None:
    at_once, step_by_step = upgrade_through(424), upgrade_through(*STEPS)
    assert at_once.encode() == step_by_step.encode()
    assert at_once.layout is step_by_step.layout is LAYOUT_424


def test_every_migration_is_noted_once() -> None:
    storage = upgrade_through(424)
    assert {name.decode() for name in storage.has_migration_run} == NOTED
    with subnet(TIMELINE.runtime(333)) as tx:
        tx.storage.kappa[1], tx.storage.has_migration_run[b"kappa_map_to_default"] = 5, True
        dispatch(tx, None, UpgradeRuntime(334))
        assert tx.storage.kappa[1] == 5


def test_all_that_is_staked_is_counted_anew_at_upgrades_until_411() -> None:
    for since, counted in ((402, 101_000 * TAO), (414, 7)):
        assert upgraded(since, {("TotalStake", ()): 7}).total_stake.value == counted


NOTED = {
    *("migrate_fix_root_subnet_tao", "migrate_set_registration_enable", "migrate_subnet_identities_to_v3"),
    *("migrate_subnet_symbols", "crv3_commits_add_block_v1", "migrate_commit_reveal_settings", "crv3_v2_to_timelocked_v1"),
    *("migrate_fix_root_tao_and_alpha_in", "migrate_network_last_registered", "migrate_last_tx_block"),
    *("migrate_last_tx_block_childkey_take", "migrate_last_tx_block_delegate_take", "migrate_remove_network_modality"),
    *("migrate_network_immunity_period", "subnet_limit_to_default", "migrate_network_lock_reduction_interval"),
    *("migrate_restore_subnet_locked", "migrate_network_lock_cost_2500", "migrate_auto_stake_destination"),
    *("migrate_rate_limit_keys", "migrate_fix_childkeys", "kappa_map_to_default", "migrate_remove_tao_dividends"),
    *("migrate_init_tao_flow", "migrate_pending_emissions", "migrate_reset_unactive_sn", "migrate_remove_old_identity_maps"),
    *("migrate_remove_neuron_axon_cert_prom", "clear_rank_trust_pruning_maps", "migrate_fix_staking_hot_keys"),
    *("migrate_coldkey_swap_scheduled_to_announcements", "migrate_fix_bad_hk_swap", "migrate_fix_root_claimed_overclaim"),
    *("migrate_clear_deprecated_registration_maps_v1", "migrate_remove_add_stake_burn_rate_limit", "migrate_subnet_balances"),
    *("migrate_fix_total_issuance_evm_fees", "migrate_remove_deprecated_conviction_maps", "dynamic_tempo_v1"),
    *("migrate_reset_tnet_conviction_locks", "migrate_tao_in_refund_deployment_block"),
    *("migrate_fix_subnet_hotkey_lock_swaps", "migrate_populate_locking_coldkeys"),
}
"""All that the reference's main line added between 277 and 424."""
