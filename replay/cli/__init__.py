"""The command line `neuron-ledger`. A command's module is loaded only when the command is used, so that help is instant."""

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from traceback import format_exc
from typing import Any

import click

from neuron_ledger.replay.cli.output import INTERRUPTED, NOBODY_READS, OUR_FAULT, fail, say

COMMANDS: Mapping[str, tuple[str, str]] = {
    "advance": ("record", "Let blocks pass."),
    "audit": ("audit", "Check a whole log, and run every call again."),
    "backup": ("log", "Copy a ledger that may be open, and check the copy."),
    "bisect": ("compare", "Find the first call in which two histories diverge."),
    "browse": ("sql", "Show a ledger's tables in a browser."),
    "checkpoint": ("transparency", "Sign what a ledger holds now."),
    "conform": ("check", "Run recorded cases of the reference."),
    "diff": ("compare", "Show what differs between two ledgers, or two blocks of one."),
    "epoch": ("epoch", "Show an epoch's metrics, check them, explain them."),
    "exchange": ("exchange", "Answer other neurons, ask them, show recorded exchanges."),
    "explain": ("explain", "Explain why a uid was lost, a call refused, a price asked."),
    "export": ("sql", "Export calls as a list, tables as Parquet, CSV, Arrow."),
    "head": ("log", "Print position and hash of the last entry."),
    "import": ("record", "Import a genesis, a metagraph, a call list, a node's blocks."),
    "init": ("record", "Create a new ledger."),
    "keygen": ("transparency", "Make a key that signs checkpoints."),
    "log": ("log", "Show calls, what they caused, why they were refused."),
    "node": ("history", "Record a node's answers, and replay them."),
    "picture": ("handed_on", "Draw tenures, incentive, weights, bonds, consensus, prices."),
    "prove": ("transparency", "Write a proof that can be checked without the ledger."),
    "prune-queue": ("seats", "Show who would be replaced, in which order."),
    "repair": ("log", "Show which acknowledged entries are lost; continue without them."),
    "replay": ("check", "Rebuild storage from the log, and print its digest."),
    "report": ("handed_on", "Write one page about a subnet or a uid, to share."),
    "serve": ("serve", "Run a development node that SDKs connect to."),
    "show": ("show", "Show a subnet, a neuron, any storage item."),
    "submit": ("record", "Submit one call."),
    "tables": ("sql", "Keep SQL tables of a ledger beside it."),
    "tenures": ("seats", "Show who held which uid, until when, and why it ended."),
    "timeline": ("life", "Show one account's life on all subnets."),
    "verify": ("verify", "Run an imported history again by the rules."),
    "verify-proof": ("transparency", "Check a proof or a checkpoint with public keys alone."),
    "whatif": ("what_if", "Run the same calls with other parameters, rules or calls."),
    "witness": ("transparency", "Cosign a checkpoint that continues the last one seen."),
}
"""The module that has each command, and its line in the help."""


class NeuronLedger(click.Group):
    """The commands. Wrong usage is reported in one line; Ctrl-C and a closed output pipe end quietly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = _loaded(f"{__name__}.{COMMANDS[name][0]}")
        found: dict[str | None, click.Command] = {command.name: command for command in module.COMMANDS}
        return found[name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])

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
            # Python flushes what is left when it exits: that must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(NOBODY_READS)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            # A bug of ours. Its traceback may contain text from a ledger, so it is escaped.
            for line in format_exc().splitlines():
                say(line, error=True)
            sys.exit(OUR_FAULT)


def _loaded(name: str) -> Any:
    """A command's module. What it loads lives as long as the process, so the garbage collector never scans it."""
    if name in sys.modules:
        return sys.modules[name]
    collects = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        if collects:
            gc.enable()


@contextmanager
def _one_line() -> Iterator[None]:
    """Report wrong usage in one line that points to the help; a command without any arguments still shows its help."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        command = "neuron-ledger" if error.ctx is None else error.ctx.command_path
        fail(f"{error.format_message()} (see {command} --help)")
    except click.ClickException as error:
        fail(error.format_message())


def _say_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        # Imported here: help loads neither the log nor package metadata.
        from importlib.metadata import version

        from neuron_ledger.ledger.log.sqlite_version import about_sqlite

        say(f"neuron-ledger, version {version('neuron-ledger')}")
        say(about_sqlite())
        ctx.exit()


@click.group(cls=NeuronLedger, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_say_version, help="Show the version and exit."
)
def main() -> None:
    """Replay, audit and re-execute the life of Bittensor's neurons, bit for bit.

    \b
    neuron-ledger init chain.ledger
    neuron-ledger import calls chain.ledger calls.jsonl
    neuron-ledger tenures chain.ledger --netuid 1
    neuron-ledger audit chain.ledger

    Exit codes: 0 done, 1 a check failed (or a call was refused), 2 wrong usage or bad input, 130 interrupted.
    """
