"""Chains of main-net runtimes with storage by chance: whatever stands in it is imported as it is, over upgrades too."""

import gzip
from functools import cache
from random import Random

import pytest

from neuron_ledger.events.blocks_seen import BlockSeen, EventSeen
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.journal import ABSENT
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.history.in_log import runtimes_seen
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.history.typed import MISFIT, Translation
from neuron_ledger.replay.history.verify import verify
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.history.made_chain import MadeChain
from tests.replay.history.recorded_node import metadata, served
from tests.replay.history.test_planned_reads import ensure_equal_to
from tests.shared_data import shared

pytest.importorskip("bittensor_core")

BLOCKS = 5
"""Of each runtime."""


@cache
def runtime(spec_version: int) -> NodeRuntime:
    if spec_version in (103, 185):
        return NodeRuntime(bytes.fromhex(metadata(spec_version)[2:]), spec_version, 1)
    text = gzip.decompress(shared(f"metadata/finney-{spec_version}.hex.gz").read_bytes()).decode().strip()
    return NodeRuntime(bytes.fromhex(text.removeprefix("0x")), spec_version, 1)


@pytest.mark.parametrize("full_every", [1, 4])
@pytest.mark.parametrize("spec_versions", [(103, 185, 224, 315, 343), (343, 224)])
def test_whatever_stands_in_storage_is_imported(spec_versions: tuple[int, ...], full_every: int) -> None:
    """The bytes after every block are the node's; typed entries are as the codec reads them; runtimes and events are there."""
    chain = MadeChain([runtime(one) for one in spec_versions], BLOCKS, Random(sum(spec_versions)))
    last = BLOCKS * len(spec_versions)
    with served(chain) as url, Ledger.in_memory(spec_version=277) as ledger:
        done = import_history(ledger, url, full_every=full_every)
        assert (done.blocks, done.extrinsics, done.failed, done.events) == (last, last, 0, 2 * last)
        ensure_equal_to(chain, ledger, last)
        assert [one.spec_version for one in runtimes_seen(ledger.log)] == list(spec_versions)
        blocks = [group.events for group in groups(ledger.log.read()) if isinstance(group.events[:1][0], BlockSeen)]
        names = [event.name for events in blocks for event in events if isinstance(event, EventSeen)]
        assert names == ["System.ExtrinsicSuccess", "Balances.Deposit"] * last
        assert compared(ledger, runtime(spec_versions[-1]), chain.state(last)) > 100
        assert all("invariant" in finding.what for finding in audit(ledger.log).findings)  # values by chance keep none
        found = verify(ledger.log, ledger.timeline)
        assert found.seen["blocks"] == last
        left_out = sum(one.count for one in found.not_covered.values() if one.what == "block")
        assert found.blocks.total + left_out == last


def compared(ledger: Ledger, last: NodeRuntime, state: dict[str, str]) -> int:
    """How many entries stand under the ledger's own items, all of them as they are read."""
    translation, count = Translation(last, ledger.timeline.seen(last.spec_version).layout), 0
    for key, value in state.items():
        for name, at, ours in translation.entries(bytes.fromhex(key[2:]), bytes.fromhex(value[2:])):
            if at is not ABSENT:
                expected = ABSENT if ours is MISFIT else ours
                assert ledger.storage.map(name).get(at, ABSENT) == expected, (name, at)
                count += expected is not ABSENT
    return count
