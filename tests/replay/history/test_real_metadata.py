"""The main chain's own metadata: what its storage holds is read into the ledger's items, and absent entries read as ours do."""

import gzip
from functools import cache

import pytest

from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.units import ACCOUNT, BYTES, PAIRS, U16, U16_VECTOR, U64, Unit, a_tuple
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.history import typed
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.typed import Translation
from tests.shared_data import shared

pytest.importorskip("bittensor_core")

OURS = {"BlockNumber", "LastRuntimeUpgrade", "NotSeen", "SpecVersionSeen", "TreeSeen", "ScheduledColdkeySwaps"}
"""Items of the ledger that no storage item of a chain stands for."""

WEIGHTED_POOLS = {"Swap.PalSwapInitialized", "Swap.SwapBalancer"}
"""Which the chain has since 423, and the rules here since 283."""

APART = {
    315: {"AutoStakeDestinationColdkeys"},
    343: {"MaxMechanismCount", "RootAlphaDividendsPerSubnet"},
}
"""Items that dated steps bring a little earlier than the main chain had them."""


@cache
def runtime(spec_version: int) -> NodeRuntime:
    text = gzip.decompress(shared(f"metadata/finney-{spec_version}.hex.gz").read_bytes()).decode().strip()
    return NodeRuntime(bytes.fromhex(text.removeprefix("0x")), spec_version, 1)


@pytest.mark.parametrize("spec_version", [315, 343])
def test_the_chain_has_every_item_of_the_rules(spec_version: int) -> None:
    layout = TIMELINE.runtime(spec_version).layout
    translation = Translation(runtime(spec_version), layout)
    assert set(layout.items) - translation.items == {*OURS, *WEIGHTED_POOLS, *APART[spec_version]}
    not_held = {name for name, prefix in runtime(spec_version).items.items() if not translation.holds(prefix)}
    assert not_held - {"Sudo.Key", "System.LastRuntimeUpgrade", "Swap.ScrapReservoirAlpha"} == {
        "SubnetAlphaInProvided",
        "SubnetTaoProvided",
    }


SINCE_224 = {"SubnetMovingAlpha", "SubnetMovingPrice", "TransferToggle", "IdentitiesV2", "SubnetIdentitiesV2"}
"""Items of 233 that the metadata of 224 has not, a runtime on the way from 219."""

OTHERWISE_224 = {"NetworkRateLimit", "Tempo", "AvgTempo", "TxChildkeyTakeRateLimit", "TaoWeight", "MinBurn"}
"""Items that read otherwise there where they are absent: of a build for fast blocks, or not yet as at 233."""


def test_what_a_chain_had_right_before_alpha_is_held_at_233() -> None:
    found, layout = runtime(224), TIMELINE.runtime(233).layout
    translation = Translation(found, layout)
    assert set(layout.items) - translation.items == {*OURS, "ScheduledDissolutions", *SINCE_224}
    own = {name for name, entry in found.entries.items() if entry.pallet == "SubtensorModule"}
    assert own <= translation.items
    for name in own:
        stated = found.scale.storage_entry("SubtensorModule", name)
        if stated.modifier == "Default":
            values = [value for _, _, value in translation.entries(found.items[name], bytes(stated.default_bytes))]
            assert (values == [layout.items[name].default]) is (name not in OTHERWISE_224), name


@pytest.mark.parametrize(("spec_version", "least"), [(315, 145), (343, 160)])
def test_absent_entries_read_as_on_the_chain(spec_version: int, least: int) -> None:
    """The default that the chain's metadata states for an item, read by its types, is the one of our layout."""
    found, layout = runtime(spec_version), TIMELINE.runtime(spec_version).layout
    translation = Translation(found, layout)
    compared = 0
    for name, entry in found.entries.items():
        stated = found.scale.storage_entry(entry.pallet, entry.name)
        if name in layout.items and stated.modifier == "Default":
            values = [value for _, _, value in translation.entries(found.items[name], bytes(stated.default_bytes))]
            assert values == [layout.items[name].default], name
            compared += 1
    assert compared >= least


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        (U64, "9007199254740993"),
        (ACCOUNT, "00" * 32),
        (BYTES, "ab"),
        (PAIRS, [[1, 2]]),
        (U16_VECTOR, [1]),
        (a_tuple(U16, ...), [1]),
    ],
)
def test_what_people_could_write_is_not_taken_for_what_a_node_has(unit: Unit, value: object) -> None:
    """A chain's value of another kind than the layout's is a misfit, however well it would read as a text or a list."""
    assert read(people, value, unit) != value
    with pytest.raises(FieldError):
        typed._fitting(value, unit)
