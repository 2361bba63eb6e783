"""What blocks bring from 195 until there was alpha: on closed subnets and the root network, and what an epoch has around it."""

import pytest

from neuron_ledger.events.calls import AdvanceTo
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

HOT, COLD, CHILD, OWNER = map(account, ("hot", "cold", "child", "owner"))
HALF = 2**63

OF_CLOSED_SUBNETS = {195: True, 196: True, 203: True, 205: True, 210: True, 211: False, 216: False, 218: False, 219: False}
"""By spec_version: whether subnets that are closed to registration get emission."""
OF_ROOT = {195: (True, True), 196: (False, True), 203: (False, True), 205: (True, True), 210: (False, False), 218: (False, False)}
"""By spec_version: whether emission waits for the root network, and whether the epochs of its members run."""


def before_epoch(spec_version: int, netuid: int = 1, *, waiting: int = 0) -> EarlyChain:
    """A chain whose next block is the epoch of a subnet, on which a hotkey has a uid; each block brings it 1000 rao."""
    chain = EarlyChain(spec_version, block=1000)
    storage = chain.storage
    chain.give_uid(HOT, COLD, netuid)
    storage.stake[HOT, COLD] = storage.total_hotkey_stake[HOT] = storage.total_stake.value = TAO
    storage.tempo[netuid] = 9
    while (chain.block + 1 + netuid + 2) % 10:
        storage.block_number.value += 1
    storage.emission_values[netuid] = 1000
    storage.pending_emission[netuid] = waiting
    storage.hotkey_emission_tempo.value = 2**64 - 1
    return chain


def passed(chain: EarlyChain, blocks: int = 1) -> None:
    chain.ok(AdvanceTo(chain.block + blocks))


@pytest.mark.parametrize("spec_version", OF_CLOSED_SUBNETS)
def test_emission_waits_for_an_epoch_and_then_for_the_hotkey(spec_version: int) -> None:
    chain = before_epoch(spec_version)
    storage = chain.storage
    passed(chain)
    assert storage.pendingd_hotkey_emission[HOT] == 1000
    passed(chain, 9)
    assert (storage.pendingd_hotkey_emission[HOT], storage.pending_emission[1]) == (1000, 9000)
    assert (storage.blocks_since_last_step[1], storage.last_mechansim_step_block[1]) == (9, chain.block - 9)
    passed(chain)
    assert (storage.pendingd_hotkey_emission[HOT], storage.pending_emission[1]) == (11000, 0)
    assert storage.stake_weight[1] == (65535,)
    assert storage.total_hotkey_stake[HOT] == TAO
    assert storage.total_issuance.value == 0
    assert 1 not in storage.loaded_emission


@pytest.mark.parametrize("spec_version", OF_CLOSED_SUBNETS)
def test_closed_subnets(spec_version: int) -> None:
    emits = OF_CLOSED_SUBNETS[spec_version]
    chain = before_epoch(spec_version, waiting=5000)
    storage = chain.storage
    storage.network_registration_allowed[1] = False
    storage.blocks_since_last_step[1] = 3
    storage.subnet_owner[1] = OWNER
    passed(chain)
    # What waited is gone in any case; the counters begin anew.
    assert (storage.pending_emission[1], storage.blocks_since_last_step[1]) == (0, 0)
    assert storage.last_mechansim_step_block[1] == chain.block
    assert (HOT in storage.pendingd_hotkey_emission) == (1 in storage.stake_weight) == (OWNER in storage.balances) == emits
    passed(chain)
    assert storage.pending_emission[1] == (1000 if emits else 0)
    assert storage.blocks_since_last_step[1] == 1


@pytest.mark.parametrize("spec_version", OF_ROOT)
def test_the_root_network(spec_version: int) -> None:
    waits, has_epochs = OF_ROOT[spec_version]
    chain = before_epoch(spec_version, netuid=0)
    storage = chain.storage
    storage.networks_added[1] = False
    passed(chain)
    assert (0 in storage.stake_weight) == has_epochs
    earned = storage.pendingd_hotkey_emission.get(HOT)
    assert earned == (None if not has_epochs else 1000 if waits else 0)
    assert storage.last_mechansim_step_block[0] == chain.block
    passed(chain)
    assert storage.pending_emission[0] == (1000 if waits else 0)


@pytest.mark.parametrize("spec_version", [195, 210, 219])
def test_the_owners_cut_is_taken_when_the_epoch_runs(spec_version: int) -> None:
    chain = before_epoch(spec_version, waiting=64535)
    storage = chain.storage
    storage.subnet_owner[1] = OWNER
    passed(chain)
    # 11796 of 65535 parts, of which there are as many as rao, are a little less in 32 bits behind the point.
    assert storage.balances[OWNER] == storage.total_issuance.value == 11795
    assert storage.pendingd_hotkey_emission[HOT] == 65535 - 11795
    passed(chain, 5)
    assert storage.total_issuance.value == 11795


@pytest.mark.parametrize("spec_version", [216, 217, 218, 219])
@pytest.mark.parametrize("is_open", [True, False])
def test_children_are_set_at_an_epoch_whose_stake_they_change_since_218(spec_version: int, is_open: bool) -> None:
    chain = before_epoch(spec_version)
    storage = chain.storage
    chain.give_uid(CHILD, COLD)
    storage.network_registration_allowed[1] = is_open
    children = ((HALF, CHILD),)
    storage.pending_child_keys[1, HOT] = (children, chain.block)
    storage.pending_child_keys[1, CHILD] = (((1, HOT),), chain.block + 1)
    storage.pending_child_keys[2, HOT] = (children, 0)
    passed(chain)
    are_set = is_open or spec_version >= 218
    assert ((1, HOT) in storage.pending_child_keys) == (not are_set)
    assert storage.child_keys[HOT, 1] == (children if are_set else ())
    assert storage.parent_keys[CHILD, 1] == (((HALF, HOT),) if are_set else ())
    assert {(1, CHILD), (2, HOT)} <= set(storage.pending_child_keys)
    if is_open:
        assert storage.stake_weight[1] == ((32767, 32767) if spec_version >= 218 else (65535, 0))


def test_at_216_timelocked_commits_are_opened_or_dropped_at_the_epoch_where_commit_reveal_is_on() -> None:
    for is_on in (True, False):
        chain = before_epoch(216)
        storage = chain.storage
        storage.commit_reveal_weights_enabled[1] = is_on
        epoch = (chain.block + 1 + 2) // 10  # of the next block: (block + netuid + 1) // (tempo + 1)
        storage.crv3_weight_commits[1, epoch - 1] = ((HOT, b"of before", 1),)
        storage.crv3_weight_commits[1, epoch] = ((HOT, b"no pulse", 1),)
        storage.crv3_weight_commits[1, epoch + 1] = ((HOT, b"of later", 1),)
        passed(chain)
        left = [] if is_on else [(1, epoch - 1), (1, epoch)]
        assert sorted(storage.crv3_weight_commits) == [*left, (1, epoch + 1)]
