"""JSON-RPC 2.0: requests read strictly, answers and errors written. Source: jsonrpc.org/specification, jsonrpsee's codes."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from attrs import frozen

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
SERVER_ERROR: Final = 4003
"""The code if a node cannot answer, such as for an unknown block."""
TOO_LARGE: Final = -32008

_HEX: Final = re.compile(r"(?:0x)?(?:[0-9a-fA-F]{2})*")

LARGEST_MESSAGE: Final = 8 << 20
MOST_IN_A_BATCH: Final = 1000
MOST_KEYS: Final = 1000
"""The most keys in one answer or one request, as on other nodes."""


class RpcError(NeuronLedgerError):
    """The error that a client gets for a refused request."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


@frozen
class Request:
    """One request. id: repeated in the answer; has_id: without an id, no answer is expected."""

    method: str
    params: "Params"
    id: Any = None
    has_id: bool = True


class Params:
    """The arguments of a request by position, each read as its type."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Sequence[Any]:
        """All of them, as received."""
        return self._values

    def value(self, place: int) -> Any:
        """An argument as received; None if there is none."""
        return self._values[place] if place < len(self._values) else None

    def has(self, place: int) -> bool:
        return self.value(place) is not None

    def data(self, place: int, what: str) -> bytes:
        """Bytes as hex digits, with 0x or without."""
        return as_bytes(self.value(place), what)

    def hash(self, place: int) -> bytes | None:
        """The hash of a block, or None for the head."""
        if not self.has(place):
            return None
        found = self.data(place, "a block hash")
        if len(found) != 32:
            raise invalid_params(f"expected a block hash of 32 bytes, got {len(found)}")
        return found

    def integer(self, place: int, what: str, most: int) -> int:
        """An integer, or an integer in hex digits."""
        return as_integer(self.value(place), what, most)

    def text(self, place: int, what: str) -> str:
        value = self.value(place)
        if not isinstance(value, str):
            raise invalid_params(f"{what}: expected a text, got {shown(value)}")
        return value

    def account(self, place: int) -> bytes:
        """An account, as SS58 or 64 hex digits."""
        text = self.text(place, "an account")
        try:
            return ss58.account(text, "params")
        except FieldError as error:
            raise invalid_params(str(error)) from None

    def list(self, place: int, what: str) -> Sequence[Any]:
        value = self.value(place)
        if not isinstance(value, list) or len(value) > MOST_KEYS:
            raise invalid_params(f"expected a list of at most {MOST_KEYS} {what}")
        return value


def as_bytes(value: Any, what: str) -> bytes:
    """Bytes from hex digits. Raises: RpcError."""
    if not isinstance(value, str) or _HEX.fullmatch(value) is None:
        raise invalid_params(f"{what}: expected hex digits, got {shown(value)}")
    return bytes.fromhex(value.removeprefix("0x"))


def as_integer(value: Any, what: str, most: int) -> int:
    """An integer from 0 to `most`. Raises: RpcError."""
    if isinstance(value, str) and value.startswith("0x") and len(value) <= 18 and value[2:].isalnum():
        try:
            value = int(value, 16)
        except ValueError:
            value = None
    if type(value) is not int or not 0 <= value <= most:
        raise invalid_params(f"{what}: expected an integer from 0 to {most}, got {shown(value)}")
    return value


def shown(value: Any) -> str:
    """A value in an error, cut short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def invalid_params(why: str) -> RpcError:
    return RpcError(INVALID_PARAMS, f"Invalid params: {why}")


def read_message(content: bytes | str) -> Any:
    """The JSON of a message. Raises: RpcError."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise RpcError(PARSE_ERROR, f"Parse error: {error}") from None


def read_request(raw: Any) -> Request:
    """A request. Raises: RpcError."""
    if not isinstance(raw, dict) or not isinstance(raw.get("method"), str) or raw.get("jsonrpc", "2.0") != "2.0":
        raise RpcError(INVALID_REQUEST, "Invalid request: expected an object with jsonrpc, id, method and params")
    params = raw.get("params")
    if not isinstance(params, (list, type(None))):
        raise RpcError(INVALID_PARAMS, "Invalid params: expected a list")
    identity = raw.get("id")
    if not isinstance(identity, (int, str, type(None))) or isinstance(identity, bool):
        raise RpcError(INVALID_REQUEST, "Invalid request: an id is a number or a text")
    return Request(raw["method"], Params(params or ()), identity, "id" in raw)


def answer(identity: Any, result: Any) -> bytes:
    """The answer to a request."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": identity, "result": result})


def fault(identity: Any, error: RpcError) -> bytes:
    """The answer to a request that is refused."""
    described: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.data is not None:
        described["data"] = error.data
    return msgspec.json.encode({"jsonrpc": "2.0", "id": identity, "error": described})


def notification(method: str, subscription: str | int, result: Any) -> bytes:
    """A notification to a subscriber."""
    return msgspec.json.encode({"jsonrpc": "2.0", "method": method, "params": {"subscription": subscription, "result": result}})


def joined(answers: Sequence[bytes]) -> bytes:
    """The answers to a batch."""
    return b"[" + b",".join(answers) + b"]"


Send = Callable[[bytes], None]
"""Queues a message to a client."""
