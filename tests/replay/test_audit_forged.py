"""Logs whose chain is whole and whose content is not: written anew by somebody who knows how entries are hashed."""

from typing import Any

import msgspec
import pytest

from neuron_ledger.events.entries.codec import PayloadError
from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.proof.audit import audit

ADVANCE = ("advance_to/1", [None, 5])
OBSERVE = ("observe/1", [None, "a test", 1, bytes(32), None, None])


def forged(*entries: tuple[str, list[Any]]) -> Log:
    log = Log.in_memory()
    log.append([NewEntry(0, tag, msgspec.msgpack.encode(payload)) for tag, payload in entries], expected_position=0)
    return log


@pytest.mark.parametrize(
    ("entries", "position", "said"),
    [
        ([("nope/1", [None])], 1, "tag 'nope/1' is not known"),
        ([("advance_to/1", [b"x", 5])], 1, "origin: expected an account: SS58, 64 hex digits or 32 bytes"),
        ([("advance_to/1", [None, "a"])], 1, "block: expected an integer"),
        ([ADVANCE, ("WeightsSet/1", [70_000, 1, b"", None])], 2, "netuid: expected an integer from 0 to 2^16 - 1, got 70000"),
        ([ADVANCE, ("WeightsSet/1", [1, 1, [5, b"abc"], None])], 2, "not a payload of WeightsSet/1"),
        ([ADVANCE, ("WeightsSet/1", [1, 1, [70_000, b"ab"], None])], 2, "not a payload of WeightsSet/1"),
        ([ADVANCE, ("WeightsSet/1", [1, 1, [0, b"abcd"], None])], 2, "not in canonical form"),
        ([ADVANCE, ("WeightsSet/1", [1, 1, [b"abc", b"abcd"], None])], 2, "not a payload of WeightsSet/1"),
        ([ADVANCE, ("WeightsSet/1", [1, 1, [b"\x07\x08\x09", b"abcdef"], None])], 2, "not in canonical form"),
        ([ADVANCE, ("StorageChanged/1", [[["Nope", [], []]]])], 2, "expected the on-chain name of a storage item"),
        ([ADVANCE, ("StorageChanged/1", [[["Burn", [[1, "a"]], []]]])], 2, "changes.Burn[0][1]: expected an integer"),
        ([ADVANCE, ("StorageChanged/1", [[["Burn", [[-1, 5]], [[[]]]]]])], 2, "changes.Burn[0][0]: expected an integer"),
        ([ADVANCE, ("StorageSealed/1", [b"short"])], 2, "not a payload of StorageSealed/1"),
        ([("seal_storage/1", [None]), ("StorageSealed/1", [bytes(32)])], 2, "StorageSealed/1: digest differs"),
        ([("advance_to/1", [None, 2**63 - 1])], 1, "the rules cannot continue here"),
        ([ADVANCE, ("HyperparameterSet/1", ["tempo", 1, 70_000])], 2, "tempo: expected an integer from 0 to 2^16 - 1, got 70000"),
        ([ADVANCE, ("HyperparameterSet/1", ["yuma3_enabled", 1, 2])], 2, "yuma3_enabled: expected 0 or 1, got 2"),
        ([ADVANCE, ("HyperparameterSet/1", ["nope", 1, 2])], 2, "the name of a hyperparameter"),
        ([ADVANCE, ("NeuronAppended/1", [1, 0, bytes(32), 5, [["Rank", 70_000]]])], 2, "values.Rank: expected an integer"),
        ([ADVANCE, ("NeuronAppended/1", [1, 0, bytes(32), 5, [["Active", 2]]])], 2, "values.Active: expected 0 or 1, got 2"),
        ([ADVANCE, ("NeuronAppended/1", [1, 0, bytes(32), 5, [["Nope", 2]]])], 2, "on-chain name of a storage item"),
        ([ADVANCE, ("EpochCompleted/1", [1, [["Tempo", b""]], []])], 2, "one value per uid"),
        ([OBSERVE], 1, "not followed by what was seen"),
        ([OBSERVE, ("NeuronRegistered/1", [1, 0, bytes(32)])], 1, "not followed by what was seen"),
        ([OBSERVE, ("StorageObserved/1", [[]]), ("StorageObserved/1", [[]])], 1, "not followed by what was seen"),
        ([OBSERVE, ("StorageObserved/1", [[["Burn", [[2, 5], [1, 5]], []]]])], 2, "not in canonical order"),
        ([OBSERVE, ("StorageObserved/1", [[["Keys", [[1, {}, bytes(32)]], []]]])], 2, "changes.Keys[0][1]"),
    ],
)
def test_a_forged_entry_is_found_at_its_position(entries: list[tuple[str, list[Any]]], position: int, said: str) -> None:
    with forged(*entries) as log:
        found = [finding for finding in audit(log).findings if said in finding.what]
        assert [finding.where for finding in found] == [position], audit(log).findings


@pytest.mark.parametrize(
    "change",
    [["Nope", [], []], ["Burn", [[1, 5, 6]], []], ["Burn", [[[], 5]], []], ["Rank", [[1, 5]], []], ["Burn", [], [[[]]]]],
    ids=str,
)
def test_what_cannot_be_folded_is_a_clear_error(change: list[Any]) -> None:
    with forged(ADVANCE, ("StorageChanged/1", [[change]])) as log, pytest.raises(PayloadError, match="StorageChanged/1"):
        rebuild(log)


@pytest.mark.parametrize("row", [[5], ["5", b"abcd"], "text", 7, None], ids=str)
def test_what_is_no_row_is_a_clear_error(row: Any) -> None:
    with (
        forged(ADVANCE, ("WeightsSet/1", [1, 2, row, None])) as log,
        pytest.raises(PayloadError, match="WeightsSet/1: row: expected packed pairs"),
    ):
        rebuild(log)


@pytest.mark.parametrize("row", [[5, b"abc"], [b"ab", b"abcdef"], b"abc"], ids=str)
def test_a_row_that_does_not_match_is_a_clear_error(row: Any) -> None:
    """Rows are unpacked at the end, where they are still there: a later one in its place makes it void."""
    forged_row = ("WeightsSet/1", [1, 2, row, None])
    with forged(ADVANCE, forged_row) as log, pytest.raises(ValueError, match=r"Weights\[\(1, 2\)\]: expected a row of pairs"):
        rebuild(log)
    with forged(ADVANCE, forged_row, ("WeightsSet/1", [1, 2, [7, b"abcdef"], None])) as log:
        assert pairs(rebuild(log).storage.weights[1, 2]) == [(7, 25185), (8, 25699), (9, 26213)]
        assert [finding.where for finding in audit(log).findings][:1] == [2]
