"""The draft of alpha, 218 beside the main line: its shares, its pools, and what its blocks bring; figures worked out by hand."""

import pytest

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.events.stake_moves import MoveStake
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.emission.draft_coinbase import alpha_for_pool, shares_of_tao
from neuron_ledger.ledger.rules.emission.draft_dividends import parent_dividends_218_draft
from neuron_ledger.ledger.rules.epoch.mock import stake_weight_218_draft
from neuron_ledger.ledger.rules.stake.draft_pools import taken_218_draft
from neuron_ledger.ledger.rules.stake.whole_shares import (
    decrease_218_draft,
    increase_218_draft,
    increase_for_all_218_draft,
    value_218_draft,
)
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT
from neuron_ledger.projections.storage import Storage
from tests.chain_fixture import TAO, Chain, account

COLD, HOT, NOMINATOR, OWNER, OWNERS_HOT = (account(name) for name in ("cold", "hot", "nominator", "owner", "owner's hot"))
HALF = 1 << 31
ONE = 1 << 32
ALL = 2**64 - 1


def storage() -> Storage:
    empty = Storage(V218_DRAFT.layout)
    empty.journal.begin()
    return empty


# --------------------------------------------------------------------------------------------------------------- shares


def held(of: Storage) -> tuple[dict[bytes, int], int, int]:
    """Shares by coldkey, then all shares and the alpha that they are parts of."""
    shares = {coldkey: shares for (_, coldkey, _), shares in of.alpha.items()}
    return shares, of.total_hotkey_shares[HOT, 1], of.total_hotkey_alpha[HOT, 1]


def test_shares_are_bought_and_sold_at_what_they_are_worth() -> None:
    of = storage()
    increase_218_draft(of, HOT, COLD, 1, 100)
    increase_for_all_218_draft(of, HOT, 1, 50)
    increase_218_draft(of, HOT, NOMINATOR, 1, 75)  # half of 150, so half of 100 shares
    assert held(of) == ({COLD: 100, NOMINATOR: 50}, 150, 225)
    assert (value_218_draft(of, HOT, COLD, 1), value_218_draft(of, HOT, NOMINATOR, 1)) == (150, 75)
    decrease_218_draft(of, HOT, NOMINATOR, 1, 75)  # a third, cut after 32 bits, of 150 shares: a little less than 50
    assert held(of) == ({COLD: 100, NOMINATOR: 1}, 101, 150)
    assert value_218_draft(of, HOT, NOMINATOR, 1) == 1
    decrease_218_draft(of, HOT, NOMINATOR, 1, 3)  # 3/150 of 101 shares are 2, which are not there
    assert held(of) == ({COLD: 100, NOMINATOR: 1}, 101, 150)
    decrease_218_draft(of, HOT, NOMINATOR, 1, 2)
    assert held(of) == ({COLD: 100}, 100, 148)
    decrease_218_draft(of, HOT, COLD, 1, 148)
    assert held(of) == ({}, 0, 0)
    assert (HOT, 1) not in of.total_hotkey_alpha


def test_nothing_leaves_entries_of_nothing() -> None:
    of = storage()
    increase_218_draft(of, HOT, COLD, 1, 0)
    increase_for_all_218_draft(of, OWNERS_HOT, 0, 0)
    decrease_218_draft(of, HOT, COLD, 1, 0)
    assert dict(of.alpha) == {(HOT, COLD, 1): 0}
    assert dict(of.total_hotkey_shares) == {(HOT, 1): 0}
    assert dict(of.total_hotkey_alpha) == {(HOT, 1): 0, (OWNERS_HOT, 0): 0}
    assert (value_218_draft(of, HOT, COLD, 1), value_218_draft(of, HOT, OWNER, 1)) == (0, None)


def test_nothing_can_be_bought_of_shares_without_alpha() -> None:
    of = storage()
    of.total_hotkey_shares[HOT, 1] = 7
    with pytest.raises(CannotGoOn, match="7 shares but no alpha"):
        increase_218_draft(of, HOT, COLD, 1, 0)


# ---------------------------------------------------------------------------------------------------------------- pools


@pytest.mark.parametrize(
    ("reserve", "other", "added", "taken"),
    [
        (1000, 1000, 1000, 500),
        (4 * TAO, TAO, TAO, 2 * TAO),
        (1, 1, 1, 0),  # a half is left
        (100, 50, 0, 0),
        (100, 0, 0, 100),  # by nothing is not divided: nothing is left
        (100, 0, 9, 100),
        (0, 100, 9, 0),
        # The product of these does not fit 95 bits, and the greatest number that does stands for it.
        (2**50, 2**50, 0, 2**50 - 2**45),
    ],
)
def test_a_pool_serves_whatever_is_asked_for(reserve: int, other: int, added: int, taken: int) -> None:
    assert taken_218_draft(reserve, other, added) == taken


# ------------------------------------------------------------------------------------------------------------- emission


def test_a_block_shares_out_its_tao_by_mechanism_and_by_subnet() -> None:
    of = storage()
    for netuid, mechanism, tao in ((1, 1, 300), (2, 1, 100), (3, 0, 400), (4, 7, 0)):
        of.subnet_mechanism[netuid], of.subnet_tao[netuid] = mechanism, tao
    assert shares_of_tao(of, (1, 2, 3, 4), 1000) == [375, 125, 500, 0]
    assert shares_of_tao(of, (4,), 1000) == [0]


@pytest.mark.parametrize(
    ("part", "tao", "alpha_in", "brought"),
    [
        (ONE, 1000, 4000, 250),  # a price of a quarter, below the part
        (HALF, 4000, 4000, 500),
        (HALF, 1000, 4000, 500),
        (0, 1000, 4000, 0),
        (0, 0, 0, 0),
        (ONE, 1000, 0, 0),
    ],
)
def test_a_pool_gets_alpha_by_its_price(part: int, tao: int, alpha_in: int, brought: int) -> None:
    assert alpha_for_pool(part, tao << 32, alpha_in, 1000 << 32) == brought << 32


def chain() -> Chain:
    """A dynamic subnet of one neuron at 1000 TAO and 4000 alpha, and the root network with the same neuron."""
    chain = Chain(rules=V218_DRAFT)
    of = chain.storage
    of.subnet_mechanism[1], of.subnet_tao[1], of.subnet_alpha_in[1], of.subnet_alpha_out[1] = 1, 1000 * TAO, 4000 * TAO, 500 * TAO
    of.owner[HOT], of.owner[OWNERS_HOT] = COLD, OWNER
    of.subnet_owner[1], of.subnet_owner_hotkey[1] = OWNER, OWNERS_HOT
    of.total_stake.value = 1500 * TAO
    for netuid in (0, 1):
        of.subnetwork_n[netuid], of.keys[netuid, 0] = 1, HOT
        increase_218_draft(of, HOT, COLD, netuid, 500 * TAO)
    return chain


def test_a_block_brings_alpha_to_all_who_share_in_it() -> None:
    """Of one alpha a quarter goes to the pool. Of the 750,000,000 that are left 5898/65535 are the owner's: 67,498,283. Of the
    other 682,501,717 the take is 11796/65535: 122,847,184. The rest, 559,654,532 and a part, is split by stake: 500 TAO on root,
    500 alpha and what the take brought."""
    of = (before := chain()).storage
    of.tao_weight_on_subnet[1] = ALL
    before.advance(1)
    assert (of.emission_values[1], of.pending_emission[1], of.subnet_tao[0]) == (TAO, 0, 0)
    assert of.total_issuance.value == 1, "its part of the block's TAO is one whole, and counts as one rao"
    assert (of.pruning_scores[1], of.stake_weight[1], of.emission[1]) == ((65535,), (65535,), (682_501_717,))
    assert (of.rank[1], of.validator_permit[1], of.active[1], of.dividends[1]) == ((0,), (True,), (True,), (0,))
    assert (of.blocks_since_last_step[1], of.last_mechansim_step_block[1]) == (0, before.block)
    assert of.hotkey_dividends_per_subnet[1, HOT] == 682_501_717
    take, for_alpha, for_root = 122_847_184, 279_861_637, 279_792_894
    assert of.alpha[OWNERS_HOT, OWNER, 1] == 67_498_283
    assert of.total_hotkey_alpha[HOT, 1] == 500 * TAO + take + for_alpha
    out = 500 * TAO - 67_498_283 + take + for_alpha
    assert (of.subnet_alpha_in[1], of.subnet_alpha_out[1]) == (4000 * TAO + TAO // 4 + for_root, out - for_root)
    sold = 70_008_899
    assert of.subnet_tao[1] == 1001 * TAO - sold
    assert of.total_hotkey_alpha[HOT, 0] == 500 * TAO + sold
    assert of.total_stake.value == 1500 * TAO + 1 - sold


def test_root_gets_an_epoch_that_brings_nothing() -> None:
    of = (before := chain()).storage
    before.advance(1)
    assert (of.pruning_scores[0], of.emission[0], of.last_mechansim_step_block[0]) == ((65535,), (0,), before.block)
    nothing = (of.pending_emission, of.subnet_tao, of.subnet_alpha_in, of.subnet_alpha_out, of.blocks_since_last_step)
    assert [table.get(0) for table in nothing] == [0] * 5
    assert (of.hotkey_dividends_per_subnet.get((0, HOT)), 0 in of.emission_values) == (0, False)


def test_a_subnet_without_a_pool_gets_a_part_of_one_rao() -> None:
    of = (before := chain()).storage
    of.subnet_mechanism[1] = 0
    before.advance(1)
    assert (of.emission_values[1], of.subnet_tao[1], of.emission[1]) == (TAO, 1000 * TAO + 1, (1,))
    assert (of.total_issuance.value, of.total_stake.value) == (1, 1500 * TAO + 1)


def test_what_a_hotkey_earns_is_shared_with_its_parents_by_what_they_add() -> None:
    of = storage()
    of.tao_weight_on_subnet[1], of.childkey_take[HOT, 1] = ALL, 13107
    of.parent_keys[HOT, 1] = ((ALL, COLD), (ALL // 2, OWNER))
    of.total_hotkey_alpha[COLD, 1], of.total_hotkey_alpha[OWNER, 0] = 100, 600
    of.total_hotkey_alpha[HOT, 1] = 10**6  # its own stake counts for nothing
    # 100 and a little less than 300: 250 and 749, of which the take is a little less than a fifth, 49 and 149.
    assert parent_dividends_218_draft(of, HOT, 1, 1000) == [(COLD, 201), (OWNER, 600), (HOT, 199)]
    assert stake_weight_218_draft(of, HOT, 1) == 10**6 + 100 << 64
    assert stake_weight_218_draft(of, OWNER, 1) == 600 << 64, "on root it has no child"


# ---------------------------------------------------------------------------------------------------------------- calls


def test_stake_is_bought_moved_and_sold() -> None:
    before = chain()
    of = before.storage
    of.balances[NOMINATOR] = 1000 * TAO + 400
    before.ok(AddStake(HOT, 1, 1000 * TAO + 400), NOMINATOR)
    # The account must keep 500 rao: a little less than half of the alpha is left in the pool.
    assert of.balances[NOMINATOR] == 500
    bought = 4000 * TAO - (4000 * TAO * 1000 * TAO // (2000 * TAO - 100) + 1)
    assert (of.subnet_alpha_in[1], of.subnet_tao[1]) == (4000 * TAO - bought, 2000 * TAO - 100)
    assert of.staking_hotkeys[NOMINATOR] == (HOT,)
    worth = value_218_draft(of, HOT, NOMINATOR, 1)
    assert worth is not None
    before.ok(MoveStake(HOT, OWNERS_HOT, 1, 0, worth), NOMINATOR)
    assert of.staking_hotkeys[NOMINATOR] == (HOT, OWNERS_HOT)
    on_root = value_218_draft(of, OWNERS_HOT, NOMINATOR, 0)
    assert on_root is not None
    assert of.subnet_tao[0] == on_root
    before.ok(RemoveStake(OWNERS_HOT, 0, on_root), NOMINATOR)
    assert (of.balances[NOMINATOR], of.subnet_tao[0]) == (500 + on_root, 0)
    assert (OWNERS_HOT, NOMINATOR, 0) not in of.alpha


def test_calls_are_refused_in_the_chains_order() -> None:
    before = chain()
    before.storage.balances[NOMINATOR] = 1000

    def names(*calls: AddStake | RemoveStake | MoveStake) -> list[str]:
        return [before.refused(call, NOMINATOR).name for call in calls]

    nobody = account("nobody")
    assert names(AddStake(nobody, 9, 2000), AddStake(nobody, 1, 2000), AddStake(nobody, 1, 1000)) == [
        "SubnetNotExists",
        "NotEnoughBalanceToStake",
        "HotKeyAccountNotExists",
    ]
    assert names(RemoveStake(nobody, 9, 0), RemoveStake(nobody, 9, 1), RemoveStake(nobody, 1, 1), RemoveStake(HOT, 1, 1)) == [
        "StakeToWithdrawIsZero",
        "SubnetNotExists",
        "HotKeyAccountNotExists",
        "NotEnoughStakeToWithdraw",
    ]
    assert names(MoveStake(nobody, HOT, 1, 9, 0), MoveStake(HOT, nobody, 1, 0, 1), MoveStake(HOT, HOT, 1, 1, 1)) == [
        "SubnetNotExists",
        "HotKeyAccountNotExists",
        "NotEnoughStakeToWithdraw",
    ]
    before.storage.balances[NOMINATOR] = 500
    assert names(AddStake(HOT, 1, 500)) == ["ZeroBalanceAfterWithdrawn"]
    before.ok(MoveStake(HOT, HOT, 1, 1, 0), NOMINATOR)


def test_what_is_too_little_of_a_nomination_comes_back() -> None:
    before = chain()
    of = before.storage
    of.subnet_mechanism[1], of.nominator_min_required_stake.value = 0, 100
    increase_218_draft(of, OWNERS_HOT, NOMINATOR, 1, 1000)
    before.ok(RemoveStake(OWNERS_HOT, 1, 850), NOMINATOR)
    shares = (OWNERS_HOT, NOMINATOR, 1)
    assert (of.balances[NOMINATOR], of.alpha[shares], of.total_hotkey_alpha[OWNERS_HOT, 1]) == (850, 151, 150)
    # 60 shares for 60 leave 91 of 90 alpha, which are worth 89: these are sold too, for 89 shares.
    before.ok(RemoveStake(OWNERS_HOT, 1, 60), NOMINATOR)
    assert (of.balances[NOMINATOR], of.alpha[shares], of.total_hotkey_alpha[OWNERS_HOT, 1]) == (850 + 60 + 89, 2, 1)
