"""What calls pass and bring from 233 to 276: what each number changed, right before it and from it on; worked out by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from neuron_ledger.events.associations import ScheduleDissolveNetwork, TryAssociateHotkey
from neuron_ledger.events.calls import (
    AddStake,
    DecreaseTake,
    GrantStake,
    IncreaseTake,
    RegisterNetwork,
    SetChildkeyTake,
    SetChildren,
    StartCall,
    SudoSet,
)
from neuron_ledger.events.commitments import SetCommitment, SetMaxSpace
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake, SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey
from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    SwapStakeLimit,
    UnstakeAll,
)
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtimes.dtao import DTAO_RUNTIMES
from neuron_ledger.ledger.runtimes.early import EARLY_RUNTIMES
from tests.chain_fixture import TAO, account
from tests.rules.dtao_chain import DtaoChain

COLD, HOT, OTHER, NOMINATOR, OWNER, NEW = map(account, ("cold", "hot", "other", "nominator", "owner", "new"))
FEE = 50_000
PART = 2**62
"""Of 2^64 - 1, a quarter."""


def shown(behaviour: Callable[[int], Any], *spec_versions: int) -> list[Any]:
    return [behaviour(number) for number in spec_versions]


def world(spec_version: int, *, subnets: tuple[int, ...] = (1,)) -> DtaoChain:
    """HOT is COLD's, OTHER is OWNER's, who owns subnet 1; COLD and NOMINATOR have 100 TAO, COLD 8 alpha on HOT."""
    chain = DtaoChain(spec_version, subnets=subnets)
    chain.give_uid(HOT, COLD)
    chain.give_uid(OTHER, OWNER)
    chain.storage.subnet_owner[1], chain.storage.subnet_owner_hotkey[1] = OWNER, OTHER
    for coldkey in (COLD, NOMINATOR, OWNER):
        chain.pay(coldkey, 100 * TAO)
    chain.ok(GrantStake(HOT, COLD, 1, 8 * TAO))
    return chain


def outcome(chain: DtaoChain, call: Call, signer: bytes | None) -> str | None:
    """Why a call is refused; None where it is not."""
    error = chain.submit(call, signer).error
    return None if error is None else chain.rules.error_name(error)


def stake(chain: DtaoChain, hotkey: bytes, coldkey: bytes, netuid: int = 1) -> int:
    return get_stake_for_hotkey_and_coldkey_on_subnet(chain.tx, hotkey, coldkey, netuid)


# ----------------------------------------------------------------------------------------------------- which calls there are


@pytest.mark.parametrize(
    ("call", "since"),
    [
        (TryAssociateHotkey, 244),
        (SudoSetSubnetOwnerHotkey, 252),
        (StartCall, 257),
        (RecycleAlpha, 257),
        (BurnAlpha, 257),
        (SetMaxSpace, 257),
        (SudoSetSnOwnerHotkey, 273),
    ],
)
def test_since_when_a_call_is_decided(call: type[Call], since: int) -> None:
    assert min(rules.spec_version for rules in DTAO_RUNTIMES if call in rules.calls) == since
    assert not any(call in rules.calls for rules in EARLY_RUNTIMES)


# ----------------------------------------------------------------------------------------------------------------- fees


def test_what_unstaking_costs() -> None:
    """A quarter of the stake's worth was earned, an eighth of what the last epoch saw; 4 alpha bring 0.999000999 TAO."""

    def fee(spec_version: int) -> int:
        chain = world(spec_version)
        chain.storage.alpha_dividends_per_subnet[1, HOT] = 2 * TAO
        if spec_version >= 261:
            chain.storage.total_hotkey_alpha_last_epoch[HOT, 1] = 16 * TAO
        return chain.rules.orders.unstaking_fee(chain.tx, HOT, 1, 4 * TAO)

    assert shown(fee, 233, 247, 252, 257, 261) == [FEE, FEE, TAO // 4, TAO // 4, 999_000_999 // 8]


def test_the_least_that_unstaking_costs() -> None:
    def fee(spec_version: int, netuid: int = 1) -> int:
        chain = world(spec_version)
        return chain.rules.orders.unstaking_fee(chain.tx, HOT, netuid, 4 * TAO)

    assert shown(fee, 247, 252, 257, 261) == [FEE, FEE, 199_999, FEE]
    assert fee(257, netuid=0) == FEE


# ---------------------------------------------------------------------------------------------------------------- moves


def test_whose_stake_moves_and_where_to() -> None:
    def moves(spec_version: int, hotkey: bytes, coldkey: bytes, destination: bytes) -> str | None:
        chain = world(spec_version, subnets=(1, 2))
        chain.ok(GrantStake(HOT, NOMINATOR, 1, 8 * TAO))
        return outcome(chain, MoveStake(hotkey, destination, 1, 2, 8 * TAO), coldkey)

    def of_others(spec_version: int) -> str | None:
        return moves(spec_version, HOT, NOMINATOR, OTHER)

    def to_nobody(spec_version: int) -> str | None:
        return moves(spec_version, HOT, COLD, NEW)

    assert shown(of_others, 233, 234, 238) == ["NonAssociatedColdKey", "NonAssociatedColdKey", None]
    assert shown(to_nobody, 233, 239, 244) == [None, None, "HotKeyAccountNotExists"]


def test_stake_that_stays_where_it_is() -> None:
    def stays(spec_version: int) -> str | None:
        return outcome(world(spec_version), MoveStake(HOT, HOT, 1, 1, 8 * TAO), COLD)

    assert shown(stays, 265, 273) == [None, "SameNetuid"]


def test_how_much_moves_within_a_limit() -> None:
    """To a whole alpha of an equal pool, 0.999 lets 2.002… alpha through: (4000 / 0.999 - 4000) / 2."""

    def left(spec_version: int) -> int:
        chain = world(spec_version, subnets=(1, 2))
        chain.ok(SwapStakeLimit(HOT, 1, 2, 8 * TAO, 999_000_000, True), COLD)
        return stake(chain, HOT, COLD)

    within_limit = 2_002_002_002
    assert shown(left, 247, 252) == [0, 8 * TAO - within_limit]


def test_who_becomes_a_delegate() -> None:
    def is_delegate(spec_version: int) -> tuple[bool, bool]:
        chain = world(spec_version, subnets=(1, 2))
        staked = chain.submit(AddStakeLimit(OTHER, 1, TAO, 10 * TAO, False), NOMINATOR)
        moved = chain.submit(MoveStake(HOT, HOT, 1, 2, 8 * TAO), COLD)
        assert staked.error is None
        assert moved.error is None
        return OTHER in chain.storage.delegates, HOT in chain.storage.delegates

    assert shown(is_delegate, 239, 244) == [(False, False), (True, False)]


# --------------------------------------------------------------------------------------------------- staking, unstaking


def test_a_limit_that_lets_nothing_through() -> None:
    def staked(spec_version: int) -> str | int | None:
        chain = world(spec_version)
        refusal = outcome(chain, AddStakeLimit(HOT, 1, TAO, 1, True), COLD)
        return refusal or chain.storage.balances[COLD]

    assert shown(staked, 265, 273) == [100 * TAO, "ZeroMaxStakeAmount"]


def test_where_a_token_must_be_enabled() -> None:
    def refusals(spec_version: int) -> list[str | None]:
        chain = world(spec_version)
        if "SubtokenEnabled" in chain.storage.layout.items:
            chain.storage.subtoken_enabled[1] = False
        calls = (AddStake(HOT, 1, TAO), AddStakeLimit(HOT, 1, TAO, 10 * TAO, False))
        return [outcome(chain, call, COLD) for call in calls]

    assert shown(refusals, 265, 273, 274) == [[None, None], ["SubtokenDisabled", None], ["SubtokenDisabled"] * 2]


def test_where_everything_is_unstaked() -> None:
    def left(spec_version: int) -> int:
        chain = world(spec_version)
        chain.ok(GrantStake(OTHER, COLD, 1, 1_000_000))
        chain.ok(UnstakeAll(OTHER), COLD)
        return stake(chain, OTHER, COLD)

    assert shown(left, 258, 261) == [0, 1_000_000]


def test_what_staking_notes() -> None:
    chain = world(234)
    chain.ok(AddStake(OTHER, 1, TAO), NOMINATOR)
    assert chain.storage.staking_hotkeys[NOMINATOR] == (OTHER,)
    chain = world(238)
    chain.ok(AddStake(OTHER, 1, TAO), NOMINATOR)
    assert chain.storage.last_coldkey_hotkey_stake_block[NOMINATOR, OTHER] == chain.block


# ------------------------------------------------------------------------------------------------------ takes, children


def test_how_often_takes_change() -> None:
    def second(spec_version: int) -> tuple[str | None, str | None]:
        chain = world(spec_version)
        chain.give_uid(NEW, COLD)
        chain.storage.max_delegate_take.value, chain.storage.min_delegate_take.value = 10_000, 100
        chain.storage.tx_delegate_take_rate_limit.value = 1_000
        for hotkey in (HOT, NEW):
            chain.storage.delegates[hotkey] = 1_000
        chain.ok(DecreaseTake(HOT, 500), COLD)
        lowered = outcome(chain, IncreaseTake(HOT, 2_000), COLD)
        return lowered, outcome(chain, IncreaseTake(NEW, 2_000), COLD)

    too_soon = "DelegateTxRateLimitExceeded"
    assert shown(second, 239, 244) == [(None, too_soon), (too_soon, None)]


def test_how_long_children_wait() -> None:
    def waits(spec_version: int) -> int:
        chain = world(spec_version)
        chain.storage.stake_threshold.value = 0
        chain.ok(SetChildren(HOT, 1, ((PART, OTHER),)), COLD)
        _, cooldown_block = chain.storage.pending_child_keys[1, HOT]
        return cooldown_block - chain.block

    assert shown(waits, 233, 244, 245, 276) == [1, 1, 7_200, 7_200]


def test_whether_a_subnets_own_hotkey_needs_stake_for_children() -> None:
    def refusal(spec_version: int) -> str | None:
        chain = world(spec_version)
        chain.storage.stake_threshold.value = TAO
        return outcome(chain, SetChildren(OTHER, 1, ((PART, HOT),)), OWNER)

    assert shown(refusal, 239, 244) == ["NotEnoughStakeToSetChildkeys", None]


def test_how_often_childkey_takes_are_lowered() -> None:
    def refusal(spec_version: int) -> str | None:
        chain = world(spec_version)
        chain.storage.max_childkey_take.value, chain.storage.tx_childkey_take_rate_limit.value = 10_000, 1_000
        chain.ok(SetChildkeyTake(HOT, 1, 5_000), COLD)
        return outcome(chain, SetChildkeyTake(HOT, 1, 4_000), COLD)

    assert shown(refusal, 265, 273) == ["TxChildkeyTakeRateLimitExceeded", None]


# ------------------------------------------------------------------------------------------------------ hyperparameters


@pytest.mark.parametrize(
    ("name", "owners_until"),
    [
        ("difficulty", 238),
        ("min_difficulty", 238),
        ("weights_set_rate_limit", 247),
        ("max_burn", 273),
        ("max_difficulty", None),
        ("adjustment_alpha", None),
        ("kappa", None),
        ("tempo", 233),
    ],
)
def test_what_owners_set(name: str, owners_until: int | None) -> None:
    for rules in DTAO_RUNTIMES:
        chain = world(rules.spec_version)
        refused = owners_until is not None and rules.spec_version >= owners_until
        assert (outcome(chain, SudoSet(name, 1, 20_000), OWNER) == "BadOrigin") == refused, rules.spec_version
        assert outcome(chain, SudoSet(name, 1, 20_000), COLD) == "BadOrigin"
        assert outcome(chain, SudoSet(name, 1, 20_000), None) is None


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("subnet_moving_alpha", 244),
        ("ema_price_halving_period", 252),
        ("alpha_sigmoid_steepness", 273),
        ("subtoken_enabled", 273),
        ("yuma3_enabled", 273),
        ("bonds_penalty", 233),
        ("toggle_transfer", 233),
        ("stake_threshold", 233),
    ],
)
def test_since_when_a_hyperparameter_is_set(name: str, since: int) -> None:
    assert min(rules.spec_version for rules in DTAO_RUNTIMES if name in rules.parameter_steps) == since


def test_what_values_owners_may_set() -> None:
    def cutoff(spec_version: int) -> str | None:
        return outcome(world(spec_version), SudoSet("activity_cutoff", 1, 1), OWNER)

    def bonds(spec_version: int) -> str | None:
        return outcome(world(spec_version), SudoSet("bonds_moving_average", 1, 975_001), OWNER)

    def versions(spec_version: int) -> str | None:
        chain = world(spec_version)
        chain.ok(SudoSet("weights_version_key", 1, 7), OWNER)
        return outcome(chain, SudoSet("weights_version_key", 1, 8), OWNER)

    assert shown(cutoff, 246, 247) == [None, "ActivityCutoffTooLow"]
    assert shown(bonds, 265, 273) == [None, "AdminUtils.BondsMovingAverageMaxReached"]
    assert shown(versions, 247, 252) == [None, "TxRateLimitExceeded"]


def test_limits_that_count_for_nothing_since_252() -> None:
    chain = world(247)
    chain.ok(SudoSet("max_subnets", 0, 5))
    chain.ok(SudoSetNetworkMaxStake(1, 7))
    assert (chain.storage.subnet_limit.value, chain.storage.map("NetworkMaxStake")[1]) == (5, 7)
    chain = world(252)
    chain.ok(SudoSet("max_subnets", 0, 5))
    chain.ok(SudoSetNetworkMaxStake(1, 7))


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
