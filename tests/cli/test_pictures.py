"""Pictures: drawn where they are asked for, the same every time, and a clear word where they cannot be."""

import sys
from pathlib import Path

import pytest

from tests.cli.cli_fixture import run
from tests.cli.epochs_ledger import three_epochs
from tests.ledger_fixture import eventful_ledger


@pytest.fixture(scope="module")
def epoch_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("epoch") / "chain.ledger")


@pytest.fixture
def tenures_ledger(tmp_path: Path) -> Path:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    return path


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_tenures_are_drawn_the_same_every_time(tenures_ledger: Path, tmp_path: Path, kind: str) -> None:
    pictures = []
    for name in ("one", "other"):
        picture = tmp_path / f"{name}.{kind}"
        assert run("tenures", tenures_ledger, "--picture", picture).exit_code == 0
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 1000


def test_an_epoch_is_drawn_with_its_subnet_and_block(epoch_ledger: Path, tmp_path: Path) -> None:
    picture = tmp_path / "epoch.svg"
    result = run("epoch", epoch_ledger, "--netuid", 1, "--picture", picture)
    assert result.exit_code == 0
    assert "every number is what the rules say" in result.stdout
    assert "Subnet 1, epoch of block 27" in picture.read_text()


def test_what_cannot_be_drawn_says_what_to_do(
    tenures_ledger: Path, epoch_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "picture.svg"
    for arguments, said in (
        (("tenures", tenures_ledger, "--picture", tmp_path / "picture.gif"), "the name of a picture ends with .svg, .png, .pdf"),
        (("tenures", tenures_ledger, "--uid", 99, "--picture", picture), "there are no tenures to draw"),
        (("tenures", tenures_ledger, "--picture", tmp_path / "no" / "folder.svg"), "No such file or directory"),
        (("epoch", epoch_ledger, "--netuid", 1, "--block", 7, "--picture", picture), "nothing to draw"),
        (("picture", "weights", tenures_ledger, "--netuid", 1, "-o", picture), "nobody has weights on subnet 1"),
        (("picture", "bonds", tenures_ledger, "--netuid", 1, "-o", picture), "nobody has bonds on subnet 1"),
        (("picture", "incentive", tenures_ledger, "--netuid", 1, "-o", picture), "no epoch of subnet 1 is recorded"),
        (("picture", "consensus", tenures_ledger, "--netuid", 1, "-o", picture), "no epoch of subnet 1 is recorded"),
        (("picture", "price", tenures_ledger, "--netuid", 7, "-o", picture), "no price of subnet 7"),
        (("picture", "tenures", tenures_ledger, "--netuid", 7, "-o", picture), "nobody ever held a uid of subnet 7"),
        (
            ("picture", "tenures", tenures_ledger, "--netuid", 1, "-o", tmp_path / "picture.gif"),
            "the name of a picture ends with",
        ),
        (("picture", "tenures", tenures_ledger, "--netuid", 1, "-o", tenures_ledger), "the ledger itself"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "pip install 'neuron-ledger[pictures]'" in run("tenures", tenures_ledger, "--picture", picture).stderr
    assert not picture.exists()
