"""What the command line tells people: what they asked for and is not there, what is beyond the limit, in which units."""

import json
from pathlib import Path

import pytest

from neuron_ledger.events.calls import BurnedRegister, CreateRootNetwork, ForceRegister, ForceSetBalance, Observe, SetWeights
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.cli.amounts import alpha, share
from neuron_ledger.replay.proof.groups import groups
from tests.chain_fixture import TAO, account
from tests.cli.cli_fixture import asked, one_line, run
from tests.ledger_fixture import eventful_ledger
from tests.log.log_fixture import tamper
from tests.log.snapshots_fixture import address, metagraph, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    return path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("log", "--call", "set_weigths"), "--call: expected the name of a call; did you mean set_weights?, got 'set_weigths'"),
        (("show", "neuron", "--netuid", 9, "--uid", 1), "--netuid: expected a subnet of this ledger (0, 1, 2), got 9"),
        (("show", "neuron", "--netuid", 1), "--uid / --hotkey: expected one of the two, got nothing"),
        (("show", "neuron", "--netuid", 1, "--uid", 1, "--hotkey", "x"), "--uid / --hotkey: expected one of the two, got both"),
        (("tenures", "--netuid", 9), "--netuid: expected a subnet on which somebody held a uid (1, 2), got 9"),
        (
            ("prune-queue", "--netuid", 0),
            "--netuid: expected a subnet other than root, where the lowest stake is replaced, got 0",
        ),
        (("audit", "--expect-head", "1:2"), "--expect-head: expected POSITION:HASH with 64 hex digits, got '1:2'"),
        (("replay", "--block", 1, "--position", 1), "--block / --position: expected at most one of the two, got both"),
        (("submit", "observe"), "call: expected a call that a list can express; observations are imported from their source"),
        (("submit", "burned_register", '{"netuid": 1}'), "args.hotkey: expected this field of burned_register, got nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_use_is_named_with_what_would_be_right(path: Path, arguments: tuple[object, ...], said: str) -> None:
    sub = 2 if arguments[0] == "show" else 1
    assert said in one_line(run(*arguments[:sub], path, *arguments[sub:]))


def test_a_list_that_cannot_be_read(path: Path, tmp_path: Path) -> None:
    nowhere, binary = tmp_path / "nowhere.jsonl", tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    assert one_line(run("import", "calls", path, nowhere)) == f"error: {nowhere}: cannot be read: No such file or directory\n"
    assert "cannot be read as text in UTF-8" in one_line(run("import", "calls", path, binary))


def test_what_is_beyond_the_limit_is_told(path: Path) -> None:
    calls = asked("log", path, "--limit", 0)
    some = run("log", path, "--limit", 2)
    assert some.stderr == f"… and more; --after {calls[1]['position']} continues, --limit 0 shows all\n"
    assert run("log", path, "--limit", len(calls)).stderr == ""
    assert run("log", path, "--limit", 0).stderr == ""
    assert run("prune-queue", path, "--netuid", 1, "--limit", 3).stderr == "… and 1 more; --limit 0 shows all\n"
    assert run("prune-queue", path, "--netuid", 1, "--limit", 4).stderr == ""


def test_no_call_like_that_is_told_to_people_alone(path: Path) -> None:
    nothing = run("log", path, "--call", "register", "--refused")
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "no such call\n")
    assert run("log", path, "--call", "register", "--refused", "--json").stderr == ""


def test_the_log_shows_what_was_asked_and_accounts_as_addresses(path: Path) -> None:
    said = run("log", path, "--refused").stdout
    (twice, *_) = asked("log", path, "--refused")
    assert f"burned_register(netuid=1, hotkey={twice['args']['hotkey']}) by {twice['signer']}\n" in said
    assert f"HotKeyAlreadyRegisteredInSubNet (netuid=1, uid=0, hotkey={twice['args']['hotkey']})\n" in said
    weights = {"netuid": 1, "dests": list(range(99)), "weights": [1] * 99, "version_key": 0}
    assert run("submit", path, "set_weights", json.dumps(weights), "--signer", address("c")).exit_code == 1
    assert ", 15, 16, …, weights=[1, 1, " in run("log", path, "--call", "set_weights").stdout


def test_blocks_that_are_past_are_a_refusal_like_any_other(path: Path) -> None:
    refused = asked("advance", path, "--to", 5, exit_code=1)
    assert (refused["ok"], refused["error"]["name"]) == (False, "BlockIsPast")
    said = "BlockIsPast: the block is not after the current one; blocks only pass forward (asked=5, current=200)"
    assert one_line(run("advance", path, "--to", 5), exit_code=1) == f"refused at position {refused['position'] + 2}: {said}\n"


def test_an_import_tells_what_the_ledger_holds_now(path: Path, tmp_path: Path) -> None:
    said = run("import", "metagraph", path, written(tmp_path, metagraph())).stdout
    assert said.startswith("a metagraph was imported: the ledger holds 11 neurons on 4 subnets now, block 1000, head ")


def test_a_neuron_for_people(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    asked("init", path)
    asked("import", "metagraph", path, written(tmp_path, metagraph()))
    neuron = asked("show", "neuron", path, "--netuid", 9, "--uid", 0)
    said = run("show", "neuron", path, "--netuid", 9, "--uid", 0).stdout
    ((coldkey, held),) = neuron["stake"]
    assert f"  stake             {alpha(held)} of {coldkey}\n" in said
    assert f"  incentive         {share(neuron['incentive'])} ({neuron['incentive']:,})\n" in said
    as_stored = run("show", "neuron", path, "--netuid", 9, "--uid", 0, "--raw").stdout
    assert f"  stake             {held} of {coldkey}\n" in as_stored
    assert f"  incentive         {neuron['incentive']}\n" in as_stored
    assert f"  validator_permit  {'yes' if neuron['validator_permit'] else 'no'}\n" in said


def test_a_subnet_that_is_not_full_replaces_nobody_yet(path: Path) -> None:
    assert run("prune-queue", path, "--netuid", 1).stdout.startswith(
        "subnet 1 (4 of 4 uids in use) replaces neurons in this order\n"
    )
    limit = {"netuid": 1, "max_allowed_uids": 9}
    asked("submit", path, "sudo_set_max_allowed_uids", json.dumps(limit))
    said = run("prune-queue", path, "--netuid", 1).stdout
    assert said.startswith("subnet 1 (4 of 9 uids in use) replaces nobody until it is full, then in this order\n")


def test_a_picture_that_cannot_be_written(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    nowhere = tmp_path / "no" / "picture.svg"
    said = one_line(run("tenures", path, "--netuid", 1, "--picture", nowhere))
    assert said == f"error: {nowhere}: No such file or directory\n"


def test_what_python_is_told_of_wrong_types() -> None:
    with pytest.raises(FieldError, match=r"^hotkey: expected an account: SS58, 64 hex digits or 32 bytes, got 5$"):
        BurnedRegister(1, 5)  # type: ignore[arg-type]
    with pytest.raises(FieldError, match=r"^dests: expected a list, got 5$"):
        SetWeights(1, 5, (1,), 0)  # type: ignore[arg-type]
    with pytest.raises(FieldError, match=r"^dests\[1\]: expected an integer from 0 to 2\^16 - 1, got '7'$"):
        SetWeights(1, (3, "7"), (1, 1), 0)  # type: ignore[arg-type]


def test_what_python_shows() -> None:
    ledger = Ledger.in_memory(spec_version=277)
    receipt = ledger.submit(CreateRootNetwork())
    assert repr(ledger) == "<Ledger: spec_version 277, block 0, 3 entries>"
    assert repr(receipt.events[-1]) == "StorageChanged(TotalIssuance)"
    ledger.close()
    assert repr(ledger).startswith("<Ledger: ")


def test_log_after_a_position_reads_from_there_on(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        for number in range(5):
            ledger.submit(ForceSetBalance(number.to_bytes(32, "big"), 10**9)).unwrap()
        positions = [group.position for group in groups(ledger.log.read())]
        end = ledger.head.position
    for after in range(end + 3):
        shown = asked("log", path, "--after", after, "--limit", 0)
        assert [group["position"] for group in shown] == [position for position in positions if position > after]
    tamper(path, "UPDATE log SET payload = x'00' WHERE seq = 2")
    assert [group["position"] for group in asked("log", path, "--after", 4)] == positions[2:]
    assert "position 2" in one_line(run("log", path, "--after", 1))


def test_a_hotkey_that_left_is_pointed_to_its_tenures(tmp_path: Path) -> None:
    """A hotkey that held a uid is not one that nobody knows."""
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    (gone,) = [held for held in asked("tenures", path, "--netuid", 1) if held["ended"] and held["uid"] == 1]
    said = one_line(run("show", "neuron", path, "--netuid", 1, "--hotkey", gone["hotkey"]))
    assert f"(this one held uid 1 from block {gone['from_block']} to {gone['to_block']}: see tenures --hotkey)" in said
    assert f"got '{gone['hotkey']}'" in said
    stranger = one_line(run("show", "neuron", path, "--netuid", 2, "--hotkey", gone["hotkey"]))
    assert "a hotkey registered on subnet 2, where this one never held a uid" in stranger


def test_a_swapped_hotkey_is_pointed_to_the_one_in_its_place(tmp_path: Path) -> None:
    """It is one tenure, found by either hotkey; on both sides of the swap the audit is clean."""
    path = tmp_path / "chain.ledger"
    old, new, cold = (account(name) for name in ("old", "new", "cold"))
    with Ledger.create(path, spec_version=277) as ledger:
        ledger.observe(Observe("a subnet", 0, bytes(32)), canonical_changes({"NetworksAdded": ({1: True}, [])}))
        ledger.submit(ForceRegister(1, old, cold)).unwrap()
        ledger.submit(ForceSetBalance(cold, TAO)).unwrap()
        ledger.submit(SwapHotkey(old, new, None), cold).unwrap()
    (tenure,) = asked("tenures", path, "--hotkey", address("old"))
    assert [tenure] == asked("tenures", path, "--hotkey", address("new")) == asked("tenures", path)
    assert (tenure["hotkey"], tenure["ended"]) == (address("new"), None)
    assert tenure["swaps"] == [["hotkey", 0, address("old"), address("new")]]
    said = run("tenures", path).stdout
    assert f"block 0: the hotkey {address('old')} was swapped to {address('new')}; it is the same neuron" in said
    assert f"(this one was swapped to {address('new')}: see tenures --hotkey)" in one_line(
        run("show", "neuron", path, "--netuid", 1, "--hotkey", address("old"))
    )
    assert asked("audit", path)["findings"] == []
