"""A small ledger for tests: two subnets taken over by observation, neurons registered, replaced, refused."""

from pathlib import Path

from neuron_ledger.events.calls import (
    BurnedRegister,
    ForceRegister,
    ForceSetBalance,
    Observe,
    PokePruningScores,
    Register,
    ServeAxon,
    SudoSet,
)
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, account

OBSERVED = Observe("a test's two subnets", 0, bytes(32))
DIFFICULTY = 50


def open_subnets(ledger: Ledger, *netuids: int) -> None:
    """Let subnets be there (and the root network), open for registration, as if they had been seen elsewhere."""
    everywhere = (0, *netuids)
    changes = canonical_changes(
        {
            "NetworksAdded": (dict.fromkeys(everywhere, True), []),
            "NetworkRegistrationAllowed": (dict.fromkeys(everywhere, True), []),
            "NetworkPowRegistrationAllowed": (dict.fromkeys(everywhere, True), []),
            "MaxRegistrationsPerBlock": (dict.fromkeys(everywhere, 100), []),
            "TargetRegistrationsPerInterval": (dict.fromkeys(everywhere, 100), []),
            "MaxAllowedUids": (dict.fromkeys(everywhere, 4), []),
            "Difficulty": (dict.fromkeys(everywhere, DIFFICULTY), []),
            "ImmunityPeriod": (dict.fromkeys(everywhere, 3), []),
            "Burn": (dict.fromkeys(everywhere, TAO), []),
        }
    )
    ledger.observe(OBSERVED, changes)


def assert_log_tells_storage(ledger: Ledger) -> None:
    """Replay gives the live storage, and every call, run again, causes what was recorded."""
    digest = ledger.storage.digest()
    assert rebuild(ledger.log).storage.digest() == digest
    report = audit(ledger.log, expected_head=ledger.head)
    assert report.findings == ()
    assert report.digest == digest


def eventful_ledger(path: Path | None = None) -> Ledger:
    """A ledger in which everything of registration happened at least once; about 60 entries."""
    ledger = Ledger.create(path, spec_version=277) if path else Ledger.in_memory(spec_version=277)
    open_subnets(ledger, 1, 2)
    ledger.advance_to(5)
    cold = account("cold")
    ledger.submit(ForceSetBalance(cold, 100 * TAO)).unwrap()
    for name in ("a", "b", "c"):
        ledger.submit(BurnedRegister(1, account(name)), cold).unwrap()
    assert not ledger.submit(BurnedRegister(1, account("a")), cold).ok
    assert not ledger.submit(BurnedRegister(9, account("d")), cold).ok
    worker = account("worker")
    nonce, work = create_work(block_hash(4, 5), 0, worker, DIFFICULTY)
    ledger.submit(Register(1, 4, nonce, work, worker, account("worker's cold")), worker).unwrap()
    ledger.submit(ServeAxon(1, 1, 0x01020304, 8091, 4, 4, 0, 0), account("b")).unwrap()
    ledger.advance_to(20)
    ledger.submit(PokePruningScores(1, (9, 5, 5, 7))).unwrap()
    ledger.submit(SudoSet("immunity_period", 1, 2)).unwrap()
    for name in ("e", "f"):
        ledger.submit(BurnedRegister(1, account(name)), cold).unwrap()
        ledger.advance_to(ledger.block + 1)
    for name in ("x", "y"):
        ledger.submit(ForceRegister(2, account(name), account(f"{name}'s cold"))).unwrap()
    ledger.advance_to(200)
    return ledger
