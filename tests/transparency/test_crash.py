"""A process that signs and witnesses is killed at any moment: what it gave away stays true, and the next one goes on from it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint, kept_checkpoint, not_contained
from neuron_ledger.replay.transparency.witness import last_seen
from tests.transparency import plain_tree
from tests.transparency.transparency_fixture import KEY, ORIGIN, entry_hashes, grown

ROUNDS = int(os.environ.get("NEURON_LEDGER_KILL_ROUNDS", "6"))
"""How often a process is killed; more of them with the variable."""

WRITER = """
import sys
from pathlib import Path
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.transparency.checkpoint import checkpoint
from neuron_ledger.replay.transparency.proofs import prove_consistency
from neuron_ledger.replay.transparency.witness import last_seen, witness
from tests.transparency.transparency_fixture import KEY, NOW, ORIGIN, WITNESS, grown

path, state = Path(sys.argv[1]), Path(sys.argv[2])
while True:
    grown(path, 150)
    with Log.open(path) as log:
        made = checkpoint(log, KEY)
        last = last_seen(state, ORIGIN)
        request = bytes(made) if last is None else prove_consistency(log, last.size, made)
    print(f"checkpoint {made.note.text.split()[1]}", flush=True)
    cosigned = witness(request, WITNESS, KEY.public, state, time=NOW)
    print(f"cosigned {cosigned.size}", flush=True)
"""


def killed(path: Path, state: Path, seconds: float) -> str:
    """What a writer said until it was killed, so long after its first word."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(state)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = writer.stdout.readline()
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    said += writer.stdout.read()
    writer.stdout.close()
    writer.wait()
    return said


def last_said(said: str, what: str) -> int:
    return max((int(line.split()[1]) for line in said.splitlines() if line.startswith(what) and said.endswith("\n")), default=0)


def test_whatever_moment_a_signer_and_its_witness_are_killed_at(tmp_path: Path) -> None:
    path, state = tmp_path / "chain.ledger", tmp_path / "seen"
    grown(path, 0)
    moments = random.Random(277)
    signed = cosigned = 0
    for _ in range(ROUNDS):
        said = killed(path, state, moments.uniform(0, 0.3))
        signed, cosigned = max(signed, last_said(said, "checkpoint")), max(cosigned, last_said(said, "cosigned"))
        with Log.open(path) as log:
            kept, seen = Checkpoint.load(kept_checkpoint(log)), last_seen(state, ORIGIN)
            assert kept.size >= signed
            assert (seen.size if seen else 0) >= cosigned
            known = [kept] if seen is None else [kept, seen]
            assert list(not_contained(log, known)) == []
            made = checkpoint(log, KEY)
        assert made.root == plain_tree.root(entry_hashes(path))
