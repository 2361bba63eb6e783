"""What blocks did before there was alpha: registration terms, root's epoch, emission that waits, is loaded and is paid.

Recorded chains show most of it; here stands what they do not: emission at 103, what is left over, halving, root's ways to count.
"""

import math

import pytest

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.emission.loaded import share_of
from neuron_ledger.ledger.rules.emission.root_values import emission_values, rows_as_shares
from neuron_ledger.ledger.rules.numbers.decay import exp_64
from neuron_ledger.ledger.rules.numbers.fixed import I64F64, U64_MAX
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, HOT, NOMINATOR, OWNER = map(account, ("cold", "hot", "nominator", "owner"))
EACH = pytest.mark.parametrize("spec_version", [103, 143, 185])
LATER = pytest.mark.parametrize("spec_version", [143, 185])


def passed(chain: EarlyChain, blocks: int = 1) -> None:
    chain.ok(AdvanceTo(chain.block + blocks))


def with_emission(spec_version: RuntimeName, each_block: int, *, due_in: int = 1) -> EarlyChain:
    """A subnet of one delegate, of whose stake a nominator has a third, to which each block brings so much."""
    chain = EarlyChain(spec_version, block=1000)
    storage = chain.storage
    chain.give_uid(HOT, COLD)
    storage.tempo[1] = 9
    while (chain.block + due_in + 1 + 2) % 10:  # block + netuid + 2
        storage.block_number.value += 1
    storage.emission_values[1] = each_block
    storage.delegates[HOT] = 11796
    storage.stake[HOT, COLD], storage.stake[HOT, NOMINATOR] = 2 * TAO, TAO
    storage.total_hotkey_stake[HOT] = 3 * TAO
    storage.total_issuance.value = 10**15
    return chain


# --------------------------------------------------------------------------------------------------------- emission


@EACH
def test_emission_waits_for_the_epoch_is_loaded_there_and_paid_in_the_next_block(spec_version: int) -> None:
    chain = with_emission(spec_version, 1000, due_in=3)
    storage = chain.storage
    passed(chain, 2)
    assert (storage.pending_emission[1], storage.blocks_since_last_step[1]) == (2000, 2)
    passed(chain)
    server, validator = (3000, 0) if spec_version == 103 else (0, 3000)
    assert storage.loaded_emission[1] == ((HOT, server, validator),)
    assert (storage.pending_emission[1], storage.blocks_since_last_step[1]) == (0, 0)
    assert storage.last_mechansim_step_block[1] == chain.block
    assert storage.total_hotkey_stake[HOT] == 3 * TAO
    passed(chain)
    assert 1 not in storage.loaded_emission
    assert storage.total_hotkey_stake[HOT] > 3 * TAO


@EACH
def test_a_delegates_owner_takes_its_part_and_what_shares_leave_over_is_lost_at_103(spec_version: int) -> None:
    chain = with_emission(spec_version, 1000)
    storage = chain.storage
    passed(chain, 2)
    take = 1000 * 11796 // 65535
    nominator = (1000 - take) // 3
    rest = 1000 - nominator if spec_version != 103 else take + (1000 - take) * 2 // 3
    assert storage.stake[HOT, NOMINATOR] == TAO + nominator
    assert storage.stake[HOT, COLD] == 2 * TAO + rest
    assert storage.total_hotkey_stake[HOT] == 3 * TAO + nominator + rest
    brought = nominator + rest if spec_version == 143 else 0
    assert storage.total_issuance.value == 10**15 + 1000 + brought


@EACH
def test_one_who_is_no_delegate_keeps_all_and_an_emission_of_0_leaves_entries(spec_version: int) -> None:
    chain = with_emission(spec_version, 0)
    storage = chain.storage
    storage.delegates.remove(HOT)
    storage.stake.remove((HOT, COLD))
    passed(chain, 2)
    assert storage.stake.get((HOT, COLD)) == 0
    assert storage.total_issuance.value == 10**15
    storage.emission_values[1] = 5
    passed(chain, 10)
    assert storage.stake[HOT, COLD] == 45


@LATER
def test_a_subnets_owner_gets_the_cut_of_every_block_and_what_is_less_than_a_rao_goes_to_nobody(spec_version: int) -> None:
    chain = with_emission(spec_version, 1_000_003, due_in=5)
    storage = chain.storage
    storage.subnet_owner[1] = OWNER
    passed(chain)
    cut = 1_000_003 * 11796 // 65535
    assert storage.balances[OWNER] == cut
    assert storage.pending_emission[1] == 1_000_003 - cut - 1
    assert storage.total_issuance.value == 10**15 + cut


def test_nothing_comes_to_a_closed_subnet_at_185_and_it_has_no_epoch() -> None:
    for spec_version, queued in ((143, 4), (185, 0)):
        chain = with_emission(spec_version, 4, due_in=3)
        chain.storage.network_registration_allowed[1] = False
        passed(chain)
        assert chain.storage.pending_emission[1] == queued
        assert chain.storage.blocks_since_last_step[1] == queued // 4
        passed(chain, 2)
        assert (1 in chain.storage.loaded_emission) == (spec_version == 143)


@EACH
def test_a_subnet_without_neurons_has_epochs_too(spec_version: int) -> None:
    chain = EarlyChain(spec_version, block=996)
    chain.storage.tempo[1] = 9
    passed(chain)
    assert chain.storage.loaded_emission.get(1) == ()
    assert chain.storage.rank.get(1) == ()
    passed(chain)
    assert 1 not in chain.storage.loaded_emission


def test_a_share_is_rounded_down_twice() -> None:
    assert share_of(1, 3, 3) == 0
    assert share_of(2, 3, 10**15) == 666666666666666
    assert share_of(5, 0, 7) == 0


@LATER
def test_what_shares_leave_over_runs_below_0_where_they_come_to_more_than_there_is(spec_version: int) -> None:
    """A hotkey that took another one's place has that one's total, and stake besides that others had on it."""
    chain = with_emission(spec_version, 1000)
    storage = chain.storage
    storage.total_hotkey_stake[HOT] = TAO
    passed(chain, 2)
    rest = 1000 - 1000 * 11796 // 65535  # 821: the nominator's share is all of it, the owner's is twice as much
    assert storage.stake[HOT, NOMINATOR] == TAO + rest
    assert storage.stake[HOT, COLD] == U64_MAX  # 1000 less 3 * 821 is nearly 2^64, and stake ends there


# ------------------------------------------------------------------------------------------------- registration terms


@EACH
def test_sums_of_registrations_that_run_over_go_on_from_0(spec_version: int) -> None:
    chain = EarlyChain(spec_version, block=999)
    storage = chain.storage
    storage.target_registrations_per_interval[1], storage.registrations_this_interval[1] = 40_000, 25_537
    storage.burn_registrations_this_interval[1] = 25_537
    storage.burn[1], storage.min_burn[1], storage.max_burn[1] = 10**9, 0, 10**12
    storage.difficulty[1], storage.min_difficulty[1], storage.max_difficulty[1] = 10**9, 0, 10**12
    passed(chain)
    assert storage.difficulty[1] == 10**9 * 1 // 14_464  # 65,537 and 80,000 less 65,536
    for target in (0, 32_768):
        storage.target_registrations_per_interval[1], storage.last_adjustment_block[1] = target, 0
        with pytest.raises(CannotGoOn, match=rf"twice the target \({target}\), which comes to 0"):
            chain.submit(AdvanceTo(chain.block + 1))


@pytest.mark.parametrize("above", [False, True])
@EACH
def test_where_work_and_burn_were_used_alike_103_moves_one_of_them(spec_version: int, above: bool) -> None:
    chain = EarlyChain(spec_version, block=999)
    storage = chain.storage
    storage.adjustment_interval[1] = 100
    storage.target_registrations_per_interval[1] = 2
    storage.registrations_this_interval[1] = 4 if above else 0
    storage.pow_registrations_this_interval[1] = storage.burn_registrations_this_interval[1] = 2 if above else 0
    storage.burn[1], storage.min_burn[1], storage.max_burn[1] = 1000, 1, 10**9
    storage.difficulty[1], storage.min_difficulty[1], storage.max_difficulty[1] = 2000, 1, 10**9
    passed(chain)
    factor = (3, 2) if above else (1, 2)
    burn, difficulty = 1000 * factor[0] // factor[1], 2000 * factor[0] // factor[1]
    if spec_version == 103:
        burn, difficulty = (burn, 2000) if above else (1000, difficulty)
    assert (storage.burn[1], storage.difficulty[1]) == (burn, difficulty)
    assert storage.last_adjustment_block[1] == 1000
    assert storage.registrations_this_interval[1] == storage.burn_registrations_this_interval[1] == 0


@LATER
def test_since_126_a_part_of_the_old_value_stays(spec_version: int) -> None:
    chain = EarlyChain(spec_version, block=999)
    storage = chain.storage
    storage.target_registrations_per_interval[1] = 2
    storage.adjustment_alpha[1] = U64_MAX // 2
    storage.burn[1], storage.min_burn[1], storage.max_burn[1] = 1000, 1, 10**9
    passed(chain)
    assert storage.burn[1] == 749  # half of 1000 and half of 500, each rounded down to 18 bits


# --------------------------------------------------------------------------------------------------------------- root


def with_root(spec_version: int) -> EarlyChain:
    """Two subnets and two members of root with equal stakes: one wants the first subnet alone, the other both, the first more."""
    chain = EarlyChain(spec_version, subnets=(1, 2), block=1000)
    storage = chain.storage
    for uid, (name, row) in enumerate((("a", [(1, 6)]), ("b", [(1, 65535), (2, 65534)]))):
        assert chain.give_uid(account(name), COLD, 0) == uid
        storage.total_hotkey_stake[account(name)] = 5 * TAO
        storage.weights[0, uid] = pack_pairs(row)
    storage.tempo[0], storage.kappa[0], storage.rho[0] = 9, 32767, 30
    storage.block_number.value = 1007
    return chain


@pytest.mark.parametrize(("spec_version", "shares"), [(143, (65541, 65534)), (185, (1 + 65535 / 131069, 65534 / 131069))])
def test_root_shares_a_block_out_by_stake_that_agrees(spec_version: int, shares: tuple[float, float]) -> None:
    """At 143 by weights as they are stored, at 185 by each member's shares. Half of the stake is for the second subnet."""
    chain = with_root(spec_version)
    storage = chain.storage
    passed(chain)
    kappa = 32767 / 65535
    worth = [share / (1 + math.exp(-30 * (trust - kappa))) for share, trust in zip(shares, (1, 0.5), strict=True)]
    got = [storage.emission_values[netuid] for netuid in (0, 1, 2)]
    assert got[0] == 0
    assert got[1:] == pytest.approx([TAO * part / sum(worth) for part in worth], abs=2)
    assert TAO - 3 <= sum(got) <= TAO


def test_a_block_brings_half_as_much_at_185_where_half_of_the_supply_is_issued() -> None:
    for spec_version, brought in ((143, TAO), (185, TAO // 2)):
        chain = with_root(spec_version)
        chain.storage.total_issuance.value = 10_500_000 * TAO
        passed(chain)
        assert chain.storage.block_emission.value == brought
        assert brought - 3 <= sum(chain.storage.emission_values.values()) <= brought


@LATER
def test_root_says_nothing_without_stake_members_or_its_block(spec_version: int) -> None:
    for change in ("stake", "members", "block"):
        chain = with_root(spec_version)
        storage = chain.storage
        if change == "stake":
            for hotkey in list(storage.total_hotkey_stake):
                storage.total_hotkey_stake[hotkey] = 0
        elif change == "members":
            storage.subnetwork_n[0] = 0
        else:
            storage.tempo[0] = 10
        passed(chain)
        assert not storage.emission_values


def test_a_rho_that_makes_the_chain_panic_lets_nobody_go_on() -> None:
    half = I64F64.one // 2
    with pytest.raises(CannotGoOn, match="rho of 65535"):
        emission_values([half, half], [[0, 1], [0, 1]], 32767, 65535, TAO)
    assert emission_values([0, 0], [[1], [1]], 32767, 30, TAO) is None
    assert rows_as_shares([[0, 0], [3, 1]]) == [[0, 0], [3 * I64F64.one // 4, I64F64.one // 4]]


def test_the_exponential_has_64_bits_behind_the_point() -> None:
    one = I64F64.one
    assert exp_64(0) == one
    assert exp_64(one) == 22_802_600 << 41
    for whole in (-20, -3, -1, 2, 15):
        found = exp_64(whole * one)
        assert found is not None
        assert found / one == pytest.approx(math.exp(whole), rel=1e-12, abs=1e-17)
    assert exp_64(44 * one) is None
    assert exp_64(-(44 * one)) is None


# ------------------------------------------------------------------------------------------------------- dated steps


def second_of_root(as_stored: bool) -> float:
    """The second subnet's share in `with_root`."""
    first, second = (65541, 65534) if as_stored else (1 + 65535 / 131069, 65534 / 131069)
    kappa = 32767 / 65535
    worth = [share / (1 + math.exp(-30 * (trust - kappa))) for share, trust in ((first, 1), (second, 0.5))]
    return worth[1] / sum(worth)


def test_what_changed_from_146_to_151_holds_from_there_on() -> None:
    """Stake is issued once and a block's emission halves; root's weights are shares, and what is closed gets nothing."""
    for spec_version in (136, 143, 145, 146, 148, 149, 150, 151, 185):
        chain = with_emission(spec_version, 1000)
        passed(chain, 2)
        twice = 1000 - (0 if spec_version < 146 else 1000)
        assert chain.storage.total_issuance.value == 10**15 + 1000 + twice, spec_version
        halved = with_root(spec_version)
        halved.storage.total_issuance.value = 10_500_000 * TAO
        passed(halved)
        brought, values = TAO if spec_version < 146 else TAO // 2, halved.storage.emission_values
        assert brought - 3 <= sum(values.values()) <= brought, spec_version
        assert values[2] == pytest.approx(second_of_root(spec_version < 151) * brought, rel=1e-6), spec_version
        closed = with_emission(spec_version, 4, due_in=3)
        closed.storage.network_registration_allowed[1] = False
        passed(closed)
        assert closed.storage.pending_emission[1] == (4 if spec_version < 150 else 0), spec_version
