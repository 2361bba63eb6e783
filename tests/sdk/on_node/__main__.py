"""Run these tests with SDK 10.5 and the project in one environment, as a developer has them: `python -m tests.sdk.on_node`."""

import os
import subprocess
import sys
import tempfile

from tests.sdk.environments import ROOT, environment

VERSION = "10.5.0"
"""The last one with a mock to move away from."""


def main() -> None:
    python = environment(VERSION)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", ".[node,testing]"], cwd=ROOT, check=True
    )
    with tempfile.TemporaryDirectory() as home:
        command = [str(python), "-m", "pytest", "-q", "-o", "addopts=", "-W", "ignore", "tests/sdk/on_node"]
        sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, "HOME": home}, check=False).returncode)


if __name__ == "__main__":
    main()
