"""Layouts against the reference: its own list of items, defaults and errors, and the storage dumps that it recorded."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from neuron_ledger.events.storage.changes import StorageChanges, canonical_changes
from neuron_ledger.events.storage.items_commitments import COMMITMENTS
from neuron_ledger.events.storage.layout import LAYOUTS, Layout
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.rate_limit_keys import recorded_rate_limit_key
from neuron_ledger.replay.conformance.recorded import expected_changes, load, recorded_key, recordings
from tests.shared_data import shared

FOLDERS = {277: ("vectors", "vectors-277-calls"), 424: ("vectors-424", "vectors-424-calls")}
KEYS = {"value": (0,), "map": (1,), "doublemap": (2,), "nmap": (2, 3)}
"""How many parts the keys of each kind of storage have."""
NOT_LISTED = {
    *(item.name for item in COMMITMENTS),
    "AccountNonce",
    "LastRuntimeUpgrade",
    "BlockNumber",
    "NotSeen",
    "SpecVersionSeen",
    "TreeSeen",
    "ScheduledColdkeySwaps",
    "Drand.Pulses",
    "Drand.LastStoredRound",
}
"""Items of the system, of observations, and of the randomness beacon, which the list of the reference leaves out."""
OF_THE_RUNTIME = {"StartCallDelay": 0, "NextSubnetLeaseId": 0, "AutoParentDelegationEnabled": True}
"""Defaults that the list leaves open (null) because they are the runtime's or a constant's, and lib.rs names."""


def defaults(spec_version: int) -> dict[str, Any]:
    recorded: dict[str, Any] = json.loads(shared(f"{FOLDERS[spec_version][0]}/defaults.json").read_text())
    return recorded


def histories(spec_version: int) -> Iterator[dict[str, Any]]:
    """Every sixth case of a file that has storage: each file has dozens."""
    for folder in FOLDERS[spec_version]:
        for path in sorted(shared(folder).glob("*.json.gz")):
            content = json.loads(gzip.decompress(path.read_bytes()))
            yield from [case for case in content["cases"] if isinstance(case.get("init"), dict)][::6]


@pytest.mark.parametrize("spec_version", FOLDERS)
def test_items_and_errors_are_the_references(spec_version: int) -> None:
    recorded, layout = defaults(spec_version), LAYOUTS[spec_version]
    assert set(recorded["storage_kinds"]) <= set(layout.items) <= set(recorded["storage_kinds"]) | NOT_LISTED
    for name, kind in recorded["storage_kinds"].items():
        assert len(layout.items[name].keys) in KEYS[kind], name
    assert list(layout.errors) == recorded["error_names"]


@pytest.mark.parametrize("spec_version", FOLDERS)
def test_defaults_are_the_references(spec_version: int) -> None:
    layout = LAYOUTS[spec_version]
    for name, raw in defaults(spec_version)["storage_defaults"].items():
        item = layout.items[name]
        if raw is None:
            assert item.default == OF_THE_RUNTIME.get(name), name
        elif isinstance(raw, str) and raw.startswith("type default"):
            assert item.default in (0, False, (), b"", (0, 0)), name
        else:
            assert recordings.structure(raw, item.value) == item.default, name


@pytest.mark.parametrize("spec_version", FOLDERS)
def test_recorded_dumps_and_changes_fit_the_layout(spec_version: int) -> None:
    layout, dumps = LAYOUTS[spec_version], 0
    for case in histories(spec_version):
        for name in ("init", "final"):
            if name not in case:
                continue
            storage = load(case[name], int(case.get("block", 0)), layout)
            for table in storage.maps():
                assert table.item.name in layout.items
                read(people, canonical_changes({table.item.name: (dict(table), [])}), StorageChanges, name)
            assert Storage.decode(storage.encode(), layout).digest() == storage.digest()
            dumps += 1
        for op in case.get("ops", [case]):
            _check_values(expected_changes(op.get("diff", {}), layout), layout)
    assert dumps > 50


def _check_values(changes: dict[tuple[str, Any], Any], layout: Layout) -> None:
    for (name, _), value in changes.items():
        if value is not ABSENT:
            read(people, value, layout.items[name].value, name)


def test_a_recorded_item_that_the_layout_does_not_have_is_refused() -> None:
    with pytest.raises(FieldError, match="'BurnHalfLife'"):
        load({"BurnHalfLife": [[1, 360]]}, 1)


def test_rate_limit_keys_are_bytes_as_a_node_has_them() -> None:
    assert recorded_rate_limit_key("NetworkLastRegistered") == b"\x02"
    assert recorded_rate_limit_key(["SetSNOwnerHotkey", 258]) == b"\x00\x02\x01"
    assert recorded_rate_limit_key(["OwnerHyperparamUpdate", 1, "TriggerEpoch"]) == b"\x01\x01\x00\x1f"
    assert recorded_rate_limit_key(["LastTxBlock", "ab" * 32]) == b"\x03" + b"\xab" * 32
    assert recorded_key(LAYOUTS[424].items["LastRateLimitedBlock"], [["AddStakeBurn", 1]]) == b"\x06\x01\x00"
