"""Logs, keys and checkpoints for tests."""

from hashlib import sha256
from pathlib import Path

from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.transparency.keys import PrivateKey, Purpose

ORIGIN = "example.org/ledger"
KEY = PrivateKey(ORIGIN, Purpose.SIGN, sha256(b"a ledger's key").digest())
WITNESS = PrivateKey("example.org/witness", Purpose.COSIGN, sha256(b"a witness's key").digest())
NOW = 1_700_000_000


def grown(path: Path, count: int, *, salt: bytes = b"", origin: str = ORIGIN) -> None:
    """A log of `count` entries more; a new one where there is none."""
    with Log.open(path) if path.exists() else Log.create(path, origin=origin) as log:
        position = log.head.position
        new = [NewEntry(number, "Happened/1", salt + b"%d" % number) for number in range(position, position + count)]
        log.append(new, expected_position=position)


def entry_hashes(path: Path) -> list[bytes]:
    with Log.open(path, read_only=True) as log:
        return [entry.hash for entry in log.read()]
