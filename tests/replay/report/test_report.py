"""The page to hand on: what it says, that it stands for itself, that nothing in a ledger gets into its markup."""

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.report.page import report
from tests.chain_fixture import account
from tests.ledger_fixture import eventful_ledger
from tests.replay.history.recorded_node import RecordedNode, served
from tests.replay.report.browser import DESK, PHONE, axe, chromium, opened
from tests.replay.tables.small_world import NEWCOMER, REPLACED, small_world


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_world(tmp_path_factory.mktemp("world") / "chain.ledger")


@pytest.fixture(scope="module")
def reports(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of the subnet, one of the uid that was lost, one of another uid."""
    folder = tmp_path_factory.mktemp("reports")
    pages = {"subnet": None, "lost": 5, "kept": 1}
    with Ledger.open(ledger, read_only=True) as chain:
        for name, uid in pages.items():
            report(chain, folder / f"{name}.html", netuid=1, uid=uid)
    return {name: folder / f"{name}.html" for name in pages}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


class Seen(HTMLParser):
    """The words of a page, its tags, and the addresses that it names."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self._skips = False
        self.feed(page.read_text("utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._skips = tag == "style"
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "poster")]
        self.words += [value or "" for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        if not self._skips:
            self.words.append(data)


def test_a_deregistered_miner_reads_who_why_and_what_would_have_helped(reports: dict[str, Path]) -> None:
    said = Seen(reports["lost"]).text
    for words in (
        f"In block 48, {ss58(REPLACED)} lost uid 5 to {ss58(NEWCOMER)}.",
        "It had registered in block 30; its immunity had ended in block 31.",
        "an immunity period of 19 blocks, 18 more: uid 2 is replaced",
        "room for 7 uids instead of 6: nobody is replaced",
        "The queue at that moment",
        "neuron-ledger explain pruned chain.ledger --netuid 1 --uid 5",
        "Subnet 1, uid 5: who held it. 2 tenures, 1 of them ended",
    ):
        assert words in said


def test_an_owner_reads_how_the_subnet_stands(reports: dict[str, Path], ledger: Path) -> None:
    said = Seen(reports["subnet"]).text
    with Ledger.open(ledger, read_only=True) as chain:
        head = str(chain.head)
    for words in (
        "At block 60, 6 of 6 uids are in use; 2 of them may set weights as validators.",
        "1 neuron lost its uid to another, the last one in block 48: uid 5.",
        "Who is replaced next",
        "Neurons with the most incentive and dividends",
        "1 TAO (1,000,000,000 rao)",
        f"neuron-ledger audit chain.ledger --expect-head {head}",
    ):
        assert words in said
    assert "Why the uid was lost" not in said
    assert Seen(reports["subnet"]).tags.count("img") == 5


def test_the_commands_of_a_page_work_and_give_the_page_again(reports: dict[str, Path], ledger: Path, tmp_path: Path) -> None:
    commands = re.findall(r"<pre><code>(.*?)</code></pre>", reports["lost"].read_text("utf-8"))
    assert len(commands) == 5
    for command in commands:
        words = command.replace("chain.ledger", str(ledger)).replace("report.html", str(tmp_path / "again.html")).split()
        assert words[0] == "neuron-ledger"
        assert run(*words[1:]).exit_code == 0, command
    assert (tmp_path / "again.html").read_bytes() == reports["lost"].read_bytes()


def test_a_page_stands_for_itself(reports: dict[str, Path]) -> None:
    for page in reports.values():
        seen = Seen(page)
        assert {address.partition(",")[0] for address in seen.addresses} == {"data:image/svg+xml;base64"}
        assert not {"script", "link", "iframe", "object", "form", "a"} & set(seen.tags)
        assert "http" not in re.sub(r"base64,[^\"]+", "", page.read_text("utf-8")).replace("http-equiv", "")


HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[2J\u202e{{ 7 * 7 }}"


def test_nothing_of_a_ledger_gets_into_the_markup(tmp_path: Path) -> None:
    path = tmp_path / f"{HOSTILE.replace('/', '|').replace(chr(27), '')}.ledger"
    eventful_ledger(path).close()
    with Ledger.open(path) as chain:
        changes = canonical_changes({"TokenSymbol": ({1: HOSTILE.encode()}, [])})
        chain.observe(Observe(HOSTILE, chain.block, bytes(32)), changes)
        report(chain, tmp_path / "report.html", netuid=1, uid=1)
    text, seen = (tmp_path / "report.html").read_text("utf-8"), Seen(tmp_path / "report.html")
    assert not {"script"} & set(seen.tags)
    assert seen.tags.count("title") == 1
    assert all(address.startswith("data:") for address in seen.addresses)
    assert "{{ 7 * 7 }}" in seen.text
    assert not [char for char in text if not char.isprintable() and char != "\n"]
    assert r"\x1b[2J\u202e" in seen.text


def test_what_cannot_be_reported_is_named(ledger: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    for arguments, said in (
        (("--netuid", 9, "-o", page), "a subnet of this ledger (0, 1)"),
        (("--netuid", 1, "--uid", 77, "-o", page), "a uid that somebody held on subnet 1"),
        (("--netuid", 1, "-o", ledger), "is the ledger itself"),
        (("--netuid", 1, "-o", tmp_path / "no" / "page.html"), "No such file or directory"),
    ):
        result = run("report", ledger, *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_subnet_without_epochs_says_what_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    eventful_ledger(path).close()
    assert run("report", path, "--netuid", 2, "-o", tmp_path / "report.html").exit_code == 0
    said = Seen(tmp_path / "report.html").text
    assert "Not drawn" in said
    assert "no epoch of subnet 2 is recorded" in said
    assert ss58(account("x")) in said


@pytest.fixture(scope="module")
def axe_source(request: pytest.FixtureRequest) -> str:
    chromium()
    cache = request.config.cache
    assert cache is not None
    return axe(cache.mkdir("axe"))


CANNOT_BE_USED = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(
  found => JSON.stringify({passes: found.passes.length,
                           violations: found.violations.map(v => [v.id, v.nodes.map(n => n.target.join(" "))])}))"""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

BROKEN_IMAGES = "[...document.images].filter(image => !image.complete || image.naturalWidth < 100).length"

OUTSIDE = """[...document.querySelectorAll("p, li, dd, dt, h1, h2, h3, pre, figcaption")].filter(
  e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.textContent.slice(0, 40))"""

SMALLEST_LETTERS = """Math.min(...[...document.querySelectorAll("p, li, td, th, dd, dt, code, figcaption")].map(
  e => parseFloat(getComputedStyle(e).fontSize)))"""


def test_the_browser_and_axe_find_what_is_wrong(axe_source: str, tmp_path: Path) -> None:
    """So that a page which passes passes something."""
    page = tmp_path / "bad.html"
    faults = "<img src='x.png'><p style='width: 900px; color: #ddd'>pale</p><script>console.error('no'); nothing()</script>"
    page.write_text(f"<meta name='viewport' content='width=device-width'>{faults}")

    async def look() -> tuple[Any, ...]:
        async with opened(page, PHONE, tmp_path / "profile") as shown:
            await shown.value(f"{axe_source}; 0")
            seen = [await shown.value(what) for what in (CANNOT_BE_USED, BROKEN_IMAGES, OUTSIDE, TOO_WIDE)]
            return (*seen, shown.console)

    found, broken, outside, too_wide, console = asyncio.run(look())
    assert all(fault in found for fault in ("image-alt", "html-has-lang", "document-title", "color-contrast"))
    assert (broken, outside) == (1, ["pale"])
    assert too_wide > 0
    assert len(console) >= 2


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["subnet", "lost"])
def test_a_real_browser_shows_it_to_everybody(
    reports: dict[str, Path], axe_source: str, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    """It renders, complains of nothing, asks for nothing; it fits a phone; axe finds nothing that keeps anybody out."""

    async def look() -> dict[str, Any]:
        async with opened(reports[name], size, tmp_path / "profile") as page:
            seen = {
                "heading": await page.value("document.querySelector('h1').textContent"),
                "broken": await page.value(BROKEN_IMAGES),
                "too wide": await page.value(TOO_WIDE),
                "outside": await page.value(OUTSIDE),
                "letters": await page.value(SMALLEST_LETTERS),
                "console": list(page.console),
                "requests": [url for url in page.requests if not url.startswith("data:")],
            }
            await page.value(f"{axe_source}; 0")
            return {**seen, "axe": await page.value(CANNOT_BE_USED)}

    seen = asyncio.run(look())
    found = seen.pop("axe")
    assert '"violations":[]' in found
    assert int(re.findall(r'"passes":(\d+)', found)[0]) > 20
    assert seen.pop("letters") >= 12
    assert seen == {
        "heading": "Subnet 1" if name == "subnet" else "Subnet 1, uid 5",
        "broken": 0,
        "too wide": 0,
        "outside": [],
        "console": [],
        "requests": [reports[name].as_uri()],
    }


@pytest.mark.parametrize("spec_version", [103, 185])
def test_a_chain_that_a_node_told_of_is_reported_too(spec_version: int, tmp_path: Path) -> None:
    """Epochs, prices and losses were seen, not decided here: pictures show them, and the page says what it cannot say."""
    pytest.importorskip("bittensor_core")
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as chain, served(RecordedNode(spec_version)) as url:
        import_history(chain, url)
        lost = next(t for t in Tenures.of(groups(chain.log.read())) if t.replaced_by is not None and t.to_block)
        report(chain, tmp_path / "report.html", netuid=1)
        report(chain, tmp_path / "lost.html", netuid=lost.netuid, uid=lost.uid)
    seen = Seen(tmp_path / "report.html")
    assert seen.tags.count("img") == 5
    assert "Subnet 1 at block 320: consensus against weights" in seen.text
    assert "neuron-ledger epoch" not in seen.text
    said = Seen(tmp_path / "lost.html").text
    assert "as seen on a node. This log has no call that caused it" in said
    assert "explain pruned" not in said
