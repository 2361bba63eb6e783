"""The last accepted nonce of every dendrite, in bounded memory.

A dendrite's nonce is the time in nanoseconds. Its first one must be recent; after that each must be greater than the previous
one. When one is forgotten to bound memory, its nonce remains as a floor: no first nonce is accepted below it, so nothing
that was accepted is accepted again.

Source: bittensor 10.5.0 core/axon.py::Axon.default_verify, utils/axon_utils.py.
"""

from typing import Final

from neuron_ledger.events.wire.errors import NeuronLedgerError

NANOSECONDS: Final = 1_000_000_000
ALLOWED_DELTA_SECONDS: Final = 4
FIRST_VERSION_WITH_A_WINDOW: Final = 7_002_000
"""Older dendrites sent counters, whose first value may be anything."""
MOST_HOTKEYS: Final = 4096
MOST_UUIDS: Final = 256
"""Of one hotkey."""

TOO_OLD: Final = "Nonce is too old, a newer one was last processed"


class NonceRefused(NeuronLedgerError, ValueError):
    """A nonce that is too old, or was seen before. The text is the protocol's."""


class Nonces:
    """The last accepted nonce of each hotkey and uuid. Those that were silent longest are forgotten first."""

    def __init__(self, most_hotkeys: int = MOST_HOTKEYS, most_uuids: int = MOST_UUIDS) -> None:
        self._most_hotkeys, self._most_uuids = most_hotkeys, most_uuids
        self._last: dict[str, dict[str, int]] = {}
        self._floors: dict[str, int] = {}
        self._floor = 0

    def __len__(self) -> int:
        return sum(map(len, self._last.values()))

    def check(self, hotkey: str, uuid: str, nonce: int, *, version: int | None, timeout: float | None, now_ns: int) -> None:
        """Refuse a nonce that may not come next. timeout: the request's, in seconds. Raises: NonceRefused."""
        last = self._last.get(hotkey, {}).get(uuid)
        if last is not None:
            if nonce <= last:
                raise NonceRefused(TOO_OLD)
            return
        if version is not None and version >= FIRST_VERSION_WITH_A_WINDOW:
            allowed = ALLOWED_DELTA_SECONDS + (timeout or 0)
            if nonce <= now_ns - allowed * NANOSECONDS:
                age = (now_ns - nonce) / NANOSECONDS
                raise NonceRefused(
                    f"Nonce is too old: acceptable delta is {allowed:.2f} seconds but request was {age:.2f} seconds old"
                )
        if nonce <= max(self._floor, self._floors.get(hotkey, 0)):
            raise NonceRefused(TOO_OLD)

    def accept(self, hotkey: str, uuid: str, nonce: int, *, now_ns: int) -> None:
        """Remember a nonce whose signature is valid."""
        own = self._last.pop(hotkey, None)
        own = {} if own is None else own
        own.pop(uuid, None)
        own[uuid] = nonce
        self._last[hotkey] = own
        if len(own) > self._most_uuids:
            forgotten = own.pop(next(iter(own)))
            self._floors[hotkey] = max(self._floors.get(hotkey, 0), min(forgotten, now_ns))
        if len(self._last) > self._most_hotkeys:
            silent = next(iter(self._last))
            known = max(self._last.pop(silent).values())
            self._floor = max(self._floor, self._floors.pop(silent, 0), min(known, now_ns))
