"""Why an Axon does not answer, as statuses and texts that the protocol has for it.

Source: bittensor 10.5.0 core/axon.py (log_and_handle_error), core/errors.py.
"""

from http import HTTPStatus
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

VERIFICATION: Final = "Not Verified with error: {}"
BLACKLIST: Final = "Forbidden. Key is blacklisted: {}."


class Refused(NeuronLedgerError):
    """A request that is not answered. status: of HTTP. The text is sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = int(status)


class UnknownSynapse(Refused):
    """Nobody answers what is asked for."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"Synapse name '{name}' not found. Available synapses {known}")


class NotVerified(Refused):
    """The signature or the nonce is not right."""

    def __init__(self, why: object) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, VERIFICATION.format(why))


class Blacklisted(Refused):
    """Whoever asks may not."""

    def __init__(self, why: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, BLACKLIST.format(why))


class Late(Refused):
    """There was no answer in the time that the request gives."""

    def __init__(self, seconds: float) -> None:
        super().__init__(HTTPStatus.REQUEST_TIMEOUT, f"Response timeout after: {seconds}s")


class Busy(Refused):
    """More ask than can be answered."""

    def __init__(self, why: object) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, f"Too many requests: {why}")


class TooLarge(Refused):
    """A body beyond the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A request may have at most {most} bytes")


class Fault(Refused):
    """What went wrong inside; the text names it by a number, under which the reason is kept."""

    def __init__(self, number: str) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, f"Internal Server Error #{number}")
