"""The error of views that are asked for what is not there."""

from neuron_ledger.events.wire.errors import NeuronLedgerError


class NotThere(NeuronLedgerError, LookupError):
    """What was asked for is not there at that block; the message says what is."""
