"""What a process that writes a ledger does around each transaction: its turn, its file, the head file, the write-ahead log."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from neuron_ledger.events.entries.envelope import Head
from neuron_ledger.ledger.log.errors import FileReplaced, LogBusy
from neuron_ledger.ledger.log.file import wal_of
from neuron_ledger.ledger.log.head_file import MAGIC, HeadWriter, write_head
from neuron_ledger.ledger.log.turn import Turn
from neuron_ledger.ledger.log.watch import watch

CHECKPOINT_SECONDS: Final = 30.0
"""After this long, the next commit folds the write-ahead log into the file, however short. Affects nothing that is recorded."""

CHECKPOINT_PAGES: Final = 1000
"""Pages (8 MB) in the write-ahead log after which a commit folds it into the file."""

LOOK_SECONDS: Final = 1.0
"""How often the files are looked at even if no change of their folder is reported."""


class Writing:
    """The writer's side of an open file."""

    def __init__(self, connection: sqlite3.Connection, file: Path, *, synced: bool, wait_ms: int) -> None:
        """synced: whether a commit is durable when it returns. Raises: LogWriteError."""
        self._connection = connection
        self._files = (str(file), str(wal_of(file)))
        self._synced = synced
        self._turn = Turn(file, wait_ms)
        # Everything around a commit runs with cold caches, so each additional function call is felt.
        self.end: Final = self._turn.give_back
        """End the turn, whatever became of the transaction. Does nothing on a file system without locks."""
        self._take_at_once: Final = self._turn.take_at_once
        self._head_file = HeadWriter(self._turn.head_file)
        self._watch = watch(str(file.parent), self._turn.files)
        self._changed = self._watch.changed
        self._identities = [_identity(path) for path in self._files]
        self._look_at = 0.0
        self._fold_is_due = False
        self._folded_at = monotonic()
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")

    def begin(self) -> None:
        """Wait for the turn, and look at the files if something changed. Raises: LogBusy, FileReplaced."""
        if monotonic() < self._look_at and not self._changed():
            try:  # nobody waits: the lock alone suffices
                self._take_at_once()
                return
            except OSError:
                pass
        self._turn.take()
        self._look()

    def before_commit(self) -> None:
        """For a commit long after `begin`. Raises: FileReplaced, where it would go into a file that is no longer at its path."""
        if monotonic() >= self._look_at or self._changed():
            self._look()

    def _look(self) -> None:
        self._look_at = 0.0  # should this end in an exception, the next one looks again
        self._watch.forget()
        for number, path in enumerate(self._files):
            there, before = _identity(path), self._identities[number]
            if there is None or there != before:
                if there is None or before is not None:
                    raise FileReplaced(path, gone=there is None)
                self._identities[number] = there
        self._head_file.look()
        now = monotonic()
        self._fold_is_due = now - self._folded_at > CHECKPOINT_SECONDS
        if not self._turn.is_waited_for:
            self._look_at = now + LOOK_SECONDS

    def committed(self, head: Head | None) -> None:
        """After a commit that ended with `head`; None where nothing was appended."""
        if head is not None and self._synced:
            mapped, position, hashed = self._head_file.mapped, head.position, head.hash
            if mapped is None:
                self._head_file.write(head)
            else:
                write_head(mapped, 0, MAGIC, position, hashed, position, hashed)
        if self._fold_is_due:
            self.fold(head)

    def fold(self, head: Head | None) -> None:
        """Fold the write-ahead log into the file as far as no reader needs it; if all of it was folded, `head` is durable."""
        self._folded_at = monotonic()
        self._fold_is_due = False
        with suppress(sqlite3.Error):
            busy, pages, folded = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if head is not None and not self._synced and not busy and pages == folded:
                self._head_file.write(head)

    def accept(self, head: Head) -> None:
        """Write `head` to the head file, whatever it held before."""
        self._head_file.write(head)

    def close(self, head: Head | None) -> None:
        """Close the connection and all else. head: of the last commit."""
        try:
            # In this writer's turn, since the last one to close folds the write-ahead log. If the turn is another's, this is not
            # the last one.
            with suppress(LogBusy):
                self._turn.take(at_once=True)
                if not self._synced:
                    self.fold(head)
            self._connection.close()
        finally:
            self._head_file.close()
            self._watch.close()
            self._turn.close()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - Path.stat takes twice as long
    except OSError:
        return None
    return status.st_dev, status.st_ino
