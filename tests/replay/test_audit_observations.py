"""Observations are named: an audit lists what a log takes over, and compares it with the files that it came from."""

from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.importers.genesis import genesis_changes, import_genesis
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.importers.signed import signed
from neuron_ledger.replay.importers.source import read_source
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.transparency.keys import PrivateKey
from tests.log.snapshots_fixture import genesis, metagraph, written

THIEF = b"t" * 32


def test_observations_are_listed_with_source_and_digest(tmp_path: Path) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    path = written(tmp_path, genesis())
    import_genesis(ledger, path)
    ledger.advance_to(5)
    (seen,) = audit(ledger.log).observations
    assert (seen.position, seen.source, seen.block) == (1, "genesis snapshot", 0)
    assert seen.digest == read_source(path).digest
    assert seen.compared_with is None
    assert "not compared with its source" in str(seen)


def test_what_its_source_holds_is_found_again(tmp_path: Path) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    first, second = written(tmp_path, genesis(), "genesis.json"), written(tmp_path, metagraph(), "metagraph.json")
    import_genesis(ledger, first)
    import_metagraph(ledger, second)
    report = audit(ledger.log, sources=[read_source(first), read_source(second)])
    assert report.clean, report.findings
    assert [seen.compared_with for seen in report.observations] == [str(first), str(second)]


def test_a_made_up_observation_under_the_name_of_a_true_source_is_found(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, genesis()))
    changes: dict[str, Any] = {name: (dict(entries), list(gone)) for name, entries, gone in genesis_changes(source)}
    stolen = 10**18
    changes["Balances"][0][THIEF] = stolen
    changes["BalancesTotalIssuance"][0][()] += stolen
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(Observe("genesis snapshot", 0, source.digest), canonical_changes(changes))
    assert audit(ledger.log).clean
    report = audit(ledger.log, sources=[source])
    (finding,) = report.findings
    assert (finding.where, finding.what) == (2, f"the observation differs from {source.path}")
    assert [seen.compared_with for seen in report.observations] == [None]


@pytest.mark.parametrize("content", [metagraph(), {"neither": 1}, [1]])
def test_a_source_of_which_the_log_has_nothing_is_a_finding(tmp_path: Path, content: Any) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    import_genesis(ledger, written(tmp_path, genesis(), "genesis.json"))
    other = read_source(written(tmp_path, content, "other.json"))
    (finding,) = audit(ledger.log, sources=[other]).findings
    assert (finding.where, finding.what) == (2, f"no observation is from {other.path}")


def test_a_source_that_no_importer_reads_is_said_to_be_none(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, {"neither": 1}))
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(Observe("somewhere", 0, source.digest), canonical_changes({"Balances": ({THIEF: 1}, [])}))
    found = [finding for finding in audit(ledger.log, sources=[source]).findings if "the observation differs" in finding.what]
    assert len(found) == 1
    assert "metagraph" in found[0].expected


def test_a_signed_observation_names_its_signer(tmp_path: Path) -> None:
    ledger, key = Ledger.in_memory(spec_version=277), PrivateKey.generate("observer")
    import_genesis(ledger, written(tmp_path, genesis(), "genesis.json"), key=key)
    import_metagraph(ledger, written(tmp_path, metagraph(), "metagraph.json"), key=key)
    report = audit(ledger.log)
    assert report.clean, report.findings
    assert [seen.signer for seen in report.observations] == [key.public.key] * 2
    assert f"signed by {key.public.key.hex()}" in str(report.observations[0])


SEEN = canonical_changes({"Balances": ({THIEF: 5}, []), "BalancesTotalIssuance": ({(): 5}, [])})
MORE = canonical_changes({"Balances": ({THIEF: 6}, []), "BalancesTotalIssuance": ({(): 6}, [])})


@pytest.mark.parametrize(
    "change",
    [{"source": "elsewhere"}, {"source_block": 8}, {"source_digest": b"d" * 32}, {"signer": b"k" * 32}, {"signature": bytes(64)}],
    ids=str,
)
def test_a_signature_over_something_else_is_found(change: dict[str, Any]) -> None:
    ledger = Ledger.in_memory(spec_version=277)
    observation = signed(Observe("a node", 7, bytes(32)), SEEN, PrivateKey.generate("observer"))
    ledger.observe(Observe(**{name: getattr(observation, name) for name, _ in Observe.units} | change), SEEN)
    report = audit(ledger.log)
    assert [(finding.where, finding.what) for finding in report.findings] == [(1, "the signature of an observation is wrong")]
    assert [seen.signer for seen in report.observations] == [None]


def test_a_signature_over_other_storage_is_found() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(signed(Observe("a node", 7, bytes(32)), SEEN, PrivateKey.generate("observer")), MORE)
    assert [finding.what for finding in audit(ledger.log).findings] == ["the signature of an observation is wrong"]


def test_a_signature_without_a_signer_cannot_be() -> None:
    with pytest.raises(FieldError, match="signature: expected a signature and its signer, or neither"):
        Observe("a node", 7, bytes(32), None, bytes(64))
