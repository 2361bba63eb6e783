"""Exchanges go into a ledger beside the path of the answer, many at a time; what cannot be kept is dropped and counted."""

import asyncio
import threading
import time
from pathlib import Path

import pytest
from blake3 import blake3

from neuron_ledger.events.exchanges import ExchangeObserved
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogWriteError
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite
from neuron_ledger.replay.exchange.recorder import Recorder
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.replay.exchange.axon_fixture import ALICE, Asking, served
from tests.replay.exchange.exchange_fixture import NETUID, exchange
from tests.replay.exchange.recorded import Boom, Echo, Plain, Slow, Stream, Vip


def seen(ledger: Ledger) -> list[ExchangeObserved]:
    return [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, ExchangeObserved)]


async def ask_all(dendrite: Dendrite, axon: Axon) -> None:
    for synapse in (Echo(text="hi"), Plain(), Boom(), Vip()):
        await dendrite.forward(axon, synapse)
    await dendrite.forward(axon, Slow(), timeout=0.3)
    assert [piece async for piece in await dendrite.forward(axon, Stream(prompt="abc"))][-1] == "FINAL:200/cba "
    await dendrite.aclose_session()


def test_both_sides_record_the_same(tmp_path: Path) -> None:
    theirs, ours = Ledger.create(tmp_path / "miner.ledger"), Ledger.create(tmp_path / "validator.ledger")
    with (
        Recorder(theirs, NETUID, bodies=tmp_path / "bodies") as by_axon,
        Recorder(ours, NETUID) as by_dendrite,
        served(recorder=by_axon) as axon,
    ):
        asyncio.run(ask_all(Dendrite(ALICE, recorder=by_dendrite), axon))
        while not axon.counts[408]:  # until the miner has given up what nobody waits for
            time.sleep(0.01)
    asked, answered = seen(ours), seen(theirs)
    assert [one.status for one in asked] == [200, 200, 500, 403, 408, 200]
    assert sorted(one.status for one in answered) == [200, 200, 200, 408, 500]
    both = {one.nonce: one for one in answered}
    for one in asked:
        if one.status == 403:  # was refused before anybody looked at its signature
            assert one.nonce not in both
            continue
        other = both[one.nonce]
        same = ("dendrite", "axon", "synapse", "uuid", "protocol", "body_hash", "signature", "verified")
        assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
        assert one.request_hash == other.request_hash or one.status == 408
        assert one.response_hash == other.response_hash or one.status == 408
    for path in (tmp_path / "bodies").iterdir():
        assert blake3(path.read_bytes()).hexdigest() == path.name
    kept = {path.name for path in (tmp_path / "bodies").iterdir()}
    assert {one.request_hash.hex() for one in answered if one.request_hash is not None} <= kept
    for ledger in (theirs, ours):
        report = audit(ledger.log)
        assert report.clean, report.findings
        ledger.close()


def test_what_anybody_can_send_is_recorded_only_when_asked_for() -> None:
    for refused, expected in ((False, []), (True, [401, 403])):
        ledger = Ledger.in_memory()
        with Recorder(ledger, NETUID, refused=refused) as recorder, served(recorder=recorder) as axon:
            ask = Asking(axon)
            ask(signed_for="nobody")
            ask("Vip")
            ask(bt_header_dendrite_hotkey="nobody")
            ask(body_hash="no hash")
        assert [one.status for one in seen(ledger)] == expected
        assert audit(ledger.log).clean


def test_answers_do_not_wait_for_a_ledger_that_is_busy() -> None:
    ledger = Ledger.in_memory()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with ledger.batch():
            held.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with Recorder(ledger, NETUID, every=0.01) as recorder, served(recorder=recorder) as axon:
        with Dendrite(ALICE) as dendrite:
            assert all(answer.is_success for answer in dendrite.query([axon] * 20, Plain(), deserialize=False))
        assert recorder.recorded == 0
        done.set()
        holder.join()
    assert (recorder.recorded, len(seen(ledger))) == (20, 20)


def test_what_cannot_be_kept_is_dropped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger.in_memory()
    recorder = Recorder(ledger, NETUID, name="one", most_waiting=3)
    for number in range(5):
        recorder.record(exchange(number))
    assert recorder.dropped == 2

    def full(*_: object) -> None:
        raise LogWriteError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "observe", full)
        recorder.flush()
    assert (recorder.dropped, recorder.recorded) == (5, 0)
    assert "the disk is full" in recorder.notes[0]
    recorder.record(exchange(9))
    recorder.flush()
    assert (recorder.recorded, len(seen(ledger))) == (1, 1)


def test_times_never_run_backwards_in_the_record() -> None:
    ledger = Ledger.in_memory()
    recorder = Recorder(ledger, NETUID, name="one")
    for number, at in ((0, 100), (1, 50), (2, 200)):
        recorder.record(exchange(number, seen_at_us=at))
    recorder.flush()
    assert [one.seen_at_us for one in seen(ledger)] == [100, 100, 200]
    assert audit(ledger.log).clean


def test_one_that_cannot_be_recorded_does_not_take_others_along() -> None:
    ledger = Ledger.in_memory()
    recorder = Recorder(ledger, NETUID, name="one")
    for number, status in enumerate((200, 2**17, 500)):
        recorder.record(exchange(number, status=status))
    recorder.flush()
    assert [one.status for one in seen(ledger)] == [200, 500]
    assert (recorder.recorded, recorder.dropped) == (2, 1)
    assert "status" in recorder.notes[0]
