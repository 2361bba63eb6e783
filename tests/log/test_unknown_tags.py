"""What a later version wrote: nobody reads past it or writes after it, and whoever is told so learns where it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.calls import CreateRootNetwork, ForceSetBalance
from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import ChainBroken
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.looking import looked_at
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups

WHO = bytes(range(32))
PLACE = 3
"""Where the entry of the later version stands."""


@pytest.fixture(params=["later_call/1", "force_set_balance/9", "LaterEvent/1", "NeuronReplaced/9"])
def tag(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(path: Path, tag: str, *, then_a_call: bool) -> Path:
    """A ledger with a call of ours, an entry of a later version, and perhaps another whole call of ours."""
    with Ledger.create(path) as ledger:
        ledger.submit(ForceSetBalance(WHO, 10**9)).unwrap()
    with Log.open(path) as log:
        first = list(log.read(0))
        assert len(first) == PLACE - 1
        again = [NewEntry(entry.block, entry.tag, entry.payload) for entry in first] if then_a_call else []
        log.append([NewEntry(0, tag, b"\x90"), *again], expected_position=log.head.position)
    return path


READERS: dict[str, Callable[[Log], Any]] = {
    "rebuild": rebuild,
    "open": Ledger,
    "look": lambda log: looked_at(Path(log.path)).__enter__(),
    "calls": lambda log: list(groups(log.read(0))),
}


@pytest.mark.parametrize("reader", READERS)
def test_what_stands_after_it_is_not_read(tmp_path: Path, tag: str, reader: str) -> None:
    with Log.open(written(tmp_path / "chain.ledger", tag, then_a_call=True)) as log:
        with pytest.raises(UnknownTag, match=f"position {PLACE}: tag '{tag}'.*upgrade neuron-ledger") as caught:
            READERS[reader](log)
        assert (caught.value.tag, caught.value.position) == (tag, PLACE)


@pytest.mark.parametrize("then_a_call", [False, True])
def test_nothing_is_written_after_it(tmp_path: Path, tag: str, then_a_call: bool) -> None:
    path = written(tmp_path / "chain.ledger", tag, then_a_call=then_a_call)
    with Log.open(path, read_only=True) as log:
        before = log.head
    with pytest.raises((ChainBroken, UnknownTag), match="not known to this version"), Ledger.open(path) as ledger:
        ledger.submit(CreateRootNetwork())
    with Log.open(path, read_only=True) as log:
        assert log.head == before


def test_an_audit_names_it_and_goes_on(tmp_path: Path, tag: str) -> None:
    with Log.open(written(tmp_path / "chain.ledger", tag, then_a_call=True)) as log:
        report = audit(log)
    assert [finding.where for finding in report.findings if "not known to this version" in str(finding.what)] == [PLACE]
