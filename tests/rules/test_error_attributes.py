"""A refusal's values are typed attributes; what is recorded of them are texts under the same names."""

import subprocess
import sys
from pathlib import Path

import pytest

from neuron_ledger.ledger import errors
from neuron_ledger.ledger.errors import ChainError, NotEnoughBalanceToStake, ServingRateLimitExceeded, TxRateLimitExceeded


def test_the_values_are_attributes() -> None:
    error = ServingRateLimitExceeded(last_served=7, current=9, allowed_from=12)
    assert (error.last_served, error.current, error.allowed_from) == (7, 9, 12)
    assert error.values == {"last_served": 7, "current": 9, "allowed_from": 12}
    assert error.detail() == (("last_served", "7"), ("current", "9"), ("allowed_from", "12"))


def test_what_the_fault_does_not_come_with_is_none_and_not_recorded() -> None:
    error = TxRateLimitExceeded(hotkey=bytes(32), netuid=1, allowed_from=5)
    assert error.signer is None
    assert error.detail() == (("hotkey", "00" * 32), ("netuid", "1"), ("allowed_from", "5"))


def test_the_order_is_that_of_the_class_not_of_the_raise() -> None:
    first, second = NotEnoughBalanceToStake(needed=2, balance=1), NotEnoughBalanceToStake(balance=1, needed=2)
    assert first.detail() == second.detail() == (("needed", "2"), ("balance", "1"))


@pytest.mark.parametrize("values", [{}, {"needed": 1}, {"needed": 1, "balance": 2, "missing": 1}])
def test_a_value_that_is_missing_or_unknown_is_named(values: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="NotEnoughBalanceToStake takes needed, balance; missing: "):
        NotEnoughBalanceToStake(**values)


def test_every_error_says_what_it_holds() -> None:
    classes = [cls for cls in ChainError.__subclasses__() if cls.__module__.startswith(errors.__name__)]
    assert len(classes) > 80
    for cls in classes:
        assert cls.attributes, cls
        assert cls.reason != ChainError.reason, cls
        assert getattr(errors, cls.__name__) is cls


def test_mypy_checks_where_errors_are_raised(tmp_path: Path) -> None:
    """A value that is misspelt, forgotten or of another type fails the type check, as does reading one that is not there."""
    wrong = tmp_path / "wrong.py"
    wrong.write_text("""from neuron_ledger.ledger.errors import InvalidPort, NotEnoughBalanceToStake

NotEnoughBalanceToStake(needed=1, balance=2).needed
NotEnoughBalanceToStake(needed=1, balanse=2)
NotEnoughBalanceToStake(needed=1)
InvalidPort(port=b"80")
InvalidPort(port=0).address
""")
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--strict", str(wrong)], capture_output=True, text=True, check=False
    )
    lines = [int(line.split(":")[1]) for line in ran.stdout.splitlines() if "wrong.py" in line and "error" in line]
    assert lines == [4, 5, 6, 7], ran.stdout + ran.stderr
