"""Registration, weights and endpoints in the draft of alpha, 218 beside the main line; figures worked out by hand."""

import pytest

from neuron_ledger.events.calls import (
    AdvanceTo,
    BatchRevealWeights,
    BurnedRegister,
    CommitWeights,
    Register,
    RevealWeights,
    RootRegister,
    ServeAxonTls,
    ServePrometheus,
    SetWeights,
)
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, HOT, NEW, OTHER = map(account, ("cold", "hot", "new", "other"))


@pytest.fixture
def chain() -> EarlyChain:
    chain = EarlyChain(V218_DRAFT, subnets=(1, 2), block=1000)
    chain.pay(COLD, 10 * TAO)
    storage = chain.storage
    storage.subnet_mechanism[1] = 1
    storage.subnet_tao[1], storage.subnet_alpha_in[1] = 3 * TAO, 4000
    storage.total_issuance.value = 100 * TAO
    storage.immunity_period[1] = 10
    return chain


# ------------------------------------------------------------------------------------------------------- registration


def test_the_burn_goes_into_the_pool_and_its_alpha_is_nobodys(chain: EarlyChain) -> None:
    storage = chain.storage
    chain.ok(BurnedRegister(1, HOT), COLD)
    # 3 · 4000 / (3 + 1) = 3000 alpha stay.
    assert (storage.subnet_tao[1], storage.subnet_alpha_in[1], storage.subnet_alpha_out[1]) == (4 * TAO, 3000, 1000)
    assert (storage.total_stake.value, storage.total_issuance.value, storage.balances[COLD]) == (TAO, 100 * TAO, 9 * TAO)
    assert not dict(storage.total_hotkey_alpha)
    assert storage.rao_recycled_for_registration[1] == TAO
    counters = "BurnRegistrationsThisInterval", "RegistrationsThisInterval", "RegistrationsThisBlock"
    assert [dict(storage.map(name)) for name in counters] == [{1: 1}] * 3
    assert dict(storage.stake) == {(HOT, COLD): 0}
    assert (storage.owned_hotkeys[COLD], storage.staking_hotkeys[COLD]) == ((HOT,), (HOT,))
    assert (storage.uids[1, HOT], storage.last_update[1], storage.pruning_scores[1]) == (0, (1000,), (0,))
    assert 1 not in storage.stake_weight


def test_less_than_the_burn_is_paid_where_the_deposit_must_stay_and_all_is_booked(chain: EarlyChain) -> None:
    chain.pay(COLD, TAO)
    chain.ok(BurnedRegister(1, HOT), COLD)
    storage = chain.storage
    assert (storage.balances[COLD], storage.subnet_tao[1], storage.total_stake.value) == (500, 4 * TAO - 500, TAO - 500)
    assert storage.rao_recycled_for_registration[1] == TAO


def test_faults_of_a_burned_registration_in_the_chains_order(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.networks_added[3] = True
    storage.max_allowed_uids[2] = 0
    chain.give_uid(HOT, OTHER, 1)

    def name(netuid: int, hotkey: bytes = HOT, signer: bytes | None = COLD) -> str:
        return chain.refused(BurnedRegister(netuid, hotkey), signer).name

    assert name(1, signer=None) == "BadOrigin"
    assert name(0) == "RegistrationNotPermittedOnRootSubnet"
    assert name(9) == "SubNetworkDoesNotExist"
    assert name(3) == "SubNetRegistrationDisabled"
    storage.network_registration_allowed[3] = True
    storage.registrations_this_block[3], storage.registrations_this_interval[3] = 4, 12
    assert name(3) == "TooManyRegistrationsThisBlock"
    storage.registrations_this_block[3] = 3
    assert name(3) == "TooManyRegistrationsThisInterval"
    assert name(1) == "HotKeyAlreadyRegisteredInSubNet"
    chain.pay(COLD, TAO - 1)
    assert name(2) == "NotEnoughBalanceToStake"
    storage.burn[2] = 400
    chain.pay(COLD, 500)
    assert name(2) == "ZeroBalanceAfterWithdrawn"
    chain.pay(COLD, TAO)
    assert name(2) == "NonAssociatedColdKey"
    assert name(2, NEW) == "NoNeuronIdAvailable"


def test_terms_move_in_every_network_and_not_where_none_are_expected(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.burn[1], storage.min_burn[1], storage.max_burn[1] = 1000, 1, 10**9
    storage.registrations_this_interval[1], storage.burn_registrations_this_interval[1] = 300, 300
    storage.registrations_this_block[1] = 3
    storage.networks_added[3] = False  # an entry all the same
    chain.ok(AdvanceTo(1001))
    assert storage.burn[1] == 2000, "1000 · (300 + 100) / (2 · 100)"
    assert (storage.registrations_this_interval[1], storage.last_adjustment_block[1]) == (0, 1001)
    assert dict(storage.registrations_this_block) == dict.fromkeys((0, 1, 2, 3), 0)
    assert 3 in storage.last_adjustment_block
    storage.target_registrations_per_interval[1] = 0
    storage.last_adjustment_block[1] = 0
    with pytest.raises(CannotGoOn):
        chain.submit(AdvanceTo(1002))


def test_work_is_counted_by_itself_and_noted(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.difficulty[1] = 3
    nonce, work = create_work(chain.rules.block_hash(999, 1000), 0, HOT, 3)
    chain.ok(Register(1, 999, nonce, work, HOT, COLD), HOT)
    assert (storage.pow_registrations_this_interval[1], storage.burn_registrations_this_interval[1]) == (1, 0)
    assert dict(storage.used_work) == {work: 1000}
    assert (storage.subnet_tao[1], storage.balances[COLD]) == (3 * TAO, 10 * TAO)
    assert chain.refused(Register(1, 997, nonce, work, NEW, COLD), NEW).name == "InvalidWorkBlock"
    assert chain.refused(Register(1, 999, nonce, work, NEW, COLD), HOT).name == "TransactorAccountShouldBeHotKey"


@pytest.mark.parametrize(
    ("scores", "registered", "gone"),
    [
        ([5, 3, 3, 9], [20, 30, 20, 10], 2),  # of equal scores the one that registered first
        ([5, 3, 3, 9], [20, 20, 20, 10], 1),  # of those the lowest uid
        ([5, 3, 1, 9], [20, 20, 995, 10], 1),  # uid 2 is immune
        ([5, 3, 3, 9], [995, 996, 995, 999], 2),  # all are immune: the same among them
        ([65535, 3, 3, 9], [20, 995, 995, 999], 0),  # the highest score counts like any other
    ],
)
def test_whom_a_full_subnet_gives_up(chain: EarlyChain, scores: list[int], registered: list[int], gone: int) -> None:
    storage = chain.storage
    storage.max_allowed_uids[1] = len(scores)
    hotkeys = [account(f"hot {uid}") for uid in range(len(scores))]
    for uid, (hotkey, block) in enumerate(zip(hotkeys, registered, strict=True)):
        chain.give_uid(hotkey, OTHER)
        storage.block_at_registration[1, uid] = block
    storage.subnet_owner[1], storage.subnet_owner_hotkey[1] = OTHER, hotkeys[gone]
    storage.pruning_scores[1] = tuple(scores)
    axon, prometheus = (900, 1, 2, 3, 4, 4, 0, 0), (900, 1, 2, 3, 4)
    old = hotkeys[gone]
    storage.axons[1, old], storage.prometheus[1, old] = axon, prometheus
    storage.neuron_certificates[1, old] = storage.neuron_certificates[2, old] = (1, b"key")
    storage.total_hotkey_alpha[old, 1] = 77
    storage.active[1] = (False,) * len(scores)
    assert current_prune_queue(chain.rules, storage, 1)[0].uid == gone
    chain.ok(BurnedRegister(1, NEW), COLD)
    assert (storage.keys[1, gone], storage.uids[1, NEW], (1, old) in storage.uids) == (NEW, gone, False)
    assert (storage.pruning_scores[1][gone], storage.block_at_registration[1, gone]) == (65535, 1000)
    assert storage.active[1] == tuple(uid == gone for uid in range(len(scores)))
    assert storage.last_update[1][gone] == 1000, "as it was: the block in which all of them came"
    assert (storage.axons[1, old], storage.prometheus[1, old], storage.total_hotkey_alpha[old, 1]) == (axon, prometheus, 77)
    assert dict(storage.neuron_certificates) == {(2, old): (1, b"key")}
    assert ((old, 1) in storage.is_network_member, storage.is_network_member[NEW, 1]) == (False, True)


def test_root_takes_who_has_more_alpha_there_than_the_least(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.max_allowed_uids[0] = 2
    for name, alpha in (("a", 50), ("b", 40)):
        storage.total_hotkey_alpha[account(name), 0] = alpha
        chain.ok(RootRegister(account(name)), COLD)
    storage.total_hotkey_alpha[NEW, 0] = 40
    assert chain.refused(RootRegister(NEW), COLD).name == "StakeTooLowForRoot"
    storage.total_hotkey_alpha[NEW, 0] = 41
    chain.ok(RootRegister(NEW), COLD)
    assert (storage.keys[0, 1], storage.delegates[NEW], storage.pruning_scores[0]) == (NEW, 11796, (0, 0))
    assert set(storage.senate_members.value) == {account("a"), account("b"), NEW}
    assert (storage.registrations_this_block[0], storage.registrations_this_interval[0]) == (3, 3)


# ------------------------------------------------------------------------------------------------------------ weights


@pytest.fixture
def weighing(chain: EarlyChain) -> EarlyChain:
    """HOT of uid 0 has a permit, OTHER of uid 1 has none."""
    storage = chain.storage
    for hotkey in (HOT, OTHER):
        chain.give_uid(hotkey, COLD)
    storage.validator_permit[1] = (True, False)
    storage.min_allowed_weights[1] = 1
    storage.max_weights_limit[1] = 65535
    storage.tempo[1] = 9
    return chain


def test_weights_need_alpha_on_the_subnet_itself(weighing: EarlyChain) -> None:
    storage = weighing.storage
    storage.weights_min_stake.value = 5
    storage.total_hotkey_alpha[HOT, 1], storage.total_hotkey_alpha[HOT, 0] = 4, 1000
    storage.weights_version_key[1] = 7
    call = SetWeights(1, (0, 1), (10, 20), 6)
    assert weighing.refused(call, HOT).name == "NotEnoughStakeToSetWeights"
    storage.total_hotkey_alpha[HOT, 1] = 5
    assert weighing.refused(call, HOT).name == "IncorrectWeightVersionKey"
    assert weighing.refused(SetWeights(1, (0, 1), (10, 20), 7), HOT).name == "SettingWeightsTooFast"
    storage.block_number.value = 1100
    weighing.ok(SetWeights(1, (0, 1), (10, 20), 7), HOT)
    assert pairs(storage.weights[1, 0]) == [(0, 32768), (1, 65535)]
    assert storage.last_update[1] == (1100, 1000)
    assert weighing.refused(SetWeights(0, (), (), 0), HOT).name == "CanNotSetRootNetworkWeights"


SALT = (1, 2)


def hashed(*weights: int) -> bytes:
    return get_commit_hash(HOT, 1, (0, 1), weights, SALT, 0)


def test_a_commit_is_revealed_in_the_next_epoch(weighing: EarlyChain) -> None:
    """Tempo 9: epoch e has the blocks from 10e − 2 to 10e + 7, so that of 1000 ends with 1007, and the next with 1017."""
    storage = weighing.storage
    storage.commit_reveal_weights_enabled[1] = True
    storage.weights_set_rate_limit[1] = 0
    assert weighing.refused(SetWeights(1, (0, 1), (1, 1), 0), HOT).name == "CommitRevealEnabled"
    assert weighing.refused(CommitWeights(1, hashed(1, 1)), NEW).name == "HotKeyNotRegisteredInSubNet"
    for number, block in enumerate((1000, 1001, 1008), 1):
        storage.block_number.value = block
        weighing.ok(CommitWeights(1, hashed(number, 1)), HOT)
    window = (1008, 1017)
    assert storage.weight_commits[1, HOT] == (
        (hashed(1, 1), 1000, *window),
        (hashed(2, 1), 1001, *window),
        (hashed(3, 1), 1008, 1018, 1027),
    )
    assert storage.last_update[1] == (1008, 1000)

    def fault(number: int) -> str:
        return weighing.refused(RevealWeights(1, (0, 1), (number, 1), SALT, 0), HOT).name

    assert fault(3) == "RevealTooEarly"
    assert fault(4) == "InvalidRevealCommitHashNotMatch"
    storage.block_number.value = 1017
    weighing.ok(RevealWeights(1, (0, 1), (2, 1), SALT, 0), HOT)
    assert pairs(storage.weights[1, 0]) == [(0, 65535), (1, 32768)]
    assert [commit[1] for commit in storage.weight_commits[1, HOT] or ()] == [1008], "those before it are gone too"
    assert storage.last_update[1] == (1008, 1000)
    storage.block_number.value = 1028
    assert fault(3) == "ExpiredWeightCommit"
    assert fault(4) == "NoWeightsCommitFound"
    weighing.ok(CommitWeights(1, hashed(5, 1)), HOT)
    assert [commit[1] for commit in storage.weight_commits[1, HOT] or ()] == [1028], "what had expired is dropped"
    assert fault(3) == "InvalidRevealCommitHashNotMatch"
    storage.block_number.value = 1038
    batch = BatchRevealWeights(1, ((0, 1),), ((5, 1),), (SALT,), (0,))
    weighing.ok(batch, HOT)
    assert (1, HOT) not in storage.weight_commits
    assert weighing.refused(batch, HOT).name == "NoWeightsCommitFound"


def test_ten_commits_wait_and_are_limited_in_rate(weighing: EarlyChain) -> None:
    storage = weighing.storage
    storage.commit_reveal_weights_enabled[1], storage.weights_set_rate_limit[1], storage.tempo[1] = True, 1, 999
    assert weighing.refused(CommitWeights(1, hashed(1, 1)), HOT).name == "CommittingWeightsTooFast"
    for block in range(1001, 1011):
        storage.block_number.value = block
        weighing.ok(CommitWeights(1, hashed(block, 1)), HOT)
    storage.block_number.value = 1011
    assert weighing.refused(CommitWeights(1, hashed(1, 1)), HOT).name == "TooManyUnrevealedCommits"


# ---------------------------------------------------------------------------------------------------------- endpoints


def test_endpoints_pass_the_same_checks_and_bring_certificates(weighing: EarlyChain) -> None:
    storage = weighing.storage
    weighing.ok(ServeAxonTls(2, 1, 0x01020304, 80, 4, 1, 2, 3, b"\x07key"), HOT)
    assert (storage.axons[2, HOT], storage.neuron_certificates[2, HOT]) == (
        (1000, 1, 0x01020304, 80, 4, 1, 2, 3),
        (7, b"key"),
    )
    assert weighing.refused(ServePrometheus(1, 1, 0, 0, 5), NEW).name == "HotKeyNotRegisteredInNetwork"
    assert weighing.refused(ServePrometheus(1, 1, 0, 0, 5), HOT).name == "InvalidIpType"
    assert weighing.refused(ServePrometheus(1, 1, 0, 0, 4), HOT).name == "InvalidIpAddress"
    assert weighing.refused(ServePrometheus(1, 1, 9, 0, 4), HOT).name == "InvalidPort"
    weighing.ok(ServePrometheus(1, 1, 9, 1, 4), HOT)
    storage.block_number.value = 1049
    assert weighing.refused(ServePrometheus(1, 1, 9, 0, 4), HOT).name == "ServingRateLimitExceeded"
