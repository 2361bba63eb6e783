"""The SQLite version that Python uses, and the known bug that it may have."""

import sqlite3
from typing import Final

WAL_RESET_BUG: Final = "the WAL-reset bug (in 3.7.0 to 3.51.2; see sqlite.org/wal.html)"

_FIXED: Final = (3, 51, 3)
_FIXED_IN_BRANCHES: Final = {(3, 44): 6, (3, 50): 7}
"""The first fixed release of each older branch."""


def known_bug(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str | None:
    """A known bug of this SQLite that can damage a file with a write-ahead log; None if there is none."""
    branch_fix = _FIXED_IN_BRANCHES.get(version[:2])
    if version < (3, 7, 0) or version >= _FIXED or (branch_fix is not None and version[2] >= branch_fix):
        return None
    return WAL_RESET_BUG


def about_sqlite() -> str:
    """Version and known bug in one line."""
    bug = known_bug()
    note = f" has {bug}; writers of one ledger take turns, which avoids it among themselves" if bug else ""
    return f"SQLite {sqlite3.sqlite_version}{note}"
