"""The examples run, say the same every time, and say what is so."""

import os
import subprocess
import sys
from pathlib import Path

from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.proof.groups import groups
from tests.chain_fixture import account
from tests.ledger_fixture import eventful_ledger

ROOT = Path(__file__).parent.parent
CHAPTERS = 12
STORY_ERRORS = (
    "NetworkTxRateLimitExceeded",
    "NeedWaitingMoreBlocksToStarCall",
    "TooManyRegistrationsThisBlock",
    "HotKeyAlreadyRegisteredInSubNet",
    "NeuronNoValidatorPermit",
    "SettingWeightsTooFast",
    "RevealTooEarly",
)


def start(*command: str, **variables: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    arguments = [sys.executable, *command]
    pipe = subprocess.PIPE
    return subprocess.Popen(arguments, stdout=pipe, stderr=pipe, encoding="utf-8", env=environment, cwd=ROOT)


def run(*command: str, **variables: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    process = start(*command, **variables)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_the_demo_tells_the_same_true_story_every_time(tmp_path: Path) -> None:
    path = tmp_path / "demo.ledger"
    at_path = start("examples/demo.py", str(path), PYTHONHASHSEED="0")
    temporary = start("examples/demo.py", PYTHONHASHSEED="4711", TMPDIR=str(tmp_path), COLUMNS="60", FORCE_COLOR="1", LC_ALL="C")
    story, hints = at_path.communicate(timeout=120)
    again, other_hints = temporary.communicate(timeout=120)
    assert (at_path.returncode, temporary.returncode) == (0, 0), hints + other_hints
    assert story == again
    assert str(path) in hints
    assert str(tmp_path) in other_hints
    assert [line.split(".")[0] for line in story.splitlines() if line.endswith("──")] == [str(n + 1) for n in range(CHAPTERS)]
    for name in STORY_ERRORS:
        assert f"refused, {name}: " in story
    assert "DIFFERS" not in story
    assert story.count("equal rebuilt") == 2
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.storage.digest().hex() in story
        assert f"0 findings. The head, to be written down: {ledger.head}" in story
        replaced = [event for group in groups(ledger.log.read()) for event in group.events if isinstance(event, NeuronReplaced)]
        assert [event.pruning_score for event in replaced] == sorted({event.pruning_score for event in replaced})
        for event in replaced:
            assert f"loses with pruning score {event.pruning_score:,}\n" in story
        tenures = list(Tenures.of(groups(ledger.log.read())))
        assert sum(tenure.ended is not None for tenure in tenures) == len(replaced) == 2
        assert {tenure.began for tenure in tenures} == {"register_network", "burned_register", "register", "root_register"}
    assert_says_who_would_have_gone(story)


def assert_says_who_would_have_gone(story: str) -> None:
    """Under the longer immunity another neuron goes first: the one that immunity spared."""
    spared = story.index("Mona is spared (immune for")
    assert spared < story.index("Max, score", spared) < story.index("Mona, score 0", spared)


def test_the_demo_does_not_overwrite_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_text("mine")
    code, out, err = run("examples/demo.py", str(path))
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert path.read_text() == "mine"


def test_auditing_a_neuron(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with eventful_ledger(path) as ledger:
        head, block = ledger.head, 20
        assert ledger.storage.uids[1, account("e")] == 1
    code, out, _ = run("examples/audit_a_neuron.py", str(path), "1", "1")
    assert code == 0
    old, new = (ss58.encode(account(name)) for name in ("b", "e"))
    assert f"{old} held uid 1 on subnet 1 from block 5 (burned_register)" in out
    assert f"until block {block}: its pruning score 5 came first in the queue; replaced by burned_register of {new}." in out
    assert f"{new} held uid 1 on subnet 1 from block {block} (burned_register)\n  and holds it still." in out
    assert f"Head {head}" in out
    assert "Nobody ever held uid 77 on subnet 1." in run("examples/audit_a_neuron.py", str(path), "1", "77")[1]


def test_auditing_a_neuron_of_a_log_that_is_not_sound(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with eventful_ledger(path) as ledger:
        connection = ledger.log.connection
        connection.execute("DROP TRIGGER log_refuses_update")
        connection.execute("UPDATE log SET block = block + 1 WHERE seq = 7")
    code, out, _ = run("examples/audit_a_neuron.py", str(path), "1", "1")
    assert code == 1
    assert out.startswith("The log is not sound: ")
    assert "position 7: " in out


def test_auditing_a_neuron_with_wrong_use(tmp_path: Path) -> None:
    for arguments in ((), ("file", "1"), ("file", "one", "1"), (str(tmp_path / "nothing.ledger"), "1", "1")):
        code, out, err = run("examples/audit_a_neuron.py", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith(("usage: ", "error: "))
        assert err.count("\n") == 1


def test_a_subnet_that_talks(tmp_path: Path) -> None:
    path = tmp_path / "subnet.ledger"
    code, out, err = run("examples/subnet_that_talks.py", str(path))
    assert code == 0, out + err
    assert "permits for uids [0, 1, 2]" in out
    assert "Behind it stand 12 exchanges:\n12 were answered, and of 12 both recorded the same answer.\nAudit: 0 findings" in out
    incentives = [int(line.split("incentive")[1].split()[0].replace(",", "")) for line in out.splitlines() if "incentive" in line]
    assert incentives[3:] == sorted(incentives[3:], reverse=True)
    assert incentives[3] > 0
    assert run("examples/subnet_that_talks.py", str(path))[0] == 2


def test_the_demo_runs_without_the_extra(tmp_path: Path) -> None:
    without = f"import sys; sys.modules['bittensor_core'] = None; sys.argv = ['demo.py', {str(tmp_path / 'demo.ledger')!r}]; "
    code, out, err = run(
        "-c", f"{without}import runpy; sys.path.insert(0, 'examples'); runpy.run_path('examples/demo.py', run_name='__main__')"
    )
    assert code == 0, err
    assert "bittensor_core is not installed" in out.replace("\n", " ")


def test_the_oracle_in_tests() -> None:
    code, out, err = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/oracle_in_tests.py")
    assert code == 0, out + err
    assert "4 passed" in out
