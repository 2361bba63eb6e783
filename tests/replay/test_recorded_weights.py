"""The recorded calls of 424 about weights, commits, pulses and endpoints, each judged alone, in histories of other matters."""

import gzip
import json
from collections import Counter

import pytest

from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.histories import check_history
from neuron_ledger.replay.conformance.runner import run
from tests.shared_data import shared

CALLS = frozenset(
    {
        *("set_weights", "set_mechanism_weights", "batch_set_weights"),
        *("commit_weights", "commit_mechanism_weights", "batch_commit_weights"),
        *("reveal_weights", "reveal_mechanism_weights", "batch_reveal_weights"),
        *("commit_timelocked_weights", "commit_timelocked_mechanism_weights", "store_pulse"),
        *("serve_axon", "serve_axon_tls", "serve_prometheus"),
    }
)
TOTALS = {
    "vectors-424-calls/key_swaps": 154,
}
"""Folder and kind → how many calls of these names its histories make."""


@pytest.mark.parametrize("kind", TOTALS)
def test_every_recorded_call_is_exact(kind: str) -> None:
    rules = TIMELINE.runtime(424)
    exact: Counter[bool] = Counter()
    for case in json.loads(gzip.decompress(shared(f"{kind}.json.gz").read_bytes()))["cases"]:
        exact.update(right for op, right in check_history(case, "op", rules).ops if op in CALLS)
    assert exact == {True: TOTALS[kind]}


def test_every_recorded_hash_of_a_commit_is_exact() -> None:
    report = run([shared("vectors-424/unit_commit_hash.json")])
    assert report.kinds["unit_commit_hash"].to_json() == {"exact": 180, "total": 180}
