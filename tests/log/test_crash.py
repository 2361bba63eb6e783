"""A process that dies in the middle: whatever it was doing, the ledger is whole, and holds everything that was acknowledged."""

import json
import resource
import signal
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

import pytest

from neuron_ledger.events.calls import ForceSetBalance
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import account

BATCH = 20
CALLS = 60

DIE_AT = """
    import os, signal, sys
    from pathlib import Path
    from neuron_ledger.ledger.log.store import Log

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def dying_append(moment):
        # The entries are written inside a transaction; then, before it is committed, the process is gone.
        append, left = Log.append, [moment]

        def wrapped(log, entries, *, expected_position):
            head = append(log, entries, expected_position=expected_position)
            left[0] -= 1
            if left[0] == 0:
                die()
            return head

        Log.append = wrapped
"""

IMPORTER = (
    DIE_AT
    + """
    from neuron_ledger.replay.cli import main
    dying_append(int(sys.argv[1]))
    main(sys.argv[2:])
"""
)

SUBMITTER = (
    DIE_AT
    + """
    from neuron_ledger.events.calls import ForceSetBalance
    from neuron_ledger.ledger.chain import Ledger
    path, moment, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    dying_append(moment)
    with Ledger.open(path) as ledger:
        number = 0
        while True:
            with ledger.batch():
                for _ in range(batch):
                    number += 1
                    ledger.submit(ForceSetBalance(number.to_bytes(32, "big"), moment * 10**9 + number)).unwrap()
            print(ledger.head, flush=True)
"""
)


def killed(script: str, *arguments: object) -> list[str]:
    """The lines that a child said before it was killed."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    child = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert child.returncode == -signal.SIGKILL, child.stderr
    return child.stdout.splitlines()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        ledger.submit(ForceSetBalance(account("somebody"), 10**9)).unwrap()
    return path


def call_list(folder: Path, count: int = CALLS) -> Path:
    calls = folder / "calls.jsonl"
    lines = [
        {"block": number // 10, "call": "force_set_balance", "args": {"who": f"{number:064x}", "new_free": 10**9 + number}}
        for number in range(count)
    ]
    calls.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return calls


def test_an_import_that_is_killed_leaves_nothing(path: Path, tmp_path: Path) -> None:
    """At the first append, at the last, and in between; afterwards the same import goes through as if nothing had been."""
    calls = call_list(tmp_path)
    with Ledger.open(path, read_only=True) as ledger:
        before, digest = ledger.head, ledger.storage.digest()
    for moment in (1, 2, 3, CALLS // 4, CALLS // 2, CALLS - 1, CALLS, CALLS + 1, CALLS + 4, CALLS + 5):
        killed(IMPORTER, moment, "import", "calls", path, calls)
        with Ledger.open(path) as ledger:
            assert (ledger.head, ledger.storage.digest()) == (before, digest)
            assert audit(ledger.log, expected_head=before).clean
    undisturbed = tmp_path / "undisturbed.ledger"
    undisturbed.write_bytes(path.read_bytes())
    for ledger_file in (path, undisturbed):
        command = [sys.executable, "-m", "neuron_ledger.replay.cli", "import", "calls", str(ledger_file), str(calls)]
        subprocess.run(command, check=True, capture_output=True)
    with Ledger.open(path) as one, Ledger.open(undisturbed) as other:
        assert one.head == other.head
        assert one.head.position > before.position + CALLS


def test_a_genesis_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    path, source = tmp_path / "chain.ledger", tmp_path / "source.json"
    Ledger.create(path, spec_version=277).close()
    hotkey, coldkey = (ss58.encode(account(name)) for name in ("hot", "cold"))
    source.write_text(json.dumps({"stakes": {coldkey: {hotkey: [10**9, 0]}}, "balances": {coldkey: 5 * 10**9}}))
    with Ledger.open(path, read_only=True) as ledger:
        before = ledger.head
    killed(IMPORTER, 1, "import", "genesis", path, source)
    with Ledger.open(path) as ledger:
        assert ledger.head == before
        assert ledger.storage.subnetwork_n[3] == 0


def test_batches_of_submits_that_are_killed_keep_what_was_acknowledged(path: Path) -> None:
    """Killed inside of a batch again and again: the batches before it are there, of this one nothing is."""
    with Ledger.open(path, read_only=True) as ledger:
        acknowledged = before = ledger.head.position
    for moment in (1, 2, BATCH - 1, BATCH, BATCH + 1, BATCH + 7, 2 * BATCH, 2 * BATCH + 1, 3 * BATCH - 1, 3 * BATCH):
        said = [Head.parse(line) for line in killed(SUBMITTER, path, moment, BATCH)]
        assert len(said) == (moment - 1) // BATCH
        with Ledger.open(path) as ledger:
            for head in said:
                assert ledger.log.hash_at(head.position) == head.hash
            assert ledger.head.position == (said[-1].position if said else acknowledged)
            assert audit(ledger.log).clean
            acknowledged = ledger.head.position
    assert acknowledged > before


def test_an_import_without_room_on_the_disk_is_told_and_leaves_the_file_as_it_was(path: Path, tmp_path: Path) -> None:
    calls = call_list(tmp_path, 1500)
    before = path.read_bytes()
    for room in (16_384, 50_000, 300_000):
        done = subprocess.run(
            [sys.executable, "-m", "neuron_ledger.replay.cli", "import", "calls", str(path), str(calls)],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY)),
        )
        assert done.returncode == 2, done
        assert done.stdout == ""
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
        assert "nothing was recorded" in done.stderr
        assert path.read_bytes() == before
