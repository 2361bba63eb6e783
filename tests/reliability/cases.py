"""What the harnesses share: an honest ledger, cases judged by forked workers, and a tally of outcomes."""

import multiprocessing
import re
import resource
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from attrs import field, frozen
from click.testing import CliRunner

from neuron_ledger.events.calls import AddStake, BurnedRegister, ForceSetBalance, SetWeights, SudoSet
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.wire.record import Call
from neuron_ledger.replay.cli import main
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import eventful_ledger

_PROGRESS = re.compile(r"^[a-z ]+: [\d,]+ of [\d,]+")
"""What a command that takes long says of how far it is."""

MOST_SECONDS = 5
"""Of processor time."""
STANDING_STILL = 120
MOST_MEMORY = 500 << 20


@frozen
class Outcome:
    """What became of a case. problem: None where that is as it should be."""

    what: str
    problem: str | None = None


@frozen
class Tally:
    """The outcomes of many cases."""

    counts: Counter[str] = field(factory=Counter)
    problems: list[str] = field(factory=list)
    notes: list[str] = field(factory=list)
    modes: Counter[str] = field(factory=Counter)

    def note(self, case: object, outcome: Outcome) -> None:
        self.counts[outcome.what] += 1
        if outcome.problem is not None:
            self.problems.append(f"{case}: {outcome.problem}")

    def lines(self) -> Iterator[str]:
        yield f"{self.counts.total()} cases: " + ", ".join(f"{count} {what}" for what, count in self.counts.most_common())
        yield from self.notes
        yield f"{len(self.problems)} problems"
        yield from (problem[:2000] for problem in self.problems[:20])


@frozen
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str | None:
        """Why this is no way for a command to end; None where it is one."""
        if self.code not in (0, 1, 2):
            return f"exit code {self.code}: {self.err[-1500:]}"
        answer = [line for line in self.err.splitlines() if not _PROGRESS.search(line)]
        if self.code == 2 and (len(answer) != 1 or not answer[0].startswith("error: ")):
            return f"not one line: {self.err[:1500]!r}"
        return None


def said(*arguments: object) -> Said:
    """A command, run in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return Said(result.exit_code, result.stdout, result.stderr)


def honest_ledger(path: Path) -> None:
    """A ledger of several dozen pages, with neurons, weights, stake, refusals, epochs and a snapshot in it."""
    with eventful_ledger(path) as ledger:
        cold = account("cold")
        calls: list[tuple[Call, Origin]] = [
            (SudoSet("commit_reveal_weights_enabled", 1, 0), None),
            (SudoSet("tempo", 1, 10), None),
            (SetWeights(1, (0,), (65535,), 0), ledger.storage.keys[1, 0]),
            (SetWeights(1, (0, 1, 2), (1, 2, 3), 0), ledger.storage.keys[1, 1]),
            (AddStake(account("b"), 1, TAO), cold),
            (BurnedRegister(1, account("late")), cold),
        ]
        for number in range(60):
            calls.append((ForceSetBalance(account(f"holder {number}"), (number + 1) * TAO), None))
        for call, origin in calls:
            ledger.submit(call, origin)
        ledger.advance_to(260)
        ledger.snapshot()
        for number in range(20):
            ledger.submit(ForceSetBalance(account(f"later {number}"), number * TAO))
        ledger.advance_to(300)


class TookTooLong(BaseException):
    """A case that took too long. No Exception, so that no command takes it for one of its own and tells it in one line."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise TookTooLong where the block takes more processor time, or stands still for long."""

    def late(number: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"more than {seconds} s" if number == signal.SIGPROF else f"more than {STANDING_STILL} s without work")

    before = [(number, signal.signal(number, late)) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(STANDING_STILL)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for number, handler in before:
            signal.signal(number, handler)


def judged(cases: Sequence[int], judge: Callable[[int], Outcome], *, workers: int = 2, each: int = 50) -> Tally:
    """Judge every case in forked workers, a new one for every few cases, so that memory is that of a few."""
    tally = Tally()
    groups = [cases[start : start + each] for start in range(0, len(cases), each)]
    global _judge
    _judge = judge
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        for outcomes in pool.imap_unordered(_some, groups):
            for case, outcome in outcomes:
                tally.note(case, outcome)
    return tally


_judge: Callable[[int], Outcome]


def _some(cases: Sequence[int]) -> list[tuple[int, Outcome]]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes = []
    for case in cases:
        try:
            with within(MOST_SECONDS):
                outcome = _judge(case)
        except BaseException as error:
            outcome = Outcome("failed", f"{type(error).__name__}: {error}")
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if (after - before) * 1024 > MOST_MEMORY:
            outcome = Outcome("too much memory", f"{(after - before) // 1024} MiB")
            before = after
        outcomes.append((case, outcome))
    return outcomes
