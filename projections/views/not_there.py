"""The error of views that are asked for something absent."""

from neuron_ledger.events.wire.errors import NeuronLedgerError


class NotThere(NeuronLedgerError, LookupError):
    """What was asked for does not exist at that block; the message says what does. uid, hotkey: None for an absent subnet."""

    def __init__(
        self, message: str, *, netuid: int, uid: int | None = None, hotkey: bytes | None = None, block: int | None = None
    ) -> None:
        super().__init__(message)
        self.netuid, self.uid, self.hotkey, self.block = netuid, uid, hotkey, block


def no_subnet(netuid: int, block: int, there: tuple[int, ...]) -> NotThere:
    """The error for an absent subnet. there: the existing ones."""
    known = ", ".join(map(str, there)) or "none"
    return NotThere(f"netuid: there is no subnet {netuid} at block {block}; there are: {known}", netuid=netuid, block=block)
