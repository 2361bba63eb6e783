"""`python -m replay.cli`, the same as `neuron-ledger`."""

from replay.cli import main

main(prog_name="neuron-ledger")
