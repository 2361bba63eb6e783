"""Requests between neurons: exchange serve, ask, log."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from neuron_ledger.events.wire.errors import NOTHING, FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.views.exchanges import Exchanges
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    account_option,
    from_zero,
    json_option,
    ledger_argument,
    reports_errors,
)
from neuron_ledger.replay.cli.explain_weight import exchange_json, say_exchanges
from neuron_ledger.replay.cli.output import fail, say, say_fields, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.proof.groups import counted, groups

if TYPE_CHECKING:
    from neuron_ledger.replay.exchange.axon import Axon

key_option = click.option(
    "--key",
    envvar="NEURON_LEDGER_KEY",
    required=True,
    help="The hotkey's secret URI (//Alice) or mnemonic; better given in NEURON_LEDGER_KEY.",
)
MISSING = "{} is not installed; exchanges need the extra `exchange`: pip install 'neuron-ledger[exchange]'"


@click.group()
def exchange() -> None:
    """Answer other neurons, ask them, and show recorded exchanges. Serving and asking need the extra `exchange`."""


@exchange.command("serve")
@click.argument("functions", nargs=-1)
@key_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8091, show_default=True, help="The port to listen on; 0: any free one."
)
@click.option(
    "--ledger", type=click.Path(path_type=Path), help="A ledger whose metagraph decides who may ask, and that records exchanges."
)
@click.option("--node", metavar="URL", help="Or a node whose metagraph decides who may ask.")
@click.option("--netuid", type=from_zero, help="The subnet.")
@click.option("--permit", is_flag=True, help="Only hotkeys with a validator permit may ask.")
@click.option("--least-stake", type=from_zero, default=0, help="Only hotkeys with at least this stake (in rao) may ask.")
@click.option("--allow-unsigned", is_flag=True, help="Also answer requests without a signature.")
@click.option("--bodies", type=click.Path(path_type=Path), help="Keep requests and answers in this folder, by their hash.")
@json_option
@reports_errors
def serve(
    functions: tuple[str, ...],
    key: str,
    host: str,
    port: int,
    ledger: Path | None,
    node: str | None,
    netuid: int | None,
    permit: bool,
    least_stake: int,
    allow_unsigned: bool,
    bodies: Path | None,
    as_json: bool,
) -> None:
    """Run an Axon that answers with FUNCTIONS, each given as module:function; by default a synapse `Echo`. Ctrl-C stops it.

    \b
    neuron-ledger exchange serve --key //Bob
    neuron-ledger exchange serve my_miner:translate --key //Bob --ledger chain.ledger --netuid 1 --permit
    """
    if netuid is None and (ledger is not None or node is not None):
        raise FieldError("--netuid", "the subnet whose metagraph decides who may ask", NOTHING)
    try:
        from neuron_ledger.replay.exchange.axon import Axon
        from neuron_ledger.replay.exchange.policies import Policy, Standings
        from neuron_ledger.replay.exchange.recorder import Recorder
    except ModuleNotFoundError as missing:
        fail(MISSING.format(missing.name))
    with ExitStack() as stack:
        policy = recorder = None
        if ledger is not None and netuid is not None:
            opened = stack.enter_context(Ledger.open(ledger))
            recorder = stack.enter_context(Recorder(opened, netuid, bodies=bodies))
            policy = Policy(Standings.of_ledger(opened, netuid), permit=permit, least_stake=least_stake)
        elif node is not None and netuid is not None:
            policy = Policy(Standings.of_node(node, netuid), permit=permit, least_stake=least_stake)
        axon = Axon(key, ip=host, port=port, allow_unsigned=allow_unsigned, recorder=recorder)
        for function in _functions(functions):
            axon.attach(function, *((policy.blacklist, policy.priority) if policy else ()))
        with axon:
            _say_started(axon, as_json)
            wait()
        if not as_json:
            say_note(f"{sum(axon.counts.values())} requests: {dict(sorted(axon.counts.items()))}")
        if recorder is not None and recorder.dropped:
            say_note(f"note: {recorder.dropped} exchanges are not recorded: {'; '.join(recorder.notes)}")


def _say_started(axon: "Axon", as_json: bool) -> None:
    hotkey, names = axon.key.ss58_address, list(axon.service.endpoints)
    if as_json:
        say_json({"ip": axon.ip, "port": axon.port, "hotkey": hotkey, "synapses": names})
    else:
        say(f"http://{axon.ip}:{axon.port}/ answers {', '.join(names)} as {hotkey}")
    sys.stdout.flush()


def wait() -> None:
    """Until Ctrl-C, or a signal to end."""
    until = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: until.set())
    until.wait()


def _functions(names: tuple[str, ...]) -> Iterator[Any]:
    """The functions that are named. Raises: FieldError."""
    if not names:
        from neuron_ledger.replay.exchange.echo import echo

        yield echo
    sys.path.insert(0, "")
    for name in names:
        module, _, function = name.partition(":")
        if not module or not function:
            raise FieldError("FUNCTIONS", "module:function", name)
        try:
            yield getattr(import_module(module), function)
        except (ImportError, AttributeError, ValueError) as error:
            raise FieldError("FUNCTIONS", f"module:function ({error})", name) from None


@exchange.command("ask")
@click.argument("address", metavar="IP:PORT", required=False)
@key_option
@click.option("--hotkey", help="The Axon's hotkey, SS58.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Or a ledger in which Axons are announced.")
@click.option("--netuid", type=from_zero, help="The subnet.")
@click.option("--uid", "uids", type=from_zero, multiple=True, help="A uid to ask; by default all of them. Repeatable.")
@click.option("--synapse", default="Echo", show_default=True, help="The synapse's name.")
@click.option(
    "--field", "fields", multiple=True, metavar="NAME=VALUE", help="A field of it, as JSON or else as text. Repeatable."
)
@click.option("--hashed", multiple=True, metavar="NAME", help="A field that the signature protects. Repeatable, in order.")
@click.option("--timeout", type=click.FloatRange(0.01, 3600), default=12.0, show_default=True, help="Seconds.")
@click.option("--record", is_flag=True, help="Record the exchanges in the ledger.")
@json_option
@reports_errors
def ask(
    address: str | None,
    key: str,
    hotkey: str | None,
    ledger: Path | None,
    netuid: int | None,
    uids: tuple[int, ...],
    synapse: str,
    fields: tuple[str, ...],
    hashed: tuple[str, ...],
    timeout: float,
    record: bool,
    as_json: bool,
) -> None:
    """Ask an Axon, or all that are announced in a ledger, as a Dendrite. Exit code 1 if one does not answer.

    \b
    neuron-ledger exchange ask 127.0.0.1:8091 --hotkey 5FHn… --key //Alice --field text=hello --hashed text
    neuron-ledger exchange ask --ledger chain.ledger --netuid 1 --key //Alice --field text=hello --hashed text
    """
    try:
        from neuron_ledger.replay.exchange.dendrite import Dendrite
        from neuron_ledger.replay.exchange.echo import asked_for
        from neuron_ledger.replay.exchange.on_chain import axons_of
        from neuron_ledger.replay.exchange.recorder import Recorder
        from neuron_ledger.replay.exchange.service import AxonInfo
    except ModuleNotFoundError as missing:
        fail(MISSING.format(missing.name))
    if (address is None) == (ledger is None) or (ledger is not None and netuid is None):
        raise FieldError("IP:PORT / --ledger and --netuid", "one of the two", NOTHING if address is None else address)
    with ExitStack() as stack:
        recorder = None
        if ledger is None:
            ip, _, port = (address or "").rpartition(":")
            if not port.isdecimal() or hotkey is None:
                raise FieldError("IP:PORT", "an address with its port, and --hotkey", address)
            targets: dict[int | None, AxonInfo] = {None: AxonInfo(ip, int(port), hotkey)}
        else:
            opened = stack.enter_context(Ledger.open(ledger, read_only=not record))
            announced = axons_of(opened.storage, netuid or 0)
            targets = {uid: axon for uid, axon in announced.items() if not uids or uid in uids}
            if record:
                recorder = stack.enter_context(Recorder(opened, netuid or 0))
            if lacking := [uid for uid in uids if uid not in targets]:
                raise FieldError("--uid", "uids with an announced Axon", lacking)
        question = asked_for(synapse, dict(_field(text) for text in fields), hashed)
        with Dendrite(key, recorder=recorder) as dendrite:
            answers = dendrite.query(list(targets.values()), question, timeout=timeout, deserialize=False)
    told = [_told(uid, answer) for uid, answer in zip(targets, answers, strict=True)]
    if as_json:
        say_json(told)
    else:
        for one in told:
            about = {name: value for name, value in one.items() if value is not None and name not in ("address", "fields")}
            say_fields(one["address"], {**about, **one["fields"]})
    if not all(answer.is_success for answer in answers):
        click.get_current_context().exit(CHECK_FAILED)


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise FieldError("--field", "NAME=VALUE", text)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _told(uid: int | None, answer: Any) -> dict[str, Any]:
    """An answer for --json and for people."""
    from neuron_ledger.replay.exchange.synapse import Synapse

    return {
        "address": f"{answer.axon.ip}:{answer.axon.port}",
        "uid": uid,
        "hotkey": answer.axon.hotkey,
        "status": answer.dendrite.status_code,
        "message": answer.dendrite.status_message,
        "seconds": answer.dendrite.process_time,
        "fields": answer.model_dump(mode="json", exclude=set(Synapse.model_fields)),
    }


@exchange.command("log")
@ledger_argument
@click.option("--netuid", type=from_zero, help="Only this subnet.")
@click.option("--dendrite", help="Only requests by this hotkey (SS58 or hex).")
@click.option("--axon", help="Only requests to this hotkey (SS58 or hex).")
@click.option("--status", type=from_zero, help="Only those that ended with this status.")
@click.option("--limit", type=from_zero, default=20, show_default=True, help="Show this many of the last ones; 0 for all.")
@json_option
@reports_errors
def log_command(
    ledger: Path, netuid: int | None, dendrite: str | None, axon: str | None, status: int | None, limit: int, as_json: bool
) -> None:
    """Show the exchanges in a ledger: who asked whom, the outcome, who recorded it.

    \b
    neuron-ledger exchange log chain.ledger --netuid 1
    """
    asking, asked = account_option(dendrite, "--dendrite"), account_option(axon, "--axon")
    with Log.open(ledger, read_only=True) as log, progress("reading the log") as update:
        read = groups(log.read_verified())
        found = Exchanges.of(counted(read, log.head.position, update), netuid)
    chosen = [one for one in found.between(asking, asked) if status in (None, one.seen.status)]
    if as_json:
        say_json([exchange_json(one) for one in (chosen[-limit:] if limit else chosen)])
    else:
        say_exchanges("Exchanges", chosen, limit)


COMMANDS = (exchange,)
"""What `neuron_ledger.replay.cli` finds here."""
