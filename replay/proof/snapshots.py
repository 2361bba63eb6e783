"""The stored snapshots of a log, compared with the storage that an audit computes."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from blake3 import blake3

from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.ledger import StorageSealed
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.snapshots import SNAPSHOT_FORMAT, stored_snapshots
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.storage import Storage

Report = Callable[[int, str, str, str], None]
"""Takes a finding: its position, what is wrong, the expected and the actual value."""

Digests = tuple[bytes, bytes, bytes]


class SnapshotCheck:
    """Every row of the table, until the audit has reached its position.

    digests: of those not compared yet, by position: the hash and the digest in the row, and the digest of its
    content. held: the positions of the others.
    """

    def __init__(self, report: Report, digests: Mapping[int, Digests] | None = None) -> None:
        self._report = report
        self.digests = dict(digests or {})
        self.held: list[int] = []

    @classmethod
    def of(cls, log: Log, report: Report) -> "SnapshotCheck":
        """All stored snapshots; reports rows that are not snapshots at all."""
        check = cls(report)
        try:
            for row in stored_snapshots(log):
                check._take(row.position, row.hash, row.format, row.digest, row.payload)
        except LogError as error:
            report(0, "the stored snapshots cannot be read", "snapshots", str(error))
        return check

    def passed(self, held: Iterable[int]) -> None:
        """Another check has compared the snapshots of these positions."""
        for position in held:
            self.digests.pop(position, None)

    def check(self, entries: Sequence[Entry], storage: Storage) -> None:
        """The audit has reached the end of these entries, with this storage."""
        last = entries[-1]
        if last.position not in self.digests:
            return
        hash_, digest, content = self.digests.pop(last.position)
        self.held.append(last.position)
        if last.tag != StorageSealed.tag:
            self._report(last.position, "a snapshot is stored at a position without a seal", StorageSealed.tag, last.tag)
        if hash_ != last.hash:
            self._report(last.position, "a stored snapshot names another entry", last.hash.hex(), hash_.hex())
        own = storage.digest()
        for name, found in (("the content", content), ("the digest", digest)):
            if found != own:
                what = f"{name} of a stored snapshot does not follow from the log"
                self._report(last.position, what, own.hex(), found.hex())

    def finish(self, reached: int, end: int) -> None:
        """Report snapshots at positions where no call ends. reached: as far as calls were run again; end: where the log ends."""
        for position in self.digests:
            if reached < position <= end:
                continue
            self._report(position, "a snapshot is stored at a position without a seal", StorageSealed.tag, "no end of a call")

    def _take(self, position: object, hash_: object, format_: object, digest: object, payload: object) -> None:
        at = position if type(position) is int else 0
        if format_ != SNAPSHOT_FORMAT:
            self._report(at, "a stored snapshot has an unknown format", SNAPSHOT_FORMAT, f"{format_!r:.100}")
        elif at < 1 or type(hash_) is not bytes or type(digest) is not bytes or type(payload) is not bytes:
            self._report(at, "a stored snapshot is malformed", "a position, and bytes", f"{(position, hash_, digest)!r:.100}")
        else:
            self.digests[at] = (hash_, digest, blake3(payload).digest())
