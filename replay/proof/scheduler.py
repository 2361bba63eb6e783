"""The workers of a Dask scheduler, on any machines, which read a log from storage that they share with this one.

Each is first asked whether it sees the same log under the same path. A segment in whose chain it then finds no fault is, entry by
entry, what the hashes here say; any other is checked here again, so that a damaged copy is not reported for this log.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from attrs import frozen

import neuron_ledger
from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError, Unquoted
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.proof.workers import Pool

CONNECT_SECONDS: Final = 10
"""How long to wait for a scheduler to answer, and for its first worker."""

_ADDRESS: Final = re.compile(r"[a-z]+://[^\s/]+/?")
_KIND: Final = "the address of a Dask scheduler that answers, like tcp://127.0.0.1:8786"


class CannotShare(NeuronLedgerError, ValueError):
    """A scheduler has no workers, or some that cannot audit this log."""


@frozen
class _Known:
    """What identifies a log to a worker."""

    path: Path
    genesis: bytes
    spec_version: RuntimeName
    head: Head


@contextmanager
def scheduler(address: str, log: Log | None = None) -> Iterator[Pool]:
    """The workers of a scheduler as a pool. log: which all of them must see.

    Raises: FieldError if no scheduler answers at the address; CannotShare without Dask, for a log in memory, and if there
    is no worker or one that does not see this log.
    """
    try:
        from distributed import Client
    except ImportError:
        raise CannotShare("a scheduler needs Dask: pip install 'neuron-ledger[cluster]'") from None
    if log is not None and log.file is None:
        raise CannotShare("a scheduler's workers cannot read a log in memory; give a ledger's file")
    if not _ADDRESS.fullmatch(address):
        raise FieldError("scheduler", _KIND, address)
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise FieldError("scheduler", _KIND, Unquoted(f"{address!r}: {error}")) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise CannotShare(f"the scheduler at {address} has no workers; start some: dask worker {address}") from None
        known = None if log is None or log.file is None else _Known(log.file, log.genesis, log.spec_version, log.head)
        _ensure_they_can(client, known)
        size = sum(client.nthreads().values())
        yield Pool(size, partial(client.get_executor, pure=False), reads_other_files=True, is_there=partial(_has_workers, client))


def fault_seen(version: str, known: _Known | None) -> str | None:
    """Runs on a worker: why it cannot audit what this version of the program audits here."""
    here = socket.gethostname()
    if neuron_ledger.__version__ != version:
        return f"{here} has neuron-ledger {neuron_ledger.__version__}, here it is {version}; install the same version everywhere"
    if known is None:
        return None
    where = f"put {known.path} where every worker can read it under this path"
    try:
        with Log.inspect(known.path) as log:
            found = log.hash_at(known.head.position)
            if (log.genesis, log.spec_version, found) == (known.genesis, known.spec_version, known.head.hash):
                return None
            shown = "nothing" if found is None else found.hex()
            at = f"at position {known.head.position} {shown}, not {known.head.hash.hex()}"
            return f"{here} sees another ledger there, {at}; {where}"
    except (LogError, OSError, ValueError) as error:
        return f"{here}: {error}; {where}"


def _ensure_they_can(client: Any, known: _Known | None) -> None:
    """Raises: CannotShare, which names the first worker that cannot audit."""
    answers = client.run(fault_seen, neuron_ledger.__version__, known, on_error="return")
    for worker, fault in sorted(answers.items()):
        if fault is not None:
            what = f"{type(fault).__name__}: {fault}" if isinstance(fault, Exception) else fault
            raise CannotShare(f"the worker {worker} cannot audit: {what}")


def _has_workers(client: Any) -> bool:
    try:
        return bool(client.nthreads())
    except (OSError, TimeoutError):
        return False
