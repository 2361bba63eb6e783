"""The runtimes from 233 to 276: together, their steps lead to 277 itself, in every field."""

from typing import Any

import pytest
from attrs import fields

from neuron_ledger.events.storage.layout import LAYOUT_277, Layout
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.runtime import EpochStep, Runtime
from neuron_ledger.ledger.runtimes.dtao import DTAO_LINE, DTAO_RUNTIMES, DTAO_STEPS, UP_TO_277
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.projections.views.neuron_info import neuron_info
from tests.chain_fixture import account
from tests.rules.dtao_chain import DtaoChain

NAMES = [field.name for field in fields(Runtime)]


def content(value: Any) -> Any:
    """What a field holds: of tables and layouts, all there is in them and in which order."""
    if isinstance(value, Layout):
        return list(value.items.items()), value.errors, value.events
    if isinstance(value, EpochStep):
        return value.name, value.run
    return tuple(map(content, value)) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", NAMES)
def test_all_steps_together_lead_to_277(name: str) -> None:
    assert content(getattr(UP_TO_277, name)) == content(getattr(V277, name))


def test_every_number_of_the_line_has_rules_and_no_upgrade() -> None:
    assert [runtime.spec_version for runtime in DTAO_RUNTIMES] == [233, *DTAO_LINE]
    assert all(TIMELINE.is_alone(runtime.spec_version) for runtime in DTAO_RUNTIMES)
    assert not TIMELINE.is_alone(277)


def test_every_step_changes_something() -> None:
    runtimes = {runtime.spec_version: runtime for runtime in (*DTAO_RUNTIMES, UP_TO_277)}
    numbers = list(runtimes)
    for number in DTAO_STEPS:
        before, after = runtimes[numbers[numbers.index(number) - 1]], runtimes[number]
        changed = [name for name in NAMES if content(getattr(before, name)) != content(getattr(after, name))]
        assert changed != ["spec_version"], number


def test_the_layout_is_described_backwards_from_277() -> None:
    layout = dtao_layout(277)
    assert dict(layout.items) == dict(LAYOUT_277.items)
    assert (layout.errors, layout.events) == (LAYOUT_277.errors, LAYOUT_277.events)


@pytest.mark.parametrize(
    ("spec_version", "items", "errors"),
    [
        (233, 150, 86),
        (238, 151, 86),
        (244, 148, 86),
        (252, 148, 88),
        (257, 149, 92),
        (261, 151, 94),
        (273, 152, 97),
        (275, 153, 98),
    ],
)
def test_as_many_items_and_errors_as_the_pallet_declares(spec_version: int, items: int, errors: int) -> None:
    layout = dtao_layout(spec_version)
    own = [name for name in layout.items if "." not in name and name not in NOT_THE_PALLETS]
    assert (len(own), len(layout.errors)) == (items, errors)


NOT_THE_PALLETS = (
    *(
        "Balances",
        "BalancesTotalIssuance",
        "SenateMembers",
        "ScheduledColdkeySwaps",
        "ScheduledDissolutions",
        "LastRuntimeUpgrade",
    ),
    *("BlockNumber", "AccountNonce", "NotSeen", "SpecVersionSeen", "TreeSeen"),
)


def test_what_absent_entries_read_as() -> None:
    read = [dtao_layout(number).items for number in (239, 244, 252, 257)]
    assert [items["Tempo"].default for items in read] == [99, 360, 360, 360]
    assert [items["BondsPenalty"].default for items in read] == [0, 0, 0, 65535]
    assert [items["SubnetLimit"].default for items in read[:2]] == [12, 12]


def test_views_tell_alpha_from_tao_by_what_stake_is_kept_as() -> None:
    """Until 243 the stake of before alpha stands beside it."""
    assert {runtime.spec_version for runtime in DTAO_RUNTIMES if not runtime.layout.has_alpha} == set()
    assert not any(TIMELINE.runtime(name).layout.has_alpha for name in (103, 185, 219))
    assert TIMELINE.runtime("218-draft").layout.has_alpha
    chain = DtaoChain(233)
    uid = chain.give_uid(account("hot"), account("cold"))
    chain.put("TotalHotkeyAlpha", {(account("hot"), 1): 5})
    info = neuron_info(chain.storage, 1, uid)
    assert info is not None
    assert info.stake == ((account("cold"), 5),)
