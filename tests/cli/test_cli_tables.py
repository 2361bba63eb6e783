"""Tables: as narrow as it takes; headings over several lines, addresses without their middle, columns below each other."""

from collections.abc import Sequence

import pytest

from neuron_ledger.replay.cli.tables import table_parts
from tests.log.snapshots_fixture import address

A, B = address("a"), address("b")
SHORT_A, SHORT_B = (f"{who[:6]}…{who[-6:]}" for who in (A, B))
COLUMNS = ("uid", "hotkey", "pruning score", "")
ROWS = [(7, A, 65535, None), (12, B, None, "owner")]


def table_lines(columns: Sequence[str], rows: Sequence[Sequence[object]], room: int | None) -> tuple[list[str], list[str]]:
    """The lines of a table that fits."""
    (whole,) = table_parts(columns, rows, room)
    return whole


@pytest.mark.parametrize("room", [None, 80])
def test_a_table_in_a_file_or_with_room_enough_is_whole(room: int | None) -> None:
    headings, rows = table_lines(COLUMNS, ROWS, room)
    assert headings == [f"uid  hotkey{' ' * 42}  pruning score"]
    assert rows == [f"  7  {A}          65535", f" 12  {B}                 owner"]


def test_headings_give_way_first() -> None:
    headings, rows = table_lines(COLUMNS, ROWS, 69)
    assert headings == [f"{' ' * 55}pruning", f"uid  hotkey{' ' * 42}    score"]
    assert rows == [f"  7  {A}    65535", f" 12  {B}           owner"]


def test_then_addresses_lose_their_middle() -> None:
    headings, rows = table_lines(COLUMNS, ROWS, 68)
    assert headings == ["                    pruning", "uid  hotkey           score"]
    assert rows == [f"  7  {SHORT_A}    65535", f" 12  {SHORT_B}           owner"]


def test_a_table_without_rows_has_its_headings() -> None:
    assert table_lines(COLUMNS, [], 80) == (["uid  hotkey  pruning score"], [])


def test_at_last_columns_stand_below_each_other() -> None:
    (first, above), (second, below) = table_parts(COLUMNS, ROWS, 26)
    assert first[-1].split() == ["uid", "hotkey"]
    assert [line.split() for line in above] == [["7", SHORT_A], ["12", SHORT_B]]
    assert [line.split() for line in below] == [["7", "65535"], ["12", "owner"]]
    assert second[-1].split() == ["uid", "score"]
    assert max(map(len, (*first, *above, *second, *below))) <= 26


def test_numbers_stand_on_the_right_fractions_and_amounts_too() -> None:
    _, rows = table_lines(("uid", "share", "stake"), [(1, "0.5000", "1,234.5000"), (10, "1", "0")], 80)
    assert rows == ["  1  0.5000  1,234.5000", " 10       1           0"]
