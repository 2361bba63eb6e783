"""Swaps of keys in the draft of alpha, 218 beside the main line: what goes over, and what stays."""

import pytest

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import IncreaseTake, SetChildkeyTake, SetChildren
from neuron_ledger.events.swaps import ScheduleSwapColdkey, SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT
from neuron_ledger.replay.node.metadata.calls import ledger_call
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, HOT, NEW, NEW_COLD, OTHER, NOMINATOR = map(account, ("cold", "hot", "new", "new cold", "other", "nominator"))
AXON, PROMETHEUS = (900, 1, 2, 3, 4, 4, 0, 0), (900, 1, 2, 3, 4)


@pytest.fixture
def chain() -> EarlyChain:
    """Block 1000; HOT of COLD has uid 0 on subnet 1, and is not on subnet 2 or root."""
    chain = EarlyChain(V218_DRAFT, subnets=(1, 2), block=1000)
    chain.pay(COLD, 3 * TAO)
    chain.storage.total_issuance.value = 100 * TAO
    chain.give_uid(HOT, COLD)
    return chain


def swap(old: bytes = HOT, new: bytes = NEW) -> SwapHotkey:
    call = ledger_call("swap_hotkey", {"hotkey": old, "new_hotkey": new}, V218_DRAFT.earlier_forms)
    assert isinstance(call, SwapHotkey)
    return call


def test_faults_of_a_hotkeys_swap_in_the_chains_order(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.tx_rate_limit.value, storage.last_tx_block[COLD] = 10, 990
    chain.give_uid(OTHER, NOMINATOR)
    assert chain.refused(swap()).name == "BadOrigin"
    assert chain.refused(swap(OTHER, OTHER), COLD).name == "NewHotKeyIsSameWithOld"
    assert chain.refused(swap(account("nobody's"), OTHER), COLD).name == "HotKeyAlreadyRegisteredInSubNet"
    assert chain.refused(swap(OTHER), COLD).name == "NonAssociatedColdKey"
    assert chain.refused(swap(), COLD).name == "HotKeySetTxRateLimitExceeded"
    storage.block_number.value = 1001
    chain.pay(COLD, TAO - 1)
    assert chain.refused(swap(), COLD).name == "NotEnoughBalanceToPaySwapHotKey"
    with pytest.raises(FieldError, match="on all subnets"):
        chain.submit(SwapHotkey(HOT, NEW, 1), COLD)


def test_a_new_hotkey_takes_the_place_of_the_old_one(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.subnet_owner_hotkey[1] = HOT
    storage.axons[1, HOT], storage.prometheus[1, HOT], storage.neuron_certificates[1, HOT] = AXON, PROMETHEUS, (1, b"k")
    storage.axons[2, HOT] = AXON
    storage.weight_commits[1, HOT] = ((bytes(32), 1, 2, 3),)
    storage.alpha[HOT, COLD, 1], storage.alpha[HOT, NOMINATOR, 1], storage.alpha[NEW, COLD, 1] = 10, 20, 5
    storage.total_hotkey_alpha[HOT, 1], storage.total_hotkey_alpha[NEW, 1], storage.total_hotkey_shares[HOT, 1] = 40, 2, 30
    storage.staking_hotkeys[COLD], storage.staking_hotkeys[NOMINATOR] = (HOT, OTHER), (HOT,)
    storage.owned_hotkeys[COLD] = (HOT, OTHER)
    storage.delegates[HOT], storage.last_tx_block[HOT], storage.last_tx_block_child_key_take[HOT] = 7, 8, 9
    storage.child_keys[HOT, 1], storage.parent_keys[OTHER, 1] = ((5, OTHER),), ((5, HOT), (6, NOMINATOR))
    storage.parent_keys[HOT, 2], storage.child_keys[OTHER, 2] = ((4, OTHER),), ((4, HOT),)
    chain.ok(swap(), COLD)
    assert (storage.balances[COLD], storage.total_issuance.value) == (2 * TAO, 99 * TAO)
    assert (dict(storage.owner), storage.owned_hotkeys[COLD]) == ({NEW: COLD}, (OTHER, NEW))
    assert dict(storage.total_hotkey_alpha) == {(NEW, 0): 0, (NEW, 1): 42, (NEW, 2): 0}
    assert dict(storage.total_hotkey_shares) == {(NEW, 0): 0, (NEW, 1): 30, (NEW, 2): 0}
    assert dict(storage.alpha) == {(HOT, NOMINATOR, 1): 20, (NEW, COLD, 0): 0, (NEW, COLD, 1): 15, (NEW, COLD, 2): 0}
    assert dict(storage.stake) == {(NEW, COLD): 0}
    assert dict(storage.staking_hotkeys) == {COLD: (OTHER, NEW), NOMINATOR: (HOT,)}
    assert dict(storage.last_tx_block) == {NEW: 1000, COLD: 1000}
    assert dict(storage.last_tx_block_delegate_take) == {NEW: 1000}
    assert dict(storage.last_tx_block_child_key_take) == {HOT: 9}
    assert dict(storage.delegates) == {NEW: 7}
    assert dict(storage.is_network_member) == {(NEW, 0): False, (NEW, 1): True, (NEW, 2): False}
    assert (storage.keys[1, 0], dict(storage.uids)) == (NEW, {(1, NEW): 0})
    assert dict(storage.axons) == {(1, NEW): AXON, (2, HOT): AXON}, "where it is no member, nothing goes over"
    assert (dict(storage.prometheus), dict(storage.neuron_certificates)) == ({(1, NEW): PROMETHEUS}, {(1, NEW): (1, b"k")})
    assert dict(storage.weight_commits) == {(1, NEW): ((bytes(32), 1, 2, 3),)}
    assert dict(storage.child_keys) == {(NEW, 0): (), (NEW, 1): ((5, OTHER),), (NEW, 2): (), (OTHER, 2): ((4, NEW),)}
    assert dict(storage.parent_keys) == {
        (NEW, 0): (),
        (NEW, 1): (),
        (NEW, 2): ((4, OTHER),),
        (OTHER, 1): ((5, NEW), (6, NOMINATOR)),
    }
    assert storage.subnet_owner_hotkey[1] == HOT


def test_a_swap_that_ends_at_the_senate_stays_half_done(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.delegates[HOT] = 7
    storage.senate_members.value = tuple(sorted((HOT, NEW)))
    chain.ok(swap(), COLD)
    assert (dict(storage.owner), storage.keys[1, 0], dict(storage.delegates)) == ({NEW: COLD}, HOT, {HOT: 7})
    assert dict(storage.last_tx_block) == {NEW: 1000, COLD: 1000}
    assert (storage.senate_members.value, dict(storage.stake)) == (tuple(sorted((HOT, NEW))), {(HOT, COLD): 0})


def test_a_senators_seat_goes_over(chain: EarlyChain) -> None:
    chain.storage.senate_members.value = tuple(sorted((HOT, OTHER)))
    chain.ok(swap(), COLD)
    assert chain.storage.senate_members.value == tuple(sorted((NEW, OTHER)))


def test_a_coldkey_is_swapped_by_root_for_what_the_chain_says(chain: EarlyChain) -> None:
    storage = chain.storage
    arguments = {"old_coldkey": COLD, "new_coldkey": NEW_COLD}
    call = ledger_call("swap_coldkey", arguments, V218_DRAFT.earlier_forms)
    assert chain.refused(call, COLD).name == "BadOrigin"
    storage.staking_hotkeys[NEW_COLD] = (OTHER,)
    storage.owner[NEW_COLD] = NOMINATOR
    assert chain.refused(call).name == "ColdKeyAlreadyAssociated"
    storage.staking_hotkeys.remove(NEW_COLD)
    assert chain.refused(call).name == "NewColdKeyIsHotkey"
    storage.owner.remove(NEW_COLD)
    chain.pay(COLD, TAO - 1)
    assert chain.refused(call).name == "NotEnoughBalanceToPaySwapColdKey"
    chain.pay(COLD, 3 * TAO)
    chain.pay(NEW_COLD, TAO)
    storage.map("Identities")[COLD] = (b"",) * 6
    storage.subnet_owner[1], storage.subnet_owner[2] = COLD, OTHER
    storage.alpha[HOT, COLD, 1], storage.staking_hotkeys[COLD] = 10, (HOT, OTHER)
    chain.ok(call)
    assert dict(storage.map("Identities")) == {NEW_COLD: (b"",) * 6}
    assert dict(storage.subnet_owner) == {1: NEW_COLD, 2: OTHER}
    assert dict(storage.stake) == {(HOT, NEW_COLD): 0, (OTHER, NEW_COLD): 0}
    assert dict(storage.alpha) == {
        **{(hotkey, NEW_COLD, netuid): 0 for hotkey in (HOT, OTHER) for netuid in (0, 1, 2)},
        (HOT, NEW_COLD, 1): 10,
    }
    assert (dict(storage.staking_hotkeys), dict(storage.owned_hotkeys)) == ({NEW_COLD: (HOT, OTHER)}, {NEW_COLD: (HOT,)})
    assert dict(storage.owner) == {HOT: NEW_COLD}
    assert dict(storage.balances) == {NEW_COLD: 3 * TAO}
    assert (storage.total_issuance.value, dict(storage.last_tx_block)) == (99 * TAO, {NEW_COLD: 1000})


def test_a_scheduled_swap_comes_in_its_block(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.coldkey_swap_schedule_duration.value = 0
    assert chain.refused(ScheduleSwapColdkey(NEW_COLD), COLD).name == "FailedToSchedule"
    storage.coldkey_swap_schedule_duration.value = 2
    chain.ok(ScheduleSwapColdkey(NEW_COLD), COLD)
    assert COLD in storage.coldkey_swap_scheduled
    assert chain.refused(ScheduleSwapColdkey(OTHER), COLD).name == "SwapAlreadyScheduled"
    chain.advance()
    assert storage.owner[HOT] == COLD
    chain.advance()
    assert (storage.owner[HOT], storage.balances[NEW_COLD]) == (NEW_COLD, 2 * TAO)
    assert not dict(storage.coldkey_swap_scheduled)


def test_what_is_noted_for_a_block_to_come_limits_nothing(chain: EarlyChain) -> None:
    """All but the registration of networks; block 1000 itself is not to come."""
    storage = chain.storage
    storage.tx_rate_limit.value = storage.tx_delegate_take_rate_limit.value = 10
    storage.max_delegate_take.value = 1000
    limited = {
        "TxRateLimitExceeded": SetChildren(HOT, 1, ((1, OTHER),)),
        "TxChildkeyTakeRateLimitExceeded": SetChildkeyTake(HOT, 1, 5),
        "DelegateTxRateLimitExceeded": IncreaseTake(HOT, 999),
        "HotKeySetTxRateLimitExceeded": swap(),
    }

    def note(block: int) -> None:
        storage.last_tx_block[COLD] = storage.last_tx_block_delegate_take[COLD] = block
        storage.transaction_key_last_block[HOT, 1, 0] = storage.transaction_key_last_block[HOT, 1, 1] = block

    note(1000)
    assert [chain.refused(call, COLD).name for call in limited.values()] == list(limited)
    assert chain.refused(BecomeDelegate(HOT), COLD).name == "DelegateTxRateLimitExceeded"
    note(1001)
    for call in limited.values():
        chain.ok(call, COLD)
    assert (storage.last_tx_block[COLD], storage.last_tx_block_delegate_take[COLD]) == (1000, 1000)
    assert (storage.transaction_key_last_block[HOT, 1, 0], storage.transaction_key_last_block[HOT, 1, 1]) == (1000, 1000)
    note(2**64 - 1)
    storage.delegates.remove(NEW)
    chain.ok(BecomeDelegate(NEW), COLD)
    assert (storage.delegates[NEW], storage.last_tx_block[COLD]) == (1000, 1000)
    storage.network_last_registered.value = 1001
    network = ledger_call("register_network", {"hotkey": NEW, "mechid": 1}, V218_DRAFT.earlier_forms)
    assert chain.refused(network, COLD).name == "NetworkTxRateLimitExceeded"
