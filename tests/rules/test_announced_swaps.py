"""Swaps of coldkeys that are announced: who may do what when, and what such a swap leaves behind (spec_version 424)."""

from hashlib import blake2b

import pytest

from neuron_ledger.events.swaps import (
    AnnounceColdkeySwap,
    ClearColdkeySwapAnnouncement,
    DisputeColdkeySwap,
    ResetColdkeySwap,
    ScheduleSwapColdkey,
    SwapColdkey,
    SwapColdkeyAnnounced,
    SwapHotkeyV2,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.swaps.checks import KEY_SWAP_COST
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import TAO, Chain, account

COLD, NEW, OTHER, HOT = account("cold"), account("new"), account("other"), account("hot")
BLOCK, DELAY, AGAIN = 1000, 36_000, 7_200
POSSIBLE = BLOCK + DELAY


def hash_of(coldkey: bytes) -> bytes:
    return blake2b(coldkey, digest_size=32).digest()


def chain(*, announced: bool = True) -> Chain:
    """A coldkey with a hotkey and 1 TAO, whose swap is announced in block 1000 if it is."""
    made = Chain(block=BLOCK, rules=TIMELINE.runtime(424))
    made.storage.owner[HOT] = COLD
    made.storage.owned_hotkeys[COLD] = (HOT,)
    made.fund(COLD, TAO)
    if announced:
        made.ok(AnnounceColdkeySwap(hash_of(NEW)), COLD)
    return made


def at(made: Chain, block: int) -> Chain:
    made.storage.block_number.value = block
    return made


def test_the_first_announcement_is_paid_for_and_later_ones_are_not() -> None:
    made = chain()
    assert made.storage.balances[COLD] == TAO - KEY_SWAP_COST
    assert made.storage.coldkey_swap_announcements[COLD] == (POSSIBLE, hash_of(NEW))
    error = at(made, POSSIBLE + AGAIN - 1).refused(AnnounceColdkeySwap(hash_of(OTHER)), COLD)
    assert (error.name, error.values["allowed_from"]) == ("ColdkeySwapReannouncedTooEarly", POSSIBLE + AGAIN)
    at(made, POSSIBLE + AGAIN).ok(AnnounceColdkeySwap(hash_of(OTHER)), COLD)
    assert made.storage.coldkey_swap_announcements[COLD] == (POSSIBLE + AGAIN + DELAY, hash_of(OTHER))
    assert made.storage.balances[COLD] == TAO - KEY_SWAP_COST


@pytest.mark.parametrize("balance", [KEY_SWAP_COST, KEY_SWAP_COST + 499])
def test_who_cannot_pay_all_and_still_exist_announces_nothing(balance: int) -> None:
    made = chain(announced=False)
    made.fund(COLD, balance)
    error = made.refused(AnnounceColdkeySwap(hash_of(NEW)), COLD)
    assert error.name == "NotEnoughBalanceToPaySwapColdKey"
    assert error.values == {"needed": KEY_SWAP_COST + 500, "balance": balance}


def test_an_announced_swap_is_done_from_its_block_on() -> None:
    made = chain()
    error = at(made, POSSIBLE - 1).refused(SwapColdkeyAnnounced(NEW), COLD)
    assert (error.name, error.values["allowed_from"]) == ("ColdkeySwapTooEarly", POSSIBLE)
    at(made, POSSIBLE).ok(SwapColdkeyAnnounced(NEW), COLD)
    storage = made.storage
    assert (storage.owner[HOT], tuple(storage.owned_hotkeys[NEW])) == (NEW, (HOT,))
    assert (storage.balances[NEW], COLD in storage.balances) == (TAO - KEY_SWAP_COST, False)
    assert COLD not in storage.coldkey_swap_announcements


def test_another_new_coldkey_than_announced_is_refused_before_time_is_asked_for() -> None:
    error = chain().refused(SwapColdkeyAnnounced(OTHER), COLD)
    assert error.name == "AnnouncedColdkeyHashDoesNotMatch"
    assert error.values == {"announced": hash_of(NEW), "given": hash_of(OTHER)}


def test_a_swap_that_was_not_announced_is_refused() -> None:
    made = chain(announced=False)
    for call in (SwapColdkeyAnnounced(NEW), DisputeColdkeySwap(), ClearColdkeySwapAnnouncement()):
        assert made.refused(call, COLD).name == "ColdkeySwapAnnouncementNotFound"


def test_an_announcement_is_taken_back_after_the_delay_and_paid_for_again() -> None:
    made = chain()
    error = at(made, POSSIBLE + AGAIN - 1).refused(ClearColdkeySwapAnnouncement(), COLD)
    assert (error.name, error.values["allowed_from"]) == ("ColdkeySwapClearTooEarly", POSSIBLE + AGAIN)
    at(made, POSSIBLE + AGAIN).ok(ClearColdkeySwapAnnouncement(), COLD)
    assert COLD not in made.storage.coldkey_swap_announcements
    made.ok(AnnounceColdkeySwap(hash_of(NEW)), COLD)
    assert made.storage.balances[COLD] == TAO - 2 * KEY_SWAP_COST


def test_what_is_disputed_is_left_to_root() -> None:
    made = chain()
    made.ok(DisputeColdkeySwap(), COLD)
    assert made.storage.coldkey_swap_disputes[COLD] == BLOCK
    for call in (SwapColdkeyAnnounced(NEW), DisputeColdkeySwap(), AnnounceColdkeySwap(hash_of(NEW))):
        assert at(made, POSSIBLE).refused(call, COLD).name == "ColdkeySwapDisputed"
    assert made.refused(ResetColdkeySwap(COLD), COLD).name == "ColdkeySwapDisputed"
    made.ok(ResetColdkeySwap(COLD))
    assert not made.storage.coldkey_swap_announcements
    assert not made.storage.coldkey_swap_disputes


def test_it_is_disputed_once() -> None:
    """Past the guards, which let nothing of a disputed coldkey through."""
    made = Chain(block=BLOCK, rules=TIMELINE.runtime(422))
    made.fund(COLD, TAO)
    made.ok(AnnounceColdkeySwap(hash_of(NEW)), COLD)
    made.ok(DisputeColdkeySwap(), COLD)
    error = made.refused(DisputeColdkeySwap(), COLD)
    assert (error.name, error.values["since"]) == ("ColdkeySwapAlreadyDisputed", BLOCK)


def test_a_swap_by_root_forgets_what_was_announced_and_disputed() -> None:
    made = chain()
    made.ok(DisputeColdkeySwap(), COLD)
    made.ok(SwapColdkey(COLD, OTHER, TAO // 10))
    storage = made.storage
    assert (storage.balances[OTHER], storage.owner[HOT]) == (TAO - KEY_SWAP_COST - TAO // 10, OTHER)
    assert not storage.coldkey_swap_announcements
    assert not storage.coldkey_swap_disputes


@pytest.mark.parametrize("signer", [None, COLD])
def test_nothing_is_scheduled_whoever_asks(signer: bytes | None) -> None:
    assert chain(announced=False).refused(ScheduleSwapColdkey(NEW), signer).name == "Deprecated"


def test_a_coldkey_with_locked_stake_is_not_swapped_to() -> None:
    made = chain(announced=False)
    made.storage.lock[NEW, 1, HOT] = (1000, 0, BLOCK)
    error = made.refused(SwapColdkey(COLD, NEW, 0))
    assert (error.name, error.values) == ("ActiveLockExists", {"coldkey": NEW, "netuid": 1, "locked": 1000})


@pytest.mark.parametrize(
    "call",
    [
        AnnounceColdkeySwap(hash_of(NEW)),
        SwapColdkeyAnnounced(NEW),
        DisputeColdkeySwap(),
        ClearColdkeySwapAnnouncement(),
        SwapHotkeyV2(HOT, NEW, None, True),
    ],
)
def test_these_calls_have_to_be_signed(call: Call) -> None:
    assert chain().refused(call).name == "BadOrigin"


def test_root_alone_resets() -> None:
    made = chain(announced=False)
    assert made.refused(ResetColdkeySwap(OTHER), COLD).name == "BadOrigin"
    made.ok(ResetColdkeySwap(OTHER))
