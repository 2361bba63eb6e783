"""What a block brings: the split by average price, injections, the owner's cut, root's part, counters and due epochs."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.weights import TimelockedCommitsDropped
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.rules.stake.pool import PRICE_ONE
from neuron_ledger.ledger.runtime import HotkeyEmission, Pending, Tx
from tests.chain_fixture import RULES, TAO, Chain

POOL = 1000 * TAO


def emitting(chain: Chain, netuid: int, *, price: int = PRICE_ONE // 2, tempo: int = 1000) -> None:
    """Let a dynamic subnet emit whose pool holds an alpha a rao; price: the moving one, U96F32."""
    storage = chain.storage
    storage.subnet_mechanism[netuid] = 1
    storage.subnet_tao[netuid] = storage.subnet_alpha_in[netuid] = POOL
    storage.subnet_moving_price[netuid] = price
    storage.first_emission_block_number[netuid] = 1
    storage.tempo[netuid] = tempo


@pytest.fixture
def chain() -> Chain:
    chain = Chain(subnets=(1, 2, 3))
    chain.storage.subnet_owner_cut.value = 0
    emitting(chain, 1)
    emitting(chain, 2, price=PRICE_ONE // 4)
    return chain


def test_tao_is_split_by_moving_price(chain: Chain) -> None:
    chain.advance()
    storage = chain.storage
    assert dict(storage.subnet_tao_in_emission) == {1: 666_666_666, 2: 333_333_333}
    assert storage.total_issuance.value == storage.total_stake.value == 999_999_999
    assert storage.subnet_tao[1] == POOL + 666_666_666
    assert dict(storage.subnet_alpha_in_emission) == {1: 666_666_666, 2: 333_333_333}
    assert dict(storage.subnet_alpha_out_emission) == {1: TAO, 2: TAO}
    assert storage.subnet_alpha_out[2] == TAO


def test_at_a_low_price_no_more_alpha_goes_in_than_a_block_brings(chain: Chain) -> None:
    chain.storage.subnet_tao[1] = POOL // 10
    chain.advance()
    assert chain.storage.subnet_alpha_in_emission[1] == TAO


def test_without_alpha_in_the_pool_a_blocks_alpha_goes_in(chain: Chain) -> None:
    chain.storage.subnet_alpha_in[1] = 0
    chain.advance()
    assert chain.storage.subnet_alpha_in_emission[1] == TAO


def test_a_subnet_that_takes_no_registrations_gets_no_tao_but_alpha(chain: Chain) -> None:
    chain.storage.network_registration_allowed[1] = False
    chain.advance()
    assert chain.storage.subnet_tao_in_emission[1] == 666_666_666
    chain.storage.network_pow_registration_allowed[1] = False
    chain.advance()
    assert chain.storage.subnet_tao_in_emission[1] == 0
    assert 0 < chain.storage.subnet_alpha_in_emission[1] < TAO


def test_no_price_no_tao(chain: Chain) -> None:
    chain.storage.subnet_moving_price[1] = chain.storage.subnet_moving_price[2] = 0
    chain.advance()
    assert dict(chain.storage.subnet_tao_in_emission) == {1: 0, 2: 0}
    assert chain.storage.total_issuance.value == 0


def test_the_owners_cut_comes_first(chain: Chain) -> None:
    chain.storage.subnet_owner_cut.value = 13107
    chain.advance()
    assert chain.storage.pending_owner_cut[1] == 200_000_000 - 1
    assert chain.storage.pending_emission[1] == 800_000_000


def test_roots_part_is_sold(chain: Chain) -> None:
    storage = chain.storage
    storage.subnet_tao[0] = POOL + 666_666_666 + TAO
    storage.tao_weight.value = 2**64 - 1
    chain.advance()
    sold = storage.pending_alpha_swapped[1]
    assert sold == TAO // 4
    assert storage.pending_emission[1] == TAO - sold
    assert storage.pending_root_divs[1] == storage.subnet_volume[1] == storage.subnet_tao[0] - TAO - storage.subnet_tao[1]
    assert storage.subnet_alpha_in[1] == POOL + 666_666_666 + sold
    assert storage.subnet_alpha_out[1] == TAO - sold


def test_roots_part_is_rounded_down_before_it_is_halved(chain: Chain) -> None:
    storage = chain.storage
    storage.subnet_tao[0] = 21 * TAO
    storage.tao_weight.value = 2**64 - 1
    chain.advance()
    # 21 TAO against an issuance of POOL + 0.67 + 1 alpha; an odd number of bits.
    proportion = (21 * TAO << 32) // (21 * TAO + POOL + 666_666_666 + TAO)
    assert storage.pending_alpha_swapped[1] == proportion * TAO // 2 >> 32 == 10_267_275


def test_the_price_moves_after_root_has_sold(chain: Chain) -> None:
    storage = chain.storage
    storage.subnet_tao[0] = 10 * POOL
    storage.tao_weight.value = 2**64 - 1
    chain.set("subnet_moving_alpha", 2**32, 0)
    chain.set("ema_price_halving_period", 0)
    chain.advance()
    assert storage.pending_alpha_swapped[1] > 0
    assert storage.subnet_moving_price[1] == (storage.subnet_tao[1] << 32) // storage.subnet_alpha_in[1] < PRICE_ONE


def test_subnets_without_a_first_emission_block_only_count(chain: Chain) -> None:
    chain.advance(3)
    assert chain.storage.blocks_since_last_step[3] == 3
    assert 3 not in chain.storage.subnet_tao_in_emission


def test_prices_move_after_they_were_used(chain: Chain) -> None:
    chain.set("subnet_moving_alpha", 2**32, 0)
    chain.set("ema_price_halving_period", 101)
    chain.advance()
    assert chain.storage.subnet_tao_in_emission[1] == 666_666_666
    assert chain.storage.subnet_moving_price[1] == PRICE_ONE * 3 // 4


def test_the_last_emission_looked_up_is_noted(chain: Chain) -> None:
    chain.storage.subnet_alpha_in[2] = 10_500_000 * TAO
    chain.advance()
    assert chain.storage.block_emission.value == TAO // 2
    chain.storage.subnet_alpha_in[2] = 21_000_000 * TAO
    chain.advance()
    assert chain.storage.block_emission.value == TAO
    assert chain.storage.subnet_alpha_out_emission[2] == 0


def test_a_due_epoch_gets_all_that_is_pending(chain: Chain) -> None:
    drained: list[tuple[int, ...]] = []

    def drain(tx: Tx, netuid: int, pending: Pending) -> None:
        drained.append((tx.block, netuid, *pending))

    for netuid in (1, 2):
        chain.storage.tempo[netuid] = 10
    chain.storage.pending_root_divs[1] = 7
    chain.storage.pending_owner_cut[2] = 9
    rules = evolve(RULES, drain_pending_emission=drain)
    assert decide(chain.storage, rules, Submission(AdvanceTo(110), None)).error is None
    assert drained == [(106, 2, 6 * TAO, 0, 0, 9), (107, 1, 7 * TAO, 7, 0, 0)]
    assert chain.storage.blocks_since_last_step[1] == 3
    assert chain.storage.last_mechansim_step_block[1] == 107
    assert chain.storage.pending_root_divs[1] == 0


def test_the_root_network_has_no_epoch(chain: Chain) -> None:
    def run_epoch(_tx: Tx, netuid: int, _emission: int) -> list[HotkeyEmission]:
        raise AssertionError(netuid)

    chain.storage.tempo[0] = 1
    rules = evolve(RULES, run_epoch=run_epoch)
    assert decide(chain.storage, rules, Submission(AdvanceTo(110), None)).error is None
    assert 0 not in chain.storage.blocks_since_last_step


def test_timelocked_commits_are_dropped_in_the_epoch_that_would_reveal_them(chain: Chain) -> None:
    storage = chain.storage
    storage.tempo[1], storage.reveal_period_epochs[1] = 10, 2
    for epoch in (7, 8, 9, 10):
        storage.crv3_weight_commits[1, epoch] = ((bytes(32), b"sealed", 1),)
    storage.crv3_weight_commits[2, 8] = ((bytes(32), b"sealed", 1),)
    assert [event.epochs for event in chain.advance(8) if isinstance(event, TimelockedCommitsDropped)] == [(7,), (8,)]
    assert set(storage.crv3_weight_commits) == {(1, 9), (1, 10), (2, 8)}
