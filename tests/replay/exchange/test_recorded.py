"""Exchanges in a ledger: recorded with their uids, folded into nothing, audited for what can be checked."""

from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.codec import encode
from neuron_ledger.events.exchanges import DENDRITE, ExchangeObserved
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange import messages
from neuron_ledger.replay.exchange.recording import Exchange, digest_of, observe_exchanges, source_of
from neuron_ledger.replay.importers.call_list import export_calls
from neuron_ledger.replay.proof.audit import AuditReport, audit
from neuron_ledger.replay.transparency.keys import PrivateKey
from tests.replay.exchange.exchange_fixture import MINER, NETUID, VALIDATOR, exchange, hotkey

SOURCE = source_of("axon", hotkey(MINER), "one")


def events_of(ledger: Ledger, *exchanges: Exchange) -> list[ExchangeObserved]:
    return [one.event(ledger.storage, NETUID) for one in exchanges]


def audited(ledger: Ledger, events: list[ExchangeObserved], source: str = SOURCE, **other: Any) -> AuditReport:
    """An audit of a ledger to which somebody wrote these."""
    ledger.observe(Observe(source, ledger.block, digest_of(events)), other.get("changes", ()), events)
    return audit(ledger.log)


def test_exchanges_are_recorded_and_change_no_storage(ledger: Ledger) -> None:
    before = ledger.storage.digest()
    receipt = observe_exchanges(ledger, NETUID, [exchange(0), exchange(1)], "one")
    first = receipt.events[0]
    assert isinstance(first, ExchangeObserved)
    assert (first.dendrite_uid, first.axon_uid, first.status, first.process_time_us) == (1, 2, 200, 1234)
    assert len(receipt.events) == 3
    assert ledger.storage.digest() == before
    report = audit(ledger.log)
    assert report.clean, report.findings
    (seen,) = report.observations
    assert seen.source == f"2 exchanges seen by axon {ss58.encode(hotkey(MINER))}, one, 2 signatures right"


def test_a_ledger_with_exchanges_opens_and_exports(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        ledger.advance_to(5)
        receipt = observe_exchanges(ledger, NETUID, [exchange()], "one")
        assert isinstance(receipt.events[0], ExchangeObserved)
        assert receipt.events[0].axon_uid is None
        ledger.advance_to(9)
    with Ledger.open(tmp_path / "chain.ledger") as ledger:
        assert ledger.at(block=7).block == 7
        assert len(list(export_calls(ledger.log))) == 2


def test_exchanges_of_several_hotkeys_are_not_one_observation(ledger: Ledger) -> None:
    for exchanges in ([], [exchange(), exchange(1, seen_by=DENDRITE)]):
        with pytest.raises(FieldError, match="all seen by the same hotkey"):
            observe_exchanges(ledger, NETUID, exchanges, "one")


def test_who_vouches_for_them_signs_all_of_them(ledger: Ledger) -> None:
    key = PrivateKey.generate("validator")
    observe_exchanges(ledger, NETUID, [exchange(0), exchange(1)], "one", key)
    assert [seen.signer for seen in audit(ledger.log).observations] == [key.public.key]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"dendrite_uid": 7}, "dendrite_uid on subnet 1 (expected 1, got 7)"),
        ({"axon_uid": None}, "axon_uid on subnet 1 (expected 2, got None)"),
        ({"status": 99}, "status (expected 100 to 599, got 99)"),
        ({"protocol": "smoke"}, "protocol (expected one of synapse, btauth/1 ed25519, btauth/1 sr25519, got smoke)"),
        ({"nonce": 5}, "the signature is wrong"),
        ({"body_hash": bytes(32)}, "the signature is wrong"),
        ({"uuid": "another"}, "the signature is wrong"),
        ({"seen_at_us": 5}, "time runs backwards"),
        ({"nonce": exchange(0).nonce, "signature": None}, "a nonce is accepted twice"),
        ({"seen_by": "nobody"}, "its observer is not that of the first exchange"),
        ({"seen_by": DENDRITE}, "its observer is not that of the first exchange"),
    ],
)
def test_what_does_not_hold_together_is_found(ledger: Ledger, other: dict[str, Any], found: str) -> None:
    first, second = events_of(ledger, exchange(0), exchange(1))
    fields = {name: getattr(second, name) for name, _ in ExchangeObserved.units}
    report = audited(ledger, [first, ExchangeObserved(**{**fields, **other})])
    assert [finding.where for finding in report.findings] == [ledger.head.position - 1]
    assert found in str(report.findings[0])


def test_nonces_and_time_are_checked_across_observations(ledger: Ledger) -> None:
    observe_exchanges(ledger, NETUID, [exchange(5)], "one")
    observe_exchanges(ledger, NETUID, [exchange(5, seen_at_us=1)], "two")
    observe_exchanges(ledger, NETUID, [exchange(5, seen_at_us=1)], "one")
    assert [finding.what for finding in audit(ledger.log).findings] == [
        "exchange: time runs backwards",
        "exchange: a nonce is accepted twice",
    ]


def test_a_wrong_source_or_digest_is_found(ledger: Ledger) -> None:
    events = events_of(ledger, exchange())
    report = audited(ledger, events, source_of("axon", hotkey(VALIDATOR), "one"))
    assert [finding.what for finding in report.findings] == ["the exchanges are not from the source that their observation names"]
    ledger.observe(Observe(SOURCE, ledger.block, bytes(32)), (), events)
    assert "the digest of exchanges is wrong" in [finding.what for finding in audit(ledger.log).findings]


def test_exchanges_may_not_bring_storage_along(ledger: Ledger) -> None:
    report = audited(ledger, events_of(ledger, exchange()), changes=(("Burn", ((NETUID, 5),), ()),))
    assert "exchanges that were observed change storage" in [finding.what for finding in report.findings]


def test_without_bittensor_core_an_audit_says_so(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    observe_exchanges(ledger, NETUID, [exchange()], "one")
    monkeypatch.setitem(__import__("sys").modules, "bittensor_core", None)
    assert not messages.can_verify()
    report = audit(ledger.log)
    assert report.clean
    assert report.observations[0].source.endswith("signatures not checked: no bittensor-core")


def test_an_exchange_takes_few_bytes(ledger: Ledger) -> None:
    assert len(encode(events_of(ledger, exchange())[0])) < 320
