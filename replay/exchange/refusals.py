"""Why an Axon does not answer: the protocol's statuses and texts.

Source: bittensor 10.5.0 core/axon.py (log_and_handle_error), core/errors.py.
"""

from http import HTTPStatus
from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

VERIFICATION: Final = "Not Verified with error: {}"
BLACKLIST: Final = "Forbidden. Key is blacklisted: {}."


class Refused(NeuronLedgerError):
    """A request that is refused. status: of HTTP. The text is sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = int(status)


class UnknownSynapse(Refused):
    """There is no such synapse."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, f"Synapse name '{name}' not found. Available synapses {known}")


class NotVerified(Refused):
    """The signature or the nonce is wrong."""

    def __init__(self, why: object) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, VERIFICATION.format(why))


class Blacklisted(Refused):
    """The caller may not ask."""

    def __init__(self, why: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, BLACKLIST.format(why))


class Late(Refused):
    """There was no answer within the request's timeout."""

    def __init__(self, seconds: float) -> None:
        super().__init__(HTTPStatus.REQUEST_TIMEOUT, f"Response timeout after: {seconds}s")


class Busy(Refused):
    """There are too many requests."""

    def __init__(self, why: object) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, f"Too many requests: {why}")


class TooLarge(Refused):
    """A body beyond the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A request may have at most {most} bytes")


class Fault(Refused):
    """An internal error; the text has a number, under which the reason is kept."""

    def __init__(self, number: str) -> None:
        super().__init__(HTTPStatus.INTERNAL_SERVER_ERROR, f"Internal Server Error #{number}")
