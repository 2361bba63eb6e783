"""Call lists: what export writes, import reads; the example of the document is one."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import (
    AddStake,
    BatchSetWeights,
    BurnedRegister,
    CommitWeights,
    CreateRootNetwork,
    ForceSetBalance,
    Register,
    RegisterNetwork,
    ServeAxonTls,
    SetChildren,
    SetParam,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.importers.call_list import ExportProblem, Imported, export_calls, import_calls
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import eventful_ledger
from tests.log.snapshots_fixture import address

DOCUMENT = Path(__file__).parents[2] / "docs" / "call-lists.md"


def test_the_example_of_the_document_is_a_call_list(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    path = tmp_path / "calls.jsonl"
    path.write_text(example)
    with Ledger.in_memory(spec_version=277) as ledger:
        assert import_calls(ledger, path) == Imported(calls=example.count("\n"), refused=0)
        assert ledger.block == 200
        assert ledger.storage.subnetwork_n[1] == 2
        assert ledger.storage.tempo[1] == 99


def ledger_of_calls(path: Path) -> Ledger:
    """Calls with values of every kind in their arguments, accepted and refused, over many blocks and two epochs."""
    ledger = Ledger.create(path, spec_version=277)
    cold, hot, other = account("cold"), account("hot"), account("other")
    ledger.submit(CreateRootNetwork()).unwrap()
    ledger.submit(SudoSet("network_rate_limit", 0, 0)).unwrap()
    ledger.submit(ForceSetBalance(cold, 2**63 + 1)).unwrap()
    ledger.submit(RegisterNetwork(hot), cold).unwrap()
    for name, value in (("tempo", 9), ("subtoken_enabled", 1), ("yuma3_enabled", 1), ("min_allowed_weights", 0)):
        ledger.submit(SudoSet(name, 1, value)).unwrap()
    ledger.submit(SetParam("tao_weight", 0, 2**64 - 1)).unwrap()
    ledger.submit(BurnedRegister(1, other), cold).unwrap()
    ledger.submit(AddStake(hot, 1, 5 * TAO), cold).unwrap()
    ledger.submit(ServeAxonTls(1, 1, 2**127, 8091, 6, 4, 0, 0, b"\x01" + bytes(range(32))), hot).unwrap()
    ledger.submit(SetChildren(hot, 1, ((2**63, other),)), cold).unwrap()
    assert not ledger.submit(Register(1, 0, 2**64 - 1, bytes(32), hot, cold), hot).ok
    assert not ledger.submit(SetWeights(1, (7,), (65535,), 0), hot).ok
    ledger.advance_to(20)
    ledger.submit(SetWeights(1, (1, 0), (3, 9), 0), hot).unwrap()
    assert ledger.submit(BatchSetWeights((1, 9), (pack_pairs([(1, 5)]), pack_pairs([])), (0, 0)), hot).ok
    assert not ledger.submit(CommitWeights(1, bytes(32)), hot).ok
    ledger.advance_to(37)
    return ledger


def test_what_is_exported_and_imported_is_the_same_log_to_the_last_hash(tmp_path: Path) -> None:
    exported, again = tmp_path / "calls.jsonl", tmp_path / "again.ledger"
    with ledger_of_calls(tmp_path / "chain.ledger") as ledger:
        origin, head = ledger.log.origin, ledger.head
        digest, lines = ledger.storage.digest(), list(export_calls(ledger.log))
    runner = CliRunner()
    done = runner.invoke(main, ["export", "calls", str(tmp_path / "chain.ledger")])
    assert (done.exit_code, done.stdout.splitlines()) == (0, lines)
    exported.write_text(done.stdout)
    assert runner.invoke(main, ["init", str(again), "--origin", origin, "--spec-version", "277"]).exit_code == 0
    done = runner.invoke(main, ["import", "calls", str(again), str(exported), "--json"])
    assert json.loads(done.stdout) == {"calls": len(lines), "refused": 3, "block": 37, "head": str(head)}
    with Ledger.open(again, read_only=True) as ledger:
        assert (ledger.head, ledger.storage.digest()) == (head, digest)
        assert list(export_calls(ledger.log)) == lines


def test_other_forms_of_the_same_values_give_the_same_log(tmp_path: Path) -> None:
    """Accounts as hex, no signer for a privileged call, a 2^53 that needs no string, empty lines."""
    hexed = {"block": 3, "call": "force_set_balance", "args": {"who": account("a").hex(), "new_free": 2**53}}
    plain = {"block": 3, "signer": None, "call": "force_set_balance", "args": {"who": address("a"), "new_free": 2**53}}
    heads = []
    for lines in ([json.dumps(hexed)], ["", json.dumps(plain), "  "]):
        path = tmp_path / "calls.jsonl"
        path.write_text("\n".join(lines))
        with Ledger.in_memory(spec_version=277) as ledger:
            import_calls(ledger, path)
            heads.append(ledger.head)
    assert heads[0] == heads[1]


def test_an_observation_cannot_be_exported_as_a_call(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with eventful_ledger(path) as ledger, pytest.raises(ExportProblem, match="position 1: an observation"):
        list(export_calls(ledger.log))
    refused = CliRunner().invoke(main, ["export", "calls", str(path)])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--skip-observations" in refused.stderr
    done = CliRunner().invoke(main, ["export", "calls", str(path), "--skip-observations"])
    assert done.exit_code == 0
    assert all(json.loads(line)["call"] != "observe" for line in done.stdout.splitlines())
