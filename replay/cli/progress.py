"""Progress of long work and the time it will take: a bar on a terminal, an occasional line in a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from neuron_ledger.replay.cli.output import say_note

BAR_AFTER_SECONDS = 1.0
"""Shorter work shows nothing."""

LINE_AFTER_SECONDS, LINES_APART_SECONDS = 10.0, 60.0
"""Without a terminal to show a bar on."""


class Update(Protocol):
    """Called with how much is done, and of how much (0 if unknown); `what`: another part of the work."""

    def __call__(self, done: int, total: int, what: str = ...) -> None: ...


@contextmanager
def progress(what: str) -> Iterator[Update]:
    """Show the progress of long work on standard error."""
    if sys.stderr.isatty():
        with _bar(what) as update:
            yield update
    else:
        yield lines(what)


def lines(whole: str, clock: Callable[[], float] = monotonic) -> Update:
    """Prints an occasional line with the progress so far, and the time left at that pace."""
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
    """A duration for people, in its two largest units."""
    left = max(round(seconds), 0)
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min {left % 60} s"
    return f"{left // 3600} h {left % 3600 // 60} min"


@contextmanager
def _bar(whole: str) -> Iterator[Update]:
    # Imported here: most commands end before a bar would be shown.
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
