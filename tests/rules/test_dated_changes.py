"""Every dated change from 277 to 424: what the rule does one spec_version before, and at its own."""

from typing import Any

import pytest

from neuron_ledger.events.storage.layout import LAYOUT_424
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.rules.dated_changes import Change, Same
from tests.rules.dated_commits import COMMITS, COMMITS_SAME
from tests.rules.dated_epochs import EPOCHS, EPOCHS_SAME
from tests.rules.dated_moves import MOVES
from tests.rules.dated_networks import NETWORKS
from tests.rules.dated_parameters import PARAMETERS
from tests.rules.dated_registration import REGISTRATION, REGISTRATION_SAME
from tests.rules.dated_rows import ROWS
from tests.rules.dated_stake import STAKE
from tests.rules.dated_storage import STORAGE
from tests.rules.dated_swaps import SWAPS
from tests.rules.dated_weights import WEIGHTS, WEIGHTS_SAME

CHANGES: tuple[Change, ...] = (
    *STAKE,
    *MOVES,
    *EPOCHS,
    *WEIGHTS,
    *COMMITS,
    *REGISTRATION,
    *STORAGE,
    *NETWORKS,
    *PARAMETERS,
    *SWAPS,
)

SAME: tuple[Same, ...] = (*REGISTRATION_SAME, *COMMITS_SAME, *EPOCHS_SAME, *WEIGHTS_SAME)


def lines() -> list[Any]:
    return [pytest.param(change, id=f"{change.since}-{change.what.replace(' ', '-')}") for change in CHANGES]


@pytest.mark.parametrize("change", lines())
def test_a_rule_changes_at_its_date(change: Change) -> None:
    shown = [change.behaviour(TIMELINE.runtime(number)) for number in (change.since - 1, change.since)]
    assert shown == [change.before, change.after]


@pytest.mark.parametrize("same", [pytest.param(same, id=same.what.replace(" ", "-")) for same in SAME])
def test_a_rule_is_as_it_was(same: Same) -> None:
    assert [same.behaviour(TIMELINE.runtime(number)) for number in (277, 424)] == [same.shown, same.shown]


def test_every_row_of_what_changed_has_its_lines() -> None:
    lines = {change.what for change in CHANGES} | {same.what for same in SAME}
    assert {row: [line for line in named if line not in lines] for row, named in ROWS.items() if not {*named} <= lines} == {}
    assert all(ROWS.values())
    assert len({(change.since, change.what) for change in CHANGES}) == len(CHANGES)


def test_the_layouts_of_all_steps_lead_to_todays() -> None:
    assert TIMELINE.runtime(423).layout.items == LAYOUT_424.items
    assert TIMELINE.runtime(423).layout.hyperparameters == LAYOUT_424.hyperparameters
