"""What upgrades made of storage until 166, each by the version that the pallet notes. Values by hand."""

from functools import reduce
from hashlib import blake2b

import pytest

from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.migrations.early import FOUNDATION
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import account
from tests.rules.early_chain import EarlyChain

COLD, HOT, OTHER = map(account, ("cold", "hot", "other"))
ALL_DONE = 6


def migrated(chain: EarlyChain, version: int) -> int:
    """Carry out what an upgrade to the chain's runtime does. Returns: the version that is noted then."""
    migrations = chain.rules.early_migrations
    assert migrations is not None
    tx = chain.tx
    return reduce(lambda noted, migrate: migrate(tx, noted), migrations, version)


def test_before_121_upgrades_migrate_nothing() -> None:
    chain = EarlyChain(120)
    chain.put("LoadedEmission", {1: ((HOT, 5, 0),)})
    before = chain.storage.digest()
    assert (migrated(chain, 0), chain.storage.digest()) == (0, before)


@pytest.mark.parametrize(("version", "noted", "loaded"), [(0, 1, (HOT, 0, 5)), (1, 1, (HOT, 0, 5)), (2, 2, (HOT, 5, 0))])
def test_what_was_loaded_becomes_the_validators_at_121(version: int, noted: int, loaded: tuple[bytes, int, int]) -> None:
    chain = EarlyChain(121)
    chain.put("LoadedEmission", {1: ((HOT, 5, 0),)})
    assert migrated(chain, version) == noted
    assert chain.storage.loaded_emission[1] == (loaded,)


def with_stake(spec_version: int) -> EarlyChain:
    chain = EarlyChain(spec_version, subnets=(1, 3, 21))
    chain.put("Stake", {(HOT, COLD): 5, (OTHER, COLD): 7, (HOT, OTHER): 11})
    chain.put("TotalColdkeyStake", {COLD: 1000, HOT: 9})
    chain.storage.total_stake.value = 1
    return chain


@pytest.mark.parametrize("spec_version", [127, 133, 143, 145, 151])
def test_stake_is_summed_up_anew_until_version_2(spec_version: int) -> None:
    chain = with_stake(spec_version)
    migrated(chain, 1)
    storage = chain.storage
    assert (dict(storage.total_coldkey_stake.items()), storage.total_stake.value) == ({COLD: 12, HOT: 0, OTHER: 11}, 23)
    chain = with_stake(spec_version)
    migrated(chain, 2)
    assert (chain.storage.total_coldkey_stake[COLD], chain.storage.total_stake.value) == (1000, 1)


def test_root_begins_where_there_is_none() -> None:
    chain = EarlyChain(143, subnets=(1,))
    storage = chain.storage
    storage.networks_added.remove(0)
    storage.network_registration_allowed.remove(0)
    storage.total_networks.value = 1
    storage.senate_members.value = (HOT,)
    assert migrated(chain, ALL_DONE) == ALL_DONE
    assert (storage.networks_added[0], storage.total_networks.value, list(storage.senate_members.value)) == (True, 2, [])
    assert (storage.max_allowed_uids[0], storage.max_allowed_validators[0], storage.min_allowed_weights[0]) == (64, 64, 0)
    assert (storage.max_weights_limit[0], storage.tempo[0], storage.target_registrations_per_interval[0]) == (65535, 100, 1)
    assert storage.network_registration_allowed[0]
    before = storage.digest()
    assert (migrated(chain, ALL_DONE), storage.digest()) == (ALL_DONE, before)


def test_two_subnets_get_an_owner_until_version_3() -> None:
    chain = EarlyChain(143, block=500)
    storage = chain.storage
    assert migrated(chain, 2) == 3
    assert (storage.subnet_owner[1], storage.subnet_owner[11]) == (FOUNDATION, FOUNDATION)
    assert (storage.network_registered_at[1], storage.network_registered_at[11]) == (500 + 13 * 7200, 500)
    other = EarlyChain(143)
    migrated(other, 3)
    assert 1 not in other.storage.subnet_owner


@pytest.mark.parametrize(
    ("spec_version", "version", "noted", "left"),
    [
        (143, 3, 5, {0, 1, 21}),  # with subnet 3 gone, 21 stays
        (143, 5, 5, {0, 1, 3, 21}),
        (143, 4, 5, {0, 1, 21}),
        (149, 3, 6, {0, 1}),  # 21 goes first, then 3, then issuance is counted again
        (149, 4, 6, {0, 1, 21}),
    ],
)
def test_two_subnets_go(spec_version: int, version: int, noted: int, left: set[int]) -> None:
    chain = EarlyChain(spec_version, subnets=(1, 3, 21))
    storage = chain.storage
    for netuid in (1, 3, 21):
        chain.give_uid(account(f"hot {netuid}"), COLD, netuid)
        chain.put("Weights", {(netuid, 0): pack_pairs(((0, 1),))})
        chain.put("Kappa", {netuid: 7})
        chain.put("Burn", {netuid: 9})
    assert migrated(chain, version) == noted
    assert {netuid for netuid, added in storage.networks_added.items() if added} == left
    assert storage.total_networks.value == len(left)
    for netuid in (1, 3, 21):
        is_left, hotkey = netuid in left, account(f"hot {netuid}")
        assert ((netuid, hotkey) in storage.uids, (netuid, 0) in storage.weights, netuid in storage.rank) == (is_left,) * 3
        assert (storage.kappa[netuid], storage.burn[netuid]) == (7 if is_left else 32767, 9)
        assert storage.map("IsNetworkMember")[hotkey, netuid]


@pytest.mark.parametrize(("version", "noted", "issuance"), [(5, 6, 5 + 7 + 11 + 100 + 30), (6, 6, 1), (4, 4, 1)])
def test_issuance_is_counted_again_at_146(version: int, noted: int, issuance: int) -> None:
    chain = with_stake(146)
    chain.put("NetworksAdded", {3: False, 21: False})
    storage = chain.storage
    storage.balances_total_issuance.value, storage.total_issuance.value = 100, 1
    storage.subnet_locked[1] = 30
    assert (migrated(chain, version), storage.total_issuance.value) == (noted, issuance)


KEYS = sorted((account(f"hot {number}") for number in range(4)), key=lambda key: blake2b(key, digest_size=16).digest())
"""In the chain's order."""


def test_coldkeys_get_lists_of_their_hotkeys_and_of_those_that_they_stake_on() -> None:
    one, two, three, four = KEYS
    assert sorted(KEYS) != KEYS
    for spec_version in (156, 159):
        chain = EarlyChain(spec_version)
        chain.put("Owner", {four: COLD, two: COLD, one: COLD, three: OTHER})
        chain.put("Stake", {(four, COLD): 1, (two, COLD): 0, (three, COLD): 5, (one, COLD): 7, (one, OTHER): 2})
        migrated(chain, ALL_DONE)
        assert dict(chain.storage.owned_hotkeys.items()) == {COLD: (one, two, four), OTHER: (three,)}
    assert dict(chain.storage.staking_hotkeys.items()) == {COLD: (one, three, four), OTHER: (one,)}
    chain.put("Stake", {(two, COLD): 3})
    migrated(chain, ALL_DONE)
    assert chain.storage.staking_hotkeys[COLD] == (one, three, four)


@pytest.mark.parametrize(
    ("spec_version", "version", "noted", "left"),
    [
        (165, 6, 6, {COLD: 1000, HOT: 9}),
        (165, 7, 8, {COLD: 5, HOT: 9}),
        (166, 6, 7, {COLD: 5}),
        (166, 8, 7, {COLD: 5}),
    ],
)
def test_what_coldkeys_staked_is_counted_by_their_lists(
    spec_version: int, version: int, noted: int, left: dict[bytes, int]
) -> None:
    chain = EarlyChain(spec_version)
    chain.put("Stake", {(HOT, COLD): 5, (OTHER, COLD): 7, (HOT, OTHER): 11})
    chain.put("TotalColdkeyStake", {COLD: 1000, HOT: 9})
    chain.put("StakingHotkeys", {COLD: (HOT,)})
    assert migrated(chain, version) == noted
    assert dict(chain.storage.total_coldkey_stake.items()) == left
    if spec_version == 166:
        assert migrated(chain, 6) == 6


def test_what_migrates_later_is_not_here() -> None:
    assert TIMELINE.runtime(166).early_migrations is not None
    assert [TIMELINE.runtime(name).early_migrations for name in (195, 219, "218-draft", 277, 424)] == [None] * 5
