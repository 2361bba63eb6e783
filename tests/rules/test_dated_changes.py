"""Every dated change from 277 to 424: what the rule does one spec_version before, and at its own."""

from typing import Any

import pytest

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.rules.dated_changes import Change
from tests.rules.dated_epochs import EPOCHS
from tests.rules.dated_moves import MOVES
from tests.rules.dated_networks import NETWORKS
from tests.rules.dated_parameters import PARAMETERS
from tests.rules.dated_registration import REGISTRATION
from tests.rules.dated_stake import STAKE
from tests.rules.dated_storage import STORAGE
from tests.rules.dated_swaps import SWAPS
from tests.rules.dated_weights import WEIGHTS

CHANGES: tuple[Change, ...] = (
    *STAKE,
    *MOVES,
    *EPOCHS,
    *WEIGHTS,
    *REGISTRATION,
    *STORAGE,
    *NETWORKS,
    *PARAMETERS,
    *SWAPS,
)


def lines() -> list[Any]:
    return [pytest.param(change, id=f"{change.since}-{change.what.replace(' ', '-')}") for change in CHANGES]


@pytest.mark.parametrize("change", lines())
def test_a_rule_changes_at_its_date(change: Change) -> None:
    shown = [change.behaviour(TIMELINE.runtime(number)) for number in (change.since - 1, change.since)]
    assert shown == [change.before, change.after]
