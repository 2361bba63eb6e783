"""What all commands share: opening a ledger, options, errors as one line."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import attrs
import click

from neuron_ledger.events.storage.trees import RuntimeName, named, parts_of
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.converters import people, read
from neuron_ledger.events.wire.errors import NOTHING, FieldError, NeuronLedgerError, Unquoted
from neuron_ledger.events.wire.units import ACCOUNT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.gaps import gaps
from neuron_ledger.replay.cli.output import FULL, fail, say_note

if TYPE_CHECKING:
    from neuron_ledger.ledger.chain import Ledger
    from neuron_ledger.ledger.runtime import Runtime
    from neuron_ledger.ledger.runtimes.timeline import Timeline

CHECK_FAILED = 1
"""The exit code if a check failed or a call was refused."""

P = ParamSpec("P")
R = TypeVar("R")

ledger_argument = click.argument("ledger", type=click.Path(path_type=Path))
ledgers_argument = click.argument("ledger", nargs=-1, required=True, type=click.Path())
"""Files, folders, patterns and URLs (`replay/fleet/places.py`)."""


class FromZero(click.IntRange):
    """An integer that is not negative and that a log can hold; help shows it as INTEGER."""

    name = "integer"


from_zero = FromZero(min=0, max=2**63 - 1)
netuid_option = click.option("--netuid", type=from_zero, required=True, help="The subnet.")
raw_option = click.option("--raw", is_flag=True, help="Show amounts in rao, proportions as stored.")


def runtime_option(option: str, **more: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Names a runtime by its spec_version, and by its tree if the number was used for several."""

    def read_runtime(_ctx: click.Context, _parameter: click.Parameter, given: str | None) -> RuntimeName | None:
        try:
            return None if given is None else named(*parts_of(given))
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return click.option(option, type=str, metavar="SPEC_VERSION", callback=read_runtime, **more)


def json_option(command: Callable[P, R]) -> Callable[P, R]:
    """The options of output: --json goes to the command as `as_json`, --full to whatever prints lines."""
    full = click.option(
        "--full",
        is_flag=True,
        expose_value=False,
        callback=lambda ctx, _parameter, given: ctx.meta.update({FULL: given}),
        help="Do not fit lines to the terminal: show addresses in full.",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value, for machines.")
    return full(as_json(command))


def max_size_option(default: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Bounds the decompressed size of a file. Given in MiB; the command gets bytes. default: in bytes."""
    return click.option(
        "--max-size",
        type=click.IntRange(min=1, max=1 << 20),
        metavar="MIB",
        default=default >> 20,
        show_default=True,
        callback=lambda _ctx, _parameter, mebibytes: mebibytes << 20,
        help="Refuse a source that expands to more than this many MiB.",
    )


block_option = click.option("--block", type=from_zero, help="Show the state at the end of this block instead of now.")
assume_absent_option = click.option("--assume-absent", is_flag=True, help="Treat storage that was never observed as absent.")

picture_option = click.option("--picture", type=click.Path(path_type=Path), help="Also draw it, to a .svg, .png or .pdf file.")


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Report the errors that a user can cause in one line with exit code 2; a refused call has exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            raise
        except _refusals() as error:
            fail(error, CHECK_FAILED)
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else error)
        except (NeuronLedgerError, ValueError) as error:
            fail(error)

    return wrapped


def _refusals() -> type[Exception]:
    """The class of refusals; the chain's errors are only imported when an exception is matched against it."""
    from neuron_ledger.ledger.errors.base import ChainError

    return ChainError


@contextmanager
def opened(path: Path, *, read_only: bool = True) -> Iterator["Ledger"]:
    """An existing ledger file, closed at the end."""
    from neuron_ledger.ledger.chain import Ledger

    with Ledger.open(path, read_only=read_only) as ledger:
        yield ledger
        for note in ledger.notes:
            say_note(f"note: {note}")


def require_seen(storage: Storage, doing: str, netuid: int | None = None, among: Iterable[str] | None = None) -> None:
    """Refuse to decide on storage that was never observed. doing: what needs it. Raises: FieldError, naming what is missing."""
    if lacking := gaps(storage, netuid, among):
        raise FieldError("storage", f"to have been seen before {doing}", Unquoted("; ".join(map(str, lacking))))


def say_gaps(storage: Storage, netuid: int | None = None) -> None:
    """Print a note on everything that the rules treat as absent because it was never observed."""
    for gap in gaps(storage, netuid):
        say_note(f"note: {gap}; the rules treat what was not seen as absent")


def say_stand_in(timeline: "Timeline", rules: "Runtime") -> None:
    """Print a note if the rules of another runtime are used because there are none for the chain's own."""
    if rules.name not in timeline.spec_versions:
        nearest = timeline.nearest(rules.spec_version)
        say_note(f"note: there are no rules for this chain's spec_version {rules.name}; those of {nearest} are used instead")


def number(count: int, what: str) -> str:
    """A count with its noun, with an s in the plural."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def ensure_one_of(**given: object) -> None:
    """Require exactly one of some options. Raises: FieldError."""
    present = [name for name, value in given.items() if value is not None]
    if len(present) != 1:
        raise FieldError(" / ".join(f"--{name}" for name in given), "one of the two", Unquoted("both") if present else NOTHING)


def shown_account(account: bytes | None) -> str | None:
    """An account as SS58."""
    return None if account is None else ss58.encode(account)


def shown_time(milliseconds: int | None) -> str | None:
    """A block's time since 1970 in UTC; None if it is not known."""
    if milliseconds is None:
        return None
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{milliseconds:,} ms"


def account_option(text: str | None, name: str) -> bytes | None:
    """An account given as SS58 or hex. Raises: FieldError, naming the option."""
    return None if text is None else bytes(read(people, text, ACCOUNT, name))


def fields_json(record: Any) -> dict[str, Any]:
    """The fields of a view, with accounts as SS58."""

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return shown_account(value)
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {field.name: plain(getattr(record, field.name)) for field in attrs.fields(type(record))}


def unknown_subnet(storage: Storage, netuid: int) -> FieldError:
    """The error for a netuid that does not exist, which names the existing ones."""
    known = ", ".join(str(netuid) for netuid in sorted(storage.networks_added)) or "it has none yet"
    return FieldError("--netuid", f"a subnet of this ledger ({known})", netuid)
