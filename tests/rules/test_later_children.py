"""Children and what they keep, at spec_version 424. The scenarios are those of the reference's own tests/children.rs, named."""

import pytest

from neuron_ledger.events.calls import RegisterNetwork, RemoveStake, SetChildkeyTake, SetChildren, SetWeights
from neuron_ledger.events.staking import ChildrenSet, PendingChildrenDropped
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.subnet_calls import SetAutoParentDelegationEnabled
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import TAO, Chain, account, chain_events

RULES = TIMELINE.runtime(424)
PARENT, A, B, C = (account(name) for name in ("parent", "a", "b", "c"))
COLD, STRANGER = account("parent-cold"), account("stranger")
OWNERS = account("owner's hotkey")
HALF, ALL = 2**63, 2**64 - 1
TEMPO, COOLDOWN = 10, 15


@pytest.fixture
def chain() -> Chain:
    """Subnets 1, which has started, and 2, which has not; four hotkeys on each, and the limit of rate is none."""
    chain = Chain(subnets=(1, 2), block=1000, rules=RULES)
    storage = chain.storage
    storage.pending_child_key_cooldown.value = COOLDOWN
    for netuid in (1, 2):
        storage.tempo[netuid], storage.last_epoch_block[netuid] = TEMPO, 1000
        storage.subnet_mechanism[netuid] = 1
        chain.seat("parent", "a", "b", "c", netuid=netuid)
    storage.subtoken_enabled[1] = True
    return chain


def set_now(chain: Chain, children: LINKS, *, netuid: int = 2, hotkey: bytes = PARENT) -> None:
    """Give a hotkey children where they are set at once."""
    chain.advance(150)
    chain.ok(SetChildren(hotkey, netuid, children), chain.storage.owner[hotkey])


# ----------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("call", "signer", "refusal"),
    [
        pytest.param(SetChildren(PARENT, 9, ((ALL, A),)), COLD, "SubnetNotExists", id="singular_network_does_not_exist"),
        pytest.param(SetChildren(PARENT, 9, ((1, A), (2, B))), COLD, "SubnetNotExists", id="multiple_network_does_not_exist"),
        pytest.param(SetChildren(PARENT, 9, ()), COLD, "SubnetNotExists", id="set_empty_children_network_does_not_exist"),
        pytest.param(SetChildren(PARENT, 1, ((ALL, PARENT),)), COLD, "InvalidChild", id="set_child_singular_invalid_child"),
        pytest.param(SetChildren(PARENT, 1, ((1, PARENT), (2, B))), COLD, "InvalidChild", id="multiple_invalid_child"),
        pytest.param(SetChildren(PARENT, 1, ((ALL, A),)), STRANGER, "NonAssociatedColdKey", id="singular_non_associated_coldkey"),
        pytest.param(
            SetChildren(PARENT, 1, ((1, A), (2, B))), STRANGER, "NonAssociatedColdKey", id="multiple_non_associated_coldkey"
        ),
        pytest.param(SetChildren(PARENT, 1, ()), STRANGER, "NonAssociatedColdKey", id="do_revoke_child_non_associated_coldkey"),
        pytest.param(
            SetChildren(PARENT, 0, ((ALL, A),)), COLD, "RegistrationNotPermittedOnRootSubnet", id="singular_root_network"
        ),
        pytest.param(
            SetChildren(PARENT, 0, ((1, A), (1, B))), COLD, "RegistrationNotPermittedOnRootSubnet", id="multiple_root_network"
        ),
        pytest.param(SetChildren(PARENT, 1, ((1, A), (ALL, B))), COLD, "ProportionOverflow", id="more than all"),
        pytest.param(SetChildren(PARENT, 1, ((1, A), (2, A))), COLD, "DuplicateChild", id="one twice"),
        pytest.param(
            SetChildren(PARENT, 1, tuple((1, account(f"child {number}")) for number in range(6))),
            COLD,
            "TooManyChildren",
            id="six",
        ),
        pytest.param(SetChildkeyTake(A, 1, 1), COLD, "NonAssociatedColdKey", id="set_childkey_take_non_associated_coldkey"),
        pytest.param(SetChildkeyTake(PARENT, 1, 11_797), COLD, "InvalidChildkeyTake", id="set_childkey_take_invalid_take_value"),
    ],
)
def test_what_is_refused(chain: Chain, call: SetChildren | SetChildkeyTake, signer: bytes, refusal: str) -> None:
    assert chain.refused(call, signer).name == refusal


def test_children_need_stake_unless_the_hotkey_is_the_owners_or_gives_none(chain: Chain) -> None:
    """test_do_set_child_below_min_stake, test_do_set_child_as_sn_owner_not_enough_stake, test_revoke_child_no_min_stake_check."""
    chain.storage.stake_threshold.value = 1_000
    refusal = chain.refused(SetChildren(PARENT, 1, ((ALL, A),)), COLD)
    assert (refusal.name, refusal.values["missing"]) == ("NotEnoughStakeToSetChildkeys", 1_000)
    chain.ok(SetChildren(PARENT, 1, ()), COLD)
    chain.storage.subnet_owner_hotkey[2] = PARENT
    chain.ok(SetChildren(PARENT, 2, ((ALL, A),)), COLD)


def test_children_are_asked_for_now_and_then(chain: Chain) -> None:
    """test_set_children_rate_limit_fail_then_succeed."""
    chain.ok(SetChildren(PARENT, 1, ((1, A),)), COLD)
    chain.advance(149)
    assert chain.refused(SetChildren(PARENT, 1, ((1, A),)), COLD).values["allowed_from"] == chain.block + 1
    chain.ok(SetChildren(PARENT, 2, ((1, A),)), COLD)
    chain.advance()
    chain.ok(SetChildren(PARENT, 1, ((1, A),)), COLD)


# --------------------------------------------------------------------------------------------- before the subnet starts


def test_before_the_start_children_are_set_at_once(chain: Chain) -> None:
    """test_set_child_keys_no_start_call_sets_immediately, test_do_set_child_singular_success, test_add_singular_child."""
    events = chain.ok(SetChildren(PARENT, 2, ((HALF, A),)), COLD)
    assert chain_events(events) == [("SetChildren", PARENT, 2, ((HALF, A),))]
    assert chain.storage.child_keys[PARENT, 2] == ((HALF, A),)
    assert chain.storage.parent_keys[A, 2] == ((HALF, PARENT),)
    assert not chain.storage.pending_child_keys


@pytest.mark.parametrize(
    ("then", "left"),
    [
        pytest.param((), {}, id="revoke_child_singular_success, multiple_success, set_child_keys_empty_vector"),
        pytest.param(((3, B),), {B: 3}, id="revoke_children_multiple_partial_revocation, singular_old_children_cleanup"),
        pytest.param(((1, A), (2, B), (4, C)), {A: 1, B: 2, C: 4}, id="singular_multiple_children, new_children_assignment"),
        pytest.param(((ALL, C),), {C: ALL}, id="overwrite_existing, multiple_old_children_cleanup"),
        pytest.param(((0, A), (ALL, B)), {A: 0, B: ALL}, id="proportion_edge_cases"),
        pytest.param(((2, A), (1, B)), {A: 2, B: 1}, id="only the proportions change"),
    ],
)
def test_new_children_take_the_place_of_the_old_ones(chain: Chain, then: LINKS, left: dict[bytes, int]) -> None:
    """The links lead both ways, lists are ordered by account, and none stays empty."""
    set_now(chain, ((1, A), (2, B)))
    set_now(chain, then)
    storage = chain.storage
    assert storage.child_keys.get((PARENT, 2)) == (tuple((left[child], child) for child in sorted(left)) or None)
    assert {child: storage.parent_keys[child, 2] for child in (A, B, C) if (child, 2) in storage.parent_keys} == {
        child: ((proportion, PARENT),) for child, proportion in left.items()
    }


def test_a_child_keeps_its_other_parents(chain: Chain) -> None:
    """test_do_revoke_children_multiple_complex_scenario, test_do_revoke_child_singular_child_not_associated."""
    set_now(chain, ((1, C),))
    set_now(chain, ((2, C), (3, B)), hotkey=A)
    assert chain.storage.parent_keys[C, 2] == ((1, PARENT), (2, A))
    set_now(chain, ((5, C),))
    assert chain.storage.parent_keys[C, 2] == ((5, PARENT), (2, A)), "in its place"
    set_now(chain, ())
    assert chain.storage.parent_keys[C, 2] == ((2, A),)
    set_now(chain, ())
    assert chain.storage.child_keys[A, 2] == tuple(sorted(((2, C), (3, B)), key=lambda link: link[1]))


def test_nobody_is_child_and_parent(chain: Chain) -> None:
    """test_get_parents_chain: a chain of three is fine, a ring of two is not."""
    set_now(chain, ((1, A),))
    set_now(chain, ((2, B),), hotkey=A)
    refusal = chain.refused(SetChildren(A, 2, ((1, PARENT),)), account("a-cold"))
    assert (refusal.name, refusal.values) == ("TxRateLimitExceeded", refusal.values)
    chain.advance(150)
    refusal = chain.refused(SetChildren(A, 2, ((1, PARENT),)), account("a-cold"))
    assert (refusal.name, refusal.values) == ("ChildParentInconsistency", {"child": PARENT})
    assert chain.storage.parent_keys[B, 2] == ((2, A),)


# ---------------------------------------------------------------------------------------------- after the subnet started


def to_the_epoch_after(chain: Chain, block: int) -> list[object]:
    """Let blocks pass to the first epoch after a block. Returns: what happened to children on the way."""
    events: list[object] = []
    while not (chain.block > block and chain.storage.last_epoch_block[1] == chain.block):
        events += chain.advance()
    return [event for event in events if isinstance(event, (ChildrenSet, PendingChildrenDropped))]


def test_after_the_start_children_wait(chain: Chain) -> None:
    """test_do_schedule_children_multiple_success, test_do_set_child_cooldown_period, test_pending_cooldown_as_expected,
    test_do_set_pending_children_runs_in_epoch, test_do_schedule_children_multiple_empty_list.
    """
    events = chain.ok(SetChildren(PARENT, 1, ((HALF, A), (1, B))), COLD)
    cooldown = chain.block + COOLDOWN
    assert chain_events(events) == [("SetChildrenScheduled", PARENT, 1, cooldown, ((HALF, A), (1, B)))]
    assert chain.storage.pending_child_keys[1, PARENT] == (((HALF, A), (1, B)), cooldown)
    assert (PARENT, 1) not in chain.storage.child_keys
    (event,) = to_the_epoch_after(chain, cooldown)
    assert isinstance(event, ChildrenSet)
    assert chain.block == 1020
    assert set(chain.storage.child_keys[PARENT, 1]) == {(HALF, A), (1, B)}
    assert not chain.storage.pending_child_keys


def test_children_that_became_parents_meanwhile_are_dropped(chain: Chain) -> None:
    chain.ok(SetChildren(PARENT, 1, ((HALF, A),)), COLD)
    chain.storage.child_keys[A, 1], chain.storage.parent_keys[PARENT, 1] = ((1, PARENT),), ((1, A),)
    assert to_the_epoch_after(chain, chain.block + COOLDOWN) == [PendingChildrenDropped(hotkey=PARENT, netuids=(1,))]
    assert (PARENT, 1) not in chain.storage.child_keys
    assert not chain.storage.pending_child_keys


def test_whoever_takes_stake_out_loses_the_children_that_wait(chain: Chain) -> None:
    """test_do_remove_stake_clears_pending_childkeys."""
    storage = chain.storage
    storage.subnet_tao[1] = storage.subnet_alpha_in[1] = 1_000 * TAO
    chain.fund(b"modlsubtensr\x01".ljust(32, b"\0"), 1_000 * TAO)
    increase_stake_for_hotkey_and_coldkey_on_subnet(Transaction(storage, RULES), PARENT, COLD, 1, 10 * TAO)
    storage.stake_threshold.value = 5 * TAO
    chain.ok(SetChildren(PARENT, 1, ((HALF, A),)), COLD)
    chain.ok(RemoveStake(PARENT, 1, TAO), COLD)
    assert (1, PARENT) in storage.pending_child_keys
    chain.ok(RemoveStake(PARENT, 1, 8 * TAO), COLD)
    assert (1, PARENT) not in storage.pending_child_keys


def test_children_wait_where_nobody_can_register_too(chain: Chain) -> None:
    """test_do_set_child_registration_disabled."""
    chain.storage.network_registration_allowed[1] = False
    chain.ok(SetChildren(PARENT, 1, ((HALF, A),)), COLD)


# ---------------------------------------------------------------------------------------------------- what children keep


def test_takes_are_of_a_subnet_each(chain: Chain) -> None:
    """test_childkey_take_functionality, test_multiple_networks_childkey_take, test_do_set_childkey_take_success."""
    events = chain.ok(SetChildkeyTake(PARENT, 1, 5_000), COLD)
    assert chain_events(events) == [("ChildKeyTakeSet", PARENT, 5_000)]
    chain.ok(SetChildkeyTake(PARENT, 2, 11_796), COLD)
    tx = Transaction(chain.storage, RULES)
    assert [childkey_take(tx, PARENT, netuid) for netuid in (1, 2)] == [5_000, 11_796]
    assert childkey_take(tx, A, 1) == 0


def test_a_take_is_raised_now_and_then_and_lowered_at_any_time(chain: Chain) -> None:
    """test_childkey_take_rate_limiting, test_do_set_childkey_take_rate_limit_exceeded."""
    chain.storage.tx_childkey_take_rate_limit.value = 100
    chain.ok(SetChildkeyTake(PARENT, 1, 500), COLD)
    assert chain.refused(SetChildkeyTake(PARENT, 1, 501), COLD).values["allowed_from"] == chain.block + 100
    chain.ok(SetChildkeyTake(PARENT, 1, 400), COLD)
    chain.ok(SetChildkeyTake(PARENT, 2, 501), COLD)
    chain.advance(100)
    chain.ok(SetChildkeyTake(PARENT, 1, 501), COLD)


@pytest.mark.parametrize(("of_chain", "of_subnet"), [(300, 500), (500, 300), (500, 0)])
def test_a_take_is_not_below_the_greater_of_two_least_ones(chain: Chain, of_chain: int, of_subnet: int) -> None:
    """test_childkey_take_respects_effective_subnet_minimum."""
    chain.ok(SetChildkeyTake(A, 1, 100), account("a-cold"))
    chain.storage.min_childkey_take.value, chain.storage.min_childkey_take_per_subnet[1] = of_chain, of_subnet
    refusal = chain.refused(SetChildkeyTake(PARENT, 1, 499), COLD)
    assert (refusal.name, refusal.values) == ("InvalidChildkeyTake", {"take": 499, "most": 11_796, "least": 500})
    chain.ok(SetChildkeyTake(PARENT, 1, 500), COLD)
    assert childkey_take(Transaction(chain.storage, RULES), A, 1) == 500


# ------------------------------------------------------------------------------------------- root as parent of a subnet


def new_subnet(chain: Chain) -> LINKS:
    """STRANGER registers subnet 3. Returns: the parents of its owner's hotkey."""
    chain.storage.network_min_lock_cost.value = chain.storage.network_last_lock_cost.value = TAO
    chain.fund(STRANGER, 10 * TAO)
    chain.ok(RegisterNetwork(OWNERS), STRANGER)
    return chain.storage.parent_keys[OWNERS, 3]


@pytest.fixture
def with_root(chain: Chain) -> Chain:
    """Root has three members."""
    chain.storage.max_allowed_uids[0] = 10
    chain.seat("v1", "v2", "v3", netuid=0)
    return chain


def test_root_is_the_parent_of_new_subnets_owners(with_root: Chain) -> None:
    """test_register_network_schedules_root_validators."""
    assert new_subnet(with_root) == tuple((ALL, account(name)) for name in ("v1", "v2", "v3"))
    assert with_root.storage.child_keys[account("v1"), 3] == ((ALL, OWNERS),)


def test_but_not_who_refused(with_root: Chain) -> None:
    """test_register_network_schedules_root_validators_auto_parent_delegation_flag."""
    with_root.ok(SetAutoParentDelegationEnabled(account("v2"), False), account("v2-cold"))
    assert new_subnet(with_root) == tuple((ALL, account(name)) for name in ("v1", "v3"))


def test_nor_who_has_too_little_stake(with_root: Chain) -> None:
    with_root.storage.stake_threshold.value = 1
    assert new_subnet(with_root) == ()


def test_with_root_behind_it_a_hotkey_can_set_weights(with_root: Chain) -> None:
    """test_root_children_enable_subnet_owner_set_weights. (The owner's hotkey would need no stake; another takes its place.)"""
    storage = with_root.storage
    storage.stake_threshold.value, storage.tao_weight.value = 10 * TAO, 2**64 - 1
    increase_stake_for_hotkey_and_coldkey_on_subnet(Transaction(storage, RULES), account("v1"), account("v1-cold"), 0, 100 * TAO)
    assert new_subnet(with_root) == ((ALL, account("v1")),)
    storage.subnet_owner_hotkey[3] = B
    storage.commit_reveal_weights_enabled[3], storage.weights_set_rate_limit[3] = False, 0
    storage.validator_permit[3] = (True,)
    with_root.ok(SetWeights(3, (0,), (1,), 0), OWNERS)
    storage.parent_keys.remove((OWNERS, 3))
    assert with_root.refused(SetWeights(3, (0,), (1,), 0), OWNERS).name == "NotEnoughStakeToSetWeights"
