"""The development node: serve."""

import sys
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.forked import forked
from neuron_ledger.ledger.log.errors import NotInLog
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import json_option, reports_errors, runtime_option
from neuron_ledger.replay.cli.output import fail, say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress

DEFAULT_PORT = 9944
LEAST_SECONDS, MOST_SECONDS = 0.01, 3600.0


def block_time_option(_ctx: click.Context, _parameter: click.Parameter, given: str) -> Any:
    """When blocks are made, as the node takes it. Raises: BadParameter."""
    if given in ("manual", "instant"):
        return given
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise click.BadParameter(f"expected seconds from {LEAST_SECONDS} to {MOST_SECONDS:.0f}, manual or instant, got {given!r}")
    return seconds


@click.command()
@click.argument("ledger", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port to listen on; 0: any free one.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on. Beyond this machine it is unprotected."
)
@click.option(
    "--block-time",
    metavar="SECONDS|manual|instant",
    default="instant",
    show_default=True,
    callback=block_time_option,
    help="When a block is made: every so many seconds, only by `dev_newBlock`, or for each extrinsic.",
)
@runtime_option("--spec-version", help="The runtime of a new chain; by default that of new ledgers.")
@click.option(
    "--fork-block",
    type=click.IntRange(min=0),
    help="Serve LEDGER as of the end of this block and continue from there in memory; the file is only read.",
)
@json_option
@reports_errors
def serve(
    ledger: Path | None,
    port: int,
    host: str,
    block_time: Any,
    spec_version: RuntimeName | None,
    fork_block: int | None,
    as_json: bool,
) -> None:
    """Run a development node: SDKs connect to it, read it, and submit extrinsics that the rules decide.

    LEDGER is the file in which everything it receives is recorded, and from which it continues; without one, the chain is in
    memory and lost at the end. It needs the extra `node` (docs/node.md). Ctrl-C stops it.

    \b
    neuron-ledger serve
    neuron-ledger serve chain.ledger --block-time 12
    neuron-ledger serve chain.ledger --fork-block 360 --block-time manual
    """
    try:
        from neuron_ledger.replay.node.chain.accounts import development_accounts
        from neuron_ledger.replay.node.chain.dev_chain import Chain
        from neuron_ledger.replay.node.rpc.running import Address, is_loopback
        from neuron_ledger.replay.node.rpc.running import serve as serve_chain
    except ModuleNotFoundError as missing:
        fail(f"{missing.name} is not installed; the node needs the extra `node`: pip install 'neuron-ledger[node]'")
    with _opened(ledger, spec_version, fork_block) as served:
        chain = Chain(served)

        def started(address: Address) -> None:
            accounts = {f"//{name}": ss58(account) for name, account in development_accounts().items()}
            if as_json:
                spec = chain.runtime.spec_version
                say_json({"url": address.url, "spec_version": spec, "genesis": chain.genesis.hex(), "accounts": accounts})
                sys.stdout.flush()
                return
            where = f"spec_version {chain.runtime.spec_version}, block {chain.head.number}"
            say(f"{address.url}: {where}, genesis 0x{chain.genesis.hex()}")
            for name, account in accounts.items():
                say(f"  {name:<10} {account}{' (sudo)' if name == '//Alice' else ''}")
            if not is_loopback(host):
                say_note(f"note: anybody who can reach {host} can change this chain: its keys are public")

        serve_chain(chain, host, port, block_time, started)
        if not as_json:
            say(f"block {chain.head.number}, head {served.head}")


def _opened(path: Path | None, spec_version: RuntimeName | None, fork_block: int | None) -> Ledger:
    """The ledger to serve, closed at the end."""
    if fork_block is not None:
        return _forked(path, spec_version, fork_block)
    if path is None:
        return Ledger.in_memory(spec_version=spec_version)
    if not path.exists():
        return Ledger.create(path, spec_version=TIMELINE.of_new_ledgers if spec_version is None else spec_version)
    if spec_version is not None:
        raise FieldError("--spec-version", "a ledger that does not exist yet: this one keeps its own runtime", spec_version)
    return Ledger.open(path)


def _forked(path: Path | None, spec_version: RuntimeName | None, block: int) -> Ledger:
    """What a file was at a block, in memory."""
    if path is None:
        raise FieldError("--fork-block", "a ledger to fork from", block)
    if spec_version is not None:
        raise FieldError("--spec-version", "no --fork-block with it: a fork keeps the ledger's runtime", spec_version)
    with Ledger.open(path, read_only=True) as source, progress("rebuilding") as update:
        try:
            return forked(source.log, block, timeline=source.timeline, progress=update)
        except NotInLog as error:
            raise FieldError("--fork-block", f"a block that the ledger has ({error})", block) from None


COMMANDS = (serve,)
