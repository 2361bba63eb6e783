"""One self-contained page of a subnet, or of one uid: no scripts, no network, the same bytes every time."""

import os
from pathlib import Path

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.replay.cli.output import printable
from neuron_ledger.replay.report.facts import Facts, facts_of

PAGE = Path(__file__).with_name("page.html.jinja")


class CannotReport(NeuronLedgerError, ValueError):
    """A page that cannot be made: says what to do."""


def report(ledger: Ledger, path: str | Path, *, netuid: int, uid: int | None = None) -> None:
    """Write a page about a subnet, or about one uid of it: who, why, pictures, how to check it.

    The file is complete or missing. Raises: FieldError for an unknown subnet or uid; CannotDraw, CannotReport without
    matplotlib or Jinja; ChainBroken; LogError if the file is the ledger; OSError.
    """
    path = Path(path)
    require_other_file(ledger.log, path)
    name = ledger.log.file.name if ledger.log.file is not None else "chain.ledger"
    text = rendered(facts_of(ledger, netuid, uid, name))
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def rendered(facts: Facts) -> str:
    """The page. Text from a ledger is always text: HTML is escaped, and unprintable characters are shown as an
    escape, as on the command line.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise CannotReport("reports need Jinja: pip install 'neuron-ledger[pictures]'") from None
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_plain)
    return environment.from_string(PAGE.read_text(encoding="utf-8")).render(facts=facts)


def _plain(value: object) -> object:
    """How a value is written; only the page's own markup is not escaped."""
    from markupsafe import Markup

    return value if isinstance(value, Markup) else printable(value)
