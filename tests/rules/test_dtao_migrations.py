"""What upgrades from 234 to 276 made of storage, each once. Values by hand."""

import pytest

from neuron_ledger.ledger.rules.migrations import dtao
from tests.chain_fixture import account
from tests.rules.dtao_chain import TAO, DtaoChain

COLD, HOT = account("cold"), account("hot")


def migrated(spec_version: int, *noted: str) -> DtaoChain:
    """A chain that was upgraded to this spec_version in the block after 100, where these migrations had run before."""
    chain = DtaoChain(spec_version, subnets=(1, 2))
    storage = chain.storage
    storage.total_stake.value, storage.balances_total_issuance.value, storage.subnet_locked[1] = 7, 11, 5
    storage.min_difficulty[1], storage.bonds_moving_average[1], storage.max_burn[2] = 3, 999_999, 1
    chain.put("TotalHotkeyAlpha", {(HOT, 1): 0, (COLD, 1): 4})
    chain.put("Stake", {(HOT, COLD): 9})
    chain.put("EmissionValues", {1: 9})
    chain.put("SubnetName", {1: b"one"})
    if spec_version >= 257:
        storage.first_emission_block_number.remove(1)
        storage.first_emission_block_number.remove(2)
    for name in noted:
        storage.has_migration_run[name.encode()] = True
    for migrate in chain.rules.early_migrations or ():
        assert migrate(chain.tx, 6) == 6
    return chain


def test_what_was_issued_is_counted_at_every_upgrade() -> None:
    assert [migrated(number).storage.total_issuance.value for number in (234, 238, 247)] == [23, 23, 23]
    storage = migrated(252).storage
    assert (storage.total_stake.value, storage.total_issuance.value) == (3_000 * TAO, 3_000 * TAO + 11)


def test_each_runs_once_from_its_number_on() -> None:
    least = [migrated(number).storage.min_difficulty[1] for number in (234, 238, 276)]
    assert least == [3, 10_000_000, 10_000_000]
    assert migrated(276, "migrate_set_min_difficulty").storage.min_difficulty[1] == 3
    left = [
        [name for name in ("Stake", "EmissionValues", "SubnetName") if migrated(number).storage.map(name)]
        for number in (239, 244, 252, 273)
    ]
    assert left == [["Stake", "EmissionValues", "SubnetName"], ["EmissionValues", "SubnetName"], ["SubnetName"], []]
    assert [migrated(number).storage.total_hotkey_alpha.get((HOT, 1)) for number in (252, 257)] == [0, None]


def test_emission_is_started_and_tokens_are_enabled() -> None:
    assert dict(migrated(257).storage.first_emission_block_number.items()) == {1: 100, 2: 100}
    storage = migrated(273, "migrate_set_first_emission_block_number").storage
    assert dict(storage.subtoken_enabled.items()) == {0: True, 1: False, 2: False}
    assert all(migrated(273).storage.subtoken_enabled[netuid] for netuid in (0, 1, 2))
    assert (storage.bonds_moving_average[1], 2 in storage.bonds_moving_average, storage.max_burn[2]) == (975_000, False, 10**11)


@pytest.mark.parametrize("spec_version", [261, 273, 276])
def test_all_are_noted(spec_version: int) -> None:
    noted = {name.decode() for name in migrated(spec_version).storage.has_migration_run}
    assert {"migrate_revealed_commitments_v2", "migrate_set_min_difficulty"} <= noted
    assert set(dtao.ORPHANS) <= noted or spec_version < 273
    assert len(noted) == (6 if spec_version < 273 else 19)
