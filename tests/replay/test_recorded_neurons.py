"""Subnet 1 of the main chain, imported from a node's metagraph: what we then show of its neurons is what the node showed."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from neuron_ledger import Ledger
from neuron_ledger.events.wire import ss58
from neuron_ledger.projections.views.neuron_info import NO_AXON, NO_PROMETHEUS, neuron_info_lite
from neuron_ledger.replay.importers.metagraph import import_metagraph
from tests.shared_data import shared

FOLDER = "data/finney-sn1-6530367"
NETUID = 1
AXON = ("block", "version", "ip", "port", "ip_type", "protocol", "placeholder1", "placeholder2")
PROMETHEUS = ("block", "version", "ip", "port", "ip_type")
PLAIN = (
    *("uid", "netuid", "active", "rank", "emission", "incentive", "consensus", "trust"),
    *("validator_trust", "dividends", "last_update", "validator_permit", "pruning_score"),
)


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    """The node's neurons-lite answer."""
    found: list[dict[str, Any]] = json.loads(gzip.decompress(shared(f"{FOLDER}/neurons_lite.json.gz").read_bytes()))
    return found


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with Ledger.in_memory() as ledger:
        import_metagraph(ledger, shared(f"{FOLDER}/metagraph.json.gz"), shared(f"{FOLDER}/neurons_lite.json.gz"))
        yield ledger


def as_the_node_shows_it(ledger: Ledger, uid: int) -> dict[str, Any]:
    """A neuron of ours in the node's form: accounts as lists of bytes, endpoints as objects."""
    neuron = neuron_info_lite(ledger.storage, NETUID, uid)
    assert neuron is not None
    return {
        **{name: getattr(neuron, name) for name in PLAIN},
        "hotkey": [list(neuron.hotkey)],
        "coldkey": [list(neuron.coldkey)],
        "axon_info": dict(zip(AXON, neuron.axon_info or NO_AXON, strict=True)),
        "prometheus_info": dict(zip(PROMETHEUS, neuron.prometheus_info or NO_PROMETHEUS, strict=True)),
        "stake": [[[list(coldkey)], stake] for coldkey, stake in neuron.stake],
    }


def test_every_field_of_every_neuron_is_the_nodes(ledger: Ledger, records: list[dict[str, Any]]) -> None:
    assert ledger.subnet(NETUID).n == len(records) == 1024
    assert [uid for uid, record in enumerate(records) if as_the_node_shows_it(ledger, uid) != record] == []
    assert {name for record in records for name in record} == set(as_the_node_shows_it(ledger, 0))
    assert sum(bool(stake) for record in records for _, stake in record["stake"]) > 100
    assert any(record["axon_info"]["port"] for record in records)


def test_the_sdks_form_of_it(ledger: Ledger, records: list[dict[str, Any]]) -> None:
    shown, graph = ledger.sdk.neurons_lite(NETUID), ledger.sdk.metagraph(NETUID)
    assert [ss58.account(neuron.hotkey) for neuron in shown] == [bytes(record["hotkey"][0]) for record in records]
    assert [neuron.stake.rao for neuron in shown] == [sum(stake for _, stake in record["stake"]) for record in records]
    assert [neuron.incentive for neuron in shown] == [record["incentive"] / 65535 for record in records]
    assert graph.hotkeys == [neuron.hotkey for neuron in shown]
    assert graph.axons == [neuron.axon_info for neuron in shown]
    assert graph.E.tolist() == pytest.approx([neuron.emission for neuron in shown])
    assert (graph.name, graph.symbol, graph.n.item(), graph.block.item()) == ("unknown", "α", 1024, 6530367)
