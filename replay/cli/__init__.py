"""The command line `neuron-ledger`."""

import click

from replay.cli import check, epoch, record, show


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="neuron-ledger", prog_name="neuron-ledger")
def main() -> None:
    """Replay, audit and re-execute the life of Bittensor's neurons, bit for bit.

    \b
    neuron-ledger init chain.ledger
    neuron-ledger import calls chain.ledger calls.jsonl
    neuron-ledger tenures chain.ledger --netuid 1
    neuron-ledger audit chain.ledger

    Exit codes: 0 done, 1 a check failed (or a call was refused), 2 wrong use or bad input.
    """


for command in (*record.COMMANDS, *show.COMMANDS, *epoch.COMMANDS, *check.COMMANDS):
    main.add_command(command)
