"""How far long work has come and how long it will take: a bar on a terminal, a line now and then in a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from neuron_ledger.replay.cli.output import say_note

BAR_AFTER_SECONDS = 1.0
"""Work that is done sooner shows nothing."""

LINE_AFTER_SECONDS, LINES_APART_SECONDS = 10.0, 60.0
"""Where no terminal is there to show a bar."""


class Update(Protocol):
    """Called with how much is done, and of how much (0 where that is not known); `what` where it is another part of the work."""

    def __call__(self, done: int, total: int, what: str = ...) -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Update]:
    """Show on standard error how far work has come that takes long."""
    if sys.stderr.isatty():
        with _bar(what) as update:
            yield update
    else:
        yield lines(what)


def lines(whole: str, clock: Callable[[], float] = monotonic) -> Update:
    """Tells in a line now and then how far the work has come, and how long the rest will take at the pace so far."""
    began = clock()
    part, part_began, part_done = whole, began, 0
    next_line = began + LINE_AFTER_SECONDS

    def update(done: int, total: int, what: str = whole) -> None:
        nonlocal part, part_began, part_done, next_line
        now = clock()
        if what != part:
            part, part_began, part_done = what, now, done
        if now < next_line:
            return
        next_line = now + LINES_APART_SECONDS
        note = f"{what}: {done:,} of {total:,}" if total else f"{what}: {done:,}"
        if total and done > part_done and now > part_began:
            note += f", {duration((now - part_began) * (total - done) / (done - part_done))} left"
        say_note(note)

    return update


def duration(seconds: float) -> str:
    """A length of time for people, in its two greatest units."""
    left = max(round(seconds), 0)
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min {left % 60} s"
    return f"{left // 3600} h {left % 3600 // 60} min"


@contextmanager
def _bar(whole: str) -> Iterator[Update]:
    # Imported here: most commands are done before a bar would be shown.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(whole, total=None)

    def update(done: int, total: int, what: str = whole) -> None:
        nonlocal task
        if what != bar.tasks[0].description:
            bar.remove_task(task)
            task = bar.add_task(what, total=None)
        bar.update(task, completed=done, total=total or None)
        if not bar.live.is_started and monotonic() - began > BAR_AFTER_SECONDS:
            bar.start()

    began = monotonic()
    try:
        yield update
    finally:
        bar.stop()
