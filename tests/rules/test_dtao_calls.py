"""What calls pass and bring from 233 to 276: what each number changed, right before it and from it on; worked out by hand."""

import pytest

from neuron_ledger.events.associations import TryAssociateHotkey
from neuron_ledger.events.calls import (
    AddStake,
    DecreaseTake,
    GrantStake,
    IncreaseTake,
    SetChildkeyTake,
    SetChildren,
    StartCall,
    SudoSet,
)
from neuron_ledger.events.commitments import SetMaxSpace
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake, SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey
from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    SwapStakeLimit,
    UnstakeAll,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.runtimes.dtao import DTAO_RUNTIMES
from neuron_ledger.ledger.runtimes.early import EARLY_RUNTIMES
from tests.chain_fixture import TAO
from tests.rules.dtao_world import COLD, FEE, HOT, NEW, NOMINATOR, OTHER, OWNER, PART, outcome, shown, stake, world

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
