"""What blocks bring from 233 to 276: what each number changed, right before it and from it on; values worked out by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.runtime import BlockEmission, Share
from tests.chain_fixture import TAO, account
from tests.rules.dtao_chain import DtaoChain

COLD, HOT, OTHER, PARENT, OWNER = map(account, ("cold", "hot", "other", "parent", "owner"))
HALF = 2**63
"""Of 2^64 - 1, a half."""


def shown(behaviour: Callable[[int], Any], *spec_versions: int) -> list[Any]:
    return [behaviour(number) for number in spec_versions]


# ----------------------------------------------------------------------------------------------------------------- prices


def average_after(
    spec_version: int, *, age: int = 0, halving: int = 0, started: int = 0, price: int = 4, average: int = 1
) -> int:
    """The average price, U96F32, after a block in which half of SubnetMovingAlpha is taken in."""
    chain = DtaoChain(spec_version, block=age)
    storage = chain.storage
    storage.subnet_moving_alpha.value = u96f32.ONE // 2
    storage.subnet_tao[1], storage.subnet_alpha_in[1] = price * TAO, TAO
    storage.subnet_moving_price[1] = average * u96f32.ONE
    if spec_version >= 252:
        storage.ema_price_halving_blocks[1] = halving
    if spec_version >= 257:
        storage.first_emission_block_number[1] = started
    chain.rules.emission_steps[-1](chain.tx, BlockEmission([Share(1, 0, 0, 0)]))
    return storage.subnet_moving_price[1]


def test_a_price_counts_as_at_most_1_since_234() -> None:
    assert shown(average_after, 233, 234, 245) == [5 * u96f32.ONE // 2, u96f32.ONE, u96f32.ONE]


def test_average_prices_of_young_subnets_move_slowly_since_246() -> None:
    quarter, half = u96f32.ONE // 4, u96f32.ONE // 2
    assert [average_after(number, age=100_800, average=0) for number in (245, 246, 247)] == [half, quarter, quarter]
    assert [average_after(number, age=300, halving=100, average=0) for number in (252, 257)] == [half * 3 // 4] * 2
    assert average_after(258, age=300, halving=100, started=201, average=0) == quarter


# ------------------------------------------------------------------------------------------------------- a block's TAO


@pytest.mark.parametrize(
    ("by_burn", "by_work", "closed"), [(False, True, [True, False]), (False, False, [False, True]), (True, False, [False, False])]
)
def test_which_closed_subnets_get_no_tao(by_burn: bool, by_work: bool, closed: list[bool]) -> None:
    def gets_none(spec_version: int) -> bool:
        chain = DtaoChain(spec_version)
        chain.storage.network_registration_allowed[1], chain.storage.network_pow_registration_allowed[1] = by_burn, by_work
        (share,) = chain.rules.share_emission(chain.tx).shares
        assert share.alpha_in == u96f32.ONE * TAO
        return share.tao_in == 0

    assert shown(gets_none, 234, 238) == closed


def test_every_subnet_emits_until_256() -> None:
    def emit(spec_version: int) -> list[int]:
        chain = DtaoChain(spec_version, subnets=(1, 2))
        if spec_version >= 257:
            chain.storage.first_emission_block_number.remove(2)
        return [share.netuid for share in chain.rules.share_emission(chain.tx).shares]

    assert shown(emit, 233, 252, 257) == [[1, 2], [1, 2], [1]]


# ------------------------------------------------------------------------------------------------------ who earns what


def drained(spec_version: int) -> DtaoChain:
    """1,700 alpha, and 50 rao for which 300 were sold: the epoch gives a validator 1,000, and 1,000 to the owner's hotkey."""
    chain = DtaoChain(spec_version)
    storage, tx = chain.storage, chain.tx
    storage.tao_weight.value = 2**64 - 1
    storage.owner[HOT], storage.owner[OTHER] = COLD, OWNER
    storage.delegates[HOT] = storage.delegates[OTHER] = 0
    storage.subnet_owner_hotkey[1], storage.subnet_owner[1] = OTHER, OWNER
    chain.put("TotalHotkeyAlpha", {(HOT, 1): 3_000, (HOT, 0): 1_000})
    tx.rules = evolve(chain.rules, run_epoch=lambda *_: [(HOT, 0, 1_000), (OTHER, 1_000, 0)])
    tx.rules.drain_pending_emission(tx, 1, (1_700, 50, 300, 0))
    return chain


def test_what_validators_are_paid() -> None:
    def paid(spec_version: int) -> tuple[int, int]:
        storage = drained(spec_version).storage
        return storage.alpha_dividends_per_subnet[1, HOT], storage.tao_dividends_per_subnet[1, HOT]

    assert shown(paid, 233, 239, 244, 252, 257, 277) == [(1_000, 50), (1_000, 50), (750, 50), (750, 50), (700, 50), (700, 50)]


def test_what_the_owners_hotkey_mines_is_burned_since_252() -> None:
    assert shown(lambda number: drained(number).storage.total_hotkey_alpha[OTHER, 1], 233, 247, 252) == [1_000, 1_000, 0]


def test_what_a_hotkey_holds_is_noted_since_261() -> None:
    assert drained(261).storage.total_hotkey_alpha_last_epoch[HOT, 1] == 3_700
    assert not hasattr(drained(258).storage, "total_hotkey_alpha_last_epoch")


def test_whoever_gets_stake_is_listed_since_273() -> None:
    assert shown(lambda number: drained(number).storage.staking_hotkeys[OWNER], 244, 265) == [(), ()]
    chain = DtaoChain(273)
    chain.storage.owner[HOT] = COLD
    chain.rules.pay_miners(chain.tx, 1, {HOT: 5})
    assert chain.storage.staking_hotkeys[COLD] == (HOT,)


@pytest.mark.parametrize(("owner", "before", "since"), [(OWNER, (400, 600), (400, 599)), (COLD, (400, 600), (500, 500))])
def test_what_a_child_takes(owner: bytes, before: tuple[int, int], since: tuple[int, int]) -> None:
    def parts(spec_version: int) -> tuple[int, int]:
        chain = DtaoChain(spec_version)
        storage = chain.storage
        storage.owner[HOT], storage.owner[PARENT] = COLD, owner
        storage.childkey_take[HOT, 1] = 13107
        storage.parent_keys[HOT, 1] = ((HALF, PARENT),)
        chain.put("TotalHotkeyAlpha", {(HOT, 1): 500, (PARENT, 1): 1_000})
        (parent, first), (child, last) = chain.rules.share_with_parents(chain.tx, HOT, 1, 1_000)
        assert (parent, child) == (PARENT, HOT)
        return first, last

    assert shown(parts, 233, 247, 252, 273) == [before, before, since, since]


# ----------------------------------------------------------------------------------------------------------- children


def test_children_are_set_in_every_block_until_237() -> None:
    def set_when(spec_version: int) -> list[int]:
        chain = DtaoChain(spec_version, block=10)
        chain.storage.tempo[1] = 9  # the epoch of subnet 1 runs in block 17
        chain.storage.pending_child_keys[1, HOT] = (((HALF, OTHER),), 11)
        blocks = []
        for block in range(11, 19):
            before = len(chain.storage.child_keys[HOT, 1])
            chain.ok(AdvanceTo(block))
            if len(chain.storage.child_keys[HOT, 1]) != before:
                blocks.append(block)
        assert chain.storage.parent_keys[OTHER, 1] == ((HALF, HOT),)
        return blocks

    assert shown(set_when, 233, 234, 238, 276) == [[12], [12], [17], [17]]


@pytest.mark.parametrize("spec_version", [233, 244, 252, 257, 261, 273, 276])
def test_blocks_pass(spec_version: int) -> None:
    chain = DtaoChain(spec_version, block=10)
    chain.storage.tempo[1] = 9
    chain.give_uid(HOT, COLD)
    chain.ok(AdvanceTo(30))
    assert chain.storage.last_mechansim_step_block[1] == 27
    assert chain.storage.subnet_alpha_out[1] == 5_000 * TAO + 20 * TAO
    assert chain.storage.pending_emission[1] == 3 * TAO


# -------------------------------------------------------------------------------------------------------------- shares


def moved(spec_version: int, value: int, denominator: int, share: int, update: int) -> tuple[int, int, int, int]:
    """(how much moved, value, denominator and share afterwards), shares in whole numbers."""
    chain = DtaoChain(spec_version)
    storage = chain.storage
    chain.put("TotalHotkeyAlpha", {(HOT, 1): value})
    chain.put("TotalHotkeyShares", {(HOT, 1): denominator << 64})
    chain.put("Alpha", {(HOT, COLD, 1): share << 64})
    by = chain.rules.shares.move(storage, HOT, COLD, 1, update)
    denominator, share = storage.total_hotkey_shares[HOT, 1] >> 64, storage.alpha[HOT, COLD, 1] >> 64
    return by, storage.total_hotkey_alpha[HOT, 1], denominator, share


def test_of_a_share_what_is_next_to_nothing_stays_until_243() -> None:
    before, since = moved(239, 10**6, 10**6, 10**6, 1 - 10**6), moved(244, 10**6, 10**6, 10**6, 1 - 10**6)
    assert before == (1 - 10**6, 1, 1, 1)
    assert since == (-(10**6), 0, 0, 0)


def test_the_first_to_come_gets_all_that_is_there_until_243() -> None:
    assert moved(233, 100, 0, 0, 50) == (50, 150, 150, 150)
    assert moved(244, 100, 0, 0, 50) == (50, 150, 50, 50)


def test_shares_worth_more_than_fits_are_worth_nothing_until_243() -> None:
    def worth(spec_version: int) -> int | None:
        chain = DtaoChain(spec_version)
        chain.put("TotalHotkeyAlpha", {(HOT, 1): 8})
        chain.put("TotalHotkeyShares", {(HOT, 1): 2})
        chain.put("Alpha", {(HOT, COLD, 1): 1})
        return chain.rules.shares.value(chain.storage, HOT, COLD, 1)

    assert shown(worth, 233, 239, 244) == [0, 0, 4]
    assert moved(239, 8, 2, 1, 4) == (4, 12, 3, 2)


def test_whether_an_update_moves_a_share_is_asked_since_239() -> None:
    def moves(spec_version: int) -> bool:
        chain = DtaoChain(spec_version)
        chain.put("TotalHotkeyAlpha", {(HOT, 1): 2**62})
        chain.put("TotalHotkeyShares", {(HOT, 1): 1 << 40})
        return chain.rules.shares.moves(chain.storage, HOT, 1, 1)

    assert shown(moves, 238, 239, 244) == [True, False, False]


# ---------------------------------------------------------------------------------------------------------------- uids


def test_whom_of_the_owner_a_full_subnet_keeps() -> None:
    def kept(spec_version: int) -> tuple[list[int], bool]:
        chain = DtaoChain(spec_version)
        storage = chain.storage
        for hotkey, coldkey in ((HOT, OWNER), (OTHER, OWNER), (PARENT, COLD)):
            chain.give_uid(hotkey, coldkey)
        storage.subnet_owner[1], storage.subnet_owner_hotkey[1] = OWNER, OTHER
        spared = list(chain.rules.immune_owner_uids(storage, 1))
        candidate = chain.rules.neuron_to_prune(chain.tx, 1)
        assert candidate is not None
        chain.rules.replace_neuron(chain.tx, 1, evolve(candidate, uid=0), COLD)
        return spared, storage.keys[1, 0] == HOT

    assert shown(kept, 233, 234, 238) == [([0, 1], True), ([0, 1], True), ([1], False)]


def test_bonds_are_inherited_until_256() -> None:
    def inherited(spec_version: int) -> bool:
        chain = DtaoChain(spec_version)
        chain.give_uid(HOT, COLD)
        chain.give_uid(OTHER, OWNER)
        chain.storage.bonds[1, 0] = b"\1\0\2\0"
        candidate = chain.rules.neuron_to_prune(chain.tx, 1)
        assert candidate is not None
        chain.rules.replace_neuron(chain.tx, 1, evolve(candidate, uid=0), PARENT)
        return (1, 0) in chain.storage.bonds

    assert shown(inherited, 233, 252, 257) == [True, True, False]


# -------------------------------------------------------------------------------------------------------------- epochs


def test_who_gets_a_permit_and_whose_weight_for_itself_counts() -> None:
    def epoch(spec_version: int) -> tuple[tuple[bool, ...], int | None]:
        chain = DtaoChain(spec_version)
        for hotkey in (HOT, OTHER, PARENT):
            chain.give_uid(hotkey, COLD)
        storage = chain.storage
        storage.subnet_owner_hotkey[1] = OTHER
        storage.max_allowed_validators[1] = 2
        storage.stake_threshold.value = 100
        chain.put("TotalHotkeyAlpha", {(HOT, 1): 99, (OTHER, 1): 100})
        tx = chain.tx
        tx.rules.run_epoch(tx, 1, 1_000)
        return storage.validator_permit[1], tx.rules.read_epoch(tx, 1, 0, 0).owner_uid

    before, since = (True, True, False), (False, True, False)
    assert shown(epoch, 233, 252, 265, 273) == [(before, None), (before, 1), (before, 1), (since, 1)]


def bond_after(spec_version: int, *, last_update: int = 90, registered: int = 1) -> int:
    """The bond of uid 2 for uid 1 after an epoch in block 100 that takes in nothing new, -1 where it is forgotten.

    It is half as great as that of uid 0 before; three roundings take one from it.
    """
    chain = DtaoChain(spec_version)
    for hotkey in (HOT, OTHER, PARENT):
        chain.give_uid(hotkey, COLD)
    storage = chain.storage
    storage.validator_permit[1], storage.max_allowed_validators[1] = (True, False, True), 2
    storage.last_update[1] = (last_update,) * 3
    chain.put("BlockAtRegistration", {(1, 0): 1, (1, 1): registered, (1, 2): 1})
    storage.bonds_moving_average[1] = 1_000_000
    storage.tempo[1] = 50
    chain.put("TotalHotkeyAlpha", {(HOT, 1): 300, (PARENT, 1): 300})
    chain.put("Weights", {(1, 0): b"\1\0\xff\xff", (1, 2): b"\1\0\xff\xff"})
    chain.put("Bonds", {(1, 0): b"\1\0\xff\xff", (1, 2): b"\1\0\xff\x7f"})
    chain.tx.rules.run_epoch(chain.tx, 1, 1_000)
    row = storage.bonds[1, 2]
    return int.from_bytes(row[2:4], "little") if row else -1


def test_which_bonds_an_epoch_forgets() -> None:
    kept, forgotten = 32766, -1
    assert shown(lambda number: bond_after(number, registered=60), 233, 252, 257, 273) == [kept, kept, forgotten, forgotten]
    assert shown(lambda number: bond_after(number, registered=45, last_update=45), 233, 252, 257) == [forgotten, forgotten, kept]
