"""Every cell of the tampering table comes out as docs/reliability.md has it."""

from pathlib import Path

import pytest

from tests.reliability.tampering import TABLE, found, lines


@pytest.mark.parametrize("deed", TABLE)
def test_a_row(deed: str) -> None:
    do, cells = TABLE[deed]
    assert found(do) == cells


def test_the_page_has_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text()
    assert "\n".join(lines()) in page
