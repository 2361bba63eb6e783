"""How the SDK's answers are compared: what differs, and where."""

import pytest

from tests.sdk.compared import differences, fields_in


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        ({"a": 1, "lite": True}, {"a": 1}, []),
        ({"a": 1, "b": 2}, {"a": 1}, ["x.b: not expected"]),
        ({"a": 1}, {"a": 1, "b": 2}, ["x.b: lacking"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["x.a.b[1]: 2, where 3 is expected"]),
        ([1], (1, 2), ["x: 1 values, where 2 are expected"]),
        (1, True, ["x: 1, where True is expected"]),
        (0.1, 0.1, []),
        (None, 0, ["x: None, where 0 is expected"]),
    ],
)
def test_differences(got: object, expected: object, said: list[str]) -> None:
    assert list(differences(got, expected, "x")) == said


def test_values_are_counted() -> None:
    assert fields_in({"a": [1, (2, 3)], "b": {}, "c": None}) == 4
