"""Hyperparameters: every one is set, read back and shown as the chain shows it; unfit values and subnets are refused."""

import pytest

from neuron_ledger.events.calls import SetParam, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.ledger import StorageChanged
from neuron_ledger.events.storage.hyperparameters import CALLS_OF_HYPERPARAMETERS, HYPERPARAMETERS
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import leaf_of
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import Chain, account, chain_events

LIMITED = {"reveal_period": 100, "owner_immune_neuron_limit": 10, "mechanism_count": 2, "max_mechanism_count": 16}
"""The highest value that the setter of spec_version 424 takes, where that is not the highest that the item holds."""


def bounds(name: str, spec_version: int) -> tuple[int, int]:
    """The lowest and the highest value that the parameter's item holds."""
    unit = LAYOUTS[spec_version].item(HYPERPARAMETERS[name].item).value
    return leaf_of(unit).least, leaf_of(unit).most


EVERY = [(spec_version, name) for spec_version, layout in LAYOUTS.items() for name in layout.hyperparameters]


@pytest.mark.parametrize(("spec_version", "name"), EVERY)
def test_every_parameter_is_set_in_its_item(spec_version: int, name: str) -> None:
    chain = Chain(rules=TIMELINE.runtime(spec_version))
    entry = HYPERPARAMETERS[name]
    value = LIMITED.get(name, bounds(name, 424)[1]) if spec_version == 424 else bounds(name, 277)[1]
    if name == "mechanism_count":
        chain.storage.max_allowed_uids[1] = 128
    events = [event for event in chain.ok(SetParam(name, 1, value)) if not isinstance(event, StorageChanged)]
    set_name = "tempo" if name == "tempo_reset" else name
    assert events == [HyperparameterSet(name=set_name, netuid=1, value=value)]
    stored = chain.storage.map(entry.item)[() if entry.whole_chain else 1]
    assert stored == value
    assert type(stored) is (bool if entry.is_flag else int)
    shown: tuple[object, ...] = (value,) if entry.whole_chain else (1, value)
    if entry.named:
        shown = (("netuid", 1), (entry.argument, value))
    assert chain_events(events) == ([] if entry.deposit is None else [(entry.deposit, *shown)])


@pytest.mark.parametrize(("spec_version", "name"), EVERY)
def test_a_value_beyond_the_item_is_refused(spec_version: int, name: str) -> None:
    chain = Chain(rules=TIMELINE.runtime(spec_version))
    for value in (bounds(name, spec_version)[1] + 1, bounds(name, spec_version)[0] - 1):
        if spec_version == 424 and name in LIMITED and name not in ("mechanism_count",) and value > 0:
            continue
        with pytest.raises(FieldError) as refusal:
            chain.submit(SetParam(name, 1, value))
        assert str(value) in str(refusal.value)


def test_a_parameter_of_a_later_runtime_is_not_set() -> None:
    with pytest.raises(FieldError, match="the name of a hyperparameter of this runtime"):
        Chain().submit(SetParam("burn_half_life", 1, 1))
    with pytest.raises(CannotGoOn, match="sudo_set_burn_half_life is not a call that the rules of spec_version 277 decide"):
        Chain().submit(SudoSet("burn_half_life", 1, 1))


@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_items_exist_and_are_keyed_as_the_table_says(name: str) -> None:
    entry = HYPERPARAMETERS[name]
    assert len(entry.storage_item.keys) == (0 if entry.whole_chain else 1)


def test_the_default_is_stored_explicitly() -> None:
    chain = Chain()
    chain.set("tempo", 360)
    assert 1 in chain.storage.tempo


def test_unknown_name() -> None:
    with pytest.raises(FieldError, match=r"name: expected the name of a hyperparameter; did you mean tempo\?, got 'temp'"):
        SudoSet("temp", 1, 1)


def test_whole_chain_parameters_need_no_subnet() -> None:
    chain = Chain()
    chain.set("stake_threshold", 5, netuid=9)
    assert chain.storage.stake_threshold.value == 5


def test_the_bare_setter_asks_for_no_subnet_and_no_range() -> None:
    chain = Chain()
    chain.ok(SetParam("activity_cutoff", 9, 1))
    assert chain.storage.activity_cutoff[9] == 1


def test_the_bare_setter_is_for_root() -> None:
    assert Chain().refused(SetParam("tempo", 1, 10), account("alice")).name == "BadOrigin"


def test_what_no_call_of_the_chain_sets() -> None:
    with pytest.raises(FieldError, match=r"name: expected a hyperparameter that a call of the chain sets; use set_param"):
        SudoSet("pending_epoch_at", 1, 1)


def test_names_of_calls_are_unique() -> None:
    """All of them but the one that had another name for a while."""
    calls = [entry.call for entry in HYPERPARAMETERS.values() if entry.call is not None]
    assert len(set(calls)) == len(calls)
    assert set(CALLS_OF_HYPERPARAMETERS) == {*calls, "sudo_set_registration_allowed"}
    assert CALLS_OF_HYPERPARAMETERS["sudo_set_commit_reveal_weights_interval"].name == "reveal_period"


OWNER = account("owner")


@pytest.fixture
def owned() -> Chain:
    chain = Chain()
    chain.storage.subnet_owner[1] = OWNER
    chain.set("liquid_alpha_enabled", 1)
    return chain


@pytest.mark.parametrize(("low", "high"), [(1, 52428), (52427, 65535)])
def test_alpha_values(owned: Chain, low: int, high: int) -> None:
    assert chain_events(owned.ok(SudoSetAlphaValues(1, low, high), OWNER)) == []
    assert owned.storage.alpha_values[1] == (low, high)


def test_alpha_values_are_refused_in_order(owned: Chain) -> None:
    assert owned.refused(SudoSetAlphaValues(1, 0, 60000), OWNER).name == "AlphaLowOutOfRange"
    assert owned.refused(SudoSetAlphaValues(1, 52428, 60000), OWNER).name == "AlphaLowOutOfRange"
    assert owned.refused(SudoSetAlphaValues(1, 0, 52427), OWNER).name == "AlphaHighTooLow"
    owned.set("liquid_alpha_enabled", 0)
    assert owned.refused(SudoSetAlphaValues(1, 0, 52427), OWNER).name == "LiquidAlphaDisabled"
    assert owned.refused(SudoSetAlphaValues(1, 0, 52427), account("another")).name == "BadOrigin"
    assert owned.refused(SudoSetAlphaValues(1, 0, 52427)).name == "BadOrigin"
