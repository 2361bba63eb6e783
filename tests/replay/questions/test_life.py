"""`timeline`: an account's life over all subnets; and what `log` can be asked for."""

import json
from pathlib import Path

import pytest

from neuron_ledger import Ledger, timeline
from neuron_ledger.events.blocks_seen import ExtrinsicSeen
from neuron_ledger.events.calls import BurnedRegister, ForceSetBalance, Observe, UpgradeRuntime
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.life import PERMIT_GAINED, REFUSED, SEEN, Life, Moment
from neuron_ledger.replay.questions.recorded_epochs import metrics_of
from tests.chain_fixture import TAO, account
from tests.cli.cli_fixture import asked, one_line, run
from tests.cli.epochs_ledger import FIRST_EPOCH, OWNER, three_epochs
from tests.ledger_fixture import eventful_ledger


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("life") / "chain.ledger")


def life(path: Path, who: bytes | str) -> Life:
    with Ledger.open(path, read_only=True) as ledger:
        return timeline(ledger.log, who)


def kinds(found: Life) -> list[str]:
    return [moment.kind for moment in found.moments]


def test_a_hotkey_registers_has_a_permit_and_sets_weights(path: Path) -> None:
    validator = life(path, account("1"))
    assert [kind for kind in kinds(validator) if kind in ("NeuronAppended", "StakeAdded", PERMIT_GAINED, "WeightsSet")] == [
        *("NeuronAppended", "StakeAdded", PERMIT_GAINED, "WeightsSet"),
    ]
    (gained,) = [moment for moment in validator.moments if moment.kind == PERMIT_GAINED]
    assert (gained.block, gained.netuid, gained.uid, gained.keys) == (FIRST_EPOCH, 1, 1, (account("1"),))
    assert validator.seats == ((1, 1, account("1")),)
    assert validator.hotkeys == ()


def test_a_coldkeys_life_is_that_of_its_hotkeys_too(path: Path) -> None:
    owner = life(path, ss58.encode(OWNER))
    assert owner == life(path, OWNER.hex())
    assert len(owner.hotkeys) == 5
    assert {uid for _, uid, _ in owner.seats} == {0, 1, 2, 3, 4}
    with Ledger.open(path, read_only=True) as ledger:
        epochs = [event for group in _groups(ledger) for event in group if isinstance(event, EpochCompleted)]
    earned = sum(sum(metrics_of(event)["emission"]) for event in epochs if event.netuid == 1)
    assert sum(emission for _, _, emission in owner.earned) == earned


def _groups(ledger: Ledger) -> list[tuple[object, ...]]:
    return [group.events for group in groups(ledger.log.read())]


def test_who_was_replaced_and_who_came(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with eventful_ledger(path) as ledger:
        gone = next(e for group in _groups(ledger) for e in group if type(e).__name__ == "NeuronReplaced")
    for key in (gone.old_hotkey, gone.new_hotkey):  # type: ignore[attr-defined]
        (moment,) = [moment for moment in life(path, key).moments if moment.kind == "NeuronReplaced"]
        assert moment.keys == (key,)
        assert moment.uid == gone.uid  # type: ignore[attr-defined]
    cold = life(path, account("cold"))
    assert [dict(moment.details)["error"] for moment in cold.moments if moment.kind == REFUSED] == [
        *("HotKeyAlreadyRegisteredInSubNet", "SubNetworkDoesNotExist"),
    ]


def test_swaps_are_part_of_both_lives() -> None:
    with eventful_ledger() as ledger:
        new = account("new hotkey")
        ledger.submit(ForceSetBalance(account("cold"), 1000 * TAO)).unwrap()
        ledger.submit(SwapHotkey(account("b"), new, None), account("cold")).unwrap()
        for key in (account("b"), new, account("cold")):
            assert "HotkeySwapped" in kinds(timeline(ledger.log, key))


def test_time_where_a_nodes_block_told_it() -> None:
    key = account("seen")
    with Ledger.in_memory() as ledger:
        changes = canonical_changes({"Keys": ({(3, 7): key}, []), "BlockAtRegistration": ({(3, 7): 2}, [])})
        told = ExtrinsicSeen(
            index=0,
            signer=None,
            call="Timestamp.set",
            arguments='{"now": 1700000000000}',
            encoded=b"",
            ok=True,
            errors=(),
        )
        ledger.observe(Observe("a node", 5, bytes(32)), changes, [told])
        (moment,) = timeline(ledger.log, key).moments
    assert moment == Moment(3, 0, 1_700_000_000_000, SEEN, 3, 7, (key,), (("registered_at", 2),))


def test_the_command_fits_into_80_columns(path: Path) -> None:
    said = run("timeline", path, ss58.encode(OWNER))
    assert said.exit_code == 0, said.output
    assert max(map(len, said.stdout.splitlines())) <= 80
    for part in ("registered", "stake added", "permit gained", "weights set", "holds uid 3 of subnet 1", "alpha ("):
        assert part in said.stdout
    answer = asked("timeline", path, account("1").hex(), "--netuid", 1, "--since", FIRST_EPOCH)
    assert [moment["kind"] for moment in answer["moments"]] == [PERMIT_GAINED, "WeightsSet"]
    assert "rao" not in run("timeline", path, ss58.encode(OWNER), "--raw").stdout
    assert "the log has nothing about this account" in run("timeline", path, account("nobody").hex()).stdout
    assert "ACCOUNT" in one_line(run("timeline", path, "5F"))
    with Ledger.open(path, read_only=True) as ledger, pytest.raises(FieldError, match="account: expected an account"):
        timeline(ledger.log, "5F")


def test_log_can_be_asked_for_subnets_blocks_and_events(path: Path) -> None:
    def positions(*arguments: object) -> list[int]:
        return [call["position"] for call in asked("log", path, "--limit", 0, *arguments)]

    every = asked("log", path, "--limit", 0)
    assert positions("--event", "WeightsSet") == [c["position"] for c in every if c["call"] == "set_weights"]
    assert positions("--netuid", 1, "--event", "NeuronAppended") == [
        c["position"] for c in every if c["call"] in ("register_network", "burned_register")
    ]
    assert positions("--netuid", 9) == []
    last = max(c["position"] for c in every)
    assert positions("--block", FIRST_EPOCH + 1) == [last]  # passed by the last call
    assert positions("--since", FIRST_EPOCH) == [c["position"] for c in every if c["block"] >= FIRST_EPOCH]
    assert "did you mean WeightsSet" in one_line(run("log", path, "--event", "WeightSet"))


def test_json_is_one_value(path: Path) -> None:
    said = run("timeline", path, ss58.encode(OWNER), "--json")
    json.loads(said.stdout)
    with Ledger.open(path, read_only=True) as ledger, Ledger(ledger.log.copied()) as other:
        other.submit(BurnedRegister(1, account("1")), OWNER)
        assert timeline(other.log, OWNER).moments[-1].kind == REFUSED


def test_runtimes_and_the_blocks_from_which_on_they_ran() -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.submit(ForceSetBalance(account("1"), TAO)).unwrap()
        ledger.advance_to(7)
        ledger.submit(UpgradeRuntime(283)).unwrap()
        assert timeline(ledger.log, account("1")).runtimes == ((277, 0), (283, 7))
