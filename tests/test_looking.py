"""A ledger looked at without its rules shows what the ledger itself has."""

from pathlib import Path

import pytest

from neuron_ledger import Ledger
from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.storage.layout import LAYOUTS
from neuron_ledger.ledger.errors import UnknownSpecVersion
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.looking import looked_at
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.ledger_fixture import eventful_ledger


def same(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger, looked_at(path) as looked:
        assert looked.storage.digest() == ledger.storage.digest()
        assert looked.storage.layout.items.keys() == ledger.storage.layout.items.keys()
        assert looked.block == ledger.block
        for name in ("Burn", "Tempo", "Kappa"):
            assert looked.storage.map(name)[9] == ledger.storage.map(name)[9]


def test_layouts_that_are_described_apart_are_those_of_the_rules() -> None:
    for spec_version, layout in LAYOUTS.items():
        of_rules = TIMELINE.runtime(spec_version).layout
        assert {name: (item.keys, item.value, item.default) for name, item in layout.items.items()} == {
            name: (item.keys, item.value, item.default) for name, item in of_rules.items.items()
        }


@pytest.mark.parametrize("spec_version", [277, 320, 424])
def test_a_new_ledger(tmp_path: Path, spec_version: int) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=spec_version) as ledger:
        ledger.advance_to(3)
    same(path)


@pytest.mark.parametrize("seals", [False, True])
@pytest.mark.parametrize("to", [None, 300, 424])
def test_one_with_a_life_a_snapshot_and_an_upgrade(tmp_path: Path, seals: bool, to: int | None) -> None:
    path = tmp_path / "chain.ledger"
    with eventful_ledger(path) as ledger:
        if to is not None:
            ledger.submit(UpgradeRuntime(to)).unwrap()
        if seals:
            ledger.snapshot().unwrap()
        ledger.advance_to(ledger.block + 3)
    same(path)


def test_a_runtime_that_is_not_built(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    Log.create(path, spec_version=5).close()
    with pytest.raises(UnknownSpecVersion), looked_at(path):
        pass
