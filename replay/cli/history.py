"""Commands on a chain's history from a node: import node, node record, node replay."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final, NoReturn

import attrs
import click

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import (
    from_zero,
    json_option,
    ledger_argument,
    max_size_option,
    number,
    opened,
    reports_errors,
)
from neuron_ledger.replay.cli.output import fail, say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.history.client import where_of
from neuron_ledger.replay.history.importing import import_history, runtime_before
from neuron_ledger.replay.history.recorder.recording import LARGEST_RECORDING, Recording
from neuron_ledger.replay.history.recorder.replayed import Replayed

LOOPBACK: Final = "127.0.0.1"
LAST_PORT: Final = 65535

url_option = click.option("--url", required=True, help="The node's websocket, such as ws://127.0.0.1:9944.")
from_option = click.option("--from", "first", type=from_zero, help="The first block; by default 1, or the next one.")
to_option = click.option("--to", "last", type=from_zero, help="The last block; by default the last finalised one.")
full_every_option = click.option(
    "--full-every",
    type=click.IntRange(min=1),
    metavar="BLOCKS",
    help="Read all of the pallet's storage every so many blocks, and in between what can have changed; by default by its size.",
)
netuid_option = click.option(
    "--netuid", "netuids", type=from_zero, multiple=True, help="Read only this subnet's storage. Repeatable."
)


@click.command("node")
@ledger_argument
@url_option
@from_option
@to_option
@click.option("--follow", is_flag=True, help="Continue with new blocks, until Ctrl-C.")
@netuid_option
@full_every_option
@json_option
@reports_errors
def import_node(
    ledger: Path,
    url: str,
    first: int | None,
    last: int | None,
    follow: bool,
    netuids: tuple[int, ...],
    full_every: int | None,
    as_json: bool,
) -> None:
    """Import a chain's blocks from a node: calls with their outcome, events, and the pallet's storage after each block.

    The ledger is created if it does not exist; otherwise the import continues after its last block. Small storage is read in full
    after every block; of large storage, what calls and events can have changed, and all of it now and then. It needs the extra
    `node`.

    \b
    neuron-ledger import node chain.ledger --url ws://127.0.0.1:9944 --to 1000
    neuron-ledger import node chain.ledger --url wss://archive.example --from 5000000 --netuid 1 --follow
    """
    if not ledger.exists():
        seen = runtime_before(url, first)
        Ledger.create(ledger, spec_version=seen if seen in TIMELINE.spec_versions else None).close()
    began = monotonic()
    with opened(ledger, read_only=False) as target, progress("importing blocks") as update:
        done = import_history(
            target, url, first=first, last=last, follow=follow, netuids=netuids, full_every=full_every, progress=update
        )
        seconds = max(monotonic() - began, 0.001)
        if as_json:
            say_json({**attrs.asdict(done), "head": str(target.head)})
        elif not done.blocks:
            say(f"nothing new: the ledger is at block {target.block}, head {target.head}")
        else:
            came = f"{number(done.blocks, 'block')} ({done.first} to {done.last}), {done.blocks / seconds:.0f} a second"
            what = f"{number(done.extrinsics, 'extrinsic')}, {done.failed} of them failed, {number(done.events, 'event')}"
            say(f"{came}: {what}, {done.entries} changes of storage; head {target.head}")
            if done.missed:
                missed = number(done.missed, "entry").replace("entrys", "entries")
                say_note(f"note: {missed} of storage had changed without a call or event; later reads found them: see log")


@click.group("node")
def node_group() -> None:
    """Record a node's answers, and replay them."""


def listen_option(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> int | None:
    """A port of this machine. Raises: BadParameter."""
    if given is None:
        return None
    host, _, port = given.rpartition(":")
    if host not in ("", "127.0.0.1", "localhost"):
        raise click.BadParameter(f"only 127.0.0.1 is possible, not {host!r}")
    if not port.isascii() or not port.isdecimal() or int(port[:6]) > LAST_PORT:
        raise click.BadParameter(f"expected a port, or 127.0.0.1:PORT, got {given!r}")
    return int(port)


@node_group.command("record")
@click.argument("recording", type=click.Path(path_type=Path))
@url_option
@click.option(
    "--listen",
    metavar="127.0.0.1:PORT",
    callback=listen_option,
    help="Pass clients that connect here on to the node, and record them, until Ctrl-C; port 0: any free one.",
)
@from_option
@to_option
@netuid_option
@max_size_option(LARGEST_RECORDING)
@reports_errors
def record(
    recording: Path,
    url: str,
    listen: int | None,
    first: int | None,
    last: int | None,
    netuids: tuple[int, ...],
    max_size: int,
) -> None:
    """Record a node's answers in a new file, to share what shows a bug, or to work without the node.

    Without --listen, record what an import of these blocks asks for. With --listen, record any client (an SDK, btcli,
    `import node`) that connects to this address instead of the node's. Credentials in the node's address are not recorded.

    \b
    neuron-ledger node record blocks.jsonl.gz --url ws://127.0.0.1:9944 --from 100 --to 120
    neuron-ledger node record session.jsonl.gz --url wss://archive.example --listen 127.0.0.1:9945
    """
    if listen is not None and (first is not None or last is not None or netuids):
        raise FieldError("--listen", "no --from, --to and --netuid with it: the client decides what it reads", listen)
    with Recording(recording, url, max_size) as written:
        if listen is None:
            what = f"{number(_record_an_import(written, url, first, last, netuids), 'block')} recorded"
        else:
            _record_clients(written, url, listen)
            what = f"{number(written.lines, 'line')} recorded"
    if written.is_full:
        say_note(f"note: the recording is full ({max_size >> 20} MiB, --max-size): what came after that is not recorded")
    say(f"{recording}: {what}" if written.lines else "there were no requests: nothing is recorded")


def _record_an_import(written: Recording, url: str, first: int | None, last: int | None, netuids: tuple[int, ...]) -> int:
    """How many blocks were read."""
    with Ledger.in_memory() as nowhere, progress("recording blocks") as update:
        done = import_history(
            nowhere, url, first=first, last=last, netuids=netuids, full_every=1, progress=update, recorder=written
        )
    return done.blocks


def _record_clients(written: Recording, url: str, port: int) -> None:
    try:
        from neuron_ledger.replay.history.recorder.proxy import record as pass_on
    except ModuleNotFoundError as missing:
        _fail_without(missing)
    where = where_of(url)
    asyncio.run(
        pass_on(written, url, LOOPBACK, port, lambda at: say_note(f"ws://{LOOPBACK}:{at}: recording {where}; Ctrl-C stops it"))
    )


@node_group.command("replay")
@click.argument("recordings", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option(
    "--port", type=click.IntRange(0, LAST_PORT), default=9944, show_default=True, help="A port of this machine; 0: any free one."
)
@max_size_option(LARGEST_RECORDING)
@reports_errors
def replay(recordings: tuple[Path, ...], port: int, max_size: int) -> None:
    """Answer as the recorded node did, over a websocket, until Ctrl-C. An unrecorded request gets an error that names it.

    \b
    neuron-ledger node replay blocks.jsonl.gz --port 9944
    """
    try:
        from neuron_ledger.replay.history.recorder.server import serve
    except ModuleNotFoundError as missing:
        _fail_without(missing)
    replayed = Replayed(recordings, max_size)
    answers = number(sum(map(len, replayed.answers.values())), "answer")
    about = f"{answers}, {number(sum(map(len, replayed.notices.values())), 'notification')}, blocks up to {replayed.last}"
    asyncio.run(serve(replayed, LOOPBACK, port, lambda at: say_note(f"ws://{LOOPBACK}:{at}: {about}; Ctrl-C stops it")))


def _fail_without(missing: ModuleNotFoundError) -> NoReturn:
    fail(f"{missing.name} is not installed; recorders need the extra `node`: pip install 'neuron-ledger[node]'")


COMMANDS = (node_group,)
