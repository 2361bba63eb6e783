"""The node's metadata, read by the clients' library and compared with what nodes of the main chain answered."""

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.node.metadata.document import NodeRuntime, NotServed
from tests.replay.node.metadata_reader import Read, our_metadata, real_metadata

SPEC_VERSIONS = (315, 343)
"""Those of which a node's metadata is recorded."""

KNOWN_ITEMS = {
    # Their enums grew later; the node has the later one for every runtime.
    "SubtensorModule.LastRateLimitedBlock": SPEC_VERSIONS,
    "SubtensorModule.RootClaimType": (343,),
    "Proxy.Proxies": (315,),
    # The rules of runtimes between the two that are proved are composed, and some storage came or went with another step.
    "SubtensorModule.AutoStakeDestination": (315,),
}
NOT_ON_THE_CHAIN = {
    "SubtensorModule.AutoStakeDestinationColdkeys": (315,),
    "SubtensorModule.CollateralLockShare": SPEC_VERSIONS,
    "SubtensorModule.SubnetEpochConsensus": SPEC_VERSIONS,
    "SubtensorModule.MaxMechanismCount": (343,),
    "SubtensorModule.RootAlphaDividendsPerSubnet": (343,),
    "Swap.SwapBalancer": SPEC_VERSIONS,
    "Swap.PalSwapInitialized": SPEC_VERSIONS,
}
KNOWN_CALLS = {"set_root_claim_type": (343,), "set_coldkey_auto_stake_hotkey": (315,)}
CALLS_NOT_ON_THE_CHAIN = {"sudo_set_max_weight_limit": (343,), "commit_crv3_weights": (315,)}
EVENTS_NOT_ON_THE_CHAIN = {"SenateAdjusted"}
ERRORS_NOT_ON_THE_CHAIN = {"SubNetworkDoesNotExist", "NotSenateMember", "CouldNotJoinSenate"}


@pytest.fixture(scope="module", params=SPEC_VERSIONS)
def both(request: pytest.FixtureRequest) -> tuple[int, Read, Read]:
    """(spec_version, ours, the chain's)"""
    return request.param, our_metadata(request.param), real_metadata(request.param)


def differing(ours: Mapping[str, Any], real: Mapping[str, Any]) -> set[str]:
    return {name for name, value in ours.items() if name in real and real[name] != value}


def known(table: Mapping[str, Collection[int]], spec_version: int) -> set[str]:
    return {name for name, versions in table.items() if spec_version in versions}


def test_items_have_the_hashers_and_types_of_the_chain(both: tuple[int, Read, Read]) -> None:
    spec_version, ours, real = both
    own, chain = ours.storage(), real.storage()
    own.pop("System.Events")  # the enum of all events, of which the node has a part
    assert differing(own, chain) <= known(KNOWN_ITEMS, spec_version)
    assert own.keys() - chain.keys() <= known(NOT_ON_THE_CHAIN, spec_version)
    assert len(own.keys() & chain.keys()) > 160


@pytest.mark.parametrize(
    "pallet", ["pallet_subtensor", "pallet_admin_utils", "pallet_sudo", "pallet_balances", "pallet_timestamp"]
)
def test_calls_have_the_numbers_and_arguments_of_the_chain(both: tuple[int, Read, Read], pallet: str) -> None:
    spec_version, ours, real = both
    own, chain = ours.variants(f"{pallet}::pallet::Call"), real.variants(f"{pallet}::pallet::Call")
    assert own
    assert differing(own, chain) <= known(KNOWN_CALLS, spec_version)
    assert own.keys() - chain.keys() <= known(CALLS_NOT_ON_THE_CHAIN, spec_version)


@pytest.mark.parametrize("pallet", ["frame_system", "pallet_subtensor", "pallet_admin_utils", "pallet_sudo"])
def test_events_have_the_fields_of_the_chain(both: tuple[int, Read, Read], pallet: str) -> None:
    _, ours, real = both
    own, chain = ours.variants(f"{pallet}::pallet::Event"), real.variants(f"{pallet}::pallet::Event")
    assert own.keys() - chain.keys() <= EVENTS_NOT_ON_THE_CHAIN
    shared = own.keys() & chain.keys()
    assert {name: own[name][1] for name in shared} == {name: chain[name][1] for name in shared}


def test_errors_have_the_names_of_the_chain(both: tuple[int, Read, Read]) -> None:
    _, ours, real = both
    own, chain = (read.variants("pallet_subtensor::pallet::Error") for read in (ours, real))
    assert own.keys() - chain.keys() <= ERRORS_NOT_ON_THE_CHAIN
    own, chain = (read.variants("pallet_admin_utils::pallet::Error") for read in (ours, real))
    assert [own[name] for name in chain] == list(chain.values())


@pytest.mark.parametrize("spec_version", [277, 424])
def test_errors_and_events_of_a_proved_runtime_are_numbered_as_declared(spec_version: int) -> None:
    layout, read = TIMELINE.runtime(spec_version).layout, our_metadata(spec_version)
    errors = read.variants("pallet_subtensor::pallet::Error")
    assert [errors[name][0] for name in layout.errors] == list(range(len(layout.errors)))
    events = read.variants("pallet_subtensor::pallet::Event")
    assert all(layout.events[number] == name for name, (number, _) in events.items())
    assert len(events) > 60


@pytest.mark.parametrize("spec_version", [277, 424])
def test_every_deposit_and_every_error_of_the_rules_is_declared(spec_version: int) -> None:
    runtime = NodeRuntime(TIMELINE.runtime(spec_version))
    declared = {event.name for event in runtime.events}
    assert {"NeuronRegistered", "WeightsSet", "StakeAdded", "StakeRemoved", "NetworkAdded", "TempoSet"} <= declared
    numbers = [(event.pallet, event.number) for event in runtime.events]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("version", [14, 15])
@pytest.mark.parametrize("spec_version", [277, 424, 425])
def test_clients_read_it(spec_version: int, version: int) -> None:
    read = our_metadata(spec_version, version)
    assert read.client.is_v15 == (version == 15)
    assert read.client.constant("System", "Version")["spec_version"] == spec_version
    assert read.client.constant("SubtensorModule", "InitialTempo") == 360
    apis = read.client.runtime_api_map()
    assert bool(apis) == (version == 15)
    if apis:
        assert apis["NeuronInfoRuntimeApi"]["get_neuron_lite"]["inputs"][1][0] == "uid"


def test_an_absent_entry_reads_as_on_the_chain(both: tuple[int, Read, Read]) -> None:
    _, ours, real = both
    assert not differing(ours.defaults(), real.defaults())


def test_an_absent_entry_reads_as_the_ledgers_default() -> None:
    read, layout = our_metadata(424), TIMELINE.runtime(424).layout
    defaults = read.defaults()
    for name in ("Tempo", "Burn", "MaxAllowedUids", "ImmunityPeriod"):
        assert int.from_bytes(defaults[f"SubtensorModule.{name}"], "little") == layout.item(name).default


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="not 16"):
        NodeRuntime(TIMELINE.runtime(277)).metadata(16)


@pytest.mark.parametrize("spec_version", [277, 424])
def test_both_versions_declare_the_same(spec_version: int) -> None:
    old, new = our_metadata(spec_version, 14), our_metadata(spec_version, 15)
    assert old.storage() == new.storage()
    assert old.defaults() == new.defaults()
    for path in ("Call", "Event", "Error"):
        for pallet in ("pallet_subtensor", "pallet_admin_utils", "pallet_balances"):
            assert old.variants(f"{pallet}::pallet::{path}") == new.variants(f"{pallet}::pallet::{path}")


@pytest.mark.parametrize("spec_version", [103, 185])
def test_runtimes_of_before_are_not_served(spec_version: int) -> None:
    with pytest.raises(NotServed, match=f"a node runs spec_version 277 or a later one, and this ledger {spec_version}"):
        NodeRuntime(TIMELINE.runtime(spec_version))
