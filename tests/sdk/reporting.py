"""What a script that drives an SDK prints: one JSON line a method, with what it answered in plain values."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

LONGEST_ANSWER = 200_000


def report(method: str, ask: Callable[[], Any]) -> Any:
    """Print whether a method works and what it answered, and give that."""
    try:
        answer = ask()
    except Exception as error:
        say(method, works=False, why=first_line(error))
        return None
    works, why = outcome(answer)
    say(method, works=works, why=why, answer=plain(answer))
    return answer


def say(method: str, *, works: bool, why: str = "", answer: Any = None) -> None:
    line = json.dumps({"method": method, "works": works, "why": why, "answer": answer})
    print(line if len(line) <= LONGEST_ANSWER else json.dumps({"method": method, "works": works, "why": why}), flush=True)


def first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n")[0][:200]


def outcome(answer: Any) -> tuple[bool, str]:
    """Whether a method that submits something succeeded, by what the SDK gives back, and why not."""
    if isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], bool):
        return answer[0], "" if answer[0] else str(answer[1])[:200]
    if getattr(answer, "success", True) is False:
        return False, str(getattr(answer, "message", ""))[:200]
    return True, ""


def expect(got: Any, expected: Any) -> None:
    """Raises: AssertionError where they differ."""
    assert got == expected, f"expected {expected}, got {got}"


def plain(value: Any) -> Any:
    """A value of the SDK's as JSON has it; a balance as its rao, an object as its fields."""
    if hasattr(value, "rao"):
        return int(value.rao)
    if type(value).__name__.endswith("Metagraph"):
        return {name: plain(item) for name, item in vars(value).items() if name != "subtensor"}
    if dataclasses.is_dataclass(value):
        return {name: plain(item) for name, item in vars(value).items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else type(value).__name__
