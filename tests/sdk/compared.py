"""Answers of the SDK against the exact ones, field by field."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from neuron_ledger.ledger.chain import Ledger
from tests.sdk.exact import Exact
from tests.sdk.forms import answers

NETUID, UID = 1, 1
NOT_OF_THE_CHAIN = frozenset({"lite", "should_sync", "network", "chain_endpoint", "version"})
"""Fields of the SDK's own objects that say how it was asked."""


def compare(version: str, ledger: Path, spec_version: int, found: list[dict[str, Any]]) -> None:
    """Compare what works and has an exact answer: `fields` says how many values are equal; what differs does not work."""
    blocks = [result["answer"] for result in found if result["method"] == "block" and result["works"]]
    with Ledger.open(ledger, read_only=True) as opened:
        storage = opened.at(block=blocks[-1]).storage
    exact = answers(version, Exact(storage, spec_version, NETUID, UID))
    for result in found:
        if result["works"] and result["method"] in exact:
            expected = exact[result["method"]]
            differing = list(differences(result["answer"], expected, result["method"]))
            result["fields"] = fields_in(expected)
            if differing:
                result.update(works=False, why="; ".join(differing))


def differences(got: Any, expected: Any, where: str) -> Iterator[str]:
    """What differs, and where. A field that one of them lacks differs."""
    if isinstance(expected, dict) and isinstance(got, dict):
        names = [*expected, *(name for name in got if name not in expected and name not in NOT_OF_THE_CHAIN)]
        for name in names:
            if name not in got or name not in expected:
                yield f"{where}.{name}: {'lacking' if name in expected else 'not expected'}"
            else:
                yield from differences(got[name], expected[name], f"{where}.{name}")
    elif isinstance(expected, (list, tuple)) and isinstance(got, list):
        if len(got) != len(expected):
            yield f"{where}: {len(got)} values, where {len(expected)} are expected"
        for place, (one, other) in enumerate(zip(got, expected, strict=False)):
            yield from differences(one, other, f"{where}[{place}]")
    elif got != expected or (isinstance(got, bool) != isinstance(expected, bool)):
        yield f"{where}: {got!r:.60}, where {expected!r:.60} is expected"


def fields_in(expected: Any) -> int:
    """How many single values there are."""
    if isinstance(expected, dict):
        return sum(fields_in(value) for value in expected.values())
    return sum(fields_in(value) for value in expected) if isinstance(expected, (list, tuple)) else 1
