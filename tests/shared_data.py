"""Recorded data outside of the project: there for the team and its CI, not for a stranger's clone."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """A file of the recorded data. Fails the test where CI=true and it is missing; skips it elsewhere."""
    found = SHARED / path
    if not found.exists():
        reason = f"recorded data is not here: {path} (looked next to the repository, in ../shared)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def recorded_cases(name: str, folder: str = "vectors") -> list[dict[str, Any]]:
    """The cases of a recorded file of the reference, by its name without ending, plain or gzip."""
    packed = shared(folder) / f"{name}.json.gz"
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else shared(f"{folder}/{name}.json").read_bytes()
    cases: list[dict[str, Any]] = json.loads(raw)["cases"]
    return cases
