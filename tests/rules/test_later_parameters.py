"""Hyperparameters by the rules of 424: what the setters beneath the calls refuse, and what they do besides."""

from typing import Any

import pytest

from neuron_ledger.events.calls import SetParam
from neuron_ledger.events.parameters import SetMechanismEmissionSplit
from neuron_ledger.events.registration_calls import PokeEmission, PokeValidatorPermit
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import Chain, account

RULES = TIMELINE.runtime(424)


@pytest.fixture
def chain() -> Chain:
    """Subnet 1 with two neurons and two mechanisms, which share evenly."""
    chain = Chain(rules=RULES)
    chain.seat("a", "b")
    chain.storage.max_allowed_uids[1] = 128
    chain.ok(SetParam("mechanism_count", 1, 2))
    return chain


@pytest.mark.parametrize(
    ("name", "value", "error", "values"),
    [
        ("reveal_period", 0, "RevealPeriodTooSmall", {"reveal_period": 0, "needed": 1}),
        ("reveal_period", 101, "RevealPeriodTooLarge", {"reveal_period": 101, "most": 100}),
        ("owner_immune_neuron_limit", 0, "InvalidValue", {"value": 0, "lowest": 1, "highest": 10}),
        ("owner_immune_neuron_limit", 11, "InvalidValue", {"value": 11, "lowest": 1, "highest": 10}),
        ("mechanism_count", 0, "InvalidValue", {"value": 0, "lowest": 1, "highest": 2}),
        ("mechanism_count", 3, "InvalidValue", {"value": 3, "lowest": 1, "highest": 2}),
    ],
)
def test_values_out_of_bounds(chain: Chain, name: str, value: int, error: str, values: dict[str, int]) -> None:
    refused = chain.refused(SetParam(name, 1, value))
    assert (refused.name, refused.values) == (error, {"netuid": 1, **values})


def test_uids_of_all_mechanisms_are_counted(chain: Chain) -> None:
    chain.storage.max_allowed_uids[1] = 129
    error = chain.refused(SetParam("mechanism_count", 1, 2))
    assert (error.name, error.values) == (
        "TooManyUIDsPerMechanism",
        {"netuid": 1, "max_allowed_uids": 129, "mechanisms": 2, "most": 256},
    )
    chain.ok(SetParam("mechanism_count", 1, 1))


def test_no_more_mechanisms_than_indices_whatever_is_allowed(chain: Chain) -> None:
    chain.storage.max_mechanism_count.value, chain.storage.max_allowed_uids[1] = 20, 1
    assert chain.refused(SetParam("mechanism_count", 1, 17)).values == {"netuid": 1, "value": 17, "lowest": 1, "highest": 16}
    chain.ok(SetParam("mechanism_count", 1, 16))


def test_a_mechanism_that_goes_leaves_nothing_and_the_others_share_evenly(chain: Chain) -> None:
    storage = chain.storage
    chain.ok(SetMechanismEmissionSplit(1, (60_000, 5_535)))
    for index in (1, 4097):
        storage.incentive[index], storage.last_update[index] = (1, 2), (3, 4)
        storage.weights[index, 0] = storage.bonds[index, 1] = b"\1\0\1\0"
        storage.weight_commits[index, account("a")] = ((bytes(32), 1, 2, 0),)
        storage.timelocked_weight_commits[index, 7] = ((account("a"), 1, b"", 2),)
    others = {table.item.name: dict(table) for table in storage.maps()}
    chain.ok(SetParam("mechanism_count", 1, 2))
    assert storage.mechanism_emission_split[1] == (60_000, 5_535), "nothing changes where there are so many already"
    chain.ok(SetParam("mechanism_count", 1, 1))
    for name in ("Incentive", "LastUpdate", "Weights", "Bonds", "WeightCommits", "TimelockedWeightCommits"):
        kept = {key: value for key, value in others[name].items() if 4097 not in (key, *(key if isinstance(key, tuple) else ()))}
        assert dict(storage.map(name)) == kept
        assert len(kept) < len(others[name])
    assert 1 not in storage.mechanism_emission_split


@pytest.mark.parametrize(
    ("split", "values"),
    [
        ((), {"value": 0, "lowest": 1, "highest": 2}),
        ((1, 1, 65_533), {"value": 3, "lowest": 1, "highest": 2}),
        ((1, 65_535), {"value": 65_536, "lowest": 65_535, "highest": 65_535}),
        ((65_534,), {"value": 65_534, "lowest": 65_535, "highest": 65_535}),
    ],
)
def test_a_split_that_is_none(chain: Chain, split: tuple[int, ...], values: dict[str, int]) -> None:
    error = chain.refused(SetMechanismEmissionSplit(1, split))
    assert (error.name, error.values) == ("InvalidValue", {"netuid": 1, **values})


def test_a_split_is_set_and_unset_by_root(chain: Chain) -> None:
    chain.ok(SetMechanismEmissionSplit(1, (65_535,)))
    assert chain.storage.mechanism_emission_split[1] == (65_535,)
    chain.ok(SetMechanismEmissionSplit(1, None))
    assert 1 not in chain.storage.mechanism_emission_split
    assert chain.refused(SetMechanismEmissionSplit(1, None), account("a")).name == "BadOrigin"


@pytest.mark.parametrize("call", [SetParam("mechanism_count", 9, 1), SetMechanismEmissionSplit(9, None)])
def test_mechanisms_of_no_subnet(chain: Chain, call: Any) -> None:
    assert chain.refused(call).values == {"netuid": 9, "mechanism": 0, "mechanisms": 0}


def test_a_tempo_with_a_new_cycle(chain: Chain) -> None:
    chain.set("tempo", 9)
    assert 1 not in chain.storage.last_epoch_block
    chain.set("tempo_reset", 10)
    assert (chain.storage.tempo[1], chain.storage.last_epoch_block[1]) == (10, chain.block)


def test_numbers_beyond_64_bits(chain: Chain) -> None:
    chain.set("burn_increase_mult", 3 << 64)
    assert chain.storage.burn_increase_mult[1] == 3 << 64
    chain.set("tao_flow_cutoff", -(1 << 64))
    assert chain.storage.tao_flow_cutoff.value == -(1 << 64)


def test_poked_vectors(chain: Chain) -> None:
    chain.ok(PokeEmission(1, (7, 2**64 - 1)))
    chain.ok(PokeValidatorPermit(1, (True, False)))
    assert chain.storage.emission[1] == (7, 2**64 - 1)
    assert chain.storage.validator_permit[1] == (True, False)
