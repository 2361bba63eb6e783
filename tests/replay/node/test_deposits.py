"""Every event of the ledger that stands for one of the chain's is written as the chain's, and clients read it."""

from typing import Any, get_args

import pytest

from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.record import Event
from neuron_ledger.events.wire.units import BOOL_VECTOR, U16_VECTOR, U64_VECTOR, Unit, family_of, is_list, leaf_of
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.node.metadata.document import NodeRuntime
from neuron_ledger.replay.node.metadata.errors import OTHER, dispatch_error
from neuron_ledger.replay.node.metadata.events import as_shown, declared_by
from tests.replay.node.node_fixture import client

TEXTS = {"error": "SubnetNotExists", "claim_type": "KeepSubnets"}


def sample(unit: Unit, field: str) -> Any:
    """Some value of a unit."""
    family = family_of(unit)
    if family == "tuple":
        parts = [sample(part, field) for part in get_args(unit) if part is not Ellipsis]
        return tuple(parts * 2 if is_list(unit) else parts)
    if family == "optional":
        return None
    if unit in (U16_VECTOR, U64_VECTOR, BOOL_VECTOR):
        return (1, 2)
    leaf = leaf_of(unit)
    if leaf.holds is bytes:
        return b"\4" * (leaf.least or 4)
    if leaf.holds is str:
        return TEXTS.get(field, "Swap")
    return leaf.holds(1) if leaf.holds in (int, bool) else ()


def events(spec_version: int) -> list[Event]:
    rules = TIMELINE.runtime(spec_version)
    made = [cls(**{field: sample(unit, field) for field, unit in cls.units}) for cls in declared_by(rules)]
    parameters = [name for name, entry in rules.layout.hyperparameters.items() if entry.deposit]
    return [*made, *(HyperparameterSet(name=name, netuid=1, value=1) for name in parameters)]


@pytest.mark.parametrize("spec_version", [277, 424])
def test_every_deposit_is_written(spec_version: int) -> None:
    runtime = NodeRuntime(TIMELINE.runtime(spec_version))
    shown = 0
    for event in events(spec_version):
        value = as_shown(runtime.rules.layout, event)
        if value is None:
            continue
        encoded = runtime.codec.encode("Vec<EventRecord>", [(("ApplyExtrinsic", (1,)), value, ())])
        (read,) = client(spec_version).decode(client(spec_version).storage_entry("System", "Events").value_type, encoded)
        assert (read["module_id"], read["event_id"]) == (value[0], value[1][0][0])
        shown += 1
    assert shown > 70


@pytest.mark.parametrize("spec_version", [277, 320, 424])
def test_one_event_of_the_ledger_stands_for_each_of_the_chains(spec_version: int) -> None:
    names = [cls.deposit[0] for cls in declared_by(TIMELINE.runtime(spec_version)) if cls.deposit]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("spec_version", [277, 424])
def test_every_error_of_the_layout_is_told_by_number(spec_version: int) -> None:
    layout = TIMELINE.runtime(spec_version).layout
    for number, name in enumerate(layout.errors):
        assert dispatch_error(layout, name) == ("Module", ((7, bytes((number, 0, 0, 0))),))
    assert dispatch_error(layout, "Token(BelowMinimum)") == ("Token", ("BelowMinimum",))
    assert dispatch_error(layout, "BadOrigin") == "BadOrigin"
    assert dispatch_error(layout, "Swap.ReservesTooLow")[0] == "Module"
    assert dispatch_error(layout, "SomethingOfOurOwn") == OTHER
