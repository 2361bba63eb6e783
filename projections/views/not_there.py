"""The error of views that are asked for something absent."""

from neuron_ledger.events.wire.errors import NeuronLedgerError


class NotThere(NeuronLedgerError, LookupError):
    """What was asked for does not exist at that block; the message says what does."""
