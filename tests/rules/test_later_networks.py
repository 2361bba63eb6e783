"""Subnets since spec_version 320: the limit, the one that makes room, symbols, prices, what is paid out."""

from typing import Any

import pytest

from neuron_ledger.events.calls import DissolveNetwork, RegisterNetwork, StartCall
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.subnet_calls import RootDissolveNetwork, SetAutoParentDelegationEnabled, UpdateSymbol
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.accounts.tao import is_subnet_account, subnet_account
from neuron_ledger.ledger.rules.numbers.fixed import U64F64, U96F32
from neuron_ledger.ledger.rules.subnets.first_pools import median
from neuron_ledger.ledger.rules.subnets.limit import network_to_prune_320
from neuron_ledger.ledger.rules.subnets.pay_out import PROTOCOL, Portion, shared_out
from neuron_ledger.ledger.rules.subnets.symbols import SYMBOLS, SYMBOLS_290
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, Chain, account, chain_events
from tests.rules.refusals import SITUATION

RULES = TIMELINE.runtime(424)
OWNER, HOT = account("owner"), account("hot")
ONE = 1 << 32


@pytest.fixture
def chain() -> Chain:
    """Four subnets at block 1000 of which 2 is the oldest; there may be no more. OWNER has 1000 TAO."""
    chain = Chain(subnets=(1, 2, 3, 4), block=1000, rules=RULES)
    storage = chain.storage
    storage.subnet_limit.value, storage.network_immunity_period.value = 4, 100
    storage.network_min_lock_cost.value = storage.network_last_lock_cost.value = 10 * TAO
    for netuid in range(1, 5):
        storage.subnet_mechanism[netuid] = 1
        storage.subnet_moving_price[netuid] = ONE
        storage.network_registered_at[netuid] = 500 + netuid
        storage.subnet_tao[netuid] = storage.subnet_alpha_in[netuid] = 1_000 * TAO
    storage.network_registered_at[2] = 400
    chain.fund(OWNER, 1_000 * TAO)
    return chain


def pruned(chain: Chain) -> int | None:
    return network_to_prune_320(Transaction(chain.storage, RULES))


# ------------------------------------------------------------------------------------------------------- making room


def test_the_oldest_of_the_cheapest_makes_room(chain: Chain) -> None:
    """networks.rs::prune_tie_on_price_earlier_registration_wins, prune_selects_network_with_lowest_price."""
    assert pruned(chain) == 2
    chain.storage.subnet_moving_price[3] = ONE - 1
    assert pruned(chain) == 3


def test_a_subnet_without_a_pool_counts_as_worth_one(chain: Chain) -> None:
    chain.storage.subnet_mechanism[4], chain.storage.subnet_moving_price[4] = 0, 0
    assert pruned(chain) == 2
    for netuid in (1, 2, 3):
        chain.storage.subnet_moving_price[netuid] = ONE + 1
    assert pruned(chain) == 4


def test_a_young_subnet_is_immune(chain: Chain) -> None:
    """networks.rs::prune_ignores_immune_network_even_if_lower_price, prune_selection_complex_state_exhaustive."""
    chain.storage.network_registered_at[2] = 901
    assert pruned(chain) == 1
    chain.storage.network_registered_at[2] = 900
    chain.storage.subnet_moving_price[2] = 0
    assert pruned(chain) == 2


def test_a_subnet_that_was_switched_off_and_root_make_no_room(chain: Chain) -> None:
    """networks.rs::prune_none_with_no_networks, prune_none_when_all_networks_immune."""
    chain.storage.networks_added[2] = False
    assert pruned(chain) == 1
    chain.storage.network_immunity_period.value = 501
    assert pruned(chain) is None
    chain.storage.network_immunity_period.value = 0
    for netuid in (1, 3, 4):
        chain.storage.networks_added.remove(netuid)
    assert pruned(chain) is None


def test_registration_at_the_limit(chain: Chain) -> None:
    """networks.rs::register_network_prunes_and_recycles_netuid, register_network_fails_before_prune_keeps_existing."""
    chain.fund(OWNER, 10 * TAO - 1)
    assert chain.refused(RegisterNetwork(HOT), OWNER).values == {"needed": 10 * TAO, "balance": 10 * TAO - 1}
    chain.fund(OWNER, 1_000 * TAO)
    events = chain_events(chain.ok(RegisterNetwork(HOT), OWNER))
    assert (events[0], events[-1]) == (("NetworkRemoved", 2), ("NetworkAdded", 2, 1))
    assert chain.storage.subnet_owner[2] == OWNER
    assert sorted(chain.storage.networks_added) == [0, 1, 2, 3, 4]
    chain.storage.network_rate_limit.value = 0
    chain.storage.network_immunity_period.value = 10_000
    error = chain.refused(RegisterNetwork(HOT), OWNER)
    assert (error.name, error.values) == ("SubnetLimitReached", {"subnets": 4, "limit": 4})


def test_what_ends_and_begins_in_one_call_is_rebuilt(chain: Chain) -> None:
    """The new subnet locks as much as the one that makes room for it had locked."""
    chain.storage.subnet_locked[2] = 10 * TAO
    chain.storage.rao_recycled_for_registration[2] = 0
    chain.storage.subnet_owner[2] = HOT
    chain.fund(subnet_account(2), 1_000 * TAO)
    with Ledger.in_memory(spec_version=424) as ledger:
        ledger.observe(SITUATION, canonical_changes({t.item.name: (dict(t), []) for t in chain.storage.maps()}))
        ledger.submit(RegisterNetwork(HOT), OWNER).unwrap()
        assert ledger.storage.subnet_locked[2] == 10 * TAO
        assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
        assert audit(ledger.log).findings == ()


def test_registrations_may_begin_later(chain: Chain) -> None:
    chain.storage.network_registration_start_block.value = 1001
    error = chain.refused(RegisterNetwork(HOT), OWNER)
    assert (error.name, error.values) == ("SubNetRegistrationDisabled", {"allowed_from": 1001})
    assert chain.refused(RegisterNetwork(subnet_account(3)), OWNER).name == "CannotUseSystemAccount"


def test_what_cannot_be_registered_changes_nothing(chain: Chain) -> None:
    """networks.rs::register_network_fails_without_balance_and_does_not_write_owner_alpha_state,
    register_network_non_associated_hotkey_does_not_withdraw_or_write_owner_alpha_state; `refused` compares all storage.
    """
    chain.storage.subnet_limit.value = 9
    chain.fund(OWNER, 0)
    assert chain.refused(RegisterNetwork(HOT), OWNER).name == "CannotAffordLockCost"
    chain.fund(OWNER, 1_000 * TAO)
    chain.storage.owner[HOT] = account("another")
    assert chain.refused(RegisterNetwork(HOT), OWNER).name == "NonAssociatedColdKey"


# --------------------------------------------------------------------------------------------------- what it begins with


def test_what_a_new_subnet_begins_with(chain: Chain) -> None:
    """networks.rs::test_registration_ok, test_tempo_greater_than_weight_set_rate_limit,
    registered_subnet_counter_bumps_on_first_registration, subnet.rs::test_register_network_min_burn_at_default,
    test_register_network_gives_owner_no_initial_alpha_distribution.
    """
    chain.storage.subnet_limit.value = 9
    events = chain_events(chain.ok(RegisterNetwork(HOT), OWNER))
    assert [name for name, *_ in events] == [
        "RegistrationAllowed",
        "MaxAllowedUidsSet",
        "MaxAllowedValidatorsSet",
        "MinAllowedWeightSet",
        "ImmunityPeriodSet",
        "SubnetOwnerHotkeySet",
        "NetworkAdded",
    ]
    storage = chain.storage
    assert (storage.subnet_owner[5], storage.subnet_owner_hotkey[5], storage.keys[5, 0]) == (OWNER, HOT, HOT)
    assert (storage.min_burn[5], storage.burn[5]) == (storage.min_burn.item.default, TAO)
    assert storage.network_registration_allowed[5]
    assert storage.yuma3_on[5]
    assert storage.tempo[5] > storage.weights_set_rate_limit[5]
    assert not storage.subnet_emission_enabled[5]
    assert storage.last_epoch_block[5] == chain.block - 5
    assert (storage.registered_subnet_counter[5], 5 in storage.first_emission_block_number) == (1, False)
    assert not [key for key in storage.total_hotkey_alpha if key[1] == 5]
    assert (storage.subnet_alpha_out[5], storage.rao_recycled_for_registration[5]) == (0, 0)


@pytest.mark.parametrize("cost", [1_000, 1_000_000 * TAO])
def test_a_subnet_can_cost_little_and_much(chain: Chain, cost: int) -> None:
    """networks.rs::test_register_subnet_low_lock_cost, test_register_subnet_high_lock_cost."""
    chain.storage.subnet_limit.value = 9
    chain.storage.network_min_lock_cost.value = chain.storage.network_last_lock_cost.value = cost
    chain.fund(OWNER, cost + EXISTENTIAL_DEPOSIT)
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert (chain.storage.subnet_tao[5], chain.storage.subnet_locked[5]) == (cost, cost)
    assert chain.storage.balances[OWNER] == EXISTENTIAL_DEPOSIT


@pytest.mark.parametrize(
    ("prices", "alpha"),
    [
        pytest.param({}, 10, id="register_network_seeds_first_subnet_from_fallback_price_one_and_keeps_lock_in_pool"),
        pytest.param({1: 2, 2: 6}, 5 // 2, id="register_network_seeds_new_subnet_from_even_median_snapshot"),
        pytest.param({1: 2, 2: 6, 3: 5}, 2, id="odd: median_subnet_alpha_price_returns_middle_value_for_odd_unsorted_prices"),
    ],
)
def test_all_that_was_paid_is_in_the_pool_at_the_median_price(chain: Chain, prices: dict[int, int], alpha: int) -> None:
    """The price of root, and of subnets that were switched off, does not count."""
    storage = chain.storage
    storage.subnet_limit.value = 9
    for netuid in range(1, 5):
        storage.networks_added[netuid] = netuid in prices
        storage.subnet_tao[netuid] = prices.get(netuid, 99) * TAO
        storage.subnet_alpha_in[netuid] = TAO
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert (storage.subnet_tao[5], storage.subnet_alpha_in[5] // TAO) == (10 * TAO, alpha)
    assert storage.balances[subnet_account(5)] == storage.subnet_locked[5] == 10 * TAO


def test_a_netuid_counts_its_subnets(chain: Chain) -> None:
    """networks.rs::registered_subnet_counter_survives_dissolve_and_bumps_on_reregistration,
    registered_subnet_counter_is_independent_per_netuid.
    """
    chain.storage.network_rate_limit.value = chain.storage.network_immunity_period.value = 0
    for _ in range(3):
        chain.ok(RootDissolveNetwork(2))
        chain.ok(RegisterNetwork(HOT), OWNER)
    assert dict(chain.storage.registered_subnet_counter) == {2: 3}
    chain.ok(RootDissolveNetwork(3))
    assert dict(chain.storage.registered_subnet_counter) == {2: 3}


@pytest.mark.parametrize(
    ("used", "symbol"),
    [
        pytest.param((), "ε", id="test_register_network_use_symbol_for_subnet_if_available"),
        pytest.param(("ε", "α"), "β", id="test_register_network_use_next_available_symbol_if_symbol_for_subnet_is_taken"),
        pytest.param(SYMBOLS_290, "Τ", id="test_register_network_use_default_symbol_if_all_symbols_are_taken"),
    ],
)
def test_a_new_subnet_gets_a_symbol_that_is_free(chain: Chain, used: tuple[str, ...], symbol: str) -> None:
    chain.storage.subnet_limit.value = 9
    for number, letter in enumerate(used):
        chain.storage.token_symbol[1000 + number] = letter.encode()
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert chain.storage.token_symbol[5].decode() == symbol


# --------------------------------------------------------------------------------------------------------- the start


def test_the_start(chain: Chain) -> None:
    """subnet.rs::test_do_start_call_ok, test_do_start_call_fail_with_not_existed_subnet, test_do_start_call_fail_not_owner,
    test_do_start_call_can_start_now, test_do_start_call_fail_for_set_again,
    test_do_start_call_ok_with_same_block_number_after_coinbase, test_subtoken_enable.
    """
    storage = chain.storage
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert chain.refused(StartCall(9), OWNER).name == "SubnetNotExists"
    assert chain.refused(StartCall(2), HOT).name == "BadOrigin"
    storage.start_call_delay.value = 1
    assert chain.refused(StartCall(2), OWNER).values["allowed_from"] == chain.block + 1
    storage.start_call_delay.value = 0
    assert not storage.subtoken_enabled[2]
    assert chain_events(chain.ok(StartCall(2), OWNER)) == [("FirstEmissionBlockNumberSet", 2, chain.block + 1)]
    assert storage.subtoken_enabled[2]
    begin = storage.first_emission_block_number[2]
    chain.advance(3)
    assert storage.first_emission_block_number[2] == begin
    assert chain.refused(StartCall(2), OWNER).name == "FirstEmissionBlockNumberAlreadySet"


def test_subnets_have_accounts_that_nobody_else_has() -> None:
    """subnet.rs::test_get_subnet_account_id_exists_and_is_distinct_for_257_consecutive_subnets, test_is_subnet_account_id."""
    accounts = {subnet_account(netuid) for netuid in range(257)}
    assert len(accounts) == 257
    assert all(is_subnet_account(of_subnet) for of_subnet in accounts)
    assert not is_subnet_account(HOT)
    assert not is_subnet_account(subnet_account(1)[:-1] + b"x")


# ------------------------------------------------------------------------------------------------------------ prices


@pytest.mark.parametrize("fixed", [U96F32, U64F64])
def test_the_median_price(fixed: Any) -> None:
    """networks.rs::median_subnet_alpha_price_returns_one_when_no_eligible_subnet_prices,
    median_subnet_alpha_price_averages_even_prices_and_ignores_root_zero_and_unadded: of two in the middle, their half sum.
    """
    one = fixed.one
    assert median(fixed, []) == median(fixed, [0, 0]) == one
    assert median(fixed, [0, 3 * one]) == 3 * one
    assert median(fixed, [5 * one, 2 * one]) == 7 * one // 2
    assert median(fixed, [one, 9 * one, 2 * one]) == 2 * one
    assert median(fixed, [one, 1, 4, one]) == (one + 4) // 2


# ------------------------------------------------------------------------------------------------------------ paying out


def tao(parts: list[Portion]) -> dict[bytes | None, int]:
    return {part.coldkey: part.tao for part in parts}


def test_what_rounding_leaves_goes_to_those_who_lost_most() -> None:
    """networks.rs::dissolve_rounding_remainder_distribution: of 10 rao by 1, 1 and 1 alpha the first gets the one left over."""
    three = [Portion(name, 1) for name in (b"a", b"b", b"c")]
    assert tao(shared_out(10, three)) == {b"a": 4, b"b": 3, b"c": 3}
    assert tao(shared_out(10, [Portion(b"a", 5), Portion(b"b", 1), Portion(b"c", 1)])) == {b"a": 7, b"b": 2, b"c": 1}
    assert shared_out(0, three) == shared_out(10, []) == shared_out(10, [Portion(b"a", 0)]) == []
    assert tao(shared_out(9, [Portion(b"a", 1), Portion(PROTOCOL, 2)])) == {b"a": 3, PROTOCOL: 6}


def test_root_and_subnets_that_are_not_there_cannot_be_dissolved(chain: Chain) -> None:
    """networks.rs::dissolve_nonexistent_subnet_fails."""
    for netuid in (0, 9):
        for call in (RootDissolveNetwork(netuid), DissolveNetwork(OWNER, netuid)):
            assert chain.refused(call).name == "SubnetNotExists"
            assert chain.refused(call, OWNER).name == "BadOrigin"


def test_whoever_owns_it_root_dissolves_a_subnet(chain: Chain) -> None:
    assert chain_events(chain.ok(DissolveNetwork(HOT, 2))) == [("NetworkRemoved", 2)]
    assert chain_events(chain.ok(RootDissolveNetwork(3))) == [("NetworkRemoved", 3)]


# ----------------------------------------------------------------------------------------------------- symbols, parents


def test_a_symbol_is_one_of_many_and_of_one_subnet(chain: Chain) -> None:
    """subnet.rs::test_update_symbol_works_as_root_if_symbol_exists_and_available, as the subnet's owner, and
    test_update_symbol_fails_if_symbol_doesnt_exist, test_update_symbol_fails_if_symbol_already_in_use.
    """
    chain.storage.subnet_owner[1] = OWNER
    chain.storage.token_symbol[2] = "β".encode()
    assert chain.refused(UpdateSymbol(1, "β".encode()), HOT).name == "BadOrigin"
    for none in (b"", b"TAO", "Τ".encode()):
        assert chain.refused(UpdateSymbol(1, none), OWNER).values == {"symbol": none}
    error = chain.refused(UpdateSymbol(1, "β".encode()), OWNER)
    assert (error.name, error.values) == ("SymbolAlreadyInUse", {"symbol": "β".encode(), "netuid": 2})
    for signer in (OWNER, None):
        letter = "γ" if signer else "δ"
        events = chain.ok(UpdateSymbol(1, letter.encode()), signer)
        assert chain_events(events) == [("SymbolUpdated", ("netuid", 1), ("symbol", tuple(letter.encode())))]
        assert chain.storage.token_symbol[1] == letter.encode()


def test_no_symbol_stands_twice() -> None:
    """subnet.rs::test_no_duplicates_in_symbol_static."""
    assert len(SYMBOLS) == len(SYMBOLS_290) == len(set(SYMBOLS_290)) == 439
    assert sum(old != new for old, new in zip(SYMBOLS, SYMBOLS_290, strict=True)) == 60


def test_a_hotkey_on_root_can_refuse_to_be_a_parent(chain: Chain) -> None:
    (hotkey,) = chain.seat("validator", netuid=0)
    coldkey = account("validator-cold")
    assert chain.refused(SetAutoParentDelegationEnabled(hotkey, False), OWNER).name == "NonAssociatedColdKey"
    chain.seat("miner", netuid=1)
    off_root = SetAutoParentDelegationEnabled(account("miner"), False)
    assert chain.refused(off_root, account("miner-cold")).name == "HotKeyNotRegisteredInSubNet"
    events = chain.ok(SetAutoParentDelegationEnabled(hotkey, False), coldkey)
    assert chain_events(events) == [("AutoParentDelegationEnabledSet", ("hotkey", hotkey), ("enabled", False))]
    chain.ok(RegisterNetwork(HOT), OWNER)
    assert chain.storage.parent_keys[HOT, 2] == ()
