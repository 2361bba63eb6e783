"""Subnets, children, the senate and parameters from 195 to 219, as the calls of that time change them."""

import pytest

from neuron_ledger.events.associations import AdjustSenate, ScheduleDissolveNetwork
from neuron_ledger.events.calls import (
    AdvanceTo,
    BurnedRegister,
    DissolveNetwork,
    RootRegister,
    ServeAxonTls,
    SetChildkeyTake,
    SetChildren,
    SudoSet,
    SudoSetAlphaValues,
)
from neuron_ledger.events.early_calls import (
    DissolveOwnNetwork,
    RegisterNetworkAlone,
    RegisterNetworkAloneWithIdentity,
    SetSubnetIdentityOfThree,
)
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.replay.node.metadata.calls import ledger_call
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain
from tests.rules.test_noted_stake import ALL

COLD, OTHER, HOT, CHILD = map(account, ("cold", "other", "hot", "child"))
NAMES = (b"name", b"repository", b"contact")
FIRST_HUNDRED_TAO = 2000 * TAO


def at(spec_version: int) -> EarlyChain:
    chain = EarlyChain(spec_version, block=10_000)
    chain.pay(COLD, FIRST_HUNDRED_TAO)
    return chain


# ------------------------------------------------------------------------------------------------------------- subnets


@pytest.mark.parametrize("spec_version", ALL)
def test_a_subnet_is_registered_with_a_name(spec_version: int) -> None:
    chain = at(spec_version)
    chain.ok(RegisterNetworkAloneWithIdentity(NAMES), COLD)
    storage = chain.storage
    assert (storage.subnet_owner[2], storage.subnet_locked[2], storage.balances[COLD]) == (COLD, 1000 * TAO, 1000 * TAO)
    assert storage.map("SubnetIdentities")[2] == NAMES
    assert (storage.tempo[2], storage.min_burn[2], storage.network_registered_at[2]) == (360, 1, 10_000)


def test_a_name_that_is_too_long_undoes_all_of_it() -> None:
    chain = at(195)
    assert chain.refused(RegisterNetworkAloneWithIdentity((b"x" * 257, b"", b"")), COLD).name == "InvalidIdentity"
    with pytest.raises(FieldError, match="3 texts"):
        RegisterNetworkAloneWithIdentity((b"x",))


@pytest.mark.parametrize(("spec_version", "outcome"), [(212, "NetworkTxRateLimitExceeded"), (216, "ok")])
def test_since_216_the_first_subnet_waits_for_nothing(spec_version: int, outcome: str) -> None:
    chain = at(spec_version)
    chain.storage.network_rate_limit.value = 20_000
    if outcome == "ok":
        chain.ok(RegisterNetworkAlone(), COLD)
    else:
        assert chain.refused(RegisterNetworkAlone(), COLD).name == outcome
    chain.storage.network_last_registered.value = 1
    assert chain.refused(RegisterNetworkAlone(), COLD).name == "NetworkTxRateLimitExceeded"


def test_a_subnet_that_makes_room_loses_its_name() -> None:
    chain = at(195)
    chain.ok(RegisterNetworkAloneWithIdentity(NAMES), COLD)
    storage = chain.storage
    storage.network_immunity_period.value = storage.network_rate_limit.value = 0
    storage.subnet_limit.value, storage.network_min_lock_cost.value = 2, TAO
    storage.map("EmissionValues")[1] = 5
    storage.block_number.value = 50_000
    chain.pay(OTHER, 5000 * TAO)
    chain.ok(RegisterNetworkAlone(), OTHER)
    assert storage.subnet_owner[2] == OTHER
    assert 2 not in storage.map("SubnetIdentities")
    assert storage.balances[COLD] == FIRST_HUNDRED_TAO, "its lock is given back"


@pytest.mark.parametrize("spec_version", ALL)
def test_a_subnet_ends_by_roots_word_alone(spec_version: int) -> None:
    chain = at(spec_version)
    chain.ok(RegisterNetworkAloneWithIdentity(NAMES), COLD)
    with pytest.raises(CannotGoOn):
        chain.submit(DissolveOwnNetwork(2), COLD)
    assert chain.refused(DissolveNetwork(COLD, 2), COLD).name == "BadOrigin"
    assert chain.refused(DissolveNetwork(COLD, 9)).name == "SubNetworkDoesNotExist"
    assert chain.refused(DissolveNetwork(OTHER, 2)).name == "NotSubnetOwner"
    chain.ok(DissolveNetwork(COLD, 2))
    assert 2 not in chain.storage.networks_added
    assert 2 not in chain.storage.map("SubnetIdentities")
    assert chain.storage.balances[COLD] == FIRST_HUNDRED_TAO


@pytest.mark.parametrize("spec_version", [195, 219])
def test_an_owner_schedules_the_end_of_a_subnet(spec_version: int) -> None:
    chain = at(spec_version)
    chain.storage.network_rate_limit.value = 0
    chain.ok(RegisterNetworkAlone(), COLD)
    chain.storage.dissolve_network_schedule_duration.value = 2
    chain.ok(ScheduleDissolveNetwork(2), COLD)
    chain.ok(ScheduleDissolveNetwork(1), COLD)
    chain.ok(AdvanceTo(10_001))
    assert 2 in chain.storage.networks_added
    chain.ok(AdvanceTo(10_002))
    assert set(chain.storage.networks_added) == {0, 1}, "who does not own a subnet schedules nothing that comes"
    assert not chain.storage.scheduled_dissolutions
    chain.storage.dissolve_network_schedule_duration.value = 0
    assert chain.refused(ScheduleDissolveNetwork(1), COLD).name == "FailedToSchedule"


def test_the_chains_names_lead_to_the_calls_of_that_time() -> None:
    forms = at(219).rules.earlier_forms
    assert {name: form.__name__ for name, form in forms.items() if "network" in name or "identity" in name} == {
        "register_network": "RegisterNetworkAlone",
        "register_network_with_identity": "RegisterNetworkAloneWithIdentity",
        "set_identity": "SetIdentityOfSix",
        "set_subnet_identity": "SetSubnetIdentityOfThree",
    }
    assert forms["swap_coldkey"].__name__ == "SwapColdkeyAtSetCost"


def test_an_owner_names_a_subnet() -> None:
    chain = at(195)
    chain.storage.subnet_owner[1] = COLD
    assert chain.refused(SetSubnetIdentityOfThree(1, *NAMES), OTHER).name == "NotSubnetOwner"
    chain.ok(SetSubnetIdentityOfThree(1, *NAMES), COLD)
    assert chain.storage.map("SubnetIdentities")[1] == NAMES


# ------------------------------------------------------------------------------------------------------ uids and root


@pytest.mark.parametrize(
    ("scores", "registered", "immunity", "gone"),
    [
        ((5, 3, 3), (100, 300, 200), 0, 2),
        ((3, 3, 3), (9_990, 300, 9_991), 20, 1),
        ((65535, 1, 2), (100, 9_999, 9_998), 50, 0),
        ((4, 4, 2), (9_999, 9_998, 9_998), 50, 2),
        ((4, 4, 4), (9_999, 9_998, 9_998), 50, 1),
    ],
    ids=["the older of equals", "who is past immunity", "with the highest score even", "all immune", "all immune and equal"],
)
def test_who_is_given_up(scores: tuple[int, ...], registered: tuple[int, ...], immunity: int, gone: int) -> None:
    chain = at(195)
    hotkeys = [account(str(uid)) for uid in range(3)]
    for hotkey in hotkeys:
        chain.give_uid(hotkey, OTHER)
    storage = chain.storage
    storage.pruning_scores[1] = scores
    storage.immunity_period[1], storage.max_allowed_uids[1] = immunity, 3
    chain.put("BlockAtRegistration", {(1, uid): block for uid, block in enumerate(registered)})
    chain.ok(BurnedRegister(1, HOT), COLD)
    assert storage.uids[1, HOT] == gone
    assert storage.pruning_scores[1][gone] == 65535


@pytest.mark.parametrize("spec_version", [195, 219])
def test_joining_root_makes_a_senator_and_a_delegate(spec_version: int) -> None:
    chain = at(spec_version)
    chain.ok(RootRegister(HOT), COLD)
    assert (chain.storage.senate_members.value, chain.storage.delegates[HOT]) == ((HOT,), 11796)
    assert chain.refused(AdjustSenate(HOT), COLD).name == "HotKeyAlreadyRegisteredInSubNet"
    assert chain.refused(AdjustSenate(CHILD), COLD).name == "HotKeyNotRegisteredInSubNet"
    chain.storage.senate_members.value = ()
    chain.ok(AdjustSenate(HOT), OTHER)
    assert list(chain.storage.senate_members.value) == [HOT]


def test_certificates_come_with_endpoints_since_205() -> None:
    call = ServeAxonTls(1, 1, 0x01020304, 80, 4, 0, 0, 0, b"\x07" + b"k" * 64)
    with pytest.raises(CannotGoOn):
        at(203).submit(call, HOT)
    chain = at(205)
    chain.give_uid(HOT, COLD)
    chain.ok(call, HOT)
    assert chain.storage.neuron_certificates[1, HOT] == (7, b"k" * 64)


# ------------------------------------------------------------------------------------------------------------- children


def with_hotkey(spec_version: int) -> EarlyChain:
    chain = at(spec_version)
    chain.give_uid(HOT, COLD)
    return chain


@pytest.mark.parametrize(("spec_version", "wait"), [(195, 198), (203, 198), (211, 198), (212, 7200), (216, 150), (219, 150)])
def test_children_are_set_now_and_then(spec_version: int, wait: int) -> None:
    chain = with_hotkey(spec_version)
    call = SetChildren(HOT, 1, ((5, CHILD),))
    chain.ok(call, COLD)
    at_once = spec_version < 216
    assert ((HOT, 1) in chain.storage.child_keys) is at_once
    if not at_once:
        assert chain.storage.pending_child_keys[1, HOT] == (((5, CHILD),), 17_200)
    chain.storage.block_number.value += wait - 1
    assert chain.refused(call, COLD).name == "TxRateLimitExceeded"
    chain.storage.block_number.value += 1
    chain.ok(call, COLD)


@pytest.mark.parametrize(
    ("spec_version", "children", "outcome"),
    [
        (216, ((5, CHILD),), "NotEnoughStakeToSetChildkeys"),
        (216, (), "NotEnoughStakeToSetChildkeys"),
        (217, (), "NotEnoughStakeToSetChildkeys"),
        (218, ((5, CHILD),), "NotEnoughStakeToSetChildkeys"),
        (218, (), "ok"),
    ],
)
def test_scheduled_children_take_stake(spec_version: int, children: tuple[tuple[int, bytes], ...], outcome: str) -> None:
    chain = with_hotkey(spec_version)
    chain.storage.stake_threshold.value = 10
    chain.storage.total_hotkey_stake[HOT] = 9
    call = SetChildren(HOT, 1, children)
    if outcome == "ok":
        chain.ok(call, COLD)
    else:
        assert chain.refused(call, COLD).name == outcome
    chain.storage.total_hotkey_stake[HOT] = 10
    chain.storage.transaction_key_last_block[HOT, 1, 0] = 0
    chain.ok(call, COLD)


def test_a_childs_take_may_be_lowered_now_and_then_too() -> None:
    chain = with_hotkey(195)
    chain.ok(SetChildkeyTake(HOT, 1, 11_796), COLD)
    assert chain.refused(SetChildkeyTake(HOT, 1, 11_797), COLD).name == "InvalidChildkeyTake"
    assert chain.refused(SetChildkeyTake(HOT, 1, 0), COLD).name == "TxChildkeyTakeRateLimitExceeded"


# ----------------------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("spec_version", "name", "item", "by_owner"),
    [
        (195, "hotkey_emission_tempo", "HotkeyEmissionTempo", False),
        (195, "weights_min_stake", "WeightsMinStake", False),
        (195, "max_delegate_take", "MaxDelegateTake", False),
        (195, "liquid_alpha_enabled", "LiquidAlphaOn", True),
        (203, "reveal_period", "WeightCommitRevealInterval", True),
        (205, "reveal_period", "RevealPeriodEpochs", True),
        (216, "stake_threshold", "StakeThreshold", False),
    ],
)
def test_parameters_of_that_time(spec_version: int, name: str, item: str, *, by_owner: bool) -> None:
    chain = at(spec_version)
    chain.storage.subnet_owner[1] = COLD
    call = SudoSet(name, 1, 1)
    if not by_owner:
        assert chain.refused(call, COLD).name == "BadOrigin"
    chain.ok(call, COLD if by_owner else None)
    key = 1 if chain.storage.layout.items[item].keys else ()
    assert int(chain.storage.map(item)[key]) == 1


def test_parameters_that_came_and_went() -> None:
    for spec_version, name in ((216, "weights_min_stake"), (212, "stake_threshold")):
        with pytest.raises(CannotGoOn):
            at(spec_version).submit(SudoSet(name, 1, 1))


def test_the_most_stake_and_the_bounds_of_liquid_alpha() -> None:
    chain = at(195)
    chain.ok(SudoSetNetworkMaxStake(1, 99))
    assert chain.storage.network_max_stake[1] == 99
    chain.storage.subnet_owner[1] = COLD
    assert chain.refused(SudoSetAlphaValues(1, 1, 60_000), COLD).name == "LiquidAlphaDisabled"
    chain.storage.liquid_alpha_on[1] = True
    assert chain.refused(SudoSetAlphaValues(1, 1, 60_000)).name == "BadOrigin", "root is asked for a signature"
    assert chain.refused(SudoSetAlphaValues(1, 1, 52_427), COLD).name == "AlphaHighTooLow"
    assert chain.refused(SudoSetAlphaValues(1, 52_428, 60_000), COLD).name == "AlphaLowOutOfRange"
    chain.ok(SudoSetAlphaValues(1, 1, 52_428), COLD)


def test_the_chains_call_for_the_tempo_of_payments() -> None:
    assert ledger_call("sudo_set_hotkey_emission_tempo", {"emission_tempo": 8}) == SudoSet("hotkey_emission_tempo", 0, 8)
