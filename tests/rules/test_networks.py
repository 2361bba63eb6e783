"""Subnets from nothing but calls: the root network, lock costs, the start of emission, the end of a subnet."""

import pytest

from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    DissolveNetwork,
    ForceSetBalance,
    RegisterNetwork,
    StartCall,
)
from neuron_ledger.events.subnets import NetworkAdded, NetworkRemoved
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.subnets.calls import DURATION_OF_START_CALL
from neuron_ledger.ledger.rules.subnets.cost import get_network_lock_cost
from neuron_ledger.ledger.rules.subnets.symbols import get_symbol_for_subnet
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.invariants import violations
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import RULES, TAO, Chain, account, chain_events

OWNER, HOT = account("owner"), account("hot")
MIN_LOCK = 1000 * TAO
RATE_LIMIT = 7200


@pytest.fixture
def chain() -> Chain:
    chain = Chain(subnets=(), block=RATE_LIMIT)
    chain.storage.networks_added.remove(0)
    chain.fund(OWNER, 100_000 * TAO)
    chain.ok(CreateRootNetwork())
    return chain


def lock_cost(chain: Chain) -> int:
    return get_network_lock_cost(Transaction(chain.storage, RULES))


def test_a_ledger_starts_from_nothing_but_calls() -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.submit(ForceSetBalance(OWNER, 10_000 * TAO)).unwrap()
        ledger.submit(CreateRootNetwork()).unwrap()
        ledger.advance_to(RATE_LIMIT)
        ledger.submit(RegisterNetwork(HOT), OWNER).unwrap()
        ledger.advance_to(RATE_LIMIT + DURATION_OF_START_CALL)
        ledger.submit(StartCall(1), OWNER).unwrap()
        ledger.advance_to(ledger.block + 400)
        storage = ledger.storage
        # The average price is 0 in its first blocks: nothing is emitted yet.
        assert storage.total_issuance.value == 10_000 * TAO + 384 * TAO
        assert storage.subnet_moving_price[1] > 0
        assert list(violations(storage)) == []
        assert rebuild(ledger.log).storage.digest() == storage.digest()
        assert audit(ledger.log).findings == ()


def test_the_root_network_is_created_once(chain: Chain) -> None:
    assert chain.storage.total_networks.value == 1
    assert chain.storage.total_issuance.value == chain.storage.balances_total_issuance.value
    assert chain.storage.tempo[0] == 100
    assert chain.refused(CreateRootNetwork()).name == "RootNetworkExists"
    assert chain.refused(CreateRootNetwork(), OWNER).name == "BadOrigin"


def test_register_network(chain: Chain) -> None:
    issuance = chain.storage.total_issuance.value
    chain.set("network_min_lock", 400 * TAO, 0)
    locked = MIN_LOCK - MIN_LOCK // 100_800 * chain.block
    events = chain.ok(RegisterNetwork(HOT), OWNER)
    storage = chain.storage
    assert [event for event in events if isinstance(event, NetworkAdded)] == [
        NetworkAdded(netuid=1, mechanism=1, owner=OWNER, owner_hotkey=HOT, token_symbol="α".encode(), registered_at=chain.block)
    ]
    assert [name for name, *_ in chain_events(events)] == [
        "RegistrationAllowed",
        "MaxAllowedUidsSet",
        "MaxAllowedValidatorsSet",
        "MinAllowedWeightSet",
        "MaxWeightLimitSet",
        "AdjustmentIntervalSet",
        "RegistrationPerIntervalSet",
        "AdjustmentAlphaSet",
        "ImmunityPeriodSet",
        "MinDifficultySet",
        "MaxDifficultySet",
        "NetworkAdded",
    ]
    assert storage.uids[1, HOT] == 0
    assert storage.owner[HOT] == OWNER
    assert storage.subnet_tao[1] == storage.subnet_alpha_in[1] == storage.total_stake.value == 400 * TAO
    assert storage.total_issuance.value == issuance - (locked - 400 * TAO)
    assert storage.network_last_lock_cost.value == locked
    assert storage.balances[OWNER] == 100_000 * TAO - locked
    assert (storage.tempo[1], storage.kappa[1], storage.difficulty[1], storage.activity_cutoff[1]) == (360, 32767, 10**7, 5000)
    assert 1 in storage.burn_registrations_this_interval


def test_who_keeps_an_existential_deposit_has_locked_less(chain: Chain) -> None:
    cost = lock_cost(chain)
    chain.fund(OWNER, cost)
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert chain.storage.network_last_lock_cost.value == cost - EXISTENTIAL_DEPOSIT
    assert chain.storage.balances[OWNER] == EXISTENTIAL_DEPOSIT


def test_lock_costs_double_and_fall(chain: Chain) -> None:
    assert lock_cost(chain) == MIN_LOCK
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert lock_cost(chain) == 2 * MIN_LOCK
    interval = chain.storage.network_lock_reduction_interval.value
    chain.storage.block_number.value += interval // 4
    assert lock_cost(chain) == 2 * MIN_LOCK - MIN_LOCK // interval * (interval // 4)
    chain.storage.block_number.value += 2 * interval
    assert lock_cost(chain) == MIN_LOCK


def test_after_a_halving_lock_costs_fall_twice_as_fast(chain: Chain) -> None:
    chain.ok(RegisterNetwork(HOT), OWNER)
    chain.storage.total_issuance.value = 10_500_000 * TAO
    chain.storage.block_number.value += 100
    halved = chain.storage.network_lock_reduction_interval.value // 2
    assert lock_cost(chain) == 2 * MIN_LOCK - MIN_LOCK // halved * 100


def test_start_call(chain: Chain) -> None:
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert chain.refused(StartCall(2), OWNER).name == "SubNetworkDoesNotExist"
    assert chain.refused(StartCall(1), account("other")).name == "BadOrigin"
    chain.storage.block_number.value += DURATION_OF_START_CALL - 1
    assert chain.refused(StartCall(1), OWNER).values["allowed_from"] == chain.block + 1
    chain.advance()
    assert chain_events(chain.ok(StartCall(1), OWNER)) == [("FirstEmissionBlockNumberSet", 1, chain.block + 1)]
    assert chain.storage.subtoken_enabled[1]
    assert chain.refused(StartCall(1), OWNER).name == "FirstEmissionBlockNumberAlreadySet"


def test_dissolve_network(chain: Chain) -> None:
    chain.ok(RegisterNetwork(HOT), OWNER)
    chain.storage.weights[0, 3] = b"\x01\x00\x05\x00\x02\x00\x06\x00"
    chain.storage.weights[1, 0] = chain.storage.bonds[1, 0] = b""
    chain.storage.subnet_locked[1] = 7 * TAO
    chain.storage.subnet_identities_v2[1] = (b"name",) * 7
    balance = chain.storage.balances[OWNER]
    assert chain.refused(DissolveNetwork(OWNER, 2)).name == "SubNetworkDoesNotExist"
    assert chain.refused(DissolveNetwork(HOT, 1)).name == "NotSubnetOwner"
    assert chain.refused(DissolveNetwork(OWNER, 1), OWNER).name == "BadOrigin"
    events = chain.ok(DissolveNetwork(OWNER, 1))
    storage = chain.storage
    assert chain_events(events) == [("SubnetIdentityRemoved", 1), ("NetworkRemoved", 1)]
    (event,) = [event for event in events if isinstance(event, NetworkRemoved)]
    assert event.root_weights == ((3, b"\x01\x00\x00\x00\x02\x00\x06\x00"),)
    assert storage.weights == {(0, 3): event.root_weights[0][1]}
    assert not storage.bonds
    assert not storage.uids
    assert not storage.is_network_member
    assert storage.balances[OWNER] == balance + 7 * TAO
    assert storage.subnet_locked == {1: 0}
    assert storage.subnet_tao[1] == MIN_LOCK
    assert storage.total_networks.value == 1
    chain.storage.block_number.value += RATE_LIMIT
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert storage.uids[1, HOT] == 0


def test_a_new_subnet_begins_with_the_last_blocks_count_of_the_one_before(chain: Chain) -> None:
    """The chain leaves the count of the block alone when a subnet ends; that it exceeds the interval's then breaks nothing."""
    chain.set("network_rate_limit", 0, 0)
    chain.ok(RegisterNetwork(HOT), OWNER)
    chain.ok(BurnedRegister(1, account("another")), OWNER)
    chain.ok(DissolveNetwork(OWNER, 1))
    chain.storage.block_number.value += 9
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert (chain.storage.registrations_this_block[1], chain.storage.registrations_this_interval[1]) == (1, 0)
    assert list(violations(chain.storage)) == []
    refusal = chain.refused(BurnedRegister(1, account("another")), OWNER)
    assert refusal.name == "TooManyRegistrationsThisBlock"
    chain.advance()
    chain.ok(BurnedRegister(1, account("another")), OWNER)


@pytest.mark.parametrize(
    ("netuid", "symbol"),
    [(0, "Τ"), (1, "α"), (19, "t"), (24, "ω"), (25, "א"), (51, "ת"), (200, "ย"), (438, "ධ"), (439, "Τ"), (65535, "Τ")],
)
def test_symbols(netuid: int, symbol: str) -> None:
    assert get_symbol_for_subnet(Storage(), netuid) == symbol.encode()
