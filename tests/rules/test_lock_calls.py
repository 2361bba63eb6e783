"""Locks of stake: who locks how much to whom, and where locks go. Scenarios of the reference's tests.

Source: subtensor tests/locks.rs, spec_version 424. docs/conformance.md counts them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from neuron_ledger.events.locks import LockStake, MoveLock, SetPerpetualLock, SetRejectLockedAlpha
from neuron_ledger.events.stake_moves import MoveStake, RecycleAlpha, SwapStake, TransferStake
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.stake import locks
from neuron_ledger.ledger.rules.stake.orders import clear_small_nomination_283
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, account
from tests.rules.dated_stake import refusal
from tests.rules.test_moving_stake import FRIEND, NOBODY, stake, two_subnets

YEAR = 934_866
"""Blocks in which a lock that decays loses all but 1/e of itself, and one that stays gains all but 1/e of its conviction."""
OWNER_HOTKEY, STRANGERS = account("owner's"), account("stranger's")


@contextmanager
def staked(locked: int = 0, to: bytes = OTHER) -> Iterator[Tx]:
    """A coldkey with 1000 alpha, of which so much is locked to a hotkey."""
    with two_subnets(staked=0) as (tx, _):
        storage = tx.storage
        storage.subnet_owner_hotkey[1] = OWNER_HOTKEY
        storage.owner[OWNER_HOTKEY] = storage.owner[STRANGERS] = NOBODY
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 1000 * TAO)
        if locked:
            dispatch(tx, COLD, LockStake(to, 1, locked))
        yield tx


def pass_blocks(tx: Tx, blocks: int) -> None:
    tx.storage.block_number.value += blocks


def lock(tx: Tx, hotkey: bytes, coldkey: bytes = COLD) -> tuple[int, int]:
    """The alpha that is locked, and the conviction, as they were last noted."""
    mass, conviction, _ = tx.storage.lock.get((coldkey, 1, hotkey)) or (0, 0, 0)
    return mass, conviction >> 64


def noted(tx: Tx) -> dict[str, list[int]]:
    """The alpha of all locks and of their sums, where there are any."""
    names = ("Lock", "HotkeyLock", "DecayingHotkeyLock", "OwnerLock", "DecayingOwnerLock")
    tables = [tx.storage.map(name) for name in names]
    return {table.item.name: [entry[0] // TAO for entry in table.values() if entry] for table in tables if table}


# ------------------------------------------------------------------------------------------------------------- locking


@pytest.mark.parametrize(
    ("hotkey", "sums"), [(OTHER, "DecayingHotkeyLock"), (OWNER_HOTKEY, "DecayingOwnerLock")], ids=["hotkey", "owner's"]
)
def test_a_lock_and_its_sum(hotkey: bytes, sums: str) -> None:
    """What is locked to the owner's hotkey has full conviction at once."""
    with staked(600 * TAO, hotkey) as tx:
        assert noted(tx) == {"Lock": [600], sums: [600]}
        assert lock(tx, hotkey) == (600 * TAO, 600 * TAO if hotkey == OWNER_HOTKEY else 0)
        assert (1, hotkey, COLD) in tx.storage.locking_coldkeys
        dispatch(tx, COLD, LockStake(hotkey, 1, 400 * TAO))
        assert noted(tx) == {"Lock": [1000], sums: [1000]}


REFUSED: tuple[tuple[str, Call, str], ...] = (
    ("nothing", LockStake(OTHER, 1, 0), "AmountTooLow"),
    ("to no hotkey", LockStake(account("none"), 1, TAO), "HotKeyAccountNotExists"),
    ("to another hotkey", LockStake(HOT, 1, TAO), "LockHotkeyMismatch"),
    ("more than there is", LockStake(OTHER, 1, 401 * TAO), "InsufficientStakeForLock"),
    ("on a subnet without stake", LockStake(OTHER, 2, TAO), "InsufficientStakeForLock"),
    ("moved to no hotkey", MoveLock(account("none"), 1), "HotKeyAccountNotExists"),
    ("moved where there is none", MoveLock(HOT, 2), "NoExistingLock"),
    ("recycled", RecycleAlpha(HOT, 401 * TAO, 1), "StakeUnavailable"),
    ("moved to another subnet", SwapStake(HOT, 1, 2, 401 * TAO), "StakeUnavailable"),
)


@pytest.mark.parametrize(("call", "error"), [pytest.param(call, error, id=what) for what, call, error in REFUSED])
def test_what_is_refused(call: Call, error: str) -> None:
    with staked(600 * TAO) as tx:
        assert refusal(tx, COLD, call) == error


@pytest.mark.parametrize(
    "call", [LockStake(OTHER, 1, 1), MoveLock(OTHER, 1), SetPerpetualLock(1, True), SetRejectLockedAlpha(True)]
)
def test_nobody_locks_without_a_signature(call: Call) -> None:
    with staked() as tx:
        assert refusal(tx, None, call) == "BadOrigin"


def test_what_is_not_locked_is_free() -> None:
    with staked(600 * TAO) as tx:
        assert refusal(tx, COLD, MoveStake(HOT, OTHER, 1, 1, 900 * TAO)) is None
        assert refusal(tx, COLD, RecycleAlpha(OTHER, 400 * TAO, 1)) is None
        pass_blocks(tx, YEAR)
        assert refusal(tx, COLD, RecycleAlpha(OTHER, 300 * TAO, 1)) is None


# ------------------------------------------------------------------------------------------------------- staying locked


def test_a_lock_goes_over_to_those_that_stay_and_back() -> None:
    with staked(600 * TAO) as tx:
        pass_blocks(tx, YEAR)
        dispatch(tx, COLD, SetPerpetualLock(1, enabled=True))
        assert noted(tx) == {"Lock": [220], "HotkeyLock": [220]}
        pass_blocks(tx, YEAR)
        assert locks.get_current_locked(tx, COLD, 1) // TAO == 220
        dispatch(tx, COLD, SetPerpetualLock(1, enabled=False))
        assert noted(tx) == {"Lock": [220], "DecayingHotkeyLock": [220]}
        assert (COLD, 1) not in tx.storage.decaying_lock


def test_each_coldkey_chooses_for_itself() -> None:
    with staked(600 * TAO) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, FRIEND, 1, 100 * TAO)
        dispatch(tx, FRIEND, SetPerpetualLock(1, enabled=True))
        dispatch(tx, FRIEND, LockStake(OTHER, 1, 100 * TAO))
        assert noted(tx) == {"Lock": [600, 100], "HotkeyLock": [100], "DecayingHotkeyLock": [600]}


def test_what_is_locked_to_the_owners_hotkey_goes_over_too() -> None:
    with staked(600 * TAO, OWNER_HOTKEY) as tx:
        dispatch(tx, COLD, SetPerpetualLock(1, enabled=True))
        assert noted(tx) == {"Lock": [600], "OwnerLock": [600]}
        pass_blocks(tx, YEAR)
        dispatch(tx, COLD, SetPerpetualLock(1, enabled=False))
        pass_blocks(tx, YEAR)
        dispatch(tx, COLD, LockStake(OWNER_HOTKEY, 1, 100 * TAO))
        assert noted(tx) == {"Lock": [320], "DecayingOwnerLock": [320]}


def test_locks_of_two_subnets_know_nothing_of_each_other() -> None:
    with staked(600 * TAO) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 2, 100 * TAO)
        tx.storage.subnet_alpha_out[2] = 1000 * TAO
        dispatch(tx, COLD, LockStake(HOT, 2, 100 * TAO))
        assert refusal(tx, COLD, RecycleAlpha(HOT, TAO, 2)) == "StakeUnavailable"
        assert refusal(tx, COLD, RecycleAlpha(HOT, 400 * TAO, 1)) is None


def test_less_is_locked_of_one_coldkey_alone() -> None:
    with staked(600 * TAO) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, FRIEND, 1, 100 * TAO)
        dispatch(tx, FRIEND, LockStake(OTHER, 1, 100 * TAO))
        locks.force_reduce_lock(tx, NOBODY, 1, TAO)
        locks.force_reduce_lock(tx, COLD, 1, 200 * TAO)
        assert noted(tx) == {"Lock": [400, 100], "DecayingHotkeyLock": [500]}
        locks.force_reduce_lock(tx, COLD, 1, 900 * TAO)
        assert noted(tx) == {"Lock": [100], "DecayingHotkeyLock": [100]}


@pytest.mark.parametrize(("left", "is_cleared"), [(TAO // 1000, True), (TAO, False)], ids=["too small", "large enough"])
def test_a_nomination_that_is_cleared_takes_its_lock_along(left: int, is_cleared: bool) -> None:
    """A nominator's rest is cleared where it is too small: so much less is locked."""
    with staked() as tx:
        tx.storage.nominator_min_required_stake.value = 1_000_000
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, FRIEND, 1, left)
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, OTHER, FRIEND, 1, 100 * TAO - left)
        dispatch(tx, FRIEND, LockStake(OTHER, 1, 100 * TAO))
        clear_small_nomination_283(tx, HOT, FRIEND, 1)
        assert stake(tx, HOT, FRIEND) == (0 if is_cleared else left)
        assert lock(tx, OTHER, FRIEND)[0] == 100 * TAO - (left if is_cleared else 0)


def test_next_to_nothing_is_no_lock() -> None:
    with staked() as tx:
        dispatch(tx, COLD, LockStake(OTHER, 1, 99))
        assert not tx.storage.lock
        assert not tx.storage.locking_coldkeys


# --------------------------------------------------------------------------------------------------- to another hotkey


@pytest.mark.parametrize(
    ("to", "keeps"),
    [(HOT, True), (STRANGERS, False), (OWNER_HOTKEY, True)],
    ids=["of the same coldkey", "of another", "the owner's"],
)
def test_a_lock_moves_with_its_conviction_within_a_coldkey(to: bytes, keeps: bool) -> None:
    with staked(600 * TAO) as tx:
        tx.storage.decaying_lock[COLD, 1] = False
        pass_blocks(tx, YEAR)
        dispatch(tx, COLD, MoveLock(to, 1))
        mass, conviction = lock(tx, to)
        full = 600 * TAO if to == OWNER_HOTKEY else 600 * TAO * 632 // 1000
        assert mass == 600 * TAO
        assert abs(conviction - (full if keeps else 0)) < TAO
        assert lock(tx, OTHER) == (0, 0)
        assert list(tx.storage.locking_coldkeys) == [(1, to, COLD)]
        sums = tx.storage.owner_lock if to == OWNER_HOTKEY else tx.storage.hotkey_lock
        assert [entry[0] for entry in sums.values() if entry] == [mass]


# -------------------------------------------------------------------------------------------------- to another coldkey


@pytest.mark.parametrize(("given", "locked"), [(400, 0), (500, 100), (1000, 600)])
def test_the_lock_follows_the_stake(given: int, locked: int) -> None:
    with staked(600 * TAO) as tx:
        for coldkey in (COLD, FRIEND):
            dispatch(tx, coldkey, SetPerpetualLock(1, enabled=True))
        dispatch(tx, FRIEND, SetRejectLockedAlpha(enabled=False))
        pass_blocks(tx, YEAR)
        dispatch(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, given * TAO))
        assert lock(tx, OTHER, FRIEND)[0] == locked * TAO
        assert lock(tx, OTHER)[0] == (600 - locked) * TAO
        convictions = [lock(tx, OTHER, coldkey)[1] for coldkey in (COLD, FRIEND)]
        assert abs(sum(convictions) - 600 * TAO * 632 // 1000) < TAO
        assert abs(convictions[1] - locked * TAO * 632 // 1000) < TAO
        assert [entry[0] for entry in tx.storage.hotkey_lock.values() if entry] == [600 * TAO]


def test_who_does_not_take_locked_stake_gets_what_is_free() -> None:
    with staked(600 * TAO) as tx:
        assert refusal(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 401 * TAO)) == "AccountRejectsLockedAlpha"
        for reject, flags in ((False, {FRIEND: 1}), (True, {})):
            dispatch(tx, FRIEND, SetRejectLockedAlpha(reject))
            assert dict(tx.storage.account_flags) == flags
        assert refusal(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 400 * TAO)) is None
        assert stake(tx, HOT, FRIEND) == 400 * TAO


def test_a_lock_does_not_join_one_to_another_hotkey() -> None:
    with staked(600 * TAO) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, FRIEND, 1, 100 * TAO)
        dispatch(tx, FRIEND, LockStake(HOT, 1, 100 * TAO))
        dispatch(tx, FRIEND, SetRejectLockedAlpha(enabled=False))
        assert refusal(tx, COLD, TransferStake(FRIEND, HOT, 1, 1, 401 * TAO)) == "LockHotkeyMismatch"
