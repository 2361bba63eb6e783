"""Commands that make something to share: picture, report."""

from pathlib import Path

import click

from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.replay.cli.common import from_zero, ledger_argument, opened, reports_errors
from neuron_ledger.replay.cli.output import say
from neuron_ledger.replay.pictures.by_name import KINDS, Kind
from neuron_ledger.replay.pictures.by_name import picture as draw
from neuron_ledger.replay.report.page import report


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@ledger_argument
@click.option("--netuid", type=from_zero, required=True, help="The subnet.")
@click.option("--uid", type=from_zero, help="For tenures and incentive: only this uid.")
@click.option("--mechanism", type=from_zero, default=0, show_default=True, help="For incentive, weights, bonds, consensus.")
@click.option(
    "--block", type=from_zero, help="Weights and bonds as of the end of this block; the consensus of the last epoch by then."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png or .pdf.")
@reports_errors
def picture(kind: Kind, ledger: Path, netuid: int, uid: int | None, mechanism: int, block: int | None, output: Path) -> None:
    """Draw a subnet: tenures, incentive and dividends over epochs, weights, bonds, consensus against weights, prices.

    It needs the extra `pictures`. The same ledger gives the same file, byte for byte.

    \b
    neuron-ledger picture tenures chain.ledger --netuid 1 -o tenures.svg
    neuron-ledger picture weights chain.ledger --netuid 1 --block 7200 -o weights.png
    """
    with opened(ledger) as source:
        require_other_file(source.log, output)
        draw(source, kind, output, netuid=netuid, uid=uid, mechanism=mechanism, block=block)
    say(str(output))


@click.command("report")
@ledger_argument
@click.option("--netuid", type=from_zero, required=True, help="The subnet.")
@click.option("--uid", type=from_zero, help="One uid of it: who held it, why it was lost.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The page, .html.")
@reports_errors
def report_command(ledger: Path, netuid: int, uid: int | None, output: Path) -> None:
    """Write one page about a subnet or a uid, to share: who, why, pictures, how to check it.

    The page is self-contained: it needs no network and no scripts. It needs the extra `pictures`.

    \b
    neuron-ledger report chain.ledger --netuid 1 -o report.html
    neuron-ledger report chain.ledger --netuid 1 --uid 17 -o report.html
    """
    with opened(ledger) as source:
        report(source, output, netuid=netuid, uid=uid)
    say(str(output))


COMMANDS = (picture, report_command)
