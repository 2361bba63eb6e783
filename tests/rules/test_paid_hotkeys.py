"""When hotkeys are paid what waits for them, from 195 until there was alpha, and how it is shared among those behind them."""

from hashlib import blake2b
from itertools import pairwise

import pytest

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.ledger.rules.emission.daily import is_paid_in, part_by_product_195, part_by_quotient_201, place_of
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from tests.chain_fixture import account
from tests.rules.early_chain import EarlyChain

HOT, COLD = account("hot"), account("cold")
A, B = sorted(map(account, ("nominator", "another")))


def staked(spec_version: int, waiting: int, *, take: int = 0) -> EarlyChain:
    """A hotkey for which so much waits, and on which its owner and two others have 100 rao each; every hotkey is paid in the next
    block."""
    chain = EarlyChain(spec_version, subnets=(), block=1000)
    storage = chain.storage
    storage.owner[HOT] = COLD
    storage.delegates[HOT] = take
    for coldkey in (COLD, A, B):
        storage.stake[HOT, coldkey] = storage.total_coldkey_stake[coldkey] = 100
    storage.total_hotkey_stake[HOT] = storage.total_stake.value = 300
    storage.pendingd_hotkey_emission[HOT] = waiting
    storage.last_hotkey_emission_drain[HOT] = 900
    storage.hotkey_emission_tempo.value = 0
    return chain


def paid(chain: EarlyChain) -> tuple[int, int, int]:
    """What the next block brings to the owner and to both others."""
    before = [chain.storage.stake[HOT, coldkey] for coldkey in (COLD, A, B)]
    issued = chain.storage.total_issuance.value
    chain.ok(AdvanceTo(chain.block + 1))
    owner, a, b = [chain.storage.stake[HOT, coldkey] - of for coldkey, of in zip((COLD, A, B), before, strict=True)]
    assert chain.storage.total_issuance.value - issued == owner + a + b
    assert chain.storage.pendingd_hotkey_emission.get(HOT) == 0
    assert chain.storage.last_hotkey_emission_drain[HOT] == chain.block
    return owner, a, b


def test_a_hotkeys_block_follows_from_its_keccak_hash() -> None:
    # Keccak-256 of 64 zero bytes begins with ad3228b676f7d3cd, which is read from its last byte.
    nobody = bytes(32)
    assert place_of(nobody) == 0xCDD3F776B62832AD
    first = 0xCDD3F776B62832AD % 7201
    assert [block for block in range(3 * 7201) if is_paid_in(nobody, block, 7200)] == [first, first + 7201, first + 2 * 7201]
    # As in the reference's own test, of the accounts 0 to 7.
    in_even_blocks = [is_paid_in(number.to_bytes(32, "little"), 0, 1) for number in range(8)]
    assert in_even_blocks == [False, True, True, True, False, True, False, False]
    assert is_paid_in(nobody, 1, 0)
    assert not is_paid_in(nobody, 1, U64_MAX)


def test_one_for_whom_nothing_waits_is_passed_over() -> None:
    chain = staked(195, 0)
    chain.ok(AdvanceTo(1001))
    assert chain.storage.last_hotkey_emission_drain[HOT] == 900


def test_hotkeys_are_paid_once_a_tempo() -> None:
    chain = staked(218, 50)
    chain.storage.hotkey_emission_tempo.value = 6
    blocks = []
    for _ in range(21):
        chain.storage.pendingd_hotkey_emission[HOT] = 50
        chain.ok(AdvanceTo(chain.block + 1))
        blocks += [chain.block] if not chain.storage.pendingd_hotkey_emission[HOT] else []
    assert [later - earlier for earlier, later in pairwise(blocks)] == [7, 7]
    assert blocks[0] % 7 == place_of(HOT) % 7


def test_at_195_who_added_stake_since_the_last_time_gets_nothing() -> None:
    chain = staked(195, 1000)
    chain.storage.last_add_stake_increase[HOT, A] = 901
    chain.storage.last_add_stake_increase[HOT, B] = 900
    assert paid(chain) == (500, 0, 500)


def test_at_195_all_is_the_owners_where_nobody_counts() -> None:
    chain = staked(195, 1000)
    for coldkey in (COLD, A, B):
        chain.storage.last_add_stake_increase[HOT, coldkey] = 1000
    assert paid(chain) == (1000, 0, 0)


@pytest.mark.parametrize("spec_version", [195, 196, 201, 202, 203, 205, 210, 219])
def test_the_owner_keeps_its_take_and_what_shares_leave_over(spec_version: int) -> None:
    # 1000 * 11796 / 65535 = 179.99, so that 821 are shared: 273 each, and 2 are left over.
    assert paid(staked(spec_version, 1000, take=11796)) == (179 + 273 + 2, 273, 273)


def test_at_201_all_counts_whenever_it_was_staked() -> None:
    chain = staked(201, 1000)
    chain.storage.last_add_stake_increase[HOT, A] = 1000
    assert paid(chain) == (334, 333, 333)


@pytest.mark.parametrize("spec_version", [202, 203, 205, 210, 218])
def test_since_202_what_was_added_since_the_last_time_does_not_count(spec_version: int) -> None:
    chain = staked(spec_version, 1000)
    deltas = chain.storage.stake_delta_since_last_emission_drain
    deltas[HOT, A], deltas[HOT, B], deltas[account("other"), A] = 40, -10, 7
    # 260 count: 100, 60 and 100 of them, for 384.6, 230.8 and 384.6.
    assert paid(chain) == (386, 230, 384)
    kept = {(HOT, A): 40, (HOT, B): -10} if spec_version == 205 else {}
    assert dict(deltas.items()) == {**kept, (account("other"), A): 7}


def test_what_is_noted_of_stake_that_is_no_more_there_lets_others_share_more_than_there_is() -> None:
    chain = staked(205, 1000)
    chain.storage.stake[HOT, A] = 0
    chain.storage.stake_delta_since_last_emission_drain[HOT, A] = 140
    # 160 count by the total, 200 are shared by: 625 each, and nothing is left over.
    assert paid(chain) == (625, 0, 625)


def test_since_210_what_was_earned_as_a_miner_is_the_owners() -> None:
    for spec_version, expected in ((205, (334, 333, 333)), (210, (668, 166, 166))):
        chain = staked(spec_version, 1000)
        if spec_version == 210:
            chain.storage.pendingd_hotkey_emission_untouchable[HOT] = 500
        assert paid(chain) == expected
        if spec_version == 210:
            assert chain.storage.pendingd_hotkey_emission_untouchable.get(HOT) == 0


def test_what_is_the_owners_alone_is_paid_whole_even_where_less_waits() -> None:
    chain = staked(210, 10)
    chain.storage.pendingd_hotkey_emission_untouchable[HOT] = 25
    assert paid(chain) == (25, 0, 0)


def test_at_195_a_share_of_much_ends_where_its_product_does() -> None:
    # 10^10 * 10^12 is more than 2^63; what is left of it is divided by 2 * 10^12.
    assert part_by_product_195(10**12, 2 * 10**12, 10**10) == 2**63 // (2 * 10**12) == 4_611_686
    assert part_by_quotient_201(10**12, 2 * 10**12, 10**10) == 5 * 10**9


def test_who_is_paid_first_stands_first_among_the_hotkeys_of_a_coldkey() -> None:
    chain = EarlyChain(218, subnets=(), block=1000)
    storage = chain.storage
    storage.hotkey_emission_tempo.value = 0
    hotkeys = [account(f"hot {number}") for number in range(8)]
    for hotkey in hotkeys:
        storage.owner[hotkey] = COLD
        storage.pendingd_hotkey_emission[hotkey] = 5
    chain.ok(AdvanceTo(1001))
    assert storage.total_coldkey_stake[COLD] == 40
    by_hash = sorted(hotkeys, key=lambda hotkey: blake2b(hotkey, digest_size=16).digest())
    assert storage.staking_hotkeys[COLD] == tuple(by_hash) != tuple(hotkeys)
