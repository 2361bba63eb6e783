"""Running the command line in tests."""

import json
from typing import Any

from click.testing import CliRunner, Result

from neuron_ledger.replay.cli import main


def run(*arguments: object) -> Result:
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
