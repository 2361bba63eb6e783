"""The chain's call for every hyperparameter: who may make it, whether the subnet must exist, and what it checks besides."""

import pytest

from neuron_ledger.events.calls import AddStake, SudoSet
from neuron_ledger.events.staking import StakeRemoved
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.ledger.rules.hyperparameters.tables import STEPS
from tests.chain_fixture import TAO, Chain, account, chain_events

OWNER, STRANGER = account("owner"), account("stranger")

# name, who may set it, of which subnet (one that exists, any) or of the whole chain, a value that passes.
CALLS = """
network_registration_allowed        owner  any     0
network_pow_registration_allowed    owner  any     0
max_registrations_per_block         root   subnet  7
target_registrations_per_interval   root   subnet  7
adjustment_interval                 root   subnet  7
adjustment_alpha                    owner  subnet  7
min_burn                            root   subnet  7
max_burn                            root   subnet  7
difficulty                          root   subnet  7
min_difficulty                      root   subnet  7
max_difficulty                      owner  subnet  7
rao_recycled                        root   subnet  7
max_allowed_uids                    root   subnet  7
immunity_period                     owner  subnet  7
serving_rate_limit                  owner  any     7
min_allowed_weights                 owner  subnet  7
max_weight_limit                    owner  subnet  7
weights_version_key                 owner  subnet  7
weights_set_rate_limit              root   subnet  7
commit_reveal_weights_enabled       owner  subnet  1
reveal_period                       owner  subnet  7
stake_threshold                     root   chain   7
tempo                               root   subnet  7
activity_cutoff                     owner  subnet  360
max_allowed_validators              root   subnet  7
kappa                               owner  subnet  7
rho                                 owner  subnet  7
bonds_moving_average                owner  subnet  7
bonds_penalty                       owner  subnet  7
liquid_alpha_enabled                owner  any     1
alpha_sigmoid_steepness             root   any     7
yuma3_enabled                       owner  any     1
subtoken_enabled                    root   any     1
toggle_transfer                     owner  any     0
ema_price_halving_period            root   any     7
subnet_moving_alpha                 root   chain   7
total_issuance                      root   chain   7
nominator_min_required_stake        root   chain   7
subnet_owner_cut                    root   chain   7
max_delegate_take                   root   chain   7
min_delegate_take                   root   chain   7
tx_delegate_take_rate_limit         root   chain   7
max_childkey_take                   root   chain   7
min_childkey_take                   root   chain   7
tx_childkey_take_rate_limit         root   chain   7
pending_childkey_cooldown           root   chain   7
tx_rate_limit                       root   chain   7
network_rate_limit                  root   chain   7
network_immunity_period             root   chain   7
network_min_lock                    root   chain   7
lock_reduction_interval             root   chain   7
coldkey_swap_schedule_duration      root   chain   7
dissolve_network_schedule_duration  root   chain   7
"""
LINES = [(name, who, where, int(value)) for name, who, where, value in (line.split() for line in CALLS.split("\n") if line)]


@pytest.fixture
def chain() -> Chain:
    chain = Chain()
    chain.storage.subnet_owner[1] = OWNER
    return chain


def test_every_call_has_a_line() -> None:
    assert sorted(name for name, *_ in LINES) == sorted({*STEPS} - {"max_subnets"})


def test_an_owner_may_set_nineteen() -> None:
    assert sum(who == "owner" for _, who, _, _ in LINES) == 19


@pytest.mark.parametrize(("name", "who", "where", "value"), LINES)
def test_who_may_set_it_and_where(chain: Chain, name: str, who: str, where: str, value: int) -> None:
    call = SudoSet(name, 1, value)
    assert HyperparameterSet(name=name, netuid=1, value=value) in chain.ok(call)
    assert chain.refused(call, STRANGER).name == "BadOrigin"
    if who == "owner":
        assert HyperparameterSet(name=name, netuid=1, value=value) in chain.ok(call, OWNER)
    else:
        assert chain.refused(call, OWNER).name == "BadOrigin"
    elsewhere = SudoSet(name, 9, value)
    if where == "subnet":
        error = chain.refused(elsewhere)
        assert (error.name, error.values) == ("AdminUtils.SubnetDoesNotExist", {"netuid": 9})
    else:
        chain.ok(elsewhere)


def test_the_owner_of_one_subnet_is_a_stranger_to_another(chain: Chain) -> None:
    error = chain.refused(SudoSet("kappa", 0, 1), OWNER)
    assert (error.name, error.values["signer"]) == ("BadOrigin", OWNER)


# --------------------------------------------------------------------------------------------------- what they check


@pytest.mark.parametrize("signer", [None, OWNER])
def test_least_activity_cutoff(chain: Chain, signer: bytes | None) -> None:
    chain.storage.min_activity_cutoff.value = 100
    chain.ok(SudoSet("activity_cutoff", 1, 100), signer)
    error = chain.refused(SudoSet("activity_cutoff", 1, 99), signer)
    assert (error.name, error.values) == ("ActivityCutoffTooLow", {"activity_cutoff": 99, "needed": 100})


def test_root_may_set_the_moving_average_of_bonds_as_high_as_it_likes(chain: Chain) -> None:
    chain.ok(SudoSet("bonds_moving_average", 1, 975_000), OWNER)
    assert chain.refused(SudoSet("bonds_moving_average", 1, 975_001), OWNER).name == "AdminUtils.BondsMovingAverageMaxReached"
    chain.ok(SudoSet("bonds_moving_average", 1, 975_001))


def test_uids_leave_room_for_one_more(chain: Chain) -> None:
    chain.seat("a", "b", "c")
    assert chain.refused(SudoSet("max_allowed_uids", 1, 3)).values == {"max_allowed_uids": 3, "needed": 4}
    chain.ok(SudoSet("max_allowed_uids", 1, 4))


def test_no_more_validators_than_uids(chain: Chain) -> None:
    chain.set("max_allowed_uids", 10)
    chain.ok(SudoSet("max_allowed_validators", 1, 10))
    error = chain.refused(SudoSet("max_allowed_validators", 1, 11))
    assert (error.name, error.values) == ("AdminUtils.MaxValidatorsLargerThanMaxUIds", {"max_allowed_validators": 11, "most": 10})


def test_an_owner_sets_the_version_key_once_in_some_tempos(chain: Chain) -> None:
    chain.set("tempo", 9)
    begin = chain.block
    call = SudoSet("weights_version_key", 1, 7)
    chain.ok(call, OWNER)
    assert chain.storage.transaction_key_last_block[OWNER, 1, 4] == begin
    chain.storage.block_number.value = begin + 44
    error = chain.refused(call, OWNER)
    assert (error.name, error.values["allowed_from"]) == ("TxRateLimitExceeded", begin + 45)
    chain.ok(call)
    assert chain.storage.transaction_key_last_block[OWNER, 1, 4] == begin, "what root sets is not counted"
    chain.storage.block_number.value = begin + 45
    chain.ok(call, OWNER)


# ------------------------------------------------------------------------------------------------ what they do besides


def test_the_admin_pallet_tells_of_yuma3(chain: Chain) -> None:
    events = chain.ok(SudoSet("yuma3_enabled", 1, 1), OWNER)
    assert chain_events(events) == [("Yuma3EnableToggled", ("netuid", 1), ("enabled", True))]
    assert chain.storage.yuma3_on[1] is True


def test_nominations_that_are_now_too_small_are_given_back() -> None:
    chain = Chain(block=8_000_000)
    (hotkey,) = chain.seat("hotkey")
    own = account("hotkey-cold")
    chain.set("subtoken_enabled", 1)
    nominators = sorted(account(f"nominator {number}") for number in range(4))
    for number, coldkey in enumerate((*nominators, own)):
        chain.fund(coldkey, 100 * TAO)
        chain.ok(AddStake(hotkey, 1, (number % 2 + 1) * TAO), coldkey)
    small = {key for key in chain.storage.alpha if key[1] in nominators[::2]}
    events = chain.ok(SudoSet("nominator_min_required_stake", 0, 3 * TAO // 2))
    assert {event.coldkey for event in events if isinstance(event, StakeRemoved)} == set(nominators[::2])
    assert small
    assert not small & set(chain.storage.alpha)
    assert (hotkey, own, 1) in chain.storage.alpha
    again = chain.ok(SudoSet("nominator_min_required_stake", 0, 3 * TAO // 2))
    assert len(again) == 1, "only a higher minimum is looked at"
    lower = chain.ok(SudoSet("nominator_min_required_stake", 0, TAO))
    assert len(lower) == 1
