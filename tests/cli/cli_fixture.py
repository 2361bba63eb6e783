"""Running the command line in tests."""

import json
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner, Result

from neuron_ledger.replay.cli import main, output


def run(*arguments: object) -> Result:
    """Run a command as with --full: what it says, however it is broken into lines (`test_widths.py` looks at that)."""
    with patch.object(output, "WIDTH", 1 << 20):
        return in_a_pipe(*arguments)


def in_a_pipe(*arguments: object) -> Result:
    """Run a command whose lines are broken where they are too long."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def asked(*arguments: object, exit_code: int = 0) -> Any:
    """What a command says as JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, (result.output, result.exception)
    return json.loads(result.stdout)


def one_line(result: Result, exit_code: int = 2) -> str:
    """The one line on standard error that a command ended with."""
    assert result.exit_code == exit_code, (result.output, result.exception)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr
