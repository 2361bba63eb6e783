"""Commands that sign, witness and prove: keygen, checkpoint, witness, prove, verify-proof."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from neuron_ledger.events.entries.catalogue import UnknownTag
from neuron_ledger.events.entries.codec import PayloadError
from neuron_ledger.events.entries.codec import decode as entry_content
from neuron_ledger.events.entries.envelope import Entry
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.cli.common import (
    CHECK_FAILED,
    ensure_one_of,
    from_zero,
    json_option,
    ledger_argument,
    reports_errors,
)
from neuron_ledger.replay.cli.output import fail, say_exactly, say_json, say_note
from neuron_ledger.replay.cli.progress import progress
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint, kept_checkpoint, parse_size
from neuron_ledger.replay.transparency.files import read_file, write_file
from neuron_ledger.replay.transparency.keys import PrivateKey, Purpose
from neuron_ledger.replay.transparency.merkle import NotProved
from neuron_ledger.replay.transparency.notes import NoteError, encode
from neuron_ledger.replay.transparency.proofs import Proved, prove_consistency, prove_entry, verify_proof
from neuron_ledger.replay.transparency.witness import witness

P = ParamSpec("P")
R = TypeVar("R")

file_type = click.Path(path_type=Path)
input_type = click.Path(path_type=Path, allow_dash=True)
output_option = click.option("--output", type=file_type, help="Write to this file instead of standard output.")
origin_option = click.option("--origin", help="The ledger's origin, if it is not the name of its key.")
checkpoint_option = click.option(
    "--checkpoint", "given", type=input_type, help="The checkpoint to prove under; by default the one signed last."
)


def reports_refusals(command: Callable[P, R]) -> Callable[P, R]:
    """A failed proof has exit code 1; other errors as everywhere."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except NotProved as error:
            fail(error, CHECK_FAILED)

    return reports_errors(wrapped)


@click.command()
@click.argument("key", type=file_type)
@click.option("--name", help="The key's name: a ledger's origin, or a witness's address such as example.org/witness.")
@click.option("--ledger", type=file_type, help="Or a ledger whose origin becomes the name.")
@click.option("--witness", "cosigns", is_flag=True, help="A witness's key, which cosigns the checkpoints of others.")
@json_option
@reports_errors
def keygen(key: Path, name: str | None, ledger: Path | None, cosigns: bool, as_json: bool) -> None:
    """Make a key: the private key in the file KEY, readable by its owner alone; the public key in KEY.pub, and printed.

    \b
    neuron-ledger keygen chain.key --ledger chain.ledger
    neuron-ledger keygen witness.key --witness --name example.org/witness
    """
    ensure_one_of(name=name, ledger=ledger)
    if ledger is not None:
        with Log.open(ledger, read_only=True) as log:
            name = log.origin
    made = PrivateKey.generate(name or "", Purpose.COSIGN if cosigns else Purpose.SIGN)
    made.save(key)
    public = key.with_name(f"{key.name}.pub")
    write_file(public, f"{made.public}\n".encode())
    if as_json:
        say_json({"key": str(key), "public": str(public), "name": made.name, "public_key": str(made.public)})
    else:
        say_exactly(made.public)
        say_note(f"{key} is the private key: keep it secret; {public} is public")


@click.command("checkpoint")
@ledger_argument
@click.option("--key", type=file_type, required=True, help="The ledger's private key (see keygen).")
@output_option
@json_option
@reports_refusals
def checkpoint_command(ledger: Path, key: Path, output: Path | None, as_json: bool) -> None:
    """Sign what the ledger holds now: its origin, size, root and head. Publish it: with it anybody can detect lost entries.

    It is also kept in LEDGER.checkpoint; the next one is signed only if the ledger still contains this one. Exit code 1 if not.

    \b
    neuron-ledger checkpoint chain.ledger --key chain.key > chain.checkpoint
    """
    private = PrivateKey.load(key, Purpose.SIGN)
    with Log.open(ledger, read_only=True) as log, progress("building the tree") as update:
        signed = checkpoint(log, private, progress=update)
    if private.name != signed.origin:
        say_note(f"note: the key is named {private.name}, so checking needs --origin {signed.origin}")
    _give(bytes(signed), output, _checkpoint_json(signed) if as_json else None)


@click.command("witness")
@click.argument("request", type=input_type)
@click.option("--key", type=file_type, required=True, help="The witness's private key (see keygen --witness).")
@click.option("--ledger-key", required=True, help="The ledger's public key, or the file with it.")
@click.option("--state", type=file_type, required=True, help="Where the witness keeps what it saw last; created if missing.")
@origin_option
@output_option
@json_option
@reports_refusals
def witness_command(
    request: Path, key: Path, ledger_key: str, state: Path, origin: str | None, output: Path | None, as_json: bool
) -> None:
    """Cosign a checkpoint that continues the last one seen, and print it with the cosignature. Exit code 1 if it does not.

    REQUEST is what `prove consistency` writes for the size that was seen last; the first time, the checkpoint itself.

    \b
    neuron-ledger witness chain.checkpoint --key witness.key --ledger-key chain.key.pub --state seen
    neuron-ledger prove consistency chain.ledger 996 --output growth.proof
    neuron-ledger witness growth.proof --key witness.key --ledger-key chain.key.pub --state seen
    """
    private = PrivateKey.load(key, Purpose.COSIGN)
    cosigned = witness(read_file(request), private, ledger_key, state, time=int(time.time()), origin=origin)
    _give(bytes(cosigned), output, _checkpoint_json(cosigned) if as_json else None)


@click.group()
def prove() -> None:
    """Write a proof for others, who check it with verify-proof, without the ledger."""


@prove.command("entry")
@ledger_argument
@click.argument("position", type=from_zero)
@checkpoint_option
@output_option
@reports_refusals
def prove_entry_command(ledger: Path, position: int, given: Path | None, output: Path | None) -> None:
    """Prove that the entry at a position is in the log of a checkpoint. The proof contains the entry itself.

    \b
    neuron-ledger prove entry chain.ledger 17 --output registered.tlog-proof
    """
    with Log.open(ledger, read_only=True) as log, progress("building the tree") as update:
        proof = prove_entry(log, position, _chosen(log, given), progress=update)
    _give(proof, output)


@prove.command("consistency")
@ledger_argument
@click.argument("old")
@checkpoint_option
@output_option
@reports_refusals
def prove_consistency_command(ledger: Path, old: str, given: Path | None, output: Path | None) -> None:
    """Prove that a log is the continuation of an earlier state. OLD is an earlier size, or an earlier checkpoint's file.

    \b
    neuron-ledger prove consistency chain.ledger 996 --output growth.proof
    """
    size = parse_size(old) if old.isdecimal() else Checkpoint.load(Path(old)).size
    with Log.open(ledger, read_only=True) as log, progress("building the tree") as update:
        proof = prove_consistency(log, size, _chosen(log, given), progress=update)
    _give(proof, output)


@click.command("verify-proof")
@click.argument("proof", type=input_type)
@click.option("--key", required=True, help="The ledger's public key, or the file with it.")
@origin_option
@click.option("--old", type=file_type, help="The earlier checkpoint that a consistency proof starts from.")
@click.option("--entry-hash", help="The hash that the proved entry must have (64 hex digits).")
@click.option("--witness-key", "witnesses", multiple=True, help="A required witness: its public key, or the file. Repeatable.")
@json_option
@reports_refusals
def verify_proof_command(
    proof: Path, key: str, origin: str | None, old: Path | None, entry_hash: str | None, witnesses: tuple[str, ...], as_json: bool
) -> None:
    """Check a proof, or a checkpoint, with public keys alone, without the ledger. Exit code 1 if it is not valid.

    \b
    neuron-ledger verify-proof registered.tlog-proof --key chain.key.pub
    neuron-ledger verify-proof growth.proof --key chain.key.pub --old earlier.checkpoint --witness-key witness.key.pub
    """
    earlier = None if old is None else Checkpoint.load(old)
    wanted = None if entry_hash is None else _hash_option(entry_hash)
    proved = verify_proof(read_file(proof), key, origin=origin, old=earlier, entry_hash=wanted, witnesses=witnesses)
    if as_json:
        say_json(_proved_json(proved))
    else:
        for line in _proved_lines(proved):
            say_exactly(line)


def _chosen(log: Log, given: Path | None) -> Checkpoint:
    """The checkpoint to prove under."""
    kept = kept_checkpoint(log)
    if given is None and not kept.exists():
        raise NoteError(f"there is no checkpoint at {kept}: sign one with `neuron-ledger checkpoint`, or give --checkpoint")
    return Checkpoint.load(given or kept)


def _give(data: bytes, output: Path | None, as_json: dict[str, Any] | None = None) -> None:
    """Print a checkpoint or proof, or write it to a file."""
    if output is not None:
        write_file(output, data)
    if as_json is not None:
        say_json(as_json)
    elif output is None:
        for line in data.decode().removesuffix("\n").split("\n"):
            say_exactly(line)


def _hash_option(text: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != 32:
        raise FieldError("--entry-hash", "64 hex digits", text)
    return value


def _checkpoint_json(given: Checkpoint) -> dict[str, Any]:
    head = None if given.head is None else str(given.head)
    signed_by = [signature.name for signature in given.note.signatures]
    return {"origin": given.origin, "size": given.size, "root": encode(given.root), "head": head, "signatures": signed_by}


def _proved_json(proved: Proved) -> dict[str, Any]:
    entry = proved.entry
    shown = entry and {
        "position": entry.position,
        "block": entry.block,
        "tag": entry.tag,
        "payload": entry.payload.hex(),
        "hash": entry.hash.hex(),
    }
    witnesses = [{"name": name, "time": seconds} for name, seconds in proved.witnesses]
    checked = {"proved": proved.kind, "entry": shown, "old_size": proved.old_size, "witnesses": witnesses}
    return {**checked, "checkpoint": _checkpoint_json(proved.checkpoint)}


def _proved_lines(proved: Proved) -> list[str]:
    given, entry = proved.checkpoint, proved.entry
    log = f"{given.origin} at size {given.size}"
    lines = {
        "entry": f"proved: the entry is in {log}" if entry is None else f"proved: position {entry.position} of {log} is",
        "consistency": f"proved: {log} is the continuation of its state at size {proved.old_size}",
        "checkpoint": f"signed: {log}, root {encode(given.root)}" + ("" if given.head is None else f", head {given.head}"),
    }
    shown = [lines[proved.kind]]
    if entry is not None:
        shown += [f"  block {entry.block}  {_content(entry)}", f"  hash {entry.hash.hex()}"]
    return shown + [f"  cosigned by {name} at {_moment(seconds)}" for name, seconds in proved.witnesses]


def _content(entry: Entry) -> str:
    """An entry's content, for people."""
    try:
        return str(entry_content(entry.tag, entry.payload))
    except (PayloadError, UnknownTag):
        return f"{entry.tag}  payload {entry.payload.hex()}"


def _moment(seconds: int) -> str:
    """A witness's time, for people."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"second {seconds}"


COMMANDS = (keygen, checkpoint_command, witness_command, prove, verify_proof_command)
