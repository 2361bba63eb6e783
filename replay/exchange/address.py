"""The public address of this machine, to be announced. It is looked up only on request."""

from ipaddress import ip_address
from typing import Final

import httpx

from neuron_ledger.events.wire.errors import NeuronLedgerError

SERVICES: Final = ("https://checkip.amazonaws.com", "https://api.ipify.org")
"""Services that answer with the caller's address, and nothing else."""
SECONDS: Final = 5.0
LONGEST_ANSWER: Final = 100


class NoAddress(NeuronLedgerError, ConnectionError):
    """The address of this machine could not be found."""


def public_address(services: tuple[str, ...] = SERVICES) -> str:
    """The address under which services see this machine: `Dendrite(key, ip=public_address())`. Raises: NoAddress."""
    why = "no service was named"
    for service in services:
        try:
            with httpx.stream("GET", service, timeout=SECONDS, follow_redirects=False) as answer:
                text = next(answer.iter_bytes(LONGEST_ANSWER), b"").decode("ascii").strip()
            return str(ip_address(text))
        except (httpx.HTTPError, ValueError) as error:
            why = f"{service}: {error}"
    raise NoAddress(f"the public address could not be looked up ({why}); give it with ip=…")
