"""Subnets before 277: by root's word at 103, for a lock at 143 and 185."""

import pytest

from neuron_ledger.events.calls import RegisterNetwork
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    RegisterNetworkAlone,
    SudoAddNetwork,
    SudoRemoveNetwork,
    SudoSetEmissionValues,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.errors import CannotGoOn
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, OWNER, HOT = account("cold"), account("owner"), account("hot")
PAID = (143, 185)
ADDED_103 = SudoAddNetwork(netuid=3, tempo=10, modality=2)


def values(chain: EarlyChain, netuid: int, *names: str) -> list[object]:
    return [chain.storage.map(name).get(netuid, None) for name in names]


# ------------------------------------------------------------------------------------------------------------- 103


def test_root_adds_a_network_and_writes_down_what_it_has_by_default() -> None:
    chain = EarlyChain(103)
    chain.storage.kappa[3] = 7
    chain.ok(ADDED_103)
    assert values(chain, 3, "NetworksAdded", "SubnetworkN", "Tempo", "NetworkModality") == [True, 0, 10, 2]
    assert values(chain, 3, "Kappa", "Difficulty", "MaxAllowedUids", "EmissionValues") == [7, 10_000_000, 4096, 0]
    assert values(chain, 3, "ValidatorEpochLen", "RegistrationsThisInterval", "Rho", "AdjustmentInterval") == [100, 0, None, None]
    assert chain.storage.total_networks.value == 2


@pytest.mark.parametrize(
    ("call", "origin", "name"),
    [
        (ADDED_103, COLD, "BadOrigin"),
        (SudoAddNetwork(netuid=1, tempo=65535, modality=3), None, "NetworkExist"),
        (SudoAddNetwork(netuid=3, tempo=65535, modality=3), None, "InvalidModality"),
        (SudoAddNetwork(netuid=3, tempo=65535, modality=0), None, "InvalidTempo"),
        (SudoRemoveNetwork(netuid=3), None, "NetworkDoesNotExist"),
        (SudoSetEmissionValues(netuids=(1,), emission=()), None, "WeightVecNotEqualSize"),
        (SudoSetEmissionValues(netuids=(1, 2), emission=(1, 2)), None, "NotSettingEnoughWeights"),
        (SudoSetEmissionValues(netuids=(2,), emission=(1,)), None, "InvalidUid"),
        (SudoSetEmissionValues(netuids=(1,), emission=(TAO + 1,)), None, "InvalidEmissionValues"),
    ],
)
def test_what_root_is_refused(call: Call, origin: bytes | None, name: str) -> None:
    assert EarlyChain(103).refused(call, origin).name == name


def test_emission_is_set_for_all_networks_once() -> None:
    chain = EarlyChain(103, subnets=(1, 2))
    assert chain.refused(SudoSetEmissionValues(netuids=(1, 1), emission=(TAO, 0))).name == "DuplicateUids"
    chain.ok(SudoSetEmissionValues(netuids=(2, 1), emission=(TAO - 5, 5)))
    assert dict(chain.storage.map("EmissionValues")) == {2: TAO - 5, 1: 5}


def test_a_network_that_is_removed_leaves_its_members_and_other_parameters() -> None:
    chain = EarlyChain(103)
    chain.ok(ADDED_103)
    chain.give_uid(HOT, COLD, 3)
    chain.storage.rho[3] = 20
    chain.storage.weights[0, 0] = pack_pairs([[3, 9]])
    chain.ok(SudoRemoveNetwork(netuid=3))
    gone = "NetworksAdded", "SubnetworkN", "Tempo", "NetworkModality", "Kappa", "ValidatorBatchSize", "Rank", "EmissionValues"
    assert values(chain, 3, *gone) == [None] * len(gone)
    assert (3, 0) not in chain.storage.keys
    assert chain.storage.is_network_member[HOT, 3]
    assert chain.storage.rho[3] == 20
    assert pairs(chain.storage.weights[0, 0]) == [(3, 9)]
    assert chain.storage.total_networks.value == 1


# ------------------------------------------------------------------------------------------------------ 143 and 185


def paying(spec_version: int, rao: int = 10_000 * TAO) -> EarlyChain:
    chain = EarlyChain(spec_version, block=20_000)
    chain.pay(COLD, rao)
    return chain


@pytest.mark.parametrize("spec_version", PAID)
def test_a_network_is_locked_for_and_begins_with_these_parameters(spec_version: int) -> None:
    chain = paying(spec_version)
    chain.ok(RegisterNetworkAlone(), COLD)
    storage = chain.storage
    assert values(chain, 2, "Tempo", "MaxAllowedUids", "MaxAllowedValidators", "MinAllowedWeights", "MaxWeightsLimit") == [
        *(360, 256, 64, 1, 65535)
    ]
    assert values(chain, 2, "ImmunityPeriod", "MinBurn", "MinDifficulty", "MaxDifficulty", "AdjustmentInterval") == [
        *(5000, 1, 2**64 - 1, 2**64 - 1, 360)
    ]
    assert values(chain, 2, "SubnetOwner", "NetworkRegisteredAt", "SubnetLocked", "NetworkRegistrationAllowed") == [
        *(COLD, 20_000, 1000 * TAO, True)
    ]
    assert values(chain, 2, "EmissionValues", "Difficulty", "NetworkModality") == [0, 10_000_000, 0]
    assert (storage.network_last_registered.value, storage.network_last_lock_cost.value) == (20_000, 1000 * TAO)
    assert storage.balances[COLD] == 9000 * TAO


@pytest.mark.parametrize("spec_version", PAID)
def test_the_cost_doubles_and_falls_with_the_blocks(spec_version: int) -> None:
    chain = paying(spec_version)
    chain.ok(RegisterNetworkAlone(), COLD)
    chain.storage.block_number.value += 7200
    fall = 1000 * TAO // 100_800 * 7200
    chain.ok(RegisterNetworkAlone(), COLD)
    assert chain.storage.subnet_locked[3] == 2000 * TAO - fall
    chain.storage.network_lock_reduction_interval.value = 0
    chain.storage.block_number.value += 7200
    with pytest.raises(CannotGoOn, match="0 blocks"):
        chain.submit(RegisterNetworkAlone(), COLD)


@pytest.mark.parametrize(("spec_version", "name"), [(143, "TxRateLimitExceeded"), (185, "NetworkTxRateLimitExceeded")])
def test_networks_are_registered_at_intervals_and_paid_for(spec_version: int, name: str) -> None:
    chain = paying(spec_version, 1000 * TAO - 1)
    assert chain.refused(RegisterNetworkAlone(), COLD).name == "NotEnoughBalanceToStake"
    chain.storage.network_last_registered.value = 20_000 - chain.storage.network_rate_limit.value + 1
    assert chain.refused(RegisterNetworkAlone(), COLD).name == name


def test_at_143_the_lock_is_paid_whole_at_185_as_far_as_it_goes() -> None:
    chain = paying(143, 1000 * TAO + 499)
    assert chain.refused(RegisterNetworkAlone(), COLD).name == "BalanceWithdrawalError"
    chain = paying(185, 1000 * TAO + 499)
    chain.ok(RegisterNetworkAlone(), COLD)
    assert chain.storage.subnet_locked[2] == chain.storage.network_last_lock_cost.value == 1000 * TAO - 1
    assert chain.storage.balances[COLD] == 500


def full(spec_version: int) -> EarlyChain:
    """As many networks as there may be: 1 the owner's, 2 and 3 nobody's; 3 in its immunity."""
    chain = EarlyChain(spec_version, subnets=(1, 2, 3), block=200_000)
    storage = chain.storage
    storage.subnet_limit.value = 3
    chain.put("NetworkRegisteredAt", {1: 500, 2: 400, 3: 200_000 - 50_399})
    chain.put("EmissionValues", {1: 5, 2: 6})
    storage.subnet_owner[1], storage.subnet_locked[1] = OWNER, 300 * TAO
    chain.give_uid(HOT, COLD)
    storage.weights[0, 4] = pack_pairs([[1, 100], [2, 200]])
    return chain


@pytest.mark.parametrize("spec_version", PAID)
def test_where_there_are_as_many_as_may_be_the_one_with_the_least_emission_ends(spec_version: int) -> None:
    chain = full(spec_version)
    chain.pay(COLD, 2000 * TAO)
    chain.ok(RegisterNetworkAlone(), COLD)
    storage = chain.storage
    assert values(chain, 1, "SubnetOwner", "SubnetLocked", "SubnetworkN", "EmissionValues") == [COLD, 1000 * TAO, 0, 0]
    assert storage.balances[OWNER] == 300 * TAO
    assert storage.total_networks.value == 4
    assert (1, 0) not in storage.keys
    assert storage.is_network_member[HOT, 1]
    assert pairs(storage.weights[0, 4]) == [(1, 0), (2, 200)]


@pytest.mark.parametrize("spec_version", PAID)
def test_of_equal_emission_the_older_ends_and_of_equal_age_the_last(spec_version: int) -> None:
    for registered, ended in (((500, 400), 2), ((400, 500), 1), ((400, 400), 2)):
        chain = full(spec_version)
        chain.put("EmissionValues", {1: 6})
        chain.put("NetworkRegisteredAt", dict(zip((1, 2), registered, strict=True)))
        chain.pay(COLD, 2000 * TAO)
        chain.ok(RegisterNetworkAlone(), COLD)
        assert chain.storage.network_registered_at[ended] == 200_000


@pytest.mark.parametrize("spec_version", PAID)
def test_all_may_be_immune(spec_version: int) -> None:
    chain = full(spec_version)
    chain.pay(COLD, 2000 * TAO)
    chain.storage.network_immunity_period.value = 199_601
    assert chain.refused(RegisterNetworkAlone(), COLD).name == "AllNetworksInImmunity"


@pytest.mark.parametrize(("spec_version", "name"), [(143, "NetworkDoesNotExist"), (185, "SubNetworkDoesNotExist")])
def test_the_owner_dissolves_a_network(spec_version: int, name: str) -> None:
    chain = full(spec_version)
    assert chain.refused(DissolveOwnNetwork(netuid=9), OWNER).name == name
    assert chain.refused(DissolveOwnNetwork(netuid=1), COLD).name == "NotSubnetOwner"
    assert chain.refused(DissolveOwnNetwork(netuid=1)).name == "BadOrigin"
    chain.ok(DissolveOwnNetwork(netuid=1), OWNER)
    assert chain.storage.balances[OWNER] == 300 * TAO
    assert values(chain, 1, "SubnetOwner", "SubnetLocked", "NetworksAdded", "NetworkRegisteredAt") == [None, 0, None, None]
    assert chain.storage.total_networks.value == 3


# -------------------------------------------------------------------------------------------------- from 133 to 143

OF_DATES = (133, 134, 135, 136, 141, 142, 143)


def test_what_new_subnets_begin_with_by_date() -> None:
    found = []
    for spec_version in OF_DATES:
        chain = paying(spec_version)
        chain.ok(RegisterNetworkAlone(), COLD)
        found.append(values(chain, 2, "Tempo", "AdjustmentInterval", "MaxDifficulty", "AdjustmentAlpha", "MinBurn"))
    highest, later = 2**64 - 1, 17_893_341_751_498_265_066
    assert found == [
        [1000, 500, None, 58_000, 1],
        *[[360, 360, highest, 58_000, 1]] * 4,
        *[[360, 360, highest, later, 1]] * 2,
    ]


def test_what_is_left_of_weights_by_date() -> None:
    """Those of the subnet, and those for it on the root network."""
    found = []
    for spec_version in OF_DATES:
        chain = full(spec_version)
        chain.storage.weights[1, 0] = pack_pairs([(0, 7)])
        chain.ok(DissolveOwnNetwork(netuid=1), OWNER)
        found.append((pairs(chain.storage.weights[1, 0]), pairs(chain.storage.weights[0, 4])))
    as_before, for_nobody = [(1, 100), (2, 200)], [(1, 0), (2, 200)]
    assert found == [*[([], as_before)] * 5, ([(0, 7)], for_nobody), ([], for_nobody)]


def test_until_136_the_last_netuid_without_emission_makes_room() -> None:
    for emission, ended in (({1: 0, 2: 0, 3: 0}, 2), ({1: 0, 2: 1, 3: 0}, 1), ({1: 1, 2: 1, 3: 0}, None)):
        chain = full(135)
        chain.put("NetworkRegisteredAt", {3: 0})
        chain.put("EmissionValues", emission)
        chain.pay(COLD, 2000 * TAO)
        if ended is None:
            assert chain.refused(RegisterNetworkAlone(), COLD).name == "AllNetworksInImmunity"
        else:
            chain.ok(RegisterNetworkAlone(), COLD)
            assert chain.storage.network_registered_at[ended] == 200_000


def test_the_chains_names_lead_to_the_ledgers() -> None:
    chain = EarlyChain(143)
    assert chain.rules.earlier_forms["register_network"] is RegisterNetworkAlone
    with pytest.raises(CannotGoOn, match="not a call that the rules of spec_version 143 decide"):
        chain.submit(RegisterNetwork(HOT), COLD)
