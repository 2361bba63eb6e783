"""Dated changes of swaps of hotkeys and coldkeys. What lies between 277 and 424 is composed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from neuron_ledger.events.subnet_calls import SubnetOwnerHotkeySet
from neuron_ledger.events.swaps import (
    AnnounceColdkeySwap,
    ClearColdkeySwapAnnouncement,
    ColdkeySwapped,
    ColdkeySwappedAtCost,
    ScheduleSwapColdkey,
    SwapColdkey,
    SwapHotkey,
    SwapHotkeyV2,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, Change, account, subnet
from tests.rules.dated_stake import refusal

NEW, NEW_COLD, CHILD, PARENT = account("new"), account("new cold"), account("a child"), account("parent")
ON_ALL, ON_ONE = SwapHotkey(HOT, NEW, None), SwapHotkey(HOT, NEW, 1)
OF_COLDKEY = SwapColdkey(COLD, NEW_COLD, 0)

Laid = Callable[[Tx], None]
Shown = Callable[[Tx], Any]


@contextmanager
def late(rules: Runtime) -> Iterator[Tx]:
    """As `subnet`, in a block in which a hotkey can be swapped on one subnet; the hotkeys are members, one of them has stake."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.block_number.value = 100_000
        storage.balances_total_issuance.value = storage.balances[COLD]
        storage.owned_hotkeys[COLD] = (HOT, OTHER)
        for hotkey in (HOT, OTHER):
            storage.is_network_member[hotkey, 1] = True
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 100 * TAO)
        yield tx


def after(call: Call, shown: Shown, laid: Laid = lambda _: None, signer: bytes | None = COLD) -> Callable[[Runtime], Any]:
    """What a call leaves behind, where storage was laid out so."""

    def behaviour(rules: Runtime) -> Any:
        with late(rules) as tx:
            laid(tx)
            dispatch(tx, signer, call)
            return shown(tx)

    return behaviour


def refused(call: Call, laid: Laid = lambda _: None, signer: bytes | None = COLD) -> Callable[[Runtime], str | None]:
    """How a call is refused; None where it is accepted."""

    def behaviour(rules: Runtime) -> str | None:
        with late(rules) as tx:
            laid(tx)
            return refusal(tx, signer, call)

    return behaviour


def has_call(call: type[Call]) -> Callable[[Runtime], bool]:
    return lambda rules: call in rules.calls


# ------------------------------------------------------------------------------------------------- what goes over


def two_mechanisms(tx: Tx) -> None:
    if "MechanismCountCurrent" in tx.storage.layout.items:
        tx.storage.mechanism_count_current[1] = 2
    for index in (1, 4097):
        tx.storage.weight_commits[index, HOT] = ((bytes(32), 1, 2, 3),)


def both_a_child_and_a_parent(tx: Tx) -> None:
    tx.storage.child_keys[HOT, 1] = ((5, PARENT), (7, CHILD))
    tx.storage.parent_keys[PARENT, 1] = tx.storage.parent_keys[CHILD, 1] = ((5, HOT),)
    tx.storage.parent_keys[HOT, 1] = ((3, PARENT),)


def children(tx: Tx) -> None:
    tx.storage.child_keys[HOT, 1] = ((5, PARENT), (7, CHILD))
    for child, proportion in ((PARENT, 5), (CHILD, 7)):
        tx.storage.parent_keys[child, 1] = ((proportion, HOT),)


def a_chooser(tx: Tx) -> None:
    """A coldkey whose miners stake on the hotkey."""
    tx.storage.auto_stake_destination[OTHER, 1] = HOT
    tx.storage.auto_stake_destination_coldkeys[HOT, 1] = (OTHER,)


def choosing(tx: Tx) -> None:
    if "AutoStakeDestination" in tx.storage.layout.items:
        tx.storage.auto_stake_destination[COLD, 1] = HOT


def powerful(tx: Tx) -> None:
    if "VotingPower" in tx.storage.layout.items:
        tx.storage.voting_power[1, HOT] = 77


def power(tx: Tx) -> int | None:
    return tx.storage.voting_power[1, NEW] if "VotingPower" in tx.storage.layout.items else None


def delegating(tx: Tx) -> None:
    if "AutoParentDelegationEnabled" in tx.storage.layout.items:
        tx.storage.auto_parent_delegation_enabled[HOT] = False


def delegates(tx: Tx) -> bool | None:
    has = "AutoParentDelegationEnabled" in tx.storage.layout.items
    return tx.storage.auto_parent_delegation_enabled[NEW] if has else None


def lock(tx: Tx) -> None:
    if "Lock" in tx.storage.layout.items:
        tx.storage.lock[COLD, 1, HOT] = tx.storage.hotkey_lock[1, HOT] = (TAO, 0, tx.block)
        tx.storage.locking_coldkeys[1, HOT, COLD] = ()
        tx.storage.decaying_lock[COLD, 1] = False
    if "AccountFlags" in tx.storage.layout.items:
        tx.storage.account_flags[NEW_COLD] = 1


def locked_to(tx: Tx) -> list[tuple[bytes, bytes]]:
    """(coldkey, hotkey) of every lock."""
    return [(coldkey, hotkey) for coldkey, _, hotkey in tx.storage.lock] if "Lock" in tx.storage.layout.items else []


def lock_of_one_that_takes_none(tx: Tx) -> None:
    lock(tx)
    tx.storage.account_flags.remove(NEW_COLD)


# ------------------------------------------------------------------------------------------------- who may, and when


def seated_elsewhere(tx: Tx) -> None:
    tx.storage.networks_added[2] = tx.storage.is_network_member[NEW, 2] = True


def swapped_a_day_ago(tx: Tx) -> None:
    tx.storage.last_hotkey_swap_on_netuid[1, COLD] = tx.block - 7_201


def swapped_just_now(tx: Tx) -> None:
    tx.storage.last_hotkey_swap_on_netuid[1, COLD] = tx.block - 1


def with_dividends_of_root(tx: Tx) -> None:
    tx.storage.root_claimable[NEW] = ((1, 1),)


def with_claims_of_root(tx: Tx) -> None:
    tx.storage.root_claimed[0, NEW, OTHER] = 1


def anothers(tx: Tx) -> None:
    tx.storage.owner[NEW] = OTHER


def owners_hotkey(tx: Tx) -> None:
    tx.storage.subnet_owner_hotkey[1] = HOT


def staking_on_root(tx: Tx) -> None:
    increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0, TAO)
    tx.storage.staking_coldkeys[COLD], tx.storage.staking_coldkeys_by_index[0] = 0, COLD
    tx.storage.num_staking_coldkeys.value = 1


def last_event(tx: Tx) -> str:
    return type(tx.happened[-1].event).__name__


SUBNETS_KEY = subnet_account(7)

SWAPS = (
    Change(
        "the miners of a swapped coldkey stake where they did",
        315,
        after(
            OF_COLDKEY,
            lambda tx: (
                "AutoStakeDestination" in tx.storage.layout.items and tx.storage.auto_stake_destination[NEW_COLD, 1] == HOT
            ),
            choosing,
            signer=None,
        ),
        False,
        True,
    ),
    Change(
        "commits of every mechanism go over",
        320,
        after(ON_ALL, lambda tx: [index for index, hotkey in tx.storage.weight_commits if hotkey == NEW], two_mechanisms),
        [1],
        [1, 4097],
    ),
    Change("a senator is swapped", 334, lambda rules: len(rules.swaps.all_subnets_after), 4, 3),
    Change(
        "children go over in the order of accounts",
        334,
        after(ON_ALL, lambda tx: tx.storage.child_keys[NEW, 1], children),
        ((5, PARENT), (7, CHILD)),
        ((7, CHILD), (5, PARENT)),
    ),
    Change(
        "children that are parents do not go over",
        334,
        refused(ON_ALL, both_a_child_and_a_parent),
        None,
        "ChildParentInconsistency",
    ),
    Change(
        "whoever stakes on a swapped hotkey by itself stakes on the new one",
        334,
        after(ON_ALL, lambda tx: tx.storage.auto_stake_destination[OTHER, 1] == NEW, a_chooser),
        False,
        True,
    ),
    Change("a swap of a coldkey is announced", 385, has_call(AnnounceColdkeySwap), False, True),
    Change("a swap of a coldkey is scheduled", 385, refused(ScheduleSwapColdkey(NEW_COLD)), None, "Deprecated"),
    Change(
        "the swap of a coldkey tells its cost",
        385,
        after(OF_COLDKEY, last_event, signer=None),
        ColdkeySwappedAtCost.__name__,
        ColdkeySwapped.__name__,
    ),
    Change(
        "a swap by root takes the whole cost",
        385,
        refused(SwapColdkey(COLD, NEW_COLD, 100 * TAO), signer=None),
        None,
        "NotEnoughBalanceToPaySwapColdKey",
    ),
    Change("voting power goes over", 385, after(ON_ALL, power, powerful), None, 77),
    Change("a hotkey is swapped without its stake", 391, has_call(SwapHotkeyV2), False, True),
    Change("an announced swap is taken back", 391, has_call(ClearColdkeySwapAnnouncement), False, True),
    Change(
        "a hotkey with a uid elsewhere is swapped in on one subnet",
        391,
        refused(ON_ONE, seated_elsewhere),
        "HotKeyAlreadyRegisteredInSubNet",
        None,
    ),
    Change(
        "a hotkey is swapped again after a day",
        391,
        refused(ON_ONE, swapped_a_day_ago),
        "HotKeySwapOnSubnetIntervalNotPassed",
        None,
    ),
    Change("swaps of hotkeys are switched off", 392, refused(ON_ALL), None, "DisabledTemporarily"),
    Change("swaps of hotkeys are switched on again", 394, refused(ON_ALL), "DisabledTemporarily", None),
    Change(
        "a new hotkey has no dividends of root",
        394,
        lambda rules: refused(ON_ALL, with_dividends_of_root)(rules) == "NewHotKeyNotCleanForRootSwap",
        False,
        True,
    ),
    Change("whether it becomes a parent goes over", 397, after(ON_ALL, delegates, delegating), None, False),
    Change("a subnet's account is swapped in", 411, refused(SwapHotkey(HOT, SUBNETS_KEY, 1)), None, "CannotUseSystemAccount"),
    Change(
        "a subnet's owner is told to have another hotkey",
        411,
        after(ON_ALL, lambda tx: any(isinstance(entry.event, SubnetOwnerHotkeySet) for entry in tx.happened), owners_hotkey),
        False,
        True,
    ),
    Change("locks to a swapped hotkey go over", 411, after(ON_ALL, locked_to, lock), [], [(COLD, NEW)]),
    Change("locks of a swapped coldkey go over", 411, after(OF_COLDKEY, locked_to, lock, signer=None), [], [(NEW_COLD, HOT)]),
    Change("locks go over on one subnet", 416, after(ON_ONE, locked_to, lock), [(COLD, HOT)], [(COLD, NEW)]),
    Change("another's hotkey is swapped in", 416, refused(ON_ONE, anothers), None, "NonAssociatedColdKey"),
    Change(
        "a childkey take goes over",
        418,
        after(ON_ALL, lambda tx: tx.storage.childkey_take[NEW, 1], lambda tx: tx.storage.childkey_take.__setitem__((HOT, 1), 9)),
        0,
        9,
    ),
    Change(
        "a swap on all subnets waits for the interval of each",
        418,
        refused(ON_ALL, swapped_just_now),
        None,
        "HotKeySwapOnSubnetIntervalNotPassed",
    ),
    Change(
        "a swap on all subnets is noted on each",
        418,
        after(ON_ALL, lambda tx: list(tx.storage.last_hotkey_swap_on_netuid)),
        [],
        [(1, COLD)],
    ),
    Change(
        "nothing was claimed of a new hotkey", 418, refused(ON_ALL, with_claims_of_root), None, "NewHotKeyNotCleanForRootSwap"
    ),
    Change(
        "a swapped coldkey claims by itself",
        418,
        after(OF_COLDKEY, lambda tx: COLD in tx.storage.staking_coldkeys, staking_on_root, signer=None),
        True,
        False,
    ),
    Change(
        "what is locked for good stays so with a swapped coldkey",
        421,
        after(OF_COLDKEY, lambda tx: (NEW_COLD, 1) in tx.storage.decaying_lock, lock, signer=None),
        False,
        True,
    ),
    Change(
        "a coldkey that takes no locked stake is swapped to",
        424,
        refused(OF_COLDKEY, lock_of_one_that_takes_none, signer=None),
        "AccountRejectsLockedAlpha",
        None,
    ),
)
"""What the swaps changed."""
