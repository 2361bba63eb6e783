"""Fixtures for pytest, there wherever neuron-ledger is installed: `oracle`, `subnet`, `node`.

A test that fails shows the calls that led there, as a call list that `neuron-ledger import calls` takes.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from neuron_ledger.replay.node.rpc.running import RunningNode
    from neuron_ledger.replay.oracle.oracle import NewSubnet, Oracle

MOST_LINES = 200
"""Lines of a call list that a failing test shows: the last ones."""


@pytest.fixture
def oracle() -> "Oracle":
    """A chain of this test's own, at today's runtime."""
    from neuron_ledger.replay.oracle.oracle import Oracle

    return Oracle()


@pytest.fixture
def subnet(oracle: "Oracle") -> "NewSubnet":
    """A subnet on the `oracle`: its owner, a validator with stake and permit, two miners."""
    return oracle.begin_subnet()


@pytest.fixture
def node(oracle: "Oracle") -> "Iterator[RunningNode]":
    """A development node on the `oracle`'s ledger, to which clients connect: `node.url`. Takes the extra `node`."""
    from neuron_ledger.replay.node.rpc.running import running_node

    with running_node(oracle.ledger) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    used = getattr(item, "funcargs", {}).get("oracle")
    if report.when == "call" and report.failed and used is not None:
        from neuron_ledger.replay.importers.call_list import export_calls

        lines = list(export_calls(used.ledger.log, skip_observations=True))
        cut = [f"… {len(lines) - MOST_LINES} lines before"] if len(lines) > MOST_LINES else []
        report.sections.append(("the calls that led here", "\n".join([*cut, *lines[-MOST_LINES:]])))
    return report
