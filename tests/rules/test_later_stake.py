"""Stake in later runtimes: root's dividends and their claims, locks, TAO in accounts, the walk that finds root's coldkeys."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.claims import (
    ClaimRoot,
    SetColdkeyAutoStakeHotkey,
    SetRootClaimType,
    SudoSetNumRootClaims,
    SudoSetRootClaimThreshold,
)
from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import AmountTooLow, CannotGoOn
from neuron_ledger.ledger.errors.pools import (
    BelowMinimum,
    InsufficientBalance,
    InsufficientStakeForLock,
    LockHotkeyMismatch,
    ReservesTooLow,
    StakeUnavailable,
)
from neuron_ledger.ledger.rules.accounts.tao import (
    BURN_ACCOUNT,
    burn_tao,
    is_subnet_account,
    recycle_tao,
    subnet_account,
    transfer_tao,
    transfer_tao_to_subnet,
)
from neuron_ledger.ledger.rules.migrations.emission import mint_into_subnet_accounts_411
from neuron_ledger.ledger.rules.numbers.decay import exp_decay
from neuron_ledger.ledger.rules.stake import locks, root_claims, root_index
from neuron_ledger.ledger.rules.stake.positions import (
    decrease_stake_for_hotkey_and_coldkey_on_subnet,
    get_stake_for_hotkey_and_coldkey_on_subnet,
    increase_stake_for_hotkey_and_coldkey_on_subnet,
)
from neuron_ledger.ledger.rules.stake.weighted_pool import HALF
from neuron_ledger.ledger.rules.stake.weighted_swaps import buy_without_fee_283, swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, account, subnet
from tests.rules.dated_stake import refusal

TODAY = TIMELINE.runtime(424)

# -------------------------------------------------------------------------------------------------------------- shares


def test_a_binary_share_becomes_a_decimal_one_when_it_moves() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.alpha[HOT, COLD, 1] = storage.total_hotkey_shares[HOT, 1] = 1000 << 64
        storage.total_hotkey_alpha[HOT, 1] = 1500
        assert get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1) == 1500
        assert decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 500) == 500
        assert not storage.alpha
        assert not storage.total_hotkey_shares
        assert get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1) in (999, 1000)
        assert decrease_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 5000) == 0


# ------------------------------------------------------------------------------------------------------- root's dividends


def test_several_subnets_alpha_is_bought_as_that_of_one_after_another() -> None:
    """Of a pool of equal weights, of another, of one that was never swapped with, of none, and of one that refuses."""
    storages = []
    for together in (False, True):
        storage = Storage(LAYOUT_424)
        with storage.transaction():
            tx: Tx = Transaction(storage, TODAY)
            amounts = {netuid: netuid * TAO for netuid in (5, 2, 4, 1, 3)}
            for netuid in amounts:
                storage.subnet_tao[netuid], storage.subnet_alpha_in[netuid] = 1_000 * TAO, (0 if netuid == 5 else 3_000) * TAO
                storage.subnet_mechanism[netuid] = int(netuid != 4)
                storage.swap_swap_balancer[netuid] = HALF + netuid * HALF // 10
                storage.swap_pal_swap_initialized[netuid] = netuid != 3
            if together:
                swaps = buy_without_fee_283(tx, amounts)
            else:
                swaps = {}
                for netuid, tao in amounts.items():
                    with suppress(ReservesTooLow):
                        swaps[netuid] = swap_tao_for_alpha_283(tx, netuid, tao, drop_fees=True)
            storages.append((storage.encode(), swaps))
    assert storages[0] == storages[1]
    assert set(storages[1][1]) == {1, 2, 3, 4}


def test_root_dividends_are_claimed_once_and_by_those_who_were_there() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0, 1000 * TAO)
        root_claims.increase_root_claimable_334(tx, HOT, 1, 100 * TAO)
        late = account("late")
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, late, 0, 1000 * TAO)
        root_claims.add_to_root_claimed(tx, HOT, late, 1000 * TAO)
        storage.root_claim_type[COLD] = storage.root_claim_type[late] = ("Keep", ())
        for coldkey in (COLD, late, COLD):
            root_claims.claim_root_dividends(tx, coldkey)
        claimed = get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1)
        assert abs(claimed - 100 * TAO) <= 1000
        assert get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, late, 1) == 0


def test_a_claim_is_sold_for_stake_on_root_unless_it_is_to_be_kept() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.balances[subnet_account(1)], storage.balances[subnet_account(0)] = 1000 * TAO, TAO
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0, 1000 * TAO)
        root_claims.increase_root_claimable_334(tx, HOT, 1, 100 * TAO)
        storage.root_claim_type[COLD] = ("KeepSubnets", (2,))
        root_claims.claim_root_dividends(tx, COLD)
        sold = storage.subnet_root_sell_tao[1]
        assert 24 * TAO < sold < 25 * TAO
        assert get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0) == 1000 * TAO + sold
        assert storage.subnet_protocol_flow[1] == -sold
        assert storage.balances[subnet_account(0)] == TAO + sold


def test_a_claim_that_cannot_be_paid_is_taken_back() -> None:
    with subnet(TODAY) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 0, 1000 * TAO)
        root_claims.increase_root_claimable_334(tx, HOT, 1, 100 * TAO)
        root_claims.maybe_add_coldkey_index(tx, COLD)
        before = tx.storage.digest()
        root_claims.claim_by_itself_334(tx)
        assert tx.storage.digest() == before


def test_more_than_is_staked_on_root_goes_to_the_hotkeys_owner() -> None:
    with subnet(TODAY) as tx:
        root_claims.increase_root_claimable_334(tx, HOT, 1, 5)
        assert not tx.storage.root_claimable
        assert get_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1) == 5


def test_coldkeys_are_numbered_without_gaps() -> None:
    with subnet(TODAY) as tx:
        storage, coldkeys = tx.storage, [account(name) for name in "abc"]
        for coldkey in coldkeys:
            root_claims.maybe_add_coldkey_index(tx, coldkey)
        root_claims.maybe_remove_coldkey_index(tx, coldkeys[0])
        assert dict(storage.staking_coldkeys_by_index) == {0: coldkeys[2], 1: coldkeys[1]}
        assert dict(storage.staking_coldkeys) == {coldkeys[2]: 0, coldkeys[1]: 1}
        root_claims.maybe_remove_coldkey_index(tx, coldkeys[1])
        root_claims.maybe_remove_coldkey_index(tx, coldkeys[1])
        assert (dict(storage.staking_coldkeys), storage.num_staking_coldkeys.value) == ({coldkeys[2]: 0}, 1)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 20), st.integers(0, 50))
def test_numbers_are_drawn_below_the_bound(seed: bytes, draws: int, below: int) -> None:
    drawn = root_claims.drawn_numbers(seed, draws, below)
    assert drawn == sorted(set(drawn))
    assert len(drawn) <= draws
    assert all(number < max(below, 1) for number in drawn)


@pytest.mark.parametrize("below", [0, 3])
def test_draws_without_end_are_not_begun(below: int) -> None:
    with pytest.raises(CannotGoOn, match="NumRootClaim: 18446744073709551615 draws per block"):
        root_claims.drawn_numbers(bytes(32), 2**64 - 1, below)


def test_the_walk_takes_thirty_shares_a_block_and_begins_anew() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        coldkeys = [account(f"cold {number}") for number in range(70)]
        for coldkey in coldkeys:
            storage.alpha_v2[HOT, coldkey, 0] = (10**21, 0)
        found = []
        for _ in range(4):
            root_index.index_root_coldkeys_397(tx)
            found.append((storage.num_staking_coldkeys.value, storage.alpha_v2_map_last_key.value is None))
        assert found == [(30, False), (60, False), (70, True), (70, False)]
        assert set(storage.staking_coldkeys) == set(coldkeys)


# --------------------------------------------------------------------------------------------------------------- locks


def test_locked_stake_stays_until_it_has_decayed() -> None:
    with subnet(TODAY) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 1000 * TAO)
        locks.do_lock_stake(tx, COLD, 1, OTHER, 600 * TAO)
        locks.ensure_available_to_unstake(tx, COLD, 1, 400 * TAO)
        with pytest.raises(StakeUnavailable):
            locks.ensure_available_to_unstake(tx, COLD, 1, 400 * TAO + 1)
        assert tx.storage.decaying_hotkey_lock[1, OTHER] == (600 * TAO, 0, 1000)
        tx.storage.block_number.value += 934_866
        assert abs(locks.get_current_locked(tx, COLD, 1) - 600 * TAO * 100 // 272) < 2 * TAO
        tx.storage.block_number.value += 60 * 934_866
        locks.cleanup_lock_if_zero(tx, COLD, 1)
        assert not any((tx.storage.lock, tx.storage.locking_coldkeys, tx.storage.decaying_hotkey_lock))


def test_what_a_lock_refuses() -> None:
    with subnet(TODAY) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 1000)
        with pytest.raises(AmountTooLow):
            locks.do_lock_stake(tx, COLD, 1, HOT, 0)
        with pytest.raises(InsufficientStakeForLock):
            locks.do_lock_stake(tx, COLD, 1, HOT, 1001)
        locks.do_lock_stake(tx, COLD, 1, HOT, 500)
        with pytest.raises(LockHotkeyMismatch):
            locks.do_lock_stake(tx, COLD, 1, OTHER, 100)
        with pytest.raises(InsufficientStakeForLock):
            locks.do_lock_stake(tx, COLD, 1, HOT, 501)


def test_a_lock_that_stays_gains_conviction_and_loses_it_with_its_mass() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.decaying_lock[COLD, 1] = False
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 1000 * TAO)
        locks.do_lock_stake(tx, COLD, 1, HOT, 1000 * TAO)
        storage.block_number.value += 934_866
        locks.force_reduce_lock(tx, COLD, 1, 500 * TAO)
        mass, conviction, _ = storage.lock[COLD, 1, HOT] or (0, 0, 0)
        assert mass == 500 * TAO
        assert abs((conviction >> 64) - 316 * TAO) < TAO
        assert storage.hotkey_lock[1, HOT] == storage.lock[COLD, 1, HOT]


@pytest.mark.parametrize(("blocks", "rate", "decayed"), [(0, 0, 1 << 64), (1, 0, 0), (7, 7, 6786177901268885274), (10**9, 1, 78)])
def test_decay(blocks: int, rate: int, decayed: int) -> None:
    """e^-1 and e^-40, the least, to the last bits."""
    assert abs(exp_decay(blocks, rate) - decayed) <= 1


# ----------------------------------------------------------------------------------------------------------------- TAO


def test_tao_moves_between_accounts() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.balances_total_issuance.value = storage.total_issuance.value = 100 * TAO
        assert transfer_tao_to_subnet(tx, 1, COLD, 200 * TAO) == 100 * TAO - 500
        assert storage.balances[subnet_account(1)] == 100 * TAO - 500
        with pytest.raises(InsufficientBalance):
            transfer_tao_to_subnet(tx, 1, COLD, 1)
        with pytest.raises(BelowMinimum):
            transfer_tao(tx, subnet_account(1), HOT, 499)
        burn_tao(tx, subnet_account(1), 50 * TAO)
        assert storage.balances[BURN_ACCOUNT] == 50 * TAO
        recycle_tao(tx, BURN_ACCOUNT, TAO)
        transfer_tao(tx, COLD, BURN_ACCOUNT, 100)
        assert COLD not in storage.balances
        assert storage.total_issuance.value == storage.balances_total_issuance.value == 99 * TAO - 400


def test_subnets_accounts_are_told_apart() -> None:
    assert subnet_account(258).hex().startswith("6d6f646c73756274656e73720201")
    assert is_subnet_account(subnet_account(65535))
    assert not is_subnet_account(subnet_account(1)[:-1] + b"\x01")
    assert not is_subnet_account(BURN_ACCOUNT)


# ---------------------------------------------------------------------------------------------------------- migrations


def test_what_pools_hold_is_minted_into_accounts_at_411() -> None:
    with subnet(TODAY) as tx:
        storage = tx.storage
        storage.balances_total_issuance.value = 100 * TAO
        storage.subnet_locked[1], storage.network_min_lock_cost.value = 5 * TAO, TAO
        mint_into_subnet_accounts_411(tx)
        assert storage.balances[subnet_account(1)] == 1_004 * TAO
        assert storage.balances[subnet_account(0)] == 100_000 * TAO
        assert storage.total_issuance.value == storage.balances_total_issuance.value == 101_104 * TAO


# --------------------------------------------------------------------------------------------------------------- calls


@pytest.mark.parametrize(
    ("call", "signer", "error"),
    [
        (ClaimRoot(()), COLD, "InvalidSubnetNumber"),
        (ClaimRoot((1, 2, 3, 4, 5, 6)), COLD, "InvalidSubnetNumber"),
        (ClaimRoot((1, 1)), COLD, None),
        (ClaimRoot((1,)), None, "BadOrigin"),
        (SetRootClaimType(("KeepSubnets", ())), COLD, "InvalidSubnetNumber"),
        (SetRootClaimType(("KeepSubnets", (3, 1))), COLD, None),
        (SetRootClaimType(("Keep", ())), None, "BadOrigin"),
        (SudoSetRootClaimThreshold(1, 10_000_001), None, "InvalidRootClaimThreshold"),
        (SudoSetRootClaimThreshold(1, 10_000_000), COLD, "BadOrigin"),
        (SudoSetRootClaimThreshold(1, 10_000_000), None, None),
        (SudoSetNumRootClaims(51), None, "InvalidNumRootClaim"),
        (SudoSetNumRootClaims(50), None, None),
        (SudoSetNumRootClaims(50), COLD, "BadOrigin"),
        (SetColdkeyAutoStakeHotkey(9, HOT), COLD, "SubnetNotExists"),
        (SetColdkeyAutoStakeHotkey(1, account("stranger")), COLD, "HotKeyNotRegisteredInSubNet"),
        (SetColdkeyAutoStakeHotkey(1, OTHER), COLD, None),
        (SetColdkeyAutoStakeHotkey(1, OTHER), None, "BadOrigin"),
    ],
)
def test_what_calls_about_claims_refuse(call: Call, signer: bytes | None, error: str | None) -> None:
    with subnet(TODAY) as tx:
        assert refusal(tx, signer, call) == error


def test_another_hotkey_is_chosen_and_the_old_one_forgets() -> None:
    with subnet(TODAY) as tx:
        for hotkey in (HOT, OTHER):
            dispatch(tx, COLD, SetColdkeyAutoStakeHotkey(1, hotkey))
        assert tx.storage.auto_stake_destination[COLD, 1] == OTHER
        assert dict(tx.storage.auto_stake_destination_coldkeys) == {(HOT, 1): (), (OTHER, 1): (COLD,)}
        assert refusal(tx, COLD, SetColdkeyAutoStakeHotkey(1, OTHER)) == "SameAutoStakeHotkeyAlreadySet"


def test_a_claim_type_that_there_is_not_is_no_call() -> None:
    for claim_type in (("Burn", ()), ("Keep", (1,))):
        with pytest.raises(FieldError):
            SetRootClaimType(claim_type)
