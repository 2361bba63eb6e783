"""Errors about neurons and subnets: what views raise when asked for something absent."""

from neuron_ledger.events.wire.errors import NeuronLedgerError


class AboutNeuron(NeuronLedgerError):
    """An error about a neuron, named by its uid or its hotkey (None: the other one), or about a whole subnet (both None)."""

    def __init__(
        self, message: str, *, netuid: int, uid: int | None = None, hotkey: bytes | None = None, block: int | None = None
    ) -> None:
        super().__init__(message)
        self.netuid, self.uid, self.hotkey, self.block = netuid, uid, hotkey, block


class NotThere(AboutNeuron, LookupError):
    """What was asked for does not exist at that block; the message says what does."""


def no_subnet(netuid: int, block: int, there: tuple[int, ...]) -> NotThere:
    """The error for an absent subnet. there: the existing ones."""
    known = ", ".join(map(str, there)) or "none"
    return NotThere(f"netuid: there is no subnet {netuid} at block {block}; there are: {known}", netuid=netuid, block=block)
