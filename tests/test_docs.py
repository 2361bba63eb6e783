"""What the documents say is true: links lead somewhere, examples run, tables are those of the code."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests import records_table, steps_table
from tests.cli.cli_fixture import in_a_pipe

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def code_blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        other = page.parent / name if name else page
        assert other.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(other), f"{page.name} links to {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in readme, page.name


def test_files_that_the_documents_name_are_there() -> None:
    for page in PAGES:
        for name in re.findall(
            r"`((?:events|projections|ledger|replay|tests|benchmarks|examples|docs)/[\w/.]+)`", page.read_text()
        ):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_records_are_those_of_the_catalogue() -> None:
    is_true = (ROOT / "docs/records.md").read_text() == "\n".join(records_table.lines()) + "\n"
    assert is_true, "python -m tests.records_table > docs/records.md"


def test_what_each_step_replaces_is_true() -> None:
    is_true = (ROOT / "docs/steps.md").read_text() == steps_table.page()
    assert is_true, "python -m tests.steps_table > docs/steps.md"


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    (example,) = code_blocks(ROOT / "README.md", "python")
    program = "coldkey, hotkey = bytes(31) + b'c', bytes(31) + b'h'\n" + example.replace(
        "receipt.error", "print(receipt.error)", 1
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (said,) = re.findall(r"receipt\.error {2}# (.+)", example)
    assert ran.stdout.strip() == said


def test_the_commands_of_the_readme_run_in_order_from_a_fresh_clone(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```\n(neuron-ledger init .*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    for folder in ("examples", "tests/cases"):
        copytree(ROOT / folder, tmp_path / folder, ignore=ignore_patterns("__pycache__"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-euo", "pipefail", "-c", block]
    ran = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    answer = [line for line in ran.stderr.splitlines() if not line.endswith(" left")]  # progress, where the machine is slow
    assert (ran.returncode, answer) == (0, [])
    for said in ("23 calls submitted, 2 of them refused", "6 tenures", "every number is what the rules say", "clean: ", "12/12"):
        assert said in " ".join(ran.stdout.split())


def test_every_question_of_the_readme_is_one_command_that_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, on the ledger of the demo. Each is one line; those that compare exit with 1 where something differs."""
    rows = re.findall(r"^\| ([^|]+) \| `(neuron-ledger .*?)`( \(exit code 1.*?\))? \|$", readme(), re.MULTILINE)
    assert len(rows) >= 16
    ran = subprocess.run(
        [sys.executable, str(ROOT / "examples/demo.py"), "demo.ledger"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    monkeypatch.chdir(tmp_path)
    said = {}
    for question, line, differs in rows:
        name, *words = shlex.split(line)
        assert name == "neuron-ledger"
        answer = in_a_pipe(*words)
        assert answer.exit_code == bool(differs), (line, answer.output)
        assert [line for line in answer.stdout.splitlines() if len(line.encode()) > 80] == [], question
        said[question] = " ".join(answer.stdout.split())
    for question, part in ANSWERS.items():
        assert part in said[question], question


ANSWERS = {
    "Why was uid 4 lost, and what would have saved it?": "What would have saved it (each was run)",
    "Why was this call refused, and from when on does it pass?": "from block 50,547 on (in block 50,546 not yet)",
    "How much stake is missing for a validator permit?": "missing",
    "Whose weights made this incentive, and where were they clipped?": "clipped by",
    "Why does a registration cost what it costs?": "registrations in 360 blocks, the target was 4",
    "What if kappa were different?": "of them with other numbers",
    "Is all of it what the rules say?": "clean: ",
    "Where do two histories diverge?": "they do not diverge",
    "What changed between two blocks?": "Incentive[1]",
}
"""What an answer says, among other things."""


def readme() -> str:
    return (ROOT / "README.md").read_text()
