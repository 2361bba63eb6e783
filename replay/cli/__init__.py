"""The command line `neuron-ledger`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import format_exc
from typing import Any

import click

from neuron_ledger.replay.cli import check, epoch, log, record, show, transparency
from neuron_ledger.replay.cli.common import INTERRUPTED, NOBODY_READS, OUR_FAULT
from neuron_ledger.replay.cli.output import fail, say


class NeuronLedger(click.Group):
    """The commands. Wrong use ends in one line; Ctrl-C, and output that nobody reads any more, end without noise."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _one_line():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            fail("interrupted: what was not done yet is not recorded", INTERRUPTED)
        except BrokenPipeError:
            # Python writes out what is left when it ends: that must find somebody who takes it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(NOBODY_READS)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            # A fault of ours. What Python would print of it may hold a text from a ledger.
            for line in format_exc().splitlines():
                say(line, error=True)
            sys.exit(OUR_FAULT)


@contextmanager
def _one_line() -> Iterator[None]:
    """Tell wrong use in one line that says where to read on; a command without any arguments still shows its help."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = "neuron-ledger" if error.ctx is None else error.ctx.command_path
        fail(f"{error.format_message()} (see {command} --help)")
    except click.ClickException as error:
        fail(error.format_message())


@click.group(cls=NeuronLedger, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="neuron-ledger", prog_name="neuron-ledger")
def main() -> None:
    """Replay, audit and re-execute the life of Bittensor's neurons, bit for bit.

    \b
    neuron-ledger init chain.ledger
    neuron-ledger import calls chain.ledger calls.jsonl
    neuron-ledger tenures chain.ledger --netuid 1
    neuron-ledger audit chain.ledger

    Exit codes: 0 done, 1 a check failed (or a call was refused), 2 wrong use or bad input, 130 interrupted.
    """


for command in (*record.COMMANDS, *log.COMMANDS, *show.COMMANDS, *epoch.COMMANDS, *check.COMMANDS, *transparency.COMMANDS):
    main.add_command(command)
