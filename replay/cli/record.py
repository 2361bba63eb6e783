"""Commands that write to a ledger: init, import, submit, advance."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    account_option,
    assume_absent_option,
    ensure_one_of,
    from_zero,
    json_option,
    ledger_argument,
    max_size_option,
    number,
    opened,
    reports_errors,
    require_seen,
    runtime_option,
    say_gaps,
)
from neuron_ledger.replay.cli.output import say, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.importers.call_line import read_call
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT, LARGEST_LIST, parse_json
from neuron_ledger.replay.transparency.keys import PrivateKey, Purpose

source_argument = click.argument("source", type=click.Path(path_type=Path))


sign_option = click.option(
    "--sign-key", type=click.Path(path_type=Path), help="Sign the observation with this key file (keygen)."
)


@click.command()
@ledger_argument
@runtime_option(
    "--spec-version",
    default=TIMELINE.of_new_ledgers,
    show_default=True,
    help="The runtime whose rules the ledger follows; with its tree if the number was used for several: 218-draft.",
)
@click.option("--origin", help="The ledger's name in checkpoints, such as example.org/subnet-1; by default a random one.")
@json_option
@reports_errors
def init(ledger: Path, spec_version: RuntimeName, origin: str | None, as_json: bool) -> None:
    """Create a new ledger in a file that does not exist yet.

    \b
    neuron-ledger init chain.ledger
    """
    with Ledger.create(ledger, spec_version=spec_version, origin=origin) as new:
        name = new.log.origin
        if as_json:
            say_json({"ledger": str(ledger), "spec_version": spec_version, "origin": name, "head": str(new.head)})
        else:
            say(f"{ledger}: a new ledger, spec_version {spec_version}, origin {name}, head {new.head}")
    if doubt := TIMELINE.doubt(spec_version):
        say_note(f"note: {doubt} (docs/runtimes.md)")


class ImportGroup(click.Group):
    """The import commands; `import node` has a module of its own, which is loaded when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "node"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "node":
            return super().get_command(ctx, cmd_name)
        from neuron_ledger.replay.cli.history import import_node

        return import_node


@click.group("import", cls=ImportGroup)
def import_group() -> None:
    """Import from elsewhere into a ledger: all of it, or nothing."""


@import_group.command("genesis")
@ledger_argument
@source_argument
@max_size_option(LARGEST_DOCUMENT)
@sign_option
@json_option
@reports_errors
def genesis(ledger: Path, source: Path, max_size: int, sign_key: Path | None, as_json: bool) -> None:
    """Import a genesis snapshot: {"stakes": {coldkey: {hotkey: [rao, uid]}}, "balances": {account: rao}}.

    \b
    neuron-ledger import genesis chain.ledger finney-genesis-snapshot.json
    """
    with opened(ledger, read_only=False) as target:
        import_genesis(target, source, max_size=max_size, key=_signer(sign_key))
        _say_imported(target, "a genesis", as_json)


@import_group.command("metagraph")
@ledger_argument
@source_argument
@click.option("--neurons-lite", type=click.Path(path_type=Path), help="The same subnet's neurons-lite call.")
@max_size_option(LARGEST_DOCUMENT)
@sign_option
@json_option
@reports_errors
def metagraph(ledger: Path, source: Path, neurons_lite: Path | None, max_size: int, sign_key: Path | None, as_json: bool) -> None:
    """Import a subnet from a node's metagraph call, as an observation at its block, replacing an earlier one of that subnet.

    Both files may be JSON as the node has it, its answer in SCALE (bytes or hex digits), or what the SDK shows (SS58 and floats).
    A metagraph's stake includes what is inherited through child keys; real stake comes from the neurons-lite call. What neither
    shows (weights, bonds, …) is recorded as not seen, and no command silently treats it as absent.

    \b
    neuron-ledger import metagraph chain.ledger metagraph.json.gz --neurons-lite neurons_lite.json.gz
    """
    with opened(ledger, read_only=False) as target:
        import_metagraph(target, source, neurons_lite, max_size=max_size, key=_signer(sign_key))
        _say_imported(target, "a metagraph", as_json)


@import_group.command("calls")
@ledger_argument
@source_argument
@max_size_option(LARGEST_LIST)
@json_option
@reports_errors
def calls(ledger: Path, source: Path, max_size: int, as_json: bool) -> None:
    """Submit a list of calls, one JSON object a line (see docs/call-lists.md); plain or gzip, and `-` reads standard input.

    A call that the rules refuse is recorded as refused; an invalid line stops the import, and nothing is recorded.

    \b
    neuron-ledger import calls chain.ledger calls.jsonl
    """
    with opened(ledger, read_only=False) as target, progress("importing calls") as update:
        say_gaps(target.storage)
        passing = partial(update, what="letting blocks pass")
        done = import_calls(target, source, update, passing=passing, max_size=max_size)
        if as_json:
            say_json({"calls": done.calls, "refused": done.refused, "block": target.block, "head": str(target.head)})
        else:
            submitted = f"{number(done.calls, 'call')} submitted, {done.refused} of them refused"
            say(f"{submitted}; block {target.block}, head {target.head}")


def _signer(path: Path | None) -> PrivateKey | None:
    return None if path is None else PrivateKey.load(path, Purpose.SIGN)


def _say_imported(ledger: Ledger, what: str, as_json: bool) -> None:
    neurons, subnets = sum(ledger.storage.subnetwork_n.values()), sum(ledger.storage.networks_added.values())
    if as_json:
        say_json({"neurons": neurons, "block": ledger.block, "head": str(ledger.head)})
    else:
        known = f"the ledger holds {number(neurons, 'neuron')} on {number(subnets, 'subnet')}"
        say(f"{what} was imported: {known} now, block {ledger.block}, head {ledger.head}")


@click.command()
@ledger_argument
@click.argument("call")
@click.argument("args", default="{}")
@click.option("--signer", help="The account that signs the call (SS58 or hex); without it, the call is privileged.")
@json_option
@click.pass_context
@reports_errors
def submit(ctx: click.Context, ledger: Path, call: str, args: str, signer: str | None, as_json: bool) -> None:
    """Submit one call by its on-chain name, with its arguments as a JSON object. Exit code 1 if it is refused.

    \b
    neuron-ledger submit chain.ledger burned_register '{"netuid": 1, "hotkey": "5F…"}' --signer 5C…
    neuron-ledger submit chain.ledger sudo_set_tempo '{"netuid": 1, "tempo": 99}'
    """
    try:
        arguments = parse_json(args)
    except ValueError as error:
        raise FieldError("args", f"a JSON object ({error})", args) from None
    origin = account_option(signer, "--signer")
    with opened(ledger, read_only=False) as target:
        say_gaps(target.storage, getattr(submitted := read_call(call, arguments, target.rules.earlier_forms), "netuid", None))
        receipt = target.submit(submitted, origin)
    _say_receipt(receipt, as_json)
    if not receipt.ok:
        ctx.exit(CHECK_FAILED)


@click.command()
@ledger_argument
@click.option("--to", "to", type=from_zero, help="The block to advance to.")
@click.option("--blocks", type=from_zero, help="Or how many blocks to let pass.")
@assume_absent_option
@json_option
@click.pass_context
@reports_errors
def advance(ctx: click.Context, ledger: Path, to: int | None, blocks: int | None, assume_absent: bool, as_json: bool) -> None:
    """Let blocks pass, with each block's registration prices, emission and epochs.

    They are one call: other writers wait until all have passed. Let fewer blocks pass at a time if others must write in between.
    If a subnet was observed without its weights and bonds, an epoch would give nobody anything: no block passes then without
    --assume-absent.

    \b
    neuron-ledger advance chain.ledger --blocks 100
    neuron-ledger advance chain.ledger --to 4711
    """
    ensure_one_of(to=to, blocks=blocks)
    with opened(ledger, read_only=False) as target:
        if not assume_absent:
            require_seen(target.storage, "blocks pass (--assume-absent overrides this)")
        with progress("letting blocks pass") as update:
            block = to if to is not None else target.block + int(blocks or 0)
            receipt = target.submit(AdvanceTo(block), progress=update)
        if as_json or not receipt.ok:
            _say_receipt(receipt, as_json)
        else:
            say(f"block {target.block}, head {target.head}")
    if not receipt.ok:
        ctx.exit(CHECK_FAILED)


def _say_receipt(receipt: Receipt, as_json: bool) -> None:
    events = [(event.tag.partition("/")[0], event) for event in receipt.events]
    if as_json:
        error: Any = None
        if receipt.error is not None:
            error = {"name": receipt.error.name, "message": str(receipt.error), "values": dict(receipt.error.detail())}
        shown = [{"event": name, **people.unstructure(event)} for name, event in events]
        say_json({"position": receipt.position, "block": receipt.block, "ok": receipt.ok, "error": error, "events": shown})
    elif receipt.error is not None:
        say(f"refused at position {receipt.position}: {receipt.error}", error=True)
    else:
        say(f"position {receipt.position}, block {receipt.block}: {', '.join(name for name, _ in events) or 'no change'}")


COMMANDS = (init, import_group, submit, advance)
