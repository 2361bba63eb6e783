"""Subnets that end at spec_version 424: who gets their TAO, what the owner gets back, and that nothing of them stays.

The scenarios are those of the reference's own tests/networks.rs, which are named.
"""

from typing import Any

import pytest

from neuron_ledger.events.calls import DissolveNetwork
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.events.subnet_calls import RootDissolveNetwork
from neuron_ledger.events.wire.units import U16, Unit, family_of, is_list, leaf_of
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import TAO, Chain, account, chain_events

RULES = TIMELINE.runtime(424)
OWNER = account("owner")
HOTS = [account(f"hot {number}") for number in range(4)]
COLDS = [account(f"cold {number}") for number in range(4)]
POOL = 1_000 * TAO
BEGIN = 500
"""From this block on subnets are new: owners get nothing back; after it, the pool's alpha counts among the shares."""


def subnet(*, stakes: dict[tuple[int, int], int] | None = None, locked: int = 0, registered_at: int = 100) -> Chain:
    """Subnet 1 with a pool of 1000 TAO and as much alpha, whose account holds that and what is locked.

    stakes: (number of the hotkey, number of the coldkey) → alpha.
    """
    chain = Chain(subnets=(1, 2), block=1000, rules=RULES)
    storage = chain.storage
    storage.subnet_mechanism[1], storage.subnet_owner[1] = 1, OWNER
    storage.subnet_tao[1] = storage.subnet_alpha_in[1] = storage.total_stake.value = POOL
    storage.subnet_locked[1], storage.network_registered_at[1] = locked, registered_at
    storage.network_registration_start_block.value = storage.tao_in_refund_deployment_block.value = BEGIN
    storage.subnet_owner_cut.value = 0
    storage.total_networks.value = 3
    chain.fund(subnet_account(1), POOL + locked + EXISTENTIAL_DEPOSIT)
    storage.total_issuance.value = storage.balances_total_issuance.value
    tx = Transaction(storage, RULES)
    for (hot, cold), alpha in (stakes or {}).items():
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOTS[hot], COLDS[cold], 1, alpha)
    return chain


def paid(chain: Chain) -> list[int]:
    """What each coldkey got, the owner first."""
    chain.ok(RootDissolveNetwork(1))
    return [chain.storage.balances[coldkey] for coldkey in (OWNER, *COLDS)]


# ----------------------------------------------------------------------------------------------------------- who gets it


@pytest.mark.parametrize(
    ("stakes", "shares"),
    [
        pytest.param({}, [0, 0, 0, 0], id="nobody: dissolve_no_stakers_no_alpha_no_emission"),
        pytest.param({(0, 0): 7}, [POOL, 0, 0, 0], id="one: dissolve_single_alpha_out_staker_gets_all_tao"),
        pytest.param(
            {(0, 0): 300 * TAO, (1, 1): 700 * TAO}, [3 * POOL // 10, 7 * POOL // 10, 0, 0], id="two_stakers_pro_rata_distribution"
        ),
        pytest.param(
            {(0, 0): 10 * TAO, (1, 0): 20 * TAO, (1, 1): 10 * TAO},
            [3 * POOL // 4, POOL // 4, 0, 0],
            id="on several hotkeys: destroy_alpha_out_multiple_stakers_pro_rata",
        ),
        pytest.param({(0, 0): TAO, (1, 1): TAO, (2, 2): TAO}, [POOL // 3 + 1, POOL // 3, POOL // 3, 0], id="rounding_remainder"),
    ],
)
def test_the_pool_is_shared_by_stake(stakes: dict[tuple[int, int], int], shares: list[int]) -> None:
    """Of what rounding leaves, the first of those who lost as much gets a rao: here the order is that of hashed hotkeys."""
    _, *got = paid(subnet(stakes=stakes))
    assert sorted(got) == sorted(shares)
    assert sum(got) in (0, POOL)


def test_many_stakers_get_all_of_it() -> None:
    """destroy_alpha_out_many_stakers_complex_distribution."""
    stakes = {(hot, cold): (hot * 7 + cold * 13 + 1) * 123_456_789 for hot in range(4) for cold in range(4)}
    chain = subnet(stakes=stakes)
    total = sum(stakes.values())
    whole = [sum(POOL * alpha // total for (_, cold), alpha in stakes.items() if cold == number) for number in range(4)]
    _, *got = paid(chain)
    assert sum(got) == POOL
    assert all(0 <= tao - at_least <= 4 for tao, at_least in zip(got, whole, strict=True))


def test_without_tao_in_the_pool_stake_is_worth_nothing() -> None:
    """dissolve_alpha_out_but_zero_tao_no_rewards."""
    chain = subnet(stakes={(0, 0): 5 * TAO})
    chain.storage.subnet_tao[1] = 0
    assert paid(chain) == [0] * 5
    assert not chain.storage.total_hotkey_alpha


@pytest.mark.parametrize(
    ("registered_at", "bought", "share"),
    [
        pytest.param(BEGIN, 100, POOL // 2, id="old: dissolve_protocol_alpha_share_is_not_paid_to_users"),
        pytest.param(BEGIN + 1, 100, POOL // 12, id="new: dissolve_protocol_alpha_post_deploy_includes_alpha_in"),
        pytest.param(BEGIN + 1, 0, POOL // 11, id="new, and the chain bought nothing"),
    ],
)
def test_the_chain_has_a_part_which_is_recycled(registered_at: int, bought: int, share: int) -> None:
    """dissolve_chain_bought_alpha_is_converted_to_tao_and_recycled: its part leaves the issuance."""
    chain = subnet(stakes={(0, 0): 100 * TAO}, registered_at=registered_at)
    chain.storage.subnet_protocol_alpha[1] = bought * TAO
    issuance = chain.storage.total_issuance.value
    _, got, *_ = paid(chain)
    assert abs(got - share) <= 1
    assert chain.storage.total_issuance.value == issuance - (POOL - got)
    assert chain.storage.balances_total_issuance.value == chain.storage.total_issuance.value


# ------------------------------------------------------------------------------------------------------ the owner's part


@pytest.mark.parametrize(
    ("registered_at", "cut", "issued", "back"),
    [
        pytest.param(100, 65535, 0, 50, id="dissolve_refunds_full_lock_cost_when_no_emission"),
        pytest.param(100, 6553, 100, 40, id="dissolve_owner_cut_refund_logic"),
        pytest.param(100, 65535, 600, 0, id="dissolve_zero_refund_when_emission_exceeds_lock"),
        pytest.param(BEGIN - 1, 0, 100, 50, id="gating: the last old one"),
        pytest.param(BEGIN, 0, 100, 0, id="destroy_alpha_out_refund_gating_by_registration_block"),
    ],
)
def test_what_the_owner_gets_back(registered_at: int, cut: int, issued: int, back: int) -> None:
    """What was locked, less what the owner's part of all alpha is worth; owners of new subnets get nothing."""
    chain = subnet(locked=50 * TAO, registered_at=registered_at)
    chain.storage.subnet_owner_cut.value = cut
    chain.storage.subnet_tao[1] = chain.storage.subnet_alpha_in[1] = 0
    if issued:
        chain.storage.subnet_alpha_in[1] = chain.storage.subnet_tao[1] = issued * TAO
    got, *_ = paid(chain)
    assert abs(got - back * TAO) < TAO // 100


def test_the_refund_never_takes_the_chains_part() -> None:
    chain = subnet(locked=50 * TAO, stakes={(0, 0): 100 * TAO})
    chain.storage.subnet_protocol_alpha[1] = 100 * TAO
    chain.fund(subnet_account(1), POOL + 10 * TAO)
    owner, staker, *_ = paid(chain)
    assert (owner, staker) == (10 * TAO, POOL // 2)


def test_nothing_is_lost_and_nothing_made() -> None:
    """massive_dissolve_refund_and_reregistration_flow_is_lossless_and_cleans_state, of one subnet."""
    chain = subnet(locked=50 * TAO, stakes={(0, 0): 3 * TAO, (1, 1): 4 * TAO, (2, 1): 5 * TAO})
    chain.ok(RootDissolveNetwork(1))
    storage = chain.storage
    assert sum(storage.balances.values()) == storage.balances_total_issuance.value == storage.total_issuance.value
    assert storage.balances[subnet_account(1)] == EXISTENTIAL_DEPOSIT
    assert storage.total_stake.value == 0


# -------------------------------------------------------------------------------------------------------- nothing stays

STAYS = {
    "RegisteredSubnetCounter": "registered_subnet_counter_survives_dissolve_and_bumps_on_reregistration",
    "LastRateLimitedBlock": "its keys are not those of a subnet",
    **dict.fromkeys(
        (
            *("MaxWeightsLimit", "AdjustmentInterval", "AdjustmentAlpha", "RootClaimableThreshold", "RootProp"),
            *("SubnetEmissionEnabled", "OwnerCutEnabled", "MinAllowedUids", "MinNonImmuneUids", "RecycleOrBurn"),
            *("MinChildkeyTakePerSubnet", "VotingPower", "VotingPowerTrackingEnabled", "VotingPowerDisableAtBlock"),
            *("VotingPowerEmaAlpha", "AutoStakeDestination", "AutoStakeDestinationColdkeys", "RootAlphaDividendsPerSubnet"),
            *("AlphaAssets.TotalAlphaIssuance", "AlphaAssets.AlphaBurned", "AlphaAssets.AlphaRecycled"),
            "Swap.ScrapReservoirAlpha",
        ),
        "the chain's remove_network leaves it",
    ),
}
"""Items that keep what they have for a subnet, and why."""

OF_SUBNETS = [item for item in LAYOUT_424.items.values() if U16 in item.keys]


def a_value(unit: Unit) -> Any:
    """Some value of a unit that is not nothing."""
    match family_of(unit):
        case "integer" | "wide":
            return 1
        case "bool":
            return True
        case "text":
            return "text"
        case "account":
            return HOTS[0]
        case "bytes":
            return bytes(max(1, leaf_of(unit).least))
        case "vector":
            return (a_value(leaf_of(unit).element),)
        case "row":
            return bytes(4)
        case "tuple" if is_list(unit):
            return (a_value(unit.__args__[0]),)
        case "tuple":
            return tuple(a_value(part) for part in unit.__args__)
    raise AssertionError(unit)


def a_key(item: Item, netuid: int) -> Any:
    parts = [netuid if place == item.netuid_place else a_value(unit) for place, unit in enumerate(item.keys)]
    return parts[0] if len(parts) == 1 else tuple(parts)


def has_entries(chain: Chain, netuid: int) -> set[str]:
    """The items that have something for a subnet, or under the storage index of its second mechanism."""
    found = set()
    for item in OF_SUBNETS:
        for key in chain.storage.map(item.name):
            of = (key if isinstance(key, tuple) else (key,))[item.netuid_place]
            if of % 4096 == netuid:
                found.add(item.name)
    return found


def test_nothing_of_a_subnet_stays() -> None:
    """dissolve_clears_all_per_subnet_storages, dissolve_clears_all_mechanism_scoped_maps_for_all_mechanisms,
    destroy_alpha_in_out_stakes_cleans_all_lock_aggregates, dissolve_clears_all_lock_maps_for_removed_network.
    """
    chain = subnet()
    storage = chain.storage
    for item in OF_SUBNETS:
        for netuid in (1, 2):
            storage.map(item.name)[a_key(item, netuid)] = a_value(item.value)
    storage.mechanism_count_current[1] = 2
    for name in ("Weights", "Bonds", "LastUpdate", "Incentive", "WeightCommits", "TimelockedWeightCommits"):
        storage.map(name)[a_key(LAYOUT_424.items[name], 1 + 4096)] = a_value(LAYOUT_424.items[name].value)
    storage.lock[COLDS[0], 1, HOTS[0]], storage.locking_coldkeys[1, HOTS[0], COLDS[0]] = (1, 1, 1), ()
    assert has_entries(chain, 1) == has_entries(chain, 2) == {item.name for item in OF_SUBNETS}
    events = chain_events(chain.ok(RootDissolveNetwork(1)))
    assert events == [("SubnetIdentityRemoved", 1), ("NetworkRemoved", 1)]
    # An entry of locks that nobody is noted for, which no call makes, stays.
    assert has_entries(chain, 1) - {"Lock"} == {name for name in STAYS if name in LAYOUT_424.items} - {"LastRateLimitedBlock"}
    assert (COLDS[0], 1, HOTS[0]) not in storage.lock
    assert has_entries(chain, 2) == {item.name for item in OF_SUBNETS}
    assert storage.total_networks.value == 2, "dissolve_decrements_total_networks"


def test_a_lease_ends_with_its_subnet() -> None:
    chain = subnet()
    storage = chain.storage
    for lease, netuid in ((7, 1), (8, 2)):
        storage.subnet_uid_to_lease_id[netuid] = lease
        storage.subnet_leases[lease] = (OWNER, OWNER, HOTS[0], 50, None, netuid, 1)
        storage.subnet_lease_shares[lease, COLDS[0]] = storage.accumulated_lease_dividends[lease] = 1
    chain.ok(RootDissolveNetwork(1))
    assert list(storage.subnet_leases) == list(storage.accumulated_lease_dividends) == [8]
    assert list(storage.subnet_lease_shares) == [(8, COLDS[0])]
    assert list(storage.subnet_uid_to_lease_id) == [2]


def test_the_old_call_asks_for_no_owner() -> None:
    chain = subnet()
    assert chain_events(chain.ok(DissolveNetwork(COLDS[0], 1))) == [("NetworkRemoved", 1)]
