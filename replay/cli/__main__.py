"""`python -m replay.cli`, the same as `neuron-ledger`."""

from neuron_ledger.replay.cli import main

main(prog_name="neuron-ledger")
