"""What swaps of keys, subnets and commitments pass and bring from 233 to 276, right before each change and from it on."""

import pytest

from neuron_ledger.events.associations import ScheduleDissolveNetwork
from neuron_ledger.events.calls import (
    GrantStake,
    RegisterNetwork,
    StartCall,
)
from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.runtimes.dtao import DTAO_RUNTIMES
from tests.chain_fixture import TAO
from tests.rules.dtao_chain import DtaoChain
from tests.rules.dtao_world import COLD, HOT, NEW, NOMINATOR, OTHER, OWNER, outcome, shown, stake, world

# ---------------------------------------------------------------------------------------------------------------- keys


def swapped(spec_version: int) -> DtaoChain:
    """HOT, which is the subnet's own, has become NEW; it was swapped before in block 5."""
    chain = world(spec_version, subnets=(1, 2))
    storage = chain.storage
    chain.ok(GrantStake(HOT, NOMINATOR, 1, TAO))
    storage.subnet_owner_hotkey[1] = HOT
    storage.last_tx_block[HOT] = 5
    if spec_version >= 261:
        storage.total_hotkey_alpha_last_epoch[HOT, 1] = 3
    storage.alpha_dividends_per_subnet[1, HOT] = 4
    if "Stake" in storage.layout.items:
        storage.stake[HOT, COLD] = 6
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    return chain


def test_what_goes_over_with_a_hotkey() -> None:
    for rules in DTAO_RUNTIMES:
        chain = swapped(rules.spec_version)
        storage = chain.storage
        assert storage.owner[NEW] == COLD
        assert HOT not in storage.owner
        assert (stake(chain, NEW, COLD), stake(chain, NEW, NOMINATOR)) == (8 * TAO, TAO)
        assert storage.total_hotkey_alpha[NEW, 1] == 9 * TAO
        assert storage.uids[1, NEW] == 0
        assert storage.staking_hotkeys[COLD] == (NEW,)
        assert storage.balances[COLD] == 100 * TAO - TAO // 10


def test_what_of_it_each_number_brought() -> None:
    def own_hotkey(spec_version: int) -> bool:
        return swapped(spec_version).storage.subnet_owner_hotkey[1] == NEW

    def entries_of_nothing(spec_version: int) -> bool:
        return (NEW, 2) in swapped(spec_version).storage.total_hotkey_alpha

    def last_swap(spec_version: int) -> int:
        return swapped(spec_version).storage.last_tx_block[NEW]

    def dividends(spec_version: int) -> int:
        return swapped(spec_version).storage.alpha_dividends_per_subnet[1, NEW]

    assert shown(own_hotkey, 234, 238) == [False, True]
    assert shown(entries_of_nothing, 247, 252, 274, 275) == [True, False, False, True]
    assert shown(last_swap, 247, 252) == [100, 5]
    assert shown(dividends, 258, 261) == [0, 4]
    stake_entries = swapped(239).storage.stake
    assert (HOT, COLD) not in stake_entries
    assert stake_entries[NEW, COLD] == 6


def test_a_hotkey_is_swapped_on_one_subnet_since_275() -> None:
    chain = world(274)
    with pytest.raises(FieldError, match="swapped on all subnets"):
        chain.submit(SwapHotkey(HOT, NEW, 1), COLD)
    chain = world(275)
    chain.storage.block_number.value = 40_000
    chain.ok(SwapHotkey(HOT, NEW, 1), COLD)
    assert chain.storage.owner[HOT] == chain.storage.owner[NEW] == COLD


def test_which_refusal_of_a_swap_comes_first() -> None:
    def refusal(spec_version: int) -> str | None:
        return outcome(world(spec_version), SwapHotkey(OTHER, HOT, None), COLD)

    assert shown(refusal, 233, 274, 275) == ["HotKeyAlreadyRegisteredInSubNet"] * 2 + ["NonAssociatedColdKey"]


def test_how_often_a_coldkeys_swap_is_scheduled() -> None:
    def second(spec_version: int) -> str | None:
        chain = world(spec_version)
        chain.storage.coldkey_swap_schedule_duration.value = 10
        if spec_version >= 273:
            chain.storage.coldkey_swap_reschedule_duration.value = 0
        chain.ok(ScheduleSwapColdkey(NEW), COLD)
        noted = chain.storage.coldkey_swap_scheduled[COLD]
        assert noted == ((0, NOBODY) if spec_version < 273 else (110, NEW))
        chain.storage.block_number.value = 111
        return outcome(chain, ScheduleSwapColdkey(NEW), COLD)

    assert shown(second, 265, 273) == ["SwapAlreadyScheduled", None]


def test_a_coldkeys_entries_of_before_alpha_go_over_until_244() -> None:
    chain = world(239)
    chain.storage.stake[HOT, COLD] = 6
    chain.storage.coldkey_swap_schedule_duration.value = 1
    chain.ok(ScheduleSwapColdkey(NEW), COLD)
    chain.advance()
    assert (HOT, COLD) not in chain.storage.stake
    assert chain.storage.stake[HOT, NEW] == 6
    assert stake(chain, HOT, NEW) == 8 * TAO


# -------------------------------------------------------------------------------------------------------------- subnets


def registered(spec_version: int) -> DtaoChain:
    """COLD has registered subnet 2 with a new hotkey."""
    chain = world(spec_version)
    chain.storage.network_min_lock_cost.value = TAO
    chain.storage.total_stake.value = 5 * TAO
    chain.storage.total_issuance.value = 1_000 * TAO
    chain.storage.network_rate_limit.value = 0
    chain.storage.network_last_lock_cost.value = TAO // 2
    chain.ok(RegisterNetwork(NEW), COLD)
    return chain


def test_what_a_new_subnet_begins_with() -> None:
    def pool(spec_version: int) -> tuple[int, int, int]:
        storage = registered(spec_version).storage
        return storage.subnet_tao[2], storage.subnet_alpha_in[2], storage.total_stake.value // TAO

    def least_burn(spec_version: int) -> int:
        return registered(spec_version).storage.min_burn[2]

    assert shown(pool, 247, 252, 273) == [(TAO, TAO, 5), (TAO, TAO, 6), (TAO, TAO, 6)]
    assert shown(least_burn, 233, 252, 257) == [1, 1, 500_000]
    assert registered(265).storage.map("TotalStakeAtDynamic")[2] == 5 * TAO
    assert 2 in registered(247).storage.map("EmissionValues")


def test_an_owner_schedules_the_end_of_a_subnet_until_252() -> None:
    for number in (233, 247):
        chain = world(number)
        chain.storage.dissolve_network_schedule_duration.value = 2
        chain.storage.subnet_locked[1] = 3 * TAO
        chain.ok(ScheduleDissolveNetwork(1), OWNER)
        chain.advance()
        assert chain.storage.networks_added[1]
        chain.advance()
        assert 1 not in chain.storage.networks_added
        assert chain.storage.balances[OWNER] == 103 * TAO
    assert outcome(world(252), ScheduleDissolveNetwork(1), OWNER) == "CallDisabled"


def test_a_start_enables_the_token_since_273() -> None:
    def start(spec_version: int) -> DtaoChain:
        chain = world(spec_version)
        chain.storage.first_emission_block_number.remove(1)
        chain.storage.block_number.value = 50_400
        if spec_version >= 273:
            chain.storage.subtoken_enabled[1] = False
        chain.ok(StartCall(1), OWNER)
        assert chain.storage.first_emission_block_number[1] == 50_401
        return chain

    start(257)
    assert start(273).storage.subtoken_enabled[1]


# ---------------------------------------------------------------------------------------------------------- commitments


def test_how_often_a_hotkey_commits() -> None:
    def second(spec_version: int) -> str | None:
        chain = world(spec_version)
        chain.ok(SetCommitment(1, (("Raw", b"x", 0),)), HOT)
        chain.storage.block_number.value += 99
        return outcome(chain, SetCommitment(1, (("Raw", b"y", 0),)), HOT)

    assert shown(second, 233, 252, 257) == ["Commitments.CommitmentSetRateLimitExceeded"] * 2 + [None]


def test_what_a_commitment_counts_for() -> None:
    def used(spec_version: int) -> int:
        chain = world(spec_version)
        chain.ok(SetCommitment(1, (("Raw", b"xyz", 0),)), HOT)
        counted = chain.storage.commitments_used_space_of[1, HOT]
        assert counted is not None
        return counted[1]

    assert shown(used, 257, 261, 273) == [3, 100, 100]


def test_a_timelocked_commitment_that_nothing_opens_is_gone_since_261() -> None:
    def left(spec_version: int) -> bool:
        chain = world(spec_version)
        chain.ok(SetCommitment(1, (("TimelockEncrypted", b"no ciphertext", 5),)), HOT)
        chain.storage.drand_pulses[5] = bytes(48)
        chain.advance()
        return chain.storage.commitments_commitment_of[1, HOT] is not None

    assert shown(left, 257, 258, 261) == [True, True, False]


def test_symbols_are_others_since_261() -> None:
    """From 81 to 116 and 128 to 133; six letters at the end are no more."""

    def symbols(spec_version: int) -> str:
        chosen = ""
        for netuid in (80, 81, 82, 87, 88, 117, 438, 439, 444, 445):
            chain = world(spec_version, subnets=tuple(range(1, netuid)))
            chain.storage.network_rate_limit.value = 0
            chain.pay(COLD, 2_000 * TAO)
            chain.ok(RegisterNetwork(NEW), COLD)
            chosen += chain.storage.token_symbol[netuid].decode()
        return chosen

    assert shown(symbols, 258, 261) == [
        "\u0649\u064a\u16a0\u16b3\u16c7\u2c80\u0db0\u0db1\u0db6\u03a4",
        "\u0649\u16a0\u16a2\u042b\u16c9\u2c80\u0db0\u03a4\u03a4\u03a4",
    ]
