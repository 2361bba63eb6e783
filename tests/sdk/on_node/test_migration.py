"""The tests that docs/migration.md shows, run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "migration.md"
FILES = dict(re.findall(r"^```python\n# (test_\w+\.py)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
TESTS = {"test_with_the_mock.py": 3, "test_with_the_node.py": 3, "test_a_subnet.py": 2}


def test_these_are_all() -> None:
    assert set(FILES) == set(TESTS)


@pytest.mark.parametrize("name", TESTS)
def test_they_pass(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name])
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider", name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{TESTS[name]} passed" in done.stdout, done.stdout + done.stderr
