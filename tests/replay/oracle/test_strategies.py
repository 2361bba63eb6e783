"""The exported strategies, in tests of the chain's own promises: nothing that may happen on a subnet breaks them."""

import sys
from collections import Counter
from importlib import import_module

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.projections.invariants import violations
from neuron_ledger.replay.oracle.strategies import (
    Chain,
    Passed,
    call_sequences,
    subnets,
    weight_matrices,
    weight_rows,
)
from neuron_ledger.replay.proof.audit import audit

few = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(chain=subnets(), data=st.data())
def test_whatever_happens_is_audited_clean_and_rebuilt(chain: Chain, data: st.DataObject) -> None:
    chain.run(data.draw(call_sequences(chain)))
    ledger = chain.oracle.ledger
    assert audit(ledger.log).clean
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
    assert list(violations(ledger.storage)) == []


@few
@given(chain=subnets(tempos=st.just(10)), data=st.data())
def test_incentive_follows_agreed_weights(chain: Chain, data: st.DataObject) -> None:
    """All validators set the same row: who has none of their weight has no incentive."""
    row = data.draw(weight_rows(range(chain.oracle.subnet(chain.netuid).n)))
    matrix = dict.fromkeys(data.draw(weight_matrices(chain)), row)
    assert all(receipt.ok for receipt in chain.set_weights(matrix))
    chain.oracle.mine_to_epoch(chain.netuid)
    for neuron in chain.oracle.subnet(chain.netuid).neurons():
        assert row.get(neuron.uid) or neuron.incentive == 0


@few
@given(data=st.data())
def test_the_same_draw_gives_the_same_head(data: st.DataObject) -> None:
    chain = data.draw(subnets())
    fork = chain.oracle.fork()
    drawn = data.draw(call_sequences(chain))
    heads = {str(Chain(oracle, chain.subnet).run(drawn) and oracle.ledger.head) for oracle in (chain.oracle, fork)}
    assert len(heads) == 1


def test_a_matrix_is_of_the_validators_and_over_all_uids() -> None:
    @few
    @given(chain=subnets(validators=st.just(3), miners=st.just(4)), data=st.data())
    def check(chain: Chain, data: st.DataObject) -> None:
        matrix = data.draw(weight_matrices(chain))
        assert sorted(matrix) == [1, 2, 3]
        assert all(row and set(row) <= set(range(8)) and any(row.values()) for row in matrix.values())
        assert all(0 <= weight < 2**16 for row in matrix.values() for weight in row.values())
        full = data.draw(weight_matrices(chain, sparse=False))
        assert all(sorted(row) == list(range(8)) for row in full.values())

    check()


def test_every_kind_of_step_is_drawn_and_most_calls_are_accepted() -> None:
    seen: Counter[str] = Counter()
    accepted: Counter[bool] = Counter()

    @settings(max_examples=25, phases=[Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck))
    @given(chain=subnets(miners=st.integers(1, 3)), data=st.data())
    def draw(chain: Chain, data: st.DataObject) -> None:
        for step in data.draw(call_sequences(chain)):
            (receipt,) = chain.run([step])
            seen["blocks" if isinstance(step, Passed) else step.call.tag.partition("/")[0]] += 1
            accepted[receipt.ok] += 1

    draw()
    assert set(seen) == {
        *("blocks", "set_weights", "force_register", "burned_register", "grant_stake"),
        *("add_stake", "remove_stake", "serve_axon", "set_param"),
    }
    assert accepted[True] > accepted[False] > 0


def test_without_hypothesis_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "neuron_ledger.replay.oracle.strategies")
    with pytest.raises(NeuronLedgerError, match=r"pip install 'neuron-ledger\[testing\]'"):
        import_module("neuron_ledger.replay.oracle.strategies")
