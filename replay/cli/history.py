"""Commands on a chain's history as a node has it: import node, node record and replay."""

import asyncio
from pathlib import Path
from time import monotonic

import attrs
import click

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import from_zero, json_option, ledger_argument, number, opened, reports_errors
from neuron_ledger.replay.cli.output import say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.history.importing import import_history, spec_version_before
from neuron_ledger.replay.history.recording import Recording, Replayed, serve

url_option = click.option("--url", required=True, help="The node's websocket, such as ws://127.0.0.1:9944.")
from_option = click.option("--from", "first", type=from_zero, help="The first block; 1, or the next one, if it is left out.")
to_option = click.option("--to", "last", type=from_zero, help="The last block; the last finalised one if it is left out.")
full_every_option = click.option(
    "--full-every",
    type=click.IntRange(min=1),
    metavar="BLOCKS",
    help="Read all of the pallet after every so many blocks, in between what can have changed; by its size if left out.",
)
netuid_option = click.option("--netuid", "netuids", type=from_zero, multiple=True, help="Read storage of this subnet alone.")


@click.command("node")
@ledger_argument
@url_option
@from_option
@to_option
@click.option("--follow", is_flag=True, help="Go on with new blocks, until Ctrl-C.")
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

    The ledger is made where there is none; one that has blocks already goes on after its last. Small storage is read whole
    after every block; of a large one what calls and events can have changed, and all of it now and then. Needs the extra `node`.

    \b
    neuron-ledger import node chain.ledger --url ws://127.0.0.1:9944 --to 1000
    neuron-ledger import node chain.ledger --url wss://archive.example --from 5000000 --netuid 1 --follow
    """
    if not ledger.exists():
        seen = spec_version_before(url, first)
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
            say(f"nothing new: the ledger stands at block {target.block}, head {target.head}")
        else:
            came = f"{number(done.blocks, 'block')} ({done.first} to {done.last}), {done.blocks / seconds:.0f} a second"
            what = f"{number(done.extrinsics, 'extrinsic')}, {done.failed} of them failed, {number(done.events, 'event')}"
            say(f"{came}: {what}, {done.entries} changes of storage; head {target.head}")
            if done.missed:
                missed = number(done.missed, "entry").replace("entrys", "entries")
                say_note(f"note: {missed} of storage had changed where no call or event said so; later reads found them: see log")


@click.group("node")
def node_group() -> None:
    """Record what a node answers, and play it again."""


@node_group.command("record")
@click.argument("recording", type=click.Path(path_type=Path))
@url_option
@from_option
@to_option
@netuid_option
@reports_errors
def record(recording: Path, url: str, first: int | None, last: int | None, netuids: tuple[int, ...]) -> None:
    """Record all that an import of these blocks asks a node, into a new file: to hand over what shows a bug.

    \b
    neuron-ledger node record blocks.jsonl.gz --url ws://127.0.0.1:9944 --from 100 --to 120
    """
    with Recording(recording) as written, Ledger.in_memory() as nowhere, progress("recording blocks") as update:
        done = import_history(
            nowhere, url, first=first, last=last, netuids=netuids, full_every=1, progress=update, recorder=written
        )
    say(f"{recording}: {number(done.blocks, 'block')} recorded")


@node_group.command("replay")
@click.argument("recordings", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option("--port", type=click.IntRange(0, 65535), default=9944, show_default=True, help="On this machine alone; 0 for any.")
@reports_errors
def replay(recordings: tuple[Path, ...], port: int) -> None:
    """Answer as the recorded node did, over a websocket, until Ctrl-C. What was not recorded is an error that says so.

    \b
    neuron-ledger node replay blocks.jsonl.gz --port 9944
    """
    replayed = Replayed(recordings)
    about = f"{number(len(replayed.answers), 'answer')} up to block {replayed.last}"
    asyncio.run(serve(replayed, "127.0.0.1", port, lambda at: say_note(f"ws://127.0.0.1:{at}: {about}; Ctrl-C ends it")))


COMMANDS = (node_group,)
