"""The chain's calls for hyperparameters at 424: who may make them, how often, when, of which subnet, and in which bounds."""

from typing import Any

import pytest

from neuron_ledger.events.calls import SudoSet, SudoSetAlphaValues
from neuron_ledger.events.entries.codec import PayloadError, decode, encode
from neuron_ledger.events.parameters import (
    DisableVotingPowerTracking,
    EnableVotingPowerTracking,
    RecycleOrBurnSet,
    SetTempo,
    SudoSetMechanismEmissionSplit,
    SudoSetRecycleOrBurn,
    SudoSetSnOwnerHotkey,
    SudoSetSubnetOwnerHotkey,
    SudoTrimToMaxAllowedUids,
    TriggerEpoch,
)
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.hyperparameters.owner_limits import parameter_key
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import Chain, account, chain_events

RULES = TIMELINE.runtime(424)
OWNER, STRANGER = account("owner"), account("stranger")
BLOCK = 1000

# name, who may set it, whom the freeze before an epoch stops, whether the subnet must exist, what limits owners, a value.
LINES = """
serving_rate_limit                  owner  all    any     ServingRateLimit           7
max_difficulty                      owner  all    subnet  MaxDifficulty              7
adjustment_alpha                    owner  all    subnet  AdjustmentAlpha            7
immunity_period                     owner  all    subnet  ImmunityPeriod             7
min_allowed_weights                 owner  all    subnet  MinAllowedWeights          7
rho                                 owner  all    subnet  Rho                        7
activity_cutoff                     owner  all    subnet  ActivityCutoff             360
min_burn                            owner  all    subnet  MinBurn                    7
max_burn                            owner  all    subnet  MaxBurn                    100000001
bonds_moving_average                owner  all    subnet  BondsMovingAverage         7
bonds_penalty                       owner  all    subnet  BondsPenalty               7
commit_reveal_weights_enabled       owner  all    subnet  CommitRevealEnabled        1
liquid_alpha_enabled                owner  all    any     LiquidAlphaEnabled         1
reveal_period                       owner  all    subnet  WeightCommitInterval       7
toggle_transfer                     owner  all    any     TransferEnabled            1
alpha_sigmoid_steepness             owner  all    subnet  AlphaSigmoidSteepness      7
yuma3_enabled                       owner  all    any     Yuma3Enabled               1
bonds_reset                         owner  all    any     BondsResetEnabled          1
owner_immune_neuron_limit           owner  all    any     ImmuneNeuronLimit          7
max_allowed_uids                    owner  all    subnet  MaxAllowedUids             64
burn_half_life                      owner  all    subnet  BurnHalfLife               7
burn_increase_mult                  owner  all    subnet  BurnIncreaseMult           18446744073709551616
min_childkey_take_per_subnet        owner  all    subnet  MinChildkeyTake            7
activity_cutoff_factor_milli        owner  owner  any     ActivityCutoffFactorMilli  1000
owner_cut_enabled                   owner  all    subnet  -                          1
owner_cut_auto_lock_enabled         owner  all    subnet  -                          1
min_difficulty                      root   all    subnet  -                          7
target_registrations_per_interval   root   all    subnet  -                          7
difficulty                          root   all    subnet  -                          7
max_registrations_per_block         root   all    subnet  -                          7
tempo                               root   all    subnet  -                          7
max_allowed_validators              root   all    subnet  -                          7
min_allowed_uids                    root   all    subnet  -                          1
subtoken_enabled                    root   all    any     -                          1
adjustment_interval                 root   never  subnet  -                          7
kappa                               root   never  subnet  -                          7
rao_recycled                        root   never  subnet  -                          7
weights_set_rate_limit              root   never  subnet  -                          7
subnet_emission_enabled             root   never  subnet  -                          1
network_registration_allowed        root   never  any     -                          1
ema_price_halving_period            root   never  any     -                          7
min_non_immune_uids                 root   never  any     -                          7
voting_power_ema_alpha              root   never  any     -                          7
stake_threshold                     root   never  any     -                          7
subnet_moving_alpha                 root   never  any     -                          7
nominator_min_required_stake        root   never  any     -                          0
subnet_owner_cut                    root   never  any     -                          7
max_delegate_take                   root   never  any     -                          7
min_delegate_take                   root   never  any     -                          7
tx_delegate_take_rate_limit         root   never  any     -                          7
max_childkey_take                   root   never  any     -                          7
min_childkey_take                   root   never  any     -                          7
tx_childkey_take_rate_limit         root   never  any     -                          7
pending_childkey_cooldown           root   never  any     -                          7
tx_rate_limit                       root   never  any     -                          7
network_rate_limit                  root   never  any     -                          7
network_immunity_period             root   never  any     -                          7
network_min_lock                    root   never  any     -                          7
lock_reduction_interval             root   never  any     -                          7
dissolve_network_schedule_duration  root   never  any     -                          7
ck_burn                             root   never  any     -                          7
commit_reveal_version               root   never  any     -                          7
max_subnets                         root   never  any     -                          7
admin_freeze_window                 root   never  any     -                          7
owner_hparam_rate_limit             root   never  any     -                          7
tao_flow_cutoff                     root   never  any     -                          7
tao_flow_smoothing_factor           root   never  any     -                          7
tao_flow_normalization_exponent     root   never  any     -                          18446744073709551616
net_tao_flow_enabled                root   never  any     -                          1
max_mechanism_count                 root   never  any     -                          7
start_call_delay                    root   never  any     -                          7
coldkey_swap_announcement_delay     root   never  any     -                          7
coldkey_swap_reannouncement_delay   root   never  any     -                          7
max_epochs_per_block                root   never  any     -                          1
"""
CASES: list[tuple[Any, ...]] = [(*line.split()[:5], int(line.split()[5])) for line in LINES.split("\n") if line]
BY_THEMSELVES = {"weights_version_key", "mechanism_count", "network_pow_registration_allowed", "total_issuance"}
"""Those whose limits are of another kind, and those that are always refused: below."""

FROZEN = "AdminActionProhibitedDuringWeightsWindow"


@pytest.fixture
def chain() -> Chain:
    """Subnet 1, of an owner, with two neurons; its next epoch is 100 blocks away."""
    chain = Chain(rules=RULES, block=BLOCK)
    chain.seat("a", "b")
    storage = chain.storage
    storage.subnet_owner[1] = OWNER
    storage.tempo[1] = 100
    for netuid in (0, 1, 9):
        storage.last_epoch_block[netuid] = BLOCK
    storage.owner_hyperparam_rate_limit.value = 2
    storage.max_childkey_take.value, storage.min_allowed_uids[1] = 11_796, 1
    storage.max_allowed_uids[1] = 128
    return chain


def test_every_call_has_a_line() -> None:
    assert sorted([name for name, *_ in CASES] + list(BY_THEMSELVES)) == sorted(RULES.parameter_steps)


@pytest.mark.parametrize(("name", "who", "frozen", "where", "limit", "value"), CASES)
def test_who_when_and_where(chain: Chain, name: str, who: str, frozen: str, where: str, limit: str, value: int) -> None:
    call, done = SudoSet(name, 1, value), HyperparameterSet(name=name, netuid=1, value=value)
    assert done in chain.ok(call)
    assert chain.refused(call, STRANGER).name == "BadOrigin"
    if where == "subnet":
        assert chain.refused(SudoSet(name, 9, value)).name == "AdminUtils.SubnetDoesNotExist"
    if who == "owner":
        _owners(chain, call, done, limit)
    else:
        assert chain.refused(call, OWNER).name == "BadOrigin"
    chain.storage.pending_epoch_at[1] = chain.block + 1
    if frozen == "all":
        assert chain.refused(call).name == FROZEN
    else:
        assert done in chain.ok(call)


def _owners(chain: Chain, call: SudoSet, done: HyperparameterSet, limit: str) -> None:
    """The owner may make the call, and where there is a limit not a second time."""
    assert done in chain.ok(call, OWNER)
    if limit == "-":
        assert done in chain.ok(call, OWNER)
        return
    assert chain.storage.last_rate_limited_block[parameter_key(limit, 1)] == BLOCK
    allowed_from = BLOCK + 2 * chain.storage.tempo[1]
    error = chain.refused(call, OWNER)
    assert (error.name, error.values) == ("TxRateLimitExceeded", {"signer": OWNER, "netuid": 1, "allowed_from": allowed_from})
    assert done in chain.ok(call)
    chain.storage.last_epoch_block[1] = chain.storage.block_number.value = allowed_from
    assert done in chain.ok(call, OWNER)
    chain.storage.pending_epoch_at[1] = allowed_from + 1
    chain.storage.last_rate_limited_block.remove(parameter_key(limit, 1))
    assert chain.refused(call, OWNER).name == FROZEN


ONE = 1 << 64


@pytest.mark.parametrize(
    ("name", "netuid", "value", "signer", "error", "values"),
    [
        ("min_burn", 1, 10**9, None, "AdminUtils.ValueNotInBounds", {"value": 10**9, "highest": 10**9 - 1}),
        ("max_burn", 1, 10**8, None, "AdminUtils.ValueNotInBounds", {"value": 10**8, "lowest": 10**8 + 1}),
        ("bonds_moving_average", 1, 975_001, OWNER, "AdminUtils.BondsMovingAverageMaxReached", {"most": 975_000}),
        ("bonds_moving_average", 1, 975_001, None, None, {}),
        ("activity_cutoff", 1, 359, OWNER, "ActivityCutoffTooLow", {"needed": 360}),
        ("alpha_sigmoid_steepness", 1, -1, OWNER, "AdminUtils.NegativeSigmoidSteepness", {"steepness": -1}),
        ("alpha_sigmoid_steepness", 1, -1, None, None, {}),
        ("reveal_period", 1, 0, OWNER, "RevealPeriodTooSmall", {"needed": 1}),
        ("owner_immune_neuron_limit", 1, 11, OWNER, "InvalidValue", {"highest": 10}),
        ("max_allowed_uids", 1, 0, OWNER, "AdminUtils.MaxAllowedUidsLessThanMinAllowedUids", {"needed": 1}),
        ("max_allowed_uids", 1, 1, OWNER, "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds", {"needed": 2}),
        ("max_allowed_uids", 1, 257, OWNER, "AdminUtils.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids", {"most": 256}),
        ("max_allowed_validators", 1, 129, None, "AdminUtils.MaxValidatorsLargerThanMaxUIds", {"most": 128}),
        ("min_allowed_uids", 1, 128, None, "AdminUtils.MinAllowedUidsGreaterThanMaxAllowedUids", {"most": 127}),
        ("min_allowed_uids", 1, 2, None, "AdminUtils.MinAllowedUidsGreaterThanCurrentUids", {"most": 1}),
        ("burn_half_life", 0, 1, None, "AdminUtils.NotPermittedOnRootSubnet", {"netuid": 0}),
        ("burn_half_life", 1, 0, OWNER, "AdminUtils.InvalidValue", {"lowest": 1}),
        ("burn_half_life", 1, 36_101, OWNER, "AdminUtils.InvalidValue", {"highest": 36_100}),
        ("burn_increase_mult", 1, ONE - 1, OWNER, "AdminUtils.InvalidValue", {"lowest": ONE}),
        ("burn_increase_mult", 1, 3 * ONE + 1, OWNER, "AdminUtils.InvalidValue", {"highest": 3 * ONE}),
        ("burn_increase_mult", 1, 3 * ONE, OWNER, None, {}),
        ("min_childkey_take_per_subnet", 1, 11_797, OWNER, "AdminUtils.InvalidValue", {"highest": 11_796}),
        ("activity_cutoff_factor_milli", 1, 999, None, "ActivityCutoffFactorMilliOutOfBounds", {"lowest": 1000}),
        ("activity_cutoff_factor_milli", 1, 50_001, None, "ActivityCutoffFactorMilliOutOfBounds", {"highest": 50_000}),
        ("owner_cut_enabled", 0, 1, None, "AdminUtils.NotPermittedOnRootSubnet", {"netuid": 0}),
        ("owner_cut_auto_lock_enabled", 0, 1, None, "AdminUtils.NotPermittedOnRootSubnet", {"netuid": 0}),
        ("subnet_emission_enabled", 0, 1, None, "AdminUtils.NotPermittedOnRootSubnet", {"netuid": 0}),
        ("voting_power_ema_alpha", 1, 10**18 + 1, None, "InvalidVotingPowerEmaAlpha", {"most": 10**18}),
        ("tao_flow_normalization_exponent", 0, 2 * ONE + 1, None, "AdminUtils.InvalidValue", {"highest": 2 * ONE}),
        ("max_mechanism_count", 0, 0, None, "InvalidValue", {"lowest": 1}),
        ("max_mechanism_count", 0, 17, None, "InvalidValue", {"highest": 16}),
        ("max_epochs_per_block", 0, 0, None, "AdminUtils.ValueNotInBounds", {"lowest": 1}),
        ("network_pow_registration_allowed", 1, 1, STRANGER, "AdminUtils.POWRegistrationDisabled", {"netuid": 1}),
        ("total_issuance", 0, 1, STRANGER, "AdminUtils.Deprecated", {"parameter": "total_issuance"}),
    ],
)
def test_bounds(
    chain: Chain, name: str, netuid: int, value: int, signer: bytes | None, error: str | None, values: dict[str, Any]
) -> None:
    decision = chain.submit(SudoSet(name, netuid, value), signer)
    if error is None:
        assert decision.error is None
    else:
        assert decision.error is not None
        assert decision.error.name == error
        assert values.items() <= decision.error.values.items()


def test_uids_of_all_mechanisms_are_counted(chain: Chain) -> None:
    chain.storage.mechanism_count_current[1] = 2
    assert chain.refused(SudoSet("max_allowed_uids", 1, 129), OWNER).name == "TooManyUIDsPerMechanism"
    chain.ok(SudoSet("max_allowed_uids", 1, 128), OWNER)


def test_the_higher_of_two_bounds_counts(chain: Chain) -> None:
    chain.storage.max_burn[1], chain.storage.min_burn[1] = 500, 10**9
    assert chain.refused(SudoSet("min_burn", 1, 500)).values == {"value": 500, "highest": 499}
    assert chain.refused(SudoSet("max_burn", 1, 10**9)).values == {"value": 10**9, "lowest": 10**9 + 1}


@pytest.mark.parametrize(
    ("call", "kind", "blocks"),
    [
        (SudoSet("weights_version_key", 1, 7), 4, 500),
        (SudoSet("mechanism_count", 1, 2), 7, 7_200),
        (SudoSetMechanismEmissionSplit(1, None), 8, 7_200),
        (SudoTrimToMaxAllowedUids(1, 2), 9, 216_000),
        (SetTempo(1, 360), 11, 360),
    ],
)
def test_limits_of_their_own(chain: Chain, call: Any, kind: int, blocks: int) -> None:
    chain.storage.weights_version_key_rate_limit.value = 5
    chain.ok(call, OWNER)
    assert chain.storage.transaction_key_last_block[OWNER, 1, kind] == BLOCK
    assert chain.refused(call, OWNER).values["allowed_from"] == BLOCK + blocks
    chain.storage.pending_epoch_at[1] = BLOCK + 1
    chain.storage.transaction_key_last_block.remove((OWNER, 1, kind))
    assert chain.refused(call, OWNER).name == FROZEN


@pytest.mark.parametrize(("tempo", "accepted"), [(359, False), (360, True), (50_400, True), (50_401, False)])
def test_an_owner_sets_the_tempo_within_bounds(chain: Chain, tempo: int, accepted: bool) -> None:
    chain.storage.last_epoch_block[1] = BLOCK - 50
    if accepted:
        chain.ok(SetTempo(1, tempo), OWNER)
        assert (chain.storage.tempo[1], chain.storage.last_epoch_block[1]) == (tempo, BLOCK)
    else:
        assert chain.refused(SetTempo(1, tempo), OWNER).values == {"tempo": tempo, "lowest": 360, "highest": 50_400}
    assert chain.refused(SetTempo(1, 360)).name == "BadOrigin"


def test_the_freeze_begins_as_many_blocks_before_the_epoch_as_are_set(chain: Chain) -> None:
    call = SudoSet("rho", 1, 7)
    chain.storage.admin_freeze_window.value = 10
    chain.storage.block_number.value = BLOCK + 90
    chain.ok(call)
    chain.storage.block_number.value = BLOCK + 91
    assert chain.refused(call).values == {"netuid": 1, "window": 10}
    chain.storage.tempo[1] = 0
    chain.ok(call)


def test_an_epoch_is_triggered(chain: Chain) -> None:
    chain.storage.commit_reveal_weights_enabled[1] = False
    events = chain.ok(TriggerEpoch(1), OWNER)
    assert chain_events(events) == [("EpochTriggered", ("netuid", 1), ("by", OWNER), ("fires_at", BLOCK + 10))]
    assert chain.storage.pending_epoch_at[1] == BLOCK + 10
    assert chain.storage.last_rate_limited_block[parameter_key("TriggerEpoch", 1)] == BLOCK
    assert chain.refused(SudoSet("rho", 1, 7)).name == FROZEN


def test_an_epoch_that_cannot_be_triggered(chain: Chain) -> None:
    storage = chain.storage
    assert chain.refused(TriggerEpoch(1)).name == "BadOrigin"
    storage.commit_reveal_weights_enabled[1], storage.pending_epoch_at[1] = True, 7
    storage.last_epoch_block[1] = BLOCK - 91
    storage.last_rate_limited_block[parameter_key("TriggerEpoch", 1)] = BLOCK
    assert chain.refused(TriggerEpoch(1), OWNER).name == "DynamicTempoBlockedByCommitReveal"
    storage.commit_reveal_weights_enabled[1] = False
    assert chain.refused(TriggerEpoch(1), OWNER).values == {"netuid": 1, "pending_epoch_at": 7}
    storage.pending_epoch_at[1] = 0
    assert chain.refused(TriggerEpoch(1), OWNER).values == {"netuid": 1, "remaining": 9, "needed": 10}
    storage.last_epoch_block[1] = BLOCK - 90
    assert chain.refused(TriggerEpoch(1), OWNER).name == "TxRateLimitExceeded"


def test_voting_power_is_tracked_for_two_weeks_more(chain: Chain) -> None:
    storage = chain.storage
    assert chain.refused(DisableVotingPowerTracking(1), OWNER).name == "VotingPowerTrackingNotEnabled"
    assert chain.refused(EnableVotingPowerTracking(1), STRANGER).name == "BadOrigin"
    chain.ok(EnableVotingPowerTracking(1), OWNER)
    chain.ok(DisableVotingPowerTracking(1))
    assert (storage.voting_power_tracking_enabled[1], storage.voting_power_disable_at_block[1]) == (True, BLOCK + 100_800)
    chain.ok(EnableVotingPowerTracking(1))
    assert 1 not in storage.voting_power_disable_at_block


@pytest.mark.parametrize("make", [SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey])
def test_the_owners_hotkey(chain: Chain, make: Any) -> None:
    hotkey = account("another")
    assert chain.refused(make(1, hotkey), STRANGER).name == "BadOrigin"
    assert chain.refused(make(1, subnet_account(1)), OWNER).name == "CannotUseSystemAccount"
    assert chain_events(chain.ok(make(1, hotkey), OWNER)) == [("SubnetOwnerHotkeySet", 1, hotkey)]
    assert chain.storage.subnet_owner_hotkey[1] == hotkey
    assert chain.refused(make(1, hotkey)).values == {"netuid": 1, "allowed_from": BLOCK + 50_400}


def test_alpha_values_and_burning_or_recycling(chain: Chain) -> None:
    storage = chain.storage
    assert chain.refused(SudoSetAlphaValues(1, 0, 0)).name == "LiquidAlphaDisabled"
    storage.liquid_alpha_on[1] = True
    assert chain.refused(SudoSetAlphaValues(1, 1638, 1637)).values == {"alpha_high": 1637, "needed": 1638}
    for low in (1637, 1701):
        assert chain.refused(SudoSetAlphaValues(1, low, 1700)).values == {"alpha_low": low, "lowest": 1638, "highest": 1700}
    chain.ok(SudoSetAlphaValues(1, 1638, 1638))
    assert storage.alpha_values[1] == (1638, 1638)
    chain.ok(SudoSetRecycleOrBurn(1, "Recycle"), OWNER)
    assert storage.recycle_or_burn[1] == "Recycle"
    assert storage.last_rate_limited_block[parameter_key("RecycleOrBurn", 1)] == BLOCK


def test_no_other_word_for_burning_or_recycling() -> None:
    with pytest.raises(FieldError, match=r"recycle_or_burn: expected Burn or Recycle, got 'burn'"):
        SudoSetRecycleOrBurn(1, "burn")
    with pytest.raises(PayloadError, match="recycle_or_burn: expected Burn or Recycle"):
        decode(RecycleOrBurnSet.tag, encode(RecycleOrBurnSet(netuid=1, recycle_or_burn="Burn")).replace(b"Burn", b"burn"))


def test_what_the_admin_pallet_tells(chain: Chain) -> None:
    for name, value, event, argument in (
        ("yuma3_enabled", 1, "Yuma3EnableToggled", "enabled"),
        ("bonds_reset", 1, "BondsResetToggled", "enabled"),
        ("burn_half_life", 5, "BurnHalfLifeSet", "burn_half_life"),
        ("burn_increase_mult", 2 * ONE, "BurnIncreaseMultSet", "burn_increase_mult"),
        ("subnet_emission_enabled", 1, "SubnetEmissionEnabledSet", "enabled"),
    ):
        assert chain_events(chain.ok(SudoSet(name, 1, value)))[-1] == (event, ("netuid", 1), (argument, value))
