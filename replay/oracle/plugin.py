"""Fixtures for pytest, available wherever neuron-ledger is installed: `oracle`, `subnet`, `node`.

A failing test shows the calls that led there, as a call list for `neuron-ledger import calls`. Tests that are marked
`@pytest.mark.node("session")` share one chain, with one node.
"""

import re
from collections.abc import Generator, Iterator
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from neuron_ledger.replay.node.rpc.running import RunningNode
    from neuron_ledger.replay.oracle.builders import NewSubnet
    from neuron_ledger.replay.oracle.chain import Oracle

MOST_LINES = 200
"""Lines of a call list that a failing test shows. A longer one is written to a file."""
LONGEST_NAME = 100
SCOPES = ("function", "session")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", 'node(scope): "session" for the chain and node that all tests so marked share; "function" for one of its own'
    )


def _is_shared(item: Any) -> bool:
    """Whether a test shares its chain with others. Raises: UsageError for an unknown scope."""
    marker = item.get_closest_marker("node")
    if marker is None:
        return False
    given = [*marker.args, *marker.kwargs.values()]
    if len(given) != 1 or given[0] not in SCOPES or set(marker.kwargs) - {"scope"}:
        raise pytest.UsageError(f'{item.nodeid}: expected pytest.mark.node("session") or ("function"), got {given}')
    return bool(given[0] == "session")


@pytest.fixture(scope="session")
def _shared_oracle() -> "Oracle":
    return _new_oracle(for_clients=True)


@pytest.fixture(scope="session")
def _shared_node(_shared_oracle: "Oracle") -> "Iterator[RunningNode]":
    yield from _served(_shared_oracle)


@pytest.fixture
def oracle(request: pytest.FixtureRequest) -> "Oracle":
    """A new chain for this test, at the current runtime. With `node`, //Alice and the others have their funds on it."""
    if _is_shared(request.node):
        shared: Oracle = request.getfixturevalue("_shared_oracle")
        return shared
    return _new_oracle(for_clients="node" in request.fixturenames)


@pytest.fixture
def subnet(oracle: "Oracle") -> "NewSubnet":
    """A subnet on the `oracle`: its owner, a validator with stake and permit, two miners."""
    return oracle.begin_subnet()


@pytest.fixture
def node(request: pytest.FixtureRequest, oracle: "Oracle") -> "Iterator[RunningNode]":
    """The URL of a development node on the `oracle`'s ledger, to which clients connect. Needs the extra `node`."""
    if _is_shared(request.node):
        yield request.getfixturevalue("_shared_node")
    else:
        yield from _served(oracle)


def _new_oracle(*, for_clients: bool) -> "Oracle":
    from neuron_ledger.replay.oracle.chain import Oracle

    made = Oracle()
    if for_clients:
        _ensure_extra()
        from neuron_ledger.replay.node.chain.genesis import begin_development_chain

        begin_development_chain(made.ledger)
    return made


def _served(oracle: "Oracle") -> "Iterator[RunningNode]":
    _ensure_extra()
    from neuron_ledger.replay.node.rpc.running import running_node

    with running_node(oracle.ledger) as running:
        yield running


def _ensure_extra() -> None:
    """Raises: UsageError if the node's packages are not installed."""
    try:
        import aiohttp  # noqa: F401
        import bittensor_core  # noqa: F401
    except ModuleNotFoundError as missing:
        raise pytest.UsageError(
            f"{missing.name} is not installed; the fixture `node` needs the extra: pip install 'neuron-ledger[node]'"
        ) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    used = getattr(item, "funcargs", {}).get("oracle")
    if report.failed and used is not None and hasattr(used, "calls"):
        report.sections.append(_calls_that_led_here(used, item.nodeid))
    return report


def _calls_that_led_here(oracle: "Oracle", test: str) -> tuple[str, str]:
    """The section of a report: its title, and the call list."""
    begun = f"neuron-ledger init chain.ledger --spec-version {oracle.ledger.log.spec_version}"
    title = f"the calls that led here ({begun}; neuron-ledger import calls chain.ledger CALLS)"
    lines = oracle.calls()
    if len(lines) <= MOST_LINES:
        return title, "\n".join(lines)
    name = re.sub(r"[^A-Za-z0-9_]+", "-", test)[-LONGEST_NAME:]
    with NamedTemporaryFile("w", prefix=f"{name}-", suffix=".calls.jsonl", delete=False) as file:
        file.write("\n".join(lines) + "\n")
    return title, "\n".join([f"… all {len(lines)} are in {file.name}; the last {MOST_LINES}:", *lines[-MOST_LINES:]])
